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
