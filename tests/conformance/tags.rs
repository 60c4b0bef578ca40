//! The VMs' tags: from both peers, from a server without them, from one that shows none, and from liars.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::json;
use snapwarden::domain::ids::VmRef;
use snapwarden::domain::tag::{KnownTags, Tag};
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::VCenter;
use snapwarden_sim::SimOptions;
use snapwarden_sim::faults::{FaultPlan, Rule, Trouble};

use super::live::{Live, config};
use super::peer::Vcsim;
use super::simulated::{Peer, options};
use super::tagging::Admin;

const LIST: &str = "com.vmware.cis.tagging.tag.list";

const TAG: &str = "urn:vmomi:InventoryServiceTag:1:GLOBAL";

const LOGIN: &str = "com.vmware.cis.session.create";

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new("2026-11-22T14:05:00Z".parse::<Timestamp>().unwrap()))
}

fn minutes(clock: &ManualClock, minutes: i64) {
    clock.advance(SignedDuration::from_mins(minutes));
}

fn known(tags: &[(&str, &str)]) -> KnownTags {
    Some(tags.iter().map(|(category, name)| Tag::new(*category, *name)).collect())
}

impl Live {
    /// Waits until a VM has exactly these tags.
    async fn until_tags(&mut self, vm: &VmRef, wanted: KnownTags) {
        self.until(|inventory| inventory.get(vm).is_some_and(|vm| vm.tags == wanted)).await;
    }

    fn tags(&self, vm: &VmRef) -> KnownTags {
        self.client.inventory().get(vm).unwrap().tags.clone()
    }
}

/// Tags are read when they are wanted and every minute, as they are then; and not before, nor after. Two VMs without tags, on
/// a server without categories.
async fn read_when_wanted(live: &mut Live, clock: &ManualClock, admin: &Admin) {
    let (one, two) = (live.vm(0).vm.clone(), live.vm(1).vm.clone());
    let env = admin.category("env").await;
    let prod = admin.tag(&env, "prod").await;
    let slash = admin.tag(&env, "a/b <é>").await;
    admin.associate("attach", &prod, one.moref.as_str()).await;
    assert_eq!((live.tags(&one), live.client.tags_problem()), (None, None));

    live.client.want_tags(true);
    live.until_tags(&one, known(&[("env", "prod")])).await;
    assert_eq!(live.tags(&two), known(&[]), "known to have none");

    admin.associate("attach", &slash, one.moref.as_str()).await;
    admin.associate("attach", &slash, two.moref.as_str()).await;
    admin.rename(&prod, "production").await;
    minutes(clock, 1);
    live.until_tags(&one, known(&[("env", "production"), ("env", "a/b <é>")])).await;
    assert_eq!(live.tags(&two), known(&[("env", "a/b <é>")]));

    admin.associate("detach", &prod, one.moref.as_str()).await;
    admin.ok(Method::DELETE, &format!("tagging/tag/id:{slash}"), None).await;
    minutes(clock, 1);
    live.until_tags(&one, known(&[])).await;
    live.until_tags(&two, known(&[])).await;

    live.client.want_tags(false);
    live.until_tags(&one, None).await;
    assert_eq!((live.tags(&two), live.client.tags_problem()), (None, None));
}

/// What the tagging API refuses. One VM.
async fn refusals(admin: &Admin) {
    for (method, path) in [(Method::GET, "tagging/tag"), (Method::GET, "tagging/category"), (Method::DELETE, "session")]
    {
        assert_eq!(admin.stranger(method, path).await, [401, 401], "{path}");
    }
    assert_eq!(admin.login_with("bot@vsphere.local", "battery staple").await, 401);
    assert_eq!(admin.login_with("nobody", "correct horse").await, 401);
    let env = admin.category("env").await;
    let prod = admin.tag(&env, "prod").await;
    let again = json!({"create_spec": {"name": "prod", "description": "", "category_id": env}});
    let (status, answer) = admin.ask(Method::POST, "tagging/tag", Some(again)).await;
    assert_eq!((status, answer["type"].as_str()), (400, Some("com.vmware.vapi.std.errors.already_exists")));
    let gone = prod.replace(|c: char| c.is_ascii_digit(), "0");
    for path in [format!("tagging/tag/id:{gone}"), format!("tagging/category/id:{gone}")] {
        assert_eq!(admin.ask(Method::GET, &path, None).await.0, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_of_vcsim() {
    let Some(peer) = Vcsim::start(&["-vms", "2"]) else { return };
    let clock = clock();
    let mut live = Live::start_by(config(&peer.url), clock.clone()).await;
    let admin = Admin::log_in(&peer.url).await;
    // A server without any tag is taken for one that does not show them, so somebody has to make one first.
    read_when_wanted(&mut live, &clock, &admin).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_vcsim() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else { return };
    refusals(&Admin::log_in(&peer.url).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_of_our_simulator() {
    let peer = Peer::plain(2, 0).await;
    let clock = clock();
    let mut live = Live::start_by(config(&peer.url), clock.clone()).await;
    let admin = Admin::log_in(&peer.url).await;
    read_when_wanted(&mut live, &clock, &admin).await;
    live.client.stop().await;
    assert_eq!(peer.sim.sessions(), 1, "only the admin's session is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_our_simulator() {
    let peer = Peer::plain(1, 0).await;
    refusals(&Admin::log_in(&peer.url).await).await;
}

/// A client on our simulator with one VM that is tagged `env/prod`, read once.
async fn tagged() -> (Peer, Live, Arc<ManualClock>, VmRef) {
    let peer = Peer::plain(1, 0).await;
    peer.sim.set_tag("vm-00", "env", "prod");
    let clock = clock();
    let mut live = Live::start_by(config(&peer.url), clock.clone()).await;
    let vm = live.vm(0).vm.clone();
    live.client.want_tags(true);
    live.until_tags(&vm, known(&[("env", "prod")])).await;
    (peer, live, clock, vm)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_is_renewed() {
    let (peer, mut live, clock, vm) = tagged().await;
    peer.sim.forget_sessions();
    peer.sim.set_tag("vm-00", "tier", "web");
    minutes(&clock, 1);
    live.until_tags(&vm, known(&[("env", "prod"), ("tier", "web")])).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_that_are_not_read_for_five_minutes_are_not_known() {
    let (peer, mut live, clock, vm) = tagged().await;
    peer.sim.serve_rest(false);
    clock.advance(SignedDuration::from_mins(5) - SignedDuration::from_secs(1));
    assert_eq!(live.tags(&vm), known(&[("env", "prod")]));
    clock.advance(SignedDuration::from_secs(1));
    live.until_tags(&vm, None).await;
    assert!(live.client.tags_problem().is_some());
    peer.sim.serve_rest(true);
    minutes(&clock, 1);
    live.until_tags(&vm, known(&[("env", "prod")])).await;
    assert_eq!(live.client.tags_problem(), None);
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vm_that_came_after_the_read_has_unknown_tags() {
    let (peer, mut live, clock, _) = tagged().await;
    let moref = peer.sim.add("late", "vms");
    let late = VmRef { vcenter: "test".into(), moref: moref.as_str().into() };
    live.until(|inventory| inventory.get(&late).is_some()).await;
    assert_eq!(live.tags(&late), None);
    minutes(&clock, 1);
    live.until_tags(&late, known(&[])).await;
    live.client.stop().await;
}

/// Wants tags of a server that does not give them, and says why not.
async fn problem(url: &str) -> String {
    let live = Live::start_by(config(url), clock()).await;
    live.client.want_tags(true);
    live.client.tags_settled().await;
    for vm in live.client.inventory().iter() {
        assert_eq!(vm.tags, None);
    }
    let problem = live.client.tags_problem().expect("there is one");
    live.client.stop().await;
    problem
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_the_api_and_one_that_shows_no_tag_are_unknown() {
    let peer = Peer::plain(1, 0).await;
    assert!(problem(&peer.url).await.contains("shows no tag at all"));
    peer.sim.set_tag("vm-00", "env", "prod");
    peer.sim.serve_rest(false);
    assert!(problem(&peer.url).await.contains("no tagging API"));

    let blind = Peer::start(SimOptions { demo: true, lacks: vec!["System.Read".to_owned()], ..options(0) }).await;
    assert!(problem(&blind.url).await.contains("shows no tag at all"), "the demo's VMs have tags");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_is_not_repeated_for_half_an_hour() {
    let peer = Peer::plain(1, 0).await;
    peer.sim.set_tag("vm-00", "env", "prod");
    let refused = Trouble::Fault { name: "Unauthenticated".to_owned(), message: String::new(), at_end: false };
    peer.sim.set_faults(FaultPlan::new([Rule { times: 0, ..Rule::once("*", LOGIN, refused) }]));
    let clock = clock();
    let mut live = Live::start_by(config(&peer.url), clock.clone()).await;
    let vm = live.vm(0).vm.clone();
    live.client.want_tags(true);
    live.client.tags_settled().await;
    assert!(live.client.tags_problem().unwrap().contains("user name or the password"));
    for _ in 0..29 {
        minutes(&clock, 1);
        // A question to the server, so that whatever the minute brought has had its turn.
        live.client.about().await.unwrap();
    }
    assert_eq!(peer.rest_calls(), 1, "one login in half an hour");
    peer.sim.set_faults(FaultPlan::default());
    minutes(&clock, 1);
    live.until_tags(&vm, known(&[("env", "prod")])).await;
    live.client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unusable_answer_leaves_tags_unknown_and_is_asked_again() {
    for method in [LOGIN, LIST, "*.tag.get", "*.category.get", "*.list_attached_objects_on_tags"] {
        for trouble in [
            Trouble::LostRequest,
            Trouble::LostReply,
            Trouble::HalfReply,
            Trouble::Html502,
            Trouble::Fault { name: "Unauthorized".to_owned(), message: String::new(), at_end: false },
            Trouble::Fault { name: "ServiceUnavailable".to_owned(), message: String::new(), at_end: false },
        ] {
            let what = format!("{method}: {trouble:?}");
            let peer = Peer::plain(1, 0).await;
            peer.sim.set_tag("vm-00", "env", "prod");
            peer.sim.set_faults(FaultPlan::new([Rule::once("*", method, trouble)]));
            let clock = clock();
            let mut live = Live::start_by(config(&peer.url), clock.clone()).await;
            let vm = live.vm(0).vm.clone();
            live.client.want_tags(true);
            live.client.tags_settled().await;
            assert!(live.tags(&vm).is_none() && live.client.tags_problem().is_some(), "{what}");
            // A login that was refused is not tried again so soon.
            let refused = method == LOGIN && what.contains("Unauthorized");
            minutes(&clock, if refused { 31 } else { 1 });
            live.until_tags(&vm, known(&[("env", "prod")])).await;
            live.client.stop().await;
        }
    }
}

fn told(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

/// What a liar says to whatever it is asked for behind the login.
type Lie = fn() -> Response;

/// What each is, what is said of it, and the lie.
const LIES: [(&str, &str, Lie); 10] = [
    ("a page with 200", "not what was asked for", || told("<html><body>Sign in</body></html>")),
    ("nothing with 200", "not what was asked for", || told("")),
    ("no value", "missing field", || told("{}")),
    ("another type", "not what was asked for", || told(r#"{"value": {"id": 1}}"#)),
    ("a path for an id", "no identifier", || told(r#"{"value": ["../../appliance/shutdown"]}"#)),
    ("an empty id", "no identifier", || told(r#"{"value": [""]}"#)),
    ("deep JSON", "EOF while parsing", || told(format!(r#"{{"more": {}"#, "[".repeat(100_000)))),
    ("a large answer", "longer than 16 MiB", || told(format!(r#"{{"value": ["{}"]}}"#, "x".repeat(17 << 20)))),
    ("too many tags", "10001 tags", || {
        let ids: Vec<String> = (0..10_001).map(|n| format!("urn:{n}")).collect();
        told(json!({ "value": ids }).to_string())
    }),
    ("a redirect", "redirects are not followed", || {
        (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:9/elsewhere")]).into_response()
    }),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_liars_nothing_is_learnt() {
    for (name, part, lie) in LIES {
        let rest = session().route("/rest/{*path}", any(move || async move { lie() }));
        let problem = problem(&beside_a_simulator(rest).await).await;
        assert!(problem.contains(part), "{name}: {problem}");
    }
}

/// What a tag is attached to: this VM.
fn on(vm: &str) -> serde_json::Value {
    json!({"tag_id": TAG, "object_ids": [{"type": "VirtualMachine", "id": vm}]})
}

/// A server with one tag, which says this of what it is attached to and of itself.
async fn one_tag(attached: serde_json::Value, model: serde_json::Value) -> String {
    let objects = json!([attached]);
    let category = json!({"id": "urn:c", "name": "env"});
    let answer = |value: serde_json::Value| any(move || async move { told(json!({ "value": value }).to_string()) });
    let rest = session()
        .route("/rest/com/vmware/cis/tagging/tag", answer(json!([TAG])))
        .route("/rest/com/vmware/cis/tagging/tag-association", answer(objects))
        .route("/rest/com/vmware/cis/tagging/tag/{*id}", answer(model))
        .route("/rest/com/vmware/cis/tagging/category/{*id}", answer(category));
    beside_a_simulator(rest).await
}

/// What contradicts itself, or leaves a doubt whose VM it is, counts for nothing either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_contradictions_nothing_is_learnt() {
    let right = json!({"id": TAG, "name": "prod", "category_id": "urn:c"});
    let plain = Peer::plain(1, 0).await;
    let vm = &plain.sim.vm("vm-00").unwrap().moref;
    let mut live = Live::start_by(config(&one_tag(on(vm), right.clone()).await), clock()).await;
    let only = live.vm(0).vm.clone();
    live.client.want_tags(true);
    live.until_tags(&only, known(&[("env", "prod")])).await;
    live.client.stop().await;
    for (what, attached, model, part) in [
        (
            "another tag",
            on(vm),
            json!({"id": "urn:other", "name": "prod", "category_id": "urn:c"}),
            "answered with urn:other",
        ),
        ("a nameless tag", on(vm), json!({"id": TAG, "category_id": "urn:c"}), "missing field"),
        (
            "a path for a category",
            on(vm),
            json!({"id": TAG, "name": "prod", "category_id": "../session"}),
            "no identifier",
        ),
        ("another category", on(vm), json!({"id": TAG, "name": "prod", "category_id": "urn:d"}), "answered with urn:c"),
        ("another vCenter's VM", on("vm-41:6dd9c1c8"), right.clone(), "no managed object id"),
        ("no objects", json!({"tag_id": TAG}), right.clone(), "missing field"),
        ("a VM without an id", on(""), right, "no managed object id"),
    ] {
        let problem = problem(&one_tag(attached, model).await).await;
        assert!(problem.contains(part), "{what}: {problem}");
    }
}

/// A tag that the answer leaves out is asked for by itself: whether it is on nothing, gone, or closed to the account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_that_the_answer_leaves_out_is_asked_for() {
    let server = async |alone: fn() -> Response| {
        let rest = session()
            .route("/rest/com/vmware/cis/tagging/tag", any(|| async { told(json!({"value": [TAG]}).to_string()) }))
            .route("/rest/com/vmware/cis/tagging/tag-association", any(|| async { told(r#"{"value": []}"#) }))
            .route("/rest/com/vmware/cis/tagging/tag-association/{*tag}", any(move || async move { alone() }));
        beside_a_simulator(rest).await
    };
    let closed = server(|| StatusCode::FORBIDDEN.into_response()).await;
    assert!(problem(&closed).await.contains("may not read"), "it may be on the VM");
    for known_to_be_none in
        [(|| told(r#"{"value": []}"#)) as fn() -> Response, || StatusCode::NOT_FOUND.into_response()]
    {
        let mut live = Live::start_by(config(&server(known_to_be_none).await), clock()).await;
        let vm = live.vm(0).vm.clone();
        live.client.want_tags(true);
        live.until_tags(&vm, Some(BTreeSet::new())).await;
        live.client.stop().await;
    }
}

/// A vCenter that has tags below `/api` alone, and one that has sessions there and its tags below `/rest`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_are_read_in_the_spelling_that_the_vcenter_has() {
    let plain = Peer::plain(1, 0).await;
    let vm = plain.sim.vm("vm-00").unwrap().moref;
    let answer = |value: serde_json::Value| any(move || async move { told(value.to_string()) });
    let model = json!({"id": TAG, "name": "prod", "category_id": "urn:c"});
    let begin = || Router::new().route("/api/session", post(|| async { (StatusCode::CREATED, told("\"abc\"")) }));
    let api = begin()
        .route("/rest/{*path}", any(|| async { StatusCode::NOT_FOUND }))
        .route("/api/cis/tagging/tag", answer(json!([TAG])))
        .route("/api/cis/tagging/tag-association", answer(json!([on(&vm)])))
        .route("/api/cis/tagging/tag/{id}", answer(model))
        .route("/api/cis/tagging/category/{id}", answer(json!({"id": "urn:c", "name": "env"})));
    let mut live = Live::start_by(config(&beside_a_simulator(api).await), clock()).await;
    live.client.want_tags(true);
    let only = live.vm(0).vm.clone();
    live.until_tags(&only, known(&[("env", "prod")])).await;
    live.client.stop().await;

    let peer = Peer::plain(1, 0).await;
    peer.sim.set_tag("vm-00", "env", "test");
    let half = begin().route("/api/{*path}", any(|| async { StatusCode::NOT_FOUND }));
    let mut live = Live::start_by(config(&beside(half, &peer).await), clock()).await;
    live.client.want_tags(true);
    let only = live.vm(0).vm.clone();
    live.until_tags(&only, known(&[("env", "test")])).await;
    live.client.stop().await;
}

fn session() -> Router {
    Router::new().route("/rest/com/vmware/cis/session", post(|| async { told(r#"{"value": "abc"}"#) }))
}

/// An honest vCenter but for its REST interface.
async fn beside_a_simulator(rest: Router) -> String {
    beside(rest, &Peer::plain(1, 0).await).await
}

async fn beside(rest: Router, peer: &Peer) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = rest.fallback_service(peer.sim.router());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}
