use super::*;
use crate::message::model::Tone;
use crate::message::words::Locale;

fn card(title: &str) -> Card {
    Card {
        locale: Locale::En,
        tone: Tone::Info,
        tone_word: "info".to_owned(),
        title: title.to_owned(),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn titles(messages: &Messages, channel: &str) -> Vec<String> {
    messages.of(channel).iter().map(|kept| kept.card.title.clone()).collect()
}

#[test]
fn an_edit_keeps_the_place_and_a_second_post_is_no_twin() {
    let mut messages = Messages::default();
    let ops = "ops";
    assert_eq!(messages.put(ops, &"m-1".into(), at(1), &card("one")), Put::Added);
    assert_eq!(messages.put(ops, &"m-2".into(), at(2), &card("two")), Put::Added);
    assert_eq!(messages.put(ops, &"m-1".into(), at(3), &card("one, changed")), Put::Changed);
    assert_eq!(messages.put(ops, &"m-1".into(), at(4), &card("one, changed")), Put::Same);
    assert_eq!(titles(&messages, "ops"), ["one, changed", "two"]);
    assert_eq!(messages.of(ops)[0].ts, at(1));
    assert!(messages.of("web-team").is_empty());
}

#[test]
fn a_restart_restores_the_order_of_the_first_posting() {
    let mut messages = Messages::default();
    let ops = "ops";
    messages.put(ops, &"new".into(), at(100), &card("new"));
    assert_eq!(messages.restore(ops, &"b".into(), at(20), &card("b")), Put::Added);
    assert_eq!(messages.restore(ops, &"a".into(), at(10), &card("a")), Put::Added);
    assert_eq!(messages.restore(ops, &"a".into(), at(10), &card("a")), Put::Same);
    assert_eq!(titles(&messages, "ops"), ["a", "b", "new"]);
    assert_eq!(messages.restore(ops, &"a".into(), at(30), &card("a later")), Put::Changed);
    assert_eq!(titles(&messages, "ops"), ["b", "a later", "new"]);
}

#[test]
fn the_oldest_makes_room() {
    let mut messages = Messages::default();
    let ops = "ops";
    for n in 0..=MESSAGES_PER_CHANNEL {
        messages.put(ops, &MessageId::new(format!("m-{n}")), at(n as i64), &card(&n.to_string()));
    }
    let kept = titles(&messages, "ops");
    assert_eq!(kept.len(), MESSAGES_PER_CHANNEL);
    assert_eq!(kept[0], "1");
}
