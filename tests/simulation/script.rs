//! What happens in one seed: a vCenter and people made by chance, a minute or two in which anything may happen, then calm.

use snapwarden::domain::call::{Act, SnapshotMode};
use snapwarden::domain::inventory::ToolsState;
use snapwarden::domain::snapshot_tree::PowerState;

use super::hub::{Ms, Of, World, time};
use super::machines::Vm;
use super::people::{Order, PEOPLE, policy};
use super::rng::Rng;
use super::tasks::Failing;
use super::vcenter::VCenterState;

/// After the calm has begun everything comes to rest within this: traces of a lost call are looked for a day at most.
const REST: Ms = 26 * 3_600_000;

/// The world of a seed, with everything that will happen in it.
pub(super) fn seed(seed: u64) -> World {
    let mut rng = Rng::new(seed);
    let policy = policy(&mut rng, false);
    let vcenter = vcenter(&mut rng);
    let mut world = World::new(rng, policy, vcenter);
    let rng = &mut world.rng;
    // Not everything goes wrong in every seed, so that a story gets somewhere.
    let bad = |rng: &mut Rng, most: i64| if rng.percent(40) { rng.between(1, most) } else { 0 };
    world.vcenter.call_failures = if rng.percent(65) { rng.between(10, 90) } else { 0 };
    world.vcenter.read_failures = bad(rng, 15);
    world.chat.failures = bad(rng, 30);
    world.store.failures = bad(rng, 15);
    world.vcenter.rotates = rng.percent(20);
    if rng.percent(60) {
        world.crash.countdown = Some(u64::try_from(rng.between(1, 60)).unwrap());
    }
    let mut at = 0;
    for _ in 0..rng.between(4, 14) {
        let rng = &mut world.rng;
        // Some things happen at once, some a while later.
        at += if rng.percent(25) { 0 } else { rng.between(1, 9_000) };
        let decides = at + rng.between(500, 6_000);
        world.after(at, Of::World, World::something_happens);
        world.after(decides, Of::World, World::decide_something);
    }
    world.after(0, Of::World, World::ask_something);
    world.calm_at = at + 5_000;
    world.deadline = world.calm_at + REST;
    let calm_at = world.calm_at;
    world.after(calm_at, Of::World, World::calms);
    world
}

fn vcenter(rng: &mut Rng) -> VCenterState {
    let now = time(0);
    let mut vms =
        vec![Vm::new(1, "web-01", usize::try_from(rng.between(0, 3)).unwrap(), now), Vm::new(2, "db-01", 3, now)];
    if rng.percent(20) {
        vms.push(Vm::new(3, "web-01", 1, now));
    }
    for vm in &mut vms {
        if rng.percent(25) {
            vm.power = PowerState::Off;
        }
        if rng.percent(25) {
            vm.tools = ToolsState::NotRunning;
        }
        vm.consolidation = rng.percent(30);
        vm.independent = rng.percent(10);
        if rng.percent(30) && vm.nodes.len() > 1 {
            // It went back once: the last snapshot lies on another branch.
            vm.current = Some(vm.nodes[0].moref.clone());
        }
    }
    let mut vcenter = VCenterState::new(vms);
    vcenter.skew = *rng.pick(&[0, 250, -40_000, 25_000, 18_000_000, -10_800_000]);
    vcenter.real_kinds = rng.percent(50);
    vcenter.tells_users = rng.percent(70);
    vcenter.quiesce_lies = rng.percent(15);
    vcenter.leaves_disks = rng.percent(15);
    vcenter
}

impl World {
    fn something_happens(&mut self) {
        match self.rng.between(0, 99) {
            0..=29 => self.ask_something(),
            30..=49 => self.press_anything(),
            50..=62 => self.decide_something(),
            63..=74 => self.colleague_does_something(),
            75..=79 => self.says_something_of_a_request(),
            80..=84 => {
                let (away, restarted) = (self.rng.between(200, 45_000), self.rng.percent(60));
                self.goes_away(away, restarted);
            }
            85..=88 => {
                let away = self.rng.between(500, 30_000);
                self.chat.away = true;
                self.tell(|_| format!("the chat goes away for {away} ms"));
                self.after(away, Of::World, |world| world.chat.away = false);
            }
            89..=91 => {
                let full = self.rng.between(500, 8_000);
                self.store.full = true;
                self.tell(|_| format!("the disk is full for {full} ms"));
                self.after(full, Of::World, |world| world.store.full = false);
            }
            92..=93 => {
                let fault = *self.rng.pick(&["ApplicationQuiesceFault", "FileLocked", "TaskInProgress"]);
                let changes = self.rng.percent(40);
                self.vcenter.fails.push(Failing { fault, changes });
            }
            94 => {
                let (verb, person) =
                    *self.rng.pick(&[("freeze maintenance", "carol"), ("unfreeze", "carol"), ("freeze fun", "alice")]);
                self.ask(person, verb.to_owned());
            }
            95..=96 => self.change_rules(),
            97 => {
                let step = self.rng.between(-15_000, 15_000);
                self.tell(|_| format!("vCenter's clock is set by {step} ms"));
                self.vcenter.skew += step;
            }
            98 => self.look_home(),
            _ => {
                self.tell(|_| "it is killed".to_owned());
                self.die();
            }
        }
    }

    /// From here on nothing goes wrong, and everybody does what they should.
    pub(super) fn calms(&mut self) {
        self.tell(|_| "calm".to_owned());
        self.vcenter.call_failures = 0;
        self.vcenter.read_failures = 0;
        self.vcenter.next_calls.clear();
        self.vcenter.fails.clear();
        self.chat.failures = 0;
        self.store.failures = 0;
        self.crash.countdown = None;
        if self.rng.percent(95) {
            // Whatever was taken away is put back, or a lost call on it would be looked for a whole day.
            self.vcenter.vms.iter_mut().for_each(|vm| vm.present = true);
            self.inventory_changes();
        }
        self.rules_as_they_were();
        self.diligent();
    }

    fn rules_as_they_were(&mut self) {
        if self.people.ruling > 0 {
            return self.after(1_000, Of::World, Self::rules_as_they_were);
        }
        if self.configured != self.first || self.policy != self.first {
            let first = self.first.clone();
            self.reload("as they were", first);
        }
    }

    fn look_home(&mut self) {
        let person = *self.rng.pick(&PEOPLE);
        self.people.orders.push(Order::Home { person });
    }

    /// Somebody asks for something, mostly for what they may and what is possible.
    pub(super) fn ask_something(&mut self) {
        let person =
            if self.rng.percent(85) { *self.rng.pick(&["alice", "adam", "carol"]) } else { *self.rng.pick(&PEOPLE) };
        let text = self.some_command();
        self.ask(person, text);
    }

    fn some_command(&mut self) -> String {
        let n = self.people.asked.len();
        let vm = *self.rng.pick(&["web-01", "db-01", "db-01", "vm-1", "vm-2", "DC1/web/web-01", "nowhere"]);
        let vm = if vm == "nowhere" && self.rng.percent(70) { "db-01" } else { vm };
        let snapshot = *self.rng.pick(&["#1", "#2", "#3", "s1", "s2", "", "snapshot-203"]);
        match self.rng.between(0, 99) {
            0..=36 => {
                let mode = *self.rng.pick(&["", "", " mode:memory", " mode:quiesce", " mode:disk"]);
                let keep = *self.rng.pick(&["", " keep:3d", " keep:1h"]);
                format!("take {vm} t{n}{mode}{keep}")
            }
            37..=51 => {
                let off = *self.rng.pick(&["", "", " stay-off:yes"]);
                let safety = *self.rng.pick(&["", "", " safety:yes"]);
                format!("revert {vm} {snapshot}{off}{safety} ticket:T{n}")
            }
            52..=63 => {
                let safety = *self.rng.pick(&["", "", "", " safety:yes"]);
                format!("revert-latest {vm}{safety} ticket:T{n}")
            }
            64..=75 => {
                let children = *self.rng.pick(&["", " children:yes"]);
                format!("delete {vm} {snapshot}{children} ticket:T{n}")
            }
            76..=85 => format!("delete-all {vm} ticket:T{n}"),
            86..=88 => format!("consolidate {vm} ticket:T{n}"),
            89..=92 => format!("edit {vm} {snapshot} name:e{n}"),
            93..=95 => format!("power-on {vm}"),
            96 => format!("list {vm}"),
            97 => "status".to_owned(),
            98 => "tkae web-01".to_owned(),
            _ => format!("explain revert {vm}"),
        }
    }

    fn says_something_of_a_request(&mut self) {
        let known: Vec<String> = self.truth.requests.keys().map(ToString::to_string).collect();
        if known.is_empty() {
            return;
        }
        let id = self.rng.pick(&known).clone();
        let verb = *self.rng.pick(&["cancel", "withdraw", "status"]);
        let person = *self.rng.pick(&PEOPLE);
        self.ask(person, format!("{verb} {id}"));
    }

    /// Somebody works on a VM without the bot.
    fn colleague_does_something(&mut self) {
        let number = self.rng.index(self.vcenter.vms.len());
        let vm = &self.vcenter.vms[number];
        let nodes: Vec<_> = vm.nodes.iter().map(|node| node.moref.clone()).collect();
        let free = vm.present && !self.held(number);
        match self.rng.between(0, 9) {
            0..=2 if free => {
                let act =
                    Act::Take { name: "by hand".to_owned(), description: String::new(), mode: SnapshotMode::Disk };
                self.start_task(number, act, None, None);
            }
            3..=4 if free && !nodes.is_empty() => {
                let snapshot = self.rng.pick(&nodes).clone();
                self.start_task(number, Act::Delete { snapshot, children: false }, None, None);
            }
            5..=6 if free && !nodes.is_empty() => {
                let snapshot = self.rng.pick(&nodes).clone();
                self.start_task(number, Act::Revert { snapshot, suppress_power_on: false }, None, None);
            }
            7 if free => {
                let on = self.rng.percent(50);
                self.vcenter.vms[number].power = if on { PowerState::On } else { PowerState::Off };
                self.tell(|_| format!("a colleague sets the power of VM {number}"));
                self.inventory_changes();
            }
            8 if free && self.rng.percent(20) => {
                // The same reference, another machine: a vCenter that was restored.
                self.vcenter.vms[number].uuid.push('x');
                self.tell(|_| format!("VM {number} is another one now"));
                self.inventory_changes();
            }
            9 if free && self.rng.percent(20) => {
                self.vcenter.vms[number].present = false;
                self.tell(|_| format!("VM {number} is gone"));
                self.inventory_changes();
            }
            _ => {
                self.vcenter.vms[number].consolidation = true;
                self.inventory_changes();
            }
        }
    }
}
