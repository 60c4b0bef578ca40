//! Devices that a snapshot does not cover or does not allow, found among all the devices of a VM.

use crate::domain::survey::{AwkwardDevice, AwkwardKind};

use super::super::xml::{Xml, XmlResult};

/// Reads `config.hardware.device` (`ArrayOfVirtualDevice`), just stepped into, and keeps what is awkward.
pub(super) fn awkward_devices(xml: &mut Xml) -> XmlResult<Vec<AwkwardDevice>> {
    let mut awkward = Vec::new();
    while xml.child()?.is_some() {
        awkward.extend(device(xml)?);
    }
    Ok(awkward)
}

fn device(xml: &mut Xml) -> XmlResult<Option<AwkwardDevice>> {
    let kind = xml.xsi_type().unwrap_or_default();
    // DirectPath in its fixed and dynamic forms, vGPUs (whose type is the same), and SR-IOV cards: the guest owns hardware.
    let mut why = (kind.starts_with("VirtualPCIPassthrough") || kind == "VirtualSriovEthernetCard")
        .then_some(AwkwardKind::Passthrough);
    let (mut label, mut file) = (String::new(), String::new());
    while let Some(member) = xml.child()? {
        match member {
            "deviceInfo" => {
                while let Some(part) = xml.child()? {
                    if part == "label" {
                        xml.text()?.clone_into(&mut label);
                    } else {
                        xml.skip()?;
                    }
                }
            }
            "backing" => {
                let found = backing(xml, &mut file)?;
                why = why.or(found);
            }
            // VirtualSCSIController, VirtualNVMEController
            "sharedBus" => {
                if matches!(xml.text()?, "physicalSharing" | "virtualSharing") {
                    why = Some(AwkwardKind::SharedBus);
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(why.map(|kind| AwkwardDevice { label, file, kind }))
}

/// A disk's backing. Of two reasons the one that forbids snapshots is kept: a raw device, a shared disk, then independence.
fn backing(xml: &mut Xml, file: &mut String) -> XmlResult<Option<AwkwardKind>> {
    let (mut independent, mut raw, mut shared) = (false, false, false);
    while let Some(member) = xml.child()? {
        match member {
            "fileName" => *file = last_part(xml.text()?).to_owned(),
            "diskMode" => independent = xml.text()?.starts_with("independent_"),
            "compatibilityMode" => raw = xml.text()? == "physicalMode",
            // A disk that several VMs write to is a bus shared for this one disk.
            "sharing" => shared = xml.text()? == "sharingMultiWriter",
            _ => xml.skip()?,
        }
    }
    Ok(match (raw, shared, independent) {
        (true, _, _) => Some(AwkwardKind::PhysicalRdm),
        (false, true, _) => Some(AwkwardKind::SharedBus),
        (false, false, true) => Some(AwkwardKind::IndependentDisk),
        (false, false, false) => None,
    })
}

/// `[datastore1] web-01/data.vmdk` -> `data.vmdk`
fn last_part(path: &str) -> &str {
    path.rsplit(['/', ']']).next().unwrap_or(path).trim()
}

#[cfg(test)]
mod tests {
    use super::super::super::source::Source;
    use super::*;

    #[test]
    fn awkward_devices_are_found_among_the_others() {
        let mut xml = Xml::new(Source::whole(
            "<val xsi:type='ArrayOfVirtualDevice'>\
             <VirtualDevice xsi:type='VirtualIDEController'><key>200</key><deviceInfo><label>IDE 0</label></deviceInfo></VirtualDevice>\
             <VirtualDevice xsi:type='ParaVirtualSCSIController'><deviceInfo><label>SCSI 1</label></deviceInfo><sharedBus>physicalSharing</sharedBus></VirtualDevice>\
             <VirtualDevice xsi:type='VirtualLsiLogicController'><deviceInfo><label>SCSI 0</label></deviceInfo><sharedBus>noSharing</sharedBus></VirtualDevice>\
             <VirtualDevice xsi:type='VirtualDisk'><deviceInfo><label>Hard disk 1</label></deviceInfo><backing xsi:type='VirtualDiskFlatVer2BackingInfo'><fileName>[ds] a/a.vmdk</fileName><diskMode>persistent</diskMode></backing></VirtualDevice>\
             <VirtualDevice xsi:type='VirtualDisk'><deviceInfo><label>Hard disk 2</label></deviceInfo><backing xsi:type='VirtualDiskFlatVer2BackingInfo'><fileName>[ds] a/data.vmdk</fileName><diskMode>independent_persistent</diskMode></backing></VirtualDevice>\
             <VirtualDevice xsi:type='VirtualDisk'><deviceInfo><label>Hard disk 3</label></deviceInfo><backing xsi:type='VirtualDiskRawDiskMappingVer1BackingInfo'><fileName>[ds] rdm.vmdk</fileName><compatibilityMode>physicalMode</compatibilityMode><diskMode>independent_persistent</diskMode></backing></VirtualDevice>\
             <VirtualDevice xsi:type='VirtualPCIPassthrough'><deviceInfo><label>PCI device 0</label></deviceInfo><backing><id>1</id></backing></VirtualDevice></val>",
        ));
        xml.child().unwrap();
        let found = awkward_devices(&mut xml).unwrap();
        xml.end().unwrap();
        let found: Vec<_> = found.iter().map(|d| (d.label.as_str(), d.file.as_str(), d.kind)).collect();
        assert_eq!(
            found,
            [
                ("SCSI 1", "", AwkwardKind::SharedBus),
                ("Hard disk 2", "data.vmdk", AwkwardKind::IndependentDisk),
                ("Hard disk 3", "rdm.vmdk", AwkwardKind::PhysicalRdm),
                ("PCI device 0", "", AwkwardKind::Passthrough),
            ]
        );
    }
}
