//! The quiz: a host who leads it to the podium, and players who answer every question once.
//!
//! Knows no right answers: everybody gives the first choice, at a moment of their own.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::crowd::{Crowd, Stage};
use super::heard::{encode, event, packet};
use super::line::next;
use super::player::Player;
use super::tally::record;
use crate::{Error, Kind, Options, Seat};

/// What a player looks at.
#[derive(Debug, Deserialize)]
struct Glimpse {
    phase: Option<String>,
    index: Option<u64>,
    question: Option<Question>,
}

#[derive(Debug, Deserialize)]
struct Question {
    kind: Option<String>,
}

/// Opens the room, lets `open` know its code, and leads the quiz once everybody is there.
pub(super) async fn host(crowd: &Crowd, room: usize, mut stage: watch::Receiver<Stage>) -> Result<(), Error> {
    let plan = &crowd.plan;
    let options = Options { parser: plan.parser, path: plan.path.clone(), ..Options::default() };
    let ask = json!({"game": "quiz", "role": "host", "key": plan.host_key, "options": {"pack": plan.pack}});
    let mut host = Seat::take(plan.addr, options, "create", ask).await?;
    crowd.open(room, &host.room);
    let measuring = stage.wait_for(|stage| !matches!(stage, Stage::Gathering)).await.map(|stage| *stage);
    if !matches!(measuring, Ok(Stage::Measuring(_))) {
        return Ok(());
    }
    host.input(json!({"type": "start"})).await?;
    let mut seen = (Value::Null, Value::Null);
    loop {
        host.hear_all()?;
        let known = (host.state["phase"].clone(), host.state["index"].clone());
        if known != seen {
            match known.0.as_str() {
                Some("question") => crowd.tally.asked.add(1),
                Some("reveal") => {
                    let counts = host.state["reveal"]["counts"].as_object();
                    let counted = counts.map_or(0, |counts| counts.values().filter_map(Value::as_u64).sum());
                    crowd.tally.counted.add(counted);
                    host.input(json!({"type": "next"})).await?;
                }
                Some("leaderboard") => drop(host.input(json!({"type": "next"})).await?),
                Some("podium") => return Ok(()),
                _ => {}
            }
            seen = known;
        }
        host.log.clear();
        tokio::select! {
            _ = stage.changed() => return Ok(()),
            heard = host.hear() => match heard {
                // Nothing happens while a question runs that nobody answers.
                Ok(_) | Err(Error::Timeout(_)) => {}
                Err(error) => return Err(error),
            },
        }
    }
}

/// Answers until the load is over.
pub(super) async fn answer(
    player: &mut Player,
    crowd: &Crowd,
    stage: &mut watch::Receiver<Stage>,
) -> Result<(), Error> {
    let (mut index, mut kind, mut due) = (0, String::new(), None::<Instant>);
    let mut asked = 0_u64;
    loop {
        tokio::select! {
            changed = stage.changed() => {
                if changed.is_err() || matches!(*stage.borrow_and_update(), Stage::Over) {
                    return Ok(());
                }
            }
            filled = player.line.fill() => filled?,
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                due = None;
                asked += 1;
                let mut answer = json!({"type": "answer", "index": index});
                answer[if kind == "multiple" { "choices" } else { "choice" }] =
                    if kind == "multiple" { json!([0]) } else { json!(0) };
                let data = json!(["input", answer]);
                let (bytes, binary) = encode(Kind::Event, Some(ACKS + asked), Some(data), crowd.plan.parser);
                player.line.send(&bytes, binary)?;
                crowd.tally.inputs.add(1);
            }
        }
        let now = Instant::now();
        while let Some(piece) = player.line.next()? {
            crowd.tally.messages.add(1);
            crowd.tally.bytes.add(player.line.weight(&piece) as u64);
            let bytes = player.line.bytes(&piece);
            let Some((name, head)) = event::<Glimpse>(bytes, piece.binary) else {
                if taken(bytes, piece.binary) {
                    crowd.tally.answers.add(1);
                }
                continue;
            };
            let Some(head) = head.filter(|_| crowd.is_state(name)) else { continue };
            let Some(state) = head.state else { continue };
            index = state.index.unwrap_or(index);
            kind = state.question.and_then(|question| question.kind).unwrap_or(kind);
            if state.phase.as_deref() == Some("question") {
                crowd.tally.delivered.add(1);
                if let Some(t) = head.t {
                    record(&mut crowd.tally.times().latency, crowd.clock.since(t, now));
                }
                due = Some(now + THINKING.mul_f64((next(&mut player.rng) % 1_000) as f64 / 1_000.0));
            }
        }
    }
}

/// Whether this is the acknowledgement of an answer that was taken.
fn taken(bytes: &[u8], binary: bool) -> bool {
    let said = packet(bytes, binary).filter(|said| said.kind == Kind::Ack);
    said.and_then(|said| said.data).is_some_and(|data| data[0]["ok"] == json!(true))
}

/// All answers to a question come within this time.
const THINKING: Duration = Duration::from_secs(2);
/// Where the ids of answers begin: those before are of requests for a seat.
const ACKS: u64 = 1_000;
