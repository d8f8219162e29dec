//! The line on a terminal that says how a load goes.
//!
//! Elsewhere `indicatif` shows nothing; what came of it is printed by nobody here.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use parlor_bots::load::{Counts, Phase, Progress};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Shows it until it is stopped.
pub(super) async fn show(mut progress: watch::Receiver<Progress>, clients: u64) {
    let style = ProgressStyle::with_template("{spinner} {pos} of {len} clients  {msg}  {elapsed}");
    let bar = ProgressBar::new(clients).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let _cleared = Cleared(bar.clone());
    let mut pause = interval(EVERY);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut before = (Instant::now(), Counts::default());
    loop {
        pause.tick().await;
        let (now, at) = (Instant::now(), *progress.borrow_and_update());
        bar.set_position(at.counts.joined);
        bar.set_message(words(&at, &before.1, now - before.0));
        bar.tick();
        before = (now, at.counts);
    }
}

fn words(at: &Progress, before: &Counts, passed: Duration) -> String {
    let each = |now: u64, before: u64| now.saturating_sub(before) as f64 / passed.as_secs_f64().max(0.001);
    let Counts { joined, failed, closed, retries, messages, .. } = at.counts;
    let doing = match at.phase {
        Phase::Connecting => format!("connecting, {:.0}/s", each(joined, before.joined)),
        Phase::Measuring => format!("measuring, {messages} messages, {:.0}/s", each(messages, before.messages)),
        Phase::Leaving => "leaving".into(),
    };
    let troubles = [(failed, "failed"), (closed, "cut off"), (retries, "retries")];
    let troubles = troubles.into_iter().filter(|(count, _)| *count > 0);
    troubles.fold(doing, |words, (count, what)| format!("{words}, {count} {what}"))
}

/// Wipes the line when the showing ends, however it ends.
struct Cleared(ProgressBar);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How often the progress is drawn.
const EVERY: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_it_is_at_how_fast_and_what_went_wrong() {
        let second = Duration::from_secs(1);
        let mut at = Progress { phase: Phase::Connecting, counts: Counts { joined: 30, ..Counts::default() } };
        let before = Counts { joined: 10, messages: 40, ..Counts::default() };
        assert_eq!(words(&at, &before, second), "connecting, 20/s");
        at.phase = Phase::Measuring;
        at.counts = Counts { messages: 100, failed: 2, retries: 7, ..at.counts };
        assert_eq!(words(&at, &before, second), "measuring, 100 messages, 60/s, 2 failed, 7 retries");
    }
}
