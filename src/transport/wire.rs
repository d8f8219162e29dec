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
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::table::Place;

/// An accepted socket and its place among the open ones, which is free again when the socket is dropped.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    place: Option<Place>,
}

impl Socket {
    /// Takes over a socket that a listener accepted.
    pub(super) const fn new(stream: TcpStream, place: Option<Place>) -> Self {
        Self { stream, place }
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

/// The reading half of a socket, its task's alone.
#[derive(Debug)]
pub(super) struct Reader(OwnedReadHalf);

/// The writing half, which any thread may use.
#[derive(Clone, Debug)]
pub(super) struct Writer(Arc<Half>);

#[derive(Debug)]
struct Half {
    half: OwnedWriteHalf,
    _place: Option<Place>,
}

impl Socket {
    pub(super) fn split(self) -> (Reader, Writer) {
        let (read, half) = self.stream.into_split();
        (Reader(read), Writer(Arc::new(Half { half, _place: self.place })))
    }
}

impl Reader {
    /// A read that comes short of `buf` is known to have been the last one, without asking the kernel again.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(Pin::new(&mut self.0).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }
}

impl Writer {
    /// Writes what the socket takes; `WouldBlock` if that is nothing.
    pub(super) fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match slices {
            [one] => self.0.half.try_write(one),
            many => self.0.half.try_write_vectored(many),
        }
    }

    pub(super) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_write_ready(cx)
    }

    /// Tells the client that nothing more will come, while what it sends can still be read.
    pub(super) fn finish(&self) -> io::Result<()> {
        SockRef::from(self.stream()).shutdown(Shutdown::Write)
    }

    fn stream(&self) -> &TcpStream {
        self.0.half.as_ref()
    }
}
