//! Reads the streams, and has what it finds done here, in its order; lets clients in that come back, at their place in it.
//!
//! Opens no connection: when one breaks, it goes on at its place on the next one.

use std::sync::Arc;

use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::config::count;
use super::entry::{self, Entry, StreamId};
use super::exchange::Exchange;
use super::message::Envelope;
use super::node::hear_guarded;
use super::returns::Arrival;

#[derive(Debug)]
pub(super) struct Reader {
    /// The last entry that was read of each stream; none before they were first looked at.
    positions: Vec<StreamId>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
}

impl Reader {
    pub(super) const fn new(arrivals: mpsc::UnboundedReceiver<Arrival>) -> Self {
        Self { positions: Vec::new(), arrivals }
    }

    /// Those who have not arrived go in as new ones: Redis is away.
    pub(super) fn let_go(&mut self) {
        while let Ok(arrival) = self.arrivals.try_recv() {
            drop(arrival);
        }
    }

    /// Finds its places: the streams' ends the first time, and then where it was.
    pub(super) async fn begin(
        &mut self,
        exchange: &Exchange,
        connection: &mut MultiplexedConnection,
    ) -> RedisResult<()> {
        let mut positions = Vec::with_capacity(exchange.streams.len());
        for place in 0..exchange.streams.len() {
            let (first, last) = ends(exchange, connection, place).await?;
            positions.push(match self.positions.get(place) {
                Some(position) => resumed(exchange, *position, first, last),
                None => last.unwrap_or(StreamId::START),
            });
        }
        exchange.positions.lock().clone_from(&positions);
        self.positions = positions;
        Ok(())
    }

    /// Reads until the connection breaks.
    pub(super) async fn run(
        &mut self,
        exchange: &Arc<Exchange>,
        connection: &mut MultiplexedConnection,
        commands: &mut MultiplexedConnection,
    ) -> RedisResult<()> {
        // Those who have received more at another server than has been read here: they would get it again.
        let mut ahead = Vec::new();
        loop {
            for arrival in std::mem::take(&mut ahead) {
                ahead.extend(self.arrive(exchange, commands, arrival).await?);
            }
            let mut ask = redis::cmd("XREAD");
            ask.arg("COUNT").arg(exchange.config.read_entries.max(1)).arg("BLOCK").arg(exchange.config.block_ms.max(1));
            ask.arg("STREAMS");
            for name in exchange.streams.names() {
                ask.arg(&**name);
            }
            for position in &self.positions {
                ask.arg(position.to_string());
            }
            let before = ahead.len();
            let answer = {
                let mut reading = std::pin::pin!(ask.query_async::<redis::Value>(connection));
                loop {
                    // While it waits, all up to the positions has been sent and nothing behind them.
                    tokio::select! {
                        answer = &mut reading => break answer?,
                        Some(arrival) = self.arrivals.recv() => ahead.extend(self.arrive(exchange, commands, arrival).await?),
                    }
                }
            };
            let streams = entry::read(answer);
            if streams.is_empty() {
                // All there is has been read: what those who wait received last has been deleted.
                ahead.drain(..before);
                self.idle(exchange, commands).await?;
            }
            for (name, entries) in streams {
                let mut names = exchange.streams.names().iter();
                let Some(place) = names.position(|other| other.as_bytes() == name) else { continue };
                for entry in entries {
                    take(exchange, place, &entry);
                    // Behind what it says: who comes in meanwhile may not have got it.
                    self.move_to(exchange, place, entry.id);
                    tokio::task::yield_now().await;
                }
            }
        }
    }

    fn position(&self, place: usize) -> StreamId {
        self.positions.get(place).copied().unwrap_or(StreamId::START)
    }

    /// All up to there has been sent to this server's sockets.
    fn move_to(&mut self, exchange: &Exchange, place: usize, position: StreamId) {
        for positions in [&mut self.positions, &mut *exchange.positions.lock()] {
            if let Some(moved) = positions.get_mut(place) {
                *moved = position;
            }
        }
    }

    /// Lets it in, or gives it back as it is still ahead.
    async fn arrive(
        &self,
        exchange: &Exchange,
        commands: &mut MultiplexedConnection,
        arrival: Arrival,
    ) -> RedisResult<Option<Arrival>> {
        let position = self.position(arrival.stream());
        if arrival.is_ahead(position) {
            return Ok(Some(arrival));
        }
        arrival.enter(exchange, commands, position).await?;
        Ok(None)
    }

    /// Nothing has come for a while. A stream may have been deleted, and begin anew with lower ids.
    async fn idle(&mut self, exchange: &Exchange, commands: &mut MultiplexedConnection) -> RedisResult<()> {
        for place in 0..self.positions.len() {
            let (_, last) = ends(exchange, commands, place).await?;
            if last.is_none_or(|last| last < self.position(place)) {
                self.move_to(exchange, place, StreamId::START);
            }
        }
        // What was deleted with it does not come back.
        if let Some(before) = Instant::now().checked_sub(exchange.config.block()) {
            let overdue = exchange.line.lock().overdue(before);
            overdue.iter().for_each(|event| event.deliver(None));
        }
        Ok(())
    }
}

/// Where to go on in a stream of which this was read, and that has this first and this last entry.
fn resumed(exchange: &Exchange, position: StreamId, first: Option<StreamId>, last: Option<StreamId>) -> StreamId {
    let is_another = last.is_none_or(|last| last < position) && position != StreamId::START;
    if is_another || first.is_some_and(|first| first > position.next()) && position != StreamId::START {
        count(&exchange.counters.gaps, 1);
        tracing::warn!(%position, "the stream is another one, or begins later: events of other servers may be lost");
    }
    // All that is in another one has come since.
    if is_another { StreamId::START } else { position }
}

/// A stream's first and last entry.
async fn ends(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    place: usize,
) -> RedisResult<(Option<StreamId>, Option<StreamId>)> {
    let stream = exchange.streams.name(place);
    let mut ask = redis::pipe();
    ask.atomic().cmd("XRANGE").arg(stream).arg("-").arg("+").arg("COUNT").arg(1);
    ask.cmd("XREVRANGE").arg(stream).arg("+").arg("-").arg("COUNT").arg(1);
    let (first, last): (redis::Value, redis::Value) = ask.query_async(connection).await?;
    let id = |answer| entry::range(answer).first().map(|entry| entry.id);
    Ok((id(first), id(last)))
}

/// Has done what an entry says.
fn take(exchange: &Arc<Exchange>, stream: usize, entry: &Entry) {
    count(&exchange.counters.received, 1);
    if entry.uid == exchange.uid.as_bytes() {
        let Some(number) = entry.number() else { return };
        let (lost, event) = exchange.line.lock().came_back(stream, number);
        lost.iter().for_each(|event| event.deliver(None));
        event.iter().for_each(|event| event.deliver(Some(entry.id)));
        return;
    }
    // What is of no namespace here is not looked at.
    match std::str::from_utf8(&entry.namespace) {
        Ok(namespace) if exchange.node(namespace).is_none() && !namespace.is_empty() => {}
        _ => match Envelope::of_entry(entry, exchange.bounds()) {
            Ok(envelope) => hear_guarded(exchange, envelope, Some(entry.id)),
            Err(why) => exchange.counters.unreadable(&entry.id, &why),
        },
    }
}
