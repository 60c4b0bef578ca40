//! The page against a small engine: what people do with keyboard and mouse, and what they then see.

use fantoccini::key::Key;
use snapwarden::message::model::{Action, Block, ButtonStyle, Card, Look, ShownTo, Tone};

use super::Browser;
use crate::console::cards::{asked, card, listed, running};
use crate::console::world::World;

/// What a button does whose token was sent.
fn action_of(sent: &serde_json::Value) -> &str {
    sent["token"].as_str().unwrap().split('.').nth(1).unwrap()
}

#[tokio::test]
async fn a_message_changes_in_its_place() {
    let Some(browser) = Browser::start("a_message_changes_in_its_place").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&world.url).await;
    world.card("ops", "R-7KQ2", &running("web-01", Some(1))).await;
    let message = Browser::message("m-R-7KQ2");
    browser.find(&message).await;
    browser
        .eval(&format!("window.node = document.querySelector(\"{message}\"); window.bar = node.querySelector('.bar')"))
        .await;

    world.change("ops", "R-7KQ2", &running("web-01", Some(48))).await;
    browser.until("bar.getAttribute('aria-valuenow') === '48' && bar.firstElementChild.style.width === '48%'").await;
    browser.until("bar.isConnected && node.isConnected").await;
    browser.shot("running").await;
    for percent in 49..99 {
        world.change("ops", "R-7KQ2", &running("web-01", Some(percent))).await;
    }
    let done = Card {
        tone: Tone::Success,
        tone_word: "success".to_owned(),
        title: "\"web-01\": snapshot taken".to_owned(),
        blocks: vec![Block::Text { text: "Took 41 s.".to_owned() }],
        state: Some("done".to_owned()),
        ..running("web-01", None)
    };
    world.change("ops", "R-7KQ2", &done).await;
    browser.until("node.dataset.tone === 'success' && node.isConnected").await;
    browser.until("document.querySelectorAll('#messages > .message').length === 1").await;
    browser.until("document.getElementById('announcer').textContent.includes('snapshot taken (success)')").await;
    let said = browser.eval("return document.getElementById('announcer').textContent").await;
    assert!(!said.as_str().unwrap().contains('%'), "per cents are not read out: {said}");
    browser.no_complaints().await;
}

#[tokio::test]
async fn approving_as_somebody_else_and_denying_with_a_reason() {
    let Some(browser) = Browser::start("approving_as_somebody_else_and_denying_with_a_reason").await else {
        return;
    };
    let world = World::new().await;
    let (id, card) = world.asks("web-01", "before upgrade").await;
    browser.open(&format!("{}/?as=alice&channel=ops", world.url)).await;
    let message = Browser::message(&format!("m-{id}"));
    assert_eq!(browser.text(&format!("{message} .buttons")).await, "Withdraw");
    browser.become_person("bob").await;
    browser.until(&format!("document.querySelector(\"{message} [data-action=deny]\")")).await;

    browser.click(&format!("{message} [data-action=deny]")).await;
    browser.until("document.activeElement.labels?.[0]?.textContent === 'Why not?'").await;
    browser.press(Key::Enter).await;
    browser.until("document.activeElement.getAttribute('aria-invalid') === 'true'").await;
    assert!(world.sent("/api/actions").is_empty(), "an empty reason is not sent");
    browser.keys("month-end clos").await;
    browser.until("!document.activeElement.hasAttribute('aria-invalid')").await;

    let mut changed = card;
    changed.blocks.push(Block::Note { text: "Somebody looked at it.".to_owned() });
    changed.buttons.pop();
    world.change("ops", &id, &changed).await;
    browser.until("document.body.innerText.includes('Somebody looked at it.')").await;
    browser.keys("ing").await;
    browser.shot("reason").await;
    browser.press(Key::Enter).await;
    browser.until(&format!("document.querySelector(\"{message}\").dataset.state === 'denied'")).await;
    assert!(browser.text(&message).await.contains("Denied by @bob: \"month-end closing\""));
    browser.until("document.activeElement.matches('article')").await;

    let (id, _) = world.asks("web-01", "before upgrade").await;
    let message = Browser::message(&format!("m-{id}"));
    browser.become_person("carol").await;
    browser.click(&format!("{message} [data-action=deny]")).await;
    browser.until("document.activeElement.matches('.ask input')").await;
    browser.press(Key::Escape).await;
    browser.until("document.activeElement.dataset.action === 'deny'").await;
    browser.click_and_confirm(&format!("{message} [data-action=approve]")).await;
    browser.until(&format!("document.querySelector(\"{message}\").dataset.tone === 'running'")).await;
    let pressed = world.sent("/api/actions");
    let who: Vec<(&str, &str)> =
        pressed.iter().map(|body| (body["person"].as_str().unwrap(), action_of(body))).collect();
    assert_eq!(who, [("bob", "deny"), ("carol", "approve")]);
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_yes_is_asked_for_once_more_and_not_now_does_nothing() {
    let Some(browser) = Browser::start("a_yes_is_asked_for_once_more_and_not_now_does_nothing").await else { return };
    let world = World::new().await;
    let (vm, snapshot) = ("<img src=x onerror=alert(1)> web-01", "before \u{202e}upgrade");
    let (id, card) = world.asks(vm, snapshot).await;
    let message = Browser::message(&format!("m-{id}"));
    browser.open(&world.url).await;
    browser.become_person("carol").await;
    let approve = format!("{message} [data-action=approve]");
    let opened = "document.querySelector('dialog.confirm')?.open";
    let closed = "!document.querySelector('dialog') && document.activeElement.dataset.action === 'approve'";

    // By the keyboard: Enter opens it, what it is about is said again, Escape closes it and the focus is back.
    browser.find(&approve).await;
    browser.eval("document.querySelector('[data-action=approve]').focus()").await;
    browser.press(Key::Enter).await;
    browser.until(&format!("{opened} && document.activeElement.dataset.answer === 'yes'")).await;
    let said = browser
        .eval(
            "const dialog = document.querySelector('dialog.confirm');
             const of = (name) => document.getElementById(dialog.getAttribute(name)).textContent;
             return [of('aria-labelledby'), of('aria-describedby'), dialog.matches(':modal')];",
        )
        .await;
    let title = "Revert \"<img src=x onerror=alert(1)> web-01\" to \"before \u{fffd}upgrade\"?";
    let facts = "VM\"<img src=x onerror=alert(1)> web-01\"Snapshot\"before \u{fffd}upgrade\" · 2 days old (Fri 20 Nov, 09:12)\
                 Losteverything written since then (≈ 3.4 GB)Poweron now → off afterwards";
    assert_eq!(said, serde_json::json!([title, facts, true]));
    browser.shot("confirm").await;
    browser.press(Key::Escape).await;
    browser.until(closed).await;

    // A key that is held down does not answer, and the other button says no.
    browser.press(Key::Enter).await;
    browser.until(opened).await;
    let held = "document.activeElement.dispatchEvent(
                  new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true }))";
    browser.until(&format!("!{held}")).await;
    browser.press(Key::Tab).await;
    browser.until("document.activeElement.textContent === 'Not now'").await;
    browser.press(Key::Enter).await;
    browser.until(closed).await;

    // On a telephone it fits, in the dark, too.
    browser.resize(390, 844).await;
    browser.scheme("dark").await;
    browser.click(&approve).await;
    browser.until(opened).await;
    browser.shot("confirm-390-dark").await;
    browser
        .until(
            "((box) => box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight)
               (document.querySelector('dialog').getBoundingClientRect())",
        )
        .await;
    // The message changes behind the question, which stays, and so does what was asked.
    let mut changed = card;
    changed.blocks.push(Block::Note { text: "Somebody looked at it.".to_owned() });
    world.change("ops", &id, &changed).await;
    browser.until("document.getElementById('messages').textContent.includes('Somebody looked at it.')").await;
    assert!(world.sent("/api/actions").is_empty(), "nothing was sent so far");
    browser.press(Key::Enter).await;
    browser.until("!document.querySelector('dialog')").await;
    browser.until(&format!("document.querySelector(\"{message}\").dataset.tone === 'running'")).await;
    let pressed = world.sent("/api/actions");
    let who: Vec<(&str, &str)> =
        pressed.iter().map(|body| (body["person"].as_str().unwrap(), action_of(body))).collect();
    assert_eq!(who, [("carol", "approve")], "once");
    browser.no_complaints().await;
}

#[tokio::test]
async fn what_only_one_sees_can_be_dismissed_and_stays_with_that_one() {
    let Some(browser) = Browser::start("what_only_one_sees_can_be_dismissed_and_stays_with_that_one").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&world.url).await;
    browser.command("/snapshot list db-01").await;
    let reply = browser.text("#messages .reply").await;
    for part in ["Only you can see this", "/snapshot list db-01", "You are here", "after import"] {
        assert!(reply.contains(part), "{part} is missing in {reply}");
    }
    let levels = "document.querySelector('.tree .here').closest('ul').parentElement.closest('ul').parentElement";
    browser.until(&format!("{levels}.querySelector('.name').textContent === 'after import'")).await;
    browser.shot("tree").await;
    browser.become_person("dave").await;
    browser.until("!document.querySelector('#messages .reply')").await;
    browser.become_person("alice").await;
    browser.click("#messages .reply .only-you button").await;
    browser.until("!document.querySelector('#messages .reply') && document.activeElement.id === 'command'").await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let Some(browser) = Browser::start("hostile_text_stays_text").await else {
        return;
    };
    let world = World::new().await;
    let hostile = "</script><script>window.broken=1</script><img src=x onerror=window.broken=1>\u{202e}";
    let mut everywhere = listed(hostile);
    everywhere.title = hostile.to_owned();
    everywhere.blocks.extend(asked(hostile, hostile).blocks);
    everywhere.blocks.push(Block::Code { text: hostile.to_owned() });
    everywhere.blocks.push(Block::Progress { percent: Some(7), text: hostile.to_owned() });
    everywhere.buttons = asked("x", "y").buttons;
    let labelled = Look { label: hostile.to_owned(), ..(*everywhere.buttons[0]).clone() };
    everywhere.buttons[0] = crate::drawn(labelled);
    world.card("ops", "R-4BXN", &everywhere).await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    world.card("ops", "R-7KQ2", &card(Tone::Info, hostile)).await;
    browser.find(&Browser::message("m-R-7KQ2")).await;
    browser.command(&format!("/snapshot list {hostile}")).await;
    browser.find("#messages .reply").await;
    let found = browser.eval("return [window.broken ?? null, document.querySelectorAll('#messages img:not(.avatar), #messages script').length]").await;
    assert_eq!(found, serde_json::json!([null, 0]));
    let title = browser.text(&format!("{} h2", Browser::message("m-R-7KQ2"))).await;
    assert!(title.starts_with("</script><script>window.broken=1"), "{title}");
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_telephone_shows_everything_without_scrolling_sideways() {
    let Some(browser) = Browser::start("a_telephone_shows_everything_without_scrolling_sideways").await else {
        return;
    };
    let world = World::new().await;
    world.card("ops", "R-4BXN", &asked("web-01", "before upgrade")).await;
    world.card("ops", "R-7KQ2", &card(Tone::Failure, &"verylongname".repeat(20))).await;
    world.card("ops", "R-9TWE", &listed("db-01")).await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    for (width, scheme) in [(375, "dark"), (320, "light"), (760, "light"), (1180, "dark")] {
        browser.resize(width, 812).await;
        browser.scheme(scheme).await;
        let wide = browser
            .eval(
                "return [...document.querySelectorAll('body, #main, #stream, .card, #composer')]
                   .filter((node) => node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().right > innerWidth + 1)
                   .map((node) => `${node.id || node.className} ${node.scrollWidth} > ${node.clientWidth}`)",
            )
            .await;
        assert_eq!(wide, serde_json::json!([]), "at {width} px");
        browser.shot(&format!("width-{width}")).await;
    }
    browser.resize(375, 812).await;
    browser.click("#machines-toggle").await;
    browser.find("#machines .button.danger").await;
    browser.shot("width-375-machines").await;
    browser.press(Key::Escape).await;
    browser
        .until("document.getElementById('machines').hidden && document.activeElement.id === 'machines-toggle'")
        .await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn channels_languages_themes_and_machines() {
    let Some(browser) = Browser::start("channels_languages_themes_and_machines").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&world.url).await;
    world.card("web-team", "R-4BXN", &asked("web-01", "before upgrade")).await;
    browser.until("document.querySelector('[data-channel=web-team] .unread').textContent === '1'").await;
    browser.click("[data-channel=web-team]").await;
    browser.find(&Browser::message("m-R-4BXN")).await;
    browser.until("document.querySelector('[data-channel=web-team] .unread').hidden").await;
    browser.until("location.search.includes('channel=web-team') && document.title.startsWith('web-team')").await;

    browser
        .eval("const s = document.getElementById('language'); s.value = 'fr'; s.dispatchEvent(new Event('change'))")
        .await;
    browser.until("document.documentElement.lang === 'fr' && document.querySelector('.tone').textContent.includes('en attente')").await;
    browser.command("/snapshot help").await;
    browser.find("#messages .reply").await;
    assert_eq!(world.sent("/api/commands")[0]["locale"], "fr");

    browser.until("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'").await;
    browser.click("#theme").await;
    browser.until("getComputedStyle(document.body).backgroundColor === 'rgb(23, 26, 32)'").await;
    browser.shot("french-dark").await;
    let address = browser.eval("return location.href").await;
    browser.open(address.as_str().unwrap()).await;
    browser.until("document.documentElement.dataset.theme === 'dark' && document.documentElement.lang === 'fr'").await;

    browser.resize(1400, 860).await;
    browser.until("document.querySelectorAll('#machine-list li').length === 17").await;
    browser
        .eval("document.getElementById('machines').hidden && document.getElementById('machines-toggle').click()")
        .await;
    let web = world.moref("web-01");
    browser.click(&format!("[data-moref={web}] button")).await;
    browser.until(&format!("document.querySelector('[data-moref={web}]').dataset.health === 'broken'")).await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_lost_connection_is_said_and_made_up_for() {
    let Some(browser) = Browser::start("a_lost_connection_is_said_and_made_up_for").await else {
        return;
    };
    let mut world = World::new().await;
    world.card("ops", "R-4BXN", &asked("web-01", "before upgrade")).await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    world.stop().await;
    browser.until("document.getElementById('connection').textContent !== ''").await;
    browser.shot("lost").await;
    let address = world.host.clone();
    let clock = std::sync::Arc::new(snapwarden::engine::clock::SystemClock);
    let again = World::listen(&address, snapwarden::chat::console::Identity::Chosen, clock).await;
    again.card("ops", "R-4BXN", &card(Tone::Success, "It went on meanwhile.")).await;
    browser.until("document.querySelector('.card h2')?.textContent === 'It went on meanwhile.'").await;
    browser.until("document.getElementById('connection').textContent === ''").await;
}

#[tokio::test]
async fn every_control_has_a_name_and_every_id_is_there_once() {
    let Some(browser) = Browser::start("every_control_has_a_name_and_every_id_is_there_once").await else {
        return;
    };
    let world = World::new().await;
    world.asks("web-01", "before upgrade").await;
    browser.open(&format!("{}/?as=bob", world.url)).await;
    browser.command("/snapshot list db-01").await;
    browser.find("#messages .reply").await;
    browser.click("[data-action=deny]").await;
    browser.find(".ask input").await;
    browser.click("#command").await;
    browser.keys("/").await;
    browser.find("#suggestions li").await;
    let wrong = browser
        .eval(
            "const name = (node) => node.getAttribute('aria-label')
               || [...(node.labels ?? [])].map((label) => label.textContent).join('').trim() || node.textContent.trim();
             const nameless = [...document.querySelectorAll('button, a, input, select, [role=option]')].filter((node) => !name(node));
             const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
             const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
             const links = [...document.querySelectorAll('[aria-controls], [aria-labelledby], [aria-describedby], [aria-activedescendant]')]
               .flatMap((node) => ['aria-controls', 'aria-labelledby', 'aria-describedby', 'aria-activedescendant'].map((key) => node.getAttribute(key)))
               .filter((id) => id && !document.getElementById(id));
             return [...nameless.map((node) => node.outerHTML), ...twice, ...links];",
        )
        .await;
    assert_eq!(wrong, serde_json::json!([]));
    browser.press(Key::Up).await;
    let last = "document.querySelector('#suggestions li:last-child').getAttribute('aria-selected')";
    browser.until(&format!("{last} === 'true'")).await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn what_one_asked_is_not_shown_to_whom_one_became_meanwhile() {
    let Some(browser) = Browser::start("what_one_asked_is_not_shown_to_whom_one_became_meanwhile").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&format!("{}/?as=alice", world.url)).await;
    // In one step of the page, so that the answer comes after the switch.
    browser
        .eval(
            "document.getElementById('command').value = '/snapshot list db-01';
             document.getElementById('composer').requestSubmit();
             document.querySelector('input[value=bob]').click();",
        )
        .await;
    browser.until("location.search.includes('as=bob')").await;
    browser.command("/snapshot help").await;
    browser.find("#messages .reply").await;
    browser.until("document.querySelectorAll('#messages .reply').length === 1").await;
    assert!(!browser.text("#messages .reply").await.contains("db-01"));
    browser.become_person("alice").await;
    browser.until("document.querySelector('#messages .reply h2')?.textContent.includes('db-01')").await;
    browser.no_complaints().await;
}

#[tokio::test]
async fn every_action_that_a_button_can_have_goes_out_with_its_token() {
    let Some(browser) = Browser::start("every_action_that_a_button_can_have_goes_out_with_its_token").await else {
        return;
    };
    let world = World::new().await;
    let button = |action: Action| {
        crate::drawn(Look {
            action,
            token: format!("token of {}", action.word()),
            label: action.word().to_owned(),
            style: ButtonStyle::Plain,
            shown_to: ShownTo::Anyone,
            input: None,
            confirm: None,
        })
    };
    let all =
        Card { buttons: Action::ALL.into_iter().map(button).collect(), ..card(Tone::Waiting, "Everything at once") };
    world.card("ops", "R-7KQ2", &all).await;
    browser.open(&world.url).await;
    for (count, action) in Action::ALL.into_iter().enumerate() {
        let css = format!("{} [data-action={}]", Browser::message("m-R-7KQ2"), action.word());
        browser.click(&css).await;
        browser
            .until(&format!(
                "document.querySelectorAll('#messages .reply').length === {} && !document.querySelector('.busy')",
                count + 1
            ))
            .await;
        browser.until(&format!("document.activeElement.dataset.action === '{}'", action.word())).await;
    }
    let pressed = world.sent("/api/actions");
    let tokens: Vec<&str> = pressed.iter().map(|body| body["token"].as_str().unwrap()).collect();
    let wanted: Vec<String> = Action::ALL.into_iter().map(|action| format!("token of {}", action.word())).collect();
    assert_eq!(tokens, wanted);
    browser.no_complaints().await;
}

#[tokio::test]
async fn a_pasted_log_is_not_shown_back_whole() {
    let Some(browser) = Browser::start("a_pasted_log_is_not_shown_back_whole").await else {
        return;
    };
    let world = World::new().await;
    browser.open(&world.url).await;
    browser
        .eval(
            "document.getElementById('command').value = '/snapshot help ' + '🎉'.repeat(10_000);
             document.getElementById('composer').requestSubmit();",
        )
        .await;
    browser.find("#messages .reply").await;
    let shown = browser.eval("return [...document.querySelector('.echo').textContent].length").await;
    assert_eq!(shown, 242, "what is shown ends with a blank and an ellipsis");
    assert!(world.sent("/api/commands")[0]["text"].as_str().unwrap().ends_with('🎉'));
    browser.no_complaints().await;
}
