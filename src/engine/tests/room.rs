//! A chat of one room, whose messages a test can read, and which fails when it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::ids::{Account, ChannelId, MessageId, RequestId};
use crate::engine::ports::{Chat, ChatError, Clock};
use crate::message::model::Card;

#[derive(Default)]
pub(super) struct Room(Mutex<State>);

#[derive(Default)]
struct State {
    /// What each message says now, by its nonce.
    messages: BTreeMap<RequestId, Card>,
    /// How often the bot tried to post a message that is there: it would be a twin.
    twins: usize,
    whispered: Vec<Card>,
    /// When each try came, by the clock that never goes back.
    tries: Vec<Duration>,
    is_away: bool,
    /// Whether it reaches people directly.
    is_direct: bool,
}

/// The room, with the clock that its tries are noted by.
pub(super) struct Door {
    pub(super) room: Arc<Room>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) platform: &'static str,
}

impl Room {
    pub(super) fn message(&self, id: &RequestId) -> Option<Card> {
        self.0.lock().unwrap().messages.get(id).cloned()
    }

    pub(super) fn messages(&self) -> Vec<Card> {
        self.0.lock().unwrap().messages.values().cloned().collect()
    }

    pub(super) fn twins(&self) -> usize {
        self.0.lock().unwrap().twins
    }

    pub(super) fn whispered(&self) -> Vec<Card> {
        self.0.lock().unwrap().whispered.clone()
    }

    pub(super) fn set_away(&self, is_away: bool) {
        self.0.lock().unwrap().is_away = is_away;
    }

    pub(super) fn set_direct(&self) {
        self.0.lock().unwrap().is_direct = true;
    }

    pub(super) fn tries(&self) -> Vec<Duration> {
        self.0.lock().unwrap().tries.clone()
    }
}

impl Door {
    /// The room's state, if it can be reached.
    fn try_once(&self) -> Result<MutexGuard<'_, State>, ChatError> {
        let mut state = self.room.0.lock().unwrap();
        state.tries.push(self.clock.elapsed());
        if state.is_away {
            return Err(ChatError::Later { after: None, why: "it is away".to_owned() });
        }
        Ok(state)
    }
}

#[async_trait]
impl Chat for Door {
    fn platform(&self) -> &'static str {
        self.platform
    }

    async fn post(&self, _: &ChannelId, nonce: &RequestId, _: bool, card: &Card) -> Result<MessageId, ChatError> {
        let mut state = self.try_once()?;
        // The message of this nonce is found again, and stays as it is.
        match state.messages.contains_key(nonce) {
            true => state.twins += 1,
            false => drop(state.messages.insert(nonce.clone(), card.clone())),
        }
        Ok(MessageId::new(nonce.as_str()))
    }

    async fn edit(&self, _: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        let mut state = self.try_once()?;
        let shown = state.messages.get_mut(&RequestId::parse(message.as_str()).unwrap());
        *shown.expect("only what was posted is edited") = card.clone();
        Ok(())
    }

    fn direct(&self, account: &Account) -> Option<ChannelId> {
        let is_direct = self.room.0.lock().unwrap().is_direct;
        is_direct.then(|| ChannelId::new(self.platform, format!("direct-{}", account.id())))
    }

    async fn whisper(&self, _: &ChannelId, _: &Account, card: &Card) -> Result<(), ChatError> {
        self.room.0.lock().unwrap().whispered.push(card.clone());
        Ok(())
    }
}
