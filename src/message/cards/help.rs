//! What can be asked for, and which rule decides whether somebody may.

use std::slice;

use super::command_error::options;
use super::reply::verb_words;
use super::{View, at, key};
use crate::domain::act::Verb;
use crate::domain::command::COMMAND_PREFIX;
use crate::domain::notice::{ApprovalOutcome, Explained, MembersRead, Outcome, Terms};
use crate::message::format::name;
use crate::message::model::{Block, Card, Field, Tone};
use crate::message::words::Args;

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
                let granted = mine.contains(&verb) || verb.spec().right.is_none();
                let args = Args::default().with("sentence", sentence(verb)).whether("granted", granted);
                Field { label: verb.as_str().to_owned(), value: view.say("reply-help-line", &args) }
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
    let Explained { outcome, approval, .. } = explained;
    let args = Args::default()
        .with("person", at(&explained.person))
        .with("verb", verb_words(explained.verb, view))
        .with("vm", view.vm(&explained.vm))
        .maybe("holders", view.all_of(&explained.holders));
    let decided = match outcome {
        Outcome::Allowed(by) | Outcome::Denied(by) | Outcome::TagsUnknown(by) => args.and(rule_args(by)),
        Outcome::GroupsUnknown { groups, rule } => args.and(rule_args(rule)).maybe("groups", view.one_of(groups)),
        Outcome::NoRule => args.and(Args::default().maybe("groups", view.one_of(&explained.groups))),
        Outcome::UnknownPerson => args.clone(),
    };
    let mut blocks = vec![view.text(&key("explain", outcome), &decided)];
    let allowed = matches!(outcome, Outcome::Allowed(_));
    if !allowed && !explained.holders.is_empty() {
        blocks.push(view.text("explain-holders", &args));
    }
    if allowed {
        let needed = match approval {
            ApprovalOutcome::Yes { count, groups, rule } => {
                rule_args(rule).with("needed", *count).maybe("groups", view.one_of(groups))
            }
            ApprovalOutcome::No | ApprovalOutcome::Missing => args.clone(),
        };
        blocks.push(view.text(&key("explain-approval", approval), &needed));
        blocks.extend(terms(&explained.terms, view));
    }
    blocks.extend(explained.members_read.iter().map(|read| members_read(read, view)));
    let tone = if allowed { Tone::Info } else { Tone::Failure };
    view.card(tone, view.say("reply-explained", &args), blocks)
}

/// When the members of a group were read from a platform.
fn members_read(read: &MembersRead, view: &View<'_>) -> Block {
    let args = Args::default()
        .maybe("group", view.one_of(slice::from_ref(&read.group)))
        .maybe("at", read.at.map(|at| view.format.clock(at)));
    view.note("explain-members", &args)
}

/// What the approval rule says beside whose yes it takes.
fn terms(terms: &Terms, view: &View<'_>) -> Vec<Block> {
    let Terms { ticket, self_approval, break_glass, safety } = terms;
    let args = Args::default().maybe("pattern", ticket.as_deref().map(name)).maybe("groups", view.one_of(break_glass));
    let terms = [
        ("explain-ticket", ticket.is_some()),
        ("explain-self", *self_approval),
        ("explain-glass", !break_glass.is_empty()),
        ("explain-safety", *safety),
    ];
    let holds = terms.into_iter().filter(|(_, holds)| *holds);
    holds.map(|(key, _)| view.text(key, &args)).collect()
}

fn rule_args(line: &str) -> Args {
    Args::default().with("rule", rule(line))
}

/// `[[grant]], snapwarden.toml:21`: where a rule stands, without the English word in it.
pub(super) fn rule(line: &str) -> String {
    name(&line.replacen(" at ", ", ", 1))
}
