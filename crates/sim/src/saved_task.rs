//! A task as the world's file has it. Its words are fixed ones of vim25 (`schema.txt`), so that reading looks each of them up.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::id::Id;
use super::schema::schema;
use super::task::{Act, State, Task};
use super::value::{Data, Value};

/// One task. The percentage is left out: it follows from the times.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedTask {
    n: u32,
    method: String,
    act: Act,
    vm: u32,
    vm_name: String,
    user: String,
    queued: Duration,
    started: Option<Duration>,
    completed: Option<Duration>,
    length: Duration,
    state: State,
    cancel_at: Option<Duration>,
    result: Option<SavedValue>,
    error: Option<SavedFault>,
    doom: Option<SavedFault>,
    leaves_disks: bool,
    skips_quiescing: bool,
    forgotten: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedFault {
    kind: String,
    fields: Vec<(String, SavedValue)>,
    message: String,
}

/// The values that results and fields of faults have.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SavedValue {
    Bool(bool),
    Short(i16),
    Int(i32),
    Long(i64),
    Text(String),
    Time(Timestamp),
    Enum(String, String),
    Ref(Id),
    Foreign(String, String),
}

impl SavedTask {
    /// A task to be written.
    pub(super) fn of(task: &Task) -> Self {
        Self {
            n: task.n,
            method: task.method.to_owned(),
            act: task.act.clone(),
            vm: task.vm,
            vm_name: task.vm_name.clone(),
            user: task.user.clone(),
            queued: task.queued,
            started: task.started,
            completed: task.completed,
            length: task.length,
            state: task.state,
            cancel_at: task.cancel_at,
            result: task.result.as_ref().and_then(SavedValue::of),
            error: task.error.as_ref().map(SavedFault::of),
            doom: task.doom.as_ref().map(SavedFault::of),
            leaves_disks: task.leaves_disks,
            skips_quiescing: task.skips_quiescing,
            forgotten: task.forgotten,
        }
    }

    /// The task that was written.
    ///
    /// # Errors
    /// A sentence that names the word that vim25 does not have.
    pub(super) fn restore(self) -> Result<Task, String> {
        let method = schema().method(&self.method);
        Ok(Task {
            n: self.n,
            method: method.ok_or_else(|| unknown("method", &self.method))?.name,
            act: self.act,
            vm: self.vm,
            vm_name: self.vm_name,
            user: self.user,
            queued: self.queued,
            started: self.started,
            completed: self.completed,
            length: self.length,
            state: self.state,
            progress: 0,
            cancel_at: self.cancel_at,
            result: self.result.map(SavedValue::restore).transpose()?,
            error: self.error.map(SavedFault::restore).transpose()?,
            doom: self.doom.map(SavedFault::restore).transpose()?,
            leaves_disks: self.leaves_disks,
            skips_quiescing: self.skips_quiescing,
            forgotten: self.forgotten,
        })
    }
}

impl SavedFault {
    fn of(fault: &Fault) -> Self {
        let data = fault.data();
        let fields = data.fields.iter();
        Self {
            kind: data.kind.to_owned(),
            fields: fields.filter_map(|(name, value)| Some(((*name).to_owned(), SavedValue::of(value)?))).collect(),
            message: fault.message.clone(),
        }
    }

    fn restore(self) -> Result<Fault, String> {
        let kind = schema().name(&self.kind).ok_or_else(|| unknown("type", &self.kind))?;
        let mut data = Data::derived(kind);
        for (name, value) in self.fields {
            let field = schema().field(kind, &name).ok_or_else(|| unknown("field", &name))?;
            data = data.with(field.name, value.restore()?);
        }
        Ok(Fault::of(data, self.message))
    }
}

impl SavedValue {
    /// None for what no result and no field of a fault is here: a data object or a list.
    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Short(value) => Self::Short(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Long(value) => Self::Long(*value),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Time(date) => Self::Time(*date),
            Value::Enum(kind, value) => Self::Enum((*kind).to_owned(), (*value).to_owned()),
            Value::Ref(id) => Self::Ref(*id),
            Value::Foreign(kind, text) => Self::Foreign(kind.clone(), text.clone()),
            Value::Data(_) | Value::List(..) => return None,
        })
    }

    fn restore(self) -> Result<Value, String> {
        Ok(match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Short(value) => Value::Short(value),
            Self::Int(value) => Value::Int(value),
            Self::Long(value) => Value::Long(value),
            Self::Text(text) => Value::Text(text),
            Self::Time(date) => Value::Time(date),
            Self::Enum(kind, value) => {
                let values = schema().values(&kind).unwrap_or_default();
                let found = values.iter().find(|known| **known == value);
                let (Some(kind), Some(value)) = (schema().enum_name(&kind), found) else {
                    return Err(unknown("value", &format!("{kind}.{value}")));
                };
                Value::Enum(kind, value)
            }
            Self::Ref(id) => Value::Ref(id),
            Self::Foreign(kind, text) => Value::Foreign(kind, text),
        })
    }
}

fn unknown(what: &str, name: &str) -> String {
    format!("vim25 has no {what} {name:?}")
}

#[cfg(test)]
mod tests {
    use super::super::id::Kind;
    use super::*;

    fn task() -> Task {
        Task {
            n: 77,
            method: "RemoveSnapshot_Task",
            act: Act::Remove { snapshot: 5, children: true, consolidate: false },
            vm: 41,
            vm_name: "50%25".to_owned(),
            user: "user".to_owned(),
            queued: Duration::from_millis(1500),
            started: Some(Duration::from_nanos(1_600_000_001)),
            completed: None,
            length: Duration::from_secs(4),
            state: State::Running,
            progress: 0,
            cancel_at: Some(Duration::from_secs(3)),
            result: Some(Value::Ref(Id::new(Kind::Snapshot, 9))),
            error: None,
            doom: None,
            leaves_disks: true,
            skips_quiescing: true,
            forgotten: true,
        }
    }

    fn through_json(task: &Task) -> Result<Task, String> {
        let text = serde_json::to_string(&SavedTask::of(task)).unwrap();
        serde_json::from_str::<SavedTask>(&text).unwrap().restore()
    }

    #[test]
    fn a_task_comes_back_as_it_was() {
        assert_eq!(through_json(&task()), Ok(task()));
    }

    #[test]
    fn every_fault_comes_back_with_its_fields() {
        let vm = Id::new(Kind::Vm, 41);
        let power = Fault::invalid_power_state("poweredOn", "poweredOff");
        for fault in [
            power.clone(),
            Fault::gone_id(vm),
            Fault::task_in_progress(Id::new(Kind::Task, 5)),
            Fault::no_permission(vm, "VirtualMachine.State.RemoveSnapshot"),
            Fault::invalid_name("", vm),
            Fault::by_name("NoDiskSpace", "full", Some(vm)),
            Fault::new("RequestCanceled", "é \"quoted\""),
        ] {
            let mut task = task();
            task.error = Some(fault);
            task.doom = Some(power.clone());
            assert_eq!(through_json(&task), Ok(task));
        }
    }

    #[test]
    fn a_word_that_vim25_does_not_have_is_named() {
        let mut saved = SavedTask::of(&task());
        saved.method = "Explode_Task".to_owned();
        assert_eq!(saved.restore().unwrap_err(), "vim25 has no method \"Explode_Task\"");
        let mut saved = SavedTask::of(&task());
        saved.result = Some(SavedValue::Enum("TaskInfoState".to_owned(), "bored".to_owned()));
        let why = saved.restore().unwrap_err();
        assert_eq!(why, "vim25 has no value \"TaskInfoState.bored\"");
    }
}
