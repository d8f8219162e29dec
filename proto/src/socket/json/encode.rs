//! Writes packets as JSON text and attachments.
//!
//! Builds no string or tree on the way: what is serializable goes straight into the frame.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;
use smallvec::{SmallVec, smallvec};

use crate::frame::{Frame, Frames, Kind, Writer};
use crate::socket::EncodeError;
use crate::socket::encode::{Head, MAX_ATTACHMENTS, Type};

/// Most packets are smaller; larger ones grow their frame a few times.
const CAPACITY: usize = 118;
/// BINARY_EVENT is EVENT plus three, and so is BINARY_ACK.
const WITH_ATTACHMENTS: u8 = 3;

type Prefix = SmallVec<[u8; 64]>;

pub(in crate::socket) fn encode<T: Serialize + ?Sized>(
    head: Head<'_>,
    data: Option<&T>,
) -> Result<Frames, EncodeError> {
    let mut attachments = Frames::new();
    let prefix = prefix(head, 0);
    let mut writer = Writer::with_capacity(CAPACITY);
    writer.push(&prefix);
    if let Some(data) = data {
        let mut json = serde_json::Serializer::with_formatter(&mut writer, Attach(&mut attachments));
        data.serialize(&mut json).map_err(|error| EncodeError::Unserializable(error.to_string()))?;
    }
    let frame = writer.finish(Kind::Text);
    if attachments.is_empty() {
        return Ok(smallvec![frame]);
    }
    let body = frame.payload().get(prefix.len()..).unwrap_or_default();
    with_attachments(head, body, attachments)
}

/// An event whose one argument is written by `write`.
pub(in crate::socket) fn encode_event(
    head: Head<'_>,
    name: &str,
    capacity: usize,
    write: impl FnOnce(&mut Vec<u8>),
) -> Frame {
    let prefix = prefix(head, 0);
    let mut writer = Writer::with_capacity(prefix.len() + name.len() + r#"["",]"#.len() + capacity);
    writer.push(&prefix);
    let out = writer.buffer();
    out.push(b'[');
    let written = serde_json::to_writer(&mut *out, name);
    debug_assert!(written.is_ok(), "a vector takes everything");
    out.push(b',');
    write(out);
    out.push(b']');
    writer.finish(Kind::Text)
}

/// The number of attachments stands before the data, and is known only after it: the text is written again.
fn with_attachments(head: Head<'_>, body: &[u8], mut attachments: Frames) -> Result<Frames, EncodeError> {
    if attachments.len() > MAX_ATTACHMENTS || !matches!(head.kind, Type::Event | Type::Ack) {
        return Err(EncodeError::Attachments);
    }
    if placeholders(body) != attachments.len() {
        return Err(EncodeError::Placeholder);
    }
    let prefix = prefix(head, attachments.len());
    let mut writer = Writer::with_capacity(prefix.len() + body.len());
    writer.push(&prefix);
    writer.push(body);
    attachments.insert(0, writer.finish(Kind::Text));
    Ok(attachments)
}

/// How many objects of this text clients take for attachments. In compact JSON these bytes are a key and its value and
/// nothing else: quotes inside text are escaped.
fn placeholders(body: &[u8]) -> usize {
    const PLACEHOLDER: &[u8] = br#""_placeholder":true"#;
    body.windows(PLACEHOLDER.len()).filter(|part| *part == PLACEHOLDER).count()
}

/// Engine.IO's `4`, then all that stands before the data.
fn prefix(head: Head<'_>, attachments: usize) -> Prefix {
    let mut prefix: Prefix = smallvec![b'4'];
    let kind = head.kind as u8;
    if attachments == 0 {
        prefix.push(b'0' + kind);
    } else {
        prefix.push(b'0' + kind + WITH_ATTACHMENTS);
        digits(&mut prefix, attachments as u64);
        prefix.push(b'-');
    }
    if head.namespace != "/" {
        prefix.extend_from_slice(head.namespace.as_bytes());
        prefix.push(b',');
    }
    if let Some(id) = head.id {
        digits(&mut prefix, id);
    }
    prefix
}

fn digits(prefix: &mut Prefix, mut number: u64) {
    let start = prefix.len();
    loop {
        // A remainder of ten is a digit.
        prefix.insert(start, b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            return;
        }
    }
}

/// Compact JSON in which bytes are placeholders, and the bytes themselves are put aside.
struct Attach<'a>(&'a mut Frames);

impl Formatter for Attach<'_> {
    fn write_byte_array<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: &[u8]) -> io::Result<()> {
        write!(writer, r#"{{"_placeholder":true,"num":{}}}"#, self.0.len())?;
        self.0.push(Frame::new(Kind::Binary, value));
        Ok(())
    }
}
