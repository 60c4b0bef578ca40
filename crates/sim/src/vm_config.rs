//! `VirtualMachine.config`: what a VM is made of, with its devices and the files behind its disks.

use super::disks::Disk;
use super::generate::NETWORK;
use super::layout::file_name;
use super::oddity::{OddDevice, Oddity};
use super::value::{Data, Value, data};
use super::vm::{Power, Vm};

/// Key of the SCSI controller, the IDE controllers and the PCI bus, as every VM has them.
const SCSI_KEY: i32 = 1000;
const IDE_KEY: i32 = 200;
const PCI_KEY: i32 = 100;
/// The first key of a device that the host passes through.
const PASSED_KEY: i32 = 13_000;
/// The size of a disk that is there to be odd.
const ODD_DISK_BYTES: u64 = 20 << 30;

/// `VirtualMachine.config`
pub(super) fn config(vm: &Vm, store: &str) -> Data {
    let file = |name: &str| file_name(vm, store, name);
    let files = data! { VirtualMachineFileInfo {
        vmPathName: file(&format!("{}.vmx", vm.directory)),
        snapshotDirectory: file(""),
        suspendDirectory: file(""),
        logDirectory: file(""),
    } };
    let tools = data! { ToolsConfigInfo {
        toolsVersion: if vm.tools_installed { 12_389 } else { 0 },
        afterPowerOn: true,
        afterResume: true,
        beforeGuestStandby: true,
        beforeGuestShutdown: true,
        toolsUpgradePolicy: "manual",
        syncTimeWithHostAllowed: true,
        syncTimeWithHost: false,
    } };
    let at_power_off = if vm.has(&Oddity::RevertsAtPowerOff) { "revert" } else { "powerOff" };
    let flags = data! { VirtualMachineFlagInfo {
        disableAcceleration: false,
        enableLogging: true,
        useToe: false,
        runWithDebugInfo: false,
        monitorType: "release",
        htSharing: "any",
        snapshotDisabled: false,
        snapshotLocked: vm.snapshot_locked,
        diskUuidEnabled: false,
        snapshotPowerOffBehavior: at_power_off,
        recordReplayEnabled: false,
        faultToleranceType: "unset",
    } };
    let power_ops = data! { VirtualMachineDefaultPowerOpInfo {
        powerOffType: "soft",
        suspendType: "hard",
        resetType: "soft",
        defaultPowerOffType: "soft",
        defaultSuspendType: "hard",
        defaultResetType: "soft",
        standbyAction: "checkpoint",
    } };
    let hardware = data! { VirtualHardware {
        numCPU: vm.cpus,
        numCoresPerSocket: 1,
        memoryMB: vm.memory_mb,
        virtualICH7MPresent: false,
        virtualSMCPresent: false,
        device: Value::list("VirtualDevice", devices(vm, store)),
    } };
    let modified = vm.snapshots.last().map_or(vm.created, |last| last.created);
    data! { VirtualMachineConfigInfo {
        changeVersion: modified.to_string(),
        modified,
        name: &vm.name,
        guestFullName: vm.guest.name,
        version: "vmx-21",
        uuid: &vm.uuid,
        createDate: vm.created,
        instanceUuid: &vm.instance_uuid,
        template: vm.template,
        guestId: vm.guest.id,
        alternateGuestName: "",
        annotation: &vm.annotation,
        files,
        tools,
        flags,
        defaultPowerOps: power_ops,
        rebootPowerOff: false,
        hardware,
        extraConfig: extra_config(vm),
        changeTrackingEnabled: false,
        firmware: "efi",
        managedBy: vm.managed_by().map(|key| Data::new("ManagedByInfo").with("extensionKey", key).with("type", "managed")),
    } }
}

fn extra_config(vm: &Vm) -> Value {
    let option = data! { derived OptionValue { key: "nvram", value: format!("{}.nvram", vm.directory) } };
    Value::list("OptionValue", [option])
}

fn devices(vm: &Vm, store: &str) -> Vec<Data> {
    let described = |label: &str, summary: &str| data! { derived Description { label, summary: summary } };
    let disk_keys = vm.disks.disks.iter().map(|disk| disk.key);
    let mut devices = vec![
        data! { derived VirtualIDEController {
            key: IDE_KEY,
            deviceInfo: described("IDE 0", "IDE 0"),
            busNumber: 0,
        } },
        data! { derived VirtualPCIController {
            key: PCI_KEY,
            deviceInfo: described("PCI controller 0", "PCI controller 0"),
            busNumber: 0,
            device: Value::ints([SCSI_KEY, 4000]),
        } },
        data! { derived ParaVirtualSCSIController {
            key: SCSI_KEY,
            deviceInfo: described("SCSI controller 0", "VMware paravirtual SCSI"),
            controllerKey: PCI_KEY,
            unitNumber: 3,
            busNumber: 0,
            device: Value::ints(disk_keys),
            hotAddRemove: true,
            sharedBus: Value::of_enum("VirtualSCSISharing", "noSharing"),
            scsiCtlrUnitNumber: 7,
        } },
    ];
    devices.extend(vm.disks.disks.iter().zip(0i32..).map(|(disk, unit)| virtual_disk(vm, store, disk, unit)));
    let connectable = data! { VirtualDeviceConnectInfo {
        migrateConnect: "unset",
        startConnected: true,
        allowGuestControl: true,
        connected: vm.power == Power::On,
        status: if vm.power == Power::On { "ok" } else { "untried" },
    } };
    devices.push(data! { derived VirtualVmxnet3 {
        key: 4000,
        deviceInfo: described("Network adapter 1", "VM Network"),
        backing: data! { derived VirtualEthernetCardNetworkBackingInfo {
            deviceName: "VM Network",
            useAutoDetect: false,
            network: NETWORK,
            inPassthroughMode: false,
        } },
        connectable,
        controllerKey: PCI_KEY,
        unitNumber: 7,
        addressType: "assigned",
        macAddress: mac(vm),
        wakeOnLanEnabled: true,
    } });
    devices.extend(vm.odd_devices().zip(0i32..).map(|(device, number)| odd_device(vm, store, device, number)));
    devices
}

/// A device that snapshots have trouble with, the `number`-th of this VM, from 0.
fn odd_device(vm: &Vm, store: &str, device: OddDevice, number: i32) -> Data {
    let described = |label: String| data! { derived Description { label: label.as_str(), summary: label } };
    let file = |kind: &'static str, name: &str| {
        Data::derived(kind).with("fileName", file_name(vm, store, name)).with("datastore", vm.store)
    };
    let disk = |backing: Data| {
        let place = i32::try_from(vm.disks.disks.len()).unwrap_or(0).saturating_add(number);
        data! { derived VirtualDisk {
            key: 2000 + place,
            deviceInfo: described(format!("Hard disk {}", place.saturating_add(1))),
            backing,
            controllerKey: SCSI_KEY,
            unitNumber: place,
            capacityInKB: ODD_DISK_BYTES / 1024,
            capacityInBytes: ODD_DISK_BYTES,
        } }
    };
    let pci = |backing: Data| {
        data! { derived VirtualPCIPassthrough {
            key: PASSED_KEY + number,
            deviceInfo: described(format!("PCI device {number}")),
            backing,
            controllerKey: PCI_KEY,
        } }
    };
    match device {
        OddDevice::NonPersistentDisk => {
            disk(file("VirtualDiskFlatVer2BackingInfo", "scratch.vmdk").with("diskMode", "independent_nonpersistent"))
        }
        OddDevice::PhysicalRdm => disk(
            file("VirtualDiskRawDiskMappingVer1BackingInfo", "raw.vmdk")
                .with("compatibilityMode", "physicalMode")
                .with("diskMode", "independent_persistent"),
        ),
        OddDevice::SharedBus => data! { derived ParaVirtualSCSIController {
            key: SCSI_KEY + 1 + number,
            deviceInfo: described(format!("SCSI controller {}", number.saturating_add(1))),
            controllerKey: PCI_KEY,
            busNumber: number.saturating_add(1),
            hotAddRemove: true,
            sharedBus: Value::of_enum("VirtualSCSISharing", "physicalSharing"),
            scsiCtlrUnitNumber: 7,
        } },
        OddDevice::Passthrough => pci(data! { derived VirtualPCIPassthroughDeviceBackingInfo {
            deviceName: "",
            id: "0000:3b:00.0",
            deviceId: "1db4",
            systemId: "00000000-0000-4000-8000-000000000000",
            vendorId: 4318i16,
        } }),
        OddDevice::VirtualGpu => pci(data! { derived VirtualPCIPassthroughVmiopBackingInfo { vgpu: "grid_t4-2q" } }),
        OddDevice::Sriov => data! { derived VirtualSriovEthernetCard {
            key: PASSED_KEY + number,
            deviceInfo: described(format!("Network adapter {}", number.saturating_add(2))),
            controllerKey: PCI_KEY,
            addressType: "assigned",
            macAddress: mac(vm),
        } },
    }
}

fn virtual_disk(vm: &Vm, store: &str, disk: &Disk, unit: i32) -> Data {
    let mode = if disk.independent { "independent_persistent" } else { "persistent" };
    // The backing names its parent, and that one its own, down to the base.
    let mut backing: Option<Data> = None;
    for link in vm.disks.chain(disk.live) {
        let parent = backing.take().map(|parent| Data { derived: false, ..parent });
        let format = parent.is_some().then_some("seSparseFormat");
        backing = Some(data! { derived VirtualDiskFlatVer2BackingInfo {
            fileName: file_name(vm, store, &format!("{}.vmdk", link.file)),
            datastore: vm.store,
            diskMode: mode,
            split: false,
            writeThrough: false,
            thinProvisioned: true,
            parent,
            deltaDiskFormat: format,
        } });
    }
    let kilobytes = disk.capacity / 1024;
    data! { derived VirtualDisk {
        key: disk.key,
        deviceInfo: data! { derived Description { label: &disk.label, summary: format!("{kilobytes} KB") } },
        backing,
        controllerKey: SCSI_KEY,
        unitNumber: unit,
        capacityInKB: kilobytes,
        capacityInBytes: disk.capacity,
    } }
}

/// The address of its network adapter.
pub(super) fn mac(vm: &Vm) -> String {
    let [_, b, c, d] = vm.n.to_be_bytes();
    format!("00:50:56:{b:02x}:{c:02x}:{d:02x}")
}

/// The IP address of its guest.
pub(super) fn address(vm: &Vm) -> String {
    let [_, _, c, d] = vm.n.to_be_bytes();
    format!("10.20.{c}.{d}")
}
