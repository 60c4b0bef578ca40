//! Every message that the bot can say, and what is pinned of it in `tests/golden`:
//!
//! - `plain`: the text of every sample in both languages, and what its buttons, questions and addressees are. One file for each
//!   topic, so that a sentence that changes is read in a few places.
//! - `slack`, `discord`, `console`: what each platform is sent for the cards of [`pins`]. Their words are nobody's, so no sentence
//!   of the bot stands in them; [`coverage`] holds them to whatever the samples make a renderer do.
//!
//! Every sample is rendered for every platform all the same ([`rendered`]): it has to keep the platform's limits, and it is written
//! to the target folder for the platforms' own validators. `UPDATE_GOLDENS=1 cargo test --locked goldens` writes the goldens anew,
//! and the diff of the commit is then read like any other text.

mod commands;
mod console;
mod coverage;
mod discord;
mod endings;
mod files;
mod hygiene;
mod notices;
mod parity;
mod pictures;
mod pins;
mod questions;
mod rendered;
mod requests;
mod slack;
mod text;
mod trust;
mod variants;
mod views;
mod watch;
mod world;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use snapwarden::domain::bulletin::News;
use snapwarden::domain::notice::Notice;
use snapwarden::domain::request::Request;
use snapwarden::message::cards::{bulletin, reply, request};
use snapwarden::message::model::Card;
use snapwarden::message::words::Locale;

use files::nothing_left_over;
pub(crate) use files::{Found, compare_at};

/// Samples of one kind.
pub(crate) struct Golden {
    /// What they are called together; `docs/parity.md` cites them by it.
    pub(crate) name: &'static str,
    /// One message, or some that are better read side by side.
    pub(crate) messages: Vec<Sample>,
}

/// One message.
pub(crate) struct Sample {
    /// What it shows, where there are several.
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

/// A sample's card in one language.
pub(crate) struct Drawn {
    /// `awaiting-revert.en`, `warnings.03.fr`: what its payloads are called.
    pub(crate) name: String,
    /// The golden's name.
    pub(crate) golden: &'static str,
    /// What the sample shows.
    pub(crate) what: String,
    /// The language.
    pub(crate) locale: Locale,
    /// Whether it is an answer for one person alone.
    pub(crate) for_one: bool,
    /// The card.
    pub(crate) card: Card,
}

/// The samples by topic: a golden of plain text each. Few, since what every request's card says stands in each that has one.
fn topics() -> [(&'static str, Vec<Golden>); 5] {
    [
        ("requests", [requests::goldens(), trust::goldens()].into_iter().flatten().collect()),
        ("endings", endings::goldens()),
        ("notices", notices::goldens()),
        ("commands", commands::goldens()),
        ("watch", watch::goldens()),
    ]
}

/// Every sample there is.
pub(crate) fn goldens() -> Vec<Golden> {
    topics().into_iter().flat_map(|(_, goldens)| goldens).collect()
}

/// Every sample's card in every language. Made once: many tests read them all.
pub(crate) fn drawn() -> &'static [Drawn] {
    static ALL: OnceLock<Vec<Drawn>> = OnceLock::new();
    ALL.get_or_init(|| {
        goldens().iter().flat_map(|golden| Locale::ALL.map(|locale| drawn_of(golden, locale))).flatten().collect()
    })
}

fn drawn_of(golden: &Golden, locale: Locale) -> Vec<Drawn> {
    let several = golden.messages.len() > 1;
    let drawn = |(index, sample): (usize, &Sample)| Drawn {
        name: match several {
            true => format!("{}.{:02}.{}", golden.name, index + 1, locale.tag()),
            false => format!("{}.{}", golden.name, locale.tag()),
        },
        golden: golden.name,
        what: sample.what.clone(),
        locale,
        for_one: matches!(sample.says, Says::Told(_)),
        card: sample.card(locale),
    };
    golden.messages.iter().enumerate().map(drawn).collect()
}

#[test]
fn goldens_of_the_plain_text() {
    let mut found = Found::default();
    let mut texts: Vec<(&str, String)> =
        topics().into_iter().map(|(topic, goldens)| (topic, text::samples(&goldens))).collect();
    texts.push(("views", views::texts()));
    texts.extend(questions::texts());
    for (topic, text) in &texts {
        compare_at(&format!("plain/{topic}.txt"), text, &mut found);
    }
    found.report("the plain text");
    nothing_left_over("plain", &texts.iter().map(|(topic, _)| format!("{topic}.txt")).collect());
}

/// What each platform is sent for the pinned cards.
#[test]
fn goldens_of_the_platforms() {
    let mut found = Found::default();
    for platform in rendered::PLATFORMS {
        let mut names = BTreeSet::new();
        for payload in rendered::pins().iter().filter(|payload| payload.platform == platform) {
            let name = format!("{}.json", payload.name);
            compare_at(&format!("{platform}/{name}"), &payload.written(), &mut found);
            assert!(names.insert(name), "two payloads of {platform} are called {}", payload.name);
        }
        nothing_left_over(platform, &names);
        told!("{} goldens of {platform}", names.len());
    }
    found.report("the platforms");
}

#[test]
fn goldens_have_a_name_each() {
    let names: Vec<&str> = goldens().iter().map(|golden| golden.name).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "two samples have the same name");
}
