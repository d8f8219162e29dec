//! Where frames end in the bytes that a client sends.
//!
//! Checks nothing and keeps no payload: tungstenite reads the frames. Source: RFC 6455 §5.2.

/// Follows the bytes of a WebSocket from its first one on.
#[derive(Debug, Default)]
pub(super) struct Framing {
    place: Place,
    /// Whether a message goes on in another frame.
    fragmented: bool,
}

/// Where in a frame the next byte is.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    #[default]
    Start,
    Length,
    /// In what is left of a longer length, and then of the mask.
    Head {
        lengths: u8,
        mask: u8,
        length: u64,
    },
    Payload {
        left: u64,
    },
}

impl Framing {
    /// Whether nothing has begun that has not ended: whoever starts to read here misses nothing.
    pub(super) const fn is_between_messages(&self) -> bool {
        matches!(self.place, Place::Start) && !self.fragmented
    }

    /// These bytes came.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            self.place = match self.place {
                Place::Start => {
                    let (last, opcode) = (byte & 0x80 != 0, byte & 0x0f);
                    // Control frames may come between a message's.
                    if opcode < 8 {
                        self.fragmented = !last;
                    }
                    Place::Length
                }
                Place::Length => {
                    let mask = if byte & 0x80 == 0 { 0 } else { 4 };
                    match byte & 0x7f {
                        126 => Place::Head { lengths: 2, mask, length: 0 },
                        127 => Place::Head { lengths: 8, mask, length: 0 },
                        short => head(0, mask, short.into()),
                    }
                }
                Place::Head { lengths: 0, mask, length } => head(0, mask.saturating_sub(1), length),
                Place::Head { lengths, mask, length } => head(lengths - 1, mask, length << 8 | u64::from(byte)),
                Place::Payload { left } => {
                    let here = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    bytes = bytes.get(here..).unwrap_or_default();
                    self.place = head(0, 0, left - here as u64);
                    continue;
                }
            };
            bytes = rest;
        }
    }
}

/// What comes when so much of a head is left.
const fn head(lengths: u8, mask: u8, length: u64) -> Place {
    match (lengths, mask, length) {
        (0, 0, 0) => Place::Start,
        (0, 0, left) => Place::Payload { left },
        _ => Place::Head { lengths, mask, length },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    /// A frame with this first byte, of so long a payload.
    fn frame(first: u8, length: usize, masked: bool) -> Vec<u8> {
        let mask = if masked { 0x80 } else { 0 };
        let mut bytes = match length {
            0..=125 => vec![first, mask | u8::try_from(length).expect("short")],
            126..=0xffff => [&[first, mask | 126][..], &u16::try_from(length).expect("16 bits").to_be_bytes()].concat(),
            _ => [&[first, mask | 127][..], &(length as u64).to_be_bytes()].concat(),
        };
        // Bytes that would be heads, if they were taken for any.
        bytes.resize(bytes.len() + length + if masked { 4 } else { 0 }, 0x01);
        bytes
    }

    #[test]
    fn a_fragmented_message_ends_with_its_last_frame() {
        let mut framing = Framing::default();
        for (first, ended) in [(0x01, false), (0x00, false), (0x89, false), (0x80, true), (0x8a, true), (0x81, true)] {
            framing.feed(&frame(first, 3, true));
            assert_eq!(framing.is_between_messages(), ended, "{first:#x}");
        }
    }

    proptest! {
        #[test]
        fn frames_of_any_length_end_where_they_end_however_they_are_cut(
            frames in proptest::collection::vec((0..70_000_usize, any::<bool>()), 1..5),
            cut in 1..5_000_usize,
        ) {
            let ends: Vec<_> = frames.iter().map(|(length, masked)| frame(0x82, *length, *masked)).collect();
            let bytes = ends.concat();
            let ends: Vec<_> = ends.iter().scan(0, |at, frame| { *at += frame.len(); Some(*at) }).collect();
            let (mut framing, mut at) = (Framing::default(), 0);
            for piece in bytes.chunks(cut) {
                framing.feed(piece);
                at += piece.len();
                assert_eq!(framing.is_between_messages(), ends.contains(&at), "after {at} of {ends:?}");
            }
        }
    }
}
