//! What is asked, as XML: one function per call, with every argument in the order of the schema.

use jiff::Timestamp;

use crate::domain::call::SnapshotMode;
use crate::domain::ids::Moref;

use super::names::escape;
use super::service::ServiceContent;

/// Whom the first calls are addressed to; every server has it under this id.
const SERVICE_INSTANCE: &str = "ServiceInstance";

/// The properties of one type of object that are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) kind: &'static str,
    pub(crate) paths: &'static [&'static str],
}

pub(crate) fn retrieve_service_content() -> String {
    call("RetrieveServiceContent", "ServiceInstance", SERVICE_INSTANCE, "")
}

pub(crate) fn current_time() -> String {
    call("CurrentTime", "ServiceInstance", SERVICE_INSTANCE, "")
}

pub(crate) fn login(content: &ServiceContent, user: &str, password: &str) -> String {
    let arguments = element("userName", user) + &element("password", password);
    call("Login", "SessionManager", content.session_manager.as_str(), &arguments)
}

pub(crate) fn logout(content: &ServiceContent) -> String {
    call("Logout", "SessionManager", content.session_manager.as_str(), "")
}

pub(crate) fn create_container_view(view_manager: &Moref, root: &Moref, kinds: &[&str]) -> String {
    let mut arguments = reference("container", "Folder", root.as_str());
    for kind in kinds {
        arguments += &element("type", kind);
    }
    arguments += &element("recursive", "true");
    call("CreateContainerView", "ViewManager", view_manager.as_str(), &arguments)
}

pub(crate) fn destroy_view(view: &Moref) -> String {
    call("DestroyView", "ContainerView", view.as_str(), "")
}

pub(crate) fn create_property_collector(content: &ServiceContent) -> String {
    let collector = content.property_collector.as_str();
    call("CreatePropertyCollector", "PropertyCollector", collector, "")
}

pub(crate) fn destroy_property_collector(collector: &Moref) -> String {
    call("DestroyPropertyCollector", "PropertyCollector", collector.as_str(), "")
}

/// `spec` is a filter's specification, as [`filter_spec`] writes it. Changed properties come whole, never in parts.
pub(crate) fn create_filter(collector: &Moref, spec: &str) -> String {
    let arguments = ["<spec>", spec, "</spec>", &element("partialUpdates", "false")].concat();
    call("CreateFilter", "PropertyCollector", collector.as_str(), &arguments)
}

pub(crate) fn destroy_filter(filter: &Moref) -> String {
    call("DestroyPropertyFilter", "PropertyFilter", filter.as_str(), "")
}

/// `version` is empty for the first wait. `seconds` is how long the server may wait for news.
pub(crate) fn wait_for_updates(collector: &Moref, version: &str, seconds: u64) -> String {
    let options = element("maxWaitSeconds", &seconds.to_string());
    let arguments = [&element("version", version), "<options>", &options, "</options>"].concat();
    call("WaitForUpdatesEx", "PropertyCollector", collector.as_str(), &arguments)
}

pub(crate) fn retrieve(content: &ServiceContent, spec: &str, page: Option<usize>) -> String {
    let page = page.map_or_else(String::new, |size| element("maxObjects", &size.to_string()));
    let arguments = ["<specSet>", spec, "</specSet><options>", &page, "</options>"].concat();
    let collector = content.property_collector.as_str();
    call("RetrievePropertiesEx", "PropertyCollector", collector, &arguments)
}

pub(crate) fn continue_retrieve(content: &ServiceContent, token: &str) -> String {
    let collector = content.property_collector.as_str();
    call("ContinueRetrievePropertiesEx", "PropertyCollector", collector, &element("token", token))
}

/// A filter's specification: the wanted properties of the objects in `objects` (see [`object`]). An object that is gone
/// is left out rather than answered with a fault.
pub(crate) fn filter_spec(wanted: &[Wanted], objects: &str) -> String {
    let mut spec = String::new();
    for Wanted { kind, paths } in wanted {
        spec += "<propSet>";
        spec += &element("type", kind);
        spec += &element("all", "false");
        for path in *paths {
            spec += &element("pathSet", path);
        }
        spec += "</propSet>";
    }
    spec += objects;
    spec += &element("reportMissingObjectsInResults", "true");
    spec
}

/// One object of a specification, itself included, and what its properties in `along` lead to.
pub(crate) fn object(kind: &str, moref: &Moref, along: &[&str]) -> String {
    object_set(kind, moref, false, along)
}

/// All objects of a view, without the view.
pub(crate) fn all_in_view(kind: &str, view: &Moref) -> String {
    object_set(kind, view, true, &["view"])
}

fn object_set(kind: &str, moref: &Moref, skip: bool, along: &[&str]) -> String {
    let mut set = String::from("<objectSet>");
    set += &reference("obj", kind, moref.as_str());
    set += &element("skip", if skip { "true" } else { "false" });
    for path in along {
        set += "<selectSet xsi:type=\"TraversalSpec\">";
        set += &element("type", kind);
        set += &element("path", path);
        set += &element("skip", "false");
        set += "</selectSet>";
    }
    set += "</objectSet>";
    set
}

pub(crate) fn create_snapshot_ex(vm: &Moref, name: &str, description: &str, mode: SnapshotMode) -> String {
    let mut arguments = snapshot_arguments(name, description, mode);
    if mode == SnapshotMode::Quiesce {
        // Its presence asks for quiescing; without a timeout the server's own holds.
        arguments += "<quiesceSpec xsi:type=\"VirtualMachineGuestQuiesceSpec\"></quiesceSpec>";
    }
    call("CreateSnapshotEx_Task", "VirtualMachine", vm.as_str(), &arguments)
}

pub(crate) fn create_snapshot(vm: &Moref, name: &str, description: &str, mode: SnapshotMode) -> String {
    let quiesce = if mode == SnapshotMode::Quiesce { "true" } else { "false" };
    let arguments = snapshot_arguments(name, description, mode) + &element("quiesce", quiesce);
    call("CreateSnapshot_Task", "VirtualMachine", vm.as_str(), &arguments)
}

fn snapshot_arguments(name: &str, description: &str, mode: SnapshotMode) -> String {
    let memory = if mode == SnapshotMode::Memory { "true" } else { "false" };
    [element("name", &escape(name)), element("description", description), element("memory", memory)].concat()
}

pub(crate) fn revert_to_snapshot(snapshot: &Moref, suppress_power_on: bool) -> String {
    let suppress = if suppress_power_on { "true" } else { "false" };
    let arguments = element("suppressPowerOn", suppress);
    call("RevertToSnapshot_Task", "VirtualMachineSnapshot", snapshot.as_str(), &arguments)
}

pub(crate) fn remove_snapshot(snapshot: &Moref, children: bool) -> String {
    let children = if children { "true" } else { "false" };
    let arguments = element("removeChildren", children) + &element("consolidate", "true");
    call("RemoveSnapshot_Task", "VirtualMachineSnapshot", snapshot.as_str(), &arguments)
}

pub(crate) fn remove_all_snapshots(vm: &Moref) -> String {
    // `spec` exists from 8.0.3 only; never send it.
    call("RemoveAllSnapshots_Task", "VirtualMachine", vm.as_str(), &element("consolidate", "true"))
}

pub(crate) fn consolidate(vm: &Moref) -> String {
    call("ConsolidateVMDisks_Task", "VirtualMachine", vm.as_str(), "")
}

pub(crate) fn rename_snapshot(snapshot: &Moref, name: Option<&str>, description: Option<&str>) -> String {
    let mut arguments = name.map_or_else(String::new, |name| element("name", &escape(name)));
    if let Some(description) = description {
        arguments += &element("description", description);
    }
    call("RenameSnapshot", "VirtualMachineSnapshot", snapshot.as_str(), &arguments)
}

pub(crate) fn power_on(vm: &Moref) -> String {
    call("PowerOnVM_Task", "VirtualMachine", vm.as_str(), "")
}

pub(crate) fn cancel_task(task: &Moref) -> String {
    call("CancelTask", "Task", task.as_str(), "")
}

pub(crate) fn has_privileges(manager: &Moref, vm: &Moref, session: &str, wanted: &[&str]) -> String {
    let mut arguments = reference("entity", "VirtualMachine", vm.as_str()) + &element("sessionId", session);
    for privilege in wanted {
        arguments += &element("privId", privilege);
    }
    call("HasPrivilegeOnEntities", "AuthorizationManager", manager.as_str(), &arguments)
}

/// The tasks that were queued at `since` or later: of one VM, or of everything.
/// The tasks that were queued in a time, of one VM or of all; without `until`, up to the newest.
pub(crate) fn create_task_history(
    manager: &Moref,
    vm: Option<&Moref>,
    since: Timestamp,
    until: Option<Timestamp>,
) -> String {
    let entity = vm.map_or_else(String::new, |vm| {
        let vm = reference("entity", "VirtualMachine", vm.as_str());
        ["<entity>", &vm, "<recursion>self</recursion></entity>"].concat()
    });
    let arguments = [
        "<filter>",
        &entity,
        "<time><timeType>queuedTime</timeType>",
        &element("beginTime", &since.to_string()),
        &until.map_or_else(String::new, |until| element("endTime", &until.to_string())),
        "</time></filter>",
    ]
    .concat();
    call("CreateCollectorForTasks", "TaskManager", manager.as_str(), &arguments)
}

pub(crate) fn read_next_tasks(collector: &Moref, count: usize) -> String {
    let count = element("maxCount", &count.to_string());
    call("ReadNextTasks", "TaskHistoryCollector", collector.as_str(), &count)
}

pub(crate) fn destroy_task_history(collector: &Moref) -> String {
    call("DestroyCollector", "TaskHistoryCollector", collector.as_str(), "")
}

/// What was logged of one VM in a time.
pub(crate) fn query_events(manager: &Moref, vm: &Moref, since: Timestamp, until: Timestamp) -> String {
    let vm = reference("entity", "VirtualMachine", vm.as_str());
    let arguments = [
        "<filter><entity>",
        &vm,
        "<recursion>self</recursion></entity><time>",
        &element("beginTime", &since.to_string()),
        &element("endTime", &until.to_string()),
        "</time></filter>",
    ]
    .concat();
    call("QueryEvents", "EventManager", manager.as_str(), &arguments)
}

/// The method that a request calls (`CreateSnapshot_Task`); it is its first element.
pub(crate) fn method(request: &str) -> &str {
    let name = request.strip_prefix('<').unwrap_or(request);
    name.split([' ', '>']).next().unwrap_or_default()
}

fn call(method: &str, this_kind: &str, this: &str, arguments: &str) -> String {
    let this = reference("_this", this_kind, this);
    ["<", method, " xmlns=\"urn:vim25\">", &this, arguments, "</", method, ">"].concat()
}

fn reference(name: &str, kind: &str, id: &str) -> String {
    let mut xml = ["<", name, " type=\"", kind, "\">"].concat();
    push_text(&mut xml, id);
    xml + "</" + name + ">"
}

fn element(name: &str, text: &str) -> String {
    let mut xml = ["<", name, ">"].concat();
    push_text(&mut xml, text);
    xml + "</" + name + ">"
}

/// Escapes text for an element. A character that XML cannot hold at all becomes the replacement character.
fn push_text(xml: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            // A bare carriage return would be read as a line feed.
            '\r' => xml.push_str("&#13;"),
            '\t' | '\n' => xml.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            other => xml.push(other),
        }
    }
}

#[cfg(test)]
mod tests;
