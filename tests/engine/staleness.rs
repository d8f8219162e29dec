//! Where it is that a slow client's states wait: in its outbox, where later ones replace them, and not in the kernel.

use parlor::proto::frame::{Frame, Frames, Kind};
use parlor::transport::{Item, Session, listener};
use socket2::{Domain, Socket, Type};
use tokio::net::TcpStream;

use crate::harness::{Server, Ws, config};

/// States that are sent while the client reads nothing, of about 1,000 bytes each.
const STATES: usize = 4_000;

fn state(nth: usize) -> Frames {
    Frames::from_elem(Frame::new(Kind::Text, format!("4{nth:0>1000}").as_bytes()), 1)
}

fn send_all(session: &Session) {
    for nth in 1..=STATES {
        let (next, whole) = (state(nth), || state(nth));
        session.deliver(&[Item::State { next: &next, whole: &whole }]).expect("a state never closes a session");
    }
}

/// How many states a client gets that goes on reading after all of them were sent.
async fn seen(unsent_bytes: u32) -> usize {
    let sockets = listener::Config { unsent_bytes, ..listener::Config::default() };
    let mut server = Server::start_with(config(), sockets).await;
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    socket.connect(&server.address.into()).expect("the server listens");
    socket.set_nonblocking(true).expect("an option of any socket");
    let socket = TcpStream::from_std(socket.into()).expect("a socket");
    let mut ws = Ws::over(socket, "EIO=4&transport=websocket").await.expect("101");
    assert!(ws.text().await.starts_with("0{"));
    let opened = server.opened().await;
    send_all(&opened.session);
    let mut before = 0;
    for seen in 1.. {
        let nth: usize = ws.text().await.trim_start_matches('4').parse().expect("a state's number");
        assert!(nth > before, "{nth} after {before}");
        before = nth;
        if nth == STATES {
            return seen;
        }
    }
    unreachable!("it ends with the last state")
}

#[tokio::test]
async fn a_client_that_goes_on_reading_is_at_the_latest_state_within_some_kilobytes() {
    let seen = seen(listener::Config::default().unsent_bytes).await;
    assert!(seen <= 64, "{seen} states of 1,000 bytes were waiting in the kernel");
}

#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "other kernels' buffers are small")]
async fn without_the_bound_the_kernel_keeps_what_is_out_of_date() {
    let seen = seen(0).await;
    assert!(seen > 300, "{seen} states: the test above would pass without the bound");
}
