//! The whole list of a report as a table: a line for each snapshot, the same columns in every language, so that next year's
//! evaluation finds them where last year's did.
//!
//! Times are RFC 3339 in UTC and bytes are integers, because whoever opens the file sorts and sums.

use bytes::Bytes;
use jiff::Timestamp;

use super::{Cell, Reader, csv};
use crate::domain::report::{Kind, Maker, Row, Thresholds};
use crate::message::format::Format;
use crate::message::model::Attachment;
use crate::message::words::say;

/// The columns. New ones are added at the end.
pub const COLUMNS: [&str; 20] = [
    "vcenter",
    "vm",
    "vm_path",
    "vm_id",
    "snapshot",
    "snapshot_id",
    "number",
    "created",
    "age_hours",
    "depth",
    "has_children",
    "bytes",
    "made_by",
    "made_by_kind",
    "keep_until",
    "held_by",
    "hold_reason",
    "hold_until",
    "kind",
    "over",
];

/// The list as a file of a message, for somebody with a spreadsheet.
///
/// # Errors
/// As [`csv()`].
pub fn attachment(
    rows: &[Row],
    thresholds: &Thresholds,
    at: Timestamp,
    format: &Format,
) -> Result<Attachment, ::csv::Error> {
    Ok(Attachment {
        name: format!("snapshots-{}.csv", format.date_of(at)),
        media_type: "text/csv".to_owned(),
        alt: say(format.locale, "table-alt", &[("count", format.count(rows.len() as u64).into())]),
        bytes: table(rows, thresholds, at, Reader::Spreadsheet)?,
    })
}

/// The list as CSV.
///
/// # Errors
/// As [`csv()`].
pub fn table<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    thresholds: &Thresholds,
    at: Timestamp,
    reader: Reader,
) -> Result<Bytes, ::csv::Error> {
    csv(COLUMNS, rows.into_iter().map(|row| cells(row, thresholds, at)), reader)
}

/// Which limits a snapshot is over, in words for programs: none, or some of `warn_age`, `max_age`, `max_depth`, `max_size`, the worse age
/// alone.
pub fn over(row: &Row, thresholds: &Thresholds, at: Timestamp) -> Vec<&'static str> {
    let age = match (row.over_max_age(thresholds, at), row.over_age(thresholds, at)) {
        (true, _) => Some("max_age"),
        (false, Some(_)) => Some("warn_age"),
        (false, None) => None,
    };
    let depth = (row.depth > usize::from(thresholds.max_depth)).then_some("max_depth");
    let size = row.over_size(thresholds, at).then_some("max_size");
    [age, depth, size].into_iter().flatten().collect()
}

/// A kind in the words of the configuration and the API.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Ordinary => "ordinary",
        Kind::Backup => "backup",
        Kind::Orphan => "orphan",
    }
}

fn cells(row: &Row, thresholds: &Thresholds, at: Timestamp) -> [Cell; COLUMNS.len()] {
    let Row {
        vm,
        vm_name,
        path,
        snapshot,
        name,
        number,
        created,
        depth,
        children,
        bytes,
        maker,
        until,
        hold,
        kind: of_kind,
        ahead: _,
    } = row;
    let text = |text: &str| Cell::from(text);
    let time = |time: Option<Timestamp>| time.map_or(Cell::Empty, |time| Cell::from(written(time)));
    let (made_by, made_by_kind) = match maker {
        Maker::Person(person) => (text(person.as_str()), text("person")),
        Maker::Account(account) => (text(account), text("account")),
        Maker::Unknown => (Cell::Empty, text("unknown")),
    };
    let age_hours = u64::try_from(row.age(at).as_hours()).unwrap_or(0);
    [
        text(vm.vcenter.as_str()),
        text(vm_name),
        text(path),
        text(vm.moref.as_str()),
        text(name),
        text(snapshot.as_str()),
        Cell::Number(*number as u64),
        time(Some(*created)),
        Cell::Number(age_hours),
        Cell::Number(*depth as u64),
        text(if *children { "true" } else { "false" }),
        bytes.map_or(Cell::Empty, Cell::Number),
        made_by,
        made_by_kind,
        time(*until),
        hold.as_ref().map_or(Cell::Empty, |hold| text(hold.by.as_str())),
        hold.as_ref().map_or(Cell::Empty, |hold| text(&hold.reason)),
        time(hold.as_ref().and_then(|hold| hold.until)),
        text(kind(*of_kind)),
        text(&over(row, thresholds, at).join(" ")),
    ]
}

/// RFC 3339 to the second: fractions are no information, and Excel does not read them.
fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests;
