use super::*;

/// What a stream sends until it ends, as the wire's lines.
async fn read(events: &Events) -> String {
    let stream = events.stream();
    events.close();
    let response = Sse::new(stream).into_response();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn closing_ends_a_stream_that_nobody_feeds() {
    let events = Events::new();
    let text = read(&events).await;
    assert!(!text.contains("event:"), "{text}");
}

#[tokio::test]
async fn who_is_too_slow_is_told_to_fetch_everything() {
    let events = Events::new();
    let mut stream = Box::pin(events.stream());
    for n in 0..BACKLOG + 10 {
        events.tell(Change::Edit("ops".into(), MessageId::new(format!("m-{n}"))));
    }
    let first: Vec<_> = stream.by_ref().take(3).collect().await;
    let text = format!("{first:?}");
    assert!(text.contains("resync"), "{text}");
    assert!(text.contains("m-10"), "the oldest that is still there comes next: {text}");
}

#[tokio::test]
async fn there_is_a_last_reader() {
    let events = Events::new();
    let readers: Vec<_> = (0..MAX_READERS).map(|_| events.response(None).unwrap()).collect();
    assert_eq!(events.response(None).unwrap_err().code, "too_many_readers");
    drop(readers);
    assert!(events.response(None).is_ok());
}

#[tokio::test]
async fn one_person_leaves_room_for_others() {
    let events = Events::new();
    let of = |person: &str| events.response(Some(person.into()));
    let alice: Vec<_> = (0..MAX_OF_ONE).map(|_| of("alice").unwrap()).collect();
    assert_eq!(of("alice").unwrap_err().message, "You have 16 pages open already.");
    assert!(of("bob").is_ok());
    drop(alice);
    assert!(of("alice").is_ok());
    assert!(events.readers.lock().unwrap().is_empty(), "nobody is remembered who has none");
}
