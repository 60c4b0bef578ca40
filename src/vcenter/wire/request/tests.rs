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

#[test]
fn a_specification_names_paths_objects_and_where_they_lead() {
    let wanted = Wanted { kind: "VirtualMachine", paths: &["name", "snapshot"] };
    let spec = filter_spec(&[wanted], &object("VirtualMachine", &"vm-1".into(), &["datastore"]));
    assert_eq!(
        spec,
        "<propSet><type>VirtualMachine</type><all>false</all><pathSet>name</pathSet><pathSet>snapshot</pathSet></propSet>\
             <objectSet><obj type=\"VirtualMachine\">vm-1</obj><skip>false</skip><selectSet xsi:type=\"TraversalSpec\">\
             <type>VirtualMachine</type><path>datastore</path><skip>false</skip></selectSet></objectSet>\
             <reportMissingObjectsInResults>true</reportMissingObjectsInResults>"
    );
    let view = all_in_view(&"view-1".into());
    assert!(view.contains("<skip>true</skip>") && view.contains("<path>view</path>"), "{view}");
}

#[test]
fn a_history_is_of_a_time_and_of_one_vm_or_of_all() {
    let (manager, since) = ("TaskManager".into(), Timestamp::UNIX_EPOCH);
    let all = create_task_history(&manager, None, since, None);
    assert_eq!(
        all,
        "<CreateCollectorForTasks xmlns=\"urn:vim25\"><_this type=\"TaskManager\">TaskManager</_this><filter><time>\
             <timeType>queuedTime</timeType><beginTime>1970-01-01T00:00:00Z</beginTime></time></filter>\
             </CreateCollectorForTasks>"
    );
    let one = create_task_history(&manager, Some(&"vm-1".into()), since, Some(since));
    assert!(
        one.contains(
            "<filter><entity><entity type=\"VirtualMachine\">vm-1</entity><recursion>self</recursion></entity>"
        )
    );
    assert!(one.contains("<endTime>1970-01-01T00:00:00Z</endTime></time>"));
    assert_eq!(method(&one), "CreateCollectorForTasks");
}

#[test]
fn pages_and_waits_say_how_much_and_how_long() {
    let collector = "pc".into();
    assert!(retrieve(&collector, "", Some(500)).contains("<options><maxObjects>500</maxObjects></options>"));
    assert!(retrieve(&collector, "", None).contains("<specSet></specSet><options></options>"));
    let wait = wait_for_updates(&collector, "", 60);
    assert!(wait.contains("<version></version><options><maxWaitSeconds>60</maxWaitSeconds></options>"), "{wait}");
}
