//! Selections of a configuration that match nothing: they read well, and what they are to do never happens.

use jiff::Timestamp;

use crate::domain::ids::Target;
use crate::domain::policy::{VmPattern, selects};
use crate::engine::Rules;

/// What matches nothing, in words for an administrator. A selection that depends on tags that are not known may match.
pub(super) fn empty(rules: &Rules, vms: &[Target], now: Timestamp) -> Vec<String> {
    let matches_none = |patterns: &[VmPattern]| !vms.iter().any(|vm| selects(patterns, vm).possibly());
    let policy = &rules.policy;
    let lists = [("[[grant]]", &policy.grants), ("[[deny]]", &policy.denies)];
    let mut found = Vec::new();
    for (table, list) in lists {
        for (index, rule) in list.iter().enumerate().filter(|(_, rule)| matches_none(&rule.vms)) {
            let place = rule.line.clone().unwrap_or_else(|| format!("{table} number {}", index + 1));
            found.push(format!("{place}: its `vms` match no VM"));
        }
    }
    let approvals = policy.approvals.iter().enumerate().filter(|(_, rule)| matches_none(&rule.vms));
    found.extend(approvals.map(|(index, _)| format!("[[approval]] number {}: its `vms` match no VM", index + 1)));
    for report in &rules.watch.reports {
        if matches_none(&report.vms) {
            found.push(format!("[[report]] \"{}\": its `vms` match no VM", report.name));
        }
        if report.schedule.next(now).is_none() {
            found.push(format!("[[report]] \"{}\": its `schedule` matches no time", report.name));
        }
    }
    let deletes = rules.watch.retention.iter().map(|retention| &retention.deletes);
    let deletes = deletes.filter(|deletes| !deletes.is_empty() && matches_none(deletes));
    found.extend(deletes.map(|_| "[retention]: what it deletes by itself matches no VM".to_owned()));
    found
}

#[cfg(test)]
mod tests;
