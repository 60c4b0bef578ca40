//! What a request about many snapshots is about: which go, which stay and why, and how far each is.
//!
//! The request says what goes, what stays and why, and people approve exactly that: what was approved is sealed by a fingerprint over every
//! snapshot in it. Each deletion is then a request of its own, with its own look at the VM right before the call. Where the whole stands, who
//! asked and who approved is the request's, as of any other ([`super::machine`]).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::authority::Refusal;
use super::ids::{PersonId, RequestId, VmTitle};
use super::intent::BulkScope;
use super::report::{Kind, Row};

/// At most so many are deleted by one request: more nobody can look through before approving.
pub const BULK_MAX: usize = 100;

/// The snapshots that one request is about, on as many VMs as there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Of which VMs, as it was typed.
    pub scope: BulkScope,
    /// What goes, the oldest first.
    pub goes: Vec<Item>,
    /// What is old enough and stays.
    pub stays: Vec<Stays>,
    /// Why nothing more of it begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halt: Option<Halt>,
}

/// Why nothing more begins. What is being deleted goes on to its end, and what was deleted is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "halt")]
pub enum Halt {
    /// Somebody stopped it.
    Stopped {
        /// Who.
        by: PersonId,
    },
    /// The rules do not let it go on.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The VM that it is about.
        #[serde(flatten)]
        vm: VmTitle,
    },
}

/// One snapshot that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub row: Row,
    pub state: ItemState,
}

/// How far one deletion is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Waiting,
    /// It is being deleted by this request.
    Deleting(RequestId),
    Gone,
    /// It was gone already when its turn came.
    GoneBefore,
    /// It is not, and its request says why, where there is one.
    Left(Option<RequestId>),
    /// Nobody knows whether it is, and its request asks people.
    Unsure(RequestId),
}

/// One snapshot that is old enough and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stays {
    pub row: Row,
    pub why: Why,
}

/// Why a snapshot stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Why {
    /// Somebody holds it.
    Held,
    /// A backup works on the VM.
    Backup,
    /// It was kept until a moment that is still to come.
    Kept,
    /// Whoever asks may not delete it.
    NoRight,
    /// It is not known whether they may: its VM's tags or a group's members are not.
    NotKnown,
    /// Others would have to say yes to it, or nobody could.
    OtherApprovers,
    /// There are more than one request takes.
    TooMany,
}

/// Parts the old from the young, and says what stays and why. `may` says what stands against one by rights.
pub fn plan(
    rows: &[Row],
    age: SignedDuration,
    now: Timestamp,
    may: impl Fn(&Row) -> Option<Why>,
) -> (Vec<Item>, Vec<Stays>) {
    let backups: std::collections::BTreeSet<_> =
        rows.iter().filter(|row| row.kind == Kind::Backup).map(|row| &row.vm).collect();
    let mut old: Vec<&Row> = rows.iter().filter(|row| row.age(now) > age).collect();
    old.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.identity().cmp(&b.identity())));
    let (mut goes, mut stays) = (Vec::new(), Vec::new());
    for row in old {
        let kept = row.until.is_some_and(|until| until > now);
        let why = match () {
            () if backups.contains(&row.vm) => Some(Why::Backup),
            () if row.is_held(now) => Some(Why::Held),
            () if kept => Some(Why::Kept),
            () => may(row),
        };
        match why.or((goes.len() >= BULK_MAX).then_some(Why::TooMany)) {
            Some(why) => stays.push(Stays { row: row.clone(), why }),
            None => goes.push(Item { row: row.clone(), state: ItemState::Waiting }),
        }
    }
    (goes, stays)
}

impl Bulk {
    /// What is approved: every snapshot that goes, and no other.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        for item in &self.goes {
            let identity = item.row.identity();
            digest.update((identity.len() as u64).to_be_bytes());
            digest.update(identity.as_bytes());
        }
        hex::encode(digest.finalize())
    }

    /// What still waits for its turn.
    pub fn waiting(&self) -> impl Iterator<Item = &Item> {
        self.goes.iter().filter(|item| item.state == ItemState::Waiting)
    }

    /// The request that deletes one now.
    pub fn deleting(&self) -> Option<(usize, &RequestId)> {
        self.goes.iter().enumerate().find_map(|(index, item)| {
            if let ItemState::Deleting(request) = &item.state { Some((index, request)) } else { None }
        })
    }

    /// The requests that ask people whether one is gone.
    pub fn unsure(&self) -> Vec<(usize, RequestId)> {
        let asks = |(index, item): (usize, &Item)| {
            if let ItemState::Unsure(request) = &item.state { Some((index, request.clone())) } else { None }
        };
        self.goes.iter().enumerate().filter_map(asks).collect()
    }

    /// The next in turn; none while one is being deleted, and where nothing more begins.
    pub fn next(&self) -> Option<usize> {
        let free = self.halt.is_none() && self.deleting().is_none();
        free.then(|| self.goes.iter().position(|item| item.state == ItemState::Waiting)).flatten()
    }

    /// Whether a part runs or will begin.
    pub fn goes_on(&self) -> bool {
        self.deleting().is_some() || (self.halt.is_none() && self.waiting().next().is_some())
    }

    /// Whether there is something to stop.
    pub fn can_be_stopped(&self) -> bool {
        self.halt.is_none() && self.goes_on()
    }

    /// Whether nothing can become of it any more: nothing runs or will begin, and what people are asked about is known.
    pub fn is_over(&self) -> bool {
        !self.goes_on() && self.unsure().is_empty()
    }

    /// What became of one.
    pub fn set(&mut self, index: usize, state: ItemState) {
        if let Some(item) = self.goes.get_mut(index) {
            item.state = state;
        }
    }

    /// How much of it has had its turn, 0 to 100.
    pub fn percent(&self) -> u8 {
        let (gone, left) = self.counts();
        u8::try_from((gone + left) * 100 / self.goes.len().max(1)).unwrap_or(100)
    }

    /// How many were deleted, and how many were not although it was their turn.
    pub fn counts(&self) -> (usize, usize) {
        let gone = self.goes.iter().filter(|item| item.state == ItemState::Gone).count();
        let not =
            |item: &&Item| matches!(item.state, ItemState::GoneBefore | ItemState::Left(_) | ItemState::Unsure(_));
        let left = self.goes.iter().filter(not).count();
        (gone, left)
    }
}

#[cfg(test)]
pub(crate) mod tests;
