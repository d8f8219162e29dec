//! A server on no network: its clients are taps, its time passes when it is told to, and all of it runs on one thread.
//!
//! For measuring and testing all that stands above a socket. Serves no pages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::state::Shared;
use super::{Config, StartError, events, service};
use crate::room::{self, Catalog, Clock, ManualClock};
use crate::socketio::Io;
use crate::transport::{Handshake, Tap};

/// The server. What it does depends on nothing but what it is told.
#[derive(Debug)]
pub struct Offline {
    clock: ManualClock,
    shared: Arc<Shared>,
    io: Io,
}

impl Offline {
    /// A server with these settings, of the games that come with Parlor.
    ///
    /// # Errors
    /// The packs cannot be had.
    pub fn start(mut config: Config) -> Result<Self, StartError> {
        config.room.tick_threads = 1;
        let clock = ManualClock::start();
        let packs = service::packs(&config)?;
        let shared = service::shared(&config, Catalog::shipped(), Arc::new(clock.clone()), packs, None);
        let io = Io::new(config.socketio);
        events::listen(&io, &shared);
        Ok(Self { clock, shared, io })
    }

    /// This moment: for [`Tap::say_at`].
    #[must_use]
    pub fn now(&self) -> std::time::Instant {
        self.clock.now()
    }

    #[cfg(test)]
    pub(super) const fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// A client that has opened a session from this address.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn connect(&self, address: SocketAddr) -> Tap {
        let request = http::Request::new(()).into_parts().0;
        self.io.tap(Handshake { request: Arc::new(request), address })
    }

    /// Lets time pass: rooms are stepped as they fall due.
    pub fn pass(&self, time: Duration) {
        let end = self.clock.now() + time;
        while let Some(due) = self.shared.directory.step().filter(|due| *due <= end) {
            self.clock.advance_to(due);
        }
        self.clock.advance_to(end);
        self.shared.directory.step();
    }

    /// Ends every room.
    pub fn close(&self) {
        self.shared.directory.shutdown(room::CloseReason::Shutdown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::engine::CloseReason;

    /// What came, as text without the Engine.IO type.
    fn heard(tap: &Tap) -> Vec<String> {
        tap.take()
            .iter()
            .map(|frame| String::from_utf8_lossy(frame.payload().get(1..).unwrap_or_default()).into())
            .collect()
    }

    #[tokio::test]
    async fn a_seat_is_taken_and_its_state_comes_with_time_alone() {
        let server = Offline::start(Config::default()).expect("no packs are asked for");
        let ada = server.connect(([192, 0, 2, 1], 4000).into());
        assert!(ada.say("40"));
        assert!(heard(&ada)[0].starts_with("0{\"sid\""));
        assert!(ada.say(r#"420["create",{"game":"arena","name":"Ada","sync":"snapshot"}]"#));
        assert!(heard(&ada).is_empty(), "no time has passed");
        server.pass(Duration::from_millis(100));
        assert!(heard(&ada)[0].starts_with(r#"30[{"ok":true"#));
        assert!(ada.say(r#"42["input",{"type":"move","dx":1,"dy":0}]"#));
        server.pass(Duration::from_secs(1));
        let states = heard(&ada).iter().filter(|said| said.starts_with(r#"2["snapshot""#)).count();
        assert!((29..=31).contains(&states), "{states} at 30 Hz");
        server.close();
        assert!(heard(&ada)[0].starts_with(r#"2["closed""#));
    }
    #[tokio::test]
    async fn all_that_a_tick_has_for_a_client_leaves_in_one_write_the_answer_first() {
        let server = Offline::start(Config::default()).expect("no packs are asked for");
        let ada = server.connect(([192, 0, 2, 1], 4000).into());
        assert!(ada.say("40"));
        assert!(ada.say(r#"420["create",{"game":"arena","options":{"hz":10},"name":"Ada","sync":"snapshot"}]"#));
        server.pass(Duration::from_secs(1));
        // A room that is awake takes what comes at its next tick.
        assert!(ada.say(r#"42["input",{"type":"move","seq":6,"dx":0,"dy":1}]"#));
        server.pass(Duration::from_secs(1));
        drop(heard(&ada));
        let before = ada.writes();
        assert!(ada.say(r#"421["input",{"type":"move","seq":7,"dx":1,"dy":0}]"#));
        assert!(ada.say(r#"422["chat",{"text":"hello"}]"#));
        // Less than two ticks.
        server.pass(Duration::from_millis(99));
        let names: Vec<_> = heard(&ada).iter().map(|said| said.chars().take(8).collect::<String>()).collect();
        assert_eq!(names, [r#"31[{"ok""#, r#"32[{"ok""#, r#"2["chat""#, r#"2["you","#, r#"2["snaps"#]);
        assert_eq!(ada.writes() - before, 1);
    }

    #[tokio::test]
    async fn an_input_that_is_none_is_refused_and_the_session_goes_on() {
        let server = Offline::start(Config::default()).expect("no packs are asked for");
        let ada = server.connect(([192, 0, 2, 1], 4000).into());
        assert!(ada.say("40"));
        assert!(ada.say(r#"420["create",{"game":"arena","name":"Ada"}]"#));
        server.pass(Duration::from_secs(1));
        drop(heard(&ada));
        for (input, answer) in [
            (r#"{"type":"move","dx":1,"dy":0}"#, "true"),
            (r#" {"dy":0,"extra":[{}],"dx":1,"type":"move"} "#, "true"),
            (r#"{"type":"move","dx":"1","dy":0}"#, "false"),
            (r#"{"type":"fly","dx":1,"dy":0}"#, "false"),
            (r#"{"type":"move","dx":1}"#, "false"),
            ("null", "false"),
        ] {
            assert!(ada.say(format!(r#"429["input",{input}]"#)), "{input}");
            server.pass(Duration::from_millis(100));
            let said = heard(&ada);
            assert!(said[0].starts_with(&format!(r#"39[{{"ok":{answer}"#)), "{input}: {}", said[0]);
            assert_eq!(said[0].contains("bad_input"), answer == "false", "{}", said[0]);
        }
    }
    #[tokio::test]
    async fn whoever_is_closed_for_taking_too_little_resumes_the_seat_at_the_latest_state() {
        let mut config = Config::default();
        config.socketio.transport.outbox_frames = 8;
        let server = Offline::start(config).expect("no packs are asked for");
        let slow = server.connect(([192, 0, 2, 1], 4000).into());
        assert!(slow.say("40"));
        assert!(slow.say(r#"420["create",{"game":"arena","name":"Ada","sync":"snapshot"}]"#));
        server.pass(Duration::from_secs(1));
        let answer = heard(&slow).into_iter().find(|said| said.starts_with("30[")).expect("an answer");
        let token = answer.split(r#""token":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
        slow.stall(true);
        for seq in 1..=20 {
            // The answers must arrive, so they wait, and are too many at last.
            slow.say(format!(r#"421["input",{{"type":"move","seq":{seq},"dx":1,"dy":0}}]"#));
            server.pass(Duration::from_millis(40));
        }
        assert_eq!(slow.closed(), Some(CloseReason::TransportClose));
        let back = server.connect(([192, 0, 2, 1], 4001).into());
        assert!(back.say("40"));
        assert!(back.say(format!(r#"422["resume",{{"token":"{token}","sync":"snapshot"}}]"#)));
        server.pass(Duration::from_millis(100));
        let said = heard(&back);
        assert!(said[1].starts_with(r#"32[{"ok":true"#) && said[1].contains(r#""seat":1"#), "{}", said[1]);
        let applied = said[1].split(r#""seq":"#).nth(1).and_then(|rest| rest.split(['}', ',']).next());
        let applied: u64 = applied.and_then(|seq| seq.parse().ok()).expect("the last input that was applied");
        // Each left an answer and a private view to wait.
        assert!(applied >= 4, "{applied}: what was asked for before the end counts");
    }

    /// What stands in the first of these packets between `before` and the next quotation mark.
    fn between(said: &[String], before: &str) -> String {
        let found = said.iter().find_map(|said| said.split(before).nth(1)?.split('"').next());
        found.unwrap_or_else(|| panic!("no {before} in {said:?}")).to_owned()
    }

    fn chats(said: &[String]) -> Vec<String> {
        let chats = said.iter().filter(|said| said.starts_with(r#"2["chat""#));
        chats.map(|chat| between(std::slice::from_ref(chat), r#""text":""#)).collect()
    }

    #[tokio::test]
    async fn a_recovered_connection_goes_on_in_its_seat_and_is_told_what_was_said() {
        let mut config = Config::default();
        config.socketio.recovery.enabled = true;
        let server = Offline::start(config).expect("no packs are asked for");
        let [ada, ben] = [4000, 4001].map(|port| server.connect(([192, 0, 2, 1], port).into()));
        assert!(ada.say("40") && ben.say("40"));
        let joined = heard(&ada);
        assert!(ada.say(r#"420["create",{"game":"arena","name":"Ada"}]"#));
        server.pass(Duration::from_secs(1));
        let room = between(&heard(&ada), r#""room":""#);
        assert!(ben.say(format!(r#"420["join",{{"room":"{room}","name":"Ben"}}]"#)));
        let says = |text: &str| {
            server.pass(Duration::from_secs(1));
            assert!(ben.say(format!(r#"42["chat",{{"text":"{text}"}}]"#)));
            server.pass(Duration::from_secs(1));
        };
        says("heard");
        let said = heard(&ada);
        assert_eq!(chats(&said), ["heard"]);
        let chat = said.iter().find(|said| said.starts_with(r#"2["chat""#)).expect("it was heard");
        let offset = chat.rsplit('"').nth(1).expect("an offset").to_owned();
        assert!(offset.ends_with(&format!(".{room}.0")), "{offset}");
        says("into nothing");
        let back = server.connect(([192, 0, 2, 1], 4002).into());
        let pid = between(&joined, r#""pid":""#);
        assert!(back.say(format!(r#"40{{"pid":"{pid}","offset":"{offset}"}}"#)));
        assert_eq!(ada.closed(), Some(CloseReason::ForcedClose), "nobody had noticed that it was gone");
        let input = r#"421["input",{"type":"move","seq":7,"dx":1,"dy":0}]"#;
        assert!(back.say_at(input, server.now()), "it need not ask for its seat");
        says("at last");
        let said = heard(&back);
        assert_eq!((&said[..1], chats(&said)), (&joined[..], vec!["into nothing".to_owned(), "at last".to_owned()]));
        assert!(said.iter().any(|said| said.starts_with(r#"31[{"ok":true"#)), "{said:?}");
        assert!(said.iter().any(|said| said.starts_with(r#"2["snapshot""#)), "the state comes whole: {said:?}");
    }

    #[tokio::test]
    async fn who_comes_back_and_has_no_seat_any_more_is_a_new_client() {
        let mut config = Config::default();
        config.socketio.recovery.enabled = true;
        let server = Offline::start(config).expect("no packs are asked for");
        let [phone, tablet] = [4000, 4001].map(|port| server.connect(([192, 0, 2, 1], port).into()));
        assert!(phone.say("40") && tablet.say("40"));
        let pid = between(&heard(&phone), r#""pid":""#);
        assert!(phone.say(r#"420["create",{"game":"arena","name":"Ada"}]"#));
        server.pass(Duration::from_secs(1));
        let token = between(&heard(&phone), r#""token":""#);
        let claim = format!(r#"40{{"pid":"{pid}"}}"#);
        let back = server.connect(([192, 0, 2, 1], 4002).into());
        assert!(back.say(claim.clone()));
        server.pass(Duration::from_secs(1));
        assert!(tablet.say(format!(r#"420["resume",{{"token":"{token}"}}]"#)));
        server.pass(Duration::from_secs(1));
        assert!(heard(&back).iter().any(|said| said.starts_with(r#"2["closed",{"reason":"replaced""#)));
        // What it had is the other device's: a connection that is lost and recovered takes it from nobody.
        let again = server.connect(([192, 0, 2, 1], 4003).into());
        assert!(again.say(claim));
        assert!(again.closed().is_none() && heard(&again)[0].contains(&pid), "it is recovered, and has no seat");
        assert!(again.say(r#"420["input",{"type":"move","dx":1,"dy":0}]"#));
        assert!(heard(&again)[0].contains("not_seated"));
        // Of one that has left its room for good meanwhile nothing is left.
        let away = server.connect(([192, 0, 2, 1], 4004).into());
        assert!(away.say("40") && away.say(r#"420["create",{"game":"arena","name":"Ben"}]"#));
        let pid = between(&heard(&away), r#""pid":""#);
        server.pass(Duration::from_secs(1));
        server.close();
        let late = server.connect(([192, 0, 2, 1], 4005).into());
        late.say(format!(r#"40{{"pid":"{pid}"}}"#));
        assert_eq!(between(&heard(&late), r#""reason":""#), "shutdown", "what it was told last is told again");
    }

    #[tokio::test]
    async fn a_page_that_has_given_its_seat_up_meanwhile_may_ask_for_another() {
        let mut config = Config::default();
        config.socketio.recovery.enabled = true;
        let server = Offline::start(config).expect("no packs are asked for");
        let ada = server.connect(([192, 0, 2, 1], 4000).into());
        assert!(ada.say("40"));
        let pid = between(&heard(&ada), r#""pid":""#);
        assert!(ada.say(r#"420["create",{"game":"arena","name":"Ada"}]"#));
        server.pass(Duration::from_secs(1));
        let first = between(&heard(&ada), r#""room":""#);
        let mut port = 4001;
        let mut comes_back = |ask: &str, wait: u64| {
            let back = server.connect(([192, 0, 2, 1], port).into());
            port += 1;
            assert!(back.say(format!(r#"40{{"pid":"{pid}"}}"#)));
            server.pass(Duration::from_millis(wait));
            assert!(back.say_at(ask.to_owned(), server.now()));
            server.pass(Duration::from_secs(1));
            heard(&back)
        };
        for wait in [0, 1000] {
            // It knows nothing of the seat, as it was about to leave when its connection was lost.
            let said = comes_back(r#"429["create",{"game":"arena","name":"Ada"}]"#, wait);
            assert!(said.iter().any(|said| said.starts_with(r#"39[{"ok":true"#)), "{said:?}");
            let answer = said.iter().filter(|said| said.starts_with("39")).cloned().collect::<Vec<_>>();
            assert_ne!(between(&answer, r#""room":""#), first);
        }
        // One that plays on has its seat.
        let said = comes_back(r#"429["input",{"type":"move","dx":1,"dy":0}]"#, 0);
        assert!(said.iter().any(|said| said.starts_with(r#"39[{"ok":true"#)), "{said:?}");
    }
}
