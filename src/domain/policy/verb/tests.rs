use super::*;

#[test]
fn names_read_back() {
    for verb in Right::ALL {
        assert_eq!(Right::parse(verb.name()), Some(verb));
        assert_eq!(VerbPattern::parse(verb.name()), Some(VerbPattern::One(verb)));
    }
    assert_eq!(VerbPattern::parse("*"), Some(VerbPattern::Any));
    assert_eq!(VerbPattern::parse("revert latest"), None);
}

#[test]
fn wider_verbs_cover_their_forms_and_nothing_else() {
    let covered = |pattern: &str| -> Vec<&str> {
        let pattern = VerbPattern::parse(pattern).unwrap();
        Right::ALL.into_iter().filter(|verb| pattern.covers(*verb)).map(Right::name).collect()
    };
    assert_eq!(covered("revert"), ["revert", "revert-latest"]);
    assert_eq!(covered("revert-latest"), ["revert-latest"]);
    assert_eq!(covered("delete"), ["delete", "delete-with-children", "delete-older"]);
    assert_eq!(covered("edit"), ["edit", "keep", "hold"]);
    assert_eq!(covered("delete-with-children"), ["delete-with-children"]);
    assert_eq!(covered("delete-all"), ["delete-all"]);
    assert_eq!(covered("release-any"), ["release-any"]);
    let over_people = Right::ALL.into_iter().filter(|right| right.is_over_people()).count();
    assert_eq!(covered("*").len(), Right::ALL.len() - over_people);
    assert!(!covered("*").contains(&"release-any"), "it has to be named");
    assert!(Right::ALL.into_iter().all(|right| VerbPattern::Any.forbids(right)), "a deny of * leaves nothing out");
}
