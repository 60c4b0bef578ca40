//! Socket Mode: connections with a ticket that is good once, a greeting, and acknowledgements.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

use super::{Line, Shared};

/// At most so many connections of one app.
const LINES: usize = 10;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(line(stream, shared.clone()));
    }
}

impl Shared {
    /// An address for one connection.
    pub(super) fn ticket(&self) -> String {
        let mut state = self.lock();
        let ticket = format!("ticket-{}", state.next());
        state.tickets.insert(ticket.clone());
        format!("{}/link/?ticket={ticket}", self.socket_base)
    }

    /// Ends every connection: by the frame that says so, or by breaking it.
    pub(super) fn end_lines(&self, how: &str) {
        let frame = json!({"type": "disconnect", "reason": how, "debug_info": {"host": "fake"}}).to_string();
        let lines = if how == "broken" { std::mem::take(&mut self.lock().sockets) } else { Vec::new() };
        drop(lines);
        let state = self.lock();
        for line in &state.sockets {
            // Whoever is gone need not be told.
            let _gone = line.send.send(Message::text(frame.clone()));
        }
    }
}

async fn line(stream: TcpStream, shared: Arc<Shared>) {
    let looked = shared.clone();
    let callback = move |request: &Request, response: Response| {
        let ticket = request.uri().query().unwrap_or_default().trim_start_matches("ticket=").to_owned();
        let mut state = looked.lock();
        if state.trouble.away || !state.tickets.remove(&ticket) || state.sockets.len() >= LINES {
            return Err(ErrorResponse::new(None));
        }
        Ok(response)
    };
    let Ok(socket) = tokio_tungstenite::accept_hdr_async(stream, callback).await else { return };
    let (mut writer, mut reader) = socket.split();
    let (send, mut sent) = mpsc::unbounded_channel();
    let id = {
        let mut state = shared.lock();
        state.next_line += 1;
        state.next_line
    };
    let hello = json!({"type": "hello", "num_connections": id, "connection_info": {"app_id": "A0SNAP"},
        "debug_info": {"host": "fake", "approximate_connection_time": 18060}});
    if writer.send(Message::text(hello.to_string())).await.is_err() {
        return;
    }
    shared.with(|state| state.sockets.push(Line { id, send }));
    loop {
        tokio::select! {
            message = reader.next() => match message {
                Some(Ok(Message::Text(text))) => acknowledged(&shared, &text),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
            message = sent.recv() => match message {
                Some(message) => if writer.send(message).await.is_err() { break },
                None => break,
            },
        }
    }
    // What was sent here and not acknowledged is sent again elsewhere: its waiting end is dropped.
    shared.with(|state| {
        state.sockets.retain(|line| line.id != id);
        state.unacked.retain(|_, waiting| waiting.line != id);
    });
}

fn acknowledged(shared: &Shared, text: &str) {
    let ack: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let Some(envelope) = ack["envelope_id"].as_str() else {
        return shared.with(|state| state.violation(format!("no acknowledgement: {text}")));
    };
    let payload = ack.get("payload").cloned();
    shared.with(|state| {
        if let Some(waiting) = state.unacked.remove(envelope) {
            // Whoever waited has given up.
            let _late = waiting.acked.send(payload);
        }
    });
}
