use super::super::super::source::Source;
use super::*;

fn read(text: &str) -> Devices {
    let mut xml = Xml::new(Source::whole(format!("<val xsi:type='ArrayOfVirtualDevice'>{text}</val>")));
    xml.child().unwrap();
    let found = devices(&mut xml).unwrap();
    xml.end().unwrap();
    found
}

fn disk(label: &str, kind: &str, backing: &str) -> String {
    format!(
        "<VirtualDevice xsi:type='VirtualDisk'><deviceInfo><label>{label}</label></deviceInfo>\
             <backing xsi:type='VirtualDisk{kind}BackingInfo'>{backing}</backing>\
             <capacityInKB>1024</capacityInKB><capacityInBytes>1048576</capacityInBytes></VirtualDevice>"
    )
}

#[test]
fn awkward_devices_are_found_among_the_others() {
    let device = |kind: &str, label: &str, rest: &str| {
        format!(
            "<VirtualDevice xsi:type='{kind}'><key>7</key><deviceInfo><label>{label}</label></deviceInfo>{rest}</VirtualDevice>"
        )
    };
    let flat = "FlatVer2";
    let found = read(
        &[
            device("VirtualIDEController", "IDE 0", ""),
            device("ParaVirtualSCSIController", "SCSI 1", "<sharedBus>physicalSharing</sharedBus>"),
            device("VirtualNVMEController", "NVME 0", "<sharedBus>noSharing</sharedBus>"),
            disk("Disk 1", flat, "<fileName>[ds] a/a.vmdk</fileName><diskMode>persistent</diskMode>"),
            disk("Disk 2", flat, "<fileName>[ds] a/b.vmdk</fileName><diskMode>independent_persistent</diskMode>"),
            disk("Disk 3", flat, "<fileName>[ds] a/c.vmdk</fileName><diskMode>independent_nonpersistent</diskMode>"),
            disk("Disk 4", flat, "<fileName>[ds] a/d.vmdk</fileName><sharing>sharingMultiWriter</sharing>"),
            disk(
                "Disk 5",
                "RawDiskMappingVer1",
                "<fileName>[ds] rdm.vmdk</fileName><compatibilityMode>physicalMode</compatibilityMode>\
                     <diskMode>independent_persistent</diskMode>",
            ),
            disk(
                "Disk 6",
                "RawDiskMappingVer1",
                "<fileName>[ds] v.vmdk</fileName><compatibilityMode>virtualMode</compatibilityMode>\
                     <diskMode>persistent</diskMode>",
            ),
            device("VirtualPCIPassthrough", "PCI 0", "<backing xsi:type='VirtualPCIPassthroughDeviceBackingInfo'/>"),
            device(
                "VirtualPCIPassthrough",
                "PCI 1",
                "<backing xsi:type='VirtualPCIPassthroughVmiopBackingInfo'><vgpu>grid_t4-2q</vgpu></backing>",
            ),
            device("VirtualSriovEthernetCard", "NIC 1", ""),
            device("VirtualVmxnet3", "NIC 2", "<backing><deviceName>VM Network</deviceName></backing>"),
        ]
        .concat(),
    );
    let found: Vec<_> = found.awkward.iter().map(|d| (d.label.as_str(), d.file.as_str(), d.kind)).collect();
    assert_eq!(
        found,
        [
            ("SCSI 1", "", AwkwardKind::SharedBus),
            ("Disk 2", "b.vmdk", AwkwardKind::IndependentDisk),
            ("Disk 3", "c.vmdk", AwkwardKind::NonPersistentDisk),
            ("Disk 4", "d.vmdk", AwkwardKind::SharedBus),
            ("Disk 5", "rdm.vmdk", AwkwardKind::PhysicalRdm),
            ("PCI 0", "", AwkwardKind::Passthrough),
            ("PCI 1", "", AwkwardKind::VirtualGpu),
            ("NIC 1", "", AwkwardKind::Passthrough),
        ]
    );
}

#[test]
fn disks_are_read_with_where_they_lie_and_how_large_they_are() {
    let old = "<VirtualDevice xsi:type='VirtualDisk'><backing><fileName>[ds%2f1] a/a.vmdk</fileName></backing>\
                   <capacityInKB>2048</capacityInKB></VirtualDevice>";
    let found = read(
        &[
            old.to_owned(),
            disk("2", "FlatVer2", "<fileName>[a b] x.vmdk</fileName><diskMode>independent_persistent</diskMode>"),
            disk("3", "FlatVer2", "<fileName>/vmfs/devices/disks/x</fileName>"),
            "<VirtualDevice xsi:type='VirtualCdrom'><backing><fileName>[iso] x.iso</fileName></backing></VirtualDevice>"
                .to_owned(),
        ]
        .concat(),
    );
    let of = |datastore: &str, capacity: u64, independent: bool| VirtualDisk {
        datastore: datastore.to_owned(),
        capacity,
        independent,
    };
    assert_eq!(found.disks, [of("ds/1", 2 << 20, false), of("a b", 1 << 20, true)]);
}

#[test]
fn a_datastore_is_read_off_a_path() {
    assert_eq!(datastore_of("[datastore1] web-01/").as_deref(), Some("datastore1"));
    for none in ["", "[] a", "[open", "/vmfs/volumes/1", "web-01/web-01.vmx"] {
        assert_eq!(datastore_of(none), None, "{none}");
    }
}
