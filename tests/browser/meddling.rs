//! What can go wrong by hand in the demo's page, forms that demand a text, and why somebody cannot decide.

use fantoccini::key::Key;
use serde_json::{Value, json};
use snapwarden::message::model::{Action, ButtonStyle, Card, Input, ShownTo, Tone};

use super::Browser;
use crate::console::cards::{asked, button, card};
use crate::console::world::World;
use crate::tour::Demo;

#[tokio::test]
async fn what_else_can_happen_to_a_machine() {
    let Some(browser) = Browser::start("what_else_can_happen_to_a_machine").await else {
        return;
    };
    let world = World::new().await;
    browser.resize(1400, 900).await;
    let (web, db) = (world.moref("web-01"), world.moref("db-01"));
    browser.open(&world.url).await;
    more(&browser, &web).await;
    let here = format!("document.querySelector('[data-moref={web}]')");
    let deeds = format!("[...{here}.querySelectorAll('.deeds button')].map((node) => node.textContent)");
    browser
        .until(&format!(
            "JSON.stringify({deeds}) === JSON.stringify(['Somebody else takes a snapshot', 'Power off',
               'Lose vCenter’s next answer', 'Lose the next request', 'Next task takes 2 minutes'])"
        ))
        .await;
    deed(&browser, &web, 1).await;
    browser.until(&format!("{here}.querySelector('.machine-health').textContent.includes('1 snapshot')")).await;
    heard(&browser, "Somebody else took a snapshot of web-01.").await;
    deed(&browser, &web, 2).await;
    browser.until(&format!("{here}.dataset.health === 'off'")).await;
    let focused = "document.activeElement.textContent";
    browser.until(&format!("{focused} === 'Power on'")).await;
    deed(&browser, &web, 2).await;
    browser.until(&format!("{here}.dataset.health === 'answers'")).await;

    deed(&browser, &web, 3).await;
    pressed(&browser, &web, 3, true).await;
    let armed = format!("{here}.querySelector('.machine-armed').textContent");
    browser.until(&format!("{armed} === 'next answer will be lost'")).await;
    deed(&browser, &web, 4).await;
    deed(&browser, &web, 5).await;
    browser
        .until(&format!("{armed} === 'next answer will be lost · next request will be lost · next task takes 2 min'"))
        .await;
    browser.shot("meddling").await;
    browser.scheme("dark").await;
    browser.shot("meddling-dark").await;
    browser.scheme("light").await;
    browser.press(Key::Space).await;
    pressed(&browser, &web, 5, false).await;
    heard(&browser, "That will not happen to web-01 any more.").await;

    // One at a time: the list stays short.
    more(&browser, &db).await;
    browser.until("document.querySelectorAll('.deeds:not([hidden])').length === 1").await;
    browser.until(&format!("{here}.querySelector('.more').getAttribute('aria-expanded') === 'false'")).await;
    french(&browser).await;
    browser
        .until(&format!(
            "document.querySelector('[data-moref={db}] .deeds button').textContent === 'Quelqu’un d’autre prend un snapshot'
               && {armed}.startsWith('prochaine réponse perdue')"
        ))
        .await;
    let done: Vec<(String, bool)> = std::iter::zip(world.sent_to("/demo"), world.sent("/demo"))
        .map(|(path, body)| (path, body["on"] != false))
        .collect();
    let of = format!("/demo/machines/{web}/");
    let done: Vec<(&str, bool)> = done.iter().map(|(path, on)| (path.strip_prefix(&of).unwrap_or(path), *on)).collect();
    assert_eq!(
        done,
        [
            ("snapshot", true),
            ("power", false),
            ("power", true),
            ("lose-answer", true),
            ("lose-request", true),
            ("slow-task", true),
            ("slow-task", false),
        ]
    );
    browser.no_complaints().await;
}

#[tokio::test]
async fn the_machines_fit_a_telephone_and_every_control_has_a_name() {
    let Some(browser) = Browser::start("the_machines_fit_a_telephone_and_every_control_has_a_name").await else {
        return;
    };
    let world = World::new().await;
    browser.resize(390, 844).await;
    let web = world.moref("web-01");
    browser.open(&world.url).await;
    browser.click("#machines-toggle").await;
    more(&browser, &web).await;
    deed(&browser, &web, 3).await;
    pressed(&browser, &web, 3, true).await;
    for (language, scheme) in [("en", "light"), ("fr", "dark")] {
        if language == "fr" {
            french(&browser).await;
        }
        browser.scheme(scheme).await;
        browser.shot(&format!("meddling-390-{scheme}")).await;
        let wrong = browser
            .eval(
                "const name = (node) => node.getAttribute('aria-label') || node.textContent.trim();
                 const nodes = [...document.querySelectorAll('#machines button:not([hidden])')].filter((node) => node.checkVisibility());
                 const wide = [...document.querySelectorAll('#machines, #machines li, #machines button')]
                   .filter((node) => node.checkVisibility())
                   .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > innerWidth + 1);
                 const links = [...document.querySelectorAll('#machines [aria-controls], #machines [aria-describedby]')]
                   .flatMap((node) => [node.getAttribute('aria-controls'), node.getAttribute('aria-describedby')])
                   .filter((id) => id && !document.getElementById(id));
                 return [...nodes.filter((node) => !name(node)), ...wide].map((node) => node.outerHTML).concat(links);",
            )
            .await;
        assert_eq!(wrong, serde_json::json!([]), "{language}");
    }
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_form_that_demands_a_text_is_not_sent_without_one() {
    let Some(browser) = Browser::start("a_form_that_demands_a_text_is_not_sent_without_one").await else {
        return;
    };
    let world = World::new().await;
    let input =
        |name: &str, label: &str, optional| Some(Input { name: name.to_owned(), label: label.to_owned(), optional });
    let (anyone, plain) = (ShownTo::Anyone, ButtonStyle::Plain);
    let label = "Which change (CHG…) is this for?";
    // What they press is real: a yes, and a no to another.
    let token = |card: &Card, action| card.buttons.iter().find(|one| one.action == action).unwrap().token.clone();
    let ok = token(&world.asks("web-01", "a").await.1, Action::Approve);
    let again = token(&world.asks("web-01", "b").await.1, Action::Deny);
    let forms = Card {
        buttons: vec![
            button(Action::Approve, &ok, "Approve", plain, anyone.clone(), input("ticket", label, false)),
            button(Action::Retry, &again, "Try again", plain, anyone, input("note", "A note", true)),
        ],
        ..card(Tone::Waiting, "Two forms")
    };
    world.card("ops", "R-7KQ2", &forms).await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    let form = Browser::message("m-R-7KQ2");
    browser.click(&format!("{form} [data-action=approve]")).await;
    browser
        .until(&format!(
            "((field) => field.name === 'ticket' && field.required && field.labels?.[0]?.textContent === '{label}')
               (document.activeElement)"
        ))
        .await;
    let refused = "((field) => field.getAttribute('aria-invalid') === 'true' && !!field.labels[0]
                      && document.getElementById(field.getAttribute('aria-describedby')).textContent)(document.activeElement)";
    browser.press(Key::Enter).await;
    browser.until(&format!("{refused} === 'Please write something here first.'")).await;
    browser.shot("form-required").await;
    browser.keys("   ").await;
    browser.until("!document.activeElement.hasAttribute('aria-invalid')").await;
    browser.eval("window.before = document.querySelector('.form-hint').firstChild").await;
    browser.press(Key::Enter).await;
    browser.until(&format!("{refused} === 'Please write something here first.'")).await;
    browser.until("document.querySelector('.form-hint').firstChild !== window.before").await;
    assert!(world.sent("/api/actions").is_empty(), "blanks are no text, and nothing was sent");

    // Another language changes the words and not what was written.
    browser.keys("CHG00").await;
    french(&browser).await;
    browser.until("document.querySelector('.ask button[type=button]').textContent === 'Retour'").await;
    browser.until("document.querySelector('.ask input').value.trim() === 'CHG00'").await;
    browser.click(".ask input").await;
    browser.press(Key::End).await;
    browser.keys("42117").await;
    browser.press(Key::Enter).await;
    browser.until("!document.querySelector('.ask')").await;

    browser.click("[data-action=retry]").await;
    browser.until("!document.activeElement.required && document.activeElement.name === 'note'").await;
    browser.until("document.activeElement.labels?.[0]?.textContent === 'A note (facultatif)'").await;
    browser.press(Key::Enter).await;
    browser.until("!document.querySelector('.ask')").await;
    let sent: Vec<(Value, Value)> =
        world.sent("/api/actions").iter().map(|body| (body["token"].clone(), body["inputs"].clone())).collect();
    assert_eq!(sent, [(json!(ok), json!({"ticket": "CHG0042117"})), (json!(again), json!({}))]);
    browser.no_complaints().await;
}

#[tokio::test]
async fn whoever_cannot_decide_reads_why() {
    let Some(browser) = Browser::start("whoever_cannot_decide_reads_why").await else {
        return;
    };
    let world = World::new().await;
    world.card("ops", "R-4BXN", &asked("web-01", "before upgrade")).await;
    browser.open(&format!("{}/?as=alice", world.url)).await;
    let why = format!("{} .why", Browser::message("m-R-4BXN"));
    assert_eq!(browser.text(&why).await, "You asked for this, so somebody else decides.");
    browser.shot("why").await;
    browser.become_person("dave").await;
    browser.until(&format!("document.querySelector(\"{why}\").textContent === 'Only @approvers decide this.'")).await;
    browser.become_person("bob").await;
    browser.until(&format!("!document.querySelector(\"{why}\").checkVisibility()")).await;
    browser.become_person("dave").await;
    let mut decided = asked("web-01", "before upgrade");
    decided.buttons.clear();
    decided.state = Some("expired".to_owned());
    browser.until(&format!("document.querySelector(\"{why}\").checkVisibility()")).await;
    world.change("ops", "R-4BXN", &decided).await;
    browser.until(&format!("!document.querySelector(\"{why}\").checkVisibility()")).await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_drift_and_a_lost_answer_by_hand() {
    let Some(browser) = Browser::start("a_drift_and_a_lost_answer_by_hand").await else {
        return;
    };
    let demo = Demo::start();
    browser.resize(1400, 900).await;
    browser.open(&demo.url).await;
    let machine = "[...document.querySelectorAll('#machine-list li')]
                     .find((node) => node.querySelector('.machine-name').textContent === 'db-01')";
    browser.until(machine).await;
    let moref = browser.eval(&format!("return {machine}.dataset.moref")).await;
    let moref = moref.as_str().unwrap();
    let last = "#messages > .message:last-child";
    let shows = async |state: &str, text: &str| {
        let text = serde_json::json!(text);
        browser
            .until(&format!(
                "((last) => last?.dataset.state === '{state}' && last.innerText.includes({text}))
                   (document.querySelector('{last}'))"
            ))
            .await;
    };
    browser.command("/snapshot revert db-01 \"after import\"").await;
    shows("awaiting_approval", "You asked for this, so somebody else decides.").await;
    more(&browser, moref).await;
    deed(&browser, moref, 1).await;
    browser.until(&format!("{machine}.querySelector('.machine-health').textContent.includes('4 snapshots')")).await;
    browser.become_person("bob").await;
    browser.click_and_confirm(&format!("{last} [data-action=approve]")).await;
    shows("stale", "\"not by the bot\" was taken").await;
    browser.shot("meddling-stale").await;

    browser.become_person("alice").await;
    deed(&browser, moref, 3).await;
    pressed(&browser, moref, 3, true).await;
    browser.command("/snapshot take db-01 \"lost and found\"").await;
    shows("done", "lost and found").await;
    // What has happened does not wait any more, and the page says so by itself.
    pressed(&browser, moref, 3, false).await;
    browser.until(&format!("{machine}.querySelector('.machine-health').textContent.includes('5 snapshots')")).await;
    browser.no_complaints().await;
    demo.end();
}

/// Opens what else can happen to a machine.
async fn more(browser: &Browser, moref: &str) {
    browser.click(&format!("[data-moref={moref}] .more")).await;
    browser.find(&format!("[data-moref={moref}] .deeds")).await;
}

/// Does one of it, counted from 1.
async fn deed(browser: &Browser, moref: &str, number: usize) {
    browser.click(&format!("[data-moref={moref}] .deeds > :nth-child({number}) button")).await;
}

/// Waits until one of it waits to happen, or does not.
async fn pressed(browser: &Browser, moref: &str, number: usize, on: bool) {
    let button = format!("document.querySelector('[data-moref={moref}] .deeds > :nth-child({number}) button')");
    browser.until(&format!("{button}.getAttribute('aria-pressed') === '{on}'")).await;
}

/// Waits until this was said to whoever listens.
async fn heard(browser: &Browser, text: &str) {
    browser.until(&format!("document.getElementById('announcer').textContent.includes('{text}')")).await;
}

/// Switches the page to French.
async fn french(browser: &Browser) {
    browser
        .eval("const s = document.getElementById('language'); s.value = 'fr'; s.dispatchEvent(new Event('change'))")
        .await;
    browser.until("document.documentElement.lang === 'fr'").await;
}

#[tokio::test]
async fn a_large_fleet_is_drawn_in_part_and_not_at_all_while_nobody_looks() {
    let Some(browser) = Browser::start("a_large_fleet_is_drawn_in_part_and_not_at_all_while_nobody_looks").await else {
        return;
    };
    let world = World::new().await;
    for number in 0..250 {
        world.sim.add(&format!("many-{number:03}"), "test");
    }
    browser.resize(1400, 900).await;
    browser.open(&world.url).await;
    let drawn = "document.querySelectorAll('#machine-list li').length";
    browser.until(&format!("{drawn} === 200 && document.getElementById('machine-rest').checkVisibility()")).await;
    browser.click("#machine-find").await;
    browser.keys("MANY-24").await;
    browser.until(&format!("{drawn} === 10 && document.getElementById('machine-rest').hidden")).await;
    browser.click("#machines-close").await;
    browser.until("document.querySelectorAll('#machine-list *').length === 0").await;
    browser.click("#machines-toggle").await;
    browser.until(&format!("{drawn} === 10")).await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn the_demos_vcenter_has_switches() {
    let Some(browser) = Browser::start("the_demos_vcenter_has_switches").await else {
        return;
    };
    let world = World::new().await;
    browser.resize(1400, 900).await;
    browser.open(&world.url).await;
    for (switch, name) in [("clock", "vCenter’s clock 3 days behind"), ("lost", "Connection to vCenter lost")] {
        let button = format!("document.querySelector('[data-switch={switch}]')");
        browser.until(&format!("{button}?.textContent === '{name}'")).await;
        browser.click(&format!("[data-switch={switch}]")).await;
        browser.until(&format!("{button}.getAttribute('aria-pressed') === 'true'")).await;
    }
    assert!(world.sim.is_lost() && !world.sim.clock_offset().is_zero());
    browser.shot("vcenter-switches").await;
    heard(&browser, "The connection to vCenter is lost now.").await;
    browser.click("[data-switch=lost]").await;
    browser.until("document.querySelector('[data-switch=lost]').getAttribute('aria-pressed') === 'false'").await;
    assert!(!world.sim.is_lost());
    browser.no_complaints().await;
}
