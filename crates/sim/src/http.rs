//! SOAP over HTTP: envelopes in and out, the session cookie, waiting, and the faults that happen to connections. REST is next
//! door, in `rest`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{self, AsHeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};

use super::call::Call;
use super::dispatch::{Answer, Caller, Wait};
use super::fault::Fault;
use super::faults::Trouble;
use super::id::Id;
use super::world::World;
use super::{API_VERSION, CallSeen, Inner, names, xml};

/// The largest request, in bytes: a filter that names 10,000 objects takes about 2 MB.
const REQUEST_MOST: usize = 8 << 20;

/// The cookie's name, as vCenter's.
const COOKIE: &str = "vmware_soap_session";

/// How long the first half of a cut answer gets to leave before the cut.
const HALF_TIME: Duration = Duration::from_millis(50);

/// The namespace of vim25, which a version follows in `SOAPAction`.
const NAMESPACE: &str = "urn:vim25";

/// The versions before its own that `vimServiceVersions.xml` lists, newest first, as vCenter 8.0.3 does.
const PRIOR_VERSIONS: &[&str] = &[
    "8.0.2.0", "8.0.1.0", "8.0.0.1", "8.0.0.0", "7.0.3.2", "7.0.3.1", "7.0.3.0", "7.0.2.1", "7.0.2.0", "7.0.1.1",
    "7.0.1.0", "7.0.0.2", "7.0.0.0", "6.9.1", "6.8.7", "6.7.3", "6.7.2", "6.7.1", "6.7", "6.5", "6.0", "5.5", "5.1",
    "5.0", "4.1", "4.0",
];

/// The routes of a vCenter.
pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/sdk", post(sdk))
        .route("/sdk/", post(sdk))
        .route("/sdk/vimService", post(sdk))
        .route("/sdk/vimServiceVersions.xml", get(versions))
        .merge(super::rest::routes())
        .layer(DefaultBodyLimit::max(REQUEST_MOST))
        .layer(middleware::from_fn_with_state(Arc::clone(&inner), reached))
        .with_state(inner)
}

/// Cuts the connection of a request that comes while nobody reaches the vCenter, or waits when that begins.
async fn reached(State(inner): State<Arc<Inner>>, request: Request, next: Next) -> Response {
    let mut lost = inner.lost.subscribe();
    tokio::select! {
        biased;
        _ = lost.wait_for(|lost| *lost) => severed(),
        response = next.run(request) => response,
    }
}

/// The route that tells every call so far.
pub(super) fn calls(inner: Arc<Inner>) -> Router {
    let tell = async |State(inner): State<Arc<Inner>>| {
        let calls: Vec<CallSeen> = inner.with(|world| world.calls.iter().cloned().collect());
        axum::Json(calls)
    };
    Router::new().route("/calls", get(tell)).with_state(inner)
}

async fn versions() -> Response {
    let prior: String = PRIOR_VERSIONS.iter().map(|version| format!("   <version>{version}</version>\n")).collect();
    let list = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<namespaces version=\"1.0\">\n <namespace>\n  <name>urn:vim25</name>\n  \
         <version>{API_VERSION}</version>\n  <priorVersions>\n{prior}  </priorVersions>\n </namespace>\n</namespaces>\n"
    );
    ([(header::CONTENT_TYPE, "text/xml")], list).into_response()
}

async fn sdk(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> Response {
    let call = match read(&headers, &body) {
        Ok(call) => call,
        Err(fault) => return refuse(&fault),
    };
    let caller = Caller {
        cookie: cookie(&headers).or_else(|| call.header_cookie.clone()),
        agent: text(&headers, header::USER_AGENT).to_owned(),
    };
    let trouble = inner.with(|world| meet(world, &call, &caller));
    if let Some(cut) = cut_before(trouble.as_ref()) {
        return cut;
    }
    let outcome = match &trouble {
        Some(Trouble::Fault { name, message, at_end }) if refuses(*at_end, &call.method) => {
            Err(Fault::by_name(name, message, call.this().ok()))
        }
        trouble => inner.with(|world| world.answer(&call, &caller, trouble.as_ref())),
    };
    inner.keep_ticking();
    let response = match outcome {
        Ok(Answer::Body(body)) => accept(&call.method, &body, None),
        Ok(Answer::LoggedIn { body, cookie }) => accept(&call.method, &body, Some(&cookie)),
        Ok(Answer::Wait(wait)) => match wait_for_changes(&inner, &wait, &caller).await {
            Some(Ok(body)) => accept(&call.method, &body, None),
            Some(Err(fault)) => refuse(&fault),
            None => return severed(),
        },
        Err(fault) => refuse(&fault),
    };
    cut_after(trouble.as_ref(), response).await
}

/// What a fault plan does to a call's way here, if anything; the call is not done then.
pub(super) fn cut_before(trouble: Option<&Trouble>) -> Option<Response> {
    match trouble? {
        Trouble::LostRequest | Trouble::Restart { .. } => Some(severed()),
        Trouble::Html502 => Some(bad_gateway()),
        Trouble::LostReply | Trouble::LateReply { .. } | Trouble::HalfReply | Trouble::ExpiredSession => None,
        Trouble::Fault { .. } | Trouble::SlowTask { .. } | Trouble::DisksLeft { .. } | Trouble::NotQuiesced => None,
    }
}

/// What becomes of an answer on its way.
pub(super) async fn cut_after(trouble: Option<&Trouble>, response: Response) -> Response {
    if let Some(Trouble::LateReply { seconds }) = trouble {
        tokio::time::sleep(Duration::try_from_secs_f64(*seconds).unwrap_or_default()).await;
    }
    match trouble {
        Some(Trouble::LostReply) => severed(),
        Some(Trouble::HalfReply) => halved(response).await,
        _ => response,
    }
}

/// Whether a planned fault comes at the call. A method without a task has no end to fail at.
fn refuses(at_end: bool, method: &str) -> bool {
    !at_end || !method.ends_with("_Task")
}

/// Writes the call down and asks the fault plan about it. A session that the plan ends is ended here.
fn meet(world: &mut World, call: &Call, caller: &Caller) -> Option<Trouble> {
    let user = world.session(caller).map(|session| session.user.clone());
    let trouble = world.meet(&call.method, user, call.this().ok());
    if let (Some(Trouble::ExpiredSession), Some(cookie)) = (&trouble, &caller.cookie) {
        world.sessions.remove(cookie);
    }
    trouble
}

impl World {
    /// Writes a call down and asks the fault plan about it.
    pub(super) fn meet(&mut self, method: &str, user: Option<String>, this: Option<Id>) -> Option<Trouble> {
        let vm = this.and_then(|id| self.vm_of(id));
        let (number, name) = vm.map(|vm| (vm.n, names::plain(&vm.name))).unzip();
        let trouble = self.plan.strike(number, name.as_deref().unwrap_or_default(), method);
        let undone = match &trouble {
            Some(Trouble::Fault { at_end, .. }) => refuses(*at_end, method),
            Some(Trouble::ExpiredSession) => true,
            other => cut_before(other.as_ref()).is_some(),
        };
        let of_this = || Some(names::plain(&self.name_of(this?)?));
        let entity = name.or_else(of_this).unwrap_or_default();
        self.note_call(CallSeen {
            method: method.to_owned(),
            moref: this.map(|id| id.to_string()).unwrap_or_default(),
            entity,
            user,
            at: self.now(),
            done: !undone,
        });
        if let Some(Trouble::Restart { forget_tasks }) = trouble {
            self.restart(forget_tasks);
        }
        trouble
    }
}

/// Waits until something is new, the time is over, or somebody cancels. None if the simulator closes meanwhile.
/// Dropping it leaves nothing behind.
async fn wait_for_changes(inner: &Arc<Inner>, wait: &Wait, caller: &Caller) -> Option<Result<String, Fault>> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(wait.seconds);
    let mut changes = inner.subscribe();
    let mut closing = inner.closing.subscribe();
    loop {
        // Marked before the look, so that a change during it wakes the next round.
        changes.borrow_and_update();
        match inner.with(|world| world.look(wait, caller)) {
            Ok(Some(body)) => return Some(Ok(body)),
            Ok(None) => {}
            Err(fault) => return Some(Err(fault)),
        }
        tokio::select! {
            changed = changes.changed() => changed.ok()?,
            _ = closing.wait_for(|closing| *closing) => return None,
            () = tokio::time::sleep_until(deadline) => return Some(Ok(String::new())),
        }
    }
}

fn read(headers: &HeaderMap, body: &Bytes) -> Result<Call, Fault> {
    let body = std::str::from_utf8(body).map_err(|_| Fault::invalid_request("The request is not UTF-8"))?;
    let action = text(headers, "soapaction").trim().trim_matches('"');
    // A server takes a client of a newer version as one of its own; of another service it takes none.
    let ours = action.is_empty() || action == NAMESPACE || action.strip_prefix(NAMESPACE).is_some_and(is_version);
    if !ours {
        return Err(Fault::invalid_request(format!("Unsupported version URI \"{action}\"")));
    }
    let envelope = xml::parse(body).map_err(|error| Fault::invalid_request(error.0))?;
    Call::read(envelope)
}

fn accept(method: &str, body: &str, cookie: Option<&str>) -> Response {
    let name = xml::escape(method);
    let content = format!("<{name}Response xmlns=\"urn:vim25\">{body}</{name}Response>");
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, format!("{COOKIE}=\"{cookie}\"; Path=/; HttpOnly")));
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-cache")], AppendHeaders(cookie), enveloped(&content)).into_response()
}

fn refuse(fault: &Fault) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, enveloped(&fault.to_xml())).into_response()
}

fn enveloped(content: &str) -> Response {
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope \
         xmlns:soapenc=\"http://schemas.xmlsoap.org/soap/encoding/\" \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n<soapenv:Body>\n{content}\n</soapenv:Body>\n</soapenv:Envelope>"
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], envelope).into_response()
}

/// A page as a proxy in front of vCenter shows it.
fn bad_gateway() -> Response {
    let page = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>envoy</center>\n</body>\n</html>\n";
    (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// No answer at all: a body that fails before its first byte makes the server drop the connection, head and all.
fn severed() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut on demand")) });
    Response::new(Body::from_stream(broken))
}

/// The head and half of the body, then the end of the connection.
async fn halved(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let Ok(whole) = axum::body::to_bytes(body, usize::MAX).await else {
        return severed();
    };
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = whole.slice(..whole.len() / 2);
    let pieces = futures_util::stream::unfold(Some(half), |state| async move {
        match state {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                tokio::time::sleep(HALF_TIME).await;
                Some((Err(std::io::Error::other("cut on demand")), None))
            }
            None => None,
        }
    });
    Response::from_parts(head, Body::from_stream(pieces))
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

/// Whether this is `/8.0.3.0` or the like.
fn is_version(text: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '.';
    text.strip_prefix('/').is_some_and(|version| version.chars().all(plain))
}

/// A header's text, empty where there is none.
pub(super) fn text(headers: &HeaderMap, name: impl AsHeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
