//! Engine.IO over WebTransport: sessions of HTTP/3, each with one stream of packets, that open a session or upgrade one.
//!
//! Verifies nothing of HTTP/1.1 and reads no packets but the first: the stream is carried as a WebSocket is (`websocket`).
//! Source: engine.io-protocol, "WebTransport"; W3C WebTransport; draft-ietf-webtrans-http3.

mod reframed;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ConnectInfo;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Uri};
use parlor_proto::engine::Sid;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use wtransport::endpoint::endpoint_side::Server;
use wtransport::endpoint::{IncomingSession, SessionRequest};
use wtransport::stream::BiStream;
use wtransport::{Connection, Endpoint, Identity, ServerConfig, VarInt};

use self::reframed::Reframed;
use super::tunnel::Wire;
use super::{Engine, Service};

/// The longest first packet that is looked at, in bytes: a sid with room to spare.
const FIRST: usize = 1_024;

/// What a certificate and its key are read from, or made of.
///
/// ```
/// use parlor::transport::webtransport::Certificate;
///
/// # async fn run() -> std::io::Result<()> {
/// let certificate = Certificate::load("cert.pem", "key.pem").await?;
/// println!("scripts that name it trust it: {:02x?}", certificate.hash());
/// # Ok(())
/// # }
/// ```
pub struct Certificate {
    identity: Identity,
    hash: [u8; 32],
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl Certificate {
    /// A chain and its key, as PEM.
    ///
    /// # Errors
    /// A file can't be read, or has no certificate or key.
    pub async fn load(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> io::Result<Self> {
        let identity = Identity::load_pemfiles(chain, key).await.map_err(io::Error::other)?;
        let first = identity.certificate_chain().as_slice().first();
        let hash = *first.ok_or_else(|| io::Error::other("no certificate"))?.hash().as_ref();
        Ok(Self { identity, hash })
    }

    /// The SHA-256 of the certificate, by which a browser's script may trust it without a chain (`serverCertificateHashes`) if it is
    /// of ECDSA on P-256 and good for no more than 14 days.
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }
}

/// How many may come at once, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// Connections that have not said yet what they are for. Default 256; more are refused. Each has
    /// [`upgrade_timeout_ms`](super::Config::upgrade_timeout_ms) for it.
    ///
    /// Cost: some 100 KiB each. Attack: handshakes that are begun and never ended.
    pub handshakes: usize,
    /// Bytes that a client may send on a connection before they are read. Default 65,536.
    ///
    /// Cost: that much for each client that sends faster than it is heard. Attack: many clients that send more than is read.
    pub window: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { handshakes: 256, window: 65_536 }
    }
}

/// A UDP socket that WebTransports come to.
pub struct Listener {
    endpoint: Endpoint<Server>,
    config: Config,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Listener {
    /// Listens on this address.
    ///
    /// # Errors
    /// The system does not give it.
    pub fn bind(address: SocketAddr, certificate: Certificate, config: Config) -> io::Result<Self> {
        let mut server = ServerConfig::builder().with_bind_address(address).with_identity(certificate.identity).build();
        let mut transport = wtransport::quinn::TransportConfig::default();
        transport.receive_window(config.window.into()).stream_receive_window(config.window.into());
        // HTTP/3 takes three of one way and one of both; then there is the one stream of the session.
        transport.max_concurrent_uni_streams(8_u8.into()).max_concurrent_bidi_streams(4_u8.into());
        transport.datagram_receive_buffer_size(Some(0));
        server.quic_config_mut().transport_config(Arc::new(transport));
        Ok(Self { endpoint: Endpoint::server(server)?, config })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not say.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.endpoint.local_addr()
    }
}

/// Brings WebTransports to the engine until `shutdown`. The engine's [`Config::transports`](super::Config::transports) has to list
/// [`Transport::Webtransport`](parlor_proto::engine::Transport::Webtransport). Sessions go on: [`Engine::close`] ends them.
///
/// # Cancel safety
/// Dropping it closes all its connections at once.
pub async fn serve<S: Service>(listener: Listener, engine: Engine<S>, shutdown: impl Future<Output = ()>) {
    let Listener { endpoint, config } = listener;
    let handshakes = Arc::new(Semaphore::new(config.handshakes));
    let limit = Duration::from_millis(engine.config().upgrade_timeout_ms.into());
    let mut shutdown = pin!(shutdown);
    loop {
        let incoming = tokio::select! {
            () = &mut shutdown => break,
            incoming = endpoint.accept() => incoming,
        };
        let Ok(permit) = Arc::clone(&handshakes).try_acquire_owned() else {
            incoming.refuse();
            continue;
        };
        let engine = engine.clone();
        tokio::spawn(async move {
            if let Ok(Err(error)) = timeout(limit, admit(&engine, incoming)).await {
                tracing::debug!(%error, "a WebTransport that came to nothing");
            }
            drop(permit);
        });
    }
    engine.closed().await;
    endpoint.close(VarInt::from_u32(0), b"");
    endpoint.wait_idle().await;
}

/// What a client has opened a WebTransport for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A session of its own.
    Session,
    /// To go on with this session, which is polling.
    Upgrade(Sid),
}

async fn admit<S: Service>(engine: &Engine<S>, incoming: IncomingSession) -> io::Result<()> {
    let request = incoming.await.map_err(io::Error::other)?;
    let path = request.path().split('?').next().unwrap_or_default();
    if path.trim_matches('/') != engine.config().path.trim_matches('/') {
        request.not_found().await;
        return Ok(());
    }
    let Some(parts) = head(&request).filter(|parts| engine.allows(parts)) else {
        request.forbidden().await;
        return Ok(());
    };
    let connection = request.accept().await.map_err(io::Error::other)?;
    let mut stream = BiStream::join(connection.accept_bi().await.map_err(io::Error::other)?);
    let asked = asked(&first(&mut stream).await?).ok_or(io::ErrorKind::InvalidData)?;
    let wire =
        Wire::Other(Box::new(Reframed::new(Held { stream, connection: connection.clone(), finish: Finish::Not })));
    if !engine.take_stream(&parts, asked, wire) {
        connection.close(VarInt::from_u32(0), b"");
    }
    Ok(())
}

/// The request as others are: that it was made by HTTP/3 is nobody's affair above.
fn head(request: &SessionRequest) -> Option<Parts> {
    let mut parts = Request::new(()).into_parts().0;
    parts.uri = Uri::try_from(request.path()).ok()?;
    for (name, value) in request.headers().iter().filter(|(name, _)| !name.starts_with(':')) {
        parts.headers.append(HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
    }
    parts.headers.entry(http::header::HOST).or_insert(HeaderValue::try_from(request.authority()).ok()?);
    parts.extensions.insert(ConnectInfo(request.remote_address()));
    Some(parts)
}

/// The payload of the first frame, and not a byte more.
async fn first(stream: &mut BiStream) -> io::Result<Vec<u8>> {
    let length = match stream.read_u8().await? {
        126 => stream.read_u16().await?.into(),
        short @ 0..=125 => usize::from(short),
        // Text of many gigabytes, or bytes.
        127..=255 => return Err(io::ErrorKind::InvalidData.into()),
    };
    if length > FIRST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await?;
    Ok(payload)
}

/// What the first packet says: `0`, with the sid of the session to be upgraded if there is one.
fn asked(packet: &[u8]) -> Option<Asked> {
    #[derive(Deserialize)]
    struct Upgrade {
        sid: String,
    }
    match packet.strip_prefix(b"0")? {
        b"" => Some(Asked::Session),
        upgrade => {
            let Upgrade { sid } = serde_json::from_slice(upgrade).ok()?;
            Sid::parse(&sid).map(Asked::Upgrade)
        }
    }
}

/// A stream, and the connection that it is the only one of. It is over when the client has got all that was written.
struct Held {
    stream: BiStream,
    connection: Connection,
    finish: Finish,
}

enum Finish {
    Not,
    /// Until the client has got all, or wants none of it.
    Waits(Pin<Box<dyn Future<Output = ()> + Send>>),
    Done,
}

impl AsyncRead for Held {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Held {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.finish {
                Finish::Not => {
                    ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
                    let stopped = this.stream.send().quic_stream().stopped();
                    this.finish = Finish::Waits(Box::pin(async move { drop(stopped.await) }));
                }
                Finish::Waits(done) => {
                    ready!(done.as_mut().poll(cx));
                    // To a stock client the session is over with its connection, not with its stream.
                    this.connection.close(VarInt::from_u32(0), b"");
                    this.finish = Finish::Done;
                }
                Finish::Done => return Poll::Ready(Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_packet_opens_a_session_or_upgrades_one() {
        let sid = Sid::new([7; 15]);
        let upgrade = format!(r#"0{{"sid":"{}"}}"#, sid.encode());
        assert_eq!(asked(b"0"), Some(Asked::Session));
        assert_eq!(asked(upgrade.as_bytes()), Some(Asked::Upgrade(sid)));
        for wrong in [&b""[..], b"1", b"2probe", b"0{}", b"0x", br#"0{"sid":7}"#, br#"0{"sid":"__proto__"}"#] {
            assert_eq!(asked(wrong), None, "{}", String::from_utf8_lossy(wrong));
        }
    }
}
