//! placeholder until the grammar branch
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    Take,
    List,
    Revert,
    RevertLatest,
    Delete,
    DeleteAll,
    Consolidate,
    Edit,
    PowerOn,
    Help,
    Status,
    Cancel,
    Withdraw,
    Explain,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Auto,
    Disk,
    Quiesce,
    Memory,
}
