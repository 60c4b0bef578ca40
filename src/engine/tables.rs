//! What the engine keeps: typed tables of rows, and over them what the turn at hand has changed.
//!
//! Each table has a **base**, which is what the store has, and an **overlay**, which is what the turn has changed and not committed. Reads go
//! through the overlay, writes go into it. (The base also keeps what a turn changes without writing it, see below.) The engine's one task owns both, so there is one turn at a time and one overlay.
//!
//! ```text
//!              put, change, remove            keep
//!  base only ------------------------> overlay ----> base      the commit succeeded, or there was nothing to write
//!      ^                                  |
//!      +----------------------------------+                    the commit failed: the overlay is discarded
//!                   discard
//! ```
//!
//! A commit that fails may have been written all the same ([`StoreError::Unknown`]). One of its rows is read back to find out. Where that
//! cannot be done either, the turn counts as not written, and the places in the store that its overlay touched are **doubtful**: the next
//! commit writes them again as the base has them, before its own rows. If an earlier commit of unknown outcome may have written the very rows
//! of the turn, finding them does not say which of the two was written: the turn counts as written, and the places stay doubtful. Nothing
//! else in the engine knows about doubt.
//!
//! A row may be changed without being written ([`Table::change_unwritten`]): progress is shown, and after a restart read from vCenter
//! anew. Such a change is discarded like every other, and alone it is no reason to commit. Nor are rows that are [optional](Stored::IS_OPTIONAL):
//! events that were seen go with a commit of something else.
//!
//! Only rows are kept here: answers to people, effects and audit lines are the turn's and end with it. What is on a message now, and who
//! waits for which answer, is known to this process alone.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ports::{Commit, Store, StoreError};
use super::record::{self, BulletinRow, Draft, Pending, Row};
use crate::domain::freeze::Freeze;
use crate::domain::ids::RequestId;
use crate::domain::reconcile::CallRow;
use rows::{
    CrossingRow, DayRow, EndRow, GlassRow, LastSeq, LateSeq, MembersRow, Progress, SeenRow, SkewRow, SlotRow, UnreadRow,
};

pub(super) mod rows;

/// How many rows are read at once.
const PAGE: usize = 500;

/// How the rows of a table are found and written.
pub(super) trait Stored: Clone + Serialize + DeserializeOwned + Send + Sync {
    type Key: Ord + Clone + Send + Sync;
    /// What the places of its rows in the store begin with.
    const PREFIX: &'static str;
    /// Whether every row is read at the start.
    const IS_WHOLE: bool = true;
    /// Whether its rows alone are no reason to commit. Then the base may have rows that the store has not, and they prove nothing about a commit.
    const IS_OPTIONAL: bool = false;
    /// What the place of a row goes on with.
    fn rest(key: &Self::Key, row: &Self) -> String;
    /// The key of a row by the rest of the place where it lay.
    fn key(rest: &str, row: &Self) -> Self::Key;
    /// The id that a row takes for ever when it is new, with what is noted beside it.
    fn id(_key: &Self::Key, _row: &Self) -> Option<(RequestId, String)> {
        None
    }
    /// Where a row lies in the store.
    fn place(key: &Self::Key, row: &Self) -> String {
        format!("{}{}", Self::PREFIX, Self::rest(key, row))
    }
}

/// The rows of one kind, as the turn at hand sees them.
pub(super) struct Table<R: Stored> {
    base: BTreeMap<R::Key, R>,
    overlay: BTreeMap<R::Key, Change<R>>,
    /// Places where the store may have something else than the base.
    doubtful: BTreeMap<String, Doubt<R::Key>>,
}

struct Doubt<K> {
    /// The key that the place is of.
    key: K,
    /// The contents that commits of unknown outcome may have left there.
    may_be: Vec<Option<Vec<u8>>>,
}

struct Change<R> {
    /// None: it is deleted.
    row: Option<R>,
    is_written: bool,
}

/// Rows by their places; none: it is to be deleted.
type Places = BTreeMap<String, Option<Vec<u8>>>;

/// A place, and what it has once a turn is written.
type Witness = (String, Option<Vec<u8>>);

impl<R: Stored> Default for Table<R> {
    fn default() -> Self {
        Self { base: BTreeMap::new(), overlay: BTreeMap::new(), doubtful: BTreeMap::new() }
    }
}

impl<R: Stored> Table<R> {
    pub(super) fn get(&self, key: &R::Key) -> Option<&R> {
        self.overlay.get(key).map_or_else(|| self.base.get(key), |change| change.row.as_ref())
    }

    pub(super) fn contains(&self, key: &R::Key) -> bool {
        self.get(key).is_some()
    }

    /// The row as it was before the turn.
    pub(super) fn before(&self, key: &R::Key) -> Option<&R> {
        self.base.get(key)
    }

    /// Every row by its key, but those that the turn has changed last.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&R::Key, &R)> {
        let changed = self.overlay.iter().filter_map(|(key, change)| Some((key, change.row.as_ref()?)));
        self.base.iter().filter(|(key, _)| !self.overlay.contains_key(*key)).chain(changed)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &R::Key> {
        self.iter().map(|(key, _)| key)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &R> {
        self.iter().map(|(_, row)| row)
    }

    pub(super) fn len(&self) -> usize {
        self.iter().count()
    }

    pub(super) fn put(&mut self, key: R::Key, row: R) {
        self.overlay.insert(key, Change { row: Some(row), is_written: true });
    }

    pub(super) fn remove(&mut self, key: &R::Key) {
        if self.contains(key) {
            self.overlay.insert(key.clone(), Change { row: None, is_written: true });
        }
    }

    /// The row, to be changed and written.
    pub(super) fn change(&mut self, key: &R::Key) -> Option<&mut R> {
        let change = self.over(key)?;
        change.is_written = true;
        change.row.as_mut()
    }

    /// The row, to be changed for this process alone, unless the turn writes it anyway.
    pub(super) fn change_unwritten(&mut self, key: &R::Key) -> Option<&mut R> {
        self.over(key)?.row.as_mut()
    }

    fn over(&mut self, key: &R::Key) -> Option<&mut Change<R>> {
        if !self.overlay.contains_key(key) {
            let row = self.base.get(key)?.clone();
            self.overlay.insert(key.clone(), Change { row: Some(row), is_written: false });
        }
        self.overlay.get_mut(key).filter(|change| change.row.is_some())
    }

    /// What the turn has changed: each key with the row before and now.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&R::Key, Option<&R>, Option<&R>)> {
        self.overlay.iter().map(|(key, change)| (key, self.base.get(key), change.row.as_ref()))
    }

    pub(super) fn is_changed(&self) -> bool {
        !self.overlay.is_empty()
    }

    /// Whether the turn has a row that was not there before.
    pub(super) fn has_new(&self) -> bool {
        self.changes().any(|(_, before, now)| before.is_none() && now.is_some())
    }

    /// Takes in a row that the store has.
    pub(super) fn restore(&mut self, key: R::Key, row: R) {
        self.base.insert(key, row);
    }

    /// Lets rows go from memory, but for those that are still to be written again. The store keeps them.
    pub(super) fn forget(&mut self, is_forgotten: impl Fn(&R::Key) -> bool) {
        let doubtful = &self.doubtful;
        self.base.retain(|key, _| !is_forgotten(key) || doubtful.values().any(|doubt| doubt.key == *key));
    }

    /// Has the next commit write a place as the base has it.
    pub(super) fn doubt(&mut self, place: String, key: R::Key) {
        self.doubtful.entry(place).or_insert(Doubt { key, may_be: Vec::new() });
    }

    /// Deletes a row whatever becomes of the turn: here at once, in the store with the next commit that succeeds.
    pub(super) fn remove_for_good(&mut self, key: &R::Key) {
        self.overlay.remove(key);
        if let Some(row) = self.base.remove(key) {
            self.doubt(R::place(key, &row), key.clone());
        }
    }

    fn written(&self) -> impl Iterator<Item = (&R::Key, Option<&R>, Option<&R>)> {
        let written = self.overlay.iter().filter(|(_, change)| change.is_written);
        written.map(|(key, change)| (key, self.base.get(key), change.row.as_ref()))
    }

    /// What one change does to the store.
    fn places_of(key: &R::Key, before: Option<&R>, now: Option<&R>) -> Result<Places, StoreError> {
        let mut places = Places::new();
        if let Some(before) = before {
            places.insert(R::place(key, before), None);
        }
        if let Some(now) = now {
            places.insert(R::place(key, now), Some(record::write(now)?));
            if let (None, Some((id, place))) = (before, R::id(key, now)) {
                places.insert(record::id_key(&id), Some(record::write(&place)?));
            }
        }
        Ok(places)
    }

    /// What the base has at a place of this key.
    fn base_at(&self, place: &str, key: &R::Key) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.base.get(key).filter(|row| R::place(key, row) == place);
        row.map(record::write).transpose()
    }
}

/// What a turn does to any table.
#[async_trait]
trait Overlay: Send {
    /// Reads every row, where every row is read at the start.
    async fn load(&mut self, store: &dyn Store) -> Result<(), StoreError>;
    /// Whether the turn writes a row that is a reason to commit.
    fn has_reason(&self) -> bool;
    fn is_doubtful(&self) -> bool;
    /// Adds what a commit writes: doubtful places as the base has them, then what the turn changes.
    fn stage(&self, places: &mut Places) -> Result<(), StoreError>;
    /// A place that has something else once the turn is written than before; where it has to be certain, something that no earlier commit may
    /// have left there either.
    fn witness(&self, is_certain: bool) -> Result<Option<Witness>, StoreError>;
    /// The store has every doubtful place as the base has it.
    fn settle(&mut self);
    /// The overlay becomes the base.
    fn keep(&mut self);
    /// The overlay is dropped; where the store may have it, its places are doubtful.
    fn discard(&mut self, is_doubtful: bool);
}

#[async_trait]
impl<R: Stored> Overlay for Table<R> {
    async fn load(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        if R::IS_WHOLE {
            for (place, bytes) in scan_all(store, R::PREFIX, None).await? {
                let row: R = record::read(&place, &bytes)?;
                let rest = place.strip_prefix(R::PREFIX).unwrap_or_default();
                self.base.insert(R::key(rest, &row), row);
            }
        }
        Ok(())
    }

    fn has_reason(&self) -> bool {
        !R::IS_OPTIONAL && self.written().next().is_some()
    }

    fn is_doubtful(&self) -> bool {
        !self.doubtful.is_empty()
    }

    fn stage(&self, places: &mut Places) -> Result<(), StoreError> {
        for (place, Doubt { key, .. }) in &self.doubtful {
            places.insert(place.clone(), self.base_at(place, key)?);
        }
        for (key, before, now) in self.written() {
            places.extend(Self::places_of(key, before, now)?);
        }
        Ok(())
    }

    fn witness(&self, is_certain: bool) -> Result<Option<Witness>, StoreError> {
        let written = self.written().filter(|_| !R::IS_OPTIONAL);
        for (key, before, now) in written {
            for (place, row) in Self::places_of(key, before, now)? {
                let may_be = self.doubtful.get(&place).is_some_and(|doubt| doubt.may_be.contains(&row));
                if row != self.base_at(&place, key)? && !(is_certain && may_be) {
                    return Ok(Some((place, row)));
                }
            }
        }
        Ok(None)
    }

    fn settle(&mut self) {
        self.doubtful.clear();
    }

    fn keep(&mut self) {
        for (key, change) in std::mem::take(&mut self.overlay) {
            match change.row {
                Some(row) => self.base.insert(key, row),
                None => self.base.remove(&key),
            };
        }
    }

    fn discard(&mut self, is_doubtful: bool) {
        for (key, change) in std::mem::take(&mut self.overlay) {
            if !is_doubtful || !change.is_written {
                continue;
            }
            let places = Self::places_of(&key, self.base.get(&key), change.row.as_ref());
            // It was staged as it is, so it can be written.
            for (place, row) in places.unwrap_or_default() {
                let doubt = Doubt { key: key.clone(), may_be: Vec::new() };
                self.doubtful.entry(place).or_insert(doubt).may_be.push(row);
            }
        }
    }
}

/// Every table.
#[derive(Default)]
pub(super) struct Tables {
    /// Requests that are open, and of those that have ended the ones that are at hand.
    pub(super) requests: Table<Row>,
    pub(super) drafts: Table<Draft>,
    pub(super) bulletins: Table<BulletinRow>,
    pub(super) calls: Table<CallRow>,
    pub(super) late: Table<LateSeq>,
    pub(super) last_seq: Table<LastSeq>,
    pub(super) inbox: Table<Pending>,
    pub(super) seen: Table<SeenRow>,
    pub(super) freeze: Table<Freeze>,
    pub(super) reconciled: Table<Progress>,
    pub(super) members: Table<MembersRow>,
    pub(super) unread_groups: Table<UnreadRow>,
    pub(super) skews: Table<SkewRow>,
    pub(super) slots: Table<SlotRow>,
    pub(super) days: Table<DayRow>,
    pub(super) crossings: Table<CrossingRow>,
    pub(super) ends: Table<EndRow>,
    pub(super) glasses: Table<GlassRow>,
    pub(super) makers: Table<super::watch::makers::Row>,
}

impl Tables {
    fn each(&mut self) -> [&mut dyn Overlay; 19] {
        [
            &mut self.requests,
            &mut self.drafts,
            &mut self.bulletins,
            &mut self.calls,
            &mut self.late,
            &mut self.last_seq,
            &mut self.inbox,
            &mut self.seen,
            &mut self.freeze,
            &mut self.reconciled,
            &mut self.members,
            &mut self.unread_groups,
            &mut self.skews,
            &mut self.slots,
            &mut self.days,
            &mut self.crossings,
            &mut self.ends,
            &mut self.glasses,
            &mut self.makers,
        ]
    }

    /// Reads every table that is read whole.
    pub(super) async fn load(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        for table in self.each() {
            table.load(store).await?;
        }
        Ok(())
    }

    /// Whether the turn has a row that is worth a commit.
    pub(super) fn has_reason(&mut self) -> bool {
        self.each().iter().any(|table| table.has_reason())
    }

    /// Whether the store may have something else than the tables.
    pub(super) fn is_doubtful(&mut self) -> bool {
        self.each().iter().any(|table| table.is_doubtful())
    }

    /// Writes the turn's rows and lines, and what is doubtful. Whether it has happened: then [`Self::keep`] is to follow, else
    /// [`Self::discard`].
    ///
    /// # Errors
    /// [`StoreError::Unknown`] where it may have been written, and cannot be read back.
    pub(super) async fn commit(
        &mut self,
        store: &dyn Store,
        audit: Vec<Value>,
        from_reserve: bool,
    ) -> Result<(), StoreError> {
        let mut places = Places::new();
        for table in self.each() {
            table.stage(&mut places)?;
        }
        let mut commit = Commit { audit, from_reserve, ..Commit::default() };
        for (place, row) in places {
            match row {
                Some(row) => commit.puts.push((place, row)),
                None => commit.deletes.push(place),
            }
        }
        let is_certain = match store.commit(commit).await {
            Ok(_) => true,
            Err(StoreError::Unknown(why)) => self.read_back(store, why).await?,
            Err(error @ (StoreError::Conflict { .. } | StoreError::Io(_))) => return Err(error),
        };
        if is_certain {
            self.each().into_iter().for_each(|table| table.settle());
        }
        Ok(())
    }

    /// It is not known whether the turn was written, so one of its places is read. Whether what it says is certain: where an earlier commit may
    /// have left the same there, it is not, and what that one may have left elsewhere is still to be written again.
    async fn read_back(&mut self, store: &dyn Store, why: String) -> Result<bool, StoreError> {
        for is_certain in [true, false] {
            for table in self.each() {
                let Some((place, row)) = table.witness(is_certain)? else { continue };
                return match store.get(&place).await {
                    Ok(found) if found.as_ref().map(|(_, bytes)| bytes) == row.as_ref() => Ok(is_certain),
                    Ok(_) => Err(StoreError::Io(why)),
                    Err(_) => Err(StoreError::Unknown(why)),
                };
            }
        }
        Err(StoreError::Unknown(why))
    }

    /// The turn has happened.
    pub(super) fn keep(&mut self) {
        self.each().into_iter().for_each(|table| table.keep());
    }

    /// The turn has not happened, because of this.
    pub(super) fn discard(&mut self, error: &StoreError) {
        let is_doubtful = matches!(error, StoreError::Unknown(_));
        self.each().into_iter().for_each(|table| table.discard(is_doubtful));
    }
}

/// Every row of a prefix that comes after this place.
pub(super) async fn scan_all(
    store: &dyn Store,
    prefix: &str,
    after: Option<String>,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let (mut rows, mut after) = (Vec::new(), after);
    loop {
        let page = store.scan(prefix, after.as_deref(), PAGE).await?;
        let Some((last, ..)) = page.last() else { return Ok(rows) };
        after = Some(last.clone());
        rows.extend(page.into_iter().map(|(place, _, bytes)| (place, bytes)));
    }
}

#[cfg(test)]
mod tests;
