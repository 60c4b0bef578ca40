//! What is counted, so that a campaign that proves nothing is seen to prove nothing.

use std::collections::BTreeMap;
use std::fmt;

/// Counts of one seed, or of many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) runs: u64,
    pub(super) commands: u64,
    pub(super) clicks: u64,
    pub(super) requests: u64,
    pub(super) commits: u64,
    /// Written yeses.
    pub(super) approvals: u64,
    pub(super) calls: u64,
    pub(super) crashes: u64,
    /// Of these at a named point.
    pub(super) points: u64,
    pub(super) requests_lost: u64,
    pub(super) replies_lost: u64,
    pub(super) replies_late: u64,
    pub(super) store_failures: u64,
    pub(super) twins_refused: u64,
    /// Takes that were called again after a lost answer.
    pub(super) retried: u64,
    pub(super) extra_snapshots: u64,
    /// Calls whose traces were found, or that a person told of.
    pub(super) adopted: u64,
    /// Requests that a person had to look at.
    pub(super) looked_at: u64,
    /// Freezes, glasses broken, reverts done after a snapshot of how the VM was, tasks that were compared with the journal.
    pub(super) freezes: u64,
    pub(super) glasses: u64,
    pub(super) saved: u64,
    pub(super) reconciled: u64,
    /// Calls that the last gate held back.
    pub(super) held_back: u64,
    /// Rules that changed while it ran, approvals that they struck, and pages of what is open that were compared with what is written.
    pub(super) reloads: u64,
    pub(super) struck: u64,
    pub(super) pages: u64,
    /// How requests ended.
    pub(super) ends: BTreeMap<&'static str, u64>,
}

impl Counts {
    pub(super) fn add(&mut self, more: &Self) {
        let Self {
            runs,
            commands,
            clicks,
            requests,
            commits,
            approvals,
            calls,
            crashes,
            points,
            requests_lost,
            replies_lost,
            replies_late,
            store_failures,
            twins_refused,
            retried,
            extra_snapshots,
            adopted,
            looked_at,
            freezes,
            glasses,
            saved,
            reconciled,
            held_back,
            reloads,
            struck,
            pages,
            ends,
        } = more;
        self.runs += runs;
        self.commands += commands;
        self.clicks += clicks;
        self.requests += requests;
        self.commits += commits;
        self.approvals += approvals;
        self.calls += calls;
        self.crashes += crashes;
        self.points += points;
        self.requests_lost += requests_lost;
        self.replies_lost += replies_lost;
        self.replies_late += replies_late;
        self.store_failures += store_failures;
        self.twins_refused += twins_refused;
        self.retried += retried;
        self.extra_snapshots += extra_snapshots;
        self.adopted += adopted;
        self.looked_at += looked_at;
        self.freezes += freezes;
        self.glasses += glasses;
        self.saved += saved;
        self.reconciled += reconciled;
        self.held_back += held_back;
        self.reloads += reloads;
        self.struck += struck;
        self.pages += pages;
        for (end, count) in ends {
            *self.ends.entry(end).or_default() += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} runs: {} commands, {} clicks, {} requests, {} commits, {} approvals, {} calls of vCenter, {} crashes, {} of them at a named point; \
             {} requests lost, {} replies lost, {} late; {} failures of the store, {} twins refused by the chat; \
             {} takes called again, {} extra snapshots, {} runs found by their traces, {} looked at by a person; {} freezes, {} glasses broken, {} reverts \
             after a safety snapshot, {} tasks compared with the journal, {} calls held back by the last gate, {} changes of the rules, \
             {} approvals struck, {} pages of what is open; ends: {:?}",
            self.runs,
            self.commands,
            self.clicks,
            self.requests,
            self.commits,
            self.approvals,
            self.calls,
            self.crashes,
            self.points,
            self.requests_lost,
            self.replies_lost,
            self.replies_late,
            self.store_failures,
            self.twins_refused,
            self.retried,
            self.extra_snapshots,
            self.adopted,
            self.looked_at,
            self.freezes,
            self.glasses,
            self.saved,
            self.reconciled,
            self.held_back,
            self.reloads,
            self.struck,
            self.pages,
            self.ends
        )
    }
}
