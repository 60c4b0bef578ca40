//! What can be asked for, and which rule decides whether somebody may.

use super::command_error::options;
use super::reply::verb_words;
use super::{View, at, groups};
use crate::domain::act::Verb;
use crate::domain::command::COMMAND_PREFIX;
use crate::domain::notice::{ApprovalOutcome, Explained, MembersRead, Outcome, Terms};
use crate::message::format::name;
use crate::message::model::{Block, Card, Field, Tone};

pub(super) fn help(verb: Option<Verb>, mine: &[Verb], view: &View<'_>) -> Card {
    let sentence = |verb: Verb| view.say(&format!("help-{verb}"), &[]);
    match verb {
        Some(verb) => {
            let title = view.say("reply-help-verb-title", &[("verb", verb.as_str().into())]);
            let mut blocks = vec![Block::Text { text: sentence(verb) }];
            blocks.push(options(verb.spec().options, view));
            let aliases: Vec<String> = verb.spec().aliases.iter().map(|alias| format!("\"{alias}\"")).collect();
            if !aliases.is_empty() {
                let aliases = view.format.all_of(&aliases);
                blocks.push(view.text("reply-help-aliases", &[("aliases", aliases.into())]));
            }
            // A verb that stands alone is its own example.
            let example = verb.spec().example;
            if example != verb.as_str() {
                blocks.push(view.text("command-for-example", &[]));
                blocks.push(Block::Code { text: format!("{COMMAND_PREFIX} {example}") });
            }
            view.card(Tone::Info, title, blocks)
        }
        None => {
            let field = |verb: Verb| {
                let sentence = sentence(verb);
                Field {
                    label: verb.as_str().to_owned(),
                    value: if mine.contains(&verb) || verb.spec().right.is_none() {
                        sentence
                    } else {
                        view.say("reply-help-forbidden", &[("sentence", sentence.into())])
                    },
                }
            };
            let mut blocks = vec![Block::Fields { fields: Verb::ALL.into_iter().map(field).collect() }];
            if !mine.iter().any(|verb| verb.spec().right.is_some()) {
                blocks.push(view.text("reply-help-none", &[]));
            }
            blocks.push(view.text("reply-help-more", &[]));
            blocks.push(Block::Code { text: format!("{COMMAND_PREFIX} {}", Verb::Help.spec().example) });
            view.card(Tone::Info, view.say("reply-help-title", &[]), blocks)
        }
    }
}

pub(super) fn explain(explained: &Explained, view: &View<'_>) -> Card {
    let person = ("person", at(&explained.person).into());
    let args = [person.clone(), ("verb", verb_words(explained.verb, view).into()), ("vm", name(&explained.vm).into())];
    let title = view.say("reply-explain-title", &args);
    let mut blocks = vec![match &explained.outcome {
        Outcome::Allowed(rule) => view.text("reply-explain-yes", &[("rule", self::rule(rule).into())]),
        Outcome::Denied(rule) => view.text("reply-explain-deny", &[("rule", self::rule(rule).into())]),
        Outcome::NoRule if explained.groups.is_empty() => view.text("reply-explain-no-group", &[person]),
        Outcome::NoRule => {
            let own = view.format.one_of(&groups(&explained.groups));
            view.text("reply-explain-no-rule", &[("groups", own.into())])
        }
        Outcome::TagsUnknown(rule) => view.text("reply-explain-tags-unknown", &[("rule", self::rule(rule).into())]),
        Outcome::GroupsUnknown { groups: them, rule } => {
            let them = view.format.one_of(&groups(them));
            let args = [person, ("groups", them.into()), ("rule", self::rule(rule).into())];
            view.text("reply-explain-groups-unknown", &args)
        }
        Outcome::UnknownPerson => view.text("reply-explain-unknown", &[]),
    }];
    let allowed = matches!(explained.outcome, Outcome::Allowed(_));
    if !allowed && !explained.holders.is_empty() {
        let holders = view.format.all_of(&groups(&explained.holders));
        blocks.push(view.text("reply-explain-holders", &[("groups", holders.into())]));
    }
    if allowed {
        blocks.push(match &explained.approval {
            ApprovalOutcome::No => view.text("reply-explain-no-approval", &[]),
            ApprovalOutcome::Missing => view.text("reply-explain-approval-missing", &[]),
            ApprovalOutcome::Yes { count, groups: them, rule } => {
                let args = [
                    ("needed", (*count).into()),
                    ("groups", view.format.one_of(&groups(them)).into()),
                    ("rule", self::rule(rule).into()),
                ];
                view.text("reply-explain-approval", &args)
            }
        });
    }
    if allowed {
        terms(&explained.terms, view, &mut blocks);
    }
    blocks.extend(explained.members_read.iter().map(|read| members_read(read, view)));
    view.card(if allowed { Tone::Info } else { Tone::Failure }, title, blocks)
}

/// When the members of a group were read from a platform.
fn members_read(read: &MembersRead, view: &View<'_>) -> Block {
    let group = ("group", view.format.one_of(&groups(std::slice::from_ref(&read.group))).into());
    match read.at {
        Some(at) => view.note("reply-explain-members-read", &[group, ("at", view.format.clock(at).into())]),
        None => view.note("reply-explain-members-unknown", &[group]),
    }
}

/// What the approval rule says beside whose yes it takes.
fn terms(terms: &Terms, view: &View<'_>, blocks: &mut Vec<Block>) {
    let Terms { ticket, self_approval, break_glass, safety } = terms;
    if let Some(pattern) = ticket {
        blocks.push(view.text("reply-explain-ticket", &[("pattern", name(pattern).into())]));
    }
    if *self_approval {
        blocks.push(view.text("reply-explain-self", &[]));
    }
    if !break_glass.is_empty() {
        let them = view.format.one_of(&groups(break_glass));
        blocks.push(view.text("reply-explain-glass", &[("groups", them.into())]));
    }
    if *safety {
        blocks.push(view.text("reply-explain-safety", &[]));
    }
}

/// `[[grant]], snapwarden.toml:21`: where a rule stands, without the English word in it.
pub(super) fn rule(line: &str) -> String {
    name(&line.replacen(" at ", ", ", 1))
}
