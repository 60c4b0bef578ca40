//! `layoutEx`: every file of a VM with its size, the chains of its disks now and at each snapshot.
//!
//! Sizes of snapshots are reckoned from it by clients (govc's rule: the data file and the disk chain less the parent's
//! chain; the current one adds the disk files that no snapshot has), so the chains and files here come from one tree.

use jiff::Timestamp;

use super::disks::{Disk, Link};
use super::id::Id;
use super::value::{Data, Value, data};
use super::vm::{CONFIG_KEY, LIST_KEY, LOG_KEY, NVRAM_KEY, SWAP_KEY, Vm};

/// The size of a descriptor in bytes.
const DESCRIPTOR_BYTES: u64 = 620;
/// The size of a snapshot's `.vmsn` without memory, in bytes.
const DATA_BYTES: u64 = 29_800;

/// `VirtualMachine.layoutEx`
pub(super) fn layout_ex(vm: &Vm, store: &str, now: Timestamp) -> Value {
    let files = files(vm, store).into_iter().map(|file| {
        data! { VirtualMachineFileLayoutExFileInfo {
            key: file.key,
            name: file.name,
            type: file.kind,
            size: file.bytes,
            uniqueSize: file.bytes,
            accessible: true,
        } }
    });
    let disks = vm.disks.disks.iter().map(|disk| chain(vm, disk, disk.live));
    let snapshots = vm.snapshots.iter().zip(&vm.frozen).map(|(snapshot, frozen)| {
        let chains = vm.disks.disks.iter().zip(frozen).filter_map(|(disk, last)| Some(chain(vm, disk, (*last)?)));
        data! { VirtualMachineFileLayoutExSnapshotLayout {
            key: Id::snapshot(snapshot.n),
            dataKey: snapshot.data_key,
            memoryKey: snapshot.memory.map_or(-1, |(key, _)| key),
            disk: Value::list("VirtualMachineFileLayoutExDiskLayout", chains),
        } }
    });
    Value::Data(data! { VirtualMachineFileLayoutEx {
        file: Value::list("VirtualMachineFileLayoutExFileInfo", files),
        disk: Value::list("VirtualMachineFileLayoutExDiskLayout", disks),
        snapshot: Value::list("VirtualMachineFileLayoutExSnapshotLayout", snapshots),
        timestamp: now,
    } })
}

/// The full name of a file of a VM: `[datastore-01] web-01/web-01.vmdk`.
pub(super) fn file_name(vm: &Vm, store: &str, file: &str) -> String {
    format!("[{store}] {}/{file}", vm.directory)
}

struct File {
    key: i32,
    name: String,
    kind: &'static str,
    bytes: u64,
}

fn files(vm: &Vm, store: &str) -> Vec<File> {
    let file = |key: i32, name: String, kind: &'static str, bytes: u64| File {
        key,
        name: file_name(vm, store, &name),
        kind,
        bytes,
    };
    let base = &vm.directory;
    let mut files = vec![
        file(CONFIG_KEY, format!("{base}.vmx"), "config", 3100),
        file(LIST_KEY, format!("{base}.vmsd"), "snapshotList", 560),
        file(NVRAM_KEY, format!("{base}.nvram"), "nvram", 270_840),
        file(LOG_KEY, "vmware.log".to_owned(), "log", 310_000),
    ];
    if vm.swap_bytes() > 0 {
        files.push(file(SWAP_KEY, format!("{base}.vswp"), "swap", vm.swap_bytes()));
    }
    for link in vm.disks.links() {
        files.push(file(link.descriptor, format!("{}.vmdk", link.file), "diskDescriptor", DESCRIPTOR_BYTES));
        files.push(file(link.extent, extent_name(link), "diskExtent", link.bytes));
    }
    for snapshot in &vm.snapshots {
        let name = format!("{base}-Snapshot{}", snapshot.id);
        files.push(file(snapshot.data_key, format!("{name}.vmsn"), "snapshotData", DATA_BYTES));
        if let Some((key, bytes)) = snapshot.memory {
            files.push(file(key, format!("{name}.vmem"), "snapshotMemory", bytes));
        }
    }
    files
}

fn extent_name(link: &Link) -> String {
    match link.parent {
        None if !link.file.contains("-0000") => format!("{}-flat.vmdk", link.file),
        None | Some(_) => format!("{}-sesparse.vmdk", link.file),
    }
}

fn chain(vm: &Vm, disk: &Disk, last: u32) -> Data {
    let units = vm.disks.chain(last).into_iter().map(|link| {
        data! { VirtualMachineFileLayoutExDiskUnit {
            fileKey: Value::ints([link.descriptor, link.extent]),
        } }
    });
    data! { VirtualMachineFileLayoutExDiskLayout {
        key: disk.key,
        chain: Value::list("VirtualMachineFileLayoutExDiskUnit", units),
    } }
}
