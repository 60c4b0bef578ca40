//! VMs that may be meant, and for each the shortest word that means it alone.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Label, SUGGESTIONS_MAX, Suggestion, is_fit};
use crate::domain::command::{is_uuid, loose, quote, vm_selector};
use crate::domain::confusable::skeleton;
use crate::domain::inventory::{Inventory, VmSummary};
use crate::domain::lookup::{Closeness, VmLookup, find_vm, holds, resembles};

/// VMs by name, by path if a slash was typed or if the name says nothing.
pub(super) fn vms(inventory: &Inventory, visible: &dyn Fn(&VmSummary) -> bool, typed: &str) -> Vec<Suggestion> {
    let mut ranked: Vec<Ranked<'_>> = Vec::new();
    let mut rest: Vec<(String, &Arc<VmSummary>)> = Vec::new();
    let mut complete = false;
    // Whether somebody may know of a VM is dear to decide, and most VMs are not meant: it is asked of the few that are.
    for vm in inventory.iter().filter(|vm| !vm.template) {
        let name = loose(&vm.name);
        complete |= name == typed && visible(vm);
        let by_path = || holds(typed, &loose(&vm.path)).map(|_| Closeness::Holds);
        match holds(typed, &name).or_else(by_path) {
            Some(closeness) => ranked.push((closeness, &vm.path, vm)),
            None => rest.push((name, vm)),
        }
    }
    let mut ranked = first(ranked, visible);
    // Comparing for slips of the finger is dear, and of use only where little else was found: `web-1` holds no `web-01`.
    if !complete && ranked.len() < SUGGESTIONS_MAX {
        let resembling = rest.iter().filter_map(|(name, vm)| Some((resembles(typed, name)?, vm.path.as_str(), *vm)));
        ranked.extend(first(resembling.collect(), visible));
        ranked = first(ranked, visible);
    }
    let mut namesakes: HashMap<String, usize> = ranked.iter().map(|(_, _, vm)| (skeleton(&vm.name), 0)).collect();
    for vm in inventory.iter() {
        if let Some(count) = namesakes.get_mut(&skeleton(&vm.name)) {
            *count += 1;
        }
    }
    ranked
        .iter()
        .filter_map(|(_, _, vm)| {
            let alone = namesakes.get(&skeleton(&vm.name)) == Some(&1);
            Some(Suggestion {
                value: vm_value(inventory, vm, alone)?,
                label: Label::Vm { vm: vm.vm.clone(), path: vm.path.clone(), power: vm.power },
            })
        })
        .collect()
}

/// A VM with how well it fits, and its path.
type Ranked<'a> = (Closeness, &'a str, &'a Arc<VmSummary>);

/// The best of these that may be seen, best first. Only as many are put in order as that takes: an empty box means every VM.
fn first<'a>(mut ranked: Vec<Ranked<'a>>, visible: &dyn Fn(&VmSummary) -> bool) -> Vec<Ranked<'a>> {
    let order = |a: &Ranked<'_>, b: &Ranked<'_>| (a.0, a.1, &a.2.vm).cmp(&(b.0, b.1, &b.2.vm));
    let mut kept = Vec::new();
    let (mut rest, mut count) = (ranked.as_mut_slice(), SUGGESTIONS_MAX);
    while kept.len() < SUGGESTIONS_MAX && !rest.is_empty() {
        // Where most may not be seen, more are looked at each time.
        count = count.saturating_mul(4).min(rest.len());
        if count < rest.len() {
            rest.select_nth_unstable_by(count, order);
        }
        let (next, after) = rest.split_at_mut(count);
        next.sort_unstable_by(order);
        let seen = next.iter().filter(|(_, _, vm)| visible(vm));
        kept.extend(seen.take(SUGGESTIONS_MAX - kept.len()).copied());
        rest = after;
    }
    kept
}

/// The shortest word that finds this VM and no other; none if there is no such word.
fn vm_value(inventory: &Inventory, vm: &VmSummary, alone: bool) -> Option<String> {
    // A name that one VM alone has finds that VM, unless it can also be a path or a UUID; so the inventory need not be
    // searched for each completion.
    if alone && !vm.name.contains('/') && !is_uuid(&vm.name) && is_fit(&vm.name) {
        return Some(quote(&vm.name));
    }
    let ends = vm.path.rmatch_indices('/').filter_map(|(at, _)| vm.path.get(at + 1..));
    let whole = format!("{}/{}", vm.vm.vcenter, vm.path);
    let names = ends.chain([vm.path.as_str(), whole.as_str()]).filter(|name| is_fit(name)).map(quote);
    let ids = [vm.vm.moref.as_str().to_owned(), format!("{}/{}", vm.vm.vcenter, vm.vm.moref)];
    names.chain(ids).find(|word| {
        let found = vm_selector(word).map(|selector| find_vm(inventory, &selector));
        matches!(found, Some(VmLookup::One(one)) if one.vm == vm.vm)
    })
}
