//! A crowd that does anything in any order: the room and its game agree on who is there, and nobody waits for an answer.
//!
//! The probe itself asserts that it is told of presence, leaving and inputs only where they make sense.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::room::CloseReason;

/// What somebody in the crowd does.
#[derive(Clone, Debug)]
enum Deed {
    Join { name: u8, watch: bool },
    Takeover,
    Drop(usize),
    Resume(usize),
    Leave(usize),
    Kick(usize),
    Lock(bool),
    Input(usize),
    Chat(usize),
    Pass(u16),
    Stall(u16),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..12_u8, any::<bool>()).prop_map(|(name, watch)| Deed::Join { name, watch }),
        1 => Just(Deed::Takeover),
        4 => (0..20_usize).prop_map(Deed::Drop),
        4 => (0..20_usize).prop_map(Deed::Resume),
        2 => (0..20_usize).prop_map(Deed::Leave),
        1 => (0..20_usize).prop_map(Deed::Kick),
        1 => prop::bool::weighted(0.2).prop_map(Deed::Lock),
        3 => (0..20_usize).prop_map(Deed::Input),
        1 => (0..20_usize).prop_map(Deed::Chat),
        4 => (0..1_500_u16).prop_map(Deed::Pass),
        1 => (0..2_000_u16).prop_map(Deed::Stall),
    ]
}

/// A link that asked for a seat, and what became of it.
struct Comer {
    link: Arc<Viewer>,
    /// The seat and its token, once answered.
    seat: Option<(SeatId, Arc<str>)>,
    dropped: bool,
    asked: u32,
    /// The acks of its wishes to leave.
    leaves: Vec<u32>,
}

impl Comer {
    /// Whether it is where its seat is.
    fn stays(&self) -> bool {
        let left = self.leaves.iter().any(|&ack| self.link.peek_answer(ack) == Some(Answer::Done));
        !self.dropped && !left && self.link.closed_for().is_empty()
    }
}

struct Crowd {
    table: Table,
    room: Arc<dyn RoomHandle<Viewer>>,
    comers: Vec<Comer>,
    acks: u32,
}

impl Crowd {
    fn gather() -> Self {
        let table = Table::with(Config { idle_ms: u64::MAX, vacant_ms: u64::MAX, ..Config::default() });
        let options = json!({"hosted": true, "graceMs": 1_000, "seats": 5, "hz": 50});
        let Guest { link, seat, token, room } = table.create_with(options, HOST).expect("a room");
        let host = Comer { link, seat: Some((seat, token)), dropped: false, asked: 0, leaves: vec![] };
        Self { table, room, comers: vec![host], acks: 1 }
    }

    fn come(&mut self) -> Arc<Viewer> {
        let link = Viewer::start();
        self.comers.push(Comer { link: Arc::clone(&link), seat: None, dropped: false, asked: 1, leaves: vec![] });
        link
    }

    /// Takes note of the seats that were given.
    fn note(&mut self) {
        for comer in self.comers.iter_mut().filter(|comer| comer.seat.is_none()) {
            if let Some(Answer::Seated(seated)) = comer.link.peek_answer(0) {
                comer.seat = Some((seated.seat, seated.token));
            }
        }
    }

    fn act(&mut self, deed: Deed) {
        let code = Arc::clone(self.room.code());
        let pick = |n: usize| n % self.comers.len();
        match deed {
            Deed::Join { name, watch } => {
                let role = if watch { Role::Spectator } else { Role::Player };
                let request = Card { role, ..player(&format!("guest {name}")) }.request();
                let link = self.come();
                self.table.directory.join(&code, request, link, 0);
            }
            Deed::Takeover => {
                let link = self.come();
                self.table.directory.join(&code, HOST.request(), link, 0);
            }
            Deed::Resume(n) => {
                let Some((_, token)) = self.comers[pick(n)].seat.clone() else { return };
                let link = self.come();
                self.table.directory.resume(&token, SyncBy::Delta, link, 0);
            }
            Deed::Drop(n) => {
                let n = pick(n);
                let comer = &mut self.comers[n];
                if let Some((seat, _)) = comer.seat {
                    comer.dropped = true;
                    self.room.dropped(seat, &comer.link);
                }
            }
            Deed::Leave(n) => {
                let n = pick(n);
                self.ask(n, |room, seat, link, ack, _| room.leave(seat, link, ack));
                self.comers[n].leaves.push(self.acks);
            }
            Deed::Chat(n) => self.ask(pick(n), |room, seat, link, ack, _| room.chat(seat, link, "hello", ack)),
            Deed::Input(n) => self.input(pick(n), json!({"type": "set", "key": n.to_string(), "value": n})),
            Deed::Kick(n) => {
                let seat = self.comers[pick(n)].seat.as_ref().map_or(SeatId(99), |(seat, _)| *seat);
                if seat != SeatId(1) {
                    self.input(0, json!({"type": "kick", "seat": seat}));
                }
            }
            Deed::Lock(locked) => self.input(0, json!({"type": "lock", "locked": locked})),
            Deed::Pass(ms) => self.table.run(ms.into()),
            Deed::Stall(ms) => self.table.stall(ms.into()),
        }
        self.note();
    }

    fn input(&mut self, n: usize, input: Value) {
        self.ask(n, |room, seat, link, ack, table| {
            let mut input = <dyn erased_serde::Deserializer<'_>>::erase(input);
            room.input(seat, link, &mut input, table.clock.now(), Some(ack));
        });
    }

    fn ask(&mut self, n: usize, ask: impl FnOnce(&dyn RoomHandle<Viewer>, SeatId, &Arc<Viewer>, u32, &Table)) {
        let comer = &mut self.comers[n];
        if let Some((seat, _)) = comer.seat {
            comer.asked += 1;
            self.acks += 1;
            ask(&*self.room, seat, &comer.link, self.acks, &self.table);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_a_crowd_does(deeds in prop::collection::vec(deed(), 1..60)) {
        let mut crowd = Crowd::gather();
        for deed in deeds {
            crowd.act(deed);
        }
        // Long enough for every grace, with nothing asked any more.
        crowd.table.run(40_000);
        crowd.note();
        let Crowd { table, room, comers, .. } = crowd;
        prop_assert_eq!(table.directory.stats().counts().failed, 0, "the probe asserts that it is told what is so");

        let on_seats: BTreeMap<SeatId, &Comer> = comers
            .iter()
            .filter(|comer| comer.stays())
            .filter_map(|comer| comer.seat.as_ref().map(|(seat, _)| (*seat, comer)))
            .collect();
        for comer in &comers {
            prop_assert_eq!(comer.link.answered(), comer.asked, "each request has one answer");
        }
        let watcher = table.join(room.code(), HOST).expect("the key is enough");
        let state = watcher.state();
        // The host, who has just been moved to this link, and everybody else who is on theirs.
        let others = on_seats.keys().filter(|&&seat| seat != watcher.seat).count();
        prop_assert_eq!(&state["present"], &json!(others + 1), "{:?}", state);
        prop_assert_eq!(&state["seats"], &json!(others + 1), "graces are over");
        for comer in on_seats.values().filter(|comer| comer.seat.as_ref().is_some_and(|(seat, _)| *seat != watcher.seat)) {
            prop_assert_eq!(&comer.link.state()["shown"], &state["shown"], "all have followed to the same state");
        }
        let players = room.listing().players as usize;
        prop_assert!(players <= 5);
        table.directory.shutdown(CloseReason::Shutdown);
        for comer in on_seats.values() {
            prop_assert_eq!(comer.link.closed_for().len(), 1);
        }
    }
}
