//! The command box: what it proposes, what it sends, and that it guesses nothing.

use fantoccini::key::Key;

use super::Browser;
use crate::console::world::World;

#[tokio::test]
async fn a_command_is_completed_and_sent_by_keyboard() {
    let Some(browser) = Browser::start("a_command_is_completed_and_sent_by_keyboard").await else {
        return;
    };
    let world = World::new().await;
    world.sim.take_out_of_band("db-01", "after \"patch\"").unwrap();
    world.until_listed("db-01", 4).await;
    browser.open(&world.url).await;
    browser.click("#examples button").await;
    assert_eq!(
        browser.boxed().await,
        "/snapshot take web-01 \"before upgrade\"",
        "an example goes into the box and is not sent"
    );
    browser.eval("document.getElementById('command').value = ''").await;

    browser.keys("/").await;
    browser.until("document.querySelectorAll('#suggestions li').length > 8").await;
    browser.shot("completion-verbs").await;
    browser.keys("rev").await;
    browser.until("document.querySelector('#suggestions [aria-selected=true] .value').textContent === 'revert'").await;
    browser.press(Key::Enter).await;
    assert_eq!(browser.boxed().await, "/snapshot revert ");

    browser.keys("db").await;
    browser.until("document.querySelector('#suggestions .value')?.textContent === 'db-01'").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.boxed().await, "/snapshot revert db-01 ");
    browser.until("document.querySelectorAll('#suggestions li').length === 4").await;
    let expanded = "document.getElementById('command').getAttribute('aria-expanded')";
    browser.until(&format!("{expanded} === 'true'")).await;
    browser.shot("completion-snapshots").await;
    let active = "document.getElementById(document.getElementById('command').getAttribute('aria-activedescendant'))";
    let chosen = format!("{active}?.querySelector('.value').textContent === 'after \"patch\"'");
    for _ in 0..4 {
        browser.press(Key::Down).await;
        if browser.eval(&format!("return {chosen}")).await == true {
            break;
        }
    }
    browser.until(&chosen).await;
    browser.press(Key::Enter).await;
    assert_eq!(browser.boxed().await, "/snapshot revert db-01 \"after \\\"patch\\\"\" ");
    let options = "[...document.querySelectorAll('#suggestions .value')].map((node) => node.textContent).join(' ')";
    browser.until(&format!("{options} === 'stay-off: ticket: safety:'")).await;
    assert!(
        browser.eval("return document.querySelector('#suggestions [aria-selected=true]')").await.is_null(),
        "Enter sends what stands there, and takes no option that was only proposed"
    );
    browser.press(Key::Enter).await;

    browser.until("document.querySelector('#messages > .message')?.innerText.includes('Revert \"db-01\"')").await;
    assert_eq!(browser.boxed().await, "");
    let typed = world.sent("/api/commands");
    assert_eq!(typed.len(), 1);
    assert_eq!(typed[0]["text"], "/snapshot revert db-01 \"after \\\"patch\\\"\"");
    assert_eq!(typed[0]["locale"], "en");

    browser.press(Key::Up).await;
    assert!(browser.boxed().await.starts_with("/snapshot revert db-01"), "what was sent comes back");
    browser.press(Key::Down).await;
    assert_eq!(browser.boxed().await, "");
    browser.no_complaints().await;
}

#[tokio::test]
async fn enter_sends_what_stands_in_the_box_and_guesses_nothing() {
    let Some(browser) = Browser::start("enter_sends_what_stands_in_the_box_and_guesses_nothing").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&world.url).await;
    browser.click("#command").await;
    browser.keys("/snapshot list legacy").await;
    browser.until("document.querySelectorAll('#suggestions li').length === 1").await;
    browser.press(Key::Enter).await;
    browser.find("#messages .reply").await;
    assert_eq!(world.sent("/api/commands")[0]["text"], "/snapshot list legacy");

    browser.keys("/snapshot take web").await;
    browser.until("document.querySelectorAll('#suggestions li').length === 4").await;
    browser.press(Key::Escape).await;
    browser.until("document.getElementById('completion').hidden").await;
    assert_eq!(browser.boxed().await, "/snapshot take web", "Escape closes and changes nothing");
    browser.no_complaints().await;
}

/// What is proposed, in order, separated by blanks.
const PROPOSED: &str =
    "[...document.querySelectorAll('#suggestions .value')].map((node) => node.textContent).join(' ')";

#[tokio::test]
async fn options_their_values_and_french_words_are_completed() {
    let Some(browser) = Browser::start("options_their_values_and_french_words_are_completed").await else {
        return;
    };
    let world = World::new().await;
    world.sim.take_out_of_band("legacy-01", "latest").unwrap();
    world.until_listed("legacy-01", 1).await;
    browser.open(&world.url).await;
    browser.click("#command").await;
    let proposes = async |text: &str, proposed: &str| {
        browser.eval("document.getElementById('command').value = ''").await;
        browser.keys(text).await;
        browser.until(&format!("{PROPOSED} === '{proposed}'")).await;
    };
    proposes("/snapshot take web-01 \"before upgrade\" ", "description: mode: keep: ticket:").await;
    proposes("/snapshot take web-01 mo", "mode:").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.boxed().await, "/snapshot take web-01 mode:");
    browser.until(&format!("{PROPOSED} === 'auto disk quiesce memory'")).await;
    browser.shot("completion-modes").await;
    browser.keys("me").await;
    browser.until(&format!("{PROPOSED} === 'memory'")).await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.boxed().await, "/snapshot take web-01 mode:memory ");
    // A VM that is off has no memory, so nobody is offered to capture it.
    proposes("/snapshot take cold-01 mode:", "auto disk").await;
    proposes("/snapshot take web-01 keep:", "12h 1d 3d 1w 2w").await;
    proposes("/snapshot delete db-01 #2 chi", "children:").await;
    proposes("/snapshot delete db-01 #2 children:", "yes no").await;
    proposes("/snapshot revert db-01 #2 stay-off:y", "yes").await;
    let all = "before index rebuild after import before schema change";
    proposes("/snapshot delete vm:db-01 snapshot:", all).await;
    proposes("/snapshot explain rev", "revert revert-latest").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.boxed().await, "/snapshot explain revert ");
    browser.until(&format!("['web-01', 'db-01', 'cold-01'].every((vm) => {PROPOSED}.split(' ').includes(vm))")).await;
    proposes("/snapshot power-on legacy", "legacy-01").await;
    proposes("/snapshot restaurer legacy", "legacy-01").await;
    proposes("/snapshot restaur", "restaurer restaurer-dernier").await;
    // Without its quotes this name would ask for another snapshot.
    proposes("/snapshot revert legacy-01 lat", "latest").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.boxed().await, "/snapshot revert legacy-01 \"latest\" ");
    browser.no_complaints().await;
}
