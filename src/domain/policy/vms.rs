//! Which VMs a rule is about: by name, by folder, by identity, and all but some.

use std::fmt;

use super::glob::Glob;
use crate::domain::ids::Target;

/// One entry of a rule's `vms`.
///
/// | written | means |
/// |---|---|
/// | `prod-*` | VMs whose name fits |
/// | `DC1/web/*`, `**/test/**` | VMs whose folder path fits; `**/` and a closing `/**` cross folders |
/// | `moref:vm-42` | the VM with this managed object id |
/// | `vcenter:NAME/…` before any of these | only in that vCenter; `vcenter:paris/*` is all of it |
/// | `!…` before any of these | not these, whatever the other entries say |
///
/// Case does not matter. A `/` inside a VM's own name is written `%2f`, as vSphere itself writes it, so that no name can pass
/// for a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmPattern {
    text: String,
    excludes: bool,
    vcenter: Option<String>,
    what: What,
}

/// What the pattern looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Name(Glob),
    Path(Glob),
    Moref(String),
}

impl VmPattern {
    /// Reads one entry. The error says what is wrong with it, without repeating it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (excludes, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (vcenter, rest) = match rest.strip_prefix("vcenter:") {
            Some(named) => match named.split_once('/') {
                Some((name, rest)) if !name.is_empty() => (Some(name.to_owned()), rest),
                Some(_) | None => return Err("behind vcenter: belongs a vCenter's name, a / and a pattern".to_owned()),
            },
            None => (None, rest),
        };
        if rest.trim() != rest {
            return Err("a space at its beginning or end would keep it from ever fitting".to_owned());
        }
        if rest.starts_with('/') || rest.contains("//") {
            return Err("a path begins with the datacenter's name, and every / stands between two names".to_owned());
        }
        if rest.ends_with('/') {
            return Err("a path ends in a VM's name: for everything in a folder write ** behind the last /".to_owned());
        }
        let what = match rest.strip_prefix("moref:") {
            Some("") => return Err("behind moref: belongs a managed object id such as vm-42".to_owned()),
            Some(moref) => What::Moref(moref.to_owned()),
            None if rest.contains('/') => What::Path(Glob::parse(rest)?),
            None => What::Name(Glob::parse(rest)?),
        };
        Ok(Self { text: text.to_owned(), excludes, vcenter, what })
    }

    /// Whether it takes VMs out instead of bringing them in.
    pub fn excludes(&self) -> bool {
        self.excludes
    }

    /// The vCenter that it is limited to.
    pub fn vcenter(&self) -> Option<&str> {
        self.vcenter.as_deref()
    }

    /// Whether it names a managed object id, which means something else in every vCenter.
    pub fn is_moref(&self) -> bool {
        matches!(self.what, What::Moref(_))
    }

    /// Whether the VM is one that this entry speaks of, be it to bring it in or to take it out.
    fn speaks_of(&self, target: &Target) -> bool {
        let here = self.vcenter.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(target.vm.vcenter.as_str()));
        here && match &self.what {
            What::Name(glob) => glob.matches(&without_slashes(&target.name)),
            What::Path(glob) => glob.matches(&path_with_plain_name(target)),
            What::Moref(moref) => moref == target.vm.moref.as_str(),
        }
    }
}

impl fmt::Display for VmPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a rule with these entries is about this VM: one entry brings it in and none takes it out. The order of the entries does
/// not matter, and an empty list is about no VM.
pub fn selects(patterns: &[VmPattern], target: &Target) -> bool {
    let mut selected = false;
    for pattern in patterns.iter().filter(|pattern| pattern.speaks_of(target)) {
        if pattern.excludes {
            return false;
        }
        selected = true;
    }
    selected
}

/// A name as a pattern sees it.
fn without_slashes(name: &str) -> String {
    name.replace('/', "%2f")
}

/// The path with the VM's own name at its end as a pattern sees it.
fn path_with_plain_name(target: &Target) -> String {
    match target.path.strip_suffix(target.name.as_str()) {
        Some(folder) => format!("{folder}{}", without_slashes(&target.name)),
        None => target.path.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{Moref, VCenterName, VmRef};

    fn target(path: &str, name: &str) -> Target {
        Target {
            vm: VmRef { vcenter: VCenterName::new("paris"), moref: Moref::new("vm-42") },
            instance_uuid: None,
            name: name.to_owned(),
            path: format!("{path}/{name}"),
        }
    }

    fn about(patterns: &[&str], target: &Target) -> bool {
        let patterns: Vec<_> = patterns.iter().map(|text| VmPattern::parse(text).unwrap()).collect();
        selects(&patterns, target)
    }

    #[test]
    fn names_folders_ids_and_vcenters_select() {
        let web = target("DC1/web", "web-01");
        for pattern in [
            "*",
            "WEB-*",
            "dc1/web/*",
            "**/web-01",
            "DC1/**",
            "moref:vm-42",
            "vcenter:paris/*",
            "vcenter:Paris/web-*",
            "vcenter:paris/dc1/web/*",
            "vcenter:paris/moref:vm-42",
        ] {
            assert!(about(&[pattern], &web), "{pattern}");
        }
        for pattern in ["web", "DC1/*", "DC1/db/*", "moref:vm-4", "vcenter:lyon/*", "vcenter:lyon/moref:vm-42"] {
            assert!(!about(&[pattern], &web), "{pattern}");
        }
    }

    #[test]
    fn an_exclusion_wins_wherever_it_stands() {
        let prod = target("DC1/web", "prod-01");
        let web = target("DC1/web", "web-01");
        assert!(about(&["*", "!prod-*"], &web));
        assert!(!about(&["*", "!prod-*"], &prod));
        assert!(!about(&["!prod-*", "*", "prod-01"], &prod));
        assert!(!about(&["!prod-*"], &web), "an exclusion alone brings nothing in");
        assert!(!about(&[], &web), "an empty list is about no VM");
    }

    #[test]
    fn a_slash_in_a_name_does_not_move_the_vm_to_another_folder() {
        let sly = target("DC1/prod", "x/web-01");
        assert!(about(&["DC1/prod/*"], &sly));
        assert!(about(&["x%2fweb-01"], &sly));
        assert!(about(&["*"], &sly));
        assert!(!about(&["DC1/prod/x/*"], &sly));
    }

    #[test]
    fn broken_entries_are_refused() {
        for text in ["", "!", "vcenter:paris", "vcenter:/x", "vcenter:paris/", "moref:", "web-["] {
            assert!(VmPattern::parse(text).is_err(), "{text}");
        }
    }
}
