//! Who may do what to which VM, and whose yes it takes.
//!
//! Everything that no grant allows is denied; a deny wins over every grant; an empty list means nobody, nothing, no VM.
//! Rights belong to persons through their groups, never to chat accounts. The rules are data: deciding reads nothing else,
//! so the same answer comes out of `explain`, of a test and of the bot at work.
//!
//! A VM's tags may be unknown. Then a grant counts only where it fits whatever they are, a deny wherever it could fit, and an act
//! whose approval rule would depend on them is not begun: what is not known never allows more than what is. The same holds of the
//! members of a group that a platform could not read: a grant counts only for certain members, a deny for everybody who may be one.

pub mod glob;
mod holds;
mod person;
mod truth;
mod verb;
mod vms;

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::ids::{Group, PersonId, Target};
use glob::Glob;

pub use super::act::Right as PolicyVerb;
pub use person::{BOT, Person, SlackAccount};
pub use truth::Truth;
pub use verb::VerbPattern;
pub use vms::{VmPattern, selects};

/// All people and rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Everyone that the bot knows.
    pub people: Vec<Person>,
    /// What is allowed.
    pub grants: Vec<Rule>,
    /// What is denied although a grant allows it.
    pub denies: Vec<Rule>,
    /// What needs somebody else's yes, the first fitting rule counts.
    pub approvals: Vec<ApprovalRule>,
    /// Whose members may stop every change and let it go on; empty means nobody may.
    pub administrators: Vec<Group>,
    /// Groups whose members a platform knows as well.
    pub platform_groups: Vec<PlatformGroup>,
    /// Groups of which it is not known who else is in them: a platform's members were never read, could not be read, or were read too
    /// long ago. The configuration names none; the engine puts them in.
    pub unknown_groups: BTreeSet<Group>,
}

/// A group that platforms know too: whoever is in one of these there is in the group here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformGroup {
    /// What rules call it.
    pub name: Group,
    /// Ids of Slack's user groups.
    pub slack: Vec<String>,
    /// Ids of Discord's roles.
    pub discord: Vec<String>,
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
    /// On which VMs.
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
    /// No: it depends on whether this person is in these groups, and their members are not known.
    MembersUnknown {
        /// Which.
        groups: Vec<Group>,
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
    /// It is not known: they may be in these groups, whose members are not known.
    MembersUnknown {
        /// Which of the rule's approvers.
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
        let deny = |counts: fn(Truth) -> bool| {
            let about = |rule: &&Rule| counts(self.membership(person, &rule.groups).and(rule.forbids(verb, target)));
            self.denies.iter().find(about)
        };
        let grant = |counts: fn(Truth) -> bool| {
            let about = |rule: &&Rule| counts(self.membership(person, &rule.groups).and(rule.fits(verb, target)));
            self.grants.iter().find(about)
        };
        if let Some(rule) = deny(Truth::certainly) {
            return Decision::Denied { by: rule.line.clone() };
        }
        let Some(possible) = grant(Truth::possibly) else {
            return Decision::NoRule { who: self.groups_that_may(verb, target) };
        };
        if let Some(rule) = deny(Truth::possibly) {
            return self.not_known(person, rule);
        }
        let Some(rule) = grant(Truth::certainly) else {
            return self.not_known(person, possible);
        };
        let by = rule.line.clone();
        match self.approval(verb, target) {
            Some(rule) if verb.becomes_request() && !rule.fits(verb, target).certainly() => {
                Decision::TagsUnknown { by: rule.line.clone() }
            }
            Some(_) | None => Decision::Allowed { by },
        }
    }

    /// What is not known of a rule that may be about somebody: who is in its groups, else the VM's tags.
    fn not_known(&self, person: &Person, rule: &Rule) -> Decision {
        match self.membership(person, &rule.groups) {
            Truth::Unknown => Decision::MembersUnknown { groups: self.unknown_of(&rule.groups) },
            Truth::Yes | Truth::No => Decision::TagsUnknown { by: rule.line.clone() },
        }
    }

    /// Whether this person is in one of these groups.
    fn membership(&self, person: &Person, groups: &[Group]) -> Truth {
        match shares_group(groups, &person.groups) {
            true => Truth::Yes,
            false if groups.iter().any(|group| self.unknown_groups.contains(group)) => Truth::Unknown,
            false => Truth::No,
        }
    }

    /// Those of these groups whose members are not known.
    fn unknown_of(&self, groups: &[Group]) -> Vec<Group> {
        groups.iter().filter(|group| self.unknown_groups.contains(group)).cloned().collect()
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

    /// Whether this person may freeze and unfreeze.
    pub fn is_administrator(&self, person: &PersonId) -> bool {
        self.is_in(person, &self.administrators)
    }

    /// Whether a person that the configuration knows is in one of these groups. No group, and nobody is.
    pub fn is_in(&self, person: &PersonId, groups: &[Group]) -> bool {
        self.person(person).is_some_and(|person| shares_group(groups, &person.groups))
    }

    /// Whether this person's yes to the requester's request counts under this rule.
    pub fn may_approve(&self, person: &PersonId, rule: &ApprovalRule, requester: &PersonId) -> ApproverVerdict {
        self.yes_counts(person, &rule.approvers, rule.self_approval, requester)
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
        match self.membership(approver, approvers) {
            Truth::Yes => {}
            Truth::Unknown => return ApproverVerdict::MembersUnknown { groups: self.unknown_of(approvers) },
            Truth::No => return ApproverVerdict::NotInGroup { groups: approvers.to_vec() },
        }
        if person == requester && !self_approval {
            return ApproverVerdict::OwnRequest;
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
    /// Whether it is about somebody in these groups.
    pub fn is_for(&self, groups: &[Group]) -> bool {
        shares_group(&self.groups, groups)
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

fn shares_group(left: &[Group], right: &[Group]) -> bool {
    left.iter().any(|group| right.contains(group))
}

#[cfg(test)]
mod tests;
