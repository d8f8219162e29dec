//! A game of one's own, served: everyone in the room pushes one button, until it was pushed often enough.
//!
//! Try it with any Socket.IO client: `join {game: "button", options: {goal: 10}, name}`, then `input {type: "push"}`.

use parlor::games::contract::{
    Effects, Flow, Game, Group, Micros, NoEvent, NoSummary, Opening, Person, Refusal, Role, Rules, SeatId, Standing,
    Tick,
};
use parlor::server::{Config, Server};
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize)]
pub(crate) struct Button {
    pushes: u32,
    goal: u32,
}

#[derive(Deserialize)]
pub(crate) struct Options {
    goal: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(crate) enum Input {
    Push,
}

impl Game for Button {
    type Options = Options;
    type Input = Input;
    type View = Self;
    type Private = ();
    type Event = NoEvent;
    type Summary = NoSummary;

    const NAME: &'static str = "button";

    fn open(Options { goal }: Options, _: Opening<'_>) -> Result<(Self, Rules), Refusal> {
        let rules = Rules { hz: 20, seats: 8, hosted: false, grace: None, quick_match: true };
        Ok((Self { pushes: 0, goal }, rules))
    }
    fn join(&mut self, _: SeatId, _: &Person, _: Micros, _: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        Ok(())
    }
    fn presence(&mut self, _: SeatId, _: bool, _: Micros, _: &mut Effects<NoEvent>) {}
    fn leave(&mut self, _: SeatId, _: Micros, _: &mut Effects<NoEvent>) {}
    fn input(&mut self, _: SeatId, _: Role, _: Input, _: Micros, _: &mut Effects<NoEvent>) -> Result<(), Refusal> {
        self.pushes += 1;
        Ok(())
    }
    fn tick(&mut self, _: Tick, _: Micros, _: &mut Effects<NoEvent>) -> Flow {
        if self.pushes < self.goal { Flow::Sleep } else { Flow::End }
    }
    fn view(&self, _: Group, _: Micros) -> Self {
        self.clone()
    }
    fn private(&self, _: SeatId) -> Option<()> {
        None
    }
    fn standings(&self, _: usize) -> (Vec<Standing>, usize) {
        (Vec::new(), 0)
    }
    fn phase(&self) -> &'static str {
        "push"
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".into());
    let server = Server::new(Config::default()).game::<Button>().start(std::net::TcpListener::bind(address)?).await?;
    println!("listening on {}", server.addr());
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(())
}
