//! Serving HTTP with bounds, so that nobody's connections keep others out.
//!
//! Who somebody is shows with their first request, after the connection was taken. So every connection begins as a stranger's. A stranger's may be
//! turned out at any time, the oldest first: when its address has more than its share, or when all are taken. So a new one always gets in, and
//! `/healthz` is answered however many never finish a request. With a request of somebody who is signed in a connection becomes theirs, and is not
//! turned out for strangers; a person has a bounded number of those, and some are always left for strangers. A head or a body that does not arrive
//! in time, and silence between requests, end a connection whoever has it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::Request;
use axum::middleware;
use futures_util::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, timeout_at};

use super::serve;
use crate::chat::console::Caller;
use crate::domain::ids::PersonId;

/// What one process serves at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Connections in all.
    pub(super) connections: usize,
    /// Of them, for strangers of one address. People behind one proxy share an address; signed in, they do not count.
    pub(super) per_address: usize,
    /// Of them, for one person: a browser opens six for each tab that streams or loads.
    pub(super) per_person: usize,
    /// Of them, left for strangers by those who are signed in: health checks, metrics, the chats' requests, and signing in.
    pub(super) for_strangers: usize,
    /// How long a request's head may take, and how long a connection may be silent between requests.
    pub(super) head: Duration,
    /// How long a request's body may take.
    pub(super) body: Duration,
}

impl Limits {
    /// For a process that may have so many descriptors: half of them, the rest is for vCenters, chats and the store. 512 are enough: the console
    /// streams to 256 pages.
    fn of(descriptors: u64) -> Limits {
        let connections = usize::try_from(descriptors / 2).unwrap_or(usize::MAX).clamp(16, 512);
        Limits {
            connections,
            per_address: connections / 4,
            per_person: 64.min(connections / 4),
            for_strangers: connections / 8,
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
        }
    }
}

/// The connections of one process, over all its listeners.
pub(super) struct Doors {
    limits: Limits,
    open: Mutex<Connections>,
}

#[derive(Default)]
struct Connections {
    next: u64,
    /// In the order of their coming.
    strangers: BTreeMap<u64, (IpAddr, Arc<Notify>)>,
    known: BTreeMap<u64, PersonId>,
}

/// A connection, as long as it is open.
struct Visit {
    doors: Arc<Doors>,
    number: u64,
    turned_out: Arc<Notify>,
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut open = self.doors.open();
        open.strangers.remove(&self.number);
        open.known.remove(&self.number);
    }
}

impl Doors {
    /// For this process.
    pub(super) fn new() -> Arc<Doors> {
        Doors::with(Limits::of(descriptors()))
    }

    pub(super) fn with(limits: Limits) -> Arc<Doors> {
        Arc::new(Doors { limits, open: Mutex::default() })
    }

    /// For the demo, where nobody signs in and everybody is on one machine.
    pub(super) fn for_one_address() -> Arc<Doors> {
        let limits = Limits::of(descriptors());
        Doors::with(Limits { per_address: limits.connections, ..limits })
    }

    /// The connections, also after a panic elsewhere: each change of them is one step.
    fn open(&self) -> MutexGuard<'_, Connections> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection in; for it the oldest strangers go whose room it needs.
    fn enter(self: &Arc<Self>, address: IpAddr) -> Visit {
        let address = network(address);
        let mut open = self.open();
        let theirs = open.strangers.iter().filter(|(_, (of, _))| *of == address).map(|(number, _)| *number);
        let theirs: Vec<u64> = theirs.collect();
        if theirs.len() >= self.limits.per_address
            && let Some(oldest) = theirs.first()
        {
            open.turn_out(*oldest);
        }
        if open.strangers.len() + open.known.len() >= self.limits.connections
            && let Some(oldest) = open.strangers.keys().next().copied()
        {
            open.turn_out(oldest);
        }
        let (number, turned_out) = (open.next, Arc::new(Notify::new()));
        open.next += 1;
        open.strangers.insert(number, (address, turned_out.clone()));
        Visit { doors: self.clone(), number, turned_out }
    }

    /// Somebody signed in over it. It stays a stranger's where they have enough, or all together.
    fn known(&self, number: u64, person: &PersonId) {
        let mut open = self.open();
        let all = self.limits.connections.saturating_sub(self.limits.for_strangers);
        let theirs = open.known.values().filter(|known| *known == person).count();
        if theirs < self.limits.per_person && open.known.len() < all && open.strangers.remove(&number).is_some() {
            open.known.insert(number, person.clone());
        }
    }

    /// Lets the oldest stranger go: the system has no descriptor for a new one.
    fn make_room(&self) {
        let mut open = self.open();
        if let Some(oldest) = open.strangers.keys().next().copied() {
            open.turn_out(oldest);
        }
    }

    /// Serves until told to stop. Connections that are open then are ended with the process.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener, app: Router, stop: watch::Receiver<bool>) {
        let patience = self.limits.body;
        let app = app.layer(middleware::map_request(move |request| std::future::ready(in_time(request, patience))));
        let mut stopped = pin!(serve::until(stop));
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stopped => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let visit = self.enter(peer.ip());
                    tokio::spawn(attend(visit, stream, peer, app.clone()));
                }
                Err(error) => {
                    // The one that could not be taken may have gone again; without descriptors it waits.
                    tracing::warn!(%error, "a connection could not be taken");
                    self.make_room();
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

/// How long nothing is accepted after that failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The largest head of a request that is read, and the largest part of a body that is read at once, in bytes.
const BUFFER: usize = 64 * 1024;

impl Connections {
    fn turn_out(&mut self, number: u64) {
        if let Some((_, turned_out)) = self.strangers.remove(&number) {
            turned_out.notify_one();
        }
    }
}

/// Serves one connection to its end.
async fn attend(visit: Visit, stream: TcpStream, peer: SocketAddr, app: Router) {
    // Without it answers are a moment later.
    let _slower = stream.set_nodelay(true);
    let (doors, number, turned_out) = (visit.doors.clone(), visit.number, visit.turned_out.clone());
    let head = doors.limits.head;
    let caller =
        Caller { address: peer.ip(), signed_in: Arc::new(move |person: &PersonId| doors.known(number, person)) };
    let routes = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(caller.clone());
        let answer = routes.call(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(BUFFER);
    let served = http.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // Whatever ended it, the peer knows.
        _ended = served => {}
        () = turned_out.notified() => {}
    }
    drop(visit);
}

/// A request whose body has to be there by then.
fn in_time(request: Request<Body>, patience: Duration) -> Request<Body> {
    if request.body().is_end_stream() {
        return request;
    }
    let deadline = Instant::now() + patience;
    request.map(|body| {
        let parts = stream::unfold(Some(body.into_data_stream()), move |body| async move {
            let mut body = body?;
            match timeout_at(deadline, body.next()).await {
                Ok(part) => part.map(|part| (part, Some(body))),
                Err(late) => Some((Err(axum::Error::new(late)), None)),
            }
        });
        Body::from_stream(parts)
    })
}

/// What counts as one address: of IPv6 a network of 64 bits, which one machine has for itself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address @ IpAddr::V4(_) => address,
    }
}

/// How many descriptors this process may have.
#[cfg(unix)]
fn descriptors() -> u64 {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(not(unix))]
fn descriptors() -> u64 {
    u64::MAX
}

#[cfg(test)]
mod tests;
