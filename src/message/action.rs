//! What buttons do: one row for each action says all that follows from the action alone.
//!
//! The token, the look, the readers, the form, the second question and the gate before a press are read off these rows. A new action is
//! one row here and its word in both languages.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::domain::act::{Act, StayChange, Typed, Verb, table};
use crate::domain::intent::{Mode, SnapshotSelector};
use crate::domain::keep::Keep;

/// How much longer a snapshot stays at the press of a button, from now.
const KEEP_LONGER: SignedDuration = SignedDuration::from_hours(3 * 24);

/// What a row of the actions says.
#[derive(Debug)]
pub struct ActionSpec {
    /// The sentence on the button.
    pub label: &'static str,
    pub style: ButtonStyle,
    pub effect: Effect,
    /// Who may press it.
    pub readers: Readers,
    /// Whether it is on requests' messages.
    pub on_request: bool,
    /// Whether it is on the rows of lists. A list stays usable after a press; a choice or a question is used up by it.
    pub on_row: bool,
    /// The text that it asks for: its key, the sentence above it, and whether it may be left empty.
    pub input: Option<(&'static str, &'static str, bool)>,
}

/// What pressing it does.
#[derive(Debug, Clone, Copy)]
pub enum Effect {
    /// One of the answers to a question back.
    Answer,
    /// An approval.
    Approval,
    Denial,
    /// An emergency override.
    Override,
    /// A request is taken back.
    Withdrawal,
    /// vCenter is asked to cancel the task, or nothing more of a list begins.
    Stop,
    /// A person's word whether a lost call ran.
    Testimony,
    /// What was asked for is asked for once more.
    Again,
    /// What was asked for is asked for once more, and taken in this mode.
    AgainIn(Mode),
    /// This is asked for, of the snapshot that the button is on, for the reason that was typed.
    Act(fn(Option<SnapshotSelector>, &str) -> Act<Typed>),
    /// The VM's snapshots are shown.
    Show,
}

/// Who may press a button.
#[derive(Debug, Clone, Copy)]
pub enum Readers {
    Anyone,
    Requester,
    /// Those who may approve the request.
    Approvers,
    /// The same, without those who have.
    ApproversLeft,
    /// Those who may go without an approval.
    Breakers,
    /// Those who may do on the VM what this verb does.
    HoldersOf(Verb),
    /// Those who may do what the request was for.
    Holders,
    /// The requester of what was decided against; what failed is a matter of everybody who may do it.
    RequesterOrHolders,
}

/// An action on a request's message that its requester alone may use.
const PLAIN: ActionSpec = ActionSpec {
    label: "",
    style: ButtonStyle::Plain,
    effect: Effect::Answer,
    readers: Readers::Requester,
    on_request: true,
    on_row: false,
    input: None,
};

use ButtonStyle::{Danger, Primary};

table! {
    /// What a button does. The words are those of the console API and of tokens.
    Action, ActionSpec {
        /// Say yes to a card.
        Approve "approve" {
            label: "button-approve", style: Primary, effect: Effect::Approval, readers: Readers::ApproversLeft, ..PLAIN
        }
        /// Say yes to one's own card, where the policy lets its asker.
        Confirm "confirm" { label: "button-confirm", style: Primary, effect: Effect::Approval, ..PLAIN }
        /// Say no to a card.
        Deny "deny" {
            label: "button-deny", style: Danger, effect: Effect::Denial, readers: Readers::Approvers,
            input: Some(("reason", "input-reason", true)), ..PLAIN
        }
        /// Do without the approval, for a reason that everybody is told.
        BreakGlass "break_glass" {
            label: "button-break-glass", style: Danger, effect: Effect::Override, readers: Readers::Breakers,
            input: Some(("reason", "input-glass", false)), ..PLAIN
        }
        /// Take one's own request back.
        Withdraw "withdraw" { label: "button-withdraw", effect: Effect::Withdrawal, ..PLAIN }
        /// Ask vCenter to cancel the task.
        Cancel "cancel" {
            label: "button-cancel", effect: Effect::Stop, readers: Readers::HoldersOf(Verb::Cancel), ..PLAIN
        }
        /// Choose one of several, or give the change number that a command lacks.
        Pick "pick" {
            label: "button-go-on", style: Primary, readers: Readers::Anyone, on_request: false,
            input: Some(("ticket", "input-ticket", false)), ..PLAIN
        }
        AskAgain "ask_again" {
            label: "button-ask-again", effect: Effect::Again, readers: Readers::RequesterOrHolders, ..PLAIN
        }
        /// Try once more.
        Retry "retry" {
            label: "button-retry", style: Primary, effect: Effect::Again, readers: Readers::HoldersOf(Verb::Take), ..PLAIN
        }
        /// Take it without capturing memory.
        WithoutMemory "without_memory" {
            label: "button-without-memory", style: Primary, effect: Effect::AgainIn(Mode::Auto),
            readers: Readers::HoldersOf(Verb::Take), ..PLAIN
        }
        WithoutQuiesce "without_quiesce" {
            label: "button-without-quiesce", style: Primary, effect: Effect::AgainIn(Mode::Disk),
            readers: Readers::HoldersOf(Verb::Take), ..PLAIN
        }
        /// Delete the snapshot.
        Delete "delete" {
            label: "button-delete", style: Danger,
            effect: Effect::Act(|snapshot, _| Act::Delete { snapshot, children: false }),
            readers: Readers::HoldersOf(Verb::Delete), on_row: true, ..PLAIN
        }
        /// Merge disks.
        Consolidate "consolidate" {
            label: "button-consolidate", style: Primary, effect: Effect::Act(|_, _| Act::Consolidate),
            readers: Readers::HoldersOf(Verb::Consolidate), on_row: true, ..PLAIN
        }
        PowerOn "power_on" {
            label: "button-power-on", style: Primary, effect: Effect::Act(|_, _| Act::PowerOn),
            readers: Readers::HoldersOf(Verb::PowerOn), ..PLAIN
        }
        /// Have a snapshot stay longer.
        Extend "extend" {
            label: "button-extend", style: Primary,
            effect: Effect::Act(|snapshot, _| {
                Act::Stay { snapshot, change: StayChange::Until { until: Keep::For(KEEP_LONGER) } }
            }),
            readers: Readers::HoldersOf(Verb::Keep), on_row: true, ..PLAIN
        }
        /// Have a snapshot stay although its time is up.
        Hold "hold" {
            label: "button-hold",
            effect: Effect::Act(|snapshot, reason| {
                let change = StayChange::Hold { by: (), reason: reason.to_owned(), until: None, replaces: () };
                Act::Stay { snapshot, change }
            }),
            readers: Readers::HoldersOf(Verb::Hold), on_request: false, on_row: true,
            input: Some(("reason", "input-hold", false)), ..PLAIN
        }
        /// Let a held snapshot go when its time is up.
        Release "release" {
            label: "button-release",
            effect: Effect::Act(|snapshot, _| {
                Act::Stay { snapshot, change: StayChange::Release { of: () } }
            }),
            readers: Readers::HoldersOf(Verb::Release), on_request: false, on_row: true, ..PLAIN
        }
        /// Show the VM's snapshots.
        Show "show" {
            label: "button-show", effect: Effect::Show, readers: Readers::HoldersOf(Verb::List), on_request: false,
            on_row: true, ..PLAIN
        }
        /// Do nothing more of a list that is being worked through.
        Stop "stop" { label: "button-stop", style: Danger, effect: Effect::Stop, readers: Readers::Anyone, ..PLAIN }
        /// Tell that a lost call did run.
        ItRan "it_ran" {
            label: "button-it-ran", effect: Effect::Testimony, readers: Readers::Holders, ..PLAIN
        }
        /// Tell that a lost call did not run.
        ItDidNotRun "it_did_not_run" {
            label: "button-it-did-not-run", effect: Effect::Testimony, readers: Readers::Holders, ..PLAIN
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    /// The one that most people want.
    Primary,
    /// The one that destroys or refuses.
    Danger,
    /// The others.
    Plain,
}

impl Action {
    /// Its word, the same as in JSON.
    pub const fn word(self) -> &'static str {
        self.as_str()
    }

    /// The action with this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.word() == word)
    }

    /// Whether it decides about the plan that a card shows, so that it is bound to that plan.
    pub const fn decides(self) -> bool {
        matches!(self.spec().effect, Effect::Approval | Effect::Denial | Effect::Override)
    }

    /// Whether it lets something go that a card shows.
    pub const fn lets_go(self) -> bool {
        matches!(self.spec().effect, Effect::Approval | Effect::Override)
    }

    /// Whether what it starts, on what the button is on, destroys.
    pub fn destroys(self) -> bool {
        matches!(self.spec().effect, Effect::Act(act) if act(None, "").destroys())
    }
}
