//! What only one person sees: refusals with their way out, questions back, trees, help.

use fluent_bundle::FluentValue;

use super::{View, at, groups};
use crate::domain::command::{self, CommandError};
use crate::domain::ids::{Group, RequestId};
use crate::domain::intent::Verb;
use crate::domain::marker::Marker;
use crate::domain::notice::{ApprovalOutcome, Explained, Notice, Outcome};
use crate::domain::snapshot_tree::{PowerState, SnapshotTree};
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Button, ButtonStyle, Card, Field, ShownTo, Tone, TreeRow};

/// A picker shows at most this many choices: Discord has 25 buttons in a message, and nobody reads more.
pub const MAX_CHOICES: usize = 20;

/// The answer as a message.
pub fn card(notice: &Notice, view: &View<'_>) -> Card {
    let refusal = |key: &str, args: &[(&str, FluentValue<'_>)]| view.card(Tone::Failure, view.say(key, args), vec![]);
    let told = |key: &str, args: &[(&str, FluentValue<'_>)]| view.card(Tone::Info, view.say(key, args), vec![]);
    match notice {
        Notice::Command { text, error } => command_error(text, error, view),
        Notice::UnknownVm { text, nearest } => {
            let mut card = refusal("reply-unknown-vm", &[("text", name(text).into())]);
            card.blocks.push(match nearest.is_empty() {
                true => view.text("reply-unknown-vm-none", &[]),
                false => view.text("reply-unknown-vm-hint", &[("nearest", quoted(nearest).into())]),
            });
            card
        }
        Notice::WhichVm { text, draft, options } => {
            let args = [("text", name(text).into()), ("count", options.len().into())];
            let title = view.say("reply-which-vm", &args);
            let label = |(path, power): &(String, PowerState)| {
                format!("{} · {}", path_label(path), super::request::power(*power, view))
            };
            picker(title, draft, options.iter().map(label), view)
        }
        Notice::WhichSnapshot {
            vm,
            text,
            draft,
            options,
        } => {
            let title = match text {
                Some(text) => {
                    let args = [
                        ("vm", name(vm).into()),
                        ("text", name(text).into()),
                        ("count", options.len().into()),
                    ];
                    view.say("reply-which-snapshot", &args)
                }
                None => view.say("reply-which-snapshot-any", &[("vm", name(vm).into())]),
            };
            let label = |(number, called, created): &(usize, String, jiff::Timestamp)| {
                format!("#{number} \"{}\" · {}", name(called), view.format.age(*created))
            };
            picker(title, draft, options.iter().map(label), view)
        }
        Notice::UnknownSnapshot { vm, text, nearest } => {
            let args = [("vm", name(vm).into()), ("text", name(text).into())];
            let mut card = refusal("reply-unknown-snapshot", &args);
            card.blocks
                .push(view.text("reply-unknown-snapshot-hint", &[("nearest", quoted(nearest).into())]));
            card.blocks.push(Block::Code {
                text: format!("/snapshot list {}", command::quote(vm)),
            });
            card
        }
        Notice::NoSnapshots { vm } => {
            let mut card = told("reply-no-snapshots", &[("vm", name(vm).into())]);
            let hint = format!("/snapshot take {}", command::quote(vm));
            card.blocks
                .push(view.text("reply-no-snapshots-hint", &[("command", hint.into())]));
            card
        }
        Notice::VCenterAway { vcenter, why } => {
            let args = [
                ("vcenter", name(vcenter.as_str()).into()),
                ("why", sentence(why).into()),
            ];
            refusal("reply-vcenter-away", &args)
        }
        Notice::Starting => told("reply-inventory-starting", &[]),
        Notice::Forbidden {
            verb,
            vm,
            groups: own,
            deny,
            holders,
        } => forbidden(verb.name(), vm, own, deny.as_deref(), holders, view),
        Notice::NoApproverRule { verb, vm } => refusal(
            "reply-no-approver-rule",
            &[("verb", verb.name().into()), ("vm", name(vm).into())],
        ),
        Notice::UnknownPerson => refusal("reply-unknown-person", &[]),
        Notice::NotApprover { groups: them } => refusal("reply-not-approver", &[("groups", groups(them).into())]),
        Notice::OwnRequest => refusal("reply-own-request", &[]),
        Notice::AlreadyApproved => told("reply-already-approved", &[]),
        Notice::TooLate { request, state } => told("reply-too-late", &about(request, state, view)),
        Notice::StaleButton { request } => told("reply-stale-button", &[("request", request.to_string().into())]),
        Notice::BadToken => refusal("reply-bad-token", &[]),
        Notice::NotYours { request, asker } => refusal(
            "reply-not-yours",
            &[("request", request.to_string().into()), ("asker", at(asker).into())],
        ),
        Notice::NoRequest { request } => refusal("reply-no-request", &[("request", request.to_string().into())]),
        Notice::NothingOpen => told("reply-nothing-open", &[]),
        Notice::Open { rows } => {
            let line = |(id, verb, vm, state): &(RequestId, Verb, String, &'static str)| Field {
                label: id.to_string(),
                value: format!("{verb} \"{}\" · {}", name(vm), state_word(state, view)),
            };
            let fields = rows.iter().map(line).collect();
            view.card(
                Tone::Info,
                view.say("reply-status-title", &[]),
                vec![Block::Fields { fields }],
            )
        }
        Notice::NotRunning { request, state } => {
            let hint = format!("/snapshot withdraw {request}");
            let args = [about(request, state, view).to_vec(), vec![("command", hint.into())]].concat();
            told("reply-not-running", &args)
        }
        Notice::NotCancelable { request } => told("reply-not-cancelable", &[("request", request.to_string().into())]),
        Notice::NotWaiting { request, state } => {
            let hint = format!("/snapshot cancel {request}");
            let args = [about(request, state, view).to_vec(), vec![("command", hint.into())]].concat();
            told("reply-not-waiting", &args)
        }
        Notice::Cancelling { request } => told("reply-cancelling", &[("request", request.to_string().into())]),
        Notice::Withdrawn { request } => told("reply-withdrawn", &[("request", request.to_string().into())]),
        Notice::ChoiceGone => told("reply-choice-gone", &[]),
        Notice::StoreDown { why } => refusal("reply-store-down", &[("why", sentence(why).into())]),
        Notice::Tree { .. } => tree(notice, view),
        Notice::Help { verb, mine } => help(*verb, mine, view),
        Notice::Explained(explained) => explain(explained, view),
    }
}

fn about(request: &RequestId, state: &str, view: &View<'_>) -> [(&'static str, FluentValue<'static>); 2] {
    [
        ("request", request.to_string().into()),
        ("state", state_word(state, view).into()),
    ]
}

fn state_word(state: &str, view: &View<'_>) -> String {
    view.say(&format!("state-{}", state.replace('_', "-")), &[])
}

/// `"a", "b", "c"`
fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|one| format!("\"{}\"", name(one)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `DC1 / web / web-02`
fn path_label(path: &str) -> String {
    name(&path.replace('/', " / "))
}

fn picker(title: String, draft: &RequestId, labels: impl Iterator<Item = String>, view: &View<'_>) -> Card {
    let mut card = view.card(Tone::Waiting, title, Vec::new());
    let button = |(choice, label): (usize, String)| Button {
        action: Action::Pick,
        token: view.tokens.mint(draft, Action::Pick.word(), choice, ""),
        label,
        style: ButtonStyle::Plain,
        shown_to: ShownTo::Anyone,
        input: None,
    };
    card.buttons = labels.take(MAX_CHOICES).enumerate().map(button).collect();
    card
}

fn forbidden(verb: &str, vm: &str, own: &[Group], deny: Option<&str>, holders: &[Group], view: &View<'_>) -> Card {
    let verb_words = view.say(&format!("verb-{verb}"), &[]);
    let args = [
        ("verb", verb_words.into()),
        ("vm", name(vm).into()),
        ("groups", groups(own).into()),
        ("rule", deny.unwrap_or_default().to_owned().into()),
    ];
    let key = match (deny, own.is_empty()) {
        (Some(_), _) => "reply-forbidden-deny",
        (None, true) => "reply-forbidden-no-group",
        (None, false) => "reply-forbidden",
    };
    let command = format!(
        "/snapshot explain {} {}",
        verb.replace("delete-with-children", "delete"),
        command::quote(vm)
    );
    let way_out = match holders.is_empty() {
        true => view.text("reply-forbidden-nobody", &[("command", command.into())]),
        false => {
            let args = [("groups", groups(holders).into()), ("command", command.into())];
            view.text("reply-forbidden-holders", &args)
        }
    };
    view.card(Tone::Failure, view.say(key, &args), vec![way_out])
}

fn command_error(text: &str, error: &CommandError, view: &View<'_>) -> Card {
    let (sentence, hint) = command_words(error, view);
    let mut blocks: Vec<Block> = hint.into_iter().collect();
    if let Some(pointed) = error.column().map(|column| command::point_at(text, column)) {
        blocks.push(Block::Code {
            text: format!("{}\n{}", pointed.excerpt, pointed.caret),
        });
    }
    blocks.push(Block::Code { text: error.example() });
    view.card(Tone::Failure, sentence, blocks)
}

/// The sentence, and what else there is to know.
fn command_words(error: &CommandError, view: &View<'_>) -> (String, Option<Block>) {
    let did_you_mean = |suggestion: &Option<String>| {
        let suggestion = suggestion.as_deref()?;
        Some(view.text("command-did-you-mean", &[("suggestion", name(suggestion).into())]))
    };
    let options = |allowed: &[command::OptionKey]| {
        let list: Vec<String> = allowed.iter().map(|key| format!("{}:", key.as_str())).collect();
        match list.is_empty() {
            true => view.text("command-no-options", &[]),
            false => view.text("command-options", &[("allowed", list.join(", ").into())]),
        }
    };
    let say = |key: &str, args: &[(&str, FluentValue<'_>)]| view.say(key, args);
    match error {
        CommandError::Empty => (say("command-empty", &[]), None),
        CommandError::TooLong { limit, length } => (
            say(
                "command-too-long",
                &[("limit", (*limit).into()), ("length", (*length).into())],
            ),
            None,
        ),
        CommandError::UnknownVerb { word, suggestion, .. } => (
            say("command-unknown-verb", &[("word", name(word).into())]),
            did_you_mean(suggestion),
        ),
        CommandError::UnknownOption {
            word,
            column,
            suggestion,
            allowed,
            ..
        } => {
            let sentence = say(
                "command-unknown-option",
                &[("word", name(word).into()), ("column", (*column).into())],
            );
            (sentence, did_you_mean(suggestion).or_else(|| Some(options(allowed))))
        }
        CommandError::OptionNotFor {
            verb,
            option,
            column,
            allowed,
        } => {
            let args = [
                ("verb", verb.as_str().into()),
                ("word", option.as_str().into()),
                ("column", (*column).into()),
            ];
            (say("command-option-not-for", &args), Some(options(allowed)))
        }
        CommandError::UnknownValue {
            option,
            word,
            column,
            suggestion,
            allowed,
            ..
        } => {
            let args = [
                ("option", option.as_str().into()),
                ("word", name(word).into()),
                ("column", (*column).into()),
            ];
            let hint = did_you_mean(suggestion)
                .unwrap_or_else(|| view.text("command-allowed", &[("allowed", allowed.join(", ").into())]));
            (say("command-unknown-value", &args), Some(hint))
        }
        CommandError::MissingValue { option, column } => (
            say(
                "command-missing-value",
                &[("option", option.as_str().into()), ("column", (*column).into())],
            ),
            None,
        ),
        CommandError::Repeated { option, column } => (
            say(
                "command-repeated",
                &[("option", option.as_str().into()), ("column", (*column).into())],
            ),
            None,
        ),
        CommandError::UnbalancedQuote { column } => {
            (say("command-unbalanced-quote", &[("column", (*column).into())]), None)
        }
        CommandError::MissingVm { .. } => (say("command-missing-vm", &[]), None),
        CommandError::MissingRequest { .. } => (say("command-missing-request", &[]), None),
        CommandError::MissingVerb => (say("command-missing-verb", &[]), None),
        CommandError::MissingChange => (say("command-missing-change", &[]), None),
        CommandError::ExtraWords { column, words, .. } => {
            let args = [("column", (*column).into()), ("words", name(&words.join(" ")).into())];
            (say("command-extra-words", &args), None)
        }
        CommandError::NameEmpty { .. } => (say("command-name-empty", &[]), None),
        CommandError::NameTooLong { limit, length, .. } => (
            say(
                "command-name-too-long",
                &[("limit", (*limit).into()), ("length", (*length).into())],
            ),
            None,
        ),
        CommandError::NameCharacter { column, code_point }
        | CommandError::DescriptionCharacter { column, code_point } => {
            let code = format!("U+{code_point:04X}");
            (
                say(
                    "command-name-character",
                    &[("code", code.into()), ("column", (*column).into())],
                ),
                None,
            )
        }
        CommandError::DescriptionTooLong { limit, length, .. } => (
            say(
                "command-description-too-long",
                &[("limit", (*limit).into()), ("length", (*length).into())],
            ),
            None,
        ),
        CommandError::DescriptionReserved { column } => (
            say("command-description-reserved", &[("column", (*column).into())]),
            None,
        ),
        CommandError::BadTicket { column, limit } => (
            say(
                "command-bad-ticket",
                &[("column", (*column).into()), ("limit", (*limit).into())],
            ),
            None,
        ),
        CommandError::BadDuration { word, column } => (
            say(
                "command-bad-duration",
                &[("word", name(word).into()), ("column", (*column).into())],
            ),
            None,
        ),
        CommandError::NegativeDuration { word, column } => (
            say(
                "command-negative-duration",
                &[("word", name(word).into()), ("column", (*column).into())],
            ),
            None,
        ),
        CommandError::DurationTooLong {
            word,
            column,
            limit_days,
        } => {
            let limit = view.format.duration(jiff::SignedDuration::from_hours(24 * limit_days));
            let args = [
                ("word", name(word).into()),
                ("column", (*column).into()),
                ("limit", limit.into()),
            ];
            (say("command-duration-too-long", &args), None)
        }
        CommandError::BadRequestId { word, .. } => {
            (say("command-bad-request-id", &[("word", name(word).into())]), None)
        }
        CommandError::BadNumber { word, column } => (
            say(
                "command-bad-number",
                &[("word", name(word).into()), ("column", (*column).into())],
            ),
            None,
        ),
    }
}

fn tree(notice: &Notice, view: &View<'_>) -> Card {
    let Notice::Tree {
        vm,
        path,
        power,
        tools,
        consolidation_needed,
        tree,
        bytes,
        with_memory,
    } = notice
    else {
        return view.card(Tone::Info, String::new(), Vec::new());
    };
    let title = view.say(
        "reply-tree-title",
        &[("vm", name(vm).into()), ("path", name(path).into())],
    );
    let mut facts = vec![
        super::request::power(*power, view),
        view.say("reply-tree-count", &[("count", tree.len().into())]),
    ];
    if *power == PowerState::On && !*tools {
        facts.push(view.say("reply-tree-tools", &[]));
    }
    if *consolidation_needed {
        facts.push(view.say("reply-tree-consolidation", &[]));
    }
    let mut blocks = vec![Block::Text {
        text: facts.join(" · "),
    }];
    if tree.is_empty() {
        let hint = format!("/snapshot take {}", command::quote(vm));
        blocks.push(view.text("reply-no-snapshots-hint", &[("command", hint.into())]));
    } else {
        blocks.push(Block::Tree {
            rows: rows(tree, bytes, with_memory, view),
        });
    }
    let tone = if *consolidation_needed {
        Tone::Warning
    } else {
        Tone::Info
    };
    view.card(tone, title, blocks)
}

fn rows(
    tree: &SnapshotTree,
    bytes: &std::collections::BTreeMap<crate::domain::ids::Moref, u64>,
    with_memory: &[crate::domain::ids::Moref],
    view: &View<'_>,
) -> Vec<TreeRow> {
    let mut rows = Vec::new();
    // "You are here" hangs below the current snapshot, before or behind its other children: last, as vSphere draws it.
    let mut here: Vec<(usize, usize)> = Vec::new();
    let current = tree.current().map(|node| node.moref.clone());
    for (index, node) in tree.nodes().iter().enumerate() {
        let depth = tree.depth(&node.moref).saturating_sub(1);
        while here.last().is_some_and(|(_, level)| *level > depth) {
            here.pop();
            rows.push(here_row(depth_of_here(tree), view));
        }
        let mut detail = vec![view.format.age(node.created)];
        detail.extend(bytes.get(&node.moref).map(|bytes| view.format.bytes(*bytes)));
        if let Some(marker) = Marker::find(&node.description) {
            detail.push(view.say("snapshot-by", &[("person", at(&marker.by).into())]));
        }
        if with_memory.contains(&node.moref) {
            detail.push(view.say("snapshot-with-memory", &[]));
        }
        if node.quiesced {
            detail.push(view.say("tree-quiesced", &[]));
        }
        let words = Marker::strip(&node.description);
        if !words.is_empty() {
            detail.push(name(words));
        }
        let number = Some(index + 1);
        rows.push(TreeRow {
            number,
            depth,
            name: name(&node.name),
            detail: detail.join(" · "),
            here: false,
        });
        if current.as_ref() == Some(&node.moref) {
            here.push((index, depth + 1));
        }
    }
    if !here.is_empty() {
        rows.push(here_row(depth_of_here(tree), view));
    }
    rows
}

fn depth_of_here(tree: &SnapshotTree) -> usize {
    tree.current().map_or(0, |node| tree.depth(&node.moref))
}

fn here_row(depth: usize, view: &View<'_>) -> TreeRow {
    TreeRow {
        number: None,
        depth,
        name: view.say("tree-here", &[]),
        detail: String::new(),
        here: true,
    }
}

fn help(verb: Option<Verb>, mine: &[Verb], view: &View<'_>) -> Card {
    let sentence = |verb: Verb| view.say(&format!("help-{verb}"), &[]);
    match verb {
        Some(verb) => {
            let title = view.say("reply-help-verb-title", &[("verb", verb.as_str().into())]);
            let mut blocks = vec![Block::Text { text: sentence(verb) }];
            blocks.push(Block::Code {
                text: command::example_of(verb).to_owned(),
            });
            let keys: Vec<String> = command::options_of(verb)
                .iter()
                .map(|key| format!("{}:", key.as_str()))
                .collect();
            if !keys.is_empty() {
                blocks.push(view.text("command-options", &[("allowed", keys.join(", ").into())]));
            }
            view.card(Tone::Info, title, blocks)
        }
        None => {
            let field = |verb: Verb| {
                let not_mine = if mine.contains(&verb) {
                    String::new()
                } else {
                    format!(" {}", view.say("reply-help-forbidden", &[]))
                };
                Field {
                    label: verb.as_str().to_owned(),
                    value: format!("{}{not_mine}", sentence(verb)),
                }
            };
            let mut blocks = vec![Block::Fields {
                fields: Verb::ALL.into_iter().map(field).collect(),
            }];
            if mine.is_empty() {
                blocks.push(view.text("reply-help-none", &[]));
            }
            blocks.push(view.text("reply-help-more", &[("command", "/snapshot help take".into())]));
            view.card(Tone::Info, view.say("reply-help-title", &[]), blocks)
        }
    }
}

fn explain(explained: &Explained, view: &View<'_>) -> Card {
    let person = ("person", at(&explained.person).into());
    let args = [
        person.clone(),
        ("verb", explained.verb.into()),
        ("vm", name(&explained.vm).into()),
    ];
    let title = view.say("reply-explain-title", &args);
    let mut blocks = vec![match &explained.outcome {
        Outcome::Allowed(rule) => view.text("reply-explain-yes", &[("rule", name(rule).into())]),
        Outcome::Denied(rule) => view.text("reply-explain-deny", &[("rule", name(rule).into())]),
        Outcome::NoRule if explained.groups.is_empty() => view.text("reply-explain-no-group", &[person]),
        Outcome::NoRule => view.text("reply-explain-no-rule", &[("groups", groups(&explained.groups).into())]),
        Outcome::UnknownPerson => view.text("reply-explain-unknown", &[]),
    }];
    let allowed = matches!(explained.outcome, Outcome::Allowed(_));
    if !allowed && !explained.holders.is_empty() {
        blocks.push(view.text(
            "reply-explain-holders",
            &[("groups", groups(&explained.holders).into())],
        ));
    }
    if allowed {
        blocks.push(match &explained.approval {
            ApprovalOutcome::No => view.text("reply-explain-no-approval", &[]),
            ApprovalOutcome::Missing => view.text("reply-explain-approval-missing", &[]),
            ApprovalOutcome::Yes {
                count,
                groups: them,
                rule,
            } => {
                let args = [
                    ("needed", (*count).into()),
                    ("groups", groups(them).into()),
                    ("rule", name(rule).into()),
                ];
                view.text("reply-explain-approval", &args)
            }
        });
    }
    view.card(if allowed { Tone::Info } else { Tone::Failure }, title, blocks)
}
