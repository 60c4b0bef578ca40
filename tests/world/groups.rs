//! Groups whose members a platform knows: a right by such a group ends with it, and while it is not known who is in it, it gives none.
//!
//! Everybody acts through the console where it matters that the platform was not asked: a click in Discord brings the roles of whoever clicks.

use jiff::SignedDuration;
use snapwarden::domain::ids::{Account, Group};
use snapwarden::domain::policy::{PlatformGroup, Rule, Truth, VerbPattern, VmPattern};
use snapwarden::engine::{Ask, Press, Rules};

use super::fronts::On;
use super::harness::World;
use super::people::Answer;
use super::said::Said;
use crate::discord::front::account_of;
use crate::slack::fake::FakeSlack;
use crate::slack::front::{beside, user_of};

everywhere! {
    the_rights_of_a_group_end_with_the_group,
    a_group_that_cannot_be_read_stops_no_other,
    the_rights_of_a_group_end_with_its_table,
    what_was_read_expires_between_request_and_approval,
    a_deny_for_a_group_that_cannot_be_read_holds,
    a_group_that_cannot_be_read_is_reported_once,
    a_restart_goes_on_with_what_was_read_for_as_long_as_it_counts,
}

const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// A group by its ids on the platforms.
const APPROVERS: (&str, &str, &str) = ("approvers", "S0APPROVERS", "1700000000000000001");
const ONCALL: (&str, &str, &str) = ("oncall", "S0ONCALL", "1700000000000000002");

/// A world with groups of a platform: those of the front, or of a Slack beside the console.
struct Roster {
    world: World,
    beside: Option<FakeSlack>,
}

impl Roster {
    /// Dave is an approver by the platform, and Carol is on call.
    async fn new(on: On, change: impl FnOnce(&mut Rules)) -> Self {
        let beside = if on == On::Console { Some(FakeSlack::start(&[]).await) } else { None };
        let world = World::with(|setup| {
            setup.on = on;
            if let Some(slack) = &beside {
                self::beside(slack, &mut setup.config);
            }
            let rules = &mut setup.config.rules;
            let is_slack = matches!(on, On::SlackSocket | On::SlackHttp);
            rules.alarms = Some(if is_slack { "slack:C-ops" } else { "console:ops" }.into());
            rules.policy.platform_groups = [APPROVERS, ONCALL].map(table).to_vec();
            change(rules);
        })
        .await;
        let roster = Self { world, beside };
        roster.put(APPROVERS, &["dave"]);
        roster.put(ONCALL, &["carol"]);
        roster.asked_again().await;
        roster.until("dave", APPROVERS, Truth::Yes).await;
        roster.until("carol", ONCALL, Truth::Yes).await;
        roster
    }

    fn slack(&self) -> Option<&FakeSlack> {
        self.beside.as_ref().or_else(|| Some(&self.world.front.slack()?.slack))
    }

    /// These are in the group from now on.
    fn put(&self, group: (&str, &str, &str), people: &[&str]) {
        match self.slack() {
            Some(slack) => slack.with(|state| {
                let users = people.iter().map(|person| user_of(person)).collect();
                state.user_groups.insert(group.1.to_owned(), users);
            }),
            None => {
                let fake = self.world.discord();
                let mut state = fake.state();
                for person in PEOPLE {
                    let roles = state.roles.entry(account_of(person)).or_default();
                    roles.retain(|role| role != group.2);
                    if people.contains(&person) {
                        roles.push(group.2.to_owned());
                    }
                }
            }
        }
    }

    /// The platform has no such group any more.
    fn delete(&self, group: (&str, &str, &str)) {
        match self.slack() {
            Some(slack) => slack.with(|state| state.user_groups.retain(|id, _| id != group.1)),
            None => self.put(group, &[]),
        }
    }

    /// A group cannot be read: on Discord, where accounts are asked about, these people's.
    fn lose(&self, group: (&str, &str, &str), people: &[&str]) {
        match self.slack() {
            Some(slack) => slack.with(|state| state.trouble.unread_groups.extend([group.1.to_owned()])),
            None => {
                let accounts = people.iter().map(|person| account_of(person));
                self.world.discord().state().unread_members.extend(accounts);
            }
        }
    }

    /// Everything can be read again.
    fn mend(&self) {
        match self.slack() {
            Some(slack) => slack.with(|state| state.trouble.unread_groups.clear()),
            None => self.world.discord().state().unread_members.clear(),
        }
    }

    /// The configuration is read again, and so are the platform's groups.
    async fn asked_again(&self) {
        let rules = self.world.config.rules.clone();
        self.world.bot().handle.take_rules(rules, "the same".to_owned()).await.unwrap();
    }

    fn is_in(&self, person: &str, group: (&str, &str, &str)) -> Truth {
        let rules = self.world.bot().handle.parts().rules();
        rules.policy.person(&person.into()).unwrap().is_in(&[group.0.into()])
    }

    async fn until(&self, person: &str, group: (&str, &str, &str), truth: Truth) {
        let what = format!("whether {person} is in {}: {truth:?}", group.0);
        self.world.wait_polling(&what, async || (self.is_in(person, group) == truth).then_some(())).await;
    }

    /// Somebody presses a button through the console, which tells of no group.
    async fn presses(&self, person: &str, token: &str) -> Answer {
        let press = Press {
            person: person.into(),
            account: format!("console:{person}").into(),
            token: token.to_owned(),
            inputs: std::collections::BTreeMap::new(),
            locale: Some("en".to_owned()),
            once: None,
        };
        let answer = self.world.bot().handle.press(press).await.unwrap();
        Answer { reply: answer.reply.as_ref().map(Said::of), request: answer.request.map(|id| id.to_string()) }
    }

    /// Somebody types something into the console.
    async fn types(&self, person: &str, text: &str) -> String {
        let ask = Ask {
            person: person.into(),
            account: format!("console:{person}").into(),
            channel: "console:ops".into(),
            text: text.to_owned(),
            locale: Some("en".to_owned()),
            once: None,
        };
        let answer = self.world.bot().handle.ask(ask).await.unwrap();
        answer.reply.as_ref().map(Said::of).map(|said| said.text()).unwrap_or_default()
    }

    /// A request of Alice's that waits, and the token of its Approve.
    async fn waiting(&self) -> (String, String) {
        let asked = self.world.says("alice", "revert-latest db-01").await.id();
        let token = self.world.button_of(&asked, "bob", "Approve").await;
        (asked, token)
    }

    /// What `/readyz` says of a group.
    async fn readiness(&self, group: (&str, &str, &str)) -> (bool, String) {
        let (_, said) = self.world.ready().await;
        let checks = said["checks"].as_array().unwrap().clone();
        let of = checks.into_iter().find(|check| check["name"] == format!("group {}", group.0)).unwrap();
        (of["ok"] == true, of["detail"].as_str().unwrap().to_owned())
    }

    /// How often the administrators' channel was told this.
    async fn alarms(&self, title: &str) -> usize {
        let channel = self.world.bot().handle.parts().rules().alarms.clone().unwrap();
        let messages = match channel.platform() {
            "console" => self.world.console_messages("ops").await,
            _ => self.world.channel("ops").await,
        };
        messages.iter().filter(|message| message.text().starts_with(title)).count()
    }
}

fn table(group: (&str, &str, &str)) -> PlatformGroup {
    PlatformGroup {
        name: Group::new(group.0),
        ids: vec![Account::new("slack", group.1), snapwarden::chat::discord::role(group.2)],
        expires: SignedDuration::from_mins(15),
    }
}

const NO_APPROVER: &str = "You cannot decide this: it needs @approvers.";
const NOT_KNOWN: &str = "I cannot allow this now: it is not known whether you are in @approvers.";

async fn the_rights_of_a_group_end_with_the_group(on: On) {
    let roster = Roster::new(on, |_| {}).await;
    let (asked, token) = roster.waiting().await;
    roster.delete(APPROVERS);
    // The next regular reading finds it, or the one after that if the first is just over.
    let gone = async || (roster.is_in("dave", APPROVERS) == Truth::No).then_some(());
    roster.world.advance(SignedDuration::from_mins(5));
    let soon =
        tokio::time::timeout(std::time::Duration::from_secs(5), roster.world.wait_polling("the group is gone", &gone));
    if soon.await.is_err() {
        roster.world.advance(SignedDuration::from_mins(5));
        roster.world.wait_polling("the group is gone", &gone).await;
    }
    roster.presses("dave", &token).await.says(&[NO_APPROVER]);
    assert_eq!(roster.presses("bob", &token).await.text(), "");
    roster.world.until_request(&asked, "done").await;
    assert_eq!(roster.world.ready().await.0, 200, "that there is no such group is known");
    roster.world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn a_group_that_cannot_be_read_stops_no_other(on: On) {
    let roster = Roster::new(on, |_| {}).await;
    let (asked, token) = roster.waiting().await;
    roster.put(APPROVERS, &["alice"]);
    roster.lose(ONCALL, &["carol"]);
    roster.asked_again().await;
    roster.until("dave", APPROVERS, Truth::No).await;
    roster.until("alice", APPROVERS, Truth::Yes).await;
    roster.presses("dave", &token).await.says(&[NO_APPROVER]);
    assert_eq!(roster.is_in("carol", ONCALL), Truth::Yes, "what was read before still counts");
    roster.world.press("alice", "Withdraw").await;
    roster.world.until_request(&asked, "withdrawn").await;
    roster.world.end(&[]).await;
}

async fn the_rights_of_a_group_end_with_its_table(on: On) {
    let mut roster = Roster::new(on, |_| {}).await;
    let (asked, token) = roster.waiting().await;
    roster.world.config.rules.policy.platform_groups.clear();
    roster.asked_again().await;
    roster.presses("dave", &token).await.says(&[NO_APPROVER]);
    // The table is back when nothing counts any more that was read before.
    roster.world.advance(SignedDuration::from_mins(16));
    roster.lose(APPROVERS, &PEOPLE);
    roster.world.config.rules.policy.platform_groups = vec![table(APPROVERS)];
    roster.asked_again().await;
    roster.presses("dave", &token).await.says(&[NOT_KNOWN]);
    roster.mend();
    roster.asked_again().await;
    roster.until("dave", APPROVERS, Truth::Yes).await;
    assert_eq!(roster.presses("dave", &token).await.text(), "");
    roster.world.until_request(&asked, "done").await;
    roster.world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn what_was_read_expires_between_request_and_approval(on: On) {
    let roster = Roster::new(on, |_| {}).await;
    let (asked, token) = roster.waiting().await;
    roster.lose(APPROVERS, &PEOPLE);
    roster.lose(ONCALL, &PEOPLE);
    roster.world.advance(SignedDuration::from_mins(14));
    assert_eq!(roster.is_in("dave", APPROVERS), Truth::Yes);
    roster.world.advance(SignedDuration::from_mins(2));
    let refused = roster.presses("dave", &token).await;
    refused.says(&[NOT_KNOWN, "Nothing was done."]);
    let explained = roster.types("dave", "explain take db-01").await;
    assert!(explained.contains("Members of @approvers on the chat platform cannot be read now."), "{explained}");
    roster.mend();
    roster.asked_again().await;
    // On Discord each account is asked about by itself, and the oldest answer is the one that is told.
    roster.until("dave", APPROVERS, Truth::Yes).await;
    for person in PEOPLE {
        roster.until(person, ONCALL, (person == "carol").into()).await;
    }
    let explained = roster.types("dave", "explain take db-01").await;
    assert!(explained.contains("Members of @approvers on the chat platform, last read: 14:21 UTC."), "{explained}");
    assert_eq!(roster.presses("dave", &token).await.text(), "");
    roster.world.until_request(&asked, "done").await;
    roster.world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn a_deny_for_a_group_that_cannot_be_read_holds(on: On) {
    let roster = Roster::new(on, |rules| {
        rules.policy.denies.push(Rule {
            groups: vec![Group::new(ONCALL.0)],
            verbs: vec![VerbPattern::Any],
            vms: vec![VmPattern::parse("db-*").unwrap()],
            line: Some("[[deny]] at snapwarden.toml:41".to_owned()),
        });
    })
    .await;
    assert_eq!(roster.is_in("alice", ONCALL), Truth::No);
    assert!(roster.types("alice", "list db-01").await.contains("before schema change"));
    roster.lose(APPROVERS, &PEOPLE);
    roster.lose(ONCALL, &PEOPLE);
    roster.world.advance(SignedDuration::from_mins(16));
    let answer = roster.types("alice", "list db-01").await;
    assert!(answer.contains("it is not known whether you are in @oncall"), "{answer}");
    assert!(roster.types("alice", "list web-01").await.contains("web-01"), "the deny is about other VMs");
    roster.mend();
    roster.asked_again().await;
    roster.until("alice", ONCALL, Truth::No).await;
    assert!(roster.types("alice", "list db-01").await.contains("before schema change"));
    roster.world.end(&[]).await;
}

async fn a_group_that_cannot_be_read_is_reported_once(on: On) {
    let mut roster = Roster::new(on, |_| {}).await;
    let (lost, back) = ("The members of @approvers cannot be read.", "The members of @approvers can be read again.");
    roster.lose(APPROVERS, &PEOPLE);
    roster.asked_again().await;
    let unread = async |roster: &Roster| {
        let groups = roster.world.bot().handle.parts().unread_groups.get();
        groups.contains_key(&Group::new("approvers")).then_some(())
    };
    roster.world.wait_polling("it cannot be read", async || unread(&roster).await).await;
    let detail = "its members cannot be read since 2026-11-22T14:05:30Z: ";
    let (is_ok, said) = roster.readiness(APPROVERS).await;
    assert!(is_ok && said.starts_with(detail), "a short gap is no news: {said}");
    assert_eq!(roster.alarms(lost).await, 0);
    roster.world.advance(SignedDuration::from_secs(121));
    roster.world.wait("administrators are told", async || (roster.alarms(lost).await == 1).then_some(())).await;
    let (status, said) = roster.world.ready().await;
    assert_eq!(status, 503, "{said}");
    let (is_ok, said) = roster.readiness(APPROVERS).await;
    assert!(!is_ok && said.starts_with(detail), "{said}");
    // Another life says it no second time.
    roster.world.crash().await;
    roster.world.wait_polling("it cannot be read", async || unread(&roster).await).await;
    roster.world.advance(SignedDuration::from_mins(3));
    roster.mend();
    roster.asked_again().await;
    roster.world.wait("administrators are told", async || (roster.alarms(back).await == 1).then_some(())).await;
    assert_eq!(roster.alarms(lost).await, 1);
    roster.world.wait_polling("it is ready", async || (roster.world.ready().await.0 == 200).then_some(())).await;
    roster.world.end(&[]).await;
}

async fn a_restart_goes_on_with_what_was_read_for_as_long_as_it_counts(on: On) {
    let mut roster = Roster::new(on, |_| {}).await;
    let (asked, token) = roster.waiting().await;
    roster.lose(APPROVERS, &PEOPLE);
    roster.lose(ONCALL, &PEOPLE);
    roster.world.advance(SignedDuration::from_mins(10));
    roster.world.crash().await;
    assert_eq!(roster.is_in("dave", APPROVERS), Truth::Yes);
    roster.world.advance(SignedDuration::from_mins(6));
    roster.presses("dave", &token).await.says(&[NOT_KNOWN]);
    roster.world.crash().await;
    assert_eq!(roster.is_in("dave", APPROVERS), Truth::Unknown);
    assert_eq!(roster.presses("bob", &token).await.text(), "", "what the configuration says needs no platform");
    // What is edited last may have to wait for its turn at the platform.
    roster.world.let_time_run();
    roster.world.until_request(&asked, "done").await;
    roster.world.let_time_stand();
    roster.world.end(&["RevertToSnapshot_Task db-01"]).await;
}
