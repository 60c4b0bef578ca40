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
    let readers: Vec<_> = (0..MAX_READERS).map(|_| events.response().unwrap()).collect();
    assert_eq!(events.response().unwrap_err().code, "too_many_readers");
    drop(readers);
    assert!(events.response().is_ok());
}
