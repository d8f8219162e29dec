//! What an application keeps with a socket, and what of it others may see.
//!
//! Sends nothing: a server that is asked for its sockets tells what they show.

use std::any::Any;
use std::sync::Arc;

use parlor_proto::socket::{ArgsError, Raw};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Socket;
use crate::socketio::{Outgoing, SocketDetails};

type Value = dyn Any + Send + Sync;

/// A value, and how it is shown if it is.
#[derive(Clone, Debug)]
pub(in crate::socketio) struct Data {
    value: Arc<Value>,
    show: fn(&Value) -> Raw,
}

impl Data {
    /// What another server's socket showed.
    pub(in crate::socketio) fn shown(raw: Raw) -> Self {
        Self { value: Arc::new(raw), show: |value| value.downcast_ref::<Raw>().cloned().unwrap_or_default() }
    }

    pub(in crate::socketio) fn show(&self) -> Raw {
        (self.show)(&*self.value)
    }
}

/// Data.
impl Socket {
    /// Keeps `data` with the socket, in place of what was kept, until its last `on_disconnect` listener has been called.
    ///
    /// ```
    /// use parlor::socketio::Io;
    ///
    /// struct Player { score: u32 }
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/").on_connect(|socket| socket.set_data(Player { score: 0 }));
    /// io.of("/").on("score?", |socket, event| {
    ///     let score = socket.data::<Player>().map(|player| player.score);
    ///     event.ack.iter().for_each(|ack| drop(ack.send((score,))));
    /// });
    /// ```
    pub fn set_data<T: Send + Sync + 'static>(&self, data: T) {
        self.set_shared(Arc::new(data));
    }

    /// The same, for what is shared already.
    ///
    /// ```
    /// use std::sync::Arc;
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// let table = Arc::new(String::from("a table for all"));
    /// io.of("/").on_connect(move |socket| socket.set_shared(Arc::clone(&table)));
    /// io.of("/").on("which?", |socket, _| assert!(socket.data::<String>().is_some()));
    /// ```
    pub fn set_shared<T: Send + Sync + 'static>(&self, data: Arc<T>) {
        *self.inner.data.lock() = Some(Data { value: data, show: |_| Raw::Absent });
    }

    /// As [`set_data`](Self::set_data), and shows it to whoever fetches sockets ([`Broadcast::fetch_sockets`](crate::socketio::Broadcast::fetch_sockets)), on
    /// other servers too. It is written down anew each time that it is asked for.
    ///
    /// ```
    /// use parlor::socketio::Io;
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Person { name: String }
    ///
    /// let io = Io::new(Default::default());
    /// io.of("/").on_connect(|socket| socket.share_data(Person { name: "Ada".to_owned() }));
    /// # async fn names(io: Io) -> Result<(), Box<dyn std::error::Error>> {
    /// for socket in io.of("/").fetch_sockets().await? {
    ///     println!("{} is here", socket.data::<Person>()?.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn share_data<T: Serialize + Send + Sync + 'static>(&self, data: T) {
        *self.inner.data.lock() = Some(Data { value: Arc::new(data), show: show::<T> });
        if self.is_connected() {
            self.inner.namespace.watch().shared(self);
        }
    }

    /// What is kept with the socket, if it is a `T`.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.set_data(7_u32);
    ///     assert_eq!((socket.data::<u32>().as_deref(), socket.data::<String>()), (Some(&7), None));
    /// });
    /// ```
    #[must_use]
    pub fn data<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let data = self.inner.data.lock().clone()?;
        data.value.downcast().ok()
    }

    /// What the socket shows of its data, as a `T`: also that of a client which has come from another server, of which this one
    /// has no more than that. If it shows nothing, that is `null`.
    ///
    /// # Errors
    /// It is not a `T`.
    ///
    /// ```
    /// # let io = parlor::socketio::Io::new(Default::default());
    /// io.of("/").on_connect(|socket| {
    ///     socket.share_data(("Ada", 36));
    ///     assert_eq!(socket.shared_data::<(String, u8)>(), Ok(("Ada".to_owned(), 36)));
    /// });
    /// ```
    pub fn shared_data<T: DeserializeOwned>(&self) -> Result<T, ArgsError> {
        self.shown().parse()
    }

    pub(in crate::socketio) fn shown(&self) -> Raw {
        let data = self.inner.data.lock().clone();
        data.map(|data| data.show()).unwrap_or_default()
    }

    /// As it is described to others.
    pub(in crate::socketio) fn details(&self) -> SocketDetails {
        let (handshake, client) = (self.handshake().clone(), self.inner.namespace.watch().client_of(self));
        SocketDetails { id: self.id(), rooms: self.rooms(), handshake, data: self.shown(), client }
    }
}

fn show<T: Serialize + 'static>(value: &Value) -> Raw {
    let Some(value) = value.downcast_ref::<T>() else { return Raw::Absent };
    match Outgoing::new("data", &(value,)).and_then(|data| Ok(data.args()?)) {
        Ok(args) => args.iter().next().cloned().unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, "a socket's data cannot be shown");
            Raw::Absent
        }
    }
}
