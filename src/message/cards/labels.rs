//! Labels of things that somebody picks from: no two look the same, and what tells them apart stands where no platform cuts.

use std::collections::HashMap;

use super::View;
use super::request::power;
use crate::domain::confusable::skeleton;
use crate::domain::ids::VmTitle;
use crate::domain::snapshot_tree::PowerState;
use crate::message::format::{name, path};

/// So much of a label is shown everywhere, in characters: Slack's buttons and options have 75, of which the last is the ellipsis.
const SHOWN: usize = 74;

/// The labels, each with what it has alone (`vm-42`) in front where what is shown of it looks like another.
pub fn distinct(labels: Vec<String>, alone: impl Fn(usize) -> String) -> Vec<String> {
    let looks = |label: &String| skeleton(&label.chars().take(SHOWN).collect::<String>());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for label in &labels {
        *seen.entry(looks(label)).or_default() += 1;
    }
    let told = |(index, label): (usize, String)| match seen.get(&looks(&label)) {
        Some(1) | None => label,
        Some(_) => format!("{} · {label}", alone(index)),
    };
    labels.into_iter().enumerate().map(told).collect()
}

/// `paris · DC1/web/web-02 · on`. The folders that all share are left out where there is no room for them.
pub(super) fn vms(options: &[(VmTitle, Option<PowerState>)], view: &View<'_>) -> Vec<String> {
    let id = |title: &VmTitle| title.vm.as_ref().map(|vm| vm.moref.to_string()).unwrap_or_default();
    let label = |(title, state): &(VmTitle, Option<PowerState>), skipped: usize| {
        let vcenter = title.vm.as_ref().filter(|_| view.several_vcenters).map(|vm| name(vm.vcenter.as_str()));
        let place = match title.name.splitn(skipped + 1, '/').nth(skipped) {
            Some(rest) if skipped > 0 => format!("…/{rest}"),
            Some(_) | None => title.name.clone(),
        };
        let words = vcenter.into_iter().chain([path(&place), power(*state, view)]);
        words.collect::<Vec<_>>().join(" · ")
    };
    let whole: Vec<String> = options.iter().map(|option| label(option, 0)).collect();
    let fits = whole.iter().all(|label| label.chars().count() <= SHOWN);
    let skipped = if fits { 0 } else { shared(options) };
    let labels = options.iter().map(|option| label(option, skipped)).collect();
    distinct(labels, |index| options.get(index).map(|(title, _)| id(title)).unwrap_or_default())
}

/// How many folders the paths begin with that are the same for all.
fn shared(options: &[(VmTitle, Option<PowerState>)]) -> usize {
    let folders = |title: &VmTitle| -> Vec<String> {
        let mut parts: Vec<String> = title.name.split('/').map(str::to_owned).collect();
        parts.pop();
        parts
    };
    let mut each = options.iter().map(|(title, _)| folders(title));
    let first = each.next().unwrap_or_default();
    each.fold(first.len(), |shared, other| first.iter().zip(other).take(shared).take_while(|(a, b)| *a == b).count())
}

#[cfg(test)]
mod tests;
