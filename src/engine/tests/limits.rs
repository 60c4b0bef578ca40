//! What is kept, and what is let go: requests that ended, bulletins, ids, days; and how a platform that fails is left alone.

use std::time::Duration;

use jiff::SignedDuration;

use super::bench::{Bench, button, said};
use crate::domain::bulletin::{Bulletin, News};
use crate::domain::ids::RequestId;
use crate::domain::request::{Origin, Request, State};
use crate::engine::May;
use crate::engine::core::{Core, Incoming, Turn};
use crate::engine::record::BulletinRow;
use crate::message::model::Action;
use crate::message::plain;

/// Requests that were refused as parts of a plan, which have no messages of their own, the older first.
async fn refused(bench: &mut Bench, count: usize) -> Vec<RequestId> {
    let like = bench.request("alice", "take web-01 x").await;
    let like = bench.known(&like).clone();
    let mut ids = Vec::new();
    bench
        .does(|core, turn| {
            for _ in 0..count {
                let id = RequestId::from_bits((core.parts.random)().unwrap());
                let (seq, state) = (core.next_seq, State::Refused { blockers: Vec::new() });
                let origin = Some(Origin::Part { of: like.id.clone(), place: 0 });
                let request = Request { id: id.clone(), seq, state, origin, plan: None, ..like.clone() };
                core.begin(request, "take web-01 x", turn);
                ids.push(id);
            }
        })
        .await;
    ids
}

fn at_hand(core: &Core, ids: &[RequestId]) -> usize {
    ids.iter().filter(|id| core.request(id).is_some()).count()
}

#[tokio::test]
async fn of_more_than_a_thousand_requests_that_ended_the_newest_are_kept_at_hand() {
    let mut bench = Bench::new().await;
    let first = refused(&mut bench, 1_000).await;
    assert_eq!(at_hand(&bench.core, &first), 1_000, "nothing is forgotten yet");
    let more = refused(&mut bench, 1).await;
    // The next number in the order of asking is 1,004: of those that ended, numbers from 504 on are kept.
    assert_eq!((at_hand(&bench.core, &first), at_hand(&bench.core, &more)), (498, 1));
    assert_eq!(bench.store.keys("request/done/").len(), 1_001, "the store keeps them all");
    let status = bench.told("alice", &format!("status {}", first[0])).await;
    assert!(status.contains("web-01"), "{status}");
    let bench = bench.restart().await;
    assert_eq!((at_hand(&bench.core, &first), at_hand(&bench.core, &more)), (498, 1));
}

#[tokio::test]
async fn a_request_that_is_open_is_kept_however_many_ended_after_it() {
    let mut bench = Bench::new().await;
    let open = bench.request("alice", "take web-02 long").await;
    let ended = refused(&mut bench, 1_200).await;
    assert!(matches!(bench.state(&open), State::Running { .. }));
    assert!(at_hand(&bench.core, &ended) < 600);
    // It ends late: a restart finds it by a row of its own.
    let update = bench.lab.end_of(1);
    bench.hear(update).await;
    assert!(matches!(bench.state(&open), State::Done { .. }));
    assert_eq!(bench.store.keys("late/").len(), 1);
    let mut bench = bench.restart().await;
    assert!(matches!(bench.state(&open), State::Done { .. }));
    // Once it is forgotten, its row goes.
    bench.core.tables.requests.forget(|id| *id == open);
    bench.taken("carol", "prod-01", "x").await;
    assert!(bench.store.keys("late/").is_empty());
}

#[tokio::test]
async fn two_hundred_bulletins_are_kept_and_what_is_told_without_buttons_goes_first() {
    let mut bench = Bench::new().await;
    for _ in 0..205 {
        let news = News::ChannelLost { request: RequestId::from_bits(1) };
        let mut turn = Turn::default();
        bench.core.announce(&"console:ops".into(), "en", news, &mut turn).await.unwrap();
        bench.core.finish(turn, false).await;
        bench.rest().await;
    }
    let kept = bench.store.keys("bulletin/");
    assert_eq!((kept.len(), kept[0].as_str()), (200, "bulletin/00000000000000000006"));
    assert_eq!(bench.room.messages().len(), 205, "all were told");
}

#[tokio::test]
async fn a_platform_that_fails_is_left_alone_twice_as_long_each_time_up_to_a_minute() {
    let mut bench = Bench::new().await;
    bench.room.set_away(true);
    bench.request("alice", "take web-01 x").await;
    for _ in 0..240 {
        bench.pass(SignedDuration::from_secs(1)).await;
    }
    let tries = bench.room.tries();
    let pauses: Vec<Duration> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses, [5, 10, 20, 40, 60, 60].map(Duration::from_secs));
    bench.room.set_away(false);
    bench.pass(SignedDuration::from_secs(60)).await;
    assert_eq!(bench.room.messages().len(), 1, "it is shown when the platform is back");
    bench.room.set_away(true);
    let before = bench.room.tries().len();
    bench.pass(SignedDuration::from_secs(2)).await;
    bench.pass(SignedDuration::from_secs(5)).await;
    let tries = bench.room.tries();
    assert_eq!(tries[before + 1] - tries[before], Duration::from_secs(5), "from the beginning after a success");
}

#[tokio::test]
async fn a_report_is_answered_however_much_is_kept() {
    let mut bench = Bench::new().await;
    bench.room.set_away(true);
    bench
        .does(|core, _| {
            for bits in 1..=200 {
                let (id, locale) = (RequestId::from_bits(bits), "en".to_owned());
                let news = News::ChannelLost { request: id.clone() };
                let bulletin = Bulletin {
                    id: id.clone(),
                    seq: bits.into(),
                    channel: "console:ops".into(),
                    locale,
                    at: core.parts.clock.now(),
                    news,
                };
                core.tables.bulletins.put(id, BulletinRow { bulletin, posted: None, private: false });
            }
        })
        .await;
    let told = bench.told("carol", "report").await;
    assert!(told.starts_with("Snapshots"), "{told}");
    assert_eq!(bench.store.keys("bulletin/").len(), 200);
}

#[tokio::test]
async fn a_message_is_given_up_once() {
    let mut bench = Bench::new().await;
    let id = bench.taken("alice", "web-01", "x").await;
    let lost = || Incoming::Undeliverable(id.clone(), "console:ops".into(), "it is archived".to_owned());
    bench.core.turn(vec![lost()]).await;
    let commits = bench.store.commits().len();
    bench.core.turn(vec![lost()]).await;
    assert_eq!((bench.store.audit("given_up").len(), bench.store.commits().len()), (1, commits));
}

#[tokio::test]
async fn a_line_for_a_vm_and_the_requests_of_a_person_have_an_end() {
    let mut bench = Bench::new().await;
    for number in 0..50 {
        bench.request("alice", &format!("take web-01 n{number}")).await;
    }
    let lines = bench.store.commits().len();
    let told = bench.told("carol", "take web-01 late").await;
    assert!(told.starts_with("50 requests are already waiting for \"web-01\". Nothing was done."), "{told}");
    assert_eq!(bench.store.commits().len(), lines, "a flood is not written down");
    bench.taken("alice", "web-02", "elsewhere").await;
    // What waits for an approval stands in nobody's line.
    for _ in 0..150 {
        bench.request("alice", "revert-latest web-02").await;
    }
    let told = bench.told("alice", "revert-latest web-02").await;
    assert!(told.starts_with("You have 200 open requests"), "{told}");
    bench.request("carol", "take prod-01 x").await;
}

#[tokio::test]
async fn nobody_is_heard_faster_than_ten_times_a_second_for_long() {
    let mut bench = Bench::new().await;
    for _ in 0..1_000 {
        assert!(bench.told("dave", "take web-01").await.starts_with("You may not"));
    }
    bench.taken("alice", "web-01", "before").await;
    let id = bench.request("alice", "revert web-01 before").await;
    let button = button(&bench.message(&id), Action::Approve);
    let lines = bench.store.commits().len();
    assert!(bench.told("dave", "take web-01").await.starts_with("You are sending commands faster"));
    let May::No(card) = bench.may("dave", &button).await else { panic!("he may") };
    assert!(plain::render(&card).starts_with("You are sending commands faster"));
    assert!(said(&bench.press("dave", &button).await).starts_with("You are sending commands faster"));
    assert_eq!(bench.store.commits().len(), lines);
    bench.pass(SignedDuration::from_millis(150)).await;
    assert!(bench.told("dave", "take web-01").await.starts_with("You may not"));
    assert!(bench.told("dave", "take web-01").await.starts_with("You are sending commands faster"));
}

#[tokio::test]
async fn the_oldest_of_twenty_questions_back_makes_room() {
    let mut bench = Bench::new().await;
    bench.lab.add_again("DC1/elsewhere", "web-01");
    for _ in 0..25 {
        assert!(bench.told("carol", "list web-01").await.contains("which one"));
    }
    assert!(bench.core.tables.drafts.values().count() <= 20);
}
