//! Plans are read, refused with their line, and act in their order.

use super::*;

#[test]
fn a_plan_is_read_from_toml_and_from_json() {
    let toml = FaultPlan::from_toml(
        "[[rule]]\nvm = \"web-*\"\nmethod = \"CreateSnapshotEx_Task\"\nkind = \"fault\"\nfault = \"NoDiskSpace\"\nat = \"end\"\n\
         [[rule]]\nkind = \"late_reply\"\nseconds = 1.5\ntimes = 0\nafter = 2\n",
    )
    .unwrap();
    let json = FaultPlan::from_json(
        r#"{"rule": [{"vm": "web-*", "method": "CreateSnapshotEx_Task", "kind": "fault", "fault": "NoDiskSpace", "at": "end"},
            {"kind": "late_reply", "seconds": 1.5, "times": 0, "after": 2}]}"#,
    )
    .unwrap();
    assert_eq!(toml, json);
    assert_eq!(toml.rules[1].vm, "*");
    assert_eq!(FaultPlan::from_toml("").unwrap(), FaultPlan::default());
}

#[test]
fn a_wrong_plan_names_the_line_and_the_key() {
    for (text, line, word) in [
        ("[[rule]]\nkind = \"fault\"\nfalt = \"x\"\n", "line 3", "falt"),
        ("[[rule]]\nvm = \"a\"\nkind = \"explode\"\n", "line 3", "explode"),
        ("\n[[rule]]\nkind = \"late_reply\"\n", "line 2", "seconds"),
        ("[[rule]]\nkind = \"late_reply\"\nseconds = -1\n", "line 1", "seconds"),
        ("[[rule]]\nkind = \"fault\"\nfault = \"Nonsense\"\n", "line 1", "Nonsense"),
        ("[[rule]]\nkind = \"lost_reply\"\nat = \"end\"\n", "line 1", "at"),
        ("[[rule]]\ntimes = \"x\"\n", "line 2", "times"),
        ("rules = []\n", "line 1", "rules"),
    ] {
        let error = FaultPlan::from_toml(text).unwrap_err();
        assert!(error.contains(line) && error.contains(word), "{error}");
    }
    let error = FaultPlan::from_json("{\"rule\": [\n{\"kind\": \"fault\"}]}").unwrap_err();
    assert!(error.contains("line 2") && error.contains("fault"), "{error}");
}

#[test]
fn a_plan_for_the_rest_interface_has_its_errors() {
    let plan = |method: &str, fault: &str| {
        FaultPlan::from_toml(&format!("[[rule]]\nmethod = \"{method}\"\nkind = \"fault\"\nfault = \"{fault}\"\n"))
    };
    for name in ["Unauthenticated", "Unauthorized", "NotFound", "ServiceUnavailable", "TimedOut"] {
        assert!(plan("com.vmware.cis.tagging.tag.list", name).is_ok() && plan("com.vmware.*", name).is_ok(), "{name}");
    }
    assert!(plan("com.vmware.*", "not a name").unwrap_err().contains("no name of an error"));
    assert!(plan("*", "Unauthenticated").unwrap_err().contains("vim25 has no fault"));
}

#[test]
fn a_file_is_read_by_its_ending() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let toml = write("plan.toml", "[[rule]]\nkind = \"lost_reply\"\n");
    let json = write("plan.json", "{\"rule\": [{\"kind\": \"lost_reply\"}]}");
    assert_eq!(FaultPlan::from_file(&toml), FaultPlan::from_file(&json));
    let wrong = write("wrong.toml", "rule = 1\n");
    let error = FaultPlan::from_file(&wrong).unwrap_err().to_string();
    assert!(error.contains("wrong.toml") && error.contains("line 1"), "{error}");
    assert!(FaultPlan::from_file(&folder.path().join("nothing")).is_err());
}

#[test]
fn rules_act_in_order_and_are_used_up() {
    let mut rule = Rule::once("web-01", "Remove*", Trouble::LostReply);
    rule.after = 1;
    let last = Rule::once("*", "*", Trouble::Html502);
    let mut plan = ActivePlan::new(FaultPlan::new([rule, last]));
    let strikes: Vec<_> = (0..4).map(|_| plan.strike(None, "web-01", "RemoveSnapshot_Task")).collect();
    assert_eq!(strikes, [Some(Trouble::Html502), Some(Trouble::LostReply), None, None]);
}

#[test]
fn patterns_match_whole_names() {
    for (pattern, text, fits) in [
        ("*", "", true),
        ("web-*", "web-01", true),
        ("web-*", "a-web-01", false),
        ("*-01", "web-01", true),
        ("w*b*1", "web-01", true),
        ("a*a", "a", false),
        ("web", "web-01", false),
        ("**", "x", true),
    ] {
        assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
    }
}
