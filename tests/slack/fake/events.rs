//! How events get to the bot: over one of its connections, or by a signed request, until they are acknowledged.

use std::time::{Duration, Instant};

use hmac_of::sign;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;

use super::{SIGNING_SECRET, Shared, Waiting};

/// So long Slack waits for an acknowledgement.
const ACK: Duration = Duration::from_secs(3);

/// So often Slack sends an event.
const TRIES: usize = 4;

/// What an acknowledgement carried.
#[derive(Debug, Clone)]
pub(crate) struct Delivered(pub(crate) Option<Value>);

impl Shared {
    /// Sends an event over Socket Mode until it is acknowledged.
    pub(crate) async fn by_socket(&self, kind: &str, payload: &Value) -> Delivered {
        for round in 0..TRIES {
            let (acked, answer) = oneshot::channel();
            let mut acked = Some(acked);
            let started = self
                .until("a connection of the bot's", |state| {
                    let count = state.sockets.len() as u64;
                    let index = state.next() % count.max(1);
                    let line = state.sockets.get(usize::try_from(index).unwrap())?;
                    let (id, send) = (line.id, line.send.clone());
                    let envelope = format!("e{}", state.next());
                    let frame = json!({"envelope_id": envelope, "type": kind, "payload": payload,
                        "accepts_response_payload": true});
                    send.send(Message::text(frame.to_string())).ok()?;
                    let acked = acked.take()?;
                    state.unacked.insert(envelope, Waiting { line: id, acked });
                    Some(Instant::now())
                })
                .await;
            match tokio::time::timeout(ACK, answer).await {
                Ok(Ok(payload)) => {
                    self.with(|state| state.acks.push(started.elapsed()));
                    return Delivered(payload);
                }
                // The connection went away.
                Ok(Err(_)) => {}
                Err(_) => self.with(|state| state.late_acks += 1),
            }
            self.with(|state| state.redelivered += 1);
            assert!(round + 1 < TRIES, "the bot does not acknowledge {kind}");
        }
        unreachable!("the last round fails");
    }

    /// Sends an event as a signed request; `url` is the bot's.
    pub(crate) async fn by_http(&self, url: &str, kind: &str, payload: &Value) -> Delivered {
        let body = body_of(kind, payload);
        let stamp = self.wall().as_second().to_string();
        let signature = sign(SIGNING_SECRET, &stamp, body.as_bytes());
        let started = Instant::now();
        let (status, answer) = self.send(url, &stamp, &signature, kind, body).await;
        assert_eq!(status, 200, "{kind}: {answer}");
        let took = started.elapsed();
        self.with(|state| {
            state.acks.push(took);
            state.late_acks += u64::from(took > ACK);
        });
        Delivered(serde_json::from_str(&answer).ok())
    }

    /// Sends any request to the bot's address for Slack: the status and what it says.
    pub(crate) async fn send(
        &self,
        url: &str,
        stamp: &str,
        signature: &str,
        kind: &str,
        body: String,
    ) -> (u16, String) {
        let media = if kind == "events_api" { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = self.http.post(format!("{url}/slack/events")).header("content-type", media);
        let request = request.header("x-slack-request-timestamp", stamp).header("x-slack-signature", signature);
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// A payload as the body of a request.
pub(crate) fn body_of(kind: &str, payload: &Value) -> String {
    let mut url = reqwest::Url::parse("http://localhost/").unwrap();
    match kind {
        "slash_commands" => {
            let fields = payload.as_object().unwrap().iter();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            url.query_pairs_mut().extend_pairs(fields.map(|(key, value)| (key.as_str(), text(value))));
        }
        "interactive" => {
            url.query_pairs_mut().append_pair("payload", &payload.to_string());
        }
        _ => return payload.to_string(),
    }
    url.query().unwrap_or_default().to_owned()
}

/// Slack's signature.
pub(crate) mod hmac_of {
    use hmac::{Hmac, Mac};
    use sha2::Sha256;

    /// Signs a body.
    pub(crate) fn sign(secret: &str, stamp: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("v0:{stamp}:").as_bytes());
        mac.update(body);
        format!("v0={}", hex::encode(mac.finalize().into_bytes()))
    }
}
