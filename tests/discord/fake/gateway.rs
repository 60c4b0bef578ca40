//! The gateway: hello, heartbeats, identify, resume, and everything that Discord does to a connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;

use super::{APPLICATION, BOT, State, user};

/// How often a client has to send a heartbeat: Discord's own number.
const HEARTBEAT: u64 = 41_250;

/// What is done to the connection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tug {
    /// An event.
    Event(u64, String, Value),
    /// It breaks without a word.
    Cut,
    /// Operation 7.
    Reconnect,
    /// Operation 9; whether the session may be resumed.
    Invalid(bool),
    /// It is closed with this code.
    Close(u16),
}

/// The gateway's side of everything.
pub(crate) struct Socket {
    pub(crate) url: String,
    pub(crate) shards: u32,
    pub(crate) sessions_left: u32,
    /// What the bot's role may do, as `check` reads it.
    pub(crate) permissions: String,
    /// How often a heartbeat is wanted, in milliseconds.
    pub(crate) heartbeat: u64,
    /// Heartbeats are not answered.
    pub(crate) deaf: bool,
    pub(crate) identified: usize,
    pub(crate) resumed: usize,
    pub(crate) refused_resumes: usize,
    pub(crate) heartbeats: usize,
    /// The intents of the last identify.
    pub(crate) intents: Option<u64>,
    pub(crate) connections: usize,
    /// Those that are open now.
    pub(crate) open: usize,
    /// Nobody gets through.
    pub(crate) away: bool,
    /// How often somebody did not.
    pub(crate) turned_away: usize,
    sequence: u64,
    /// Sent in this session, to be sent again where it is resumed.
    sent: VecDeque<(u64, String, Value)>,
    session: Option<String>,
    live: Option<mpsc::UnboundedSender<Tug>>,
}

impl Socket {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            shards: 1,
            sessions_left: 1000,
            permissions: u64::MAX.to_string(),
            heartbeat: HEARTBEAT,
            deaf: false,
            identified: 0,
            resumed: 0,
            refused_resumes: 0,
            heartbeats: 0,
            intents: None,
            connections: 0,
            open: 0,
            away: false,
            turned_away: 0,
            sequence: 0,
            sent: VecDeque::new(),
            session: None,
            live: None,
        }
    }

    /// Whether the bot can hear something.
    pub(crate) fn is_live(&self) -> bool {
        self.session.is_some() && self.live.is_some()
    }

    /// The bot is gone: whoever connects now begins anew.
    pub(crate) fn forget(&mut self) {
        self.session = None;
        self.live = None;
    }

    /// Does something to the connection.
    pub(crate) fn tug(&mut self, tug: Tug) {
        if let Some(live) = &self.live {
            let _gone = live.send(tug);
        }
    }

    /// Sends an event; one that finds no connection is sent when the session is resumed.
    pub(crate) fn event(&mut self, name: &str, data: &Value) {
        self.sequence += 1;
        self.sent.push_back((self.sequence, name.to_owned(), data.clone()));
        let event = Tug::Event(self.sequence, name.to_owned(), data.clone());
        self.tug(event);
    }
}

pub(super) async fn serve(listener: TcpListener, state: Arc<Mutex<State>>, changed: watch::Sender<u64>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (state, changed) = (state.clone(), changed.clone());
        tokio::spawn(async move {
            let is_away = {
                let socket = &mut state.lock().unwrap().socket;
                socket.turned_away += usize::from(socket.away);
                socket.open += usize::from(!socket.away);
                socket.away
            };
            if !is_away {
                connection(stream, &state, &changed).await;
                state.lock().unwrap().socket.open -= 1;
            }
            changed.send_modify(|count| *count += 1);
        });
    }
}

async fn connection(stream: TcpStream, state: &Arc<Mutex<State>>, changed: &watch::Sender<u64>) {
    let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
    let (tugs, mut tugged) = mpsc::unbounded_channel();
    let heartbeat = {
        let mut state = state.lock().unwrap();
        state.socket.connections += 1;
        state.socket.heartbeat
    };
    let hello = json!({ "op": 10, "d": { "heartbeat_interval": heartbeat } });
    let _gone = socket.send(Message::text(hello.to_string())).await;
    loop {
        let (out, close) = tokio::select! {
            got = tokio::time::timeout(Duration::from_secs(120), socket.next()) => match got {
                Ok(Some(Ok(Message::Text(text)))) => {
                    let said: Value = serde_json::from_str(text.as_str()).unwrap();
                    heard(&mut state.lock().unwrap(), &said, &tugs)
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
                Ok(Some(Ok(_))) => continue,
            },
            Some(tug) = tugged.recv() => match tug {
                Tug::Event(sequence, name, data) => (vec![json!({ "op": 0, "s": sequence, "t": name, "d": data })], None),
                Tug::Cut => {
                    state.lock().unwrap().socket.live = None;
                    return;
                }
                Tug::Reconnect => (vec![json!({ "op": 7, "d": null })], None),
                Tug::Invalid(resumable) => {
                    if !resumable {
                        state.lock().unwrap().socket.session = None;
                    }
                    (vec![json!({ "op": 9, "d": resumable })], None)
                }
                Tug::Close(code) => {
                    state.lock().unwrap().socket.live = None;
                    (Vec::new(), Some(code))
                }
            },
        };
        changed.send_modify(|count| *count += 1);
        for message in out {
            if socket.send(Message::text(message.to_string())).await.is_err() {
                return;
            }
        }
        if let Some(code) = close {
            let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: code.into(), reason: "".into() };
            let _gone = socket.close(Some(frame)).await;
            return;
        }
    }
}

/// What a client says, and what is said to that; with the code by which the connection is closed.
fn heard(state: &mut State, said: &Value, tugs: &mpsc::UnboundedSender<Tug>) -> (Vec<Value>, Option<u16>) {
    let right = said["d"]["token"].as_str().is_none_or(|token| token.trim_start_matches("Bot ") == state.token);
    let socket = &mut state.socket;
    match said["op"].as_u64() {
        Some(1) => {
            socket.heartbeats += 1;
            (if socket.deaf { Vec::new() } else { vec![json!({ "op": 11 })] }, None)
        }
        Some(2 | 6) if !right => (Vec::new(), Some(4004)),
        Some(2) => {
            socket.identified += 1;
            socket.intents = said["d"]["intents"].as_u64();
            socket.sequence = 1;
            socket.sent.clear();
            let session = format!("session-{}", socket.identified);
            socket.session = Some(session.clone());
            socket.live = Some(tugs.clone());
            let ready = json!({
                "v": 10, "user": user(BOT, true), "guilds": [], "session_id": session, "resume_gateway_url": socket.url,
                "shard": said["d"]["shard"], "application": { "id": APPLICATION, "flags": 0 },
            });
            (vec![json!({ "op": 0, "s": 1, "t": "READY", "d": ready })], None)
        }
        Some(6) => {
            let after = said["d"]["seq"].as_u64().unwrap_or(0);
            if socket.session.as_deref() != said["d"]["session_id"].as_str() {
                socket.refused_resumes += 1;
                return (vec![json!({ "op": 9, "d": false })], None);
            }
            socket.resumed += 1;
            socket.live = Some(tugs.clone());
            let missed = socket.sent.iter().filter(|(sequence, ..)| *sequence > after);
            let mut out: Vec<Value> =
                missed.map(|(sequence, name, data)| json!({ "op": 0, "s": sequence, "t": name, "d": data })).collect();
            socket.sequence += 1;
            out.push(json!({ "op": 0, "s": socket.sequence, "t": "RESUMED", "d": {} }));
            (out, None)
        }
        _ => (Vec::new(), None),
    }
}
