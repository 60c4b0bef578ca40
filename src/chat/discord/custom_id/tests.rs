use super::*;

#[test]
fn what_is_written_is_read() {
    let token = || "R-7KQ2.approve.0.0123456789abcdef01234567".to_owned();
    let all = [
        CustomId::Press(token()),
        CustomId::Form(token()),
        CustomId::Confirm(token(), false),
        CustomId::Confirm(token(), true),
        CustomId::Menu(4),
        CustomId::No,
    ];
    for id in all {
        assert_eq!(CustomId::read(&id.write()), id);
        assert!(id.write().len() <= super::super::limits::CUSTOM_ID);
    }
    assert_eq!(CustomId::read("f:"), CustomId::Press("f:".to_owned()));
    assert_eq!(CustomId::read("m:x"), CustomId::Press("m:x".to_owned()));
}
