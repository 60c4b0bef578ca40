//! Which VMs a rule is about: by name, by folder, by tag, by identity, and all but some.

use std::fmt;

use super::glob::Glob;
use super::truth::Truth;
use crate::domain::ids::Target;
use crate::domain::tag::Tag;

/// One entry of a rule's `vms`.
///
/// | written | means |
/// |---|---|
/// | `prod-*` | VMs whose name fits |
/// | `DC1/web/*`, `**/test/**` | VMs whose folder path fits; `**/` and a closing `/**` cross folders |
/// | `tag:NAME`, `tag:CATEGORY/NAME` | VMs that have a tag whose name, and category, fit |
/// | `moref:vm-42` | the VM with this managed object id |
/// | `vcenter:NAME/…` before any of these | only in that vCenter; `vcenter:paris/*` is all of it |
/// | `!…` before any of these | not these, whatever the other entries say |
///
/// Case does not matter. A `/` inside a VM's own name, a tag's or a category's is written `%2f`, as vSphere itself writes it
/// for VMs, so that no name can pass for a folder or a category.
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
    Tag { category: Option<Glob>, name: Glob },
    Moref(String),
}

impl VmPattern {
    /// Reads one entry. The error says what is wrong with it, without repeating it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (excludes, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (vcenter, rest) = match strip_word(rest, "vcenter:") {
            Some(named) => match named.split_once('/') {
                Some((name, rest)) if !name.is_empty() => (Some(name.to_owned()), rest),
                Some(_) | None => return Err("behind vcenter: belongs a vCenter's name, a / and a pattern".to_owned()),
            },
            None => (None, rest),
        };
        if rest.trim() != rest {
            return Err("a space at its beginning or end would keep it from ever fitting".to_owned());
        }
        if let Some(tag) = strip_word(rest, "tag:") {
            return Ok(Self { text: text.to_owned(), excludes, vcenter, what: parse_tag(tag)? });
        }
        if rest.starts_with('/') || rest.contains("//") {
            return Err("a path begins with the datacenter's name, and every / stands between two names".to_owned());
        }
        if rest.ends_with('/') {
            return Err("a path ends in a VM's name: for everything in a folder write ** behind the last /".to_owned());
        }
        let what = match strip_word(rest, "moref:") {
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

    /// Whether it looks at tags, so that the tags have to be read for it.
    pub fn is_tag(&self) -> bool {
        matches!(self.what, What::Tag { .. })
    }

    /// Whether the VM is one that this entry speaks of, be it to bring it in or to take it out.
    fn speaks_of(&self, target: &Target) -> Truth {
        let here = self.vcenter.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(target.vm.vcenter.as_str()));
        if !here {
            return Truth::No;
        }
        match &self.what {
            What::Name(glob) => glob.matches(&without_slashes(&target.name)).into(),
            What::Path(glob) => glob.matches(&path_with_plain_name(target)).into(),
            What::Moref(moref) => (moref == target.vm.moref.as_str()).into(),
            What::Tag { category, name } => match &target.tags {
                None => Truth::Unknown,
                Some(tags) => tags.iter().any(|tag| fits(category.as_ref(), name, tag)).into(),
            },
        }
    }
}

/// The part behind a word that begins a pattern, in any case of letters.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (begin, rest) = text.split_at_checked(word.len())?;
    begin.eq_ignore_ascii_case(word).then_some(rest)
}

/// Reads what stands behind `tag:`.
fn parse_tag(text: &str) -> Result<What, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (category, name) = match parts.as_slice() {
        [name] => (None, *name),
        [category, name] => (Some(*category), *name),
        _ => return Err("behind tag: stands at most one /; one that belongs to a name is written %2f".to_owned()),
    };
    if category.is_some_and(str::is_empty) || name.is_empty() {
        return Err("behind tag: belongs a tag's name, or a category's name, a / and a tag's name".to_owned());
    }
    if parts.iter().any(|part| part.trim() != *part) {
        return Err("a space at the beginning or end of a name would keep it from ever fitting".to_owned());
    }
    Ok(What::Tag { category: category.map(Glob::parse).transpose()?, name: Glob::parse(name)? })
}

fn fits(category: Option<&Glob>, name: &Glob, tag: &Tag) -> bool {
    category.is_none_or(|glob| glob.matches(&without_slashes(&tag.category)))
        && name.matches(&without_slashes(&tag.name))
}

impl fmt::Display for VmPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a rule with these entries is about this VM: one entry brings it in and none takes it out. The order of the entries does
/// not matter, and an empty list is about no VM. It is unknown only where entries look at tags and the VM's are not known.
pub fn selects(patterns: &[VmPattern], target: &Target) -> Truth {
    let one_of = |excluding: bool| {
        let these = patterns.iter().filter(move |pattern| pattern.excludes == excluding);
        Truth::any(these.map(|pattern| pattern.speaks_of(target)))
    };
    one_of(false).and(!one_of(true))
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
            tags: None,
        }
    }

    fn tagged(tags: &[(&str, &str)]) -> Target {
        let tags = tags.iter().map(|(category, name)| Tag::new(*category, *name)).collect();
        Target { tags: Some(tags), ..target("DC1/web", "web-01") }
    }

    fn selected(patterns: &[&str], target: &Target) -> Truth {
        let patterns: Vec<_> = patterns.iter().map(|text| VmPattern::parse(text).unwrap()).collect();
        selects(&patterns, target)
    }

    fn about(patterns: &[&str], target: &Target) -> bool {
        let selected = selected(patterns, target);
        assert_ne!(selected, Truth::Unknown, "{patterns:?} look at tags");
        selected.certainly()
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
            "VCENTER:paris/MoRef:vm-42",
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
    fn tags_select_by_name_and_category() {
        let prod = tagged(&[("env", "prod"), ("Tier", "Web/Front"), ("a/b", "c")]);
        for pattern in [
            "tag:prod",
            "TAG:PROD",
            "tag:env/prod",
            "tag:ENV/p*",
            "tag:*/prod",
            "tag:{env,stage}/pro?",
            "tag:web%2ffront",
            "tag:tier/web%2Ffront",
            "tag:a%2fb/c",
            "vcenter:paris/tag:prod",
        ] {
            assert!(about(&[pattern], &prod), "{pattern}");
        }
        for pattern in
            ["tag:env", "tag:tier/prod", "tag:web", "tag:a/b", "tag:b/c", "tag:front", "vcenter:lyon/tag:prod", "prod"]
        {
            assert!(!about(&[pattern], &prod), "{pattern}");
        }
        assert!(!about(&["*", "!tag:env/prod"], &prod));
        assert!(about(&["*", "!tag:env/test"], &prod));
        assert!(!about(&["tag:*"], &tagged(&[])), "no tag is no tag");
    }

    #[test]
    fn tags_that_are_not_known_leave_open_only_what_depends_on_them() {
        let vm = target("DC1/web", "web-01");
        for (patterns, wanted) in [
            (&["tag:prod"][..], Truth::Unknown),
            (&["*", "!tag:prod"], Truth::Unknown),
            (&["tag:prod", "!tag:test"], Truth::Unknown),
            (&["db-*", "tag:prod"], Truth::Unknown),
            (&["!tag:prod"], Truth::No),
            (&["db-*", "!tag:prod"], Truth::No),
            (&["tag:prod", "!web-*"], Truth::No),
            (&["tag:prod", "web-*"], Truth::Yes),
            (&["vcenter:lyon/tag:prod"], Truth::No),
            (&["*", "!vcenter:lyon/tag:prod"], Truth::Yes),
        ] {
            assert_eq!(selected(patterns, &vm), wanted, "{patterns:?}");
        }
    }

    #[test]
    fn broken_entries_are_refused() {
        let texts = ["", "!", "vcenter:paris", "vcenter:/x", "vcenter:paris/", "moref:", "web-["];
        let tags =
            ["tag:", "!tag:", "tag:/x", "tag:x/", "tag:a/b/c", "tag: x", "tag:a /b", "tag:a/[", "vcenter:x/tag:"];
        for text in texts.into_iter().chain(tags) {
            assert!(VmPattern::parse(text).is_err(), "{text}");
        }
    }
}
