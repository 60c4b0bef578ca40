use super::*;

fn node(moref: &str, parent: Option<&str>, second: i64) -> Snapshot {
    Snapshot {
        moref: moref.into(),
        parent: parent.map(Moref::from),
        name: moref.to_owned(),
        description: String::new(),
        created: Timestamp::from_second(second).unwrap(),
        power: PowerState::Off,
        quiesced: false,
    }
}

/// a - b - d
///   \ c        and e, a second root
fn forest() -> SnapshotTree {
    let nodes = vec![
        node("e", None, 50),
        node("d", Some("b"), 40),
        node("c", Some("a"), 30),
        node("b", Some("a"), 20),
        node("a", None, 10),
    ];
    SnapshotTree::new(nodes, Some("d".into()))
}

fn names<'a>(nodes: impl IntoIterator<Item = &'a Snapshot>) -> String {
    nodes.into_iter().map(|node| node.name.as_str()).collect()
}

#[test]
fn parents_come_first_and_siblings_by_age() {
    let tree = forest();
    assert_eq!(names(tree.nodes()), "abdce");
    assert_eq!((tree.number(&"c".into()), tree.number(&"x".into())), (Some(4), None));
    assert_eq!(tree.oldest().map(|node| node.name.as_str()), Some("a"));
}

#[test]
fn above_and_below() {
    let tree = forest();
    assert_eq!(names(tree.chain(&"d".into())), "abd");
    assert_eq!(names(tree.descendants(&"a".into())), "bdc");
    assert_eq!(names(tree.children(&"a".into())), "bc");
    assert_eq!((tree.depth(&"d".into()), tree.depth(&"x".into()), tree.max_depth()), (3, 0, 3));
    assert!(tree.chain(&"x".into()).is_empty() && tree.descendants(&"x".into()).is_empty());
}

#[test]
fn what_a_server_tells_wrong_is_no_endless_walk() {
    let odd = vec![
        node("lost", Some("missing"), 1),
        node("own", Some("own"), 2),
        node("round", Some("trip"), 3),
        node("trip", Some("round"), 4),
    ];
    let tree = SnapshotTree::new(odd, Some("missing".into()));
    assert_eq!(names(tree.nodes()), "lostownroundtrip");
    assert_eq!((tree.current(), tree.max_depth()), (None, 2));
}

#[test]
fn a_very_long_chain_is_walked_without_recursion() {
    let parent = |number: i64| (number > 0).then(|| format!("s-{}", number - 1));
    let long = (0..2_000).map(|number| node(&format!("s-{number}"), parent(number).as_deref(), number));
    let tree = SnapshotTree::new(long.collect(), Some("s-1999".into()));
    assert_eq!((tree.max_depth(), tree.descendants(&"s-0".into()).len()), (2_000, 1_999));
}
