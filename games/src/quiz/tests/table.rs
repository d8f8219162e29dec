//! The table: plays a quiz from a script with a clock of its own, as the room runtime would, and writes what happens.
//!
//! A script line is `MS NAME VERB [WORDS]`, by arrival. Whoever is called `host` is the host, `tv` a spectator. Inputs are
//! applied at the first step at or after their arrival, and the quiz is stepped only when it asked for it.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::{Input, Options, Quiz, pace};
use super::packs::{KINDS, Shelf};
use crate::contract::{Effects, Flow, Game, Group, Micros, NoEvent, Opening, Person, Role, SeatId};

/// Plays `script` with the pack of all kinds, and compares the transcript.
#[track_caller]
pub(super) fn check(script: &str, expect: &str) {
    check_with(&json!({}), script, expect);
}

/// The same with these options.
#[track_caller]
pub(super) fn check_with(options: &Value, script: &str, expect: &str) {
    let mut table = Table::new(KINDS, options, 7);
    table.play(script);
    let tidy = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let (got, expect) = (tidy(&table.log), tidy(expect));
    assert!(got == expect, "the transcript is\n{got}\n\nand not\n{expect}");
}

/// A quiz and who plays it.
pub(super) struct Table {
    pub(super) quiz: Quiz,
    seats: BTreeMap<String, SeatId>,
    roles: BTreeMap<SeatId, Role>,
    inbox: VecDeque<(u64, String, String)>,
    /// The step to come, by number.
    step: u64,
    flow: Flow,
    shown: String,
    phase: &'static str,
    log: String,
}

impl Table {
    pub(super) fn new(pack: &str, options: &Value, seed: u64) -> Self {
        let mut all = json!({"pack": "pack"});
        for (key, value) in options.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        let options: Options = serde_json::from_value(all).expect("the test's options are valid");
        let shelf = Shelf::new(pack);
        let (quiz, _) = Quiz::open(options, Opening { seed, library: &shelf }).expect("the test's pack is valid");
        Self {
            quiz,
            seats: BTreeMap::new(),
            roles: BTreeMap::new(),
            inbox: VecDeque::new(),
            step: 0,
            flow: Flow::Sleep,
            shown: String::new(),
            phase: "lobby",
            log: String::new(),
        }
    }

    /// Plays a script to its last line and the step after it.
    pub(super) fn play(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (at, rest) = line.split_once(' ').expect("a line is `MS NAME VERB`");
            let at: u64 = at.parse().expect("a line begins with milliseconds");
            let (who, what) = rest.split_once(' ').unwrap_or((rest, ""));
            self.inbox.push_back((at, who.to_owned(), what.to_owned()));
        }
        while !self.inbox.is_empty() {
            self.step_once();
        }
    }

    pub(super) fn seat(&self, name: &str) -> SeatId {
        self.seats[name]
    }

    fn step_once(&mut self) {
        let now = self.step * 1000 / u64::from(pace::HZ);
        let mut woken = false;
        while self.inbox.front().is_some_and(|(at, ..)| *at <= now) {
            let (at, who, what) = self.inbox.pop_front().expect("it was there");
            self.apply(at, &who, &what);
            woken = true;
        }
        let due = match self.flow {
            Flow::EveryTick => true,
            Flow::SleepUntil(at) => at <= Micros(now * 1000),
            Flow::Sleep => false,
            Flow::End => return self.step += 1,
        };
        if woken || due {
            let mut effects = Effects::default();
            self.flow = self.quiz.tick(self.step, Micros(now * 1000), &mut effects);
            self.effects(now, effects);
            if self.flow == Flow::End {
                self.say(now, "the room ends");
            }
        }
        self.step += 1;
    }

    fn apply(&mut self, at: u64, who: &str, what: &str) {
        let mut effects = Effects::default();
        let stamp = Micros(at * 1000);
        let refused = match (what, self.seats.get(who).copied()) {
            ("", _) => None,
            ("joins", None) => self.join(who, stamp, &mut effects),
            (_, None) => panic!("{who} has no seat"),
            ("drops" | "returns", Some(seat)) => {
                self.quiz.presence(seat, what == "returns", stamp, &mut effects);
                None
            }
            ("leaves", Some(seat)) => {
                self.quiz.leave(seat, stamp, &mut effects);
                None
            }
            ("asks", Some(seat)) => {
                let private = serde_json::to_string(&self.quiz.private(seat)).expect("a private view is JSON");
                self.say(at, &format!("{who}: {private}"));
                None
            }
            ("counts", Some(seat)) => {
                let view = self.quiz.view(self.quiz.group(self.roles[&seat]), stamp);
                self.say(at, &format!("{who}: {}/{}", view.answered, view.players));
                None
            }
            (_, Some(seat)) => {
                let role = self.roles[&seat];
                self.quiz.input(seat, role, self.input(what), stamp, &mut effects).err().map(|refusal| refusal.code)
            }
        };
        if let Some(code) = refused {
            self.say(at, &format!("{who}: {code}"));
            let silent = effects.private.is_empty() && !effects.private_all && !effects.standings;
            assert!(silent && effects.remove.is_empty() && effects.lock.is_none(), "a refusal changes nothing");
        }
        self.effects(at, effects);
    }

    fn join(&mut self, who: &str, at: Micros, effects: &mut Effects<NoEvent>) -> Option<&'static str> {
        let seat = SeatId(u32::try_from(self.seats.len()).expect("few join") + 1);
        let role = match who {
            "host" => Role::Host,
            "tv" => Role::Spectator,
            _ => Role::Player,
        };
        if let Err(refusal) = self.quiz.join(seat, &Person { name: who.into(), role }, at, effects) {
            return Some(refusal.code);
        }
        self.seats.insert(who.to_owned(), seat);
        self.roles.insert(seat, role);
        None
    }

    /// What a script's words ask for: `answer INDEX ID`, `answer INDEX ID+ID`, or a host's input.
    fn input(&self, what: &str) -> Input {
        let words: Vec<_> = what.split(' ').collect();
        let number = |word: &str| word.parse::<u32>().expect("a number");
        let value = match words[..] {
            ["answer", index, ids] if ids.contains('+') => {
                let ids: Vec<_> = ids.split('+').filter(|id| !id.is_empty()).map(number).collect();
                json!({"type": "answer", "index": number(index), "choices": ids})
            }
            ["answer", index, id] => json!({"type": "answer", "index": number(index), "choice": number(id)}),
            ["extend", ms] => json!({"type": "extend", "ms": number(ms)}),
            ["lock"] => json!({"type": "lock", "locked": true}),
            ["unlock"] => json!({"type": "lock", "locked": false}),
            ["kick", who] => json!({"type": "kick", "seat": self.seats.get(who).map_or(99, |seat| seat.0)}),
            [other] => json!({"type": other}),
            _ => panic!("no such input: {what}"),
        };
        serde_json::from_value(value).expect("an input of the quiz")
    }

    /// Does what the runtime does after a call, and writes down what viewers would notice.
    fn effects(&mut self, now: u64, effects: Effects<NoEvent>) {
        for (seat, refusal) in effects.remove {
            self.say(now, &format!("seat {} is removed: {}", seat.0, refusal.code));
            let mut more = Effects::default();
            self.quiz.leave(seat, Micros(now * 1000), &mut more);
        }
        if let Some(locked) = effects.lock {
            self.say(now, if locked { "locked" } else { "unlocked" });
        }
        self.show_phase(now);
    }

    fn show_phase(&mut self, now: u64) {
        let timer = self.quiz.timer(Micros(now * 1000)).expect("a quiz always has a phase");
        let mut shown = timer.phase.to_owned();
        if let Some(round) = self.quiz.phase.round() {
            write!(shown, " {}", round.index).expect("a string takes all");
        }
        if let Some(end) = timer.ends_at {
            write!(shown, " till {}", end.0 / 1000).expect("a string takes all");
        }
        if let Some(left) = timer.left {
            write!(shown, " stopped with {} left", left.as_millis()).expect("a string takes all");
        }
        if let Some(places) = self.quiz.view(Group::Players, Micros(now * 1000)).unveiled {
            write!(shown, " with {places} shown").expect("a string takes all");
        }
        if shown != self.shown {
            self.say(now, &shown);
            self.shown = shown;
        }
        if self.phase != timer.phase {
            self.phase = timer.phase;
            if timer.phase == "reveal" {
                self.show_gains();
            }
        }
    }

    fn show_gains(&mut self) {
        let mut gains = String::new();
        for (name, seat) in &self.seats {
            if let Some(player) = self.quiz.players.player(*seat) {
                let mark = if player.correct == Some(true) { "right" } else { "wrong" };
                let (gain, score, rank, streak) = (player.gain, player.score, player.rank, player.streak);
                writeln!(gains, "  {name} {mark} +{gain} ={score} #{rank} x{streak}").expect("a string takes all");
            }
        }
        self.log.push_str(&gains);
    }

    fn say(&mut self, now: u64, what: &str) {
        writeln!(self.log, "{now} {what}").expect("a string takes all");
    }
}
