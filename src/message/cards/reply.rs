//! What only one person sees: refusals with their way out, questions back, and what was asked for.

use jiff::Timestamp;

use super::command_error::command_error;
use super::failed::details;
use super::help::{explain, help, rule};
use super::tree::tree;
use super::{View, at, bulletin, hold_args, key, labels, quoted, refusals};
use crate::domain::command::{self, COMMAND_PREFIX};
use crate::domain::ids::{RequestId, VmTitle};
use crate::domain::intent::Verb;
use crate::domain::marker::Hold;
use crate::domain::notice::Notice;
use crate::domain::policy::PolicyVerb;
use crate::message::button::{Button, On};
use crate::message::format::name;
use crate::message::model::{Action, Block, Card, Field, Tone};
use crate::message::words::Args;

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
    let format = &view.format;
    let args = Args::default();
    let of = |request: &RequestId| Args::default().with("request", request.to_string());
    let in_state = |request: &RequestId, state: &str| of(request).with("state", state_word(state, view));
    let on_vm = |vm: &VmTitle| Args::default().with("vm", view.vm(vm));
    let may = |verb: PolicyVerb, vm: &VmTitle| on_vm(vm).with("verb", verb_words(verb.name(), view));
    let of_snapshot = |vm: &VmTitle, snapshot: &str| on_vm(vm).with("snapshot", name(snapshot));
    let told = |tone: Tone, args: Args| view.told(tone, &key("reply", notice), &args);
    let (fails, tells) = (|args: Args| told(Tone::Failure, args), |args: Args| told(Tone::Info, args));
    match notice {
        Notice::Command { text, error } => command_error(text, error, view),
        Notice::UnknownVm { text, nearest } => {
            let near: Vec<String> = nearest.iter().map(|vm| quoted(view.vm(vm))).collect();
            let nearest = (!near.is_empty()).then(|| format.one_of(&near));
            fails(args.with("text", name(text)).maybe("nearest", nearest))
        }
        Notice::WhichVm { text, draft, options } => {
            let card = told(Tone::Waiting, args.with("text", name(text)).with("count", options.len()));
            with_choices(card, draft, labels::vms(options, view).into_iter(), view)
        }
        Notice::WhichSnapshot { vm, text, draft, options } => {
            let args = on_vm(vm).maybe("text", text.as_deref().map(name)).with("count", options.len());
            let label = |(number, called, created): &(usize, String, Timestamp)| {
                format!("#{number} \"{}\" · {}", name(called), format.age(*created))
            };
            with_choices(told(Tone::Waiting, args), draft, options.iter().map(label), view)
        }
        Notice::UnknownSnapshot { vm, text, nearest } => {
            let nearest = listed(nearest).map(|nearest| format.all_of(&nearest));
            let args = on_vm(vm).with("text", name(text)).maybe("nearest", nearest);
            with(fails(args), [view.command_block(Verb::List, vm)])
        }
        Notice::NoSnapshots { vm } => with(tells(on_vm(vm)), [view.command_block(Verb::Take, vm)]),
        Notice::VCenterAway { vcenter, why } => {
            let args = args.with("vcenter", name(vcenter.as_str()));
            with(fails(args), details(why, view))
        }
        Notice::Forbidden { verb, vm, groups, deny, holders } => {
            // A rule has a word of its own for deleting with children, a command has an option.
            let explained = if *verb == PolicyVerb::DeleteWithChildren { PolicyVerb::Delete } else { *verb };
            let place = deny.as_deref().filter(|place| !place.is_empty());
            let args = may(*verb, vm)
                .whether("denied", deny.is_some())
                .maybe("rule", place.map(rule))
                .maybe("groups", view.one_of(groups))
                .maybe("holders", view.all_of(holders))
                .with("command", view.command_for(format!("{} {}", Verb::Explain, explained.name()), vm));
            fails(args)
        }
        Notice::TagsUnknown { verb, vm, rule: place } => {
            fails(may(*verb, vm).maybe("rule", place.as_deref().map(rule)))
        }
        Notice::NotPermitted { person, verb, vm, refusal } => {
            view.card(Tone::Failure, refusals::sentence(person, *verb, vm, refusal, view), Vec::new())
        }
        Notice::NoApproverRule { verb, vm } => fails(may(*verb, vm)),
        Notice::TicketNeeded { verb, vm, pattern, given, draft } => {
            // What has to be given, with a field to give it in.
            let args = may(*verb, vm).with("pattern", name(pattern));
            let mut card = told(Tone::Waiting, args.maybe("given", given.as_deref().map(name)));
            card.buttons.push(Button::new(Action::Pick, On::Ticket { draft }, view));
            card
        }
        Notice::Frozen { freeze } => fails(bulletin::args(freeze)),
        Notice::FrozenNow { under_way } => {
            let calls: Vec<String> =
                under_way.iter().map(|(request, vm)| format!("{request} (\"{}\")", view.vm(vm))).collect();
            let args = args.with("count", calls.len()).with("calls", format.all_of(&calls));
            let caution = (!calls.is_empty()).then(|| view.caution("reply-frozen-under-way", &args));
            with(with(tells(args), [typed(Verb::Unfreeze, None)]), caution)
        }
        Notice::GroupsUnknown { groups }
        | Notice::NotAdministrator { groups }
        | Notice::NotBreaker { groups }
        | Notice::NotApprover { groups } => fails(args.maybe("groups", view.one_of(groups))),
        Notice::ReasonNeeded => fails(args.with("limit", command::REASON_MAX_CHARS)),
        Notice::NotYours { request, asker } => fails(of(request).with("asker", at(asker))),
        Notice::NoRequest { request } => with(fails(of(request)), [typed(Verb::Status, None)]),
        Notice::AskedAlready { request } => tells(args.maybe("request", request.as_ref().map(RequestId::to_string))),
        Notice::TooLate { request, state } => tells(in_state(request, state)),
        Notice::NotRunning { request, state } => {
            let waits = WAITING.contains(state);
            let more = [view.text("reply-take-back", &[]), typed(Verb::Withdraw, Some(request))];
            with(tells(in_state(request, state)), more.into_iter().filter(|_| waits))
        }
        Notice::NotWaiting { request, state } => {
            let runs = RUNNING.contains(state);
            let more = [view.text("reply-try-cancel", &[]), typed(Verb::Cancel, Some(request))];
            with(tells(in_state(request, state)), more.into_iter().filter(|_| runs))
        }
        Notice::StaleButton { request }
        | Notice::NotCancelable { request }
        | Notice::Cancelling { request }
        | Notice::Stopping { request }
        | Notice::Withdrawn { request } => tells(of(request)),
        Notice::Open { rows } => {
            let fields = rows.iter().map(|row| open(row, view)).collect();
            with(tells(args), [Block::Fields { fields }])
        }
        Notice::ManyVms { text, paths } => {
            let shown: Vec<String> = paths.iter().take(MAX_CHOICES).map(|path| quoted(view.vm(path))).collect();
            tells(args.with("name", name(text)).with("paths", format.all_of(&shown)))
        }
        Notice::NothingOlder { asker, scope, age, stays } => {
            let args = args.with("scope", name(scope)).with("age", format.duration(*age));
            let args = args.whether("stays", !stays.is_empty());
            with(tells(args), super::bulk::stays(stays, asker, view))
        }
        Notice::KeepTooLong { limit } => tells(args.with("limit", format.duration(*limit))),
        Notice::HoldOfOther { vm, snapshot, hold, known, groups } => {
            let args = of_snapshot(vm, snapshot).and(hold_args(Some(hold), view)).whether("known", *known);
            fails(args.maybe("groups", view.one_of(groups)))
        }
        Notice::RowGone { vm, snapshot } => tells(of_snapshot(vm, snapshot)),
        Notice::RowChanged { vm, snapshot, until, hold } => {
            with(fails(of_snapshot(vm, snapshot)), row_now(*until, hold.as_ref(), view))
        }
        Notice::UnknownReport { name: called, known } => {
            let known = listed(known).map(|known| format.all_of(&known));
            tells(args.with("name", name(called)).maybe("known", known))
        }
        Notice::VmGone { vm } => fails(on_vm(vm)),
        Notice::NotReadable { vm, why } => with(fails(on_vm(vm)), details(why, view)),
        Notice::StoreDown { why } | Notice::StoreUnsure { why } => with(fails(args), details(why, view)),
        Notice::TooFast => fails(args),
        Notice::TooManyOpen { count } => fails(args.with("count", count.to_string())),
        Notice::LineFull { vm, count } => fails(on_vm(vm).with("count", count.to_string())),
        Notice::UnknownPerson => fails(args),
        Notice::OwnRequest => fails(args),
        Notice::BadToken => fails(args),
        Notice::Starting => tells(args),
        Notice::UnfrozenNow => tells(args),
        Notice::NotFrozen => tells(args),
        Notice::AlreadyApproved => tells(args),
        Notice::NothingOpen => tells(args),
        Notice::KeepPast => tells(args),
        Notice::HoldReasonNeeded => tells(args),
        Notice::ChoiceGone => tells(args),
        Notice::Tree { .. } => tree(notice, view),
        Notice::Help { verb, mine } => help(*verb, mine, view),
        Notice::Explained(explained) => explain(explained, view),
    }
}

/// A message with more behind it.
fn with(mut card: Card, more: impl IntoIterator<Item = Block>) -> Card {
    card.blocks.extend(more);
    card
}

/// What may be done, as in "you may not revert …", by the verb's or the policy verb's name.
pub(super) fn verb_words(verb: &str, view: &View<'_>) -> String {
    view.say(&format!("verb-{verb}"), &[])
}

fn state_word(state: &str, view: &View<'_>) -> String {
    view.say(&format!("state-{}", state.replace('_', "-")), &[])
}

/// A command to type that is about no VM.
fn typed(verb: Verb, about: Option<&RequestId>) -> Block {
    let about = about.map(|request| format!(" {request}")).unwrap_or_default();
    Block::Code { text: format!("{COMMAND_PREFIX} {verb}{about}") }
}

/// `"a"`, `"b"`, `"c"`; none where there are none.
fn listed(names: &[String]) -> Option<Vec<String>> {
    (!names.is_empty()).then(|| names.iter().map(|one| quoted(name(one))).collect())
}

/// A question back, with its answers as buttons.
fn with_choices(
    mut card: Card,
    draft: &RequestId,
    labels: impl ExactSizeIterator<Item = String>,
    view: &View<'_>,
) -> Card {
    let more = labels.len().saturating_sub(MAX_CHOICES);
    card.blocks.extend((more > 0).then(|| view.text("reply-more", &[("count", more.into())])));
    let button =
        |(index, label): (usize, String)| Button::new(Action::Pick, On::Choice { draft, index, label: &label }, view);
    card.buttons = labels.take(MAX_CHOICES).enumerate().map(button).collect();
    card
}

/// Until when a snapshot is kept now, and who has it on hold.
fn row_now(until: Option<Timestamp>, hold: Option<&Hold>, view: &View<'_>) -> Vec<Block> {
    let kept = Args::default().maybe("until", until.map(|until| view.format.moment(until)));
    vec![view.text("row-kept", &kept), view.text("row-held", &hold_args(hold, view))]
}

/// A row of somebody's open requests.
fn open((id, verb, vm, state): &(RequestId, Verb, VmTitle, &'static str), view: &View<'_>) -> Field {
    let args = Args::default()
        .with("verb", verb_words(verb.as_str(), view))
        .with("vm", view.vm(vm))
        .with("state", state_word(state, view));
    Field { label: id.to_string(), value: view.say("reply-status-row", &args) }
}
