//! What people read: the message model, the words, and the plain-text renderer. Pure, like the domain.

pub mod cards;
pub mod format;
pub mod model;
pub mod words;
