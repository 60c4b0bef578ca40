use super::*;

#[test]
fn a_published_head_is_read_as_it_is_written() {
    let text = format!("17:{}", "0a".repeat(32));
    let head: Published = text.parse().unwrap();
    assert_eq!((head.0.seq, head.to_string()), (17, text.clone()));
    assert_eq!(text.to_ascii_uppercase().parse(), Ok(head));
    for wrong in
        ["", "17", "17:", "17:0a", ":", &text.replace("17", "-1"), &text.replace("0a", "0g"), &format!("{text}0")]
    {
        assert!(wrong.parse::<Published>().unwrap_err().contains("SEQ:HASH"), "{wrong}");
    }
}
