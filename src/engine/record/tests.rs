use super::*;

#[test]
fn a_row_is_written_with_its_version_and_read_with_or_without_one() {
    let at: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    let row = ("slack/Ev01".to_owned(), at);
    let bytes = write(&row).unwrap();
    assert_eq!(bytes, br#"{"v":1,"row":["slack/Ev01","2026-11-22T08:00:00Z"]}"#);
    assert_eq!(read::<(String, Timestamp)>("seen/slack/Ev01", &bytes), Ok(row.clone()));
    let released = br#"["slack/Ev01","2026-11-22T08:00:00Z"]"#;
    assert_eq!(read::<(String, Timestamp)>("seen/slack/Ev01", released), Ok(row));
    assert_eq!(read::<u64>("meta/last-seq", b"12"), Ok(12));
}

#[test]
fn a_row_of_a_newer_version_is_refused_by_its_key_and_both_versions() {
    for newer in [r#"{"v":2,"row":12}"#, r#"{"v":2,"rows":[12]}"#] {
        let Err(StoreError::Io(why)) = read::<u64>("meta/last-seq", newer.as_bytes()) else { panic!("{newer}") };
        assert!(why.starts_with("row meta/last-seq has format 2, and this program reads formats up to 1"), "{why}");
    }
}

#[test]
fn a_row_that_is_not_what_its_version_writes_is_refused_by_its_key() {
    for odd in [r#"{"v":1}"#, r#"{"v":1,"row":"twelve"}"#, r#"{"v":-1,"row":12}"#, r#""twelve""#] {
        let Err(StoreError::Io(why)) = read::<u64>("meta/last-seq", odd.as_bytes()) else { panic!("{odd}") };
        assert!(why.starts_with("row meta/last-seq cannot be read"), "{why}");
    }
}
