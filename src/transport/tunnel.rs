//! What tungstenite reads from and writes to: the socket, and a buffer that the outbox gets.
//!
//! Writes nothing to the socket by itself, so that frames never interleave.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::framing::Framing;
use super::outbox::{Outbox, Sink};
use super::wire::{Reader, Writer};

/// Bytes read at once when they are not wanted.
const DISCARD: usize = 4096;

/// A stream of bytes that a WebSocket runs over.
pub(super) enum Wire {
    /// An accepted socket, which any thread may write who has been given the writing half.
    Direct(Reader, Option<Writer>),
    /// Anything else, TLS for one: only its own task may write.
    Other(Box<dyn Stream>),
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(reader, _) => f.debug_tuple("Direct").field(reader).finish(),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl Wire {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Direct(reader, _) => reader.poll_read(cx, buf),
            Self::Other(stream) => {
                let mut buf = ReadBuf::new(buf);
                ready!(Pin::new(stream).poll_read(cx, &mut buf))?;
                Poll::Ready(Ok(buf.filled().len()))
            }
        }
    }

    /// Writes what waits as far as it goes; the task is woken when it goes on. Whether nothing waits any more.
    pub(super) fn flush(&mut self, outbox: &mut Outbox, cx: &mut Context<'_>) -> io::Result<bool> {
        match self {
            Self::Direct(reader, _) => loop {
                if outbox.is_empty() {
                    return Ok(true);
                }
                match reader.poll_write_ready(cx) {
                    Poll::Ready(ready) => ready?,
                    Poll::Pending => return Ok(false),
                }
                outbox.flush_to(|slices| reader.try_write(slices))?;
            },
            Self::Other(stream) => {
                let mut stream = Pin::new(stream);
                let written = outbox.flush_to(|slices| match stream.as_mut().poll_write_vectored(cx, slices) {
                    Poll::Ready(written) => written,
                    Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
                })?;
                match stream.poll_flush(cx) {
                    Poll::Ready(flushed) => flushed.map(|()| written),
                    Poll::Pending => Ok(written),
                }
            }
        }
    }

    /// Tells the client that nothing more will come. Whether that is done.
    pub(super) fn finish(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        match self {
            Self::Direct(reader, _) => reader.finish().map(|()| true),
            Self::Other(stream) => match Pin::new(stream).poll_shutdown(cx) {
                Poll::Ready(done) => done.map(|()| true),
                Poll::Pending => Ok(false),
            },
        }
    }
}

/// A [`Wire`] as tungstenite wants it: without tasks.
#[derive(Debug)]
pub(super) struct Tunnel {
    pub(super) wire: Wire,
    waker: Waker,
    control: Vec<u8>,
    received: u64,
    framing: Framing,
    /// When the last bytes were read.
    pub(super) at: Instant,
}

impl Tunnel {
    /// Over `wire`, of which these bytes have been read already.
    pub(super) fn new(wire: Wire, read: &[u8]) -> Self {
        let mut framing = Framing::default();
        framing.feed(read);
        let (waker, received) = (Waker::noop().clone(), read.len() as u64);
        Self { wire, waker, control: Vec::new(), received, framing, at: Instant::now() }
    }

    /// Whether all that was read were whole messages.
    pub(super) const fn is_between_messages(&self) -> bool {
        self.framing.is_between_messages()
    }

    /// The task that is to be woken when there is something to read. Whether it is another than before.
    pub(super) fn listen(&mut self, waker: &Waker) -> bool {
        let another = !self.waker.will_wake(waker);
        if another {
            self.waker = waker.clone();
        }
        another
    }

    /// How many bytes were read since this was last asked.
    pub(super) fn take_received(&mut self) -> u64 {
        std::mem::take(&mut self.received)
    }

    /// What tungstenite has written since this was last asked.
    pub(super) fn take_control(&mut self) -> Option<Bytes> {
        (!self.control.is_empty()).then(|| std::mem::take(&mut self.control).into())
    }

    /// Where other threads can write, if they can. To be asked for once.
    pub(super) fn sink(&mut self) -> Sink {
        match &mut self.wire {
            Wire::Direct(_, writer) => writer.take().map_or(Sink::None, Sink::Direct),
            Wire::Other(_) => Sink::None,
        }
    }

    /// Reads what comes and forgets it. Ready when nothing comes any more.
    pub(super) fn discard(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; DISCARD];
        loop {
            match ready!(self.wire.poll_read(cx, &mut bytes)) {
                Ok(0) | Err(_) => return Poll::Ready(()),
                Ok(_) => {}
            }
        }
    }
}

impl io::Read for Tunnel {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut cx = Context::from_waker(&self.waker);
        match self.wire.poll_read(&mut cx, buf) {
            Poll::Ready(read) => {
                self.at = Instant::now();
                let length = read.as_ref().map_or(0, |read| *read);
                self.received += length as u64;
                self.framing.feed(buf.get(..length).unwrap_or_default());
                read
            }
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl io::Write for Tunnel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.control.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
