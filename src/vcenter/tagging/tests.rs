//! Which tags are asked about, and which answers are refused.

use super::*;

fn id(length: usize) -> String {
    format!("urn:{}", "x".repeat(length - 4))
}

#[test]
fn an_account_that_sees_no_tag_is_not_one_without_tags() {
    assert_eq!(checked(List(Vec::new())), Err(Unread::NoneVisible));
}

#[test]
fn as_many_tags_are_read_as_can_be_meant_and_not_one_more() {
    let tags = |count: usize| List((0..count).map(|number| format!("urn:{number}")).collect());
    assert_eq!(checked(tags(MOST_TAGS)).map(|ids| ids.len()), Ok(MOST_TAGS));
    let Err(Unread::Failed(why)) = checked(tags(MOST_TAGS + 1)) else { panic!("more than the most are read") };
    assert_eq!(why, "there are 10001 tags, and at most 10000 are read");
}

#[test]
fn an_identifier_is_as_long_as_its_limit_and_plain() {
    assert_eq!(check_id(&id(LONGEST_ID)), Ok(()));
    assert!(check_id(&id(LONGEST_ID + 1)).is_err());
    assert_eq!(check_id("urn:vmomi:InventoryServiceTag:0a-1_b:GLOBAL"), Ok(()));
    for wild in ["", "urn:../session", "urn:a b", "urn:a?~action=x", "urn:é"] {
        assert!(check_id(wild).is_err(), "{wild:?}");
    }
    assert!(checked(List(vec!["urn:1".to_owned(), "a/b".to_owned()])).is_err(), "one of several");
}

#[test]
fn a_vm_is_named_by_its_bare_reference() {
    assert_eq!(moref("vm-42".to_owned()), Ok("vm-42".into()));
    for wild in ["", "vm-42:0a1b", "urn:vm-42", "vm 42"] {
        assert!(moref(wild.to_owned()).is_err(), "{wild:?}");
    }
}

#[test]
fn every_tag_of_a_vm_has_its_category_s_name() {
    let tag = |name: &str, category: &str| TagModel {
        id: format!("urn:{name}"),
        name: name.to_owned(),
        category_id: category.to_owned(),
    };
    let categories: BTreeMap<String, String> =
        [("urn:c1", "tier"), ("urn:c2", "env")].map(|(id, name)| (id.to_owned(), name.to_owned())).into();
    let models = || {
        vec![
            (tag("web", "urn:c1"), vec![Moref::from("vm-1"), Moref::from("vm-2")]),
            (tag("prod", "urn:c2"), vec![Moref::from("vm-2")]),
        ]
    };
    let tags = by_vm(models(), &categories).unwrap();
    assert_eq!(tags[&Moref::from("vm-1")], BTreeSet::from([Tag::new("tier", "web")]));
    assert_eq!(tags[&Moref::from("vm-2")], BTreeSet::from([Tag::new("env", "prod"), Tag::new("tier", "web")]));
    let mut gone = categories;
    gone.remove("urn:c2");
    let why = by_vm(models(), &gone).unwrap_err().to_string();
    assert_eq!(why, "something went away while the tags were read", "a category without a name is no tag");
}

#[test]
fn each_refusal_is_told_as_what_it_is() {
    let until = Timestamp::UNIX_EPOCH;
    for (error, told) in [
        (RestError::Refused("no".to_owned()), Unread::Refused("no".to_owned())),
        (RestError::LoginRefused(until), Unread::LoginRefused(until)),
        (RestError::Failed("broken".to_owned()), Unread::Failed("broken".to_owned())),
    ] {
        assert_eq!(Unread::from(error), told);
    }
}
