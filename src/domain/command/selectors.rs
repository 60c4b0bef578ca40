//! How a word says which VM, which snapshot or which request is meant, by its form alone.

use super::error::CommandError;
use super::words::{Text, split};
use crate::domain::ids::{InstanceUuid, Moref, RequestId, VCenterName};
use crate::domain::intent::{SnapshotSelector, Verb, VmSelector};

/// What begins the managed object id of a VM.
const VM_MOREF: &str = "vm-";

/// What begins the managed object id of a snapshot.
const SNAPSHOT_MOREF: &str = "snapshot-";

/// Lengths of the groups of a UUID, in hexadecimal digits.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// Digits of the largest number of a list that is read; no VM has that many snapshots.
const NUMBER_MAX_DIGITS: usize = 6;

/// Reads one word as a VM (`web-01`, `"my vm"`, `test/web-02`, `vm-42`, a UUID); none if it is not one word.
pub fn vm_selector(word: &str) -> Option<VmSelector> {
    let text = one_word(word)?;
    (!text.text.trim().is_empty()).then(|| vm_in(text, None))
}

/// Reads one word as a snapshot (`#3`, `"before upgrade"`, `snapshot-12`); none if it is not one word, or `#0`.
pub fn snapshot_selector(word: &str) -> Option<SnapshotSelector> {
    let text = one_word(word)?;
    if text.text.trim().is_empty() {
        return None;
    }
    snapshot_in(text).ok()
}

/// Whether the text has the form of a UUID.
pub(in crate::domain) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == UUID_GROUPS.len()
        && groups
            .iter()
            .zip(UUID_GROUPS)
            .all(|(group, length)| group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The VM that a word means. In quotes it is a name or a path and nothing else.
pub(super) fn vm_in(word: Text, vcenter: Option<VCenterName>) -> VmSelector {
    if word.quoted {
        return VmSelector::Named { vcenter, text: word.text };
    }
    if let Some(moref) = moref(&word.text, VM_MOREF) {
        return VmSelector::Moref { vcenter, moref };
    }
    // With a vCenter it stays text, which is looked up as a UUID too.
    if vcenter.is_none() && is_uuid(&word.text) {
        return VmSelector::Uuid(InstanceUuid::new(word.text.to_ascii_lowercase()));
    }
    VmSelector::Named { vcenter, text: word.text }
}

/// The snapshot that a word means. In quotes it is a name or a path and nothing else.
pub(super) fn snapshot_in(word: Text) -> Result<SnapshotSelector, CommandError> {
    if !word.quoted {
        if let Some(moref) = moref(&word.text, SNAPSHOT_MOREF) {
            return Ok(SnapshotSelector::Moref(moref));
        }
        let digits = word.text.strip_prefix(['#', '＃']);
        if let Some(digits) = digits.filter(|digits| is_digits(digits)) {
            let number = digits.parse().ok().filter(|number| *number > 0 && digits.len() <= NUMBER_MAX_DIGITS);
            return number
                .map(SnapshotSelector::Number)
                .ok_or_else(|| CommandError::BadNumber { word: word.text.clone(), column: word.start });
        }
    }
    Ok(SnapshotSelector::Named { quoted: word.quoted, text: word.text })
}

pub(super) fn request_in(verb: Verb, word: &Text) -> Result<RequestId, CommandError> {
    RequestId::parse(&word.text).ok_or_else(|| CommandError::BadRequestId {
        verb,
        word: word.text.clone(),
        column: word.start,
    })
}

/// Whether there are digits and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A managed object id of this kind; phones begin it with a capital letter.
pub(super) fn moref(text: &str, prefix: &str) -> Option<Moref> {
    let lower = text.to_ascii_lowercase();
    lower.strip_prefix(prefix).is_some_and(is_digits).then(|| Moref::new(lower))
}

/// Whether the text has the form of a VM's managed object id.
pub fn is_vm_id(text: &str) -> bool {
    moref(text, VM_MOREF).is_some()
}

/// Whether a word without quotes would mean a moref, a UUID or a number rather than a name.
pub(super) fn looks_like_an_id(text: &str) -> bool {
    moref(text, VM_MOREF).is_some() || moref(text, SNAPSHOT_MOREF).is_some() || is_uuid(text) || is_digits(text)
}

/// The word, if the text is exactly one and no option.
fn one_word(text: &str) -> Option<Text> {
    let mut words = split(text).ok()?.into_iter();
    let word = words.next().filter(|word| word.key.is_none())?;
    words.next().is_none().then_some(word.text)
}

#[cfg(test)]
mod tests;
