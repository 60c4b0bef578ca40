use proptest::prelude::*;

use super::*;
use crate::domain::act::Act;
use crate::domain::intent::VmAct;

fn form(verb: Verb, fields: &[(&str, &str)]) -> Form {
    let field = |(word, value): &(&str, &str)| (Parameter::of(word).unwrap(), (*value).to_owned());
    Form { verb, fields: fields.iter().map(field).collect() }
}

#[test]
fn a_form_is_what_typing_would_have_been() {
    for (verb, fields, command) in [
        (
            Verb::Take,
            &[("vm", "web-01"), ("name", "before upgrade"), ("mode", "memory")][..],
            "take web-01 \"before upgrade\" mode:memory",
        ),
        (Verb::Take, &[("vm", "web-01"), ("keep", "3d"), ("name", " ")], "take web-01 keep:3d"),
        (Verb::Take, &[("vm", "my vm"), ("ticket", "CHG 1")], "take \"my vm\" ticket:\"CHG 1\""),
        (Verb::Take, &[("vm", "\"my vm\"")], "take \"my vm\""),
        (Verb::Revert, &[("vm", "vm-42"), ("snapshot", "#3"), ("safety", "yes")], "revert vm-42 #3 safety:yes"),
        (Verb::Revert, &[("vm", "web-01"), ("snapshot", "before \"it\"")], "revert web-01 \"before \\\"it\\\"\""),
        (Verb::Edit, &[("vm", "web-01"), ("description", "x")], "edit web-01 description:x"),
        (Verb::Explain, &[("verb", "revert"), ("vm", "web-01")], "explain revert web-01"),
        (Verb::Status, &[], "status"),
        (
            Verb::Keep,
            &[("vm", "web-01"), ("snapshot", "#1"), ("keep", "until friday 18:00")],
            "keep web-01 #1 \"until friday 18:00\"",
        ),
        (Verb::Keep, &[("vm", "web-01"), ("keep", "3d")], "keep web-01 keep:3d"),
        (
            Verb::Hold,
            &[("vm", "web-01"), ("snapshot", "#1"), ("reason", "an audit"), ("keep", "1w")],
            "hold web-01 #1 \"an audit\" keep:1w",
        ),
        (Verb::Release, &[("vm", "web-01")], "release web-01"),
        (Verb::Report, &[("report", "daily")], "report daily"),
        (
            Verb::DeleteOlder,
            &[("scope", "all"), ("age", "30d"), ("ticket", "CHG1")],
            "delete-older all 30d ticket:CHG1",
        ),
        (Verb::Freeze, &[("reason", "the storage is being moved")], "freeze \"the storage is being moved\""),
    ] {
        let form = form(verb, fields);
        assert_eq!(form.command(), command);
        let (intent, said) = form.read().unwrap();
        assert_eq!((intent, said.as_str()), (super::super::parse(command).unwrap(), command));
    }
}

#[test]
fn each_error_stands_at_its_field() {
    for (verb, fields, wrong) in [
        (Verb::Take, &[("vm", "web-01"), ("keep", "soon"), ("mode", "fast")][..], &["keep", "mode"][..]),
        (Verb::Take, &[("name", "x")], &["vm"]),
        (Verb::Take, &[("vm", "web-01"), ("name", "a\u{202e}b")], &["name"]),
        (Verb::Take, &[("vm", "web-01"), ("description", "[snapwarden x"), ("keep", "-1d")], &["description", "keep"]),
        (Verb::Revert, &[("vm", "web-01"), ("snapshot", "#0")], &["snapshot"]),
        (Verb::Edit, &[("vm", "web-01")], &["name"]),
        (Verb::Cancel, &[("request", "R-0")], &["request"]),
        (Verb::Cancel, &[], &["request"]),
        (Verb::Explain, &[("vm", "web-01")], &["verb"]),
        (Verb::Freeze, &[], &["reason"]),
        (Verb::Hold, &[("vm", "web-01"), ("reason", "audit")], &["reason"]),
        (Verb::Keep, &[("vm", "web-01"), ("snapshot", "#1")], &["keep"]),
        (Verb::Keep, &[("vm", "web-01"), ("snapshot", "#1"), ("keep", "until 31/02")], &["keep"]),
        (Verb::DeleteOlder, &[("scope", "all"), ("age", "soon")], &["age"]),
        (Verb::DeleteOlder, &[("age", "3d")], &["scope"]),
        (Verb::Freeze, &[("reason", "a\u{202e}b")], &["reason"]),
    ] {
        let mut at: Vec<&str> =
            form(verb, fields).read().unwrap_err().into_iter().map(|(field, _)| field.as_str()).collect();
        at.sort_unstable();
        assert_eq!(at, wrong, "{verb}: {fields:?}");
    }
}

#[test]
fn every_verb_has_a_form_with_what_it_needs() {
    for verb in Verb::ALL {
        let fields = verb.fields();
        let mut once = fields.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), fields.len(), "{verb}");
    }
}

proptest! {
    #[test]
    fn whatever_stands_in_a_name_is_a_name_or_an_error_there(name in "\\PC{0,90}|.{0,20}", vm in "[a-z]{1,8}") {
        match form(Verb::Take, &[("vm", &vm), ("name", &name)]).read() {
            Ok((Intent::Act(VmAct { act: Act::Take { name: read, .. }, .. }), _)) => {
                let spaced: String = name.trim().chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
                prop_assert_eq!(read.unwrap_or_default(), spaced);
            }
            Ok((intent, _)) => prop_assert!(false, "{intent:?}"),
            Err(errors) => {
                let all = [Parameter::Name];
                prop_assert_eq!(errors.iter().map(|(field, _)| *field).collect::<Vec<_>>(), all);
            }
        }
    }
}
