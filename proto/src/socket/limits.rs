//! The bounds a decoder keeps to.
//!
//! Says nothing of a frame's size: the transport bounds that before a decoder sees it.

/// The most a packet may ask of a decoder. What goes beyond closes the session.
///
/// ```
/// use parlor_proto::engine::Message;
/// use parlor_proto::socket::{Decoder, Limits};
///
/// let mut decoder = Decoder::new(Limits { arguments: 2, ..Limits::default() });
/// assert!(decoder.decode(Message::Text("2[\"sum\",1,2]".into())).is_ok());
/// assert!(decoder.decode(Message::Text("2[\"sum\",1,2,3]".into())).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Binary attachments of one packet.
    ///
    /// Default 10, as the reference server's. Cost: each waits in memory until the last has come.
    /// Attack: packets that announce many attachments and never finish.
    pub attachments: u8,
    /// Bytes of one packet's attachments together.
    ///
    /// Default 4 MiB. Cost: held per session until the last has come.
    /// Attack: `attachments` times the largest frame held by each of many sessions that never finish.
    pub attachment_bytes: usize,
    /// Arrays and objects inside one another, the argument list not counted. Values over 100 count as 100.
    ///
    /// Default 64. Cost: stack, for each level while a value is read.
    /// Attack: a megabyte of `[`, which overflows the stack of whoever reads it recursively.
    pub nesting: u8,
    /// Arguments of one event or ack.
    ///
    /// Default 255. Cost: some 40 bytes each, over the bytes of the packet.
    /// Attack: a megabyte of `1,1,1,...`, which costs twenty times as much when taken apart.
    pub arguments: usize,
    /// Bytes of an event's name.
    ///
    /// Default 256. Cost: copied per event. Attack: names that fill logs and maps keyed by them.
    pub name_bytes: usize,
    /// Bytes of a namespace's name.
    ///
    /// Default 256. Cost: copied per packet, and sent back for a namespace that does not exist.
    /// Attack: names that make the server send as much as it gets.
    pub namespace_bytes: usize,
}

/// Deserializers refuse more than 127 levels of their own; the packet around a value takes a few of them.
const DEEPEST: u8 = 100;

impl Limits {
    /// [`nesting`](Self::nesting) as the readers keep to it.
    pub(super) fn depth(&self) -> usize {
        usize::from(self.nesting.min(DEEPEST))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attachments: 10,
            attachment_bytes: 4 << 20,
            nesting: 64,
            arguments: 255,
            name_bytes: 256,
            namespace_bytes: 256,
        }
    }
}
