//! What a stream of edits does to somebody who is reading or writing meanwhile: nothing.

use fantoccini::key::Key;
use snapwarden::message::model::{Action, ButtonStyle, Card, Look, ShownTo, Tone};

use super::Browser;
use crate::console::cards::{asked, card, listed, running};
use crate::console::world::World;

/// A running card with a button to cancel it.
fn cancelable(percent: u8) -> Card {
    let cancel = crate::drawn(Look {
        action: Action::Cancel,
        token: "cancel".to_owned(),
        label: "Cancel".to_owned(),
        style: ButtonStyle::Plain,
        shown_to: ShownTo::Anyone,
        input: None,
        confirm: None,
    });
    Card { buttons: vec![cancel], ..running("web-01", Some(percent)) }
}

/// Edits until the page shows the last one.
async fn run(world: &World, browser: &Browser, from: u8, to: u8) {
    for percent in from..=to {
        world.change("ops", "R-7KQ2", &cancelable(percent)).await;
    }
    let shown = format!("document.querySelector(\"{RUNNING} .bar\").getAttribute('aria-valuenow') === '{to}'");
    browser.until(&shown).await;
}

const RUNNING: &str = "#messages > li[data-id='m-R-7KQ2']";

#[tokio::test]
async fn edits_neither_flicker_nor_steal_the_focus() {
    let Some(browser) = Browser::start("edits_neither_flicker_nor_steal_the_focus").await else {
        return;
    };
    let world = World::new().await;
    world.asks("web-01", "before upgrade").await;
    world.card("ops", "R-7KQ2", &cancelable(1)).await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    // Every element that comes or goes inside a message is remembered.
    browser
        .eval(
            "window.came = [];
             new MutationObserver((changes) => changes.forEach((change) => [...change.addedNodes, ...change.removedNodes]
               .filter((node) => node.nodeType === Node.ELEMENT_NODE).forEach((node) => came.push(node.outerHTML))))
               .observe(document.getElementById('messages'), {childList: true, subtree: true});",
        )
        .await;

    // On a button of the running card itself.
    browser.eval(&format!("window.held = document.querySelector(\"{RUNNING} button\"); held.focus()")).await;
    run(&world, &browser, 2, 30).await;
    assert_eq!(browser.eval("return document.activeElement === held").await, true);

    // While a reason is being written, and while a command is.
    browser.click("[data-action=deny]").await;
    browser.until("document.activeElement.matches('.ask input')").await;
    let places = "return [...document.querySelectorAll('#messages *')].map((node) => node.getBoundingClientRect().top)";
    let stood = browser.eval(&format!("came.length = 0; {places}")).await;
    browser.keys("month-").await;
    run(&world, &browser, 31, 50).await;
    browser.keys("end").await;
    assert_eq!(browser.eval("return document.activeElement.value").await, "month-end");
    browser.click("#command").await;
    browser.keys("/snapshot rev").await;
    browser.find("#suggestions li").await;
    browser.press(Key::Down).await;
    let chosen = "document.querySelector('#suggestions [aria-selected=true] .value')?.textContent";
    browser.until(&format!("{chosen} === 'revert-latest'")).await;
    run(&world, &browser, 51, 70).await;
    assert_eq!(browser.eval(&format!("return {chosen}")).await, "revert-latest");
    assert_eq!(browser.boxed().await, "/snapshot rev");
    assert_eq!(browser.eval("return came").await, serde_json::json!([]), "no element came or went");
    assert_eq!(browser.eval(places).await, stood, "nothing moved");
    browser.no_complaints().await;
}

#[tokio::test]
async fn who_reads_further_up_is_left_there() {
    let Some(browser) = Browser::start("who_reads_further_up_is_left_there").await else {
        return;
    };
    let world = World::new().await;
    for request in ["R-2222", "R-3333", "R-4444", "R-5555"] {
        world.card("ops", request, &listed("db-01")).await;
        world.change("ops", request, &asked("web-01", "before upgrade")).await;
    }
    world.card("ops", "R-7KQ2", &cancelable(1)).await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    browser.until("document.getElementById('stream').scrollTop > 200").await;
    browser
        .eval(
            "const stream = document.getElementById('stream');
             const scrolled = new Promise((next) => stream.addEventListener('scroll', next, {once: true}));
             stream.scrollTop = 40;
             await scrolled;",
        )
        .await;
    run(&world, &browser, 2, 20).await;
    world.card("ops", "R-9TWE", &card(Tone::Info, "Something new.")).await;
    browser.until("!document.getElementById('newer').hidden").await;
    assert_eq!(browser.eval("return document.getElementById('stream').scrollTop").await, 40);
    browser.click("#newer").await;
    browser
        .until(
            "document.getElementById('newer').hidden && document.activeElement.id === 'command'
               && document.getElementById('stream').scrollTop > 200",
        )
        .await;
    browser.no_complaints().await;
}
