//! One accepted socket: read by its own task, written from any thread.
//!
//! Parses nothing. It implements tokio's I/O traits for hyper, which hands it back after an upgrade.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::table::Place;

/// An accepted socket and its place among the open ones, which is free again when the socket is dropped.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    _place: Option<Place>,
}

impl Socket {
    /// Takes over a socket that a listener accepted.
    pub(super) const fn new(stream: TcpStream, place: Option<Place>) -> Self {
        Self { stream, _place: place }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// A socket that several hold: its task reads it, whoever has something to say writes it.
#[derive(Clone, Debug)]
pub(super) struct Direct(Arc<Socket>);

impl Direct {
    pub(super) fn new(socket: Socket) -> Self {
        Self(Arc::new(socket))
    }

    /// Writes what the socket takes; `WouldBlock` if that is nothing.
    pub(super) fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match slices {
            [one] => self.0.stream.try_write(one),
            many => self.0.stream.try_write_vectored(many),
        }
    }

    pub(super) fn poll_read(&self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.stream.poll_read_ready(cx))?;
            match self.0.stream.try_read(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read),
            }
        }
    }

    pub(super) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.stream.poll_write_ready(cx)
    }

    /// Tells the client that nothing more will come, while what it sends can still be read.
    pub(super) fn finish(&self) -> io::Result<()> {
        SockRef::from(&self.0.stream).shutdown(Shutdown::Write)
    }
}
