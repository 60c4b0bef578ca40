//! One journal line: how a commit becomes bytes, how the bytes are checked against the chain, and how they become a commit again.
//!
//! The hash is taken over bytes, never over parsed JSON, so that an auditor needs no agreement about spaces, key order or numbers:
//! the line without its last field is what is hashed, after the previous line's hash.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::engine::ports::AuditHead;
use crate::store::change::Change;

/// What stands for "the hash of the line before" in the first line: 64 zeros.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The head of a journal without a line.
pub(crate) fn beginning() -> AuditHead {
    AuditHead { seq: 0, hash: GENESIS.to_owned() }
}

/// Bytes that one line may have, its newline included. A commit of the engine has some kilobytes; the limit keeps a reader from
/// swallowing a file that lost its newlines.
pub(crate) const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// Characters of a SHA-256 in hex.
const HASH_CHARS: usize = 64;

/// What stands between a line's body and its hash.
const HASH_FIELD: &[u8] = b",\"hash\":\"";

/// What closes a line, before its newline.
const LINE_END: &[u8] = b"\"}";

/// One commit as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its place in the journal, from 1. It is also the version (`Rev`) of every row that it wrote.
    pub seq: u64,
    /// When it was written, by the bot's clock.
    pub ts: Timestamp,
    /// The hash of the line before, in hex; [`GENESIS`] in the first.
    pub prev: String,
    /// Its own hash, in hex.
    pub hash: String,
    pub change: Change,
}

impl Line {
    /// Reads a line without its newline. It must have been checked against the chain before; what does not parse is told in words.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Line, String> {
        let read: Fields<'_> = serde_json::from_slice(bytes).map_err(|e| format!("it is not a journal line: {e}"))?;
        let mut puts: BTreeMap<String, Vec<u8>> =
            read.puts.into_iter().map(|(key, value)| (key, value.get().as_bytes().to_vec())).collect();
        for (key, text) in read.puts_hex {
            let value = hex::decode(&text).map_err(|e| format!("the row {key} is not hex: {e}"))?;
            puts.insert(key, value);
        }
        let change = Change { puts, deletes: read.deletes, audit: read.audit };
        Ok(Line { seq: read.seq, ts: read.ts, prev: read.prev.to_owned(), hash: read.hash.to_owned(), change })
    }
}

/// A line ready to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// The line with its newline.
    pub(crate) bytes: Vec<u8>,
    /// Its hash, in hex.
    pub(crate) hash: String,
}

/// The fields of a line. `seq` and `prev` come first: the check relies on it. An unknown field was written by a newer version and may
/// change the meaning: it is refused.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields<'a> {
    seq: u64,
    prev: &'a str,
    ts: Timestamp,
    #[serde(default, borrow, skip_serializing_if = "BTreeMap::is_empty")]
    puts: BTreeMap<String, &'a RawValue>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    puts_hex: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    deletes: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    audit: Vec<Value>,
    /// Over all of the above, so that it is written when they are.
    #[serde(skip_serializing)]
    hash: &'a str,
}

/// Makes line `seq` after the line whose hash is `prev`. The line is read back before it is given out: what could not be replayed
/// must not be written.
pub(crate) fn encode(seq: u64, prev: &str, ts: Timestamp, change: &Change) -> Result<Encoded, String> {
    let mut puts = BTreeMap::new();
    let mut puts_hex = BTreeMap::new();
    for (key, value) in &change.puts {
        match verbatim(value) {
            Some(json) => {
                puts.insert(key.clone(), json);
            }
            None => {
                puts_hex.insert(key.clone(), hex::encode(value));
            }
        }
    }
    let (deletes, audit) = (change.deletes.clone(), change.audit.clone());
    let fields = Fields { seq, prev, ts, puts, puts_hex, deletes, audit, hash: "" };
    let mut bytes = serde_json::to_vec(&fields).map_err(|e| format!("the commit cannot be written as JSON: {e}"))?;
    let hash = chain(prev, &[&bytes]);
    bytes.pop(); // the closing brace: it comes back after the hash
    bytes.extend_from_slice(HASH_FIELD);
    bytes.extend_from_slice(hash.as_bytes());
    bytes.extend_from_slice(LINE_END);
    if bytes.len() >= MAX_LINE_BYTES {
        return Err(format!("the commit has {} bytes, a journal line may have {MAX_LINE_BYTES}", bytes.len()));
    }
    let back = Line::decode(&bytes)?;
    if back.change.puts != change.puts || back.change.deletes != change.deletes {
        return Err("the commit does not read back as it was written".to_owned());
    }
    bytes.push(b'\n');
    Ok(Encoded { bytes, hash })
}

/// Checks that these bytes (a line without its newline) are line `seq` after the line whose hash is `prev`, and gives its hash.
pub(crate) fn check(bytes: &[u8], seq: u64, prev: &str) -> Result<String, String> {
    let cut = bytes.len().checked_sub(HASH_FIELD.len() + HASH_CHARS + LINE_END.len());
    let (body, tail) = cut.and_then(|at| bytes.split_at_checked(at)).ok_or("it is too short to be a journal line")?;
    let told = tail.strip_prefix(HASH_FIELD).and_then(|rest| rest.strip_suffix(LINE_END));
    let told = told.ok_or("it does not end in its hash")?;
    if !body.starts_with(format!("{{\"seq\":{seq},\"prev\":\"{prev}\",").as_bytes()) {
        return Err(format!("it does not continue the chain: line {seq} after {prev} was expected"));
    }
    let hash = chain(prev, &[body, b"}"]);
    if told == hash.as_bytes() { Ok(hash) } else { Err("its hash does not match its content".to_owned()) }
}

/// `SHA-256(previous hash in hex ‖ line without hash)`, in hex.
fn chain(prev: &str, body: &[&[u8]]) -> String {
    let mut sha = Sha256::new();
    sha.update(prev.as_bytes());
    for part in body {
        sha.update(part);
    }
    hex::encode(sha.finalize())
}

/// The bytes as a JSON value that can stand in the line as it is: valid, without spaces around it and without a line break inside.
/// Everything else is written as hex, so that a row comes back byte for byte.
fn verbatim(value: &[u8]) -> Option<&RawValue> {
    if value.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return None;
    }
    let raw: &RawValue = serde_json::from_slice(value).ok()?;
    (raw.get().as_bytes() == value).then_some(raw)
}

#[cfg(test)]
mod tests;
