use super::*;

#[test]
fn no_word_is_passed_over_that_was_meant() {
    // Every word of up to four of these; the last two share a bit.
    let signs = ['a', 'b', 'z', '\u{e9}', '\u{129}'];
    let mut words = vec![String::new()];
    let mut from = 0;
    for _ in 0..4 {
        let to = words.len();
        for at in from..to {
            words.extend(signs.map(|c| format!("{}{c}", words[at])));
        }
        from = to;
    }
    for typed in words.iter().filter(|word| word.chars().count() > 1) {
        for known in words.iter().step_by(3) {
            let errors = strsim::osa_distance(typed, known);
            assert_eq!(distance(typed, known), (errors <= 1).then_some(errors), "{typed} {known}");
        }
    }
}

#[test]
fn the_grammars_words_are_compared_without_accents_and_dashes() {
    for (typed, folded) in [
        ("Créer", "creer"),
        ("cre\u{301}er", "creer"),
        ("DELETE_ALL", "delete-all"),
        ("delete\u{2011}all", "delete-all"),
        ("\u{feff}take", "take"),
    ] {
        assert_eq!(fold(typed), folded);
    }
}

#[test]
fn names_are_the_same_only_if_they_look_the_same() {
    for (one, other) in [
        ("Web-01", "web-01"),
        (" web-01\u{200b}", "web-01"),
        ("cafe\u{301}", "CAFÉ"),
        ("before\u{a0}upgrade", "before upgrade"),
    ] {
        assert_eq!(loose(one), loose(other), "{one:?}");
    }
    for (one, other) in [
        ("web-01", "web\u{2011}01"),
        ("cafe", "café"),
        ("before  upgrade", "before upgrade"),
        ("web-0\u{200b}1", "web-01"),
        ("weB-O1", "web-01"),
        ("ﬁle", "file"),
    ] {
        assert_ne!(loose(one), loose(other), "{one:?}");
    }
}

#[test]
fn a_slip_is_near_and_another_word_is_not() {
    assert_eq!(distance("tkae", "take"), Some(1));
    assert_eq!(distance("lisst", "list"), Some(1));
    assert_eq!(distance("web-01", "take"), None);
    assert_eq!(distance("a", "b"), None);
    assert_eq!(nearest("del", ["delete-all", "delete"].into_iter()), Some("delete"));
    assert_eq!(nearest("zzz", ["delete-all", "delete"].into_iter()), None);
}
