//! One Engine.IO packet: a type digit and what follows it.
//!
//! Splits no payloads (`payload`) and decides nothing (`machine`). Source: engine.io-protocol v4, "Packet encoding".

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::{Buf, Bytes};

use super::Message;
use crate::frame::{Frame, Kind, Writer};

/// Padding is written, as the reference does, and not asked for.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An Engine.IO packet. The data of `Close`, `Upgrade` and `Noop` means nothing and is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// `0`: the handshake, a JSON object.
    Open(Bytes),
    /// `1`: the session is over.
    Close,
    /// `2`: a heartbeat, or `2probe` on a transport to upgrade to.
    Ping(Bytes),
    /// `3`: the answer to a ping, with its data.
    Pong(Bytes),
    /// `4` and text, or binary: bare on WebSocket, `b` and base64 in a payload.
    Message(Message),
    /// `5`: the client goes on with this transport.
    Upgrade,
    /// `6`: nothing; it ends a poll.
    Noop,
}

/// The bytes are no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// There is nothing, not even a type.
    Empty,
    /// The first byte is no type.
    Type,
    /// Text that isn't UTF-8.
    Utf8,
    /// `b` is followed by what isn't base64.
    Base64,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty packet",
            Self::Type => "an unknown packet type",
            Self::Utf8 => "text that is not UTF-8",
            Self::Base64 => "binary that is not base64",
        })
    }
}

impl std::error::Error for ParseError {}

impl Packet {
    /// Reads a packet from a text frame, or from between a payload's separators. Copies only base64.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn parse(text: Bytes) -> Result<Self, ParseError> {
        std::str::from_utf8(&text).map_err(|_| ParseError::Utf8)?;
        Self::parse_utf8(text)
    }

    /// [`Packet::parse`], of bytes that somebody has found to be UTF-8, as whoever reads text frames must.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn parse_utf8(mut text: Bytes) -> Result<Self, ParseError> {
        let first = *text.first().ok_or(ParseError::Empty)?;
        text.advance(1);
        match first {
            b'0' => Ok(Self::Open(text)),
            b'1' => Ok(Self::Close),
            b'2' => Ok(Self::Ping(text)),
            b'3' => Ok(Self::Pong(text)),
            b'4' => Ok(Self::Message(Message::Text(text))),
            b'5' => Ok(Self::Upgrade),
            b'6' => Ok(Self::Noop),
            b'b' => {
                let bytes = BASE64.decode(&text).map_err(|_| ParseError::Base64)?;
                Ok(Self::Message(Message::Binary(bytes.into())))
            }
            _ => Err(ParseError::Type),
        }
    }

    /// The packet as a WebSocket frame.
    #[must_use]
    pub fn encode(&self) -> Frame {
        match self {
            Self::Open(data) => text(b'0', data),
            Self::Close => text(b'1', &[]),
            Self::Ping(data) => text(b'2', data),
            Self::Pong(data) => text(b'3', data),
            Self::Message(Message::Text(data)) => text(b'4', data),
            Self::Message(Message::Binary(data)) => Frame::new(Kind::Binary, data),
            Self::Upgrade => text(b'5', &[]),
            Self::Noop => text(b'6', &[]),
        }
    }
}

fn text(kind: u8, data: &[u8]) -> Frame {
    let mut writer = Writer::with_capacity(1 + data.len());
    writer.push(&[kind]);
    writer.push(data);
    writer.finish(Kind::Text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

    use super::*;

    fn parse(text: &'static str) -> Result<Packet, ParseError> {
        Packet::parse(Bytes::from_static(text.as_bytes()))
    }

    fn text(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn every_type_is_read() {
        assert_eq!(parse("0{}"), Ok(Packet::Open(text("{}"))));
        assert_eq!(parse("1"), Ok(Packet::Close));
        assert_eq!(parse("2probe"), Ok(Packet::Ping(text("probe"))));
        assert_eq!(parse("3"), Ok(Packet::Pong(text(""))));
        assert_eq!(parse("4héllo"), Ok(Packet::Message(Message::Text(text("héllo")))));
        assert_eq!(parse("4"), Ok(Packet::Message(Message::Text(text("")))));
        assert_eq!(parse("5"), Ok(Packet::Upgrade));
        assert_eq!(parse("6x"), Ok(Packet::Noop));
    }

    #[test]
    fn p08_binary_in_text_is_b_and_base64_without_a_4() {
        let binary = Packet::Message(Message::Binary(Bytes::from_static(&[1, 2, 3, 4])));
        assert_eq!(parse("bAQIDBA=="), Ok(binary.clone()));
        assert_eq!(parse("bAQIDBA"), Ok(binary));
        assert_eq!(parse("bAQID*A=="), Err(ParseError::Base64));
        assert_eq!(parse("4bAQIDBA=="), Ok(Packet::Message(Message::Text(text("bAQIDBA==")))));
    }

    #[test]
    fn what_is_no_packet_says_why() {
        assert_eq!(parse(""), Err(ParseError::Empty));
        assert_eq!(parse("abc"), Err(ParseError::Type));
        assert_eq!(parse("7"), Err(ParseError::Type));
        assert_eq!(Packet::parse(Bytes::from_static(b"4\xff")), Err(ParseError::Utf8));
    }

    #[test]
    fn a_packet_cut_at_each_byte_is_read_or_refused() {
        for whole in ["0{\"sid\":\"x\"}", "2probe", "4h€llo", "bAQIDBA=="] {
            for end in 0..whole.len() {
                let cut = Packet::parse(Bytes::copy_from_slice(&whole.as_bytes()[..end]));
                let expect = match end {
                    0 => Some(ParseError::Empty),
                    _ if !whole.is_char_boundary(end) => Some(ParseError::Utf8),
                    _ if whole.starts_with('b') && end % 4 == 2 => Some(ParseError::Base64),
                    _ => None,
                };
                assert_eq!(cut.err(), expect, "{whole} cut at {end}");
            }
        }
    }

    fn packets() -> impl Strategy<Value = Packet> {
        prop_oneof![
            any::<String>().prop_map(|s| Packet::Open(s.into())),
            any::<String>().prop_map(|s| Packet::Ping(s.into())),
            any::<String>().prop_map(|s| Packet::Pong(s.into())),
            any::<String>().prop_map(|s| Packet::Message(Message::Text(s.into()))),
            Just(Packet::Close),
            Just(Packet::Upgrade),
            Just(Packet::Noop),
        ]
    }

    proptest! {
        #[test]
        fn a_text_packet_reads_back(packet in packets()) {
            let frame = packet.encode();
            assert_eq!(frame.kind(), Kind::Text);
            assert_eq!(Packet::parse(Bytes::copy_from_slice(frame.payload())), Ok(packet));
        }

        #[test]
        fn random_bytes_never_panic(bytes in any::<Vec<u8>>()) {
            // Either answer will do: the property is that there is one.
            let _either = Packet::parse(bytes.into());
        }
    }
}
