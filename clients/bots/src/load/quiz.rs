//! The quiz: a host who leads it to the podium, and players who answer every question once.
//!
//! Knows no right answers: everybody gives the first choice, at a moment of their own, and checks afterwards what it earned.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::crowd::{Crowd, Stage};
use super::heard::{Head, encode, name, packet, payload};
use super::line::{Piece, next};
use super::player::Player;
use crate::{Error, Kind, Options, Seat};

/// Opens the room, lets its code be known, and leads the quiz once everybody is there.
pub(super) async fn host(crowd: &Crowd, room: usize, mut stage: watch::Receiver<Stage>) -> Result<(), Error> {
    let plan = &crowd.plan;
    let options = Options { parser: plan.parser, path: plan.path.clone(), ..Options::default() };
    let ask = json!({"game": "quiz", "role": "host", "key": plan.host_key, "options": {"pack": plan.pack}});
    let mut host = Seat::take(plan.addr, options, "create", ask).await?;
    crowd.open(room, &host.room);
    let gathering = |stage: &Stage| matches!(stage, Stage::Gathering);
    while gathering(&stage.borrow_and_update()) {
        tokio::select! {
            changed = stage.changed() => if changed.is_err() { return Ok(()) },
            // What comes meanwhile must not pile up.
            heard = host.hear() => patient(heard)?,
        }
        host.log.clear();
    }
    host.input(json!({"type": "start"})).await?;
    let (mut seen, mut asked) = ((Value::Null, Value::Null), 0);
    loop {
        host.hear_all()?;
        let known = (host.state["phase"].clone(), host.state["index"].clone());
        if known != seen {
            match known.0.as_str() {
                Some("question") => {
                    asked += 1;
                    crowd.tally.asked.add(1);
                }
                Some("reveal") => {
                    let counts = host.state["reveal"]["counts"].as_object();
                    let counted = counts.map_or(0, |counts| counts.values().filter_map(Value::as_u64).sum());
                    crowd.tally.counted.add(counted);
                    host.input(json!({"type": "next"})).await?;
                }
                Some("leaderboard") if asked == plan.questions => {
                    host.input(json!({"type": "end"})).await?;
                    return Ok(());
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
            heard = host.hear() => patient(heard)?,
        }
    }
}

/// Nothing happens while a question runs that nobody answers.
fn patient<T>(heard: Result<T, Error>) -> Result<(), Error> {
    match heard {
        Ok(_) | Err(Error::Timeout(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Answers until the load is over.
pub(super) async fn answer(
    player: &mut Player,
    crowd: &Crowd,
    stage: &mut watch::Receiver<Stage>,
) -> Result<(), Error> {
    let mut sheet = Sheet::default();
    loop {
        tokio::select! {
            changed = stage.changed() => {
                if changed.is_err() || matches!(*stage.borrow_and_update(), Stage::Over) {
                    return Ok(());
                }
            }
            filled = player.line.fill() => filled?,
            () = sleep_until(sheet.due.unwrap_or_else(Instant::now)), if sheet.due.is_some() => {
                let answer = sheet.answer();
                let (bytes, binary) = encode(Kind::Event, Some(sheet.id()), Some(answer), crowd.plan.parser);
                player.line.send(&bytes, binary)?;
                crowd.tally.inputs.add(1);
            }
        }
        let now = Instant::now();
        while let Some(piece) = player.line.next()? {
            crowd.tally.messages.add(1);
            crowd.tally.bytes.add(player.line.weight(&piece) as u64);
            let thinking = THINKING.mul_f64((next(&mut player.rng) % 1_000) as f64 / 1_000.0);
            sheet.hear(crowd, player.line.bytes(&piece), &piece, now, thinking);
        }
    }
}

/// What a player knows of the question at hand.
#[derive(Debug, Default)]
struct Sheet {
    index: u64,
    question: Question,
    /// When the countdown before it ended, and when it ends, by the server's clock.
    due_ms: Option<f64>,
    ends_ms: Option<f64>,
    /// When it opened.
    opened_ms: Option<f64>,
    /// When it is to be answered.
    due: Option<Instant>,
    /// Answers so far.
    answers: u64,
    sent: Option<Instant>,
    taken: Option<Instant>,
    /// Whether the first choice is right.
    right: Option<bool>,
    gain: Option<i64>,
}

/// What is looked at of a player's state. Deltas have what changed.
#[derive(Debug, Deserialize)]
struct Glimpse {
    phase: Option<String>,
    index: Option<u64>,
    question: Option<QuestionPatch>,
    reveal: Option<Reveal>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QuestionPatch {
    kind: Option<String>,
    points: Option<f64>,
    time_ms: Option<f64>,
}

#[derive(Debug, Default)]
struct Question {
    kind: String,
    points: f64,
    time_ms: f64,
}

#[derive(Debug, Deserialize)]
struct Reveal {
    correct: Vec<u32>,
}

#[derive(Debug, Deserialize)]
struct Timer {
    phase: String,
    #[serde(rename = "endsAt")]
    ends_at: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct You {
    gain: Option<i64>,
}

impl Sheet {
    fn answer(&mut self) -> Value {
        self.due = None;
        self.answers += 1;
        self.sent = Some(Instant::now());
        let mut answer = json!({"type": "answer", "index": self.index});
        if self.question.kind == "multiple" {
            answer["choices"] = json!([0]);
        } else {
            answer["choice"] = json!(0);
        }
        json!(["input", answer])
    }

    /// The id of the last answer.
    const fn id(&self) -> u64 {
        ACKS + self.answers
    }

    fn hear(&mut self, crowd: &Crowd, bytes: &[u8], piece: &Piece, now: Instant, thinking: Duration) {
        match name(bytes, piece.binary) {
            None => self.acknowledged(crowd, bytes, piece, now),
            Some("snapshot" | "delta") => {
                if let Some(head) = payload::<Head<Glimpse>>(bytes, piece.binary) {
                    self.see(crowd, head, now, thinking);
                }
            }
            Some("timer") => {
                if let Some(Timer { phase, ends_at }) = payload(bytes, piece.binary) {
                    match phase.as_str() {
                        "countdown" => self.due_ms = ends_at,
                        "question" => self.ends_ms = ends_at,
                        _ => {}
                    }
                }
            }
            Some("you") => {
                self.gain = payload::<You>(bytes, piece.binary).and_then(|you| you.gain).or(self.gain);
            }
            Some(_) => {}
        }
        self.judge(crowd);
    }

    fn see(&mut self, crowd: &Crowd, head: Head<Glimpse>, now: Instant, thinking: Duration) {
        let Some(state) = head.state else { return };
        if let Some(QuestionPatch { kind, points, time_ms }) = state.question {
            let known = std::mem::take(&mut self.question);
            self.question = Question {
                kind: kind.unwrap_or(known.kind),
                points: points.unwrap_or(known.points),
                time_ms: time_ms.unwrap_or(known.time_ms),
            };
        }
        self.index = state.index.unwrap_or(self.index);
        self.right = state.reveal.map(|reveal| reveal.correct.contains(&0)).or(self.right);
        if state.phase.as_deref() == Some("question") {
            crowd.tally.delivered.add(1);
            self.opened_ms = self.ends_ms.take().map(|ends| ends - self.question.time_ms).or(head.t);
            if let Some(due) = self.due_ms.take().or(self.opened_ms) {
                crowd.tally.times().latency.record(crowd.clock.since(due, now));
            }
            self.due = Some(now + thinking);
            (self.sent, self.taken, self.right, self.gain) = (None, None, None, None);
        }
    }

    /// The acknowledgement of an answer.
    fn acknowledged(&mut self, crowd: &Crowd, bytes: &[u8], piece: &Piece, now: Instant) {
        let said = packet(bytes, piece.binary).filter(|said| said.kind == Kind::Ack && said.id == Some(self.id()));
        let Some(said) = said else { return };
        if let Some(sent) = self.sent {
            crowd.tally.times().answer.record(now - sent);
        }
        if said.data.as_ref().is_some_and(|data| data[0]["ok"] == json!(true)) {
            crowd.tally.answers.add(1);
            self.taken = Some(now);
        } else {
            crowd.tally.refused.add(1);
            crowd.tally.fault(&format!("an answer was refused: {}", said.data.unwrap_or_default()[0]["code"]));
        }
    }

    /// Once all of it is known: whether the gain is what the answer earns. What a part of the right choices is worth is
    /// the game's to say, so those questions are left out.
    fn judge(&mut self, crowd: &Crowd) {
        let (Some(right), Some(gain), Some(opened)) = (self.right, self.gain, self.opened_ms) else { return };
        let (Some(sent), Some(taken)) = (self.sent, self.taken) else { return };
        let answer =
            Answered { right, sent_ms: crowd.clock.ms(sent) - opened, taken_ms: crowd.clock.ms(taken) - opened };
        (self.right, self.gain, self.sent) = (None, None, None);
        if self.question.kind == "multiple" {
            return;
        }
        let earned = answer.earned(&self.question, crowd.clock.error_ms.unwrap_or_default() + ROUNDING_MS);
        if earned.contains(&gain) {
            crowd.tally.scored.add(1);
        } else {
            crowd.tally.misscored.add(1);
            crowd.tally.fault(&format!("an answer gained {gain} where it earned {earned:?}"));
        }
    }
}

/// An answer, with its times in milliseconds since the question opened.
#[derive(Debug)]
struct Answered {
    right: bool,
    sent_ms: f64,
    taken_ms: f64,
}

impl Answered {
    /// What it may have earned: it reached the server after it was sent, and before it was acknowledged.
    fn earned(&self, question: &Question, error_ms: f64) -> RangeInclusive<i64> {
        if !self.right {
            return 0..=0;
        }
        let points = |spent: f64| {
            let part = if spent < WHOLE_MS { 1.0 } else { 1.0 - (spent / question.time_ms).min(1.0) / 2.0 };
            (part * question.points).round() as i64
        };
        points(self.taken_ms + error_ms)..=points(self.sent_ms - error_ms)
    }
}

/// All answers to a question come within this time.
const THINKING: Duration = Duration::from_secs(2);
/// Where the ids of answers begin: those before are of requests for a seat.
const ACKS: u64 = 1_000;
/// Answers before it earn all points.
const WHOLE_MS: f64 = 500.0;
/// Times are told in fractions of a millisecond, which may be cut.
const ROUNDING_MS: f64 = 0.1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_earns_by_its_time_within_what_the_clocks_leave_open() {
        let question = Question { kind: "single".into(), points: 1_000.0, time_ms: 20_000.0 };
        let earned = |right, sent_ms, taken_ms| Answered { right, sent_ms, taken_ms }.earned(&question, 1.0);
        assert_eq!(earned(true, 10_001.0, 10_039.0), 749..=750);
        assert_eq!(earned(true, 100.0, 400.0), 1_000..=1_000);
        assert_eq!(earned(true, 400.0, 1_999.0), 950..=1_000);
        assert_eq!(earned(false, 400.0, 1_999.0), 0..=0);
    }
}
