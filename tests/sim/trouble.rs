//! Faults on demand, as a client meets them.

use snapwarden_sim::SimOptions;
use snapwarden_sim::faults::{FaultPlan, Rule, Trouble};

use super::wire::Wire;

async fn wire(rules: impl IntoIterator<Item = Rule>) -> Wire {
    let wire = Wire::quick(SimOptions::default()).await;
    wire.sim.set_faults(FaultPlan::new(rules));
    wire
}

fn on_take(kind: Trouble) -> Rule {
    Rule::once("web-01", "CreateSnapshot_Task", kind)
}

fn snapshots(wire: &Wire) -> usize {
    wire.sim.vm("web-01").unwrap().snapshots.len()
}

fn take(wire: &Wire, name: &str) -> String {
    let moref = wire.vm("web-01");
    format!(
        "<CreateSnapshot_Task><_this type=\"VirtualMachine\">{moref}</_this><name>{name}</name><memory>false</memory>\
         <quiesce>false</quiesce></CreateSnapshot_Task>"
    )
}

#[tokio::test]
async fn a_lost_reply_is_done_and_a_lost_request_is_not() {
    let wire = wire([on_take(Trouble::LostReply), on_take(Trouble::LostRequest)]).await;
    let error = wire.try_call(&take(&wire, "a")).await.unwrap_err();
    assert!(!error.is_builder() && error.status().is_none(), "{error:?}");
    assert_eq!(snapshots(&wire), 1);
    assert!(wire.try_call(&take(&wire, "b")).await.is_err());
    assert_eq!(snapshots(&wire), 1);
    assert_eq!(wire.take("web-01", "c").await.status, 200);
    assert_eq!(snapshots(&wire), 2);
    let done: Vec<bool> =
        wire.sim.calls().iter().filter(|call| call.method == "CreateSnapshot_Task").map(|call| call.done).collect();
    assert_eq!(done, [true, false, true]);
}

#[tokio::test]
async fn half_a_reply_breaks_off_in_the_middle() {
    let wire = wire([on_take(Trouble::HalfReply)]).await;
    let error = wire.try_call(&take(&wire, "a")).await.unwrap_err();
    assert!(error.is_body() || error.is_decode(), "the head came, the body did not: {error:?}");
    assert_eq!(snapshots(&wire), 1);
}

#[tokio::test]
async fn a_late_reply_is_done_at_once() {
    let wire = wire([on_take(Trouble::LateReply { seconds: 0.3 })]).await;
    let start = std::time::Instant::now();
    assert_eq!(wire.take("web-01", "a").await.status, 200);
    assert!(start.elapsed() >= std::time::Duration::from_millis(300));
}

#[tokio::test]
async fn a_proxys_page_is_no_soap() {
    let wire = wire([on_take(Trouble::Html502)]).await;
    let reply = wire.take("web-01", "a").await;
    assert!(reply.status == 502 && reply.has("<html>") && !reply.has("Envelope"));
    assert_eq!(snapshots(&wire), 0);
}

#[tokio::test]
async fn faults_come_at_the_call_or_at_the_end() {
    let fault = |at_end: bool| Trouble::Fault {
        name: "NoDiskSpace".to_owned(),
        message: "the datastore is full".to_owned(),
        at_end,
    };
    let wire = wire([on_take(fault(false)), on_take(fault(true))]).await;
    let reply = wire.take("web-01", "a").await;
    assert_eq!((reply.fault(), reply.tag("faultstring")), (Some("NoDiskSpace"), Some("the datastore is full")));
    let task = wire.take("web-01", "b").await.tag("returnval").unwrap().to_owned();
    let info = wire.read("Task", &task, &["info"]).await;
    assert_eq!(info.tag("state"), Some("error"));
    assert!(
        info.has("<error><fault xsi:type=\"NoDiskSpace\">") && info.has("<localizedMessage>the datastore is full<")
    );
    assert_eq!(snapshots(&wire), 0);
}

#[tokio::test]
async fn sessions_expire_and_vcenter_starts_again() {
    let mut wire = wire([]).await;
    wire.sim.set_faults(FaultPlan::new([on_take(Trouble::ExpiredSession)]));
    assert_eq!(wire.take("web-01", "a").await.fault(), Some("NotAuthenticated"));
    assert_eq!((snapshots(&wire), wire.sim.sessions()), (0, 0));
    wire.login().await;
    let task = wire.take("web-01", "a").await.tag("returnval").unwrap().to_owned();
    let restart = Trouble::Restart { forget_tasks: true };
    wire.sim.set_faults(FaultPlan::new([Rule::once("*", "CurrentTime", restart)]));
    let time = "<CurrentTime><_this type=\"ServiceInstance\">ServiceInstance</_this></CurrentTime>";
    assert!(wire.try_call(time).await.is_err());
    assert_eq!(wire.call(time).await.fault(), Some("NotAuthenticated"));
    wire.login().await;
    assert_eq!(wire.read("Task", &task, &["info"]).await.fault(), Some("ManagedObjectNotFound"));
    assert_eq!(snapshots(&wire), 1, "what the task did is done");
}

#[tokio::test]
async fn other_vms_and_methods_are_spared() {
    let wire = wire([on_take(Trouble::LostRequest)]).await;
    assert_eq!(wire.take("db-01", "a").await.status, 200);
    assert_eq!(wire.read("VirtualMachine", &wire.vm("web-01"), &["name"]).await.status, 200);
    assert!(wire.try_call(&take(&wire, "a")).await.is_err());
}

#[tokio::test]
async fn a_vcenter_goes_away_and_comes_back() {
    let sim = snapwarden_sim::Sim::new(SimOptions::default());
    let mut address = "127.0.0.1:0".to_owned();
    for _ in 0..2 {
        let listener = tokio::net::TcpListener::bind(&address).await.unwrap();
        address = listener.local_addr().unwrap().to_string();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = sim.clone();
        let server = tokio::spawn(async move {
            let over = async {
                let _ = ended.await;
            };
            serving.serve(listener, over).await
        });
        let mut wire = Wire::at(&sim, &address);
        wire.login().await;
        let spec = wire.fleet(&["name"]).await;
        wire.filter(&spec).await;
        let version = wire.wait("", 0, "").await.tag("version").unwrap().to_owned();
        let calls = sim.calls().len();
        let waiting = {
            let twin = wire.twin();
            tokio::spawn(async move { twin.try_wait(&version, 60).await })
        };
        while sim.calls().len() == calls {
            tokio::task::yield_now().await;
        }
        end.send(()).unwrap();
        assert!(waiting.await.unwrap().is_err(), "a waiting call is cut off");
        server.await.unwrap().unwrap();
        assert!(tokio::net::TcpStream::connect(&address).await.is_err());
    }
    assert_eq!(sim.sessions(), 2, "who went away without a word still has a session");
}

#[tokio::test]
async fn a_lost_connection_cuts_who_waits_and_lets_nobody_in_until_it_is_back() {
    let wire = Wire::quick(SimOptions::default()).await;
    let spec = wire.fleet(&["name"]).await;
    wire.filter(&spec).await;
    let version = wire.wait("", 0, "").await.tag("version").unwrap().to_owned();
    let (twin, seen) = (wire.twin(), version.clone());
    let waiting = tokio::spawn(async move { twin.try_wait(&seen, 30).await });
    while wire.sim.calls().iter().filter(|call| call.method == "WaitForUpdatesEx").count() < 2 {
        tokio::task::yield_now().await;
    }
    wire.sim.set_lost(true);
    assert!(waiting.await.unwrap().is_err());
    assert!(wire.try_wait(&version, 0).await.is_err() && wire.sim.is_lost());
    wire.sim.set_lost(false);
    assert!(!wire.wait(&version, 0, "").await.has("returnval"), "the session is still there, and nothing is new");
}
