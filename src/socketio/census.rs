//! What sessions there are at one moment, by transport and parser.
//!
//! Is kept nowhere: it is counted when it is asked for.

use parlor_proto::engine::Transport;
use parlor_proto::socket::Parser;

use crate::transport;

/// Sessions at one moment.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// assert_eq!(io.census().transport.frames, 0, "nothing waits");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// What the transport knows of them.
    pub transport: transport::Census,
}

impl Census {
    /// How many sessions there are of each transport and parser; none for those that have not joined a namespace yet.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let all: usize = io.census().sessions().map(|(_, _, sessions)| sessions).sum();
    /// assert_eq!(all, 0);
    /// ```
    pub fn sessions(&self) -> impl Iterator<Item = (Transport, Option<Parser>, usize)> {
        let transports = [
            (Transport::Polling, self.transport.polling),
            (Transport::Websocket, self.transport.websocket),
            (Transport::Webtransport, self.transport.webtransport),
        ];
        transports.into_iter().flat_map(|(transport, labels)| {
            let parsers = [None, Some(Parser::Json), Some(Parser::Msgpack)];
            parsers.map(|parser| (transport, parser, labels[usize::from(label(parser))]))
        })
    }
}

/// What sessions of this parser are labelled with.
pub(super) const fn label(parser: Option<Parser>) -> u8 {
    match parser {
        None => 0,
        Some(Parser::Json) => 1,
        Some(Parser::Msgpack) => 2,
    }
}
