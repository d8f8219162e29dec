//! A game of one's own, served: a race of taps. Whoever is first at the goal has won, and the room ends.
//!
//! `cargo run --example own_game`, then from any Socket.IO client: `join {game: "race", name}` and `input {type: "tap"}`.

use std::collections::BTreeMap;
use std::time::Duration;

use parlor::games::contract::{
    Effects, Flow, Game, Group, Micros, NoEvent, Opening, Person, Refusal, Role, Rules, SeatId, Standing, Tick, rank,
};
use parlor::server::{Config, Server};
use serde::{Deserialize, Serialize};

struct Race {
    goal: u32,
    taps: BTreeMap<SeatId, u32>,
}

#[derive(Deserialize)]
struct Options {
    #[serde(default = "hundred")]
    goal: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Input {
    Tap,
}

type Does = Effects<NoEvent>;

impl Game for Race {
    type Options = Options;
    type Input = Input;
    type View = BTreeMap<SeatId, u32>;
    type Private = ();
    type Event = NoEvent;

    const NAME: &'static str = "race";

    fn open(Options { goal }: Options, _: Opening<'_>) -> Result<(Self, Rules), Refusal> {
        let grace = Some(Duration::from_secs(30));
        Ok((Self { goal, taps: BTreeMap::new() }, Rules { hz: 20, seats: 8, hosted: false, grace, quick_match: true }))
    }

    fn join(&mut self, seat: SeatId, person: &Person, _: Micros, _: &mut Does) -> Result<(), Refusal> {
        if person.role == Role::Player {
            self.taps.insert(seat, 0);
        }
        Ok(())
    }

    fn presence(&mut self, _: SeatId, _: bool, _: Micros, _: &mut Does) {}

    fn leave(&mut self, seat: SeatId, _: Micros, _: &mut Does) {
        self.taps.remove(&seat);
    }

    fn input(&mut self, seat: SeatId, _: Role, Input::Tap: Input, _: Micros, does: &mut Does) -> Result<(), Refusal> {
        let taps = self.taps.get_mut(&seat).ok_or_else(|| Refusal::new("not_player", "Only players tap."))?;
        *taps += 1;
        does.standings = true;
        Ok(())
    }

    fn tick(&mut self, _: Tick, _: Micros, _: &mut Does) -> Flow {
        if self.taps.values().any(|taps| *taps >= self.goal) { Flow::End } else { Flow::Sleep }
    }

    fn group(&self, _: Role) -> Group {
        Group::Everyone
    }

    fn view(&self, _: Group, _: Micros) -> Self::View {
        self.taps.clone()
    }

    fn private(&self, _: SeatId) -> Option<()> {
        None
    }

    fn standings(&self, top: usize) -> (Vec<Standing>, usize) {
        let row = |(seat, taps): (&SeatId, &u32)| Standing { seat: *seat, score: i64::from(*taps), gain: 1, rank: 0 };
        let mut rows: Vec<_> = self.taps.iter().map(row).collect();
        rank(&mut rows);
        rows.truncate(top);
        (rows, self.taps.len())
    }

    fn phase(&self) -> &'static str {
        "race"
    }
}

const fn hundred() -> u32 {
    100
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = std::net::TcpListener::bind("127.0.0.1:3000")?;
    let server = Server::new(Config::default()).game::<Race>().start(listener).await?;
    println!("listening on {}", server.addr());
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(())
}
