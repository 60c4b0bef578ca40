//! The audit trail's word for each answer, above all for why somebody's click came to nothing.
//!
//! These words are written down for good and are searched for; a renamed variant does not change them.

use super::Notice;

impl Notice {
    /// The audit trail's word for it, the same as [`Refusal::word`](crate::domain::authority::Refusal::word) where both say the same.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotPermitted { refusal, .. } => refusal.word(),
            Self::UnknownPerson => "unknown person",
            Self::Forbidden { .. } => "no right",
            Self::TagsUnknown { .. } => "tags unknown",
            Self::GroupsUnknown { .. } => "members unknown",
            Self::HoldOfOther { .. } => "somebody else's hold",
            Self::NoApproverRule { .. } => "no approval rule",
            Self::Frozen { .. } => "frozen",
            Self::NotAdministrator { .. } => "no administrator",
            Self::NotApprover { .. } => "no approver",
            Self::NotBreaker { .. } => "may not break glass",
            Self::OwnRequest => "own request",
            Self::NotYours { .. } => "somebody else's request",
            Self::AlreadyApproved => "approved already",
            Self::AskedAlready { .. } => "asked already",
            Self::TooLate { .. } => "too late",
            Self::StaleButton { .. } => "button of an older card",
            Self::BadToken => "no valid button",
            Self::ChoiceGone => "choice expired",
            Self::RowGone { .. } => "snapshot is gone",
            Self::RowChanged { .. } => "snapshot has changed",
            Self::ReasonNeeded | Self::HoldReasonNeeded => "no reason",
            Self::TicketNeeded { .. } => "no valid ticket",
            Self::KeepTooLong { .. } => "keep too long",
            Self::KeepPast => "keep is past",
            Self::NotRunning { .. } => "not running",
            Self::NotCancelable { .. } => "not cancelable",
            Self::NotWaiting { .. } => "not pending",
            Self::TooFast => "too fast",
            Self::TooManyOpen { .. } => "too many open requests",
            Self::LineFull { .. } => "line is full",
            Self::StoreDown { .. } => "store cannot write",
            Self::StoreUnsure { .. } => "store unsure",
            Self::VCenterAway { .. } => "vCenter unreachable",
            Self::VmGone { .. } => "VM is gone",
            Self::NotReadable { .. } => "VM not readable",
            Self::Starting => "inventory not read yet",
            Self::Command { .. } => "not understood",
            Self::UnknownVm { .. } | Self::ManyVms { .. } | Self::WhichVm { .. } => "which VM",
            Self::UnknownSnapshot { .. } | Self::NoSnapshots { .. } | Self::WhichSnapshot { .. } => "which snapshot",
            Self::NoRequest { .. } | Self::NothingOpen => "no request",
            Self::UnknownReport { .. } => "no report",
            Self::NothingOlder { .. } => "nothing old enough",
            Self::NotFrozen => "not frozen",
            Self::FrozenNow { .. } => "freezes",
            Self::UnfrozenNow => "unfreezes",
            Self::Open { .. } => "open requests",
            Self::Cancelling { .. } => "cancels",
            Self::Stopping { .. } => "stops",
            Self::Withdrawn { .. } => "withdraws",
            Self::Tree { .. } => "snapshots",
            Self::Help { .. } => "help",
            Self::Explained(_) => "explanation",
        }
    }
}
