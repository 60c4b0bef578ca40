//! The options: their keys, the other names of those, and their closed sets of values.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::CommandError;
use super::fold::{fold, nearest};
use super::verbs::options_of;
use super::words::{Key, Text};
use crate::domain::intent::{Mode, Verb};

/// The key of an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptionKey {
    /// The VM, instead of the first word.
    Vm,
    /// The vCenter to look for the VM in.
    #[serde(rename = "vcenter")]
    VCenter,
    /// A snapshot that is there, instead of the second word.
    Snapshot,
    /// A new name.
    Name,
    /// A new description.
    Description,
    /// Disk, quiesced or memory.
    Mode,
    /// How long it stays.
    Keep,
    /// Whether everything below goes too.
    Children,
    /// Whether the VM stays off after a revert.
    StayOff,
    /// The same, as `power:off`.
    Power,
    /// The ticket that it belongs to.
    Ticket,
    /// Whether a snapshot is taken before the revert.
    Safety,
}

impl OptionKey {
    /// Every key.
    pub const ALL: [Self; 12] = [
        Self::Vm,
        Self::VCenter,
        Self::Snapshot,
        Self::Name,
        Self::Description,
        Self::Mode,
        Self::Keep,
        Self::Children,
        Self::StayOff,
        Self::Power,
        Self::Ticket,
        Self::Safety,
    ];

    /// The key's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vm => "vm",
            Self::VCenter => "vcenter",
            Self::Snapshot => "snapshot",
            Self::Name => "name",
            Self::Description => "description",
            Self::Mode => "mode",
            Self::Keep => "keep",
            Self::Children => "children",
            Self::StayOff => "stay-off",
            Self::Power => "power",
            Self::Ticket => "ticket",
            Self::Safety => "safety",
        }
    }

    /// The words that mean this key, its own first, without accents.
    pub const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Vm => &["vm", "machine"],
            Self::VCenter => &["vcenter", "vc"],
            Self::Snapshot => &["snapshot", "snap", "instantane"],
            Self::Name => &["name", "nom"],
            Self::Description => &["description", "desc"],
            Self::Mode => &["mode"],
            Self::Keep => &["keep", "garder", "conserver", "until"],
            Self::Children => &["children", "enfants"],
            Self::StayOff => &["stay-off", "stayoff", "rester-eteinte", "eteinte"],
            Self::Power => &["power", "alimentation"],
            Self::Ticket => &["ticket", "change"],
            Self::Safety => &["safety", "securite"],
        }
    }

    /// The words that may follow, where they are a closed set.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Mode => &["auto", "disk", "quiesce", "memory"],
            Self::Children | Self::StayOff | Self::Safety => &["yes", "no"],
            Self::Power => &["off", "on"],
            Self::Vm | Self::VCenter | Self::Snapshot | Self::Name | Self::Description | Self::Keep | Self::Ticket => {
                &[]
            }
        }
    }

    /// Whether `--key` alone says yes.
    pub(super) const fn is_flag(self) -> bool {
        matches!(self, Self::Children | Self::StayOff | Self::Safety)
    }

    /// A right value, for examples.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Vm => "vm:web-01",
            Self::VCenter => "vcenter:paris",
            Self::Snapshot => "snapshot:\"before upgrade\"",
            Self::Name => "name:\"before upgrade\"",
            Self::Description => "description:\"to 8.0.3\"",
            Self::Mode => "mode:memory",
            Self::Keep => "keep:3d",
            Self::Children => "children:yes",
            Self::StayOff => "stay-off:yes",
            Self::Power => "power:off",
            Self::Ticket => "ticket:CHG0042117",
            Self::Safety => "safety:yes",
        }
    }
}

impl fmt::Display for OptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The key that a word means, in either language.
pub(super) fn find_key(word: &str) -> Option<OptionKey> {
    let folded = fold(word);
    OptionKey::ALL.into_iter().find(|key| key.aliases().contains(&folded.as_str()))
}

/// The key that was typed, if the verb takes it.
pub(super) fn key_for(verb: Verb, typed: &Key) -> Result<OptionKey, CommandError> {
    let allowed = options_of(verb);
    match find_key(&typed.name) {
        Some(key) if allowed.contains(&key) => Ok(key),
        Some(option) => {
            Err(CommandError::OptionNotFor { verb, option, column: typed.column, allowed: allowed.to_vec() })
        }
        None => Err(CommandError::UnknownOption {
            verb,
            word: typed.name.clone(),
            column: typed.column,
            suggestion: nearest(&fold(&typed.name), allowed.iter().flat_map(|key| key.aliases()).copied())
                .map(str::to_owned),
            allowed: allowed.to_vec(),
            corrected: None,
        }),
    }
}

/// The mode that a value means.
pub(super) fn mode(value: &Text) -> Result<Mode, CommandError> {
    const WORDS: [(&str, Mode); 11] = [
        ("auto", Mode::Auto),
        ("disk", Mode::Disk),
        ("disque", Mode::Disk),
        ("quiesce", Mode::Quiesce),
        ("quiesced", Mode::Quiesce),
        ("repos", Mode::Quiesce),
        ("mise-au-repos", Mode::Quiesce),
        ("memory", Mode::Memory),
        ("mem", Mode::Memory),
        ("ram", Mode::Memory),
        ("memoire", Mode::Memory),
    ];
    one_of(OptionKey::Mode, value, &WORDS)
}

/// Yes or no.
pub(super) fn yes_or_no(option: OptionKey, value: &Text) -> Result<bool, CommandError> {
    const WORDS: [(&str, bool); 15] = [
        ("yes", true),
        ("y", true),
        ("true", true),
        ("on", true),
        ("1", true),
        ("oui", true),
        ("o", true),
        ("vrai", true),
        ("no", false),
        ("n", false),
        ("false", false),
        ("off", false),
        ("0", false),
        ("non", false),
        ("faux", false),
    ];
    one_of(option, value, &WORDS)
}

/// Whether `power:` says that the VM stays off.
pub(super) fn stays_off(value: &Text) -> Result<bool, CommandError> {
    const WORDS: [(&str, bool); 6] =
        [("off", true), ("eteinte", true), ("arret", true), ("on", false), ("allumee", false), ("marche", false)];
    one_of(OptionKey::Power, value, &WORDS)
}

/// The meaning of a value out of a closed set.
fn one_of<T: Copy>(option: OptionKey, value: &Text, words: &[(&str, T)]) -> Result<T, CommandError> {
    let folded = fold(value.text.trim());
    let found = words.iter().find(|(word, _)| *word == folded);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| CommandError::UnknownValue {
        option,
        word: value.text.clone(),
        column: value.start,
        suggestion: nearest(&folded, words.iter().map(|(word, _)| *word)).map(str::to_owned),
        allowed: option.values().iter().map(|&word| word.to_owned()).collect(),
        corrected: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_keys_and_every_key_means_itself() {
        for key in OptionKey::ALL {
            assert_eq!(key.aliases().first(), Some(&key.as_str()));
            assert_eq!(serde_json::to_value(key).unwrap(), key.as_str());
            for alias in key.aliases() {
                assert_eq!(find_key(alias), Some(key), "{alias}");
            }
        }
    }

    #[test]
    fn every_value_that_an_error_offers_is_read() {
        for (key, value) in OptionKey::ALL.iter().flat_map(|key| key.values().iter().map(move |value| (*key, *value))) {
            let value = Text::of_field(value);
            let read = match key {
                OptionKey::Mode => mode(&value).is_ok(),
                OptionKey::Power => stays_off(&value).is_ok(),
                OptionKey::Children | OptionKey::StayOff | OptionKey::Safety => yes_or_no(key, &value).is_ok(),
                OptionKey::Vm
                | OptionKey::VCenter
                | OptionKey::Snapshot
                | OptionKey::Name
                | OptionKey::Description
                | OptionKey::Keep
                | OptionKey::Ticket => false,
            };
            assert!(read, "{key}:{}", value.text);
        }
    }
}
