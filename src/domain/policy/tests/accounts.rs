//! Chat accounts that are almost somebody's, and clicks under rules that nobody may approve.

use super::drawn::Dice;
use super::*;

/// How many near-misses, and how many clicks, are tried.
const CASES: u64 = 1_000;

fn people() -> Policy {
    let account = |team: &str, user: &str| SlackAccount { team: team.to_owned(), user: user.to_owned() };
    let mut alice = person("alice", &["team-web"]);
    alice.slack = vec![account("T0123ABCD", "U0456EFGH"), account("E0999XYZ", "W0777AAA")];
    alice.discord = vec!["80351110224678912".to_owned()];
    let mut bob = person("bob", &["approvers"]);
    bob.slack = vec![account("T0123ABCD", "U0888IJKL")];
    bob.discord = vec!["80351110224678913".to_owned(), "112233445566778899".to_owned()];
    // Somebody without an account, and somebody whose entry was left half empty.
    let mut carol = person("carol", &["administrators"]);
    carol.slack = vec![account("", ""), account("T0123ABCD", ""), account("", "U0456EFGH")];
    carol.discord = vec![String::new()];
    Policy { people: vec![alice, bob, carol, person("dave", &[])], ..Policy::default() }
}

fn accounts(policy: &Policy) -> Vec<SlackAccount> {
    let all = policy.people.iter().flat_map(|person| person.slack.clone());
    all.filter(|account| !account.team.is_empty() && !account.user.is_empty()).collect()
}

fn discord_ids(policy: &Policy) -> Vec<String> {
    policy.people.iter().flat_map(|person| person.discord.clone()).filter(|id| !id.is_empty()).collect()
}

#[test]
fn an_account_is_its_persons() {
    let policy = people();
    let slack = |team, user| policy.person_of_slack(Some(team), Some(user)).map(|person| person.name.as_str());
    assert_eq!(slack("T0123ABCD", "U0456EFGH"), Some("alice"));
    assert_eq!(slack("E0999XYZ", "W0777AAA"), Some("alice"));
    assert_eq!(slack("T0123ABCD", "U0888IJKL"), Some("bob"));
    for (user, name) in [("80351110224678912", "alice"), ("80351110224678913", "bob"), ("112233445566778899", "bob")] {
        assert_eq!(policy.person_of_discord(Some(user)).map(|person| person.name.as_str()), Some(name));
    }
}

#[test]
fn an_account_that_two_people_claim_is_nobodys() {
    let mut policy = people();
    let (slack, discord) = (policy.people[0].slack[0].clone(), policy.people[0].discord[0].clone());
    policy.people[3].slack.push(slack.clone());
    policy.people[3].discord.push(discord.clone());
    assert_eq!(policy.person_of_slack(Some(&slack.team), Some(&slack.user)), None);
    assert_eq!(policy.person_of_discord(Some(&discord)), None);
}

/// Something that is not the id, and looks like it.
fn near(id: &str, dice: &mut Dice) -> Option<String> {
    let at = dice.below(id.len());
    let other = *dice.pick(&['0', '9', 'A', 'Z', 'a', 'é', ' ', '/', '\0', '\u{200b}']);
    let mut text: Vec<char> = id.chars().collect();
    match dice.below(8) {
        0 => return None,
        1 => text.clear(),
        2 => text[at] = other,
        3 => text.insert(at, other),
        4 => drop(text.remove(at)),
        5 => text.push(other),
        6 => text = id.to_lowercase().chars().collect(),
        _ => text.truncate(at),
    }
    Some(text.into_iter().collect())
}

#[test]
fn what_is_almost_an_account_is_nobodys() {
    let policy = people();
    let (accounts, ids) = (accounts(&policy), discord_ids(&policy));
    let (mut slack, mut discord, mut number) = (0, 0, 0);
    while slack < CASES || discord < CASES {
        number += 1;
        let mut dice = Dice::new(number);
        let account = dice.pick(&accounts).clone();
        let (mut team, mut user) = (Some(account.team.clone()), Some(account.user.clone()));
        match dice.below(4) {
            0 => team = near(&account.team, &mut dice),
            1 => user = near(&account.user, &mut dice),
            2 => (team, user) = (near(&account.team, &mut dice), near(&account.user, &mut dice)),
            // The right user of another workspace.
            _ => team = Some(dice.pick(&accounts).team.clone()),
        }
        let is_one = |own: &SlackAccount| team.as_ref() == Some(&own.team) && user.as_ref() == Some(&own.user);
        if slack < CASES && !accounts.iter().any(is_one) {
            let found = policy.person_of_slack(team.as_deref(), user.as_deref());
            assert_eq!(found, None, "case {number}: {team:?} {user:?}");
            slack += 1;
        }
        let id = near(&dice.pick(&ids).clone(), &mut dice);
        if discord < CASES && !ids.iter().any(|own| Some(own) == id.as_ref()) {
            assert_eq!(policy.person_of_discord(id.as_deref()), None, "case {number}: {id:?}");
            discord += 1;
        }
    }
    told!("rights: {slack} near-misses of Slack accounts and {discord} of Discord accounts, 0 pass");
}

#[test]
fn no_click_passes_where_nobody_may_approve() {
    let mut passed = 0;
    for number in 0..CASES {
        let mut dice = Dice::new(number);
        let policy = dice.rules().policy();
        let mut rule = dice.rule("approval".to_owned()).parsed_approval();
        rule.approvers.clear();
        rule.self_approval = dice.one_in(2);
        let who = ["me", "other", "stranger"].map(PersonId::new);
        let (clicks, asks) = (dice.pick(&who).clone(), dice.pick(&who).clone());
        passed += u32::from(may_approve(&policy, &clicks, &rule, &asks) == ApproverVerdict::Yes);
    }
    told!("rights: empty approver lists: {passed} of {CASES} clicks pass");
    assert_eq!(passed, 0);
}
