//! How a fleet's snapshots are doing: the report of a day, and the same for whoever asks.
//!
//! The worst stand first, each with what can be done about it; what is held, a backup's or nobody's stands apart and is left alone.

use super::rows::{button, chain_button, detail, listed, row_title, row_titles, three_buttons};
use super::{View, at, hold_args};
use crate::domain::bulletin::News;
use crate::domain::ids::{RequestId, VmTitle};
use crate::domain::report::{Away, BrokenGlass, Chain, Changes, Finding, Report, Row, VmName};
use crate::domain::storage::LowDatastore;
use crate::message::button::{Button, On};
use crate::message::format::{name, sentence};
use crate::message::model::{Action, Attachment, Block, Card, Tone};
use crate::message::pictures;
use crate::message::words::Args;

/// So many of a list that needs no buttons are named.
const NAMED: usize = 5;

/// So many of the audit trail's head are shown at each end: enough to compare, short enough to read.
const HEAD_SHOWN: usize = 4;

/// The message of a report. `id` is what its buttons carry.
pub(super) fn card(id: &RequestId, report: &Report, view: &View<'_>) -> Card {
    let view = &View { format: view.format.clone().of_report(report), ..*view };
    let title = view.say("report-title", &[("when", view.format.moment(report.at).into())]);
    let mut card = view.card(tone(report), title, Vec::new());
    let mut blocks = vec![summary(report, view)];
    blocks.extend(away(report, view));
    let low = report.low.first.iter().take(NAMED);
    blocks.extend(low.map(|low| full(low, view)));
    if let Some(picture) = picture(report, view) {
        blocks.push(Block::Picture { file: picture.name.clone(), alt: picture.alt.clone() });
        card.files.push(picture);
    }
    let titles = row_titles(report.worst.iter().map(Finding::row), view);
    let worst = report.worst.iter().zip(titles).enumerate();
    blocks.extend(worst.map(|(index, (finding, title))| row(id, index, finding, &title, report, view)));
    blocks.extend(view.more("report-more", report.found, report.worst.len()));
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
fn summary(report: &Report, view: &View<'_>) -> Block {
    let totals = &report.totals;
    let bytes = if totals.sized > 0 { view.format.bytes(totals.bytes) } else { view.say("report-bytes-unknown", &[]) };
    let args = Args::default()
        .with("over", totals.over_age)
        .with("count", totals.snapshots)
        .with("vms", totals.vms)
        .with("bytes", bytes);
    view.text("report-over", &args)
}

/// The picture: only where there is something to see, and never a reason to go without the report.
fn picture(report: &Report, view: &View<'_>) -> Option<Attachment> {
    if report.is_quiet() || report.totals.snapshots == 0 {
        return None;
    }
    pictures::attachment(report, &view.format).ok()
}

fn away(report: &Report, view: &View<'_>) -> Vec<Block> {
    let say = |away: &Away| {
        let args = Args::default()
            .with("vcenter", name(away.vcenter.as_str()))
            .maybe("since", away.since.map(|since| view.format.moment(since)));
        view.caution("report-away", &args)
    };
    let mut blocks: Vec<Block> = report.away.iter().map(say).collect();
    if report.unsure > 0 {
        blocks.push(view.caution("report-unsure", &[("count", report.unsure.into())]));
    }
    if report.unreadable.count > 0 {
        let names: Vec<String> = report.unreadable.first.iter().map(|vm| format!("\"{}\"", name(&vm.name))).collect();
        let args = Args::default().with("count", report.unreadable.count).with("names", names.join(", "));
        blocks.push(view.caution("report-unreadable", &args));
    }
    blocks
}

fn row(id: &RequestId, index: usize, finding: &Finding, title: &str, report: &Report, view: &View<'_>) -> Block {
    match finding {
        Finding::Snapshot(row) => {
            let mut words = detail(row, view);
            let over = row.over_age(&report.thresholds, report.at);
            let over = over.map(|over| Args::default().with("over", view.format.duration(over)));
            words.extend(over.map(|over| view.say("report-over-by", &over)));
            if row.over_size(&report.thresholds, report.at) {
                let limit = view.format.bytes(report.thresholds.max_size.unwrap_or(0));
                words.push(view.say("report-limit", &[("limit", limit.into())]));
            }
            let title = format!("{} · {title}", index + 1);
            listed(title, &words, three_buttons(id, index, row, view))
        }
        Finding::Chain(chain) => {
            let title = format!("{} · {}", index + 1, chain_title(chain, view));
            let limit = [("limit", report.thresholds.max_depth.into())];
            let mut words = vec![view.format.age(chain.first.taken())];
            words.extend(chain.bytes.map(|bytes| view.format.bytes(bytes)));
            words.push(view.say("report-limit", &limit));
            listed(title, &words, chain_button(id, index, chain, view))
        }
        // They stand above, with the sums.
        Finding::Datastore(low) => full(low, view),
    }
}

pub(super) fn chain_title(chain: &Chain, view: &View<'_>) -> String {
    let args = Args::default().with("vm", view.vm(&VmTitle::new(&chain.vm, &chain.vm_name))).with("depth", chain.depth);
    view.say("report-chain", &args)
}

/// "datastore "fast-01" has 3 % free…"
fn full(low: &LowDatastore, view: &View<'_>) -> Block {
    view.caution("report-low", &store_args(low, view))
}

/// What sentences about a datastore say of it.
pub(super) fn store_args(low: &LowDatastore, view: &View<'_>) -> Args {
    Args::default()
        .with("datastore", name(&low.name))
        .with("free", view.format.bytes(low.free))
        .with("capacity", view.format.bytes(low.capacity))
        .with("held", view.format.bytes(low.held))
        .with("vms", low.vms)
        .with("largest", row_title(&low.largest, view))
}

fn consolidation(id: &RequestId, report: &Report, view: &View<'_>) -> Vec<Block> {
    let row = |(index, vm): (usize, &VmName)| {
        let title = view.say("report-consolidation", &[("vm", view.vm(&VmTitle::new(&vm.vm, &vm.name)).into())]);
        let on = On::Disks { message: id, index, vm };
        listed(title, &[], vec![Button::new(Action::Consolidate, on, view)])
    };
    let first = report.consolidation.first.iter().take(NAMED);
    let mut blocks: Vec<Block> = first.enumerate().map(row).collect();
    let all = report.consolidation.count;
    blocks.extend(view.more("report-consolidation-more", all, blocks.len()));
    blocks
}

/// What is held, each with why and with what lets it go.
fn held(id: &RequestId, report: &Report, view: &View<'_>) -> Vec<Block> {
    let first = || report.held.first.iter().take(NAMED);
    let titles = row_titles(first(), view);
    let row = |(index, (row, title)): (usize, (&Row, String))| {
        let why = row.hold.is_some().then(|| hold_args(row.hold.as_ref(), view))?;
        let title = view.say("report-held", &[("what", title.into())]);
        let why = view.say("report-held-by", &why);
        Some(listed(title, &[why], vec![button(Action::Release, id, index, row, view)]))
    };
    let mut blocks: Vec<Block> = first().zip(titles).enumerate().filter_map(row).collect();
    blocks.extend(view.more("report-held-more", report.held.count, blocks.len()));
    blocks
}

/// What is left alone: backups' own, and what has our marker and no request.
fn apart(report: &Report, view: &View<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let named = row_titles(report.orphans.first.iter().take(NAMED), view);
    if report.orphans.count > 0 {
        let args = Args::default().with("count", report.orphans.count).with("names", named.join(", "));
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
    let args = Args::default()
        .with("taken", changes.taken)
        .with("gone", changes.gone)
        .with("bytes", format!("{sign} {bytes}"));
    view.text("report-changes", &args)
}

fn glasses(report: &Report, view: &View<'_>) -> Vec<Block> {
    let say = |glass: &BrokenGlass| {
        let args = Args::default()
            .with("person", at(&glass.by))
            .with("when", view.format.moment(glass.at))
            .with("verb", glass.verb.as_str())
            .with("vm", view.vm(&glass.vm))
            .with("reason", sentence(&glass.reason))
            .with("request", glass.request.to_string());
        view.text("report-glass", &args)
    };
    let mut blocks: Vec<Block> = report.glasses.first.iter().map(say).collect();
    blocks.extend(view.more("report-glasses-more", report.glasses.count, blocks.len()));
    blocks
}

fn footer(report: &Report, view: &View<'_>) -> Option<Block> {
    let cut = |head: &String| {
        let (first, last) = (head.get(..HEAD_SHOWN)?, head.get(head.len().checked_sub(HEAD_SHOWN)?..)?);
        (head.len() > 2 * HEAD_SHOWN).then(|| Args::default().with("head", format!("{first}…{last}")))
    };
    let head = report.audit_head.as_ref().and_then(cut);
    let next = report.next.map(|next| Args::default().with("when", view.format.moment(next)));
    let head = head.map(|head| view.say("report-audit-head", &head));
    let words = head.into_iter().chain(next.map(|next| view.say("report-next", &next)));
    let text = words.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(Block::Note { text })
}

/// Whether a message is one of those whose rows have buttons, and what this button of this index is about: the snapshot, and what was
/// found where the row is about more than that.
pub fn finding_of(news: &News, action: Action, index: usize) -> Option<(&Row, Option<&Finding>)> {
    let found = |finding| Some((Finding::row(finding), Some(finding)));
    let row = |row| Some((row, None));
    if let News::Ending { rows, .. } = news {
        return rows.get(index).and_then(row);
    }
    if let News::Crossed { crossings, .. } = news {
        return crossings.get(index).and_then(|crossing| found(&crossing.what));
    }
    let News::Report { report } = news else { return None };
    // What is held is a list of its own, and so are the VMs whose disks need consolidation, which are no snapshots.
    if action == Action::Release {
        return report.held.first.get(index).and_then(row);
    }
    report.worst.get(index).filter(|_| action != Action::Consolidate).and_then(found)
}
