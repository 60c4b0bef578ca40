use super::*;

#[test]
fn a_key_is_made_once_whole_and_private() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(UNFINISHED), "half of").unwrap(); // as a start that was killed leaves it
    token_key(dir.path()).unwrap();
    let path = dir.path().join(TOKEN_KEY);
    let first = fs::read(&path).unwrap();
    assert_eq!(first.len(), 32);
    token_key(dir.path()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), first);
    assert!(!dir.path().join(UNFINISHED).exists());
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777, 0o600);
}

#[test]
fn where_it_cannot_be_written_none_is_left() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(UNFINISHED)).unwrap(); // refuses to be written, for root as well
    let error = token_key(dir.path()).err().unwrap().to_string();
    assert!(error.contains("token.key cannot be written: "), "{error}");
    assert!(!dir.path().join(TOKEN_KEY).exists());
}

#[test]
fn what_is_no_key_is_explained_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    for (bytes, said) in
        [(&b""[..], "token.key is empty"), (b"short", "token.key holds 5 bytes"), (&[7; 33], "holds 33 bytes")]
    {
        fs::write(dir.path().join(TOKEN_KEY), bytes).unwrap();
        let error = token_key(dir.path()).err().unwrap().to_string();
        assert!(error.contains(said) && error.contains("remove it: the next start makes a new one"), "{error}");
    }
}
