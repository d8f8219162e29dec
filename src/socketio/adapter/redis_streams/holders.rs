//! Who still holds a session that its client comes back for: that server is asked to give it up, as it may not have noticed the drop.
//!
//! Takes nothing out of Redis: `returns` does, where the session then is.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use parlor_proto::socket::Value;
use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::channels::listeners;
use super::exchange::Exchange;
use super::line::Letter;
use super::message::Message;
use super::node::Node;
use super::requests::Answer;
use crate::socketio::SocketId;

/// What is known of a session that is not in Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holders {
    /// A server has given it up before it said so, or lets its client in at the moment.
    Somebody,
    /// Nobody who was asked has it. There are servers that cannot be asked, of Node, or that did not answer.
    Perhaps,
    /// No server has it.
    Nobody,
}

/// The sessions whose clients are on their way in here, and how many for each.
#[derive(Debug, Default)]
pub(super) struct Comers(Mutex<HashMap<SocketId, usize>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Comer {
    pid: SocketId,
    all: Arc<Comers>,
}

impl Comers {
    pub(super) fn add(self: &Arc<Self>, pid: SocketId) -> Comer {
        *self.0.lock().entry(pid).or_default() += 1;
        Comer { pid, all: Arc::clone(self) }
    }

    pub(super) fn has(&self, pid: SocketId) -> bool {
        self.0.lock().contains_key(&pid)
    }
}

impl Comer {
    pub(super) const fn pid(&self) -> SocketId {
        self.pid
    }

    /// Whether another one comes for the same session, which was cut off as soon as it had come.
    fn has_company(&self) -> bool {
        self.all.0.lock().get(&self.pid).is_some_and(|comers| *comers > 1)
    }
}

impl Drop for Comer {
    fn drop(&mut self) {
        let mut all = self.all.0.lock();
        if let Some(comers) = all.get_mut(&self.pid) {
            *comers -= 1;
            if *comers == 0 {
                all.remove(&self.pid);
            }
        }
    }
}

/// Has the session's holder give it up, if there is one, and waits until then at the latest.
pub(super) async fn ask(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    node: &Node,
    comer: &Comer,
    until: Instant,
) -> RedisResult<Holders> {
    if node.give_up(comer.pid()) || comer.has_company() {
        return Ok(Holders::Somebody);
    }
    let (Some(channel), Some(request)) = (&node.holders, exchange.requests.each(exchange.config.max_requests)) else {
        return Ok(Holders::Perhaps);
    };
    let (said, heard) = oneshot::channel();
    let message = Message::GiveUp { pid: comer.pid(), request: request.id.clone() };
    exchange.letter(channel, node.namespace(), &message, Some(said), Letter::Fleeting);
    let has_it = |answer: &Answer| matches!(answer, Answer::Value(Value::Bool(true)));
    let Some(gathered) = request.gather_until(heard, |there| node.others_of(there), until, has_it).await else {
        return Ok(Holders::Perhaps);
    };
    if gathered.answers.last().is_some_and(has_it) {
        return Ok(Holders::Somebody);
    }
    let there = node.others_of(listeners(exchange, connection, &node.everyone).await?);
    // Who listens to all that is said, and not to this, is of another kind.
    let all_said_no = gathered.missing == 0 && there <= gathered.answers.len();
    Ok(if all_said_no { Holders::Nobody } else { Holders::Perhaps })
}

/// Another server asks: whether the session was here, or comes in here.
pub(super) fn asked(exchange: &Exchange, node: &Node, pid: SocketId) -> bool {
    node.give_up(pid) || exchange.comers.has(pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_for_a_session_is_known_until_it_is_in() {
        let pid = |letter: &str| SocketId::parse(&letter.repeat(20)).expect("an id");
        let comers = Arc::new(Comers::default());
        let first = comers.add(pid("A"));
        assert!(comers.has(pid("A")) && !comers.has(pid("B")) && !first.has_company());
        let second = comers.add(pid("A"));
        assert!(first.has_company() && second.has_company());
        drop(first);
        assert!(comers.has(pid("A")) && !second.has_company());
        drop(second);
        assert!(!comers.has(pid("A")) && comers.0.lock().is_empty());
    }
}
