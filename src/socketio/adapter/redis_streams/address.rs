//! Where Redis is, and the certificates by which it is known.
//!
//! Connects to nothing: `link` does.

use redis::Client;
#[cfg(feature = "redis-tls")]
use redis::{ClientTlsConfig, ConnectionAddr, TlsCertificates};

use super::config::Config;

/// Why an adapter cannot start. That Redis is out of reach is no reason.
///
/// ```
/// use parlor::socketio::adapter::redis_streams::{Config, RedisStreams};
///
/// let error = RedisStreams::start(Config { url: "what?".to_owned(), ..Config::default() }).expect_err("no address");
/// assert!(error.to_string().starts_with("no address of Redis"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The address cannot be read, or it is one of `rediss://` and there is no TLS without the cargo feature `redis-tls`.
    #[error("no address of Redis: {0}")]
    Address(Box<str>),
    /// A file with certificates, or with a key, cannot be read, is none, or is there without `rediss://`.
    #[error("TLS to Redis: {0}")]
    Tls(Box<str>),
}

pub(super) fn client(config: &Config) -> Result<Client, StartError> {
    let client = Client::open(config.url.as_str()).map_err(|error| StartError::Address(error.to_string().into()))?;
    with_certificates(client, config)
}

#[cfg(not(feature = "redis-tls"))]
fn with_certificates(client: Client, config: &Config) -> Result<Client, StartError> {
    match config.has_certificates() {
        true => Err(StartError::Tls("there is none without the cargo feature `redis-tls`".into())),
        false => Ok(client),
    }
}

#[cfg(feature = "redis-tls")]
fn with_certificates(client: Client, config: &Config) -> Result<Client, StartError> {
    let refused = |why: &dyn std::fmt::Display| StartError::Tls(why.to_string().into());
    let info = client.get_connection_info().clone();
    match (matches!(info.addr(), ConnectionAddr::TcpTls { .. }), config.has_certificates()) {
        (false, false) => return Ok(client),
        (false, true) => return Err(refused(&"there are certificates, but the address is not one of rediss://")),
        (true, _) => {}
    }
    // Where a program has several, rustls takes none by itself. It may be there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let read = |path: &Option<_>| path.as_ref().map(read).transpose();
    let client_tls = match (read(&config.tls_cert)?, read(&config.tls_key)?) {
        (Some(client_cert), Some(client_key)) => Some(ClientTlsConfig { client_cert, client_key }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(refused(&"tls_cert and tls_key go together")),
    };
    let certificates = TlsCertificates { client_tls, root_cert: read(&config.tls_ca)? };
    Client::build_with_tls(info, certificates).map_err(|error| refused(&error))
}

#[cfg(feature = "redis-tls")]
fn read(path: &std::path::PathBuf) -> Result<Vec<u8>, StartError> {
    std::fs::read(path).map_err(|error| StartError::Tls(format!("{}: {error}", path.display()).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str) -> Result<(), StartError> {
        client(&Config { url: url.to_owned(), ..Config::default() }).map(drop)
    }

    #[test]
    fn an_address_has_a_host_and_may_have_a_user_and_a_database() {
        for url in ["redis://h", "redis://ada:secret@h:7000/3", "redis://:secret@[::1]", "redis+unix:///run/redis.sock"]
        {
            assert_eq!(open(url), Ok(()), "{url}");
        }
        for url in ["", "h", "redis://", "redis://h/x", "http://h", "redis://h:x"] {
            assert!(matches!(open(url), Err(StartError::Address(_))), "{url}");
        }
    }

    #[test]
    fn certificates_are_for_tls_alone() {
        let config = Config { url: "redis://h".to_owned(), tls_ca: Some("ca.pem".into()), ..Config::default() };
        assert!(matches!(client(&config), Err(StartError::Tls(_))));
    }

    #[cfg(feature = "redis-tls")]
    #[test]
    fn a_certificate_has_a_key_and_both_are_files() {
        assert_eq!(open("rediss://ada:secret@h:6380/1"), Ok(()));
        let tls = Config { url: "rediss://h".to_owned(), ..Config::default() };
        let there = || Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
        for config in [
            Config { tls_cert: there(), ..tls.clone() },
            Config { tls_key: there(), ..tls.clone() },
            Config { tls_ca: Some("/nowhere/ca.pem".into()), ..tls.clone() },
            Config { tls_cert: there(), tls_key: there(), ..tls },
        ] {
            assert!(matches!(client(&config), Err(StartError::Tls(_))), "{:?}", (config.tls_cert, config.tls_key));
        }
    }

    #[cfg(not(feature = "redis-tls"))]
    #[test]
    fn tls_is_a_feature() {
        assert!(matches!(open("rediss://h"), Err(StartError::Address(_))));
    }
}
