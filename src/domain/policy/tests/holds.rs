//! Who may take off a hold: the holder, their groups, and who has the right by name.

use super::*;

fn may(policy: &Policy, name: &str, holder: &str) -> bool {
    policy.may_release(&name.into(), &holder.into(), &vm("web-01"))
}

fn groups(policy: &Policy, holder: &str) -> Vec<String> {
    policy.groups_that_release(&holder.into(), &vm("web-01")).iter().map(ToString::to_string).collect()
}

#[test]
fn a_hold_is_taken_off_by_its_holder_and_who_shares_a_group_with_them() {
    let policy = small_world();
    assert!(may(&policy, "carol", "carol") && may(&policy, "dave", "dave"), "one's own");
    assert!(may(&policy, "bob", "carol"), "both are approvers");
    assert!(!may(&policy, "alice", "carol"), "every verb of a * is not this right");
    assert!(!may(&policy, "dave", "carol") && !may(&policy, "carol", "dave"), "who is in no group shares none");
    assert!(!may(&policy, "mallory", "mallory"), "a stranger has nothing");
    // An approver may not hold anything on this VM, so it is no use to be told of them.
    assert_eq!(groups(&policy, "carol"), ["administrators"]);
    assert_eq!(groups(&policy, "dave"), [""; 0]);
}

#[test]
fn the_right_to_release_any_hold_has_to_be_named_and_a_deny_takes_it_away() {
    let mut policy = small_world();
    policy.grants.push(rule(&["team-web"], &["release-any"], &["web-*"]));
    assert!(may(&policy, "alice", "carol"));
    assert!(!policy.may_release(&"alice".into(), &"carol".into(), &vm("db-01")), "on another VM");
    assert_eq!(groups(&policy, "carol"), ["administrators", "team-web"]);
    policy.denies.push(rule(&["team-web"], &["*"], &["*"]));
    assert!(!may(&policy, "alice", "carol"));
    assert_eq!(groups(&policy, "carol"), ["administrators"]);
}

#[test]
fn what_somebody_held_who_is_gone_is_released_by_administrators() {
    let mut policy = small_world();
    assert!(may(&policy, "carol", "zoe"), "an administrator");
    assert!(!may(&policy, "alice", "zoe") && !may(&policy, "bob", "zoe"));
    assert_eq!(groups(&policy, "zoe"), ["administrators"]);
    // Of a holder who is known, being an administrator alone is not enough.
    policy.people.push(person("zoe", &["night"]));
    assert!(!may(&policy, "carol", "zoe"));
    policy.people.pop();
    policy.administrators.clear();
    assert!(!may(&policy, "carol", "zoe"));
    assert_eq!(groups(&policy, "zoe"), [""; 0]);
}

#[test]
fn unknown_tags_release_nothing() {
    let mut policy = small_world();
    policy.grants.push(rule(&["team-web"], &["release-any"], &["tag:env/test"]));
    let tagged = Target { tags: Some([crate::domain::tag::Tag::new("env", "test")].into()), ..vm("web-01") };
    assert!(policy.may_release(&"alice".into(), &"carol".into(), &tagged));
    assert!(!may(&policy, "alice", "carol"));
}
