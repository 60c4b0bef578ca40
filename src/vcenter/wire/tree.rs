//! `VirtualMachineSnapshotInfo`: the snapshots of one VM as vCenter nests them, read into our flat tree.

use jiff::Timestamp;

use crate::domain::ids::Moref;
use crate::domain::marker::Marker;
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};

use super::names::{is_escaped_twice, unescape};
use super::scalars::{boolean, moref, power_state, timestamp};
use super::xml::{Xml, XmlResult};

/// Reads the `VirtualMachineSnapshotInfo` just stepped into.
pub(crate) fn snapshot_info(xml: &mut Xml) -> XmlResult<SnapshotTree> {
    let mut current = None;
    let mut nodes = Vec::new();
    while let Some(member) = xml.child()? {
        match member {
            "currentSnapshot" => current = Some(moref(xml)?),
            "rootSnapshotList" => snapshot(xml, None, &mut nodes)?,
            _ => xml.skip()?,
        }
    }
    read_names(&mut nodes);
    Ok(SnapshotTree::new(nodes, current))
}

/// Reads the names of one VM's snapshots, as they are stored, back to what their users see.
fn read_names(nodes: &mut [Snapshot]) {
    let ours = |node: &Snapshot| Marker::find(&node.description).is_some();
    // Where a slash of somebody else's is stored with one escape, two stand for a name that has an escape in it.
    let once = nodes.iter().any(|node| !ours(node) && unescape(&node.name).contains(['/', '\\']));
    for node in nodes {
        let read = unescape(&node.name);
        node.name = if is_escaped_twice(&node.name) && !once && !ours(node) { unescape(&read) } else { read };
    }
}

/// Reads one `VirtualMachineSnapshotTree` and all below it. The parser's limit on depth limits the recursion.
fn snapshot(xml: &mut Xml, parent: Option<&Moref>, nodes: &mut Vec<Snapshot>) -> XmlResult<()> {
    let mut read = Snapshot {
        moref: Moref::new(""),
        parent: parent.cloned(),
        name: String::new(),
        description: String::new(),
        created: Timestamp::UNIX_EPOCH,
        power: PowerState::Off,
        quiesced: false,
    };
    // The schema puts `snapshot` first and `childSnapshotList` last, so a child always knows its parent.
    while let Some(member) = xml.child()? {
        match member {
            "snapshot" => read.moref = moref(xml)?,
            "name" => xml.text()?.clone_into(&mut read.name),
            "description" => xml.text()?.clone_into(&mut read.description),
            "createTime" => read.created = timestamp(xml)?,
            "state" => read.power = power_state(xml)?.unwrap_or(PowerState::Off),
            "quiesced" => read.quiesced = boolean(xml)?,
            "childSnapshotList" => snapshot(xml, Some(&read.moref), nodes)?,
            _ => xml.skip()?,
        }
    }
    nodes.push(read);
    Ok(())
}

#[cfg(test)]
mod tests;
