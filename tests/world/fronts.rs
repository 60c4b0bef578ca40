//! Where scenarios are played: the same words on every platform.
//!
//! A front is what a person has before them: a box to type in, messages with buttons, answers that only they see. `everywhere!` makes a test
//! of a scenario for each front; what is asserted is text as people read it, so a platform that leaves something out fails.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use snapwarden::app::Bot;
use snapwarden::config::Config;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::{May, Press};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::people::Answer;
use super::said::Said;
use super::sight::read;
use crate::discord::fake::{By, Fake};
use crate::discord::front::DiscordFront;
use crate::slack::front::SlackFront;

/// A scenario as a test on each front.
macro_rules! everywhere {
    ($($scenario:ident),+ $(,)?) => {
        $(
            mod $scenario {
                use crate::world::fronts::On;

                #[tokio::test(flavor = "multi_thread")]
                async fn console() {
                    super::$scenario(On::Console).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn slack_socket() {
                    super::$scenario(On::SlackSocket).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn slack_http() {
                    super::$scenario(On::SlackHttp).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn discord_gateway() {
                    super::$scenario(On::Discord(crate::discord::fake::By::Gateway)).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn discord_requests() {
                    super::$scenario(On::Discord(crate::discord::fake::By::Requests)).await;
                }
            }
        )+
    };
}

/// What comes of beginning to press a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// They may not, and read why.
    Refused(String),
    /// A second question, as it is read.
    Asked(String),
    /// A form, with what it asks for.
    Form(String),
    /// Nothing: it would count at once.
    Nothing,
}

impl Wanted {
    /// They are told why they may not, and asked nothing.
    #[track_caller]
    pub(crate) fn refused(&self, part: &str) {
        let Self::Refused(text) = self else { panic!("not refused: {self:?}") };
        assert!(text.contains(part), "no \"{part}\" in:\n{text}");
    }

    /// They are asked once more, with all of this.
    #[track_caller]
    pub(crate) fn asked(&self, parts: &[&str]) {
        let Self::Asked(text) = self else { panic!("not asked: {self:?}") };
        for part in parts {
            assert!(text.contains(part), "no \"{part}\" in:\n{text}");
        }
    }
}

/// A second question of the model as it is read.
pub(crate) fn question_text(confirm: &snapwarden::message::model::Confirm) -> String {
    let lines = confirm.facts.iter().chain(&confirm.also).map(|fact| format!("{}: {}", fact.label, fact.value));
    std::iter::once(confirm.title.clone()).chain(lines).collect::<Vec<_>>().join("\n")
}

/// The front that a scenario is played on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    /// The console, through its API.
    Console,
    /// Slack, whose events come over connections that the bot opens.
    SlackSocket,
    /// Slack, whose events come as requests.
    SlackHttp,
    /// Discord, which sends what people do in one of two ways.
    Discord(By),
}

/// One life of the bot, as a front reaches it.
pub(crate) struct Reach {
    /// The bot.
    pub(crate) bot: Arc<Bot>,
    /// Where its console and its `[http]` answer.
    pub(crate) url: String,
}

/// What a person has before them.
#[async_trait]
pub(crate) trait Front: Send + Sync {
    /// Adds to the demo's configuration what this platform needs: accounts, channels, its table.
    fn configure(&self, config: &mut Config);

    /// The bot has been started; `changed` is to be counted up whenever something may look otherwise.
    async fn connect(&self, reach: Reach, changed: watch::Sender<u64>);

    /// The bot is about to stop, or has died.
    async fn disconnect(&self);

    /// Somebody types something into a channel (`ops`), in their language.
    async fn says(&self, channel: &str, person: &str, text: &str, locale: &str) -> Answer;

    /// Somebody presses what carries this token, with what they typed into its form.
    async fn press(&self, person: &str, token: &str, inputs: &[(&str, &str)]) -> Answer;

    /// Somebody begins to press what carries this token: what is asked of them before it counts. Nothing counts by it.
    async fn wants(&self, person: &str, token: &str) -> Wanted;

    /// Whom the newest message of a channel calls, by their accounts there; none where nobody can be called.
    fn called(&self, _channel: &str) -> Option<Vec<String>> {
        None
    }

    /// The Slack that this is, if it is one.
    fn slack(&self) -> Option<&SlackFront> {
        None
    }

    /// The fake Discord behind it, if there is one.
    fn discord(&self) -> Option<Arc<Fake>> {
        None
    }

    /// What somebody was told directly, oldest first; none where the platform has no direct messages.
    async fn direct(&self, _person: &str) -> Option<Vec<Said>> {
        None
    }

    /// A channel as somebody sees it, oldest first; as nobody in particular, with every button.
    async fn messages(&self, channel: &str, person: Option<&str>) -> Vec<Said>;
}

impl On {
    /// Whether people see different buttons on one message; elsewhere a click that is not theirs is refused.
    pub(super) fn shows_everybody_their_own(self) -> bool {
        match self {
            Self::Console => true,
            Self::SlackSocket | Self::SlackHttp | Self::Discord(_) => false,
        }
    }

    /// Whether the bot is asked before a second question; elsewhere the platform asks it by itself.
    pub(super) fn asks_the_bot(self) -> bool {
        match self {
            Self::Console | Self::Discord(_) => true,
            Self::SlackSocket | Self::SlackHttp => false,
        }
    }

    /// The accounts of these people, where a message can call them.
    pub(super) fn accounts(self, people: &[&str]) -> Option<Vec<String>> {
        match self {
            Self::Console => None,
            Self::SlackSocket | Self::SlackHttp => {
                Some(people.iter().map(|person| crate::slack::front::user_of(person)).collect())
            }
            Self::Discord(_) => Some(people.iter().map(|person| crate::discord::front::account_of(person)).collect()),
        }
    }

    /// A clock to play by. Where limits are waited for, they run although the time that is shown stands.
    pub(super) fn clock(self, now: Timestamp) -> ManualClock {
        match self {
            Self::Console | Self::Discord(_) => ManualClock::new(now),
            Self::SlackSocket | Self::SlackHttp => ManualClock::with_running_limits(now),
        }
    }

    /// The front itself.
    pub(super) async fn front(self) -> Arc<dyn Front> {
        match self {
            Self::Console => Arc::new(ConsoleFront::default()),
            Self::SlackSocket => Arc::new(SlackFront::start(false).await),
            Self::SlackHttp => Arc::new(SlackFront::start(true).await),
            Self::Discord(by) => DiscordFront::new(by).await,
        }
    }
}

/// The console.
#[derive(Default)]
pub(crate) struct ConsoleFront {
    reach: Mutex<Option<(Arc<Bot>, String)>>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl ConsoleFront {
    fn reach(&self) -> (Arc<Bot>, String) {
        self.reach.lock().unwrap().clone().expect("the bot runs")
    }
}

#[async_trait]
impl Front for ConsoleFront {
    fn configure(&self, _: &mut Config) {}

    async fn connect(&self, reach: Reach, changed: watch::Sender<u64>) {
        let Reach { bot, url } = reach;
        let listening = listen(&url, changed).await;
        *self.reach.lock().unwrap() = Some((bot, url));
        *self.listening.lock().unwrap() = Some(listening);
    }

    async fn disconnect(&self) {
        if let Some(listening) = self.listening.lock().unwrap().take() {
            listening.abort();
        }
        *self.reach.lock().unwrap() = None;
    }

    async fn says(&self, channel: &str, person: &str, text: &str, locale: &str) -> Answer {
        let body = json!({"person": person, "channel": channel, "text": text, "locale": locale});
        let (_, url) = self.reach();
        let request = client().post(format!("{url}/api/commands")).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await.unwrap();
        let status = answer.status();
        let mut answer: Value = read(answer).await;
        assert!(status.is_success(), "{body}: {answer}");
        let request = answer["request"].as_str().map(str::to_owned);
        Answer { reply: answer.get_mut("reply").map(|reply| Said(reply.take())), request }
    }

    /// The engine is asked directly, so that strangers can press as well.
    async fn press(&self, person: &str, token: &str, inputs: &[(&str, &str)]) -> Answer {
        let (bot, _) = self.reach();
        let answer = bot.handle.press(press(person, token, inputs)).await.unwrap();
        let request = answer.request.map(|id| id.to_string());
        Answer { reply: answer.reply.as_ref().map(Said::of), request }
    }

    /// The page asks the server first, and then asks what the message has with the button.
    async fn wants(&self, person: &str, token: &str) -> Wanted {
        let (bot, url) = self.reach();
        let body = json!({"person": person, "token": token, "sure": false, "locale": "en"});
        let request = client().post(format!("{url}/api/actions")).header("content-type", "application/json");
        let answer: Value = read(request.body(body.to_string()).send().await.unwrap()).await;
        if answer["reply"].is_object() {
            return Wanted::Refused(Said(answer["reply"].clone()).text());
        }
        assert_eq!(answer, json!({}), "nothing is done yet");
        let press = press(person, token, &[]);
        let May::Yes(button) = bot.handle.may(press).await.unwrap() else { panic!("it was said that they may") };
        match (&button.confirm, &button.input) {
            (Some(confirm), _) => Wanted::Asked(question_text(confirm)),
            (None, Some(input)) => Wanted::Form(input.label.clone()),
            (None, None) => Wanted::Nothing,
        }
    }

    async fn messages(&self, channel: &str, person: Option<&str>) -> Vec<Said> {
        let (_, url) = self.reach();
        let reader = person.map(|person| format!("?as={person}")).unwrap_or_default();
        let answer = client().get(format!("{url}/api/channels/{channel}/messages{reader}")).send().await.unwrap();
        let messages: Vec<Value> = read(answer).await;
        messages.into_iter().map(Said).collect()
    }
}

fn press(person: &str, token: &str, inputs: &[(&str, &str)]) -> Press {
    Press {
        person: person.into(),
        account: format!("console:{person}").into(),
        token: token.to_owned(),
        inputs: inputs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        locale: None,
        once: None,
    }
}

/// Counts up whenever the bot's console says that something changed: a VM, too, which no chat tells of.
pub(crate) async fn listen(url: &str, changed: watch::Sender<u64>) -> JoinHandle<()> {
    let mut events = client().get(format!("{url}/api/events")).send().await.unwrap();
    // The first bytes say that the stream listens: what happens from here on is not missed.
    events.chunk().await.unwrap().unwrap();
    tokio::spawn(async move {
        while let Ok(Some(_)) = events.chunk().await {
            changed.send_modify(|count| *count += 1);
        }
    })
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
