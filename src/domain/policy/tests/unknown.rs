//! Groups of which it is not known who is in them: what is decided then is what would be decided whoever is.

use super::drawn::Dice;
use super::*;

/// So many rule sets are drawn.
const CASES: u64 = 2_000;

fn with(policy: &Policy, certain: &[Group], unknown: &[Group]) -> Policy {
    let mut policy = policy.clone();
    let me = policy.people.iter_mut().find(|person| person.id.as_str() == "me").unwrap();
    me.groups = certain.to_vec();
    me.unknown_groups = unknown.to_vec();
    policy
}

/// Every way in which it may turn out.
fn outcomes(certain: &[Group], unknown: &[Group]) -> Vec<Vec<Group>> {
    let mut all = vec![certain.to_vec()];
    for group in unknown {
        let more = all.iter().map(|groups| [groups.as_slice(), std::slice::from_ref(group)].concat());
        all.extend(more.collect::<Vec<_>>());
    }
    all
}

#[test]
fn something_is_allowed_only_where_it_is_whoever_is_in_the_group() {
    let me = PersonId::new("me");
    let (mut allowed, mut open) = (0, 0);
    for number in 0..CASES {
        let mut dice = Dice::new(number);
        let policy = dice.rules().policy();
        let names = ["web", "db", "ops", "night"].map(Group::new);
        let (mut certain, mut unknown) = (Vec::new(), Vec::new());
        for group in names {
            match dice.below(3) {
                0 => certain.push(group),
                1 => unknown.push(group),
                _ => {}
            }
        }
        let before = with(&policy, &certain, &unknown);
        let verb = *dice.pick(&PolicyVerb::ALL);
        let target = Target { tags: Some(BTreeSet::new()), ..vm("web-01") };
        let decision = before.decide(&me, verb, &target);
        let each: Vec<Decision> = outcomes(&certain, &unknown)
            .iter()
            .map(|groups| with(&policy, groups, &[]).decide(&me, verb, &target))
            .collect();
        let all = |is: fn(&Decision) -> bool| each.iter().all(is);
        match &decision {
            Decision::Allowed { .. } => {
                allowed += 1;
                assert!(all(|one| matches!(one, Decision::Allowed { .. })), "case {number}: {each:?}");
            }
            Decision::Denied { .. } => {
                assert!(all(|one| matches!(one, Decision::Denied { .. })), "case {number}: {each:?}");
            }
            Decision::NoRule { .. } => {
                assert!(!each.iter().any(|one| matches!(one, Decision::Allowed { .. })), "case {number}: {each:?}");
            }
            Decision::GroupsUnknown { groups, .. } => {
                open += 1;
                assert!(!groups.is_empty() && groups.iter().all(|group| unknown.contains(group)), "case {number}");
                assert!(!all(|one| matches!(one, Decision::Allowed { .. })), "case {number}: it would not matter");
            }
            Decision::TagsUnknown { .. } | Decision::UnknownPerson => panic!("case {number}: {decision:?}"),
        }
        let rule = dice.rule("approval".to_owned()).parsed_approval();
        let verdict = may_approve(&before, &me, &rule, &PersonId::new("other"));
        let each = outcomes(&certain, &unknown);
        let each =
            each.iter().map(|groups| may_approve(&with(&policy, groups, &[]), &me, &rule, &PersonId::new("other")));
        let yes = each.filter(|one| *one == ApproverVerdict::Yes).count();
        match verdict {
            ApproverVerdict::Yes => assert_eq!(yes, 1 << unknown.len(), "case {number}"),
            ApproverVerdict::NotInGroup { .. } => assert_eq!(yes, 0, "case {number}"),
            ApproverVerdict::GroupsUnknown { .. } => assert!((1..1 << unknown.len()).contains(&yes), "case {number}"),
            ApproverVerdict::OwnRequest | ApproverVerdict::UnknownPerson => panic!("case {number}"),
        }
    }
    told!(
        "rights: {CASES} rule sets with unknown groups, {allowed} allowed, {open} left open, 0 allowed more than they may"
    );
    assert!(allowed > 100 && open > 100, "{allowed} allowed, {open} open");
}

#[test]
fn who_may_be_an_administrator_or_an_approver_is_neither() {
    let mut policy = small_world();
    let group = |name: &str| Group::new(name);
    let dave = policy.people.iter_mut().find(|person| person.name == "dave").unwrap();
    dave.unknown_groups = vec![group("administrators"), group("approvers")];
    let dave = PersonId::new("dave");
    assert!(!policy.is_administrator(&dave) && !policy.is_in(&dave, &[group("approvers")]));
    let verdict = may_approve(&policy, &dave, &policy.approvals[0], &PersonId::new("alice"));
    assert_eq!(verdict, ApproverVerdict::GroupsUnknown { groups: vec![group("approvers")] });
    let own = may_approve(&policy, &dave, &policy.approvals[0], &dave);
    assert_eq!(own, ApproverVerdict::OwnRequest, "whatever the group says");
    assert_eq!(policy.undecided(&dave, &policy.administrators), Some(vec![group("administrators")]));
    assert_eq!(policy.undecided(&"bob".into(), &policy.administrators), None, "that he is none is known");
    assert!(!policy.may_release(&dave, &"carol".into(), &vm("web-01")), "he may share a group with her");
    policy.denies.push(rule(&["approvers"], &["take"], &["*"]));
    policy.grants.push(rule(&["night"], &["take"], &["*"]));
    policy.people.iter_mut().find(|person| person.name == "dave").unwrap().groups = vec![group("night")];
    let denied = policy.denies[0].line.clone();
    let open = Decision::GroupsUnknown { groups: vec![group("approvers")], by: denied };
    assert_eq!(policy.decide(&dave, PolicyVerb::Take, &vm("web-01")), open, "a deny for a group he may be in");
}
