//! Whether an act may go on at this moment: the one place where rights, approval rules, approvals, holds and a freeze are weighed.
//!
//! Every gate asks here, with the rules as they are at that moment: the request, each approval, leaving a queue, the look right before a
//! call, each part of a plan, the deletion that retention starts, and the emergency override. What was allowed earlier counts for nothing.
//!
//! - The requester needs the right now. A deny, a lost group or a lost release right refuses the act, and names the rule.
//! - The approval rule that counts is the one of now, but never looser than what the card promised: the stricter of the two in each
//!   point. Where the two have no approver in common, or the rule now asks for something that the request lacks, it is refused.
//! - An approval counts while the approver is an approver. One that certainly does not count any more is struck.
//! - What is not known (a VM's tags, the members of a group) never allows anything. It strikes no approval and ends no waiting request
//!   either, since it may be known again in a minute: such a refusal [passes](Refusal::passes).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::act::Right;
use super::freeze::Freeze;
use super::ids::{Group, PersonId, Target};
use super::marker::Hold;
use super::policy::{ApprovalRule, ApproverVerdict, BOT, Decision, Policy, VmPattern, selects};
use super::request::{Approval, ApprovalNeed, BreakGlass, Request, StruckApproval, StruckWhy};

/// What holds at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// People and rules.
    pub policy: &'a Policy,
    /// On which VMs the bot deletes by itself what has expired.
    pub auto_delete: &'a [VmPattern],
    /// Whether everything is frozen.
    pub freeze: Option<&'a Freeze>,
    /// Our clock.
    pub now: Timestamp,
}

/// An act that wants to go on.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Who asked: a person, or the bot itself where retention deletes.
    pub requester: &'a PersonId,
    pub right: Right,
    /// The VM, with the name, the folder and the tags that it has now.
    pub target: &'a Target,
    /// Somebody's hold that it ends or replaces.
    pub lifts: Option<&'a Hold>,
    /// The change number given with it.
    pub ticket: Option<&'a str>,
    /// Whether an approval rule can ask for a change number.
    pub takes_ticket: bool,
    /// Whether it reverts without taking a snapshot first.
    pub is_unsaved: bool,
    /// Whose approval the card asks for, once there was one.
    pub promised: Option<&'a ApprovalNeed>,
    /// The approvals that were given.
    pub approvals: &'a [Approval],
    /// The emergency override, where somebody used it.
    pub glass: Option<&'a BreakGlass>,
}

/// That it may go on, and what it still needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Whose approval it needs; none where it needs none.
    pub need: Option<ApprovalNeed>,
    /// Approvals, and an override, that do not count any more.
    pub struck: Vec<StruckApproval>,
    /// How many approvals are missing.
    pub missing: usize,
    /// Groups whose members are not known, where an approval would count if they were.
    pub unknown: Vec<Group>,
}

/// Why it may not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "refusal")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// The configuration does not know the requester.
    UnknownPerson,
    /// A deny forbids it.
    Denied {
        /// Where the deny stands.
        rule: Option<String>,
    },
    /// No grant allows it.
    NotGranted {
        /// The groups that may; empty where nobody may.
        holders: Vec<Group>,
    },
    /// It depends on the VM's tags, and they are not known.
    TagsUnknown {
        /// Where the rule stands that depends on them.
        rule: Option<String>,
    },
    /// It depends on who is in these groups, and that is not known.
    MembersUnknown { groups: Vec<Group> },
    /// It ends somebody else's hold, and the requester may not.
    HoldOfOther { hold: Hold },
    /// It destroys work, and no approval rule is about it.
    NoApprovalRule,
    /// The approval rule asks for something that it does not have.
    Terms {
        /// Where the rule stands.
        rule: Option<String>,
        /// What it asks for.
        demand: Demand,
    },
    /// What nobody can be asked about any more lacks approvals.
    NotApproved,
    /// Retention does not delete on this VM any more.
    AutoDeleteOff,
    Frozen {
        /// By whom, why, since when.
        freeze: Freeze,
    },
}

impl Refusal {
    /// The audit trail's word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::UnknownPerson => "unknown person",
            Self::Denied { .. } | Self::NotGranted { .. } => "no right",
            Self::TagsUnknown { .. } => "tags unknown",
            Self::MembersUnknown { .. } => "members unknown",
            Self::HoldOfOther { .. } => "somebody else's hold",
            Self::NoApprovalRule => "no approval rule",
            Self::Terms { .. } => "terms of the approval rule",
            Self::NotApproved => "not approved",
            Self::AutoDeleteOff => "retention does not delete here",
            Self::Frozen { .. } => "frozen",
        }
    }

    /// Whether it may be otherwise in a while by itself, so that what only waits goes on waiting.
    pub fn passes(&self) -> bool {
        match self {
            Self::TagsUnknown { .. } | Self::MembersUnknown { .. } | Self::Frozen { .. } => true,
            Self::UnknownPerson | Self::Denied { .. } | Self::NotGranted { .. } | Self::NoApprovalRule => false,
            Self::HoldOfOther { .. } | Self::Terms { .. } | Self::NotApproved | Self::AutoDeleteOff => false,
        }
    }
}

/// What an approval rule asks for beside approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "demand")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Demand {
    /// A change number of this form.
    Ticket {
        /// The form, a glob (`CHG*`).
        pattern: String,
    },
    /// A snapshot before the revert.
    Safety,
    /// The approval of other groups than the card named.
    OtherApprovers { groups: Vec<Group> },
}

impl<'a> Claim<'a> {
    /// What somebody claims who asks for something that has no card yet.
    pub fn new(requester: &'a PersonId, right: Right, target: &'a Target) -> Self {
        Self {
            requester,
            right,
            target,
            lifts: None,
            ticket: None,
            takes_ticket: false,
            is_unsaved: false,
            promised: None,
            approvals: &[],
            glass: None,
        }
    }

    /// The same with a change number, or with none where an approval rule can ask for one.
    pub fn with_ticket(self, ticket: Option<&'a str>) -> Self {
        Self { ticket, takes_ticket: true, ..self }
    }

    /// What a request claims, on one of its VMs as that is now.
    pub fn of(request: &'a Request, target: &'a Target) -> Self {
        Self {
            requester: &request.asker,
            right: request.right(),
            target,
            lifts: request.wish.lifts(),
            ticket: request.ticket.as_deref(),
            takes_ticket: request.wish.takes_ticket(),
            is_unsaved: request.wish.reverts() && request.safety.is_none(),
            promised: request.approval.as_ref(),
            approvals: &request.approvals,
            glass: request.break_glass.as_ref(),
        }
    }

    fn is_by_retention(&self) -> bool {
        self.requester.as_str() == BOT
    }
}

/// Whether it may go on now, and which approvals it still needs.
///
/// # Errors
/// Why it may not. What holds whether or not everything is frozen comes first.
pub fn decide(claim: &Claim<'_>, standing: Standing<'_>) -> Result<Ruling, Refusal> {
    let ruling = review(claim, standing)?;
    match standing.freeze {
        Some(freeze) => Err(Refusal::Frozen { freeze: freeze.clone() }),
        None => Ok(ruling),
    }
}

/// The same without the freeze, which stops what begins and ends nothing that waits.
///
/// # Errors
/// Why it may not go on.
pub fn review(claim: &Claim<'_>, standing: Standing<'_>) -> Result<Ruling, Refusal> {
    may(claim.requester, claim.right, claim.target, standing)?;
    if let Some(hold) = claim.lifts
        && !claim.is_by_retention()
        && !standing.policy.may_release(claim.requester, &hold.by, claim.target)
    {
        return Err(Refusal::HoldOfOther { hold: hold.clone() });
    }
    let need = need(claim, standing.policy)?;
    Ok(need.map_or_else(Ruling::free, |need| count(claim, need, standing)))
}

/// Whether somebody's approval of it would count now.
///
/// # Errors
/// Why it may not go on, whoever approves it.
pub fn approves(claim: &Claim<'_>, person: &PersonId, standing: Standing<'_>) -> Result<ApproverVerdict, Refusal> {
    // What needs nobody's approval is waiting for none.
    let Some(need) = decide(claim, standing)?.need else { return Ok(ApproverVerdict::Yes) };
    Ok(standing.policy.yes_counts(person, &need.approvers, need.self_approval, claim.requester))
}

/// Whether somebody may let it go now without the approvals that it lacks.
///
/// # Errors
/// Why it may not go on, whoever overrides.
pub fn overrides(claim: &Claim<'_>, person: &PersonId, standing: Standing<'_>) -> Result<bool, Refusal> {
    let need = decide(claim, standing)?.need;
    Ok(need.is_some_and(|need| standing.policy.is_in(person, &need.break_glass)))
}

/// Whether somebody has a right on a VM. The bot has the right to delete where retention says so, unless denies leave nobody who may.
///
/// # Errors
/// Why not.
pub fn may(person: &PersonId, right: Right, target: &Target, standing: Standing<'_>) -> Result<(), Refusal> {
    let policy = standing.policy;
    if person.as_str() == BOT {
        if !selects(standing.auto_delete, target).certainly() {
            return Err(Refusal::AutoDeleteOff);
        }
        return policy.denied_to_all(right, target).map_or(Ok(()), |rule| Err(Refusal::Denied { rule: rule.clone() }));
    }
    match policy.decide(person, right, target) {
        Decision::Allowed { .. } => Ok(()),
        Decision::Denied { by } => Err(Refusal::Denied { rule: by }),
        Decision::NoRule { who } => Err(Refusal::NotGranted { holders: who }),
        Decision::TagsUnknown { by } => Err(Refusal::TagsUnknown { rule: by }),
        Decision::GroupsUnknown { groups, .. } => Err(Refusal::MembersUnknown { groups }),
        Decision::UnknownPerson => Err(Refusal::UnknownPerson),
    }
}

/// Whose approval it needs: by the rule as it is now, and never less than the card promised.
fn need(claim: &Claim<'_>, policy: &Policy) -> Result<Option<ApprovalNeed>, Refusal> {
    let Some(rule) = policy.approval(claim.right, claim.target) else {
        return match claim.promised {
            None if claim.right.is_destructive() => Err(Refusal::NoApprovalRule),
            promised => Ok(promised.cloned()),
        };
    };
    if !rule.fits(claim.right, claim.target).certainly() {
        return Err(Refusal::TagsUnknown { rule: rule.line.clone() });
    }
    if let Some(demand) = demand(claim, rule) {
        return Err(Refusal::Terms { rule: rule.line.clone(), demand });
    }
    let now = asked_for(rule, claim, policy);
    let Some(promised) = claim.promised else { return Ok(Some(now)) };
    let both = |of_now: &[Group], before: &[Group]| -> Vec<Group> {
        of_now.iter().filter(|group| before.contains(group)).cloned().collect()
    };
    let approvers = both(&now.approvers, &promised.approvers);
    if approvers.is_empty() && !now.approvers.is_empty() && !promised.approvers.is_empty() {
        let demand = Demand::OtherApprovers { groups: now.approvers };
        return Err(Refusal::Terms { rule: rule.line.clone(), demand });
    }
    Ok(Some(ApprovalNeed {
        approvers,
        needed: now.needed.max(promised.needed),
        expires: promised.expires,
        self_approval: now.self_approval && promised.self_approval,
        break_glass: both(&now.break_glass, &promised.break_glass),
    }))
}

/// What a rule asks for of this act. Nobody approves their own request, or overrides anything, for the bot.
fn asked_for(rule: &ApprovalRule, claim: &Claim<'_>, policy: &Policy) -> ApprovalNeed {
    let by_person = !claim.is_by_retention();
    ApprovalNeed {
        approvers: rule.approvers.clone(),
        needed: rule.needed,
        expires: rule.expires,
        // The card offers it to the requester only if it would count.
        self_approval: by_person && rule.self_approval && policy.is_in(claim.requester, &rule.approvers),
        break_glass: if by_person { rule.break_glass.clone() } else { Vec::new() },
    }
}

/// What a rule asks for that the act lacks.
fn demand(claim: &Claim<'_>, rule: &ApprovalRule) -> Option<Demand> {
    if claim.is_by_retention() {
        return None;
    }
    if let Some(pattern) = rule.ticket_pattern.as_ref().filter(|_| claim.takes_ticket)
        && !rule.accepts_ticket(claim.ticket)
    {
        return Some(Demand::Ticket { pattern: pattern.to_string() });
    }
    (claim.is_unsaved && rule.safety).then_some(Demand::Safety)
}

/// Counts the approvals, and parts those that do not count any more from those of which it is not known.
fn count(claim: &Claim<'_>, need: ApprovalNeed, standing: Standing<'_>) -> Ruling {
    let policy = standing.policy;
    let (mut counting, mut struck, mut unknown) = (0, Vec::new(), Vec::new());
    for Approval { person, account, at } in claim.approvals {
        let why = match policy.yes_counts(person, &need.approvers, need.self_approval, claim.requester) {
            ApproverVerdict::Yes => {
                counting += 1;
                continue;
            }
            ApproverVerdict::GroupsUnknown { groups } => {
                unknown.extend(groups);
                continue;
            }
            ApproverVerdict::NotInGroup { groups } => StruckWhy::NotApprover { groups },
            ApproverVerdict::OwnRequest => StruckWhy::OwnRequest,
            ApproverVerdict::UnknownPerson => StruckWhy::UnknownPerson,
        };
        let (person, account, given, at) = (person.clone(), account.clone(), *at, standing.now);
        struck.push(StruckApproval { person, account, given, at, glass: false, why });
    }
    let mut missing = usize::from(need.needed.max(1)).saturating_sub(counting);
    if let Some(glass) = claim.glass {
        let why = match policy.yes_counts(&glass.person, &need.break_glass, true, claim.requester) {
            ApproverVerdict::Yes | ApproverVerdict::OwnRequest => {
                missing = 0;
                None
            }
            ApproverVerdict::GroupsUnknown { groups } => {
                unknown.extend(groups);
                None
            }
            ApproverVerdict::NotInGroup { groups } => Some(StruckWhy::NotApprover { groups }),
            ApproverVerdict::UnknownPerson => Some(StruckWhy::UnknownPerson),
        };
        let (person, account, given, at) = (glass.person.clone(), glass.account.clone(), glass.at, standing.now);
        struck.extend(why.map(|why| StruckApproval { person, account, given, at, glass: true, why }));
    }
    unknown.sort();
    unknown.dedup();
    Ruling { need: Some(need), struck, missing, unknown }
}

impl Ruling {
    /// Nobody's approval is needed.
    fn free() -> Self {
        Self { need: None, struck: Vec::new(), missing: 0, unknown: Vec::new() }
    }
}

#[cfg(test)]
mod tests;
