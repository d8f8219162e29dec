//! The WebSocket transport: one task that carries messages both ways and answers pings.
//!
//! Does not come back after a drop: a client that wants to opens another.

use futures_util::{SinkExt, StreamExt};
use std::net::{IpAddr, SocketAddr};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::client::Wire;
use crate::{Error, Message};

/// Opens a session; `from` is the address to open it from.
pub(crate) async fn open(address: SocketAddr, path: &str, from: Option<IpAddr>) -> Result<Wire, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Connect(error.to_string());
    let stream = stream(address, from, None).await.map_err(|error| failed(&error))?;
    let url = format!("ws://{address}{path}?EIO=4&transport=websocket");
    let request = url.into_client_request().map_err(|error| failed(&error))?;
    // The library's own buffers are for few connections; a load generator has many.
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0).max_write_buffer_size(1 << 20);
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await.map_err(|error| failed(&error))?;
    let (out, outgoing) = mpsc::unbounded_channel();
    let (incoming, inbox) = mpsc::unbounded_channel();
    let task = tokio::spawn(carry(socket, outgoing, incoming));
    Ok(Wire { out, inbox, tasks: vec![task] })
}

/// A connection from this address. `receive` is the size of its receive buffer in bytes, which the system doubles and may
/// round; by default it grows as needed.
pub(crate) async fn stream(
    address: SocketAddr,
    from: Option<IpAddr>,
    receive: Option<u32>,
) -> std::io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(receive) = receive {
        // Before connecting: the window's scale is agreed on then.
        socket.set_recv_buffer_size(receive)?;
    }
    if let Some(from) = from {
        socket.bind(SocketAddr::new(from, 0))?;
    }
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn carry(
    socket: WebSocketStream<TcpStream>,
    mut outgoing: mpsc::UnboundedReceiver<Message>,
    incoming: mpsc::UnboundedSender<Result<Message, Error>>,
) {
    let (mut sink, mut source) = socket.split();
    let reason = loop {
        tokio::select! {
            said = outgoing.recv() => {
                let frame = match said {
                    Some(Message::Text(text)) => Frame::text(text),
                    Some(Message::Binary(bytes)) => Frame::binary(bytes),
                    None => {
                        // The client is gone: nobody wants to know how the farewell went.
                        let _ = sink.close().await;
                        return;
                    }
                };
                if let Err(error) = sink.send(frame).await {
                    break error.to_string();
                }
            }
            heard = source.next() => match heard {
                Some(Ok(Frame::Text(text))) if text.as_str() == "2" => {
                    if let Err(error) = sink.send(Frame::text("3")).await {
                        break error.to_string();
                    }
                }
                Some(Ok(Frame::Text(text))) => drop(incoming.send(Ok(Message::Text(text.as_str().to_owned())))),
                Some(Ok(Frame::Binary(bytes))) => drop(incoming.send(Ok(Message::Binary(bytes.to_vec())))),
                Some(Ok(Frame::Close(frame))) => break frame.map_or("closed".into(), |frame| frame.code.to_string()),
                Some(Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_))) => {}
                Some(Err(error)) => break error.to_string(),
                None => break "end of stream".into(),
            },
        }
    };
    // The receiver may be gone first; then nobody asks why.
    let _ = incoming.send(Err(Error::Closed(reason)));
}
