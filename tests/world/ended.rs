//! Requests that end after hundreds of newer ones: their messages say so all the same, whatever ends the process in between.

use jiff::SignedDuration;
use snapwarden::engine::ports::{Commit, Store};
use snapwarden::engine::{Press, record};

use super::fronts::On;
use super::harness::World;
use crate::discord::fake::{By, Channel};
use crate::discord::front::{account_of, channel_id};

everywhere! {
    a_request_that_ended_late_says_so_after_a_restart,
}

/// So many requests are asked for while the process is down, as far as numbers tell.
const NEWER: u64 = 2_000;

impl World {
    /// From the next start on so many newer requests have been asked for.
    async fn others_come_and_go(&self) {
        let row = record::write(&NEWER).unwrap();
        let commit = Commit { puts: vec![("meta/last-seq".to_owned(), row)], ..Commit::default() };
        self.store.commit(commit).await.unwrap();
    }

    /// The chat takes no message and no change of one, or takes them again.
    fn chat_is_away(&self, away: bool) {
        if let Some(slack) = self.front.slack() {
            slack.slack.with(|state| state.trouble.away = away);
        }
        if let Some(fake) = self.front.discord() {
            fake.state().away = away;
        }
    }

    /// Somebody says yes through the console.
    async fn approve(&self, person: &str, token: &str) {
        let press = Press {
            person: person.into(),
            account: format!("console:{person}").into(),
            token: token.to_owned(),
            inputs: std::collections::BTreeMap::new(),
            locale: None,
            once: None,
        };
        let answer = self.bot().handle.press(press).await.unwrap();
        assert_eq!(answer.reply, None);
    }

    async fn until_state(&self, request: &str, state: &str) {
        let is = async || (self.request(request).await["state"] == state).then_some(());
        self.wait_polling(&format!("{request} is {state}"), is).await;
    }
}

async fn a_request_that_ended_late_says_so_after_a_restart(on: On) {
    let mut world = World::on(on).await;
    let asked = world.says("alice", "revert-latest db-01").await.id();
    let token = world.button_of(&asked, "bob", "Approve").await;
    world.die().await;
    world.others_come_and_go().await;
    world.begin().await;
    world.until_request(&asked, "awaiting_approval").await;
    world.chat_is_away(true);
    world.approve("bob", &token).await;
    world.until_state(&asked, "done").await;
    world.die().await;
    world.chat_is_away(false);
    world.begin().await;
    let done = world.until_request(&asked, "done").await;
    assert!(done.text().starts_with("\"db-01\" is back at"), "{}", done.text());
    // The next life knows it as well, and so does whoever asks.
    world.restart().await;
    world.until_request(&asked, "done").await;
    world.says("bob", &format!("status {asked}")).await.says(&["\"db-01\" is back at"]);
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_at_hand_no_more_is_found_in_the_store() {
    let mut world = World::new().await;
    let asked = world.says("alice", "take web-01 before").await.id();
    world.until("done").await;
    world.die().await;
    world.others_come_and_go().await;
    world.begin().await;
    let answer = world.says("alice", &format!("status {asked}")).await;
    answer.says(&["\"web-01\": snapshot \"before\" taken"]);
    assert_eq!(answer.reply.unwrap().labels(), [""; 0], "its buttons mean nothing any more");
    assert_eq!(world.request(&asked).await["state"], "done");
    world.says("alice", "status R-ZZZZ").await.says(&["I know no request"]);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_can_be_shown_nowhere_is_given_up_with_a_reason() {
    let mut world = World::on(On::Discord(By::Gateway)).await;
    let fake = world.discord();
    world.sim.set_task_seconds(600.0);
    let asked = world.says("alice", "take web-01 before").await.id();
    world.until("running").await;
    {
        let mut state = fake.state();
        let closed = Channel {
            direct: Some(account_of("alice")),
            refuses: Some((403, 50_007, "Cannot send messages to this user")),
            ..Channel::default()
        };
        state.channels.insert("1900000000000000077".to_owned(), closed);
        state.channels.get_mut(channel_id("ops")).unwrap().refuses = Some((404, 10_003, "Unknown Channel"));
    }
    world.advance_tasks(SignedDuration::from_secs(601));
    let line = world.until_audit("given_up", 1).await;
    assert_eq!(line["request"], asked);
    assert!(line["why"].as_str().unwrap().contains("takes no direct messages"), "{line}");
    world.until_state(&asked, "done").await;
    // It is not tried, and given up, in every life anew.
    world.restart().await;
    world.until_state(&asked, "done").await;
    let lines = world.store.audit().into_iter().filter(|line| line["kind"] == "given_up");
    assert_eq!(lines.count(), 1);
    world.end_as_it_is(&["CreateSnapshotEx_Task web-01"]).await;
}
