//! A bot that one platform has to itself: the program as a process, by a configuration without a console or another platform, from the
//! first command to a clean end.

use std::path::Path;

use async_trait::async_trait;
use snapwarden_sim::{Sim, SimOptions};
use tokio::sync::watch;

use super::fronts::Front;
use super::harness::PATIENCE;
use super::process::Process;
use super::said::Said;

/// A platform, as a process finds it that knows no other.
#[async_trait]
pub(crate) trait Sole: Front {
    /// Its tables of the configuration.
    fn tables(&self) -> String;

    /// Somebody's account, as a key of `[[person]]`.
    fn account(&self, person: &str) -> String;

    /// The bot listens at this address.
    async fn found_at(&self, url: &str);

    /// What counts up whenever a channel may look otherwise.
    fn news(&self) -> watch::Receiver<u64>;

    /// Whether the bot did nothing that the platform would not have liked.
    fn is_content(&self);
}

/// A snapshot goes from command to result, a revert from command over somebody else's yes to result, and the process ends with 0.
pub(crate) async fn plays(front: &dyn Sole) {
    plays_beside(front, "").await;
}

/// The same with more tables.
pub(crate) async fn plays_beside(front: &dyn Sole, tables: &str) {
    plays_with(front, tables, &[]).await;
}

/// The same with these environment variables as well.
pub(crate) async fn plays_with(front: &dyn Sole, tables: &str, variables: &[(&str, String)]) {
    let sim = Sim::new(SimOptions { vms: 12, task_seconds: 0.3, ..SimOptions::default() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let vcenter = format!("http://{}/sdk", listener.local_addr().unwrap());
    let serving = tokio::spawn({
        let sim = sim.clone();
        async move { sim.serve(listener, std::future::pending()).await }
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bot.toml");
    std::fs::write(&file, configuration(front, &vcenter, &folder.path().join("store"), tables)).unwrap();
    let process = Process::start_with(&["run", "--config", file.to_str().unwrap()], variables);
    front.found_at(&process.url).await;
    until_ready(&process.url).await;

    front.says("ops", "alice", "take web-01 \"before upgrade\"", "en").await;
    until_said(front, &["\"before upgrade\"", "\"web-01\"", "success", "Asked by @alice"]).await;
    assert_eq!(sim.vm("web-01").unwrap().snapshots.len(), 1);

    front.says("ops", "alice", "revert-latest web-01", "en").await;
    let card = until_said(front, &["Revert \"web-01\"", "waiting", "[Approve]"]).await;
    let approve = card.token("Approve").unwrap();
    let own = front.press("alice", &approve, &[]).await;
    own.says(&["You cannot decide this: it needs @approvers."]);
    let reverts = || sim.calls().iter().filter(|call| call.method == "RevertToSnapshot_Task").count();
    assert_eq!(reverts(), 0, "nobody else has said yes");
    front.press("bob", &approve, &[]).await;
    until_said(front, &["\"web-01\" is back at \"before upgrade\"", "Asked by @alice, approved by @bob"]).await;
    assert_eq!(reverts(), 1);

    front.is_content();
    process.terminate().await;
    serving.abort();
}

/// Waits until the process says that it is ready, with everything that it is to be connected to.
async fn until_ready(url: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asking = async {
        loop {
            let answer = client.get(format!("{url}/readyz")).send().await.unwrap();
            let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
            if status == 200 {
                return text;
            }
            assert_eq!(status, 503, "{text}");
        }
    };
    let said = tokio::time::timeout(PATIENCE, asking).await.expect("it gets ready");
    assert!(said.contains("vcenter lab"), "{said}");
}

/// The newest message of the channel, once it says all of this.
async fn until_said(front: &dyn Sole, parts: &[&str]) -> Said {
    let mut news = front.news();
    let looking = async {
        loop {
            news.borrow_and_update();
            let newest = front.messages("ops", None).await.pop();
            if let Some(said) = newest.filter(|said| parts.iter().all(|part| said.text().contains(part))) {
                return said;
            }
            news.changed().await.unwrap();
        }
    };
    match tokio::time::timeout(PATIENCE, looking).await {
        Ok(said) => said,
        Err(_) => {
            let all: Vec<String> = front.messages("ops", None).await.iter().map(Said::text).collect();
            panic!("no message says {parts:?}:\n{}", all.join("\n\n"))
        }
    }
}

fn configuration(front: &dyn Sole, vcenter: &str, store: &Path, more: &str) -> String {
    let options = SimOptions::default();
    format!(
        r#"
        [[vcenter]]
        name = "lab"
        url = "{vcenter}"
        username = "{username}"
        password = "{password}"
        [store]
        path = {store:?}
        {tables}
        {more}
        [[person]]
        name = "alice"
        {alice}
        groups = ["team"]
        [[person]]
        name = "bob"
        {bob}
        groups = ["approvers"]
        [[grant]]
        groups = ["team"]
        verbs = ["*"]
        vms = ["*"]
        [[grant]]
        groups = ["approvers"]
        verbs = ["list"]
        vms = ["*"]
        [[approval]]
        verbs = ["revert", "revert-latest"]
        vms = ["*"]
        approvers = ["approvers"]
        needed = 1
        expires = "1h"
        "#,
        username = options.username,
        password = options.password,
        tables = front.tables(),
        alice = front.account("alice"),
        bob = front.account("bob"),
    )
}
