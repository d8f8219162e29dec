//! Middleware that waits, and what becomes of those who wait for it.
//!
//! Middleware that answers at once is tried in `joining`.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::yield_now;

use super::guest::{comes, tapped};
use super::*;

/// A server whose middleware waits for this.
fn waiting(log: &Log) -> (Io, Arc<Notify>) {
    let (io, go) = (server(), Arc::new(Notify::new()));
    let (first, second, last) = (log.clone(), log.clone(), log.clone());
    let goes = Arc::clone(&go);
    io.of("/x").wrap(move |_| {
        first.say("first");
        Ok(())
    });
    io.of("/x").wrap_async(move |socket| {
        let (log, go) = (second.clone(), Arc::clone(&goes));
        async move {
            log.say("waits");
            go.notified().await;
            let auth = socket.handshake().auth::<std::collections::HashMap<String, bool>>();
            if auth.is_ok_and(|auth| auth.contains_key("wrong")) { Err(ConnectError::new("no")) } else { Ok(()) }
        }
    });
    io.of("/x").wrap(move |_| {
        last.say("last");
        Ok(())
    });
    let log = log.clone();
    io.of("/x").on_connect(move |_| log.say("in"));
    (io, go)
}

#[tokio::test]
async fn p20_middleware_may_wait_and_all_is_asked_in_order() {
    let log = Log::default();
    let (io, go) = waiting(&log);
    let tap = tapped(&io);
    tap.say("40/x");
    tap.say("40");
    assert!(comes(&tap).await[0].starts_with("0{"), "nothing else waits for it");
    yield_now().await;
    assert_eq!((log.take(), io.of("/x").len()), (vec!["first".to_owned(), "waits".to_owned()], 0));
    go.notify_one();
    assert!(comes(&tap).await[0].starts_with("0/x,{"));
    assert_eq!((log.take(), io.of("/x").len()), (vec!["last".to_owned(), "in".to_owned()], 1));
}

#[tokio::test]
async fn p20_middleware_that_waited_refuses_and_the_client_may_try_again() {
    let log = Log::default();
    let (io, go) = waiting(&log);
    let tap = tapped(&io);
    for _ in 0..2 {
        tap.say(r#"40/x,{"wrong":true}"#);
        go.notify_one();
        assert_eq!(comes(&tap).await, [r#"4/x,{"message":"no"}"#]);
    }
    assert_eq!((tap.closed(), io.of("/x").len()), (None, 0));
    assert_eq!(log.take(), ["first", "waits"].repeat(2));
}

#[tokio::test]
async fn p18_who_still_waits_may_say_nothing_there() {
    for packet in [r#"42/x,["a"]"#, "40/x", "41/x", "43/x,0[]"] {
        let (io, _go) = waiting(&Log::default());
        let tap = tapped(&io);
        tap.say("40/x");
        yield_now().await;
        tap.say(packet);
        assert_eq!(tap.closed(), Some(CloseReason::ForcedClose), "{packet}");
    }
}

#[tokio::test]
async fn who_goes_while_it_waits_is_never_in_and_nothing_waits_any_more() {
    let log = Log::default();
    let (io, go) = waiting(&log);
    io.of_dynamic(|name, _| name == "/d", {
        let go = Arc::clone(&go);
        move |namespace| {
            let go = Arc::clone(&go);
            namespace.wrap_async(move |_| {
                let go = Arc::clone(&go);
                async move {
                    go.notified().await;
                    Ok(())
                }
            });
        }
    });
    let peer = Peer::open(&io);
    for packet in ["0/x", "0/d"] {
        peer.text(packet).expect("a CONNECT");
    }
    yield_now().await;
    assert!(io.find("/d").is_some());
    peer.link.closed(CloseReason::TransportClose);
    assert_eq!(io.find("/d"), None, "nobody is on the way into it");
    yield_now().await;
    go.notify_waiters();
    yield_now().await;
    assert_eq!((log.take(), io.of("/x").len()), (vec!["first".to_owned(), "waits".to_owned()], 0));
}

#[tokio::test(start_paused = true)]
async fn p19_who_waits_too_long_is_closed() {
    let log = Log::default();
    let (io, _go) = waiting(&log);
    let tap = tapped(&io);
    tap.say("40/x");
    tokio::time::sleep(Duration::from_millis(44_999)).await;
    assert_eq!(tap.closed(), None);
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(tap.closed(), Some(CloseReason::ForcedClose));
}

#[tokio::test]
async fn a_panic_of_middleware_that_waits_ends_its_own_session() {
    let io = server();
    io.of("/x").wrap_async(async |_| panic!("for the test"));
    let (tap, other) = (tapped(&io), tapped(&io));
    tap.say("40/x");
    while tap.closed().is_none() {
        yield_now().await;
    }
    other.say("40");
    assert!(comes(&other).await[0].starts_with("0{"));
}
