//! The Snapshots page, and the rows, pictures and files of a message, in a real browser.

use fantoccini::key::Key;

use super::Browser;
use crate::console::fake::{World, asked};
use crate::console::fleet::many;
use crate::console::snapshots::report_card;

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
    *world.engine.fleet.lock().unwrap() = many(30_000);
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
    let card = asked("web-01", "before upgrade");
    world.card("ops", "R-4BXN", &card).await;
    world.engine.waits.lock().unwrap().push(card);
    browser.open(&format!("{}/snapshots?as=carol", world.url)).await;
    browser.until("document.getElementById('waiting-count').textContent === '1'").await;
    browser.click("#tab-list").await;
    browser.press(Key::Right).await;
    browser
        .until("document.activeElement.id === 'tab-waiting' && !document.getElementById('panel-waiting').hidden")
        .await;
    browser.click_and_confirm("#panel-waiting [data-action=approve]").await;
    world.engine.waits.lock().unwrap().clear();
    browser.until("!document.getElementById('nothing-waits').hidden").await;
    let pressed = world.engine.actions.lock().unwrap().clone();
    assert_eq!((pressed.len(), pressed[0].0.as_str(), pressed[0].1.as_str()), (1, "carol", "approve"));

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
    world.card("ops", "R-4BXN", &report_card()).await;
    browser.open(&format!("{}/?as=alice&channel=ops", world.url)).await;
    browser.until("document.querySelectorAll('.list-row').length === 3").await;
    browser.until("document.querySelector('.picture img').naturalWidth === 1200").await;
    browser.shot("report").await;
    browser.until("document.querySelector('.files a').getAttribute('href').endsWith('/files/snapshots.csv')").await;
    browser.until("!document.querySelector('.details').open").await;
    browser.click(".details summary").await;
    browser.until("document.querySelector('.details').innerText.includes('audit')").await;

    let row = ".list-row:nth-child(3)";
    browser.click(&format!("{row} [data-token=hold-2]")).await;
    browser.until("document.activeElement.labels?.[0]?.textContent === 'Why is it held?'").await;
    browser.keys("month-end").await;
    // Another row changes meanwhile; what is being written stays.
    let mut changed = report_card();
    changed.blocks.remove(1);
    changed.blocks.insert(
        1,
        snapwarden::message::model::Block::Row {
            title: "1  db-01 · gone".to_owned(),
            detail: String::new(),
            buttons: Vec::new(),
        },
    );
    world.change("ops", "R-4BXN", &changed).await;
    browser.until("document.querySelector('.list-row').innerText.includes('gone')").await;
    browser.keys(" closing").await;
    browser.press(Key::Enter).await;
    browser.until("!document.querySelector('.list-row form')").await;
    let pressed = world.engine.actions.lock().unwrap().clone();
    assert_eq!((pressed[0].1.as_str(), pressed[0].2["reason"].as_str()), ("hold-2", "month-end closing"));
    browser.resize(360, 780).await;
    browser
        .until("document.getElementById('stream').scrollWidth <= document.getElementById('stream').clientWidth")
        .await;
    browser.shot("report-phone").await;
    browser.no_complaints().await;
}
