use super::*;

#[test]
fn an_answer_ends_within_its_pages_and_bytes_or_not_at_all() {
    let mut pages = Pages::default();
    (0..MOST_PAGES).for_each(|_| pages.count(1, 1_000).unwrap());
    let Err(WireError::NoAnswer(why)) = pages.count(1, 1_000) else { panic!("it goes on for ever") };
    assert_eq!(
        why,
        "vCenter's answer does not end: 4001 pages with 4001 objects in 3 MiB, and it says that there is more"
    );
    let mut pages = Pages::default();
    (0..8).for_each(|_| pages.count(0, 64 << 20).unwrap());
    assert!(pages.count(0, 1).is_err());
    assert!(Pages::default().count(MOST_OBJECTS + 1, 1).is_err());
}
