use jiff::tz::TimeZone;

use super::*;
use crate::domain::ids::VmRef;
use crate::domain::policy::{Policy, Rule};
use crate::domain::schedule::Schedule;
use crate::engine::RECONCILE;
use crate::engine::watch::{MIN_FREE, ReportRule, WatchRules, usual_limits};

fn patterns(all: &[&str]) -> Vec<VmPattern> {
    all.iter().map(|pattern| VmPattern::parse(pattern).unwrap()).collect()
}

fn rule(vms: &[&str]) -> Rule {
    Rule {
        groups: vec!["team".into()],
        verbs: Vec::new(),
        vms: patterns(vms),
        line: Some("[[grant]] at a.toml:41".to_owned()),
    }
}

fn report(name: &str, vms: &[&str], schedule: &str) -> ReportRule {
    ReportRule {
        name: name.to_owned(),
        channel: "console:ops".into(),
        schedule: Schedule::parse(schedule, TimeZone::UTC).unwrap(),
        zone: TimeZone::UTC,
        vms: patterns(vms),
        thresholds: usual_limits(),
        min_free: MIN_FREE,
        exclude_names: Vec::new(),
        locale: None,
        silent: false,
        warnings: false,
        quiet_hours: None,
    }
}

fn rules() -> Rules {
    Rules {
        policy: Policy::default(),
        preflight: Default::default(),
        channels: Vec::new(),
        timezone: TimeZone::UTC,
        alarms: None,
        reconcile: RECONCILE,
        watch: WatchRules::default(),
    }
}

#[test]
fn what_matches_no_vm_is_named_with_its_place() {
    let vm = Target {
        vm: VmRef { vcenter: "lab".into(), moref: "vm-1".into() },
        instance_uuid: None,
        name: "web-01".to_owned(),
        path: "DC1/web/web-01".to_owned(),
        tags: None,
    };
    let policy = Policy {
        grants: vec![rule(&["web-*"]), rule(&["wbe-*"]), rule(&["tag:env/prod"]), rule(&["*", "!web-*"])],
        denies: vec![Rule { line: None, ..rule(&["DC2/**"]) }],
        ..Policy::default()
    };
    let reports = vec![report("all", &["*"], "0 8 * * *"), report("db", &["db-*"], "0 8 * * *")];
    let rules = Rules { policy, watch: WatchRules { reports, retention: None }, ..rules() };
    let now = "2026-12-01T12:00:00Z".parse().unwrap();
    let expected = [
        "[[grant]] at a.toml:41: its `vms` match no VM",
        "[[grant]] at a.toml:41: its `vms` match no VM",
        "[[deny]] number 1: its `vms` match no VM",
        "[[report]] \"db\": its `vms` match no VM",
    ];
    assert_eq!(empty(&rules, &[vm], now), expected);
}
