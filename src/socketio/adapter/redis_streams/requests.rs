//! What this server has asked of the others, and who of them has answered.
//!
//! Sends nothing. An answer that nobody waits for, or that comes twice, is passed over.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use parlor_proto::socket::{Args, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::socketio::{Elsewhere, SocketDetails};

/// Servers that may answer one request: more are no servers.
const MOST_SERVERS: usize = 1_000;

/// The requests that wait, by their ids.
#[derive(Debug, Default)]
pub(super) struct Requests {
    waiting: Mutex<HashMap<Box<str>, Waiting>>,
}

#[derive(Debug)]
enum Waiting {
    /// One answer from each server.
    Each { answers: mpsc::UnboundedSender<Answer>, heard: Vec<Box<str>> },
    /// From each server first how many sockets it has asked, and then their answers, of which so many may come.
    Many { answers: Elsewhere, heard: HashMap<Box<str>, usize>, until: Instant },
}

impl Waiting {
    fn is_over(&self, now: Instant) -> bool {
        match self {
            Self::Each { answers, .. } => answers.is_closed(),
            Self::Many { answers, until, .. } => answers.is_over() || *until < now,
        }
    }
}

/// What one server has answered.
#[derive(Debug)]
pub(super) enum Answer {
    Sockets(Vec<SocketDetails>),
    Value(Value),
}

/// An id, and where answers will come. Dropping it ends the waiting.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) id: Box<str>,
    answers: mpsc::UnboundedReceiver<Answer>,
    requests: Arc<Requests>,
}

impl Drop for Request {
    fn drop(&mut self) {
        self.requests.forget(&self.id);
    }
}

/// What was answered until time was up.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) answers: Vec<Answer>,
    /// How many servers did not answer.
    pub(super) missing: usize,
}

impl Request {
    /// Waits for as many answers as there are others among those that have got the question. `None`: it was not sent.
    pub(super) async fn gather(
        self,
        heard: oneshot::Receiver<usize>,
        others_of: impl Fn(usize) -> usize,
        timeout: Duration,
    ) -> Option<Gathered> {
        self.gather_until(heard, others_of, Instant::now() + timeout, |_| false).await
    }

    /// The same; an answer that is enough is the last one.
    pub(super) async fn gather_until(
        mut self,
        heard: oneshot::Receiver<usize>,
        others_of: impl Fn(usize) -> usize,
        until: Instant,
        is_enough: impl Fn(&Answer) -> bool,
    ) -> Option<Gathered> {
        let asked = others_of(tokio::time::timeout_at(until, heard).await.ok()?.ok()?);
        let mut answers: Vec<Answer> = Vec::new();
        while answers.len() < asked && !answers.last().is_some_and(&is_enough) {
            match tokio::time::timeout_at(until, self.answers.recv()).await {
                Ok(Some(answer)) => answers.push(answer),
                Ok(None) | Err(_) => break,
            }
        }
        Some(Gathered { missing: asked.saturating_sub(answers.len()), answers })
    }
}

/// An id that nobody guesses.
pub(super) fn random_id() -> Box<str> {
    format!("{:016x}", rand::random::<u64>()).into()
}

impl Requests {
    /// A request that each server answers once; `None` if `most` wait.
    pub(super) fn each(self: &Arc<Self>, most: usize) -> Option<Request> {
        let (sender, answers) = mpsc::unbounded_channel();
        let waiting = Waiting::Each { answers: sender, heard: Vec::new() };
        let id = self.insert(waiting, most)?;
        Some(Request { id, answers, requests: Arc::clone(self) })
    }

    /// A request whose answers are those of clients, until that time at the latest.
    pub(super) fn many(&self, answers: Elsewhere, until: Instant, most: usize) -> Option<Box<str>> {
        self.insert(Waiting::Many { answers, heard: HashMap::new(), until }, most)
    }

    fn insert(&self, request: Waiting, most: usize) -> Option<Box<str>> {
        let mut waiting = self.waiting.lock();
        if waiting.len() >= most {
            let now = Instant::now();
            waiting.retain(|_, request| !request.is_over(now));
        }
        if waiting.len() >= most {
            return None;
        }
        let id = random_id();
        waiting.insert(id.clone(), request);
        Some(id)
    }

    pub(super) fn forget(&self, id: &str) {
        self.waiting.lock().remove(id);
    }

    /// Forgets those that nobody waits for any more.
    pub(super) fn tidy(&self) {
        let now = Instant::now();
        self.waiting.lock().retain(|_, request| !request.is_over(now));
    }

    /// So many other servers have got this request.
    pub(super) fn sent(&self, id: &str, servers: usize) {
        if let Some(Waiting::Many { answers, .. }) = self.waiting.lock().get(id) {
            answers.servers(servers);
        }
    }

    /// A server has answered.
    pub(super) fn answered(&self, id: &str, uid: &str, answer: Answer) {
        let mut waiting = self.waiting.lock();
        let Some(Waiting::Each { answers, heard }) = waiting.get_mut(id) else { return };
        if heard.len() >= MOST_SERVERS || heard.iter().any(|other| **other == *uid) {
            return;
        }
        heard.push(uid.into());
        // Whoever waited has given up.
        drop(answers.send(answer));
    }

    /// A server has asked so many of its sockets.
    pub(super) fn asked(&self, id: &str, uid: &str, sockets: usize) {
        let mut waiting = self.waiting.lock();
        let Some(Waiting::Many { answers, heard, .. }) = waiting.get_mut(id) else { return };
        if heard.len() >= MOST_SERVERS || heard.contains_key(uid) {
            return;
        }
        heard.insert(uid.into(), sockets);
        answers.asked(sockets);
    }

    /// One of them has answered.
    pub(super) fn client_answered(&self, id: &str, uid: &str, answer: Value) {
        let mut waiting = self.waiting.lock();
        let Some(Waiting::Many { answers, heard, .. }) = waiting.get_mut(id) else { return };
        let Some(left) = heard.get_mut(uid).and_then(|left| left.checked_sub(1).map(|less| (left, less))) else {
            return;
        };
        *left.0 = left.1;
        answers.answered(Args::from_iter([answer]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(servers: usize) -> oneshot::Receiver<usize> {
        let (said, heard) = oneshot::channel();
        said.send(servers).expect("somebody listens");
        heard
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_gathered_once_from_each_server() {
        let requests = Arc::new(Requests::default());
        let request = requests.each(2).expect("room for one");
        let id = request.id.clone();
        for (uid, answer) in [("a", 1), ("a", 2), ("b", 3)] {
            requests.answered(&id, uid, Answer::Value(Value::UInt(answer)));
        }
        requests.answered("unknown", "c", Answer::Value(Value::Null));
        requests.asked(&id, "c", 7);
        let begun = Instant::now();
        let gathered =
            request.gather(sent(4), |listeners| listeners - 1, Duration::from_secs(1)).await.expect("it was sent");
        assert_eq!((gathered.answers.len(), gathered.missing, begun.elapsed()), (2, 1, Duration::from_secs(1)));
        assert!(requests.waiting.lock().is_empty());
        let request = requests.each(2).expect("room for one");
        let (said, heard) = oneshot::channel();
        drop(said);
        assert!(
            request.gather(heard, |listeners| listeners, Duration::from_secs(1)).await.is_none(),
            "it was not sent"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_enough_ends_the_waiting() {
        let requests = Arc::new(Requests::default());
        let request = requests.each(1).expect("room for one");
        let id = request.id.clone();
        for (uid, answer) in [("a", false), ("b", true), ("c", false)] {
            requests.answered(&id, uid, Answer::Value(Value::Bool(answer)));
        }
        let begun = Instant::now();
        let is_enough = |answer: &Answer| matches!(answer, Answer::Value(Value::Bool(true)));
        let until = begun + Duration::from_secs(1);
        let gathered = request.gather_until(sent(9), |there| there, until, is_enough).await.expect("it was sent");
        assert_eq!((gathered.answers.len(), gathered.missing, begun.elapsed()), (2, 7, Duration::ZERO));
    }

    #[test]
    fn requests_are_bounded_and_those_that_are_over_make_room() {
        let requests = Arc::new(Requests::default());
        let first = requests.each(1).expect("room for one");
        assert!(requests.each(1).is_none());
        drop(first);
        assert!(requests.each(1).is_some());
        let ids: std::collections::HashSet<_> = (0..100).map(|_| random_id()).collect();
        assert!(ids.len() == 100 && ids.iter().all(|id| id.len() == 16));
    }
}
