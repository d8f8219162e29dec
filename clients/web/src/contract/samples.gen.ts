// What a server really said to the players of a quiz and of an arena, one of each shape. Made by `make types`.
// It runs nowhere: the compiler holds each to its type.
import type { AnyGame, Arena, Broadcasts, Denied, LobbyBroadcasts, Pages, Quiz, Refused, Requests } from "./types.gen.ts";

/** Each after whom it was said to, or who said it. */
export default [
  // host
  {"game":"quiz","options":{"pack":"kinds","autoAdvance":false,"shuffle":"none"},"role":"host","key":"key"} satisfies Requests<Quiz>["create"]["say"],
  // host
  {"tick":1,"count":0,"joined":[],"left":[]} satisfies Broadcasts<Quiz>["players"],
  // host
  {"tick":1,"phase":"lobby","running":false} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"t":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":0,"locked":false,"paused":false,"roster":{},"autoAdvance":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"ok":true,"room":"room","game":"quiz","seat":1,"token":"token","role":"host","hz":20,"options":{"autoAdvance":false,"shuffle":"none"},"tick":1,"time":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":0,"locked":false,"paused":false,"roster":{},"autoAdvance":false},"you":null} satisfies Requests<Quiz>["create"]["get"],
  // spectator
  {"room":"room","role":"spectator"} satisfies Requests<Quiz>["join"]["say"],
  // spectator
  {"ok":true,"room":"room","game":"quiz","seat":2,"token":"token","role":"spectator","hz":20,"options":{"autoAdvance":false,"shuffle":"none"},"tick":1,"time":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":0,"locked":false,"paused":false,"roster":{},"autoAdvance":false},"you":null} satisfies Requests<Quiz>["join"]["get"],
  // player
  {"room":"room","name":"Ann","avatar":7} satisfies Requests<Quiz>["join"]["say"],
  // host
  {"tick":1,"count":1,"joined":[{"seat":3,"name":"Ann","avatar":7}],"left":[]} satisfies Broadcasts<Quiz>["players"],
  // host
  {"tick":1,"scores":[{"seat":3,"name":"Ann","score":0,"gain":0,"rank":1,"avatar":7}],"total":1} satisfies Broadcasts<Quiz>["score"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":1,"roster":{"3":{"name":"Ann","connected":true,"score":0}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":1,"locked":false,"paused":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // player
  {"ok":true,"room":"room","game":"quiz","seat":3,"token":"token","role":"player","avatar":7,"hz":20,"options":{"autoAdvance":false,"shuffle":"none"},"tick":1,"time":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":1,"locked":false,"paused":false},"you":{"answered":false,"score":0,"rank":1,"streak":0}} satisfies Requests<Quiz>["join"]["get"],
  // player
  {"room":"room","name":"Bob","sync":"snapshot"} satisfies Requests<Quiz>["join"]["say"],
  // host
  {"tick":1,"scores":[{"seat":3,"name":"Ann","score":0,"gain":0,"rank":1,"avatar":7},{"seat":4,"name":"Bob","score":0,"gain":0,"rank":1}],"total":2} satisfies Broadcasts<Quiz>["score"],
  // host
  {"tick":1,"count":2,"joined":[{"seat":4,"name":"Bob"}],"left":[]} satisfies Broadcasts<Quiz>["players"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":2,"roster":{"4":{"name":"Bob","connected":true,"score":0}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":2}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"count":2,"joined":[{"seat":3,"name":"Ann","avatar":7},{"seat":4,"name":"Bob"}],"left":[]} satisfies Broadcasts<Quiz>["players"],
  // player
  {"ok":true,"room":"room","game":"quiz","seat":4,"token":"token","role":"player","hz":20,"options":{"autoAdvance":false,"shuffle":"none"},"tick":1,"time":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":1,"locked":false,"paused":false},"you":{"answered":false,"score":0,"rank":1,"streak":0}} satisfies Requests<Quiz>["join"]["get"],
  // player
  {"room":"room","name":"Cy","sync":"packed"} satisfies Requests<Quiz>["join"]["say"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":3,"roster":{"5":{"name":"Cy","connected":true,"score":0}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  new Uint8Array() satisfies Broadcasts<Quiz>["packed"],
  // anybody
  {"rooms":[{"room":"room","game":"quiz","players":3,"capacity":20000,"phase":"lobby"}]} satisfies LobbyBroadcasts["rooms"],
  // anybody
  {"games":[{"name":"arena","title":"Arena","hosted":false,"quickMatch":true,"seats":{"default":8,"most":100000},"options":[{"name":"hz","kind":"number","least":1,"most":128,"default":30},{"name":"size","kind":"number","least":10,"most":100000,"default":1000},{"name":"seats","kind":"number","least":1,"most":100000,"default":8},{"name":"coins","kind":"number","least":0,"most":1000,"default":8},{"name":"visible","kind":"number","least":1,"most":100000}]},{"name":"quiz","title":"Quiz","hosted":true,"quickMatch":false,"seats":{"default":20000,"most":20000},"options":[{"name":"pack","kind":"document","document":"pack"},{"name":"autoAdvance","kind":"flag","default":false},{"name":"shuffle","kind":"word","words":["none","questions","choices","both"]}]}]} satisfies Pages["/api/games"],
  // anybody
  {"packs":[{"id":"kinds","title":"One of each","language":"en","description":"All there is.","author":"Ada","questions":4,"kinds":["multiple","single","truefalse"]}]} satisfies Pages["/api/packs"],
  // anybody
  {"title":"One of each","language":"en","description":"All there is.","author":"Ada","questions":[{"kind":"single","text":"Which is a prime?","choices":["21","23","25"],"correct":[1],"media":{"image":"/prime.png","alt":"A prime."},"explanation":"21 is 3 times 7."},{"kind":"multiple","text":"Which are even?","choices":["2","3","4"],"correct":[0,2],"credit":"partial","media":{"audio":"/even.ogg","alt":"Counting."}},{"kind":"truefalse","text":"Nought is even.","choices":["True","False"],"correct":[0],"media":{"video":"/nought.webm","alt":"Nought."}},{"kind":"single","text":"Which is odd?","choices":["2","3"],"correct":[1],"timeMs":30000,"points":500}]} satisfies Pages["/api/packs/{id}"],
  // anybody
  {"code":"bad_key","message":"The host key is missing or wrong."} satisfies Denied,
  // player
  {"text":"Hello."} satisfies Requests<Quiz>["chat"]["say"],
  // host
  {"seat":3,"name":"Ann","text":"Hello.","t":1000.5} satisfies Broadcasts<Quiz>["chat"],
  // player
  {"ok":true} satisfies Requests<Quiz>["chat"]["get"],
  // player
  {"t0":1000.5} satisfies Requests<Quiz>["clock"]["say"],
  // player
  {"ok":true,"t0":1000.5,"t1":1000.5} satisfies Requests<Quiz>["clock"]["get"],
  // player
  {"game":"quiz"} satisfies Requests<Quiz>["rooms"]["say"],
  // player
  {"ok":true,"rooms":[{"room":"room","game":"quiz","players":3,"capacity":20000,"phase":"lobby"}]} satisfies Requests<Quiz>["rooms"]["get"],
  // player
  {"type":"start"} satisfies Requests<Quiz>["input"]["say"],
  // player
  {"ok":false,"code":"not_host","message":"Only the host may do this."} satisfies Refused,
  // host
  {"seats":[4]} satisfies Requests<Quiz>["links"]["say"],
  // host
  {"ok":true,"links":[{"seat":4,"link":"websocket","rtt":1.5}]} satisfies Requests<Quiz>["links"]["get"],
  // host
  {} satisfies Requests<Quiz>["remote"]["say"],
  // host
  {"ok":true,"key":"key"} satisfies Requests<Quiz>["remote"]["get"],
  // remote
  {"room":"room","role":"host","key":"key"} satisfies Requests<Quiz>["join"]["say"],
  // remote
  {"tick":1,"t":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":3,"locked":false,"paused":false,"roster":{"3":{"name":"Ann","connected":true,"score":0},"4":{"name":"Bob","connected":true,"score":0},"5":{"name":"Cy","connected":true,"score":0}},"autoAdvance":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // remote
  {"ok":true,"room":"room","game":"quiz","seat":6,"token":"token","role":"host","hz":20,"options":{"autoAdvance":false,"shuffle":"none"},"tick":1,"time":1000.5,"state":{"phase":"lobby","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":3,"locked":false,"paused":false,"roster":{"3":{"name":"Ann","connected":true,"score":0},"4":{"name":"Bob","connected":true,"score":0},"5":{"name":"Cy","connected":true,"score":0}},"autoAdvance":false},"you":null} satisfies Requests<Quiz>["join"]["get"],
  // host
  {"revoke":true} satisfies Requests<Quiz>["remote"]["say"],
  // remote
  {"reason":"kicked","message":"The host ended this remote."} satisfies Broadcasts<Quiz>["closed"],
  // host
  {"ok":true} satisfies Requests<Quiz>["remote"]["get"],
  // host
  {"type":"lock","locked":true} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"locked":true}} satisfies Broadcasts<Quiz>["delta"],
  // host
  {"ok":true,"tick":1} satisfies Requests<Quiz>["input"]["get"],
  // host
  {"tick":1,"phase":"countdown","endsAt":1000.5,"leftMs":1000.5,"running":true} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"countdown"}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"countdown","index":0,"total":4,"title":"One of each","language":"en","answered":0,"players":3,"locked":true,"paused":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"type":"skip"} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"phase":"question","endsAt":1000.5,"leftMs":1000.5,"running":true} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"question","question":{"kind":"single","text":"Which is a prime?","choices":[{"id":0,"text":"21"},{"id":1,"text":"23"},{"id":2,"text":"25"}],"timeMs":20000,"points":1000,"media":{"image":"/prime.png","alt":"A prime."}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"question","index":0,"total":4,"title":"One of each","language":"en","question":{"kind":"single","text":"Which is a prime?","choices":[{"id":0,"text":"21"},{"id":1,"text":"23"},{"id":2,"text":"25"}],"timeMs":20000,"points":1000,"media":{"image":"/prime.png","alt":"A prime."}},"answered":0,"players":3,"locked":true,"paused":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"type":"pause"} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"phase":"question","leftMs":1000.5,"running":false} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"paused":true}} satisfies Broadcasts<Quiz>["delta"],
  // host
  {"type":"resume"} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"type":"extend","ms":5000} satisfies Requests<Quiz>["input"]["say"],
  // player
  {"type":"answer","index":0,"choice":1} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"answered":1}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"answered":true,"choice":1,"score":0,"rank":1,"streak":0} satisfies Broadcasts<Quiz>["you"],
  // host
  {"tick":1,"phase":"reveal","running":false} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"reveal","reveal":{"correct":[1],"counts":{"0":0,"1":1,"2":0},"explanation":"21 is 3 times 7."},"roster":{"3":{"score":985}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"answered":true,"choice":1,"correct":true,"gain":985,"score":985,"rank":1,"streak":1} satisfies Broadcasts<Quiz>["you"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"reveal","reveal":{"correct":[1],"counts":{"0":0,"1":1,"2":0},"explanation":"21 is 3 times 7."}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"answered":false,"correct":false,"gain":0,"score":0,"rank":2,"streak":0,"ahead":{"name":"Ann","by":985}} satisfies Broadcasts<Quiz>["you"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"reveal","index":0,"total":4,"title":"One of each","language":"en","question":{"kind":"single","text":"Which is a prime?","choices":[{"id":0,"text":"21"},{"id":1,"text":"23"},{"id":2,"text":"25"}],"timeMs":20000,"points":1000,"media":{"image":"/prime.png","alt":"A prime."}},"answered":1,"players":3,"locked":true,"paused":false,"reveal":{"correct":[1],"counts":{"0":0,"1":1,"2":0},"explanation":"21 is 3 times 7."}}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"type":"next"} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"phase":"leaderboard","running":false} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"leaderboard","leaderboard":[{"seat":3,"name":"Ann","score":985,"gain":985,"rank":1},{"seat":4,"name":"Bob","score":0,"gain":0,"rank":2},{"seat":5,"name":"Cy","score":0,"gain":0,"rank":2}]}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"leaderboard","index":0,"total":4,"title":"One of each","language":"en","question":{"kind":"single","text":"Which is a prime?","choices":[{"id":0,"text":"21"},{"id":1,"text":"23"},{"id":2,"text":"25"}],"timeMs":20000,"points":1000,"media":{"image":"/prime.png","alt":"A prime."}},"answered":1,"players":3,"locked":true,"paused":false,"reveal":{"correct":[1],"counts":{"0":0,"1":1,"2":0},"explanation":"21 is 3 times 7."},"leaderboard":[{"seat":3,"name":"Ann","score":985,"gain":985,"rank":1},{"seat":4,"name":"Bob","score":0,"gain":0,"rank":2},{"seat":5,"name":"Cy","score":0,"gain":0,"rank":2}]}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"countdown","index":1,"answered":0,"question":null,"reveal":null,"leaderboard":null}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"answered":false,"score":985,"rank":1,"streak":1} satisfies Broadcasts<Quiz>["you"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"question","question":{"kind":"multiple","text":"Which are even?","choices":[{"id":0,"text":"2"},{"id":1,"text":"3"},{"id":2,"text":"4"}],"timeMs":20000,"points":1000,"media":{"audio":"/even.ogg","alt":"Counting."}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"question","index":1,"total":4,"title":"One of each","language":"en","question":{"kind":"multiple","text":"Which are even?","choices":[{"id":0,"text":"2"},{"id":1,"text":"3"},{"id":2,"text":"4"}],"timeMs":20000,"points":1000,"media":{"audio":"/even.ogg","alt":"Counting."}},"answered":0,"players":3,"locked":true,"paused":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // player
  {"type":"answer","index":1,"choices":[0,2]} satisfies Requests<Quiz>["input"]["say"],
  // player
  {"tick":1,"answered":true,"choices":[0,2],"score":985,"rank":1,"streak":1} satisfies Broadcasts<Quiz>["you"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"reveal","reveal":{"correct":[0,2],"counts":{"0":2,"1":0,"2":1}},"roster":{"3":{"score":1970},"5":{"score":488}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"answered":true,"choices":[0,2],"correct":true,"gain":985,"score":1970,"rank":1,"streak":2} satisfies Broadcasts<Quiz>["you"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"reveal","reveal":{"correct":[0,2],"counts":{"0":2,"1":0,"2":1}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"reveal","index":1,"total":4,"title":"One of each","language":"en","question":{"kind":"multiple","text":"Which are even?","choices":[{"id":0,"text":"2"},{"id":1,"text":"3"},{"id":2,"text":"4"}],"timeMs":20000,"points":1000,"media":{"audio":"/even.ogg","alt":"Counting."}},"answered":2,"players":3,"locked":true,"paused":false,"reveal":{"correct":[0,2],"counts":{"0":2,"1":0,"2":1}}}} satisfies Broadcasts<Quiz>["snapshot"],
  // player
  {"tick":1,"answered":true,"choices":[0],"correct":false,"gain":488,"score":488,"rank":2,"streak":0,"ahead":{"name":"Ann","by":1482}} satisfies Broadcasts<Quiz>["you"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"leaderboard","index":1,"total":4,"title":"One of each","language":"en","question":{"kind":"multiple","text":"Which are even?","choices":[{"id":0,"text":"2"},{"id":1,"text":"3"},{"id":2,"text":"4"}],"timeMs":20000,"points":1000,"media":{"audio":"/even.ogg","alt":"Counting."}},"answered":2,"players":3,"locked":true,"paused":false,"reveal":{"correct":[0,2],"counts":{"0":2,"1":0,"2":1}},"leaderboard":[{"seat":3,"name":"Ann","score":1970,"gain":985,"rank":1},{"seat":5,"name":"Cy","score":488,"gain":488,"rank":2},{"seat":4,"name":"Bob","score":0,"gain":0,"rank":3}]}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"question","question":{"kind":"truefalse","text":"Nought is even.","choices":[{"id":0,"text":"True"},{"id":1,"text":"False"}],"timeMs":20000,"points":1000,"media":{"video":"/nought.webm","alt":"Nought."}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"question","index":2,"total":4,"title":"One of each","language":"en","question":{"kind":"truefalse","text":"Nought is even.","choices":[{"id":0,"text":"True"},{"id":1,"text":"False"}],"timeMs":20000,"points":1000,"media":{"video":"/nought.webm","alt":"Nought."}},"answered":0,"players":3,"locked":true,"paused":false}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"reveal","reveal":{"correct":[0],"counts":{"0":1,"1":0}},"roster":{"3":{"score":2955}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"reveal","reveal":{"correct":[0],"counts":{"0":1,"1":0}}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"reveal","index":2,"total":4,"title":"One of each","language":"en","question":{"kind":"truefalse","text":"Nought is even.","choices":[{"id":0,"text":"True"},{"id":1,"text":"False"}],"timeMs":20000,"points":1000,"media":{"video":"/nought.webm","alt":"Nought."}},"answered":1,"players":3,"locked":true,"paused":false,"reveal":{"correct":[0],"counts":{"0":1,"1":0}}}} satisfies Broadcasts<Quiz>["snapshot"],
  // player
  {"tick":1,"t":1000.5,"state":{"phase":"leaderboard","index":2,"total":4,"title":"One of each","language":"en","question":{"kind":"truefalse","text":"Nought is even.","choices":[{"id":0,"text":"True"},{"id":1,"text":"False"}],"timeMs":20000,"points":1000,"media":{"video":"/nought.webm","alt":"Nought."}},"answered":1,"players":3,"locked":true,"paused":false,"reveal":{"correct":[0],"counts":{"0":1,"1":0}},"leaderboard":[{"seat":3,"name":"Ann","score":2955,"gain":985,"rank":1},{"seat":5,"name":"Cy","score":488,"gain":0,"rank":2},{"seat":4,"name":"Bob","score":0,"gain":0,"rank":3}]}} satisfies Broadcasts<Quiz>["snapshot"],
  // host
  {"type":"kick","seat":4} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"count":2,"joined":[],"left":[{"seat":4,"name":"Bob"}]} satisfies Broadcasts<Quiz>["players"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":2,"roster":{"4":null}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"token":"token","sync":"delta"} satisfies Requests<Quiz>["resume"]["say"],
  // player
  {"reason":"replaced","message":"Your seat was taken over from another window or device."} satisfies Broadcasts<Quiz>["closed"],
  // player
  {"ok":true,"room":"room","game":"quiz","seat":3,"token":"token","role":"player","avatar":7,"hz":20,"options":{"autoAdvance":false,"shuffle":"none"},"tick":1,"time":1000.5,"state":{"phase":"countdown","index":3,"total":4,"title":"One of each","language":"en","answered":0,"players":2,"locked":true,"paused":false},"you":{"answered":false,"score":2955,"rank":1,"streak":3}} satisfies Requests<Quiz>["resume"]["get"],
  // host
  {"type":"end"} satisfies Requests<Quiz>["input"]["say"],
  // host
  {"tick":1,"phase":"podium","running":false} satisfies Broadcasts<Quiz>["timer"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"phase":"podium","leaderboard":[{"seat":3,"name":"Ann","score":2955,"gain":985,"rank":1},{"seat":5,"name":"Cy","score":488,"gain":0,"rank":2}],"unveiled":0}} satisfies Broadcasts<Quiz>["delta"],
  // host
  {} satisfies Requests<Quiz>["summary"]["say"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"unveiled":1}} satisfies Broadcasts<Quiz>["delta"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"unveiled":null}} satisfies Broadcasts<Quiz>["delta"],
  // host
  {"ok":true,"summary":{"players":2,"answered":4,"right":3,"hardest":1,"fastest":0,"questions":[{"kind":"single","text":"Which is a prime?","choices":[{"text":"21","correct":false,"count":0},{"text":"23","correct":true,"count":1},{"text":"25","correct":false,"count":0}],"players":3,"answered":1,"right":1,"partly":0,"medianMs":581},{"kind":"multiple","text":"Which are even?","choices":[{"text":"2","correct":true,"count":2},{"text":"3","correct":false,"count":0},{"text":"4","correct":true,"count":1}],"players":3,"answered":2,"right":1,"partly":1,"worth":0.75,"medianMs":781},{"kind":"truefalse","text":"Nought is even.","choices":[{"text":"True","correct":true,"count":1},{"text":"False","correct":false,"count":0}],"players":3,"answered":1,"right":1,"partly":0,"medianMs":581}],"results":[{"seat":3,"name":"Ann","score":2955,"rank":1,"gains":[985,985,985]},{"seat":5,"name":"Cy","score":488,"rank":2,"gains":[null,488,null]}]}} satisfies Requests<Quiz>["summary"]["get"],
  // player
  {} satisfies Requests<Quiz>["leave"]["say"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":1,"leaderboard":[{"seat":3,"name":"Ann","score":2955,"gain":985,"rank":1}],"roster":{"5":null}}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":1,"leaderboard":[{"seat":3,"name":"Ann","score":2955,"gain":985,"rank":1}]}} satisfies Broadcasts<Quiz>["delta"],
  // player
  {"ok":true} satisfies Requests<Quiz>["leave"]["get"],
  // host
  {"tick":1,"base":1,"t":1000.5,"patch":{"index":0}} satisfies Broadcasts<Quiz>["delta"],
  // host
  {"reason":"ended","message":"The game is over."} satisfies Broadcasts<Quiz>["closed"],
  // player
  {"game":"arena","options":{"hz":10,"size":100000,"seats":8,"coins":4,"visible":8},"name":"Ada","private":false} satisfies Requests<Arena>["create"]["say"],
  // player
  {"tick":1,"count":1,"joined":[{"seat":1,"name":"Ada"}],"left":[]} satisfies Broadcasts<Arena>["players"],
  // player
  {"tick":1,"scores":[{"seat":1,"name":"Ada","score":0,"gain":0,"rank":1}],"total":1} satisfies Broadcasts<Arena>["score"],
  // player
  {"tick":1,"t":1000.5,"state":{"players":{"1":{"x":1.5,"y":1.5,"score":0}},"coins":{"0":{"x":1.5,"y":1.5},"1":{"x":1.5,"y":1.5},"2":{"x":1.5,"y":1.5},"3":{"x":1.5,"y":1.5}}}} satisfies Broadcasts<Arena>["snapshot"],
  // player
  {"ok":true,"room":"room","game":"arena","seat":1,"token":"token","role":"player","hz":10,"options":{"hz":10,"size":100000,"seats":8,"coins":4,"visible":8},"tick":1,"time":1000.5,"state":{"players":{"1":{"x":1.5,"y":1.5,"score":0}},"coins":{"0":{"x":1.5,"y":1.5},"1":{"x":1.5,"y":1.5},"2":{"x":1.5,"y":1.5},"3":{"x":1.5,"y":1.5}}},"you":{"seq":0}} satisfies Requests<Arena>["create"]["get"],
  // player
  {"game":"arena","options":{"hz":10,"size":100000,"seats":8,"coins":4,"visible":8},"name":"Bo","avatar":0} satisfies Requests<Arena>["join"]["say"],
  // player
  {"tick":1,"scores":[{"seat":1,"name":"Ada","score":0,"gain":0,"rank":1},{"seat":2,"name":"Bo","score":0,"gain":0,"rank":1,"avatar":0}],"total":2} satisfies Broadcasts<Arena>["score"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":{"2":{"x":1.5,"y":1.5,"score":0}}}} satisfies Broadcasts<Arena>["delta"],
  // player
  {"tick":1,"count":2,"joined":[{"seat":2,"name":"Bo","avatar":0}],"left":[]} satisfies Broadcasts<Arena>["players"],
  // player
  {"tick":1,"count":2,"joined":[{"seat":1,"name":"Ada"},{"seat":2,"name":"Bo","avatar":0}],"left":[]} satisfies Broadcasts<Arena>["players"],
  // player
  {"tick":1,"t":1000.5,"state":{"players":{"1":{"x":1.5,"y":1.5,"score":0},"2":{"x":1.5,"y":1.5,"score":0}},"coins":{"0":{"x":1.5,"y":1.5},"1":{"x":1.5,"y":1.5},"2":{"x":1.5,"y":1.5},"3":{"x":1.5,"y":1.5}}}} satisfies Broadcasts<Arena>["snapshot"],
  // player
  {"ok":true,"room":"room","game":"arena","seat":2,"token":"token","role":"player","avatar":0,"hz":10,"options":{"hz":10,"size":100000,"seats":8,"coins":4,"visible":8},"tick":1,"time":1000.5,"state":{"players":{"1":{"x":1.5,"y":1.5,"score":0},"2":{"x":1.5,"y":1.5,"score":0}},"coins":{"0":{"x":1.5,"y":1.5},"1":{"x":1.5,"y":1.5},"2":{"x":1.5,"y":1.5},"3":{"x":1.5,"y":1.5}}},"you":{"seq":0}} satisfies Requests<Arena>["join"]["get"],
  // spectator
  {"room":"room","role":"spectator","sync":"snapshot"} satisfies Requests<Arena>["join"]["say"],
  // spectator
  {"ok":true,"room":"room","game":"arena","seat":3,"token":"token","role":"spectator","hz":10,"options":{"hz":10,"size":100000,"seats":8,"coins":4,"visible":8},"tick":1,"time":1000.5,"state":{"players":{"1":{"x":1.5,"y":1.5,"score":0},"2":{"x":1.5,"y":1.5,"score":0}},"coins":{"0":{"x":1.5,"y":1.5},"1":{"x":1.5,"y":1.5},"2":{"x":1.5,"y":1.5},"3":{"x":1.5,"y":1.5}}},"you":null} satisfies Requests<Arena>["join"]["get"],
  // player
  {"type":"move","seq":1,"dx":1.5,"dy":0} satisfies Requests<Arena>["input"]["say"],
  // player
  {"tick":1,"seq":1} satisfies Broadcasts<Arena>["you"],
  // player
  {"tick":1,"base":1,"t":1000.5,"patch":{"players":{"1":{"x":1.5}}}} satisfies Broadcasts<Arena>["delta"],
  // player
  {"ok":true,"tick":1} satisfies Requests<Arena>["input"]["get"],
  // player
  {"reason":"shutdown","message":"This server is shutting down."} satisfies Broadcasts<Arena>["closed"],
  // anybody
  {"tick":1,"type":"bang"} satisfies Broadcasts<AnyGame & { event: { type: string } }>["event"],
] as const;
