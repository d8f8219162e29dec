//! Which requests are let in, and what the others are told.
//!
//! Knows no HTTP library and no sessions: both are asked through [`Request`] and the arguments of [`verify`].
//! Source: the reference server; engine.io-protocol v4 names only the parameters.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::{Sid, Transport};

/// The query's parameters that Engine.IO knows. Others (`t`, `b64`) mean nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// `transport`.
    pub transport: Option<String>,
    /// `sid`.
    pub sid: Option<String>,
    /// `EIO`: the protocol's revision.
    pub eio: Option<String>,
}

impl Query {
    /// Reads a query string, without its `?`. Nothing is an error; of a repeated parameter the last one counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let field = match &*decode(name) {
                "transport" => &mut read.transport,
                "sid" => &mut read.sid,
                "EIO" => &mut read.eio,
                _ => continue,
            };
            *field = Some(decode(value).into_owned());
        }
        read
    }
}

/// What a request is judged by.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Its query.
    pub query: &'a Query,
    /// Whether its method is GET.
    pub is_get: bool,
    /// Whether it asks to be upgraded to WebSocket.
    pub is_upgrade: bool,
    /// Its `Origin` header.
    pub origin: Option<&'a [u8]>,
}

/// What a request that is let in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It opens a session on this transport.
    Open(Transport),
    /// It belongs to this polling session.
    Poll(Sid),
    /// It asks to upgrade this session to WebSocket.
    Upgrade(Sid),
}

/// The reference server's error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The transport is unknown or switched off.
    UnknownTransport,
    /// There is no such session.
    UnknownSid,
    /// Only a GET opens a session.
    BadHandshakeMethod,
    /// Anything else that is out of place.
    BadRequest,
    /// The server's owner says no.
    Forbidden,
    /// Only revision 4 is spoken.
    UnsupportedProtocolVersion,
}

impl Code {
    /// Its number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::UnknownTransport => 0,
            Self::UnknownSid => 1,
            Self::BadHandshakeMethod => 2,
            Self::BadRequest => 3,
            Self::Forbidden => 4,
            Self::UnsupportedProtocolVersion => 5,
        }
    }

    /// Its words on the wire.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::UnknownTransport => "Transport unknown",
            Self::UnknownSid => "Session ID unknown",
            Self::BadHandshakeMethod => "Bad handshake method",
            Self::BadRequest => "Bad request",
            Self::Forbidden => "Forbidden",
            Self::UnsupportedProtocolVersion => "Unsupported protocol version",
        }
    }

    /// The HTTP status of its reply to a request that asks for no upgrade.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Forbidden => 403,
            Self::UnknownTransport
            | Self::UnknownSid
            | Self::BadHandshakeMethod
            | Self::BadRequest
            | Self::UnsupportedProtocolVersion => 400,
        }
    }
}

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind.
    pub code: Code,
    /// Words for whoever reads the reply.
    pub message: Cow<'static, str>,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, message: Cow::Borrowed(code.message()) }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// The reply's body: `{"code":1,"message":"Session ID unknown"}`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Body<'a> {
            code: u8,
            message: &'a str,
        }
        serde_json::to_vec(&Body { code: self.code.number(), message: &self.message }).unwrap_or_default()
    }
}

/// Judges a request. `transports` are those switched on; `find` says which transport carries a session, and `allow`
/// asks the server's owner, whose words for a no may be empty.
///
/// "Order of checks: transport, Origin header, sid, transport mismatch or method, Upgrade header, allow-request hook,
/// EIO."
///
/// # Errors
/// The first check that fails.
pub fn verify(
    request: &Request<'_>,
    transports: &[Transport],
    find: impl FnOnce(&Sid) -> Option<Transport>,
    allow: impl FnOnce() -> Result<(), String>,
) -> Result<Verified, Refusal> {
    let transport = transport(request.query, transports)?;
    if request.origin.is_some_and(|origin| !is_header(origin)) {
        return Err(Code::BadRequest.into());
    }
    if let Some(sid) = &request.query.sid {
        return member(request, transport, sid, find);
    }
    if !request.is_get {
        return Err(Code::BadHandshakeMethod.into());
    }
    // "Upgrade header": WebSocket needs one and polling must not have one, which the reference finds out after its 101.
    if request.is_upgrade != (transport == Transport::Websocket) {
        return Err(Code::BadRequest.into());
    }
    allow().map_err(|words| match words.is_empty() {
        true => Code::Forbidden.into(),
        false => Refusal { code: Code::Forbidden, message: words.into() },
    })?;
    // "A missing EIO is revision 3: code 5."
    match request.query.eio.as_deref() {
        Some("4") => Ok(Verified::Open(transport)),
        Some(_) | None => Err(Code::UnsupportedProtocolVersion.into()),
    }
}

fn transport(query: &Query, transports: &[Transport]) -> Result<Transport, Refusal> {
    let asked = query.transport.as_deref();
    // A WebTransport is no request of HTTP/1.1, whatever its query says.
    let mut requested = transports.iter().filter(|transport| **transport != Transport::Webtransport);
    let transport = requested.find(|transport| asked == Some(transport.as_str()));
    transport.copied().ok_or_else(|| Code::UnknownTransport.into())
}

/// "An ill-formed sid is an unknown sid, never a new session."
fn member(
    request: &Request<'_>,
    transport: Transport,
    sid: &str,
    find: impl FnOnce(&Sid) -> Option<Transport>,
) -> Result<Verified, Refusal> {
    let sid = Sid::parse(sid).ok_or(Code::UnknownSid)?;
    let current = find(&sid).ok_or(Code::UnknownSid)?;
    match (transport, request.is_upgrade) {
        (Transport::Websocket, true) => Ok(Verified::Upgrade(sid)),
        (Transport::Polling, false) if current == Transport::Polling => Ok(Verified::Poll(sid)),
        (Transport::Polling | Transport::Websocket | Transport::Webtransport, _) => Err(Code::BadRequest.into()),
    }
}

/// RFC 9110 §5.5: tabs, visible ASCII, spaces, and bytes that are not ASCII.
fn is_header(value: &[u8]) -> bool {
    value.iter().all(|byte| *byte == b'\t' || (*byte >= 0x20 && *byte != 0x7f))
}

/// `application/x-www-form-urlencoded`; what is no escape stays as it is.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        match (byte, ahead.next().and_then(hex), ahead.next().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                bytes = ahead;
            }
            (b'+', _, _) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    const BOTH: [Transport; 2] = [Transport::Polling, Transport::Websocket];
    const SID: &str = "AAAAAAAAAAAAAAAAAAAA";

    struct Asked {
        query: &'static str,
        is_get: bool,
        is_upgrade: bool,
        origin: &'static [u8],
        current: Option<Transport>,
        allow: Result<(), String>,
    }

    impl Default for Asked {
        fn default() -> Self {
            Self {
                query: "EIO=4&transport=polling",
                is_get: true,
                is_upgrade: false,
                origin: b"http://a",
                current: None,
                allow: Ok(()),
            }
        }
    }

    fn check(asked: Asked, expect: Result<Verified, Code>) {
        let query = Query::parse(asked.query);
        let origin = Some(asked.origin);
        let request = Request { query: &query, is_get: asked.is_get, is_upgrade: asked.is_upgrade, origin };
        let verified = verify(&request, &BOTH, |_| asked.current, || asked.allow);
        assert_eq!(verified.map_err(|refusal| refusal.code), expect, "{}", asked.query);
    }

    #[test]
    fn a_request_is_for_a_session_to_open_to_use_or_to_upgrade() {
        let sid = Sid::new([0; 15]);
        let with = |transport| format!("EIO=4&transport={transport}&sid={SID}").leak();
        let polling = Some(Transport::Polling);
        check(Asked::default(), Ok(Verified::Open(Transport::Polling)));
        let asked = Asked { query: "EIO=4&transport=websocket", is_upgrade: true, ..Asked::default() };
        check(asked, Ok(Verified::Open(Transport::Websocket)));
        let asked = Asked { query: with("polling"), current: polling, is_get: false, ..Asked::default() };
        check(asked, Ok(Verified::Poll(sid)));
        let asked = Asked { query: with("websocket"), current: polling, is_upgrade: true, ..Asked::default() };
        check(asked, Ok(Verified::Upgrade(sid)));
    }

    /// Each row fails its own check and all later ones.
    #[test]
    fn p02_the_checks_come_in_the_reference_s_order() {
        let bad = || Asked { is_get: false, origin: b"\x01", allow: Err(String::new()), ..Asked::default() };
        check(Asked { query: "transport=abc&sid=x", ..bad() }, Err(Code::UnknownTransport));
        check(Asked { query: "transport=polling&sid=x", ..bad() }, Err(Code::BadRequest));
        let bad = || Asked { origin: b"", ..bad() };
        check(Asked { query: "transport=websocket&sid=x", ..bad() }, Err(Code::UnknownSid));
        check(Asked { query: "transport=websocket", ..bad() }, Err(Code::BadHandshakeMethod));
        let bad = || Asked { is_get: true, ..bad() };
        check(Asked { query: "transport=websocket", ..bad() }, Err(Code::BadRequest));
        check(Asked { query: "transport=polling", ..bad() }, Err(Code::Forbidden));
        check(Asked { query: "transport=polling", ..Asked::default() }, Err(Code::UnsupportedProtocolVersion));
        check(Asked { query: "transport=polling&EIO=3", ..Asked::default() }, Err(Code::UnsupportedProtocolVersion));
    }

    #[test]
    fn p02_an_ill_formed_sid_is_unknown_and_opens_nothing() {
        for sid in ["", "x", "__proto__", "%00", "AAAAAAAAAAAAAAAAAAA%20"] {
            let query = format!("EIO=4&transport=polling&sid={sid}").leak();
            check(Asked { query, current: Some(Transport::Polling), ..Asked::default() }, Err(Code::UnknownSid));
        }
    }

    #[test]
    fn p16_polling_after_the_upgrade_is_a_bad_request() {
        let query = format!("transport=polling&sid={SID}").leak();
        check(Asked { query, current: Some(Transport::Websocket), ..Asked::default() }, Err(Code::BadRequest));
    }

    #[test]
    fn p11_odd_queries_are_read_safely() {
        check(Asked { query: "EIO=4&transport=__proto__", ..Asked::default() }, Err(Code::UnknownTransport));
        check(Asked { query: "", ..Asked::default() }, Err(Code::UnknownTransport));
        let asked = Asked { query: "&&=&b64=1&t=x&EIO=4&transport=poll%69ng&transport", ..Asked::default() };
        check(asked, Err(Code::UnknownTransport));
        let asked = Asked { query: "transport=x&b64=1&t=%zz%&EIO=4&transport=poll%69ng", ..Asked::default() };
        check(asked, Ok(Verified::Open(Transport::Polling)));
    }

    #[test]
    fn p01_a_refusal_is_json_with_the_reference_s_words() {
        let all = [
            (Code::UnknownTransport, r#"{"code":0,"message":"Transport unknown"}"#),
            (Code::UnknownSid, r#"{"code":1,"message":"Session ID unknown"}"#),
            (Code::BadHandshakeMethod, r#"{"code":2,"message":"Bad handshake method"}"#),
            (Code::BadRequest, r#"{"code":3,"message":"Bad request"}"#),
            (Code::Forbidden, r#"{"code":4,"message":"Forbidden"}"#),
            (Code::UnsupportedProtocolVersion, r#"{"code":5,"message":"Unsupported protocol version"}"#),
        ];
        for (code, body) in all {
            assert_eq!(Refusal::from(code).body(), body.as_bytes());
            assert_eq!(code.status(), if code == Code::Forbidden { 403 } else { 400 });
        }
    }

    proptest! {
        #[test]
        fn random_queries_never_panic(query in any::<String>()) {
            // Either answer will do: the property is that there is one.
            let _any = Query::parse(&query);
        }

        #[test]
        fn an_escaped_value_reads_back(value in any::<String>()) {
            let escaped: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            assert_eq!(Query::parse(&format!("sid={escaped}")).sid, Some(value));
        }
    }
}
