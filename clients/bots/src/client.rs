//! A client of one namespace: connects, asks, hears.
//!
//! Never reconnects by itself, so that a test sees each drop.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{Error, Kind, Message, Packet, Parser, polling, websocket};

/// How long a client waits for anything, if it isn't told otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// A transport's ends, and the tasks between them and the network.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) out: mpsc::UnboundedSender<Message>,
    pub(crate) inbox: mpsc::UnboundedReceiver<Result<Message, Error>>,
    pub(crate) tasks: Vec<JoinHandle<()>>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// What a session runs over.
#[derive(Deserialize, Serialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// From its first byte.
    #[default]
    WebSocket,
    /// And nothing else.
    Polling,
}

/// How to connect.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What the session runs over.
    pub transport: Transport,
    /// How packets are written down.
    pub parser: Parser,
    /// The namespace.
    pub namespace: String,
    /// The address to connect from.
    pub from: Option<IpAddr>,
    /// Where the server has its Socket.IO.
    pub path: String,
    /// How long to wait for anything.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            transport: Transport::default(),
            parser: Parser::default(),
            namespace: "/".into(),
            from: None,
            path: "/socket.io/".into(),
            patience: PATIENCE,
        }
    }
}

/// What the server said.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its first argument, or null.
    pub payload: Value,
}

/// A connected socket. Dropping it cuts the connection without a word.
#[derive(Debug)]
pub struct Client {
    wire: Wire,
    options: Options,
    heard: VecDeque<Event>,
    next_id: u64,
}

impl Client {
    /// Connects to the server and to its namespace.
    ///
    /// # Errors
    /// The server is not there, or refuses.
    pub async fn connect(address: SocketAddr, options: Options) -> Result<Self, Error> {
        let mut client = Self::open(address, options).await?;
        client.join().await?;
        Ok(client)
    }

    /// Opens a session and joins no namespace.
    ///
    /// # Errors
    /// The server is not there, or refuses.
    pub async fn open(address: SocketAddr, options: Options) -> Result<Self, Error> {
        let opening = async {
            match options.transport {
                Transport::WebSocket => websocket::open(address, &options.path, options.from).await,
                Transport::Polling => polling::open(address, &options.path, options.from).await,
            }
        };
        let wire = timeout(options.patience, opening).await.map_err(|_| Error::Timeout("the handshake".into()))??;
        Ok(Self { wire, options, heard: VecDeque::new(), next_id: 0 })
    }

    async fn join(&mut self) -> Result<(), Error> {
        self.send(Kind::Connect, None, None)?;
        loop {
            let packet = self.packet("the namespace").await?;
            match packet.kind {
                Kind::Connect => return Ok(()),
                Kind::ConnectError => return Err(Error::Refused(packet.data.unwrap_or_default().to_string())),
                Kind::Disconnect | Kind::Event | Kind::Ack => {}
            }
        }
    }

    /// Says something, and wants no answer.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn emit(&mut self, name: &str, payload: Value) -> Result<(), Error> {
        self.send(Kind::Event, None, Some(json!([name, payload])))
    }

    /// Says something, and waits for the acknowledgement's first argument. What is heard meanwhile is kept.
    ///
    /// # Errors
    /// The connection ends, or the server takes too long.
    pub async fn request(&mut self, name: &str, payload: Value) -> Result<Value, Error> {
        self.ask(json!([name, payload])).await
    }

    /// As [`Self::request`], with any data.
    ///
    /// # Errors
    /// The connection ends, or the server takes too long.
    pub async fn ask(&mut self, data: Value) -> Result<Value, Error> {
        let id = self.next_id;
        self.next_id += 1;
        let what = format!("the ack of {data:.60}");
        self.send(Kind::Event, Some(id), Some(data))?;
        loop {
            let packet = self.packet(&what).await?;
            if packet.kind == Kind::Ack && packet.id == Some(id) {
                return Ok(first(packet.data, 0));
            }
            self.keep(packet)?;
        }
    }

    /// The next thing the server says.
    ///
    /// # Errors
    /// The connection ends, or the server takes too long.
    pub async fn next(&mut self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.heard.pop_front() {
                return Ok(event);
            }
            let packet = self.packet("an event").await?;
            self.keep(packet)?;
        }
    }

    /// The payload of the next event of this name; others before it are let go.
    ///
    /// # Errors
    /// The connection ends, or the server takes too long.
    pub async fn until(&mut self, name: &str) -> Result<Value, Error> {
        let patience = self.options.patience;
        let waiting = async {
            loop {
                let event = self.next().await?;
                if event.name == name {
                    return Ok(event.payload);
                }
            }
        };
        timeout(patience, waiting).await.map_err(|_| Error::Timeout(name.to_owned()))?
    }

    /// All that has been heard and not yet been asked for.
    pub fn heard(&mut self) -> Vec<Event> {
        self.heard.drain(..).collect()
    }

    /// Sends a message as it is: for tests of a server's patience.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn raw(&mut self, message: Message) -> Result<(), Error> {
        self.wire.out.send(message).map_err(|_| Error::Closed("the transport is gone".into()))
    }

    /// Waits until the connection ends, and says why.
    ///
    /// # Errors
    /// It doesn't end in time.
    pub async fn ended(&mut self) -> Result<String, Error> {
        let waiting = async {
            loop {
                match self.wire.inbox.recv().await {
                    Some(Ok(Message::Text(text))) if text == "1" => return text,
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return error.to_string(),
                    None => return "gone".into(),
                }
            }
        };
        timeout(self.options.patience, waiting).await.map_err(|_| Error::Timeout("the end".into()))
    }

    fn send(&mut self, kind: Kind, id: Option<u64>, data: Option<Value>) -> Result<(), Error> {
        let packet = Packet { kind, namespace: self.options.namespace.clone(), id, data };
        self.raw(packet.encode(self.options.parser))
    }

    /// The next packet of this namespace; Engine.IO's own are let go.
    async fn packet(&mut self, what: &str) -> Result<Packet, Error> {
        loop {
            let message = timeout(self.options.patience, self.wire.inbox.recv());
            let message = message.await.map_err(|_| Error::Timeout(what.to_owned()))?;
            let message = message.unwrap_or_else(|| Err(Error::Closed("the transport is gone".into())))?;
            match &message {
                Message::Text(text) if text == "1" => return Err(Error::Closed("by the server".into())),
                Message::Text(text) if !text.starts_with('4') => {}
                Message::Text(_) | Message::Binary(_) => return Packet::decode(&message),
            }
        }
    }

    fn keep(&mut self, packet: Packet) -> Result<(), Error> {
        match packet.kind {
            Kind::Event => {
                let name = packet.data.as_ref().and_then(|data| data.get(0)?.as_str()).unwrap_or_default().to_owned();
                self.heard.push_back(Event { name, payload: first(packet.data, 1) });
                Ok(())
            }
            Kind::Disconnect => Err(Error::Closed("from the namespace".into())),
            Kind::Connect | Kind::Ack | Kind::ConnectError => Ok(()),
        }
    }
}

/// The item at `index` of a packet's data.
fn first(data: Option<Value>, index: usize) -> Value {
    data.and_then(|mut data| data.get_mut(index).map(Value::take)).unwrap_or_default()
}
