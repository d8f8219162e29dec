//! What a client sends, put together into packets: one decoder for each session.
//!
//! Knows forms, not states: whether a packet is allowed where it comes is the socket's affair.

use std::fmt;

use super::{Limits, Packet, Parser, json, msgpack};
use crate::engine::Message;

/// Why something is no packet. The session it came from is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Nothing at all.
    Empty,
    /// A type that is none of the protocol's.
    Type,
    /// The number of attachments is no integer from 1 to the limit.
    Attachments,
    /// The attachments are together larger than the limit.
    AttachmentBytes,
    /// A text frame where an attachment is due, or in msgpack.
    UnexpectedText,
    /// A binary frame where no attachment is due.
    UnexpectedBinary,
    /// A placeholder without the number of one of its packet's attachments.
    Placeholder,
    /// The namespace is not text that begins with `/`, or is longer than the limit.
    Namespace,
    /// The id is no integer from 0 to 2^64 - 1, or missing in an ACK.
    Id,
    /// The data is not what its packet's type must carry, or bytes follow it.
    Payload,
    /// The data is not JSON, or not msgpack, or holds what neither side can read.
    Syntax,
    /// Arrays and objects inside one another beyond the limit.
    Nesting,
    /// More arguments than the limit.
    Arguments,
    /// The event's name is longer than the limit.
    Name,
    /// The event's name has a meaning of its own.
    Reserved,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty packet",
            Self::Type => "an unknown packet type",
            Self::Attachments => "an illegal number of attachments",
            Self::AttachmentBytes => "attachments that are too large",
            Self::UnexpectedText => "text where none is due",
            Self::UnexpectedBinary => "binary where none is due",
            Self::Placeholder => "an illegal attachment",
            Self::Namespace => "an illegal namespace",
            Self::Id => "an illegal packet id",
            Self::Payload => "an invalid payload",
            Self::Syntax => "malformed data",
            Self::Nesting => "data that is nested too deep",
            Self::Arguments => "too many arguments",
            Self::Name => "an event name that is too long",
            Self::Reserved => "a reserved event name",
        })
    }
}

impl std::error::Error for DecodeError {}

/// Puts a session's packets together. After an error it is of no use.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing has come: the first frame chooses the parser.
    Unchosen,
    Json(json::Decoder),
    Msgpack,
}

impl Decoder {
    /// A decoder of a session from which nothing has come.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { limits, state: State::Unchosen }
    }

    /// The parser the client has chosen: JSON if its first frame was text, msgpack if it was binary.
    #[must_use]
    pub const fn parser(&self) -> Option<Parser> {
        match self.state {
            State::Unchosen => None,
            State::Json(_) => Some(Parser::Json),
            State::Msgpack => Some(Parser::Msgpack),
        }
    }

    /// Takes one frame; gives a packet if that completes one.
    ///
    /// # Errors
    /// It is no packet, nor part of one.
    pub fn decode(&mut self, message: Message) -> Result<Option<Packet>, DecodeError> {
        if matches!(self.state, State::Unchosen) {
            self.state = match message {
                Message::Text(_) => State::Json(json::Decoder::default()),
                Message::Binary(_) => State::Msgpack,
            };
        }
        match (&mut self.state, message) {
            (State::Json(json), Message::Text(text)) => json.text(&text, &self.limits),
            (State::Json(json), Message::Binary(bytes)) => json.binary(bytes, &self.limits),
            (State::Msgpack, Message::Binary(bytes)) => msgpack::decode(&bytes, &self.limits).map(Some),
            (State::Msgpack, Message::Text(_)) | (State::Unchosen, _) => Err(DecodeError::UnexpectedText),
        }
    }
}
