//! What clients of `/control` may ask a server of the cluster for, to be done in `/`.
//!
//! Checks nobody's rights: it listens to tests alone.

use std::{error::Error, sync::Arc, time::Duration};

use parking_lot::Mutex;
use parlor::socketio::adapter::redis_streams::RedisStreams;
use parlor::socketio::{Args, Broadcast, Namespace, RemoteSocket, Value};
use serde_json::{Value as Json, json};

/// To whom, and how.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct To {
    rooms: Vec<String>,
    except: Vec<String>,
    local: bool,
    volatile: bool,
    close: bool,
}

pub(crate) struct Server {
    pub(crate) all: Namespace,
    pub(crate) redis: RedisStreams,
    /// What other servers have said.
    pub(crate) heard: Mutex<Vec<Value>>,
}

/// The first argument of each answer.
fn firsts<'a>(answers: impl IntoIterator<Item = &'a Args>) -> Result<Vec<Value>, Box<dyn Error>> {
    answers.into_iter().map(|args| Ok(args.get(0)?)).collect()
}

/// Does what a client of `/control` asks for: an event's name and arguments, or a room, for some of the clients of `/`.
pub(crate) async fn order(server: Arc<Server>, what: Box<str>, args: Args) -> Result<Json, Box<dyn Error>> {
    let (to, name, args): (To, String, Vec<Value>) = args.parse()?;
    let mut some = server.all.to(&to.rooms).except(&to.except).timeout(Duration::from_secs(2));
    some = if to.local { some.local() } else { some };
    some = if to.volatile { some.volatile() } else { some };
    Ok(match &*what {
        "emit" => json!(some.emit(&name, args)?),
        "burst" => {
            let (Some(Value::UInt(count)), Some(Value::UInt(a_second))) = (args.first(), args.get(1)) else {
                Err("how many?")?
            };
            burst(&some, &name, *count, *a_second).await?;
            json!(null)
        }
        "ask" => {
            let answers = some.emit_with_ack(&name, args).await?;
            let said = firsts(answers.answered.iter().map(|(_, args)| args).chain(&answers.elsewhere))?;
            json!([said, answers.missing.len() + answers.missing_elsewhere, answers.silent_servers])
        }
        "fetch" => {
            let sockets = some.fetch_sockets().await?;
            sockets.iter().map(told).collect()
        }
        "join" => json!(some.sockets_join(name)),
        "leave" => json!(some.sockets_leave(name)),
        "put-out" => json!(some.disconnect_sockets(to.close)),
        "server-emit" => json!(server.all.server_side_emit(&name, args)?),
        "server-ask" => {
            let answers = server.all.server_side_emit_with_ack(&name, args).await?;
            json!([firsts(&answers.answered)?, answers.missing])
        }
        "heard" => json!(std::mem::take(&mut *server.heard.lock())),
        "state" => {
            json!([server.redis.is_connected(), server.all.server_count(), format!("{:?}", server.redis.counts())])
        }
        _ => Err("nothing is known of that")?,
    })
}

/// Events with the sender's name and a number each, so many a second.
async fn burst(some: &Broadcast, name: &str, count: u64, a_second: u64) -> Result<(), Box<dyn Error>> {
    let at_once = a_second.div_ceil(50);
    for number in 0..count {
        some.emit("burst", (name, number))?;
        if number % at_once == at_once - 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok(())
}

fn told(socket: &RemoteSocket) -> Json {
    let data: Value = socket.data().unwrap_or_default();
    let rooms: Vec<&str> = socket.rooms().iter().map(|room| &**room).collect();
    json!({"id": socket.id().as_str(), "rooms": rooms, "data": data, "handshake": socket.handshake()})
}
