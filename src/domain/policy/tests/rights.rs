//! Ten thousand of each: what the rules say against a second opinion, and what must hold whatever they are.

use super::drawn::Dice;
use super::reference::Said;
use super::*;

/// How many cases each test draws.
const CASES: u64 = 10_000;

fn me() -> PersonId {
    PersonId::new("me")
}

fn said(decision: Decision) -> Said {
    match decision {
        Decision::Allowed { by } => Said::Allowed(by.unwrap()),
        Decision::Denied { by } => Said::Denied(by.unwrap()),
        Decision::TagsUnknown { by } => Said::TagsUnknown(by.unwrap()),
        Decision::GroupsUnknown { by, .. } => panic!("every group is known here: {by:?}"),
        Decision::NoRule { who } => Said::NoRule(who.iter().map(|group| group.as_str().to_owned()).collect()),
        Decision::UnknownPerson => panic!("everybody here is known"),
    }
}

fn allowed(policy: &Policy, verb: PolicyVerb, target: &Target) -> bool {
    matches!(policy.decide(&me(), verb, target), Decision::Allowed { .. })
}

#[test]
fn the_second_opinion_agrees() {
    let mut seen = [0; 4];
    let mut approvals = 0;
    for number in 0..CASES {
        let mut dice = Dice::new(number);
        let (rules, vm, verb) = (dice.rules(), dice.vm(), dice.verb());
        let (policy, target) = (rules.policy(), vm.target());
        let ours = said(policy.decide(&me(), verb, &target));
        assert_eq!(ours, rules.decide(verb.name(), &vm), "case {number}: {verb} on {vm:?} under {rules:#?}");
        let rule = policy.approval(verb, &target).and_then(|rule| rule.line.clone());
        let wanted = rules.approval(verb.name(), &vm).map(|rule| rule.line.clone());
        assert_eq!(rule, wanted, "case {number}: the approval of {verb} on {vm:?} under {rules:#?}");
        approvals += u32::from(rule.is_some());
        seen[match ours {
            Said::Allowed(_) => 0,
            Said::Denied(_) => 1,
            Said::NoRule(_) => 2,
            Said::TagsUnknown(_) => 3,
        }] += 1;
    }
    let [allowed, denied, no_rule, unknown] = seen;
    told!(
        "rights: {CASES} triples, 0 differences ({allowed} allowed, {denied} denied, {no_rule} without a rule, \
         {unknown} for unknown tags; {approvals} under an approval rule)"
    );
    assert!(seen.iter().all(|count| *count >= 100) && approvals >= 100, "the draw is too one-sided: {seen:?}");
}

#[test]
fn a_deny_more_never_allows_more() {
    let mut fewer = 0;
    for number in 0..CASES {
        let mut dice = Dice::new(number);
        let (mut rules, vm, verb) = (dice.rules(), dice.vm(), dice.verb());
        let target = vm.target();
        let before = rules.policy();
        let at = dice.below(rules.denies.len() + 1);
        let more = dice.rule("deny more".to_owned());
        rules.denies.insert(at, more);
        let after = rules.policy();
        let (was, is) = (allowed(&before, verb, &target), allowed(&after, verb, &target));
        assert!(was || !is, "case {number}: {verb} on {vm:?} under {rules:#?}");
        fewer += u32::from(was && !is);
        let (all, left) = (before.groups_that_may(verb, &target), after.groups_that_may(verb, &target));
        assert!(left.iter().all(|group| all.contains(group)), "case {number}: {left:?} of {all:?}");
    }
    told!("rights: {CASES} denies added, 0 allow more ({fewer} allow less)");
    assert!(fewer >= 100, "the denies decide too seldom: {fewer}");
}

#[test]
fn a_rule_with_an_empty_list_is_no_rule() {
    let mut cases = 0;
    for number in 0..CASES / 10 {
        let mut dice = Dice::new(number);
        let (rules, vm, verb) = (dice.rules(), dice.vm(), dice.verb());
        let target = vm.target();
        for list in ["groups", "verbs", "vms"] {
            let mut check = |emptied: Policy, without: Policy| {
                cases += 1;
                let wanted = without.decide(&me(), verb, &target);
                assert_eq!(emptied.decide(&me(), verb, &target), wanted, "case {number}, {list}: {rules:#?}");
            };
            let full = rules.policy();
            for (n, grant) in full.grants.iter().enumerate() {
                let (mut emptied, mut without) = (full.clone(), full.clone());
                emptied.grants[n] = without_list(grant, list);
                without.grants.remove(n);
                check(emptied, without);
            }
            for (n, deny) in full.denies.iter().enumerate() {
                let (mut emptied, mut without) = (full.clone(), full.clone());
                emptied.denies[n] = without_list(deny, list);
                without.denies.remove(n);
                check(emptied, without);
            }
            for (n, rule) in full.approvals.iter().enumerate().filter(|_| list != "groups") {
                let (mut emptied, mut without) = (full.clone(), full.clone());
                let Rule { verbs, vms, .. } = without_list(&rules.approvals[n].parsed(), list);
                emptied.approvals[n] = ApprovalRule { verbs, vms, ..rule.clone() };
                without.approvals.remove(n);
                assert_eq!(emptied.approval(verb, &target), without.approval(verb, &target), "case {number}, {list}");
                check(emptied, without);
            }
            let only = |grant: &Rule| Policy { grants: vec![without_list(grant, list)], ..full.clone() };
            for grant in &full.grants {
                assert!(!allowed(&only(grant), verb, &target), "case {number}, {list}: {grant:?}");
            }
        }
    }
    told!("rights: {cases} rules with one list emptied, 0 of any effect");
    assert!(cases >= 10_000, "{cases}");
}

fn without_list(rule: &Rule, list: &str) -> Rule {
    let mut rule = rule.clone();
    match list {
        "groups" => rule.groups.clear(),
        "verbs" => rule.verbs.clear(),
        _ => rule.vms.clear(),
    }
    rule
}

#[test]
fn unknown_tags_never_allow_more_than_any_tags_would() {
    /// How many sets of tags each case is tried with.
    const SETS: usize = 8;
    let (mut held, mut lost) = (0, 0);
    for number in 0..CASES {
        let mut dice = Dice::new(number);
        let (rules, mut vm, verb) = (dice.rules(), dice.vm(), dice.verb());
        let policy = rules.policy();
        vm.tags = None;
        let unknown = vm.target();
        let may = allowed(&policy, verb, &unknown);
        for _ in 0..SETS {
            vm.tags = Some(dice.tags());
            let known = vm.target();
            let would = allowed(&policy, verb, &known);
            assert!(would || !may, "case {number}: {verb} on {vm:?} under {rules:#?}");
            lost += u32::from(would && !may);
            if may && verb.becomes_request() {
                assert_eq!(policy.approval(verb, &unknown), policy.approval(verb, &known), "case {number}: whose yes");
            }
            let (few, all) = (policy.groups_that_may(verb, &unknown), policy.groups_that_may(verb, &known));
            assert!(few.iter().all(|group| all.contains(group)), "case {number}: {few:?} of {all:?}");
        }
        held += u32::from(may);
    }
    let sets = CASES * SETS as u64;
    told!(
        "rights: {CASES} cases of unknown tags against {sets} sets of tags, 0 allow more ({held} allowed, {lost} allow less)"
    );
    assert!(held >= 100 && lost >= 100, "the draw is too one-sided: {held}, {lost}");
}

#[test]
fn a_rule_without_tags_decides_as_before_where_tags_are_unknown() {
    let policy = small_world();
    assert!(!policy.names_tags());
    for verb in PolicyVerb::ALL {
        for name in ["alice", "bob", "carol", "dave"] {
            for on in ["web-01", "prod-01"] {
                let unknown = vm(on);
                let known = Target { tags: Some([crate::domain::tag::Tag::new("env", "prod")].into()), ..vm(on) };
                let who = PersonId::new(name);
                assert_eq!(
                    policy.decide(&who, verb, &unknown),
                    policy.decide(&who, verb, &known),
                    "{name} {verb} {on}"
                );
            }
        }
    }
}

#[test]
fn unknown_tags_are_refused_by_the_rule_that_depends_on_them() {
    let tagged = |name: &str| Target { tags: Some([crate::domain::tag::Tag::new("env", name)].into()), ..vm("web-01") };
    let unknown = vm("web-01");
    let decide = |policy: &Policy, target: &Target| policy.decide(&PersonId::new("carol"), PolicyVerb::Revert, target);
    let refused = |line: &Option<String>| Decision::TagsUnknown { by: line.clone() };

    let mut policy = small_world();
    policy.denies.push(rule(&["approvers"], &["revert"], &["tag:env/prod"]));
    assert!(policy.names_tags());
    assert_eq!(decide(&policy, &tagged("prod")), Decision::Denied { by: policy.denies[0].line.clone() });
    assert!(matches!(decide(&policy, &tagged("test")), Decision::Allowed { .. }));
    assert_eq!(decide(&policy, &unknown), refused(&policy.denies[0].line));
    assert_eq!(
        policy.groups_that_may(PolicyVerb::Revert, &unknown),
        [Group::new("team-web"), Group::new("administrators")]
    );

    let mut policy = small_world();
    policy.grants = vec![rule(&["approvers"], &["*"], &["tag:env/prod"])];
    assert!(matches!(decide(&policy, &tagged("prod")), Decision::Allowed { .. }));
    assert!(matches!(decide(&policy, &tagged("test")), Decision::NoRule { .. }));
    assert_eq!(decide(&policy, &unknown), refused(&policy.grants[0].line));
    assert_eq!(policy.groups_that_may(PolicyVerb::Revert, &unknown), []);

    let mut policy = small_world();
    policy.approvals.insert(0, approval(&["*"], &["tag:env/prod"], &["administrators"]));
    assert!(matches!(decide(&policy, &tagged("prod")), Decision::Allowed { .. }));
    assert!(matches!(decide(&policy, &tagged("test")), Decision::Allowed { .. }));
    assert_eq!(decide(&policy, &unknown), refused(&policy.approvals[0].line));
    let list = policy.decide(&PersonId::new("carol"), PolicyVerb::List, &unknown);
    assert!(matches!(list, Decision::Allowed { .. }), "to look takes nobody's yes: {list:?}");
    assert_eq!(policy.approval(PolicyVerb::Revert, &unknown), policy.approvals.first(), "the first that may fit");
    assert_eq!(policy.approval(PolicyVerb::Revert, &tagged("test")), policy.approvals.get(1));
}
