//! Facts of the wire on which both simulators agree, asked by bare SOAP: the bot and other clients build on them.

use super::peer::{PASSWORD, USER, Vcsim};
use super::simulated::Peer;
use crate::sim::wire::{spec, tag};

/// How many VMs each peer has.
const VMS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vcsim_has_them() {
    let vms = VMS.to_string();
    let Some(peer) = Vcsim::start(&["-vms", &vms]) else { return };
    hold(&Bare::login(&peer.url).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ours_has_them() {
    let peer = Peer::plain(VMS, 0).await;
    hold(&Bare::login(&peer.url).await).await;
}

async fn hold(peer: &Bare) {
    let root = [("Folder".to_owned(), "group-d1".to_owned())];
    let vms = peer.below(&root, "VirtualMachine").await;
    assert_eq!(vms.len(), VMS);

    // A view finds the VMs of whatever has some.
    for kind in ["ClusterComputeResource", "ResourcePool", "HostSystem"] {
        let containers = peer.below(&root, kind).await;
        let mut found = peer.below(&containers, "VirtualMachine").await;
        found.sort();
        let mut all = vms.clone();
        all.sort();
        assert_eq!(found, all, "{kind}");
    }

    // An object that is gone fails a read, or is left out of it, as the client says.
    let gone = "<obj type=\"VirtualMachine\">vm-4711</obj>";
    let there = object(&vms[0]);
    let strict = spec("VirtualMachine", &["name", "snapshot"], &format!("{gone}</objectSet><objectSet>{there}"));
    let lenient = format!("{strict}<reportMissingObjectsInResults>true</reportMissingObjectsInResults>");
    assert!(peer.read(&strict).await.contains("ManagedObjectNotFound"));
    let read = peer.read(&lenient).await;
    assert_eq!(read.matches("<objects>").count(), 1, "{read}");

    // Who enters a filter says what is unset; a read does not mention it.
    assert!(!read.contains("<name>snapshot</name>"), "{read}");
    peer.call(&format!(
        "<CreateFilter><_this type=\"PropertyCollector\">{COLLECTOR}</_this><spec>{lenient}</spec><partialUpdates>false</partialUpdates>\
         </CreateFilter>"
    ))
    .await;
    let wait = "<version></version><options><maxWaitSeconds>0</maxWaitSeconds></options>";
    let call =
        format!("<WaitForUpdatesEx><_this type=\"PropertyCollector\">{COLLECTOR}</_this>{wait}</WaitForUpdatesEx>");
    let first = peer.call(&call).await;
    assert!(first.contains("<name>snapshot</name><op>assign</op></changeSet>"), "{first}");

    // Numbers are keys as they are, texts in quotes.
    for path in ["config.hardware.device[\"2000\"]", "config.extraConfig[guestinfo.a]"] {
        let read = peer.read(&spec("VirtualMachine", &[path], &there)).await;
        assert!(read.contains("InvalidProperty"), "{path}: {read}");
    }
}

/// The property collector of every session.
const COLLECTOR: &str = "propertyCollector";

/// A type and an id.
type Reference = (String, String);

/// A session without anything between it and the wire.
struct Bare {
    http: reqwest::Client,
    url: String,
    cookie: String,
}

impl Bare {
    async fn login(url: &str) -> Self {
        let url = format!("{}/sdk", url.trim_end_matches("/sdk").trim_end_matches('/'));
        let mut bare = Self { http: reqwest::Client::new(), url, cookie: String::new() };
        let call = format!(
            "<Login><_this type=\"SessionManager\">SessionManager</_this><userName>{USER}</userName><password>{PASSWORD}</password></Login>"
        );
        let answer = bare.send(&call).await;
        let cookie = answer.headers().get("set-cookie").expect("a session").to_str().unwrap();
        bare.cookie = cookie.split(';').next().unwrap().to_owned();
        bare
    }

    async fn send(&self, call: &str) -> reqwest::Response {
        let body = format!(
            "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"urn:vim25\"><e:Body>{call}</e:Body></e:Envelope>"
        );
        let request = self.http.post(&self.url).header("SOAPAction", "urn:vim25/6.5").header("Cookie", &self.cookie);
        request.body(body).send().await.unwrap()
    }

    async fn call(&self, call: &str) -> String {
        self.send(call).await.text().await.unwrap()
    }

    async fn read(&self, spec: &str) -> String {
        self.call(&format!(
            "<RetrievePropertiesEx><_this type=\"PropertyCollector\">{COLLECTOR}</_this><specSet>{spec}</specSet><options/>\
             </RetrievePropertiesEx>"
        ))
        .await
    }

    /// What views of one type find below some containers.
    async fn below(&self, containers: &[Reference], kind: &str) -> Vec<Reference> {
        let mut found = Vec::new();
        for (container, id) in containers {
            let view = self
                .call(&format!(
                    "<CreateContainerView><_this type=\"ViewManager\">ViewManager</_this><container type=\"{container}\">{id}\
                     </container><type>{kind}</type><recursive>true</recursive></CreateContainerView>"
                ))
                .await;
            let view = tag(&view, "returnval").unwrap_or_else(|| panic!("{view}")).to_owned();
            let read = self.read(&spec("ContainerView", &["view"], &object(&("ContainerView".to_owned(), view)))).await;
            let ids = read.split("<ManagedObjectReference ").skip(1).map(|one| one.split_once('>').unwrap().1);
            found.extend(ids.map(|one| (kind.to_owned(), one.split('<').next().unwrap().to_owned())));
        }
        found
    }
}

fn object((kind, id): &Reference) -> String {
    format!("<obj type=\"{kind}\">{id}</obj>")
}
