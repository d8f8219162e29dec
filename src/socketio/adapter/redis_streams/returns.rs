//! Clients that come back, to this server or from another one: their sessions, and what they have missed.
//!
//! Lets nobody in: the reader does, which knows what is being sent at that moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parlor_proto::socket::Value;
use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use super::config::Config;
use super::entry::{self, Entry, StreamId};
use super::exchange::Exchange;
use super::holders::{self, Comer, Holders};
use super::line::Item;
use super::message::{Envelope, Message, Session};
use super::node::Node;
use crate::socketio::{Args, Restored, Returning, SocketId};

/// A client whose session was found, and what it has missed up to an entry.
#[derive(Debug)]
pub(super) struct Arrival {
    client: Returning,
    session: Session,
    namespace: Box<str>,
    /// The place of its stream.
    stream: usize,
    missed: Missed,
    /// One of those that may be coming back at a time.
    _place: OwnedSemaphorePermit,
    _comer: Comer,
}

/// What a session has missed of the stream.
#[derive(Debug)]
struct Missed {
    /// The last entry that it has not missed.
    from: StreamId,
    events: Vec<(StreamId, Box<str>, Vec<Value>)>,
    bytes: usize,
    /// All entries up to this one have been looked at.
    until: StreamId,
    /// It is more than may be sent at once.
    too_much: bool,
}

/// Between two looks for a session that is not there.
const BETWEEN: Duration = Duration::from_millis(20);

/// The key of a session.
pub(super) fn key(config: &Config, pid: SocketId) -> String {
    format!("{}{}", config.session_prefix, pid.as_str())
}

/// Looks for what a client comes back to. Who has no offset has received no event since it came in.
pub(super) fn look(
    exchange: &Arc<Exchange>,
    node: &Arc<Node>,
    pid: SocketId,
    offset: Option<StreamId>,
    client: Returning,
) {
    let connection = exchange.commands.lock().clone();
    let place = Arc::clone(&exchange.returning).try_acquire_owned();
    let (Some(connection), Ok(place)) = (connection, place) else {
        client.enter(None);
        return;
    };
    let (exchange, node, comer) = (Arc::clone(exchange), Arc::clone(node), exchange.comers.add(pid));
    let (patience, had_it) = (Duration::from_millis(exchange.config.request_ms), client.had_it());
    // The session may be one that this server has just had to keep.
    let (reached, kept) = oneshot::channel();
    exchange.send(Item::Mark { reached });
    exchange.runtime.clone().spawn(async move {
        let found = async {
            // If that does not get there, nor does what follows.
            drop(kept.await);
            find(&exchange, connection, &node, &comer, offset, had_it).await
        };
        match tokio::time::timeout(patience, found).await {
            Ok(Ok(Some((session, missed)))) => {
                let (namespace, stream) = (node.namespace().into(), exchange.streams.of(node.namespace()));
                let arrival = Arrival { client, session, namespace, stream, missed, _place: place, _comer: comer };
                // Whoever does not arrive, as the adapter has ended, is let in as a new one when it is dropped.
                drop(exchange.arrivals.send(arrival));
            }
            Ok(Ok(None)) => {
                tracing::debug!(
                    "a client that has come back is a new one: its session is not there, or it has missed too much"
                );
                client.enter(None);
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "a session cannot be looked for");
                client.enter(None);
            }
            Err(_) => {
                tracing::warn!("a session was not found in time");
                client.enter(None);
            }
        }
    });
}

/// Takes the session, if it is there and so is the entry behind which stands what its client has missed.
async fn find(
    exchange: &Exchange,
    mut connection: MultiplexedConnection,
    node: &Node,
    comer: &Comer,
    offset: Option<StreamId>,
    unless_taken: bool,
) -> RedisResult<Option<(Session, Missed)>> {
    let key = key(&exchange.config, comer.pid());
    let Some(session) = taken(exchange, &mut connection, node, comer, unless_taken).await? else {
        return Ok(None);
    };
    let session = match Session::read(&session, exchange.bounds()) {
        Ok(session) if session.pid == comer.pid() => session,
        Ok(_) => return Ok(None),
        Err(why) => {
            exchange.counters.unreadable(&key, &why);
            return Ok(None);
        }
    };
    // Clients keep an offset for longer than a session: it may be of the one before.
    let Some(from) = offset.max(session.since) else { return Ok(None) };
    if !is_known(exchange, &mut connection, exchange.streams.of(node.namespace()), from).await? {
        return Ok(None);
    }
    let mut missed = Missed::from(from);
    missed.read(exchange, &mut connection, node.namespace(), &session, None).await?;
    Ok((!missed.too_much).then_some((session, missed)))
}

/// The session's bytes, which are Redis's no more. The server that has it may not know yet that its client is gone: one of ours gives
/// it up when it is asked, one of Node may be about to notice. With `unless_taken` it was here, and who has taken it keeps it.
async fn taken(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    node: &Node,
    comer: &Comer,
    unless_taken: bool,
) -> RedisResult<Option<Vec<u8>>> {
    let key = key(&exchange.config, comer.pid());
    let mut ask = redis::pipe();
    ask.atomic().cmd("GET").arg(&key).cmd("DEL").arg(&key);
    let Config { notice_ms, give_up_ms, .. } = exchange.config;
    let [noticed, given_up] = [notice_ms, give_up_ms].map(|ms| Instant::now() + Duration::from_millis(ms));
    let mut holders = unless_taken.then_some(Holders::Nobody);
    loop {
        let (session, _): (redis::Value, redis::Value) = ask.query_async(connection).await?;
        if let Some(session) = entry::bytes(session) {
            return Ok(Some(session));
        }
        let until = match holders {
            None | Some(Holders::Somebody) => given_up,
            Some(Holders::Perhaps) => noticed,
            Some(Holders::Nobody) => return Ok(None),
        };
        if Instant::now() >= until {
            return Ok(None);
        }
        if holders.is_some() {
            tokio::time::sleep(BETWEEN).await;
        }
        if holders != Some(Holders::Perhaps) {
            holders = Some(holders::ask(exchange, connection, node, comer, given_up).await?);
        }
    }
}

/// Whether all that followed an entry is in the stream, as the entry itself is.
async fn is_known(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    stream: usize,
    from: StreamId,
) -> RedisResult<bool> {
    if from == StreamId::START {
        return is_whole(exchange, connection, stream).await;
    }
    let mut ask = redis::cmd("XRANGE");
    ask.arg(exchange.streams.name(stream)).arg(from.to_string()).arg(from.to_string());
    Ok(!entry::range(ask.query_async(connection).await?).is_empty())
}

/// Whether a stream has all that was ever added to it.
async fn is_whole(exchange: &Exchange, connection: &mut MultiplexedConnection, stream: usize) -> RedisResult<bool> {
    let mut ask = redis::cmd("XINFO");
    ask.arg("STREAM").arg(exchange.streams.name(stream));
    match ask.query_async::<HashMap<String, redis::Value>>(connection).await {
        Ok(info) => Ok(has_all(&info, exchange.config.max_len)),
        // There is none yet.
        Err(error) if error.detail() == Some("no such key") => Ok(true),
        Err(error) => Err(error),
    }
}

/// The same by what Redis says of it. Before 7.0 that is its length alone, which a full one has lost something to keep.
fn has_all(info: &HashMap<String, redis::Value>, max_len: usize) -> bool {
    let number = |field| match info.get(field) {
        Some(redis::Value::Int(number)) => usize::try_from(*number).ok(),
        _ => None,
    };
    let (length, added) = (number("length"), number("entries-added"));
    length.is_some_and(|length| added.map_or(length < max_len, |added| added == length))
}

impl Missed {
    const fn from(from: StreamId) -> Self {
        Self { from, events: Vec::new(), bytes: 0, until: from, too_much: false }
    }

    /// Reads on, up to an entry or to the end.
    async fn read(
        &mut self,
        exchange: &Exchange,
        connection: &mut MultiplexedConnection,
        namespace: &str,
        session: &Session,
        end: Option<StreamId>,
    ) -> RedisResult<()> {
        let end = end.map_or_else(|| "+".to_owned(), |end| end.to_string());
        let stream = exchange.streams.of(namespace);
        loop {
            let page = page(exchange, connection, stream, self.until.next(), &end).await?;
            let is_last = page.len() < exchange.config.read_entries.max(1);
            for entry in page {
                self.until = entry.id;
                self.take(exchange, namespace, session, &entry);
            }
            if is_last || self.too_much {
                return Ok(());
            }
        }
    }

    fn take(&mut self, exchange: &Exchange, namespace: &str, session: &Session, entry: &Entry) {
        // What cannot be read was told when it was to be sent.
        if entry.namespace != namespace.as_bytes() || entry.kind != b"3" {
            return;
        }
        let Ok(Envelope { message, .. }) = Envelope::of_entry(entry, exchange.bounds()) else { return };
        let Message::Broadcast { event, args, target, request: None } = message else { return };
        if target.flags.volatile || !session.was_due(entry.id, &target) {
            return;
        }
        self.bytes += entry.data.len();
        self.events.push((entry.id, event, args));
        let Config { missed_packets, missed_bytes, .. } = &exchange.config;
        self.too_much = self.events.len() > *missed_packets || self.bytes > *missed_bytes;
    }
}

/// So many entries of a stream, from this one on.
pub(super) async fn page(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    stream: usize,
    from: StreamId,
    end: &str,
) -> RedisResult<Vec<Entry>> {
    let mut ask = redis::cmd("XRANGE");
    ask.arg(exchange.streams.name(stream)).arg(from.to_string()).arg(end);
    ask.arg("COUNT").arg(exchange.config.read_entries.max(1));
    Ok(entry::range(ask.query_async(connection).await?))
}

impl Arrival {
    /// The place of its stream.
    pub(super) const fn stream(&self) -> usize {
        self.stream
    }

    /// Whether it has not missed more than stands up to `position`: what it got at another server, which reads faster.
    pub(super) fn is_ahead(&self, position: StreamId) -> bool {
        self.missed.from > position
    }

    /// Lets the client in, at a moment when all entries up to `position` have been sent to this server's sockets, and none behind it.
    pub(super) async fn enter(
        mut self,
        exchange: &Exchange,
        connection: &mut MultiplexedConnection,
        position: StreamId,
    ) -> RedisResult<()> {
        if self.missed.until < position {
            self.missed.read(exchange, connection, &self.namespace, &self.session, Some(position)).await?;
        }
        let Self { client, session, missed, .. } = self;
        client.enter((!missed.too_much).then(|| missed.restored(session, position)));
        Ok(())
    }
}

impl Missed {
    /// What is behind the position comes as it comes to all.
    fn restored(self, session: Session, position: StreamId) -> Restored {
        let missed = self.events.into_iter().filter(|(id, ..)| *id <= position);
        let missed = missed.map(|(id, event, args)| {
            let offset = Value::Text(id.to_string());
            (event, args.into_iter().chain([offset]).collect::<Args>())
        });
        Restored { session: session.into(), missed: missed.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socketio::{Kept, Raw};

    #[test]
    fn what_is_behind_the_position_is_not_missed() {
        let id = |text| StreamId::parse(text).expect("an id");
        let own = SocketId::parse("AAAAAAAAAAAAAAAAAAAA").expect("an id");
        let kept = Kept { id: own, pid: own, rooms: Vec::new(), data: Raw::Absent, since: None, stays: Vec::new() };
        let events = ["5-0", "6-0", "7-0"].map(|at| (id(at), Box::from("e"), vec![Value::UInt(1)])).into();
        let missed = Missed { events, bytes: 3, until: id("7-0"), ..Missed::from(id("4-0")) };
        let restored = missed.restored(kept.into(), id("6-0"));
        let said: Vec<_> = restored.missed.iter().map(|(_, args)| args.get::<String>(1).expect("an offset")).collect();
        assert_eq!(said, ["5-0", "6-0"]);
    }

    #[test]
    fn a_stream_that_has_lost_something_is_not_whole() {
        let info = |fields: &[(&str, i64)]| {
            fields.iter().map(|(name, number)| ((*name).to_owned(), redis::Value::Int(*number))).collect()
        };
        for (fields, is_whole) in [
            (&[("length", 0), ("entries-added", 0)][..], true),
            (&[("length", 70), ("entries-added", 70)], true),
            (&[("length", 70), ("entries-added", 71)], false),
            (&[("length", 49)], true),
            (&[("length", 50)], false),
            (&[("entries-added", 0)], false),
            (&[("length", -1)], false),
        ] {
            assert_eq!(has_all(&info(fields), 50), is_whole, "{fields:?}");
        }
        let odd = HashMap::from([("length".to_owned(), redis::Value::Nil)]);
        assert!(!has_all(&odd, 50));
    }
}
