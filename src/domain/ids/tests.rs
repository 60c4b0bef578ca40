use super::*;

#[test]
fn request_ids_read_back_however_they_are_typed() {
    let id = RequestId::from_bits(123_456);
    for typed in [id.as_str().to_owned(), id.as_str().to_lowercase(), id.as_str().replace("R-", "")] {
        assert_eq!(RequestId::parse(&typed), Some(id.clone()), "{typed}");
    }
    for wrong in ["", "R-", "R-7KQ", "R-7KQ2X", "R-0OIL", "wéb1"] {
        assert_eq!(RequestId::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_platforms_ids_are_read_as_they_were_written() {
    for text in ["a:T1/U1", "b:&4711", "a:x:y", "snapwarden", "", ":", ":x", "a:"] {
        let account = Account::from(text);
        assert_eq!(account.to_string(), text);
        let stored = serde_json::to_string(&account).unwrap();
        assert_eq!(stored, serde_json::to_string(text).unwrap());
        assert_eq!(serde_json::from_str::<Account>(&stored).unwrap(), account);
    }
    let channel = ChannelId::from("a:C1");
    assert_eq!((channel.platform(), channel.id()), ("a", "C1"));
    assert_eq!((channel.on("a"), channel.on("b"), channel.on("")), (Some("C1"), None, None));
    assert_eq!(Account::from("a:b"), Account::new("a", "b"));
}
