use super::*;

#[test]
fn a_verb_is_written_and_serialized_with_the_same_word() {
    for verb in Verb::ALL {
        assert_eq!(serde_json::to_value(verb).unwrap(), verb.as_str(), "{verb}");
    }
    assert_eq!(Verb::ALL.len(), Verb::ALL.iter().collect::<std::collections::HashSet<_>>().len());
}

#[test]
fn an_intent_is_stored_as_version_0_1_0_wrote_it() {
    let vm = serde_json::json!({"named": {"vcenter": "paris", "text": "web-01"}});
    let snapshot = serde_json::json!({"number": 3});
    let stored = [
        r#"{"intent":"take","vm":VM,"name":"before upgrade","description":null,"mode":"memory","keep":"PT72H","ticket":"CHG1"}"#,
        r#"{"intent":"take","vm":VM,"name":null,"description":"to 8","mode":"auto","keep":null,"ticket":null}"#,
        r#"{"intent":"list","vm":VM}"#,
        r#"{"intent":"report","name":null}"#,
        r#"{"intent":"revert","vm":VM,"snapshot":SNAPSHOT,"stay_off":true,"safety":true,"ticket":null}"#,
        r#"{"intent":"revert","vm":VM,"snapshot":null,"stay_off":false,"safety":false,"ticket":"CHG1"}"#,
        r#"{"intent":"revert-latest","vm":VM,"stay_off":false,"safety":true,"ticket":null}"#,
        r#"{"intent":"delete","vm":VM,"snapshot":SNAPSHOT,"children":true,"ticket":null}"#,
        r#"{"intent":"delete-all","vm":VM,"ticket":"CHG1"}"#,
        r#"{"intent":"delete-older","scope":{"named":"DC1/web"},"age":"PT720H","ticket":null}"#,
        r#"{"intent":"consolidate","vm":VM,"ticket":null}"#,
        r#"{"intent":"edit","vm":VM,"snapshot":SNAPSHOT,"name":"new","description":null}"#,
        r#"{"intent":"keep","vm":VM,"snapshot":null,"keep":{"day":{"weekday":5},"time":"18:00:00"}}"#,
        r#"{"intent":"hold","vm":VM,"snapshot":SNAPSHOT,"reason":"the audit","keep":"PT24H"}"#,
        r#"{"intent":"hold","vm":VM,"snapshot":SNAPSHOT,"reason":"the audit","keep":null}"#,
        r#"{"intent":"release","vm":VM,"snapshot":SNAPSHOT}"#,
        r#"{"intent":"power-on","vm":VM}"#,
        r#"{"intent":"help","verb":"delete-all"}"#,
        r#"{"intent":"status","request":"R-7KQ2"}"#,
        r#"{"intent":"cancel","request":"R-7KQ2"}"#,
        r#"{"intent":"withdraw","request":"R-7KQ2"}"#,
        r#"{"intent":"explain","verb":"power-on","vm":VM}"#,
        r#"{"intent":"freeze","reason":"the storage"}"#,
        r#"{"intent":"unfreeze"}"#,
    ];
    let mut verbs = std::collections::BTreeSet::new();
    for json in stored {
        let json = json.replace("VM", &vm.to_string()).replace("SNAPSHOT", &snapshot.to_string());
        let intent: Intent = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
        let written: serde_json::Value = serde_json::to_value(&intent).unwrap();
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(&json).unwrap());
        assert_eq!(written["intent"], intent.verb().as_str());
        verbs.insert(intent.verb());
    }
    assert_eq!(verbs.len(), Verb::ALL.len());
    let before_safety = r#"{"intent":"revert-latest","vm":{"uuid":"50226ec5-5d1f-37b5-a6a3-3f1d5e6f7a8b"},"stay_off":false,"ticket":null}"#;
    let Ok(Intent::Act(VmAct { safety: false, .. })) = serde_json::from_str(before_safety) else {
        panic!("an early one said nothing about a snapshot before a revert")
    };
    for wrong in [
        r#"{"intent":"take"}"#,
        r#"{"intent":"fly","vm":{"uuid":"x"}}"#,
        r#"{"intent":"revert-latest","vm":{"uuid":"x"},"stay_off":false,"safety":"perhaps"}"#,
        r#"{"intent":"delete-older","vm":{"uuid":"x"},"age":"PT1H"}"#,
    ] {
        assert!(serde_json::from_str::<Intent>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_change_number_goes_where_one_is_taken() {
    let vm = VmSelector::Uuid(InstanceUuid::from("50226ec5-5d1f-37b5-a6a3-3f1d5e6f7a8b"));
    let with = |act| {
        let Intent::Act(vm_act) = Intent::on(vm.clone(), act).with_ticket("CHG1".into()) else { panic!("no act") };
        vm_act.ticket
    };
    assert_eq!(with(Act::DeleteAll).as_deref(), Some("CHG1"));
    assert_eq!(with(Act::PowerOn), None);
    assert_eq!(Intent::Unfreeze.with_ticket("CHG1".into()), Intent::Unfreeze);
}
