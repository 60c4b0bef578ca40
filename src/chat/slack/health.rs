//! How Slack does: what its tokens are worth and whether anything connects, in words for an administrator.

use std::sync::{Mutex, PoisonError};

/// What stands against Slack, by what it stands against.
#[derive(Default)]
pub(super) struct Health(Mutex<State>);

#[derive(Default)]
struct State {
    /// `auth.test` has been answered.
    met: bool,
    bot_token: Option<String>,
    app_token: Option<String>,
    /// What the log was told last, so that it is told once.
    logged: Option<String>,
}

/// What Slack says of a token that it does not take, whatever is called with it.
const TOKEN_ERRORS: [&str; 9] = [
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "no_permission",
    "org_login_required",
    "not_allowed_token_type",
    "missing_scope",
];

/// Whether Slack's word says that the token is of no use, whatever is asked with it.
pub(super) fn is_of_token(word: &str) -> bool {
    TOKEN_ERRORS.contains(&word)
}

impl Health {
    /// The bot's token was taken.
    pub(super) fn bot_token_works(&self) {
        self.with(|state| {
            state.met = true;
            state.bot_token = None;
        });
        self.changed();
    }

    /// The bot's token was refused, by Slack's word for why.
    pub(super) fn bot_token_refused(&self, word: &str) {
        self.with(|state| state.bot_token = Some(advice("bot_token", word)));
        self.changed();
    }

    /// What became of the app-level token.
    pub(super) fn app_token_is(&self, outcome: Result<(), String>) {
        self.with(|state| state.app_token = outcome.err().map(|word| advice("app_token", &word)));
        self.changed();
    }

    /// What stands against it; `serving` is how many connections do, where some have to.
    pub(super) fn problem(&self, serving: Option<usize>) -> Option<String> {
        self.with(|state| {
            let problem = state.bot_token.clone().or_else(|| state.app_token.clone());
            let waits = (!state.met).then(|| "Slack has not answered yet".to_owned());
            let deaf = (serving == Some(0)).then(|| "no connection to Slack is open".to_owned());
            problem.or(waits).or(deaf)
        })
    }

    /// Tells the log when something stands against Slack that did not before, or does no longer.
    pub(super) fn changed(&self) {
        let told = self.with(|state| {
            let now = state.bot_token.clone().or_else(|| state.app_token.clone());
            (now != state.logged).then(|| state.logged.clone_from(&now)).map(|()| now)
        });
        match told {
            Some(Some(problem)) => tracing::error!(problem, "Slack cannot be used"),
            Some(None) => tracing::info!("Slack can be used again"),
            None => {}
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What an administrator is told.
fn advice(key: &str, word: &str) -> String {
    let hint = match word {
        "missing_scope" => "add the scopes that `snapwarden check` names and install the app again",
        "token_revoked" | "account_inactive" => "install the app again and put its new token into the configuration",
        _ => "look whether it is the right token of the right workspace",
    };
    format!("Slack refuses [slack] {key} ({word}): {hint}")
}

#[cfg(test)]
mod tests;
