//! What the process writes, looked at in the moment in which it is written: each step has its line, each line follows from the one
//! before, a yes that is written was said, and what has ended stays as it is.

use std::collections::BTreeMap;

use serde_json::Value;
use snapwarden::domain::ids::{PersonId, RequestId};
use snapwarden::domain::request::{StartPhase, State};
use snapwarden::engine::ports::Commit;
use snapwarden::engine::record::{self, Row};

use super::hub::World;
use super::truth::{Known, Truth};

impl World {
    /// A commit is written.
    pub(super) fn wrote(&mut self, commit: &Commit, unknown: bool) {
        let mut at: BTreeMap<RequestId, String> = BTreeMap::new();
        let mut texts: BTreeMap<RequestId, String> = BTreeMap::new();
        self.truth.last_written.clear();
        self.truth.counts.commits += 1;
        for line in &commit.audit {
            match line["kind"].as_str() {
                Some("asked") => {
                    let id = RequestId::parse(line["request"].as_str().unwrap()).unwrap();
                    at.insert(id.clone(), "asked".to_owned());
                    texts.insert(id, line["text"].as_str().unwrap_or_default().to_owned());
                }
                Some("request") => self.step_written(line, &mut at),
                Some("reconciled") if line["unknown"].as_array().is_some_and(|unknown| !unknown.is_empty()) => {
                    self.truth.violated(format!("tasks of our own are taken for somebody else's: {line}"));
                }
                Some("reconciled") => self.truth.counts.reconciled += line["tasks"].as_u64().unwrap_or(0),
                _ => {}
            }
        }
        let freezes = commit.puts.iter().any(|(key, _)| key == record::FREEZE);
        let thaws = commit.deletes.iter().any(|key| key == record::FREEZE);
        // A freeze whose answer was lost may be taken back with the commit that goes on.
        let frozen = self.truth.frozen && !thaws;
        for (key, bytes) in commit.puts.iter().filter(|(key, _)| key.starts_with("request/")) {
            let row: Row = record::read(key, bytes).expect("a row reads back");
            let own = if row.request.state.is_final() { record::done_key } else { record::open_key };
            if own(row.request.seq) != *key {
                self.truth.violated(format!("{} lies at {key}", row.request.id));
            }
            let id = row.request.id.clone();
            self.row_written(row, at.get(&id), texts.remove(&id), frozen);
            self.truth.last_written.push(id);
        }
        self.rows_deleted(commit);
        if freezes || thaws {
            self.tell(|_| format!("written: {}", if freezes { "frozen" } else { "not frozen" }));
            self.truth.counts.freezes += u64::from(freezes && !self.truth.frozen);
            self.truth.frozen = freezes;
        }
        if unknown {
            self.tell(|_| "and the answer is lost".to_owned());
        }
    }

    /// A row goes only when it becomes another, or when the process took back what it could not be sure of.
    fn rows_deleted(&mut self, commit: &Commit) {
        let seq = |key: &str| key.rsplit('/').next().and_then(|digits| digits.parse::<u64>().ok());
        let put: Vec<_> =
            commit.puts.iter().filter(|(key, _)| key.starts_with("request/")).map(|(key, _)| seq(key)).collect();
        for gone in commit.deletes.iter().filter(|key| key.starts_with("request/")).map(|key| seq(key)) {
            let of = |known: &&Known| Some(known.request.seq) == gone;
            let Some(known) = self.truth.requests.values().find(of).filter(|_| !put.contains(&gone)) else { continue };
            let (id, doubtful) = (known.request.id.clone(), known.doubtful);
            if doubtful {
                self.truth.requests.remove(&id);
            } else {
                self.truth.violated(format!("{id} was deleted"));
            }
        }
    }

    fn step_written(&mut self, line: &Value, at: &mut BTreeMap<RequestId, String>) {
        let id = RequestId::parse(line["request"].as_str().unwrap()).unwrap();
        let (from, to) = (line["from"].as_str().unwrap(), line["to"].as_str().unwrap());
        self.tell(|_| format!("written: {id} {from} -> {to} {}", line["event"]));
        let known = self.truth.requests.get(&id);
        let doubtful = known.is_some_and(|known| known.doubtful);
        let stood = at.get(&id).cloned().or_else(|| known.map(|known| known.request.state.name().to_owned()));
        if stood.as_deref() != Some(from) && !doubtful {
            self.truth.violated(format!("a line of {id} says it was {from}, and it was {stood:?}"));
        }
        let Truth { requests, violations, .. } = &mut self.truth;
        if let Some(known) = requests.get_mut(&id) {
            if let Some(person) = line["event"]["approved"]["person"].as_str().filter(|_| to != "expired") {
                let person = PersonId::from(person);
                known.approvals += 1;
                // The line's fingerprint is of the plan that the button was about.
                let same = known.asked.as_ref().is_some_and(|plan| line["fingerprint"] == plan.fingerprint.to_string());
                if same && self.people.pressed.contains(&(person.clone(), id.clone())) {
                    known.said_yes.push(person);
                } else {
                    violations.push(format!("{person}'s yes to {id} was written and never said"));
                }
            }
            if let Some(person) = line["event"]["break_glass"]["person"].as_str().filter(|_| to != "expired") {
                let person = PersonId::from(person);
                if self.people.broke.contains(&(person.clone(), id.clone())) {
                    known.broke = Some(person);
                } else {
                    violations.push(format!("{person}'s glass for {id} was written and never broken"));
                }
            }
            if let Some(ran) = line["event"]["resolved"]["ran"].as_bool() {
                known.said_ran = Some(ran);
            }
        }
        at.insert(id, to.to_owned());
    }

    fn row_written(&mut self, row: Row, at: Option<&String>, text: Option<String>, frozen: bool) {
        let Row { request, posted, given_up: _ } = row;
        let id = request.id.clone();
        let awaits = matches!(request.state, State::AwaitingApproval { .. });
        let Some(known) = self.truth.requests.get_mut(&id) else {
            self.truth.counts.requests += 1;
            let asked = request.plan.clone().filter(|_| awaits);
            let known = Known {
                request,
                text: text.unwrap_or_default(),
                posted: posted.is_some(),
                asked,
                said_yes: Vec::new(),
                broke: None,
                doubtful: false,
                calls: Vec::new(),
                said_ran: None,
                approvals: 0,
                extra: 0,
            };
            self.truth.requests.insert(id, known);
            return;
        };
        let doubtful = std::mem::take(&mut known.doubtful);
        let was = std::mem::replace(&mut known.request, request);
        let now = &known.request;
        known.posted = posted.is_some();
        if doubtful && matches!(now.state, State::Asked) {
            // It was taken back: people will be asked about what is read anew.
            known.asked = None;
        }
        if awaits && (known.asked.is_none() || doubtful) {
            known.asked.clone_from(&now.plan);
        }
        if doubtful {
            return;
        }
        let calling = |state: &State| matches!(state, State::Starting { phase: StartPhase::Calling { .. } });
        let mut wrong = Vec::new();
        if frozen && calling(&now.state) && !calling(&was.state) {
            wrong.push(format!("{id} begins while everything is frozen"));
        }
        if was.state.is_final() && was.state != now.state {
            wrong.push(format!("{id} had ended as {} and is {}", was.state.name(), now.state.name()));
        }
        let stands = at.map_or_else(|| was.state.name(), String::as_str);
        if stands != now.state.name() {
            wrong.push(format!("{id} is written as {}, and by its lines it is {stands}", now.state.name()));
        }
        if awaits
            && known.asked.as_ref().map(|plan| &plan.fingerprint) != now.plan.as_ref().map(|plan| &plan.fingerprint)
        {
            wrong.push(format!("the plan of {id} changed while people decide about it"));
        }
        for what in wrong {
            self.truth.violated(what);
        }
    }
}
