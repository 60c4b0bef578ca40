//! The index in sled: one tree, one batch per applied line, and a meta row that says how far it has come.
//!
//! sled is not synced per commit and may come back with an older state, with none, or not at all. So nothing in it is believed
//! without proof: the meta row names the last applied line by number and hash, and holds a digest over all rows, kept up with every batch.
//! If the rows do not give that digest, sled is put aside and filled again from the journal.

mod open;

use std::collections::BTreeMap;
use std::ops::Bound;

use sha2::{Digest, Sha256};
use sled::{Batch, Db, IVec};

use super::{Entry, Index, IndexError, KeyedRow};
use crate::engine::ports::{AuditHead, Rev};
use crate::store::journal::{GENESIS, beginning};

pub(crate) use open::{is_index_there, open_or_rebuild};

/// First byte of a row's key in sled.
const ROW: u8 = b'r';

/// The key of the meta row.
const META: &[u8] = b"meta";

/// Bytes of a row before its value: the version, big endian.
const REV_BYTES: usize = 8;

/// Bytes of a SHA-256.
const DIGEST_BYTES: usize = 32;

#[derive(Debug)]
pub(crate) struct SledIndex {
    db: Db,
    applied: AuditHead,
    /// XOR over the SHA-256 of every row: it does not depend on the order, and one row's part can be taken out again. It guards against
    /// accidents, not against people; the journal's chain does that.
    digest: [u8; DIGEST_BYTES],
}

impl SledIndex {
    /// Takes an open sled and proves it. `Err` says in words why its content cannot be used.
    fn prove(db: Db) -> Result<SledIndex, String> {
        let mut digest = [0; DIGEST_BYTES];
        for row in db.range([ROW]..[ROW + 1]) {
            let (key, value) = row.map_err(|e| format!("it cannot be read through: {e}"))?;
            mix(&mut digest, &key, &value);
        }
        let meta = db.get(META).map_err(|e| format!("its meta row cannot be read: {e}"))?;
        let (applied, told) = match meta {
            Some(meta) => parse_meta(&meta).ok_or("its meta row is damaged")?,
            None => (beginning(), [0; DIGEST_BYTES]),
        };
        if told != digest {
            return Err(format!("its rows are not those that line {} left", applied.seq));
        }
        Ok(SledIndex { db, applied, digest })
    }

    /// The last line that is in it.
    pub(crate) fn applied(&self) -> &AuditHead {
        &self.applied
    }
}

impl Index for SledIndex {
    fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, IndexError> {
        self.db.get(row_key(key)).map_err(|e| failed(&e))?.map(|value| parse_row(&value)).transpose()
    }

    fn scan(&self, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<KeyedRow>, IndexError> {
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(row_key(after)),
            Some(_) | None => Bound::Included(row_key(prefix)),
        };
        let stop = row_key(prefix);
        let mut rows = Vec::new();
        for row in self.db.range((from, Bound::Unbounded)).take(limit) {
            let (key, value) = row.map_err(|e| failed(&e))?;
            if !key.starts_with(&stop) {
                break;
            }
            let name = key.get(1..).and_then(|name| std::str::from_utf8(name).ok());
            let name = name.ok_or_else(|| IndexError("a key in sled is not text".to_owned()))?;
            let (rev, bytes) = parse_row(&value)?;
            rows.push((name.to_owned(), rev, bytes));
        }
        Ok(rows)
    }

    fn apply(&mut self, entries: &[Entry<'_>]) -> Result<(), IndexError> {
        let Some(last) = entries.last() else { return Ok(()) };
        let mut rows: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
        for Entry { head, change } in entries {
            for (key, value) in &change.puts {
                let mut row = head.seq.to_be_bytes().to_vec();
                row.extend_from_slice(value);
                rows.insert(row_key(key), Some(row));
            }
            for key in &change.deletes {
                rows.insert(row_key(key), None);
            }
        }
        let mut digest = self.digest;
        let mut batch = Batch::default();
        for (key, row) in rows {
            if let Some(old) = self.db.get(&key).map_err(|e| failed(&e))? {
                mix(&mut digest, &key, &old);
            }
            match row {
                Some(row) => {
                    mix(&mut digest, &key, &row);
                    batch.insert(key, row);
                }
                None => batch.remove(key),
            }
        }
        batch.insert(META, meta(last.head, &digest));
        self.db.apply_batch(batch).map_err(|e| failed(&e))?;
        self.applied = last.head.clone();
        self.digest = digest;
        Ok(())
    }
}

/// Puts a row's part into the digest, or takes it out.
fn mix(digest: &mut [u8; DIGEST_BYTES], key: &[u8], row: &[u8]) {
    let mut sha = Sha256::new();
    sha.update(u64::try_from(key.len()).unwrap_or(u64::MAX).to_be_bytes());
    sha.update(key);
    sha.update(row);
    for (into, from) in digest.iter_mut().zip(sha.finalize()) {
        *into ^= from;
    }
}

/// The meta row: number, digest, hash in hex, and a checksum over the three.
fn meta(applied: &AuditHead, digest: &[u8; DIGEST_BYTES]) -> Vec<u8> {
    let mut meta = applied.seq.to_be_bytes().to_vec();
    meta.extend_from_slice(digest);
    meta.extend_from_slice(applied.hash.as_bytes());
    let seal = Sha256::digest(&meta);
    meta.extend_from_slice(&seal);
    meta
}

fn parse_meta(bytes: &[u8]) -> Option<(AuditHead, [u8; DIGEST_BYTES])> {
    let (seq, rest) = bytes.split_first_chunk::<REV_BYTES>()?;
    let (digest, rest) = rest.split_first_chunk::<DIGEST_BYTES>()?;
    let (hash, seal) = rest.split_at_checked(GENESIS.len())?;
    let applied = AuditHead { seq: u64::from_be_bytes(*seq), hash: std::str::from_utf8(hash).ok()?.to_owned() };
    let sealed = meta(&applied, digest);
    (seal.len() == DIGEST_BYTES && sealed == bytes).then_some((applied, *digest))
}

fn parse_row(value: &IVec) -> Result<(Rev, Vec<u8>), IndexError> {
    let (rev, bytes) =
        value.split_first_chunk::<REV_BYTES>().ok_or_else(|| IndexError("a row in sled is too short".to_owned()))?;
    Ok((Rev::from_be_bytes(*rev), bytes.to_vec()))
}

fn row_key(key: &str) -> Vec<u8> {
    let mut bytes = vec![ROW];
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

fn failed(error: &sled::Error) -> IndexError {
    IndexError(format!("sled: {error}"))
}

#[cfg(test)]
mod tests;
