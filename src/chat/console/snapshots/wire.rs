//! The fleet's snapshots as the API shows them. The only place where a report becomes the API's JSON.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::query::{Page, maker};
use crate::domain::report::{Away, Maker, Report, Row, Thresholds, VmName};
use crate::domain::storage::LowDatastore;
use crate::message::table::snapshots::{kind, over};

/// The answer of `GET /api/snapshots`. `vcenters` is how many are configured, `picture` is where the picture is and what it shows.
pub(super) fn answer(page: &Page<'_>, report: &Report, vcenters: usize, picture: Value) -> Value {
    json!({
        "at": report.at,
        "matching": page.matching,
        "page": page.number,
        "pages": page.pages,
        "size": page.size,
        "vcenters": vcenters,
        "rows": page.rows.iter().map(|one| row(one, &report.thresholds, report.at)).collect::<Vec<_>>(),
        "summary": summary(report),
        "picture": picture,
    })
}

/// The sums, and what there is to know beside the rows. The command line's JSON has the same.
pub fn summary(report: &Report) -> Value {
    let Thresholds { warn_age, max_age, max_depth, max_size } = &report.thresholds;
    let vm = |vm: &VmName| json!({"vcenter": vm.vm.vcenter, "id": vm.vm.moref, "name": vm.name});
    let away = |away: &Away| json!({"vcenter": away.vcenter, "since": away.since});
    let totals = &report.totals;
    json!({
        "snapshots": totals.snapshots,
        "vms": totals.vms,
        "bytes": (totals.sized > 0).then_some(totals.bytes),
        "sized": totals.sized,
        "over_warn_age": totals.over_age,
        "over_max_age": totals.over_max_age,
        "over_max_size": totals.over_size,
        "deep_chains": report.deep_chains,
        "held": report.held.count,
        "backups": report.backups.count,
        "orphans": report.orphans.count,
        "consolidation": {"count": report.consolidation.count, "vms": report.consolidation.first.iter().map(vm).collect::<Vec<_>>()},
        "low_datastores": report.low.first.iter().map(low).collect::<Vec<_>>(),
        "oldest": report.oldest.as_ref().map(|oldest| row(oldest, &report.thresholds, report.at)),
        "changes": report.changes.map(|changes| json!({"taken": changes.taken, "gone": changes.gone, "bytes": changes.bytes})),
        "away": report.away.iter().map(away).collect::<Vec<_>>(),
        "unsure_vms": report.unsure,
        "unreadable_vms": report.unreadable.count,
        "limits": {
            "warn_age_seconds": warn_age.as_secs(),
            "max_age_seconds": max_age.as_secs(),
            "max_depth": max_depth,
            "max_size_bytes": max_size,
        },
        "days": report.trend.iter().map(|day| json!({"day": day.day, "snapshots": day.snapshots, "bytes": day.bytes})).collect::<Vec<_>>(),
    })
}

/// A datastore that runs low because of snapshots.
fn low(low: &LowDatastore) -> Value {
    json!({
        "vcenter": low.vcenter,
        "datastore": low.name,
        "datastore_id": low.datastore,
        "capacity_bytes": low.capacity,
        "free_bytes": low.free,
        "wanted_free_bytes": low.wanted,
        "held_by_snapshots_bytes": low.held,
        "vms": low.vms,
    })
}

pub fn row(row: &Row, thresholds: &Thresholds, at: Timestamp) -> Value {
    let made_by_kind = match row.maker {
        Maker::Person(_) => "person",
        Maker::Account(_) => "account",
        Maker::Unknown => "unknown",
    };
    let made_by = Some(maker(row)).filter(|name| !name.is_empty());
    json!({
        "vcenter": row.vm.vcenter,
        "vm": row.vm_name,
        "vm_path": row.path,
        "vm_id": row.vm.moref,
        "snapshot": row.name,
        "snapshot_id": row.snapshot,
        "number": row.number,
        "created": row.created,
        "age_seconds": row.age(at).as_secs(),
        "depth": row.depth,
        "has_children": row.children,
        "bytes": row.bytes,
        "made_by": made_by,
        "made_by_kind": made_by_kind,
        "keep_until": row.until,
        "hold": row.hold.as_ref().map(|hold| json!({"by": hold.by, "reason": hold.reason, "until": hold.until})),
        "kind": kind(row.kind),
        "over": over(row, thresholds, at),
    })
}
