//! What becomes of an interaction: the first answer, which Discord wants within three seconds, and what follows it.
//!
//! Both ways in lead here, the gateway and signed requests. A command or a click is handed to the engine and is answered as
//! soon as it is written down, so that no answer of vCenter's is waited for; forms and second questions are the first answer
//! themselves. Whatever comes later edits that answer or follows it, and goes to direct messages once its token has ended.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::api::{ApiError, Call};
use super::client::{Discord, Port, account, code, direct, is_snowflake};
use super::custom_id::CustomId;
use super::inbound::{self, Interaction, Pressed, Source, Token, What};
use super::rates::Route;
use super::render::{self, EPHEMERAL};
use super::{PLATFORM, commands, complete, members, notice};
use crate::chat::front::actor::{self, Actor};
use crate::chat::front::is_over_with;
use crate::domain::ids::{Account, ChannelId};
use crate::engine::ports::Chat;
use crate::engine::{Answer, Handle, Inbound, May, Stopped};
use crate::message::model::Card;
use crate::message::words::Locale;

/// An event is written down within this or the person is told to wait all the same: a third of what Discord allows.
const WRITTEN: Duration = Duration::from_millis(1_000);

/// Whether a button may be pressed is known by then, or the person is told to try again: a question and a form are first answers, for which
/// Discord waits three seconds.
const GATE: Duration = Duration::from_millis(2_000);

/// An answer that comes this soon is the first answer itself, and the person never reads that the bot is thinking.
const AT_ONCE: Duration = Duration::from_millis(25);

/// Discord knows an interaction's first answer a moment after it was given; what follows too soon is tried again so often.
const TOO_SOON: u32 = 5;

/// How long is waited before the first such try; twice as long before each further one.
const MOMENT: SignedDuration = SignedDuration::from_millis(100);

/// What somebody is told whose command was taken before the bot was started anew, and has no answer from then.
const SEEN_BEFORE: &str = "discord-seen-before";

/// Discord's numbers for the kinds of answers.
mod kind {
    pub(super) const PONG: u8 = 1;
    pub(super) const MESSAGE: u8 = 4;
    pub(super) const DEFER: u8 = 5;
    pub(super) const DEFER_UPDATE: u8 = 6;
    pub(super) const UPDATE: u8 = 7;
    pub(super) const COMPLETIONS: u8 = 8;
    pub(super) const FORM: u8 = 9;
}

/// What became of an interaction that came in.
pub(super) enum Taken {
    /// It was here before: whoever took it then answers it.
    SeenBefore,
    /// It says neither what it is nor how to answer it.
    Nothing,
    /// It is answered, by its id and its token.
    Step { id: String, token: Token, step: Step },
}

/// What is answered at once, and what is done after that.
pub(super) struct Step {
    pub(super) first: Value,
    pub(super) then: Option<Then>,
}

/// What follows the first answer. It is told whether Discord had a first answer already, by somebody who took the interaction before.
pub(super) type Then = Box<dyn FnOnce(bool) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

impl Step {
    fn only(first: Value) -> Self {
        Self { first, then: None }
    }
}

/// What the first answer was, for what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// An answer that only they see: the reply takes its place.
    Reply,
    /// Nothing to be seen: the reply is a message of its own.
    Silent,
    /// A message that only they see and that has done its work: the reply takes its place.
    Question,
}

/// Takes an interaction in, by whichever way it came: once, and one that cannot be read is answered too.
pub(super) async fn take(discord: &Arc<Discord>, handle: &Handle, json: &Value) -> Taken {
    let parsed = inbound::parse(json);
    let (id, token) = match &parsed {
        Ok(interaction) => (interaction.id.clone(), interaction.token.clone()),
        Err(unreadable) => {
            discord.unreadable(inbound::kind(json), &unreadable.to_string());
            match inbound::return_address(json) {
                Some(address) => address,
                None => return Taken::Nothing,
            }
        }
    };
    let is_ping = parsed.as_ref().is_ok_and(|interaction| interaction.what == What::Ping);
    if !is_ping && !discord.seen.is_new(&id) {
        tracing::info!(id, "an interaction came again and is not taken in twice");
        return Taken::SeenBefore;
    }
    let step = match parsed {
        Ok(interaction) => step(discord, handle, interaction).await,
        Err(_) => Step::only(unreadable(json)),
    };
    Taken::Step { id, token, step }
}

/// What is answered to an interaction that cannot be read. While somebody types there is no place for words.
fn unreadable(json: &Value) -> Value {
    if inbound::kind(json) == inbound::TYPING {
        return json!({ "type": kind::COMPLETIONS, "data": commands::completions(&[]) });
    }
    told(Locale::of(json["locale"].as_str().unwrap_or_default()), "discord-unreadable")
}

/// Decides what is answered to an interaction.
async fn step(discord: &Arc<Discord>, handle: &Handle, interaction: Interaction) -> Step {
    let locale = Locale::of(interaction.locale.as_deref().unwrap_or_default());
    if let Some(key) = refused(discord, &interaction) {
        // While somebody types there is no place for words.
        return Step::only(match interaction.what {
            What::Typing { .. } => json!({ "type": kind::COMPLETIONS, "data": commands::completions(&[]) }),
            What::Ping
            | What::Command(_)
            | What::Status { .. }
            | What::Press(_)
            | What::Form { .. }
            | What::Unknown { .. } => told(locale, &key),
        });
    }
    let who = Who::of(handle, &interaction);
    remember(discord, handle, &interaction);
    let Interaction { token, what, .. } = interaction;
    match what {
        What::Ping => Step::only(json!({ "type": kind::PONG })),
        What::Unknown { .. } => Step::only(told(locale, "discord-unreadable")),
        What::Typing { command, option } => {
            let found = complete::complete(handle, &who.actor.person, &command, &option, who.actor.locale.as_deref());
            Step::only(json!({ "type": kind::COMPLETIONS, "data": commands::completions(&found) }))
        }
        What::Command(command) => {
            // An old list of commands is read as text: the grammar says what is wrong with it.
            let text = commands::typed(&command).unwrap_or_else(|word| word);
            hand_in(discord, handle, &token, Opened::Reply, who.asks(text), locale).await
        }
        What::Status { request: None } => Step::only(told(locale, "discord-no-request-there")),
        What::Status { request: Some(request) } => {
            hand_in(discord, handle, &token, Opened::Reply, who.asks(format!("status {request}")), locale).await
        }
        What::Press(pressed) => press(discord, handle, &token, who, pressed, locale).await,
        What::Form { token: button, inputs, from } => {
            let opened = from.as_ref().map_or(Opened::Reply, |from| from.opened(&button));
            hand_in(discord, handle, &token, opened, who.presses(button, inputs), locale).await
        }
    }
}

async fn press(
    discord: &Arc<Discord>,
    handle: &Handle,
    token: &Token,
    who: Who,
    pressed: Pressed,
    locale: Locale,
) -> Step {
    let Pressed { id, label, from } = pressed;
    if from.ephemeral && from.answers.as_ref().is_some_and(|owner| *owner != who.user) {
        return Step::only(told(locale, "discord-not-yours"));
    }
    match id {
        CustomId::Press(ref button) => {
            let opened = from.opened(button);
            hand_in(discord, handle, token, opened, who.presses(button.clone(), BTreeMap::new()), locale).await
        }
        CustomId::No => {
            let mut first = told(locale, "discord-not-now");
            first["type"] = json!(kind::UPDATE);
            Step::only(first)
        }
        CustomId::Form(ref button) | CustomId::Confirm(ref button, _) => {
            let button = button.clone();
            // Nothing comes of it, so it is no event.
            let asks = Actor { once: None, ..who.actor.clone() };
            let may = tokio::time::timeout(GATE, handle.may(asks.presses(button.clone(), BTreeMap::new()))).await;
            let opened = from.opened(&button);
            match may {
                Ok(Ok(May::No(card))) => Step::only(shown(&card, opened)),
                Ok(Ok(May::Yes(now))) => match (&id, &now.confirm, &now.input) {
                    (CustomId::Confirm(..), Some(confirm), input) => {
                        let question = render::form::confirm(&button, confirm, now.style, input.is_some());
                        Step::only(json!({ "type": kind::MESSAGE, "data": question }))
                    }
                    (_, _, Some(input)) => {
                        // Of a list, what was chosen says which row it is.
                        let about = label.filter(|label| *label != now.label).unwrap_or(from.title);
                        let title =
                            if about.is_empty() { now.label.clone() } else { format!("{} · {about}", now.label) };
                        let form = render::form::form(&button, &title, input);
                        Step::only(json!({ "type": kind::FORM, "data": form }))
                    }
                    // It asks for nothing any more, so the click counts.
                    (_, _, None) => {
                        let press = who.presses(button, BTreeMap::new());
                        hand_in(discord, handle, token, opened, press, locale).await
                    }
                },
                Ok(Err(Stopped)) => Step::only(told(locale, "discord-stopping")),
                Err(_) => Step::only(told(locale, "discord-busy")),
            }
        }
        // A menu brings a choice, which is one of the others.
        CustomId::Menu(_) => Step::only(told(locale, "discord-unreadable")),
    }
}

/// Hands something to the engine, and answers as soon as it is written down.
async fn hand_in(
    discord: &Arc<Discord>,
    handle: &Handle,
    token: &Token,
    opened: Opened,
    inbound: Inbound,
    locale: Locale,
) -> Step {
    let (account, channel) = match &inbound {
        Inbound::Ask(ask) => (ask.account.clone(), Some(ask.channel.clone())),
        Inbound::Press(press) => (press.account.clone(), None),
    };
    let Ok(mut receipt) = handle.hand_in(inbound) else {
        return Step::only(told(locale, "discord-stopping"));
    };
    let written = tokio::time::timeout(WRITTEN, receipt.durable()).await;
    if written.is_err() {
        tracing::warn!("an interaction was answered before it was written down: the store is slow");
    }
    let mut answer = Box::pin(receipt.answer());
    let soon = tokio::time::timeout(AT_ONCE, &mut answer).await;
    let (discord, token) = (discord.clone(), token.clone());
    let came = discord.clock.elapsed();
    let (now, card) = match &soon {
        Ok(Ok(Answer { seen_before: true, .. })) => (true, None),
        Ok(Ok(Answer { reply: Some(card), .. })) if card.files.is_empty() => (true, Some(card.clone())),
        Ok(Ok(_) | Err(Stopped)) | Err(_) => (false, None),
    };
    if now {
        let first = card.as_ref().map_or_else(|| told(locale, SEEN_BEFORE), |card| shown(card, opened));
        let then: Then = Box::new(move |answered_before| {
            Box::pin(async move {
                // Whoever was first has only said that there is going to be an answer, or has given this one.
                if answered_before && card.is_some() {
                    finish(&discord, &token, opened, card, came, &account, channel.as_ref(), locale).await;
                }
            })
        });
        return Step { first, then: Some(then) };
    }
    let first = match opened {
        Opened::Reply => json!({ "type": kind::DEFER, "data": { "flags": EPHEMERAL } }),
        Opened::Silent | Opened::Question => json!({ "type": kind::DEFER_UPDATE }),
    };
    let then = move |answered_before: bool| async move {
        let answer = match soon {
            Ok(answer) => answer,
            Err(_) => answer.await,
        };
        let reply = match answer {
            // The first one has the answer.
            Ok(Answer { seen_before: true, .. }) if answered_before => return,
            Ok(Answer { seen_before: true, .. }) => Some(notice::card(locale, SEEN_BEFORE)),
            Ok(Answer { reply, .. }) => reply,
            Err(Stopped) => Some(notice::card(locale, "discord-stopping")),
        };
        finish(&discord, &token, opened, reply, came, &account, channel.as_ref(), locale).await;
    };
    Step { first, then: Some(Box::new(move |answered_before| Box::pin(then(answered_before)))) }
}

/// A card as the first answer, for one person alone.
fn shown(card: &Card, opened: Opened) -> Value {
    let kind = if opened == Opened::Question { kind::UPDATE } else { kind::MESSAGE };
    let mut data = render::reply(card).body;
    if kind == kind::UPDATE
        && let Some(data) = data.as_object_mut()
    {
        // What is seen by one person alone stays so.
        data.remove("flags");
    }
    json!({ "type": kind, "data": data })
}

/// Brings the answer to where the person looks.
#[expect(
    clippy::too_many_arguments,
    reason = "everything that is known of one interaction, in the one place that uses it"
)]
async fn finish(
    discord: &Arc<Discord>,
    token: &Token,
    opened: Opened,
    reply: Option<Card>,
    came: Duration,
    account: &Account,
    channel: Option<&ChannelId>,
    locale: Locale,
) {
    if super::known::is_good(came, discord.clock.elapsed()) {
        match patiently(discord, || answer(discord, token, opened, reply.as_ref())).await {
            Ok(()) => return,
            Err(error) if is_over(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "an interaction could not be answered");
                return;
            }
        }
    }
    // Its token has ended. What the channel shows goes on by itself; what was for one person goes to them directly.
    let Some(card) = reply else { return };
    let port = Port::new(discord.clone());
    let Some(direct) = port.direct(account) else { return };
    if let Err(error) = port.whisper(&direct, account, &card).await {
        tracing::info!(%error, "an answer that came too late could not be sent directly");
        let Some(channel) = channel else { return };
        let late = notice::card(locale, "discord-too-late");
        if let Err(error) = discord.say(channel, account, &late).await {
            tracing::warn!(%channel, %error, "nobody hears that an answer came too late");
        }
    }
}

async fn answer(discord: &Arc<Discord>, token: &Token, opened: Opened, reply: Option<&Card>) -> Result<(), ApiError> {
    let path = format!("/webhooks/{}/{}", discord.settings.application_id, token.reveal());
    let original = || format!("{path}/messages/@original");
    let call = |method: Method, path: String| Call::new(method, path, Route::interaction("")).unsigned();
    let done = match (opened, reply) {
        (Opened::Silent, None) => return Ok(()),
        (Opened::Silent, Some(card)) => return discord.follow_up(token, card).await,
        (Opened::Reply | Opened::Question, Some(card)) => {
            let mut message = render::reply(card);
            if let Some(body) = message.body.as_object_mut() {
                // Whether only one person sees it is settled by the first answer.
                body.remove("flags");
            }
            discord.api.send(call(Method::PATCH, original()).message(message)).await
        }
        // What came of it stands in the channel.
        (Opened::Reply | Opened::Question, None) => discord.api.send(call(Method::DELETE, original())).await,
    };
    done.map(|_| ())
}

/// Tries again where Discord does not know the first answer yet, or asks to wait.
async fn patiently<F: Future<Output = Result<(), ApiError>>>(
    discord: &Discord,
    send: impl Fn() -> F,
) -> Result<(), ApiError> {
    let mut moment = MOMENT;
    for _ in 0..TOO_SOON {
        match send().await {
            Err(ApiError::Wait(wait)) => moment = SignedDuration::try_from(wait).unwrap_or(moment).max(moment),
            Err(error)
                if error.is(code::UNKNOWN_WEBHOOK)
                    || error.is(code::UNKNOWN_INTERACTION)
                    || matches!(error, ApiError::Away(_)) => {}
            outcome => return outcome,
        }
        let until = discord.clock.now().saturating_add(moment).unwrap_or(jiff::Timestamp::MAX);
        discord.clock.sleep_until(until).await;
        moment = moment.saturating_mul(2);
    }
    send().await
}

/// Whether an interaction's token has ended.
fn is_over(error: &ApiError) -> bool {
    error.is(code::INVALID_TOKEN) || error.is(code::UNKNOWN_WEBHOOK) || error.is(code::UNKNOWN_INTERACTION)
}

/// Who did something, and where.
struct Who {
    actor: Actor,
    user: String,
    channel: ChannelId,
}

impl Who {
    fn of(handle: &Handle, interaction: &Interaction) -> Self {
        let user = interaction.user.id.clone();
        let account = account(&user);
        let known = actor::person(&handle.parts().rules().policy, [account.clone()]);
        let channel = match &interaction.guild {
            Some(_) => ChannelId::new(PLATFORM, interaction.channel.as_deref().unwrap_or_default()),
            None => direct(&user),
        };
        let person = known.unwrap_or_else(|| actor::stranger(&account));
        let once = Some(format!("{PLATFORM}/{}", interaction.id));
        Self { actor: Actor { person, account, locale: interaction.locale.clone(), once }, user, channel }
    }

    fn asks(self, text: String) -> Inbound {
        Inbound::Ask(self.actor.asks(self.channel, text))
    }

    fn presses(self, token: String, inputs: BTreeMap<String, String>) -> Inbound {
        Inbound::Press(self.actor.presses(token, inputs))
    }
}

impl Source {
    /// What a press of this button on this message opens.
    fn opened(&self, button: &str) -> Opened {
        if self.ephemeral && is_over_with(button) { Opened::Question } else { Opened::Silent }
    }
}

/// Why an interaction is not taken, as the key of what is said.
fn refused(discord: &Discord, interaction: &Interaction) -> Option<String> {
    let settings = &discord.settings;
    let key = if interaction.what == What::Ping {
        return None;
    } else if interaction.user.bot {
        "discord-no-bots"
    } else if !is_snowflake(&interaction.user.id) || interaction.application != settings.application_id {
        "discord-unreadable"
    } else {
        match (&interaction.guild, &settings.guild_id) {
            (None, _) if !settings.direct_messages => "discord-no-direct",
            (Some(here), Some(served)) if here != served => "discord-other-guild",
            (None | Some(_), _) => return None,
        }
    };
    Some(key.to_owned())
}

/// Remembers what the interaction tells beside what it is for.
fn remember(discord: &Discord, handle: &Handle, interaction: &Interaction) {
    if interaction.guild.is_some() {
        members::seen(handle, &interaction.user.id, &interaction.roles);
    }
    if let (Some(channel), false) = (&interaction.channel, matches!(interaction.what, What::Typing { .. } | What::Ping))
    {
        discord.tokens.put(channel, &interaction.user.id, interaction.token.clone(), discord.clock.elapsed());
    }
}

/// A sentence that only they see.
fn told(locale: Locale, key: &str) -> Value {
    json!({ "type": kind::MESSAGE, "data": render::reply(&notice::card(locale, key)).body })
}
