//! Every message that the bot can say, word by word: one golden per sample, renderer and language.
//!
//! The samples are made of domain values, so a golden shows exactly what a person would read. The files are in
//! `tests/golden/plain`, `tests/golden/console` and `tests/golden/slack`; `UPDATE_GOLDENS=1 cargo test --locked goldens` writes them anew, and the
//! diff of the commit is then read like any other text.

mod commands;
mod console;
mod discord;
mod endings;
mod files;
mod hygiene;
mod notices;
mod parity;
mod pictures;
mod requests;
mod slack;
mod trust;
mod variants;
mod views;
mod watch;
mod world;

use snapwarden::domain::bulletin::News;
use snapwarden::domain::notice::Notice;
use snapwarden::domain::request::Request;
use snapwarden::message::cards::{bulletin, reply, request};
use snapwarden::message::model::Card;
use snapwarden::message::plain;
use snapwarden::message::words::Locale;

pub(crate) use files::{Found, compare_at};
use files::{compare, left_in, unreferenced};

/// One file in each language and for each renderer.
pub(crate) struct Golden {
    /// The file's name without its extension.
    pub(crate) name: &'static str,
    /// What is in it: one message, or some that are better read side by side.
    pub(crate) messages: Vec<Sample>,
}

/// One message.
pub(crate) struct Sample {
    /// What it shows, as a heading where there are several in one file.
    pub(crate) what: String,
    /// Who says it to whom.
    pub(crate) says: Says,
    /// Whether everything is frozen then.
    pub(crate) frozen: bool,
}

/// What a message is made of.
pub(crate) enum Says {
    /// The message of a request, in its channel.
    Posted(Box<Request>),
    /// An answer for one person alone.
    Told(Box<Notice>),
    /// What a channel is told by itself.
    News(Box<News>),
}

impl Golden {
    /// The message of one request.
    pub(crate) fn posted(name: &'static str, request: Request) -> Self {
        Self::all(name, vec![Sample::posted("", request)])
    }

    /// Several messages in one file.
    pub(crate) fn all(name: &'static str, messages: Vec<Sample>) -> Self {
        Self { name, messages }
    }
}

impl Sample {
    pub(crate) fn posted(what: impl Into<String>, request: Request) -> Self {
        Self { what: what.into(), says: Says::Posted(Box::new(request)), frozen: false }
    }

    pub(crate) fn told(what: impl Into<String>, notice: Notice) -> Self {
        Self { what: what.into(), says: Says::Told(Box::new(notice)), frozen: false }
    }

    pub(crate) fn news(what: impl Into<String>, news: News) -> Self {
        Self { what: what.into(), says: Says::News(Box::new(news)), frozen: false }
    }

    /// The same while everything is frozen.
    pub(crate) fn while_frozen(self) -> Self {
        Self { frozen: true, ..self }
    }

    /// The message in a language.
    pub(crate) fn card(&self, locale: Locale) -> Card {
        let freeze = world::freeze();
        world::view(locale, self.frozen.then_some(&freeze), |view| match &self.says {
            Says::News(news) => bulletin::card(&world::id(), news, view),
            Says::Posted(one) => request::card(one, view),
            Says::Told(notice) => reply::card(notice, view),
        })
    }
}

/// Every sample there is.
pub(crate) fn goldens() -> Vec<Golden> {
    [
        requests::goldens(),
        trust::goldens(),
        endings::goldens(),
        notices::goldens(),
        commands::goldens(),
        watch::goldens(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn goldens_of_the_plain_text() {
    let mut found = Found::default();
    for golden in goldens() {
        for locale in Locale::ALL {
            let shown = |sample: &Sample| {
                let text = plain::render(&sample.card(locale));
                if sample.what.is_empty() { text } else { format!("── {}\n{text}", sample.what) }
            };
            let text = golden.messages.iter().map(shown).collect::<Vec<_>>().join("\n\n");
            compare("plain", locale, golden.name, "txt", &format!("{text}\n"), &mut found);
        }
    }
    found.report("plain");
}

#[tokio::test]
async fn goldens_of_the_console() {
    let mut found = Found::default();
    for golden in goldens() {
        for locale in Locale::ALL {
            let json = console::messages(&golden, locale).await;
            compare("console", locale, golden.name, "json", &json, &mut found);
        }
    }
    found.report("console");
}

#[test]
fn goldens_of_slack() {
    let mut found = Found::default();
    let mut names = Vec::new();
    for golden in goldens() {
        for locale in Locale::ALL {
            for (name, payload) in slack::payloads(&golden, locale) {
                names.push(format!("{name}.json"));
                compare_at(&format!("slack/{name}.json"), &payload, &mut found);
            }
        }
    }
    for (name, payload) in Locale::ALL.into_iter().flat_map(views::payloads) {
        names.push(format!("{name}.json"));
        compare_at(&format!("slack/{name}.json"), &payload, &mut found);
    }
    found.report("slack");
    let left = left_in("slack", &names);
    assert!(
        left.is_empty(),
        "unreferenced golden, no sample makes it: delete the file, or bring its sample back:\n{}",
        left.join("\n")
    );
    told!("{} goldens of Slack", names.len());
}

#[test]
fn goldens_have_a_sample_each() {
    let names: Vec<&str> = goldens().iter().map(|golden| golden.name).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "two samples have the same name");
    let left = unreferenced(&names);
    assert!(
        left.is_empty(),
        "unreferenced golden, no sample makes it: delete the file, or bring its sample back:\n{}",
        left.join("\n")
    );
}
