//! What a VM's devices are to snapshots: those that a snapshot does not cover or does not allow, and the disks with where they
//! lie.

use crate::domain::survey::{AwkwardDevice, AwkwardKind, VirtualDisk};

use super::super::names::unescape;
use super::super::scalars::bytes;
use super::super::xml::{Xml, XmlResult};

/// The devices of a VM, as far as anybody decides by them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Devices {
    /// What a snapshot does not cover or does not allow, in the order of the hardware.
    pub(crate) awkward: Vec<AwkwardDevice>,
    /// The disks whose datastore is told.
    pub(crate) disks: Vec<VirtualDisk>,
}

/// Reads `config.hardware.device` (`ArrayOfVirtualDevice`), just stepped into.
pub(super) fn devices(xml: &mut Xml) -> XmlResult<Devices> {
    let mut read = Devices::default();
    xml.list(|xml| device(xml, &mut read))?;
    Ok(read)
}

fn device(xml: &mut Xml, read: &mut Devices) -> XmlResult<()> {
    let kind = xml.xsi_type().unwrap_or_default();
    let is_disk = kind == "VirtualDisk";
    // DirectPath in its fixed and dynamic forms, and SR-IOV cards: the guest owns hardware. A virtual GPU has the first one's
    // type and a backing of its own.
    let passed_through = kind.starts_with("VirtualPCIPassthrough") || kind == "VirtualSriovEthernetCard";
    let mut why = passed_through.then_some(AwkwardKind::Passthrough);
    let (mut label, mut capacity, mut backing) = (String::new(), None, Backing::default());
    while let Some(member) = xml.child()? {
        match member {
            "deviceInfo" => xml.each("label", |xml| {
                xml.text()?.clone_into(&mut label);
                Ok(())
            })?,
            "backing" => backing = read_backing(xml)?,
            // VirtualSCSIController, VirtualNVMEController
            "sharedBus" => {
                if matches!(xml.text()?, "physicalSharing" | "virtualSharing") {
                    why = Some(AwkwardKind::SharedBus);
                }
            }
            // The larger unit is the older one, and counts where the other is not told.
            "capacityInKB" if is_disk => capacity = capacity.or(bytes(xml)?.map(|kb| kb.saturating_mul(1024))),
            "capacityInBytes" if is_disk => capacity = bytes(xml)?.or(capacity),
            _ => xml.skip()?,
        }
    }
    if passed_through && backing.virtual_gpu {
        why = Some(AwkwardKind::VirtualGpu);
    }
    if let (true, Some(datastore)) = (is_disk, backing.datastore) {
        let independent = backing.independent.is_some();
        read.disks.push(VirtualDisk { datastore, capacity: capacity.unwrap_or(0), independent });
    }
    // Of several reasons the one that forbids snapshots is kept: a raw device, a shared disk, then independence.
    let of_disk = match (backing.raw, backing.shared) {
        (true, _) => Some(AwkwardKind::PhysicalRdm),
        (false, true) => Some(AwkwardKind::SharedBus),
        (false, false) => backing.independent,
    };
    let kind = why.or(of_disk);
    read.awkward.extend(kind.map(|kind| AwkwardDevice { label, file: backing.file, kind }));
    Ok(())
}

/// What a device's backing tells.
#[derive(Debug, Default)]
struct Backing {
    /// The last part of its file's name.
    file: String,
    /// The datastore in its file's name.
    datastore: Option<String>,
    /// Whether snapshots pass over the disk, and in which way.
    independent: Option<AwkwardKind>,
    /// Whether it is a raw device in physical mode.
    raw: bool,
    /// Whether several VMs write to the disk, which is a bus shared for this one disk.
    shared: bool,
    /// Whether it is a share of a GPU.
    virtual_gpu: bool,
}

fn read_backing(xml: &mut Xml) -> XmlResult<Backing> {
    let virtual_gpu = xml.xsi_type().is_some_and(|kind| kind == "VirtualPCIPassthroughVmiopBackingInfo");
    let mut read = Backing { virtual_gpu, ..Backing::default() };
    while let Some(member) = xml.child()? {
        match member {
            "fileName" => {
                let path = xml.text()?;
                last_part(path).clone_into(&mut read.file);
                read.datastore = datastore_of(path);
            }
            // Of the other modes ESXi knows only "persistent"; the rest are those of older products.
            "diskMode" => {
                read.independent = match xml.text()? {
                    "independent_persistent" => Some(AwkwardKind::IndependentDisk),
                    "independent_nonpersistent" => Some(AwkwardKind::NonPersistentDisk),
                    _ => None,
                }
            }
            "compatibilityMode" => read.raw = xml.text()? == "physicalMode",
            "sharing" => read.shared = xml.text()? == "sharingMultiWriter",
            _ => xml.skip()?,
        }
    }
    Ok(read)
}

/// `[datastore1] web-01/data.vmdk` -> `data.vmdk`
fn last_part(path: &str) -> &str {
    path.rsplit(['/', ']']).next().unwrap_or(path).trim()
}

/// `[datastore1] web-01/data.vmdk` -> `datastore1`, read back from its escapes as the datastore's own name is.
pub(crate) fn datastore_of(path: &str) -> Option<String> {
    let (name, _) = path.strip_prefix('[')?.split_once(']')?;
    (!name.is_empty()).then(|| unescape(name))
}

#[cfg(test)]
mod tests;
