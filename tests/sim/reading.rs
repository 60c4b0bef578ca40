//! Sessions, reading by property collector, views and the index.

use snapwarden_sim::{Oddity, Secured, Sim, SimOptions};

use super::wire::{Wire, spec};

#[tokio::test]
async fn nothing_but_the_service_is_open_without_a_session() {
    let mut wire = Wire::start(SimOptions::default()).await;
    let service =
        "<RetrieveServiceContent><_this type=\"ServiceInstance\">ServiceInstance</_this></RetrieveServiceContent>";
    let reply = wire.call(service).await;
    assert_eq!(reply.tag("apiVersion"), Some("8.0.3.0"));
    let session = wire.read("SessionManager", "SessionManager", &["currentSession"]).await;
    assert!(session.status == 200 && !session.has("propSet"), "{}", session.text);
    let moref = wire.vm("web-01");
    for reply in [
        wire.read("VirtualMachine", &moref, &["name"]).await,
        wire.take("web-01", "a").await,
        wire.wait("", 0, "").await,
    ] {
        assert_eq!((reply.status, reply.fault()), (500, Some("NotAuthenticated")), "{}", reply.text);
    }
    wire.login().await;
    assert_eq!(wire.sim.sessions(), 1);
    assert_eq!(wire.read("VirtualMachine", &moref, &["name"]).await.tag("val"), Some("web-01"));
    let fleet = wire.fleet(&["name"]).await;
    wire.sim.forget_sessions();
    let reply = wire
        .call(&format!(
            "<RetrieveProperties><_this type=\"PropertyCollector\">propertyCollector</_this><specSet>{fleet}</specSet>\
             </RetrieveProperties>"
        ))
        .await;
    assert_eq!(reply.fault(), Some("NotAuthenticated"), "though the view is gone as well");
    assert_eq!(wire.read("VirtualMachine", &moref, &["name"]).await.fault(), Some("NotAuthenticated"));
}

#[tokio::test]
async fn versions_are_listed() {
    let wire = Wire::start(SimOptions::default()).await;
    let text = reqwest::get(format!("{}/sdk/vimServiceVersions.xml", wire.url)).await.unwrap().text().await.unwrap();
    assert!(text.contains("<name>urn:vim25</name>") && text.contains("<version>8.0.3.0</version>"));
    assert!(text.contains("<version>7.0.0.0</version>") && !text.contains("<version>7.0</version>"));
}

#[tokio::test]
async fn properties_that_are_not_there_are_told_apart() {
    let wire = Wire::quick(SimOptions::default()).await;
    let moref = wire.vm("web-01");
    // Unset is silence, a path that the type does not have is a fault, an object that is gone another.
    let reply = wire.read("VirtualMachine", &moref, &["name", "snapshot", "config.managedBy"]).await;
    assert_eq!(reply.count("<propSet>"), 1, "{}", reply.text);
    for path in [
        "nonsense",
        "runtime.nonsense",
        "name.x",
        "config.hardware.device.key",
        "runtime..x",
        "",
        "config.hardware.device[\"2000\"]",
        "config.extraConfig[guestinfo.a]",
        "config.hardware.device[\"2000].key",
    ] {
        let reply = wire.read("VirtualMachine", &moref, &[path]).await;
        assert_eq!(reply.fault(), Some("InvalidProperty"), "{path}: {}", reply.text);
    }
    let disk = wire.read("VirtualMachine", &moref, &["config.hardware.device[2000].backing.fileName"]).await;
    assert!(disk.has("] web-01/web-01.vmdk"), "{}", disk.text);
    let by_text = wire.read("VirtualMachine", &moref, &["config.extraConfig[\"guestinfo.a\"]"]).await;
    assert_eq!(by_text.status, 200, "{}", by_text.text);
    let reply = wire.read("VirtualMachine", "vm-99999", &["name"]).await;
    assert_eq!(reply.fault(), Some("ManagedObjectNotFound"));
    let reply = wire.read("Folder", &moref, &["name"]).await;
    assert_eq!(reply.fault(), Some("ManagedObjectNotFound"), "the type must be right too");
}

#[tokio::test]
async fn large_reads_come_in_pages() {
    let wire = Wire::quick(SimOptions { vms: 25, ..SimOptions::default() }).await;
    let spec = wire.fleet(&["name"]).await;
    let first = wire
        .call(&format!(
            "<RetrievePropertiesEx><_this type=\"PropertyCollector\">propertyCollector</_this><specSet>{spec}</specSet>\
             <options><maxObjects>10</maxObjects></options></RetrievePropertiesEx>"
        ))
        .await;
    let mut seen = first.count("<objects>");
    assert_eq!(seen, 10);
    let mut token = first.tag("token").map(str::to_owned);
    while let Some(now) = token {
        let page = wire
            .call(&format!(
                "<ContinueRetrievePropertiesEx><_this type=\"PropertyCollector\">propertyCollector</_this><token>{now}\
                 </token></ContinueRetrievePropertiesEx>"
            ))
            .await;
        seen += page.count("<objects>");
        token = page.tag("token").map(str::to_owned);
    }
    assert_eq!(seen, 25);
    let again = wire
        .call(
            "<ContinueRetrievePropertiesEx><_this type=\"PropertyCollector\">propertyCollector</_this><token>1</token>\
             </ContinueRetrievePropertiesEx>",
        )
        .await;
    assert_eq!(again.fault(), Some("InvalidArgument"));
}

#[tokio::test]
async fn a_named_traversal_climbs_to_the_root() {
    let wire = Wire::quick(SimOptions::default()).await;
    let moref = wire.vm("web-01");
    let climb = "<selectSet xsi:type=\"TraversalSpec\"><name>up</name><type>ManagedEntity</type><path>parent</path>\
                 <skip>false</skip><selectSet><name>up</name></selectSet></selectSet>";
    let object = format!("<obj type=\"VirtualMachine\">{moref}</obj><skip>false</skip>{climb}");
    let climb = |spec: String| {
        format!(
            "<RetrieveProperties><_this type=\"PropertyCollector\">propertyCollector</_this><specSet>{spec}</specSet>\
             </RetrieveProperties>"
        )
    };
    let reply = wire.call(&climb(spec("ManagedEntity", &["name", "parent"], &object))).await;
    // VM, web, vm, DC1, Datacenters.
    assert_eq!(reply.count("<returnval>"), 5, "{}", reply.text);
    let broken = object.replace("<selectSet><name>up</name></selectSet>", "<selectSet><name>down</name></selectSet>");
    let reply = wire.call(&climb(spec("ManagedEntity", &["name"], &broken))).await;
    assert_eq!(reply.fault(), Some("InvalidArgument"));
}

#[tokio::test]
async fn an_account_without_a_privilege_is_told_so() {
    let lacks = vec!["VirtualMachine.State.CreateSnapshot".to_owned()];
    let wire = Wire::quick(SimOptions { lacks, ..SimOptions::default() }).await;
    let reply = wire.take("web-01", "a").await;
    assert_eq!(reply.fault(), Some("NoPermission"));
    assert_eq!(reply.tag("privilegeId"), Some("VirtualMachine.State.CreateSnapshot"));
    let key = wire.read("SessionManager", "SessionManager", &["currentSession"]).await.tag("key").unwrap().to_owned();
    let moref = wire.vm("web-01");
    let reply = wire
        .call(&format!(
            "<HasPrivilegeOnEntities><_this type=\"AuthorizationManager\">AuthorizationManager</_this>\
             <entity type=\"VirtualMachine\">{moref}</entity><sessionId>{key}</sessionId>\
             <privId>VirtualMachine.State.CreateSnapshot</privId><privId>VirtualMachine.State.RemoveSnapshot</privId>\
             </HasPrivilegeOnEntities>"
        ))
        .await;
    assert!(
        reply.has("CreateSnapshot</privId><isGranted>false<") && reply.has("RemoveSnapshot</privId><isGranted>true<")
    );
    assert!(wire.sim.give("web-02", Oddity::Hidden));
    let hidden = wire.read("VirtualMachine", &wire.vm("web-02"), &["name", "snapshot"]).await;
    assert!(hidden.has("web-02</val>") && hidden.has("<missingSet><path>snapshot</path>"), "{}", hidden.text);
    let blind = Wire::quick(SimOptions { lacks: vec!["System.Read".to_owned()], ..SimOptions::default() }).await;
    let reply = blind.read("VirtualMachine", &blind.vm("web-01"), &["name", "runtime.powerState"]).await;
    assert!(reply.has("<missingSet><path>runtime.powerState</path>") && reply.has("NoPermission"));
}

#[tokio::test]
async fn views_look_into_whatever_holds_vms() {
    let wire = Wire::quick(SimOptions::default()).await;
    wire.sim.set_template("cold-01", true);
    let count = async |container: &str, recursive: bool| {
        let call = format!(
            "<CreateContainerView><_this type=\"ViewManager\">ViewManager</_this>{container}<type>VirtualMachine</type>\
             <recursive>{recursive}</recursive></CreateContainerView>"
        );
        let reply = wire.call(&call).await;
        let Some(view) = reply.tag("returnval") else { return Err(reply.fault().map(str::to_owned)) };
        Ok(wire.read("ContainerView", view, &["view"]).await.count("<ManagedObjectReference "))
    };
    let container = |kind: &str, moref: &str| format!("<container type=\"{kind}\">{moref}</container>");
    assert_eq!(count(&container("Folder", "group-d1"), true).await, Ok(40), "each once, by whatever way");
    assert_eq!(count(&container("Datacenter", "datacenter-2"), true).await, Ok(40));
    assert_eq!(count(&container("ResourcePool", "resgroup-9"), false).await, Ok(39), "a template is in no pool");
    assert_eq!(count(&container("ClusterComputeResource", "domain-c8"), true).await, Ok(40));
    assert_eq!(count(&container("ClusterComputeResource", "domain-c8"), false).await, Ok(0));
    let mut on_hosts = 0;
    for host in 15..=18 {
        on_hosts += count(&container("HostSystem", &format!("host-{host}")), true).await.unwrap();
    }
    assert_eq!(on_hosts, 40);
    let moref = wire.vm("web-01");
    let refused = count(&container("VirtualMachine", &moref), true).await;
    assert_eq!(refused, Err(Some("InvalidArgument".to_owned())));
}

#[tokio::test]
async fn gone_objects_are_left_out_where_a_client_says_so() {
    let wire = Wire::quick(SimOptions::default()).await;
    let there = wire.vm("web-01");
    let objects = format!(
        "<obj type=\"VirtualMachine\">vm-99999</obj></objectSet><objectSet><obj type=\"VirtualMachine\">{there}</obj>"
    );
    let strict = spec("VirtualMachine", &["name"], &objects);
    let lenient = format!("{strict}<reportMissingObjectsInResults>true</reportMissingObjectsInResults>");
    let read = async |spec: &str| {
        wire.call(&format!(
            "<RetrievePropertiesEx><_this type=\"PropertyCollector\">propertyCollector</_this><specSet>{spec}</specSet>\
             <options/></RetrievePropertiesEx>"
        ))
        .await
    };
    assert_eq!(read(&strict).await.fault(), Some("ManagedObjectNotFound"));
    assert_eq!(read(&lenient).await.count("<objects>"), 1);
    wire.filter(&lenient).await;
    let first = wire.wait("", 0, "").await;
    assert_eq!(first.count("<kind>enter</kind>"), 1);
    assert!(first.has("<missingSet><obj type=\"VirtualMachine\">vm-99999</obj><fault>"), "{}", first.text);
    wire.sim.set_template("web-01", true);
    wire.sim.rename("web-01", "web-1");
    assert!(!wire.wait(first.tag("version").unwrap(), 0, "").await.has("missingSet"), "it is told once");
}

#[tokio::test]
async fn an_account_has_one_name_however_it_is_typed() {
    let mut wire = Wire::start(SimOptions { task_seconds: 0.0, ..SimOptions::default() }).await;
    for typed in ["user", "USER@vsphere.local", "vsphere.local\\User"] {
        let reply = wire.log_in_as(typed).await;
        assert_eq!(reply.tag("userName"), Some("VSPHERE.LOCAL\\user"), "{}", reply.text);
    }
    let refused = wire
        .call(
            "<Login><_this type=\"SessionManager\">SessionManager</_this><userName>user@example.org</userName>\
             <password>pass</password></Login>",
        )
        .await;
    assert_eq!(refused.fault(), Some("InvalidLogin"));
    let task = wire.take("web-01", "a").await.tag("returnval").unwrap().to_owned();
    let info = wire.read("Task", &task, &["info.reason"]).await;
    assert!(info.has("<userName>VSPHERE.LOCAL\\user</userName>"), "{}", info.text);
}

#[tokio::test]
async fn events_are_collected_page_by_page() {
    let wire = Wire::quick(SimOptions::default()).await;
    for name in ["a", "b", "c"] {
        wire.take("web-01", name).await;
    }
    let moref = wire.vm("web-01");
    let reply = wire
        .call(&format!(
            "<CreateCollectorForEvents><_this type=\"EventManager\">EventManager</_this><filter><entity>\
             <entity type=\"VirtualMachine\">{moref}</entity><recursion>self</recursion></entity></filter>\
             </CreateCollectorForEvents>"
        ))
        .await;
    let collector = reply.tag("returnval").unwrap_or_else(|| panic!("{}", reply.text)).to_owned();
    let read = async |method: &str, most: u32| {
        let this = format!("<_this type=\"EventHistoryCollector\">{collector}</_this>");
        let reply = wire.call(&format!("<{method}>{this}<maxCount>{most}</maxCount></{method}>")).await;
        reply.count("<returnval xsi:type=\"TaskEvent\">")
    };
    assert_eq!(read("ReadNextEvents", 2).await, 2);
    assert_eq!(read("ReadNextEvents", 2).await, 1);
    assert_eq!(read("ReadPreviousEvents", 10).await, 2);
    assert_eq!(read("SetCollectorPageSize", 2).await, 0);
    let filter = spec(
        "EventHistoryCollector",
        &["latestPage"],
        &format!("<obj type=\"EventHistoryCollector\">{collector}</obj>"),
    );
    wire.filter(&filter).await;
    let first = wire.wait("", 0, "").await;
    assert_eq!(first.count("<Event xsi:type=\"TaskEvent\">"), 2, "{}", first.text);
    wire.take("web-01", "d").await;
    assert!(wire.wait(first.tag("version").unwrap(), 0, "").await.has("<kind>modify</kind>"), "a new one is told");
}

#[tokio::test]
async fn tls_is_spoken_with_a_certificate_that_signs_itself() {
    let sim = Sim::new(SimOptions::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/sdk/vimServiceVersions.xml", listener.local_addr().unwrap());
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let secured = Secured::new(listener).unwrap();
    let serving = sim.clone();
    let server = tokio::spawn(async move {
        let ended = async {
            let _ = ended.await;
        };
        serving.serve_app(serving.router(), secured, ended).await
    });
    assert!(reqwest::get(&url).await.is_err(), "nobody trusts it who was not told to");
    let trusting = reqwest::Client::builder().danger_accept_invalid_certs(true).build().unwrap();
    assert_eq!(trusting.get(&url).send().await.unwrap().status(), 200);
    end.send(()).unwrap();
    server.await.unwrap().unwrap();
}
