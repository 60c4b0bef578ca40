//! The chat that outlives the process: one platform that keeps its messages, and refuses the twin of a message by its nonce.
//!
//! A refused twin is answered with the message that is there, which says what it said: that is how Discord's `enforce_nonce` and
//! a search by Slack's metadata behave.

use std::sync::Arc;

use async_trait::async_trait;
use snapwarden::domain::ids::{ChannelId, MessageId, RequestId};
use snapwarden::engine::ports::{Chat, ChatError};
use snapwarden::message::model::{Button, Card};

use super::crash::Touch;
use super::hub::{Hub, Ms, Of, Reply, World};

/// The platform's name.
pub(super) const PLATFORM: &str = "sim";

/// How long the platform takes one way at most.
const WAY: Ms = 120;

/// One message.
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) request: RequestId,
    pub(super) card: Card,
}

/// The channel and what goes wrong with it.
#[derive(Default)]
pub(super) struct ChatState {
    pub(super) messages: Vec<Message>,
    /// Every button that was ever to be seen, each once.
    pub(super) buttons: Vec<Button>,
    pub(super) away: bool,
    /// How many of a hundred messages fail, in one of several ways.
    pub(super) failures: i64,
    pub(super) twins_refused: u64,
}

/// What is to be done with a card.
#[derive(Clone)]
enum Put {
    Post(RequestId),
    Edit(MessageId),
}

impl World {
    fn card_sent(&mut self, put: Put, card: Card, reply: Reply<Result<MessageId, ChatError>>) {
        self.touch(Touch::CardSent, &[]);
        if self.dead {
            return;
        }
        let fails = self.rng.percent(self.chat.failures);
        let later = ChatError::Later {
            after: self.rng.percent(50).then(|| std::time::Duration::from_millis(1_500)),
            why: "busy".to_owned(),
        };
        let (there, back) = (self.rng.between(1, WAY), self.rng.between(1, WAY));
        if self.chat.away || (fails && self.rng.percent(50)) {
            return self.answer(there + back, reply, Err(later));
        }
        // What fails from here on was shown all the same; only the answer is lost.
        self.after(there, Of::Sent, move |world| {
            let shown = world.put_card(put, card);
            world.touch(Touch::CardShown, &[]);
            world.answer(back, reply, if fails { Err(later) } else { Ok(shown) });
        });
    }

    fn put_card(&mut self, put: Put, card: Card) -> MessageId {
        for button in &card.buttons {
            if !self.chat.buttons.iter().any(|known| known.token == button.token) {
                self.chat.buttons.push(button.clone());
            }
        }
        self.tell(|_| format!("chat shows {:?}: {}", card.state, card.title));
        match put {
            Put::Post(request) => {
                if let Some(twin) = self.chat.messages.iter().find(|message| message.request == request) {
                    let id = twin.id.clone();
                    self.chat.twins_refused += 1;
                    self.tell(|_| format!("which was a twin of {id} and is refused"));
                    return id;
                }
                let id = MessageId::new(format!("m-{}", self.chat.messages.len() + 1));
                self.chat.messages.push(Message { id: id.clone(), request, card });
                id
            }
            Put::Edit(id) => {
                let message = self.chat.messages.iter_mut().find(|message| message.id == id);
                message.expect("an edited message is there").card = card;
                id
            }
        }
    }
}

/// The port.
pub(super) struct SimChat(pub(super) Arc<Hub>);

#[async_trait]
impl Chat for SimChat {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    async fn post(
        &self,
        _channel: &ChannelId,
        nonce: &RequestId,
        _again: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        let (put, card) = (Put::Post(nonce.clone()), card.clone());
        self.0.ask(|world, reply| world.card_sent(put, card, reply)).await
    }

    async fn edit(&self, _channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        let (put, card) = (Put::Edit(message.clone()), card.clone());
        self.0.ask(|world, reply| world.card_sent(put, card, reply)).await.map(|_| ())
    }
}
