//! One case of the table, done by `rust_socketio`: a client for each namespace, as it shares no connection.
//!
//! Knows nothing of the servers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use futures_util::FutureExt;
use native_tls::{Certificate, TlsConnector};
use rust_socketio::asynchronous::{Client, ClientBuilder};
use rust_socketio::{Event, Payload, TransportType};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use crate::table::{Came, Step, Way, bytes, matches, sent};

const PATIENCE: Duration = Duration::from_secs(15);

/// How the client tells of a CONNECT_ERROR, before its data.
const REFUSED: &str = "Received an ConnectError frame: ";

/// Does all steps.
pub(crate) async fn play(way: &Way, kind: &str, steps: &[Step]) -> anyhow::Result<()> {
    let mut run = Run { way, kind, clients: HashMap::new(), heard: Heard::default() };
    let mut done = Ok(());
    for step in steps {
        done = run.step(step).await;
        if done.is_err() {
            let heard = run.heard.change(|told| short(&told));
            done = done.with_context(|| format!("{}: heard {heard}", short(step)));
            break;
        }
    }
    for client in run.clients.values() {
        // One whose connection is gone says so, and is gone.
        drop(client.disconnect().await);
    }
    done
}

struct Run<'a> {
    way: &'a Way,
    kind: &'a str,
    clients: HashMap<String, Client>,
    heard: Heard,
}

/// What came: namespace, event, arguments.
type Told = (String, String, Came);

#[derive(Clone, Default)]
struct Heard {
    told: Arc<Mutex<Vec<Told>>>,
    more: Arc<Notify>,
}

impl Heard {
    fn push(&self, namespace: &str, event: &str, payload: Payload) {
        self.change(|told| told.push((namespace.to_owned(), event.to_owned(), came(payload))));
        self.more.notify_one();
    }

    fn change<T>(&self, change: impl FnOnce(&mut Vec<Told>) -> T) -> T {
        change(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What came with such an event, heard already or yet to come, which is forgotten.
    async fn until(&self, namespace: &str, event: &str, fits: impl Fn(&Came) -> bool) -> anyhow::Result<Came> {
        let taken = |told: &mut Vec<Told>| {
            let at = told.iter().position(|(at, name, came)| at == namespace && name == event && fits(came))?;
            Some(told.remove(at).2)
        };
        let found = async {
            loop {
                match self.change(taken) {
                    Some(came) => return came,
                    None => self.more.notified().await,
                }
            }
        };
        timeout(PATIENCE, found).await.map_err(|_| anyhow!("not in {PATIENCE:?}"))
    }
}

fn short(shown: &impl std::fmt::Debug) -> String {
    format!("{shown:?}").chars().take(700).collect()
}

fn came(payload: Payload) -> Came {
    match payload {
        Payload::Binary(bytes) => Came::Bytes(bytes.to_vec()),
        Payload::Text(values) => Came::Values(values),
        #[expect(deprecated, reason = "the client has it still")]
        Payload::String(text) => Came::Values(vec![Value::String(text)]),
    }
}

/// Arguments as this client takes them.
fn payload(args: &[Value]) -> Payload {
    match args {
        [one] if bytes(one).is_some() => Payload::from(bytes(one).unwrap_or_default()),
        _ => Payload::Text(args.iter().map(sent).collect()),
    }
}

fn named(words: &[Value]) -> anyhow::Result<(&str, &[Value])> {
    let (name, args) = words.split_first().context("an event has a name")?;
    Ok((name.as_str().context("an event's name is text")?, args))
}

impl Run<'_> {
    async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        let Self { heard, clients, .. } = &*self;
        let client = || clients.get(&step.at).with_context(|| format!("{} was not joined", step.at));
        if let Some(namespace) = &step.connect {
            let client = self.open(namespace, step.auth.as_ref()).await?;
            heard.until(namespace, "connect", |_| true).await?;
            self.clients.insert(namespace.clone(), client);
        } else if let Some(namespace) = &step.refused {
            self.refused(namespace, step).await?;
        } else if let Some(words) = &step.emit {
            let (name, args) = named(words)?;
            client()?.emit(name, payload(args)).await?;
        } else if let Some(words) = &step.hear {
            let (name, args) = named(words)?;
            heard.until(&step.at, name, |came| came.is(args)).await?;
        } else if let Some(words) = &step.ask {
            ask(client()?, words, &step.gives).await?;
        } else if let Some(count) = step.burst {
            for n in 0..count {
                client()?.emit("echo", Value::from(n)).await?;
            }
            for n in 0..count {
                let came = heard.until(&step.at, "echo", |_| true).await?;
                ensure!(came == Came::Values(vec![n.into()]), "{came:?} came, and it was {n}'s turn");
            }
        } else if let Some(namespace) = &step.gone {
            // It tells no reason.
            heard.until(namespace, "close", |_| true).await?;
        } else if let Some(how) = &step.restart {
            heard.change(|told| told.retain(|(_, event, _)| event != "connect"));
            post(&format!("{}/{how}", self.way.restart)).await?;
        } else if let Some(namespace) = &step.back {
            heard.until(namespace, "connect", |_| true).await?;
        } else {
            bail!("the runner does not know this step");
        }
        Ok(())
    }

    /// Waits for no answer of the namespace: that is heard.
    async fn open(&self, namespace: &str, auth: Option<&Value>) -> anyhow::Result<Client> {
        // Where an upgrade is to come about, nothing else will do.
        let transport = match (self.kind, &*self.way.name) {
            ("polling", _) => TransportType::Polling,
            ("websocket", _) => TransportType::Websocket,
            (_, "refused WebSockets") => TransportType::Any,
            _ => TransportType::WebsocketUpgrade,
        };
        let mut builder = ClientBuilder::new(&*self.way.url).namespace(namespace).transport_type(transport);
        builder = builder.reconnect_delay(50, 200);
        for (event, name) in [(Event::Connect, "connect"), (Event::Close, "close"), (Event::Error, "error")] {
            let (heard, namespace) = (self.heard.clone(), namespace.to_owned());
            builder = builder.on(event, move |payload, _| {
                heard.push(&namespace, name, payload);
                async {}.boxed()
            });
        }
        let (heard, at) = (self.heard.clone(), namespace.to_owned());
        builder = builder.on_any(move |event, payload, _| {
            heard.push(&at, event.as_str(), payload);
            async {}.boxed()
        });
        if let Some(auth) = auth {
            builder = builder.auth(sent(auth));
        }
        if let Some(ca) = &self.way.ca {
            let trusted = Certificate::from_pem(ca.as_bytes())?;
            builder = builder.tls_config(TlsConnector::builder().add_root_certificate(trusted).build()?);
        }
        Ok(builder.connect().await?)
    }

    async fn refused(&self, namespace: &str, step: &Step) -> anyhow::Result<()> {
        let client = self.open(namespace, step.auth.as_ref()).await?;
        let words = |came: &Came| match came {
            Came::Values(values) => {
                values.first().and_then(Value::as_str).and_then(|text| text.strip_prefix(REFUSED)).map(str::to_owned)
            }
            Came::Bytes(_) => None,
        };
        let came = self.heard.until(namespace, "error", |came| words(came).is_some()).await?;
        let error: Value = serde_json::from_str(&words(&came).unwrap_or_default())?;
        ensure!(matches(&error, &step.error), "refused with {error}");
        // It was never in the namespace: there may be nothing to leave.
        drop(client.disconnect().await);
        Ok(())
    }
}

async fn ask(client: &Client, words: &[Value], gives: &[Value]) -> anyhow::Result<()> {
    let (name, args) = named(words)?;
    let (tell, mut answers) = mpsc::unbounded_channel();
    let told = move |payload, _| {
        // Nobody may listen any more.
        drop(tell.send(came(payload)));
        async {}.boxed()
    };
    client.emit_with_ack(name, payload(args), PATIENCE, told).await?;
    let mut all = Vec::new();
    // It tells of an acknowledgement with bytes twice: its text, and the bytes.
    let answered = async {
        while let Some(answer) = answers.recv().await {
            let answer = match answer {
                Came::Values(values) => match <[Value; 1]>::try_from(values) {
                    Ok([Value::Array(args)]) => Came::Values(args),
                    Ok(values) => Came::Values(values.into()),
                    Err(values) => Came::Values(values),
                },
                bytes @ Came::Bytes(_) => bytes,
            };
            if answer.is(gives) {
                return true;
            }
            all.push(answer);
        }
        false
    };
    let answered = timeout(PATIENCE, answered).await.unwrap_or(false);
    ensure!(answered, "acknowledged with {}", short(&all));
    Ok(())
}

/// Asks the world for something, and waits until it is done.
async fn post(url: &str) -> anyhow::Result<()> {
    let (address, path) = url.trim_start_matches("http://").split_once('/').context("a path")?;
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("POST /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    timeout(2 * PATIENCE, stream.read_to_string(&mut answer)).await??;
    ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    Ok(())
}
