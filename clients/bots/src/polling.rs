//! The long-polling transport: one task that asks and one that posts.
//!
//! Never upgrades: a client that wants a WebSocket opens one.

use std::net::{IpAddr, SocketAddr};

use reqwest::{Client as Http, StatusCode};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::client::Wire;
use crate::{Error, Message};

/// RFC 4648 §4, as the protocol puts binary into payloads.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[derive(Deserialize)]
struct Open {
    sid: String,
}

/// Opens a session; `from` is the address to open it from.
pub(crate) async fn open(address: SocketAddr, path: &str, from: Option<IpAddr>) -> Result<Wire, Error> {
    let http =
        Http::builder().local_address(from).no_proxy().build().map_err(|error| Error::Connect(error.to_string()))?;
    let url = format!("http://{address}{path}?EIO=4&transport=polling");
    let first = get(&http, &url).await.map_err(Error::Connect)?;
    let open = first.strip_prefix('0').and_then(|json| serde_json::from_str::<Open>(json).ok());
    let open = open.ok_or_else(|| Error::Connect(first.clone()))?;
    let url = format!("{url}&sid={}", open.sid);
    let (out, outgoing) = mpsc::unbounded_channel();
    let (incoming, inbox) = mpsc::unbounded_channel();
    // What the handshake says is not of use to a client, but its place in the order is.
    let _ = incoming.send(Ok(Message::Text(first)));
    let refusals = incoming.clone();
    let asking = tokio::spawn(ask(http.clone(), url.clone(), out.downgrade(), incoming));
    let posting = tokio::spawn(post(http, url, outgoing, refusals));
    Ok(Wire { out, inbox, tasks: vec![asking, posting] })
}

async fn get(http: &Http, url: &str) -> Result<String, String> {
    let response = http.get(url).send().await.map_err(|error| error.to_string())?;
    let (status, text) = (response.status(), response.text().await.map_err(|error| error.to_string())?);
    if status == StatusCode::OK { Ok(text) } else { Err(format!("{status}: {text}")) }
}

async fn ask(
    http: Http,
    url: String,
    out: mpsc::WeakUnboundedSender<Message>,
    incoming: mpsc::UnboundedSender<Result<Message, Error>>,
) {
    loop {
        let body = match get(&http, &url).await {
            Ok(body) => body,
            Err(error) => {
                let _ = incoming.send(Err(Error::Closed(error)));
                return;
            }
        };
        for packet in body.split('\u{1e}') {
            let message = match packet.strip_prefix('b') {
                Some(text) => from_base64(text).map(Message::Binary).ok_or_else(|| Error::Protocol(text.to_owned())),
                None if packet == "2" => {
                    let Some(out) = out.upgrade() else { return };
                    let _ = out.send(Message::Text("3".into()));
                    continue;
                }
                None => Ok(Message::Text(packet.to_owned())),
            };
            let last = message == Ok(Message::Text("1".into()));
            if incoming.send(message).is_err() || last {
                return;
            }
        }
    }
}

async fn post(
    http: Http,
    url: String,
    mut outgoing: mpsc::UnboundedReceiver<Message>,
    refusals: mpsc::UnboundedSender<Result<Message, Error>>,
) {
    while let Some(first) = outgoing.recv().await {
        let mut body = packet(first);
        while let Ok(more) = outgoing.try_recv() {
            body.push('\u{1e}');
            body.push_str(&packet(more));
        }
        let refusal = match http.post(&url).body(body).send().await {
            Ok(response) if response.status() == StatusCode::OK => continue,
            Ok(response) => response.status().to_string(),
            Err(error) => error.to_string(),
        };
        // The receiver may be gone first; then nobody asks why.
        let _ = refusals.send(Err(Error::Closed(refusal)));
        return;
    }
}

fn packet(message: Message) -> String {
    match message {
        Message::Text(text) => text,
        Message::Binary(bytes) => format!("b{}", to_base64(&bytes)),
    }
}

fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let letter = BASE64.get((bits >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if at > group.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let value = u32::try_from(BASE64.iter().position(|known| *known == letter)?).ok()?;
        bits = bits << 6 | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_standards() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(to_base64(bytes.as_bytes()), text);
            assert_eq!(from_base64(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(from_base64("*"), None);
    }
}
