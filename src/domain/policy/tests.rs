//! The rules against examples that people will meet, and against a second evaluator that is written without any care for speed.

use proptest::prelude::*;

use super::*;
use crate::domain::ids::{Moref, VCenterName, VmRef};

mod accounts;
mod drawn;
mod holds;
mod reference;
mod rights;
mod unknown;

impl Policy {
    /// Who is in a group is not known any more, but for those of whom the configuration says so.
    pub(crate) fn lose_members(&mut self, group: &str) {
        let group = Group::from(group);
        for person in self.people.iter_mut().filter(|person| !person.groups.contains(&group)) {
            person.unknown_groups.push(group.clone());
        }
        self.unknown_groups.insert(group);
    }
}

fn vm(name: &str) -> Target {
    Target {
        vm: VmRef { vcenter: VCenterName::new("paris"), moref: Moref::new(format!("vm-{name}")) },
        instance_uuid: None,
        name: name.to_owned(),
        path: format!("DC1/web/{name}"),
        tags: None,
    }
}

fn person(name: &str, groups: &[&str]) -> Person {
    Person {
        id: PersonId::new(name),
        name: name.to_owned(),
        groups: groups.iter().map(|group| Group::new(*group)).collect(),
        unknown_groups: Vec::new(),
        accounts: Vec::new(),
    }
}

fn rule(groups: &[&str], verbs: &[&str], vms: &[&str]) -> Rule {
    Rule {
        groups: groups.iter().map(|group| Group::new(*group)).collect(),
        verbs: verbs.iter().map(|verb| VerbPattern::parse(verb).unwrap()).collect(),
        vms: vms.iter().map(|pattern| VmPattern::parse(pattern).unwrap()).collect(),
        line: Some(format!("rule for {groups:?}")),
    }
}

fn approval(verbs: &[&str], vms: &[&str], approvers: &[&str]) -> ApprovalRule {
    let Rule { groups, verbs, vms, line } = rule(approvers, verbs, vms);
    ApprovalRule {
        verbs,
        vms,
        approvers: groups,
        needed: 1,
        expires: SignedDuration::from_mins(30),
        self_approval: false,
        ticket_pattern: None,
        break_glass: Vec::new(),
        safety: false,
        line,
    }
}

fn small_world() -> Policy {
    Policy {
        people: vec![
            person("alice", &["team-web"]),
            person("bob", &["approvers"]),
            person("carol", &["administrators", "approvers"]),
            person("dave", &[]),
        ],
        grants: vec![
            rule(&["team-web"], &["*"], &["*", "!prod-*"]),
            rule(&["administrators"], &["*"], &["*"]),
            rule(&["approvers"], &["list"], &["*"]),
        ],
        denies: Vec::new(),
        approvals: vec![approval(&["revert", "delete-with-children", "delete-all"], &["*"], &["approvers"])],
        administrators: vec![Group::new("administrators")],
        ..Policy::default()
    }
}

fn decide(policy: &Policy, name: &str, verb: PolicyVerb, target: &str) -> Decision {
    policy.decide(&PersonId::new(name), verb, &vm(target))
}

#[test]
fn what_is_granted_is_allowed_and_all_else_is_not() {
    let policy = small_world();
    let allowed =
        |name: &str, verb, target: &str| matches!(decide(&policy, name, verb, target), Decision::Allowed { .. });
    assert!(allowed("alice", PolicyVerb::DeleteAll, "web-01"));
    assert!(!allowed("alice", PolicyVerb::List, "prod-01"));
    assert!(!allowed("alice", PolicyVerb::List, "PROD-01"));
    assert!(allowed("bob", PolicyVerb::List, "prod-01"));
    assert!(!allowed("bob", PolicyVerb::Take, "web-01"));
    assert!(allowed("carol", PolicyVerb::RevertLatest, "prod-01"));
    assert!(!allowed("dave", PolicyVerb::List, "web-01"));
}

#[test]
fn a_refusal_names_the_groups_that_may_and_leaves_out_those_that_are_denied_too() {
    let mut policy = small_world();
    let who = |policy: &Policy| {
        let Decision::NoRule { who } = decide(policy, "dave", PolicyVerb::Take, "prod-01") else {
            panic!("dave holds no right");
        };
        who.iter().map(|group| group.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(who(&policy), ["administrators"]);
    policy.denies.push(rule(&["administrators"], &["take"], &["prod-*"]));
    assert_eq!(who(&policy), [""; 0]);
}

#[test]
fn a_deny_wins_and_is_named() {
    let mut policy = small_world();
    policy.denies.push(rule(&["approvers"], &["revert"], &["prod-*"]));
    let denied = Decision::Denied { by: policy.denies[0].line.clone() };
    assert_eq!(decide(&policy, "carol", PolicyVerb::Revert, "prod-01"), denied);
    assert_eq!(decide(&policy, "carol", PolicyVerb::RevertLatest, "prod-01"), denied);
    assert!(matches!(decide(&policy, "carol", PolicyVerb::Take, "prod-01"), Decision::Allowed { .. }));
}

/// Whether this person's approval of the requester's request counts under this rule.
fn may_approve(policy: &Policy, person: &PersonId, rule: &ApprovalRule, requester: &PersonId) -> ApproverVerdict {
    policy.yes_counts(person, &rule.approvers, rule.self_approval, requester)
}

#[test]
fn strangers_are_strangers() {
    let policy = small_world();
    assert_eq!(decide(&policy, "mallory", PolicyVerb::List, "web-01"), Decision::UnknownPerson);
    let rule = &policy.approvals[0];
    let verdict = may_approve(&policy, &PersonId::new("mallory"), rule, &PersonId::new("alice"));
    assert_eq!(verdict, ApproverVerdict::UnknownPerson);
}

#[test]
fn the_first_approval_rule_in_the_file_counts() {
    let mut policy = small_world();
    policy.approvals.insert(0, approval(&["revert-latest"], &["web-*"], &["team-web"]));
    let approvers = |verb, target: &str| policy.approval(verb, &vm(target)).map(|rule| rule.approvers[0].as_str());
    assert_eq!(approvers(PolicyVerb::RevertLatest, "web-01"), Some("team-web"));
    assert_eq!(approvers(PolicyVerb::RevertLatest, "db-01"), Some("approvers"));
    assert_eq!(approvers(PolicyVerb::Revert, "web-01"), Some("approvers"));
    assert_eq!(approvers(PolicyVerb::Delete, "web-01"), None);
    assert_eq!(approvers(PolicyVerb::DeleteWithChildren, "web-01"), Some("approvers"));
}

#[test]
fn nobody_approves_their_own_request_unless_the_rule_says_so() {
    let mut policy = small_world();
    let verdict = |policy: &Policy, person: &str, requester: &str| {
        may_approve(policy, &PersonId::new(person), &policy.approvals[0], &PersonId::new(requester))
    };
    assert_eq!(verdict(&policy, "bob", "alice"), ApproverVerdict::Yes);
    assert_eq!(verdict(&policy, "carol", "carol"), ApproverVerdict::OwnRequest);
    assert!(matches!(verdict(&policy, "alice", "alice"), ApproverVerdict::NotInGroup { .. }));
    policy.approvals[0].self_approval = true;
    assert_eq!(verdict(&policy, "carol", "carol"), ApproverVerdict::Yes);
    assert!(matches!(verdict(&policy, "alice", "alice"), ApproverVerdict::NotInGroup { .. }));
}

#[test]
fn an_empty_list_lets_nobody_through() {
    let empty: [&str; 0] = [];
    for rule in [rule(&empty, &["*"], &["*"]), rule(&["team-web"], &empty, &["*"]), rule(&["team-web"], &["*"], &empty)]
    {
        let policy = Policy {
            people: vec![person("alice", &["team-web"]), person("dave", &[])],
            grants: vec![rule],
            ..Policy::default()
        };
        for name in ["alice", "dave"] {
            for verb in PolicyVerb::ALL {
                assert!(!matches!(decide(&policy, name, verb, "web-01"), Decision::Allowed { .. }), "{policy:?}");
            }
        }
    }
    let mut policy = small_world();
    policy.approvals[0].approvers.clear();
    for name in ["alice", "bob", "carol", "dave"] {
        let verdict = may_approve(&policy, &PersonId::new(name), &policy.approvals[0], &PersonId::new("zoe"));
        assert_eq!(verdict, ApproverVerdict::NotInGroup { groups: Vec::new() }, "{name}");
    }
}

/// A rule as the generator makes it: small numbers that stand for groups, verbs and VM patterns.
#[derive(Debug, Clone)]
struct Drawn {
    groups: Vec<usize>,
    verbs: Vec<usize>,
    vms: Vec<usize>,
}

const GROUPS: [&str; 3] = ["web", "db", "ops"];
const VERBS: [&str; 7] = ["*", "take", "revert", "revert-latest", "delete", "delete-with-children", "release-any"];
const VM_PATTERNS: [&str; 6] = ["*", "web-*", "DC1/web/*", "!web-*", "!prod-1", "moref:vm-prod-1"];
const VM_NAMES: [&str; 3] = ["web-1", "prod-1", "db-1"];

impl Drawn {
    fn rule(&self) -> Rule {
        let pick = |list: &[usize], words: &[&'static str]| list.iter().map(|at| words[*at]).collect::<Vec<_>>();
        rule(&pick(&self.groups, &GROUPS), &pick(&self.verbs, &VERBS), &pick(&self.vms, &VM_PATTERNS))
    }

    /// The second opinion: tables written by hand instead of patterns.
    fn grants(&self, groups: &[usize], verb: PolicyVerb, name: usize) -> bool {
        // The one right that a grant has to name.
        self.applies(groups, verb, name)
            && (verb != PolicyVerb::ReleaseAny || self.verbs.iter().any(|at| VERBS[*at] == "release-any"))
    }

    fn applies(&self, groups: &[usize], verb: PolicyVerb, name: usize) -> bool {
        let verb_fits = |at: &usize| match VERBS[*at] {
            "*" => true,
            "revert" => verb.name().starts_with("revert"),
            "delete" => ["delete", "delete-with-children", "delete-older"].contains(&verb.name()),
            own => verb.name() == own,
        };
        // Rows: patterns, columns: web-1, prod-1, db-1.
        let brings_in = [[true; 3], [true, false, false], [true; 3], [false; 3], [false; 3], [false, true, false]];
        let takes_out = [[false; 3], [false; 3], [false; 3], [true, false, false], [false, true, false], [false; 3]];
        self.groups.iter().any(|group| groups.contains(group))
            && self.verbs.iter().any(verb_fits)
            && self.vms.iter().any(|at| brings_in[*at][name])
            && !self.vms.iter().any(|at| takes_out[*at][name])
    }
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let list = |size| prop::collection::vec(0..size, 0..3);
    (list(GROUPS.len()), list(VERBS.len()), list(VM_PATTERNS.len())).prop_map(|(groups, verbs, vms)| Drawn {
        groups,
        verbs,
        vms,
    })
}

fn policy_of(groups: &[usize], grants: &[Drawn], denies: &[Drawn]) -> Policy {
    let groups: Vec<&str> = groups.iter().map(|at| GROUPS[*at]).collect();
    Policy {
        people: vec![person("alice", &groups)],
        grants: grants.iter().map(Drawn::rule).collect(),
        denies: denies.iter().map(Drawn::rule).collect(),
        approvals: Vec::new(),
        administrators: Vec::new(),
        ..Policy::default()
    }
}

proptest! {
    #[test]
    fn agrees_with_the_second_opinion(
        groups in prop::collection::vec(0..GROUPS.len(), 0..3),
        grants in prop::collection::vec(drawn(), 0..4),
        denies in prop::collection::vec(drawn(), 0..3),
        verb in prop::sample::select(PolicyVerb::ALL.to_vec()),
        name in 0..VM_NAMES.len(),
    ) {
        let policy = policy_of(&groups, &grants, &denies);
        let said = decide(&policy, "alice", verb, VM_NAMES[name]);
        let granted = grants.iter().any(|rule| rule.grants(&groups, verb, name));
        let denied = denies.iter().any(|rule| rule.applies(&groups, verb, name));
        match said {
            Decision::Allowed { .. } => prop_assert!(granted && !denied),
            Decision::Denied { .. } => prop_assert!(denied),
            Decision::NoRule { who } => {
                prop_assert!(!granted && !denied);
                let mine = who.iter().any(|group| groups.iter().any(|at| GROUPS[*at] == group.as_str()));
                prop_assert!(!mine, "told to ask in a group that the person is in: {who:?}");
            }
            Decision::TagsUnknown { by } => prop_assert!(false, "no rule looks at tags: {by:?}"),
            Decision::GroupsUnknown { by, .. } => prop_assert!(false, "every group is known: {by:?}"),
            Decision::UnknownPerson => prop_assert!(false, "alice is known"),
        }
    }

    #[test]
    fn one_more_deny_never_allows_more(
        groups in prop::collection::vec(0..GROUPS.len(), 0..3),
        grants in prop::collection::vec(drawn(), 0..4),
        denies in prop::collection::vec(drawn(), 0..3),
        more in drawn(),
    ) {
        let before = policy_of(&groups, &grants, &denies);
        let after = policy_of(&groups, &grants, &[denies, vec![more]].concat());
        for verb in PolicyVerb::ALL {
            for name in VM_NAMES {
                let was = matches!(decide(&before, "alice", verb, name), Decision::Allowed { .. });
                let is = matches!(decide(&after, "alice", verb, name), Decision::Allowed { .. });
                prop_assert!(was || !is, "{verb} on {name}");
                let fewer = after.groups_that_may(verb, &vm(name));
                let all = before.groups_that_may(verb, &vm(name));
                prop_assert!(fewer.iter().all(|group| all.contains(group)));
            }
        }
    }
}
