//! A simulated vCenter that outlives its process: when its file is written, and how it is read again.
//!
//! The file is written under the world's lock after every change that lasts, before anybody is told of that change. So a task
//! whose reference a client has is in the file, whenever the process is killed. Changes that come together are one write, and
//! a write replaces the file in one step.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::faults::ActivePlan;
use super::world::{RECENT_TASK, World};
use super::{Sim, SimOptions};

/// The version that is written, and the only one that is read. To be raised when the file's content changes its meaning.
const VERSION: u32 = 1;

/// What every version of the file says that it is.
const FORMAT: &str = "snapwarden simulated vCenter";

/// The suffix of the file that is being written.
const UNFINISHED: &str = ".new";

/// What every version of the file begins with.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// The clock when the file was written.
#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    /// The date from which the simulator's clock counts.
    base: Timestamp,
    /// How much time had passed since then.
    passed: Duration,
    /// The date on the wall at that moment.
    written: Timestamp,
    /// What it was set to, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    offsets: Vec<(Duration, SignedDuration)>,
}

/// The options that decide which VMs are made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    vms: usize,
    snapshots: Option<usize>,
    seed: u64,
    demo: bool,
}

impl Made {
    /// Those of these options.
    pub(super) fn with(options: &SimOptions) -> Self {
        Self { vms: options.vms, snapshots: options.snapshots, seed: options.seed, demo: options.demo }
    }
}

/// Why the file of a simulated vCenter could not be used: in one sentence with the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", file.display())]
pub struct SimFileError {
    /// Which file.
    pub file: PathBuf,
    /// What is wrong.
    pub reason: String,
}

impl Sim {
    /// A simulated vCenter whose world is in a file: read from it if it is there, else made by the options and written. Every
    /// later change is in the file before anybody is told of it.
    ///
    /// Time goes on while no process has it: a task of four seconds that had two to go has ended two seconds later. Sessions
    /// are forgotten, as by a vCenter that was started again; faults of a plan count anew. Where the options would make other
    /// VMs than the file has, the file wins and a warning is logged. Only one process may use a file at a time, which
    /// nothing here looks after.
    ///
    /// # Errors
    /// If the file is there and is not a world that this version wrote, or cannot be read or written.
    pub fn persistent(options: SimOptions, file: &Path) -> Result<Self, SimFileError> {
        Self::persistent_at(options, file, Timestamp::now(), Clock::resumed)
    }

    /// The same at a date on the wall, with a clock made of the date from which it counts and what has passed.
    pub(super) fn persistent_at(
        options: SimOptions,
        file: &Path,
        now: Timestamp,
        clock: impl FnOnce(Timestamp, Duration) -> Clock,
    ) -> Result<Self, SimFileError> {
        let wrong = |reason: String| SimFileError { file: file.to_owned(), reason };
        let world = match std::fs::read(file) {
            Ok(bytes) => read(&bytes, options, now, clock).map_err(wrong)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (base, passed) = Clock::beginning(options.now);
                World::new(options, clock(base, passed))
            }
            Err(error) => return Err(wrong(format!("it cannot be read: {error}"))),
        };
        warn_of_other_options(&world, file);
        let keeper = Keeper::new(file);
        keeper.write(&world, now).map_err(|reason| wrong(format!("it cannot be written: {reason}")))?;
        Ok(Self::of(world, Some(keeper)))
    }
}

/// Keeps the file as the world is. All of it happens under the world's lock.
#[derive(Debug)]
pub(super) struct Keeper {
    file: PathBuf,
    unfinished: PathBuf,
    /// Up to which change the file has everything.
    written: AtomicU64,
    /// Whether the last write failed, so that a full disk is said once.
    failing: AtomicBool,
}

impl Keeper {
    fn new(file: &Path) -> Self {
        let mut unfinished = file.as_os_str().to_owned();
        unfinished.push(UNFINISHED);
        Self {
            file: file.to_owned(),
            unfinished: unfinished.into(),
            written: AtomicU64::new(0),
            failing: AtomicBool::new(false),
        }
    }

    /// Writes the world if something in it changed that lasts. If that fails it is logged, and tried again after the next
    /// look: a simulator is of use without its file too.
    pub(super) fn keep(&self, world: &World) {
        if self.written.load(Ordering::Relaxed) == world.changes.lasting() {
            return;
        }
        match self.write(world, Timestamp::now()) {
            Ok(()) => self.failing.store(false, Ordering::Relaxed),
            Err(reason) if !self.failing.swap(true, Ordering::Relaxed) => tracing::error!(
                file = %self.file.display(),
                reason,
                "the simulated vCenter's file cannot be written; a restart would lose what happens now"
            ),
            Err(_) => {}
        }
    }

    fn write(&self, world: &World, now: Timestamp) -> Result<(), String> {
        let bytes = written(world, now)?;
        self.replace(&bytes).map_err(|error| error.to_string())?;
        self.written.store(world.changes.lasting(), Ordering::Relaxed);
        Ok(())
    }

    /// The new content is on the disk before it takes the name, so that a power cut leaves the one or the other.
    fn replace(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = std::fs::File::create(&self.unfinished)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        std::fs::rename(&self.unfinished, &self.file)
    }
}

/// The content of a world's file at a date on the wall.
///
/// # Errors
/// If it cannot be put into JSON, which nothing here gives a reason for.
fn written(world: &World, now: Timestamp) -> Result<Vec<u8>, String> {
    #[derive(Serialize)]
    struct File<'a> {
        #[serde(flatten)]
        head: Head,
        #[serde(flatten)]
        stamp: Stamp,
        #[serde(flatten)]
        world: &'a World,
    }
    let file = File {
        head: Head { format: FORMAT.to_owned(), version: VERSION },
        stamp: Stamp {
            base: world.clock.base(),
            passed: world.clock.passed(),
            written: now,
            offsets: world.clock.offsets.clone(),
        },
        world,
    };
    serde_json::to_vec(&file).map_err(|error| error.to_string())
}

/// Reads a world's file. The clock goes on, also for what passed while nobody ran it; a wall clock that was set back adds
/// nothing, so that what had happened stays past. Account, task lengths and faults are those of `options`.
///
/// # Errors
/// A sentence that says what is wrong with it, and where.
fn read(
    bytes: &[u8],
    options: SimOptions,
    now: Timestamp,
    clock: impl FnOnce(Timestamp, Duration) -> Clock,
) -> Result<World, String> {
    let head: Head = parse(bytes)?;
    if head.format != FORMAT {
        return Err(format!("it is no world of the simulator but {:?}", head.format));
    }
    if head.version != VERSION {
        return Err(format!("it is of version {}, and this program reads version {VERSION}", head.version));
    }
    let Stamp { base, passed, written, offsets } = parse(bytes)?;
    let mut world: World = parse(bytes)?;
    let away = Duration::try_from(now.duration_since(written)).unwrap_or_default();
    world.clock = clock(base, passed.saturating_add(away));
    world.clock.offsets = offsets;
    world.plan = ActivePlan::new(options.faults.clone());
    world.options = options;
    if let Some(vm) = world.vms.values().find(|vm| vm.frozen.len() != vm.snapshots.len()) {
        return Err(format!("the disks of {} do not fit its snapshots", vm.id()));
    }
    world.find_work();
    Ok(world)
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("it cannot be understood: {error}"))
}

impl World {
    /// Finds out from the VMs and tasks what the file leaves out: which snapshots and tasks a VM has, and what is recent.
    fn find_work(&mut self) {
        let owned = self.vms.values().flat_map(|vm| vm.snapshots.iter().map(|snapshot| (snapshot.n, vm.n)));
        self.snapshot_owner = owned.collect();
        let now = self.clock.passed();
        let fresh = |completed: Duration| now.saturating_sub(completed) < RECENT_TASK;
        let mut ended = Vec::new();
        for task in self.tasks.values() {
            if task.active() {
                self.active.push(task.n);
            }
            ended.extend(task.completed.map(|completed| (completed, task.n, task.vm)));
            let Some(vm) = self.vms.get_mut(&task.vm) else { continue };
            if task.active() {
                vm.task = Some(task.n);
            }
            if !task.forgotten && task.completed.is_none_or(fresh) {
                vm.recent.push_back(task.n);
            }
        }
        ended.retain(|(completed, ..)| fresh(*completed));
        ended.sort_unstable();
        self.ended = ended.into();
        let numbers = self.vms.keys().chain(self.snapshot_owner.keys()).chain(self.tasks.keys());
        self.next = numbers.copied().fold(self.next, u32::max);
    }
}

/// VMs and tasks have their numbers in them, so that a file has lists of them.
pub(super) mod numbered {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::super::task::Task;
    use super::super::vm::Vm;

    /// What has a number in it.
    pub(in super::super) trait Numbered {
        fn number(&self) -> u32;
    }

    impl Numbered for Vm {
        fn number(&self) -> u32 {
            self.n
        }
    }

    impl Numbered for Task {
        fn number(&self) -> u32 {
            self.n
        }
    }

    pub(in super::super) fn serialize<S: Serializer, T: Serialize>(
        map: &BTreeMap<u32, T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map.values())
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de> + Numbered>(
        from: D,
    ) -> Result<BTreeMap<u32, T>, D::Error> {
        Ok(Vec::<T>::deserialize(from)?.into_iter().map(|item| (item.number(), item)).collect())
    }
}

fn warn_of_other_options(world: &World, file: &Path) {
    let (made, asked) = (&world.made_with, Made::with(&world.options));
    if *made != asked {
        tracing::warn!(
            file = %file.display(),
            ?made,
            ?asked,
            "the simulated VMs are those of the file, which was made with other options"
        );
    }
}

#[cfg(test)]
mod tests;
