//! An event encoded at most once for each parser, however many sockets get it.
//!
//! Knows no sockets: whoever has many hands the same frames to each.

use std::sync::OnceLock;

use parlor_proto::frame::Frames;
use parlor_proto::socket::Parser;

/// A cell for each parser. Empty until a receiver of that parser needs it.
///
/// ```
/// use parlor::proto::socket::{Parser, encode_event};
/// use parlor::socketio::Encoded;
///
/// let encoded = Encoded::default();
/// let frames = encoded.once(Parser::Json, |parser| encode_event(parser, "/", None, "tick", &(7,)))?;
/// assert_eq!(frames[0].payload(), br#"42["tick",7]"#);
/// # Ok::<(), parlor::proto::socket::EncodeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Encoded {
    json: OnceLock<Frames>,
    msgpack: OnceLock<Frames>,
}

impl Encoded {
    /// The frames for this parser; made by `encode` if nobody has needed them.
    ///
    /// Two threads that need them at once may both encode; one result is kept.
    ///
    /// # Errors
    /// What `encode` says; it is asked again the next time.
    ///
    /// ```
    /// # use parlor::socketio::{EncodeError, Encoded, Parser, encode_event};
    /// let encoded = Encoded::default();
    /// let first = encoded.once(Parser::Json, |parser| encode_event(parser, "/", None, "a", &()))?.clone();
    /// let again = encoded.once(Parser::Json, |_| Err(EncodeError::Attachments))?;
    /// assert_eq!(*again, first, "it is not asked for again");
    /// # Ok::<(), EncodeError>(())
    /// ```
    pub fn once<E>(&self, parser: Parser, encode: impl FnOnce(Parser) -> Result<Frames, E>) -> Result<&Frames, E> {
        let cell = self.cell(parser);
        if let Some(frames) = cell.get() {
            return Ok(frames);
        }
        let frames = encode(parser)?;
        Ok(cell.get_or_init(|| frames))
    }

    /// The frames for this parser, if they were needed before.
    ///
    /// ```
    /// use parlor::socketio::{Encoded, Parser};
    ///
    /// assert!(Encoded::default().get(Parser::Json).is_none());
    /// ```
    #[must_use]
    pub fn get(&self, parser: Parser) -> Option<&Frames> {
        self.cell(parser).get()
    }

    const fn cell(&self, parser: Parser) -> &OnceLock<Frames> {
        match parser {
            Parser::Json => &self.json,
            Parser::Msgpack => &self.msgpack,
        }
    }
}
