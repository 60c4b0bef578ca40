//! The README's tour with mouse and keyboard, against the real binary. Each stop is a function of its own, so that a failure
//! says where it stood.

use fantoccini::key::Key;

use super::Browser;
use crate::tour::Demo;

#[tokio::test]
async fn the_tour_in_a_browser() {
    let Some(browser) = Browser::start("the_tour_in_a_browser").await else {
        return;
    };
    let demo = Demo::start();
    browser.open(&demo.url).await;
    take_and_list(&browser).await;
    break_and_revert(&browser).await;
    pickers_and_refusals(&browser).await;
    deep_chain(&browser).await;
    revert_latest(&browser).await;
    edit_and_delete(&browser).await;
    consolidate(&browser).await;
    slips_and_french(&browser).await;
    browser.no_complaints().await;
    demo.end();
}

async fn take_and_list(browser: &Browser) {
    browser.shot("tour-empty").await;
    browser.click("#examples button").await;
    assert_eq!(browser.boxed().await, "/snapshot take web-01 \"before upgrade\"");
    browser.press(Key::Enter).await;
    ends(browser, "done", "snapshot \"before upgrade\" taken").await;
    replies(browser, "/snapshot list web-01", "before upgrade").await;
    browser.until("document.querySelector('.tree .here')").await;
    browser.shot("tour-list").await;
}

async fn break_and_revert(browser: &Browser) {
    browser.click("#machines button[aria-label='Break it: web-01 (DC1/web/web-01)']").await;
    health(browser, "web-01", "broken").await;

    // By completion alone: the verb, the VM and the snapshot, quotes and all.
    browser.click("#command").await;
    browser.keys("/snapshot rev").await;
    proposed(browser, "revert").await;
    browser.press(Key::Enter).await;
    browser.keys("web-01").await;
    browser.press(Key::Space).await;
    proposed(browser, "before upgrade").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.boxed().await, "/snapshot revert web-01 \"before upgrade\" ");
    browser.press(Key::Escape).await;
    browser.press(Key::Enter).await;
    ends(browser, "awaiting_approval", "Revert \"web-01\" to \"before upgrade\"?").await;
    let asked = browser.text(LAST).await;
    for part in ["Lost", "Power", "Decides", "@approvers"] {
        assert!(asked.contains(part), "{part} is missing in {asked}");
    }
    assert_eq!(browser.text(&format!("{LAST} .buttons")).await, "Withdraw");

    browser.become_person("bob").await;
    browser.find(&format!("{LAST} [data-action=deny]")).await;
    browser.shot("tour-revert").await;
    browser.click_and_confirm(&format!("{LAST} [data-action=approve]")).await;
    ends(browser, "done", "\"web-01\" is back at \"before upgrade\"").await;
    browser.until("document.activeElement.matches('article')").await;
    health(browser, "web-01", "off").await;

    browser.become_person("alice").await;
    browser.click(&format!("{LAST} [data-action=power_on]")).await;
    ends(browser, "done", "\"web-01\" is powered on").await;
    health(browser, "web-01", "answers").await;
    browser.shot("tour-reverted").await;
}

async fn pickers_and_refusals(browser: &Browser) {
    replies(browser, "/snapshot revert web-02", "which one?").await;
    browser.until("document.querySelectorAll('.choices [data-action=pick]').length === 2").await;
    browser.shot("tour-picker").await;
    browser.click(&format!("{LAST} [data-action=pick]")).await;
    said(browser, "\"web-02\" has no snapshots").await;
    browser.until("!document.querySelector('[data-action=pick]')").await;

    replies(browser, "/snapshot take cold-01 mode:memory", "is powered off").await;
    browser.click(&format!("{LAST} [data-action=without_memory]")).await;
    ends(browser, "done", "The VM was off, so the snapshot is clean").await;
    browser.until("!document.querySelector('[data-action=without_memory]')").await;
    replies(browser, "/snapshot revert prod-01", "You may not revert \"prod-01\"").await;
    replies(browser, "/snapshot explain revert prod-01", "Those who may: @administrators").await;
    browser.become_person("dave").await;
    replies(browser, "/snapshot list web-01", "you are in no group").await;
    browser.become_person("alice").await;
}

async fn deep_chain(browser: &Browser) {
    replies(browser, "/snapshot list deep-01", "30 snapshots").await;
    for (width, name) in [(375, "tour-deep-375"), (1280, "tour-deep")] {
        browser.resize(width, 860).await;
        let wide = browser
            .eval(
                "return [...document.querySelectorAll('body, #stream, .card, .tree')]
                   .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.className || node.id)",
            )
            .await;
        assert_eq!(wide, serde_json::json!([]), "at {width} px");
        browser.shot(name).await;
    }
    browser.command("/snapshot delete-all deep-01").await;
    ends(browser, "awaiting_approval", "Delete all 30 snapshots of \"deep-01\"?").await;
    browser.become_person("bob").await;
    browser.click(&format!("{LAST} [data-action=deny]")).await;
    browser.until("document.activeElement.matches('.ask input')").await;
    browser.keys("month-end closing").await;
    browser.press(Key::Enter).await;
    ends(browser, "denied", "\"month-end closing\"").await;

    browser.become_person("alice").await;
    browser.click_and_confirm(&format!("{LAST} [data-action=ask_again]")).await;
    ends(browser, "awaiting_approval", "Delete all 30 snapshots").await;
    approve(browser, "carol", "all 30 snapshots deleted").await;
}

async fn revert_latest(browser: &Browser) {
    browser.command("/snapshot revert-latest web-01").await;
    ends(browser, "awaiting_approval", "Revert \"web-01\"").await;
    approve(browser, "bob", "\"web-01\" is back at \"before upgrade\"").await;
}

async fn edit_and_delete(browser: &Browser) {
    browser.command("/snapshot edit db-01 #1 name:\"before 8.0.3\" description:\"kept by Carol\"").await;
    ends(browser, "done", "is called \"before 8.0.3\" now").await;
    replies(browser, "/snapshot list db-01", "kept by Carol").await;
    browser.command("/snapshot delete db-01 #3").await;
    ends(browser, "done", "deleted").await;
    browser.command("/snapshot delete db-01 \"before 8.0.3\" children:yes").await;
    ends(browser, "awaiting_approval", "and everything below it?").await;
    approve(browser, "carol", "2 snapshots").await;

    browser.command("/snapshot take db-01").await;
    ends(browser, "done", "taken").await;
    browser.command("/snapshot delete-all db-01").await;
    ends(browser, "awaiting_approval", "Delete the only snapshot of \"db-01\"?").await;
    browser.click(&format!("{LAST} [data-action=withdraw]")).await;
    ends(browser, "withdrawn", "Withdrawn by @alice").await;
}

async fn consolidate(browser: &Browser) {
    browser.command("/snapshot consolidate needs-consolidation-01").await;
    ends(browser, "done", "disks consolidated").await;
}

async fn slips_and_french(browser: &Browser) {
    replies(browser, "/snapshot tkae web-01", "I do not know the verb \"tkae\"").await;
    browser.find(&format!("{LAST} .code .points")).await;
    browser.shot("tour-slip").await;
    browser.click(&format!("{LAST} .code.command button")).await;
    assert_eq!(browser.boxed().await, "/snapshot take web-01", "the right command is put into the box");
    browser.eval("document.getElementById('command').value = ''").await;

    browser.eval("document.getElementById('language').focus()").await;
    browser.keys("Fr").await;
    browser.until("document.documentElement.lang === 'fr'").await;
    replies(browser, "/snapshot lister web-01", "Vous êtes ici").await;
    replies(browser, "/snapshot tkae web-01", "Je ne connais pas le verbe").await;
    browser.command("/snapshot prendre web-01 \"après\"").await;
    ends(browser, "done", "snapshot \"après\" pris").await;
    browser.shot("tour-french").await;
}

/// The newest message on the page.
const LAST: &str = "#messages > .message:last-child";

/// Waits until the newest message belongs to a request in this state and says this.
async fn ends(browser: &Browser, state: &str, text: &str) {
    let (state, text) = (serde_json::json!(state), serde_json::json!(text));
    browser
        .until(&format!(
            "((last) => last?.dataset.state === {state} && last.innerText.replaceAll('\\u00a0', ' ').includes({text}))
               (document.querySelector('{LAST}'))"
        ))
        .await;
}

/// Types a command and waits for a private answer that says this.
async fn replies(browser: &Browser, command: &str, text: &str) {
    browser.command(command).await;
    said(browser, text).await;
}

/// Waits until the newest message is a private answer that says this.
async fn said(browser: &Browser, text: &str) {
    let text = serde_json::json!(text);
    browser
        .until(&format!(
            "((last) => last?.matches('.reply') && last.innerText.replaceAll('\\u00a0', ' ').includes({text}))
               (document.querySelector('{LAST}'))"
        ))
        .await;
}

/// Becomes somebody, approves the newest request, waits for its end, and is alice again.
async fn approve(browser: &Browser, person: &str, text: &str) {
    browser.become_person(person).await;
    browser.click_and_confirm(&format!("{LAST} [data-action=approve]")).await;
    ends(browser, "done", text).await;
    browser.become_person("alice").await;
    browser.until("location.search.includes('as=alice')").await;
}

/// Waits until the completion's likeliest is this.
async fn proposed(browser: &Browser, value: &str) {
    browser.until(&format!("document.querySelector('#suggestions .value')?.textContent === '{value}'")).await;
}

/// Waits until a machine is `answers`, `broken` or `off`.
async fn health(browser: &Browser, name: &str, health: &str) {
    browser
        .until(&format!(
            "[...document.querySelectorAll('#machine-list li')]
               .find((node) => node.querySelector('.machine-name').textContent === '{name}')?.dataset.health === '{health}'"
        ))
        .await;
}
