use std::sync::Arc;

use super::*;
use crate::domain::ids::PersonId;
use crate::message::model::ShownTo;
use crate::message::words::Locale;

fn person(id: &str, group: &str) -> Person {
    Person {
        id: id.into(),
        name: id.to_owned(),
        groups: vec![group.into()],
        unknown_groups: Vec::new(),
        accounts: Vec::new(),
    }
}

#[test]
fn a_button_for_groups_is_not_for_the_one_who_asked() {
    let sees = |shown_to: &ShownTo, id: &str, group: &str| {
        may_see(&button(Action::Approve, shown_to.clone()), &person(id, group))
    };
    let (except, approved) = (Some(PersonId::from("alice")), vec!["carol".into()]);
    let approvers = ShownTo::Groups { groups: vec!["approvers".into()], except, approved };
    assert!(!sees(&approvers, "carol", "approvers"), "a second yes of one person counts for nothing");
    assert!(sees(&approvers, "bob", "approvers"));
    assert!(!sees(&approvers, "alice", "approvers"));
    assert!(!sees(&approvers, "dave", "team-web"));
    assert!(sees(&ShownTo::Person("dave".into()), "dave", "x"));
    assert!(!sees(&ShownTo::Person("dave".into()), "bob", "x"));
    assert!(sees(&ShownTo::Anyone, "dave", "x"));
    let maybe = Person { unknown_groups: vec!["approvers".into()], ..person("erin", "team-web") };
    assert!(!may_see(&button(Action::Approve, approvers), &maybe), "it is not known whether she approves");
}

fn button(action: Action, shown_to: ShownTo) -> Button {
    Button::from(Look {
        action,
        token: action.word().to_owned(),
        label: action.word().to_owned(),
        style: ButtonStyle::Plain,
        shown_to,
        input: None,
        confirm: None,
    })
}

#[test]
fn who_cannot_decide_reads_why() {
    let groups = vec!["approvers".into(), "platform".into()];
    let card = |locale: Locale| Card {
        locale,
        tone: Tone::Waiting,
        tone_word: "waiting".to_owned(),
        title: "Revert?".to_owned(),
        blocks: Vec::new(),
        buttons: vec![
            button(
                Action::Approve,
                ShownTo::Groups {
                    groups: groups.clone(),
                    except: Some("alice".into()),
                    approved: vec!["carol".into()],
                },
            ),
            button(Action::Withdraw, ShownTo::Person("alice".into())),
        ],
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: Some("awaiting_approval".to_owned()),
    };
    let said = |locale: Locale, id: &str, group: &str| {
        let kept = Kept { id: "m-1".into(), ts: Timestamp::UNIX_EPOCH, card: Arc::new(card(locale)) };
        let reader = person(id, group);
        let message = message(&kept, Where::Channel("ops"), Some(&reader));
        (message.why.clone(), message.plain.lines().last().unwrap().to_owned())
    };
    let own = "You asked for this, so somebody else decides.";
    assert_eq!(said(Locale::En, "alice", "approvers"), (Some(own.to_owned()), format!("  {own}")));
    let others = "Only @approvers or @platform decide this.";
    assert_eq!(said(Locale::En, "dave", "team-web"), (Some(others.to_owned()), format!("  {others}")));
    let twice = "You have approved this; somebody else has to as well.";
    assert_eq!(said(Locale::En, "carol", "platform").0.as_deref(), Some(twice));
    assert_eq!(said(Locale::En, "bob", "platform"), (None, "[approve]".to_owned()));
    let own = "Vous avez fait cette demande\u{a0}: quelqu'un d'autre décide.";
    assert_eq!(said(Locale::Fr, "alice", "team-web").0.as_deref(), Some(own));
    let others = "Seul un membre de @approvers ou @platform décide.";
    assert_eq!(said(Locale::Fr, "dave", "team-web").0.as_deref(), Some(others));
    let kept = Kept { id: "m-1".into(), ts: Timestamp::UNIX_EPOCH, card: Arc::new(card(Locale::En)) };
    assert_eq!(message(&kept, Where::Channel("ops"), None).why, None, "without a reader there is nobody to tell");
}
