//! What a session begins with: the versions that a server speaks, its service content, the session itself.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::ids::Moref;

use super::scalars::{boolean, moref, string, timestamp};
use super::xml::{Xml, XmlError, XmlResult};

/// The vim25 versions that this client knows, newest first, from the API's own list of released versions. Everything
/// it asks for exists in the oldest.
const KNOWN_VERSIONS: [&str; 22] = [
    "9.1.0.0", "9.0.0.0", "8.0.3.1", "8.0.3.0", "8.0.2.0", "8.0.1.0", "8.0.0.2", "8.0.0.1", "8.0.0.0", "7.0.3.2",
    "7.0.3.1", "7.0.3.0", "7.0.2.1", "7.0.2.0", "7.0.1.1", "7.0.1.0", "7.0.0.2", "7.0.0.0", "6.7.3", "6.7.1", "6.7",
    "6.5",
];

/// What is spoken with a server that does not say what it speaks.
pub(crate) const OLDEST_VERSION: &str = "6.5";

/// The newest version that the server (`/sdk/vimServiceVersions.xml`) and this client both know.
///
/// # Errors
/// Whatever is not a list of versions.
pub(crate) fn choose_version(xml: &mut Xml) -> XmlResult<&'static str> {
    if xml.child()? != Some("namespaces") {
        return Err(XmlError("the list of versions is something else".to_owned()));
    }
    let mut offered = Vec::new();
    while xml.child()?.is_some() {
        let mut name = String::new();
        let mut versions = Vec::new();
        while let Some(member) = xml.child()? {
            match member {
                "name" => name = string(xml)?,
                "version" => versions.push(string(xml)?),
                "priorVersions" => versions.extend(xml.list(string)?),
                _ => xml.skip()?,
            }
        }
        if name == "urn:vim25" {
            offered = versions;
        }
    }
    xml.end()?;
    Ok(KNOWN_VERSIONS
        .into_iter()
        .find(|known| offered.iter().any(|version| version == known))
        .unwrap_or(OLDEST_VERSION))
}

/// `ServiceContent`: the managers of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceContent {
    pub(crate) root_folder: Moref,
    pub(crate) property_collector: Moref,
    pub(crate) session_manager: Moref,
    pub(crate) view_manager: Option<Moref>,
    pub(crate) task_manager: Option<Moref>,
    pub(crate) event_manager: Option<Moref>,
    pub(crate) authorization_manager: Option<Moref>,
    pub(crate) full_name: String,
    pub(crate) api_version: String,
}

/// The managed objects that are used, as the service content names them.
const MANAGERS: [&str; 7] = [
    "rootFolder",
    "propertyCollector",
    "sessionManager",
    "viewManager",
    "taskManager",
    "eventManager",
    "authorizationManager",
];

/// Reads the response to `RetrieveServiceContent`.
pub(crate) fn service_content(xml: &mut Xml) -> XmlResult<ServiceContent> {
    let mut managers: HashMap<String, Moref> = HashMap::new();
    let (mut full_name, mut api_version) = (String::new(), String::new());
    while xml.child()?.is_some() {
        while let Some(member) = xml.child()? {
            let member = member.to_owned();
            if member == "about" {
                while let Some(fact) = xml.child()? {
                    match fact {
                        "fullName" => full_name = string(xml)?,
                        "apiVersion" => api_version = string(xml)?,
                        _ => xml.skip()?,
                    }
                }
            } else if MANAGERS.contains(&member.as_str()) {
                managers.insert(member, moref(xml)?);
            } else {
                xml.skip()?;
            }
        }
    }
    let mut of = |name: &str| managers.remove(name);
    let missing = |name: &str| XmlError(format!("the service content names no {name}"));
    Ok(ServiceContent {
        root_folder: of("rootFolder").ok_or_else(|| missing("rootFolder"))?,
        property_collector: of("propertyCollector").ok_or_else(|| missing("propertyCollector"))?,
        session_manager: of("sessionManager").ok_or_else(|| missing("sessionManager"))?,
        view_manager: of("viewManager"),
        task_manager: of("taskManager"),
        event_manager: of("eventManager"),
        authorization_manager: of("authorizationManager"),
        full_name,
        api_version,
    })
}

/// Reads the response to `Login`: the session's key and its account (`UserSession.key`, `.userName`).
pub(crate) fn user_session(xml: &mut Xml) -> XmlResult<(String, String)> {
    let (mut key, mut account) = (String::new(), String::new());
    while xml.child()?.is_some() {
        while let Some(member) = xml.child()? {
            match member {
                "key" => key = string(xml)?,
                "userName" => account = string(xml)?,
                _ => xml.skip()?,
            }
        }
    }
    Ok((key, account))
}

/// Reads a response that says nothing but that it was done.
pub(crate) fn nothing(xml: &mut Xml) -> XmlResult<()> {
    xml.skip()
}

/// Reads a response that is one reference (a task, a view, a filter).
pub(crate) fn returned_ref(xml: &mut Xml) -> XmlResult<Moref> {
    xml.list(moref)?.pop().ok_or_else(|| XmlError("the answer brings no reference".to_owned()))
}

/// Reads the response to `CurrentTime`.
pub(crate) fn current_time(xml: &mut Xml) -> XmlResult<Timestamp> {
    xml.list(timestamp)?.pop().ok_or_else(|| XmlError("the answer brings no time".to_owned()))
}

/// Reads the response to `HasPrivilegeOnEntities` for one entity: each privilege that it speaks of, and whether it is granted.
pub(crate) fn granted_privileges(xml: &mut Xml) -> XmlResult<Vec<(String, bool)>> {
    let mut granted = Vec::new();
    xml.list(|xml| {
        xml.each("privAvailability", |xml| {
            let (mut privilege, mut has) = (String::new(), false);
            while let Some(part) = xml.child()? {
                match part {
                    "privId" => privilege = string(xml)?,
                    "isGranted" => has = boolean(xml)?,
                    _ => xml.skip()?,
                }
            }
            granted.push((privilege, has));
            Ok(())
        })
    })?;
    Ok(granted)
}

#[cfg(test)]
mod tests;
