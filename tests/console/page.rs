//! The page as it leaves the server.

use snapwarden::message::model::Tone;

use super::cards::{asked, card};
use super::world::World;

async fn html(world: &World, path: &str) -> String {
    let response = world.get(path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    response.text().await.unwrap()
}

#[tokio::test]
async fn the_page_comes_with_people_channels_and_messages() {
    let world = World::new().await;
    world.card("ops", "R-4BXN", &asked("web-01", "before upgrade")).await;
    let page = html(&world, "/").await;
    for part in [
        "value=\"alice\" checked",
        "href=\"/?channel=web-team&amp;as=alice&amp;lang=en\"",
        "href=\"/snapshots?as=alice&amp;lang=en\"",
        "Revert &quot;web-01&quot;",
        "Command",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("{{"), "a hole was left open: {page}");
    let french = html(&world, "/?lang=fr&as=bob&channel=web-team").await;
    for part in ["<html lang=\"fr\"", "value=\"bob\" checked", "Canaux", "<title>web-team"] {
        assert!(french.contains(part), "{part} is missing in {french}");
    }
}

#[tokio::test]
async fn nothing_on_the_page_is_inline_or_from_elsewhere() {
    let world = World::new().await;
    for path in ["/", "/snapshots"] {
        let page = html(&world, path).await;
        for forbidden in ["style=", "<style", " onclick", "javascript:", "https://", "//cdn"] {
            assert!(!page.contains(forbidden), "{path}: {forbidden}");
        }
        let scripts: Vec<&str> = page.split("<script").skip(1).map(|rest| rest.split_once('>').unwrap().0).collect();
        assert!(
            scripts.iter().all(|script| script.contains("src=\"/static/") || script.contains("application/json")),
            "{path}: {scripts:?}"
        );
    }
    for file in [
        "console.css",
        "snapshots.css",
        "snapshots.js",
        "rows.js",
        "frame.js",
        "console.js",
        "base.js",
        "cards.js",
        "composer.js",
        "grammar.js",
        "machines.js",
        "theme.js",
        "icon.svg",
    ] {
        let response = world.get(&format!("/static/{file}")).send().await.unwrap();
        assert_eq!(response.status(), 200, "{file}");
        let text = response.text().await.unwrap();
        for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "@import", "url("]
        {
            assert!(!text.contains(forbidden), "{file}: {forbidden}");
        }
    }
}

#[tokio::test]
async fn hostile_text_cannot_leave_its_place() {
    let world = World::new().await;
    world
        .card("ops", "R-4BXN", &card(Tone::Info, "</script><script>alert(1)</script><img src=x onerror=alert(1)>"))
        .await;
    let page = html(&world, "/?lang=%22%3E%3Cscript%3E&channel=%3Cb%3E&as=%22").await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(!page.contains("<img src=x"), "{page}");
    assert!(page.contains("\\u003c/script\\u003e"), "{page}");
}

#[tokio::test]
async fn the_snapshots_page_comes_with_its_first_answer() {
    let world = World::new().await;
    let page = html(&world, "/snapshots?as=carol&lang=fr&only=orphan").await;
    assert!(!page.contains("{{"), "a hole was left open: {page}");
    for part in ["<html lang=\"fr\"", "value=\"carol\" checked", "web-09", "Filtrer par machine"] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("<img src=x"), "{page}");
    assert!(!page.contains("\"vm\":\"db-01\",\"vm_id\""), "the address's filter holds for the first answer too");
    html(&world, "/snapshots?sort=colour&page=many").await;
}
