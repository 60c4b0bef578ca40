//! What a command can say beside its verb: by a key (`keep:3d`), by its place, or either way.

use super::table::table;
use crate::domain::command::{DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS, REASON_MAX_CHARS, TICKET_MAX_CHARS};

/// What a row of the parameters says.
#[derive(Debug)]
pub struct ParameterSpec {
    /// The words that mean its key, its own first, without accents. None: it has no key and is known by its place.
    pub keys: &'static [&'static str],
    /// The words that may follow the key, where they are a closed set.
    pub values: &'static [&'static str],
    /// Whether it is a yes or a no: `--key` alone says yes.
    pub flag: bool,
    /// Its key with a right value, for examples.
    pub example: &'static str,
    /// The most characters that can be right.
    pub longest: Option<usize>,
    /// What completes it while it is typed.
    pub completion: Option<Completion>,
}

/// What completes a parameter while it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The VMs on which the person may do it.
    Vm,
    /// The snapshots of the VM that the command names.
    Snapshot,
    /// The modes that the VM's state allows.
    Mode,
    /// Usual times.
    Time,
}

/// A parameter without a key, which takes any text.
const PLAIN: ParameterSpec =
    ParameterSpec { keys: &[], values: &[], flag: false, example: "", longest: None, completion: None };

const YES_OR_NO: &[&str] = &["yes", "no"];

table! {
    /// What a command can say beside its verb.
    Parameter, ParameterSpec {
        /// The VM.
        Vm "vm" {
            keys: &["vm", "machine"], example: "vm:web-01", completion: Some(Completion::Vm), ..PLAIN
        }
        /// The vCenter to look for the VM in.
        VCenter "vcenter" { keys: &["vcenter", "vc"], example: "vcenter:paris", ..PLAIN }
        /// A snapshot that exists.
        Snapshot "snapshot" {
            keys: &["snapshot", "snap", "instantane"], example: "snapshot:\"before upgrade\"",
            completion: Some(Completion::Snapshot), ..PLAIN
        }
        /// A new name.
        Name "name" {
            keys: &["name", "nom"], example: "name:\"before upgrade\"", longest: Some(NAME_MAX_CHARS), ..PLAIN
        }
        /// A new description.
        Description "description" {
            keys: &["description", "desc"], example: "description:\"to 8.0.3\"",
            longest: Some(DESCRIPTION_MAX_CHARS), ..PLAIN
        }
        /// Disk, quiesced or memory.
        Mode "mode" {
            keys: &["mode"], values: &["auto", "disk", "quiesce", "memory"], example: "mode:memory",
            completion: Some(Completion::Mode), ..PLAIN
        }
        /// How long a snapshot stays.
        Keep "keep" {
            keys: &["keep", "garder", "conserver", "until"], example: "keep:3d",
            completion: Some(Completion::Time), ..PLAIN
        }
        /// Whether everything below the snapshot goes too.
        Children "children" {
            keys: &["children", "enfants"], values: YES_OR_NO, flag: true, example: "children:yes", ..PLAIN
        }
        /// Whether the VM stays off after a revert.
        StayOff "stay-off" {
            keys: &["stay-off", "stayoff", "rester-eteinte", "eteinte"], values: YES_OR_NO, flag: true,
            example: "stay-off:yes", ..PLAIN
        }
        /// The same, as `power:off`.
        Power "power" { keys: &["power", "alimentation"], values: &["off", "on"], example: "power:off", ..PLAIN }
        /// The ticket that it belongs to.
        Ticket "ticket" {
            keys: &["ticket", "change"], example: "ticket:CHG0042117", longest: Some(TICKET_MAX_CHARS), ..PLAIN
        }
        /// Whether a snapshot is taken before the revert.
        Safety "safety" {
            keys: &["safety", "securite"], values: YES_OR_NO, flag: true, example: "safety:yes", ..PLAIN
        }
        /// A request's id.
        Request "request" { ..PLAIN }
        /// A verb, to be told about.
        Verb "verb" { ..PLAIN }
        /// Why something is done.
        Reason "reason" { longest: Some(REASON_MAX_CHARS), ..PLAIN }
        /// A report's name.
        Report "report" { ..PLAIN }
        /// Many VMs: a VM, a folder or all.
        Scope "scope" { completion: Some(Completion::Vm), ..PLAIN }
        /// How old something is.
        Age "age" { completion: Some(Completion::Time), ..PLAIN }
    }
}

impl Parameter {
    /// Whether it can be said by a key.
    pub const fn has_key(self) -> bool {
        !self.spec().keys.is_empty()
    }

    /// The parameter of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|parameter| parameter.as_str() == word)
    }
}
