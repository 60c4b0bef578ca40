//! The words that events are told in, and how often each comes.

use proptest::prelude::*;

use super::model::Stands;

/// What is wanted: one act that may be tried again and two that must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Take,
    Revert,
    DeleteAll,
}

/// What a read of the VM finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Usual,
    /// Somebody took a snapshot more.
    Other,
    /// The usual, and a foreign task has the VM.
    Busy,
    /// The usual, and it is a template now.
    Blocked,
    /// The snapshot with this request's marker.
    Ours,
    Gone,
    Unreachable,
}

/// What vCenter answers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Task,
    AtOnce,
    Busy,
    Refused,
    NotSent,
    Lost,
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Well,
    Badly,
    Cancelled,
    Unseen,
}

/// What there is to see of a lost call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    Unreadable,
    Nothing,
    /// The snapshot with our marker, or the tree as the act leaves it.
    Result,
    OurTask,
    /// A task of the same kind that is somebody else's.
    TheirTask,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Read(Found),
    Yes(&'static str),
    No,
    Withdraw,
    Freed,
    Answered(Answer),
    /// The last gate was closed on what a look found, or there was no look.
    HeldBack(Found),
    Goes {
        ours: bool,
        cancelable: bool,
    },
    Ends {
        ours: bool,
        end: End,
    },
    Cancel,
    Looked(Option<bool>),
    Traces(Trace),
    Resolved(bool),
    Tick,
    Restarted,
}

/// One event, so many seconds later, while another request has the VM or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Happening {
    pub(super) what: What,
    pub(super) seconds: i64,
    pub(super) busy: bool,
}

pub(super) fn found() -> BoxedStrategy<Found> {
    prop_oneof![
        30 => Just(Found::Usual),
        2 => Just(Found::Other),
        2 => Just(Found::Busy),
        1 => Just(Found::Blocked),
        1 => Just(Found::Ours),
        1 => Just(Found::Gone),
        1 => Just(Found::Unreachable),
    ]
    .boxed()
}

pub(super) fn answer() -> BoxedStrategy<What> {
    let answers = prop_oneof![
        3 => Just(Answer::Task),
        1 => Just(Answer::AtOnce),
        1 => Just(Answer::Busy),
        1 => Just(Answer::Refused),
        1 => Just(Answer::NotSent),
        4 => Just(Answer::Lost),
    ];
    answers.prop_map(What::Answered).boxed()
}

pub(super) fn end() -> BoxedStrategy<What> {
    let ends = prop::sample::select(vec![End::Well, End::Badly, End::Cancelled, End::Unseen]);
    (prop::bool::weighted(0.8), ends).prop_map(|(ours, end)| What::Ends { ours, end }).boxed()
}

pub(super) fn traces() -> BoxedStrategy<What> {
    let traces = prop_oneof![
        1 => Just(Trace::Unreadable),
        5 => Just(Trace::Nothing),
        1 => Just(Trace::Result),
        1 => Just(Trace::OurTask),
        1 => Just(Trace::TheirTask),
    ];
    traces.prop_map(What::Traces).boxed()
}

pub(super) fn looked() -> BoxedStrategy<What> {
    prop::sample::select(vec![Some(true), Some(false), None]).prop_map(What::Looked).boxed()
}

pub(super) fn yes() -> BoxedStrategy<What> {
    prop::sample::select(vec!["alice", "bob", "carol"]).prop_map(What::Yes).boxed()
}

/// What a state waits for.
pub(super) fn awaited(stands: Stands) -> BoxedStrategy<What> {
    match stands {
        Stands::Asked | Stands::Checking => found().prop_map(What::Read).boxed(),
        Stands::Waiting { .. } => yes(),
        Stands::InLine => Just(What::Freed).boxed(),
        Stands::BehindOthers { .. } => Just(What::Tick).boxed(),
        Stands::Calling => prop_oneof![6 => answer(), 1 => found().prop_map(What::HeldBack)].boxed(),
        Stands::Running { .. } => end(),
        Stands::Looking { .. } => looked(),
        Stands::Unsure { .. } => traces(),
        Stands::Human => any::<bool>().prop_map(What::Resolved).boxed(),
        Stands::Over(_) => anything(),
    }
}

/// Whatever can happen, whether it makes sense or not.
pub(super) fn anything() -> BoxedStrategy<What> {
    prop_oneof![
        found().prop_map(What::Read),
        yes(),
        Just(What::No),
        Just(What::Withdraw),
        Just(What::Freed),
        answer(),
        found().prop_map(What::HeldBack),
        (any::<bool>(), any::<bool>()).prop_map(|(ours, cancelable)| What::Goes { ours, cancelable }),
        end(),
        Just(What::Cancel),
        looked(),
        traces(),
        any::<bool>().prop_map(What::Resolved),
        Just(What::Tick),
        Just(What::Restarted),
    ]
    .boxed()
}
