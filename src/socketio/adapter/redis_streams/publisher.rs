//! Takes what waits to Redis: one batch after another, each of which gets there whole or not at all.
//!
//! Says nothing twice: when a connection broke under a batch, the stream is asked whether it has it.

use std::collections::HashSet;

use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisResult};

use super::config::{Config, count};
use super::entry::{self, NUMBER, StreamId};
use super::exchange::Exchange;
use super::line::Item;
use super::returns::page;

#[derive(Debug)]
pub(super) struct Publisher {
    /// Sent, and not yet answered.
    batch: Vec<Item>,
    /// This server's last entry that is known to be in each stream.
    last: Vec<StreamId>,
}

impl Publisher {
    pub(super) fn new(streams: usize) -> Self {
        Self { batch: Vec::new(), last: vec![StreamId::START; streams] }
    }

    /// The connection has broken: what cannot be tried again is lost.
    pub(super) fn broken(&mut self, exchange: &Exchange) {
        let before = self.batch.len();
        self.batch.retain(Item::may_be_repeated);
        count(&exchange.counters.dropped, before - self.batch.len());
    }

    /// On another connection: whatever has not got there by the last one is the next again.
    pub(super) async fn settle(
        &mut self,
        exchange: &Exchange,
        connection: &mut MultiplexedConnection,
    ) -> RedisResult<()> {
        let mut there = HashSet::new();
        for (stream, last) in self.last.iter().enumerate() {
            let is_of = |item: &Item| matches!(item, Item::Entry { fields, .. } if fields.stream == stream);
            let mut from = *last;
            while self.batch.iter().any(is_of) {
                let page = page(exchange, connection, stream, from.next(), "+").await?;
                let Some(last) = page.last() else { break };
                from = last.id;
                let own = page.iter().filter(|entry| entry.uid == exchange.uid.as_bytes());
                there.extend(own.filter_map(|entry| entry.number()));
            }
        }
        let mut batch = std::mem::take(&mut self.batch);
        batch.retain(|item| !matches!(item, Item::Entry { number, .. } if there.contains(number)));
        count(&exchange.counters.published, there.len());
        exchange.line.lock().put_back(batch);
        Ok(())
    }

    /// Publishes until the connection breaks.
    pub(super) async fn run(&mut self, exchange: &Exchange, connection: &mut MultiplexedConnection) -> RedisResult<()> {
        loop {
            let work = exchange.work.notified();
            self.batch = exchange.line.lock().take(exchange.config.batch_entries);
            if self.batch.is_empty() {
                work.await;
                continue;
            }
            let answers: Vec<redis::Value> = pipeline(exchange, &self.batch).query_async(connection).await?;
            exchange.line.lock().sent();
            for (item, answer) in self.batch.drain(..).zip(answers) {
                match (item, answer) {
                    (Item::Entry { fields, .. }, answer) => {
                        count(&exchange.counters.published, 1);
                        let id = entry::text(answer).and_then(|id| StreamId::parse(&id));
                        if let (Some(last), Some(id)) = (self.last.get_mut(fields.stream), id) {
                            *last = id;
                        }
                    }
                    (Item::Letter { heard: Some(heard), .. }, redis::Value::Int(listeners)) => {
                        let _gave_up = heard.send(usize::try_from(listeners).unwrap_or_default());
                    }
                    (Item::Mark { reached }, _) => {
                        let _gave_up = reached.send(());
                    }
                    (Item::Letter { .. } | Item::Session { .. }, _) => {}
                }
            }
            exchange.settled.notify_waiters();
        }
    }
}

fn pipeline(exchange: &Exchange, batch: &[Item]) -> Pipeline {
    let Config { max_len, max_disconnection_ms, .. } = &exchange.config;
    let publish = if exchange.config.sharded_channels { "SPUBLISH" } else { "PUBLISH" };
    let mut pipeline = redis::pipe();
    pipeline.atomic();
    for item in batch {
        match item {
            Item::Entry { number, fields } => {
                let stream = exchange.streams.name(fields.stream);
                pipeline.cmd("XADD").arg(stream).arg("MAXLEN").arg("~").arg(max_len).arg("*");
                pipeline.arg("uid").arg(&*exchange.uid).arg("nsp").arg(&*fields.namespace);
                pipeline.arg("type").arg(fields.kind).arg("data").arg(&fields.data).arg(NUMBER).arg(number);
            }
            Item::Letter { channel, letter, .. } => {
                pipeline.cmd(publish).arg(&**channel).arg(letter);
            }
            Item::Mark { .. } => {
                pipeline.cmd("PING");
            }
            Item::Session { key, session } => {
                pipeline.cmd("SET").arg(&**key).arg(session).arg("PX").arg((*max_disconnection_ms).max(1));
            }
        }
    }
    pipeline
}
