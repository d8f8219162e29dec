//! How players are connected, as the host is told.
//!
//! Measures nothing: the transport does, and the room gathers it.

use std::time::Duration;

use parlor_games::contract::SeatId;
use serde::ser::{Serialize, Serializer};

use super::Is;
use crate::room::LinkRow;

/// How the players are connected that were asked about.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::server) struct LinksTold<'a> {
    ok: Is<true>,
    #[cfg_attr(test, schemars(with = "Vec<LinkTold>"))]
    links: Links<'a>,
}

impl<'a> From<&'a [LinkRow]> for LinksTold<'a> {
    fn from(rows: &'a [LinkRow]) -> Self {
        Self { ok: Is, links: Links(rows) }
    }
}

struct Links<'a>(&'a [LinkRow]);

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|row| {
            let link = row.condition.map_or(AWAY, |condition| condition.carrier);
            let round_trip = row.condition.and_then(|condition| condition.round_trip);
            LinkTold { seat: row.seat, link, rtt: round_trip.map(tenths) }
        }))
    }
}

/// How a player is connected.
#[derive(serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LinkTold {
    seat: SeatId,
    /// What carries them: "websocket" or "polling", and "away" while nothing does.
    link: &'static str,
    /// A round trip in milliseconds, once it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    rtt: Option<f64>,
}

/// What carries nobody.
const AWAY: &str = "away";

/// Milliseconds, as exactly as a network can be spoken of.
fn tenths(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::room::Condition;

    #[test]
    fn a_link_is_named_and_its_round_trip_told_once_it_was_measured() {
        let condition = |carrier, round_trip| Some(Condition { carrier, round_trip });
        let row = |seat, condition| LinkRow { seat: SeatId(seat), condition };
        let links = [
            row(2, condition("websocket", Some(Duration::from_micros(40_260)))),
            row(3, condition("polling", None)),
            row(5, None),
        ];
        let told = json!({"ok": true, "links": [{"seat": 2, "link": "websocket", "rtt": 40.3},
            {"seat": 3, "link": "polling"}, {"seat": 5, "link": "away"}]});
        let said = serde_json::to_value(LinksTold::from(&links[..])).expect("it serializes");
        assert_eq!(said, told);
    }
}
