//! From the configuration to what is watched.

use crate::config::{Config, ReportConfig};
use crate::domain::report::Thresholds;
use crate::domain::schedule::Schedule;
use crate::engine::watch::{ReportRule, RetentionRule, WatchRules};

/// What is watched: reports with their schedules, and how long snapshots may stay.
pub(super) fn watch(config: &Config) -> WatchRules {
    let report = |report: &ReportConfig| {
        let zone = report.timezone.clone().unwrap_or_else(|| config.channel(&report.channel).timezone);
        // The configuration has been checked, so the schedule reads.
        let schedule = Schedule::parse(&report.schedule, zone.clone()).ok()?;
        Some(ReportRule {
            name: report.name.clone(),
            channel: report.channel.clone(),
            schedule,
            zone,
            vms: report.vms.clone(),
            thresholds: Thresholds {
                warn_age: report.warn_age,
                max_age: report.max_age,
                max_depth: report.max_depth,
                max_size: report.max_size,
            },
            min_free: report.min_free,
            exclude_names: report.exclude_names.clone(),
            locale: report.locale.clone(),
            silent: report.silent,
            warnings: report.warnings,
            quiet_hours: report.quiet_hours,
        })
    };
    let retention = config.retention.as_ref().map(|retention| RetentionRule {
        default_keep: retention.default_keep,
        max_keep: retention.max_keep,
        remind: retention.remind.clone(),
        deletes: if retention.auto_delete { retention.vms.clone() } else { Vec::new() },
    });
    WatchRules { reports: config.reports.iter().filter_map(report).collect(), retention }
}
