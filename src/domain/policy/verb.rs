//! The words that rules use for what may be done, and which word covers which.

use std::fmt;

/// What a rule can allow, deny or put under approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyVerb {
    /// Take a snapshot.
    Take,
    /// See a VM's snapshots.
    List,
    /// Go back to a named snapshot.
    Revert,
    /// Go back to the current snapshot.
    RevertLatest,
    /// Delete one snapshot.
    Delete,
    /// Delete a snapshot and everything below it.
    DeleteWithChildren,
    /// Delete every snapshot of a VM.
    DeleteAll,
    /// Merge disks that were left behind.
    Consolidate,
    /// Rename a snapshot or describe it anew.
    Edit,
    /// Delete what is older than an age, on many VMs.
    DeleteOlder,
    /// Say until when a snapshot stays.
    Keep,
    /// Put a snapshot on hold, or take a hold off again.
    Hold,
    /// Take off somebody else's hold.
    ReleaseAny,
    /// Power a VM on after a revert that left it off.
    PowerOn,
    /// Have vCenter cancel a running task that somebody else started.
    Cancel,
}

impl PolicyVerb {
    /// All of them, in the order in which help and errors list them.
    pub const ALL: [Self; 15] = [
        Self::Take,
        Self::List,
        Self::Revert,
        Self::RevertLatest,
        Self::Delete,
        Self::DeleteWithChildren,
        Self::DeleteAll,
        Self::DeleteOlder,
        Self::Consolidate,
        Self::Edit,
        Self::Keep,
        Self::Hold,
        Self::ReleaseAny,
        Self::PowerOn,
        Self::Cancel,
    ];

    /// The verb as rules write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::List => "list",
            Self::Revert => "revert",
            Self::RevertLatest => "revert-latest",
            Self::Delete => "delete",
            Self::DeleteWithChildren => "delete-with-children",
            Self::DeleteAll => "delete-all",
            Self::DeleteOlder => "delete-older",
            Self::Consolidate => "consolidate",
            Self::Edit => "edit",
            Self::Keep => "keep",
            Self::Hold => "hold",
            Self::ReleaseAny => "release-any",
            Self::PowerOn => "power-on",
            Self::Cancel => "cancel",
        }
    }

    /// Reads a verb as rules write it, in any case of letters.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name().eq_ignore_ascii_case(text))
    }

    /// The wider verb that this one is a form of: who may do that may do this.
    pub fn parent(self) -> Option<Self> {
        match self {
            Self::RevertLatest => Some(Self::Revert),
            Self::DeleteWithChildren | Self::DeleteOlder => Some(Self::Delete),
            // Both change the description, and nothing else.
            Self::Keep | Self::Hold => Some(Self::Edit),
            Self::Take
            | Self::List
            | Self::Revert
            | Self::Delete
            | Self::DeleteAll
            | Self::Consolidate
            | Self::Edit
            | Self::ReleaseAny
            | Self::PowerOn
            | Self::Cancel => None,
        }
    }

    /// Whether it is a right over another person's decision. `*` in a grant means every act on a VM and gives no such right: it has to be named.
    pub fn is_over_people(self) -> bool {
        match self {
            Self::ReleaseAny => true,
            Self::Take
            | Self::List
            | Self::Revert
            | Self::RevertLatest
            | Self::Delete
            | Self::DeleteWithChildren
            | Self::DeleteAll
            | Self::DeleteOlder
            | Self::Consolidate
            | Self::Edit
            | Self::Keep
            | Self::Hold
            | Self::PowerOn
            | Self::Cancel => false,
        }
    }

    /// Whether asking for it makes a request, so that an approval rule can be about it. The others are answered at once.
    pub fn becomes_request(self) -> bool {
        match self {
            Self::List | Self::Cancel | Self::ReleaseAny => false,
            Self::Take
            | Self::Revert
            | Self::RevertLatest
            | Self::Delete
            | Self::DeleteWithChildren
            | Self::DeleteAll
            | Self::DeleteOlder
            | Self::Consolidate
            | Self::Edit
            | Self::Keep
            | Self::Hold
            | Self::PowerOn => true,
        }
    }

    /// Whether it destroys something that only a backup brings back, so that it should not go without approval: the
    /// work since a snapshot, or several restore points at once.
    pub fn is_destructive(self) -> bool {
        match self {
            Self::Revert | Self::RevertLatest | Self::DeleteWithChildren | Self::DeleteAll | Self::DeleteOlder => true,
            Self::Take
            | Self::List
            | Self::Delete
            | Self::Consolidate
            | Self::Edit
            | Self::Keep
            | Self::Hold
            | Self::ReleaseAny
            | Self::PowerOn
            | Self::Cancel => false,
        }
    }
}

impl fmt::Display for PolicyVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A verb in a rule's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerbPattern {
    /// `*`
    Any,
    /// This verb, and the narrower forms of it.
    One(PolicyVerb),
}

impl VerbPattern {
    /// Reads `*` or a verb.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "*" => Some(Self::Any),
            verb => PolicyVerb::parse(verb).map(Self::One),
        }
    }

    /// Whether a grant or an approval rule that lists it is about this verb: `revert` covers `revert-latest`, `delete` covers
    /// `delete-with-children` and `delete-older`, `edit` covers `keep` and `hold`, and `*` all but the rights over people.
    pub fn covers(self, verb: PolicyVerb) -> bool {
        match self {
            Self::Any => !verb.is_over_people(),
            Self::One(own) => own == verb || verb.parent() == Some(own),
        }
    }

    /// Whether a deny that lists it is about this verb. Here `*` leaves nothing out.
    pub fn forbids(self, verb: PolicyVerb) -> bool {
        self == Self::Any || self.covers(verb)
    }
}

impl fmt::Display for VerbPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::One(verb) => f.write_str(verb.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for verb in PolicyVerb::ALL {
            assert_eq!(PolicyVerb::parse(verb.name()), Some(verb));
            assert_eq!(VerbPattern::parse(verb.name()), Some(VerbPattern::One(verb)));
        }
        assert_eq!(VerbPattern::parse("*"), Some(VerbPattern::Any));
        assert_eq!(VerbPattern::parse("revert latest"), None);
    }

    #[test]
    fn wider_verbs_cover_their_forms_and_nothing_else() {
        let covered = |pattern: &str| -> Vec<&str> {
            let pattern = VerbPattern::parse(pattern).unwrap();
            PolicyVerb::ALL.into_iter().filter(|verb| pattern.covers(*verb)).map(PolicyVerb::name).collect()
        };
        assert_eq!(covered("revert"), ["revert", "revert-latest"]);
        assert_eq!(covered("revert-latest"), ["revert-latest"]);
        assert_eq!(covered("delete"), ["delete", "delete-with-children", "delete-older"]);
        assert_eq!(covered("edit"), ["edit", "keep", "hold"]);
        assert_eq!(covered("delete-with-children"), ["delete-with-children"]);
        assert_eq!(covered("delete-all"), ["delete-all"]);
        assert_eq!(covered("release-any"), ["release-any"]);
        let over_people = PolicyVerb::ALL.into_iter().filter(|verb| verb.is_over_people()).count();
        assert_eq!(covered("*").len(), PolicyVerb::ALL.len() - over_people);
        assert!(!covered("*").contains(&"release-any"), "it has to be named");
        assert!(
            PolicyVerb::ALL.into_iter().all(|verb| VerbPattern::Any.forbids(verb)),
            "a deny of * leaves nothing out"
        );
    }
}
