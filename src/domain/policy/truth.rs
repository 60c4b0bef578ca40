//! Yes, no, and not known: Kleene's three-valued logic, in which what is not known stays so until it cannot matter.
//!
//! Rights have to be decided while a VM's tags are not known. Whoever asks says which way the doubt falls: a grant has to be
//! [certain](Truth::certainly), a deny only [possible](Truth::possibly).

use std::ops::Not;

/// Whether something is so. In the order of the variants, "and" is the lesser of two and "or" the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It is not, whatever the unknown may be.
    No,
    /// It depends on what is not known.
    Unknown,
    /// It is, whatever the unknown may be.
    Yes,
}

impl Truth {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one of these; no for none.
    pub fn any(all: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::No;
        for one in all {
            if one == Self::Yes {
                return Self::Yes;
            }
            any = any.max(one);
        }
        any
    }

    /// Whether it is so, whatever the unknown may be: what a permission needs.
    pub fn certainly(self) -> bool {
        self == Self::Yes
    }

    /// Whether it may be so: what a prohibition needs.
    pub fn possibly(self) -> bool {
        self != Self::No
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests;
