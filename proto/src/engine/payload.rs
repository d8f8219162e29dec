//! A polling body: packets with a record separator between them, binary ones as `b` and base64.
//!
//! Bounds nothing: the transport stops reading a body at its limit, and asks [`Writer::fits`] when it writes one.
//! Source: engine.io-protocol v4, "HTTP long-polling".

use base64::Engine as _;
use bytes::{Buf, Bytes};

use super::packet::BASE64;
use super::{Packet, ParseError};
use crate::frame::{Frame, Kind};

const SEPARATOR: u8 = 0x1e;

/// Reads a body's packets one after the other, the first fault last. An empty body holds one empty, faulty, packet.
#[derive(Clone, Debug)]
pub struct Packets {
    rest: Option<Bytes>,
}

impl Packets {
    /// The packets of this body. Nothing is read until they are asked for.
    #[must_use]
    pub const fn parse(body: Bytes) -> Self {
        Self { rest: Some(body) }
    }
}

impl Iterator for Packets {
    type Item = Result<Packet, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = self.rest.take()?;
        if let Some(end) = text.iter().position(|byte| *byte == SEPARATOR) {
            let mut rest = text.split_off(end);
            rest.advance(1);
            self.rest = Some(rest);
        }
        let packet = Packet::parse(text);
        if packet.is_err() {
            self.rest = None;
        }
        Some(packet)
    }
}

/// Collects frames into one body.
#[derive(Debug, Default)]
pub struct Writer {
    body: Vec<u8>,
}

impl Writer {
    /// Whether this frame still goes in. The first one always does.
    #[must_use]
    pub fn fits(&self, frame: &Frame, max: usize) -> bool {
        self.body.is_empty() || self.body.len() + 1 + length(frame) <= max
    }

    /// Appends a frame's packet.
    pub fn push(&mut self, frame: &Frame) {
        if !self.body.is_empty() {
            self.body.push(SEPARATOR);
        }
        self.body.reserve(length(frame));
        match frame.kind() {
            Kind::Text => self.body.extend_from_slice(frame.payload()),
            Kind::Binary => {
                let text = BASE64.encode(frame.payload());
                self.body.push(b'b');
                self.body.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Whether nothing was put in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.body.is_empty()
    }

    /// The body.
    #[must_use]
    pub fn finish(self) -> Bytes {
        self.body.into()
    }
}

fn length(frame: &Frame) -> usize {
    let payload = frame.payload().len();
    match frame.kind() {
        Kind::Text => payload,
        Kind::Binary => 1 + payload.div_ceil(3) * 4,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_oneof, proptest};

    use super::*;
    use crate::engine::Message;

    fn parse(body: &'static [u8]) -> Vec<Result<Packet, ParseError>> {
        Packets::parse(Bytes::from_static(body)).collect()
    }

    fn text(text: &'static str) -> Packet {
        Packet::Message(Message::Text(Bytes::from_static(text.as_bytes())))
    }

    #[test]
    fn packets_are_split_at_the_record_separator() {
        let binary = Packet::Message(Message::Binary(Bytes::from_static(&[1, 2, 3, 4])));
        assert_eq!(parse(b"4hello\x1e2\x1ebAQIDBA=="), [Ok(text("hello")), Ok(Packet::Ping(Bytes::new())), Ok(binary)]);
    }

    #[test]
    fn p06_packets_before_the_fault_are_read_and_none_after() {
        assert_eq!(parse(b"4a\x1eabc\x1e4b"), [Ok(text("a")), Err(ParseError::Type)]);
        assert_eq!(parse(b"4a\x1e"), [Ok(text("a")), Err(ParseError::Empty)]);
        assert_eq!(parse(b"4a\x1e4\xff\x1e4b"), [Ok(text("a")), Err(ParseError::Utf8)]);
    }

    #[test]
    fn p06_an_empty_body_is_malformed() {
        assert_eq!(parse(b""), [Err(ParseError::Empty)]);
    }

    #[test]
    fn a_body_cut_at_each_byte_gives_the_packets_before_the_cut() {
        let whole = b"4hello\x1ebAQIDBA==\x1e4b";
        for end in 0..whole.len() {
            let cut = parse(&whole[..end]);
            let separators = whole[..end].iter().filter(|byte| **byte == SEPARATOR).count();
            assert_eq!(cut.len(), separators + 1, "cut at {end}");
            assert!(cut.iter().take(separators).all(Result::is_ok), "cut at {end}");
        }
    }

    #[test]
    fn a_body_stops_growing_at_its_limit_but_takes_one_frame_of_any_size() {
        let frame = Frame::new(Kind::Text, b"4abc");
        let mut writer = Writer::default();
        assert!(writer.fits(&frame, 1));
        writer.push(&frame);
        assert!(writer.fits(&frame, 9) && !writer.fits(&frame, 8));
        assert!(
            !writer.fits(&Frame::new(Kind::Binary, b"abcd"), 13) && writer.fits(&Frame::new(Kind::Binary, b"abcd"), 14)
        );
    }

    fn messages() -> impl Strategy<Value = Vec<Packet>> {
        let text = "[^\u{1e}]*".prop_map(|s| Packet::Message(Message::Text(s.into())));
        let binary = any::<Vec<u8>>().prop_map(|b| Packet::Message(Message::Binary(b.into())));
        proptest::collection::vec(prop_oneof![text, binary], 1..8)
    }

    proptest! {
        #[test]
        fn a_body_reads_back(packets in messages()) {
            let mut writer = Writer::default();
            let mut length = 0;
            for packet in &packets {
                let frame = packet.encode();
                length += super::length(&frame) + usize::from(!writer.is_empty());
                writer.push(&frame);
            }
            let body = writer.finish();
            assert_eq!(body.len(), length);
            assert_eq!(Packets::parse(body).collect::<Result<Vec<_>, _>>(), Ok(packets));
        }

        #[test]
        fn random_bytes_never_panic(bytes in any::<Vec<u8>>()) {
            let separators = bytes.iter().filter(|byte| **byte == SEPARATOR).count();
            assert!(Packets::parse(bytes.into()).count() <= separators + 1);
        }
    }
}
