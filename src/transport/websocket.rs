//! A WebSocket: its handshake's reply, and the one task that reads it, writes what waits, and says goodbye.
//!
//! Parses no frames (tungstenite does) and builds none but control frames. Source: RFC 6455.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parlor_proto::engine::{CloseReason, Message, Packet, ParseError, ProbeId, Transport, Verdict};
use tokio::time::{Sleep, sleep_until};
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::{Role as Side, WebSocketConfig, WebSocketContext};

use super::counters::{Flow, Way};
use super::fault::{Fault, close_frame};
use super::outbox::Outbox;
use super::session::Stage;
use super::table::Counted;
use super::tunnel::{Tunnel, Wire};
use super::{Config, Session};

/// A connected WebSocket, whatever it is for. Dropping it closes the socket.
pub(super) struct Connection {
    /// What it is to its client.
    over: Transport,
    ear: Ear,
    role: Role,
    alarm: Alarm,
    close_timeout: Duration,
    counted: Counted,
}

/// What reads a WebSocket.
struct Ear {
    reader: WebSocketContext,
    tunnel: Tunnel,
    /// Whether a message came for which the reader's buffer had to grow.
    grown: bool,
}

/// What wakes the task when something is due.
struct Alarm {
    sleep: Pin<Box<Sleep>>,
    /// When the timer will wake the task that polls this.
    set: Option<Instant>,
}

enum Role {
    /// It carries the session, and this is the session's own task.
    Session(Arc<Session>),
    /// It might be upgraded to; until then it has an outbox of its own.
    Probe { session: Arc<Session>, id: ProbeId, outbox: Outbox },
    /// What is in the outbox goes out, a close frame last; then the client closes, or is cut off.
    Leaving { outbox: Outbox, until: Instant, finished: bool, hears: Hears },
}

/// How a WebSocket that says goodbye listens.
///
/// What the client still sends is read away: a socket closed with bytes unread is reset, and the reset may overtake
/// the close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hears {
    /// Until the client's close frame.
    Frames,
    /// Until the client closes the socket: its bytes make no sense any more.
    Bytes,
    /// No more.
    Nothing,
}

/// What a turn of a session came to.
enum Carried {
    On(Turn),
    /// The session is over: what is left goes out, and a goodbye.
    Over(Outbox, Option<Fault>),
}

/// What a turn of the task came to.
enum Turn {
    /// The role has changed: take the next turn at once.
    Again,
    /// Everything that can be done has been.
    Wait,
    Over,
}

impl Connection {
    /// A WebSocket on `wire`, of which `read` has been read already, or what has been made to look like one.
    pub(super) fn new(over: Transport, wire: Wire, read: &[u8], session: &Arc<Session>) -> Self {
        // Only a browser's WebSocket masks what it sends.
        let limits = limits(session.config()).accept_unmasked_frames(over != Transport::Websocket);
        let ear = Ear {
            reader: WebSocketContext::from_partially_read(read.to_vec(), Side::Server, Some(limits)),
            tunnel: Tunnel::new(wire, read),
            grown: false,
        };
        Self {
            over,
            ear,
            role: Role::Session(session.clone()),
            alarm: Alarm { sleep: Box::pin(sleep_until(Instant::now().into())), set: None },
            close_timeout: Duration::from_millis(session.config().close_timeout_ms.into()),
            counted: Counted::new(session.shared.clone()),
        }
    }

    /// Carries a session from its opening on: the open packet goes out first.
    pub(super) fn open(mut self) -> Self {
        let sink = self.ear.tunnel.sink();
        if let Role::Session(session) = &self.role {
            session.open_on(sink);
        }
        self
    }

    /// Is probed for a polling session; or closed, if the session is being upgraded or has been.
    pub(super) fn probe(mut self) -> Self {
        let outbox = Outbox::new(self.ear.tunnel.sink());
        let Role::Session(session) = &self.role else { return self };
        match session.probe_begin(self.over) {
            Some(id) => self.role = Role::Probe { session: session.clone(), id, outbox },
            None => self.leave(outbox, None),
        }
        self
    }

    /// Takes to the counters what this turn has read, and written from an outbox that is no session's.
    fn count(&mut self) {
        let received = self.ear.tunnel.take_received();
        let sent = match &mut self.role {
            Role::Session(_) => Flow::default(),
            Role::Probe { outbox, .. } | Role::Leaving { outbox, .. } => outbox.take_sent(),
        };
        let counters = self.counted.counters();
        counters.went(Way::Received, self.over, Flow { packets: 0, bytes: received });
        counters.went(Way::Sent, self.over, sent);
    }

    fn turn(&mut self, cx: &mut Context<'_>) -> Turn {
        match &mut self.role {
            // By reference: to count one more that holds it would be a cache miss for each message.
            Role::Session(session) => match carry(session, self.over, &mut self.ear, &mut self.alarm, cx) {
                Carried::On(turn) => turn,
                Carried::Over(outbox, fault) => {
                    self.leave(outbox, fault);
                    Turn::Again
                }
            },
            Role::Probe { session, id, .. } => {
                let (session, id) = (session.clone(), *id);
                self.be_probed(&session, id, cx)
            }
            Role::Leaving { .. } => self.go(cx),
        }
    }

    /// One turn of a probe. Its deadline is kept by the polling session's task.
    fn be_probed(&mut self, session: &Arc<Session>, id: ProbeId, cx: &mut Context<'_>) -> Turn {
        let mut open = session.probe_wait(id, cx.waker());
        let mut fault = None;
        while open {
            let read = self.ear.read();
            let Role::Probe { outbox, .. } = &mut self.role else { return Turn::Again };
            match read {
                Read::Packet(packet, _) => match session.probe_packet(id, self.over, packet.ok().as_ref(), outbox) {
                    Verdict::Pong => {
                        let pong = Packet::Pong(Bytes::from_static(b"probe")).encode();
                        open = outbox.control(pong.wire().clone(), session.bounds()).is_ok();
                    }
                    Verdict::Upgrade => {
                        self.role = Role::Session(session.clone());
                        return Turn::Again;
                    }
                    Verdict::Close => open = false,
                },
                Read::Control(bytes) => open = outbox.control(bytes, session.bounds()).is_ok(),
                Read::Nothing => break,
                Read::Over(over) => {
                    fault = Some(over);
                    open = false;
                }
            }
        }
        let Role::Probe { outbox, .. } = &mut self.role else { return Turn::Again };
        if !open {
            session.probe_lost(id);
            let outbox = std::mem::take(outbox);
            self.leave(outbox, fault);
            return Turn::Again;
        }
        match self.ear.tunnel.wire.flush(outbox, cx) {
            Ok(_) => Turn::Wait,
            Err(_) => {
                session.probe_lost(id);
                Turn::Over
            }
        }
    }

    /// One turn of a goodbye.
    fn go(&mut self, cx: &mut Context<'_>) -> Turn {
        let Ear { reader, tunnel, .. } = &mut self.ear;
        let Role::Leaving { outbox, until, finished, hears } = &mut self.role else { return Turn::Again };
        if !*finished {
            match tunnel.wire.flush(outbox, cx).and_then(|flushed| Ok(flushed && tunnel.wire.finish(cx)?)) {
                Ok(done) => *finished = done,
                Err(_) => return Turn::Over,
            }
        }
        let silent = match hears {
            Hears::Frames => hear_out(reader, tunnel),
            Hears::Bytes => tunnel.discard(cx).is_ready(),
            Hears::Nothing => true,
        };
        if silent {
            *hears = Hears::Nothing;
        }
        if (silent && *finished) || *until <= Instant::now() {
            return Turn::Over;
        }
        let until = *until;
        self.alarm.wake_at(until, cx)
    }

    fn leave(&mut self, mut outbox: Outbox, fault: Option<Fault>) {
        let control = self.ear.tunnel.take_control();
        // The answer to the client's own close frame, or ours.
        outbox.last(control.unwrap_or_else(|| close_frame(fault.and_then(Fault::code))));
        let hears = match fault {
            None => Hears::Frames,
            Some(Fault::Closed) => Hears::Nothing,
            Some(Fault::Wrong(_)) => Hears::Bytes,
        };
        self.role = Role::Leaving { outbox, until: Instant::now() + self.close_timeout, finished: false, hears };
    }
}

/// One turn of a session: read all there is, do what is due, write what waits.
fn carry(session: &Session, over: Transport, ear: &mut Ear, alarm: &mut Alarm, cx: &mut Context<'_>) -> Carried {
    session.touch_to_hear();
    session.task.register(cx.waker());
    let fault = loop {
        match ear.read() {
            Read::Packet(packet, at) => {
                if !session.packet(over, packet, at) {
                    break None;
                }
            }
            Read::Control(bytes) => session.control(bytes),
            Read::Nothing => break None,
            Read::Over(fault) => break Some(fault),
        }
    };
    if let Some(fault) = &fault {
        session.lost(fault.reason());
    }
    let due = session.timeout(Instant::now());
    match session.stage() {
        Stage::Open => {}
        Stage::Broken => {
            drop(session.take_outbox());
            session.tell_closed();
            return Carried::On(Turn::Over);
        }
        Stage::Closing | Stage::Ended => {
            session.tell_closed();
            return Carried::Over(session.take_outbox(), fault);
        }
    }
    if session.flush(|outbox| ear.tunnel.wire.flush(outbox, cx)).is_err() {
        session.lost(CloseReason::TransportClose);
        return Carried::On(Turn::Again);
    }
    Carried::On(due.map_or(Turn::Again, |due| alarm.wake_at(due, cx)))
}

impl Alarm {
    /// Has the task woken at `due`. It mostly knows of that already, and the timer, a cache miss away, is let alone.
    fn wake_at(&mut self, due: Instant, cx: &mut Context<'_>) -> Turn {
        if self.set == Some(due) && Instant::now() < due {
            return Turn::Wait;
        }
        if self.sleep.deadline() != due.into() {
            self.sleep.as_mut().reset(due.into());
        }
        match self.sleep.as_mut().poll(cx) {
            Poll::Ready(()) => {
                self.set = None;
                Turn::Again
            }
            Poll::Pending => {
                self.set = Some(due);
                Turn::Wait
            }
        }
    }
}

impl Ear {
    /// Starts with another buffer after a long message: tungstenite keeps the one that it has, for the connection's life.
    fn shrink(&mut self) {
        if self.grown && self.tunnel.is_between_messages() {
            self.grown = false;
            self.reader = WebSocketContext::new(Side::Server, Some(*self.reader.get_config()));
        }
    }

    /// The next thing tungstenite has.
    fn read(&mut self) -> Read {
        loop {
            if let Some(bytes) = self.tunnel.take_control() {
                return Read::Control(bytes);
            }
            let message = self.reader.read(&mut self.tunnel);
            let at = self.tunnel.at;
            let answered = match message {
                Ok(tungstenite::Message::Text(text)) => {
                    self.grown |= text.len() > KEEP;
                    return Read::Packet(Packet::parse_utf8(text.into()), at);
                }
                Ok(tungstenite::Message::Binary(bytes)) => {
                    self.grown |= bytes.len() > KEEP;
                    return Read::Packet(Ok(Packet::Message(Message::Binary(bytes))), at);
                }
                Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.shrink();
                    return Read::Nothing;
                }
                Err(error) => return Read::Over(Fault::of(&error)),
                // A ping's pong goes out before the answers to what follows it.
                Ok(tungstenite::Message::Ping(_)) => self.reader.flush(&mut self.tunnel),
                // The next read writes the answer to a close frame and says that this is the end.
                Ok(tungstenite::Message::Pong(_) | tungstenite::Message::Close(_) | tungstenite::Message::Frame(_)) => {
                    Ok(())
                }
            };
            if let Err(error) = answered {
                return Read::Over(Fault::of(&error));
            }
        }
    }
}

impl Future for Connection {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.ear.tunnel.listen(cx.waker()) {
            // The timer knows the waker before.
            self.alarm.set = None;
        }
        loop {
            let turn = self.turn(cx);
            self.count();
            match turn {
                Turn::Again => {}
                Turn::Wait => return Poll::Pending,
                Turn::Over => return Poll::Ready(()),
            }
        }
    }
}

/// What tungstenite may take, and take at once.
fn limits(config: &Config) -> WebSocketConfig {
    let max = Some(config.max_http_buffer_size);
    WebSocketConfig::default()
        .read_buffer_size(config.websocket_read_buffer)
        .write_buffer_size(0)
        .max_message_size(max)
        .max_frame_size(max)
}

/// The longest message after which the reader's buffer is kept, in bytes.
const KEEP: usize = 4_096;

enum Read {
    Packet(Result<Packet, ParseError>, Instant),
    /// What tungstenite wants written.
    Control(Bytes),
    Nothing,
    Over(Fault),
}

/// Reads frames and forgets them. Whether the client has said its last.
fn hear_out(reader: &mut WebSocketContext, tunnel: &mut Tunnel) -> bool {
    loop {
        match reader.read(tunnel) {
            Ok(tungstenite::Message::Close(_)) => return true,
            Ok(_) => {}
            Err(tungstenite::Error::Io(error)) => return error.kind() != io::ErrorKind::WouldBlock,
            Err(_) => return true,
        }
    }
}
