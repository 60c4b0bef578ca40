//! What people do: they type, they press, and time passes for them.

use std::time::Duration;

use jiff::SignedDuration;

use super::fronts::Wanted;
use super::harness::{PATIENCE, World};
use super::said::Said;
use super::sight::same;

/// What a command or a click came to.
pub(crate) struct Answer {
    /// What only this person sees.
    pub(crate) reply: Option<Said>,
    /// The request that was made.
    pub(crate) request: Option<String>,
}

impl Answer {
    /// The text of what only this person sees; empty if there is nothing.
    pub(crate) fn text(&self) -> String {
        self.reply.as_ref().map(Said::text).unwrap_or_default()
    }

    /// What only this person sees is exactly this, but for ids and alignment.
    #[track_caller]
    pub(crate) fn is(&self, expected: &str) {
        same(&self.text(), expected, std::panic::Location::caller());
    }

    /// What only this person sees says all of this, somewhere.
    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        let text = self.text();
        for part in parts {
            assert!(text.contains(part), "no \"{part}\" in:\n{text}");
        }
    }

    /// The request that was made.
    pub(crate) fn id(&self) -> String {
        let made = self.request.clone();
        made.unwrap_or_else(|| panic!("no request was made; the answer was:\n{}", self.text()))
    }

    /// The token behind one of its buttons.
    pub(crate) fn token(&self, label: &str) -> String {
        let reply = self.reply.as_ref().expect("a reply with buttons");
        reply.token(label).unwrap_or_else(|| panic!("no [{label}] on:\n{}", reply.text()))
    }
}

impl World {
    /// Somebody types something into `ops`.
    pub(crate) async fn says(&self, person: &str, text: &str) -> Answer {
        self.says_in("ops", person, text, "en").await
    }

    /// Somebody types something somewhere, in their language.
    pub(crate) async fn says_in(&self, channel: &str, person: &str, text: &str, locale: &str) -> Answer {
        let answer = tokio::time::timeout(PATIENCE, self.front.says(channel, person, text, locale)).await;
        self.noted(answer.unwrap_or_else(|_| panic!("no answer to {person}: {text}")))
    }

    /// Somebody presses a button that they see on the message of the last request.
    pub(crate) async fn press(&self, person: &str, label: &str) -> Answer {
        let token = self.button(person, label).await;
        self.press_token(person, &token).await
    }

    /// Somebody presses whatever carries this token.
    pub(crate) async fn press_token(&self, person: &str, token: &str) -> Answer {
        self.press_with(person, token, &[]).await
    }

    /// Somebody begins to press whatever carries this token: what is asked of them before it counts.
    pub(crate) async fn wants(&self, person: &str, token: &str) -> Wanted {
        let wanted = tokio::time::timeout(PATIENCE, self.front.wants(person, token)).await;
        wanted.unwrap_or_else(|_| panic!("nothing comes of {person}'s click"))
    }

    /// Whom the newest message of `ops` calls; none where the platform calls nobody.
    pub(crate) fn called(&self) -> Option<Vec<String>> {
        self.front.called("ops")
    }

    /// The same, with what they typed into its form.
    pub(crate) async fn press_with(&self, person: &str, token: &str, inputs: &[(&str, &str)]) -> Answer {
        let answer = tokio::time::timeout(PATIENCE, self.front.press(person, token, inputs)).await;
        self.noted(answer.unwrap_or_else(|_| panic!("no answer to {person}'s click")))
    }

    /// Remembers which request was made last.
    fn noted(&self, answer: Answer) -> Answer {
        if answer.request.is_some() {
            self.last.lock().unwrap().clone_from(&answer.request);
        }
        answer
    }

    /// The token of a button that somebody sees on the message of the last request.
    pub(crate) async fn button(&self, person: &str, label: &str) -> String {
        self.button_of(&self.last(), person, label).await
    }

    /// The token of a button that somebody sees on the message of a request.
    pub(crate) async fn button_of(&self, request: &str, person: &str, label: &str) -> String {
        self.wait(&format!("{person} sees [{label}] on {request}"), async || {
            let messages = self.sees(person, "ops").await;
            let message = messages.iter().find(|message| message.0["request"] == *request)?;
            message.token(label)
        })
        .await
    }

    /// Lets time pass for vCenter and then for the bot, which sees vCenter's clock moved when its own has.
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.sim.pass(by.unsigned_abs());
        self.clock.advance(by);
    }

    /// Lets so much time pass that tasks end by it: for the bot first, which hears of their end when its own clock has moved.
    pub(crate) fn advance_tasks(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.sim.pass(by.unsigned_abs());
    }

    /// From now on time passes by itself, a hundred times as fast as outside: for what pauses by itself between two tries.
    pub(crate) fn let_time_run(&mut self) {
        let (sim, clock) = (self.sim.clone(), self.clock.clone());
        self.ticking = Some(tokio::spawn(async move {
            let mut ticks = tokio::time::interval(Duration::from_millis(10));
            loop {
                ticks.tick().await;
                sim.pass(Duration::from_secs(1));
                clock.advance(SignedDuration::from_secs(1));
            }
        }));
    }

    /// Time stands again.
    pub(crate) fn let_time_stand(&mut self) {
        if let Some(ticking) = self.ticking.take() {
            ticking.abort();
        }
    }
}
