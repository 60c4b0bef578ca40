//! What goes wrong on demand: a plan of rules, each for a VM and a method, read from a TOML or JSON file.
//!
//! ```toml
//! [[rule]]
//! vm = "web-*"                      # a VM's name, "*" stands for any text; default "*": calls about no VM too
//! method = "CreateSnapshotEx_Task"  # the same way; default "*"
//! after = 1                         # the number of matching calls to skip first; default 0
//! times = 2                         # then the number of calls to act on; default 1, 0 = all
//! kind = "fault"                    # what happens, see below
//! fault = "ApplicationQuiesceFault"
//! message = "VSS writer timed out"
//! at = "end"                        # "call" (default): the call is refused; "end": its task ends in error
//! ```
//!
//! | kind | keys | what happens |
//! |---|---|---|
//! | `fault` | `fault`, `message`, `at` | vCenter refuses, or the task ends in error |
//! | `lost_reply` | | it is done, then the connection is cut without an answer |
//! | `lost_request` | | the connection is cut before it is done |
//! | `late_reply` | `seconds` | it is done at once and answered late |
//! | `half_reply` | | it is done, half of the answer is sent, then the connection is cut |
//! | `html_502` | | a proxy's page, HTTP 502, and it is not done |
//! | `expired_session` | | the caller's session is forgotten first |
//! | `restart` | `forget_tasks` | every session is forgotten and the connection is cut; with `forget_tasks`, tasks too |
//! | `slow_task` | `seconds` | the task takes this long |
//! | `disks_left` | `fault`, `message` | a deletion takes the snapshot out of the tree and leaves its disks behind, so that the VM needs consolidation; with `fault` the task also ends in error |
//! | `not_quiesced` | | a quiesced snapshot is taken without quiescing, silently |
//!
//! The rules are tried in their order; the first one that matches a call and is not used up acts.
//!
//! Cutting the connection with work done or undone is the difference between a lost reply and a lost request, and a
//! client cannot tell them apart: that is what these rules are for.

use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::arming::Armed;
use super::check::is_fault;

/// A plan: rules in their order.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// The rules; the first that matches and is not used up acts.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawRule")]
pub struct Rule {
    /// Which VMs, by name; `*` stands for any text.
    pub vm: String,
    /// Which methods; `*` stands for any text.
    pub method: String,
    /// How many matching calls pass before it acts.
    pub after: u32,
    /// On how many calls it acts; 0 = on every one.
    pub times: u32,
    /// What happens.
    pub kind: Trouble,
}

/// What can happen to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// A vim25 fault, at the call or at the end of its task.
    Fault {
        /// The fault's type, such as `NoDiskSpace`.
        name: String,
        /// vCenter's words.
        message: String,
        /// Whether the task is begun and ends in error, rather than the call being refused.
        at_end: bool,
    },
    /// Done, and the connection cut.
    LostReply,
    /// The connection cut, and not done.
    LostRequest,
    /// Done at once, answered late.
    LateReply {
        /// How late, in seconds.
        seconds: f64,
    },
    /// Done, and the answer cut in its middle.
    HalfReply,
    /// A proxy's error page, and not done.
    Html502,
    /// The caller's session is forgotten before the call is looked at.
    ExpiredSession,
    /// All sessions are forgotten and the connection is cut before the call is looked at.
    Restart {
        /// Whether the tasks are forgotten as well; what they do is done all the same.
        forget_tasks: bool,
    },
    /// The task takes this long.
    SlowTask {
        /// How long, in seconds.
        seconds: f64,
    },
    /// A deletion leaves its disks behind.
    DisksLeft {
        /// The fault that the task ends with, if any: type and words.
        fault: Option<(String, String)>,
    },
    /// A quiesced snapshot is taken without quiescing.
    NotQuiesced,
}

/// Why a plan could not be read: in one sentence with file, line and key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct PlanError {
    file: String,
    problem: String,
}

impl Rule {
    /// A rule that acts once, on the first matching call.
    pub fn once(vm: &str, method: &str, kind: Trouble) -> Self {
        Self { vm: vm.to_owned(), method: method.to_owned(), after: 0, times: 1, kind }
    }
}

impl FaultPlan {
    /// A plan of these rules.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        Self { rules: rules.into_iter().collect() }
    }

    /// Reads a plan from a file: JSON if its name ends in `.json`, else TOML.
    ///
    /// # Errors
    /// If the file cannot be read or is no plan; the error names the line and the key.
    pub fn from_file(path: &Path) -> Result<Self, PlanError> {
        let problem = |problem: String| PlanError { file: path.display().to_string(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
        let json = path.extension().is_some_and(|extension| extension == "json");
        let read = if json { Self::from_json(&text) } else { Self::from_toml(&text) };
        read.map_err(problem)
    }

    /// Reads a plan from TOML.
    ///
    /// # Errors
    /// A sentence with line and key.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// Reads a plan from JSON, in the same shape.
    ///
    /// # Errors
    /// A sentence with line and key.
    fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// A plan at work: how often each rule was met, and what waits for the next change of a VM.
#[derive(Debug, Default)]
pub(super) struct ActivePlan {
    rules: Vec<(Rule, u32)>,
    /// What happens once, before any rule.
    pub(super) armed: Vec<Armed>,
}

impl ActivePlan {
    /// Begins with a plan, nothing met yet.
    pub(super) fn new(plan: FaultPlan) -> Self {
        Self { rules: plan.rules.into_iter().map(|rule| (rule, 0)).collect(), armed: Vec::new() }
    }

    /// What happens to this call. `number` and `vm` are the VM that it is about and its name, none and empty where it is about
    /// none.
    pub(super) fn strike(&mut self, number: Option<u32>, vm: &str, method: &str) -> Option<Trouble> {
        let waits = |armed: &Armed| number == Some(armed.vm) && armed.mishap.meets(method);
        if let Some(at) = self.armed.iter().position(waits) {
            return Some(self.armed.remove(at).mishap.trouble());
        }
        for (rule, met) in &mut self.rules {
            if !matches(&rule.vm, vm) || !matches(&rule.method, method) {
                continue;
            }
            let end = rule.after.saturating_add(rule.times);
            if rule.times != 0 && *met >= end {
                continue;
            }
            *met = met.saturating_add(1);
            if *met > rule.after {
                return Some(rule.kind.clone());
            }
        }
        None
    }
}

/// A rule as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    #[serde(default = "any")]
    vm: String,
    #[serde(default = "any")]
    method: String,
    #[serde(default)]
    after: u32,
    #[serde(default = "one")]
    times: u32,
    #[serde(deserialize_with = "kind")]
    kind: &'static Kind,
    fault: Option<String>,
    message: Option<String>,
    at: Option<At>,
    seconds: Option<f64>,
    forget_tasks: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum At {
    Call,
    End,
}

/// What a kind of rule does to a call.
struct Kind {
    name: &'static str,
    /// The keys that mean something with it.
    keys: &'static [&'static str],
    trouble: fn(&RawRule) -> Result<Trouble, String>,
}

macro_rules! kinds {
    ($($name:literal [$($key:ident)*] $trouble:expr;)*) => {
        const KINDS: &[Kind] =
            &[$(Kind { name: $name, keys: &[$(stringify!($key)),*], trouble: $trouble }),*];
    };
}

kinds! {
    "fault" [fault message at] RawRule::planned;
    "lost_reply" [] |_| Ok(Trouble::LostReply);
    "lost_request" [] |_| Ok(Trouble::LostRequest);
    "late_reply" [seconds] |rule| Ok(Trouble::LateReply { seconds: rule.seconds()? });
    "half_reply" [] |_| Ok(Trouble::HalfReply);
    "html_502" [] |_| Ok(Trouble::Html502);
    "expired_session" [] |_| Ok(Trouble::ExpiredSession);
    "restart" [forget_tasks] |rule| Ok(Trouble::Restart { forget_tasks: rule.forget_tasks == Some(true) });
    "slow_task" [seconds] |rule| Ok(Trouble::SlowTask { seconds: rule.seconds()? });
    "disks_left" [fault message] |rule| Ok(Trouble::DisksLeft { fault: rule.fault()? });
    "not_quiesced" [] |_| Ok(Trouble::NotQuiesced);
}

fn kind<'de, D: Deserializer<'de>>(from: D) -> Result<&'static Kind, D::Error> {
    let name = String::deserialize(from)?;
    let known = || KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    let found = KINDS.iter().find(|kind| kind.name == name);
    found.ok_or_else(|| D::Error::custom(format!("unknown kind `{name}`, expected one of {}", known())))
}

/// The longest delay of a rule: a day, in seconds.
const LONGEST: f64 = 86_400.0;

impl RawRule {
    fn seconds(&self) -> Result<f64, String> {
        match self.seconds {
            Some(seconds) if (0.0..=LONGEST).contains(&seconds) => Ok(seconds),
            Some(_) => Err("`seconds` must lie between 0 and 86400".to_owned()),
            None => Err(self.needs("seconds")),
        }
    }

    /// The fault's type and words.
    fn fault(&self) -> Result<Option<(String, String)>, String> {
        let Some(name) = self.fault.clone() else { return Ok(None) };
        // Only the names of the REST interface have dots, and vAPI's errors are not those of vim25.
        if self.method.contains('.') {
            if !is_name(&name) {
                return Err(format!("`fault`: \"{name}\" is no name of an error"));
            }
        } else if !is_fault(&name) {
            return Err(format!("`fault`: vim25 has no fault \"{name}\""));
        }
        let message = self.message.clone().unwrap_or_else(|| format!("{name} on demand"));
        Ok(Some((name, message)))
    }

    fn planned(&self) -> Result<Trouble, String> {
        let (name, message) = self.fault()?.ok_or_else(|| self.needs("fault"))?;
        Ok(Trouble::Fault { name, message, at_end: self.at == Some(At::End) })
    }

    fn needs(&self, key: &str) -> String {
        format!("kind = \"{}\" needs `{key}`", self.kind.name)
    }
}

impl TryFrom<RawRule> for Rule {
    type Error = String;

    fn try_from(raw: RawRule) -> Result<Self, String> {
        let Kind { name, keys, trouble } = raw.kind;
        let given = [
            ("fault", raw.fault.is_some()),
            ("message", raw.message.is_some()),
            ("at", raw.at.is_some()),
            ("seconds", raw.seconds.is_some()),
            ("forget_tasks", raw.forget_tasks.is_some()),
        ];
        if let Some((key, _)) = given.iter().find(|(key, given)| *given && !keys.contains(key)) {
            return Err(format!("`{key}` means nothing with kind = \"{name}\""));
        }
        let kind = trouble(&raw)?;
        Ok(Self { vm: raw.vm, method: raw.method, after: raw.after, times: raw.times, kind })
    }
}

/// Whether an error can have this name on the wire.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric())
}

fn any() -> String {
    "*".to_owned()
}

fn one() -> u32 {
    1
}

/// Whether a text fits a pattern in which `*` stands for any text, also for none.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            // An empty part (two stars in a row) is found at once and takes nothing away.
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
