//! What the bot tells a channel by itself: a freeze and its end, a glass that was broken, tasks that nobody wrote down.

use std::slice;

use super::{View, at, quoted, report, warning};
use crate::domain::bulletin::{News, UnknownTask};
use crate::domain::command::quote;
use crate::domain::freeze::Freeze;
use crate::domain::ids::{Group, RequestId, VmTitle};
use crate::domain::intent::Verb;
use crate::message::format::{clean, name, sentence};
use crate::message::model::{Addressee, Block, Card, Field, Tone};
use crate::message::words::Args;

/// So many tasks are told in full; more are counted. The journal has them all.
const TASKS_TOLD: usize = 10;

/// The message. `id` is the one that it is told under, which its buttons carry.
pub fn card(id: &RequestId, news: &News, view: &View<'_>) -> Card {
    match news {
        News::Report { report } => report::card(id, report, view),
        News::Crossed { crossings, count } => warning::crossed(id, crossings, *count, view),
        News::Ending { rows, count, deletes } => warning::ending(id, rows, *count, *deletes, view),
        News::Frozen { freeze } => with_fields(
            view.told(Tone::Warning, "frozen", &args(freeze)),
            vec![view.field("label-reason", quoted(sentence(&freeze.reason)))],
        ),
        News::Unfrozen { by, freeze } => {
            let args = args(freeze).with("by", at(by)).with("since", view.format.moment(freeze.at));
            view.told(Tone::Info, "unfrozen", &args)
        }
        News::BreakGlass { request, by, reason, verb, vm, snapshot, children, asker } => {
            let args = Args::default().with("person", at(by)).with("request", request.to_string());
            // Which one is the latest is not part of the command.
            let (typed, latest) = match *verb == Verb::RevertLatest {
                true => (None, snapshot.as_deref()),
                false => (snapshot.as_deref(), None),
            };
            let mut fields = vec![
                view.field("label-reason", quoted(sentence(reason))),
                view.field("label-act", act(*verb, vm, typed, *children, view)),
            ];
            fields.extend(latest.map(|latest| view.field("label-snapshot", quoted(name(latest)))));
            fields.push(view.field("label-asked-by", format!("@{}", at(asker))));
            with_fields(view.told(Tone::Warning, "glass", &args), fields)
        }
        News::Ended { request } => {
            // The channel's message has the buttons and keeps up with what becomes of them; this one is not edited.
            let card = super::request::card(request, view);
            Card { buttons: Vec::new(), to: Vec::new(), details: Vec::new(), ..card }
        }
        News::Released { request, by, at: when, vm, snapshot, hold, replaced_by } => {
            let args = Args::default().with("person", at(by)).with("vm", view.vm(vm)).with("snapshot", name(snapshot));
            let mut fields = vec![
                view.field("label-your-reason", quoted(sentence(&hold.reason))),
                view.field("label-when", format!("{} · {request}", view.format.moment(*when))),
            ];
            let mut card = match replaced_by {
                Some(new) => {
                    fields.push(view.field("label-reason", quoted(sentence(&new.reason))));
                    view.told(Tone::Warning, "released-replaced", &args)
                }
                None => {
                    let again = act(Verb::Hold, vm, Some(snapshot), false, view);
                    let again = format!("{again} {}", clean(&quote(&hold.reason), '\u{fffd}'));
                    let mut card = view.told(Tone::Warning, "released", &args);
                    card.blocks.push(Block::Code { text: again });
                    card
                }
            };
            card.to = vec![Addressee::Person(hold.by.clone())];
            with_fields(card, fields)
        }
        News::ChannelLost { request } => {
            view.told(Tone::Warning, "channel-lost", &Args::default().with("request", request.to_string()))
        }
        News::GroupUnread { group, since, why } => with_fields(
            view.told(Tone::Failure, "group-unread", &of_group(group, view)),
            vec![view.field("label-since", view.format.moment(*since)), view.field("label-reason", sentence(why))],
        ),
        News::GroupRead { group } => view.told(Tone::Success, "group-read", &of_group(group, view)),
        News::ClockSkew { vcenter, ahead } => {
            let apart = view.format.duration(ahead.abs());
            let args = Args::default().with("vcenter", name(vcenter.as_str())).with("apart", apart);
            view.told(
                Tone::Warning,
                "clock-skew",
                &args.with("side", if ahead.is_negative() { "behind" } else { "ahead" }),
            )
        }
        News::ClocksAgree { vcenter } => {
            view.told(Tone::Success, "clocks-agree", &Args::default().with("vcenter", name(vcenter.as_str())))
        }
        News::ChannelUnreached { channel, since, why } => {
            let args = Args::default().with("channel", name(&channel.to_string()));
            with_fields(
                view.told(Tone::Failure, "channel-unreached", &args),
                vec![view.field("label-since", view.format.moment(*since)), view.field("label-reason", sentence(why))],
            )
        }
        News::ChannelReached { channel } => {
            let args = Args::default().with("channel", name(&channel.to_string()));
            view.told(Tone::Success, "channel-reached", &args)
        }
        News::UnknownTasks { vcenter, tasks } => {
            let args = Args::default().with("vcenter", name(vcenter.as_str())).with("count", tasks.len());
            let field = |task: &UnknownTask| Field {
                label: view.format.moment(task.queued),
                value: format!("{} · \"{}\" · {}", name(&task.kind), name(&task.vm), name(task.task.as_str())),
            };
            let fields = tasks.iter().take(TASKS_TOLD).map(field).collect();
            let mut card = with_fields(view.told(Tone::Failure, "unknown-tasks", &args), fields);
            let more = tasks.len().saturating_sub(TASKS_TOLD);
            if more > 0 {
                card.blocks.insert(1, view.text("unknown-tasks-more", &[("count", more.into())]));
            }
            card
        }
    }
}

/// A message with these facts in front.
fn with_fields(mut card: Card, fields: Vec<Field>) -> Card {
    card.blocks.insert(0, Block::Fields { fields });
    card
}

fn of_group(group: &Group, view: &View<'_>) -> Args {
    Args::default().maybe("group", view.one_of(slice::from_ref(group)))
}

/// That everything is frozen, on a card that is about something else.
pub(super) fn frozen(freeze: &Freeze, view: &View<'_>) -> Block {
    view.caution("frozen-caution", &args(freeze))
}

/// Who froze, and why.
pub(super) fn args(freeze: &Freeze) -> Args {
    Args::default().with("person", at(&freeze.by)).with("reason", sentence(&freeze.reason))
}

/// `/snapshot revert web-01 "before upgrade"`: what is done, as it would be typed.
fn act(verb: Verb, vm: &VmTitle, snapshot: Option<&str>, children: bool, view: &View<'_>) -> String {
    let mut command = view.command_for(verb, vm);
    if let Some(snapshot) = snapshot {
        command.push(' ');
        command.push_str(&quote(snapshot));
    }
    if children {
        command.push_str(" children:yes");
    }
    clean(&command, '\u{fffd}')
}
