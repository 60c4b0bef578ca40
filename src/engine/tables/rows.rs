//! The kinds of rows: what is in them, and where in the store each lies.
//!
//! How a row itself is written is in [`record`].

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Stored;
use crate::domain::freeze::Freeze;
use crate::domain::ids::{Account, Group, RequestId, Target, VCenterName};
use crate::domain::policy::memberships::{Members, Unread};
use crate::domain::reconcile::CallRow;
use crate::domain::report::BrokenGlass;
use crate::domain::retention::{Place, Told};
use crate::engine::record::{self, BulletinRow, Draft, Pending, Row, safe, unescaped};
use crate::engine::watch::makers::{ROWS as MAKERS, Row as MakerRow};

/// The number of a request that is late, by its number among those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct LateSeq(pub(in crate::engine) u64);

/// The highest number in the order of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct LastSeq(pub(in crate::engine) u64);

/// An event's id, and when it was taken in.
pub(in crate::engine) type SeenRow = (String, Timestamp);

/// A group or an account, and what a platform answered about it.
pub(in crate::engine) type MembersRow = (Account, Members);

/// Groups that were reported as unreadable, and whose return is to be reported.
pub(in crate::engine) type UnreadRow = BTreeMap<Group, Unread>;

/// vCenters whose clock was reported as another than ours, and how far it was ahead then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct SkewRow(pub(in crate::engine) BTreeMap<VCenterName, SignedDuration>);

/// A report, and how far it has come.
pub(in crate::engine) type SlotRow = (String, Slot);

/// A report, a day, and its figures.
pub(in crate::engine) type DayRow = (String, Date, Figures);

/// A report, and what it has warned of.
pub(in crate::engine) type CrossingRow = (String, String);

/// A snapshot, and what its people were told of its end.
pub(in crate::engine) type EndRow = (Place, Told);

/// An approval that was done without, and the VM that it was about.
pub(in crate::engine) type GlassRow = (Target, BrokenGlass);

/// How far a report has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Slot {
    /// The last slot that was had, or from when on slots count.
    pub(in crate::engine) had: Timestamp,
    /// The slot whose report said that a vCenter was away, and that comes again.
    pub(in crate::engine) again: Option<Timestamp>,
}

/// The figures of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Figures {
    /// When they were read, the last time on that day.
    pub(in crate::engine) at: Timestamp,
    pub(in crate::engine) snapshots: usize,
    pub(in crate::engine) bytes: u64,
}

/// How far the comparison of tasks has come with one vCenter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Progress {
    /// Tasks queued before this, by vCenter's clock, have been looked at.
    pub(in crate::engine) until: Timestamp,
    /// When that was, by ours.
    pub(in crate::engine) at: Timestamp,
}

/// One line per kind of row: its type, its key in memory, what its place in the store begins with, how the key becomes the rest of the place,
/// and how it is read back from there.
macro_rules! stored {
    ($($row:ty, $key:ty, $prefix:expr, |$of:pat_param, $is:pat_param| $rest:expr, |$name:pat_param, $read:pat_param| $found:expr;)+) => {
        $(impl Stored for $row {
            type Key = $key;
            const PREFIX: &'static str = $prefix;

            fn rest($of: &$key, $is: &Self) -> String {
                $rest
            }

            fn key($name: &str, $read: &Self) -> $key {
                $found
            }
        })+
    };
}

stored! {
    // A question back ("which VM?") and what its buttons stand for.
    Draft, RequestId, "draft/", |id, _| id.to_string(), |_, row| row.id.clone();
    // A call, until vCenter's tasks of that time were compared with it: `<vcenter>/<t0>/<request>`.
    CallRow, String, "call/", |name, _| name.clone(), |name, _| name.to_owned();
    // A request that ended after so many newer ones were asked for that a restart would not find it by its number.
    LateSeq, u64, "late/", |number, _| digits(*number), |name, _| sequence(name);
    LastSeq, (), "meta/last-seq", |(), _| String::new(), |_, _| ();
    // A command that is acknowledged and waits for its VM or the fleet to be read.
    Pending, u64, "inbox/", |number, _| digits(*number), |name, _| sequence(name);
    Freeze, (), record::FREEZE, |(), _| String::new(), |_, _| ();
    Progress, VCenterName, "meta/reconciled/", |vcenter, _| safe(vcenter.as_str()), |name, _| VCenterName::new(unescaped(name));
    MembersRow, Account, "members/", |subject, _| safe(&subject.to_string()), |_, row| row.0.clone();
    UnreadRow, (), "meta/unread-groups", |(), _| String::new(), |_, _| ();
    SkewRow, (), "meta/clocks", |(), _| String::new(), |_, _| ();
    SlotRow, String, "watch/slot/", |report, _| safe(report), |_, row| row.0.clone();
    DayRow, (String, Date), "watch/day/", |(report, day), _| format!("{}/{day}", safe(report)), |_, row| (row.0.clone(), row.1);
    CrossingRow, Self, "watch/told/", |(report, crossing), _| format!("{}/{crossing}", safe(report)), |_, row| row.clone();
    EndRow, Place, "watch/end/", |snapshot, _| of_snapshot(snapshot), |_, row| row.0.clone();
    GlassRow, RequestId, "watch/glass/", |request, _| request.to_string(), |_, row| row.1.request.clone();
    MakerRow, Place, MAKERS, |snapshot, _| of_snapshot(snapshot), |_, row| row.place.clone();
}

/// An event of a platform that was taken in, for an hour: `seen/<platform>/<id>`.
impl Stored for SeenRow {
    type Key = String;
    const PREFIX: &'static str = "seen/";
    const IS_OPTIONAL: bool = true;

    fn rest(once: &String, _: &Self) -> String {
        once.split('/').map(safe).collect::<Vec<_>>().join("/")
    }

    fn key(_: &str, row: &Self) -> String {
        row.0.clone()
    }
}

impl Stored for Row {
    type Key = RequestId;
    const PREFIX: &'static str = "request/";
    const IS_WHOLE: bool = false;

    fn rest(id: &RequestId, row: &Self) -> String {
        Self::place(id, row).split_off(Self::PREFIX.len())
    }

    fn place(_: &RequestId, row: &Self) -> String {
        let key = if row.request.state.is_final() { record::done_key } else { record::open_key };
        key(row.request.seq)
    }

    fn key(_: &str, row: &Self) -> RequestId {
        row.request.id.clone()
    }

    fn id(id: &RequestId, row: &Self) -> Option<(RequestId, String)> {
        Some((id.clone(), record::open_key(row.request.seq)))
    }
}

impl Stored for BulletinRow {
    type Key = RequestId;
    const PREFIX: &'static str = record::BULLETIN;
    const IS_WHOLE: bool = false;

    fn rest(_: &RequestId, row: &Self) -> String {
        digits(row.bulletin.seq)
    }

    fn key(_: &str, row: &Self) -> RequestId {
        row.bulletin.id.clone()
    }

    fn id(id: &RequestId, row: &Self) -> Option<(RequestId, String)> {
        Some((id.clone(), Self::place(id, row)))
    }
}

fn of_snapshot((vm, snapshot): &Place) -> String {
    [vm.vcenter.as_str(), vm.moref.as_str(), snapshot.as_str()].map(safe).join("/")
}

/// Numbers are written with 20 digits, so that the order of places is the order of numbers.
fn digits(number: u64) -> String {
    format!("{number:020}")
}

/// The number at the end of a place.
pub(in crate::engine) fn sequence(place: &str) -> u64 {
    place.rsplit('/').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
