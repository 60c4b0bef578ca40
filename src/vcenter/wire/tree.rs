//! `VirtualMachineSnapshotInfo`: the snapshots of one VM as vCenter nests them, read into our flat tree.

use jiff::Timestamp;

use crate::domain::ids::Moref;
use crate::domain::snapshot_tree::{PowerState, Snapshot, SnapshotTree};

use super::names::unescape;
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
    Ok(SnapshotTree::new(nodes, current))
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
            "name" => read.name = unescape(xml.text()?),
            "description" => xml.text()?.clone_into(&mut read.description),
            "createTime" => read.created = timestamp(xml)?,
            "state" => read.power = power_state(xml)?,
            "quiesced" => read.quiesced = boolean(xml)?,
            "childSnapshotList" => snapshot(xml, Some(&read.moref), nodes)?,
            _ => xml.skip()?,
        }
    }
    nodes.push(read);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    #[test]
    fn a_nested_chain_is_read_flat_with_its_parents() {
        let mut xml = Xml::new(Source::whole(
            "<val xsi:type='VirtualMachineSnapshotInfo'><currentSnapshot type='VirtualMachineSnapshot'>s-2</currentSnapshot>\
             <rootSnapshotList><snapshot type='VirtualMachineSnapshot'>s-1</snapshot><vm type='VirtualMachine'>vm-1</vm>\
             <name>50%25 a%2fb</name><description>one</description><id>1</id><createTime>2026-11-20T09:12:00Z</createTime>\
             <state>poweredOn</state><quiesced>true</quiesced><childSnapshotList><snapshot>s-2</snapshot><name>two</name>\
             <createTime>2026-11-20T10:12:00.5+01:00</createTime><state>poweredOff</state></childSnapshotList>\
             </rootSnapshotList></val>",
        ));
        xml.child().unwrap();
        let tree = snapshot_info(&mut xml).unwrap();
        xml.end().unwrap();
        let (one, two) = (&tree.nodes()[0], &tree.nodes()[1]);
        assert_eq!((one.name.as_str(), one.power, one.quiesced), ("50% a/b", PowerState::On, true));
        assert_eq!(two.parent.as_ref(), Some(&one.moref));
        assert_eq!(two.created, "2026-11-20T09:12:00.5Z".parse().unwrap());
        assert_eq!(tree.current().unwrap().moref.as_str(), "s-2");
    }
}
