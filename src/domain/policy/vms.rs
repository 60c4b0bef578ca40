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
mod tests;
