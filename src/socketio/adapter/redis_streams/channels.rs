//! Listens to the channels of this server's namespaces: the one of all servers, and its own.
//!
//! What is said there is of use at once or not at all: nothing is read again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::StreamExt;
use redis::RedisResult;
use redis::aio::{MultiplexedConnection, PubSub, PubSubSink, PubSubStream};

use super::exchange::Exchange;
use super::message::Envelope;
use super::node::{Node, hear_guarded};

/// Channels in one command.
const AT_ONCE: usize = 500;

pub(super) struct Channels {
    sink: PubSubSink,
    stream: PubSubStream,
    /// By their namespaces.
    subscribed: HashMap<Box<str>, Arc<Node>>,
}

impl Drop for Channels {
    fn drop(&mut self) {
        for node in self.subscribed.values() {
            node.subscribed.store(false, Ordering::Relaxed);
        }
    }
}

impl Channels {
    pub(super) fn new(connection: PubSub) -> Self {
        let (sink, stream) = connection.split();
        Self { sink, stream, subscribed: HashMap::new() }
    }

    /// Listens for the namespaces that there are, and no others.
    pub(super) async fn follow(&mut self, exchange: &Exchange) -> RedisResult<()> {
        let there: HashMap<Box<str>, Arc<Node>> =
            exchange.nodes().into_iter().map(|node| (node.namespace().into(), node)).collect();
        let is_there = |node: &Arc<Node>| there.get(node.namespace()).is_some_and(|other| Arc::ptr_eq(other, node));
        let gone: Vec<Arc<Node>> = self.subscribed.values().filter(|node| !is_there(node)).cloned().collect();
        for nodes in gone.chunks(AT_ONCE) {
            self.sink.unsubscribe(channels(nodes)).await?;
            for node in nodes {
                self.subscribed.remove(node.namespace());
            }
        }
        let come = there.into_values().filter(|node| !self.subscribed.contains_key(node.namespace()));
        let come: Vec<Arc<Node>> = come.collect();
        for nodes in come.chunks(AT_ONCE) {
            self.sink.subscribe(channels(nodes)).await?;
            for node in nodes {
                node.subscribed.store(true, Ordering::Relaxed);
                self.subscribed.insert(node.namespace().into(), Arc::clone(node));
            }
        }
        Ok(())
    }

    /// Listens until the connection breaks.
    pub(super) async fn run(&mut self, exchange: &Arc<Exchange>) -> RedisResult<()> {
        let mut changes = exchange.changes.subscribe();
        // Some may have come since they were last followed.
        changes.mark_changed();
        loop {
            tokio::select! {
                changed = changes.changed() => match changed {
                    Ok(()) => self.follow(exchange).await?,
                    Err(_) => return Ok(()),
                },
                letter = self.stream.next() => match letter {
                    Some(letter) => hear(exchange, &letter),
                    None => return Ok(()),
                },
            }
        }
    }
}

fn channels(nodes: &[Arc<Node>]) -> Vec<&str> {
    nodes.iter().flat_map(|node| [&*node.everyone, &*node.own]).collect()
}

fn hear(exchange: &Arc<Exchange>, letter: &redis::Msg) {
    match Envelope::of_letter(&letter.get_payload_bytes().to_vec().into(), exchange.bounds()) {
        Ok(envelope) => hear_guarded(exchange, envelope, None),
        Err(why) => exchange.counters.unreadable(&letter.get_channel_name(), &why),
    }
}

/// Counts the servers of each namespace.
pub(super) async fn count_servers(exchange: &Exchange, connection: &mut MultiplexedConnection) -> RedisResult<()> {
    for nodes in exchange.nodes().chunks(AT_ONCE) {
        let mut ask = redis::cmd("PUBSUB");
        ask.arg("NUMSUB").arg(nodes.iter().map(|node| &*node.everyone).collect::<Vec<_>>());
        let counts: Vec<(redis::Value, usize)> = ask.query_async(connection).await?;
        for (node, (_, listeners)) in nodes.iter().zip(counts) {
            node.counted(listeners);
        }
    }
    Ok(())
}
