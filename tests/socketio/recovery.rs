//! Raw clients that lose their connection and are back at once, while the server notices on threads of its own.
//!
//! Stock clients do it for longer in `tests/interop/endurance`; moments that are held still are in `src/socketio/tests`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parlor::socketio::Recovery;
use tokio::task::JoinSet;

use super::*;

const CLIENTS: usize = 6;
const RETURNS: usize = 25;

/// What a client knows of its session, and what it has heard.
#[derive(Default)]
struct Session {
    id: String,
    pid: String,
    offset: String,
    numbers: Vec<u32>,
}

impl Session {
    /// Comes in, or back.
    async fn connect(&mut self, server: SocketAddr) -> Client {
        let mut client = Client::open(server).await;
        let offset = if self.offset.is_empty() { String::new() } else { format!(r#","offset":"{}""#, self.offset) };
        let claim = if self.pid.is_empty() { String::new() } else { format!(r#"{{"pid":"{}"{offset}}}"#, self.pid) };
        client.say(&format!("40{claim}")).await;
        let Heard::Text(answer) = client.hear().await else { panic!("no answer") };
        let parts: Vec<&str> = answer.split('"').collect();
        let (id, pid) = (parts[3].to_owned(), parts[7].to_owned());
        assert!(self.id.is_empty() || (&self.id, &self.pid) == (&id, &pid), "each return is to its session: {answer}");
        (self.id, self.pid) = (id, pid);
        client
    }

    /// Reads an event, `42["n",NUMBER,"OFFSET"]`; whether it was the last.
    async fn hear(&mut self, client: &mut Client) -> bool {
        let Heard::Text(event) = client.hear().await else { panic!("its connection is closed") };
        let parts: Vec<&str> = event.split(['"', ',']).collect();
        self.offset = parts[parts.len() - 2].to_owned();
        if parts[1] == "n" {
            self.numbers.push(parts[3].parse().expect("a number"));
        }
        parts[1] == "end"
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_back_at_once_again_and_again_hears_everything_once() {
    let recovery = Recovery { enabled: true, ..Recovery::default() };
    let io = Io::new(Config { recovery, ..Config::default() });
    let server = serve(&io).await;
    let over = Arc::new(AtomicBool::new(false));
    let (sending, all, ends) = (io.of("/"), io.of("/"), Arc::clone(&over));
    let sender = std::thread::spawn(move || {
        for number in 0_u32.. {
            if ends.load(Ordering::Acquire) {
                return number;
            }
            sending.emit("n", (number,)).expect("an event");
            // Not more than may be sent again at once, however slow the machine is.
            std::thread::sleep(Duration::from_millis(2));
        }
        0
    });
    let mut clients = JoinSet::new();
    for at in 0..CLIENTS {
        clients.spawn(async move {
            let mut session = Session::default();
            let mut client = session.connect(server).await;
            for turn in 0..RETURNS {
                for _ in 0..(at + turn) % 4 {
                    session.hear(&mut client).await;
                }
                if turn % 2 == 0 {
                    // The server notices at about the time at which it is back.
                    drop(client);
                    client = session.connect(server).await;
                } else {
                    // It does not notice before.
                    client = session.connect(server).await;
                }
            }
            (session, client)
        });
    }
    let back = clients.join_all().await;
    over.store(true, Ordering::Release);
    let sent = sender.join().expect("no panic");
    assert_eq!(all.len(), CLIENTS);
    all.emit("end", ()).expect("an event");
    for (mut session, mut client) in back {
        while !session.hear(&mut client).await {}
        let first = session.numbers[0];
        assert_eq!(session.numbers, (first..sent).collect::<Vec<_>>(), "all, once, in order");
    }
}
