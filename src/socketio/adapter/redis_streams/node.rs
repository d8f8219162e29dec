//! One namespace's adapter: what it has the other servers do, and what they have done here.
//!
//! Waits for nothing: what takes time is done by tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use parlor_proto::socket::{Args, EncodeError, Value};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Tasks;
use super::entry::StreamId;
use super::event::{Event, deliver, guarded};
use super::exchange::Exchange;
use super::holders;
use super::line::{Item, Letter};
use super::message::{Envelope, Message, Session};
use super::requests::Answer;
use super::returns;
use crate::socketio::{
    Adapter, Elsewhere, EmitError, FetchError, Kept, Local, Outgoing, Pending, Returning, ServerAck, ServerAnswers,
    SocketDetails, SocketId, Survey, Target,
};

/// A namespace of this server.
#[derive(Debug)]
pub(super) struct Node {
    local: Local,
    /// Every server's channel.
    pub(super) everyone: Box<str>,
    /// This server's own.
    pub(super) own: Box<str>,
    /// Where the holder of a session is asked for, if connections can be recovered: servers of Node don't listen there.
    pub(super) holders: Option<Box<str>>,
    /// Whether this server hears what it says on the channel of all.
    pub(super) subscribed: AtomicBool,
    /// Servers that heard what was last said there.
    heard: AtomicUsize,
}

impl Node {
    fn new(exchange: &Exchange, local: Local) -> Self {
        let everyone = format!("{}#{}#", exchange.config.channel_prefix, local.name());
        let own = format!("{everyone}{}#", exchange.uid);
        let holders = exchange.config.recovery.then(|| format!("{everyone}parlor#").into());
        let (subscribed, heard) = (AtomicBool::new(false), AtomicUsize::new(1));
        Self { local, everyone: everyone.into(), own: own.into(), holders, subscribed, heard }
    }

    pub(super) fn namespace(&self) -> &str {
        self.local.name()
    }

    /// So many servers listen to the channel of all, perhaps this one, too.
    pub(super) fn counted(&self, listeners: usize) {
        self.heard.store(self.others_of(listeners) + 1, Ordering::Relaxed);
    }

    pub(super) fn others_of(&self, listeners: usize) -> usize {
        listeners.saturating_sub(usize::from(self.subscribed.load(Ordering::Relaxed)))
    }

    /// Lets the socket of this session go, if it is here, and keeps the session. Whether it was here.
    pub(super) fn give_up(&self, pid: SocketId) -> bool {
        let mut was_here = false;
        guarded(|| was_here = self.local.give_up(&pid));
        was_here
    }
}

/// What an application's namespace is made with.
#[derive(Debug)]
pub(super) struct RedisAdapter {
    exchange: Arc<Exchange>,
    node: Arc<Node>,
    /// They end with the last adapter.
    _tasks: Arc<Tasks>,
}

impl Drop for RedisAdapter {
    fn drop(&mut self) {
        self.exchange.remove(&self.node);
    }
}

impl RedisAdapter {
    pub(super) fn new(exchange: Arc<Exchange>, tasks: Arc<Tasks>, local: Local) -> Self {
        let node = Arc::new(Node::new(&exchange, local));
        Self { exchange, node, _tasks: tasks }
    }

    fn publish(&self, message: &Message) {
        if let Err(error) = self.exchange.publish(self.node.namespace(), message, None) {
            tracing::warn!(%error, "something cannot be told to other servers");
        }
    }

    /// Says it to all servers.
    fn say(&self, message: &Message, heard: Option<oneshot::Sender<usize>>, kind: Letter) {
        self.exchange.letter(&self.node.everyone, self.node.namespace(), message, heard, kind);
    }

    fn others(&self) -> usize {
        self.servers() - 1
    }
}

impl Adapter for RedisAdapter {
    fn start(&self) {
        self.exchange.add(&self.node);
    }

    fn close(&self) -> Pending<()> {
        let (exchange, node) = (Arc::clone(&self.exchange), Arc::clone(&self.node));
        Box::pin(async move {
            let patience = Duration::from_millis(exchange.config.close_ms);
            if tokio::time::timeout(patience, exchange.drained()).await.is_err() {
                tracing::warn!("Redis has not taken all that waited for it");
            }
            exchange.remove(&node);
        })
    }

    fn servers(&self) -> usize {
        self.node.heard.load(Ordering::Relaxed)
    }

    fn broadcast(&self, local: &Local, event: Outgoing<'_>, target: &Target) -> Result<usize, EmitError> {
        let args = values(event)?;
        let in_order = self.recovers() && !target.flags.volatile;
        let here = if in_order { local.sockets(target).len() } else { local.broadcast(event, target)? };
        let name: Box<str> = event.name().into();
        let event = in_order.then(|| Event {
            name: name.clone(),
            args: args.clone(),
            target: target.clone(),
            local: Some(local.clone()),
        });
        let message = Message::Broadcast { event: name, args, target: target.clone(), request: None };
        self.exchange.publish(self.node.namespace(), &message, event)?;
        Ok(here)
    }

    fn ask(&self, event: Outgoing<'_>, target: &Target, answers: Elsewhere) -> usize {
        // It has been sent to this server's sockets, so it can be encoded.
        let Ok(args) = values(event) else { return 0 };
        let patience = self.exchange.config.patience(target.flags.timeout);
        let most = self.exchange.config.max_requests;
        let Some(id) = self.exchange.requests.many(answers, Instant::now() + patience, most) else {
            tracing::warn!(most, "too many requests wait for other servers");
            return self.others();
        };
        let request = Some(id.clone());
        let (said, heard) = oneshot::channel();
        let message = Message::Broadcast { event: event.name().into(), args, target: target.clone(), request };
        self.say(&message, Some(said), Letter::Fleeting);
        let (node, requests) = (Arc::clone(&self.node), Arc::clone(&self.exchange.requests));
        self.exchange.runtime.spawn(async move {
            match heard.await {
                Ok(listeners) => {
                    node.counted(listeners);
                    requests.sent(&id, node.others_of(listeners));
                }
                Err(_) => requests.forget(&id),
            }
        });
        // At least one is waited for until it is known how many have got it.
        self.others().max(1)
    }

    fn fetch(&self, target: &Target, timeout: Duration) -> Pending<Result<Vec<SocketDetails>, FetchError>> {
        let Some(request) = self.exchange.requests.each(self.exchange.config.max_requests) else {
            return Box::pin(async { Err(FetchError::Unreachable("too many requests wait".into())) });
        };
        let (said, heard) = oneshot::channel();
        let message = Message::Fetch { target: target.clone(), request: request.id.clone() };
        self.say(&message, Some(said), Letter::Fleeting);
        let node = Arc::clone(&self.node);
        Box::pin(async move {
            let gathered = request.gather(heard, |listeners| node.others_of(listeners), timeout).await;
            let gathered = gathered.ok_or_else(|| FetchError::Unreachable("Redis is away".into()))?;
            if gathered.missing > 0 {
                return Err(FetchError::Silent { servers: gathered.missing });
            }
            let sockets = gathered.answers.into_iter().filter_map(|answer| match answer {
                Answer::Sockets(sockets) => Some(sockets),
                Answer::Value(_) => None,
            });
            Ok(sockets.flatten().collect())
        })
    }

    fn join(&self, target: &Target, rooms: &[Arc<str>]) {
        self.publish(&Message::Join { target: target.clone(), rooms: rooms.to_vec() });
    }

    fn leave(&self, target: &Target, rooms: &[Arc<str>]) {
        self.publish(&Message::Leave { target: target.clone(), rooms: rooms.to_vec() });
    }

    fn disconnect(&self, target: &Target, close: bool) {
        self.publish(&Message::Disconnect { target: target.clone(), close });
    }

    fn emit_to_servers(&self, event: Outgoing<'_>) {
        let Ok(args) = values(event) else { return };
        self.say(&Message::ServerEvent { event: event.name().into(), args, request: None }, None, Letter::Kept);
    }

    fn ask_servers(&self, event: Outgoing<'_>, timeout: Duration) -> Pending<ServerAnswers> {
        let missing = self.others();
        let request = self.exchange.requests.each(self.exchange.config.max_requests);
        let (Ok(args), Some(request)) = (values(event), request) else {
            return Box::pin(async move { ServerAnswers { missing, ..ServerAnswers::default() } });
        };
        let (said, heard) = oneshot::channel();
        let id = Some(request.id.clone());
        self.say(&Message::ServerEvent { event: event.name().into(), args, request: id }, Some(said), Letter::Fleeting);
        let node = Arc::clone(&self.node);
        Box::pin(async move {
            let gathered = request.gather(heard, |listeners| node.others_of(listeners), timeout).await;
            let Some(gathered) = gathered else { return ServerAnswers { missing, ..ServerAnswers::default() } };
            let answered = gathered.answers.into_iter().filter_map(|answer| match answer {
                Answer::Value(value) => Some(Args::from_iter([value])),
                Answer::Sockets(_) => None,
            });
            ServerAnswers { answered: answered.collect(), missing: gathered.missing }
        })
    }

    fn recovers(&self) -> bool {
        self.exchange.config.recovery
    }

    fn position(&self) -> Option<Box<str>> {
        self.exchange.position(self.node.namespace()).map(|position| position.to_string().into())
    }

    fn keep(&self, session: Kept) {
        let key = returns::key(&self.exchange.config, session.pid).into();
        match Session::from(session).encode() {
            Ok(session) => self.exchange.send(Item::Session { key, session }),
            Err(error) => tracing::warn!(%error, "a session cannot be kept"),
        }
    }

    fn restore(&self, pid: SocketId, offset: Option<&str>, client: Returning) {
        if !client.had_it() {
            // Its drop may not have been noticed here.
            self.node.give_up(pid);
        }
        match offset.map(StreamId::parse) {
            // What it got last is no event of the stream: what it has missed cannot be told.
            Some(None) => client.enter(None),
            offset => returns::look(&self.exchange, &self.node, pid, offset.flatten(), client),
        }
    }
}

/// What an event was emitted with.
fn values(event: Outgoing<'_>) -> Result<Vec<Value>, EncodeError> {
    event.args()?.values().map_err(|error| EncodeError::Unserializable(error.to_string()))
}

/// Something came from another server: by the stream, where it has an id, or by a channel.
pub(super) fn hear(exchange: &Arc<Exchange>, envelope: Envelope, id: Option<StreamId>) {
    let Envelope { uid, namespace, message } = envelope;
    let Some(node) = exchange.node(&namespace).filter(|_| uid != exchange.uid) else { return };
    let (local, requests) = (&node.local, &exchange.requests);
    match message {
        Message::Broadcast { event, args, target, request: None } => {
            let offset = id.filter(|_| exchange.config.recovery && !target.flags.volatile);
            if let Err(error) = deliver(local, &event, &args, &target, offset) {
                tracing::warn!(%error, event = &*event, "another server's event cannot be encoded for clients");
            }
        }
        Message::Broadcast { event, args, target, request: Some(request) } => {
            match Outgoing::new(&event, &args).and_then(|event| local.ask(event, &target)) {
                Ok(survey) => answer_for(exchange, &node, uid, request, survey, &target),
                Err(error) => {
                    tracing::warn!(%error, event = &*event, "another server's event cannot be encoded for clients")
                }
            }
        }
        Message::Join { target, rooms } => local.join(&target, &rooms),
        Message::Leave { target, rooms } => local.leave(&target, &rooms),
        Message::Disconnect { target, close } => local.disconnect(&target, close),
        Message::Fetch { target, request } => {
            answer(exchange, &node, &uid, &Message::Fetched { request, sockets: local.fetch(&target) });
        }
        Message::Fetched { request, sockets } => requests.answered(&request, &uid, Answer::Sockets(sockets)),
        Message::ServerEvent { event, args, request } => {
            let ack = request.map(|request| ack(exchange, &node, uid, request));
            local.server_event(&event, args.into_iter().collect(), ack);
        }
        Message::ServerAnswer { request, answer } => requests.answered(&request, &uid, Answer::Value(answer)),
        Message::Asked { request, sockets } => requests.asked(&request, &uid, sockets),
        Message::Answered { request, answer } => requests.client_answered(&request, &uid, answer),
        Message::GiveUp { request, pid } => {
            let had_it = Value::Bool(holders::asked(exchange, &node, pid));
            answer(exchange, &node, &uid, &Message::ServerAnswer { request, answer: had_it });
        }
        Message::Presence => {}
    }
}

/// The same, whatever listeners of the application do.
pub(super) fn hear_guarded(exchange: &Arc<Exchange>, envelope: Envelope, id: Option<StreamId>) {
    guarded(|| hear(exchange, envelope, id));
}

/// To the server that has asked.
fn answer(exchange: &Exchange, node: &Node, uid: &str, message: &Message) {
    let channel = format!("{}{uid}#", node.everyone);
    exchange.letter(&channel, node.namespace(), message, None, Letter::Fleeting);
}

fn ack(exchange: &Arc<Exchange>, node: &Arc<Node>, uid: Box<str>, request: Box<str>) -> ServerAck {
    let (exchange, node) = (Arc::clone(exchange), Arc::clone(node));
    ServerAck::new(move |args| {
        let message = Message::ServerAnswer { request, answer: first(&args) };
        answer(&exchange, &node, &uid, &message);
    })
}

/// Servers of Node tell the first argument alone.
fn first(args: &Args) -> Value {
    args.iter().next().and_then(|raw| raw.value().ok()).unwrap_or_default()
}

/// Tells another server how many sockets were asked, and then what they answer.
fn answer_for(
    exchange: &Arc<Exchange>,
    node: &Arc<Node>,
    uid: Box<str>,
    request: Box<str>,
    mut survey: Survey,
    target: &Target,
) {
    let sockets = survey.sockets().len();
    let Ok(permit) = Arc::clone(&exchange.surveys).try_acquire_owned() else {
        tracing::warn!("too many requests of other servers wait for clients");
        return;
    };
    answer(exchange, node, &uid, &Message::Asked { request: request.clone(), sockets });
    let patience = exchange.config.patience(target.flags.timeout);
    let (exchange, node) = (Arc::clone(exchange), Arc::clone(node));
    tokio::spawn(async move {
        let until = Instant::now() + patience;
        while let Ok(Some((_, args))) = tokio::time::timeout_at(until, survey.next()).await {
            answer(&exchange, &node, &uid, &Message::Answered { request: request.clone(), answer: first(&args) });
        }
        drop(permit);
    });
}
