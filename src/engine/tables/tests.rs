use super::rows::Slot;
use super::*;
use crate::domain::bulletin::{Bulletin, News};
use crate::engine::tests::shelf::{Mishap, Shelf};

fn at(minute: i8) -> jiff::Timestamp {
    let date = jiff::civil::date(2026, 11, 22).at(14, minute, 0, 0);
    date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
}

fn slot(minute: i8) -> SlotRow {
    ("daily".to_owned(), Slot { had: at(minute), again: None })
}

fn daily() -> String {
    "daily".to_owned()
}

fn had(tables: &Tables) -> Option<jiff::Timestamp> {
    tables.slots.get(&daily()).map(|(_, slot)| slot.had)
}

const PLACE: &str = "watch/slot/daily";

fn row(minute: i8) -> Option<String> {
    Some(format!(r#"{{"v":1,"row":["daily",{{"had":"{}","again":null}}]}}"#, at(minute)))
}

fn bulletin(bits: u32, seq: u64) -> BulletinRow {
    let id = RequestId::from_bits(bits);
    let news = News::ChannelLost { request: id.clone() };
    let (channel, locale) = ("console:ops".into(), "en".to_owned());
    BulletinRow { bulletin: Bulletin { id, seq, channel, locale, at: at(0), news }, posted: None, private: false }
}

fn post(tables: &mut Tables, bulletin: BulletinRow) -> RequestId {
    let id = bulletin.bulletin.id.clone();
    tables.bulletins.put(id.clone(), bulletin);
    id
}

async fn commit(tables: &mut Tables, shelf: &Shelf) -> Result<(), StoreError> {
    let done = tables.commit(shelf, Vec::new(), false).await;
    match &done {
        Ok(()) => tables.keep(),
        Err(error) => tables.discard(error),
    }
    done
}

/// Tables whose report has had the slot of this minute, and their store.
async fn stored(minute: i8) -> (Tables, Shelf) {
    let (mut tables, shelf) = (Tables::default(), Shelf::default());
    tables.slots.put(daily(), slot(minute));
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!(shelf.row(PLACE), row(minute));
    (tables, shelf)
}

#[tokio::test]
async fn a_turn_reads_what_it_has_written_and_the_base_is_as_before() {
    let (mut tables, _) = stored(1).await;
    tables.slots.put(daily(), slot(2));
    tables.slots.put("weekly".to_owned(), ("weekly".to_owned(), slot(3).1));
    assert_eq!(had(&tables), Some(at(2)));
    assert_eq!(tables.slots.before(&daily()), Some(&slot(1)));
    assert_eq!((tables.slots.len(), tables.slots.keys().count()), (2, 2));
    assert!(tables.slots.has_new() && tables.has_reason());
    tables.slots.remove(&daily());
    assert_eq!((had(&tables), tables.slots.len()), (None, 1));
    assert!(!tables.slots.contains(&daily()) && tables.slots.change(&daily()).is_none());
}

#[tokio::test]
async fn what_is_committed_is_there_after_a_restart_and_what_is_deleted_is_not() {
    let (mut tables, shelf) = stored(1).await;
    tables.slots.change(&daily()).unwrap().1.had = at(2);
    tables
        .freeze
        .put((), Freeze { by: "carol".into(), account: "console:carol".into(), reason: "x".to_owned(), at: at(0) });
    tables.late.put(7, LateSeq(3));
    tables.reconciled.put("a/b%2f".into(), Progress { until: at(1), at: at(2) });
    commit(&mut tables, &shelf).await.unwrap();
    assert!(!tables.slots.is_changed() && !tables.has_reason());
    let mut after = Tables::default();
    after.load(&shelf).await.unwrap();
    assert_eq!(had(&after), Some(at(2)));
    assert_eq!(after.freeze.get(&()).unwrap().reason, "x");
    assert_eq!(after.late.get(&7), Some(&LateSeq(3)));
    assert_eq!(shelf.keys("meta/reconciled/"), ["meta/reconciled/a%2fb%252f"]);
    assert!(after.reconciled.contains(&"a/b%2f".into()), "its key is read off its place");
    after.freeze.remove(&());
    commit(&mut after, &shelf).await.unwrap();
    assert_eq!(shelf.row("meta/freeze"), None);
}

#[tokio::test]
async fn a_commit_that_fails_changes_nothing() {
    let (mut tables, shelf) = stored(1).await;
    shelf.next_commits(&[Mishap::Fails]);
    tables.slots.put(daily(), slot(2));
    tables.late.put(1, LateSeq(1));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Io(_))));
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(1)), row(1)));
    assert!(!tables.late.contains(&1) && !tables.is_doubtful(), "it is certain");
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!(shelf.commits().last(), Some(&Commit::default()), "nothing is left to be written");
}

#[tokio::test]
async fn a_lost_answer_is_read_back() {
    let (mut tables, shelf) = stored(1).await;
    shelf.next_commits(&[Mishap::AnswerLost, Mishap::Lost]);
    tables.slots.put(daily(), slot(2));
    assert_eq!(commit(&mut tables, &shelf).await, Ok(()), "it was written");
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(2)), row(2)));
    tables.slots.put(daily(), slot(3));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Io(_))), "it was not");
    assert_eq!((had(&tables), tables.is_doubtful()), (Some(at(2)), false));
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_read_back_too() {
    let (mut tables, shelf) = stored(1).await;
    for (mishap, is_gone) in [(Mishap::Lost, false), (Mishap::AnswerLost, true)] {
        shelf.next_commits(&[mishap]);
        tables.slots.remove(&daily());
        assert_eq!(commit(&mut tables, &shelf).await.is_ok(), is_gone);
        assert_eq!((had(&tables).is_none(), tables.is_doubtful()), (is_gone, false));
    }
}

#[tokio::test]
async fn what_does_not_change_tells_nothing_about_a_lost_answer() {
    let (mut tables, shelf) = stored(1).await;
    shelf.next_commits(&[Mishap::Lost]);
    tables.slots.put(daily(), slot(1));
    tables.late.put(9, LateSeq(4));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Io(_))), "the other row says so");
    shelf.next_commits(&[Mishap::Lost]);
    tables.slots.put(daily(), slot(1));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Unknown(_))), "nothing says so");
}

#[tokio::test]
async fn what_may_have_been_written_is_written_again_as_it_was_with_the_next_commit() {
    let (mut tables, shelf) = stored(1).await;
    let kept = post(&mut tables, bulletin(1, 4));
    commit(&mut tables, &shelf).await.unwrap();
    // The commit is written, its answer is lost, and nothing can be read either.
    shelf.next_commits(&[Mishap::AnswerLost]);
    shelf.unreadable(true);
    tables.slots.put(daily(), slot(2));
    tables.bulletins.remove(&kept);
    let gone = post(&mut tables, bulletin(2, 5));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Unknown(_))));
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(1)), row(2)), "the store has it otherwise");
    assert!(tables.bulletins.contains(&kept) && !tables.bulletins.contains(&gone));
    assert!(tables.is_doubtful() && !tables.has_reason());
    // It stays so until a commit succeeds.
    shelf.unreadable(false);
    shelf.next_commits(&[Mishap::Fails]);
    commit(&mut tables, &shelf).await.unwrap_err();
    assert!(tables.is_doubtful());
    commit(&mut tables, &shelf).await.unwrap();
    assert!(!tables.is_doubtful());
    assert_eq!(shelf.row(PLACE), row(1));
    assert_eq!(shelf.keys("bulletin/"), ["bulletin/00000000000000000004"]);
    assert_eq!(shelf.keys("id/"), [format!("id/{kept}")], "an id that nobody heard of is free");
}

#[tokio::test]
async fn what_a_turn_changes_comes_before_what_is_doubtful() {
    let (mut tables, shelf) = stored(1).await;
    shelf.next_commits(&[Mishap::AnswerLost]);
    shelf.unreadable(true);
    tables.slots.put(daily(), slot(2));
    commit(&mut tables, &shelf).await.unwrap_err();
    shelf.unreadable(false);
    tables.slots.put(daily(), slot(3));
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(3)), row(3)));
}

/// Tables with the slot of minute 1, whose store may have that of minute 2, and has.
async fn doubtful() -> (Tables, Shelf) {
    let (mut tables, shelf) = stored(1).await;
    shelf.next_commits(&[Mishap::AnswerLost, Mishap::Lost]);
    shelf.unreadable(true);
    tables.slots.put(daily(), slot(2));
    commit(&mut tables, &shelf).await.unwrap_err();
    shelf.unreadable(false);
    (tables, shelf)
}

#[tokio::test]
async fn the_same_commit_once_more_was_written_by_the_first_or_the_second() {
    let (mut tables, shelf) = doubtful().await;
    tables.slots.put(daily(), slot(2));
    assert_eq!(commit(&mut tables, &shelf).await, Ok(()));
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(2)), row(2)));
}

#[tokio::test]
async fn what_an_earlier_commit_may_have_left_does_not_tell_whether_another_one_was_written() {
    let (mut tables, shelf) = doubtful().await;
    tables.late.put(1, LateSeq(1));
    tables.slots.put(daily(), slot(2));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Io(_))), "the other row says so");
    shelf.next_commits(&[Mishap::Lost]);
    tables.slots.put(daily(), slot(3));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Io(_))), "nobody wrote this before");
    assert!(tables.is_doubtful());
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(1)), row(1)));
}

#[tokio::test]
async fn a_change_that_is_not_written_is_kept_and_discarded_like_every_other() {
    let (mut tables, shelf) = stored(1).await;
    tables.slots.change_unwritten(&daily()).unwrap().1.had = at(2);
    assert_eq!((had(&tables), tables.has_reason()), (Some(at(2)), false));
    tables.discard(&StoreError::Unknown(String::new()));
    assert_eq!((had(&tables), tables.is_doubtful()), (Some(at(1)), false));
    tables.slots.change_unwritten(&daily()).unwrap().1.had = at(3);
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(3)), row(1)));
    tables.slots.change(&daily()).unwrap();
    tables.slots.change_unwritten(&daily()).unwrap().1.had = at(4);
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!(shelf.row(PLACE), row(4), "a row that is written anyway is written as it is");
}

#[tokio::test]
async fn a_row_that_is_removed_for_good_goes_whatever_becomes_of_the_turn() {
    let (mut tables, shelf) = stored(1).await;
    tables.slots.remove_for_good(&daily());
    tables.slots.remove_for_good(&"weekly".to_owned());
    tables.discard(&StoreError::Io(String::new()));
    assert_eq!((had(&tables), tables.is_doubtful()), (None, true));
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!(shelf.row(PLACE), None);
}

#[tokio::test]
async fn a_row_that_is_forgotten_stays_in_the_store() {
    let (mut tables, shelf) = stored(1).await;
    tables.slots.forget(|report| report == "daily");
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!((had(&tables), shelf.row(PLACE)), (None, row(1)));
}

#[tokio::test]
async fn an_event_that_was_seen_alone_is_no_reason_to_write() {
    let mut tables = Tables::default();
    tables.seen.put("slack/Ev1".to_owned(), ("slack/Ev1".to_owned(), at(1)));
    assert!(!tables.has_reason());
    tables.late.put(1, LateSeq(1));
    assert!(tables.has_reason());
}

#[tokio::test]
async fn a_row_that_comes_and_goes_in_one_turn_is_not_written() {
    let (mut tables, shelf) = stored(1).await;
    let id = post(&mut tables, bulletin(3, 9));
    tables.bulletins.remove(&id);
    assert!(!tables.bulletins.has_new());
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!(shelf.commits().last(), Some(&Commit::default()));
    assert!(!tables.bulletins.contains(&id));
}

#[tokio::test]
async fn a_row_of_a_newer_version_is_not_loaded() {
    let shelf = Shelf::default();
    shelf.put("meta/freeze", r#"{"v":9,"row":{}}"#);
    assert!(matches!(Tables::default().load(&shelf).await, Err(StoreError::Io(why)) if why.contains("meta/freeze")));
}

#[tokio::test]
async fn the_deletion_of_an_event_that_was_never_written_proves_nothing() {
    let (mut tables, shelf) = stored(1).await;
    // A turn of an event alone is kept without a commit.
    tables.seen.put("slack/Ev1".to_owned(), ("slack/Ev1".to_owned(), at(1)));
    tables.keep();
    shelf.next_commits(&[Mishap::Lost]);
    tables.seen.remove(&"slack/Ev1".to_owned());
    tables.slots.put(daily(), slot(2));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Io(_))), "it was not written");
    assert_eq!((had(&tables), shelf.row(PLACE)), (Some(at(1)), row(1)));
}

#[tokio::test]
async fn a_row_that_either_of_two_commits_may_have_written_settles_no_doubt() {
    let (mut tables, shelf) = stored(1).await;
    shelf.next_commits(&[Mishap::AnswerLost, Mishap::Lost]);
    shelf.unreadable(true);
    tables.slots.put(daily(), slot(2));
    post(&mut tables, bulletin(2, 5));
    assert!(matches!(commit(&mut tables, &shelf).await, Err(StoreError::Unknown(_))));
    // The same slot again is found as the first commit left it. What else that one left is not gone yet.
    shelf.unreadable(false);
    tables.slots.put(daily(), slot(2));
    assert_eq!(commit(&mut tables, &shelf).await, Ok(()));
    assert_eq!((had(&tables), tables.is_doubtful(), shelf.keys("bulletin/").len()), (Some(at(2)), true, 1));
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!((shelf.row(PLACE), tables.is_doubtful(), shelf.keys("bulletin/").len()), (row(2), false, 0));
}

#[tokio::test]
async fn a_row_in_doubt_is_not_forgotten() {
    let (mut tables, shelf) = stored(1).await;
    tables.slots.doubt(PLACE.to_owned(), daily());
    tables.slots.forget(|_| true);
    commit(&mut tables, &shelf).await.unwrap();
    assert_eq!(shelf.row(PLACE), row(1));
}
