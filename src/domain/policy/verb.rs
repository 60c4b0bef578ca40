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
mod tests;
