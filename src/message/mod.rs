//! What people read: the message model, the words, the cards made of them, and the plain-text renderer. Pure, like the
//! domain.

pub mod action;
pub mod button;
pub mod cards;
pub mod format;
pub mod model;
pub mod pictures;
pub mod plain;
pub mod table;
pub mod words;
