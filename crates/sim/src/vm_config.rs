//! `VirtualMachine.config`: what a VM is made of, with its devices and the files behind its disks.

use super::disks::Disk;
use super::generate::NETWORK;
use super::layout::file_name;
use super::oddity::{OddDevice, Oddity};
use super::value::{Data, Value};
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
    let files = Data::new("VirtualMachineFileInfo")
        .with("vmPathName", file(&format!("{}.vmx", vm.directory)))
        .with("snapshotDirectory", file(""))
        .with("suspendDirectory", file(""))
        .with("logDirectory", file(""));
    let tools = Data::new("ToolsConfigInfo")
        .with("toolsVersion", if vm.tools_installed { 12_389 } else { 0 })
        .with("afterPowerOn", true)
        .with("afterResume", true)
        .with("beforeGuestStandby", true)
        .with("beforeGuestShutdown", true)
        .with("toolsUpgradePolicy", "manual")
        .with("syncTimeWithHostAllowed", true)
        .with("syncTimeWithHost", false);
    let at_power_off = if vm.has(&Oddity::RevertsAtPowerOff) { "revert" } else { "powerOff" };
    let flags = Data::new("VirtualMachineFlagInfo")
        .with("disableAcceleration", false)
        .with("enableLogging", true)
        .with("useToe", false)
        .with("runWithDebugInfo", false)
        .with("monitorType", "release")
        .with("htSharing", "any")
        .with("snapshotDisabled", false)
        .with("snapshotLocked", vm.snapshot_locked)
        .with("diskUuidEnabled", false)
        .with("snapshotPowerOffBehavior", at_power_off)
        .with("recordReplayEnabled", false)
        .with("faultToleranceType", "unset");
    let power_ops = Data::new("VirtualMachineDefaultPowerOpInfo")
        .with("powerOffType", "soft")
        .with("suspendType", "hard")
        .with("resetType", "soft")
        .with("defaultPowerOffType", "soft")
        .with("defaultSuspendType", "hard")
        .with("defaultResetType", "soft")
        .with("standbyAction", "checkpoint");
    let hardware = Data::new("VirtualHardware")
        .with("numCPU", vm.cpus)
        .with("numCoresPerSocket", 1)
        .with("memoryMB", vm.memory_mb)
        .with("virtualICH7MPresent", false)
        .with("virtualSMCPresent", false)
        .with("device", Value::list("VirtualDevice", devices(vm, store)));
    let modified = vm.snapshots.last().map_or(vm.created, |last| last.created);
    Data::new("VirtualMachineConfigInfo")
        .with("changeVersion", modified.to_string())
        .with("modified", modified)
        .with("name", &vm.name)
        .with("guestFullName", vm.guest.name)
        .with("version", "vmx-21")
        .with("uuid", &vm.uuid)
        .with("createDate", vm.created)
        .with("instanceUuid", &vm.instance_uuid)
        .with("template", vm.template)
        .with("guestId", vm.guest.id)
        .with("alternateGuestName", "")
        .with("annotation", &vm.annotation)
        .with("files", files)
        .with("tools", tools)
        .with("flags", flags)
        .with("defaultPowerOps", power_ops)
        .with("rebootPowerOff", false)
        .with("hardware", hardware)
        .with("extraConfig", extra_config(vm))
        .with("changeTrackingEnabled", false)
        .with("firmware", "efi")
}

fn extra_config(vm: &Vm) -> Value {
    let option = Data::derived("OptionValue").with("key", "nvram").with("value", format!("{}.nvram", vm.directory));
    Value::list("OptionValue", [option])
}

fn devices(vm: &Vm, store: &str) -> Vec<Data> {
    let described =
        |label: &str, summary: &str| Data::derived("Description").with("label", label).with("summary", summary);
    let disk_keys = vm.disks.disks.iter().map(|disk| disk.key);
    let mut devices = vec![
        Data::derived("VirtualIDEController")
            .with("key", IDE_KEY)
            .with("deviceInfo", described("IDE 0", "IDE 0"))
            .with("busNumber", 0),
        Data::derived("VirtualPCIController")
            .with("key", PCI_KEY)
            .with("deviceInfo", described("PCI controller 0", "PCI controller 0"))
            .with("busNumber", 0)
            .with("device", Value::ints([SCSI_KEY, 4000])),
        Data::derived("ParaVirtualSCSIController")
            .with("key", SCSI_KEY)
            .with("deviceInfo", described("SCSI controller 0", "VMware paravirtual SCSI"))
            .with("controllerKey", PCI_KEY)
            .with("unitNumber", 3)
            .with("busNumber", 0)
            .with("device", Value::ints(disk_keys))
            .with("hotAddRemove", true)
            .with("sharedBus", Value::of_enum("VirtualSCSISharing", "noSharing"))
            .with("scsiCtlrUnitNumber", 7),
    ];
    devices.extend(vm.disks.disks.iter().zip(0i32..).map(|(disk, unit)| virtual_disk(vm, store, disk, unit)));
    let connectable = Data::new("VirtualDeviceConnectInfo")
        .with("migrateConnect", "unset")
        .with("startConnected", true)
        .with("allowGuestControl", true)
        .with("connected", vm.power == Power::On)
        .with("status", if vm.power == Power::On { "ok" } else { "untried" });
    devices.push(
        Data::derived("VirtualVmxnet3")
            .with("key", 4000)
            .with("deviceInfo", described("Network adapter 1", "VM Network"))
            .with(
                "backing",
                Data::derived("VirtualEthernetCardNetworkBackingInfo")
                    .with("deviceName", "VM Network")
                    .with("useAutoDetect", false)
                    .with("network", NETWORK)
                    .with("inPassthroughMode", false),
            )
            .with("connectable", connectable)
            .with("controllerKey", PCI_KEY)
            .with("unitNumber", 7)
            .with("addressType", "assigned")
            .with("macAddress", mac(vm))
            .with("wakeOnLanEnabled", true),
    );
    devices.extend(vm.odd_devices().zip(0i32..).map(|(device, number)| odd_device(vm, store, device, number)));
    devices
}

/// A device that snapshots have trouble with, the so-many-eth of this VM.
fn odd_device(vm: &Vm, store: &str, device: OddDevice, number: i32) -> Data {
    let described = |label: String| Data::derived("Description").with("label", label.as_str()).with("summary", label);
    let file = |kind: &'static str, name: &str| {
        Data::derived(kind).with("fileName", file_name(vm, store, name)).with("datastore", vm.store)
    };
    let disk = |backing: Data| {
        let place = i32::try_from(vm.disks.disks.len()).unwrap_or(0).saturating_add(number);
        Data::derived("VirtualDisk")
            .with("key", 2000 + place)
            .with("deviceInfo", described(format!("Hard disk {}", place.saturating_add(1))))
            .with("backing", backing)
            .with("controllerKey", SCSI_KEY)
            .with("unitNumber", place)
            .with("capacityInKB", ODD_DISK_BYTES / 1024)
            .with("capacityInBytes", ODD_DISK_BYTES)
    };
    let pci = |backing: Data| {
        Data::derived("VirtualPCIPassthrough")
            .with("key", PASSED_KEY + number)
            .with("deviceInfo", described(format!("PCI device {number}")))
            .with("backing", backing)
            .with("controllerKey", PCI_KEY)
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
        OddDevice::SharedBus => Data::derived("ParaVirtualSCSIController")
            .with("key", SCSI_KEY + 1 + number)
            .with("deviceInfo", described(format!("SCSI controller {}", number.saturating_add(1))))
            .with("controllerKey", PCI_KEY)
            .with("busNumber", number.saturating_add(1))
            .with("hotAddRemove", true)
            .with("sharedBus", Value::of_enum("VirtualSCSISharing", "physicalSharing"))
            .with("scsiCtlrUnitNumber", 7),
        OddDevice::Passthrough => pci(Data::derived("VirtualPCIPassthroughDeviceBackingInfo")
            .with("deviceName", "")
            .with("id", "0000:3b:00.0")
            .with("deviceId", "1db4")
            .with("systemId", "00000000-0000-4000-8000-000000000000")
            .with("vendorId", 4318i16)),
        OddDevice::VirtualGpu => pci(Data::derived("VirtualPCIPassthroughVmiopBackingInfo").with("vgpu", "grid_t4-2q")),
        OddDevice::Sriov => Data::derived("VirtualSriovEthernetCard")
            .with("key", PASSED_KEY + number)
            .with("deviceInfo", described(format!("Network adapter {}", number.saturating_add(2))))
            .with("controllerKey", PCI_KEY)
            .with("addressType", "assigned")
            .with("macAddress", mac(vm)),
    }
}

fn virtual_disk(vm: &Vm, store: &str, disk: &Disk, unit: i32) -> Data {
    let mode = if disk.independent { "independent_persistent" } else { "persistent" };
    // The backing names its parent, and that one its own, down to the base.
    let mut backing: Option<Data> = None;
    for link in vm.disks.chain(disk.live) {
        let made = if backing.is_some() {
            Data::new("VirtualDiskFlatVer2BackingInfo")
        } else {
            Data::derived("VirtualDiskFlatVer2BackingInfo")
        };
        let mut made = made
            .with("fileName", file_name(vm, store, &format!("{}.vmdk", link.file)))
            .with("datastore", vm.store)
            .with("diskMode", mode)
            .with("split", false)
            .with("writeThrough", false)
            .with("thinProvisioned", true);
        if let Some(mut parent) = backing.take() {
            parent.derived = false;
            made = made.with("parent", parent).with("deltaDiskFormat", "seSparseFormat");
        }
        made.derived = true;
        backing = Some(made);
    }
    let kilobytes = disk.capacity / 1024;
    Data::derived("VirtualDisk")
        .with("key", disk.key)
        .with(
            "deviceInfo",
            Data::derived("Description").with("label", &disk.label).with("summary", format!("{kilobytes} KB")),
        )
        .maybe("backing", backing)
        .with("controllerKey", SCSI_KEY)
        .with("unitNumber", unit)
        .with("capacityInKB", kilobytes)
        .with("capacityInBytes", disk.capacity)
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
