//! The verbs' other names, and which options and which words in which order each verb takes.
//!
//! One table for the parser, the help, the completion and the documentation, so that they cannot drift apart.

use super::OptionKey;
use super::error::CommandError;
use super::fold::{fold, nearest};
use crate::domain::intent::Verb;

/// The words that mean a verb, its own first, then English ones, then French ones, without accents.
pub const fn aliases(verb: Verb) -> &'static [&'static str] {
    match verb {
        Verb::Take => &["take", "snap", "create", "new", "prendre", "creer", "nouveau"],
        Verb::List => &["list", "ls", "tree", "show", "lister", "liste", "arbre", "afficher"],
        Verb::Report => &["report", "rapport"],
        Verb::Revert => &["revert", "rollback", "restore", "restaurer", "revenir"],
        Verb::RevertLatest => {
            &["revert-latest", "rollback-latest", "restore-latest", "restaurer-dernier", "restaurer-derniere"]
        }
        Verb::Delete => &["delete", "rm", "remove", "supprimer", "effacer"],
        Verb::DeleteAll => &["delete-all", "rm-all", "remove-all", "clear", "supprimer-tout", "effacer-tout"],
        Verb::DeleteOlder => &["delete-older", "rm-older", "prune", "supprimer-anciens", "purger"],
        Verb::Consolidate => &["consolidate", "consolider"],
        Verb::Edit => &["edit", "rename", "modifier", "renommer"],
        Verb::Keep => &["keep", "extend", "garder", "conserver", "prolonger"],
        Verb::Hold => &["hold", "retenir"],
        Verb::Release => &["release", "unhold", "liberer"],
        Verb::PowerOn => &["power-on", "poweron", "start", "allumer", "demarrer"],
        Verb::Help => &["help", "?", "--help", "-h", "aide"],
        Verb::Status => &["status", "etat", "statut"],
        Verb::Cancel => &["cancel", "abort", "annuler"],
        Verb::Withdraw => &["withdraw", "retract", "retirer"],
        Verb::Explain => &["explain", "why", "expliquer", "pourquoi"],
        Verb::Freeze => &["freeze", "geler"],
        Verb::Unfreeze => &["unfreeze", "thaw", "degeler"],
    }
}

/// The options that a verb takes, in the order in which help shows them.
pub const fn options_of(verb: Verb) -> &'static [OptionKey] {
    use OptionKey as Key;
    match verb {
        Verb::Take => &[Key::Name, Key::Description, Key::Mode, Key::Keep, Key::Ticket, Key::Vm, Key::VCenter],
        Verb::List | Verb::PowerOn | Verb::Explain => &[Key::Vm, Key::VCenter],
        Verb::Revert => &[Key::Snapshot, Key::StayOff, Key::Power, Key::Safety, Key::Ticket, Key::Vm, Key::VCenter],
        Verb::RevertLatest => &[Key::StayOff, Key::Power, Key::Safety, Key::Ticket, Key::Vm, Key::VCenter],
        Verb::Delete => &[Key::Snapshot, Key::Children, Key::Ticket, Key::Vm, Key::VCenter],
        Verb::DeleteAll | Verb::Consolidate => &[Key::Ticket, Key::Vm, Key::VCenter],
        Verb::DeleteOlder => &[Key::Ticket],
        Verb::Keep | Verb::Hold => &[Key::Snapshot, Key::Keep, Key::Vm, Key::VCenter],
        Verb::Release => &[Key::Snapshot, Key::Vm, Key::VCenter],
        Verb::Edit => &[Key::Snapshot, Key::Name, Key::Description, Key::Vm, Key::VCenter],
        Verb::Report | Verb::Help | Verb::Status | Verb::Cancel | Verb::Withdraw | Verb::Freeze | Verb::Unfreeze => &[],
    }
}

/// What stands in the place of a snapshot and means the current one, unless it is in quotes.
pub(super) const LATEST: [&str; 3] = ["latest", "dernier", "derniere"];

/// What a word without a key means, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The VM.
    Vm,
    /// A new snapshot's name.
    Name,
    /// A snapshot that is there.
    Snapshot,
    /// A request's id.
    Request,
    /// A verb, to be told about.
    Verb,
    /// Why something is done.
    Reason,
    /// How long a snapshot stays.
    Keep,
    /// A report's name.
    Report,
    /// A VM, a folder or all.
    Scope,
    /// How old something is.
    Age,
}

/// The words that a verb takes without a key, in order.
pub(super) const fn slots_of(verb: Verb) -> &'static [Slot] {
    match verb {
        Verb::Take => &[Slot::Vm, Slot::Name],
        Verb::List | Verb::RevertLatest | Verb::DeleteAll | Verb::Consolidate | Verb::PowerOn => &[Slot::Vm],
        Verb::Report => &[Slot::Report],
        Verb::Revert | Verb::Delete | Verb::Edit | Verb::Release => &[Slot::Vm, Slot::Snapshot],
        Verb::Keep => &[Slot::Vm, Slot::Snapshot, Slot::Keep],
        Verb::Hold => &[Slot::Vm, Slot::Snapshot, Slot::Reason],
        Verb::DeleteOlder => &[Slot::Scope, Slot::Age],
        Verb::Help => &[Slot::Verb],
        Verb::Status | Verb::Cancel | Verb::Withdraw => &[Slot::Request],
        Verb::Explain => &[Slot::Verb, Slot::Vm],
        Verb::Freeze => &[Slot::Reason],
        Verb::Unfreeze => &[],
    }
}

/// A right command of each verb, without the prefix; for errors that have nothing better to show.
pub const fn example_of(verb: Verb) -> &'static str {
    match verb {
        Verb::Take => "take web-01 \"before upgrade\"",
        Verb::List => "list web-01",
        Verb::Revert => "revert web-01 \"before upgrade\"",
        Verb::RevertLatest => "revert-latest web-01",
        Verb::Delete => "delete web-01 \"before upgrade\"",
        Verb::DeleteAll => "delete-all web-01",
        Verb::Report => "report",
        Verb::DeleteOlder => "delete-older all 30d",
        Verb::Keep => "keep web-01 \"before upgrade\" 3d",
        Verb::Hold => "hold web-01 \"before upgrade\" \"the audit needs it\"",
        Verb::Release => "release web-01 \"before upgrade\"",
        Verb::Consolidate => "consolidate web-01",
        Verb::Edit => "edit web-01 #1 name:\"before upgrade\"",
        Verb::PowerOn => "power-on web-01",
        Verb::Help => "help take",
        Verb::Status => "status R-7KQ2",
        Verb::Cancel => "cancel R-7KQ2",
        Verb::Withdraw => "withdraw R-7KQ2",
        Verb::Explain => "explain revert web-01",
        Verb::Freeze => "freeze \"the storage is being moved\"",
        Verb::Unfreeze => "unfreeze",
    }
}

/// The verb that a word means, in either language.
pub fn find_verb(word: &str) -> Option<Verb> {
    let folded = fold(word);
    Verb::ALL.into_iter().find(|verb| aliases(*verb).contains(&folded.as_str()))
}

/// The verb that a word means, or the error that says which one may have been meant. `next` is the word after it, for
/// those who write "power on".
pub(super) fn verb_or_error(word: &str, next: Option<&str>, column: usize) -> Result<Verb, CommandError> {
    find_verb(word).ok_or_else(|| {
        let folded = fold(word);
        let joined = next.map(|next| format!("{folded}-{}", fold(next)));
        let suggestion = joined
            .as_deref()
            .and_then(find_verb)
            .map(Verb::as_str)
            .or_else(|| nearest(&folded, Verb::ALL.into_iter().flat_map(aliases).copied()))
            .map(str::to_owned);
        CommandError::UnknownVerb { word: word.to_owned(), column, suggestion, corrected: None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_verbs_and_every_verb_means_itself() {
        for verb in Verb::ALL {
            assert_eq!(aliases(verb).first(), Some(&verb.as_str()));
            for alias in aliases(verb) {
                assert_eq!(find_verb(alias), Some(verb), "{alias}");
                assert_eq!(fold(alias), *alias, "an alias is listed as it is compared");
            }
        }
    }
}
