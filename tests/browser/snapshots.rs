//! The Snapshots page, and the rows, pictures and files of a message, in a real browser.

use fantoccini::key::Key;
use serde_json::json;
use snapwarden::message::model::{Action, Block, Card, Look};

use super::Browser;
use crate::console::fleet::many;
use crate::console::snapshots::report_card;
use crate::console::world::World;

#[tokio::test]
async fn a_list_is_sorted_filtered_and_turned_by_hand() {
    let Some(browser) = Browser::start("a_list_is_sorted_filtered_and_turned_by_hand").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&format!("{}/snapshots?as=carol", world.url)).await;
    let first = "document.querySelector('#rows tbody tr .vm').textContent";
    browser.until(&format!("{first} === 'web-03'")).await;
    browser.until("document.querySelector('#picture img').naturalWidth === 1200").await;
    browser.shot("snapshots").await;
    browser.click("[data-sort=size]").await;
    browser
        .until(&format!("{first} === 'db-01' && document.querySelector('[aria-sort=descending] [data-sort=size]')"))
        .await;
    browser.until("document.activeElement.dataset.sort === 'size'").await;
    browser.press(Key::Enter).await;
    browser.until(&format!("{first} === 'web-03' && document.querySelector('[aria-sort=ascending]')")).await;
    browser.click("#filter").await;
    browser.keys("alice").await;
    browser
        .until("document.querySelectorAll('#rows tbody tr').length === 2 && location.search.includes('filter=alice')")
        .await;
    browser.click("[data-only=max_age]").await;
    browser.until("document.querySelectorAll('#rows tbody tr').length === 1").await;
    browser.until("document.activeElement.dataset.only === 'max_age'").await;
    assert_eq!(browser.text("#rows tbody tr .vm").await, "db-01");
    browser.until("document.getElementById('csv').href.includes('only=max_age')").await;

    browser.become_person("dave").await;
    browser.until("document.getElementById('rows').hidden").await;
    assert_eq!(browser.text("#found").await, "No snapshot fits.");
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_large_fleet_is_turned_page_by_page() {
    let Some(browser) = Browser::start("a_large_fleet_is_turned_page_by_page").await else {
        return;
    };
    let world = World::new().await;
    *world.fleet.lock().unwrap() = many(30_000);
    browser.open(&format!("{}/snapshots?as=carol", world.url)).await;
    browser.until("document.querySelectorAll('#rows tbody tr').length === 50").await;
    browser.until("document.getElementById('previous').disabled").await;
    browser.click("#next").await;
    browser.until("document.getElementById('found').textContent === '51–100 of 30,000'").await;
    browser.until("location.search.includes('page=2')").await;
    let drawn = browser.eval("return document.querySelectorAll('*').length").await;
    assert!(drawn.as_u64().unwrap() < 3000, "{drawn} elements");
    browser.no_complaints().await;
}

#[tokio::test]
async fn it_fits_a_telephone_and_hostile_names_stay_text() {
    let Some(browser) = Browser::start("it_fits_a_telephone_and_hostile_names_stay_text").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&format!("{}/snapshots?as=carol&lang=fr", world.url)).await;
    for (width, scheme) in [(360, "light"), (390, "dark"), (800, "light"), (1280, "dark")] {
        browser.resize(width, 860).await;
        browser.scheme(scheme).await;
        for tab in ["waiting", "audit", "list"] {
            browser.click(&format!("#tab-{tab}")).await;
            browser.until(&format!("!document.getElementById('panel-{tab}').hidden")).await;
            let wide = "document.getElementById('fleet-page').scrollWidth <= document.getElementById('fleet-page').clientWidth";
            browser.until(wide).await;
            browser.until("document.documentElement.scrollWidth <= innerWidth").await;
            browser.shot(&format!("snapshots-{tab}-{width}")).await;
        }
    }
    browser.until("document.querySelectorAll('#rows img').length === 0").await;
    let text = browser.text("#rows").await;
    assert!(text.contains("<img src=x onerror=alert(1)>") && text.contains('\u{fffd}'), "{text}");
    assert!(text.contains("inconnu du journal") && text.contains("retenu"), "{text}");
    browser.no_complaints().await;
}

#[tokio::test]
async fn what_waits_is_decided_and_the_trail_is_verified() {
    let Some(browser) = Browser::start("what_waits_is_decided_and_the_trail_is_verified").await else {
        return;
    };
    let world = World::new().await;
    let (id, card) = world.asks("web-01", "before upgrade").await;
    browser.open(&format!("{}/snapshots?as=carol", world.url)).await;
    browser.until("document.getElementById('waiting-count').textContent === '1'").await;
    browser.click("#tab-list").await;
    browser.press(Key::Right).await;
    browser
        .until("document.activeElement.id === 'tab-waiting' && !document.getElementById('panel-waiting').hidden")
        .await;
    browser.click_and_confirm("#panel-waiting [data-action=approve]").await;
    browser.until("!document.getElementById('nothing-waits').hidden").await;
    let approve = card.buttons.iter().find(|button| button.action == Action::Approve).unwrap();
    let pressed = world.sent("/api/actions");
    assert_eq!(
        (pressed.len(), &pressed[0]["person"], &pressed[0]["token"]),
        (1, &json!("carol"), &json!(approve.token))
    );
    world.until_state(&id, "running").await;

    browser.click("#tab-audit").await;
    browser.until("document.querySelectorAll('#audit li').length === 2").await;
    browser.click("#verify").await;
    browser.until("document.getElementById('verdict').dataset.whole === 'yes'").await;
    assert!(browser.text("#verdict").await.starts_with("Whole: 7 lines"));
    browser.no_complaints().await;
    browser.become_person("bob").await;
    browser.until("document.getElementById('audit-note').textContent.startsWith('Only administrators')").await;
    browser
        .until("document.getElementById('verify').hidden && document.getElementById('verdict').textContent === ''")
        .await;
}

#[tokio::test]
async fn rows_have_buttons_of_their_own() {
    let Some(browser) = Browser::start("rows_have_buttons_of_their_own").await else {
        return;
    };
    let world = World::new().await;
    let (_, real) = world.asks("web-01", "before upgrade").await;
    let deny = real.buttons.iter().find(|button| button.action == Action::Deny).unwrap();
    let report = || holding(report_card(), &deny.token);
    world.card("ops", "R-4BXN", &report()).await;
    browser.open(&format!("{}/?as=bob&channel=ops", world.url)).await;
    browser.until("document.querySelectorAll('.list-row').length === 3").await;
    browser.until("document.querySelector('.picture img').naturalWidth === 1200").await;
    browser.shot("report").await;
    browser.until("document.querySelector('.files a').getAttribute('href').endsWith('/files/snapshots.csv')").await;
    let details = format!("{} .details", Browser::message("m-R-4BXN"));
    browser.until(&format!("!document.querySelector(\"{details}\").open")).await;
    browser.click(&format!("{details} summary")).await;
    browser.until(&format!("document.querySelector(\"{details}\").innerText.includes('audit')")).await;

    let row = ".list-row:nth-child(3)";
    browser.click(&format!("{row} [data-action=deny]")).await;
    browser.until("document.activeElement.labels?.[0]?.textContent === 'Why is it held?'").await;
    browser.keys("month-end").await;
    // Another row changes meanwhile; what is being written stays.
    let mut changed = report();
    changed.blocks.remove(1);
    changed
        .blocks
        .insert(1, Block::Row { title: "1  db-01 · gone".to_owned(), detail: String::new(), buttons: Vec::new() });
    world.change("ops", "R-4BXN", &changed).await;
    browser.until("document.querySelector('.list-row').innerText.includes('gone')").await;
    browser.keys(" closing").await;
    browser.press(Key::Enter).await;
    browser.until("!document.querySelector('.list-row form')").await;
    let pressed = world.sent("/api/actions");
    let hold = (&json!(deny.token), &json!("month-end closing"));
    assert_eq!((&pressed[0]["token"], &pressed[0]["inputs"]["reason"]), hold);
    browser.resize(360, 780).await;
    browser
        .until("document.getElementById('stream').scrollWidth <= document.getElementById('stream').clientWidth")
        .await;
    browser.shot("report-phone").await;
    browser.no_complaints().await;
}

/// A report whose second row holds by the button that has this token.
fn holding(mut report: Card, token: &str) -> Card {
    let row = report.blocks.iter_mut().filter(|block| matches!(block, Block::Row { .. })).nth(1);
    let Some(Block::Row { buttons, .. }) = row else { panic!("two rows") };
    let button = &mut buttons[2];
    *button = crate::drawn(Look { token: token.to_owned(), ..(**button).clone() });
    report
}
