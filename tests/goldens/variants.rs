//! Every variant that can be said, by name. A variant that is added does not compile until it is listed here, and a listed
//! one without a sample fails.

use snapwarden::domain::authority::{Demand, Refusal};
use snapwarden::domain::bulletin::News;
use snapwarden::domain::command::CommandError;
use snapwarden::domain::fault::FaultKind;
use snapwarden::domain::notice::{ApprovalOutcome, Notice, Outcome};
use snapwarden::domain::preflight::{Blocker, ModeReason, Need, Warning};
use snapwarden::domain::request::{Behind, Drift, Failure, StartPhase, State, StruckWhy, Wish};

/// Writes down an enum's variants: a function that names one, with a match that has no `_`, and the list of all names.
macro_rules! variants {
    ($function:ident, $all:ident: $enum:ident { $($variant:ident),+ $(,)? }) => {
        pub(super) fn $function(value: &$enum) -> &'static str {
            match value {
                $($enum::$variant { .. } => stringify!($variant),)+
            }
        }

        pub(super) const $all: &[&str] = &[$(stringify!($variant)),+];
    };
}

variants!(state, STATES: State {
    Asked, Refused, Queued, AwaitingApproval, Denied, Expired, Stale, Withdrawn, Starting, Running, InParts, Done, Failed,
    Cancelled, Unsure, NeedsHuman,
});

variants!(wish, WISHES: Wish { Take, Revert, RevertLatest, Delete, DeleteAll, DeleteOlder, Consolidate, Edit, Stay, PowerOn });

variants!(behind, BEHINDS: Behind { Request, Foreign });

variants!(phase, PHASES: StartPhase { Checking, Calling });

variants!(failure, FAILURES: Failure { Fault, Unreachable, StillBusy, DidNotRun, EndUnknown });

variants!(drift, DRIFTS: Drift { Taken, Gone, Current, Power, OtherVm, OtherAct });

variants!(warning, WARNINGS: Warning {
    IndependentDisk, NonPersistentDisk, BackupAtWork, LowSpace, LongChain, CrashConsistent, MemoryPause, ConsolidationNeeded,
    RevertsAtPowerOff, LongMerge, WindowsTrust,
});

variants!(blocker, BLOCKERS: Blocker {
    VmGone, Unreadable, NotReadable, Template, Disconnected, Orphaned, Inaccessible, Invalid, SnapshotsUnsupported, FaultTolerance,
    SnapshotLocked, RevertUnsupported, OffUnsupported, MemoryWhileOff, MemoryUnsupported, QuiesceWhileOff,
    QuiesceWhileSuspended, QuiesceUnsupported, QuiesceWithoutTools, QuiesceToolsMissing, DiskWhileSuspended,
    SuspendedNeedsMemory, MemoryIndependentDisk, Device, ChainTooLong, OnlyOne, NoRoom, NoRoomForMemory, NoSnapshots,
    NoCurrent, SnapshotGone, Backup,
    NothingToConsolidate, AlreadyOn, NoChange, SameEnd, OnHold, MoreOnHold, NotOnHold, OtherHold, NoSafety, Frozen, NotPermitted, AskedTooLongAgo, MethodDisabled,
});

variants!(refusal, REFUSALS: Refusal {
    UnknownPerson, Denied, NotGranted, TagsUnknown, MembersUnknown, HoldOfOther, NoApprovalRule, Terms, NotApproved, AutoDeleteOff, Frozen,
});

variants!(demand, DEMANDS: Demand { Ticket, Safety, OtherApprovers });

variants!(struck, STRUCK: StruckWhy { NotApprover, OwnRequest, UnknownPerson });

variants!(fault_kind, FAULT_KINDS: FaultKind {
    TaskInProgress, InvalidPowerState, InvalidState, Quiesce, MemoryOnIndependentDisk, IncompatibleDevice, TooManySnapshots,
    SnapshotsDisabled, NoChange, NoDiskSpace, FileLocked, Damaged, InsufficientResources, NotSupported, NotFound,
    NoPermission, Cancelled, InvalidArgument, NotAuthenticated, InvalidLogin, UnknownMethod, Other,
});

variants!(notice, NOTICES: Notice {
    Command, UnknownVm, WhichVm, WhichSnapshot, UnknownSnapshot, NoSnapshots, VCenterAway, VmGone, NotReadable, Starting, Forbidden,
    TagsUnknown, GroupsUnknown, NotPermitted, NoApproverRule, TicketNeeded, Frozen, FrozenNow, UnfrozenNow, NotFrozen, NotAdministrator, NotBreaker, ReasonNeeded,
    UnknownPerson, NotApprover, OwnRequest, AskedAlready, AlreadyApproved, TooLate, StaleButton, BadToken, NotYours,
    NoRequest, NothingOpen, Open, NotRunning, NotCancelable, NotWaiting, Cancelling, Stopping, Withdrawn, ManyVms, NothingOlder, UnknownReport, RowGone, RowChanged, HoldOfOther, HoldReasonNeeded, KeepTooLong,
    KeepPast, ChoiceGone, StoreDown,
    TooFast, TooManyOpen, LineFull, StoreUnsure, Tree,
    Help, Explained,
});

variants!(news, NEWS: News { Frozen, Unfrozen, BreakGlass, Report, Crossed, Ending, UnknownTasks, Ended, Released, ChannelLost, GroupUnread, GroupRead, ClockSkew, ClocksAgree, ChannelUnreached, ChannelReached });
variants!(mode_reason, MODE_REASONS: ModeReason { Asked, Off, Suspended, ToolsRunning, NoTools, ToolsMissing, CannotQuiesce });

variants!(need, NEEDS: Need { Growth, Memory, Merge });

variants!(outcome, OUTCOMES: Outcome { Allowed, Denied, NoRule, TagsUnknown, GroupsUnknown, UnknownPerson });

variants!(approval, APPROVALS: ApprovalOutcome { No, Yes, Missing });

variants!(command_error, COMMAND_ERRORS: CommandError {
    Empty, TooLong, UnknownVerb, UnknownOption, OptionNotFor, UnknownValue, MissingValue, Repeated, UnbalancedQuote,
    Missing, MissingChange, BadMoment, ExtraWords, NameEmpty, ValueTooLong, Character, DescriptionReserved, BadText,
    BadDuration, NegativeDuration,
    DurationTooLong, BadRequestId, BadNumber,
});

/// Fails with the variants that have no sample.
#[track_caller]
pub(super) fn assert_all(all: &[&str], samples: impl IntoIterator<Item = &'static str>) {
    let samples: Vec<&str> = samples.into_iter().collect();
    let without: Vec<&&str> = all.iter().filter(|variant| !samples.contains(*variant)).collect();
    assert!(without.is_empty(), "no sample has {without:?}");
}

#[test]
fn goldens_show_every_state_wish_and_notice() {
    use super::Says;
    let (mut states, mut wishes, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for sample in super::goldens().iter().flat_map(|golden| &golden.messages) {
        match &sample.says {
            Says::Posted(request) => {
                states.push(state(&request.state));
                wishes.push(wish(&request.wish));
            }
            Says::Told(told) => notices.push(notice(told)),
            Says::News(_) => {}
        }
    }
    assert_all(STATES, states);
    assert_all(WISHES, wishes);
    assert_all(NOTICES, notices);
}
