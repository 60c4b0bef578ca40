//! How a fleet's snapshots are doing: the report of a day, and the same for whoever asks.
//!
//! The worst stand first, each with what can be done about it; what is held, a backup's or nobody's stands apart and is left alone.

use fluent_bundle::FluentValue;

use super::rows::{chain_button, detail, row_title, three_buttons};
use super::{View, at};
use crate::domain::bulletin::News;
use crate::domain::ids::RequestId;
use crate::domain::report::{BrokenGlass, Chain, Changes, Finding, Report, Row, VmName};
use crate::domain::storage::LowDatastore;
use crate::message::button::{Button, On};
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Block, Card, Tone};
use crate::message::pictures;

/// So many of a list that needs no buttons are named.
const NAMED: usize = 5;

/// So many of the audit trail's head are shown at each end: enough to compare, short enough to read.
const HEAD_SHOWN: usize = 4;

/// The message of a report. `id` is what its buttons carry.
pub(super) fn card(id: &RequestId, report: &Report, view: &View<'_>) -> Card {
    let title = view.say("report-title", &[("when", view.format.moment(report.at).into())]);
    let mut blocks = vec![Block::Text { text: summary(report, view) }];
    blocks.extend(away(report, view));
    blocks.extend(report.low.first.iter().take(NAMED).map(|low| full(low, view)));
    let mut card = view.card(tone(report), title, Vec::new());
    if let Some(picture) = picture(report, view) {
        blocks.push(Block::Picture { file: picture.name.clone(), alt: picture.alt.clone() });
        card.files.push(picture);
    }
    blocks.extend(report.worst.iter().enumerate().map(|(index, finding)| row(id, index, finding, report, view)));
    let more = report.found.saturating_sub(report.worst.len());
    if more > 0 {
        blocks.push(view.note("report-more", &[("count", more.into())]));
    }
    blocks.extend(consolidation(id, report, view));
    blocks.extend(held(id, report, view));
    blocks.extend(apart(report, view));
    blocks.extend(report.changes.map(|changes| changed(changes, view)));
    blocks.extend(glasses(report, view));
    blocks.extend(footer(report, view));
    card.blocks = blocks;
    card
}

fn tone(report: &Report) -> Tone {
    if report.is_quiet() { Tone::Info } else { Tone::Warning }
}

/// "12 over age of 184 on 96 VMs · ≈ 2.1 TB", or that there is nothing.
fn summary(report: &Report, view: &View<'_>) -> String {
    let totals = &report.totals;
    let bytes = if totals.sized > 0 { view.format.bytes(totals.bytes) } else { view.say("report-bytes-unknown", &[]) };
    let args = [
        ("over", totals.over_age.into()),
        ("count", totals.snapshots.into()),
        ("vms", totals.vms.into()),
        ("bytes", bytes.into()),
    ];
    let key = match (totals.snapshots, totals.over_age) {
        (0, _) => "report-none",
        (_, 0) => "report-nothing-over",
        (_, _) => "report-over",
    };
    view.say(key, &args)
}

/// The picture: only where there is something to see, and never a reason to go without the report.
fn picture(report: &Report, view: &View<'_>) -> Option<crate::message::model::Attachment> {
    if report.is_quiet() || report.totals.snapshots == 0 {
        return None;
    }
    pictures::attachment(report, &view.format).ok()
}

fn away(report: &Report, view: &View<'_>) -> Vec<Block> {
    let say = |away: &crate::domain::report::Away| {
        let vcenter = ("vcenter", name(away.vcenter.as_str()).into());
        match away.since {
            Some(since) => view.caution("report-away", &[vcenter, ("since", view.format.moment(since).into())]),
            None => view.caution("report-away-unread", &[vcenter]),
        }
    };
    let mut blocks: Vec<Block> = report.away.iter().map(say).collect();
    if report.unsure > 0 {
        blocks.push(view.caution("report-unsure", &[("count", report.unsure.into())]));
    }
    blocks
}

fn row(id: &RequestId, index: usize, finding: &Finding, report: &Report, view: &View<'_>) -> Block {
    match finding {
        Finding::Snapshot(row) => {
            let mut words = detail(row, view);
            if let Some(over) = row.over_age(&report.thresholds, report.at) {
                words.push(view.say("report-over-by", &[("over", view.format.duration(over).into())]));
            }
            if row.over_size(&report.thresholds, report.at) {
                let limit = view.format.bytes(report.thresholds.max_size.unwrap_or(0));
                words.push(view.say("report-size-limit", &[("limit", limit.into())]));
            }
            let title = format!("{} · {}", index + 1, row_title(row));
            Block::Row { title, detail: words.join(" · "), buttons: three_buttons(id, index, row, view) }
        }
        Finding::Chain(chain) => {
            let title = format!("{} · {}", index + 1, chain_title(chain, view));
            let mut words = vec![view.format.age(chain.oldest)];
            words.extend(chain.bytes.map(|bytes| view.format.bytes(bytes)));
            words.push(view.say("report-depth-limit", &[("limit", usize::from(report.thresholds.max_depth).into())]));
            Block::Row { title, detail: words.join(" · "), buttons: chain_button(id, index, chain, view) }
        }
        // They stand above, with the sums.
        Finding::Datastore(low) => full(low, view),
    }
}

pub(super) fn chain_title(chain: &Chain, view: &View<'_>) -> String {
    let args = [("vm", name(&chain.vm_name).into()), ("depth", chain.depth.into())];
    view.say("report-chain", &args)
}

/// "datastore "fast-01" has 3 % free…"
fn full(low: &LowDatastore, view: &View<'_>) -> Block {
    let mut args = store_args(low, view);
    args.push(("largest", row_title(&low.largest).into()));
    view.caution("report-low", &args)
}

/// What sentences about a datastore say of it.
pub(super) fn store_args(low: &LowDatastore, view: &View<'_>) -> Vec<(&'static str, FluentValue<'static>)> {
    vec![
        ("datastore", name(&low.name).into()),
        ("free", view.format.bytes(low.free).into()),
        ("capacity", view.format.bytes(low.capacity).into()),
        ("held", view.format.bytes(low.held).into()),
        ("vms", low.vms.into()),
    ]
}

fn consolidation(id: &RequestId, report: &Report, view: &View<'_>) -> Vec<Block> {
    let row = |(index, vm): (usize, &VmName)| Block::Row {
        title: view.say("report-consolidation", &[("vm", name(&vm.name).into())]),
        detail: String::new(),
        buttons: vec![Button::new(Action::Consolidate, On::Disks { message: id, index, vm }, view)],
    };
    let first = report.consolidation.first.iter().take(NAMED).enumerate().map(row);
    let mut blocks: Vec<Block> = first.collect();
    let more = report.consolidation.count.saturating_sub(blocks.len());
    if more > 0 {
        blocks.push(view.note("report-consolidation-more", &[("count", more.into())]));
    }
    blocks
}

/// What is held, each with why and with what lets it go.
fn held(id: &RequestId, report: &Report, view: &View<'_>) -> Vec<Block> {
    let row = |(index, row): (usize, &Row)| {
        let hold = row.hold.as_ref()?;
        let args = [
            ("person", at(&hold.by).into()),
            ("reason", sentence(&hold.reason).into()),
            ("until", hold.until.map(|until| view.format.moment(until)).unwrap_or_default().into()),
        ];
        let key = if hold.until.is_some() { "report-held-until" } else { "report-held-one" };
        let release = Button::new(Action::Release, On::Row { message: id, index, row }, view);
        Some(Block::Row {
            title: view.say("report-held", &[("what", row_title(row).into())]),
            detail: view.say(key, &args),
            buttons: vec![release],
        })
    };
    let mut blocks: Vec<Block> = report.held.first.iter().take(NAMED).enumerate().filter_map(row).collect();
    let more = report.held.count.saturating_sub(blocks.len());
    if more > 0 {
        blocks.push(view.note("report-held-more", &[("count", more.into())]));
    }
    blocks
}

/// What is left alone: backups' own, and what has our marker and no request.
fn apart(report: &Report, view: &View<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let names = |rows: &[Row]| {
        let named: Vec<String> = rows.iter().take(NAMED).map(row_title).collect();
        named.join(", ")
    };
    if report.orphans.count > 0 {
        let args = [("count", report.orphans.count.into()), ("names", names(&report.orphans.first).into())];
        blocks.push(view.text("report-orphans", &args));
    }
    if report.backups.count > 0 {
        blocks.push(view.text("report-backups", &[("count", report.backups.count.into())]));
    }
    blocks
}

fn changed(changes: Changes, view: &View<'_>) -> Block {
    let bytes = view.format.bytes(changes.bytes.unsigned_abs());
    let sign = if changes.bytes < 0 { "−" } else { "+" };
    let args =
        [("taken", changes.taken.into()), ("gone", changes.gone.into()), ("bytes", format!("{sign} {bytes}").into())];
    view.text("report-changes", &args)
}

fn glasses(report: &Report, view: &View<'_>) -> Vec<Block> {
    let say = |glass: &BrokenGlass| {
        let args = [
            ("person", at(&glass.by).into()),
            ("when", view.format.moment(glass.at).into()),
            ("verb", glass.verb.as_str().into()),
            ("vm", name(&glass.vm).into()),
            ("reason", sentence(&glass.reason).into()),
            ("request", glass.request.to_string().into()),
        ];
        view.text("report-glass", &args)
    };
    let mut blocks: Vec<Block> = report.glasses.first.iter().map(say).collect();
    let more = report.glasses.count.saturating_sub(blocks.len());
    if more > 0 {
        blocks.push(view.note("report-glasses-more", &[("count", more.into())]));
    }
    blocks
}

fn footer(report: &Report, view: &View<'_>) -> Option<Block> {
    let mut words = Vec::new();
    if let Some(head) = report.audit_head.as_ref().filter(|head| head.is_ascii() && head.len() > 2 * HEAD_SHOWN) {
        let (first, last) = (head.get(..HEAD_SHOWN)?, head.get(head.len() - HEAD_SHOWN..)?);
        words.push(view.say("report-audit-head", &[("head", format!("{first}…{last}").into())]));
    }
    words.extend(report.next.map(|next| view.say("report-next", &[("when", view.format.moment(next).into())])));
    (!words.is_empty()).then(|| Block::Note { text: words.join(" ") })
}

/// Whether a message is one of those whose rows have buttons, and what this button of this index is about: the snapshot, and what was
/// found where the row is about more than that.
pub fn finding_of(news: &News, action: Action, index: usize) -> Option<(&Row, Option<&Finding>)> {
    let found = |finding| Some((Finding::row(finding), Some(finding)));
    match news {
        // What is held is a list of its own, and so are the VMs whose disks need consolidation, which are no snapshots.
        News::Report { report } if action == Action::Release => report.held.first.get(index).map(|row| (row, None)),
        News::Report { .. } if action == Action::Consolidate => None,
        News::Report { report } => report.worst.get(index).and_then(found),
        News::Crossed { crossings, .. } => crossings.get(index).and_then(|crossing| found(&crossing.what)),
        News::Ending { rows, .. } => rows.get(index).map(|row| (row, None)),
        News::Frozen { .. }
        | News::Unfrozen { .. }
        | News::BreakGlass { .. }
        | News::UnknownTasks { .. }
        | News::Ended { .. }
        | News::Released { .. }
        | News::ChannelLost { .. }
        | News::GroupUnread { .. }
        | News::GroupRead { .. } => None,
    }
}
