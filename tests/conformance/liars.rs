//! What is no vCenter, or stops being one: a web server, half a body, a cut connection, an XML bomb, a closed port.
//!
//! Each is a few lines of TCP in this process. A change must come out as "not sent" or as "lost", never as done and never as
//! refused; a read as "unreachable".

use jiff::SignedDuration;
use snapwarden::domain::call::{Act, Call, CallError};
use snapwarden::domain::ids::VmRef;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Health, ReadError, VCenter};
use snapwarden::vcenter::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::live::{AnyLook, Live, client, config};

/// What a liar does with the call that matters.
type Lie = fn() -> Vec<u8>;

/// A vCenter that is honest until it is asked for what matters.
async fn honest_until(method: &'static str, lie: Lie) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, method, lie));
        }
    });
    url
}

async fn serve(mut stream: TcpStream, method: &'static str, lie: Lie) {
    while let Some(request) = request(&mut stream).await {
        // Without a name every read is meant, and what continues it.
        let is_meant = if method.is_empty() {
            request.contains("RetrievePropertiesEx ")
        } else {
            request.contains(&format!("<{method} "))
        };
        let answer = if is_meant { lie() } else { honest(&request) };
        let whole = answer.ends_with(b"</Envelope>");
        if stream.write_all(&answer).await.is_err() || !whole {
            return;
        }
    }
}

/// One HTTP request, head and body.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4096];
        let read = stream.read(&mut some).await.ok()?;
        if read == 0 {
            return None;
        }
        bytes.extend_from_slice(&some[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text.into_owned());
        }
    }
}

fn honest(request: &str) -> Vec<u8> {
    let body = if request.contains("<RetrieveServiceContent ") {
        "<R><returnval><rootFolder type='Folder'>f</rootFolder><propertyCollector type='PropertyCollector'>p</propertyCollector>\
         <sessionManager type='SessionManager'>s</sessionManager><viewManager type='ViewManager'>v</viewManager></returnval></R>"
    } else if request.contains("<Login ") {
        "<R><returnval><key>k</key><userName>u</userName></returnval></R>"
    } else if request.contains("<CurrentTime ") {
        "<R><returnval>2026-11-22T14:05:00Z</returnval></R>"
    } else if request.contains("<RetrievePropertiesEx ") {
        "<R><returnval><objects><obj type='VirtualMachine'>vm-1</obj>\
         <propSet><name>runtime.powerState</name><val>poweredOn</val></propSet>\
         <propSet><name>runtime.connectionState</name><val>connected</val></propSet></objects></returnval></R>"
    } else {
        "<R/>"
    };
    soap(body)
}

fn soap(body: &str) -> Vec<u8> {
    let envelope = format!("<Envelope><Body>{body}</Body></Envelope>");
    http("200 OK", "text/xml", &envelope, envelope.len())
}

fn http(status: &str, kind: &str, body: &str, length: usize) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Set-Cookie: vmware_soap_session=\"abc\"; Path=/; HttpOnly\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A whole answer of which only a part is sent.
fn half() -> Vec<u8> {
    let envelope = "<Envelope><Body><R><returnval type='Task'>task-1</returnval></R></Body></Envelope>";
    let part = envelope.get(..envelope.len() - 20).unwrap();
    http("200 OK", "text/xml", part, envelope.len())
}

/// An answer without a length, so that only the XML can tell that it is not whole.
fn half_without_length() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n\
      <Envelope><Body><R><returnval type='Task'>task-1</returnval></R></Body>"
        .to_vec()
}

fn html() -> Vec<u8> {
    let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    http("502 Bad Gateway", "text/html", page, page.len())
}

/// A page that calls itself a success, or a fault.
fn html_200() -> Vec<u8> {
    let page = "<html><head><meta charset=utf-8></head><body>Sign in</body></html>";
    http("200 OK", "text/html", page, page.len())
}

fn html_500() -> Vec<u8> {
    let page = "<html><body>NotAuthenticated</body></html>";
    http("500 Internal Server Error", "text/html", page, page.len())
}

fn redirect() -> Vec<u8> {
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\n\r\n".to_vec()
}

fn cut() -> Vec<u8> {
    Vec::new()
}

fn deep() -> Vec<u8> {
    soap(&"<a>".repeat(200_000))
}

fn large() -> Vec<u8> {
    soap(&format!("<R>{}</R>", "x".repeat(65 * 1024 * 1024)))
}

fn billion_laughs() -> Vec<u8> {
    let bomb = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><Envelope><Body><R>&b;</R></Body></Envelope>";
    http("200 OK", "text/xml", bomb, bomb.len())
}

const LIES: [(&str, Lie); 10] = [
    ("half a body", half),
    ("half a body without a length", half_without_length),
    ("a proxy's page", html),
    ("a page with 200", html_200),
    ("a page with 500", html_500),
    ("a redirect", redirect),
    ("a cut connection", cut),
    ("deep XML", deep),
    ("large XML", large),
    ("a bomb", billion_laughs),
];

fn change() -> Call {
    Call { vm: VmRef { vcenter: "test".into(), moref: "vm-1".into() }, act: Act::DeleteAll }
}

async fn lied_to(method: &'static str, lie: Lie) -> Client {
    client(config(&honest_until(method, lie).await))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_to_a_change_is_whole_or_lost() {
    for (name, lie) in LIES {
        let client = lied_to("RemoveAllSnapshots_Task", lie).await;
        let answer = client.call(&change(), &AnyLook).await;
        assert!(matches!(answer, Err(CallError::Lost(_))), "{name}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unusable_answer_to_a_read_is_unreachable() {
    for (name, lie) in LIES {
        let client = lied_to("RetrievePropertiesEx", lie).await;
        let answer = client.survey(&"vm-1".into()).await;
        assert!(matches!(answer, Err(ReadError::Unreachable(_))), "{name}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_session_nothing_is_sent() {
    for (name, lie) in LIES {
        let client = lied_to("Login", lie).await;
        let answer = client.call(&change(), &AnyLook).await;
        assert!(matches!(answer, Err(CallError::NotSent(_))), "{name}: {answer:?}");
    }
    fn expired() -> Vec<u8> {
        soap("<Fault><faultstring>gone</faultstring><detail><NotAuthenticatedFault/></detail></Fault>")
    }
    let client = lied_to("RemoveAllSnapshots_Task", expired).await;
    let answer = client.call(&change(), &AnyLook).await;
    assert!(matches!(answer, Err(CallError::NotSent(_))), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_named_and_not_followed() {
    let error = lied_to("Login", redirect).await.about().await.unwrap_err().to_string();
    assert!(error.contains("http://127.0.0.1:9/elsewhere"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_port_is_not_sent_and_its_health_is_lost() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let mut live = Live::begin(config(&url));
    assert!(matches!(live.client.call(&change(), &AnyLook).await, Err(CallError::NotSent(_))));
    let lost = live.until_health(|health| matches!(health, Health::Lost { .. })).await;
    let Health::Lost { why, .. } = lost else { unreachable!() };
    assert!(why.contains("127.0.0.1"), "{why}");
    live.client.stop().await;
}

/// A page that says that there is another one, for ever.
fn endless() -> Vec<u8> {
    soap("<R><returnval><token>more</token><objects><obj type='VirtualMachine'>vm-1</obj></objects></returnval></R>")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_an_end_ends() {
    let error = lied_to("", endless).await.survey(&"vm-1".into()).await.unwrap_err().to_string();
    assert!(error.contains("vCenter's answer does not end: 4001 pages"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_far_its_clock_is_from_ours_is_measured() {
    let clock = std::sync::Arc::new(ManualClock::new("2026-11-22T15:05:00Z".parse().unwrap()));
    let client = Client::new(config(&honest_until("nothing", cut).await), clock.clone()).unwrap();
    assert_eq!(client.ahead(), None);
    client.about().await.unwrap();
    assert_eq!(client.ahead(), Some(SignedDuration::from_hours(-1)));
}
