//! Keeps this server in touch with Redis: connects, has everything run, and tries again when that ends.
//!
//! Reads and writes nothing itself.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisResult};

use super::backoff::Backoff;
use super::channels::{Channels, count_servers};
use super::config::{Config, count};
use super::exchange::Exchange;
use super::publisher::Publisher;
use super::reader::Reader;

pub(super) struct Link {
    pub(super) exchange: Arc<Exchange>,
    pub(super) client: Client,
    pub(super) reader: Reader,
    pub(super) publisher: Publisher,
    backoff: Backoff,
    /// Whether it was said that Redis is away.
    told: bool,
}

/// A reader's connection is its own, for it blocks.
struct Connections {
    commands: MultiplexedConnection,
    reading: MultiplexedConnection,
    channels: Channels,
}

impl Link {
    pub(super) fn new(exchange: Arc<Exchange>, client: Client, reader: Reader) -> Self {
        let Config { retry_ms, max_retry_ms, .. } = exchange.config;
        let backoff = Backoff::new(Duration::from_millis(retry_ms), Duration::from_millis(max_retry_ms));
        let publisher = Publisher::new(exchange.streams.len());
        Self { exchange, client, reader, publisher, backoff, told: false }
    }

    /// For as long as there is somebody who needs it.
    pub(super) async fn keep(mut self) {
        loop {
            let ended = match self.connect().await {
                Ok(connections) => self.serve(connections).await,
                Err(error) => Err(error),
            };
            self.go_alone(ended);
            tokio::time::sleep(self.backoff.wait(rand::random())).await;
        }
    }

    async fn connect(&self) -> RedisResult<Connections> {
        let answer = self.exchange.config.answer();
        let options = AsyncConnectionConfig::new().set_connection_timeout(Some(answer));
        let quick = options.clone().set_response_timeout(Some(answer));
        let patient = options.set_response_timeout(Some(answer.saturating_add(self.exchange.config.block())));
        let commands = self.client.get_multiplexed_async_connection_with_config(&quick).await?;
        let reading = self.client.get_multiplexed_async_connection_with_config(&patient).await?;
        let channels = Channels::connect(&self.client, &self.exchange.config, quick);
        Ok(Connections { commands, reading, channels: in_time(answer, channels).await? })
    }

    async fn serve(&mut self, connections: Connections) -> RedisResult<()> {
        let Connections { commands, mut reading, mut channels } = connections;
        let exchange = &self.exchange;
        let commands = || commands.clone();
        in_time(exchange.config.answer(), channels.follow(exchange)).await?;
        // The place in the stream first, so that what is published from here on is read.
        self.reader.begin(exchange, &mut commands()).await?;
        self.publisher.settle(exchange, &mut commands()).await?;
        *exchange.commands.lock() = Some(commands());
        exchange.line.lock().come_back();
        exchange.connected.send_replace(true);
        self.backoff.reset();
        if std::mem::take(&mut self.told) {
            let dropped = exchange.counters.counts().dropped;
            tracing::info!(dropped, "Redis is there again");
        }
        let (mut publishing, mut entering, mut counting) = (commands(), commands(), commands());
        tokio::select! {
            ended = self.publisher.run(exchange, &mut publishing) => ended,
            ended = self.reader.run(exchange, &mut reading, &mut entering) => ended,
            ended = channels.run(exchange) => ended,
            ended = look_after(exchange, &mut counting) => ended,
        }
    }

    /// Until Redis is there again, this server's sockets get at once what is for them, and the rest waits.
    fn go_alone(&mut self, ended: RedisResult<()>) {
        let exchange = &self.exchange;
        if !std::mem::replace(&mut self.told, true) {
            count(&exchange.counters.outages, 1);
            let why = ended.err().map_or_else(|| "the connection has ended".to_owned(), |error| error.to_string());
            tracing::warn!(why, "Redis is out of reach: this server goes on alone, and what is for others waits");
        }
        exchange.commands.lock().take();
        exchange.connected.send_replace(false);
        self.publisher.broken(exchange);
        loop {
            let due = exchange.line.lock().go_away();
            if due.is_empty() {
                break;
            }
            due.iter().for_each(|event| event.deliver(None));
        }
        exchange.settled.notify_waiters();
        self.reader.let_go();
    }
}

/// What has to be done now and then.
async fn look_after(exchange: &Exchange, connection: &mut MultiplexedConnection) -> RedisResult<()> {
    let between = Duration::from_millis(exchange.config.count_ms.max(1));
    loop {
        count_servers(exchange, connection).await?;
        exchange.requests.tidy();
        tokio::time::sleep(between).await;
    }
}

async fn in_time<T>(timeout: Duration, answer: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    let late = || (ErrorKind::Io, "Redis did not answer in time");
    tokio::time::timeout(timeout, answer).await.unwrap_or_else(|_| Err(late().into()))
}
