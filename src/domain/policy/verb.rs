//! The verbs of a rule's list: all of them, or one right with those that it covers.

use std::fmt;

use crate::domain::act::Right;

/// A verb in a rule's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerbPattern {
    /// `*`
    Any,
    /// This right, and those that it covers.
    One(Right),
}

impl VerbPattern {
    /// Reads `*` or a verb.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "*" => Some(Self::Any),
            verb => Right::parse(verb).map(Self::One),
        }
    }

    /// Whether a grant or an approval rule that lists it is about this right: `*` is about all but the rights over people.
    pub fn covers(self, right: Right) -> bool {
        match self {
            Self::Any => !right.is_over_people(),
            Self::One(own) => own.covers(right),
        }
    }

    /// Whether a deny that lists it is about this right. Here `*` leaves nothing out.
    pub fn forbids(self, right: Right) -> bool {
        self == Self::Any || self.covers(right)
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
        for verb in Right::ALL {
            assert_eq!(Right::parse(verb.name()), Some(verb));
            assert_eq!(VerbPattern::parse(verb.name()), Some(VerbPattern::One(verb)));
        }
        assert_eq!(VerbPattern::parse("*"), Some(VerbPattern::Any));
        assert_eq!(VerbPattern::parse("revert latest"), None);
    }

    #[test]
    fn wider_verbs_cover_their_forms_and_nothing_else() {
        let covered = |pattern: &str| -> Vec<&str> {
            let pattern = VerbPattern::parse(pattern).unwrap();
            Right::ALL.into_iter().filter(|verb| pattern.covers(*verb)).map(Right::name).collect()
        };
        assert_eq!(covered("revert"), ["revert", "revert-latest"]);
        assert_eq!(covered("revert-latest"), ["revert-latest"]);
        assert_eq!(covered("delete"), ["delete", "delete-with-children", "delete-older"]);
        assert_eq!(covered("edit"), ["edit", "keep", "hold"]);
        assert_eq!(covered("delete-with-children"), ["delete-with-children"]);
        assert_eq!(covered("delete-all"), ["delete-all"]);
        assert_eq!(covered("release-any"), ["release-any"]);
        let over_people = Right::ALL.into_iter().filter(|right| right.is_over_people()).count();
        assert_eq!(covered("*").len(), Right::ALL.len() - over_people);
        assert!(!covered("*").contains(&"release-any"), "it has to be named");
        assert!(Right::ALL.into_iter().all(|right| VerbPattern::Any.forbids(right)), "a deny of * leaves nothing out");
    }
}
