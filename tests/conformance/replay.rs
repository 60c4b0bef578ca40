//! A vCenter that answers in the shapes that recordings of real ones have, where simulators are tidier: the cookie comes with the first
//! call and not with the login, the first read comes in truncated sets, a reference says its type in two ways, a property is assigned
//! without a value, and one that went with the object that held it is removed indirectly.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use snapwarden::engine::ports::VCenter;

use super::live::{Live, config};
use crate::sim::wire::tag;

/// What it knows a client by.
const COOKIE: &str = "vmware_soap_session=\"52f0a1-first-call\"";

/// Versions and what each answer after them holds; the last wait stands until the client gives up.
const SETS: [(&str, &str, bool); 4] = [("", "0_1", true), ("0_1", "0_2", true), ("0_2", "1", false), ("1", "2", false)];

#[tokio::test]
async fn a_recorded_vcenter_is_read_whole() {
    let mut live = Live::start(config(&peer().await)).await;
    let inventory = live.until(|inventory| inventory.iter().count() == 3).await;
    let paths: Vec<String> = inventory.iter().map(|vm| vm.path.clone()).collect();
    assert_eq!(paths, ["Lab/web/app-1", "Lab/web/app-2", "Lab/app-3"]);
    let snapshots: Vec<usize> = inventory.iter().map(|vm| vm.tree.len()).collect();
    assert_eq!(snapshots, [1, 0, 0], "what is assigned without a value is not there");
    live.until(|inventory| inventory.iter().all(|vm| vm.tree.is_empty())).await;
    let first = live.vm(0);
    assert_eq!(first.name, "app-1");
    assert_eq!(live.client.about().await.unwrap().account, "VSPHERE.LOCAL\\Bot");
}

/// The collector whose filter is about VMs, once there is one, and how many collectors were made.
type Inventory = Arc<Mutex<(Option<String>, u32)>>;

async fn peer() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let versions = "<namespaces version=\"1.0\"><namespace><name>urn:vim25</name><version>6.5</version><priorVersions>\
                    <version>6.0</version></priorVersions></namespace></namespaces>";
    let app = Router::new()
        .route("/sdk/vimServiceVersions.xml", get(async move || versions))
        .route("/sdk", post(sdk))
        .with_state(Inventory::default());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

async fn sdk(State(inventory): State<Inventory>, headers: HeaderMap, body: String) -> Response {
    let calls = |method: &str| body.contains(&format!("<{method} ")) || body.contains(&format!("<{method}>"));
    if calls("RetrieveServiceContent") {
        let cookie = (header::SET_COOKIE, format!("{COOKIE}; Path=/; HttpOnly; Secure"));
        return (StatusCode::OK, [cookie], envelope(CONTENT)).into_response();
    }
    if headers.get(header::COOKIE).is_none_or(|sent| sent != COOKIE) {
        let fault = "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring/><detail>\
                     <NotAuthenticatedFault xmlns=\"urn:vim25\" xsi:type=\"NotAuthenticated\"/></detail></soapenv:Fault>";
        return (StatusCode::INTERNAL_SERVER_ERROR, envelope(fault)).into_response();
    }
    let this = tag(&body, "_this").unwrap_or_default().to_owned();
    let of_inventory = || inventory.lock().unwrap().0.as_deref() == Some(this.as_str());
    let answer = if calls("Login") {
        "<returnval><key>52c1</key><userName>VSPHERE.LOCAL\\Bot</userName><fullName>Bot</fullName></returnval>"
            .to_owned()
    } else if calls("CurrentTime") {
        "<returnval>2026-11-22T14:05:00.123456Z</returnval>".to_owned()
    } else if calls("CreatePropertyCollector") {
        let mut inventory = inventory.lock().unwrap();
        inventory.1 += 1;
        format!("<returnval type=\"PropertyCollector\">session[52c1]pc-{}</returnval>", inventory.1)
    } else if calls("CreateContainerView") {
        "<returnval type=\"ContainerView\">session[52c1]view-1</returnval>".to_owned()
    } else if calls("CreateFilter") {
        if body.contains("view-1") {
            inventory.lock().unwrap().0 = Some(this);
        }
        "<returnval type=\"PropertyFilter\">session[52c1]filter-1</returnval>".to_owned()
    } else if calls("WaitForUpdatesEx") {
        let version = tag(&body, "version").unwrap_or_default();
        let next = SETS.iter().position(|(after, ..)| *after == version);
        let Some(at) = next.filter(|_| of_inventory()) else { return std::future::pending().await };
        let (_, version, truncated) = SETS[at];
        let truncated = if truncated { "<truncated>true</truncated>" } else { "" };
        format!(
            "<returnval><version>{version}</version><filterSet><filter type=\"PropertyFilter\" xsi:type=\"ManagedObjectReference\">\
             session[52c1]filter-1</filter>{}</filterSet>{truncated}</returnval>",
            updates(at)
        )
    } else {
        String::new()
    };
    envelope(&format!("<Response xmlns=\"urn:vim25\">{answer}</Response>")).into_response()
}

/// The objects of each answer.
fn updates(at: usize) -> String {
    let folder = |id: &str, name: &str, parent: &str| entered("Folder", id, &named(name, "Folder", parent));
    match at {
        0 => {
            folder("group-v3", "vm", "datacenter-2")
                + &folder("group-v20", "web", "group-v3")
                + &entered("Datacenter", "datacenter-2", &named("Lab", "Folder", "group-d1"))
                + &vm(
                    "vm-21",
                    "app-1",
                    "group-v20",
                    &format!("<val xsi:type=\"VirtualMachineSnapshotInfo\">{TREE}</val>"),
                )
        }
        1 => vm("vm-22", "app-2", "group-v20", ""),
        2 => vm("vm-23", "app-3", "group-v3", ""),
        _ => {
            let changes = "<changeSet><name>snapshot</name><op>assign</op></changeSet>\
                           <changeSet><name>guest.toolsRunningStatus</name><op>indirectRemove</op></changeSet>";
            format!("<objectSet><kind>modify</kind><obj type=\"VirtualMachine\">vm-21</obj>{changes}</objectSet>")
        }
    }
}

fn vm(id: &str, name: &str, folder: &str, snapshot: &str) -> String {
    let rest = [
        ("runtime.powerState", "<val xsi:type=\"VirtualMachinePowerState\">poweredOn</val>".to_owned()),
        ("runtime.consolidationNeeded", "<val xsi:type=\"xsd:boolean\">false</val>".to_owned()),
        ("guest.toolsRunningStatus", "<val xsi:type=\"xsd:string\">guestToolsRunning</val>".to_owned()),
        ("config.template", "<val xsi:type=\"xsd:boolean\">false</val>".to_owned()),
        (
            "config.instanceUuid",
            format!(
                "<val xsi:type=\"xsd:string\">5029f0aa-0000-4000-8000-0000000000{}</val>",
                id.trim_start_matches("vm-")
            ),
        ),
        ("parentVApp", String::new()),
        ("snapshot", snapshot.to_owned()),
    ];
    let rest: String = rest.iter().map(|(name, val)| assigned(name, val)).collect();
    entered("VirtualMachine", id, &(named(name, "Folder", folder) + &rest))
}

fn named(name: &str, kind: &str, parent: &str) -> String {
    let parent = match parent {
        "" => String::new(),
        id => format!("<val type=\"{kind}\" xsi:type=\"ManagedObjectReference\">{id}</val>"),
    };
    assigned("name", &format!("<val xsi:type=\"xsd:string\">{name}</val>")) + &assigned("parent", &parent)
}

fn assigned(name: &str, val: &str) -> String {
    format!("<changeSet><name>{name}</name><op>assign</op>{val}</changeSet>")
}

fn entered(kind: &str, id: &str, changes: &str) -> String {
    format!(
        "<objectSet><kind>enter</kind><obj type=\"{kind}\" xsi:type=\"ManagedObjectReference\">{id}</obj>{changes}</objectSet>"
    )
}

const TREE: &str = "<currentSnapshot type=\"VirtualMachineSnapshot\" xsi:type=\"ManagedObjectReference\">snapshot-31</currentSnapshot>\
    <rootSnapshotList><snapshot type=\"VirtualMachineSnapshot\" xsi:type=\"ManagedObjectReference\">snapshot-31</snapshot>\
    <vm type=\"VirtualMachine\">vm-21</vm><name>before</name><description></description><id>1</id>\
    <createTime>2026-11-20T08:00:00.000000Z</createTime><state>poweredOff</state><quiesced>false</quiesced>\
    </rootSnapshotList>";

const CONTENT: &str = "<RetrieveServiceContentResponse xmlns=\"urn:vim25\"><returnval>\
    <rootFolder type=\"Folder\">group-d1</rootFolder><propertyCollector type=\"PropertyCollector\">propertyCollector</propertyCollector>\
    <viewManager type=\"ViewManager\">ViewManager</viewManager><about><name>VMware vCenter Server</name>\
    <fullName>VMware vCenter Server 6.5.0 build-5973321</fullName><vendor>VMware, Inc.</vendor><version>6.5.0</version>\
    <build>5973321</build><osType>linux-x64</osType><productLineId>vpx</productLineId><apiType>VirtualCenter</apiType>\
    <apiVersion>6.5</apiVersion><instanceUuid>aa11</instanceUuid></about>\
    <sessionManager type=\"SessionManager\">SessionManager</sessionManager><taskManager type=\"TaskManager\">TaskManager</taskManager>\
    </returnval></RetrieveServiceContentResponse>";

fn envelope(body: &str) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         <soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=\"utf-8\"")], text).into_response()
}
