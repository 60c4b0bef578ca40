//! A second opinion on rights: docs/configuration.md, "Who may do what", sentence by sentence, on the texts of the rules.
//!
//! It shares nothing with the evaluator but the names of groups, verbs and VMs, and is as slow as it is plain: braces are
//! written out, paths are compared folder by folder, and unknown tags are dealt with by asking twice.

use crate::domain::tag::Tag;

/// A grant or a deny as it stands in the file; an approval rule has its approvers for groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleText {
    pub(super) groups: Vec<String>,
    pub(super) verbs: Vec<String>,
    pub(super) vms: Vec<String>,
    /// Where it stands.
    pub(super) line: String,
}

/// The rules of a file, and the groups of its one person.
#[derive(Debug, Clone)]
pub(super) struct RulesText {
    pub(super) mine: Vec<String>,
    pub(super) grants: Vec<RuleText>,
    pub(super) denies: Vec<RuleText>,
    pub(super) approvals: Vec<RuleText>,
}

/// What patterns look at.
#[derive(Debug, Clone)]
pub(super) struct VmText {
    pub(super) vcenter: String,
    pub(super) moref: String,
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) tags: Option<Vec<Tag>>,
}

/// An answer: what it is, and the line of the rule that decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    Allowed(String),
    Denied(String),
    NoRule(Vec<String>),
    TagsUnknown(String),
}

/// "While a VM's tags are not known …": which way the doubt falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// An entry that looks at tags brings no VM in, and with a `!` takes every VM out.
    TakesOut,
    /// An entry that looks at tags brings every VM in, and with a `!` takes none out.
    BringsIn,
}

impl RulesText {
    /// What one person may do, who is in the groups `mine`.
    pub(super) fn decide(&self, verb: &str, vm: &VmText) -> Said {
        let mine = |rule: &&RuleText| rule.groups.iter().any(|group| self.mine.contains(group));
        let grants = || self.grants.iter().filter(mine);
        let denies = || self.denies.iter().filter(mine);
        // A deny wins over every grant.
        if let Some(rule) = denies().find(|rule| rule.denies(verb, vm, Doubt::TakesOut)) {
            return Said::Denied(rule.line.clone());
        }
        // Nobody may do anything that no grant allows.
        if !grants().any(|rule| rule.is_about(verb, vm, Doubt::BringsIn)) {
            return Said::NoRule(self.holders(verb, vm));
        }
        // A deny counts where it could fit.
        if let Some(rule) = denies().find(|rule| rule.denies(verb, vm, Doubt::BringsIn)) {
            return Said::TagsUnknown(rule.line.clone());
        }
        // A grant counts only where it fits whatever the tags are.
        let Some(grant) = grants().find(|rule| rule.is_about(verb, vm, Doubt::TakesOut)) else {
            let rule = grants().find(|rule| rule.is_about(verb, vm, Doubt::BringsIn)).unwrap();
            return Said::TagsUnknown(rule.line.clone());
        };
        // Nothing begins while it is open which approval rule counts; to list, to cancel and to release takes nobody's yes.
        if let Some(rule) = self.approval(verb, vm)
            && !rule.is_about(verb, vm, Doubt::TakesOut)
            && verb != "list"
            && verb != "cancel"
            && verb != "release-any"
        {
            return Said::TagsUnknown(rule.line.clone());
        }
        Said::Allowed(grant.line.clone())
    }

    /// The first approval rule that fits, or could.
    pub(super) fn approval(&self, verb: &str, vm: &VmText) -> Option<&RuleText> {
        self.approvals.iter().find(|rule| rule.is_about(verb, vm, Doubt::BringsIn))
    }

    /// The groups that may, in the order of the rules.
    fn holders(&self, verb: &str, vm: &VmText) -> Vec<String> {
        let mut holders: Vec<String> = Vec::new();
        for rule in self.grants.iter().filter(|rule| rule.is_about(verb, vm, Doubt::TakesOut)) {
            for group in &rule.groups {
                let mut denies = self.denies.iter().filter(|deny| deny.groups.contains(group));
                if !holders.contains(group) && !denies.any(|deny| deny.denies(verb, vm, Doubt::BringsIn)) {
                    holders.push(group.clone());
                }
            }
        }
        holders
    }
}

impl RuleText {
    fn is_about(&self, verb: &str, vm: &VmText, doubt: Doubt) -> bool {
        self.verbs.iter().any(|listed| covers(listed, verb)) && selects(&self.vms, vm, doubt)
    }

    fn denies(&self, verb: &str, vm: &VmText, doubt: Doubt) -> bool {
        self.verbs.iter().any(|listed| listed == "*" || covers(listed, verb)) && selects(&self.vms, vm, doubt)
    }
}

/// `revert` covers `revert-latest`, `delete` covers `delete-with-children` and `delete-older`, `edit` covers `keep` and `hold`,
/// `*` covers all but `release-any`, which a grant has to name.
fn covers(listed: &str, verb: &str) -> bool {
    (listed == "*" && verb != "release-any")
        || listed == verb
        || (listed == "revert" && verb == "revert-latest")
        || (listed == "delete" && matches!(verb, "delete-with-children" | "delete-older"))
        || (listed == "edit" && matches!(verb, "keep" | "hold"))
}

/// One entry brings the VM in, and none with a `!` takes it out.
fn selects(entries: &[String], vm: &VmText, doubt: Doubt) -> bool {
    let ins: Vec<&str> = entries.iter().map(String::as_str).filter(|entry| !entry.starts_with('!')).collect();
    let outs: Vec<&str> = entries.iter().filter_map(|entry| entry.strip_prefix('!')).collect();
    ins.into_iter().any(|entry| fits(entry, vm, doubt == Doubt::BringsIn))
        && !outs.into_iter().any(|entry| fits(entry, vm, doubt == Doubt::TakesOut))
}

/// Whether an entry without its `!` fits. `unknown` is what an entry that looks at tags comes to where they are not known.
fn fits(entry: &str, vm: &VmText, unknown: bool) -> bool {
    let entry = entry.to_lowercase();
    if let Some(rest) = entry.strip_prefix("vcenter:") {
        let (vcenter, rest) = rest.split_once('/').unwrap();
        return vcenter == vm.vcenter.to_lowercase() && fits(rest, vm, unknown);
    }
    if let Some(moref) = entry.strip_prefix("moref:") {
        return moref == vm.moref;
    }
    if let Some(tag) = entry.strip_prefix("tag:") {
        let Some(tags) = &vm.tags else { return unknown };
        return tags.iter().any(|own| match tag.split_once('/') {
            Some((category, name)) => path_fits(category, &plain(&own.category)) && path_fits(name, &plain(&own.name)),
            None => path_fits(tag, &plain(&own.name)),
        });
    }
    let name = plain(&vm.name);
    if entry.contains('/') {
        return path_fits(&entry, &format!("{}/{name}", vm.folder.to_lowercase()));
    }
    path_fits(&entry, &name)
}

/// A name as patterns see it: in small letters, with `%2f` for a `/`.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('/', "%2f")
}

/// Whether one of the patterns that the braces stand for fits.
fn path_fits(pattern: &str, text: &str) -> bool {
    if let Some((before, rest)) = pattern.split_once('{') {
        let (inside, behind) = rest.split_once('}').unwrap();
        return inside.split(',').any(|either| path_fits(&format!("{before}{either}{behind}"), text));
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    let text: Vec<&str> = text.split('/').collect();
    folders_fit(&pattern, &text)
}

fn folders_fit(pattern: &[&str], text: &[&str]) -> bool {
    match pattern {
        [] => text.is_empty(),
        // At the end it stands for everything that lies below, in the middle for any folders or none.
        ["**"] => !text.is_empty(),
        ["**", rest @ ..] => (0..=text.len()).any(|skipped| folders_fit(rest, &text[skipped..])),
        [first, rest @ ..] => match text {
            [] => false,
            [name, below @ ..] => {
                let (first, name): (Vec<char>, Vec<char>) = (first.chars().collect(), name.chars().collect());
                name_fits(&first, &name) && folders_fit(rest, below)
            }
        },
    }
}

fn name_fits(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=text.len()).any(|taken| name_fits(rest, &text[taken..])),
        (['\\', literal, rest @ ..], [c, behind @ ..]) => literal == c && name_fits(rest, behind),
        (['?', rest @ ..], [_, behind @ ..]) => name_fits(rest, behind),
        (['[', from, '-', to, ']', rest @ ..], [c, behind @ ..]) => from <= c && c <= to && name_fits(rest, behind),
        (['[', '!', not, ']', rest @ ..], [c, behind @ ..]) => c != not && name_fits(rest, behind),
        ([own, rest @ ..], [c, behind @ ..]) => own == c && name_fits(rest, behind),
        ([], _) | (_, []) => false,
    }
}
