//! Reads a fleet of 1,250 VMs with three snapshots each from vcsim (name, power, snapshots, files), beside govc and
//! pyvmomi on the same properties, and says whether the targets hold: at most half of govc's time and a quarter of its CPU.
//!
//! `cargo bench --bench fleet_read`. It needs Go; pyvmomi is measured where a Python has it (`SNAPWARDEN_PYTHON`). Each
//! contender is a process of its own that logs in, reads, and logs out; ours is this program again. CPU is user and
//! system time of the process as the kernel counts it (`cutime` and `cstime`), in hundredths of a second, so it is averaged.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot go on"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use snapwarden::engine::ports::Clock;
use snapwarden::vcenter::{Address, Client, Trust, VCenterConfig};

/// How large the fleet is.
const VMS: usize = 1_250;
/// How many snapshots each VM has.
const SNAPSHOTS: usize = 3;
/// How often each contender runs, after one run that does not count.
const RUNS: u32 = 11;
/// The kernel's ticks in a second, the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;
/// The targets, as parts of what govc takes.
const WALL_TARGET: f64 = 0.5;
const CPU_TARGET: f64 = 0.25;

/// The account of `tests/vcsim`.
const USER: &str = "bot@vsphere.local";
const PASSWORD: &str = "correct horse";

/// Set for the process that reads with our client, to the address to read from.
const READ_FROM: &str = "SNAPWARDEN_BENCH_READ_FROM";

fn main() -> ExitCode {
    if let Ok(url) = std::env::var(READ_FROM) {
        read(url);
        return ExitCode::SUCCESS;
    }
    let vcsim = built("tests/vcsim", "SNAPWARDEN_VCSIM", "bench-vcsim");
    let govc = built("tests/clients/govc", "SNAPWARDEN_GOVC", "bench-govc");
    println!("creating {VMS} VMs with {SNAPSHOTS} snapshots each in vcsim, which takes about a minute");
    let peer = Peer::start(&vcsim);

    let mut contenders = vec![ours(&peer.url), by_govc(&govc, &peer.url)];
    contenders.extend(by_pyvmomi(&peer.url));
    for contender in &mut contenders {
        contender.run();
        contender.forget();
    }
    // In turns, so that whatever else the machine does falls on all of them.
    for _ in 0..RUNS {
        contenders.iter_mut().for_each(Contender::run);
    }
    drop(peer);
    report(&contenders)
}

/// What the process that reads with our client does.
fn read(url: String) {
    let config = VCenterConfig {
        name: "bench".into(),
        url: Address::of(url.parse().unwrap()).unwrap(),
        username: USER.to_owned(),
        password: PASSWORD.into(),
        trust: Trust::SystemRoots,
        proxies: None,
    };
    let client = Client::new(config, Arc::new(WallClock)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fleet = runtime.block_on(async {
        let fleet = client.fleet().await;
        client.stop().await;
        fleet.unwrap().vms
    });
    assert_eq!(fleet.len(), VMS);
    assert!(fleet.iter().all(|vm| vm.tree.len() == SNAPSHOTS && vm.snapshot_bytes.len() == SNAPSHOTS));
    println!("{}", fleet.len());
}

/// One way of reading the fleet, and what it took.
struct Contender {
    name: &'static str,
    command: Command,
    walls: Vec<Duration>,
    cpu: f64,
}

fn ours(url: &str) -> Contender {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(READ_FROM, url);
    Contender::new("snapwarden", command)
}

fn by_govc(govc: &Path, url: &str) -> Contender {
    let mut command = Command::new(govc);
    command
        .args(["object.collect", "-type", "m", "/", "name", "runtime.powerState", "snapshot", "layoutEx"])
        .env("GOVC_URL", url)
        .env("GOVC_USERNAME", USER)
        .env("GOVC_PASSWORD", PASSWORD)
        .env("GOVC_INSECURE", "true")
        .env("GOVC_PERSIST_SESSION", "false");
    Contender::new("govc", command)
}

fn by_pyvmomi(url: &str) -> Option<Contender> {
    let python = std::env::var_os("SNAPWARDEN_PYTHON").unwrap_or_else(|| "python3".into());
    let there = Command::new(&python).args(["-c", "import pyVmomi"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        println!("skipped: pyvmomi (this Python does not have it; see SNAPWARDEN_PYTHON)");
        return None;
    }
    let mut command = Command::new(python);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/fleet_read.py");
    command.arg(script).args([url, USER, PASSWORD]);
    Some(Contender::new("pyvmomi", command))
}

impl Contender {
    fn new(name: &'static str, mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Self { name, command, walls: Vec::new(), cpu: 0.0 }
    }

    fn run(&mut self) {
        let (before, start) = (children_cpu(), Instant::now());
        let status = self.command.status().expect("the contender starts");
        let wall = start.elapsed();
        assert!(status.success(), "{} failed", self.name);
        self.walls.push(wall);
        self.cpu += children_cpu() - before;
    }

    fn forget(&mut self) {
        self.walls.clear();
        self.cpu = 0.0;
    }

    /// The median.
    fn wall(&self) -> f64 {
        let mut walls = self.walls.clone();
        walls.sort();
        walls.get(walls.len() / 2).map_or(0.0, Duration::as_secs_f64)
    }

    /// The mean.
    fn cpu(&self) -> f64 {
        self.cpu / f64::from(RUNS)
    }
}

/// Seconds that all ended children have used, by `/proc/self/stat`.
fn children_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this benchmark needs Linux");
    // The second field is the program's name in brackets, which may hold anything; the state follows it as the third.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks = fields.split_whitespace().skip(13).take(2).map(|field| field.parse::<f64>().unwrap());
    ticks.sum::<f64>() / TICKS
}

fn report(contenders: &[Contender]) -> ExitCode {
    println!("\n{:<12} {:>10} {:>10}   of govc's", "", "wall (s)", "CPU (s)");
    let govc = contenders.iter().find(|contender| contender.name == "govc").unwrap();
    for contender in contenders {
        let (wall, cpu) = (contender.wall(), contender.cpu());
        let (of_wall, of_cpu) = (wall / govc.wall(), cpu / govc.cpu());
        println!("{:<12} {wall:>10.3} {cpu:>10.3}   {of_wall:.2} × wall, {of_cpu:.2} × CPU", contender.name);
    }
    let ours = contenders.first().unwrap();
    let (wall, cpu) = (ours.wall() / govc.wall(), ours.cpu() / govc.cpu());
    let held = wall <= WALL_TARGET && cpu <= CPU_TARGET;
    let verdict = if held { "held" } else { "MISSED" };
    println!("\ntargets: at most {WALL_TARGET} × wall and {CPU_TARGET} × CPU of govc: {verdict}");
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A Go program of this repository, built unless the variable says where it is.
fn built(folder: &str, variable: &str, name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return path.into();
    }
    let path = std::env::temp_dir().join(format!("snapwarden-{name}"));
    let status = Command::new("go")
        .args(["build", "-o"])
        .arg(&path)
        .arg(".")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .status()
        .expect("Go is needed");
    assert!(status.success(), "{folder} does not build");
    path
}

/// vcsim, as long as this lives.
struct Peer {
    child: Child,
    url: String,
}

impl Peer {
    fn start(vcsim: &Path) -> Self {
        let mut child = Command::new(vcsim)
            .args(["-vms", &VMS.to_string(), "-snapshots", &SNAPSHOTS.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("vcsim starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("ready ").expect("vcsim says where it is").to_owned();
        Self { child, url }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The clock on the wall.
struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let left = until.duration_since(Timestamp::now());
        Box::pin(tokio::time::sleep(left.try_into().unwrap_or_default()))
    }
}
