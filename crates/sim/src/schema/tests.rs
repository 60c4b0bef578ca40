//! Holds everything that the simulator sends to what vim25 declares: types, order of fields, what must be there, and where
//! the wire has to say which type a value is of.

use super::super::generate::{CLUSTER, DATACENTER, NETWORK, POOL};
use super::super::id::{Id, Kind};
use super::super::properties::names_of;
use super::super::value::{Data, Value};
use super::super::vm::{Power, Taken};
use super::super::world::World;
use super::super::{OddDevice, Oddity, Sim, SimOptions};
use super::{Field, schema};

/// Required properties that the simulator leaves unset, because nothing here needs them.
const LEFT_OUT: &[&str] = &["configManager", "licensableResource", "configuration"];

fn check_data(data: &Data, declared: &str, path: &str, wrong: &mut Vec<String>) {
    let schema = schema();
    if !schema.is_a(&data.kind, declared) {
        wrong.push(format!("{path}: {} where {declared} is declared", data.kind));
        return;
    }
    if data.kind != declared && !data.derived {
        wrong.push(format!("{path}: {} must say its type, {declared} is declared", data.kind));
    }
    let fields = schema.fields(&data.kind);
    let mut at = 0;
    for (name, value) in &data.fields {
        let Some(place) = fields.iter().position(|field| field.name == *name) else {
            wrong.push(format!("{path}: {} has no {name}", data.kind));
            continue;
        };
        if place < at {
            wrong.push(format!("{path}.{name} comes too late"));
        }
        at = place;
        check_value(value, &fields[place], &format!("{path}.{name}"), wrong);
    }
    for field in fields.iter().filter(|field| field.count.required()) {
        if !data.fields.iter().any(|(name, _)| *name == field.name) {
            wrong.push(format!("{path}: {} needs {}", data.kind, field.name));
        }
    }
}

fn check_value(value: &Value, field: &Field, path: &str, wrong: &mut Vec<String>) {
    if let (Value::List(kind, items), true) = (value, field.count.list()) {
        let element = match field.kind {
            "xsd:string" => "string",
            "xsd:int" => "int",
            reference if reference.starts_with('@') => "ManagedObjectReference",
            named => named,
        };
        if *kind != element {
            wrong.push(format!("{path}: a list of {kind} where {element} is declared"));
        }
        for item in items {
            check_one(item, field.kind, path, wrong);
        }
        return;
    }
    if field.count.list() {
        wrong.push(format!("{path} must be a list"));
    }
    check_one(value, field.kind, path, wrong);
}

fn check_one(value: &Value, declared: &str, path: &str, wrong: &mut Vec<String>) {
    let fits = match value {
        Value::Bool(_) => declared == "xsd:boolean",
        Value::Short(_) => declared == "xsd:short",
        Value::Int(_) => declared == "xsd:int",
        Value::Long(_) => declared == "xsd:long",
        Value::Text(_) => matches!(declared, "xsd:string" | "xsd:anyURI"),
        Value::Time(_) => declared == "xsd:dateTime",
        Value::Enum(kind, value) => {
            *kind == declared && schema().values(kind).is_some_and(|values| values.iter().any(|known| known == value))
        }
        Value::Ref(id) => declared.strip_prefix('@').is_some_and(|kind| {
            kind == "ManagedObject" || schema().get(kind).is_none() || schema().is_a(id.type_name(), kind)
        }),
        Value::Foreign(..) => declared.starts_with('@'),
        Value::Data(data) => {
            if declared != "xsd:anyType" {
                check_data(data, declared, path, wrong);
            }
            true
        }
        Value::List(..) => false,
    };
    if !fits && declared != "xsd:anyType" {
        wrong.push(format!("{path}: {value:?} where {declared} is declared"));
    }
}

fn check_object(world: &World, id: Id, wrong: &mut Vec<String>) {
    let undeclared = names_of(id).filter(|name| schema().field(id.type_name(), name).is_none());
    wrong.extend(undeclared.map(|name| format!("{} has no property {name}", id.type_name())));
    for field in schema().fields(id.type_name()) {
        let path = format!("{id}.{}", field.name);
        match world.property(None, id, field.name) {
            // A property that may be of a derived type says so by itself: `val` always names its type.
            Some(Value::Data(data)) => check_data(&data, &data.kind, &path, wrong),
            Some(value) => check_value(&value, &field, &path, wrong),
            None if field.count.required() && !LEFT_OUT.contains(&field.name) => {
                wrong.push(format!("{path} is unset"));
            }
            None => {}
        }
    }
}

#[test]
fn everything_sent_is_what_vim25_declares() {
    let sim = Sim::new(SimOptions { task_seconds: 0.0, ..SimOptions::default() });
    sim.inner.with(|world| {
        let first = *world.vms.keys().next().unwrap();
        let now = world.now();
        let taken =
            Taken { name: "with memory".to_owned(), description: String::new(), at: now, memory: true, quiesced: true };
        world.take_now(first, taken);
        let vm = world.vms.get_mut(&first).unwrap();
        vm.set_power(Power::Suspended, now);
        vm.oddities = vec![
            Oddity::RevertsAtPowerOff,
            Oddity::FaultTolerance,
            Oddity::SuspendedDiskOnly,
            Oddity::Lacks("memorySnapshotsSupported".to_owned()),
            Oddity::Disabled("RelocateVM_Task".to_owned()),
        ];
        let devices = [
            OddDevice::NonPersistentDisk,
            OddDevice::PhysicalRdm,
            OddDevice::SharedBus,
            OddDevice::Passthrough,
            OddDevice::Sriov,
            OddDevice::VirtualGpu,
        ];
        vm.oddities.extend(devices.map(Oddity::Device));
        for (place, oddity) in [(1, Oddity::Orphaned), (2, Oddity::Inaccessible), (3, Oddity::Invalid)] {
            world.vms.values_mut().nth(place).unwrap().oddities = vec![oddity];
        }
        for act in [super::super::task::Act::Estimate, super::super::task::Act::Power(Power::Off)] {
            world.start("PowerOffVM_Task", first, act, "user", None).unwrap();
            world.advance();
            world.advance();
        }
        let mut ids = vec![DATACENTER, CLUSTER, POOL, NETWORK, Id::only(Kind::TaskManager)];
        ids.extend(world.folders.keys());
        ids.extend(world.hosts.iter().map(|host| host.id));
        ids.extend(world.stores.iter().map(|store| store.id));
        ids.extend(world.vms.keys().map(|n| Id::new(Kind::Vm, *n)));
        ids.extend(world.snapshot_owner.keys().map(|n| Id::new(Kind::Snapshot, *n)));
        ids.extend(world.tasks.keys().map(|n| Id::new(Kind::Task, *n)));
        ids.retain(|id| world.exists(None, *id));
        let mut wrong = Vec::new();
        for id in ids {
            check_object(world, id, &mut wrong);
        }
        check_data(&world.service_content(), "ServiceContent", "content", &mut wrong);
        wrong.truncate(40);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn the_declarations_are_read() {
    let schema = schema();
    assert!(schema.is_a("VirtualMachine", "ManagedEntity") && schema.is_a("Task", "ManagedObject"));
    assert!(!schema.is_a("Task", "ManagedEntity") && !schema.is_a("Nothing", "ManagedObject"));
    assert!(schema.is_fault("ApplicationQuiesceFault") && !schema.is_fault("TaskInfo"));
    let remove = schema.method("RemoveSnapshot_Task").unwrap();
    assert_eq!(remove.parameters.len(), 2);
    assert!(remove.parameters[0].count.required() && !remove.parameters[1].count.required());
    assert_eq!(schema.fields("VirtualDisk")[0].name, "key");
    assert_eq!(schema.field("VirtualDisk", "capacityInKB").unwrap().kind, "xsd:long");
    assert!(schema.knows_method("CloneVM_Task") && schema.method("CloneVM_Task").is_none());
    assert_eq!(schema.values("TaskInfoState").unwrap().len(), 4);
}
