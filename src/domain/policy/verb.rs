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

    /// Whether a rule with it is about this right.
    pub fn covers(self, right: Right) -> bool {
        match self {
            Self::Any => true,
            Self::One(own) => own.covers(right),
        }
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
        assert_eq!(covered("*").len(), Right::ALL.len());
    }
}
