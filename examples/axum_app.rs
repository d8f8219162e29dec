//! Socket.IO in an axum app with routes, state and middleware of its own, which lets people in by a JSON Web Token.
//!
//! `cargo run --example axum_app [PORT]` prints where it listens; `make site` first, for the stock client that the page loads.

use std::{error::Error, net::SocketAddr, sync::Arc, time::Duration};

use axum::extract::{Json, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::{Router, middleware, response::Html, response::Response, routing::get, routing::post};
use futures_util::FutureExt;
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode, errors, get_current_timestamp};
use parlor::server::client_bundle;
use parlor::socketio::{Config, ConnectError, Io, Socket, Value};
use serde::{Deserialize, Serialize};

/// Yours looks into a table of users.
const PASSWORD: &str = "sesame";
const TOKEN_LIFETIME_S: u64 = 900;

/// The app's state: its handlers find the Socket.IO server there, too.
struct App {
    io: Io,
    secret: [u8; 32],
}

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
}

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

/// The app's own middleware. It is around Socket.IO's requests as well.
async fn harden(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn log_in(State(app): State<Arc<App>>, Json(login): Json<Login>) -> Result<String, StatusCode> {
    let name = Some(login.name.trim()).filter(|name| (1..=24).contains(&name.chars().count()));
    let name = name.filter(|_| login.password == PASSWORD).ok_or(StatusCode::UNAUTHORIZED)?;
    let claims = Claims { sub: name.into(), exp: get_current_timestamp() + TOKEN_LIFETIME_S };
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(&app.secret));
    token.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

fn claims(app: &App, token: &str) -> Result<Claims, errors::Error> {
    Ok(decode(token, &DecodingKey::from_secret(&app.secret), &Validation::default())?.claims)
}

/// A note comes by an ordinary request, and goes to everybody by Socket.IO.
async fn note(State(app): State<Arc<App>>, headers: HeaderMap, text: String) -> Result<StatusCode, StatusCode> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let author = claims(&app, token.unwrap_or_default()).map_err(|_| StatusCode::UNAUTHORIZED)?.sub;
    let text = Some(text.trim()).filter(|text| (1..=200).contains(&text.chars().count()));
    let told = app.io.of("/").emit("note", (author, text.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?));
    told.map(|_| StatusCode::NO_CONTENT).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// The namespace's middleware. Who is refused gets a `connect_error`, whose `data` is for the page's code.
fn admit(app: &App, socket: &Socket) -> Result<(), ConnectError> {
    let refused = |code: &str, why: &str| ConnectError::new(why).with_data(Value::Text(code.into()));
    let auth: Value = socket.handshake().auth().unwrap_or_default();
    let Some(Value::Text(token)) = auth.get("token") else { return Err(refused("no_token", "Log in first.")) };
    let claims = claims(app, token).map_err(|error| match error.kind() {
        errors::ErrorKind::ExpiredSignature => refused("expired", "That was long ago. Log in again."),
        _ => refused("bad_token", "This token is not from here. Log in again."),
    })?;
    let (all, id, until) = (socket.namespace().clone(), socket.id(), claims.exp);
    tokio::spawn(async move {
        // A token is looked at only once: when it has run out, whoever came by it goes.
        tokio::time::sleep(Duration::from_secs(until.saturating_sub(get_current_timestamp()))).await;
        all.socket(&id).iter().for_each(|socket| socket.disconnect(false));
    });
    socket.set_data(claims);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Arc::new(App { io: Io::new(Config::default()), secret: rand::random() });
    let (state, stop) = (Arc::clone(&app), app.io.clone());
    app.io.of("/").wrap(move |socket| admit(&state, socket));
    let page = Router::new().route("/", get(Html(include_str!("axum_app.html"))));
    let routes = page.route("/login", post(log_in)).route("/notes", post(note)).with_state(Arc::clone(&app));
    let routes = routes.merge(app.io.router()).merge(client_bundle(&Config::default().transport));
    let service = routes.layer(middleware::map_response(harden)).into_make_service_with_connect_info::<SocketAddr>();
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    let stop = tokio::signal::ctrl_c().then(|_| async move { stop.close().await });
    Ok(axum::serve(listener, service).with_graceful_shutdown(stop).await?)
}
