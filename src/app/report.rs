//! `snapwarden report`: the fleet's snapshots for cron jobs, dashboards and monitoring, without a chat.
//!
//! It reads the vCenters itself and the journal's files as `audit` does, without the store's lock, so that it can be run beside a
//! running bot. It changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{AppError, file, fleet, settled_clients, store_of, unread_tags};
use crate::config::{self, Config, Needs};
use crate::domain::ids::VCenterName;
use crate::domain::inventory::VmSummary;
use crate::domain::report::{
    self, Away, BrokenGlass, Changes, Context, GLASSES_OF, Listing, Report, Scope, Thresholds, YESTERDAY,
};
use crate::domain::request::Request;
use crate::domain::storage::{Datastore, LowDatastore, low_datastores};
use crate::engine::clock::SystemClock;
use crate::engine::ports::{Clock, Health, VCenter};
use crate::engine::watch::makers::{self, Makers};
use crate::engine::watch::{MIN_FREE, ReportRule, usual_limits};
use crate::message::format::Format as Written;
use crate::message::words::Locale;
use crate::vcenter::Client;

mod journal;
mod output;

/// How long the vCenters may take to be read: 10,000 VMs with their files take some seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the process exits with where it is not known whether something is over a limit; monitoring systems call it so too.
const NOT_KNOWN: u8 = 3;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the sums, and what is over a limit.
    Table,
    /// For programs: everything.
    Json,
    /// For spreadsheets and programs: a line for each snapshot.
    Csv,
    /// A picture.
    Png,
}

/// What makes a monitoring system raise an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum FailOn {
    /// A snapshot is older than `warn_age`.
    WarnAge,
    /// A snapshot is older than `max_age`.
    MaxAge,
    /// A snapshot is larger than `max_size`.
    MaxSize,
    /// A chain is longer than `max_depth`.
    MaxDepth,
    /// A datastore has less room than `min_free`, because of snapshots.
    MinFree,
}

/// What is reported, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Options {
    /// The configuration, of which only the tables of vCenters, store, reports and channels are read.
    #[arg(
        long,
        value_name = "FILE",
        help = "The configuration; its [[vcenter]], [store], [[report]] and [[channel]] are read"
    )]
    pub config: PathBuf,
    /// Which report.
    #[arg(
        long,
        value_name = "NAME",
        help = "Which [[report]]; the first if not given, and every VM where there is none"
    )]
    pub name: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Table, help = None)]
    pub format: Format,
    /// Where to; standard output if not given. A file that is there is replaced once the new one is whole.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Exit with 1 where something is over this limit. May be given more than once.
    #[arg(long, value_name = "LIMIT", value_enum)]
    pub fail_on: Vec<FailOn>,
}

/// What is printed, what is said beside it, and what the process exits with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// For standard output; nothing where a file was written.
    pub out: Vec<u8>,
    /// For standard error, a line each.
    pub notes: Vec<String>,
    /// 0, or 1 where `--fail-on` found something, or 3 where a vCenter could not be read, or not all that `--fail-on` is about.
    pub code: u8,
}

/// Reads, and makes the report.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, no vCenter answers, or the file cannot be written.
pub async fn run(options: &Options) -> Result<Made, AppError> {
    let config = config::load(&options.config, Needs::Report).map_err(AppError::Config)?;
    let chosen = chosen(&config, options.name.as_deref())?;
    let thresholds = chosen.map_or_else(usual_limits, |report| report.thresholds.clone());
    let mut notes: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    let kept = journal::read(store_of(&config)?, chosen.map(|report| report.name.as_str()), &mut notes)?;
    let read = read(&config, &kept.makers, &mut notes).await?;
    let now = SystemClock.now();
    let written = written(&config, chosen, now);
    let listing = listed(&read, &kept, &config, chosen);
    let low = low(&read, &listing, chosen);
    let context = context(chosen, &thresholds, low, &read, kept, &listing, &written);
    let report = report::make(&listing, context);
    let bytes = output::made(options.format, &listing, &report, &written, config.vcenters.len() > 1)?;
    let limits: Vec<Option<bool>> =
        options.fail_on.iter().map(|limit| limit.is_passed(&report, &listing, &read.unsized_in)).collect();
    let code = match limits.contains(&Some(true)) {
        _ if !report.away.is_empty() => NOT_KNOWN,
        true => 1,
        false if limits.contains(&None) => NOT_KNOWN,
        false => 0,
    };
    let out = match &options.out {
        None => bytes,
        Some(path) => {
            let name = path.display();
            let failed = |error| AppError::Other(format!("--out {name} cannot be written: {error}"));
            file::whole(path, failed, |mut file| file.write_all(&bytes).and_then(|()| readable(file)))?;
            Vec::new()
        }
    };
    Ok(Made { out, notes, code })
}

/// A temporary file is its owner's alone; a report is what a web server or a monitoring agent picks up.
#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}

impl FailOn {
    /// Whether something is over this limit; none where nothing is and not all of what it is about could be read.
    fn is_passed(self, report: &Report, listing: &Listing, unsized_in: &[VCenterName]) -> Option<bool> {
        let totals = &report.totals;
        let (over, read) = match self {
            Self::WarnAge => (totals.over_age > 0, true),
            Self::MaxAge => (totals.over_max_age > 0, true),
            Self::MaxSize => (totals.over_size > 0, listing.rows.iter().all(|row| row.bytes.is_some())),
            Self::MaxDepth => (report.deep_chains > 0, true),
            Self::MinFree => (report.low.count > 0, unsized_in.is_empty()),
        };
        let all = read && report.unreadable.count == 0 && report.unsure == 0;
        (over || all).then_some(over)
    }
}

/// The `[[report]]` that is asked for.
fn chosen<'a>(config: &'a Config, name: Option<&str>) -> Result<Option<&'a ReportRule>, AppError> {
    let reports = &config.rules.watch.reports;
    let Some(name) = name else { return Ok(reports.first()) };
    let found = reports.iter().find(|report| report.name == name);
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = reports.iter().map(|report| report.name.as_str()).collect();
        let known = if known.is_empty() { "there is no [[report]]".to_owned() } else { known.join(", ") };
        AppError::Usage(format!("no [[report]] \"{name}\": {known}"))
    })
}

/// How names, sizes and days are written: as the report's channel has them. The command line itself speaks English.
fn written(config: &Config, chosen: Option<&ReportRule>, now: Timestamp) -> Written {
    let Some(report) = chosen else {
        return Written { locale: Locale::En, tz: TimeZone::system(), now };
    };
    let channel = config.rules.channels.iter().find(|channel| channel.id == report.channel);
    let locale = report.locale.or(channel.and_then(|channel| channel.locale)).unwrap_or(Locale::En);
    Written { locale, tz: report.zone.clone(), now }
}

/// What was read of the vCenters.
struct Read {
    vms: Vec<Arc<VmSummary>>,
    held: fleet::Held,
    /// The datastores of each vCenter.
    datastores: Vec<(VCenterName, Vec<Datastore>)>,
    makers: Makers,
    away: Vec<Away>,
    /// vCenters whose sizes and datastores could not be read.
    unsized_in: Vec<VCenterName>,
    /// How far each vCenter's clock is ahead of this machine's.
    ahead: BTreeMap<VCenterName, SignedDuration>,
}

/// Reads every vCenter. One that does not answer is told of; if none does there is no report.
async fn read(config: &Config, known: &Makers, notes: &mut Vec<String>) -> Result<Read, AppError> {
    let clients = settled_clients(config, PATIENCE).await?;
    let mut read = Read {
        vms: Vec::new(),
        held: fleet::Held::new(),
        datastores: Vec::new(),
        makers: known.clone(),
        away: Vec::new(),
        unsized_in: Vec::new(),
        ahead: BTreeMap::new(),
    };
    let mut problems = Vec::new();
    for client in &clients {
        if let Err(problem) = add(client, known, &mut read, notes).await {
            problems.push(format!("vCenter {}: {problem}", client.name()));
            read.away.push(Away { vcenter: client.name().clone(), since: None });
        }
        client.stop().await;
    }
    if !clients.is_empty() && read.away.len() == clients.len() {
        let what = "no vCenter could be read, so there is no report; `snapwarden check` looks at each step of the way";
        return Err(AppError::Unreachable(format!("{}\n{what}", problems.join("\n"))));
    }
    notes.extend(problems.into_iter().map(|problem| format!("{problem}: what it has is missing here")));
    Ok(read)
}

/// Adds one vCenter's VMs with their sizes. The error says why it could not be read.
async fn add(client: &Client, known: &Makers, read: &mut Read, notes: &mut Vec<String>) -> Result<(), String> {
    match client.health() {
        Health::Live => {}
        Health::Starting => return Err(format!("no answer within {} s", PATIENCE.as_secs())),
        Health::Lost { since: _, why } => return Err(why),
    }
    notes.extend(unread_tags(client));
    read.ahead.extend(client.ahead().map(|ahead| (client.name().clone(), ahead)));
    read.vms.extend(client.inventory().iter().cloned());
    let fleet = match tokio::time::timeout(PATIENCE, client.fleet()).await {
        Ok(fleet) => fleet.map_err(|error| format!("could not be read: {error}")),
        Err(_) => Err("could not be read in time".to_owned()),
    };
    match fleet {
        Ok(fleet) => {
            read.held.extend(fleet.vms.into_iter().map(|vm| (vm.vm, vm.snapshot_bytes)));
            read.datastores.push((client.name().clone(), fleet.datastores));
        }
        Err(why) => {
            notes.push(format!("the sizes in {} {why}", client.name()));
            read.unsized_in.push(client.name().clone());
        }
    }
    let questions = known.questions(&client.inventory(), &BTreeSet::from([client.name().clone()]));
    match tokio::time::timeout(PATIENCE, makers::ask(client, &questions)).await {
        Ok(told) => read.makers.extend(told),
        Err(_) => notes.push(format!("who made the snapshots in {} could not be read in time", client.name())),
    }
    Ok(())
}

/// Every snapshot that is reported.
fn listed(read: &Read, kept: &journal::Kept, config: &Config, chosen: Option<&ReportRule>) -> Listing {
    let none = Vec::new();
    let scope = Scope {
        vms: chosen.map(|report| report.vms.as_slice()),
        exclude_names: chosen.map_or(&none, |report| &report.exclude_names),
        rules: &config.rules.preflight,
    };
    let ahead = |vcenter: &VCenterName| read.ahead.get(vcenter).copied().unwrap_or_default();
    fleet::listed(&read.vms, scope, &read.held, &read.makers, &kept.requests, ahead)
}

/// The datastores that run low because of what is listed.
fn low(read: &Read, listing: &Listing, chosen: Option<&ReportRule>) -> Vec<LowDatastore> {
    let wanted = chosen.map_or(MIN_FREE, |report| report.min_free);
    let of = |(vcenter, datastores): &(VCenterName, Vec<Datastore>)| {
        low_datastores(vcenter, datastores, &listing.rows, wanted)
    };
    read.datastores.iter().flat_map(of).collect()
}

/// What the report says beside the snapshots: what the journal has, and what the schedule says.
fn context(
    rule: Option<&ReportRule>,
    thresholds: &Thresholds,
    low: Vec<LowDatastore>,
    read: &Read,
    kept: journal::Kept,
    listing: &Listing,
    written: &Written,
) -> Context {
    let now = written.now;
    let journal::Kept { requests: _, makers: _, days, slot, broken, head } = kept;
    let before = days.iter().filter(|(_, at)| now.duration_since(*at) >= YESTERDAY).max_by_key(|(_, at)| *at);
    // A vCenter that is away has not lost its snapshots.
    let before = before.filter(|_| read.away.is_empty());
    let since = slot.filter(|had| *had < now).unwrap_or_else(|| now.saturating_sub(GLASSES_OF).unwrap_or(now));
    let glass = |request: Request| {
        let glass = request.break_glass.as_ref().filter(|glass| glass.at >= since)?;
        let target = request.vm()?;
        rule.is_none_or(|rule| rule.covers(target)).then(|| BrokenGlass {
            request: request.id.clone(),
            at: glass.at,
            by: glass.person.clone(),
            reason: glass.reason.clone(),
            verb: request.wish.verb(),
            vm: target.into(),
        })
    };
    let mut glasses: Vec<BrokenGlass> = broken.into_values().filter_map(glass).collect();
    glasses.sort_by_key(|glass| std::cmp::Reverse(glass.at));
    Context {
        name: rule.map_or_else(|| "all".to_owned(), |rule| rule.name.clone()),
        at: now,
        zone: written.tz.iana_name().map(str::to_owned),
        today: written.date_of(now),
        thresholds: thresholds.clone(),
        low,
        changes: before.map(|(day, at)| Changes::since(*at, day.snapshots, day.bytes, listing)),
        glasses,
        samples: days.into_iter().map(|(sample, _)| sample).collect(),
        away: read.away.clone(),
        audit_head: head,
        next: rule.and_then(|rule| rule.schedule.next(now)),
    }
}

/// Whole days, as a table has room for: `41 d`; hours below a day.
fn short(age: SignedDuration) -> String {
    let hours = age.as_hours().max(0);
    if hours >= 24 { format!("{} d", hours / 24) } else { format!("{hours} h") }
}
