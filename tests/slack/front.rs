//! Slack as a person has it before them, for the scenarios of `tests/world`: what stands in its channels, read as text.

use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::{Value, json};
use snapwarden::chat::slack::{Delivery, Settings, inbound};
use snapwarden::config::Config;
use snapwarden::engine::Channel;
use snapwarden::message::words::Locale;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::fake::people::{Button, Way};
use super::fake::{APP_TOKEN, BOT_TOKEN, Ephemeral, FakeSlack, Posted, SIGNING_SECRET, State, TEAM};
use crate::world::fronts::{Front, Reach, Wanted, listen};
use crate::world::people::Answer;
use crate::world::said::{Said, row_button};

/// How long a click that changed its message may take to be answered as well. Most are not, so this is what they cost.
const GRACE: std::time::Duration = std::time::Duration::from_secs(2);

/// Slack, with the bot in it.
pub(crate) struct SlackFront {
    pub(crate) slack: FakeSlack,
    pub(super) by_http: bool,
    reach: Mutex<Option<String>>,
    listening: Mutex<Vec<JoinHandle<()>>>,
    /// People type one after the other, so that what a command came to can be told from what others came to.
    turn: tokio::sync::Mutex<()>,
}

impl SlackFront {
    pub(crate) async fn start(by_http: bool) -> Self {
        Self::of(FakeSlack::start(&["C-ops", "C-web-team"]).await, by_http)
    }

    /// Slack under its own names, which are found by others than the system.
    pub(crate) async fn start_elsewhere() -> Self {
        let public = ("https://hooks.slack.com", "wss://wss-primary.slack.com");
        Self::of(FakeSlack::start_as(&["C-ops", "C-web-team"], Some(public)).await, false)
    }

    /// Where its pages and its sockets really are.
    pub(crate) fn addresses(&self) -> (std::net::SocketAddr, std::net::SocketAddr) {
        self.slack.addresses
    }

    fn of(slack: FakeSlack, by_http: bool) -> Self {
        Self {
            slack,
            by_http,
            reach: Mutex::default(),
            listening: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// How events get to the bot that lives now.
    pub(crate) fn way(&self) -> Way {
        let reach = self.reach.lock().unwrap();
        let url = reach.as_ref().expect("the bot runs");
        if self.by_http { Way::Http(url.clone()) } else { Way::Socket }
    }

    /// The bot that lives now takes requests at this address.
    pub(super) fn reached_at(&self, url: &str) {
        *self.reach.lock().unwrap() = Some(url.to_owned());
    }

    /// What came of something: the answer at this address, a new message in the channel, or a change of the message that was pressed.
    async fn came_of(
        &self,
        what: &str,
        response: &str,
        channel: &str,
        before: &[(String, u64)],
        pressed: Option<&str>,
    ) -> Answer {
        let look = |state: &mut State| {
            let answer = state.ephemerals.iter().find(|one| one.by.as_deref() == Some(response)).cloned();
            if let Some(answer) = answer {
                return Some(Some(answer.said));
            }
            let is_new = |(ts, edits): &(String, u64)| match before.iter().find(|(old, _)| old == ts) {
                // What a channel is told by itself comes of no click, and may come late.
                None => pressed.is_none() || is_of_request(state, channel, ts),
                Some((_, then)) => then != edits && pressed == Some(ts.as_str()),
            };
            counted(state, channel).iter().any(is_new).then_some(None)
        };
        let mut came = self.slack.until(what, look).await;
        let silent = came.as_ref().is_none_or(Value::is_null);
        if let Some(pressed) = pressed.filter(|_| silent) {
            // The message has changed already; what is said to one person, or the request that came of it, may still be on its way.
            let rest = self.slack.shared.until(what, |state| {
                let own = |one: &&Ephemeral| one.by.as_deref() == Some(response) && !one.said.is_null();
                let answer = state.ephemerals.iter().find(own).map(|one| one.said.clone());
                let is_new = |ts: &str| !before.iter().any(|(old, _)| old == ts) && is_of_request(state, channel, ts);
                let new = counted(state, channel).iter().any(|(ts, _)| is_new(ts));
                answer.map(Some).or(new.then_some(None))
            });
            if let Ok(rest) = tokio::time::timeout(GRACE, rest).await {
                came = rest;
            } else {
                came = None;
            }
            if came.is_none() {
                let own = self.newest(channel, before).or_else(|| self.request_of(channel, pressed));
                return Answer { reply: None, request: own };
            }
        }
        match came {
            Some(Value::Null) | None => Answer { reply: None, request: self.newest(channel, before) },
            Some(one) => {
                let said = said(&one, "");
                let request = said.0["request"].as_str().map(str::to_owned);
                Answer { reply: Some(said), request }
            }
        }
    }

    /// The request that a message is about.
    fn request_of(&self, channel: &str, ts: &str) -> Option<String> {
        let message = self.slack.with(|state| state.messages(channel).into_iter().find(|one| one.ts == ts))?;
        said(&message.said, ts).0["request"].as_str().map(str::to_owned)
    }

    /// The request of a message that was not there before.
    fn newest(&self, channel: &str, before: &[(String, u64)]) -> Option<String> {
        let messages = self.slack.with(|state| state.messages(channel));
        let new = messages.iter().rev().filter(|message| !before.iter().any(|(ts, _)| *ts == message.ts));
        new.filter_map(|new| said(&new.said, &new.ts).0["request"].as_str().map(str::to_owned)).next()
    }

    /// The modal that somebody is shown after a click; none where they read at once why there is none.
    async fn modal_or_answer(&self, user: &str, response: &str) -> Option<String> {
        let look = |state: &mut State| {
            let modal = state.views.iter().find(|(_, view)| view.user == user).map(|(id, _)| Some(id.clone()));
            let told = state.ephemerals.iter().any(|one| one.by.as_deref() == Some(response));
            modal.or(told.then_some(None))
        };
        self.slack.until(&format!("{user} has a modal or is told why not"), look).await
    }

    /// The button with this token, wherever a person sees it.
    pub(crate) fn find(&self, user: &str, token: &str) -> Option<Button> {
        self.slack.with(|state| {
            let in_channels = state.channels.iter().flat_map(|(id, channel)| {
                channel.messages.iter().map(move |message| (id.clone(), message.ts.clone(), &message.said, false))
            });
            let own = state.ephemerals.iter().filter(|one| one.user == user);
            let own = own.map(|one| (one.channel.clone(), one.ts.clone(), &one.said, true));
            let mut all = in_channels.chain(own);
            all.find_map(|(channel, ts, said, ephemeral)| {
                let element = elements(said).into_iter().find(|element| token_of(element).as_deref() == Some(token))?;
                Some(Button { element, message: Some((channel, ts, ephemeral)) })
            })
        })
    }
}

#[async_trait]
impl Front for SlackFront {
    fn configure(&self, config: &mut Config) {
        for person in &mut config.rules.policy.people {
            person.accounts.push(inbound::account(TEAM, &user_of(person.id.as_str())));
        }
        let delivery = if self.by_http {
            Delivery::Http(SIGNING_SECRET.to_owned().into())
        } else {
            Delivery::Socket(APP_TOKEN.to_owned().into())
        };
        let (api_url, bot_token) = (self.slack.api_url().parse().unwrap(), BOT_TOKEN.to_owned().into());
        config.slack = Some(Settings { api_url, bot_token, delivery, team_id: None });
        config.rules.channels.extend(["C-ops", "C-web-team"].map(|id| Channel {
            id: format!("slack:{id}").as_str().into(),
            timezone: jiff::tz::TimeZone::UTC,
            locale: Some(Locale::En),
        }));
    }

    async fn connect(&self, reach: Reach, changed: watch::Sender<u64>) {
        let Reach { bot, url } = reach;
        self.slack.set_clock(bot.handle.parts().clock.clone());
        let mut told = self.slack.shared.changed.subscribe();
        let inventory = listen(&url, changed.clone()).await;
        let messages = tokio::spawn(async move {
            while told.changed().await.is_ok() {
                changed.send_modify(|count| *count += 1);
            }
        });
        self.reached_at(&url);
        *self.listening.lock().unwrap() = vec![inventory, messages];
    }

    async fn disconnect(&self) {
        for listening in self.listening.lock().unwrap().drain(..) {
            listening.abort();
        }
        *self.reach.lock().unwrap() = None;
    }

    async fn says(&self, channel: &str, person: &str, text: &str, locale: &str) -> Answer {
        let _turn = self.turn.lock().await;
        let channel = format!("C-{channel}");
        let user = user_of(person);
        let before = self.slack.with(|state| {
            state.locales.insert(user.clone(), locale.to_owned());
            counted(state, &channel)
        });
        let (response, _) = self.slack.shared.types(&self.way(), &user, &channel, text).await;
        self.came_of(&format!("{person} says {text}"), &response, &channel, &before, None).await
    }

    async fn press(&self, person: &str, token: &str, inputs: &[(&str, &str)]) -> Answer {
        let user = user_of(person);
        let found = self.find(&user, token);
        let button = found.unwrap_or_else(|| Button {
            // Somebody makes one up.
            element: json!({"type": "button", "action_id": "approve.0", "value": token}),
            message: Some(("C-ops".to_owned(), "1.1".to_owned(), false)),
        });
        let (channel, pressed, _) = button.message.clone().expect("a message");
        let before = self.slack.with(|state| counted(state, &channel));
        let asks = button.element["value"].as_str().is_some_and(|value| value.starts_with('{'));
        let mut response = self.slack.shared.presses(&self.way(), &user, &button).await;
        let view = if asks { self.modal_or_answer(&user, &response).await } else { None };
        if let Some(view) = view {
            // The answer goes to the address that the click brought.
            let carried = self.slack.with(|state| state.views[&view].view["private_metadata"].clone());
            let carried: Value = serde_json::from_str(carried.as_str().unwrap()).unwrap();
            response = carried["u"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            let values: Vec<(&str, Value)> =
                inputs.iter().map(|(name, text)| (*name, json!({"type": "plain_text_input", "value": text}))).collect();
            self.slack.shared.submits(&self.way(), &view, &values).await;
        }
        self.came_of(&format!("{person} presses {token}"), &response, &channel, &before, Some(&pressed)).await
    }

    /// Slack asks the second question by itself; a form is opened by the bot, which asks first whether there is any use in it.
    async fn wants(&self, person: &str, token: &str) -> Wanted {
        let user = user_of(person);
        let button = self.find(&user, token).expect("a button that they see");
        let confirm = &button.element["confirm"];
        if confirm.is_object() {
            let text = |part: &str| confirm[part]["text"].as_str().unwrap_or_default().to_owned();
            return Wanted::Asked(format!("{}\n{}", text("title"), text("text")));
        }
        if !button.element["value"].as_str().is_some_and(|value| value.starts_with('{')) {
            return Wanted::Nothing;
        }
        let response = self.slack.shared.presses(&self.way(), &user, &button).await;
        let Some(view) = self.modal_or_answer(&user, &response).await else {
            let answers = self.slack.with(|state| state.ephemerals.clone());
            let told = answers.iter().find(|one| one.by.as_deref() == Some(&response)).expect("what was told");
            return Wanted::Refused(said(&told.said, "").text());
        };
        // It is closed again.
        let closed = self.slack.with(|state| state.views.remove(&view)).expect("the modal");
        Wanted::Form(closed.view["blocks"][0]["label"]["text"].as_str().unwrap_or_default().to_owned())
    }

    fn called(&self, channel: &str) -> Option<Vec<String>> {
        let messages = self.slack.with(|state| state.messages(&format!("C-{channel}")));
        let newest = messages.last()?.said.clone();
        let blocks = newest["blocks"].as_array()?.iter();
        let pieces = blocks.flat_map(|block| block["elements"][0]["elements"].as_array().into_iter().flatten());
        Some(pieces.filter_map(|piece| piece["user_id"].as_str()).map(str::to_owned).collect())
    }

    fn slack(&self) -> Option<&SlackFront> {
        Some(self)
    }

    async fn direct(&self, person: &str) -> Option<Vec<Said>> {
        let messages = self.slack.with(|state| state.messages(&format!("D{}", user_of(person))));
        Some(messages.iter().map(|message| said(&message.said, &message.ts)).collect())
    }

    async fn messages(&self, channel: &str, _: Option<&str>) -> Vec<Said> {
        let messages = self.slack.with(|state| state.messages(&format!("C-{channel}")));
        messages.iter().map(|message| said(&message.said, &message.ts)).collect()
    }
}

/// Adds a Slack beside another front to a configuration: people have accounts there, and nobody speaks there.
pub(crate) fn beside(slack: &FakeSlack, config: &mut Config) {
    for person in &mut config.rules.policy.people {
        person.accounts.push(inbound::account(TEAM, &user_of(person.id.as_str())));
    }
    let delivery = Delivery::Http(SIGNING_SECRET.to_owned().into());
    let (api_url, bot_token) = (slack.api_url().parse().unwrap(), BOT_TOKEN.to_owned().into());
    config.slack = Some(Settings { api_url, bot_token, delivery, team_id: None });
}

/// A person's account.
pub(crate) fn user_of(person: &str) -> String {
    format!("U{}", person.to_uppercase())
}

/// Whether a message is a request's, or a plan's that waits for a yes as a request does.
fn is_of_request(state: &State, channel: &str, ts: &str) -> bool {
    let found = state.messages(channel).into_iter().find(|one| one.ts == ts);
    found.is_some_and(|one| {
        let said = said(&one.said, &one.ts);
        said.0["state"].is_string() || said.token("Approve").is_some()
    })
}

/// The messages of a channel, with how often each was edited.
fn counted(state: &State, channel: &str) -> Vec<(String, u64)> {
    state.messages(channel).into_iter().map(|Posted { ts, edits, .. }| (ts, edits)).collect()
}

/// A message as it is read, in the form that scenarios compare.
pub(crate) fn said(message: &Value, ts: &str) -> Said {
    let mut lines: Vec<String> = message["blocks"].as_array().into_iter().flatten().flat_map(lines_of).collect();
    let foot = message["attachments"][0]["blocks"][0]["elements"][0]["text"].as_str().unwrap_or_default();
    if lines.is_empty() {
        lines.push(message["text"].as_str().unwrap_or_default().to_owned());
    } else if let Some(first) = lines.first_mut() {
        first.push_str("  ");
        first.push_str(foot);
    }
    let title = lines.first().cloned().unwrap_or_default();
    // What a program reads, or what a person reads.
    let whole = format!("{title}\n{}", lines.join("\n"));
    let named = whole.split("R-").nth(1).map(|rest| format!("R-{}", rest.chars().take(4).collect::<String>()));
    let payload = &message["metadata"]["event_payload"];
    let state = payload["state"].as_str().filter(|state| !state.is_empty());
    let request = match (state, payload["id"].as_str()) {
        (Some(_), Some(id)) => Some(id.to_owned()),
        (None, Some(_)) => None,
        (_, None) => named,
    };
    let button = |element: &Value| {
        json!({"label": element["text"]["text"], "token": token_of(element), "style": element["style"],
            "action": element["action_id"].as_str().unwrap_or_default().split('.').next()})
    };
    let buttons: Vec<Value> = elements(message).iter().map(button).collect();
    let rows: Vec<Value> = rows(message).into_iter().map(|(title, one)| row_button(&title, &button(&one))).collect();
    Said(json!({"id": ts, "title": title, "plain": lines.join("\n"), "request": request, "state": state,
        "buttons": buttons, "rows": rows}))
}

/// The buttons of a list's rows, each with what stands above it.
fn rows(message: &Value) -> Vec<(String, Value)> {
    let blocks: Vec<&Value> = message["blocks"].as_array().into_iter().flatten().collect();
    let below = |pair: &[&Value]| {
        let [above, block] = pair else { return Vec::new() };
        let title = lines_of(above).first().cloned().unwrap_or_default();
        let buttons = block["elements"].as_array().filter(|_| block["type"] == "actions");
        buttons.into_iter().flatten().map(|one| (title.clone(), one.clone())).collect()
    };
    blocks.windows(2).flat_map(below).collect()
}

/// What a button carries for the engine.
fn token_of(element: &Value) -> Option<String> {
    let value = element["value"].as_str()?;
    let form: Option<Value> = serde_json::from_str(value).ok();
    form.and_then(|form| form["t"].as_str().map(str::to_owned)).or_else(|| Some(value.to_owned()))
}

fn elements(message: &Value) -> Vec<Value> {
    let blocks = message["blocks"].as_array().into_iter().flatten();
    let actions = blocks.filter(|block| block["type"] == "actions");
    actions.flat_map(|block| block["elements"].as_array().cloned().unwrap_or_default()).collect()
}

/// A block as lines of text, laid out as the plain text is.
fn lines_of(block: &Value) -> Vec<String> {
    let elements = block["elements"].as_array().cloned().unwrap_or_default();
    let text = match block["type"].as_str().unwrap_or_default() {
        "rich_text" => elements.iter().map(piece).collect::<String>(),
        "context" => elements[0]["text"].as_str().unwrap_or_default().to_owned(),
        "actions" => {
            let labels = elements.iter().map(|one| format!("[{}]", one["text"]["text"].as_str().unwrap_or_default()));
            labels.collect::<Vec<_>>().join(" ")
        }
        "header" | "section" => block["text"]["text"].as_str().unwrap_or_default().to_owned(),
        "image" => format!("[{}]", block["alt_text"].as_str().unwrap_or_default()),
        other => panic!("a block of type {other}"),
    };
    // The line that calls several people has nothing but the spaces between them.
    text.replace("\u{a0} ", "  ").lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect()
}

fn piece(part: &Value) -> String {
    let pieces = part["elements"].as_array().into_iter().flatten();
    // Whom a message calls is not part of its text.
    pieces.filter_map(|piece| piece["text"].as_str()).collect()
}
