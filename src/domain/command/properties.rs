//! What holds for every text, not only for the ones that we thought of.

use proptest::prelude::*;

use super::*;
use crate::domain::act::Act;
use crate::domain::intent::{SnapshotSelector, Verb, VmAct, VmSelector};

/// Texts that look enough like commands to get past the first word.
fn commands() -> impl Strategy<Value = String> {
    let verbs: Vec<&str> = Verb::ALL.into_iter().flat_map(Verb::words).collect();
    let pieces = prop_oneof![
        4 => prop::sample::select(vec![
            "web-01", "\"", "'", "“", "”", "«", "»", ":", "=", "--", "—", "-", "\\", "#2", "#0", "2", "latest", "vm-42",
            "snapshot-1", "R-7KQ2", "children", "with", "name:", "keep:3", "days", "mode:memory", "description:", "yes",
            "\u{202e}", "\u{a0}", "\u{200b}", "\n", "é", "🚀", "stay-off", "vcenter:", "power:", "ticket=", "--help",
            "kep:", "chidren:", "/", "[snapwarden", "-3d", "9999999999999999999999d",
        ]).prop_map(str::to_owned),
        2 => prop::sample::select(verbs.clone()).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ];
    let spaced = (pieces, prop::sample::select(vec!["", " ", " ", " "]));
    let rest = prop::collection::vec(spaced.prop_map(|(piece, space)| piece + space), 0..12);
    (prop::sample::select(verbs), rest).prop_map(|(verb, rest)| format!("{verb} {}", rest.concat()))
}

/// Everything that has to hold for the answer to one text.
fn check(text: &str) {
    let Err(error) = parse(text) else { return };
    if let Some(column) = error.column() {
        assert!((1..=text.chars().count()).contains(&column), "{error:?} points outside {text:?}");
        point_at(text, column);
    }
    let example = error.example();
    assert!(parse(&example).is_ok(), "{error:?} shows {example:?}, which is wrong");
    if let CommandError::ExtraWords { corrected, .. } = &error {
        let again = parse(corrected);
        assert!(!matches!(again, Err(CommandError::ExtraWords { .. })), "{text:?} becomes {corrected:?}: {again:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_command_is_answered(text in commands()) {
        check(&text);
    }

    #[test]
    fn a_quoted_name_is_read_back(name in "\\PC{1,20}|.{1,20}|[\"'“”«»\\\\ :=#0-9a-z-]{1,12}|(vm|snapshot)-[0-9]{1,3}") {
        prop_assume!(!name.trim().is_empty());
        let vm = VmSelector::Named { vcenter: None, text: name.clone() };
        prop_assert_eq!(vm_selector(&quote(&name)), Some(vm.clone()));
        prop_assert_eq!(parse(&format!("list {}", quote(&name))), Ok(Intent::List { vm: vm.clone() }));
        prop_assert_eq!(parse(&format!("list vm:{}", quote(&name))), Ok(Intent::List { vm: vm.clone() }));
        let Ok(Intent::Act(VmAct {
            vm: read,
            act: Act::Revert { snapshot: Some(SnapshotSelector::Named { text, .. }), .. },
            ..
        })) = parse(&format!("revert {} {}", quote(&name), quote(&name)))
        else {
            return Err(TestCaseError::fail("no revert"));
        };
        prop_assert_eq!(read, vm);
        prop_assert_eq!(text, name);
    }

    #[test]
    fn a_name_that_is_accepted_has_nothing_hidden(name in any::<String>()) {
        let accepted = |text: &str| names::name_in(&words::Text::of_field(text));
        if let Ok(kept) = accepted(&name) {
            prop_assert!(kept.chars().count() <= NAME_MAX_CHARS && !kept.is_empty());
            let hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
            prop_assert!(!kept.chars().any(hidden), "something hidden");
            prop_assert_eq!(accepted(&kept), Ok(kept.clone()), "a name that was accepted is accepted again");
        }
    }
}
