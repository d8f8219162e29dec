//! The engine: takes each HTTP request for a session, verifies it, and hands it to its transport.
//!
//! Accepts no sockets (`listener`, or any other server of a router, does) and reads no bodies.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use hyper::upgrade::OnUpgrade;
#[cfg(feature = "webtransport")]
use parlor_proto::engine::Sid;
use parlor_proto::engine::verify::{self, Code, Query, Refusal, Verified, verify};
use parlor_proto::engine::{CloseReason, Machine, Transport};
use tokio::time::timeout;

use super::accept::{accept, is_upgrade, take_over};
use super::compression::compressed;
use super::config::Config;
use super::counters::Counts;
use super::forwarded::behind_request;
use super::reply::{crowded, refuse, refuse_upgrade, with_status};
use super::session::guarded;
use super::table::{Crowded, Place, Shared};
use super::tunnel::Wire;
use super::websocket::Connection;
#[cfg(feature = "webtransport")]
use super::webtransport::Asked;
use super::{Census, Handshake, Service, Session, Tap, polling};

/// An Engine.IO server. Cloning it gives another handle on the same one.
pub struct Engine<S> {
    core: Arc<Core<S>>,
}

struct Core<S> {
    shared: Arc<Shared>,
    service: S,
    closing: AtomicBool,
}

/// An engine that is not kept.
pub(crate) struct WeakEngine<S> {
    core: Weak<Core<S>>,
}

impl<S> WeakEngine<S> {
    pub(crate) fn upgrade(&self) -> Option<Engine<S>> {
        self.core.upgrade().map(|core| Engine { core })
    }
}

impl<S> Clone for WeakEngine<S> {
    fn clone(&self) -> Self {
        Self { core: Weak::clone(&self.core) }
    }
}

impl<S> fmt::Debug for WeakEngine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakEngine").finish_non_exhaustive()
    }
}

impl<S> Clone for Engine<S> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone() }
    }
}

impl<S> fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("config", &self.core.shared.config).finish_non_exhaustive()
    }
}

impl<S: Service> Engine<S> {
    /// An engine whose sessions are `service`'s. It starts nothing: sessions come with the requests to its router.
    #[must_use]
    pub fn new(config: Config, service: S) -> Self {
        let core = Core { shared: Arc::new(Shared::new(config)), service, closing: AtomicBool::new(false) };
        Self { core: Arc::new(core) }
    }

    /// The same engine, for who must not keep it.
    pub(crate) fn downgrade(&self) -> WeakEngine<S> {
        WeakEngine { core: Arc::downgrade(&self.core) }
    }

    /// The engine's options.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.core.shared.config
    }

    /// What stands above the engine.
    #[must_use]
    pub fn service(&self) -> &S {
        &self.core.service
    }

    /// What has been counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.core.shared.counters.read(self.core.shared.table.len())
    }

    /// What there is at the moment. Looks at every session, and locks each for some nanoseconds.
    #[must_use]
    pub fn census(&self) -> Census {
        let mut census = Census::default();
        for session in self.core.shared.table.all() {
            session.count_in(&mut census);
        }
        census
    }

    /// A session on no socket, whose client is the tap that this gives: the service gets it as any other.
    pub fn tap(&self, handshake: Handshake) -> Tap {
        let machine = Machine::new(self.config().timing(), Transport::Websocket, Instant::now());
        let session = Arc::new(Session::new(self.core.shared.clone(), machine, None));
        self.core.shared.table.insert(session.clone());
        session.tap_open();
        self.bind(&session, handshake);
        Tap::new(session)
    }

    /// The route of [`Config::path`], to be merged with others; it takes nothing below that path.
    ///
    /// The peer's address is read from the request's [`ConnectInfo`], which [`super::listener::serve`] puts there, as
    /// does axum's own server if told to.
    pub fn router(&self) -> Router {
        let path = self.config().path.trim_matches('/');
        let handle = |engine: Self| axum::routing::any(move |request| async move { engine.handle(request).await });
        let router = Router::new();
        let routes = if path.is_empty() {
            router.route("/", handle(self.clone()))
        } else {
            router.route(&format!("/{path}"), handle(self.clone())).route(&format!("/{path}/"), handle(self.clone()))
        };
        compressed(routes, self.config())
    }

    /// Takes no more sessions, and closes those there are, what they have queued first.
    pub fn close(&self, reason: CloseReason) {
        self.core.closing.store(true, Ordering::SeqCst);
        for session in self.core.shared.table.all() {
            session.close(reason);
        }
    }

    /// Waits until no session and no WebSocket is left; after [`Engine::close`] that is a matter of
    /// `close_timeout_ms` and `pending_close_ms` at most.
    ///
    /// # Cancel safety
    /// It can be dropped at any time.
    pub async fn closed(&self) {
        self.core.shared.idle().await;
    }

    /// Answers one request for [`Config::path`].
    pub async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        let cors = self.config().cors.as_ref();
        if let Some(cors) = cors.filter(|_| parts.method == Method::OPTIONS) {
            let mut reply = with_status(StatusCode::NO_CONTENT);
            cors.preflight(&parts.headers, reply.headers_mut());
            return reply;
        }
        let mut reply = self.answer(&mut parts, body).await;
        if let Some(cors) = cors {
            cors.apply(&parts.headers, reply.headers_mut());
        }
        reply
    }

    async fn answer(&self, parts: &mut Parts, body: Body) -> Response<Body> {
        let is_upgrade = is_upgrade(&parts.headers);
        match self.verify(parts, is_upgrade) {
            Ok((Verified::Open(Transport::Polling), _)) => self.open(parts),
            Ok((Verified::Open(Transport::Websocket), _)) => self.upgrade(parts, None),
            Ok((Verified::Upgrade(_), Some(session))) if self.config().allow_upgrades => {
                self.upgrade(parts, Some(session))
            }
            Ok((Verified::Upgrade(_), _)) => refuse_upgrade(&Code::BadRequest.into()),
            Ok((Verified::Poll(_), Some(session))) => match parts.method {
                Method::GET => polling::get(session).await,
                Method::POST => polling::post(session, parts, body).await,
                _ => refuse(&Code::BadRequest.into()),
            },
            Ok((Verified::Poll(_), None)) => refuse(&Code::UnknownSid.into()),
            Ok((Verified::Open(Transport::Webtransport), _)) => refuse(&Code::UnknownTransport.into()),
            Err(refusal) => {
                self.core.shared.counters.refused.add(1);
                if is_upgrade { refuse_upgrade(&refusal) } else { refuse(&refusal) }
            }
        }
    }

    /// What the request is for, and the session it belongs to if there is one already.
    fn verify(&self, parts: &Parts, is_upgrade: bool) -> Result<(Verified, Option<Arc<Session>>), Refusal> {
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let origin = parts.headers.get(http::header::ORIGIN).map(HeaderValue::as_bytes);
        let request = verify::Request { query: &query, is_get: parts.method == Method::GET, is_upgrade, origin };
        let mut found = None;
        let find = |sid: &_| {
            let session = self.core.shared.table.find(sid)?;
            // A timer may be late; a request is not to profit from it.
            session.timeout(Instant::now())?;
            let transport = session.transport();
            found = Some(session);
            Some(transport)
        };
        let allow = || self.config().allow_request.ask(parts, address(parts));
        let verified = verify(&request, &self.config().transports, find, allow)?;
        Ok((verified, found))
    }

    fn place(&self, parts: &Parts) -> Result<Place, Crowded> {
        let place = match self.core.closing.load(Ordering::SeqCst) {
            true => Err(Crowded::Closing),
            false => {
                let client = behind_request(&self.config().proxies, address(parts).ip(), &parts.headers);
                self.core.shared.places.take(client)
            }
        };
        self.core.shared.counters.refused.add(usize::from(place.is_err()));
        place
    }

    /// Opens a polling session; its handshake is the reply.
    fn open(&self, parts: &Parts) -> Response<Body> {
        let place = match self.place(parts) {
            Ok(place) => place,
            Err(reason) => return crowded(reason),
        };
        let session = self.session(Transport::Polling, place);
        let opening = session.open_packet(Transport::Polling).payload().to_vec();
        session.sent(1, opening.len());
        let mut reply = polling::payload(opening);
        let cookie = self.config().cookie.as_ref().map(|cookie| cookie.encode(&session.sid().encode()));
        if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            reply.headers_mut().insert(SET_COOKIE, cookie);
        }
        self.bind(&session, handshake(parts));
        tokio::spawn(polling::Driver::new(session));
        reply
    }

    /// Accepts a WebSocket, for a polling session or to open one of its own once it is connected.
    fn upgrade(&self, parts: &mut Parts, upgrades: Option<Arc<Session>>) -> Response<Body> {
        let on_upgrade = parts.extensions.remove::<OnUpgrade>();
        let (Some(reply), Some(on_upgrade)) = (accept(&parts.headers), on_upgrade) else {
            return refuse_upgrade(&Code::BadRequest.into());
        };
        let opens = match &upgrades {
            Some(_) => None,
            None => match self.place(parts) {
                Ok(place) => Some((place, handshake(parts))),
                Err(reason) => return crowded(reason),
            },
        };
        let limit = Duration::from_millis(self.config().upgrade_timeout_ms.into());
        let engine = self.clone();
        tokio::spawn(async move {
            let Ok(Ok(upgraded)) = timeout(limit, on_upgrade).await else { return };
            let (wire, read) = take_over(upgraded);
            // A task of its own, without the handshake's memory.
            match (upgrades, opens) {
                (Some(session), _) => probe_over(Transport::Websocket, wire, &read, &session),
                (None, Some((place, handshake))) => {
                    engine.open_over(Transport::Websocket, wire, &read, place, handshake);
                }
                (None, None) => {}
            }
        });
        reply
    }

    /// Opens a session that is carried by this stream from its beginning on.
    fn open_over(&self, over: Transport, wire: Wire, read: &[u8], place: Place, handshake: Handshake) {
        let session = self.session(over, place);
        let connection = Connection::new(over, wire, read, &session).open();
        self.bind(&session, handshake);
        drop(tokio::spawn(connection));
    }

    /// Whether a session may be opened by this request, which is WebTransport's.
    #[cfg(feature = "webtransport")]
    pub(super) fn allows(&self, parts: &Parts) -> bool {
        let allowed = self.config().transports.contains(&Transport::Webtransport)
            && self.config().allow_request.ask(parts, address(parts)).is_ok();
        self.core.shared.counters.refused.add(usize::from(!allowed));
        allowed
    }

    /// A WebTransport was opened by this request, and its client has said what for. Whether it is of any use.
    #[cfg(feature = "webtransport")]
    pub(super) fn take_stream(&self, parts: &Parts, asked: Asked, wire: Wire) -> bool {
        match asked {
            Asked::Session => {
                let Ok(place) = self.place(parts) else { return false };
                self.open_over(Transport::Webtransport, wire, &[], place, handshake(parts));
            }
            Asked::Upgrade(sid) => {
                let Some(session) = self.upgradable(&sid) else { return false };
                probe_over(Transport::Webtransport, wire, &[], &session);
            }
        }
        true
    }

    /// The session of this sid, if it may be upgraded.
    #[cfg(feature = "webtransport")]
    fn upgradable(&self, sid: &Sid) -> Option<Arc<Session>> {
        let session = self.core.shared.table.find(sid).filter(|_| self.config().allow_upgrades);
        // A timer may be late; a stream is not to profit from it.
        let session = session.filter(|session| session.timeout(Instant::now()).is_some());
        self.core.shared.counters.refused.add(usize::from(session.is_none()));
        session
    }

    fn session(&self, transport: Transport, place: Place) -> Arc<Session> {
        let machine = Machine::new(self.config().timing(), transport, Instant::now());
        let session = Arc::new(Session::new(self.core.shared.clone(), machine, Some(place)));
        self.core.shared.table.insert(session.clone());
        self.core.shared.counters.opened.add(1);
        session
    }

    fn bind(&self, session: &Arc<Session>, handshake: Handshake) {
        match guarded(|| self.core.service.open(session.clone(), handshake)) {
            Some(incoming) => session.bind(incoming),
            None => session.close(CloseReason::TransportError),
        }
        // It may have been found by `close`, or not, while it opened.
        if self.core.closing.load(Ordering::SeqCst) {
            session.close(CloseReason::ServerShuttingDown);
        }
    }
}

fn address(parts: &Parts) -> SocketAddr {
    let unknown = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(unknown, |info| info.0)
}

/// Has a stream probed for a polling session.
fn probe_over(over: Transport, wire: Wire, read: &[u8], session: &Arc<Session>) {
    drop(tokio::spawn(Connection::new(over, wire, read, session).probe()));
}

/// A copy of the request's head: the original's strings are slices of hyper's read buffer, which would live as long.
fn handshake(parts: &Parts) -> Handshake {
    let mut copy = Request::new(()).into_parts().0;
    copy.method = parts.method.clone();
    copy.version = parts.version;
    copy.uri = Uri::try_from(parts.uri.to_string()).unwrap_or_default();
    copy.headers.reserve(parts.headers.len());
    for (name, value) in &parts.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            copy.headers.append(name, value);
        }
    }
    Handshake { request: Arc::new(copy), address: address(parts) }
}
