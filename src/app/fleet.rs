//! The fleet's snapshots as the console's Snapshots page asks for them: what one person may list, with what is known of each.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::chat::console::{ApiError, FleetSnapshots};
use crate::domain::ids::{PersonId, RequestId, VCenterName};
use crate::domain::inventory::VmSummary;
use crate::domain::policy::{Decision, Policy, PolicyVerb};
use crate::domain::report::{self, Away, Context, Known, Listing, Sample, Scope};
use crate::domain::storage::low_datastores;
use crate::engine::ports::{Health, Store, StoreError};
use crate::engine::watch::makers::Makers;
use crate::engine::watch::{MIN_FREE, usual_limits};
use crate::engine::{Handle, record};

mod sizes;

pub(super) use sizes::{Held, Sizes};

/// Every id that was ever given has a row with this prefix.
pub(super) const IDS: &str = "id/";

/// The watch keeps each report's figures of each day in rows with this prefix (`src/engine/core/watching/memory.rs`).
pub(super) const DAYS: &str = "watch/day/";

/// How many rows are read at once.
const ROWS_READ: usize = 2000;

/// The name that a report of the page has; nobody reads it.
const PAGE: &str = "console";

/// Every snapshot of the VMs that this person may list.
pub(super) async fn snapshots(handle: &Handle, person: &PersonId, sizes: &Sizes) -> Result<FleetSnapshots, ApiError> {
    let parts = handle.parts();
    let rules = parts.rules();
    let known = known_requests(parts.store.as_ref()).await.map_err(|error| ApiError::unread(&error))?;
    let inventory = handle.inventory();
    let visible = |vm: &&Arc<VmSummary>| may_list(&rules.policy, person, vm);
    let scope = Scope { vms: None, exclude_names: &[], rules: &rules.preflight };
    let makers = Makers::load(parts.store.as_ref()).await.map_err(|error| ApiError::unread(&error))?;
    let held = sizes.now();
    let ahead = |vcenter: &VCenterName| parts.fleet.ahead(vcenter);
    let listing = listed(inventory.iter().filter(visible), scope, &held, &makers, &known, ahead);
    // Earlier days were counted over a whole report's VMs: they are told to whom sees all of these, and where that is the whole fleet.
    let whole = rules.watch.reports.iter().find(|report| inventory.iter().all(|vm| report.covers(&vm.target())));
    let samples = match whole.filter(|_| inventory.iter().all(|vm| visible(&vm))) {
        Some(report) => samples(parts.store.as_ref(), &report.name).await.map_err(|error| ApiError::unread(&error))?,
        None => Vec::new(),
    };
    sizes.refresh(parts.clock.now(), listing.rows.iter().any(|row| row.bytes.is_none()));
    let now = parts.clock.now();
    let away = parts.fleet.iter().filter_map(|vcenter| {
        let since = match vcenter.health() {
            Health::Live => return None,
            Health::Starting => None,
            Health::Lost { since, why: _ } => Some(since),
        };
        Some(Away { vcenter: vcenter.name().clone(), since })
    });
    let wanted = rules.watch.reports.first().map_or(MIN_FREE, |report| report.min_free);
    let stores = sizes.stores();
    let low =
        stores.iter().flat_map(|(vcenter, stores)| low_datastores(vcenter, stores, &listing.rows, wanted)).collect();
    let context = Context {
        name: PAGE.to_owned(),
        at: now,
        zone: None,
        today: now.to_zoned(rules.timezone.clone()).date(),
        thresholds: rules.watch.reports.first().map_or_else(usual_limits, |report| report.thresholds.clone()),
        low,
        changes: None,
        glasses: Vec::new(),
        samples,
        away: away.collect(),
        audit_head: None,
        next: None,
    };
    let report = report::make(&listing, context);
    Ok(FleetSnapshots { rows: listing.rows, report, vcenters: handle.parts().fleet.iter().count() })
}

/// Lists snapshots with what is known of them: what they hold, who made them, and whether the journal has their request.
pub(super) fn listed<'a>(
    vms: impl IntoIterator<Item = &'a Arc<VmSummary>>,
    scope: Scope<'_>,
    held: &Held,
    makers: &Makers,
    requests: &HashSet<RequestId>,
    ahead: impl Fn(&VCenterName) -> SignedDuration,
) -> Listing {
    report::list(vms, scope, |vm, snapshot| {
        let by_marker = report::known_by_marker(snapshot, |request| requests.contains(request));
        let bytes = held.get(&vm.vm).and_then(|held| held.get(&snapshot.moref)).copied();
        let ahead = ahead(&vm.vm.vcenter);
        Known { bytes, ahead, ..makers.complete(by_marker, &vm.vm, &snapshot.moref) }
    })
}

fn may_list(policy: &Policy, person: &PersonId, vm: &VmSummary) -> bool {
    matches!(policy.decide(person, PolicyVerb::List, &vm.target()), Decision::Allowed { .. })
}

/// The requests that the journal knows.
async fn known_requests(store: &dyn Store) -> Result<HashSet<RequestId>, StoreError> {
    let rows = rows(store, IDS).await?;
    Ok(rows.iter().filter_map(|(key, _)| RequestId::parse(key.strip_prefix(IDS)?)).collect())
}

/// The figures that the watch has kept of earlier days, of one report.
async fn samples(store: &dyn Store, report: &str) -> Result<Vec<Sample>, StoreError> {
    let rows = rows(store, DAYS).await?;
    Ok(rows.iter().filter_map(|(key, row)| Some(counted(key, row, report)?.0)).collect())
}

/// Every row that begins so, page by page.
async fn rows(store: &dyn Store, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let (mut rows, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.scan(prefix, after.as_deref(), ROWS_READ).await?;
        let Some((last, _, _)) = page.last() else { return Ok(rows) };
        after = Some(last.clone());
        rows.extend(page.into_iter().map(|(key, _, row)| (key, row)));
    }
}

/// A row of the watch's days, if it is this report's: the report's name, the day, the figures, and when they were counted.
pub(super) fn counted(key: &str, row: &[u8], report: &str) -> Option<(Sample, Timestamp)> {
    #[derive(Deserialize)]
    struct Figures {
        at: Timestamp,
        snapshots: usize,
        bytes: u64,
    }
    let (name, day, Figures { at, snapshots, bytes }) = record::read::<(String, Date, Figures)>(key, row).ok()?;
    (name == report).then_some((Sample { day, snapshots, bytes }, at))
}
