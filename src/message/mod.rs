//! What people read: the message model, the words, and the plain-text renderer. Pure, like the domain.

pub mod model;
pub mod plain;
