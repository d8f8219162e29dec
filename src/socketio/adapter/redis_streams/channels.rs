//! Listens to the channels of this server's namespaces: the one of all servers, its own, and where sessions are asked for.
//!
//! What is said there is of use at once or not at all: nothing is read again.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::{Stream, StreamExt, stream};
use parking_lot::Mutex;
use redis::aio::{MultiplexedConnection, PubSubSink, SendError};
use redis::{AsyncConnectionConfig, Client, Msg, ProtocolVersion, PushKind, RedisResult};
use tokio::sync::mpsc;

use super::config::Config;
use super::exchange::Exchange;
use super::message::Envelope;
use super::node::{Node, hear_guarded};

/// Channels in one command.
const AT_ONCE: usize = 500;

pub(super) struct Channels {
    sink: Sink,
    letters: Letters,
    /// By their namespaces.
    subscribed: HashMap<Box<str>, Arc<Node>>,
}

type Letters = Pin<Box<dyn Stream<Item = Msg> + Send>>;

/// By which it is said what is listened to.
enum Sink {
    Usual(PubSubSink),
    Sharded(MultiplexedConnection),
}

impl Sink {
    async fn subscribe(&mut self, channels: &[&str]) -> RedisResult<()> {
        match self {
            Self::Usual(sink) => sink.subscribe(channels).await,
            Self::Sharded(connection) => each(connection, "SSUBSCRIBE", channels).await,
        }
    }

    async fn unsubscribe(&mut self, channels: &[&str]) -> RedisResult<()> {
        match self {
            Self::Usual(sink) => sink.unsubscribe(channels).await,
            Self::Sharded(connection) => each(connection, "SUNSUBSCRIBE", channels).await,
        }
    }
}

/// One at a time, as each is answered by itself.
async fn each(connection: &mut MultiplexedConnection, command: &str, channels: &[&str]) -> RedisResult<()> {
    for channel in channels {
        redis::cmd(command).arg(*channel).exec_async(connection).await?;
    }
    Ok(())
}

impl Drop for Channels {
    fn drop(&mut self) {
        for node in self.subscribed.values() {
            node.subscribed.store(false, Ordering::Relaxed);
        }
    }
}

impl Channels {
    pub(super) async fn connect(client: &Client, config: &Config, options: AsyncConnectionConfig) -> RedisResult<Self> {
        let (sink, letters): (_, Letters) = if config.sharded_channels {
            let (connection, letters) = sharded(client, options, config.queue_entries).await?;
            (Sink::Sharded(connection), Box::pin(letters))
        } else {
            let (sink, letters) = client.get_async_pubsub().await?.split();
            (Sink::Usual(sink), Box::pin(letters))
        };
        Ok(Self { sink, letters, subscribed: HashMap::new() })
    }

    /// Listens for the namespaces that there are, and no others.
    pub(super) async fn follow(&mut self, exchange: &Exchange) -> RedisResult<()> {
        let there: HashMap<Box<str>, Arc<Node>> =
            exchange.nodes().into_iter().map(|node| (node.namespace().into(), node)).collect();
        let is_there = |node: &Arc<Node>| there.get(node.namespace()).is_some_and(|other| Arc::ptr_eq(other, node));
        let gone: Vec<Arc<Node>> = self.subscribed.values().filter(|node| !is_there(node)).cloned().collect();
        for nodes in gone.chunks(AT_ONCE) {
            self.sink.unsubscribe(&channels(nodes)).await?;
            for node in nodes {
                self.subscribed.remove(node.namespace());
            }
        }
        let come = there.into_values().filter(|node| !self.subscribed.contains_key(node.namespace()));
        let come: Vec<Arc<Node>> = come.collect();
        for nodes in come.chunks(AT_ONCE) {
            self.sink.subscribe(&channels(nodes)).await?;
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
                letter = self.letters.next() => match letter {
                    Some(letter) => hear(exchange, &letter),
                    None => return Ok(()),
                },
            }
        }
    }
}

/// A connection that is told by itself of what is said on channels of shards, until it breaks.
async fn sharded(
    client: &Client,
    options: AsyncConnectionConfig,
    most: usize,
) -> RedisResult<(MultiplexedConnection, impl Stream<Item = Msg> + Send + use<>)> {
    let info = client.get_connection_info().clone();
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    let (sender, mut told) = mpsc::channel(most.max(1));
    let sender = Mutex::new(Some(sender));
    let options = options.set_push_sender(move |push| {
        let mut sender = sender.lock();
        // Of more than may wait the rest is lost: it begins anew.
        match sender.as_ref().map(|sender| sender.try_send(push)) {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => {
                sender.take();
                Err(SendError)
            }
        }
    });
    let client = Client::open(info.set_redis_settings(settings))?;
    let connection = client.get_multiplexed_async_connection_with_config(&options).await?;
    let told = stream::poll_fn(move |context| told.poll_recv(context));
    let told = told.take_while(|push| std::future::ready(push.kind != PushKind::Disconnection));
    Ok((connection, told.filter_map(|push| std::future::ready(Msg::from_push_info(push)))))
}

fn channels(nodes: &[Arc<Node>]) -> Vec<&str> {
    nodes.iter().flat_map(|node| [&*node.everyone, &*node.own].into_iter().chain(node.holders.as_deref())).collect()
}

fn hear(exchange: &Arc<Exchange>, letter: &Msg) {
    match Envelope::of_letter(&letter.get_payload_bytes().to_vec().into(), exchange.bounds()) {
        Ok(envelope) => hear_guarded(exchange, envelope, None),
        Err(why) => exchange.counters.unreadable(&letter.get_channel_name(), &why),
    }
}

/// How many listen to a channel.
pub(super) async fn listeners(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    channel: &str,
) -> RedisResult<usize> {
    let counts = counts(exchange, connection, [channel].into_iter()).await?;
    Ok(counts.into_iter().next().unwrap_or_default())
}

/// How many listen to each of these channels.
async fn counts<'a>(
    exchange: &Exchange,
    connection: &mut MultiplexedConnection,
    channels: impl Iterator<Item = &'a str> + Send,
) -> RedisResult<Vec<usize>> {
    let mut ask = redis::cmd("PUBSUB");
    ask.arg(if exchange.config.sharded_channels { "SHARDNUMSUB" } else { "NUMSUB" });
    for channel in channels {
        ask.arg(channel);
    }
    let counts: Vec<(redis::Value, usize)> = ask.query_async(connection).await?;
    Ok(counts.into_iter().map(|(_, listeners)| listeners).collect())
}

/// Counts the servers of each namespace.
pub(super) async fn count_servers(exchange: &Exchange, connection: &mut MultiplexedConnection) -> RedisResult<()> {
    for nodes in exchange.nodes().chunks(AT_ONCE) {
        let counts = counts(exchange, connection, nodes.iter().map(|node| &*node.everyone)).await?;
        nodes.iter().zip(counts).for_each(|(node, listeners)| node.counted(listeners));
    }
    Ok(())
}
