use super::*;

#[tokio::test]
async fn only_the_newest_is_shown_and_where_it_stands_is_remembered() {
    let (details, message) = (Details::new(), MessageId::new("m"));
    assert!(details.is_new(&message, 1));
    assert!(!details.is_new(&message, 1), "it is there already");
    let turn = details.turn(&message, 1).await;
    assert_eq!(turn.map(|turn| turn.there), Some(None), "it is to be looked for");
    details.stands_in(&message, 1, Some("t".to_owned()));
    assert!(details.is_new(&message, 2));
    assert!(details.turn(&message, 1).await.is_none(), "something newer is on its way");
    // An older one that is posted only now does not make the newest look old.
    details.stands_in(&message, 1, Some("t".to_owned()));
    assert!(!details.is_new(&message, 2));
    assert_eq!(details.turn(&message, 2).await.map(|turn| turn.there), Some(Some("t".to_owned())));
}

#[tokio::test]
async fn one_thread_is_changed_at_a_time() {
    let (details, message) = (Details::new(), MessageId::new("m"));
    details.is_new(&message, 1);
    let first = details.turn(&message, 1).await;
    let second = tokio::time::timeout(std::time::Duration::ZERO, details.turn(&message, 1)).await;
    assert!(second.is_err(), "the first is still at it");
    drop(first);
    assert!(details.turn(&message, 1).await.is_some());
}
