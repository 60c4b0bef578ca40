//! What only one person sees: refusals with their way out, questions back, and what was asked for.

use fluent_bundle::FluentValue;
use jiff::Timestamp;

use super::command_error::command_error;
use super::failed::details;
use super::help::{explain, help, rule};
use super::refusals;
use super::tree::tree;
use super::{View, at, bulletin, command_block, command_for, groups};
use crate::domain::command::{self, COMMAND_PREFIX};
use crate::domain::ids::{Group, RequestId};
use crate::domain::intent::Verb;
use crate::domain::marker::Hold;
use crate::domain::notice::Notice;
use crate::domain::policy::PolicyVerb;
use crate::domain::snapshot_tree::PowerState;
use crate::message::button::{Button, On};
use crate::message::format::{self, name};
use crate::message::model::{Action, Block, Card, Field, Tone};

/// A picker shows at most this many choices: Discord has 25 buttons in a message, and nobody reads more.
pub const MAX_CHOICES: usize = 20;

/// The states in which a request can be taken back.
const WAITING: [&str; 3] = ["asked", "queued", "awaiting_approval"];

/// The states in which vCenter may be asked to cancel.
const RUNNING: [&str; 2] = ["starting", "running"];

/// The answer as a message.
pub fn card(notice: &Notice, view: &View<'_>) -> Card {
    let mut card = by_notice(notice, view);
    let asks_what_holds = matches!(
        notice,
        Notice::Open { .. } | Notice::NothingOpen | Notice::Help { verb: None, .. } | Notice::Explained(_)
    );
    if let (Some(freeze), true) = (view.freeze, asks_what_holds) {
        card.blocks.push(bulletin::frozen(freeze, view));
    }
    card
}

fn by_notice(notice: &Notice, view: &View<'_>) -> Card {
    let refusal = |key: &str, args: &[(&str, FluentValue<'_>)]| view.card(Tone::Failure, view.say(key, args), vec![]);
    let told = |key: &str, args: &[(&str, FluentValue<'_>)]| view.card(Tone::Info, view.say(key, args), vec![]);
    let of = |request: &RequestId| [("request", request.to_string().into())];
    match notice {
        Notice::Command { text, error } => command_error(text, error, view),
        Notice::UnknownVm { text, nearest } => {
            let mut card = refusal("reply-unknown-vm", &[("text", name(text).into())]);
            card.blocks.push(match nearest.is_empty() {
                true => view.text("reply-unknown-vm-none", &[]),
                false => {
                    let nearest = view.format.one_of(&quoted(nearest));
                    view.text("reply-unknown-vm-hint", &[("nearest", nearest.into())])
                }
            });
            card
        }
        Notice::WhichVm { text, draft, options } => {
            let args = [("text", name(text).into()), ("count", options.len().into())];
            let label = |(path, power): &(String, PowerState)| {
                format!("{} · {}", path_label(path), super::request::power(*power, view))
            };
            picker(view.say("reply-which-vm", &args), draft, options.iter().map(label), view)
        }
        Notice::WhichSnapshot { vm, text, draft, options } => {
            let mut args = vec![("vm", name(vm).into()), ("count", options.len().into())];
            let title = match text {
                Some(text) => {
                    args.push(("text", name(text).into()));
                    view.say("reply-which-snapshot", &args)
                }
                None => view.say("reply-which-snapshot-any", &args),
            };
            let label = |(number, called, created): &(usize, String, Timestamp)| {
                format!("#{number} \"{}\" · {}", name(called), view.format.age(*created))
            };
            picker(title, draft, options.iter().map(label), view)
        }
        Notice::UnknownSnapshot { vm, text, nearest } => {
            let args = [("vm", name(vm).into()), ("text", name(text).into())];
            let mut card = refusal("reply-unknown-snapshot", &args);
            card.blocks.push(match nearest.is_empty() {
                true => view.text("reply-unknown-snapshot-list", &[]),
                false => {
                    let nearest = view.format.all_of(&quoted(nearest));
                    view.text("reply-unknown-snapshot-hint", &[("nearest", nearest.into())])
                }
            });
            card.blocks.push(command_block(Verb::List, vm));
            card
        }
        Notice::NoSnapshots { vm } => {
            let mut card = told("reply-no-snapshots", &[("vm", name(vm).into())]);
            card.blocks.push(view.text("reply-no-snapshots-hint", &[]));
            card.blocks.push(command_block(Verb::Take, vm));
            card
        }
        Notice::VCenterAway { vcenter, why } => {
            let mut card = refusal("reply-vcenter-away", &[("vcenter", name(vcenter.as_str()).into())]);
            card.blocks.extend(details(why, view));
            card
        }
        Notice::Starting => told("reply-inventory-starting", &[]),
        Notice::Forbidden { verb, vm, groups: own, deny, holders } => {
            forbidden(*verb, vm, own, deny.as_deref(), holders, view)
        }
        Notice::TagsUnknown { verb, vm, rule } => tags_unknown(*verb, vm, rule.as_deref(), view),
        Notice::GroupsUnknown { groups: them } => {
            let them = view.format.one_of(&groups(them));
            let mut card = refusal("reply-groups-unknown", &[("groups", them.into())]);
            card.blocks.push(view.text("reply-groups-unknown-hint", &[]));
            card
        }
        Notice::NotPermitted { person, verb, vm, refusal } => {
            view.card(Tone::Failure, refusals::sentence(person, *verb, vm, refusal, view), vec![])
        }
        Notice::NoApproverRule { verb, vm } => {
            let args = [("verb", verb_words(verb.name(), view).into()), ("vm", name(vm).into())];
            let mut card = refusal("reply-no-approver-rule", &args);
            card.blocks.push(view.text("reply-no-approver-rule-hint", &[]));
            card
        }
        Notice::TicketNeeded { verb, vm, pattern, given, draft } => {
            ticket_needed(*verb, vm, pattern, given.as_deref(), draft, view)
        }
        Notice::Frozen { freeze } => {
            let mut card = refusal("reply-frozen", &bulletin::args(freeze));
            card.blocks.push(view.text("reply-frozen-hint", &[]));
            card
        }
        Notice::FrozenNow { under_way } => {
            let mut card = told("reply-frozen-now", &[]);
            card.blocks.push(code(format!("{COMMAND_PREFIX} {}", Verb::Unfreeze)));
            if !under_way.is_empty() {
                let calls: Vec<String> =
                    under_way.iter().map(|(request, vm)| format!("{request} (\"{}\")", name(vm))).collect();
                let args = [("count", calls.len().into()), ("calls", view.format.all_of(&calls).into())];
                card.blocks.push(view.caution("reply-frozen-under-way", &args));
            }
            card
        }
        Notice::UnfrozenNow => told("reply-unfrozen-now", &[]),
        Notice::NotFrozen => told("reply-not-frozen", &[]),
        Notice::NotAdministrator { groups: them } if them.is_empty() => refusal("reply-no-administrator", &[]),
        Notice::NotAdministrator { groups: them } => {
            refusal("reply-not-administrator", &[("groups", view.format.one_of(&groups(them)).into())])
        }
        Notice::NotBreaker { groups: them } if them.is_empty() => refusal("reply-no-breaker", &[]),
        Notice::NotBreaker { groups: them } => {
            refusal("reply-not-breaker", &[("groups", view.format.one_of(&groups(them)).into())])
        }
        Notice::ReasonNeeded => refusal("reply-reason-needed", &[("limit", command::REASON_MAX_CHARS.into())]),
        Notice::UnknownPerson => refusal("reply-unknown-person", &[]),
        Notice::NotApprover { groups: them } => {
            let them = view.format.one_of(&groups(them));
            refusal("reply-not-approver", &[("groups", them.into())])
        }
        Notice::OwnRequest => refusal("reply-own-request", &[]),
        Notice::AskedAlready { request: Some(request) } => told("reply-asked-already", &of(request)),
        Notice::AskedAlready { request: None } => told("reply-asked-just-now", &[]),
        Notice::AlreadyApproved => told("reply-already-approved", &[]),
        Notice::TooLate { request, state } => told("reply-too-late", &about(request, state, view)),
        Notice::StaleButton { request } => told("reply-stale-button", &of(request)),
        Notice::BadToken => refusal("reply-bad-token", &[]),
        Notice::NotYours { request, asker } => {
            refusal("reply-not-yours", &[("request", request.to_string().into()), ("asker", at(asker).into())])
        }
        Notice::NoRequest { request } => {
            let mut card = refusal("reply-no-request", &of(request));
            card.blocks.push(code(format!("{COMMAND_PREFIX} {}", Verb::Status)));
            card
        }
        Notice::NothingOpen => told("reply-nothing-open", &[]),
        Notice::Open { rows } => open(rows, view),
        Notice::NotRunning { request, state } => {
            let mut card = told("reply-nothing-to-cancel", &about(request, state, view));
            if WAITING.contains(state) {
                card.blocks.push(view.text("reply-take-back", &[]));
                card.blocks.push(code(format!("{COMMAND_PREFIX} {} {request}", Verb::Withdraw)));
            }
            card
        }
        Notice::NotCancelable { request } => told("reply-not-cancelable", &of(request)),
        Notice::NotWaiting { request, state } => {
            let mut card = told("reply-not-waiting", &about(request, state, view));
            if RUNNING.contains(state) {
                card.blocks.push(view.text("reply-try-cancel", &[]));
                card.blocks.push(code(format!("{COMMAND_PREFIX} {} {request}", Verb::Cancel)));
            }
            card
        }
        Notice::Cancelling { request } => told("reply-cancelling", &of(request)),
        Notice::Stopping { request } => told("reply-stopping", &of(request)),
        Notice::Withdrawn { request } => told("reply-withdrawn", &of(request)),
        Notice::KeepPast => told("reply-keep-past", &[]),
        Notice::ManyVms { text, paths } => {
            let shown: Vec<String> = paths.iter().take(MAX_CHOICES).map(|path| format!("\"{}\"", name(path))).collect();
            told("reply-many-vms", &[("name", name(text).into()), ("paths", view.format.all_of(&shown).into())])
        }
        Notice::NothingOlder { asker, scope, age, stays } => {
            let args = [("scope", name(scope).into()), ("age", view.format.duration(*age).into())];
            let key = if stays.is_empty() { "reply-nothing-older" } else { "reply-nothing-goes" };
            let mut card = told(key, &args);
            card.blocks.extend(super::bulk::stays(stays, asker, view));
            card
        }
        Notice::KeepTooLong { limit } => told("reply-keep-too-long", &[("limit", view.format.duration(*limit).into())]),
        Notice::HoldOfOther { vm, snapshot, hold, known, groups: them } => {
            let person = ("person", at(&hold.by).into());
            let args = [
                ("vm", name(vm).into()),
                ("snapshot", name(snapshot).into()),
                ("reason", format::sentence(&hold.reason).into()),
                person.clone(),
            ];
            let mut card = refusal("reply-hold-of-other", &args);
            let key = match (known, them.is_empty()) {
                (true, false) => "reply-hold-of-other-groups",
                (true, true) => "reply-hold-of-other-alone",
                (false, false) => "reply-hold-of-gone-groups",
                (false, true) => "reply-hold-of-gone",
            };
            card.blocks.push(view.text(key, &[person, ("groups", view.format.one_of(&groups(them)).into())]));
            card
        }
        Notice::HoldReasonNeeded => told("reply-hold-reason", &[]),
        Notice::RowGone { vm, snapshot } => {
            told("reply-row-gone", &[("vm", name(vm).into()), ("snapshot", name(snapshot).into())])
        }
        Notice::RowChanged { vm, snapshot, until, hold } => {
            let args = [("vm", name(vm).into()), ("snapshot", name(snapshot).into())];
            let mut card = refusal("reply-row-changed", &args);
            card.blocks = row_now(*until, hold.as_ref(), view);
            card
        }
        Notice::UnknownReport { name: typed, known } if known.is_empty() => {
            told("reply-no-report", &[("name", name(typed).into())])
        }
        Notice::UnknownReport { name: typed, known } => {
            let known: Vec<String> = known.iter().map(|known| format!("\"{}\"", name(known))).collect();
            told("reply-unknown-report", &[("name", name(typed).into()), ("known", view.format.all_of(&known).into())])
        }
        Notice::ChoiceGone => told("reply-choice-gone", &[]),
        Notice::StoreDown { why } => {
            let mut card = refusal("reply-store-down", &[]);
            card.blocks.extend(details(why, view));
            card
        }
        Notice::StoreUnsure { why } => {
            let mut card = refusal("reply-store-unsure", &[]);
            card.blocks.extend(details(why, view));
            card
        }
        Notice::Tree { .. } => tree(notice, view),
        Notice::Help { verb, mine } => help(*verb, mine, view),
        Notice::Explained(explained) => explain(explained, view),
    }
}

/// What may be done, as in "you may not revert …", by the verb's or the policy verb's name.
pub(super) fn verb_words(verb: &str, view: &View<'_>) -> String {
    view.say(&format!("verb-{verb}"), &[])
}

fn about(request: &RequestId, state: &str, view: &View<'_>) -> [(&'static str, FluentValue<'static>); 2] {
    [("request", request.to_string().into()), ("state", state_word(state, view).into())]
}

fn state_word(state: &str, view: &View<'_>) -> String {
    view.say(&format!("state-{}", state.replace('_', "-")), &[])
}

fn code(text: String) -> Block {
    Block::Code { text }
}

/// `"a"`, `"b"`, `"c"`
fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|one| format!("\"{}\"", name(one))).collect()
}

/// `DC1 / web / web-02`
fn path_label(path: &str) -> String {
    format::path(&path.replace('/', " / "))
}

fn picker(title: String, draft: &RequestId, labels: impl ExactSizeIterator<Item = String>, view: &View<'_>) -> Card {
    let mut card = view.card(Tone::Waiting, title, Vec::new());
    let more = labels.len().saturating_sub(MAX_CHOICES);
    if more > 0 {
        card.blocks.push(view.text("reply-more", &[("count", more.into())]));
    }
    let button =
        |(index, label): (usize, String)| Button::new(Action::Pick, On::Choice { draft, index, label: &label }, view);
    card.buttons = labels.take(MAX_CHOICES).enumerate().map(button).collect();
    card
}

/// Until when a snapshot is kept now, and who has it on hold.
fn row_now(until: Option<Timestamp>, hold: Option<&Hold>, view: &View<'_>) -> Vec<Block> {
    let moment = |at: Timestamp| view.format.moment(at);
    let kept = match until {
        Some(until) => view.text("row-now-until", &[("until", moment(until).into())]),
        None => view.text("row-now-endless", &[]),
    };
    let Some(hold) = hold else { return vec![kept, view.text("row-now-free", &[])] };
    let args = [
        ("person", at(&hold.by).into()),
        ("reason", format::sentence(&hold.reason).into()),
        ("until", hold.until.map(moment).unwrap_or_default().into()),
    ];
    let key = if hold.until.is_some() { "row-now-held-until" } else { "row-now-held" };
    vec![kept, view.text(key, &args)]
}

/// What has to be given, with a field to give it in.
fn ticket_needed(
    verb: PolicyVerb,
    vm: &str,
    pattern: &str,
    given: Option<&str>,
    draft: &RequestId,
    view: &View<'_>,
) -> Card {
    let args = [("verb", verb_words(verb.name(), view).into()), ("vm", name(vm).into())];
    let mut card = view.card(Tone::Waiting, view.say("reply-ticket-needed", &args), Vec::new());
    let mut form = vec![("pattern", name(pattern).into())];
    let key = match given {
        Some(given) => {
            form.push(("given", name(given).into()));
            "reply-ticket-wrong"
        }
        None => "reply-ticket-form",
    };
    card.blocks.push(view.text(key, &form));
    card.buttons.push(Button::new(Action::Pick, On::Ticket { draft }, view));
    card
}

fn open(rows: &[(RequestId, Verb, String, &'static str)], view: &View<'_>) -> Card {
    let line = |(id, verb, vm, state): &(RequestId, Verb, String, &'static str)| {
        let args = [
            ("verb", verb_words(verb.as_str(), view).into()),
            ("vm", name(vm).into()),
            ("state", state_word(state, view).into()),
        ];
        Field { label: id.to_string(), value: view.say("reply-status-row", &args) }
    };
    let fields = rows.iter().map(line).collect();
    view.card(Tone::Info, view.say("reply-status-title", &[]), vec![Block::Fields { fields }])
}

fn forbidden(
    verb: PolicyVerb,
    vm: &str,
    own: &[Group],
    deny: Option<&str>,
    holders: &[Group],
    view: &View<'_>,
) -> Card {
    let mut args = vec![
        ("verb", verb_words(verb.name(), view).into()),
        ("vm", name(vm).into()),
        ("groups", view.format.one_of(&groups(own)).into()),
    ];
    let key = match (deny, own.is_empty()) {
        (Some(""), _) => "reply-forbidden-deny-unnamed",
        (Some(deny), _) => {
            args.push(("rule", rule(deny).into()));
            "reply-forbidden-deny"
        }
        (None, true) => "reply-forbidden-no-group",
        (None, false) => "reply-forbidden",
    };
    // A rule has a word of its own for deleting with children, a command has an option.
    let explained = if verb == PolicyVerb::DeleteWithChildren { PolicyVerb::Delete } else { verb }.name();
    let command = command_for(format!("{} {explained}", Verb::Explain), vm);
    let way_out = match holders.is_empty() {
        true => view.text("reply-forbidden-nobody", &[("command", command.into())]),
        false => {
            let holders = view.format.all_of(&groups(holders));
            let args = [("groups", holders.into()), ("command", command.into())];
            view.text("reply-forbidden-holders", &args)
        }
    };
    view.card(Tone::Failure, view.say(key, &args), vec![way_out])
}

fn tags_unknown(verb: PolicyVerb, vm: &str, by: Option<&str>, view: &View<'_>) -> Card {
    let mut args = vec![("verb", verb_words(verb.name(), view).into()), ("vm", name(vm).into())];
    let key = match by {
        Some(by) => {
            args.push(("rule", rule(by).into()));
            "reply-tags-unknown"
        }
        None => "reply-tags-unknown-unnamed",
    };
    view.card(Tone::Failure, view.say(key, &args), vec![view.text("reply-tags-unknown-hint", &[])])
}
