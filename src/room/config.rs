//! Every bound of the room runtime, each with its default, what it costs, and the attack it stops.
//!
//! Holds no rules of games: those are in `parlor_games::contract::Rules`, which these bounds cap.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The bounds of the rooms of one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How many rooms there may be at once. Default 10,000; at rest a room costs a few KiB. Attack: a loop of creates.
    /// No more than 500,000 are ever allowed, so that half of all codes stay free.
    pub max_rooms: usize,
    /// How many rooms one origin (an address) may have open. Default 32, enough for a school behind one address.
    /// Attack: one machine takes all of `max_rooms`.
    pub rooms_per_origin: usize,
    /// The most players in any room, whatever its game allows. Default 100,000; a seat costs about half a KiB besides its
    /// connection. Attack: filling one room to exhaust memory.
    pub seats: u32,
    /// The most spectators of a room. Default 1,000; each costs what a player costs. Attack: the same, past `seats`.
    pub spectators: u32,
    /// How many remotes a room's host may have at once: other devices let in by a key that the host made. Default 4; each costs
    /// what a player costs. The next one takes the place of one that is away. Attack: whoever the key got around to fills
    /// the room past `seats` and `spectators`.
    pub remotes: u32,
    /// How many requests a room takes between two of its ticks, before those of `inbox_per_seat`. Default 1,024, about
    /// 100 bytes each. More are refused as `busy`. Attack: many connections flood one room.
    pub inbox: usize,
    /// What each seat adds to `inbox`. Default 4: everyone of a class may answer within one tick, and then some.
    pub inbox_per_seat: usize,
    /// Inputs a second that one seat may send, and as many at once. Default 150, above the fastest game's tick rate of
    /// 128. More are refused as `rate_limited`, undecoded. Attack: one client keeps a tick thread busy.
    pub inputs_per_s: u32,
    /// Characters of a name. Default 24. Attack: names of megabytes, or ones that push others' off the screen.
    pub name_chars: usize,
    /// Characters of a chat line. Default 300; each is sent to everyone in the room. Attack: amplification.
    pub chat_chars: usize,
    /// How long a seat must wait for one more chat line, after a first few. Default 1 s. Attack: amplification, and spam.
    pub chat_interval_ms: u64,
    /// Chat lines that a seat may send at once. Default 5.
    pub chat_burst: u32,
    /// Names (and tokens) of kicked seats that a room remembers. Default 1,000, about 100 bytes each. Attack: joining
    /// again and again under other names to be kicked.
    pub kicked: usize,
    /// The most names in the list of players that a host or spectator gets on joining. Default 2,000, about 60 KB.
    /// Attack: joining again and again in a room of very many.
    pub roster: usize,
    /// In rooms of so many seats, tick threads that have nothing else to do help to hand out what a tick has to say.
    /// Default 256, some 2 ms of writes: for less, waking them takes too much of what they save. Attack: one very large
    /// room makes its own ticks late, and those of the rooms that share its thread.
    pub fan_out_from: usize,
    /// OS threads that tick rooms. Default 0: one for each core.
    pub tick_threads: usize,
    /// The priority of those threads, from -20 (first) to 19 (last). Default 0: everybody's; more than that takes the right
    /// to it. Attack: none, but whatever else the machine runs makes ticks late.
    pub tick_nice: i8,
    /// How long a room lives in which nobody is connected, though seats wait. Default 10 min. Attack: rooms left behind.
    pub idle_ms: u64,
    /// How long a room lives without a single seat. Default 30 s. Attack: the same.
    pub vacant_ms: u64,
    /// Events of the game and chat lines that a room keeps for those whose connection is recovered. Default 256; nothing is kept where
    /// connections are not. Who missed more has to take the seat again by its token. Attack: clients that chat push out what
    /// others have missed.
    pub kept_events: usize,
    /// Bytes of them. Default 65,536. Attack: rooms that are filled with them to exhaust memory.
    pub kept_bytes: usize,
    /// How long a dropped spectator's place waits, if the game does not say less. Default 30 s. Attack: spectators who
    /// come and go in a room whose seats wait to its end.
    pub spectator_grace_ms: u64,
}

/// More rooms than this would make free codes hard to find, and taken ones easy to guess.
const MOST_ROOMS: usize = 500_000;

impl Default for Config {
    fn default() -> Self {
        Self {
            max_rooms: 10_000,
            rooms_per_origin: 32,
            seats: 100_000,
            spectators: 1_000,
            remotes: 4,
            inbox: 1_024,
            inbox_per_seat: 4,
            inputs_per_s: 150,
            name_chars: 24,
            chat_chars: 300,
            chat_interval_ms: 1_000,
            chat_burst: 5,
            kicked: 1_000,
            roster: 2_000,
            fan_out_from: 256,
            tick_threads: 0,
            tick_nice: 0,
            idle_ms: 600_000,
            vacant_ms: 30_000,
            kept_events: 256,
            kept_bytes: 65_536,
            spectator_grace_ms: 30_000,
        }
    }
}

impl Config {
    /// How many rooms there may be, codes considered.
    pub(crate) fn room_limit(&self) -> usize {
        self.max_rooms.min(MOST_ROOMS)
    }

    /// How many threads tick rooms.
    pub(crate) fn threads(&self) -> usize {
        match self.tick_threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }

    /// See [`Self::idle_ms`].
    pub(crate) const fn idle(&self) -> Duration {
        Duration::from_millis(self.idle_ms)
    }

    /// See [`Self::vacant_ms`].
    pub(crate) const fn vacant(&self) -> Duration {
        Duration::from_millis(self.vacant_ms)
    }

    /// See [`Self::spectator_grace_ms`].
    pub(crate) const fn spectator_grace(&self) -> Duration {
        Duration::from_millis(self.spectator_grace_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_name_some_bounds_and_nothing_else() {
        let config: Config = toml::from_str("max_rooms = 7").expect("one bound is a config");
        assert_eq!(config, Config { max_rooms: 7, ..Config::default() });
        assert!(toml::from_str::<Config>("max_romos = 7").is_err());
    }

    #[test]
    fn half_of_all_codes_stay_free() {
        let config = Config { max_rooms: usize::MAX, ..Config::default() };
        assert_eq!(config.room_limit(), 500_000);
    }
}
