//! A freeze: administrators stop every new change of every VM, for everybody, until they let changes begin again.
//!
//! What runs goes on to its end, and what waits for a decision goes on waiting: its deadline too. Nothing is called meanwhile,
//! whoever says yes, and a break-glass does not break a freeze: whoever may unfreeze is one message away.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{Account, PersonId};

/// Everything is stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    pub by: PersonId,
    pub account: Account,
    /// Why, in their words.
    pub reason: String,
    /// Since when, by our clock.
    pub at: Timestamp,
}
