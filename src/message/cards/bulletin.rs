//! What the bot tells a channel by itself: a freeze and its end, a glass that was broken, tasks that nobody wrote down.

use super::{View, at, command_for, report, warning};
use crate::domain::bulletin::{News, UnknownTask};
use crate::domain::command::quote;
use crate::domain::freeze::Freeze;
use crate::domain::ids::RequestId;
use crate::domain::intent::Verb;
use crate::message::format::{clean, name, sentence};
use crate::message::model::{Addressee, Block, Card, Field, Tone};

/// So many tasks are told in full; more are counted. The journal has them all.
const TASKS_TOLD: usize = 10;

/// The message. `id` is the one that it is told under, which its buttons carry.
pub fn card(id: &RequestId, news: &News, view: &View<'_>) -> Card {
    match news {
        News::Report { report } => report::card(id, report, view),
        News::Crossed { crossings, count } => warning::crossed(id, crossings, *count, view),
        News::Ending { rows, count, deletes } => warning::ending(id, rows, *count, *deletes, view),
        News::Frozen { freeze } => {
            let mut blocks = reason(freeze, view);
            blocks.push(view.text("frozen-means", &[]));
            view.card(Tone::Warning, view.say("frozen-title", &[("person", at(&freeze.by).into())]), blocks)
        }
        News::Unfrozen { by, freeze } => {
            let title = view.say("unfrozen-title", &[("person", at(by).into())]);
            let args = [
                ("person", at(&freeze.by).into()),
                ("reason", sentence(&freeze.reason).into()),
                ("since", view.format.moment(freeze.at).into()),
            ];
            view.card(Tone::Info, title, vec![view.text("unfrozen-was", &args)])
        }
        News::BreakGlass { request, by, reason, verb, vm, snapshot, children, asker } => {
            let args = [("person", at(by).into()), ("request", request.to_string().into())];
            let title = view.say("glass-title", &args);
            // Which one is the latest is not part of the command.
            let is_latest = *verb == Verb::RevertLatest;
            let typed = snapshot.as_deref().filter(|_| !is_latest);
            let latest = snapshot.as_deref().filter(|_| is_latest);
            let mut fields = vec![
                view.field("label-reason", format!("\"{}\"", sentence(reason))),
                view.field("label-act", act(*verb, vm, typed, *children)),
                view.field("label-snapshot", latest.map_or_else(String::new, |latest| format!("\"{}\"", name(latest)))),
                view.field("label-asked-by", format!("@{}", at(asker))),
            ];
            fields.retain(|field| !field.value.is_empty());
            view.card(Tone::Warning, title, vec![Block::Fields { fields }, view.text("glass-means", &[])])
        }
        News::Ended { request } => {
            // The channel's message has the buttons and keeps up with what becomes of them; this one is not edited.
            let card = super::request::card(request, view);
            Card { buttons: Vec::new(), to: Vec::new(), details: Vec::new(), ..card }
        }
        News::Released { request, by, at: when, vm, snapshot, hold, replaced_by } => {
            let args = [("person", at(by).into()), ("vm", name(vm).into()), ("snapshot", name(snapshot).into())];
            let title = if replaced_by.is_some() { "released-replaced-title" } else { "released-title" };
            let mut fields = vec![
                view.field("label-your-reason", format!("\"{}\"", sentence(&hold.reason))),
                view.field("label-when", format!("{} · {request}", view.format.moment(*when))),
            ];
            let mut blocks = Vec::new();
            match replaced_by {
                Some(new) => fields.push(view.field("label-reason", format!("\"{}\"", sentence(&new.reason)))),
                None => {
                    blocks.push(view.text("released-means", &[]));
                    let again = act(Verb::Hold, vm, Some(snapshot), false);
                    blocks.push(Block::Code { text: format!("{again} {}", clean(&quote(&hold.reason), '\u{fffd}')) });
                }
            }
            blocks.insert(0, Block::Fields { fields });
            let mut card = view.card(Tone::Warning, view.say(title, &args), blocks);
            card.to = vec![Addressee::Person(hold.by.clone())];
            card
        }
        News::ChannelLost { request } => {
            let title = view.say("channel-lost-title", &[("request", request.to_string().into())]);
            view.card(Tone::Warning, title, vec![view.text("channel-lost-means", &[])])
        }
        News::GroupUnread { group, since, why } => {
            let title = view.say("group-unread-title", &[("group", format!("@{}", name(group.as_str())).into())]);
            let fields =
                vec![view.field("label-since", view.format.moment(*since)), view.field("label-reason", sentence(why))];
            view.card(Tone::Failure, title, vec![Block::Fields { fields }, view.text("group-unread-means", &[])])
        }
        News::GroupRead { group } => {
            let title = view.say("group-read-title", &[("group", format!("@{}", name(group.as_str())).into())]);
            view.card(Tone::Success, title, vec![view.text("group-read-means", &[])])
        }
        News::UnknownTasks { vcenter, tasks } => {
            let args = [("vcenter", name(vcenter.as_str()).into()), ("count", tasks.len().into())];
            let title = view.say("unknown-tasks-title", &args);
            let field = |task: &UnknownTask| Field {
                label: view.format.moment(task.queued),
                value: format!("{} · \"{}\" · {}", name(&task.kind), name(&task.vm), name(task.task.as_str())),
            };
            let fields = tasks.iter().take(TASKS_TOLD).map(field).collect();
            let mut blocks = vec![Block::Fields { fields }];
            let more = tasks.len().saturating_sub(TASKS_TOLD);
            if more > 0 {
                blocks.push(view.text("unknown-tasks-more", &[("count", more.into())]));
            }
            blocks.push(view.text("unknown-tasks-means", &[]));
            view.card(Tone::Failure, title, blocks)
        }
    }
}

/// That everything is frozen, on a card that is about something else.
pub(super) fn frozen(freeze: &Freeze, view: &View<'_>) -> Block {
    view.caution("frozen-caution", &args(freeze))
}

/// Why, and since when.
fn reason(freeze: &Freeze, view: &View<'_>) -> Vec<Block> {
    vec![Block::Fields { fields: vec![view.field("label-reason", format!("\"{}\"", sentence(&freeze.reason)))] }]
}

/// Who froze, and why.
pub(super) fn args(freeze: &Freeze) -> [(&'static str, fluent_bundle::FluentValue<'static>); 2] {
    [("person", at(&freeze.by).into()), ("reason", sentence(&freeze.reason).into())]
}

/// `/snapshot revert web-01 "before upgrade"`: what is done, as it would be typed.
fn act(verb: Verb, vm: &str, snapshot: Option<&str>, children: bool) -> String {
    let mut command = command_for(verb, vm);
    if let Some(snapshot) = snapshot {
        command.push(' ');
        command.push_str(&quote(snapshot));
    }
    if children {
        command.push_str(" children:yes");
    }
    clean(&command, '\u{fffd}')
}
