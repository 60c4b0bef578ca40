//! Who is let in, and what every answer carries.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use serde_json::json;
use snapwarden::chat::console::{ApiError, Identity};

use super::world::{World, answer};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = World::new().await;
    for path in ["/", "/static/console.js", "/api/people", "/api/events", "/healthz", "/nowhere", "/api/commands"] {
        let response = world.get(path).send().await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["content-security-policy"], POLICY, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert!(headers.contains_key("cache-control"), "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
    }
}

#[tokio::test]
async fn another_sites_page_cannot_send_anything() {
    let world = World::new().await;
    let own = format!("http://{}", world.host);
    let status = async |headers: &[(&str, &str)]| {
        let body = json!({"person": "alice", "channel": "ops", "text": "/snapshot take web-01"}).to_string();
        let mut request = world.post("/api/commands", &body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await.0
    };
    assert_eq!(status(&[("origin", "http://evil.example")]).await, 403);
    assert_eq!(status(&[("origin", "null")]).await, 403);
    assert_eq!(status(&[("origin", "http://127.0.0.1:1")]).await, 403);
    assert_eq!(status(&[("sec-fetch-site", "cross-site")]).await, 403);
    assert_eq!(status(&[("origin", own.as_str()), ("sec-fetch-site", "same-site")]).await, 403);
    assert!(world.heard().is_empty(), "nothing of it reached the engine");
    assert_eq!(status(&[("origin", own.as_str()), ("sec-fetch-site", "same-origin")]).await, 200);
    assert_eq!(status(&[]).await, 200);
    let (refused, _) =
        answer(world.post("/demo/machines/vm-1/break", "{}").header("origin", "http://evil.example")).await;
    assert_eq!(refused, 403);
}

#[tokio::test]
async fn a_form_of_another_site_has_not_the_content_type() {
    let world = World::new().await;
    let body = "{\"person\":\"alice\",\"channel\":\"ops\",\"text\":\"list web-01\"}";
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let request = reqwest::Client::new().post(format!("{}/api/commands", world.url)).body(body);
        let (status, answer) = answer(request.header("content-type", kind)).await;
        assert_eq!((status, &answer["error"]["code"]), (415, &json!("not_json")), "{kind}");
    }
    let with_charset = reqwest::Client::new().post(format!("{}/api/commands", world.url)).body(body);
    assert_eq!(answer(with_charset.header("content-type", "Application/JSON; charset=utf-8")).await.0, 200);
}

#[tokio::test]
async fn a_strangers_host_name_is_not_answered() {
    let world = World::new().await;
    let (status, body) = answer(world.get("/api/people").header("host", "evil.example")).await;
    assert_eq!((status, &body["error"]["code"]), (421, &json!("host_not_allowed")));
    for host in ["localhost:1234", "[::1]"] {
        assert_eq!(answer(world.get("/api/people").header("host", host)).await.0, 200, "{host}");
    }
    let probe = world.get("/healthz").header("host", "10.0.0.7");
    assert_eq!(answer(probe).await.0, 200, "a supervisor asks under whatever name it has");
}

#[tokio::test]
async fn outside_the_demo_nobody_chooses_who_they_are() {
    let world = World::with(Identity::SignedIn(Arc::new(|headers: &HeaderMap| {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some("Basic bob") => Ok("bob".into()),
            _ => Err(ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Who are you?", "Sign in.")),
        }
    })))
    .await;
    let refused = world.get("/api/people").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
    assert_eq!(world.get("/").send().await.unwrap().status(), 401);
    assert_eq!(world.get("/api/events").send().await.unwrap().status(), 401);
    assert_eq!(answer(world.get("/healthz")).await.0, 200);

    let bob = |request: reqwest::RequestBuilder| answer(request.header("authorization", "Basic bob"));
    let (_, people) = bob(world.get("/api/people")).await;
    assert_eq!(people.as_array().unwrap().len(), 1);
    let as_carol = "{\"person\":\"carol\",\"channel\":\"ops\",\"text\":\"x\"}";
    let (status, body) = bob(world.post("/api/commands", as_carol)).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("not_you")));
    assert_eq!(bob(world.get("/api/channels/ops/messages?as=carol")).await.0, 403);
    assert_eq!(bob(world.get("/api/suggest?person=carol&argument=vm")).await.0, 403);
    assert!(world.heard().is_empty());
    assert_eq!(bob(world.post("/api/commands", &as_carol.replace("carol", "bob"))).await.0, 200);
    let page = world.get("/?as=carol").header("authorization", "Basic bob").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("data-demo=\"no\"") && !page.contains("carol"), "{page}");
}

#[tokio::test]
async fn a_session_knows_what_its_person_may_see() {
    let world = World::with(Identity::SignedIn(Arc::new(|headers: &HeaderMap| {
        let name = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(name.into())
    })))
    .await;
    let sees = async |person: &str, path: &str| answer(world.get(path).header("authorization", person)).await;
    let (own, _) = world.asks("db-01", "x").await;
    let take = json!({"person": "carol", "channel": "ops", "text": "take prod-01 x mode:disk"}).to_string();
    let (_, taken) = answer(world.post("/api/commands", &take).header("authorization", "carol")).await;
    let prod = taken["request"].as_str().unwrap().to_owned();
    world.until_state(&prod, "running").await;
    for (person, known) in [("alice", [200, 404]), ("bob", [200, 200]), ("carol", [200, 200]), ("dave", [404, 404])] {
        for (request, status) in [&own, &prod].into_iter().zip(known) {
            assert_eq!(sees(person, &format!("/api/requests/{request}")).await.0, status, "{person} {request}");
            let page = world.get("/").header("authorization", person).send().await.unwrap().text().await.unwrap();
            assert_eq!(page.contains(request.as_str()), status == 200, "{person} {request}");
        }
        let (status, messages) = sees(person, "/api/channels/ops/messages").await;
        let shown = messages.as_array().map_or(0, Vec::len);
        assert_eq!(
            (status, shown),
            (if person == "dave" { 404 } else { 200 }, known.iter().filter(|known| **known == 200).count()),
            "{person}"
        );
        let (_, channels) = sees(person, "/api/channels").await;
        assert_eq!(channels.as_array().unwrap().is_empty(), person == "dave");
    }
}

#[tokio::test]
async fn who_guesses_is_slowed_and_who_is_right_is_not() {
    let world = World::with(Identity::SignedIn(Arc::new(|headers: &HeaderMap| {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some("Basic bob") => Ok("bob".into()),
            _ => Err(ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Who are you?", "Sign in.")),
        }
    })))
    .await;
    let guess = || answer(world.get("/api/people").header("authorization", "Basic guess"));
    for _ in 0..5 {
        assert_eq!(guess().await.0, 401);
    }
    let guesses = tokio::time::Instant::now();
    let ((status, _), right) = tokio::join!(guess(), async {
        let answers = (0..20).map(|_| answer(world.get("/api/people").header("authorization", "Basic bob")));
        futures_util::future::join_all(answers).await
    });
    assert_eq!(status, 401);
    assert!(guesses.elapsed() >= std::time::Duration::from_secs(2));
    assert!(right.iter().all(|(status, _)| *status == 200));
}
