//! `TaskInfo`, whole or by its properties.

use jiff::Timestamp;

use crate::domain::fault::Fault;
use crate::domain::ids::Moref;

use super::fault::localized_fault;
use super::scalars::{boolean, integer, moref, string, timestamp};
use super::xml::{Xml, XmlResult};

/// `TaskInfoState`. A state that nobody knows is kept as one, not refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    Queued,
    Running,
    Success,
    Error,
    #[default]
    Unknown,
}

/// A task, as far as anybody asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TaskInfo {
    pub(crate) task: Option<Moref>,
    pub(crate) kind: String,
    pub(crate) phase: Phase,
    pub(crate) queued: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
    /// `reason.userName`, where a person's session started it.
    pub(crate) user: Option<String>,
    /// `result`, where it is a reference: of what takes a snapshot, the snapshot.
    pub(crate) result: Option<Moref>,
    /// `entity`, where the task is about a VM.
    pub(crate) vm: Option<Moref>,
    /// `entityName`, still escaped as vCenter writes names.
    pub(crate) entity_name: String,
}

/// Reads the `TaskInfo` just stepped into.
pub(crate) fn task_info(xml: &mut Xml) -> XmlResult<TaskInfo> {
    let mut read = TaskInfo::default();
    while let Some(member) = xml.child()? {
        match member {
            "task" => read.task = Some(moref(xml)?),
            "descriptionId" => xml.text()?.clone_into(&mut read.kind),
            "state" => read.phase = phase(xml)?,
            "entity" => {
                let about_vm = xml.ref_type() == Some("VirtualMachine");
                read.vm = Some(moref(xml)?).filter(|_| about_vm);
            }
            "entityName" => xml.text()?.clone_into(&mut read.entity_name),
            "queueTime" => read.queued = Some(timestamp(xml)?),
            "result" => read.result = result(xml)?,
            "completeTime" => read.completed = Some(timestamp(xml)?),
            "reason" => xml.each("userName", |xml| {
                read.user = Some(string(xml)?);
                Ok(())
            })?,
            _ => xml.skip()?,
        }
    }
    Ok(read)
}

/// What is known of a followed task; none where vCenter did not speak of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TaskProps {
    pub(crate) phase: Option<Phase>,
    pub(crate) percent: Option<u8>,
    pub(crate) cancelable: Option<bool>,
    pub(crate) result: Option<Moref>,
    pub(crate) error: Option<Fault>,
    pub(crate) started: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
}

impl TaskProps {
    /// Takes in one property (`info.state`…) from the value just stepped into; says whether it is one of them.
    pub(crate) fn set(&mut self, path: &str, xml: &mut Xml) -> XmlResult<bool> {
        match path {
            "info.state" => self.phase = Some(phase(xml)?),
            "info.progress" => self.percent = u8::try_from(integer(xml)?.clamp(0, 100)).ok(),
            "info.cancelable" => self.cancelable = Some(boolean(xml)?),
            "info.result" => self.result = result(xml)?.or(self.result.take()),
            "info.error" => self.error = Some(localized_fault(xml)?),
            "info.startTime" => self.started = Some(timestamp(xml)?),
            "info.completeTime" => self.completed = Some(timestamp(xml)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Brings what was known up to what has come.
    pub(crate) fn merge(&mut self, newer: Self) {
        let Self { phase, percent, cancelable, result, error, started, completed } = newer;
        self.phase = phase.or(self.phase);
        self.percent = percent.or(self.percent);
        self.cancelable = cancelable.or(self.cancelable);
        self.result = result.or(self.result.take());
        self.error = error.or(self.error.take());
        self.started = started.or(self.started);
        self.completed = completed.or(self.completed);
    }
}

/// Only a reference is a result that anybody asks for; `CreateSnapshot`'s is the new snapshot.
fn result(xml: &mut Xml) -> XmlResult<Option<Moref>> {
    if xml.ref_type().is_some() {
        return moref(xml).map(Some);
    }
    xml.skip()?;
    Ok(None)
}

/// A task that the event log says was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoggedTask {
    /// `createdTime`
    pub(crate) at: Timestamp,
    /// `userName`, empty where it is nobody's.
    pub(crate) user: String,
    /// `info.descriptionId`
    pub(crate) kind: String,
}

/// Reads the `Event` just stepped into; none if it is no `TaskEvent`.
pub(crate) fn logged_task(xml: &mut Xml) -> XmlResult<Option<LoggedTask>> {
    let (mut at, mut user, mut kind) = (None, String::new(), None);
    while let Some(member) = xml.child()? {
        match member {
            "createdTime" => at = Some(timestamp(xml)?),
            "userName" => xml.text()?.clone_into(&mut user),
            "info" => kind = Some(task_info(xml)?.kind),
            _ => xml.skip()?,
        }
    }
    Ok(at.zip(kind).map(|(at, kind)| LoggedTask { at, user, kind }))
}

fn phase(xml: &mut Xml) -> XmlResult<Phase> {
    Ok(match xml.text()? {
        "queued" => Phase::Queued,
        "running" => Phase::Running,
        "success" => Phase::Success,
        "error" => Phase::Error,
        _ => Phase::Unknown,
    })
}
