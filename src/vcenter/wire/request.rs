//! What is asked, as XML: one function per call, with every argument in the order of the schema.

use jiff::Timestamp;

use crate::domain::call::SnapshotMode;
use crate::domain::ids::Moref;

use super::names::escape;

/// Whom the first calls are addressed to; every server has it under this id.
const SERVICE_INSTANCE: &str = "ServiceInstance";

/// The properties of one type of object that are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) kind: &'static str,
    pub(crate) paths: &'static [&'static str],
}

/// Types of managed objects that several calls are made on.
const COLLECTOR: &str = "PropertyCollector";
const SNAPSHOT: &str = "VirtualMachineSnapshot";
const VM: &str = "VirtualMachine";

/// Makes the calls that have no argument.
macro_rules! plain {
    ($($name:ident is $method:ident on $kind:ident;)*) => {
        $(pub(crate) fn $name(this: &Moref) -> String {
            call(stringify!($method), stringify!($kind), this, "")
        })*
    };
}

plain! {
    cancel_task is CancelTask on Task;
    consolidate is ConsolidateVMDisks_Task on VirtualMachine;
    create_property_collector is CreatePropertyCollector on PropertyCollector;
    destroy_filter is DestroyPropertyFilter on PropertyFilter;
    destroy_property_collector is DestroyPropertyCollector on PropertyCollector;
    destroy_task_history is DestroyCollector on TaskHistoryCollector;
    destroy_view is DestroyView on ContainerView;
    logout is Logout on SessionManager;
    power_on is PowerOnVM_Task on VirtualMachine;
}

pub(crate) fn retrieve_service_content() -> String {
    call("RetrieveServiceContent", SERVICE_INSTANCE, &SERVICE_INSTANCE.into(), "")
}

pub(crate) fn current_time() -> String {
    call("CurrentTime", SERVICE_INSTANCE, &SERVICE_INSTANCE.into(), "")
}

pub(crate) fn login(session_manager: &Moref, user: &str, password: &str) -> String {
    let args = element("userName", user) + &element("password", password);
    call("Login", "SessionManager", session_manager, &args)
}

pub(crate) fn create_container_view(view_manager: &Moref, root: &Moref, kinds: &[&str]) -> String {
    let container = reference("container", "Folder", root);
    let args = container + &elements("type", kinds) + &element("recursive", true);
    call("CreateContainerView", "ViewManager", view_manager, &args)
}

/// `spec` is a filter's specification, as [`filter_spec`] writes it. Changed properties come whole, never in parts.
pub(crate) fn create_filter(collector: &Moref, spec: &str) -> String {
    let args = format!("<spec>{spec}</spec>{}", element("partialUpdates", false));
    call("CreateFilter", COLLECTOR, collector, &args)
}

/// `version` is empty for the first wait. `seconds` is how long the server may wait for news.
pub(crate) fn wait_for_updates(collector: &Moref, version: &str, seconds: u64) -> String {
    let (version, seconds) = (element("version", version), element("maxWaitSeconds", seconds));
    let args = format!("{version}<options>{seconds}</options>");
    call("WaitForUpdatesEx", COLLECTOR, collector, &args)
}

pub(crate) fn retrieve(collector: &Moref, spec: &str, page: Option<usize>) -> String {
    let page = optional("maxObjects", page);
    let args = format!("<specSet>{spec}</specSet><options>{page}</options>");
    call("RetrievePropertiesEx", COLLECTOR, collector, &args)
}

pub(crate) fn continue_retrieve(collector: &Moref, token: &str) -> String {
    let args = element("token", token);
    call("ContinueRetrievePropertiesEx", COLLECTOR, collector, &args)
}

/// A filter's specification: the wanted properties of the objects in `objects` (see [`object`]). An object that is gone
/// is left out rather than answered with a fault.
pub(crate) fn filter_spec(wanted: &[Wanted], objects: &str) -> String {
    let mut spec = String::new();
    for Wanted { kind, paths } in wanted {
        let (kind, all) = (element("type", kind), element("all", false));
        spec += &format!("<propSet>{kind}{all}{}</propSet>", elements("pathSet", paths));
    }
    spec + objects + &element("reportMissingObjectsInResults", true)
}

/// One object of a specification, itself included, and what its properties in `along` lead to.
pub(crate) fn object(kind: &str, moref: &Moref, along: &[&str]) -> String {
    object_set(kind, moref, false, along)
}

/// All objects of a view, without the view.
pub(crate) fn all_in_view(view: &Moref) -> String {
    object_set("ContainerView", view, true, &["view"])
}

fn object_set(kind: &str, moref: &Moref, skip: bool, along: &[&str]) -> String {
    let mut set = reference("obj", kind, moref) + &element("skip", skip);
    for path in along {
        let (kind, path, skip) = (element("type", kind), element("path", path), element("skip", false));
        set += &format!("<selectSet xsi:type=\"TraversalSpec\">{kind}{path}{skip}</selectSet>");
    }
    format!("<objectSet>{set}</objectSet>")
}

pub(crate) fn create_snapshot_ex(vm: &Moref, name: &str, description: &str, mode: SnapshotMode) -> String {
    let mut args = snapshot_arguments(name, description, mode);
    if mode == SnapshotMode::Quiesce {
        // Its presence asks for quiescing; without a timeout the server's own holds.
        args += "<quiesceSpec xsi:type=\"VirtualMachineGuestQuiesceSpec\"></quiesceSpec>";
    }
    call("CreateSnapshotEx_Task", VM, vm, &args)
}

pub(crate) fn create_snapshot(vm: &Moref, name: &str, description: &str, mode: SnapshotMode) -> String {
    let quiesce = element("quiesce", mode == SnapshotMode::Quiesce);
    let args = snapshot_arguments(name, description, mode) + &quiesce;
    call("CreateSnapshot_Task", VM, vm, &args)
}

fn snapshot_arguments(name: &str, description: &str, mode: SnapshotMode) -> String {
    let name = element("name", escape(name)) + &element("description", description);
    name + &element("memory", mode == SnapshotMode::Memory)
}

pub(crate) fn revert_to_snapshot(snapshot: &Moref, suppress_power_on: bool) -> String {
    let args = element("suppressPowerOn", suppress_power_on);
    call("RevertToSnapshot_Task", SNAPSHOT, snapshot, &args)
}

pub(crate) fn remove_snapshot(snapshot: &Moref, children: bool) -> String {
    let args = element("removeChildren", children) + &element("consolidate", true);
    call("RemoveSnapshot_Task", SNAPSHOT, snapshot, &args)
}

pub(crate) fn remove_all_snapshots(vm: &Moref) -> String {
    // `spec` exists from 8.0.3 only; never send it.
    call("RemoveAllSnapshots_Task", VM, vm, &element("consolidate", true))
}

pub(crate) fn rename_snapshot(snapshot: &Moref, name: Option<&str>, description: Option<&str>) -> String {
    let args = optional("name", name.map(escape)) + &optional("description", description);
    call("RenameSnapshot", SNAPSHOT, snapshot, &args)
}

pub(crate) fn has_privileges(manager: &Moref, vm: &Moref, session: &str, wanted: &[&str]) -> String {
    let (vm, session) = (reference("entity", VM, vm), element("sessionId", session));
    let args = vm + &session + &elements("privId", wanted);
    call("HasPrivilegeOnEntities", "AuthorizationManager", manager, &args)
}

/// The tasks that were queued in a time, of one VM or of all; without `until`, up to the newest.
pub(crate) fn create_task_history(
    manager: &Moref,
    vm: Option<&Moref>,
    since: Timestamp,
    until: Option<Timestamp>,
) -> String {
    let entity = vm.map(only).unwrap_or_default();
    let time = element("timeType", "queuedTime") + &element("beginTime", since) + &optional("endTime", until);
    let args = format!("<filter>{entity}<time>{time}</time></filter>");
    call("CreateCollectorForTasks", "TaskManager", manager, &args)
}

pub(crate) fn read_next_tasks(collector: &Moref, count: usize) -> String {
    let count = element("maxCount", count);
    call("ReadNextTasks", "TaskHistoryCollector", collector, &count)
}

/// What was logged of one VM in a time.
pub(crate) fn query_events(manager: &Moref, vm: &Moref, since: Timestamp, until: Timestamp) -> String {
    let time = element("beginTime", since) + &element("endTime", until);
    let args = format!("<filter>{}<time>{time}</time></filter>", only(vm));
    call("QueryEvents", "EventManager", manager, &args)
}

/// A filter's part for one VM and nothing below it.
fn only(vm: &Moref) -> String {
    format!("<entity>{}<recursion>self</recursion></entity>", reference("entity", VM, vm))
}

/// The method that a request calls (`CreateSnapshot_Task`); it is its first element.
pub(crate) fn method(request: &str) -> &str {
    let name = request.strip_prefix('<').unwrap_or(request);
    name.split([' ', '>']).next().unwrap_or_default()
}

fn call(method: &str, kind: &str, this: &Moref, args: &str) -> String {
    let this = reference("_this", kind, this);
    format!("<{method} xmlns=\"urn:vim25\">{this}{args}</{method}>")
}

fn reference(name: &str, kind: &str, moref: &Moref) -> String {
    let mut xml = format!("<{name} type=\"{kind}\">");
    push_text(&mut xml, moref.as_str());
    xml + "</" + name + ">"
}

fn element(name: &str, value: impl ToString) -> String {
    let mut xml = format!("<{name}>");
    push_text(&mut xml, &value.to_string());
    xml + "</" + name + ">"
}

/// One element for each value.
fn elements(name: &str, values: &[&str]) -> String {
    values.iter().map(|value| element(name, value)).collect()
}

/// An element, or nothing where there is no value.
fn optional(name: &str, value: Option<impl ToString>) -> String {
    value.map(|value| element(name, value)).unwrap_or_default()
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
