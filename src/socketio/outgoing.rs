//! An event on its way out, whatever its arguments are, before it is known which parsers its receivers have.
//!
//! Knows no receivers and sends nothing.

use std::fmt;

use parlor_proto::engine::Message;
use parlor_proto::frame::{Frames, Kind};
use parlor_proto::socket::{Args, Arguments, Data, Decoder, EncodeError, Limits, Parser, encode_event, is_reserved};
use serde::ser::SerializeSeq;

use super::{EmitError, Encoded};

/// An event's name and arguments, of whatever type: what an [`Adapter`](super::Adapter) is handed.
///
/// ```
/// use parlor::socketio::Outgoing;
///
/// let args = ("Ada", 36);
/// let event = Outgoing::new("greet", &args)?;
/// assert_eq!((event.name(), event.args()?.len()), ("greet", 2));
/// # Ok::<(), parlor::socketio::EmitError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    name: &'a str,
    args: &'a dyn Encode,
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What stands around the arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) namespace: &'a str,
    /// Present if the client is to acknowledge it.
    pub(super) id: Option<u64>,
    /// By which a client that comes back says what it has got.
    pub(super) offset: Option<&'a str>,
}

impl<'a> Outgoing<'a> {
    /// The event of this name and these arguments: a tuple, or the [`Args`] of another event.
    ///
    /// # Errors
    /// The name is reserved.
    ///
    /// ```
    /// use parlor::socketio::{EmitError, Outgoing};
    ///
    /// let reserved = Outgoing::new("connect", &()).map(|event| event.name());
    /// assert_eq!(reserved, Err(EmitError::Reserved("connect".into())));
    /// ```
    pub fn new<A: Arguments>(name: &'a str, args: &'a A) -> Result<Self, EmitError> {
        if is_reserved(name) { Err(EmitError::Reserved(name.into())) } else { Ok(Self { name, args }) }
    }

    /// Its name.
    ///
    /// ```
    /// # use parlor::socketio::Outgoing;
    /// assert_eq!(Outgoing::new("greet", &())?.name(), "greet");
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Its arguments, as those who listen to it get them. Costs an encoding.
    ///
    /// # Errors
    /// They cannot be encoded.
    ///
    /// ```
    /// # use parlor::socketio::Outgoing;
    /// assert_eq!(Outgoing::new("greet", &("Ada",))?.args()?.get::<String>(0).as_deref(), Ok("Ada"));
    /// # Ok::<(), parlor::socketio::EmitError>(())
    /// ```
    pub fn args(&self) -> Result<Args, EncodeError> {
        let frames = self.frames(Parser::Msgpack, Envelope { namespace: "/", id: None, offset: None })?;
        let unreadable = |why: &dyn fmt::Display| EncodeError::Unserializable(why.to_string());
        let mut decoder = Decoder::new(UNBOUNDED);
        for frame in frames.iter().filter(|frame| frame.kind() == Kind::Binary) {
            let payload = bytes::Bytes::copy_from_slice(frame.payload());
            let packet = decoder.decode(Message::Binary(payload)).map_err(|error| unreadable(&error))?;
            if let Some(Data::Event { args, .. }) = packet.map(|packet| packet.data) {
                return Ok(args);
            }
        }
        Err(unreadable(&"no event"))
    }

    /// For one parser.
    pub(super) fn frames(&self, parser: Parser, envelope: Envelope<'_>) -> Result<Frames, EncodeError> {
        self.args.encode(parser, self.name, envelope)
    }

    /// Once for each of these parsers.
    pub(super) fn encoded(
        &self,
        parsers: impl Iterator<Item = Parser>,
        envelope: Envelope<'_>,
    ) -> Result<Encoded, EncodeError> {
        let encoded = Encoded::default();
        for parser in parsers {
            encoded.once(parser, |parser| self.frames(parser, envelope))?;
        }
        Ok(encoded)
    }
}

/// [`Arguments`] of any type.
trait Encode {
    fn encode(&self, parser: Parser, name: &str, envelope: Envelope<'_>) -> Result<Frames, EncodeError>;
}

impl<A: Arguments> Encode for A {
    fn encode(&self, parser: Parser, name: &str, envelope: Envelope<'_>) -> Result<Frames, EncodeError> {
        let Envelope { namespace, id, offset } = envelope;
        match offset {
            None => encode_event(parser, namespace, id, name, self),
            Some(offset) => encode_event(parser, namespace, id, name, &WithOffset { args: self, offset }),
        }
    }
}

/// Arguments with the offset behind them.
struct WithOffset<'a, A> {
    args: &'a A,
    offset: &'a str,
}

impl<A: Arguments> Arguments for WithOffset<'_, A> {
    fn count(&self) -> usize {
        self.args.count() + 1
    }

    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
        self.args.write(list)?;
        list.serialize_element(self.offset)
    }
}

/// What the server itself says needs no bounds.
const UNBOUNDED: Limits = Limits {
    attachments: u8::MAX,
    attachment_bytes: usize::MAX,
    nesting: u8::MAX,
    arguments: usize::MAX,
    name_bytes: usize::MAX,
    namespace_bytes: usize::MAX,
};
