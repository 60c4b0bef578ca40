//! What is to be seen: messages, requests, and what vCenter was asked for.

use serde_json::Value;
use snapwarden_sim::CallSeen;

use super::harness::{PATIENCE, World};
use super::said::{Said, level};

/// The demo's channels.
const CHANNELS: [&str; 2] = ["ops", "web-team"];

/// Every method that changes something.
const CHANGES: [&str; 9] = [
    "CreateSnapshot_Task",
    "CreateSnapshotEx_Task",
    "RevertToSnapshot_Task",
    "RevertToCurrentSnapshot_Task",
    "RemoveSnapshot_Task",
    "RemoveAllSnapshots_Task",
    "ConsolidateVMDisks_Task",
    "RenameSnapshot",
    "PowerOnVM_Task",
];

impl World {
    /// The fake Discord that this is played on.
    pub(crate) fn discord(&self) -> std::sync::Arc<crate::discord::fake::Fake> {
        self.front.discord().expect("the scenario is played on Discord")
    }

    /// A channel as somebody sees it, oldest first.
    pub(crate) async fn sees(&self, person: &str, channel: &str) -> Vec<Said> {
        self.front.messages(channel, Some(person)).await
    }

    /// A channel with every button.
    pub(crate) async fn channel(&self, channel: &str) -> Vec<Said> {
        self.front.messages(channel, None).await
    }

    /// Somebody is told this for themselves: directly, or by a message in `ops` where the platform has no other way.
    pub(crate) async fn until_told_directly(&self, person: &str, part: &str) -> Said {
        self.wait(&format!("{person} is told \"{part}\""), async || {
            let own = match self.front.direct(person).await {
                Some(own) => own,
                None => self.channel("ops").await,
            };
            own.into_iter().find(|message| message.text().contains(part))
        })
        .await
    }

    /// The message of a request, wherever it stands.
    pub(crate) async fn message(&self, request: &str) -> Option<Said> {
        for channel in CHANNELS {
            let mut messages = self.channel(channel).await;
            messages.retain(|message| message.0["request"] == request);
            if let Some(message) = messages.pop() {
                return Some(message);
            }
        }
        None
    }

    /// The message of the last request says exactly this, but for ids and alignment.
    #[track_caller]
    pub(crate) fn shows<'a>(&'a self, expected: &'a str) -> impl Future<Output = ()> + 'a {
        let at = std::panic::Location::caller();
        async move {
            let last = self.last();
            let shown = format!("{last} is shown");
            let message = self.wait(&shown, async || self.message(&last).await).await;
            same(&message.text(), expected, at);
        }
    }

    /// The last request has come to this state, and its message says so.
    pub(crate) async fn until(&self, state: &str) -> Said {
        self.until_request(&self.last(), state).await
    }

    /// A request has come to this state, and its message says so.
    pub(crate) async fn until_request(&self, request: &str, state: &str) -> Said {
        self.wait(&format!("{request} is {state}"), async || {
            self.message(request).await.filter(|message| message.state() == state)
        })
        .await
    }

    /// The last request has come to one of these states.
    pub(crate) async fn until_one_of(&self, states: &[&str]) -> Said {
        let last = self.last();
        self.wait(&format!("{last} is one of {states:?}"), async || {
            self.message(&last).await.filter(|message| states.contains(&message.state()))
        })
        .await
    }

    /// The message of the last request says this somewhere.
    pub(crate) async fn until_shown(&self, part: &str) -> Said {
        let last = self.last();
        self.wait(&format!("{last} says \"{part}\""), async || {
            self.message(&last).await.filter(|message| message.text().contains(part))
        })
        .await
    }

    /// Some channel says exactly this in one message, which belongs to no request.
    #[track_caller]
    pub(crate) fn told<'a>(&'a self, expected: &'a str) -> impl Future<Output = ()> + 'a {
        let expected = level(expected);
        async move {
            let said = format!("somebody is told:\n{expected}");
            self.wait(&said, async || {
                let messages = self.channel("ops").await;
                let fits =
                    messages.iter().filter(|message| message.0["request"].is_null() && message.text() == expected);
                match fits.count() {
                    0 => None,
                    1 => Some(()),
                    more => panic!("told {more} times:\n{expected}"),
                }
            })
            .await;
        }
    }

    /// The `n`th audit line of this kind, once it is there.
    pub(crate) async fn until_audit(&self, kind: &str, n: usize) -> Value {
        let find = || self.store.audit().into_iter().filter(|line| line["kind"] == kind).nth(n - 1);
        let found = tokio::time::timeout(PATIENCE, self.store.until_written(find)).await;
        found.unwrap_or_else(|_| panic!("waited in vain for audit line {n} of kind {kind}"))
    }

    /// The request that was made last.
    pub(crate) fn last(&self) -> String {
        let last = self.last.lock().unwrap().clone();
        last.expect("a request was made")
    }

    /// Waits until there is something, looking again whenever the console says that something changed.
    pub(crate) async fn wait<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = look().await {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        if let Ok(found) = tokio::time::timeout(PATIENCE, looking).await {
            return found;
        }
        let mut shown = Vec::new();
        for channel in CHANNELS {
            shown.extend(self.channel(channel).await.iter().map(Said::text));
        }
        panic!("waited in vain: {what}. The channels show:\n{}", shown.join("\n\n"))
    }

    /// Waits until there is something that no front tells of: it is asked for again and again.
    pub(crate) async fn wait_polling<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await;
        found.unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }

    /// The token of a button on the message of the last request, while nobody can press it.
    pub(crate) async fn slack_token(&self, label: &str) -> String {
        let message = self.message(&self.last()).await.expect("the message is there");
        message.token(label).expect("the button is there")
    }

    /// A request as the API tells of it.
    pub(crate) async fn request(&self, id: &str) -> Value {
        let url = format!("{}/api/requests/{id}", self.life().url);
        read(self.http.get(url).send().await.unwrap()).await
    }

    /// What somebody may see on the console's page of snapshots.
    pub(crate) async fn page_of_snapshots(&self, person: &str) -> Value {
        let url = format!("{}/api/snapshots?person={person}", self.life().url);
        read(self.http.get(url).send().await.unwrap()).await
    }

    /// A channel of the console, wherever the scenario is played.
    pub(crate) async fn console_messages(&self, channel: &str) -> Vec<Said> {
        let url = format!("{}/api/channels/{channel}/messages", self.life().url);
        let messages: Vec<Value> = read(self.http.get(url).send().await.unwrap()).await;
        messages.into_iter().map(Said).collect()
    }

    /// What a supervisor is told: the status and what it says.
    pub(crate) async fn ready(&self) -> (u16, Value) {
        let answer = self.http.get(format!("{}/readyz", self.life().url)).send().await.unwrap();
        (answer.status().as_u16(), read(answer).await)
    }

    /// The changes that vCenter was asked for, in order: method and VM.
    pub(crate) fn changes(&self) -> Vec<String> {
        let change = |call: &CallSeen| CHANGES.contains(&call.method.as_str());
        let calls = self.sim.calls();
        let changes = calls.iter().filter(|call| change(call));
        changes.map(|call| format!("{} {}", call.method, call.entity)).collect()
    }

    /// The end of a scenario: vCenter was asked for these changes and no other, and nothing is left open.
    #[track_caller]
    pub(crate) fn end<'a>(self, changes: &'a [&'a str]) -> impl Future<Output = ()> + 'a {
        let at = std::panic::Location::caller();
        async move {
            // A message follows what is written down; it need not be there yet.
            self.wait(&format!("nothing is left open at {at}"), async || {
                for channel in CHANNELS {
                    let messages = self.channel(channel).await;
                    let of_request = |message: &&Said| message.0["request"].is_string();
                    messages.iter().filter(of_request).all(|message| is_final(message.state())).then_some(())?;
                }
                Some(())
            })
            .await;
            self.end_as_it_is(changes).await;
        }
    }

    /// The end of a scenario that has looked at the changes itself.
    pub(crate) async fn end_with_what_runs(mut self) {
        self.accounted = true;
        self.stop().await;
    }

    /// The end of a scenario that leaves something open.
    pub(crate) async fn end_as_it_is(mut self, changes: &[&str]) {
        self.accounted = true;
        assert_eq!(self.changes(), changes, "what vCenter was asked for");
        self.stop().await;
    }
}

/// What is shown is what was expected, but for ids and alignment.
pub(super) fn same(shown: &str, expected: &str, at: &std::panic::Location<'_>) {
    assert_eq!(shown, level(expected), "at {at}, what is shown:\n{shown}\n");
}

/// An answer's JSON.
pub(super) async fn read<T: serde::de::DeserializeOwned>(answer: reqwest::Response) -> T {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn is_final(state: &str) -> bool {
    ["refused", "denied", "expired", "stale", "withdrawn", "done", "failed", "cancelled"].contains(&state)
}
