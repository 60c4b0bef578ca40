use super::*;

#[test]
fn the_last_put_wins_and_a_delete_wins_over_it() {
    let commit = Commit {
        puts: vec![("a".into(), b"1".to_vec()), ("b".into(), b"1".to_vec()), ("a".into(), b"2".to_vec())],
        deletes: vec!["b".into(), "c".into()],
        ..Commit::default()
    };
    let (_, change) = Change::split(commit).unwrap();
    assert_eq!(change.puts, BTreeMap::from([("a".to_owned(), b"2".to_vec())]));
    assert_eq!(change.deletes, BTreeSet::from(["b".to_owned(), "c".to_owned()]));
}

#[test]
fn an_audit_line_that_is_no_object_is_refused() {
    let commit = Commit { audit: vec![Value::from("text")], ..Commit::default() };
    assert!(matches!(Change::split(commit), Err(StoreError::Io(_))));
}
