use axum::extract::Extension;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const LIMITS: Limits = Limits {
    connections: 6,
    per_address: 4,
    per_person: 2,
    for_strangers: 2,
    head: Duration::from_millis(300),
    body: Duration::from_millis(300),
};

/// A server, and its address. At `/me` somebody signs in by saying who they are.
async fn served(limits: Limits) -> (SocketAddr, watch::Sender<bool>) {
    let app = Router::new()
        .route("/healthz", get(async || "ok"))
        .route(
            "/me/{person}",
            get(
                async |Extension(caller): Extension<Caller>,
                       axum::extract::Path(person): axum::extract::Path<String>| {
                    (caller.signed_in)(&person.as_str().into());
                    "you"
                },
            ),
        )
        .route(
            "/echo",
            post(async |body: Result<String, axum::extract::rejection::StringRejection>| match body {
                Ok(text) => text,
                Err(_) => "late".to_owned(),
            }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(Doors::with(limits).serve(listener, app, stopped));
    (address, stop)
}

/// A connection that has got an answer to this.
async fn asked(address: SocketAddr, head: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let answer = again(&mut stream, head).await.unwrap();
    (stream, answer)
}

/// The answer to another request on a connection; none if it is closed.
async fn again(stream: &mut TcpStream, head: &str) -> Option<String> {
    stream.write_all(format!("{head} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.ok()?;
    let mut answer = vec![0; 1_000];
    let read = stream.read(&mut answer).await.ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&answer[..read]).into_owned())
}

/// Waits until the other side closes.
async fn closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    // A reset is an end as well.
    let _either = stream.read_to_end(&mut rest).await;
}

#[tokio::test]
async fn strangers_make_room_for_the_next_the_oldest_first() {
    let patient = Limits { head: Duration::from_secs(600), ..LIMITS };
    let (address, _stop) = served(patient).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
        silent.push(stream);
    }
    let (_healthy, answer) = asked(address, "GET /healthz").await;
    assert!(answer.ends_with("ok"), "{answer}");
    // Of the address's four the newest three and the one that asked are left.
    for stream in &mut silent[..17] {
        closed(stream).await;
    }
    let last = silent.last_mut().unwrap();
    last.write_all(b"host: x\r\n\r\n").await.unwrap();
    assert!(last.read(&mut [0; 100]).await.unwrap() > 0, "it is still served");
}

#[tokio::test]
async fn whoever_is_signed_in_stays_and_takes_no_more_than_their_share() {
    let patient = Limits { head: Duration::from_secs(600), ..LIMITS };
    let (address, _stop) = served(patient).await;
    let mut alice = Vec::new();
    for _ in 0..3 {
        alice.push(asked(address, "GET /me/alice").await.0);
    }
    let mut bob = asked(address, "GET /me/bob").await.0;
    for _ in 0..10 {
        asked(address, "GET /healthz").await;
    }
    assert!(again(&mut bob, "GET /healthz").await.is_some());
    for stream in &mut alice[..2] {
        assert!(again(stream, "GET /healthz").await.is_some());
    }
    let mut strangers = Vec::new();
    for _ in 0..6 {
        strangers.push(asked(address, "GET /healthz").await);
    }
    assert!(again(&mut alice[2], "GET /healthz").await.is_none(), "the third counts as a stranger's");
    drop(strangers);
}

#[tokio::test]
async fn a_head_a_body_and_a_silence_have_their_time() {
    let (address, _stop) = served(LIMITS).await;
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nhost").await.unwrap();
    closed(&mut half).await;
    let mut nothing = TcpStream::connect(address).await.unwrap();
    closed(&mut nothing).await;
    let (mut idle, _) = asked(address, "GET /healthz").await;
    closed(&mut idle).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer).contains("late"));
}

#[tokio::test]
async fn a_body_arrives_whole() {
    let (address, _stop) = served(LIMITS).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    stream.write_all(b"-whole").await.unwrap();
    let mut answer = vec![0; 1_000];
    let read = stream.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).ends_with("half-whole"));
}

#[test]
fn half_of_the_descriptors_are_for_connections() {
    assert_eq!([96, 256, 1_024, u64::MAX].map(|all| Limits::of(all).connections), [48, 128, 512, 512]);
    let one: IpAddr = "2001:db8::1".parse().unwrap();
    assert_eq!(network(one), network("2001:db8::ffff:1".parse().unwrap()));
    assert_ne!(network(one), network("2001:db8:0:1::1".parse().unwrap()));
    assert_eq!(network("::ffff:192.0.2.7".parse().unwrap()), "192.0.2.7".parse::<IpAddr>().unwrap());
}
