//! Where a process can die: at every moment at which it reaches out, and by name around the steps of a request.
//!
//! | point | the process dies |
//! |---|---|
//! | `asked_unwritten` | with the commit of "asked" on its way, not written |
//! | `asked_written` | "asked" is written; the VM is not read, nobody is answered |
//! | `awaiting_written` | "awaiting approval" is written; its card is not posted |
//! | `card_posted` | the card is posted; where it is, is not written |
//! | `approval_unwritten` | somebody pressed Approve; it is not written |
//! | `approval_written` | the approval is written; the VM is not read again |
//! | `calling_unwritten` | the VM was read again; "calling" is not written |
//! | `calling_written` | "calling" is written; vCenter is not called |
//! | `call_under_way` | vCenter has been called; its answer has not come |
//! | `answer_unwritten` | the answer, or that there is none, is known; it is not written |
//! | `answer_written` | what came of the call is written; nothing follows the task, or looks for its traces |
//! | `end_unwritten` | the end is known; it is not written |

use serde_json::Value;

use super::hub::World;

/// At which touch of the outside something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// A commit is on its way.
    CommitSent,
    /// A commit is written and not answered.
    CommitWritten,
    /// vCenter is about to be called.
    CallSent,
    /// A call has arrived, or is lost, and is not answered.
    CallUnderWay,
    /// A read of vCenter is under way.
    Read,
    /// A task is about to be followed.
    Follow,
    /// A card is on its way.
    CardSent,
    /// A card is posted or edited, and that is not answered.
    CardShown,
}

/// One of the named points.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) name: &'static str,
    touch: Touch,
    line: fn(&Value) -> bool,
}

/// The twelve.
pub(super) const POINTS: [Point; 12] = [
    Point { name: "asked_unwritten", touch: Touch::CommitSent, line: asked },
    Point { name: "asked_written", touch: Touch::CommitWritten, line: asked },
    Point { name: "awaiting_written", touch: Touch::CommitWritten, line: |line| line["to"] == "awaiting_approval" },
    Point { name: "card_posted", touch: Touch::CardShown, line: |_| true },
    Point { name: "approval_unwritten", touch: Touch::CommitSent, line: approved },
    Point { name: "approval_written", touch: Touch::CommitWritten, line: approved },
    Point { name: "calling_unwritten", touch: Touch::CommitSent, line: calling },
    Point { name: "calling_written", touch: Touch::CommitWritten, line: calling },
    Point { name: "call_under_way", touch: Touch::CallUnderWay, line: |_| true },
    Point { name: "answer_unwritten", touch: Touch::CommitSent, line: called },
    Point { name: "answer_written", touch: Touch::CommitWritten, line: called },
    Point { name: "end_unwritten", touch: Touch::CommitSent, line: ended },
];

fn asked(line: &Value) -> bool {
    line["kind"] == "asked"
}

fn approved(line: &Value) -> bool {
    line["event"]["approved"].is_object()
}

fn calling(line: &Value) -> bool {
    line["from"] == "starting" && line["to"] == "starting"
}

fn called(line: &Value) -> bool {
    !line["event"]["called"].is_null()
}

fn ended(line: &Value) -> bool {
    matches!(line["to"].as_str(), Some("done" | "failed" | "cancelled"))
}

/// When the process dies next.
#[derive(Default)]
pub(super) struct Crash {
    /// After so many touches.
    pub(super) countdown: Option<u64>,
    /// At a named point.
    pub(super) point: Option<Point>,
    /// vCenter is restarted in the same moment.
    pub(super) with_vcenter: bool,
}

impl World {
    /// The process touches the outside, and may die of it.
    pub(super) fn touch(&mut self, touch: Touch, lines: &[Value]) {
        if self.dead {
            return;
        }
        if let Some(point) = self.crash.point {
            let here = match touch {
                Touch::CardShown | Touch::CallUnderWay => point.touch == touch,
                Touch::CommitSent | Touch::CommitWritten => point.touch == touch && lines.iter().any(point.line),
                Touch::CallSent | Touch::Read | Touch::Follow | Touch::CardSent => false,
            };
            if here {
                self.crash.point = None;
                self.truth.counts.points += 1;
                self.tell(|_| format!("crash point {}", point.name));
                if std::mem::take(&mut self.crash.with_vcenter) {
                    let away = self.rng.between(1_000, 30_000);
                    self.goes_away(away, true);
                }
                return self.die();
            }
        }
        if let Some(left) = &mut self.crash.countdown {
            *left -= 1;
            if *left == 0 {
                self.crash.countdown = None;
                self.tell(|_| format!("death at {touch:?}"));
                self.die();
            }
        }
    }
}
