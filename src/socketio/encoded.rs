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
    pub fn once<E>(&self, parser: Parser, encode: impl FnOnce(Parser) -> Result<Frames, E>) -> Result<&Frames, E> {
        let cell = self.cell(parser);
        if let Some(frames) = cell.get() {
            return Ok(frames);
        }
        let frames = encode(parser)?;
        Ok(cell.get_or_init(|| frames))
    }

    /// The frames for this parser, if they were needed before.
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
