//! A stream of Engine.IO's frames for WebTransport, read and written as frames of WebSocket.
//!
//! Checks no payload and bounds no frame: whoever reads WebSocket does. The two framings have the same lengths, and differ in
//! what stands before them: WebTransport has one bit for "binary", WebSocket a byte for the kind of frame.
//! Source: engine.io-protocol, "WebTransport"; RFC 6455 §5.2.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The bit of a WebTransport frame's first byte that says that it is binary.
const BINARY: u8 = 0x80;
/// The first bytes of WebSocket's frames: the last of a message, of text or of bytes.
const TEXT_FRAME: u8 = 0x81;
const BINARY_FRAME: u8 = 0x82;
/// Bytes read at once.
const CHUNK: usize = 2_048;

/// The stream, dressed as a WebSocket after its handshake.
#[derive(Debug)]
pub(super) struct Reframed<S> {
    stream: S,
    incoming: Incoming,
    /// What has come and was not read yet.
    read: Vec<u8>,
    outgoing: Outgoing,
    /// What was written and has not gone out yet.
    unsent: Vec<u8>,
}

/// Turns WebTransport's frames into WebSocket's.
#[derive(Debug, Default)]
struct Incoming {
    place: Place,
}

/// Turns WebSocket's frames into WebTransport's, and leaves out those that WebTransport has not: of control.
#[derive(Debug, Default)]
struct Outgoing {
    place: Place,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Text,
    Binary,
    Control,
}

/// Where in a frame the next byte is.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    #[default]
    Start,
    /// After WebSocket's first byte, which WebTransport does not have.
    Length,
    /// So many bytes of a longer length are missing.
    Longer {
        missing: u8,
        length: u64,
    },
    Payload {
        left: u64,
    },
}

impl Place {
    /// After the byte that has a length of 7 bits.
    const fn after(length: u8) -> Self {
        match length & 0x7f {
            126 => Self::Longer { missing: 2, length: 0 },
            127 => Self::Longer { missing: 8, length: 0 },
            short => Self::payload(short as u64),
        }
    }

    const fn longer(missing: u8, length: u64, byte: u8) -> Self {
        let length = length << 8 | byte as u64;
        if missing > 1 { Self::Longer { missing: missing - 1, length } } else { Self::payload(length) }
    }

    const fn payload(left: u64) -> Self {
        if left == 0 { Self::Start } else { Self::Payload { left } }
    }
}

/// So many of these bytes are the payload's, of which so much is left.
fn share(left: u64, bytes: &[u8]) -> usize {
    usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()))
}

impl Incoming {
    fn turn(&mut self, mut bytes: &[u8], into: &mut Vec<u8>) {
        while let Some((&byte, rest)) = bytes.split_first() {
            self.place = match self.place {
                Place::Start | Place::Length => {
                    into.push(if byte & BINARY == 0 { TEXT_FRAME } else { BINARY_FRAME });
                    into.push(byte & !BINARY);
                    Place::after(byte)
                }
                Place::Longer { missing, length } => {
                    into.push(byte);
                    Place::longer(missing, length, byte)
                }
                Place::Payload { left } => {
                    let (here, later) = bytes.split_at(share(left, bytes));
                    into.extend_from_slice(here);
                    self.place = Place::payload(left - here.len() as u64);
                    bytes = later;
                    continue;
                }
            };
            bytes = rest;
        }
    }
}

impl Outgoing {
    fn turn(&mut self, mut bytes: &[u8], into: &mut Vec<u8>) {
        while let Some((&byte, rest)) = bytes.split_first() {
            self.place = match self.place {
                Place::Start => {
                    self.kind = match byte {
                        TEXT_FRAME => Kind::Text,
                        BINARY_FRAME => Kind::Binary,
                        _ => Kind::Control,
                    };
                    Place::Length
                }
                Place::Length => {
                    match self.kind {
                        Kind::Text => into.push(byte),
                        Kind::Binary => into.push(byte | BINARY),
                        Kind::Control => {}
                    }
                    Place::after(byte)
                }
                Place::Longer { missing, length } => {
                    self.keep(&[byte], into);
                    Place::longer(missing, length, byte)
                }
                Place::Payload { left } => {
                    let (here, later) = bytes.split_at(share(left, bytes));
                    self.keep(here, into);
                    self.place = Place::payload(left - here.len() as u64);
                    bytes = later;
                    continue;
                }
            };
            bytes = rest;
        }
    }

    fn keep(&self, bytes: &[u8], into: &mut Vec<u8>) {
        if self.kind != Kind::Control {
            into.extend_from_slice(bytes);
        }
    }
}

impl<S> Reframed<S> {
    pub(super) const fn new(stream: S) -> Self {
        let (incoming, outgoing) =
            (Incoming { place: Place::Start }, Outgoing { place: Place::Start, kind: Kind::Text });
        Self { stream, incoming, read: Vec::new(), outgoing, unsent: Vec::new() }
    }
}

impl<S: AsyncWrite + Unpin> Reframed<S> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.unsent))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.unsent.drain(..sent);
        }
        self.unsent = Vec::new();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Reframed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.read.is_empty() {
            let mut chunk = [0; CHUNK];
            let mut raw = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut raw))?;
            this.incoming.turn(raw.filled(), &mut this.read);
        }
        let fits = this.read.len().min(buf.remaining());
        buf.put_slice(this.read.get(..fits).unwrap_or_default());
        this.read.drain(..fits);
        if this.read.is_empty() {
            this.read = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}

/// Takes a write at once when all before it has gone out, so that no more waits here than was written at one time.
impl<S: AsyncWrite + Unpin> AsyncWrite for Reframed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.poll_drain(cx))?;
        this.outgoing.turn(bytes, &mut this.unsent);
        match this.poll_drain(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use parlor_proto::frame::{Frame, Kind as Of};
    use proptest::prelude::{Strategy, any, prop, proptest};

    use super::*;

    /// A frame as WebTransport has it: the source's own words, not this file's.
    fn framed(binary: bool, payload: &[u8]) -> Vec<u8> {
        let flag = if binary { 0x80 } else { 0 };
        let mut frame = match payload.len() {
            short @ 0..126 => vec![flag | u8::try_from(short).expect("short")],
            middle @ 126..65_536 => {
                let length = u16::try_from(middle).expect("two bytes").to_be_bytes();
                [&[flag | 126][..], &length].concat()
            }
            long => [&[flag | 127][..], &(long as u64).to_be_bytes()].concat(),
        };
        frame.extend_from_slice(payload);
        frame
    }

    fn frames() -> impl Strategy<Value = Vec<(bool, Vec<u8>)>> {
        let length = prop_oneof(&[0..4_usize, 120..130, 65_530..65_540]);
        let payload = length.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
        prop::collection::vec((any::<bool>(), payload), 0..5)
    }

    fn prop_oneof(ranges: &'static [std::ops::Range<usize>]) -> impl Strategy<Value = usize> {
        prop::sample::select(ranges).prop_flat_map(|range| range)
    }

    fn wire(binary: bool, payload: &[u8]) -> Vec<u8> {
        Frame::new(if binary { Of::Binary } else { Of::Text }, payload).wire().to_vec()
    }

    proptest! {
        #[test]
        fn frames_are_the_same_in_both_framings(frames in frames(), at in any::<prop::sample::Index>()) {
            let theirs: Vec<u8> = frames.iter().flat_map(|(binary, payload)| framed(*binary, payload)).collect();
            let ours: Vec<u8> = frames.iter().flat_map(|(binary, payload)| wire(*binary, payload)).collect();
            let (mut incoming, mut read) = (Incoming::default(), Vec::new());
            let (one, two) = theirs.split_at(at.index(theirs.len() + 1));
            incoming.turn(one, &mut read);
            incoming.turn(two, &mut read);
            assert_eq!(read, ours);
            let (mut outgoing, mut sent) = (Outgoing::default(), Vec::new());
            let (one, two) = ours.split_at(at.index(ours.len() + 1));
            outgoing.turn(one, &mut sent);
            outgoing.turn(two, &mut sent);
            assert_eq!(sent, theirs);
        }
    }

    #[test]
    fn control_frames_are_left_out() {
        let close = [0x88, 2, 0x03, 0xe8];
        let bytes = [&wire(false, b"4one")[..], &close, &[0x8a, 0], &wire(true, b"two")].concat();
        let (mut outgoing, mut sent) = (Outgoing::default(), Vec::new());
        outgoing.turn(&bytes, &mut sent);
        assert_eq!(sent, [framed(false, b"4one"), framed(true, b"two")].concat());
    }
}
