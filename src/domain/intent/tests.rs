use super::*;

#[test]
fn a_verb_is_written_and_serialized_with_the_same_word() {
    for verb in Verb::ALL {
        assert_eq!(serde_json::to_value(verb).unwrap(), verb.as_str(), "{verb}");
    }
    assert_eq!(Verb::ALL.len(), Verb::ALL.iter().collect::<std::collections::HashSet<_>>().len());
}

#[test]
fn an_intent_survives_being_written_down() {
    let intents = [
        Intent::Take {
            vm: VmSelector::Named { vcenter: Some(VCenterName::from("paris")), text: "web-01".into() },
            name: Some("before upgrade".into()),
            description: None,
            mode: Mode::Memory,
            keep: Some(Keep::For(SignedDuration::from_hours(72))),
            ticket: Some("CHG1".into()),
        },
        Intent::Revert {
            vm: VmSelector::Moref { vcenter: None, moref: Moref::from("vm-42") },
            snapshot: Some(SnapshotSelector::Number(3)),
            stay_off: true,
            safety: false,
            ticket: None,
        },
        Intent::Explain {
            verb: Verb::DeleteAll,
            vm: VmSelector::Uuid(InstanceUuid::from("5022aaaa-0000-1111-2222-333344445555")),
        },
        Intent::Help { verb: None },
    ];
    for intent in intents {
        let json = serde_json::to_string(&intent).unwrap();
        assert_eq!(serde_json::from_str::<Intent>(&json).unwrap(), intent, "{json}");
    }
}
