//! The pure core: what can be asked, what may be done, what happens next. Nothing here waits, reads or writes.

pub mod bulletin;
pub mod call;
pub mod command;
pub mod evidence;
pub mod explain;
pub mod fault;
pub mod fingerprint;
pub mod freeze;
pub mod ids;
pub mod intent;
pub mod inventory;
pub mod keep;
pub mod lookup;
pub mod machine;
pub mod marker;
pub mod notice;
pub mod policy;
pub mod preflight;
pub mod reconcile;
pub mod report;
pub mod request;
pub mod snapshot_tree;
pub mod suggest;
pub mod survey;
pub mod tag;
pub mod token;
