//! The room runtime, driven by hand: a [`Table`] with its own clock, viewers that record, and a game that does as told.
//!
//! Sleeps nowhere; only `stress` starts threads.

mod codes;
mod crowd;
mod deltas;
mod ending;
mod hostile;
mod journal;
mod links;
mod order;
mod probe;
mod quiz;
mod recovered;
mod remotes;
mod seats;
mod sending;
mod stress;
mod summary;
mod ticks;
mod viewer;

use std::sync::Arc;
use std::time::Duration;

use parlor_games::contract::{Role, SeatId};
use serde_json::{Value, json};

use self::probe::Probe;
use self::viewer::Viewer;
use super::{
    Answer, Catalog, Clock, Config, CreateRequest, Directory, JoinRequest, ManualClock, NoLibrary, Origin, Outgoing,
    RoomHandle, Seated, SyncBy,
};

/// Rooms, and the time they live in.
struct Table {
    clock: ManualClock,
    directory: Directory<Viewer>,
}

/// Somebody with a seat.
struct Guest {
    link: Arc<Viewer>,
    seat: SeatId,
    token: Arc<str>,
    room: Arc<dyn RoomHandle<Viewer>>,
}

/// What may be said when joining.
#[derive(Clone, Copy)]
struct Card<'a> {
    role: Role,
    name: &'a str,
    avatar: Option<u16>,
    sync: SyncBy,
    authorized: bool,
}

const HOST: Card<'_> = Card { role: Role::Host, name: "", avatar: None, sync: SyncBy::Delta, authorized: true };
const WATCHER: Card<'_> =
    Card { role: Role::Spectator, name: "", avatar: None, sync: SyncBy::Delta, authorized: false };

const fn player(name: &str) -> Card<'_> {
    Card { role: Role::Player, name, avatar: None, sync: SyncBy::Delta, authorized: false }
}

impl Card<'_> {
    fn request(self) -> JoinRequest {
        let Self { role, name, avatar, sync, authorized } = self;
        JoinRequest { role, name: (!name.is_empty()).then(|| name.to_owned()), avatar, sync, authorized, remote: None }
    }
}

impl Table {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        Self::with_lanes(1, config)
    }

    fn with_lanes(tick_threads: usize, config: Config) -> Self {
        let clock = ManualClock::start();
        let config = Config { tick_threads, ..config };
        let catalog = Catalog::shipped().with::<Probe>();
        let directory = Directory::new(config, Arc::new(clock.clone()), Arc::new(NoLibrary), catalog, None);
        Self { clock, directory }
    }

    /// Lets so much time pass, stepping each room when it is due.
    fn run(&self, ms: u64) {
        let end = self.clock.now() + Duration::from_millis(ms);
        while let Some(due) = self.directory.step().filter(|&due| due <= end) {
            self.clock.advance_to(due);
        }
        self.clock.advance_to(end);
        self.directory.step();
    }

    /// Time passes, and nobody steps anything.
    fn stall(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms));
    }

    fn create_with(&self, options: Value, card: Card<'_>) -> Result<Guest, &'static str> {
        self.create_from("here", options, card)
    }

    fn create_from(&self, origin: &str, options: Value, card: Card<'_>) -> Result<Guest, &'static str> {
        let link = Viewer::start();
        let request = CreateRequest {
            game: "probe".into(),
            options: Some(options),
            private: false,
            origin: Origin(origin.into()),
            role: Some(card.role),
            name: card.request().name,
            avatar: card.avatar,
            sync: card.sync,
            authorized: card.authorized,
        };
        self.directory.create(request, Arc::clone(&link), 0);
        self.seated(link)
    }

    /// A room of the probe, and its maker.
    fn create(&self, options: Value) -> Guest {
        self.create_with(options, player("Maker")).expect("a room can be made")
    }

    /// A room that has a host.
    fn hosted(&self) -> Guest {
        self.create_with(json!({"hosted": true, "graceMs": null}), HOST).expect("a room can be made")
    }

    fn join(&self, room: &str, card: Card<'_>) -> Result<Guest, &'static str> {
        let link = Viewer::start();
        self.directory.join(room, card.request(), Arc::clone(&link), 0);
        self.seated(link)
    }

    fn enter(&self, of: &Guest, name: &str) -> Guest {
        self.join(of.room.code(), player(name)).expect("there is a seat")
    }

    fn resume(&self, token: &str) -> Result<Guest, &'static str> {
        self.resume_by(token, SyncBy::Delta)
    }

    fn resume_by(&self, token: &str, sync: SyncBy) -> Result<Guest, &'static str> {
        let link = Viewer::start();
        self.directory.resume(token, sync, Arc::clone(&link), 0);
        self.seated(link)
    }

    /// Resumes the seat on the link that it is on.
    fn refresh(&self, guest: &Guest) {
        self.refresh_by(guest, SyncBy::Delta);
    }

    fn refresh_by(&self, guest: &Guest, sync: SyncBy) {
        self.directory.resume(&guest.token, sync, Arc::clone(&guest.link), 0);
        self.seated(Arc::clone(&guest.link)).expect("its own seat");
    }

    /// What the link is answered within two ticks.
    fn seated(&self, link: Arc<Viewer>) -> Result<Guest, &'static str> {
        for _ in 0..3 {
            if !link.has_answer(0) {
                self.run(50);
            }
        }
        match link.take_answer(0) {
            Some(Answer::Seated(seated)) => {
                let Seated { room, seat, token, .. } = *seated;
                let room = self.directory.find(&room).expect("the room that was joined");
                Ok(Guest { link, seat, token, room })
            }
            Some(Answer::Refused(refusal)) => Err(refusal.code),
            other => panic!("joining was answered with {other:?}"),
        }
    }

    /// Sends an input, lets it be applied, and says what came of it.
    fn ask(&self, guest: &Guest, input: Value) -> Result<(), &'static str> {
        guest.send(self, input, Some(7));
        for _ in 0..3 {
            if !guest.link.has_answer(7) {
                self.run(50);
            }
        }
        guest.outcome(7)
    }
}

impl Guest {
    fn send(&self, table: &Table, input: Value, ack: Option<u32>) {
        let mut input = <dyn erased_serde::Deserializer<'_>>::erase(input);
        self.room.input(self.seat, &self.link, &mut input, table.clock.now(), ack);
    }

    fn outcome(&self, ack: u32) -> Result<(), &'static str> {
        match self.link.take_answer(ack).expect("an answer") {
            Answer::Applied(_) | Answer::Done => Ok(()),
            Answer::Refused(refusal) => Err(refusal.code),
            Answer::Seated(_) | Answer::Key(_) | Answer::Links(_) | Answer::Summary(_) => {
                panic!("that was not asked for")
            }
        }
    }

    /// The group's state, as this viewer has put it together.
    fn state(&self) -> Value {
        self.link.state()
    }

    fn drop_link(&self) {
        self.room.dropped(self.seat, &self.link);
    }

    fn heard_chats(&self) -> Vec<String> {
        let chats = self.link.heard().into_iter().filter_map(|heard| match heard {
            Outgoing::Chat { text, .. } => Some(text.to_string()),
            _ => None,
        });
        chats.collect()
    }
}
