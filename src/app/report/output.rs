//! A report as a terminal, a program, a spreadsheet or a page shows it.

use jiff::Timestamp;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::{Format, short};
use crate::app::AppError;
use crate::chat::console::snapshots::wire;
use crate::domain::report::{BrokenGlass, Changes, Kind, Listing, Maker, Report, Row};
use crate::message::format::{self, Format as Written};
use crate::message::pictures;
use crate::message::table::Reader;
use crate::message::table::snapshots::{over, table as csv};
use crate::picture;

/// How many rows the table has at most: a mail of two screens.
const TABLE_ROWS: usize = 60;

/// The report in this format.
pub(super) fn made(
    format: Format,
    listing: &Listing,
    report: &Report,
    written: &Written,
    several_vcenters: bool,
) -> Result<Vec<u8>, AppError> {
    let broken = |error: &dyn std::fmt::Display| AppError::Other(error.to_string());
    match format {
        Format::Table => Ok(text(listing, report, written, several_vcenters).into_bytes()),
        Format::Json => {
            let mut text = serde_json::to_vec_pretty(&json(listing, report)).map_err(|error| broken(&error))?;
            text.push(b'\n');
            Ok(text)
        }
        Format::Csv => {
            let made = csv(&listing.rows, &report.thresholds, report.at, Reader::Program);
            made.map(Into::into).map_err(|error| broken(&error))
        }
        Format::Png => picture::png(&pictures::chart(report, written)).map(Into::into).map_err(|error| broken(&error)),
    }
}

fn json(listing: &Listing, report: &Report) -> serde_json::Value {
    let rows: Vec<_> = listing.rows.iter().map(|row| wire::row(row, &report.thresholds, report.at)).collect();
    let glass = |glass: &BrokenGlass| {
        let BrokenGlass { request, at, by, reason, verb, vm } = glass;
        json!({"request": request, "at": at, "by": by, "reason": reason, "verb": verb.as_str(), "vm": vm.name, "vcenter": vm.vm.as_ref().map(|vm| &vm.vcenter)})
    };
    json!({
        "report": report.name,
        "at": report.at,
        "summary": wire::summary(report),
        "rows": rows,
        "without_approval": report.glasses.first.iter().map(glass).collect::<Vec<_>>(),
        "without_approval_count": report.glasses.count,
        "next": report.next,
        "audit_head": report.audit_head,
    })
}

/// The sums, then what is over a limit, the oldest first.
fn text(listing: &Listing, report: &Report, written: &Written, several_vcenters: bool) -> String {
    let totals = &report.totals;
    let size = if totals.sized > 0 { written.bytes(totals.bytes) } else { "size unknown".to_owned() };
    let mut lines = vec![
        format!("Snapshots \"{}\", {}", format::name(&report.name), written.moment(report.at)),
        format!(
            "{} on {} VMs, {size}: {} over {}, {} of them over {}",
            written.count(totals.snapshots as u64),
            written.count(totals.vms as u64),
            written.count(totals.over_age as u64),
            written.duration(report.thresholds.warn_age),
            written.count(totals.over_max_age as u64),
            written.duration(report.thresholds.max_age),
        ),
    ];
    let apart = [
        (totals.over_size, "too large"),
        (report.deep_chains, "chains too deep"),
        (report.consolidation.count, "VMs to consolidate"),
        (report.low.count, "datastores that run low"),
        (report.held.count, "held"),
        (report.backups.count, "backups' own"),
        (report.orphans.count, "unknown to the journal"),
        (report.unsure, "VMs left out because their tags are not known"),
        (report.unreadable.count, "VMs that could not be read"),
    ];
    let apart: Vec<String> =
        apart.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what}: {count}")).collect();
    if !apart.is_empty() {
        lines.push(apart.join(" · "));
    }
    lines.extend(report.low.first.iter().map(|low| {
        let (free, capacity, held) = (written.bytes(low.free), written.bytes(low.capacity), written.bytes(low.held));
        format!("{} runs low: {free} free of {capacity}, snapshots hold {held}", format::name(&low.name))
    }));
    lines.push(match report.changes {
        Some(Changes { taken, gone, bytes }) => {
            let sign = if bytes < 0 { '-' } else { '+' };
            format!("since yesterday: {taken} taken, {gone} gone, {sign} {}", written.bytes(bytes.unsigned_abs()))
        }
        None => "since yesterday: not known".to_owned(),
    });
    lines.extend(report.glasses.first.iter().map(|glass| {
        let BrokenGlass { request, at, by, reason, verb, vm } = glass;
        let vcenter =
            vm.vm.as_ref().filter(|_| several_vcenters).map(|vm| format!("{}/", format::name(vm.vcenter.as_str())));
        let (by, vm) = (format::name(by.as_str()), vcenter.unwrap_or_default() + &format::name(&vm.name));
        let (at, reason) = (written.moment(*at), format::sentence(reason));
        format!("without the approval that it needed: {verb} on {vm} by @{by} ({at}, {request}): {reason}")
    }));
    let more = report.glasses.count.saturating_sub(report.glasses.first.len());
    if more > 0 {
        lines.push(format!("… and {more} more without approval"));
    }
    lines.extend(report.next.map(|next| format!("next report: {}", written.moment(next))));
    let limits = &report.thresholds;
    let mut rows: Vec<&Row> = listing.rows.iter().filter(|row| !over(row, limits, report.at).is_empty()).collect();
    rows.sort_by(|left, right| left.created.cmp(&right.created).then_with(|| left.path.cmp(&right.path)));
    if rows.is_empty() {
        lines.push("Nothing is over a limit.".to_owned());
        return lines.join("\n") + "\n";
    }
    lines.push(String::new());
    let heading = ["AGE", "SIZE", "VM", "SNAPSHOT", "DEPTH", "BY", "UNTIL", "OVER"].map(str::to_owned);
    let place = |row: &Row| match several_vcenters {
        true => format!("{}/{}", format::name(row.vm.vcenter.as_str()), format::path(&row.path)),
        false => format::path(&row.path),
    };
    let shown = rows.iter().take(TABLE_ROWS);
    let shown: Vec<[String; 8]> = shown.map(|row| cells(row, place(row), report, written)).collect();
    lines.extend(aligned(&heading, &shown));
    if rows.len() > TABLE_ROWS {
        lines.push(format!("… and {} more; --format csv has all", rows.len() - TABLE_ROWS));
    }
    lines.join("\n") + "\n"
}

fn cells(row: &Row, place: String, report: &Report, written: &Written) -> [String; 8] {
    let by = match &row.maker {
        Maker::Person(person) => format!("@{}", format::name(person.as_str())),
        Maker::Account(account) => format::name(account),
        Maker::Unknown => "unknown".to_owned(),
    };
    let until = |until: Option<Timestamp>| until.map_or_else(|| "-".to_owned(), |until| written.moment(until));
    let until = match &row.hold {
        Some(hold) => format!("held by @{}", format::name(hold.by.as_str())),
        None => until(row.until),
    };
    let kind = match row.kind {
        Kind::Ordinary => "",
        Kind::Backup => " (backup)",
        Kind::Orphan => " (unknown to the journal)",
    };
    [
        short(row.age(report.at)),
        row.bytes.map_or_else(|| "?".to_owned(), |bytes| written.bytes(bytes)),
        place,
        format!("{} #{}{kind}", format::name(&row.name), row.number),
        row.depth.to_string(),
        by,
        until,
        over(row, &report.thresholds, report.at).join(" "),
    ]
}

/// Columns by what a terminal shows, not by bytes.
fn aligned(heading: &[String; 8], rows: &[[String; 8]]) -> Vec<String> {
    let all = || std::iter::once(heading).chain(rows);
    let width = |column: usize| all().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: [usize; 8] = std::array::from_fn(width);
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect()
}
