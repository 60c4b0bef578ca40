//! The commands that do not serve the demo: what they print, and what they exit with.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::process::{Process, run};

/// A folder with a configuration in it.
struct Folder {
    dir: TempDir,
}

impl Folder {
    fn with(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("bot.toml"), text).unwrap();
        Self { dir }
    }

    fn file(&self) -> String {
        self.path().display().to_string()
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("bot.toml")
    }
}

/// Everything that `run` needs, on a vCenter at this address.
fn console_only(url: &str) -> String {
    format!(
        r#"
[[vcenter]]
name = "lab"
url = "{url}"
username = "user"
password = "pass"

[store]
path = "state"

[console]
listen = "127.0.0.1:0"

[[console.channel]]
id = "ops"

[[person]]
name = "alice"
groups = ["team-web"]
console_token = "0123456789abcdef0123456789abcdef"

[[person]]
name = "bob"
groups = ["approvers"]
console_token = "fedcba9876543210fedcba9876543210"

[[grant]]
groups = ["team-web"]
verbs = ["*"]
vms = ["*", "!prod-*"]

[[approval]]
verbs = ["revert", "revert-latest", "delete-with-children", "delete-all"]
vms = ["*"]
approvers = ["approvers"]
needed = 1
expires = "30m"
"#
    )
}

fn sim() -> Process {
    Process::start(&["sim", "--listen", "127.0.0.1:0", "--vms", "12", "--task-seconds", "0.05"])
}

#[test]
fn a_wrong_configuration_is_told_with_file_line_and_key() {
    let folder =
        Folder::with("[[vcenter]]\nname = \"lab\"\nurl = \"http://127.0.0.1:1\"\nusrname = \"user\"\npassword = 7\n");
    let file = folder.file();
    for command in ["run", "check"] {
        run(&[command, "--config", &file]).failed(
            2,
            &[
                &format!("{file}:4: [[vcenter]] usrname: "),
                "did you mean \"username\"?",
                &format!("{file}:5: [[vcenter]] password: expected a text"),
                &format!("{file}:1: [[vcenter]] username: missing"),
            ],
        );
    }
    run(&["run", "--config", "/nowhere/bot.toml"]).failed(2, &["/nowhere/bot.toml", "cannot be read"]);
    let no_toml = Folder::with("[[vcenter]\n");
    run(&["check", "--config", &no_toml.file()]).failed(2, &[&format!("{}:1", no_toml.file())]);
}

#[test]
fn a_missing_secret_stops_the_start() {
    let text = console_only("http://127.0.0.1:1").replace("password = \"pass\"", "password_env = \"NO_SUCH_VARIABLE\"");
    let folder = Folder::with(&text);
    run(&["run", "--config", &folder.file()]).failed(2, &[":6: [[vcenter]] password_env", "NO_SUCH_VARIABLE"]);
}

#[test]
fn check_and_run_refuse_the_same_files_with_the_same_words() {
    let text = console_only("http://127.0.0.1:1");
    let bob = "console_token = \"fedcba9876543210fedcba9876543210\"";
    for (text, said) in [
        (
            text.replace(bob, "console_token = \"0123456789abcdef0123456789abcdef\""),
            ":25: [[person]] console_token: bob's ",
        ),
        (
            format!("{text}\n[[report]]\nname = \"r\"\nchannel = \"console:nope\"\n"),
            ": [[report]] channel: the console has no ",
        ),
        (
            text.replace("password = \"pass\"", "password = \"pass\"\nca_file = \"nope.pem\""),
            ":7: [[vcenter]] ca_file: expected ",
        ),
        (text.replace("127.0.0.1:1\"", "127.0.0.1:1/ui\""), ":4: [[vcenter]] url: expected "),
        (
            text.replace("path = \"state\"", "path = \"state\"\nkind = \"etcd\""),
            ":10: [store] kind: expected \"sled\", found \"etcd\"",
        ),
    ] {
        let folder = Folder::with(&text);
        let file = folder.file();
        for command in ["run", "check"] {
            run(&[command, "--config", &file]).failed(2, &[&file, said]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_looks_at_what_is_there_and_says_what_run_would_miss() {
    let sim = sim();
    let folder = Folder::with(&console_only(&sim.url).replace("[store]\npath = \"state\"\n", ""));
    let missing = "[store] is missing: requests and the audit trail have to be kept somewhere";
    run(&["run", "--config", &folder.file()]).failed(2, &[missing]);
    let checked = run(&["check", "--config", &folder.file()]);
    checked.failed(2, &[]);
    for part in [missing, "FAILED", "vcenter lab privileges"] {
        assert!(checked.stdout.contains(part), "no \"{part}\" in {checked:?}");
    }
    assert!(!checked.stdout.contains("is valid"), "{checked:?}");
    sim.terminate().await;
}

#[test]
fn a_wrong_command_line_is_told_with_how_it_goes() {
    run(&["frobnicate"]).failed(2, &["frobnicate", "Usage"]);
    run(&["demo", "--speed", "0"]).failed(2, &["--speed"]);
    run(&["demo", "--listen", "nowhere"]).failed(2, &["--listen"]);
    let folder = Folder::with("[[rule]]\nkind = \"explode\"\n");
    run(&["sim", "--listen", "127.0.0.1:0", "--faults", &folder.file()]).failed(2, &["explode"]);
    run(&["--version"]).printed(&["snapwarden"]);
}

#[test]
fn a_port_that_is_taken_is_told_with_the_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    run(&["demo", "--listen", &listen]).failed(1, &[&listen, "--listen"]);
    run(&["sim", "--listen", &listen]).failed(1, &[&listen]);
    let text = console_only("http://127.0.0.1:1");
    let by_console = text.replace("listen = \"127.0.0.1:0\"", &format!("listen = \"{listen}\""));
    let by_http = format!("{text}\n[http]\nlisten = \"{listen}\"\n");
    for (text, key) in [(by_console, "[console] listen"), (by_http, "[http] listen")] {
        let folder = Folder::with(&text);
        let said = format!(
            "cannot listen on {listen}: Address already in use (os error 98). Choose another address with {key}"
        );
        run(&["run", "--config", &folder.file()]).failed(1, &[&said]);
        assert!(!has_journal(folder.dir.path()), "nothing has begun");
        let checked = run(&["check", "--config", &folder.file()]);
        assert!(checked.stdout.contains(&format!("FAILED       {said}")), "{checked:?}");
    }
}

#[test]
fn check_says_what_cannot_be_reached_and_changes_nothing() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = Folder::with(&console_only(&format!("http://{gone}")));
    let table = run(&["check", "--config", &folder.file()]);
    assert_eq!(table.code, 3, "{table:?}");
    assert!(table.stdout.contains("vcenter lab") && table.stdout.contains("UNREACHABLE"), "{table:?}");
    let json = run(&["check", "--config", &folder.file(), "--format", "json"]);
    assert_eq!(json.code, 3);
    let findings: Value = serde_json::from_str(&json.stdout).unwrap();
    let unreachable = findings.as_array().unwrap().iter().filter(|finding| finding["verdict"] == "unreachable");
    assert_eq!(unreachable.count(), 1, "{findings}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_and_explain_on_a_vcenter_that_is_there() {
    let sim = sim();
    let folder = Folder::with(&console_only(&sim.url));
    let file = folder.file();
    let checked = run(&["check", "--config", &file]);
    checked.printed(&["configuration", "vcenter lab VMs", "vcenter lab privileges", "15 VMs"]);
    let explain = |person: &str, verb: &str, vm: &str| run(&["explain", "--config", &file, person, verb, vm]);
    explain("alice", "revert", "web-01").printed(&[
        "allowed by [[grant]]",
        "needs 1 of approvers by [[approval]]",
        "DC1/web/web-01",
    ]);
    explain("alice", "revert", "prod-01").printed(&["denied: no [[grant]] lets team-web do that"]);
    explain("mallory", "take", "web-01").printed(&["denied: no [[person]] has this name"]);
    explain("alice", "take", "web-02").printed(&["DC1/web/web-02", "DC1/test/web-02"]);
    explain("alice", "fly", "web-01").failed(2, &["no verb \"fly\"", "revert-latest"]);
    explain("alice", "take", "wbe-01").failed(1, &["no VM \"wbe-01\"", "web-01"]);
    assert!(!folder.dir.path().join("state").join("journal").exists(), "check writes nothing into the store");
    sim.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_and_explain_read_the_tags_that_rules_name() {
    let sim = sim();
    let deny = "\n[[deny]]\ngroups = [\"team-web\"]\nverbs = [\"take\"]\nvms = [\"tag:env/prod\"]\n";
    let folder = Folder::with(&(console_only(&sim.url) + deny));
    let file = folder.file();
    run(&["check", "--config", &file]).printed(&["vcenter lab tags", "env/prod, env/test, tier/db, tier/web"]);
    let explain = |person: &str, verb: &str, vm: &str| run(&["explain", "--config", &file, person, verb, vm]);
    explain("alice", "take", "db-01").printed(&["denied by [[deny]]", "a deny wins"]);
    explain("alice", "take", "web-01").printed(&["allowed by [[grant]]"]);
    sim.terminate().await;
    explain("alice", "take", "web-01")
        .printed(&["note: no vCenter answered", "denied: the tags of this VM cannot be read, and [[deny]]"]);
    explain("alice", "revert", "web-01").printed(&["allowed by [[grant]]"]);
}

#[test]
fn the_schema_and_the_example_belong_together() {
    let schema = run(&["config", "schema"]);
    schema.printed(&["$schema"]);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    let example = run(&["config", "example"]);
    example.printed(&["[[vcenter]]", "[store]", "[[grant]]"]);
    let tables: toml::Table = example.stdout.parse().unwrap();
    for name in tables.keys() {
        assert!(schema["properties"].get(name).is_some(), "the schema does not know [{name}]");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn run_serves_a_console_that_people_sign_in_to() {
    let sim = sim();
    let folder = Folder::with(&console_only(&sim.url));
    let bot = Process::start(&["run", "--config", &folder.file()]);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |path: &str| http.get(format!("{}{path}", bot.url));
    let alice = |request: reqwest::RequestBuilder| request.bearer_auth("0123456789abcdef0123456789abcdef");
    let stranger = get("/api/people").send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    assert!(stranger.headers().contains_key("www-authenticate"));
    assert_eq!(get("/healthz").send().await.unwrap().status(), 200);
    let listen = bot.url.trim_start_matches("http://");
    let beside = Folder::with(&console_only(&sim.url).replace("127.0.0.1:0", listen));
    run(&["check", "--config", &beside.file()]).printed(&[
        "console",
        "warning",
        "a running bot listens on",
        "[console] listen",
    ]);
    let me = alice(get("/api/people")).send().await.unwrap();
    let me: Value = serde_json::from_slice(&me.bytes().await.unwrap()).unwrap();
    assert_eq!(me.as_array().unwrap().len(), 1);
    assert_eq!(me[0]["id"], "alice");

    let command = |person: &str, text: &str| {
        let body = serde_json::json!({"person": person, "channel": "ops", "text": text}).to_string();
        let request = http.post(format!("{}/api/commands", bot.url));
        alice(request.header("content-type", "application/json").body(body))
    };
    assert_eq!(command("bob", "help").send().await.unwrap().status(), 403, "nobody speaks for others");
    let mut events = alice(get("/api/events")).send().await.unwrap();
    let id = loop {
        let answer = command("alice", "/snapshot take web-01").send().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        if let Some(id) = answer["request"].as_str() {
            break id.to_owned();
        }
        // `run` serves before its first read of the VMs is through, and says so.
        events.chunk().await.unwrap().unwrap();
    };
    loop {
        let request = alice(get(&format!("/api/requests/{id}"))).send().await.unwrap();
        let request: Value = serde_json::from_slice(&request.bytes().await.unwrap()).unwrap();
        if request["state"] == "done" {
            break;
        }
        events.chunk().await.unwrap().unwrap();
    }
    bot.terminate().await;
    assert!(has_journal(&folder.dir.path().join("state")), "the journal lies below [store] path");
    sim.terminate().await;
}

fn has_journal(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            paths.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            return true;
        }
    }
    false
}
