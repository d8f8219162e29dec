//! Pace: how long everything in a quiz lasts that its pack does not say.
//!
//! Only figures. Each says what it costs to be longer, or what it is there to stop.

use std::time::Duration;

/// Steps a second: an input is acknowledged, and a phase ended, at most 50 ms late. Cost: a sleeping quiz has no steps
/// at all, a busy one this many. Scores do not depend on it: they use the time of arrival.
pub(super) const HZ: u16 = 20;

/// The most players of one quiz. Cost: about 100 bytes a seat and 8 more for each question, and a sort of all of them at each reveal.
pub(super) const SEATS: u32 = 20_000;

/// From the announcement of a question to its opening: time to look up.
pub(super) const COUNTDOWN: Duration = Duration::from_secs(3);

/// Answers up to this fast get all the points: nobody is paid for a better network.
pub(super) const WHOLE_POINTS: Duration = Duration::from_millis(500);

/// How long after its end a question is closed, so that an answer that arrived before the end and waited in the inbox
/// counts. It does not lengthen the question: an answer that arrived after the end is refused.
pub(super) const SLACK: Duration = Duration::from_millis(50);

/// How long a player who dropped without having answered is waited for before everybody else's answers end the
/// question: a page that reloads is back in less. Attack: dropping on purpose delays a room by this, once a drop.
pub(super) const DROP_WAIT: Duration = Duration::from_secs(3);

/// How long a reveal lasts when the quiz goes on by itself.
pub(super) const REVEAL: Duration = Duration::from_secs(6);

/// How long a leaderboard lasts when the quiz goes on by itself.
pub(super) const LEADERBOARD: Duration = Duration::from_secs(5);

/// How long the host may be gone before the quiz goes on by itself.
pub(super) const HOST_WAIT: Duration = Duration::from_secs(20);

/// How long a paused quiz waits for a host who is gone before it resumes by itself.
pub(super) const PAUSE_WAIT: Duration = Duration::from_secs(120);

/// How long a lobby waits for a host who is gone. Attack: lobbies kept for ever by one open page each.
pub(super) const LOBBY_WAIT: Duration = Duration::from_secs(3600);

/// How long the podium stands.
pub(super) const PODIUM: Duration = Duration::from_secs(300);

/// Places of the podium that are shown one after another.
pub(super) const PLACES: usize = 3;

/// How long each of them is looked at before the next one shows by itself.
pub(super) const PLACE: Duration = Duration::from_millis(2_500);

/// How long a quiz goes on with nobody connected. Attack: rooms left behind by the thousand.
pub(super) const EMPTY: Duration = Duration::from_secs(600);

/// The least time between two changes of the counts in a view. Cost: each change is a frame to everybody.
pub(super) const COUNTS: Duration = Duration::from_millis(250);

/// Each so many players make that interval longer by itself.
pub(super) const CROWD: usize = 5_000;

/// The most that one `extend` may add, in milliseconds.
pub(super) const EXTEND_MS: u32 = 300_000;

/// The longest a question may become by extending it. Attack: a room that never ends.
pub(super) const LONGEST: Duration = Duration::from_secs(3600);

/// Rows of a leaderboard and of the podium.
pub(super) const TOP: usize = 10;

/// Rows of the summary's results: the first of the standings. Cost: a name and some 5 bytes a question for each, once for
/// each time that the host asks.
pub(super) const RESULTS: usize = 1_000;

/// Seats in the roster that hosts and spectators see: the ones that joined last. Cost: 200 names in their views.
pub(super) const ROSTER: usize = 200;

/// No view of a quiz is longer than this, in bytes of JSON: the longest question, choices and explanation of a pack and
/// the roster's and the leaderboard's names of 768 bytes: 24 characters with as many marks as a name may have.
pub(super) const VIEW_BOUND: usize = 224 * 1024;
