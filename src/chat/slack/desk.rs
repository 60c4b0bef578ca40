//! From what came in to what is done: every event is handed to the engine, acknowledged when that is written down, and answered.
//!
//! An acknowledgement waits for the journal and for nothing else, and at most a second. What is answered later goes to the
//! address that Slack gave with the event, or to the person alone in the channel, or to the person directly: whoever asks hears
//! something.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::api::{Api, CallError};
use super::health::Health;
use super::inbound::{Action, AnswerTo, Command, Inbound, Malformed, Who};
use super::people::{self, People};
use super::render::{self, Around, Form, Pressed};
use super::{PLATFORM, view};
use crate::chat::front::actor::{self, Actor};
use crate::chat::front::is_over_with;
use crate::domain::act::Parameter;
use crate::domain::command::{self, CommandError};
use crate::domain::ids::{ChannelId, PersonId};
use crate::domain::intent::Verb;
use crate::engine::ports::Clock;
use crate::engine::{self, Answer, Handle, May, Stopped};
use crate::message::model::{Addressee, Card};
use crate::message::words::{Locale, say};
use crate::telemetry::names;

mod modals;

/// The latest moment of an acknowledgement: Slack waits three seconds, and the way there and back takes some.
const ACK: Duration = Duration::from_secs(1);

/// The same while the journal stands still. A journal that writes again does so within this.
const STILL: Duration = Duration::from_millis(50);

/// How long answers that are on their way may take when the process ends.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// The longest pause that an answer is kept for; whoever waited longer has asked again.
const ANSWER_PAUSE: Duration = Duration::from_secs(30);

/// What an event came to, as far as Slack has to know.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Acked {
    /// It arrived, with what Slack shows at once.
    Yes(Option<Value>),
    /// The process ends and it is not written down: Slack shall send it again.
    No,
}

/// Where somebody hears of what they did.
#[derive(Debug, Clone)]
pub(super) struct To {
    pub(super) user: String,
    pub(super) channel: Option<String>,
    pub(super) response_url: Option<String>,
    /// The answer takes the place of the message that only they see, whose button they pressed.
    pub(super) replaces: bool,
}

impl To {
    /// The channel, where others are in it too: one of direct messages takes nothing that only one person sees.
    fn shared_channel(&self) -> Option<&str> {
        self.channel.as_deref().filter(|channel| !channel.starts_with('D'))
    }
}

/// Where events are taken to.
pub(super) struct Desk {
    api: Api,
    clock: Arc<dyn Clock>,
    people: People,
    health: Health,
    team_id: Option<String>,
    handle: OnceLock<Handle>,
    /// The journal has kept an event waiting for as long as one may.
    stands_still: AtomicBool,
    /// Answers and modals that are on their way.
    under_way: Mutex<JoinSet<()>>,
}

impl Desk {
    pub(super) fn new(api: Api, clock: Arc<dyn Clock>, team_id: Option<String>) -> Self {
        let people = People::new(clock.clone());
        let under_way = Mutex::new(JoinSet::new());
        Self {
            api,
            clock,
            people,
            health: Health::default(),
            team_id,
            handle: OnceLock::new(),
            stands_still: AtomicBool::new(false),
            under_way,
        }
    }

    /// There is an engine from now on.
    pub(super) fn open(&self, handle: Handle) {
        // The wiring begins once; a second engine would be a mistake there, and the first one stays.
        let _first = self.handle.set(handle);
    }

    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    pub(super) fn handle(&self) -> Option<&Handle> {
        self.handle.get()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Something of Slack's that is not even a frame.
    pub(super) fn unreadable(&self, kind: &'static str) {
        metrics::counter!(names::SLACK_UNREADABLE).increment(1);
        tracing::warn!(kind, "something of Slack's cannot be read");
    }

    /// Takes in an event. Comes back when Slack may be told.
    pub(super) async fn take(self: &Arc<Self>, event: Result<Inbound, Malformed>) -> Acked {
        let event = match event {
            Ok(event) => event,
            Err(malformed) => {
                metrics::counter!(names::SLACK_UNREADABLE).increment(1);
                tracing::warn!(
                    kind = malformed.kind,
                    missing = malformed.missing,
                    "something of Slack's cannot be read"
                );
                if let Some(to) = malformed.answer_to {
                    self.tell_unreadable(to);
                }
                return Acked::Yes(None);
            }
        };
        metrics::counter!(names::SLACK_EVENTS, "kind" => event.kind().to_owned()).increment(1);
        match event {
            Inbound::Command(command) => self.command(command).await,
            Inbound::Action(action) => self.action(action).await,
            Inbound::Suggest(suggest) => Acked::Yes(Some(self.suggest(&suggest).await)),
            Inbound::Submit(submit) => self.submit(submit).await,
            Inbound::Shortcut(shortcut) => self.shortcut(shortcut).await,
            Inbound::Home(who) => {
                self.show_home(who);
                Acked::Yes(None)
            }
            Inbound::Other(kind) => {
                tracing::debug!(kind, "an event that is not for us");
                Acked::Yes(None)
            }
        }
    }

    async fn command(self: &Arc<Self>, command: Command) -> Acked {
        let Command { who, channel, text, trigger, response_url } = command;
        let locale = self.people.locale(&self.api, &who.user).await;
        let to = To { user: who.user.clone(), channel: Some(channel.clone()), response_url, replaces: false };
        // With nothing, or with a verb whose VM is missing, a form asks for the rest.
        let half = match command::parse(&text) {
            Err(CommandError::Empty) => Some(Verb::Take),
            Err(CommandError::Missing { verb, parameter: Parameter::Vm }) if verb.is_about_vm() => Some(verb),
            Ok(_) | Err(_) => None,
        };
        if let Some(verb) = half.filter(|_| self.is_known(&who)) {
            self.ask_for_rest(modals::Wanted { who, to, trigger, locale, verb, vm: None });
            return Acked::Yes(None);
        }
        let ask = self.actor(&who, locale, &trigger).asks(ChannelId::new(PLATFORM, channel), text);
        self.hand_in(engine::Inbound::Ask(ask), to).await
    }

    async fn action(self: &Arc<Self>, action: Action) -> Acked {
        if action.view.is_some() && self.in_modal(&action) {
            return Acked::Yes(None);
        }
        let locale = self.people.locale(&self.api, &action.who.user).await;
        let (user, channel) = (action.who.user.clone(), action.channel.clone());
        let own = action.message.as_ref().is_some_and(|(_, ephemeral)| *ephemeral);
        let to = To { user, channel, response_url: action.response_url.clone(), replaces: false };
        // A button without anything is one that the engine does not know either, and that is its answer.
        let value = action.value.clone().unwrap_or_default();
        match render::pressed(&value) {
            Pressed::Token(token) => {
                let to = To { replaces: own && is_over_with(&token), ..to };
                let press = self.actor(&action.who, locale, &action.trigger).presses(token, Default::default());
                self.hand_in(engine::Inbound::Press(press), to).await
            }
            Pressed::Form(form) => {
                let to = To { replaces: own && is_over_with(&form.token), ..to };
                self.ask_why(form, to, locale, action);
                Acked::Yes(None)
            }
        }
    }

    /// Hands something to the engine. It may be acknowledged when it is written down, or after a second; the answer follows.
    pub(super) async fn hand_in(self: &Arc<Self>, inbound: engine::Inbound, to: To) -> Acked {
        let Some(Ok(mut receipt)) = self.handle.get().map(|handle| handle.hand_in(inbound)) else { return Acked::No };
        // While the journal stands still, one event waits for it and the others behind it do not: they would be a second late each.
        let patience = if self.stands_still.load(Ordering::Relaxed) { STILL } else { ACK };
        let late = timeout(patience, receipt.durable()).await.is_err();
        self.stands_still.store(late, Ordering::Relaxed);
        if late {
            metrics::counter!(names::SLACK_LATE_ACKS).increment(1);
        }
        let desk = self.clone();
        self.later(async move {
            if let Ok(answer) = receipt.answer().await {
                desk.answer(answer, to).await;
            }
        });
        Acked::Yes(None)
    }

    /// Shows somebody alone what came of what they did.
    async fn answer(&self, answer: Answer, to: To) {
        let Answer { reply, request, seen_before } = answer;
        if seen_before {
            // The first one has the answer.
            return;
        }
        match reply {
            Some(card) => self.whisper(&card, &to).await,
            // A choice that was made is no longer asked for.
            None if to.replaces && request.is_some() => {
                if let Some(url) = &to.response_url {
                    let _stays = self.api.respond(url, &json!({"delete_original": true})).await;
                }
            }
            None => {}
        }
    }

    /// Shows a card to one person, by whatever way still takes it.
    pub(super) async fn whisper(&self, card: &Card, to: &To) {
        let team = self.team_id.as_deref();
        let mentions = |to: &[Addressee]| {
            let rules = self.handle().map(|handle| handle.parts().rules());
            rules.map(|rules| people::mentions(&rules.policy, team, to)).unwrap_or_default()
        };
        let message = render::message(card, &Around { mentions: &mentions, ..Around::NOTHING }).arguments();
        if let Err(error) = self.deliver(Value::Object(message), to).await {
            metrics::counter!(names::SLACK_LOST_ANSWERS).increment(1);
            tracing::warn!(%error, "an answer could not be shown to the person who asked");
        }
    }

    /// By the address that came with the event, else in the channel, else directly.
    async fn deliver(&self, message: Value, to: &To) -> Result<(), CallError> {
        if let Some(url) = &to.response_url {
            let mut answer = message.clone();
            answer["response_type"] = json!("ephemeral");
            answer["replace_original"] = json!(to.replaces);
            let mut sent = self.api.respond(url, &answer).await;
            if let Err(CallError::Limited(pause)) = &sent {
                self.clock.pause((*pause).min(ANSWER_PAUSE)).await;
                sent = self.api.respond(url, &answer).await;
            }
            if sent.is_ok() {
                return Ok(());
            }
        }
        if let Some(channel) = to.shared_channel() {
            let mut ephemeral = message.clone();
            ephemeral["channel"] = json!(channel);
            ephemeral["user"] = json!(to.user);
            if self.api.json("chat.postEphemeral", &ephemeral).await.is_ok() {
                return Ok(());
            }
        }
        let mut direct = message;
        direct["channel"] = json!(to.user);
        self.api.json("chat.postMessage", &direct).await.map(|_| ())
    }

    fn tell_unreadable(self: &Arc<Self>, to: AnswerTo) {
        let AnswerTo { user, channel, response_url } = to;
        self.tell(To { user, channel, response_url, replaces: false }, None, "slack-unreadable");
    }

    /// Tells somebody one sentence of ours.
    pub(super) fn tell(self: &Arc<Self>, to: To, locale: Option<&str>, key: &'static str) {
        let locale = Locale::of(locale.unwrap_or_default());
        let text = say(locale, key, &[]);
        let desk = self.clone();
        self.later(async move {
            let message = json!({"text": text});
            if let Err(error) = desk.deliver(message, &to).await {
                tracing::warn!(%error, "an answer could not be shown to the person who asked");
            }
        });
    }

    /// Somebody who did something; Slack makes a trigger for each event, and sends it along whenever it sends the event again.
    pub(super) fn actor(&self, who: &Who, locale: Option<String>, trigger: &str) -> Actor {
        let once = Some(format!("{PLATFORM}/{trigger}"));
        Actor { person: self.person(who), account: who.account(), locale, once }
    }

    /// The person that an account is; somebody of another workspace than the only one that is served is a stranger.
    pub(super) fn person(&self, who: &Who) -> PersonId {
        let served = self.team_id.as_deref().is_none_or(|team| who.teams().any(|own| own == team));
        let known = self.handle().filter(|_| served);
        let known = known.and_then(|handle| actor::person(&handle.parts().rules().policy, who.accounts()));
        known.unwrap_or_else(|| actor::stranger(&who.account()))
    }

    /// Whether the configuration knows somebody.
    pub(super) fn is_known(&self, who: &Who) -> bool {
        let person = self.person(who);
        self.handle().is_some_and(|handle| handle.parts().rules().policy.person(&person).is_some())
    }

    /// The language that somebody reads.
    pub(super) async fn locale(&self, user: &str) -> Option<String> {
        self.people.locale(&self.api, user).await
    }

    /// Asks for the text that a button wants, of who may press it.
    fn ask_why(self: &Arc<Self>, form: Form, to: To, locale: Option<String>, action: Action) {
        let desk = self.clone();
        self.later(async move {
            let Some(handle) = desk.handle() else { return };
            let Action { who, trigger, .. } = action;
            // Nothing comes of it, so it is no event.
            let asks = Actor { once: None, ..desk.actor(&who, locale.clone(), &trigger) };
            let now = match handle.may(asks.presses(form.token.clone(), Default::default())).await {
                Ok(May::Yes(button)) => button,
                Ok(May::No(card)) => return desk.whisper(&card, &to).await,
                Err(Stopped) => return desk.tell(to, locale.as_deref(), "slack-too-slow"),
            };
            // The words are those of the reader's language, whatever the message's is.
            let form = match &now.input {
                Some(input) => Form { label: input.label.clone(), button: now.label.clone(), ..form },
                None => form,
            };
            let carried = view::Carried {
                channel: to.channel.clone(),
                response_url: to.response_url.clone(),
                ..Default::default()
            };
            let view = view::reason(&form, carried, Locale::of(locale.as_deref().unwrap_or_default()));
            desk.open_view(view, trigger, to, locale.as_deref()).await;
        });
    }

    /// Opens a modal. A trigger is good for three seconds and one use: if it is over, the person is told to try again.
    pub(super) async fn open_view(self: &Arc<Self>, view: Value, trigger: String, to: To, locale: Option<&str>) {
        let opened = self.api.json("views.open", &json!({"trigger_id": trigger, "view": view})).await;
        if let Err(error) = opened {
            tracing::warn!(%error, "a form could not be opened");
            self.tell(to, locale, "slack-too-slow");
        }
    }

    /// Does something that nobody waits for; it is ended in order when the process is.
    pub(super) fn later(&self, what: impl Future<Output = ()> + Send + 'static) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        while under_way.try_join_next().is_some() {}
        under_way.spawn(what);
    }

    /// Waits for what is on its way, for a while.
    pub(super) async fn close(&self) {
        let mut under_way = std::mem::take(&mut *self.under_way.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while under_way.join_next().await.is_some() {} };
        if timeout(LAST_ANSWERS, all).await.is_err() {
            tracing::warn!("some answers were not given before the end");
        }
    }
}

#[cfg(test)]
mod tests;
