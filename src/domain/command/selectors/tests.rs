use super::*;

#[test]
fn the_form_of_a_word_says_what_it_is() {
    let named = |text: &str| Some(VmSelector::Named { vcenter: None, text: text.into() });
    let moref = |text: &str| Some(VmSelector::Moref { vcenter: None, moref: Moref::from(text) });
    let uuid = "50226ec5-5d1f-37b5-a6a3-3f1d5e6f7a8b";
    for (word, meant) in [
        ("web-01", named("web-01")),
        ("\"my vm\"", named("my vm")),
        ("test/web-02", named("test/web-02")),
        ("vm-42", moref("vm-42")),
        ("Vm-42", moref("vm-42")),
        ("\"vm-42\"", named("vm-42")),
        ("vm-42a", named("vm-42a")),
        (&uuid.to_uppercase(), Some(VmSelector::Uuid(InstanceUuid::from(uuid)))),
        ("two words", None),
        ("\"", None),
        ("\"\"", None),
        ("vm:web-01", None),
    ] {
        assert_eq!(vm_selector(word), meant, "{word}");
    }
}

#[test]
fn snapshots_have_numbers_names_and_ids() {
    let named = |text: &str, quoted| Some(SnapshotSelector::Named { text: text.into(), quoted });
    for (word, meant) in [
        ("#3", Some(SnapshotSelector::Number(3))),
        ("3", named("3", false)),
        ("\"3\"", named("3", true)),
        ("\"#3\"", named("#3", true)),
        ("#one", named("#one", false)),
        ("snapshot-12", Some(SnapshotSelector::Moref(Moref::from("snapshot-12")))),
        ("base/before", named("base/before", false)),
        ("#0", None),
        ("#99999999999999999999999", None),
    ] {
        assert_eq!(snapshot_selector(word), meant, "{word}");
    }
}
