//! Files embedded into the binary, served by name: content type, ETag, the best encoding the client takes.
//!
//! Knows neither which files there are (`site`, `bundle`) nor what may be cached for how long: that is theirs.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use axum::body::Body;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

/// A folder of embedded files, looked up by path. Compressed siblings (`app.js.br`, `app.js.gz`) are not files of
/// their own but encodings of the file they stand beside.
#[derive(Debug)]
pub(super) struct Folder {
    files: HashMap<String, File>,
}

#[derive(Debug, Default)]
struct File {
    plain: Option<Encoded>,
    brotli: Option<Encoded>,
    gzip: Option<Encoded>,
}

#[derive(Debug)]
struct Encoded {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Folder {
    /// All that `E` embeds.
    pub(super) fn load<E: RustEmbed>() -> Self {
        let mut files: HashMap<String, File> = HashMap::new();
        for path in E::iter() {
            let Some(file) = E::get(&path) else { continue };
            let encoded = Some(Encoded::from(file));
            if let Some(name) = path.strip_suffix(".br") {
                files.entry(name.into()).or_default().brotli = encoded;
            } else if let Some(name) = path.strip_suffix(".gz") {
                files.entry(name.into()).or_default().gzip = encoded;
            } else {
                files.entry(path.into()).or_default().plain = encoded;
            }
        }
        Self { files }
    }

    /// Whether there is a file of this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The file of this path, or 304 if the client has it. `None`: there is no such file.
    pub(super) fn serve(&self, path: &str, request: &HeaderMap) -> Option<Response<Body>> {
        let file = self.files.get(path)?;
        let (encoded, encoding) = file.choose(request)?;
        let fresh = request.get(IF_NONE_MATCH).is_some_and(|known| matches(known, &encoded.etag));
        let mut response = Response::new(if fresh { Body::empty() } else { Body::from(encoded.bytes.clone()) });
        let headers = response.headers_mut();
        headers.insert(ETAG, encoded.etag.clone());
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if fresh {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Some(response);
        }
        headers.insert(CONTENT_TYPE, content_type(path));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

#[cfg(test)]
impl Folder {
    /// A folder of empty files.
    pub(super) fn of(paths: &[&str]) -> Self {
        Self { files: paths.iter().map(|&path| (path.into(), File::default())).collect() }
    }
}

impl File {
    fn choose(&self, request: &HeaderMap) -> Option<(&Encoded, Option<&'static str>)> {
        let plain = self.plain.as_ref()?;
        let accepted = |coding| accepts(request, coding);
        let brotli = self.brotli.as_ref().filter(|_| accepted("br")).map(|file| (file, Some("br")));
        let gzip = || self.gzip.as_ref().filter(|_| accepted("gzip")).map(|file| (file, Some("gzip")));
        brotli.or_else(gzip).or(Some((plain, None)))
    }
}

impl From<EmbeddedFile> for Encoded {
    fn from(file: EmbeddedFile) -> Self {
        let mut etag = String::with_capacity(34);
        etag.push('"');
        for byte in file.metadata.sha256_hash().iter().take(16) {
            // Writing to a string cannot fail.
            let _ = write!(etag, "{byte:02x}");
        }
        etag.push('"');
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self { bytes, etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\"")) }
    }
}

/// RFC 9110 §13.1.2: a list of tags, weakly compared, or `*`.
fn matches(known: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(known), Ok(etag)) = (known.to_str(), etag.to_str()) else { return false };
    known.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// RFC 9110 §12.5.3: a coding is accepted if it is listed with a weight that isn't 0.
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    let listed = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)))
    })
}

fn content_type(path: &str) -> HeaderValue {
    // Source maps are JSON; mime_guess does not know their suffix.
    let name = if path.ends_with(".map") { "map.json" } else { path };
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    let text = guess.type_() == mime_guess::mime::TEXT || guess.subtype() == mime_guess::mime::JAVASCRIPT;
    let value = if text { format!("{}; charset=utf-8", guess.essence_str()) } else { guess.to_string() };
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> Folder {
        let encoded = |text: &'static str, etag| {
            Some(Encoded { bytes: Bytes::from_static(text.as_bytes()), etag: HeaderValue::from_static(etag) })
        };
        let file =
            File { plain: encoded("plain", "\"p\""), brotli: encoded("br", "\"b\""), gzip: encoded("gz", "\"g\"") };
        Folder { files: HashMap::from([("app.js".into(), file)]) }
    }

    #[track_caller]
    fn check(accept: &str, known: &str, status: u16, encoding: Option<&str>) {
        let mut request = HeaderMap::new();
        request.insert(ACCEPT_ENCODING, accept.parse().expect("a header"));
        request.insert(IF_NONE_MATCH, known.parse().expect("a header"));
        let response = folder().serve("app.js", &request).expect("the file is there");
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().get(CONTENT_ENCODING).map(|it| it.to_str().expect("ASCII")), encoding);
    }

    #[test]
    fn the_best_encoding_that_the_client_takes_is_served() {
        check("", "", 200, None);
        check("gzip, deflate", "", 200, Some("gzip"));
        check("gzip, deflate, br", "", 200, Some("br"));
        check("br;q=0, gzip;q=0.5", "", 200, Some("gzip"));
        check("BR", "", 200, Some("br"));
        check("brx", "", 200, None);
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        check("", "\"x\", W/\"p\"", 304, None);
        check("", "*", 304, None);
        check("br", "\"p\"", 200, Some("br"));
        check("br", "\"b\"", 304, None);
    }

    #[test]
    fn text_says_its_charset() {
        assert_eq!(content_type("a/index.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("socket.io.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("socket.io.js.map"), "application/json");
        assert_eq!(content_type("favicon.svg"), "image/svg+xml");
        assert_eq!(content_type("what"), "application/octet-stream");
    }

    #[test]
    fn a_file_that_is_not_there_is_none() {
        assert!(folder().serve("../app.js", &HeaderMap::new()).is_none());
    }
}
