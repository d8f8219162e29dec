//! What may go wrong for whoever calls the server API.
//!
//! What clients do wrong is not here: it closes their connection and is told as a `DisconnectReason`.

use parlor_proto::socket::{EncodeError, Value};

/// Why something was not sent.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// let error = io.of("/").emit("disconnect", ()).expect_err("a reserved name");
/// assert_eq!(error.to_string(), r#""disconnect" is a reserved event name"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// The socket is not in its namespace: not yet, or no longer.
    #[error("the socket is not connected")]
    NotConnected,
    /// The event's name has a meaning of its own (`connect`, `disconnect`, ...).
    #[error("\"{0}\" is a reserved event name")]
    Reserved(Box<str>),
    /// The acknowledgement was sent before.
    #[error("the event was acknowledged before")]
    Acknowledged,
    /// It cannot be written down.
    #[error("{0}")]
    Encode(#[from] EncodeError),
}

/// Why an acknowledgement did not come.
///
/// ```
/// # let io = parlor::socketio::Io::new(Default::default());
/// io.of("/").on_connect(|socket| {
///     let answer = socket.emit_with_ack("ready?", ());
///     tokio::spawn(async move {
///         match answer.await {
///             Err(parlor::socketio::AckError::Timeout) => println!("it sleeps"),
///             other => println!("{other:?}"),
///         }
///     });
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// The event was not sent.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// It did not come in time. If it comes later it is ignored.
    #[error("operation has timed out")]
    Timeout,
    /// The socket left its namespace before it came.
    #[error("socket has been disconnected")]
    Disconnected,
}

/// Why the sockets of all servers could not be fetched.
///
/// ```
/// use parlor::socketio::FetchError;
///
/// assert_eq!(FetchError::Silent { servers: 2 }.to_string(), "2 servers did not answer in time");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// So many servers did not answer in time.
    #[error("{servers} servers did not answer in time")]
    Silent {
        /// How many.
        servers: usize,
    },
    /// The adapter cannot reach the other servers at the moment.
    #[error("the other servers are out of reach: {0}")]
    Unreachable(Box<str>),
}

/// A middleware's refusal. The client gets it as a `connect_error`.
///
/// ```
/// use parlor::socketio::ConnectError;
///
/// let error = ConnectError::new("not authorized").with_data(parlor::proto::socket::Value::UInt(7));
/// assert_eq!(error.message, "not authorized");
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    /// Words for the client: `error.message`.
    pub message: String,
    /// More for the client's code: `error.data`.
    pub data: Option<Value>,
}

/// A refusal of an event by middleware: [`Socket::wrap`](super::Socket::wrap). The client is not told; whoever listens by
/// [`Socket::on_refused`](super::Socket::on_refused) may tell it.
///
/// ```
/// let error = parlor::socketio::EventError::new("not for you");
/// assert_eq!(error.to_string(), "not for you");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EventError {
    /// Why.
    pub message: String,
}

impl EventError {
    /// A refusal in these words.
    ///
    /// ```
    /// let error = parlor::socketio::EventError::new("too fast");
    /// assert_eq!(error.message, "too fast");
    /// ```
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl ConnectError {
    /// A refusal in these words.
    ///
    /// ```
    /// assert_eq!(parlor::socketio::ConnectError::new("full").data, None);
    /// ```
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), data: None }
    }

    /// Adds data for the client's code.
    ///
    /// ```
    /// use parlor::socketio::{ConnectError, Value};
    ///
    /// let error = ConnectError::new("full").with_data(Value::Text("try again at noon".into()));
    /// assert!(error.data.is_some());
    /// ```
    #[must_use]
    pub fn with_data(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }
}
