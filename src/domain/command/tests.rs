//! Commands as people type them, and what each means.

use jiff::SignedDuration;

use super::*;
use crate::domain::act::{Act, Parameter, StayChange, Typed};
use crate::domain::ids::{InstanceUuid, Moref, RequestId, VCenterName};
use crate::domain::intent::{BulkScope, Mode, SnapshotSelector, Verb, VmAct, VmSelector};
use crate::domain::keep::{Day, Keep, Moment};

fn vm(text: &str) -> VmSelector {
    VmSelector::Named { vcenter: None, text: text.into() }
}

fn named(text: &str) -> Option<SnapshotSelector> {
    Some(SnapshotSelector::Named { text: text.into(), quoted: false })
}

fn quoted(text: &str) -> Option<SnapshotSelector> {
    Some(SnapshotSelector::Named { text: text.into(), quoted: true })
}

fn take(name: Option<&str>) -> Intent {
    let name = name.map(str::to_owned);
    Intent::on(vm("web-01"), Act::Take { name, description: None, mode: Mode::Auto, until: None })
}

fn revert(snapshot: Option<SnapshotSelector>, stay_off: bool) -> Intent {
    Intent::on(vm("web-01"), Act::Revert { snapshot, stay_off })
}

fn latest() -> Intent {
    Intent::on(vm("web-01"), Act::RevertLatest { stay_off: false })
}

fn delete(snapshot: Option<SnapshotSelector>, children: bool) -> Intent {
    Intent::on(vm("db-01"), Act::Delete { snapshot, children })
}

fn stay(snapshot: Option<SnapshotSelector>, change: StayChange<Typed>) -> Intent {
    Intent::on(vm("web-01"), Act::Stay { snapshot, change })
}

#[track_caller]
fn means(text: &str, intent: &Intent) {
    assert_eq!(parse(text).as_ref(), Ok(intent), "{text}");
}

/// The error of a command, its column and its example, in one line that a test can read.
fn refusal(text: &str) -> String {
    let error = parse(text).expect_err(text);
    let stored = serde_json::to_value(&error).unwrap();
    let name = [&stored["error"], &stored["parameter"]].into_iter().filter_map(|part| part.as_str());
    let name = name.collect::<Vec<_>>().join("_");
    let column = error.column().map_or_else(String::new, |column| format!(" at {column}"));
    format!("{name}{column}: {}", error.example())
}

#[test]
fn a_command_is_read_with_all_its_options() {
    means(
        "/snapshot take web-01 before-upgrade mode:memory keep:3d ticket:CHG0042117 description:\"to 8.0.3\"",
        &Intent::Act(VmAct {
            vm: vm("web-01"),
            act: Act::Take {
                name: Some("before-upgrade".into()),
                description: Some("to 8.0.3".into()),
                mode: Mode::Memory,
                until: Some(Keep::For(SignedDuration::from_hours(72))),
            },
            ticket: Some("CHG0042117".into()),
            safety: false,
        }),
    );
    means("take web-01", &take(None));
    means("delete db-01 2 children:yes", &delete(named("2"), true));
    means("delete db-01 #2", &delete(Some(SnapshotSelector::Number(2)), false));
    means("delete db-01 snapshot-12", &delete(Some(SnapshotSelector::Moref(Moref::from("snapshot-12"))), false));
    means("delete db-01", &delete(None, false));
    means("revert web-01", &revert(None, false));
    means("revert web-01 \"before upgrade\" stay-off:yes", &revert(quoted("before upgrade"), true));
    means("revert web-01 2 power:off", &revert(named("2"), true));
    means("revert web-01 2 power:on", &revert(named("2"), false));
    means("list vm-42", &Intent::List { vm: VmSelector::Moref { vcenter: None, moref: Moref::from("vm-42") } });
    means(
        "list web-02 vcenter:paris",
        &Intent::List { vm: VmSelector::Named { vcenter: Some(VCenterName::from("paris")), text: "web-02".into() } },
    );
    means(
        "list 50226EC5-5D1F-37B5-A6A3-3F1D5E6F7A8B",
        &Intent::List { vm: VmSelector::Uuid(InstanceUuid::from("50226ec5-5d1f-37b5-a6a3-3f1d5e6f7a8b")) },
    );
    means("delete-all db-01 ticket:CHG1", &Intent::on(vm("db-01"), Act::DeleteAll).with_ticket("CHG1".into()));
    means("consolidate db-01", &Intent::on(vm("db-01"), Act::Consolidate));
    means(
        "edit db-01 #1 name:\"x\" description:\"\"",
        &Intent::on(
            vm("db-01"),
            Act::Edit {
                snapshot: Some(SnapshotSelector::Number(1)),
                name: Some("x".into()),
                description: Some(String::new()),
            },
        ),
    );
    means("power-on db-01", &Intent::on(vm("db-01"), Act::PowerOn));
    means("help", &Intent::Help { verb: None });
    means("help rollback", &Intent::Help { verb: Some(Verb::Revert) });
    means("take --help", &Intent::Help { verb: Some(Verb::Take) });
    means("delete db-01 -h", &Intent::Help { verb: Some(Verb::Delete) });
    means("status", &Intent::Status { request: None });
    let request = RequestId::parse("R-7KQ2").unwrap();
    means("status r-7kq2", &Intent::Status { request: Some(request.clone()) });
    means("cancel 7KQ2", &Intent::Cancel { request: request.clone() });
    means("withdraw R-7KQ2", &Intent::Withdraw { request });
    means("explain revert prod-01", &Intent::Explain { verb: Verb::Revert, vm: vm("prod-01") });
}

#[test]
fn how_long_a_snapshot_stays_is_said_in_many_ways() {
    let first = Some(SnapshotSelector::Number(1));
    let keep = |snapshot: &Option<SnapshotSelector>, until| stay(snapshot.clone(), StayChange::Until { until });
    let days = |days: i64| Keep::For(SignedDuration::from_hours(24 * days));
    let friday = Keep::Until(Moment { day: Day::Weekday(5), time: Some(jiff::civil::time(18, 0, 0, 0)) });
    for text in ["keep web-01 #1 3d", "keep web-01 #1 keep:3d", "keep web-01 #1 keep:3 days", "garder web-01 #1 3j"] {
        means(text, &keep(&first, days(3)));
    }
    for text in [
        "keep web-01 #1 until friday 18:00",
        "keep web-01 #1 \"until friday 18:00\"",
        "keep web-01 #1 keep:until friday 18:00",
        "keep web-01 #1 keep:friday 18:00",
        "keep web-01 #1 until:friday 18:00",
        "keep web-01 snapshot:#1 until fri 6pm",
        "keep until:\"friday at 18:00\" web-01 #1",
        "conserver web-01 #1 jusqu'à vendredi 18h",
        "garder web-01 #1 jusqu’au vendredi à 18h00",
    ] {
        means(text, &keep(&first, friday.clone()));
    }
    means("keep web-01 3d", &keep(&None, days(3)));
    means("keep web-01 #1 18h", &keep(&first, Keep::For(SignedDuration::from_hours(18))));
    let evening = Keep::Until(Moment { day: Day::Next, time: Some(jiff::civil::time(18, 0, 0, 0)) });
    means("keep web-01 #1 until 18h", &keep(&first, evening));
    means("keep web-01 \"3d\" 2d", &keep(&quoted("3d"), days(2)));
    means("keep web-01 \"before upgrade\" 2w", &keep(&quoted("before upgrade"), days(14)));
    let taken = |until| Act::Take { name: None, description: None, mode: Mode::Auto, until: Some(until) };
    for text in [
        "take web-01 keep:until friday 18:00",
        "take web-01 keep:until friday 18.00",
        "take web-01 keep:friday at 6 pm",
    ] {
        means(text, &Intent::on(vm("web-01"), taken(friday.clone())));
    }
    means("take keep:until friday 18h web-01", &Intent::on(vm("web-01"), taken(friday.clone())));
    let named =
        Act::Take { name: Some("nightly".to_owned()), description: None, mode: Mode::Auto, until: Some(friday) };
    for text in ["take web-01 nightly keep:until friday 18:00", "take web-01 keep:until friday 18:00 \"nightly\""] {
        means(text, &Intent::on(vm("web-01"), named.clone()));
    }
    means("keep web-01 #1 3 days", &keep(&first, days(3)));
    means("keep web-01 3 days", &keep(&None, days(3)));
    for (text, wanted) in [
        ("keep web-01 #1", "missing_keep: /snapshot keep web-01 \"before upgrade\" 3d"),
        ("keep web-01 \"3d\"", "missing_keep: /snapshot keep web-01 \"before upgrade\" 3d"),
        ("keep web-01 #1 until", "bad_moment at 16: /snapshot take web-01 keep:until friday 18:00"),
        ("keep web-01 #1 until 31/02", "bad_moment at 22"),
        ("keep web-01 #1 until friday 25:00", "bad_moment at 29"),
        ("keep web-01 #1 until friday evening", "bad_moment at 29"),
        ("keep web-01 until friday evening", "bad_moment at 26"),
        ("take web-01 keep:until friday 25:00", "bad_moment at 31"),
        ("take web-01 keep:until friday 18:60", "bad_moment at 31"),
        ("take web-01 keep:friday evening", "bad_moment at 25"),
        ("take web-01 x keep:until friday evening", "bad_moment at 33"),
        ("take web-01 keep:\"until friday evening\"", "bad_moment at 32"),
        ("take web-01 keep:25:00", "bad_moment at 18"),
        ("take web-01 keep:until 31/02", "bad_moment at 24"),
        ("hold web-01 #1 audit keep:until friday 18.60", "bad_moment at 40"),
        ("delete-older all soon", "bad_duration at 18"),
        ("keep web-01 #1 soon", "bad_duration at 16: /snapshot take web-01 keep:3d"),
        ("keep web-01 #1 -3d", "negative_duration at 16: /snapshot take web-01 keep:3d"),
    ] {
        assert!(refusal(text).starts_with(wanted), "{text}: {}", refusal(text));
    }
}

#[test]
fn holds_releases_reports_and_old_snapshots() {
    let first = Some(SnapshotSelector::Number(1));
    let hold = |reason: &str, until| {
        stay(first.clone(), StayChange::Hold { by: (), reason: reason.into(), until, replaces: () })
    };
    means("hold web-01 #1 \"the audit needs it\"", &hold("the audit needs it", None));
    let week = Some(Keep::For(SignedDuration::from_hours(24 * 7)));
    means("hold web-01 #1 audit keep:1w", &hold("audit", week));
    means("release web-01 #1", &stay(first.clone(), StayChange::Release { of: () }));
    means("report", &Intent::Report { name: None });
    means("report daily", &Intent::Report { name: Some("daily".into()) });
    let older =
        |scope, days: i64| Intent::DeleteOlder { scope, age: SignedDuration::from_hours(24 * days), ticket: None };
    for text in ["delete-older all 30d", "purger tout 30j", "prune * 30d"] {
        means(text, &older(BulkScope::All, 30));
    }
    means("delete-older DC1/web/ 30d", &older(BulkScope::Named("DC1/web".into()), 30));
    means("delete-older \"all\" 30d", &older(BulkScope::Named("all".into()), 30));
    for (text, wanted) in [
        ("hold web-01 #1", "missing_reason: /snapshot hold web-01 \"before upgrade\" \"the audit needs it\""),
        ("hold web-01 #1 the audit", "extra_words at 20: /snapshot hold web-01 #1 \"the audit\""),
        ("delete-older", "missing_scope: /snapshot delete-older all 30d"),
        ("delete-older all", "missing_age: /snapshot delete-older all 30d"),
        ("delete-older all old", "bad_duration at 18: /snapshot take web-01 keep:3d"),
        ("report keep:3d", "option_not_for at 8: /snapshot report"),
    ] {
        assert_eq!(refusal(text), wanted, "{text}");
    }
}

#[test]
fn the_current_snapshot_is_latest_unless_it_stands_in_quotes() {
    for text in [
        "revert-latest web-01",
        "revert web-01 latest",
        "revert web-01 Latest",
        "revert web-01 snapshot:latest",
        "restaurer web-01 dernier",
        "restaurer-dernier web-01",
    ] {
        means(text, &latest());
    }
    means("revert web-01 \"latest\"", &revert(quoted("latest"), false));
    means("delete db-01 latest", &delete(named("latest"), false));
}

#[test]
fn every_verb_has_its_names_in_both_languages() {
    for (words, verb) in [
        ("take snap create new prendre créer CREER", Verb::Take),
        ("list ls tree show lister", Verb::List),
        ("revert rollback restore restaurer", Verb::Revert),
        ("delete rm remove supprimer", Verb::Delete),
        ("delete-all rm-all remove-all clear delete_all supprimer-tout", Verb::DeleteAll),
        ("consolidate consolider", Verb::Consolidate),
        ("edit rename modifier renommer", Verb::Edit),
        ("power-on start allumer", Verb::PowerOn),
        ("help ? --help —help aide", Verb::Help),
        ("status état etat e\u{301}tat", Verb::Status),
        ("cancel annuler", Verb::Cancel),
        ("withdraw retirer", Verb::Withdraw),
        ("explain expliquer", Verb::Explain),
        ("revert-latest restaurer-dernier", Verb::RevertLatest),
        ("freeze geler", Verb::Freeze),
        ("unfreeze thaw dégeler", Verb::Unfreeze),
        ("report rapport", Verb::Report),
        ("keep extend garder prolonger", Verb::Keep),
        ("hold retenir", Verb::Hold),
        ("release unhold libérer", Verb::Release),
        ("delete-older prune purger", Verb::DeleteOlder),
    ] {
        for word in words.split(' ') {
            let rest = match verb {
                Verb::Help | Verb::Status | Verb::Unfreeze | Verb::Report => "",
                Verb::Keep => " web-01 #1 3d",
                Verb::Hold => " web-01 #1 audit",
                Verb::DeleteOlder => " all 30d",
                Verb::Freeze => " maintenance",
                Verb::Cancel | Verb::Withdraw => " R-7KQ2",
                Verb::Explain => " lister web-01",
                Verb::Edit => " web-01 #1 nom:x",
                Verb::Take
                | Verb::List
                | Verb::Release
                | Verb::Revert
                | Verb::RevertLatest
                | Verb::Delete
                | Verb::DeleteAll
                | Verb::Consolidate
                | Verb::PowerOn => " web-01",
            };
            assert_eq!(parse(&format!("{word}{rest}")).map(|intent| intent.verb()), Ok(verb), "{word}");
        }
    }
    means(
        "créer web-01 nom:«\u{a0}avant màj\u{a0}» mode:mémoire garder:3j",
        &Intent::on(
            vm("web-01"),
            Act::Take {
                name: Some("avant màj".into()),
                description: None,
                mode: Mode::Memory,
                until: Some(Keep::For(SignedDuration::from_hours(72))),
            },
        ),
    );
    means("supprimer db-01 #2 enfants:oui", &delete(Some(SnapshotSelector::Number(2)), true));
}

#[test]
fn what_phones_and_editors_make_of_it_is_understood() {
    for text in [
        "take web-01 \"before upgrade\"",
        "  take\u{a0}web-01\u{202f}“before upgrade”  ",
        "take web-01 ”before upgrade”",
        "take web-01 „before upgrade“",
        "take web-01 “before upgrade\"",
        "take web-01 \"before upgrade”",
        "take web-01 «before upgrade»",
        "take web-01 « before upgrade »",
        "take web-01 'before upgrade'",
        "take web-01 ‘before upgrade’",
        "take web-01 name:\"before upgrade\"",
        "take web-01 name:”before upgrade”",
        "take web-01 name:’before upgrade’",
        "take web-01 name=\"before upgrade\"",
        "take web-01 Name： \"before upgrade\"",
        "take web-01 name : \"before upgrade\"",
        "take web-01 name :\"before upgrade\"",
        "take web-01 nom\u{a0}: « before upgrade »",
        "take web-01 --name \"before upgrade\"",
        "take web-01 --name=\"before upgrade\"",
        "take web-01 —name “before upgrade”",
        "take name:\"before upgrade\" web-01",
        "take name:\"before upgrade\" vm:web-01",
        "TAKE \"web-01\" \"before\u{a0}upgrade\"",
        "/snapshot\ntake\nweb-01\t\"before upgrade\"\n",
        "\u{feff}/Snapshot Take web-01 \"before upgrade\"",
        "take: web-01 \"before upgrade\"",
    ] {
        means(text, &take(Some("before upgrade")));
    }
    for text in [
        "delete db-01 2 --children",
        "delete db-01 2 —children",
        "delete db-01 --children 2",
        "delete --children db-01 2",
        "delete db-01 2 --children yes",
        "delete db-01 2 Children=Yes",
        "delete db-01 snapshot:2 children:true",
    ] {
        means(text, &delete(named("2"), true));
    }
    means("delete db-01 2 --children no", &delete(named("2"), false));
    for text in [
        "take web-01 keep:\"3 days\"",
        "take web-01 keep:3 days",
        "take web-01 keep: 3 jours",
        "take web-01 --keep 72h",
    ] {
        let until = Some(Keep::For(SignedDuration::from_hours(72)));
        let act = Act::Take { name: None, description: None, mode: Mode::Auto, until };
        means(text, &Intent::on(vm("web-01"), act));
    }
}

#[test]
fn quotes_keep_everything_that_is_inside_them() {
    for (typed, name) in [
        (r#""say \"hi\"""#, r#"say "hi""#),
        (r#""C:\temp\\x""#, r"C:\temp\x"),
        (r#"'it's broken'"#, "it's broken"),
        (r#"l'image"#, "l'image"),
        (r#""He said “hi” to me""#, "He said “hi” to me"),
        (r#""mode:memory""#, "mode:memory"),
        (r#""--children""#, "--children"),
        ("12:30", "12:30"),
        ("2026-11-22T14:05", "2026-11-22T14:05"),
        ("5\"disk", "5\"disk"),
        ("a/b%c", "a/b%c"),
        ("-x", "-x"),
    ] {
        means(&format!("take web-01 {typed}"), &take(Some(name)));
    }
    means("list \"C:\\vm one\"", &Intent::List { vm: vm("C:\\vm one") });
    means("list \"web:01\"", &Intent::List { vm: vm("web:01") });
    means("list vm:web:01", &Intent::List { vm: vm("web:01") });
    means("list \" web-01 \"", &Intent::List { vm: vm(" web-01 ") });
    means("list DC1/test/web-02", &Intent::List { vm: vm("DC1/test/web-02") });
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_a_right_command() {
    for (text, said) in [
        ("", "empty: /snapshot take web-01 \"before upgrade\""),
        (" /snapshot ", "empty: /snapshot take web-01 \"before upgrade\""),
        ("tkae web-01", "unknown_verb at 1: /snapshot take web-01"),
        ("/snapshot tkae web-01", "unknown_verb at 11: /snapshot take web-01"),
        ("power on web-01", "unknown_verb at 1: /snapshot power-on web-01"),
        ("frobnicate web-01", "unknown_verb at 1: /snapshot help take"),
        ("explain tkae web-01", "unknown_verb at 9: /snapshot explain take web-01"),
        ("take web-01 kep:3d", "unknown_option at 13: /snapshot take web-01 keep:3d"),
        ("take web-01 --kep 3d", "unknown_option at 15: /snapshot take web-01 --keep 3d"),
        ("take web:01", "unknown_option at 6: /snapshot take \"web:01\""),
        ("list web-01 mode:disk", "option_not_for at 13: /snapshot list web-01"),
        ("take web-01 mode:memroy", "unknown_value at 18: /snapshot take web-01 mode:memory"),
        ("take web-01 mode:x", "unknown_value at 18: /snapshot take web-01 mode:memory"),
        (
            "delete db-01 #2 children:maybe",
            "unknown_value at 26: /snapshot delete web-01 \"before upgrade\" children:yes",
        ),
        ("take web-01 mode:", "missing_value at 13: /snapshot take web-01 mode:memory"),
        ("take web-01 --keep", "missing_value at 15: /snapshot take web-01 keep:3d"),
        ("list web-01 vcenter:\"\"", "missing_value at 13: /snapshot take web-01 vcenter:paris"),
        ("revert web-01 \"\"", "missing_value at 15: /snapshot revert web-01 snapshot:\"before upgrade\""),
        ("take web-01 keep:3d keep:4d", "repeated at 21: /snapshot take web-01 keep:3d"),
        ("take web-01 x name:y", "repeated at 15: /snapshot take web-01 name:\"before upgrade\""),
        (
            "revert web-01 #1 stay-off:yes power:off",
            "repeated at 31: /snapshot revert web-01 \"before upgrade\" power:off",
        ),
        ("take web-01 \"before", "unbalanced_quote at 13: /snapshot take web-01 \"before upgrade\""),
        ("take web-01 name:'x", "unbalanced_quote at 18: /snapshot take web-01 \"before upgrade\""),
        ("take", "missing_vm: /snapshot take web-01 \"before upgrade\""),
        ("delete-all \" \"", "missing_vm: /snapshot delete-all web-01"),
        ("cancel", "missing_request: /snapshot cancel R-7KQ2"),
        ("explain", "missing_verb: /snapshot explain revert web-01"),
        ("explain revert", "missing_vm: /snapshot explain revert web-01"),
        ("edit web-01 #1", "missing_change: /snapshot edit web-01 #1 name:\"before upgrade\""),
        ("take web-01 name:\" \"", "name_empty at 18: /snapshot take web-01 \"before upgrade\""),
        ("take web-01 \"be\u{202e}fore\"", "character_name at 16: /snapshot take web-01 \"before upgrade\""),
        ("take web-01 \"a\\\"b\u{200b}\"", "character_name at 18: /snapshot take web-01 \"before upgrade\""),
        ("take web-01 \"a\nb\"", "character_name at 15: /snapshot take web-01 \"before upgrade\""),
        ("take web-01 keep:soon", "bad_duration at 18: /snapshot take web-01 keep:3d"),
        ("take web-01 keep:-3d", "negative_duration at 18: /snapshot take web-01 keep:3d"),
        ("take web-01 keep:—3 days", "negative_duration at 18: /snapshot take web-01 keep:3d"),
        ("take web-01 keep:0d", "negative_duration at 18: /snapshot take web-01 keep:3d"),
        ("take web-01 keep:11000d", "duration_too_long at 18: /snapshot take web-01 keep:3d"),
        ("cancel foo", "bad_request_id at 8: /snapshot cancel R-7KQ2"),
        ("delete db-01 #0", "bad_number at 14: /snapshot list web-01"),
        ("take web-01 ticket:\"\"", "bad_text_ticket at 20: /snapshot take web-01 ticket:CHG0042117"),
        (
            "take web-01 desc:\"[snapwarden R-7KQ2/1]\"",
            "description_reserved at 19: /snapshot take web-01 description:\"to 8.0.3\"",
        ),
    ] {
        let refused = refusal(text);
        assert!(refused.starts_with(said), "{text:?}\n was {refused}\n not {said}");
    }
}

#[test]
fn words_too_many_are_never_taken_for_a_name() {
    for (text, column, corrected) in [
        ("take web-01 before upgrade", 20, "/snapshot take web-01 \"before upgrade\""),
        ("take web-01 before upgrade keep:3d", 20, "/snapshot take web-01 \"before upgrade\" keep:3d"),
        ("list my vm", 9, "/snapshot list \"my vm\""),
        ("revert web-01 before upgrade", 22, "/snapshot revert web-01 \"before upgrade\""),
        ("delete db-01 #2 with children", 17, "/snapshot delete db-01 #2 children:yes"),
        ("delete db-01 with children", 19, "/snapshot delete db-01 children:yes"),
        ("delete db-01 #2 children", 17, "/snapshot delete db-01 #2 children:yes"),
        ("delete db-01 #2 without children", 17, "/snapshot delete db-01 \"#2 without children\""),
        ("supprimer db-01 #2 avec enfants", 20, "/snapshot delete db-01 #2 children:yes"),
        ("edit db-01 #1 new name", 15, "/snapshot edit db-01 #1 name:\"new name\""),
        ("edit db-01 before upgrade name:x", 19, "/snapshot edit db-01 \"before upgrade\" name:x"),
        ("revert-latest web-01 #2", 22, "/snapshot revert web-01 #2"),
        ("delete-all db-01 \"before\"", 18, "/snapshot delete db-01 \"before\""),
        ("delete-all my vm", 15, "/snapshot delete-all \"my vm\""),
        ("help take web-01", 11, "/snapshot help take"),
        ("cancel R-7KQ2 please", 15, "/snapshot cancel R-7KQ2"),
    ] {
        let error = parse(text).expect_err(text);
        let CommandError::ExtraWords { column: at, corrected: found, .. } = &error else { panic!("{text}: {error:?}") };
        assert_eq!((*at, found.as_str()), (column, corrected), "{text}");
        assert!(parse(found).is_ok(), "{found}");
    }
}

#[test]
fn a_text_that_lacks_its_quotes_never_becomes_a_snapshot() {
    for (text, corrected) in [
        ("delete db-01 ticket:CHG 1", "/snapshot delete db-01 ticket:\"CHG 1\""),
        ("delete db-01 ticket:CHG 1 children:yes", "/snapshot delete db-01 ticket:\"CHG 1\" children:yes"),
        ("take web-01 name:before upgrade", "/snapshot take web-01 name:\"before upgrade\""),
        (
            "take web-01 description:to 8.0.3 soon keep:3d",
            "/snapshot take web-01 description:\"to 8.0.3 soon\" keep:3d",
        ),
        ("edit db-01 #1 name:new name", "/snapshot edit db-01 #1 name:\"new name\""),
        ("edit db-01 name:new name", "/snapshot edit db-01 name:\"new name\""),
    ] {
        let error = parse(text).expect_err(text);
        let CommandError::ExtraWords { corrected: found, .. } = &error else { panic!("{text}: {error:?}") };
        assert_eq!(found, corrected, "{text}");
        assert_eq!(error.example(), corrected);
    }
    let ticket = |snapshot| delete(snapshot, false).with_ticket("CHG1".into());
    means("delete db-01 ticket:CHG1 #1", &ticket(Some(SnapshotSelector::Number(1))));
    means("delete db-01 ticket:CHG1 \"before\"", &ticket(quoted("before")));
    means("delete db-01 ticket:\"CHG1\" before", &ticket(named("before")));
    means("delete ticket:CHG1 db-01 before", &ticket(named("before")));
    means("take name:x web-01", &take(Some("x")));
}

#[test]
fn an_error_repeats_no_more_than_a_card_can_show() {
    let long = "x".repeat(3_000);
    for text in [
        long.clone(),
        format!("take web-01 mode:{long}"),
        format!("cancel {long}"),
        format!("take web-01 {}", "x ".repeat(1_500)),
        format!("take web-01 a {long}"),
    ] {
        let error = parse(&text).unwrap_err();
        assert!(serde_json::to_string(&error).unwrap().len() < 1_000, "{error:?}");
        assert!(error.example().len() < 500);
    }
}

#[test]
fn limits_are_checked_at_their_edge() {
    let long = "x".repeat(NAME_MAX_CHARS);
    means(&format!("take web-01 {long}"), &take(Some(&long)));
    assert_eq!(
        parse(&format!("take web-01 {long}x")),
        Err(CommandError::ValueTooLong { parameter: Parameter::Name, limit: 80, length: 81, column: 93 })
    );
    let fits = format!("list {}", "é".repeat(COMMAND_MAX_CHARS - 5));
    assert!(parse(&fits).is_ok());
    assert_eq!(parse(&"🚀".repeat(10_240)), Err(CommandError::TooLong { limit: 4_000, length: 10_240 }));
    let text = "x".repeat(DESCRIPTION_MAX_CHARS + 1);
    assert!(matches!(
        parse(&format!("take web-01 description:{text}")),
        Err(CommandError::ValueTooLong { parameter: Parameter::Description, column: 1_049, .. })
    ));
    means("take web-01 description:\"\"", &take(None));
}

#[test]
fn an_error_survives_being_written_down() {
    let error = parse("take web-01 kep:3d").unwrap_err();
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<CommandError>(&json).unwrap(), error);
}

/// The page that people read; it must not promise what the grammar does not do, nor hide what it does.
const PAGE: &str = include_str!("../../../docs/commands.md");

#[test]
fn every_command_of_the_documentation_is_right() {
    let commands: Vec<&str> = PAGE.lines().filter(|line| line.starts_with(COMMAND_PREFIX)).collect();
    assert!(commands.len() > 20, "the examples are gone");
    for command in &commands {
        assert!(parse(command).is_ok(), "{command}: {:?}", parse(command));
    }
    for verb in Verb::ALL {
        let shown = commands.iter().any(|command| parse(command).map(|intent| intent.verb()) == Ok(verb));
        assert!(shown, "docs/commands.md has no example of {verb}");
    }
}

#[test]
fn the_documentation_knows_every_word_and_every_limit() {
    let unaccented = PAGE.replace(['é', 'è'], "e");
    for verb in Verb::ALL {
        for alias in verb.words() {
            assert!(unaccented.contains(&format!("`{alias}`")), "docs/commands.md lacks `{alias}`");
        }
    }
    for key in Parameter::ALL {
        for alias in key.spec().keys.iter().filter(|alias| !["stayoff", "rester-eteinte"].contains(alias)) {
            let found = unaccented.contains(&format!("`{alias}:"));
            assert!(found, "docs/commands.md lacks `{alias}:`");
        }
    }
    let forms =
        ["12h", "3d", "3j", "2w", "1d12h", "until friday 18:00", "until tomorrow", "until 27/11", "until 2026-11-27"];
    for form in forms {
        assert!(duration::until_or_for(form).is_ok(), "{form}");
        assert!(PAGE.contains(&format!("`{form}`")), "docs/commands.md lacks {form}");
    }
    for limit in ["4,000", "1 to 80", "1,024", "64", "3,650"] {
        assert!(PAGE.contains(limit), "docs/commands.md lacks the limit {limit}");
    }
    assert_eq!(
        (COMMAND_MAX_CHARS, NAME_MAX_CHARS, DESCRIPTION_MAX_CHARS, TICKET_MAX_CHARS, duration::KEEP_MAX_DAYS),
        (4_000, 80, 1_024, 64, 3_650),
        "a limit was changed: change docs/commands.md and this line"
    );
}
