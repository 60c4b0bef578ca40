//! HTTP: one question, one answer, and the difference between "was not sent" and "was sent, and then nothing".
//!
//! That difference decides whether a snapshot may be asked for again, so it is drawn carefully: only what fails while the
//! connection is being made counts as not sent. Reads share connections; a change has some of its own ([`Transport::alone`]), because a
//! server may close an idle connection at the very moment in which it is used again, and then nobody knows what was read of it. They are
//! opened before the last look at the VM and used for it, so that nothing has to be connected between that look and the change.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use rustls::ClientConfig;
use tokio::sync::mpsc;

use crate::domain::fault::Fault;
use crate::domain::ids::VCenterName;
use crate::proxy::Proxies;
use crate::telemetry::names;

use super::config::{Address, SetupError, VCenterConfig};
use super::line::Line;
use super::session::lock;
use super::tls;
use super::wire::service::{OLDEST_VERSION, choose_version};
use super::wire::source::{CHUNKS_WAITING, Source};
use super::wire::xml::{Xml, XmlResult};
use super::wire::{envelope, request};

/// How long a connection may take, TLS included. A vCenter in the same country answers in 0.1 s; 10 s outlasts two lost SYNs.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a call may take from its first byte to its answer's last. vCenter answers within a second, but a busy one
/// has been seen to take most of a minute to read a large VM.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the calls before a login may take. They ask for nothing that takes time, so what is slower is not answering.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept. Load balancers close theirs after 30 s or more, so ours go first.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// The name of vCenter's session cookie.
pub(crate) const SESSION_COOKIE: &str = "vmware_soap_session";

/// How many cookies are kept of one session, and how long one may be: vCenter sets one, a load balancer before it one or two.
const MOST_COOKIES: usize = 20;
const LONGEST_COOKIE: usize = 4096;

/// Why a call brought no answer of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WireError {
    /// It was not sent. The text is for the log and for administrators.
    NotSent(String),
    /// It was sent, or may have been, and nothing usable came back.
    NoAnswer(String),
    /// The server answered with a fault.
    Fault(Fault),
}

/// The cookies of one session by their names: vCenter's own, and those by which a load balancer before it finds the same vCenter again. They go
/// to that one address only, so paths and domains say nothing.
#[derive(Debug, Default)]
pub(crate) struct Cookies(Mutex<BTreeMap<String, String>>);

impl Cookies {
    /// Takes in what an answer sets, changes or takes back.
    fn learn(&self, headers: &HeaderMap) {
        let mut known = lock(&self.0);
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()) {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let is_over = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
            if is_over || value.is_empty() {
                known.remove(name);
            } else if cookie.len() <= LONGEST_COOKIE && (known.len() < MOST_COOKIES || known.contains_key(name)) {
                known.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Whether there is one of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        lock(&self.0).contains_key(name)
    }

    /// The header that carries them; none without any.
    fn header(&self) -> Option<HeaderValue> {
        let pairs: Vec<String> = lock(&self.0).iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut header = HeaderValue::try_from(pairs.join("; ")).ok().filter(|header| !header.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// The HTTP side of one vCenter.
#[derive(Debug)]
pub(crate) struct Transport {
    /// The vCenter's name in the configuration.
    vcenter: VCenterName,
    pub(super) address: Address,
    reads: Mutex<Client>,
    tls: ClientConfig,
    proxies: Proxies,
    pub(crate) line: Arc<Line>,
}

impl Transport {
    /// Sets up TLS and HTTP; nothing is sent.
    pub(crate) fn new(config: &VCenterConfig, line: Line) -> Result<Self, SetupError> {
        let tls = tls::client_config(&config.trust)?;
        let proxies = config.proxies.clone().unwrap_or_default();
        let reads = Mutex::new(Self::client(&tls, &proxies)?);
        let (vcenter, address) = (config.name.clone(), config.url.clone());
        Ok(Self { vcenter, address, reads, tls, proxies, line: Arc::new(line) })
    }

    /// The same with connections that nobody else uses. None is open yet.
    pub(crate) fn alone(&self) -> Result<Self, SetupError> {
        let reads = Mutex::new(Self::client(&self.tls, &self.proxies)?);
        let (vcenter, address) = (self.vcenter.clone(), self.address.clone());
        let (tls, proxies, line) = (self.tls.clone(), self.proxies.clone(), self.line.clone());
        Ok(Self { vcenter, address, reads, tls, proxies, line })
    }

    /// Lets go of the connections that are open: after a loss nobody knows which of them still lead anywhere.
    pub(crate) fn reconnect(&self) {
        // It could be set up before, with the same settings.
        if let Ok(fresh) = Self::client(&self.tls, &self.proxies) {
            *lock(&self.reads) = fresh;
        }
    }

    fn client(tls: &ClientConfig, proxies: &Proxies) -> Result<Client, SetupError> {
        let builder = Client::builder()
            .use_preconfigured_tls(tls.clone())
            .http1_only()
            // A redirect would carry the password to wherever it points.
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(concat!("snapwarden/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_CONNECTION)
            .tcp_nodelay(true);
        let client = proxies.client(builder).map_err(SetupError::Https)?.build();
        client.map_err(|error| SetupError::Https(chain(&error)))
    }

    /// A request with these cookies. It goes over the shared connections.
    pub(super) fn request(&self, method: Method, url: Url, cookies: &Cookies) -> RequestBuilder {
        let request = lock(&self.reads).request(method, url);
        match cookies.header() {
            Some(cookies) => request.header(COOKIE, cookies),
            None => request,
        }
    }

    /// Sends it; an answer of whatever kind says that somebody is there.
    pub(super) async fn send(&self, request: RequestBuilder, cookies: &Cookies) -> Result<Response, WireError> {
        let answer = request.send().await.map_err(|error| self.failed(error))?;
        cookies.learn(answer.headers());
        Ok(answer)
    }

    /// Counts a session that was opened.
    pub(crate) fn count_login(&self) {
        metrics::counter!(names::VCENTER_LOGINS, "vcenter" => self.vcenter.to_string()).increment(1);
    }

    /// The version to speak, by the server's own list. A server without a readable one gets the oldest.
    pub(crate) async fn negotiate(&self, cookies: &Cookies) -> Result<&'static str, WireError> {
        let request = self.request(Method::GET, self.address.versions(), cookies).timeout(GREETING_TIMEOUT);
        let response = self.send(request, cookies).await?;
        if response.status() != StatusCode::OK {
            return Ok(OLDEST_VERSION);
        }
        match parsed(response, |mut xml| choose_version(&mut xml)).await {
            Ok(version) => Ok(version),
            Err(why) => {
                tracing::debug!(%why, "the vCenter's list of versions cannot be read; speaking {OLDEST_VERSION}");
                Ok(OLDEST_VERSION)
            }
        }
    }

    /// Sends one request in its envelope and reads the answer while it comes in. Cancelling it closes the connection; what
    /// was sent stays sent.
    pub(crate) async fn post<T: Send + 'static>(
        &self,
        version: &str,
        cookies: &Cookies,
        request: &str,
        timeout: Duration,
        response: impl FnOnce(&mut Xml) -> XmlResult<T> + Send + 'static,
    ) -> Result<T, WireError> {
        let began = Instant::now();
        let answer = self.round_trip(version, cookies, request, timeout, response).await;
        if matches!(answer, Ok(_) | Err(WireError::Fault(_))) {
            self.line.hear();
        }
        let result = match &answer {
            Ok(_) => "ok",
            Err(WireError::Fault(_)) => "fault",
            Err(WireError::NotSent(_)) => "not_sent",
            Err(WireError::NoAnswer(_)) => "no_answer",
        };
        let call = request::method(request).to_owned();
        let mut labels = vec![("vcenter", self.vcenter.to_string()), ("call", call)];
        metrics::histogram!(names::VCENTER_CALL_TIME, &labels).record(began.elapsed());
        labels.push(("result", result.to_owned()));
        metrics::counter!(names::VCENTER_CALLS, &labels).increment(1);
        answer
    }

    async fn round_trip<T: Send + 'static>(
        &self,
        version: &str,
        cookies: &Cookies,
        request: &str,
        timeout: Duration,
        response: impl FnOnce(&mut Xml) -> XmlResult<T> + Send + 'static,
    ) -> Result<T, WireError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
        let action = HeaderValue::try_from(format!("\"urn:vim25/{version}\""));
        headers.insert("SOAPAction", action.map_err(|error| WireError::NotSent(error.to_string()))?);
        let body = envelope::wrap(request);
        let request = self.request(Method::POST, self.address.sdk(), cookies).headers(headers).body(body);
        let answer = self.send(request.timeout(timeout), cookies).await?;
        // vCenter sends its faults with 500. Anything else is not vCenter speaking.
        let status = answer.status();
        if !matches!(status, StatusCode::OK | StatusCode::INTERNAL_SERVER_ERROR) {
            return Err(WireError::NoAnswer(not_vcenter(status, answer.headers())));
        }
        let kind = shown_type(answer.headers());
        match parsed(answer, |xml| envelope::unwrap(xml, response)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(fault)) => Err(WireError::Fault(fault)),
            Err(why) => Err(WireError::NoAnswer(format!("HTTP {status}, {kind}: {why}"))),
        }
    }

    /// What a failure on the way means. Nothing was sent only if there never was a connection.
    pub(super) fn failed(&self, error: reqwest::Error) -> WireError {
        let address = self.address.sdk();
        let host = address.host_str().unwrap_or_default();
        let timed_out = error.is_timeout();
        let connecting = error.is_connect();
        let why = chain(&error.without_url());
        match (connecting, timed_out) {
            (true, true) => WireError::NotSent(format!(
                "no connection to {host} within {} s. If the address is right, a firewall may be in the way, or the vCenter \
                 may have a list of allowed addresses without this machine's (OVHcloud's Hosted Private Cloud has one)",
                CONNECT_TIMEOUT.as_secs()
            )),
            (true, false) if why.contains("certificate") => WireError::NotSent(format!(
                "the certificate of {host} is not trusted: {why}. Give its authority as ca_file, or its SHA-256 as thumbprint"
            )),
            (true, false) => WireError::NotSent(format!("no connection to {host}: {why}")),
            (false, true) => WireError::NoAnswer(format!("{host} did not answer in time")),
            (false, false) => WireError::NoAnswer(format!("the connection to {host} broke: {why}")),
        }
    }
}

/// Parses a body on a blocking thread while its chunks come in.
async fn parsed<T: Send + 'static>(
    mut response: Response,
    parse: impl FnOnce(Xml) -> XmlResult<T> + Send + 'static,
) -> Result<T, String> {
    let (chunks, more) = mpsc::channel(CHUNKS_WAITING);
    let parser = tokio::task::spawn_blocking(move || parse(Xml::new(Source::streamed(more))));
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => Ok(chunk),
            Ok(None) => break,
            Err(error) => Err(format!("the body broke off: {}", chain(&error.without_url()))),
        };
        let broken = chunk.is_err();
        // The parser is gone when it has seen enough: then its verdict counts, not the rest of the body.
        if chunks.send(chunk).await.is_err() || broken {
            break;
        }
    }
    drop(chunks);
    match parser.await {
        Ok(parsed) => parsed.map_err(|error| error.to_string()),
        Err(_) => Err("the parser stopped".to_owned()),
    }
}

fn shown_type(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.unwrap_or("no content type").to_owned()
}

pub(super) fn not_vcenter(status: StatusCode, headers: &HeaderMap) -> String {
    let kind = shown_type(headers);
    match headers.get(LOCATION).and_then(|location| location.to_str().ok()) {
        Some(location) if status.is_redirection() => {
            format!(
                "HTTP {status} to {location}: redirects are not followed with credentials; give the final address as url"
            )
        }
        Some(_) | None => format!("HTTP {status}, {kind}: not an answer of vCenter, perhaps a proxy's"),
    }
}

/// An error with all its causes, each once.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
