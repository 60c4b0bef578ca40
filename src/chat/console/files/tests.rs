use bytes::Bytes;

use super::*;

fn file(name: &str, bytes: usize) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: "text/csv".to_owned(),
        alt: "a table".to_owned(),
        bytes: Bytes::from(vec![b'x'; bytes]),
    }
}

#[test]
fn the_oldest_make_room_and_the_newest_is_always_kept() {
    let mut files = Files::default();
    let ops = || Place::Channel("ops".to_owned());
    for number in 0..5 {
        assert!(files.put(ops(), &MessageId::new(format!("m-{number}")), &[file("a.csv", MAX_BYTES / 3)]));
    }
    let there = |number: usize| files.get(&ops(), &format!("m-{number}"), "a.csv").is_some();
    assert_eq!([0, 1, 2, 3, 4].map(there), [false, false, true, true, true]);
    files.put(ops(), &"huge".into(), &[file("a.csv", MAX_BYTES * 2)]);
    assert!(files.get(&ops(), "huge", "a.csv").is_some());
    assert_eq!(files.kept.len(), 1);
    assert_eq!(files.total, MAX_BYTES * 2);
}

#[test]
fn of_the_answers_to_one_person_the_last_four_are_kept() {
    let mut files = Files::default();
    let alice = || Place::OnlyYou("alice".into());
    files.put(Place::OnlyYou("bob".into()), &"only-you-0".into(), &[file("a.csv", 3)]);
    for number in 1..=6 {
        files.put(alice(), &MessageId::new(format!("only-you-{number}")), &[file("a.csv", 3)]);
    }
    let there = |number: usize| files.get(&alice(), &format!("only-you-{number}"), "a.csv").is_some();
    assert_eq!([1, 2, 3, 6].map(there), [false, false, true, true]);
    assert!(files.get(&Place::OnlyYou("bob".into()), "only-you-0", "a.csv").is_some());
    assert_eq!(files.total, 15);
}

#[test]
fn a_file_is_its_messages_and_its_persons() {
    let mut files = Files::default();
    files.put(Place::OnlyYou("alice".into()), &"only-you-1".into(), &[file("a.csv", 3)]);
    assert!(files.get(&Place::OnlyYou("alice".into()), "only-you-1", "a.csv").is_some());
    assert!(files.get(&Place::OnlyYou("bob".into()), "only-you-1", "a.csv").is_none());
    assert!(files.get(&Place::OnlyYou("alice".into()), "only-you-1", "b.csv").is_none());
    assert!(files.get(&Place::OnlyYou("alice".into()), "only-you-2", "a.csv").is_none());
}

#[test]
fn the_same_files_are_no_change() {
    let mut files = Files::default();
    let ops = || Place::Channel("ops".to_owned());
    assert!(!files.put(ops(), &"m".into(), &[]), "none is what it had");
    assert!(files.put(ops(), &"m".into(), &[file("a.csv", 3)]));
    assert!(!files.put(ops(), &"m".into(), &[file("a.csv", 3)]));
    assert!(files.put(ops(), &"m".into(), &[file("a.csv", 4)]));
    assert!(files.put(ops(), &"m".into(), &[]));
    assert_eq!(files.total, 0);
}
