//! HTTP long-polling: the handshake's reply, the GET that waits, the POST that brings packets, and the timer.
//!
//! Verifies no requests (`engine` did) and writes no WebSockets.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt;
use parlor_proto::engine::handshake::Handshake;
use parlor_proto::engine::payload::Packets;
use parlor_proto::engine::verify::Code;
use parlor_proto::engine::{CloseReason, Packet, Release, Transport};
use parlor_proto::frame::Frame;
use tokio::time::{Sleep, sleep_until, timeout};

use super::Session;
use super::config::Config;
use super::counters::{Flow, Way};
use super::reply::{refuse, with_status};
use super::session::Stage;

/// How long a `1` waits for a GET that was sent with it and is overtaken by it, on a connection of its own.
///
/// The two have no order, yet clients count on `6` for the GET. The POST's reply waits as well, so whoever sends a GET
/// after it finds the session gone.
const OVERTAKEN: Duration = Duration::from_millis(50);

/// A poll's reply: "`text/plain; charset=UTF-8`, `cache-control: no-store`".
pub(super) fn payload(body: impl Into<Body>) -> Response<Body> {
    reply(body, "text/plain; charset=UTF-8")
}

/// Answers a GET: waits until there is something to say.
pub(super) async fn get(session: Arc<Session>) -> Response<Body> {
    if !session.poll_begin() {
        return refuse(&Code::BadRequest.into());
    }
    let mut waiting = Waiting { session, done: false };
    let body = poll_fn(|cx| waiting.session.poll_collect(cx)).await;
    waiting.done = true;
    payload(body)
}

/// A GET that its client drops ("loses the session") never gets to be done.
struct Waiting {
    session: Arc<Session>,
    done: bool,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.done {
            self.session.poll_aborted();
        }
    }
}

/// Answers a POST: reads its packets and hands them on. "A POST's success body is exactly `ok`."
pub(super) async fn post(session: Arc<Session>, request: &Parts, body: Body) -> Response<Body> {
    if !session.post_begin() {
        return refuse(&Code::BadRequest.into());
    }
    let mut posting = Posting { session, done: false, reason: CloseReason::TransportError };
    if is_binary(request) {
        return refuse(&Code::BadRequest.into());
    }
    let config = posting.session.config();
    let limit = Duration::from_millis(config.body_timeout_ms.into());
    let body = match timeout(limit, read(request, body, config.max_http_buffer_size)).await {
        Ok(Ok(body)) => body,
        Ok(Err(ReadError::TooLarge)) => {
            posting.finish();
            return last(with_status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        Ok(Err(ReadError::BrokenOff)) => return refuse(&Code::BadRequest.into()),
        Err(_) => return last(with_status(StatusCode::REQUEST_TIMEOUT)),
    };
    let at = Instant::now();
    if says_close(&body) {
        posting.reason = CloseReason::TransportClose;
        // Late is as good as never: the session ends either way.
        let _late = timeout(OVERTAKEN, poll_fn(|cx| posting.session.poll_awaited(cx))).await;
    }
    let taken = posting.session.packets(body, at);
    posting.finish();
    match taken {
        true => reply("ok", "text/html"),
        false => refuse(&Code::BadRequest.into()),
    }
}

/// A POST that is not finished, because it broke off or was refused, takes the session with it.
struct Posting {
    session: Arc<Session>,
    done: bool,
    reason: CloseReason,
}

impl Posting {
    fn finish(&mut self) {
        self.done = true;
        self.session.inner.lock().machine.posted();
    }
}

impl Drop for Posting {
    fn drop(&mut self) {
        if !self.done {
            self.session.post_aborted(self.reason);
        }
    }
}

/// Whether the body's last packet is `1`.
fn says_close(body: &[u8]) -> bool {
    body == b"1" || body.ends_with(b"\x1e1")
}

#[derive(Debug)]
enum ReadError {
    TooLarge,
    BrokenOff,
}

/// "A body over the limit gets 413 as soon as the count passes it (chunked too)."
async fn read(request: &Parts, mut body: Body, max: usize) -> Result<Bytes, ReadError> {
    let announced = request.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > max as u64) {
        return Err(ReadError::TooLarge);
    }
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ReadError::BrokenOff)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > max {
            return Err(ReadError::TooLarge);
        }
        // Most bodies come in one piece, which needs no copy.
        if first.is_empty() && all.is_empty() {
            first = data;
        } else {
            all.extend_from_slice(&std::mem::take(&mut first));
            all.extend_from_slice(&data);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// "`application/octet-stream` in v4: 400 and close."
fn is_binary(request: &Parts) -> bool {
    let kind = request.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/octet-stream")
}

fn reply(body: impl Into<Body>, kind: &'static str) -> Response<Body> {
    let mut reply = Response::new(body.into());
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// The rest of the request's body is not worth reading.
fn last(mut reply: Response<Body>) -> Response<Body> {
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}

/// A polling session's own task: its timers. It ends with the session, or when a WebSocket's task takes over.
pub(super) struct Driver {
    session: Arc<Session>,
    sleep: Pin<Box<Sleep>>,
}

impl Driver {
    pub(super) fn new(session: Arc<Session>) -> Self {
        Self { session, sleep: Box::pin(sleep_until(Instant::now().into())) }
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        while let Some(due) = self.session.drive(cx.waker()) {
            self.sleep.as_mut().reset(due.into());
            if self.sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl Session {
    pub(super) fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Does what is due, and returns when it is to be called again; `None` if it is not.
    fn drive(&self, waker: &Waker) -> Option<Instant> {
        {
            // Registered under the lock: an upgrade happens before, and is seen here, or after, and wakes this task.
            let inner = self.inner.lock();
            if inner.machine.transport() == Transport::Websocket {
                return None;
            }
            self.task.register(waker);
        }
        let due = self.timeout(Instant::now());
        match self.stage() {
            Stage::Open => {}
            Stage::Closing | Stage::Ended | Stage::Broken => self.tell_closed(),
        }
        due
    }

    /// A GET came. Whether it may wait.
    fn poll_begin(&self) -> bool {
        let mut inner = self.inner.lock();
        let queued = !inner.outbox.is_empty();
        let effects = inner.machine.poll(queued);
        let refused = effects.refused;
        if let Some(post) = inner.post.take() {
            post.wake();
        }
        self.settle(inner, effects);
        self.shared.counters.refused.add(usize::from(refused));
        !refused
    }

    /// Ready when a GET waits, or there is no use in waiting for one.
    fn poll_awaited(&self, cx: &Context<'_>) -> Poll<()> {
        let mut inner = self.inner.lock();
        if inner.machine.is_polled() || !inner.machine.is_open() {
            return Poll::Ready(());
        }
        inner.post = Some(cx.waker().clone());
        Poll::Pending
    }

    fn poll_collect(&self, cx: &Context<'_>) -> Poll<Bytes> {
        let mut inner = self.inner.lock();
        let Some(release) = inner.machine.collect() else {
            inner.poll = Some(cx.waker().clone());
            return Poll::Pending;
        };
        let max = self.shared.config.max_http_buffer_size;
        let mut body = match release {
            Release::Noop => return Poll::Ready(self.noop()),
            Release::Data | Release::Close => inner.outbox.drain(max),
        };
        let mut packets = inner.outbox.take_sent().packets;
        if release == Release::Close && inner.outbox.is_empty() {
            body.push(&Packet::Close.encode());
            packets += 1;
            let effects = inner.machine.close_delivered();
            self.settle(inner, effects);
        }
        // What this GET was woken for may have gone out on the WebSocket it was upgraded to.
        if body.is_empty() {
            return Poll::Ready(self.noop());
        }
        let body = body.finish();
        self.sent(packets, body.len());
        Poll::Ready(body)
    }

    fn noop(&self) -> Bytes {
        let noop = Bytes::from_static(b"6");
        self.sent(1, noop.len());
        noop
    }

    /// A body of so many packets goes out.
    pub(super) fn sent(&self, packets: u64, bytes: usize) {
        self.shared.counters.went(Way::Sent, Transport::Polling, Flow { packets, bytes: bytes as u64 });
    }

    fn poll_aborted(&self) {
        let mut inner = self.inner.lock();
        let effects = inner.machine.poll_aborted();
        self.settle(inner, effects);
    }

    /// A POST came. Whether it may be read.
    fn post_begin(&self) -> bool {
        let mut inner = self.inner.lock();
        let effects = inner.machine.post();
        let refused = effects.refused;
        self.settle(inner, effects);
        self.shared.counters.refused.add(usize::from(refused));
        !refused
    }

    fn post_aborted(&self, reason: CloseReason) {
        let mut inner = self.inner.lock();
        let effects = inner.machine.post_aborted(reason);
        self.settle(inner, effects);
    }

    /// Hands a body's packets on: "packets before the fault are delivered, then the session closes with `parse error`".
    /// Whether the body was well-formed, and the session still there to take it.
    fn packets(&self, body: Bytes, at: Instant) -> bool {
        {
            let inner = self.inner.lock();
            if inner.machine.is_ended() || inner.machine.transport() != Transport::Polling {
                return false;
            }
        }
        let received = Flow { packets: 0, bytes: body.len() as u64 };
        self.shared.counters.went(Way::Received, Transport::Polling, received);
        for packet in Packets::parse(body) {
            let faulty = packet.is_err();
            let in_place = self.packet(Transport::Polling, packet, at);
            if faulty || !in_place {
                return !faulty;
            }
        }
        true
    }

    /// The packet that opens it on this transport.
    pub(super) fn open_packet(&self, transport: Transport) -> Frame {
        let config = self.config();
        Handshake::new(
            *self.sid(),
            config.upgrades(transport),
            config.ping_interval_ms,
            config.ping_timeout_ms,
            config.max_http_buffer_size,
        )
        .encode()
    }
}
