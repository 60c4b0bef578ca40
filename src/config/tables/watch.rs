//! The tables of channels, and of what is watched.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::people::only_exclusions;
use crate::config::kinds::{
    BACKUP_NAMES, CHANNEL, DURATION, DURATIONS, FLAG, HOURS, LOCALE, MIN_FREE, NAMES, POSTED_CHANNEL, SCHEDULE, SIZE,
    TEXT, VMS, ZONE, count,
};
use crate::config::table::{Table, table};
use crate::domain::preflight;
use crate::domain::report::Thresholds;
use crate::engine;
use crate::engine::watch::{ReportRule, RetentionRule};

table! {
    /// Time zone and language of a channel. A channel that is not listed has UTC and the requester's language.
    Channel(table) = "[[channel]]", Reload;

    /// The channel, with its platform.
    id: CHANNEL.required("\"slack:C0123ABCD\""),
    /// The time zone of its messages.
    timezone: ZONE.default("\"UTC\"").like("\"Europe/Paris\""),
    /// The language of its messages.
    locale: LOCALE.default("\"en\"").like("\"fr\""),

    make engine::Channel {
        table.once("id", &id.to_string(), &format!("the channel \"{id}\""));
        engine::Channel { id, timezone, locale: Some(locale) }
    }
}

table! {
    /// Signs by which the bot leaves a VM alone. Everything else that it looks at before it asks anybody comes from vCenter and cannot
    /// be set.
    Preflight(table) = "[preflight]", Reload;

    /// Names of snapshots that belong to a running backup: while a VM has one, nothing on it is reverted or deleted. A list here
    /// replaces the default; `[]` means none.
    backup_names: BACKUP_NAMES.default(
        "[\"VEEAM BACKUP TEMPORARY SNAPSHOT*\", \"Consolidate Helper*\", \"NBU_SNAPSHOT*\", \"__GX_BACKUP__*\", \"smvi_*\", \"Rubrik*\", \"_VCB-BACKUP_*\"]",
    ).like("[\"VEEAM BACKUP TEMPORARY SNAPSHOT*\", \"nightly-*\"]"),

    make preflight::Rules {
        preflight::Rules { backup_names }
    }
}

table! {
    /// A daily list of snapshots that are too old, too deep or too large.
    Report(table) = "[[report]]", Reload;

    /// Its name.
    name: TEXT.required("\"web\""),
    /// The channel where it is posted.
    channel: POSTED_CHANNEL.required("\"slack:C0123ABCD\""),
    /// When it is posted, as cron writes it.
    schedule: SCHEDULE.default("\"0 8 * * *\"").like("\"0 8 * * mon-fri\""),
    /// The time zone of the schedule, and of the times in the report. Without it, the channel's.
    timezone: ZONE.optional("\"Europe/Paris\""),
    /// The VMs that it is about.
    vms: VMS.default("[\"*\"]").like("[\"DC1/web/**\"]"),
    /// Snapshots older than this are listed.
    warn_age: DURATION.default("\"3d\""),
    /// Snapshots older than this are listed as far over the limit.
    max_age: DURATION.default("\"14d\""),
    /// Longer chains are listed. vSphere ends at 32.
    max_depth: count(1, 32).default("3"),
    /// Larger snapshots are listed, whatever their age.
    max_size: SIZE.optional("\"100GB\""),
    /// How much of a datastore should stay free. A datastore with less is listed if snapshots hold at least half of what is missing.
    min_free: MIN_FREE.default("\"10%\"").like("\"500GB\""),
    /// Snapshots with such a name, written as messages show it, belong to others and are left alone.
    exclude_names: NAMES.default("[]").like("[\"VEEAM BACKUP TEMPORARY SNAPSHOT*\"]"),
    /// Its language. Without it, the channel's.
    locale: LOCALE.optional("\"fr\""),
    /// Whether nothing is posted where there is nothing to report; else it is one line.
    silent: FLAG.default("false").like("true"),
    /// Whether the channel is warned at once when a snapshot crosses one of the limits, grows old or expires.
    warnings: FLAG.default("true").like("false"),
    /// When such warnings wait, in the report's time zone.
    quiet_hours: HOURS.optional("\"22:00-07:00\""),

    check {
        only_exclusions(table, vms.as_deref());
        at_least(table, ("warn_age", warn_age), ("max_age", max_age));
    }
    make (ReportRule, Option<TimeZone>) {
        table.once("name", &name, &format!("the name {name:?}"));
        let thresholds = Thresholds { warn_age, max_age, max_depth, max_size };
        let rule = ReportRule {
            name,
            channel,
            schedule,
            zone: TimeZone::UTC,
            vms,
            thresholds,
            min_free,
            exclude_names,
            locale,
            silent,
            warnings,
            quiet_hours,
        };
        (rule, timezone)
    }
}

table! {
    /// How long snapshots may stay.
    Retention(table) = "[retention]", Reload;

    /// How long a snapshot stays when nobody says.
    default_keep: DURATION.default("\"3d\""),
    /// The longest that anybody can ask for.
    max_keep: DURATION.default("\"30d\""),
    /// How long before the end its owner is reminded.
    remind: DURATIONS.default("[\"1d\"]").like("[\"1d\", \"2h\"]"),
    /// Whether the bot deletes expired snapshots, by the same preflight and approval as any deletion. Else it asks their owners every
    /// day.
    auto_delete: FLAG.default("false"),
    /// The VMs on which it deletes by itself.
    vms: VMS.default("[\"*\"]").like("[\"*\", \"!prod-*\"]"),

    check {
        only_exclusions(table, vms.as_deref());
        at_least(table, ("default_keep", default_keep), ("max_keep", max_keep));
    }
    make RetentionRule {
        RetentionRule { default_keep, max_keep, remind, deletes: if auto_delete { vms } else { Vec::new() } }
    }
}

/// Notes it where the second duration is shorter than the first, and says so if one of them is a default that nobody wrote.
fn at_least(
    table: &Table<'_, '_>,
    (low_key, low): (&'static str, Option<SignedDuration>),
    (high_key, high): (&'static str, Option<SignedDuration>),
) {
    let (Some(low), Some(high)) = (low, high) else { return };
    if high >= low {
        return;
    }
    let (key, relation, other) =
        if table.has(high_key) { (high_key, "at least", low_key) } else { (low_key, "at most", high_key) };
    let default = match table.default_of(other) {
        Some(text) if !table.has(other) => format!(" (which is {text} unless you say otherwise)"),
        Some(_) | None => String::new(),
    };
    table.error(key, format!("expected {relation} {other}{default}; change one of them"));
}
