//! A WebSocket that the bot opens, as events come from Slack and from Discord's gateway: raw text, over the same proxy and the same TLS
//! as requests.
//!
//! Whoever holds it owns the connection: it is closed when it is dropped, and nothing here opens another.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};

use super::tls;
use crate::proxy::Proxies;

/// How long opening may take: the connection, the proxy's tunnel, TLS and the handshake.
const OPEN: Duration = Duration::from_secs(15);

/// How long the other end may take to accept what is sent.
const SEND: Duration = Duration::from_secs(10);

/// A message longer than this is none of a chat's, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;

pub(in crate::chat) struct WebSocket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What comes by a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) enum Heard {
    Text(String),
    /// Something that only says that the other end is there: a ping, or the answer to one.
    Alive,
    /// The other end closes it, with this code. Nothing follows.
    Closed(Option<u16>),
    /// It broke without a word. Nothing follows.
    Broken,
}

impl WebSocket {
    /// Opens one at this address (`wss://` or `ws://`).
    ///
    /// # Errors
    /// Why not, without the address: that may hold a secret.
    pub(in crate::chat) async fn open(url: &Url, proxies: &Proxies) -> Result<Self, String> {
        let opening = async {
            let stream = proxies.connect(url).await?;
            let config = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
            let tls = Connector::Rustls(Arc::new(tls::client()?));
            let opened = client_async_tls_with_config(url.as_str(), stream, Some(config), Some(tls)).await;
            opened.map(|(socket, _)| Self(socket)).map_err(|error| words(&error))
        };
        timeout(OPEN, opening).await.unwrap_or_else(|_| Err("the connection took too long to open".to_owned()))
    }

    /// What comes next. Cancelling it loses nothing.
    pub(in crate::chat) async fn next(&mut self) -> Heard {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => Heard::Text(text.as_str().to_owned()),
            Some(Ok(Message::Close(frame))) => Heard::Closed(frame.map(|frame| frame.code.into())),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => Heard::Alive,
            Some(Err(_)) | None => Heard::Broken,
        }
    }

    /// Sends text; whether the connection took it. One that did not is of no more use.
    pub(in crate::chat) async fn send(&mut self, text: String) -> bool {
        self.put(Message::text(text)).await
    }

    /// Asks whether the other end is there, which it answers with [`Heard::Alive`]; whether the connection took that.
    pub(in crate::chat) async fn ping(&mut self) -> bool {
        self.put(Message::Ping(Bytes::new())).await
    }

    /// Ends it in order.
    pub(in crate::chat) async fn close(mut self) {
        // Whoever does not take the farewell is gone already.
        let _gone = timeout(SEND, self.0.close(None)).await;
    }

    async fn put(&mut self, message: Message) -> bool {
        matches!(timeout(SEND, self.0.send(message)).await, Ok(Ok(())))
    }
}

/// What kept a connection from being opened, without the address.
fn words(error: &Error) -> String {
    if let Error::Http(response) = error {
        return format!("the other end answers {} instead of opening a WebSocket", response.status().as_u16());
    }
    if let Error::Io(error) = error {
        return format!("the connection broke while it was opened: {error}");
    }
    "the other end opens no WebSocket".to_owned()
}
