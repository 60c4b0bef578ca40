use super::super::source::Source;
use super::*;

/// The names of snapshots that are stored so, with these descriptions.
fn names(stored: &[(&str, &str)]) -> Vec<String> {
    let list: String = stored
        .iter()
        .enumerate()
        .map(|(n, (name, description))| {
            format!(
                "<rootSnapshotList><snapshot>s-{n}</snapshot><name>{name}</name><description>{description}</description>\
                 <createTime>2026-11-20T09:12:0{n}Z</createTime><state>poweredOff</state></rootSnapshotList>"
            )
        })
        .collect();
    let text = format!("<val xsi:type='VirtualMachineSnapshotInfo'>{list}</val>");
    let mut xml = Xml::new(Source::whole(text));
    xml.child().unwrap();
    snapshot_info(&mut xml).unwrap().nodes().iter().map(|node| node.name.clone()).collect()
}

#[test]
fn names_are_read_as_their_users_see_them() {
    let client = ("VM Snapshot 11%252f13%252f2019, 9:59:56 AM", "");
    let ours = "[snapwarden R-7KQ2/1 by=alice]";
    assert_eq!(names(&[client, ("50%2525", "")]), ["VM Snapshot 11/13/2019, 9:59:56 AM", "50%"]);
    // What the bot stored comes back as it was, beside the client's.
    assert_eq!(
        names(&[client, ("a%2fb", ours), ("a%252fb", ours)]),
        ["VM Snapshot 11/13/2019, 9:59:56 AM", "a/b", "a%2fb"]
    );
    // Somebody's slash is stored with one escape here, so two are a name that has one in it.
    assert_eq!(names(&[("8%2f23", ""), ("8%252f23", "")]), ["8/23", "8%2f23"]);
}

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
