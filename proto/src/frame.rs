//! A server's WebSocket frame: header and payload in one piece of bytes, built once, handed to many.
//!
//! Reads nothing: tungstenite parses what clients send. A server's frames are unmasked (RFC 6455 §5.1),
//! so one frame is the same bytes for every client, and its payload is also what long-polling needs.

use bytes::Bytes;
use smallvec::SmallVec;

/// Room for the longest header: 2 bytes and a 64-bit length.
const HEADROOM: usize = 10;
const FIN: u8 = 0x80;

/// What a frame's payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8: an Engine.IO packet with its type digit.
    Text,
    /// An Engine.IO message's bare bytes: binary has no prefix on WebSocket.
    Binary,
}

impl Kind {
    const fn opcode(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Binary => 2,
        }
    }
}

/// One Engine.IO packet as an unmasked, unfragmented WebSocket frame. Cloning copies no bytes.
///
/// ```
/// use parlor_proto::frame::{Frame, Kind};
///
/// let frame = Frame::new(Kind::Text, b"42[\"hi\"]");
/// assert_eq!((frame.kind(), frame.payload()), (Kind::Text, &b"42[\"hi\"]"[..]));
/// assert_eq!(frame.wire()[..2], [0x81, 8], "a whole text frame of 8 bytes");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    bytes: Bytes,
    head: u8,
    kind: Kind,
}

/// The frames of one Socket.IO packet: itself, then its attachments. They are never interleaved with another's.
pub type Frames = SmallVec<[Frame; 1]>;

impl Frame {
    /// A frame of this payload, copied once.
    #[must_use]
    pub fn new(kind: Kind, payload: &[u8]) -> Self {
        let mut writer = Writer::with_capacity(payload.len());
        writer.buf.extend_from_slice(payload);
        writer.finish(kind)
    }

    /// The whole frame, ready for `write(2)`.
    #[must_use]
    pub const fn wire(&self) -> &Bytes {
        &self.bytes
    }

    /// The payload alone, as a polling body needs it (binary still has to be put into base64).
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(usize::from(self.head)..).unwrap_or_default()
    }

    /// Whether the payload is text or binary.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

/// Collects a payload behind room for its header, so that nothing is moved when the length is known.
///
/// Serializers write into it through [`std::io::Write`].
///
/// ```
/// use parlor_proto::frame::{Kind, Writer};
///
/// let mut writer = Writer::with_capacity(16);
/// writer.buffer().extend_from_slice(b"42");
/// serde_json::to_writer(&mut writer, &("score", 7))?;
/// assert_eq!(writer.finish(Kind::Text).payload(), br#"42["score",7]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer {
    buf: Vec<u8>,
}

impl Writer {
    /// A writer that holds `payload` bytes before it grows.
    #[must_use]
    pub fn with_capacity(payload: usize) -> Self {
        let mut buf = Vec::with_capacity(HEADROOM + payload);
        buf.resize(HEADROOM, 0);
        Self { buf }
    }

    /// Where the payload is appended, behind what is there already.
    pub const fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buf
    }

    /// Appends to the payload.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// Puts the header before the payload.
    #[must_use]
    pub fn finish(mut self, kind: Kind) -> Frame {
        let payload = self.buf.len() - HEADROOM;
        let (header, head) = header(kind, payload);
        let start = HEADROOM - usize::from(head);
        for (at, byte) in self.buf.iter_mut().skip(start).zip(header) {
            *at = byte;
        }
        let mut bytes = Bytes::from(self.buf);
        let bytes = bytes.split_off(start);
        Frame { bytes, head, kind }
    }
}

impl std::io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.buf.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// RFC 6455 §5.2: 7 bits of length, or 126 and 16 bits, or 127 and 64 bits, in network order.
fn header(kind: Kind, payload: usize) -> (impl Iterator<Item = u8>, u8) {
    let first = FIN | kind.opcode();
    let long = (payload as u64).to_be_bytes();
    let [.., b6, b7] = long;
    let (bytes, head): ([u8; HEADROOM], u8) = match payload {
        0..=125 => ([first, b7, 0, 0, 0, 0, 0, 0, 0, 0], 2),
        126..=0xffff => ([first, 126, b6, b7, 0, 0, 0, 0, 0, 0], 4),
        _ => {
            let [l0, l1, l2, l3, l4, l5, l6, l7] = long;
            ([first, 127, l0, l1, l2, l3, l4, l5, l6, l7], 10)
        }
    };
    (bytes.into_iter().take(usize::from(head)), head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(length: usize, head: &[u8]) {
        let frame = Frame::new(Kind::Text, &vec![b'a'; length]);
        let (start, rest) = frame.wire().split_at(head.len());
        assert_eq!(start, head);
        assert_eq!(rest, frame.payload());
        assert_eq!(rest.len(), length);
    }

    #[test]
    fn a_header_is_as_long_as_the_length_needs() {
        check(0, &[0x81, 0]);
        check(125, &[0x81, 125]);
        check(126, &[0x81, 126, 0, 126]);
        check(0xffff, &[0x81, 126, 0xff, 0xff]);
        check(0x10000, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn binary_has_its_own_opcode() {
        assert_eq!(&Frame::new(Kind::Binary, b"x").wire()[..], [0x82, 1, b'x']);
    }
}
