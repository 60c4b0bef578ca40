//! Sessions, reading by property collector, views and the index.

use snapwarden_sim::SimOptions;

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
}

#[tokio::test]
async fn properties_that_are_not_there_are_told_apart() {
    let wire = Wire::quick(SimOptions::default()).await;
    let moref = wire.vm("web-01");
    // Unset is silence, a path that the type does not have is a fault, an object that is gone another.
    let reply = wire.read("VirtualMachine", &moref, &["name", "snapshot", "config.managedBy"]).await;
    assert_eq!(reply.count("<propSet>"), 1, "{}", reply.text);
    for path in ["nonsense", "runtime.nonsense", "name.x", "config.hardware.device.key", "runtime..x", ""] {
        let reply = wire.read("VirtualMachine", &moref, &[path]).await;
        assert_eq!(reply.fault(), Some("InvalidProperty"), "{path}: {}", reply.text);
    }
    let disk = wire.read("VirtualMachine", &moref, &["config.hardware.device[2000].backing.fileName"]).await;
    assert!(disk.has("] web-01/web-01.vmdk"), "{}", disk.text);
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
    let blind = Wire::quick(SimOptions { lacks: vec!["System.Read".to_owned()], ..SimOptions::default() }).await;
    let reply = blind.read("VirtualMachine", &blind.vm("web-01"), &["name", "runtime.powerState"]).await;
    assert!(reply.has("<missingSet><path>runtime.powerState</path>") && reply.has("NoPermission"));
}
