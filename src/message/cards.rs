//! From what is known to what is read: every message the bot posts or answers, as a function of the state it tells of.
//!
//! `request` is the one message of a request, in each of its states; `reply` is what only one person sees.

use std::fmt::Display;

use fluent_bundle::FluentValue;
use jiff::Timestamp;

use super::button::{Button, On};
use super::format::{Format, clean, name, sentence};
use super::model::{Action, Block, Card, Field, ShownTo, Tone};
use super::words::{Args, find, say};
use crate::domain::command::{COMMAND_PREFIX, is_vm_id, quote};
use crate::domain::freeze::Freeze;
use crate::domain::ids::{Group, PersonId, Target, VCenterName, VmRef, VmTitle};
use crate::domain::intent::Verb;
use crate::domain::marker::Hold;
use crate::domain::request::{Request, Subject};
use crate::domain::token::TokenKey;

pub(super) mod approval;
pub(super) mod bulk;
pub mod bulletin;
mod command_error;
mod device;
mod ended;
mod failed;
mod help;
pub mod labels;
pub(super) mod message;
mod people;
mod refusals;
mod refused;
pub mod reply;
pub mod report;
pub mod request;
pub mod rows;
pub(super) mod titles;
mod tree;
mod warning;

pub use command_error::sentence_of;

/// How messages are made for one reader: their language and clock, and what buttons need.
pub struct View<'a> {
    /// Language, time zone and clock.
    pub format: Format,
    /// What tokens are made under.
    pub tokens: &'a TokenKey,
    /// The groups that are granted a verb on a VM: whom a button is worth showing to.
    pub holders: &'a dyn Fn(Verb, &Target) -> Vec<Group>,
    /// The freeze that holds, if everything is frozen.
    pub freeze: Option<&'a Freeze>,
    /// Whether there are several vCenters, so that a VM is told with its own.
    pub several_vcenters: bool,
    /// Whether a VM's name looks like that of another VM of its vCenter, so that it is told with its id.
    pub has_double: &'a dyn Fn(&VmRef) -> bool,
    /// Since when the connection to a vCenter is lost, if it is: what is shown of its tasks is what was last seen.
    pub lost: &'a dyn Fn(&VCenterName) -> Option<Timestamp>,
}

impl View<'_> {
    pub(super) fn say(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        say(self.format.locale, key, args)
    }

    pub(super) fn text(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> Block {
        Block::Text { text: self.say(key, args) }
    }

    pub(super) fn note(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> Block {
        Block::Note { text: self.say(key, args) }
    }

    pub(super) fn field(&self, label: &str, value: String) -> Field {
        Field { label: self.say(label, &[]), value }
    }

    pub(super) fn caution(&self, key: &str, args: &[(&str, FluentValue<'_>)]) -> Block {
        Block::Caution { label: self.say("label-caution", &[]), text: self.say(key, args) }
    }

    /// A VM by its name, with what tells it from others: its vCenter in front where there are several, its id where another name looks the
    /// same. No sentence names a VM in another way.
    pub fn vm(&self, title: &VmTitle) -> String {
        let VmTitle { name: called, vm } = title;
        let Some(vm) = vm else { return name(called) };
        let mut text = name(called);
        if (self.has_double)(vm) || is_vm_id(called) {
            text.push_str(&format!(" ({})", vm.moref));
        }
        if self.several_vcenters { format!("{}/{text}", name(vm.vcenter.as_str())) } else { text }
    }

    /// A VM as it is typed to mean this one: what [`View::vm`] shows of it, as a word.
    pub fn typed(&self, title: &VmTitle) -> String {
        let VmTitle { name: called, vm } = title;
        let Some(vm) = vm else { return quote(called) };
        let doubled = (self.has_double)(vm) || is_vm_id(called);
        let word = if doubled { vm.moref.to_string() } else { called.clone() };
        match (self.several_vcenters, doubled) {
            (true, _) => quote(&format!("{}/{word}", vm.vcenter)),
            // In quotes it would be a name.
            (false, true) => word,
            (false, false) => quote(&word),
        }
    }

    /// A command to type, about a VM.
    pub(super) fn command_for(&self, verb: impl Display, vm: &VmTitle) -> String {
        clean(&format!("{COMMAND_PREFIX} {verb} {}", self.typed(vm)), '\u{fffd}')
    }

    /// A command to type, about a snapshot of a VM.
    pub(super) fn command_about(&self, verb: impl Display, vm: &VmTitle, snapshot: &str) -> String {
        clean(&format!("{COMMAND_PREFIX} {verb} {} {}", self.typed(vm), quote(snapshot)), '\u{fffd}')
    }

    /// The same, to be shown by itself.
    pub(super) fn command_block(&self, verb: Verb, vm: &VmTitle) -> Block {
        Block::Code { text: self.command_for(verb, vm) }
    }

    /// A message that belongs to no request.
    pub(super) fn card(&self, tone: Tone, title: String, blocks: Vec<Block>) -> Card {
        Card {
            locale: self.format.locale,
            tone,
            tone_word: self.tone_word(tone),
            title,
            blocks,
            buttons: Vec::new(),
            to: Vec::new(),
            details: Vec::new(),
            files: Vec::new(),
            request: None,
            state: None,
        }
    }

    /// A message of one sentence, and of what follows from it where the words say so.
    pub(super) fn told(&self, tone: Tone, key: &str, args: &Args) -> Card {
        self.card(tone, self.say(key, args), self.hint(key, args).into_iter().collect())
    }

    /// What follows from a sentence, if it has such a part.
    pub(super) fn hint(&self, key: &str, args: &Args) -> Option<Block> {
        find(self.format.locale, &format!("{key}.hint"), args).map(|text| Block::Text { text })
    }

    /// How many there are of a list beside those that are shown; none where that is all.
    pub(super) fn more(&self, key: &str, all: usize, shown: usize) -> Option<Block> {
        let more = all.saturating_sub(shown);
        (more > 0).then(|| self.note(key, &[("count", more.into())]))
    }

    pub(super) fn tone_word(&self, tone: Tone) -> String {
        self.say(&key("tone", &tone), &[])
    }

    /// One of these groups, to be joined by "or"; none where there is none.
    pub(super) fn one_of(&self, them: &[Group]) -> Option<String> {
        (!them.is_empty()).then(|| self.format.one_of(&groups(them)))
    }

    /// The same, to be joined by "and".
    pub(super) fn all_of(&self, them: &[Group]) -> Option<String> {
        (!them.is_empty()).then(|| self.format.all_of(&groups(them)))
    }

    /// Those of these buttons of a request's message that are offered.
    pub(super) fn buttons(&self, request: &Request, offered: &[(Action, bool)]) -> Vec<Button> {
        let offered = offered.iter().filter(|(_, offered)| *offered);
        offered.map(|(action, _)| self.button(request, *action)).collect()
    }

    /// A button of a request's message.
    pub(super) fn button(&self, request: &Request, action: Action) -> Button {
        Button::new(action, On::Request(request), self)
    }
}

/// Why somebody does not see a button to decide with: they have said yes, it was they who asked, or others decide.
pub fn why_not(shown_to: &ShownTo, reader: &PersonId, format: &Format) -> Option<String> {
    match shown_to {
        ShownTo::Anyone | ShownTo::Person(_) => None,
        ShownTo::Groups { approved, .. } if approved.contains(reader) => Some(say(format.locale, "why-not-twice", &[])),
        ShownTo::Groups { except: Some(asker), .. } if asker == reader => Some(say(format.locale, "why-not-own", &[])),
        ShownTo::Groups { groups: deciders, .. } if deciders.is_empty() => None,
        ShownTo::Groups { groups: deciders, .. } => {
            let deciders = format.one_of(&groups(deciders));
            Some(say(format.locale, "why-not-groups", &[("groups", deciders.into())]))
        }
    }
}

/// What the token of a button is bound to: decisions are about one plan, the rest about the request.
pub fn binding(request: &Request, action: Action) -> String {
    match &request.subject {
        _ if !action.decides() => String::new(),
        Subject::Vm(_) => request.plan.as_ref().map_or_else(String::new, |plan| plan.fingerprint.to_string()),
        Subject::Many(bulk) => bulk.fingerprint(),
    }
}

/// The word of a variant, in its sentences and in the keys of them.
pub(super) fn word<'a, T>(variant: &'a T) -> &'static str
where
    &'a T: Into<&'static str>,
{
    variant.into()
}

/// The key of a variant's sentence: `fault-no-disk-space`.
pub(super) fn key<'a, T>(about: &str, variant: &'a T) -> String
where
    &'a T: Into<&'static str>,
{
    format!("{about}-{}", word(variant))
}

/// Who has a snapshot on hold, why and until when, if anybody has.
pub(super) fn hold_args(hold: Option<&Hold>, view: &View<'_>) -> Args {
    let until = hold.and_then(|hold| hold.until);
    Args::default()
        .maybe("person", hold.map(|hold| at(&hold.by)))
        .maybe("reason", hold.map(|hold| sentence(&hold.reason)))
        .maybe("until", until.map(|until| view.format.moment(until)))
}

/// In quotes, as names and other people's words stand everywhere.
pub(super) fn quoted(text: String) -> String {
    format!("\"{text}\"")
}

/// A person's name, cleaned, without the `@` that stands before it.
pub(in crate::message) fn at(person: &PersonId) -> String {
    name(person.as_str())
}

/// `@team-web`, `@ops`: to be joined by the reader's "and" or "or".
pub(super) fn groups(groups: &[Group]) -> Vec<String> {
    groups.iter().map(|group| format!("@{}", name(group.as_str()))).collect()
}
