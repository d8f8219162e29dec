//! A lean connection: WebSocket frames read in place from one buffer, or the polling transport of [`crate::Client`].
//!
//! Reads no packets, never reconnects, and never waits for a server that reads nothing: what it can't take is counted.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::ops::Range;

use tokio::io::{AsyncWriteExt as _, Interest};
use tokio::net::TcpStream;

use super::plan::Plan;
use crate::client::Wire;
use crate::{Error, Message, Transport, polling, websocket};

/// Bytes that wait for a server that reads nothing; more are not sent.
const OUT: usize = 64 * 1024;
/// Bytes of a frame from the server; more is not believed.
const FRAME: usize = 64 * 1024 * 1024;
/// Bytes read at once.
const READ: usize = 4 * 1024;

/// A message from the server: where its bytes are, until the next one is asked for.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) binary: bool,
    range: Range<usize>,
}

/// A connection.
#[derive(Debug)]
pub(super) enum Line {
    WebSocket(Socket),
    Polling { wire: Wire, held: Vec<u8>, fresh: Option<bool> },
}

impl Line {
    /// Connects from this address; with a receive buffer of `receive` bytes, if it is not to grow as needed.
    pub(super) async fn open(
        plan: &Plan,
        from: Option<IpAddr>,
        seed: u64,
        receive: Option<u32>,
    ) -> Result<Self, Error> {
        match plan.transport {
            Transport::WebSocket => Ok(Self::WebSocket(Socket::open(plan, from, seed, receive).await?)),
            Transport::Polling => {
                let wire = polling::open(plan.addr, &plan.path, from).await?;
                Ok(Self::Polling { wire, held: Vec::new(), fresh: None })
            }
        }
    }

    /// Sends a message; whether there was room for it.
    pub(super) fn send(&mut self, message: &[u8], binary: bool) -> Result<bool, Error> {
        match self {
            Self::WebSocket(socket) => socket.send(if binary { BINARY } else { TEXT }, message),
            Self::Polling { wire, .. } => {
                let message = if binary {
                    Message::Binary(message.to_vec())
                } else {
                    Message::Text(String::from_utf8_lossy(message).into_owned())
                };
                wire.out.send(message).map(|()| true).map_err(|_| Error::Closed("the transport is gone".into()))
            }
        }
    }

    /// Waits until more has come.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub(super) async fn fill(&mut self) -> Result<(), Error> {
        match self {
            Self::WebSocket(socket) => socket.fill().await,
            Self::Polling { wire, held, fresh } => {
                let message =
                    wire.inbox.recv().await.ok_or_else(|| Error::Closed("the transport is gone".into()))??;
                let binary = matches!(message, Message::Binary(_));
                *held = match message {
                    Message::Text(text) => text.into_bytes(),
                    Message::Binary(bytes) => bytes,
                };
                *fresh = Some(binary);
                Ok(())
            }
        }
    }

    /// The next whole message of what has come; Engine.IO's pings are answered and not given.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, Error> {
        loop {
            let piece = match self {
                Self::WebSocket(socket) => socket.next()?,
                Self::Polling { held, fresh, .. } => fresh.take().map(|binary| Piece { binary, range: 0..held.len() }),
            };
            let Some(piece) = piece else { return Ok(None) };
            match (piece.binary, self.bytes(&piece)) {
                (false, b"2") => {
                    self.send(b"3", false)?;
                }
                (false, b"1") => return Err(Error::Closed("by the server".into())),
                _ => return Ok(Some(piece)),
            }
        }
    }

    /// Ends the connection without a word of the protocol.
    pub(super) async fn cut(&mut self) {
        match self {
            // If it is gone already, that is as well.
            Self::WebSocket(socket) => drop(socket.stream.shutdown().await),
            Self::Polling { wire, .. } => wire.tasks.iter().for_each(tokio::task::JoinHandle::abort),
        }
    }

    /// The bytes of a message.
    pub(super) fn bytes(&self, piece: &Piece) -> &[u8] {
        let held = match self {
            Self::WebSocket(socket) => &socket.held,
            Self::Polling { held, .. } => held,
        };
        held.get(piece.range.clone()).unwrap_or_default()
    }

    /// How many bytes it came as, a WebSocket frame's header included.
    pub(super) fn weight(&self, piece: &Piece) -> usize {
        let bytes = piece.range.len();
        match self {
            Self::WebSocket(_) => bytes + header_of(bytes),
            Self::Polling { .. } => bytes,
        }
    }
}

/// RFC 6455 §5.2: a frame's first byte, whole and of this kind.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// A WebSocket of a client's side.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// What has come, from `at` on not yet given.
    held: Vec<u8>,
    at: usize,
    out: Vec<u8>,
    mask: u64,
}

impl Socket {
    async fn open(plan: &Plan, from: Option<IpAddr>, seed: u64, receive: Option<u32>) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Connect(error.to_string());
        let stream = websocket::stream(plan.addr, from, receive).await.map_err(failed)?;
        let mut socket = Self { stream, held: Vec::new(), at: 0, out: Vec::new(), mask: seed };
        socket.out.extend_from_slice(
            format!(
                "GET {}?EIO=4&transport=websocket HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                plan.path, plan.addr
            )
            .as_bytes(),
        );
        loop {
            socket.fill().await?;
            if let Some(end) = socket.held.windows(4).position(|four| four == b"\r\n\r\n") {
                socket.at = end + 4;
                let head = String::from_utf8_lossy(socket.held.get(..end).unwrap_or_default());
                if head.starts_with("HTTP/1.1 101 ") {
                    return Ok(socket);
                }
                return Err(Error::Connect(head.lines().next().unwrap_or_default().to_owned()));
            }
            if socket.held.len() > READ * 4 {
                return Err(Error::Connect("no end of the response's head".into()));
            }
        }
    }

    async fn fill(&mut self) -> Result<(), Error> {
        let closed = |error: std::io::Error| Error::Closed(error.to_string());
        if self.at > 0 {
            self.held.drain(..self.at);
            self.at = 0;
        }
        loop {
            self.flush()?;
            let writing = !self.out.is_empty();
            let interest = if writing { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
            let ready = self.stream.ready(interest).await.map_err(closed)?;
            if ready.is_readable() {
                self.held.reserve(READ);
                match self.stream.try_read_buf(&mut self.held) {
                    Ok(0) => return Err(Error::Closed("end of stream".into())),
                    Ok(_) => return Ok(()),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(error) => return Err(closed(error)),
                }
            }
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        while !self.out.is_empty() {
            match self.stream.try_write(&self.out) {
                Ok(written) => drop(self.out.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(Error::Closed(error.to_string())),
            }
        }
        Ok(())
    }

    /// RFC 6455 §5.3: a client masks each frame with a key of its own.
    fn send(&mut self, first: u8, payload: &[u8]) -> Result<bool, Error> {
        if self.out.len() > OUT {
            return Ok(false);
        }
        self.out.push(first);
        match payload.len() {
            short @ 0..=125 => self.out.push(0x80 | short as u8),
            middle @ 126..=0xffff => {
                self.out.push(0x80 | 126);
                self.out.extend_from_slice(&(middle as u16).to_be_bytes());
            }
            long => {
                self.out.push(0x80 | 127);
                self.out.extend_from_slice(&(long as u64).to_be_bytes());
            }
        }
        let [key @ .., _, _, _, _] = next(&mut self.mask).to_be_bytes();
        self.out.extend_from_slice(&key);
        self.out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
        self.flush()?;
        Ok(true)
    }

    fn next(&mut self) -> Result<Option<Piece>, Error> {
        loop {
            let Some((first, range)) = frame(self.held.get(self.at..).unwrap_or_default())? else { return Ok(None) };
            let range = self.at + range.start..self.at + range.end;
            self.at = range.end;
            match first {
                TEXT | BINARY => return Ok(Some(Piece { binary: first == BINARY, range })),
                PING => {
                    let payload = self.held.get(range).unwrap_or_default().to_vec();
                    self.send(PONG, &payload)?;
                }
                PONG => {}
                CLOSE => {
                    let code = self.held.get(range.start..range.start + 2);
                    let code = code.and_then(|two| two.try_into().ok()).map_or(1005, u16::from_be_bytes);
                    return Err(Error::Closed(format!("WebSocket close {code}")));
                }
                other => return Err(Error::Protocol(format!("a frame that begins with {other:#x}"))),
            }
        }
    }
}

/// A frame's first byte and where its payload is; `None` if not all of it is there.
fn frame(held: &[u8]) -> Result<Option<(u8, Range<usize>)>, Error> {
    let (Some(first), Some(second)) = (held.first(), held.get(1)) else { return Ok(None) };
    let (header, length) = match *second {
        short @ 0..=125 => (2, usize::from(short)),
        126 => match held.get(2..4).and_then(|two| two.try_into().ok()) {
            Some(two) => (4, usize::from(u16::from_be_bytes(two))),
            None => return Ok(None),
        },
        127 => match held.get(2..10).and_then(|eight| eight.try_into().ok()) {
            Some(eight) => (10, usize::try_from(u64::from_be_bytes(eight)).unwrap_or(usize::MAX)),
            None => return Ok(None),
        },
        _ => return Err(Error::Protocol("a masked frame".into())),
    };
    if length > FRAME {
        return Err(Error::Protocol(format!("a frame of {length} bytes")));
    }
    let range = header..header + length;
    Ok((held.len() >= range.end).then_some((*first, range)))
}

fn header_of(payload: usize) -> usize {
    match payload {
        0..=125 => 2,
        126..=0xffff => 4,
        _ => 10,
    }
}

/// The next number of a sequence that is even enough for masks and directions: SplitMix64.
pub(super) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_given_when_it_is_whole_and_not_before() {
        let long = [vec![TEXT, 126, 1, 0], vec![b'x'; 256]].concat();
        for (bytes, payload) in [(vec![TEXT, 2, b'4', b'0'], 2..4), (long, 4..260), (vec![PING, 0], 2..2)] {
            for cut in 0..bytes.len() {
                assert_eq!(frame(&bytes[..cut]), Ok(None), "cut at {cut}");
            }
            assert_eq!(frame(&bytes), Ok(Some((bytes[0], payload))));
        }
    }

    #[test]
    fn masked_and_endless_frames_are_refused() {
        assert!(frame(&[TEXT, 0x81, 1, 2, 3, 4, 5]).is_err());
        assert!(frame(&[TEXT, 127, 255, 255, 255, 255, 255, 255, 255, 255]).is_err());
    }
}
