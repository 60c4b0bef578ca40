use super::*;

#[test]
fn the_link_asks_for_nothing_that_rules() {
    let granted = permissions();
    for (what, bit) in [("Administrator", 3), ("Manage Channels", 4), ("Manage Messages", 13), ("Mention Everyone", 17)]
    {
        assert_eq!(granted >> bit & 1, 0, "{what}");
    }
    assert!(
        text(Some("42")).contains("client_id=42&scope=bot%20applications.commands&permissions=309237763072"),
        "{}",
        text(Some("42"))
    );
    assert!(text(None).contains(APPLICATION));
}
