//! The program as a process of its own: what it prints, and what it exits with.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::Receiver;

use super::harness::PATIENCE;

/// A process that serves.
pub(crate) struct Process {
    /// Where it listens.
    pub(crate) url: String,
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What it logs, line by line; nobody reads it unless it was asked for.
    log: Option<Receiver<String>>,
}

impl Process {
    /// Starts it, and comes back when it says where it listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// The same with these environment variables.
    pub(crate) fn start_with(arguments: &[&str], variables: &[(&str, String)]) -> Self {
        let mut command = command(arguments);
        command.envs(variables.iter().map(|(name, value)| (*name, value))).stderr(Stdio::null());
        Self::begin(command.spawn().unwrap(), arguments)
    }

    /// The same, with what it logs to be waited for.
    pub(crate) fn start_heard(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, log) = std::sync::mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // It ends with the process.
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let mut process = Self::begin(child, arguments);
        process.log = Some(log);
        process
    }

    fn begin(mut child: Child, arguments: &[&str]) -> Self {
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.strip_prefix("ready ").and_then(|url| url.strip_suffix('\n'));
        let url = url.unwrap_or_else(|| panic!("{arguments:?} said {line:?}")).to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Self { url, child, stdout, log: None }
    }

    /// Has it read its configuration again, and comes back with the first line of its log that says one of these.
    pub(crate) fn reload(&self, until: &[&str]) -> String {
        let told = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        let log = self.log.as_ref().expect("it is heard");
        let mut heard = Vec::new();
        loop {
            let line = log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("none of {until:?} in {heard:#?}"));
            if until.iter().any(|part| line.contains(part)) {
                return line;
            }
            heard.push(line);
        }
    }

    /// Tells it to end, holds that it does so cleanly, and that its stdout had one line and no other.
    pub(crate) async fn terminate(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        tokio::task::spawn_blocking(move || {
            let mut more = String::new();
            // This ends when the process does: whoever hangs here did not end in time.
            self.stdout.read_to_string(&mut more).unwrap();
            assert_eq!(more, "", "one line on stdout, and no other");
            assert_eq!(self.child.wait().unwrap().code(), Some(0));
        })
        .await
        .unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Run {
    let Output { status, stdout, stderr } = command(arguments).stderr(Stdio::piped()).output().unwrap();
    Run {
        code: status.code().unwrap(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// It exited so, and said all of this on stderr.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "no \"{part}\" in {self:?}");
        }
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }

    /// It exited with 0 and printed all of this.
    #[track_caller]
    pub(crate) fn printed(&self, parts: &[&str]) {
        assert_eq!(self.code, 0, "{self:?}");
        for part in parts {
            assert!(self.stdout.contains(part), "no \"{part}\" in {self:?}");
        }
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snapwarden"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    // What the tests' own environment has is nobody's configuration.
    for variable in ["SNAPWARDEN_HEALTH_URL", "RUST_LOG"] {
        command.env_remove(variable);
    }
    for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(proxy).env_remove(proxy.to_lowercase());
    }
    command
}
