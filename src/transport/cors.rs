//! Cross-origin headers: which other origins' pages may read the replies.
//!
//! Guards nothing by itself: a WebSocket and a form are sent whatever these headers say (see `allow_request`).
//! Behaviour is that of the reference server's `cors` package; source: the Fetch standard, "CORS protocol".

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    CONTENT_LENGTH, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// The `cors` option.
///
/// ```
/// use parlor::transport::{Config, Cors, Origin};
///
/// let origin = Origin::List(vec!["https://chat.example".into(), "https://staff.example".into()]);
/// let cors = Cors { origin, credentials: true, ..Cors::default() };
/// let config = Config { cors: Some(cors), ..Config::default() };
/// # drop(config);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// The origins. Default `"*"`.
    pub origin: Origin,
    /// Methods a preflight allows. Default those of the reference.
    pub methods: Vec<String>,
    /// Headers a preflight allows; by default those asked for.
    pub allowed_headers: Option<Vec<String>>,
    /// Headers that scripts may read. Default none.
    pub exposed_headers: Vec<String>,
    /// Whether requests may carry cookies; `origin` can't be `"*"` then, browsers say. Default `false`.
    pub credentials: bool,
    /// Seconds that a preflight holds. Default the browser's.
    pub max_age_s: Option<u64>,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            origin: Origin::One("*".to_owned()),
            methods: ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"].map(str::to_owned).to_vec(),
            allowed_headers: None,
            exposed_headers: Vec::new(),
            credentials: false,
            max_age_s: None,
        }
    }
}

/// Which origins are allowed.
///
/// ```
/// use parlor::transport::{Cors, Origin};
///
/// assert_eq!(toml::from_str::<Cors>("origin = 'https://a.example'")?.origin, Origin::One("https://a.example".into()));
/// assert_eq!(toml::from_str::<Cors>("origin = true")?.origin, Origin::Any(true));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Origin {
    /// `"*"`, or the one origin that every reply names.
    One(String),
    /// Any of these; others get no `access-control-allow-origin`.
    List(Vec<String>),
    /// `true`: whichever asks. `false`: none.
    Any(bool),
}

impl Cors {
    /// Puts the headers of any reply to this request into `reply`.
    pub fn apply(&self, request: &HeaderMap, reply: &mut HeaderMap) {
        self.origin(request, reply);
        if self.credentials {
            reply.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        insert(reply, ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed_headers.join(","));
    }

    /// Puts the headers of a preflight's reply (204, whatever the origin) into `reply`.
    pub fn preflight(&self, request: &HeaderMap, reply: &mut HeaderMap) {
        self.apply(request, reply);
        insert(reply, ACCESS_CONTROL_ALLOW_METHODS, &self.methods.join(","));
        match &self.allowed_headers {
            Some(headers) => insert(reply, ACCESS_CONTROL_ALLOW_HEADERS, &headers.join(",")),
            None => {
                vary(reply, "Access-Control-Request-Headers");
                if let Some(asked) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
                    reply.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
                }
            }
        }
        if let Some(seconds) = self.max_age_s {
            insert(reply, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
        reply.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }

    fn origin(&self, request: &HeaderMap, reply: &mut HeaderMap) {
        let asking = request.get(ORIGIN);
        let allowed = match &self.origin {
            Origin::One(any) if any == "*" => {
                reply.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                return;
            }
            Origin::One(one) => HeaderValue::from_str(one).ok(),
            Origin::List(list) => {
                asking.filter(|asking| list.iter().any(|one| one.as_bytes() == asking.as_bytes())).cloned()
            }
            Origin::Any(any) => asking.filter(|_| *any).cloned(),
        };
        vary(reply, "Origin");
        if let Some(origin) = allowed {
            reply.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
}

fn insert(reply: &mut HeaderMap, name: HeaderName, value: &str) {
    if value.is_empty() {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.insert(name, value);
    }
}

fn vary(reply: &mut HeaderMap, on: &'static str) {
    reply.append(VARY, HeaderValue::from_static(on));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cors: &str, origin: Option<&'static str>, expect: Option<&str>) {
        let cors: Cors = toml::from_str(cors).expect("a cors table");
        let mut request = HeaderMap::new();
        if let Some(origin) = origin {
            request.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        let mut reply = HeaderMap::new();
        cors.apply(&request, &mut reply);
        let said = reply.get(ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().expect("ascii"));
        assert_eq!(said, expect);
    }

    #[test]
    fn the_origin_that_is_named_depends_on_the_option() {
        check("", Some("http://a"), Some("*"));
        check("", None, Some("*"));
        check("origin = 'http://a'", Some("http://b"), Some("http://a"));
        check("origin = ['http://a', 'http://b']", Some("http://b"), Some("http://b"));
        check("origin = ['http://a']", Some("http://b"), None);
        check("origin = ['http://a']", None, None);
        check("origin = true", Some("http://b"), Some("http://b"));
        check("origin = false", Some("http://b"), None);
    }

    #[test]
    fn p03_a_preflight_names_what_was_asked_for() {
        let mut request = HeaderMap::new();
        request.insert(ORIGIN, HeaderValue::from_static("http://a"));
        request.insert(ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_static("x-a"));
        let cors = Cors { origin: Origin::Any(true), credentials: true, max_age_s: Some(5), ..Cors::default() };
        let mut reply = HeaderMap::new();
        cors.preflight(&request, &mut reply);
        let text = |name: &str| reply.get(name).map(|value| value.to_str().expect("ascii").to_owned());
        assert_eq!(text("access-control-allow-origin").as_deref(), Some("http://a"));
        assert_eq!(text("access-control-allow-methods").as_deref(), Some("GET,HEAD,PUT,PATCH,POST,DELETE"));
        assert_eq!(text("access-control-allow-headers").as_deref(), Some("x-a"));
        assert_eq!(text("access-control-allow-credentials").as_deref(), Some("true"));
        assert_eq!(text("access-control-max-age").as_deref(), Some("5"));
    }
}
