//! What a device is called. vCenter labels devices in its own language, so the usual labels are said in the reader's.

use super::View;
use crate::domain::survey::AwkwardDevice;
use crate::message::format::name;

/// How vCenter begins the labels of the devices that snapshots have trouble with, and the key that says the same.
const LABELS: [(&str, &str); 3] =
    [("Hard disk ", "device-hard-disk"), ("SCSI controller ", "device-scsi"), ("PCI device ", "device-pci")];

/// `Disk 2 ("data.vmdk")`
pub(super) fn device(device: &AwkwardDevice, view: &View<'_>) -> String {
    let usual = LABELS.iter().find_map(|(start, key)| {
        let number = device.label.strip_prefix(start)?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| view.say(key, &[("number", number.to_owned().into())]))
    });
    let label = usual.unwrap_or_else(|| name(&device.label));
    if device.file.is_empty() {
        return label;
    }
    let args = [("label", label.into()), ("file", name(&device.file).into())];
    view.say("device-disk", &args)
}
