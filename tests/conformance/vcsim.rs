//! The scenarios against govmomi's simulator, and what only it can show: TLS, a wrong password, calls that it lacks.

use snapwarden::domain::call::{Act, Call, CallError};
use snapwarden::domain::fault::FaultKind;
use snapwarden::domain::snapshot_tree::PowerState;
use snapwarden::engine::ports::{Health, ReadError, VCenter};
use snapwarden::vcenter::{Trust, VCenterConfig};

use super::live::{AnyLook, Live, client, config};
use super::peer::{PASSWORD, USER, Vcsim};
use super::scenarios;

/// Runs a scenario against a vcsim of its own.
macro_rules! scenario {
    ($($name:ident: $arguments:expr;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(peer) = Vcsim::start(&$arguments) else { return };
                let mut live = Live::start(config(&peer.url)).await;
                scenarios::$name(&mut live).await;
                live.client.stop().await;
            }
        )*
    };
}

scenario! {
    take: ["-vms", "1"];
    names: ["-vms", "1"];
    chain_and_revert: ["-vms", "1"];
    delete: ["-vms", "1"];
    many_tasks: ["-vms", "30", "-task-ms", "50"];
    late_and_lost_tasks: ["-vms", "1"];
    survey: ["-vms", "1"];
    investigate: ["-vms", "1"];
    about_and_privileges: ["-vms", "1"];
    cancel: ["-vms", "1", "-task-ms", "1500"];
    failed_task: ["-vms", "1"];
}

/// vcsim writes the same user into every task: only an account of that name has tasks of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_tasks() {
    let Some(peer) = Vcsim::start(&["-vms", "1", "-user", "vcsim"]) else { return };
    let mut live = Live::start(VCenterConfig { username: "vcsim".to_owned(), ..config(&peer.url) }).await;
    scenarios::own_tasks(&mut live).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn makers() {
    let Some(peer) = Vcsim::start(&["-vms", "1", "-user", "vcsim"]) else { return };
    let mut live = Live::start(VCenterConfig { username: "vcsim".to_owned(), ..config(&peer.url) }).await;
    scenarios::makers(&mut live).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_elses_tasks_are_told_as_own() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else { return };
    let mut live = Live::start(config(&peer.url)).await;
    let start = live.client.own_tasks(None).await.unwrap().server_time;
    let vm = live.vm(0).vm.clone();
    live.take(&vm, "one").await;
    assert_eq!(live.client.own_tasks(Some(start)).await.unwrap().tasks, []);
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inventory_is_read_page_by_page_with_paths() {
    // vcsim's pages hold 100 objects.
    let Some(peer) = Vcsim::start(&["-vms", "110", "-snapshots", "2"]) else {
        return;
    };
    let live = Live::start(config(&peer.url)).await;
    let inventory = live.client.inventory();
    assert_eq!(inventory.len(), 110);
    for vm in inventory.iter() {
        assert_eq!(vm.path, format!("DC0/{}", vm.name));
        assert_eq!((vm.power, vm.tree.len(), vm.tree.max_depth()), (Some(PowerState::On), 2, 2), "{vm:?}");
        assert_eq!(vm.tree.current().unwrap().name, "snapshot-2");
    }
    let fleet = live.client.fleet().await.unwrap();
    assert_eq!(fleet.vms.len(), 110);
    scenarios::snapshots_are_found_on_datastores(&fleet);
    for vm in &fleet.vms {
        let known = inventory.get(&vm.vm).unwrap();
        assert_eq!((&vm.name, vm.power, &vm.tree), (&known.name, known.power, &*known.tree));
        assert_eq!(vm.snapshot_bytes.len(), 2);
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn session_lost() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else {
        return;
    };
    let mut live = Live::start(config(&peer.url)).await;
    let admin = soap::Admin::log_in(&peer.url).await;
    scenarios::session_lost(&mut live, async || admin.end_other_sessions().await).await;
    live.client.stop().await;
    assert_eq!(admin.sessions().await, 1, "the client logs out at its end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn task_outlives_session() {
    let Some(peer) = Vcsim::start(&["-vms", "1", "-task-ms", "1500"]) else {
        return;
    };
    let mut live = Live::start(config(&peer.url)).await;
    let admin = soap::Admin::log_in(&peer.url).await;
    scenarios::task_outlives_session(&mut live, async || admin.end_other_sessions().await).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_the_server_is_noticed_and_the_inventory_stays() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else {
        return;
    };
    let mut live = Live::start(config(&peer.url)).await;
    drop(peer);
    live.until_health(|health| matches!(health, Health::Lost { .. })).await;
    assert_eq!(live.client.inventory().len(), 1);
    let vm = live.vm(0).vm.clone();
    let answer = live.client.call(&Call { vm, act: Act::DeleteAll }, &AnyLook).await;
    assert!(matches!(answer, Err(CallError::NotSent(_))), "{answer:?}");
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_the_server_lacks_are_faults_and_nothing_else() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else {
        return;
    };
    let mut live = Live::start(config(&peer.url)).await;
    let vm = live.vm(0).vm.clone();
    let snapshot = live.take(&vm, "one").await;
    let rename = Act::Edit { snapshot, name: Some("two".to_owned()), description: None };
    for act in [Act::Consolidate, rename] {
        match live.client.call(&Call { vm: vm.clone(), act }, &AnyLook).await {
            Err(CallError::Fault(fault)) => assert_eq!(fault.kind, FaultKind::UnknownMethod, "{fault:?}"),
            other => panic!("{other:?}"),
        }
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_said_and_tried_once() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else {
        return;
    };
    let wrong = VCenterConfig { password: "battery staple".into(), ..config(&peer.url) };
    let mut live = Live::begin(wrong);
    let lost = live.until_health(|health| matches!(health, Health::Lost { .. })).await;
    let Health::Lost { why, .. } = lost else { unreachable!() };
    assert!(why.contains("user name or the password"), "{why}");
    match live.client.about().await {
        Err(ReadError::Fault(fault)) => {
            assert_eq!(fault.kind, FaultKind::InvalidLogin);
            assert!(fault.message.contains("not tried again before"), "{fault:?}");
        }
        other => panic!("{other:?}"),
    }
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_trusted_by_its_thumbprint_and_no_other() {
    let Some(peer) = Vcsim::start(&["-vms", "1", "-tls"]) else {
        return;
    };
    assert!(peer.url.starts_with("https://"), "{}", peer.url);
    let unknown = client(config(&peer.url)).about().await.unwrap_err();
    assert!(unknown.to_string().contains("thumbprint"), "{unknown}");
    let other = VCenterConfig { trust: Trust::Thumbprint([0; 32]), ..config(&peer.url) };
    let shown = client(other).about().await.unwrap_err().to_string();
    // The message shows the certificate's own thumbprint, so that it can be compared and copied.
    let thumbprint = shown.split("SHA-256 ").nth(1).and_then(|rest| rest.get(..32 * 3 - 1)).unwrap_or(&shown);
    let bytes = hex::decode(thumbprint.replace(':', "")).unwrap();
    let right = VCenterConfig { trust: Trust::Thumbprint(bytes.try_into().unwrap()), ..config(&peer.url) };
    let live = Live::start(right).await;
    assert_eq!(live.client.inventory().len(), 1);
    live.client.stop().await;
    let insecure = VCenterConfig { trust: Trust::Insecure, ..config(&peer.url) };
    assert!(client(insecure).about().await.is_ok());
}

/// Just enough SOAP to be somebody else: whoever ends the sessions.
mod soap {
    use super::{PASSWORD, USER};

    pub(super) struct Admin {
        http: reqwest::Client,
        url: String,
        cookie: String,
    }

    impl Admin {
        pub(super) async fn log_in(url: &str) -> Self {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let mut admin = Self { http, url: url.to_owned(), cookie: String::new() };
            let login = format!(
                "<Login xmlns='urn:vim25'><_this type='SessionManager'>SessionManager</_this><userName>{USER}</userName>\
                 <password>{PASSWORD}</password></Login>"
            );
            admin.cookie = admin.post(&login).await.0.expect("the login brings a cookie");
            admin
        }

        pub(super) async fn end_other_sessions(&self) {
            for key in self.session_keys().await {
                self.post(&format!(
                    "<TerminateSession xmlns='urn:vim25'><_this type='SessionManager'>SessionManager</_this>\
                     <sessionId>{key}</sessionId></TerminateSession>"
                ))
                .await;
            }
        }

        pub(super) async fn sessions(&self) -> usize {
            self.session_keys().await.len()
        }

        async fn session_keys(&self) -> Vec<String> {
            let list = self
                .post(
                    "<RetrievePropertiesEx xmlns='urn:vim25'><_this type='PropertyCollector'>propertyCollector</_this><specSet>\
                     <propSet><type>SessionManager</type><pathSet>sessionList</pathSet></propSet><objectSet>\
                     <obj type='SessionManager'>SessionManager</obj></objectSet></specSet><options/></RetrievePropertiesEx>",
                )
                .await;
            list.1.split("<key>").skip(1).filter_map(|rest| Some(rest.split_once('<')?.0.to_owned())).collect()
        }

        async fn post(&self, body: &str) -> (Option<String>, String) {
            let envelope = format!(
                "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/' \
                 xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><Body>{body}</Body></Envelope>"
            );
            let sent = self.http.post(&self.url).header("Cookie", &self.cookie).body(envelope);
            let answer = sent.send().await.unwrap();
            let cookie = answer.headers().get("Set-Cookie").and_then(|cookie| cookie.to_str().ok());
            let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
            (cookie, answer.text().await.unwrap())
        }
    }
}
