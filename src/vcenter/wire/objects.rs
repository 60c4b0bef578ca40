//! What the property collector answers with: objects and their properties, whole or as updates.

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ids::Moref;

use super::fault::localized_fault;
use super::props::Props;
use super::scalars::{Kind, boolean, object_ref, string};
use super::tasks::{LoggedTask, TaskInfo, logged_task, task_info};
use super::xml::{Xml, XmlError, XmlResult};

#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) kind: Kind,
    pub(crate) moref: Moref,
    pub(crate) props: Props,
}

/// One page of a read (`RetrieveResult`).
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Object>,
    /// By this the next page is asked for; none after the last.
    pub(crate) token: Option<String>,
    /// Some servers answer a read whose session is gone with objects that lack every property for that reason.
    pub(crate) unauthenticated: Option<Fault>,
}

/// Reads the response to `RetrievePropertiesEx` or `ContinueRetrievePropertiesEx`; an empty one is an empty page.
pub(crate) fn page(xml: &mut Xml) -> XmlResult<Page> {
    let mut read = Page::default();
    while xml.child()?.is_some() {
        while let Some(member) = xml.child()? {
            match member {
                "objects" => {
                    let object = object(xml, &mut read.unauthenticated)?;
                    read.objects.push(object);
                }
                "token" => read.token = Some(string(xml)?),
                _ => xml.skip()?,
            }
        }
    }
    Ok(read)
}

/// `ObjectContent`
fn object(xml: &mut Xml, unauthenticated: &mut Option<Fault>) -> XmlResult<Object> {
    let mut of = None;
    let mut props = Props::default();
    let mut path = String::new();
    while let Some(member) = xml.child()? {
        match member {
            "obj" => of = Some(object_ref(xml)?),
            "propSet" => {
                while let Some(part) = xml.child()? {
                    match part {
                        "name" => xml.text()?.clone_into(&mut path),
                        "val" => props.set(&path, xml)?,
                        _ => xml.skip()?,
                    }
                }
            }
            "missingSet" => {
                let missing = missing(xml)?;
                if missing.fault.kind == FaultKind::NotAuthenticated {
                    *unauthenticated = Some(missing.fault);
                } else {
                    props.withheld.push(missing);
                }
            }
            _ => xml.skip()?,
        }
    }
    let (kind, moref) = of.ok_or_else(anonymous)?;
    Ok(Object { kind, moref, props })
}

/// A property that the server has and does not give (`MissingProperty`). It is not known; it is not unset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) path: String,
    /// Why, mostly `NoPermission`.
    pub(crate) fault: Fault,
}

fn missing(xml: &mut Xml) -> XmlResult<Missing> {
    let (mut path, mut fault) = (String::new(), None);
    while let Some(part) = xml.child()? {
        match part {
            "path" => xml.text()?.clone_into(&mut path),
            "fault" => fault = Some(localized_fault(xml)?),
            _ => xml.skip()?,
        }
    }
    let fault = fault.ok_or_else(|| XmlError(format!("{path} is missing, and the answer does not say why")))?;
    Ok(Missing { path, fault })
}

/// `ObjectUpdateKind`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    /// The object has come into view, or changed.
    Here,
    /// It has gone out of view.
    Left,
}

/// One object's changes (`ObjectUpdate`).
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub(crate) motion: Motion,
    pub(crate) object: Object,
}

/// What `WaitForUpdatesEx` answers with (`UpdateSet`).
#[derive(Debug, Default)]
pub(crate) struct UpdateSet {
    /// By this the next wait goes on.
    pub(crate) version: String,
    /// Whether more belongs to this set.
    pub(crate) truncated: bool,
    pub(crate) updates: Vec<Update>,
}

/// Reads the response to `WaitForUpdatesEx`; none when nothing changed in the time that was given.
pub(crate) fn update_set(xml: &mut Xml) -> XmlResult<Option<UpdateSet>> {
    let mut read = None;
    while xml.child()?.is_some() {
        let set = read.get_or_insert_with(UpdateSet::default);
        while let Some(member) = xml.child()? {
            match member {
                "version" => set.version = string(xml)?,
                "truncated" => set.truncated = boolean(xml)?,
                "filterSet" => xml.each("objectSet", |xml| {
                    set.updates.push(update(xml)?);
                    Ok(())
                })?,
                _ => xml.skip()?,
            }
        }
    }
    Ok(read)
}

fn update(xml: &mut Xml) -> XmlResult<Update> {
    let mut motion = Motion::Here;
    let mut of = None;
    let mut props = Props::default();
    while let Some(member) = xml.child()? {
        match member {
            "kind" => {
                if xml.text()? == "leave" {
                    motion = Motion::Left;
                }
            }
            "obj" => of = Some(object_ref(xml)?),
            "changeSet" => change(xml, &mut props)?,
            "missingSet" => props.withheld.push(missing(xml)?),
            _ => xml.skip()?,
        }
    }
    let (kind, moref) = of.ok_or_else(anonymous)?;
    Ok(Update { motion, object: Object { kind, moref, props } })
}

/// `PropertyChange`: without a value the property is unset now.
fn change(xml: &mut Xml, props: &mut Props) -> XmlResult<()> {
    let mut path = String::new();
    let mut has_value = false;
    while let Some(part) = xml.child()? {
        match part {
            "name" => xml.text()?.clone_into(&mut path),
            "val" => {
                has_value = true;
                props.set(&path, xml)?;
            }
            _ => xml.skip()?,
        }
    }
    if !has_value {
        props.unset(&path);
    }
    Ok(())
}

/// Reads the response to `ReadNextTasks`.
pub(crate) fn task_infos(xml: &mut Xml) -> XmlResult<Vec<TaskInfo>> {
    xml.list(task_info)
}

/// Reads the response to `QueryEvents`: the tasks among the events.
pub(crate) fn task_events(xml: &mut Xml) -> XmlResult<Vec<LoggedTask>> {
    Ok(xml.list(logged_task)?.into_iter().flatten().collect())
}

fn anonymous() -> XmlError {
    XmlError("an object in the answer does not say which it is".to_owned())
}

#[cfg(test)]
mod tests;
