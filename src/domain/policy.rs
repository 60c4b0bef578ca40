//! Who may do what to which VM, and whose yes it takes.
//!
//! Everything that no grant allows is denied; a deny wins over every grant; an empty list means nobody, nothing, no VM.
//! Rights belong to persons through their groups, never to chat accounts. The rules are data: deciding reads nothing else,
//! so the same answer comes out of `explain`, of a test and of the bot at work.
//!
//! A VM's tags may be unknown, and so may be who is in a group by a chat platform. Then a grant counts only where it fits whatever they
//! are, a deny wherever it could fit, and an act whose approval rule would depend on them is not begun: what is not known never allows
//! more than what is.

pub mod glob;
mod holds;
pub mod memberships;
mod person;
mod truth;
mod verb;
mod vms;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::ids::{Account, Group, PersonId, Target};
use glob::Glob;

pub use super::act::Right as PolicyVerb;
pub use person::{BOT, Person};
pub use truth::Truth;
pub use verb::VerbPattern;
pub use vms::{VmPattern, selects};

/// All people and rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Everyone that the bot knows.
    pub people: Vec<Person>,
    pub grants: Vec<Rule>,
    /// What is denied although a grant allows it.
    pub denies: Vec<Rule>,
    /// What needs somebody else's yes, the first fitting rule counts.
    pub approvals: Vec<ApprovalRule>,
    /// Whose members may stop every change and let it go on; empty means nobody may.
    pub administrators: Vec<Group>,
    /// Groups whose members a platform knows as well.
    pub platform_groups: Vec<PlatformGroup>,
    /// Groups that somebody may be in by a platform, which is not known now. Each person lists theirs.
    pub unknown_groups: BTreeSet<Group>,
    /// When the members of groups were read from a platform, the oldest answer of each.
    pub read_at: BTreeMap<Group, Timestamp>,
}

/// A group that platforms know too: whoever is in one of these there is in the group here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformGroup {
    /// What rules call it.
    pub name: Group,
    /// What platforms call it.
    pub ids: Vec<Account>,
    /// How long an answer of the platform about its members counts.
    pub expires: SignedDuration,
}

/// One grant or deny: it is about a request when one of its groups, verbs and VMs fits each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whom it is about.
    pub groups: Vec<Group>,
    /// Which acts it is about.
    pub verbs: Vec<VerbPattern>,
    /// Which VMs it is about.
    pub vms: Vec<VmPattern>,
    /// Where it stands, to be told: `[[grant]] at snapwarden.toml:41`.
    pub line: Option<String>,
}

/// What needs approval, whose, and for how long one is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRule {
    /// Which acts need it.
    pub verbs: Vec<VerbPattern>,
    pub vms: Vec<VmPattern>,
    /// Who may give it.
    pub approvers: Vec<Group>,
    /// How many different persons have to.
    pub needed: u8,
    /// How long after asking it can be given.
    pub expires: SignedDuration,
    /// Whether the asker's own yes counts.
    pub self_approval: bool,
    /// The form of the change number that has to be given, a glob (`CHG*`).
    pub ticket_pattern: Option<TicketPattern>,
    /// Whose members may do without the approval, for a reason that everybody is told; empty means nobody may.
    pub break_glass: Vec<Group>,
    /// Whether a snapshot of how the VM is now is taken before a revert, whoever asks for it or not.
    pub safety: bool,
    /// Where it stands: `[[approval]] at snapwarden.toml:57`.
    pub line: Option<String>,
}

/// The form of a change number, with `*`, `?` and `[0-9]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketPattern {
    text: String,
    glob: Glob,
}

impl TicketPattern {
    /// Reads one. The error is a sentence part that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), glob: Glob::parse(text)? })
    }

    /// Whether a change number has this form, in any case of letters.
    pub fn accepts(&self, ticket: &str) -> bool {
        self.glob.matches(ticket)
    }
}

impl std::fmt::Display for TicketPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether somebody may do something, and which rule says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed {
        /// Where the first grant that allows it stands.
        by: Option<String>,
    },
    /// No, a deny rule says so.
    Denied {
        /// Where the first deny that forbids it stands.
        by: Option<String>,
    },
    /// No, nothing allows it.
    NoRule {
        /// The groups that may do it, in the order of the rules; empty where nobody may.
        who: Vec<Group>,
    },
    /// No: it depends on the VM's tags, and they are not known.
    TagsUnknown {
        /// Where the first rule stands that depends on them: a deny, else a grant, else an approval rule.
        by: Option<String>,
    },
    /// No: it depends on whether the person is in these groups, and that is not known now.
    GroupsUnknown {
        /// Those of the first rule that depends on it: a deny, else a grant.
        groups: Vec<Group>,
        /// Where that rule stands.
        by: Option<String>,
    },
    /// No: the configuration does not know this person.
    UnknownPerson,
}

/// Whether somebody's yes counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApproverVerdict {
    /// It does.
    Yes,
    /// It does not: only members of these groups can give it.
    NotInGroup {
        /// The approvers of the rule.
        groups: Vec<Group>,
    },
    /// It does not: whether they are a member of one of these groups is not known now.
    GroupsUnknown {
        /// Those of the approvers that they may be in.
        groups: Vec<Group>,
    },
    /// It does not: it is their own request.
    OwnRequest,
    /// The configuration does not know this person.
    UnknownPerson,
}

impl Policy {
    /// Whether this person may do this to this VM now. That includes that it is certain whose yes it takes, for a verb that
    /// becomes a request.
    pub fn decide(&self, person: &PersonId, verb: PolicyVerb, target: &Target) -> Decision {
        let Some(person) = self.person(person) else {
            return Decision::UnknownPerson;
        };
        let denies = |rule: &Rule| rule.is_for(person).and(rule.forbids(verb, target));
        let grants = |rule: &Rule| rule.is_for(person).and(rule.fits(verb, target));
        if let Some(rule) = self.denies.iter().find(|rule| denies(rule).certainly()) {
            return Decision::Denied { by: rule.line.clone() };
        }
        let Some(possible) = self.grants.iter().find(|rule| grants(rule).possibly()) else {
            return Decision::NoRule { who: self.groups_that_may(verb, target) };
        };
        if let Some(rule) = self.denies.iter().find(|rule| denies(rule).possibly()) {
            return rule.undecided(person);
        }
        let Some(certain) = self.grants.iter().find(|rule| grants(rule).certainly()) else {
            return possible.undecided(person);
        };
        match self.approval(verb, target) {
            Some(rule) if verb.becomes_request() && !rule.fits(verb, target).certainly() => {
                Decision::TagsUnknown { by: rule.line.clone() }
            }
            Some(_) | None => Decision::Allowed { by: certain.line.clone() },
        }
    }

    /// The first deny that may be about this act, where denies leave nobody who certainly may do it; with its place.
    pub fn denied_to_all(&self, verb: PolicyVerb, target: &Target) -> Option<&Option<String>> {
        let deny = self.denies.iter().find(|rule| rule.forbids(verb, target).possibly())?;
        self.groups_that_may(verb, target).is_empty().then_some(&deny.line)
    }

    /// The groups whose members certainly may do this to this VM, each once, in the order of the rules.
    pub fn groups_that_may(&self, verb: PolicyVerb, target: &Target) -> Vec<Group> {
        let denied = |group: &Group| {
            let mut denies = self.denies.iter();
            denies.any(|rule| rule.groups.contains(group) && rule.forbids(verb, target).possibly())
        };
        let mut groups: Vec<Group> = Vec::new();
        for rule in self.grants.iter().filter(|rule| rule.fits(verb, target).certainly()) {
            for group in &rule.groups {
                if !groups.contains(group) && !denied(group) {
                    groups.push(group.clone());
                }
            }
        }
        groups
    }

    /// The rule under which this needs approval, the first that fits in the order of the file; none if it needs none. While the
    /// VM's tags are not known it is the first that may fit; [`Policy::decide`] allows nothing then unless it is certain.
    pub fn approval(&self, verb: PolicyVerb, target: &Target) -> Option<&ApprovalRule> {
        self.approvals.iter().find(|rule| rule.fits(verb, target).possibly())
    }

    /// Whether some rule looks at tags, so that they have to be read.
    pub fn names_tags(&self) -> bool {
        let rules = self.grants.iter().chain(&self.denies).flat_map(|rule| &rule.vms);
        rules.chain(self.approvals.iter().flat_map(|rule| &rule.vms)).any(VmPattern::is_tag)
    }

    /// Whether a person may see a VM, where that is certain.
    pub fn may_list(&self, person: &PersonId, target: &Target) -> bool {
        matches!(self.decide(person, PolicyVerb::List, target), Decision::Allowed { .. })
    }

    /// Whether any rule gives a person something: to do, to decide or to administer. Whom none names is a stranger.
    pub fn is_named(&self, person: &PersonId) -> bool {
        let granted = |person: &Person| self.grants.iter().any(|rule| rule.is_for(person).possibly());
        let decides = || {
            self.approvals
                .iter()
                .any(|rule| self.is_in(person, &rule.approvers) || self.is_in(person, &rule.break_glass))
        };
        self.person(person).is_some_and(granted) || self.is_administrator(person) || decides()
    }

    /// Whether this person may freeze and unfreeze.
    pub fn is_administrator(&self, person: &PersonId) -> bool {
        self.is_in(person, &self.administrators)
    }

    /// Whether a person that the configuration knows certainly is in one of these groups. No group, and nobody is.
    pub fn is_in(&self, person: &PersonId, groups: &[Group]) -> bool {
        self.person(person).is_some_and(|person| person.is_in(groups).certainly())
    }

    /// Those of these groups that a person may be in, where it is not known whether they are in any.
    pub fn undecided(&self, person: &PersonId, groups: &[Group]) -> Option<Vec<Group>> {
        let person = self.person(person)?;
        (person.is_in(groups) == Truth::Unknown).then(|| person.unknown_of(groups))
    }

    /// Whether this person's yes counts where these groups decide: what was asked carries that from its rule, as it was when it was asked.
    pub fn yes_counts(
        &self,
        person: &PersonId,
        approvers: &[Group],
        self_approval: bool,
        requester: &PersonId,
    ) -> ApproverVerdict {
        let Some(approver) = self.person(person) else {
            return ApproverVerdict::UnknownPerson;
        };
        let is_approver = approver.is_in(approvers);
        if !is_approver.possibly() {
            return ApproverVerdict::NotInGroup { groups: approvers.to_vec() };
        }
        if person == requester && !self_approval {
            return ApproverVerdict::OwnRequest;
        }
        if !is_approver.certainly() {
            return ApproverVerdict::GroupsUnknown { groups: approver.unknown_of(approvers) };
        }
        ApproverVerdict::Yes
    }
}

impl ApprovalRule {
    /// Whether this change number has the form that the rule wants; none is right only where the rule wants none.
    pub fn accepts_ticket(&self, ticket: Option<&str>) -> bool {
        match (&self.ticket_pattern, ticket) {
            (None, _) => true,
            (Some(pattern), Some(ticket)) => pattern.accepts(ticket),
            (Some(_), None) => false,
        }
    }
}

impl Rule {
    /// Whether it is about this person.
    pub fn is_for(&self, person: &Person) -> Truth {
        person.is_in(&self.groups)
    }

    /// That it may decide, and does not: for the person's groups, where they are not known, else for the VM's tags.
    fn undecided(&self, person: &Person) -> Decision {
        let by = self.line.clone();
        match self.is_for(person) {
            Truth::Unknown => Decision::GroupsUnknown { groups: person.unknown_of(&self.groups), by },
            Truth::No | Truth::Yes => Decision::TagsUnknown { by },
        }
    }

    /// Whether it grants this act on this VM, whoever asks.
    pub fn fits(&self, verb: PolicyVerb, target: &Target) -> Truth {
        Truth::from(covers(&self.verbs, verb)).and(selects(&self.vms, target))
    }

    /// Whether it denies this act on this VM, whoever asks.
    pub fn forbids(&self, verb: PolicyVerb, target: &Target) -> Truth {
        Truth::from(self.verbs.iter().any(|pattern| pattern.forbids(verb))).and(selects(&self.vms, target))
    }
}

impl ApprovalRule {
    /// Whether it is about this act on this VM.
    pub fn fits(&self, verb: PolicyVerb, target: &Target) -> Truth {
        Truth::from(covers(&self.verbs, verb)).and(selects(&self.vms, target))
    }
}

fn covers(verbs: &[VerbPattern], verb: PolicyVerb) -> bool {
    verbs.iter().any(|pattern| pattern.covers(verb))
}

#[cfg(test)]
mod tests;
