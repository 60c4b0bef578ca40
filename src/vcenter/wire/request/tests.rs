use super::*;

#[test]
fn names_are_escaped_for_vsphere_and_for_xml() {
    let xml = create_snapshot_ex(&"vm-1".into(), "50% <a>/b\u{0}", "x & y", SnapshotMode::Disk);
    assert_eq!(
        xml,
        "<CreateSnapshotEx_Task xmlns=\"urn:vim25\"><_this type=\"VirtualMachine\">vm-1</_this>\
             <name>50%25 &lt;a&gt;%2fb\u{fffd}</name><description>x &amp; y</description><memory>false</memory>\
             </CreateSnapshotEx_Task>"
    );
}

#[test]
fn what_takes_a_snapshot_is_one_choice() {
    let vm = "vm-1".into();
    for (mode, memory, quiesce) in [
        (SnapshotMode::Disk, "false", false),
        (SnapshotMode::Quiesce, "false", true),
        (SnapshotMode::Memory, "true", false),
    ] {
        let new = create_snapshot_ex(&vm, "n", "d", mode);
        assert!(new.contains(&format!("<memory>{memory}</memory>")), "{new}");
        assert_eq!(new.contains("<quiesceSpec "), quiesce, "{new}");
        let old = create_snapshot(&vm, "n", "d", mode);
        assert!(old.contains(&format!("<memory>{memory}</memory><quiesce>{quiesce}</quiesce>")), "{old}");
    }
}

#[test]
fn only_what_changes_is_renamed() {
    let only_name = rename_snapshot(&"s-1".into(), Some("a/b"), None);
    assert!(only_name.contains("<name>a%2fb</name>") && !only_name.contains("description"));
    let only_description = rename_snapshot(&"s-1".into(), None, Some(""));
    assert!(only_description.contains("<description></description>") && !only_description.contains("<name>"));
}
