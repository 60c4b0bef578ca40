//! Rules, people and VMs drawn by a number: the same number draws the same, so that a failing case can be had again.

use super::reference::{RuleText, RulesText, VmText};
use super::*;
use crate::domain::tag::Tag;

const GROUPS: [&str; 4] = ["web", "db", "ops", "night"];

const NAMES: [&str; 8] = ["web-01", "web-12", "prod-01", "PROD-É1", "db-1", "db-test", "x/web-01", "tag:prod"];

const FOLDERS: [&str; 5] = ["DC1/web", "DC1/prod", "DC1/web/prod", "dc2/Test", "DC1"];

const MOREFS: [&str; 4] = ["vm-1", "vm-2", "vm-3", "vm-42"];

const VCENTERS: [&str; 2] = ["paris", "Lyon"];

const CATEGORIES: [&str; 3] = ["env", "Tier", "a/b"];

const TAGS: [&str; 4] = ["prod", "Test", "web/front", "é1"];

/// What patterns are made of. Some fit names that others exclude, some fit nothing.
const PATTERNS: [&str; 36] = [
    "web-*",
    "WEB-??",
    "prod-*",
    "prod-é?",
    "db-[0-9]",
    "db-[!x]*",
    "{web,db}-*",
    "x%2fweb-*",
    "\\tag:prod",
    "DC1/web/*",
    "dc1/**",
    "**/prod/*",
    "**/web-*",
    "DC1/*",
    "dc?/{web,test}/*",
    "DC1/**/prod-01",
    "moref:vm-1",
    "MOREF:vm-42",
    "moref:vm-4",
    "tag:prod",
    "tag:prod",
    "TAG:PROD",
    "tag:t?st",
    "tag:*",
    "tag:web",
    "tag:web%2ffront",
    "tag:É[0-9]",
    "tag:env/prod",
    "tag:env/prod",
    "tag:ENV/*",
    "tag:*/prod",
    "tag:{env,tier}/test",
    "tag:a%2fb/*",
    "tag:a%2Fb/{prod,test}",
    "tag:tier/none",
    "none",
];

/// Draws, by the number that it was made with (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(number: u64) -> Self {
        Self(number)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        usize::try_from(z % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn some(&mut self, of: &[&str], least: usize, most: usize) -> Vec<String> {
        let count = least + self.below(most - least + 1);
        (0..count).map(|_| (*self.pick(of)).to_owned()).collect()
    }

    fn entry(&mut self) -> String {
        // Most rules of real files are about all VMs but some.
        let mut entry = if self.one_in(3) { "*".to_owned() } else { (*self.pick(&PATTERNS)).to_owned() };
        if self.one_in(5) {
            entry = format!("vcenter:{}/{entry}", self.pick(&VCENTERS));
        }
        if entry != "*" && self.one_in(4) {
            entry.insert(0, '!');
        }
        entry
    }

    /// One rule; one list in twenty is empty.
    pub(super) fn rule(&mut self, line: String) -> RuleText {
        let verbs: Vec<&str> = PolicyVerb::ALL.iter().map(|verb| verb.name()).chain(["*"; 12]).collect();
        let least = |dice: &mut Self| usize::from(!dice.one_in(20));
        let (groups, listed, entries) = (least(self), least(self), least(self));
        let entries = entries + self.below(3);
        RuleText {
            groups: self.some(&GROUPS, groups, 2),
            verbs: self.some(&verbs, listed, 3),
            vms: (0..entries).map(|_| self.entry()).collect(),
            line,
        }
    }

    pub(super) fn rules(&mut self) -> RulesText {
        let (grants, denies, approvals) = (1 + self.below(5), self.below(3), self.below(3));
        RulesText {
            mine: self.some(&GROUPS, 0, 4),
            grants: (0..grants).map(|n| self.rule(format!("grant {n}"))).collect(),
            denies: (0..denies).map(|n| self.rule(format!("deny {n}"))).collect(),
            approvals: (0..approvals).map(|n| self.rule(format!("approval {n}"))).collect(),
        }
    }

    pub(super) fn tags(&mut self) -> Vec<Tag> {
        let count = self.below(3);
        (0..count).map(|_| Tag::new(*self.pick(&CATEGORIES), *self.pick(&TAGS))).collect()
    }

    /// A VM; of every third the tags are not known.
    pub(super) fn vm(&mut self) -> VmText {
        VmText {
            vcenter: (*self.pick(&VCENTERS)).to_owned(),
            moref: (*self.pick(&MOREFS)).to_owned(),
            folder: (*self.pick(&FOLDERS)).to_owned(),
            name: (*self.pick(&NAMES)).to_owned(),
            tags: (!self.one_in(3)).then(|| self.tags()),
        }
    }

    pub(super) fn verb(&mut self) -> PolicyVerb {
        *self.pick(&PolicyVerb::ALL)
    }
}

impl VmText {
    pub(super) fn target(&self) -> Target {
        Target {
            vm: VmRef { vcenter: VCenterName::new(&self.vcenter), moref: Moref::new(&self.moref) },
            instance_uuid: None,
            name: self.name.clone(),
            path: format!("{}/{}", self.folder, self.name),
            tags: self.tags.as_ref().map(|tags| tags.iter().cloned().collect()),
        }
    }
}

fn words(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

impl RuleText {
    pub(super) fn parsed(&self) -> Rule {
        let parsed = rule(&words(&self.groups), &words(&self.verbs), &words(&self.vms));
        Rule { line: Some(self.line.clone()), ..parsed }
    }

    pub(super) fn parsed_approval(&self) -> ApprovalRule {
        let parsed = approval(&words(&self.verbs), &words(&self.vms), &words(&self.groups));
        ApprovalRule { line: Some(self.line.clone()), ..parsed }
    }
}

impl RulesText {
    /// The same as the evaluator reads it, for a person called `me`.
    pub(super) fn policy(&self) -> Policy {
        Policy {
            people: vec![person("me", &words(&self.mine)), person("other", &GROUPS)],
            grants: self.grants.iter().map(RuleText::parsed).collect(),
            denies: self.denies.iter().map(RuleText::parsed).collect(),
            approvals: self.approvals.iter().map(RuleText::parsed_approval).collect(),
            administrators: Vec::new(),
            ..Policy::default()
        }
    }
}
