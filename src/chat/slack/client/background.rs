//! What goes on beside the messages: getting to know who we are in Slack, and who is in its user groups.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use super::{Inner, Own};
use crate::chat::slack::api::CallError;
use crate::chat::slack::{health, people};
use crate::domain::policy::memberships::Answer;
use crate::engine::Handle;
use crate::telemetry::names;

/// How long until a call that failed is made again; doubled each time.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// The longest such wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Meets Slack, and reads the user groups again and again.
pub(super) async fn meet(inner: Arc<Inner>, mut stop: watch::Receiver<bool>) {
    let ended = async {
        // Without a sender nobody needs this any more.
        let _over = stop.wait_for(|stop| *stop).await;
    };
    tokio::select! {
        () = ended => {}
        () = go(&inner) => {}
    }
}

async fn go(inner: &Inner) {
    let mut wait = FIRST_WAIT;
    while let Err(error) = introduce(inner).await {
        tracing::warn!(%error, "Slack does not say who we are there");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    // It is opened before anything begins.
    let Some(handle) = inner.desk.handle() else { return };
    let mut readings = handle.readings();
    loop {
        let failed = groups(inner, handle).await;
        readings.next(failed).await;
    }
}

/// Asks Slack who we are there.
async fn introduce(inner: &Inner) -> Result<(), CallError> {
    let identity = match inner.desk.api().identity().await {
        Ok(identity) => identity,
        Err(error) => {
            if let CallError::Refused(word) = &error
                && health::is_of_token(word)
            {
                inner.desk.health().bot_token_refused(word);
            }
            return Err(error);
        }
    };
    let said = |key: &str| identity.answer.get(key).and_then(Value::as_str).map(str::to_owned);
    let own = Own { teams: said("team_id").into_iter().chain(said("enterprise_id")).collect(), bot_id: said("bot_id") };
    tracing::info!(teams = own.teams.join(","), "known in Slack");
    *inner.own.lock().unwrap_or_else(PoisonError::into_inner) = own;
    inner.desk.health().bot_token_works();
    Ok(())
}

/// Reads who is in the user groups that the configuration names; whether some of it could not be read.
async fn groups(inner: &Inner, handle: &Handle) -> bool {
    let rules = handle.parts().rules();
    let findings = people::memberships(inner.desk.api(), &rules.policy, &inner.own().teams).await;
    let failed = findings.iter().any(|finding| matches!(finding.answer, Answer::Unread(_)));
    if failed {
        metrics::counter!(names::SLACK_UNREAD_GROUPS).increment(1);
    }
    if !findings.is_empty() {
        handle.take_memberships(findings);
    }
    failed
}
