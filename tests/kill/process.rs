//! The program as a process that is killed: a simulated vCenter, and a bot with a console, each by itself.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::sync::watch;

/// Far longer than anything takes here: only what never happens is waited for so long.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// The account of the simulated vCenter.
const ACCOUNT: (&str, &str) = ("user", "pass");

/// A process that serves until it is killed.
pub(super) struct Process {
    /// Where it listens.
    pub(super) url: String,
    child: Child,
    /// What it said on stderr, whole lines.
    said: watch::Receiver<Vec<String>>,
}

impl Process {
    /// A simulated vCenter of so many VMs, each with one snapshot.
    pub(super) fn vcenter(vms: usize, task_seconds: f64) -> Self {
        let (vms, seconds) = (vms.to_string(), task_seconds.to_string());
        let arguments =
            ["sim", "--listen", "127.0.0.1:0", "--snapshots", "1", "--vms", &vms, "--task-seconds", &seconds];
        Self::start(Command::new(env!("CARGO_BIN_EXE_snapwarden")).args(arguments))
    }

    /// A bot of this configuration, which is to stop at a point, or not.
    pub(super) fn bot(config: &Path, halt_at: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snapwarden"));
        command.arg("run").arg("--config").arg(config).env_remove("SNAPWARDEN_HALT_AT");
        if let Some(point) = halt_at {
            command.env("SNAPWARDEN_HALT_AT", point);
        }
        Self::start(&mut command)
    }

    /// Starts it and comes back when it says where it listens.
    fn start(command: &mut Command) -> Self {
        for variable in ["RUST_LOG", "http_proxy", "HTTP_PROXY"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (tell, said) = watch::channel(Vec::new());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        // It ends with the process, whose stderr ends then.
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                tell.send_modify(|said: &mut Vec<String>| said.push(line));
            }
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut process = Self { url: String::new(), child, said };
        let url = line.trim().strip_prefix("ready ");
        url.unwrap_or_else(|| panic!("it said {line:?} and\n{}", process.words())).clone_into(&mut process.url);
        process
    }

    /// Ends when the process has come to a stop there.
    pub(super) async fn until_halted(&self, point: &str) {
        let line = format!("halted at {point}");
        let mut said = self.said.clone();
        let halted = async { said.wait_for(|said| said.contains(&line)).await.map(|_| ()) };
        let halted = tokio::time::timeout(PATIENCE, halted).await;
        assert!(matches!(halted, Ok(Ok(()))), "it never {line}. It said:\n{}", self.words());
    }

    /// SIGKILL: nothing is tidied up.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it said on stderr.
    pub(super) fn words(&self) -> String {
        self.said.borrow().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The console token of somebody.
pub(super) fn token(person: &str) -> String {
    format!("{person}-{}", "0123456789abcdef".repeat(2))
}

/// A configuration in which alice asks and bob approves whatever is asked for.
pub(super) fn configuration(vcenter: &Process, store: &Path) -> String {
    let (username, password) = ACCOUNT;
    format!(
        r#"
        [[vcenter]]
        name = "lab"
        url = "{url}"
        username = "{username}"
        password = "{password}"
        [store]
        path = {store:?}
        [console]
        listen = "127.0.0.1:0"
        [[console.channel]]
        id = "ops"
        [[person]]
        name = "alice"
        groups = ["team"]
        console_token = "{alice}"
        [[person]]
        name = "bob"
        groups = ["approvers"]
        console_token = "{bob}"
        [[grant]]
        groups = ["team"]
        verbs = ["*"]
        vms = ["*"]
        [[grant]]
        groups = ["approvers"]
        verbs = ["list"]
        vms = ["*"]
        [[approval]]
        verbs = ["take", "revert"]
        vms = ["*"]
        approvers = ["approvers"]
        needed = 1
        expires = "1h"
        "#,
        url = vcenter.url,
        alice = token("alice"),
        bob = token("bob"),
    )
}
