//! Readings at drawn times, and what they are worth: never longer than the group says, whatever the clocks do.

use proptest::prelude::*;

use super::super::Person;
use super::*;

const PLATFORMS: [&str; 2] = ["slack", "discord"];

fn person(name: &str, slack: &[&str], discord: &[&str]) -> Person {
    let slack = slack.iter().map(|user| Account::new("slack", format!("T1/{user}")));
    let accounts = slack.chain(discord.iter().map(|id| Account::new("discord", *id))).collect();
    Person { id: name.into(), name: name.to_owned(), groups: Vec::new(), unknown_groups: Vec::new(), accounts }
}

fn group(name: &str, slack: &[&str], discord: &[&str], minutes: i64) -> PlatformGroup {
    let slack = slack.iter().map(|id| Account::new("slack", *id));
    let ids = slack.chain(discord.iter().map(|role| Account::new("discord", format!("&{role}")))).collect();
    PlatformGroup { name: name.into(), ids, expires: SignedDuration::from_mins(minutes) }
}

fn policy() -> Policy {
    Policy {
        people: vec![person("ann", &["U1"], &["1"]), person("ben", &["U2"], &["2"]), person("cid", &[], &[])],
        platform_groups: vec![group("approvers", &["S1"], &[], 15), group("oncall", &["S2"], &["9"], 30)],
        ..Policy::default()
    }
}

fn at(minutes: i64) -> Moment {
    let start: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
    let process = SignedDuration::from_mins(minutes);
    Moment { wall: start.checked_add(process).unwrap(), process }
}

fn members(subject: &str, of: &[(&str, bool)]) -> Finding {
    let members = of.iter().map(|(account, is_in)| ((*account).into(), *is_in)).collect();
    Finding { subject: subject.into(), answer: Answer::Members(members) }
}

fn unread(subject: &str) -> Finding {
    Finding { subject: subject.into(), answer: Answer::Unread("it is away".to_owned()) }
}

/// Whether somebody is in a group, at a moment.
fn is_in(known: &Memberships, policy: &Policy, name: &str, group: &str, now: Moment) -> Truth {
    let applied = known.at(policy, &PLATFORMS, now).applied();
    let person = applied.people.iter().find(|person| person.name == name).unwrap();
    assert_eq!(applied.people.iter().any(|one| !one.unknown_groups.is_empty()), !applied.unknown_groups.is_empty());
    person.is_in(&[group.into()])
}

#[test]
fn each_group_is_known_by_itself() {
    let (policy, mut known) = (policy(), Memberships::default());
    known.configured(&policy, at(0));
    assert_eq!(is_in(&known, &policy, "ann", "approvers", at(0)), Truth::Unknown, "nobody has asked yet");
    assert_eq!(is_in(&known, &policy, "cid", "approvers", at(0)), Truth::No, "without an account nobody is in it");
    known.take(members("slack:S1", &[("slack:T1/U1", true), ("slack:T1/U2", false)]), at(1));
    known.take(unread("slack:S2"), at(1));
    assert_eq!(is_in(&known, &policy, "ann", "approvers", at(1)), Truth::Yes);
    assert_eq!(is_in(&known, &policy, "ben", "approvers", at(1)), Truth::No);
    assert_eq!(is_in(&known, &policy, "ann", "oncall", at(1)), Truth::Unknown);
    // One platform suffices for a yes, and for a no all have to say it.
    known.take(members("discord:1", &[("discord:&9", true)]), at(2));
    known.take(members("discord:2", &[("discord:&9", false)]), at(2));
    assert_eq!(is_in(&known, &policy, "ann", "oncall", at(2)), Truth::Yes);
    assert_eq!(is_in(&known, &policy, "ben", "oncall", at(2)), Truth::Unknown);
    known.take(members("slack:S2", &[("slack:T1/U1", false), ("slack:T1/U2", false)]), at(3));
    assert_eq!(is_in(&known, &policy, "ben", "oncall", at(3)), Truth::No);
    let read_at = known.at(&policy, &PLATFORMS, at(3)).applied().read_at;
    assert_eq!(read_at.get(&Group::new("oncall")), Some(&at(2).wall), "the oldest answer that it rests on");
}

#[test]
fn what_was_never_asked_about_is_unknown_and_what_is_not_configured_is_forgotten() {
    let (mut policy, mut known) = (policy(), Memberships::default());
    known.configured(&policy, at(0));
    known.take(members("slack:S1", &[("slack:T1/U1", true), ("slack:T1/U2", false)]), at(0));
    // Somebody who came by a new configuration was not asked about.
    policy.people.push(person("dan", &["U4"], &[]));
    known.configured(&policy, at(1));
    assert_eq!(is_in(&known, &policy, "dan", "approvers", at(1)), Truth::Unknown);
    assert_eq!(is_in(&known, &policy, "ann", "approvers", at(1)), Truth::Yes);
    // The group is another one from now on.
    policy.platform_groups[0].ids = vec!["slack:S7".into()];
    known.configured(&policy, at(2));
    assert_eq!(is_in(&known, &policy, "ann", "approvers", at(2)), Truth::Unknown);
    policy.platform_groups.clear();
    known.configured(&policy, at(3));
    assert_eq!(
        (is_in(&known, &policy, "ann", "approvers", at(3)), known.members(&"slack:S1".into())),
        (Truth::No, None)
    );
    // An account that two people claim is nobody's, and a platform that is not there has nobody.
    let mut policy = self::policy();
    policy.people[1].accounts[0] = policy.people[0].accounts[0].clone();
    known.take(members("slack:S1", &[("slack:T1/U1", true)]), at(4));
    assert_eq!(is_in(&known, &policy, "ann", "approvers", at(4)), Truth::No);
    let nowhere = Memberships::default();
    assert!(nowhere.at(&self::policy(), &["console"], at(0)).applied().unknown_groups.is_empty());
}

#[test]
fn what_cannot_be_read_is_told_with_since_when_and_why() {
    let (policy, mut known) = (policy(), Memberships::default());
    let told = |known: &Memberships, now| -> Vec<(String, Timestamp, String)> {
        let unread = known.at(&policy, &PLATFORMS, now).unread();
        unread.into_iter().map(|(group, unread)| (group.to_string(), unread.since, unread.why)).collect()
    };
    known.configured(&policy, at(0));
    let waits = "there is no answer yet".to_owned();
    let both = [("approvers".to_owned(), at(0).wall, waits.clone()), ("oncall".to_owned(), at(0).wall, waits)];
    assert_eq!(told(&known, at(1)), both);
    for subject in ["slack:S1", "slack:S2"] {
        known.take(members(subject, &[("slack:T1/U1", true), ("slack:T1/U2", false)]), at(2));
    }
    for (subject, role) in [("discord:1", false), ("discord:2", true)] {
        known.take(members(subject, &[("discord:&9", role)]), at(2));
    }
    assert_eq!(told(&known, at(3)), []);
    // Since the first try that failed, although what was read before still counts.
    known.take(unread("slack:S1"), at(7));
    known.take(unread("slack:S1"), at(8));
    assert_eq!(told(&known, at(9)), [("approvers".to_owned(), at(7).wall, "it is away".to_owned())]);
    assert_eq!(is_in(&known, &policy, "ann", "approvers", at(9)), Truth::Yes);
    // One account that cannot be looked up makes the group of the role doubtful.
    known.take(unread("discord:2"), at(10));
    assert_eq!(told(&known, at(10)).len(), 2);
    known.take(members("discord:2", &[("discord:&9", true)]), at(11));
    known.take(members("slack:S1", &[("slack:T1/U1", true), ("slack:T1/U2", false)]), at(11));
    assert_eq!(told(&known, at(12)), []);
    // Nothing failed, and nobody asked any more.
    let expired = [("approvers".to_owned(), at(26).wall, "the last answer has expired".to_owned())];
    assert_eq!(told(&known, at(27)), expired);
}

#[test]
fn a_reading_is_taken_over_by_the_next_life_as_old_as_it_is() {
    let (policy, mut known) = (policy(), Memberships::default());
    known.take(members("slack:S1", &[("slack:T1/U1", true), ("slack:T1/U2", false)]), at(0));
    let row = serde_json::to_string(known.members(&"slack:S1".into()).unwrap()).unwrap();
    // The process began a minute ago, and the reading is ten minutes old.
    let begun = |minutes: i64| Moment { process: SignedDuration::from_mins(minutes - 9), ..at(minutes) };
    let mut next = Memberships::default();
    next.restore("slack:S1".into(), serde_json::from_str(&row).unwrap(), begun(10));
    assert_eq!(is_in(&next, &policy, "ann", "approvers", begun(14)), Truth::Yes);
    assert_eq!(is_in(&next, &policy, "ann", "approvers", begun(15)), Truth::Unknown);
    assert_eq!(next.next_change(&policy, begun(10)), Some(SignedDuration::from_mins(5)));
}

#[test]
fn members_are_read_three_times_in_the_life_of_a_reading_and_every_five_minutes_at_least() {
    let every = |minutes: &[i64]| {
        let groups = minutes.iter().map(|minutes| group("g", &["S1"], &[], *minutes)).collect();
        Policy { platform_groups: groups, ..Policy::default() }.read_again_after()
    };
    assert_eq!(every(&[]), SignedDuration::from_mins(5));
    assert_eq!(every(&[15, 1_440]), SignedDuration::from_mins(5));
    assert_eq!(every(&[1_440, 6]), SignedDuration::from_mins(2));
}

proptest! {
    /// However the clock of the machine is set meanwhile, a reading counts no longer than its life by the clock that cannot be set, and
    /// never once the machine's clock says that it is over.
    #[test]
    fn a_reading_never_outlives_its_life(
        life in 5_i64..=1_440,
        read in 0_i64..10_000,
        passed in 0_i64..100_000,
        set_by in -50_000_i64..50_000,
        is_set in any::<bool>(),
    ) {
        let policy = Policy { platform_groups: vec![group("approvers", &["S1"], &[], life)], ..policy() };
        let mut known = Memberships::default();
        let start = Moment { process: SignedDuration::from_secs(read), ..at(0) };
        known.take(members("slack:S1", &[("slack:T1/U1", true), ("slack:T1/U2", false)]), start);
        let (passed, life) = (SignedDuration::from_secs(passed), SignedDuration::from_mins(life));
        let shift = if is_set { SignedDuration::from_secs(set_by) } else { SignedDuration::ZERO };
        let wall = start.wall.checked_add(passed + shift).unwrap();
        let now = Moment { wall, process: start.process + passed };
        let counts = passed < life && (passed + shift).abs() < life;
        for (name, truth) in [("ann", Truth::Yes), ("ben", Truth::No)] {
            let wanted = if counts { truth } else { Truth::Unknown };
            prop_assert_eq!(is_in(&known, &policy, name, "approvers", now), wanted);
        }
        prop_assert_eq!(known.counting(&policy, now), usize::from(counts));
        // What is to come is announced to the second: right before it counts, and from then on it does not.
        // A clock that was set back may win some of it back, so what is announced then is the earliest.
        if let Some(left) = known.next_change(&policy, now).filter(|_| !is_set) {
            let later = |by: SignedDuration| Moment { wall: now.wall.checked_add(by).unwrap(), process: now.process + by };
            let moment = SignedDuration::from_secs(1);
            prop_assert_eq!(known.counting(&policy, later(left - moment)), 1);
            prop_assert_eq!(known.counting(&policy, later(left)), 0);
        }
    }
}
