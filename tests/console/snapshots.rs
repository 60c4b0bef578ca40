//! The Snapshots page's calls, and the files of messages: what comes back, and who is refused.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde_json::{Value, json};
use snapwarden::chat::console::{ApiError, Identity};
use snapwarden::engine::Answer;
use snapwarden::message::model::{Action, Attachment, Block, ButtonStyle, Card, ShownTo, Tone};

use super::cards::{button, card};
use super::fleet::many;
use super::world::{World, answer};

fn names(body: &Value) -> Vec<&str> {
    body["rows"].as_array().unwrap().iter().map(|row| row["vm"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_list_comes_sorted_filtered_and_in_pages() {
    let world = World::new().await;
    let (status, all) = world.read("/api/snapshots?person=carol").await;
    assert_eq!(status, 200);
    assert_eq!(names(&all), ["web-03", "db-01", "deep-01", "web-09", "web-01", "backup-01"], "the oldest first");
    assert_eq!((&all["matching"], &all["pages"], &all["page"]), (&json!(6), &json!(1), &json!(1)));
    let summary = &all["summary"];
    assert_eq!((&summary["snapshots"], &summary["over_max_age"], &summary["held"]), (&json!(6), &json!(1), &json!(1)));
    assert_eq!(summary["consolidation"]["vms"][0]["name"], "torn-01");
    let db = &all["rows"][1];
    assert_eq!(db["over"], json!(["max_age", "max_size"]));
    assert_eq!(
        (&db["bytes"], &db["made_by"], &db["age_seconds"]),
        (&json!(310_000_000_000_u64), &json!("alice"), &json!(41 * 86_400))
    );
    assert_eq!(all["rows"][0]["hold"], json!({"by": "carol", "reason": "month-end audit", "until": null}));

    let by_size = world.read("/api/snapshots?person=carol&sort=size&size=2&page=2").await.1;
    assert_eq!(names(&by_size), ["deep-01", "web-03"]);
    assert_eq!((&by_size["page"], &by_size["pages"]), (&json!(2), &json!(3)));
    assert_eq!(names(&world.read("/api/snapshots?person=carol&only=orphan").await.1), ["web-09"]);
    assert_eq!(names(&world.read("/api/snapshots?person=carol&filter=ALICE%20web").await.1), ["web-01"]);
    assert_eq!(world.read("/api/snapshots?person=carol&sort=colour").await.0, 400);
}

#[tokio::test]
async fn everybody_sees_what_they_may_list_also_in_the_sums_and_the_files() {
    let world = World::new().await;
    let (_, seen) = world.read("/api/snapshots?person=alice").await;
    assert!(names(&seen).iter().all(|vm| vm.starts_with("web-")), "{seen}");
    assert_eq!(seen["summary"]["snapshots"], 3);
    assert_eq!(world.read("/api/snapshots?person=dave").await.1["summary"]["snapshots"], 0);
    let csv = world.get("/api/snapshots.csv?person=alice").send().await.unwrap().text().await.unwrap();
    assert!(csv.contains("web-01") && !csv.contains("db-01"), "{csv}");
    for path in ["/api/snapshots", "/api/snapshots.csv", "/api/snapshots.png", "/api/approvals", "/api/audit"] {
        let (status, body) = world.read(path).await;
        assert_eq!((status, &body["error"]["code"]), (400, &json!("bad_query")), "{path} needs a person");
        let (status, body) = world.read(&format!("{path}?person=mallory")).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("unknown_person")), "{path}");
    }
}

#[tokio::test]
async fn the_table_is_for_spreadsheets_and_no_name_is_a_formula() {
    let world = World::new().await;
    let response = world.get("/api/snapshots.csv?person=carol&only=orphan").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"snapshots-2026-11-22.csv\"");
    let bytes = response.bytes().await.unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbfvcenter,vm,"), "Excel has to be told that it is UTF-8");
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")<img"), "{text}");
    assert_eq!(text.lines().count(), 2);
}

#[tokio::test]
async fn the_picture_is_the_readers_and_says_so_in_words() {
    let world = World::new().await;
    let (_, seen) = world.read("/api/snapshots?person=alice&locale=fr").await;
    let picture = &seen["picture"];
    assert!(picture["alt"].as_str().unwrap().starts_with("3 snapshots\u{a0}: 1 de moins"), "{picture}");
    let response = world.get(picture["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    let mine = response.bytes().await.unwrap();
    let carols = world.get("/api/snapshots.png?person=carol&locale=fr").send().await.unwrap().bytes().await.unwrap();
    assert!(mine.starts_with(b"\x89PNG") && mine != carols);
}

#[tokio::test]
async fn thirty_thousand_rows_are_a_page_at_a_time() {
    let world = World::new().await;
    *world.fleet.lock().unwrap() = many(30_000);
    let begun = std::time::Instant::now();
    let response = world.get("/api/snapshots?person=carol&filter=release&page=7").send().await.unwrap();
    let bytes = response.bytes().await.unwrap();
    let took = begun.elapsed();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((&body["matching"], &body["pages"], names(&body).len()), (&json!(30_000), &json!(600), 50));
    assert!(bytes.len() < 60_000, "a page is {} bytes", bytes.len());
    let csv = world.get("/api/snapshots.csv?person=carol").send().await.unwrap().bytes().await.unwrap();
    assert_eq!(csv.split(|byte| *byte == b'\n').count(), 30_002);
    told!(
        "30,000 snapshots: a page of {} kB in {} ms (debug), the table {} kB",
        bytes.len() / 1000,
        took.as_millis(),
        csv.len() / 1000
    );
}

#[tokio::test]
async fn what_waits_is_shown_with_the_buttons_of_whoever_reads() {
    let world = World::new().await;
    let (id, _) = world.asks("web-01", "before upgrade").await;
    let actions = |messages: &Value| -> Vec<String> {
        let buttons = messages[0]["buttons"].as_array().unwrap().iter();
        buttons.map(|button| button["action"].as_str().unwrap().to_owned()).collect()
    };
    let (status, bobs) = world.read("/api/approvals?person=bob").await;
    assert_eq!((status, actions(&bobs)), (200, vec!["approve".to_owned(), "deny".to_owned()]));
    assert_eq!(bobs[0]["id"], format!("m-{id}"));
    assert_eq!(actions(&world.read("/api/approvals?person=alice").await.1), ["withdraw"]);
    assert_eq!(world.read("/api/approvals?person=dave").await, (200, json!([])), "dave may not know of it");
}

#[tokio::test]
async fn the_audit_trail_is_the_administrators() {
    let world = World::new().await;
    let (status, body) = world.read("/api/audit?person=bob").await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("not_an_administrator")));
    assert_eq!(world.send("/api/audit/verify", json!({"person": "bob"})).await.0, 403);
    assert_eq!(world.read("/api/audit?person=carol").await.1["lines"][0]["kind"], "request");
    assert_eq!(world.send("/api/audit/verify", json!({"person": "carol"})).await.1["whole"], true);
    assert_eq!(world.read("/api/audit/verify?person=carol").await.0, 405);
}

#[tokio::test]
async fn outside_the_demo_the_list_is_ones_own() {
    let world = World::with(Identity::SignedIn(Arc::new(|headers: &HeaderMap| {
        match headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some("Basic bob") => Ok("bob".into()),
            _ => Err(ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Who are you?", "Sign in.")),
        }
    })))
    .await;
    for path in
        ["/snapshots", "/api/snapshots", "/api/snapshots.csv", "/api/snapshots.png", "/api/approvals", "/api/audit"]
    {
        assert_eq!(world.get(path).send().await.unwrap().status(), 401, "{path}");
    }
    let bob = |path: &str| answer(world.get(path).header("authorization", "Basic bob"));
    assert_eq!(bob("/api/snapshots").await.1["summary"]["snapshots"], 6, "who reads need not be said");
    assert_eq!(bob("/api/snapshots?person=carol").await.0, 403);
    assert_eq!(bob("/api/audit?person=carol").await.0, 403);
    assert_eq!(bob("/api/replies/only-you-0/files/a.csv?as=carol").await.0, 403);
}

fn attachment(name: &str, media_type: &str, bytes: &'static [u8]) -> Attachment {
    Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        alt: "what it shows".to_owned(),
        bytes: Bytes::from_static(bytes),
    }
}

/// A report's message: a picture, rows with buttons, a table, details.
pub(crate) fn report_card() -> Card {
    let hold = snapwarden::message::model::Input {
        name: "reason".to_owned(),
        label: "Why is it held?".to_owned(),
        optional: false,
    };
    let alices = || ShownTo::Person("alice".into());
    let buttons = |row: &str| {
        vec![
            button(Action::Retry, &format!("extend-{row}"), "Extend", ButtonStyle::Plain, ShownTo::Anyone, None),
            button(Action::Delete, &format!("delete-{row}"), "Delete", ButtonStyle::Danger, alices(), None),
            button(
                Action::Deny,
                &format!("hold-{row}"),
                "Hold",
                ButtonStyle::Plain,
                ShownTo::Anyone,
                Some(hold.clone()),
            ),
        ]
    };
    let row = |title: &str, detail: &str, token: &str| Block::Row {
        title: title.to_owned(),
        detail: detail.to_owned(),
        buttons: buttons(token),
    };
    let picture = snapwarden::message::pictures::chart(
        &super::fleet::seen(super::fleet::few()).report,
        &snapwarden::message::format::Format {
            locale: snapwarden::message::words::Locale::En,
            tz: jiff::tz::TimeZone::UTC,
            now: "2026-11-22T14:05:00Z".parse().unwrap(),
        },
    );
    let drawn =
        Attachment { bytes: snapwarden::picture::png(&picture).unwrap(), ..attachment("ages.png", "image/png", b"") };
    Card {
        blocks: vec![
            Block::Picture { file: "ages.png".to_owned(), alt: "6 snapshots by age.".to_owned() },
            row("1  db-01 · \"before migration\"", "41 d · ≈ 310 GB · @alice · over by 38 d", "1"),
            row("2  deep-01 · 30 in one chain", "12 d · ≈ 96 GB · unknown · limit 3", "2"),
            row("3  web-09 · \"<img src=x>\"", "", "3"),
            Block::Note { text: "Next report Monday 08:00".to_owned() },
        ],
        details: vec![Block::Text { text: "Held (1): \"audit\" by @carol".to_owned() }],
        files: vec![drawn, attachment("snapshots.csv", "text/csv", b"vm\r\nweb-01\r\n")],
        ..card(Tone::Warning, "Snapshots · Sunday 22 November")
    }
}

#[tokio::test]
async fn a_messages_files_are_fetched_below_it_and_a_rows_buttons_are_the_readers() {
    let world = World::new().await;
    world.card("ops", "R-4BXN", &report_card()).await;
    let (_, messages) = world.read("/api/channels/ops/messages?as=bob").await;
    let message = &messages[0];
    let rows: Vec<&Value> =
        message["blocks"].as_array().unwrap().iter().filter(|block| block["kind"] == "row").collect();
    let of = |row: &Value| row["buttons"].as_array().unwrap().len();
    assert_eq!(rows.iter().map(|row| of(row)).collect::<Vec<_>>(), [2, 2, 2], "only alice may delete");
    assert!(rows[0]["buttons"][0].get("shown_to").is_none(), "what the reader need not know: {}", rows[0]);
    assert!(!message["plain"].as_str().unwrap().contains("[Delete]"), "{message}");
    assert_eq!(message["details"][0]["kind"], "text");
    let files = message["files"].as_array().unwrap();
    assert_eq!(
        files[1],
        json!({
            "name": "snapshots.csv", "media_type": "text/csv", "alt": "what it shows",
            "url": "/api/channels/ops/messages/m-R-4BXN/files/snapshots.csv",
        })
    );
    let csv = world.get(files[1]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(csv.headers()["content-disposition"], "attachment; filename=\"snapshots.csv\"");
    assert_eq!(csv.bytes().await.unwrap(), b"vm\r\nweb-01\r\n".as_slice());
    let png = world.get(files[0]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(
        (&png.headers()["content-type"], &png.headers()["x-content-type-options"]),
        (&"image/png".parse().unwrap(), &"nosniff".parse().unwrap())
    );
    for (path, code) in [
        ("/api/channels/ops/messages/m-R-4BXN/files/other.csv", "unknown_file"),
        ("/api/channels/ops/messages/m-R-XXXX/files/snapshots.csv", "unknown_file"),
        ("/api/channels/web-team/messages/m-R-4BXN/files/snapshots.csv", "unknown_file"),
        ("/api/channels/nowhere/messages/m-R-4BXN/files/snapshots.csv", "unknown_channel"),
        ("/api/replies/m-R-4BXN/files/snapshots.csv?as=bob", "unknown_file"),
    ] {
        let (status, body) = world.read(path).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!(code)), "{path}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_kept_any_more_says_so() {
    let world = World::new().await;
    world.card("ops", "R-4BXN", &report_card()).await;
    let large = vec![b'x'; 70 * 1024 * 1024];
    let files = vec![Attachment { bytes: Bytes::from(large), ..attachment("large.csv", "text/csv", b"") }];
    world.card("ops", "R-7KQ2", &Card { files, ..card(Tone::Info, "A large one") }).await;
    let (status, body) = world.read("/api/channels/ops/messages/m-R-4BXN/files/snapshots.csv").await;
    assert_eq!((status, &body["error"]["code"]), (410, &json!("file_gone")));
    assert_eq!(world.get("/api/channels/ops/messages/m-R-7KQ2/files/large.csv").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_files_of_an_answer_are_its_persons() {
    let world = World::new().await;
    let rules = world.bot.handle.parts().rules();
    let alice = rules.policy.person(&"alice".into()).unwrap();
    let told = world.console.answer(Answer { reply: Some(report_card()), ..Answer::default() }, alice);
    let url = told["reply"]["files"][1]["url"].as_str().unwrap();
    assert!(url.ends_with("/files/snapshots.csv?as=alice"), "{url}");
    assert_eq!(world.get(url).send().await.unwrap().status(), 200);
    assert_eq!(world.read(&url.replace("as=alice", "as=bob")).await.0, 404);
    assert_eq!(world.read(url.split('?').next().unwrap()).await.0, 404);
}
