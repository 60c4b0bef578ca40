//! vSphere tags: what administrators of vCenter hang on a VM, each within a category (`env/prod`).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One tag, by the names that people gave it and its category. Both are read fresh, as either may be renamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// `CategoryModel.name`
    pub category: String,
    /// `TagModel.name`, unique within its category.
    pub name: String,
}

/// A VM's tags. None means that they are not known: nobody asked for them, the server has no tagging API, or it could not be
/// read lately. An empty set is known to be empty. Tags of the VM's folder are none of its own, as vSphere inherits none.
pub type KnownTags = Option<BTreeSet<Tag>>;

impl Tag {
    /// A tag of these names.
    pub fn new(category: impl Into<String>, name: impl Into<String>) -> Self {
        Self { category: category.into(), name: name.into() }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.category, self.name)
    }
}
