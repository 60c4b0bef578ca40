//! Broken, strange and hostile requests: each is answered with a fault, and the next call works.

use snapwarden_sim::SimOptions;

use super::wire::Wire;

#[tokio::test]
async fn broken_requests_are_faults_and_nothing_worse() {
    let wire = Wire::quick(SimOptions::default()).await;
    let envelope = |body: &str| format!("<Envelope><Body>{body}</Body></Envelope>");
    let deep = "<a>".repeat(5000);
    for body in [
        Vec::new(),
        b"hello".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"<Envelope>".to_vec(),
        envelope("").into_bytes(),
        envelope("<A/><B/>").into_bytes(),
        envelope("<Nothing><_this type=\"X\">x</_this></Nothing>").into_bytes(),
        envelope("<RemoveSnapshot_Task/>").into_bytes(),
        envelope(&deep).into_bytes(),
        deep.clone().into_bytes(),
        b"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><Envelope><Body>&b;</Body></Envelope>".to_vec(),
        format!("<x>{}", "y".repeat(100_000)).into_bytes(),
    ] {
        let start: String = String::from_utf8_lossy(&body).chars().take(60).collect();
        let reply = wire.post(body).await.unwrap();
        assert_eq!((reply.status, reply.fault()), (500, Some("InvalidRequest")), "{start}");
    }
    let time = "<CurrentTime><_this type=\"ServiceInstance\">ServiceInstance</_this></CurrentTime>";
    assert_eq!(wire.call(time).await.status, 200);
    let huge = wire.post("x".repeat(20 << 20)).await;
    assert!(huge.is_err() || huge.unwrap().status == 413);
}

#[tokio::test]
async fn what_vim25_does_not_declare_is_refused() {
    let wire = Wire::quick(SimOptions::default()).await;
    let web = wire.vm("web-01");
    let this = format!("<_this type=\"VirtualMachine\">{web}</_this>");
    for (call, fault) in [
        (format!("<CreateSnapshot_Task>{this}<name>a</name></CreateSnapshot_Task>"), "InvalidRequest"),
        (format!("<RemoveAllSnapshots_Task>{this}<now>true</now></RemoveAllSnapshots_Task>"), "InvalidRequest"),
        (format!("<CloneVM_Task>{this}</CloneVM_Task>"), "NotSupported"),
        (format!("<CurrentTime>{this}</CurrentTime>"), "MethodNotFound"),
        (
            "<PowerOnVM_Task><_this type=\"VirtualMachine\">vm-007</_this></PowerOnVM_Task>".to_owned(),
            "ManagedObjectNotFound",
        ),
        (format!("<RevertToCurrentSnapshot_Task>{this}</RevertToCurrentSnapshot_Task>"), "NotFound"),
        (format!("<PowerOnVM_Task>{this}</PowerOnVM_Task>"), "InvalidPowerState"),
        (
            format!(
                "<CreateSnapshotEx_Task>{this}<name>a</name><memory>false</memory><quiesceSpec><timeout>1</timeout></quiesceSpec></CreateSnapshotEx_Task>"
            ),
            "InvalidArgument",
        ),
        (
            format!(
                "<CreateSnapshot_Task>{this}<name>{}</name><memory>0</memory><quiesce>0</quiesce></CreateSnapshot_Task>",
                "x".repeat(81)
            ),
            "InvalidName",
        ),
        (
            format!("<Rename_Task><_this type=\"VirtualMachine\">{web}</_this><newName>web-02</newName></Rename_Task>"),
            "DuplicateName",
        ),
    ] {
        let reply = wire.call(&call).await;
        assert_eq!((reply.status, reply.fault()), (500, Some(fault)), "{call}\n{}", reply.text);
    }
}

#[tokio::test]
async fn any_text_comes_back_as_it_went_in() {
    let wire = Wire::quick(SimOptions::default()).await;
    for (sent, stored) in [
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;%2fscript&gt;"),
        ("50%25 &amp; 100%", "50%25 &amp; 100%25"),
        ("a/b\\c", "a%2fb%5cc"),
        ("😀 שלום", "😀 שלום"),
    ] {
        let moref = wire.vm("web-01");
        let task = wire.take("web-01", sent).await;
        assert_eq!(task.status, 200, "{}", task.text);
        let tree = wire.read("VirtualMachine", &moref, &["snapshot"]).await;
        assert!(tree.has(&format!("<name>{stored}</name>")), "{}", tree.text);
    }
}
