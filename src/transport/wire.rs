//! One accepted socket: read by its own task, written from any thread.
//!
//! Parses nothing. It implements tokio's I/O traits for hyper, which hands it back after an upgrade.

use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::os::fd::{AsRawFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, send};
use smallvec::SmallVec;
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
pub(super) struct Reader {
    half: OwnedReadHalf,
    _place: Option<Place>,
}

/// The writing half, which any thread may use. The socket is closed when both halves are dropped.
#[derive(Debug)]
pub(super) struct Writer {
    /// The socket's own, open for as long as `half` is there. Kept here, as to look for it there is a cache miss for each
    /// client and tick.
    fd: RawFd,
    half: OwnedWriteHalf,
}

/// Up to so many bytes are put together for one plain `send`, which costs the system less than a gathering write.
const JOINED: usize = 2_048;

impl Socket {
    pub(super) fn split(self) -> (Reader, Writer) {
        let fd = self.stream.as_raw_fd();
        let (read, half) = self.stream.into_split();
        (Reader { half: read, _place: self.place }, Writer { fd, half })
    }
}

impl Reader {
    /// A read that comes short of `buf` is known to have been the last one, without asking the kernel again.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buf = ReadBuf::new(buf);
        ready!(Pin::new(&mut self.half).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(buf.filled().len()))
    }

    /// Whether the task's own writes would be taken; it is woken when they are again.
    pub(super) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_write_ready(cx)
    }

    /// Writes as [`Writer::try_write`] does, from the socket's own task.
    pub(super) fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.stream().try_write_vectored(slices)
    }

    /// Tells the client that nothing more will come, while what it sends can still be read.
    pub(super) fn finish(&self) -> io::Result<()> {
        SockRef::from(self.stream()).shutdown(Shutdown::Write)
    }

    fn stream(&self) -> &TcpStream {
        self.half.as_ref()
    }
}

impl Writer {
    /// The number that the socket has in this process.
    pub(super) fn descriptor(&self) -> u32 {
        self.fd.unsigned_abs()
    }

    /// Writes what the socket takes; `WouldBlock` if that is nothing.
    pub(super) fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match slices {
            [one] => self.send(one),
            many if many.iter().map(|slice| slice.len()).sum::<usize>() <= JOINED => {
                let mut joined = SmallVec::<[u8; JOINED]>::new();
                many.iter().for_each(|slice| joined.extend_from_slice(slice));
                self.send(&joined)
            }
            many => self.half.try_write_vectored(many),
        }
    }

    /// Straight to the system: the runtime, which keeps what it knows of a socket in yet another place, is asked only when
    /// there is something to tell it.
    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        match send(self.fd, bytes, FLAGS) {
            // It has to know that it is to wait for room.
            Err(Errno::EAGAIN) => self.half.try_write(bytes),
            sent => Ok(sent?),
        }
    }
}

/// Nobody listens any more: an error, and not a signal. Where there is no such flag, the standard library's sockets have an option.
#[cfg(not(target_vendor = "apple"))]
const FLAGS: MsgFlags = MsgFlags::MSG_NOSIGNAL;
#[cfg(target_vendor = "apple")]
const FLAGS: MsgFlags = MsgFlags::empty();
