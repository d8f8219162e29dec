//! Several servers that an adapter joins: what reaches whose sockets, once and in order, and who comes back to which.
//!
//! The adapter is a test's own, in memory; it does what one over a network has to do.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::yield_now;

use super::guest::{Guest, comes, slow_middleware};
use super::*;

/// The servers there are, and what recovery needs of them all: a log of events, and who is away.
#[derive(Debug, Default)]
struct Middle {
    locals: Mutex<Vec<Local>>,
    log: Mutex<Vec<(Box<str>, Args, Target)>>,
    away: Mutex<HashMap<SocketId, Kept>>,
    /// Clients that wait for [`Middle::let_in`].
    waiting: Mutex<Vec<(SocketId, Option<usize>, Returning)>>,
    /// Of each who came back, whether its connection had the session already.
    came: Mutex<Vec<bool>>,
    recovers: bool,
    /// Whether clients that come back have to wait.
    slow: bool,
}

/// One server's way to the others.
#[derive(Debug)]
struct Spoke {
    middle: Arc<Middle>,
    own: usize,
}

impl Middle {
    fn server(self: &Arc<Self>) -> Io {
        self.server_of(Config::default())
    }

    fn server_of(self: &Arc<Self>, config: Config) -> Io {
        let middle = Arc::clone(self);
        Io::with_adapter(config, move |local| {
            let mut locals = middle.locals.lock();
            locals.push(local);
            Box::new(Spoke { middle: Arc::clone(&middle), own: locals.len() - 1 })
        })
    }

    fn find(&self, pid: SocketId, offset: Option<usize>) -> Option<Restored> {
        let session = self.away.lock().remove(&pid)?;
        let number = |mark: &str| mark.parse::<usize>().expect("a mark of this adapter's");
        let had =
            |stay: &Stay, at| number(&stay.from) <= at && stay.until.as_deref().is_none_or(|until| at < number(until));
        let was_in = |rooms: &[Arc<str>], at| {
            let own = rooms.iter().any(|room| **room == *session.id.as_str());
            own || session.stays.iter().any(|stay| rooms.contains(&stay.room) && had(stay, at))
        };
        let log = self.log.lock();
        let first = offset.map(|offset| offset + 1).max(session.since.as_deref().map(number))?;
        let missed = log.iter().enumerate().skip(first).filter(|(at, (_, _, to))| {
            (to.rooms().is_empty() || was_in(to.rooms(), *at)) && !was_in(to.excepted(), *at)
        });
        let missed = missed.map(|(at, (name, args, _))| (name.clone(), with_offset(args, at))).collect();
        Some(Restored { session, missed })
    }

    fn let_in(&self) {
        let waiting = std::mem::take(&mut *self.waiting.lock());
        for (pid, offset, client) in waiting {
            client.enter(self.find(pid, offset));
        }
    }
}

fn with_offset(args: &Args, offset: usize) -> Args {
    let values = args.values().expect("readable arguments").into_iter();
    values.chain([Value::Text(offset.to_string())]).collect()
}

impl Spoke {
    fn others(&self) -> Vec<Local> {
        let locals = self.middle.locals.lock();
        let name = locals[self.own].name();
        let others = locals.iter().enumerate().filter(|(at, local)| *at != self.own && local.name() == name);
        others.map(|(_, local)| local.clone()).collect()
    }
}

impl Adapter for Spoke {
    fn servers(&self) -> usize {
        self.others().len() + 1
    }

    fn broadcast(&self, local: &Local, event: Outgoing<'_>, target: &Target) -> Result<usize, EmitError> {
        if !self.middle.recovers || target.flags.volatile {
            self.others().iter().try_for_each(|other| other.broadcast(event, target).map(drop))?;
            return local.broadcast(event, target);
        }
        let mut log = self.middle.log.lock();
        log.push((event.name().into(), event.args()?, target.clone()));
        let offset = (log.len() - 1).to_string();
        self.others().iter().try_for_each(|other| other.broadcast_with_offset(event, target, &offset).map(drop))?;
        local.broadcast_with_offset(event, target, &offset)
    }

    fn ask(&self, event: Outgoing<'_>, target: &Target, answers: Elsewhere) -> usize {
        let others = self.others();
        for other in &others {
            let mut survey = other.ask(event, target).expect("an event that can be encoded");
            let answers = answers.clone();
            assert!(answers.asked(survey.sockets().len()));
            tokio::spawn(async move {
                while let Some((_, args)) = survey.next().await {
                    answers.answered(args);
                }
            });
        }
        others.len()
    }

    fn fetch(&self, target: &Target, _: Duration) -> Pending<Result<Vec<SocketDetails>, FetchError>> {
        let found = self.others().iter().flat_map(|other| other.fetch(target)).collect();
        Box::pin(async move { Ok(found) })
    }

    fn join(&self, target: &Target, rooms: &[Arc<str>]) {
        self.others().iter().for_each(|other| other.join(target, rooms));
    }

    fn leave(&self, target: &Target, rooms: &[Arc<str>]) {
        self.others().iter().for_each(|other| other.leave(target, rooms));
    }

    fn disconnect(&self, target: &Target, close: bool) {
        self.others().iter().for_each(|other| other.disconnect(target, close));
    }

    fn emit_to_servers(&self, event: Outgoing<'_>) {
        let args = event.args().expect("arguments that can be encoded");
        self.others().iter().for_each(|other| other.server_event(event.name(), args.clone(), None));
    }

    fn ask_servers(&self, event: Outgoing<'_>, _: Duration) -> Pending<ServerAnswers> {
        let args = event.args().expect("arguments that can be encoded");
        let answered = Arc::new(Mutex::new(Vec::new()));
        for other in self.others() {
            let answers = Arc::clone(&answered);
            let ack = ServerAck::new(move |args| answers.lock().push(args));
            other.server_event(event.name(), args.clone(), Some(ack));
        }
        let missing = self.others().len() - answered.lock().len();
        Box::pin(async move { ServerAnswers { answered: std::mem::take(&mut answered.lock()), missing } })
    }

    fn recovers(&self) -> bool {
        self.middle.recovers
    }

    /// How many events there have been.
    fn position(&self) -> Option<Box<str>> {
        self.middle.recovers.then(|| self.middle.log.lock().len().to_string().into())
    }

    fn keep(&self, session: Kept) {
        self.middle.away.lock().insert(session.pid, session);
    }

    fn restore(&self, pid: SocketId, offset: Option<&str>, client: Returning) {
        self.middle.came.lock().push(client.had_it());
        let offset = offset.and_then(|offset| offset.parse().ok());
        if self.middle.slow {
            self.middle.waiting.lock().push((pid, offset, client));
        } else {
            client.enter(self.middle.find(pid, offset));
        }
    }
}

fn pair() -> [Io; 2] {
    let middle = Arc::new(Middle::default());
    [middle.server(), middle.server()]
}

#[tokio::test]
async fn a_broadcast_reaches_the_sockets_of_all_servers_unless_it_is_local() {
    let [left, right] = pair();
    let (a, sa) = Peer::joined(&left);
    let (b, sb) = Peer::joined(&right);
    sb.join("red");
    let got = |expected: [usize; 2]| assert_eq!([a.take().len(), b.take().len()], expected);
    assert_eq!(left.of("/").server_count(), 2);
    assert_eq!(left.of("/").emit("e", ()), Ok(1));
    got([1, 1]);
    assert_eq!(left.of("/").everyone().local().emit("e", ()), Ok(1));
    got([1, 0]);
    assert_eq!(left.of("/").to("red").emit("e", ()), Ok(0));
    got([0, 1]);
    assert_eq!(sa.broadcast().emit("e", ()), Ok(0));
    got([0, 1]);
    assert_eq!(sa.local().emit("e", ()), Ok(0));
    got([0, 0]);
    assert_eq!(left.of("/").to(sb.id()).emit("e", ()), Ok(0));
    got([0, 1]);
    assert_eq!(sb.volatile().except("red").emit("e", ()), Ok(0));
    got([1, 0]);
    sb.volatile().local().emit("e", ()).expect("an event");
    got([0, 0]);
}

#[tokio::test]
async fn sockets_of_all_servers_are_fetched_and_acted_upon() {
    let [left, right] = pair();
    let log = with_reasons(&right);
    let (a, sa) = Peer::joined(&left);
    let (b, sb) = Peer::joined(&right);
    sa.set_data("for this server alone");
    sb.share_data(("Ada", 36));
    sb.join("red");
    let mut all = left.of("/").fetch_sockets().await.expect("answers");
    all.sort_by_key(RemoteSocket::id);
    let mut expected = [sa.id(), sb.id()];
    expected.sort();
    assert_eq!(all.iter().map(RemoteSocket::id).collect::<Vec<_>>(), expected);
    assert_eq!(left.of("/").everyone().local().fetch_sockets().await.expect("answers").len(), 1);
    let red = left.of("/").within("red").fetch_sockets().await.expect("answers").pop().expect("one of them");
    assert_eq!((red.id(), red.rooms()[1].as_ref()), (sb.id(), "red"));
    assert_eq!(red.handshake().header("user-agent"), Some("peer"));
    assert_eq!(red.data::<(String, u8)>(), Ok(("Ada".to_owned(), 36)));
    let own = left.of("/").to(sa.id()).fetch_sockets().await.expect("answers").pop().expect("one of them");
    assert_eq!(own.data::<Option<String>>(), Ok(None), "what is not shared is not shown");

    red.emit("hello", (1,)).expect("an event");
    assert_eq!((a.take().len(), b.take()), (0, vec![r#"2["hello",1]"#.to_owned()]));
    red.join(["blue", "green"]);
    red.leave("red");
    assert_eq!(sb.rooms()[1..], ["blue", "green"].map(Arc::<str>::from));
    left.of("/").sockets_join("all");
    assert_eq!((sa.rooms().len(), sb.rooms().len()), (2, 4));
    left.of("/").everyone().local().sockets_leave("all");
    assert_eq!((sa.rooms().len(), sb.rooms().len()), (1, 4));
    red.disconnect(false);
    assert_eq!(log.take(), ["server namespace disconnect"]);
    assert!(sa.is_connected());
}

#[tokio::test(start_paused = true)]
async fn an_admin_of_one_server_sees_and_reaches_the_sockets_of_all() {
    let [a, b] = pair();
    for (io, server_id) in [(&a, "a"), (&b, "b")] {
        let config = admin::Config { open: true, server_id: Some(server_id.to_owned()), ..admin::Config::default() };
        io.instrument(config).expect("an admin namespace");
    }
    let (_guest, early) = Peer::joined(&b);
    let watcher = Peer::open(&a);
    watcher.text("0/admin").expect("a CONNECT");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (_guest, late) = Peer::joined(&b);
    watcher.text(&format!(r#"2/admin,["join","/","red","{}"]"#, early.id())).expect("a command");
    watcher.text(r#"2/admin,["_disconnect","/",false]"#).expect("a command");
    assert!(!early.is_connected() && !late.is_connected());
    let told = watcher.take();
    for (event, about) in [
        ("all_sockets", early.id().as_str()),
        ("server_stats", r#""serverId":"a""#),
        ("server_stats", r#""serverId":"b""#),
        ("socket_connected", late.id().as_str()),
        ("room_joined", r#""red""#),
        ("socket_disconnected", late.id().as_str()),
    ] {
        let event = format!(r#"2/admin,["{event}","#);
        assert!(told.iter().any(|told| told.starts_with(&event) && told.contains(about)), "{event} {about}: {told:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_of_all_servers_are_collected() {
    let [left, right] = pair();
    let (a, sa) = Peer::joined(&left);
    let (b, sb) = Peer::joined(&right);
    let (c, _) = Peer::joined(&right);
    let answers = tokio::spawn(left.of("/").emit_with_ack("ready?", ()));
    a.text(r#"30["a"]"#).expect("an ack");
    b.text(r#"30["b"]"#).expect("an ack");
    c.text(r#"30["c"]"#).expect("an ack");
    let begun = tokio::time::Instant::now();
    let answers = answers.await.expect("no panic").expect("it was sent");
    assert!(begun.elapsed().is_zero(), "nobody is missing");
    assert_eq!(answers.answered.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [sa.id()]);
    let mut said: Vec<_> = answers.elsewhere.iter().map(|args| args.get::<String>(0).expect("text")).collect();
    said.sort();
    assert_eq!((said, answers.missing_elsewhere), (vec!["b".to_owned(), "c".to_owned()], 0));

    let asked = left.of("/").timeout(Duration::from_secs(3)).emit_with_ack("ready?", ());
    b.text(r#"31["b"]"#).expect("an ack");
    let answers = asked.await.expect("it was sent");
    assert_eq!(begun.elapsed(), Duration::from_secs(3));
    assert_eq!((answers.missing, answers.elsewhere.len(), answers.missing_elsewhere), (vec![sa.id()], 1, 1));

    let remote = left.of("/").to(sb.id()).fetch_sockets().await.expect("answers").pop().expect("one of them");
    let answer = remote.timeout(Duration::from_secs(1)).emit_with_ack("who?", ());
    b.text(r#"32["Ada"]"#).expect("an ack");
    assert_eq!(answer.await.expect("an answer").get::<String>(0), Ok("Ada".to_owned()));
    let silent = remote.timeout(Duration::from_secs(1)).emit_with_ack("who?", ()).await;
    assert_eq!(silent, Err(AckError::Timeout));
}

#[tokio::test]
async fn servers_send_each_other_events_and_answer_them_once() {
    let [left, right] = pair();
    let log = Log::default();
    let (here, there, panicking) = (log.clone(), log.clone(), right.of("/"));
    left.of("/").on_server_event("load?", move |_| here.say("the sender hears itself"));
    panicking.on_server_event("load?", |_| panic!("a fault in a listener"));
    right.of("/").on_server_event("load?", move |event| {
        there.say(format!("{} {:?}", event.name, event.args.get::<String>(0)));
        if let Some(ack) = &event.ack {
            ack.send((7,)).expect("the first answer");
            assert_eq!(ack.send((8,)), Err(EmitError::Acknowledged));
        }
    });
    left.of("/").server_side_emit("load?", ("now",)).expect("an event");
    left.of("/").server_side_emit("nobody waits", ()).expect("an event");
    assert_eq!(log.take(), [r#"load? Ok("now")"#]);
    let loads = left.of("/").server_side_emit_with_ack("load?", ("now",)).await.expect("an event");
    assert_eq!((loads.answered.len(), loads.missing), (1, 0));
    assert_eq!(loads.answered[0].get::<u8>(0), Ok(7));
    let reserved = EmitError::Reserved("connect".into());
    assert_eq!(left.of("/").server_side_emit("connect", ()), Err(reserved.clone()));
    assert_eq!(left.of("/").server_side_emit_with_ack("connect", ()).await, Err(reserved));
}

#[tokio::test]
async fn who_comes_back_to_another_server_is_the_same_socket_and_gets_what_it_missed() {
    for slow in [false, true] {
        let middle = Arc::new(Middle { recovers: true, slow, ..Middle::default() });
        let (left, right) = (middle.server(), middle.server());
        let tap = Guest::open(&left, "");
        let joined = Guest::texts(&tap).pop().expect("an answer");
        let guest = Guest::new(&joined, tap);
        let socket = left.of("/").socket(&SocketId::parse(&guest.id).expect("an id")).expect("a socket");
        socket.join("red");
        socket.share_data("Ada");
        right.of("/").to("red").emit("seen", ("a",)).expect("an event");
        assert_eq!(Guest::texts(&guest.tap), [r#"2["seen","a","0"]"#]);
        guest.cut(&left);
        assert_eq!(socket.emit("lost", ()), Err(EmitError::NotConnected));
        left.of("/").to("red").emit("missed", ("b",)).expect("an event");
        right.of("/").except("red").emit("for others", ()).expect("an event");
        right.of("/").to("red").volatile().emit("too", ()).expect("an event");

        let back = Guest::open(&right, &guest.claim("0"));
        if slow {
            assert!(Guest::texts(&back).is_empty() && right.of("/").is_empty(), "it waits");
            middle.let_in();
        }
        let mut heard = Guest::texts(&back);
        let again = Guest::new(&heard.remove(0), back);
        assert_eq!((&again.id, &again.pid), (&guest.id, &guest.pid));
        assert_eq!(heard, [r#"2["missed","b","1"]"#]);
        let recovered = right.of("/").socket(&socket.id()).expect("a socket");
        assert!(recovered.recovered());
        assert_eq!(recovered.rooms(), [guest.id.as_str(), "red"].map(Arc::<str>::from));
        assert_eq!(recovered.shared_data(), Ok("Ada".to_owned()));
        left.of("/").to("red").emit("on it goes", ()).expect("an event");
        assert_eq!(Guest::texts(&again.tap), [r#"2["on it goes","3"]"#]);
        let twice = Guest::open(&right, &format!(r#"{{"pid":"{}"}}"#, guest.pid));
        middle.let_in();
        let joined = Guest::texts(&twice).pop().expect("an answer");
        assert_ne!(Guest::new(&joined, twice).id, guest.id, "a secret is good for one try");
    }
}

#[tokio::test]
async fn who_has_received_nothing_yet_gets_what_followed_its_coming_and_nothing_from_before() {
    let middle = Arc::new(Middle { recovers: true, ..Middle::default() });
    let (left, right) = (middle.server(), middle.server());
    let say = |io: &Io, room: &str, name: &str| {
        io.of("/").to(room).emit(name, ()).expect("an event");
    };
    right.of("/").emit("before it was there", ()).expect("an event");
    let tap = Guest::open(&left, "");
    let joined = Guest::texts(&tap).pop().expect("an answer");
    let guest = Guest::new(&joined, tap);
    say(&right, "red", "before it was in the room");
    guest.socket(&left).join("red");
    guest.cut(&left);
    say(&left, "red", "missed");
    right.of("/").except("red").emit("for others", ()).expect("an event");

    let back = Guest::open(&right, &format!(r#"{{"pid":"{}"}}"#, guest.pid));
    let heard = Guest::texts(&back);
    assert_eq!(heard[1..], [r#"2["missed","2"]"#]);
    let again = Guest::new(&heard[0], back);
    assert_eq!((&again.id, again.socket(&right).recovered()), (&guest.id, true));

    say(&left, "red", "while it was there first");
    again.socket(&right).leave("red");
    say(&left, "red", "while it was not in the room");
    again.socket(&right).join(["red", "blue"]);
    again.cut(&right);
    say(&left, "red", "missed");
    say(&right, "blue", "missed");
    let back = Guest::open(&left, &again.claim("2"));
    let heard = Guest::texts(&back);
    assert_eq!(heard[1..], [r#"2["while it was there first","4"]"#, r#"2["missed","6"]"#, r#"2["missed","7"]"#]);
    assert_eq!(Guest::new(&heard[0], back).id, guest.id);
}

#[tokio::test]
async fn an_offset_of_the_session_before_does_not_bring_back_what_was_not_for_this_one() {
    let middle = Arc::new(Middle { recovers: true, ..Middle::default() });
    let server = middle.server();
    for name in ["heard by the one before", "between the two"] {
        server.of("/").emit(name, ()).expect("an event");
    }
    let tap = Guest::open(&server, "");
    let joined = Guest::texts(&tap).pop().expect("an answer");
    let guest = Guest::new(&joined, tap);
    guest.cut(&server);
    server.of("/").emit("missed", ()).expect("an event");
    let back = Guest::open(&server, &guest.claim("0"));
    assert_eq!(Guest::texts(&back)[1..], [r#"2["missed","2"]"#]);
}

#[tokio::test]
async fn who_is_gone_again_before_its_session_is_found_may_come_back_once_more() {
    let middle = Arc::new(Middle { recovers: true, slow: true, ..Middle::default() });
    let server = middle.server();
    let tap = Guest::open(&server, "");
    let joined = Guest::texts(&tap).pop().expect("an answer");
    let guest = Guest::new(&joined, tap);
    server.of("/").emit("seen", ()).expect("an event");
    guest.cut(&server);
    let claim = guest.claim("0");
    // Nothing stands behind its session any more.
    Peer::open(&server).text(&format!("0{claim}")).expect("a CONNECT");
    middle.let_in();
    let back = Guest::open(&server, &claim);
    middle.let_in();
    let joined = Guest::texts(&back).pop().expect("an answer");
    assert_eq!(Guest::new(&joined, back).id, guest.id);
}

fn with_slow_middleware(middle: &Arc<Middle>) -> (Io, Arc<Notify>) {
    let recovery = Recovery { skip_middleware: false, ..Recovery::default() };
    let io = middle.server_of(Config { recovery, ..Config::default() });
    let go = slow_middleware(&io);
    (io, go)
}

#[tokio::test]
async fn what_is_sent_while_middleware_is_asked_about_who_comes_back_is_not_lost() {
    for slow in [false, true] {
        let middle = Arc::new(Middle { recovers: true, slow, ..Middle::default() });
        let (other, (io, go)) = (middle.server(), with_slow_middleware(&middle));
        let tap = Guest::open(&io, "");
        let guest = Guest::new(&comes(&tap).await[0], tap);
        guest.socket(&io).join("red");
        other.of("/").to("red").emit("seen", ()).expect("an event");
        guest.cut(&io);
        other.of("/").to("red").emit("missed", ()).expect("an event");
        let back = Guest::open(&io, &guest.claim("0"));
        middle.let_in();
        yield_now().await;
        io.of("/").to("red").emit("meanwhile", ()).expect("an event");
        assert!(Guest::texts(&back).is_empty() && io.of("/").is_empty(), "it is being asked about");
        go.notify_one();
        let mut heard = Vec::new();
        while heard.is_empty() {
            middle.let_in();
            heard = comes(&back).await;
        }
        other.of("/").to("red").emit("on it goes", ()).expect("an event");
        heard.extend(Guest::texts(&back));
        let again = Guest::new(&heard.remove(0), back);
        assert_eq!((&again.id, &again.pid), (&guest.id, &guest.pid));
        assert_eq!(heard, [r#"2["missed","1"]"#, r#"2["meanwhile","2"]"#, r#"2["on it goes","3"]"#]);
        assert_eq!(*middle.came.lock(), [false, true]);
        again.cut(&io);
        assert!(middle.away.lock().contains_key(&SocketId::parse(&guest.pid).expect("an id")), "and once more");
    }
}

#[tokio::test]
async fn who_is_back_again_while_middleware_is_asked_takes_its_session_along() {
    let middle = Arc::new(Middle { recovers: true, ..Middle::default() });
    let (other, (io, go)) = (middle.server(), with_slow_middleware(&middle));
    let tap = Guest::open(&io, "");
    let guest = Guest::new(&comes(&tap).await[0], tap);
    io.of("/").emit("seen", ()).expect("an event");
    guest.cut(&io);
    io.of("/").emit("missed", ()).expect("an event");
    // Its connection is lost while it waits, and nobody has noticed.
    let waiting = Guest::open(&io, &guest.claim("0"));
    yield_now().await;
    let back = Guest::open(&other, &guest.claim("0"));
    let heard = comes(&back).await;
    assert_eq!((&Guest::new(&heard[0], back).id, &*heard[1]), (&guest.id, r#"2["missed","1"]"#));
    go.notify_one();
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(Guest::texts(&waiting).is_empty() && io.of("/").is_empty());
    assert_eq!(waiting.closed(), Some(CloseReason::ForcedClose), "a session is one client's");
}

#[tokio::test]
async fn who_is_refused_when_it_comes_back_is_told_so() {
    let middle = Arc::new(Middle { recovers: true, ..Middle::default() });
    let (io, go) = with_slow_middleware(&middle);
    let tap = Guest::open(&io, "");
    let guest = Guest::new(&comes(&tap).await[0], tap);
    io.of("/").emit("seen", ()).expect("an event");
    guest.cut(&io);
    let back = Guest::open(&io, &guest.claim(r#"0","refused":""#));
    go.notify_one();
    assert_eq!(comes(&back).await, [r#"4{"message":"no"}"#]);
    assert!(io.of("/").is_empty());
}

#[tokio::test]
async fn a_session_whose_drop_is_not_noticed_is_given_up_once_and_kept() {
    let middle = Arc::new(Middle { recovers: true, ..Middle::default() });
    let server = middle.server();
    let tap = Guest::open(&server, "");
    let joined = Guest::texts(&tap).pop().expect("an answer");
    let guest = Guest::new(&joined, tap);
    server.of("/").emit("seen", ()).expect("an event");
    let log = with_reasons(&server);
    let pid = SocketId::parse(&guest.pid).expect("a secret");
    let local = middle.locals.lock()[0].clone();
    assert!(!local.give_up(&SocketId::parse(&guest.id).expect("an id")), "an id is no secret");
    for is_there in [true, false] {
        assert_eq!((local.give_up(&pid), middle.away.lock().contains_key(&pid)), (is_there, true));
    }
    assert_eq!((log.take(), server.of("/").len()), (vec!["transport close".to_owned()], 0));
    let back = Guest::open(&server, &guest.claim("0"));
    let joined = Guest::texts(&back).pop().expect("an answer");
    assert_eq!(Guest::new(&joined, back).id, guest.id);
    assert!(local.give_up(&pid), "it is there again");
}
