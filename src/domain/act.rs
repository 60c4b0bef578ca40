//! What can be done: the verbs that people type, the rights that rules name, and the parameters of both.
//!
//! An [`Act`] is one of them with what it takes. Three tables own what is spelled out about them, and everything else reads it there:
//!
//! | table | one row for | owns |
//! |---|---|---|
//! | [`Verb`] | a word that people can type | its other words, its parameters by place and by key, an example, its right, whether it destroys, vCenter's privileges |
//! | [`Right`] | a word that rules can name | the right that covers it, whether it makes a request, whether it destroys work |
//! | [`Parameter`] | what a command says beside its verb | its keys, its closed set of values, its limits, what completes it |

mod acts;
mod parameters;
mod rights;
mod table;
mod verbs;

pub use acts::{Act, Resolved, StayChange, Typed};
pub use parameters::{Completion, Parameter};
pub use rights::Right;
pub(crate) use table::table;
pub use verbs::Verb;
