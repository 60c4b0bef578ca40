use super::*;

#[test]
fn a_private_answer_goes_to_the_channel_only_where_others_are_in_it() {
    let to = |channel: Option<&str>| To {
        user: "U1".to_owned(),
        channel: channel.map(str::to_owned),
        response_url: None,
        replaces: false,
    };
    // Ids that end with a D are no direct messages, and those that begin with one are, however they end.
    for (channel, shared) in [("C1", true), ("C1D", true), ("GD", true), ("D1", false), ("D1C", false), ("D", false)] {
        assert_eq!(to(Some(channel)).shared_channel(), shared.then_some(channel));
    }
    assert_eq!(to(None).shared_channel(), None);
}
