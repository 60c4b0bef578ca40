//! An engine small enough to read: it answers a handful of commands, remembers what it was asked, and listens on a port of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use snapwarden::chat::console::gateway::{
    ApiError, Argument, Channel, Check, CommandReply, FleetSnapshots, Gateway, Machine, Meddling, Mishap, Person,
    Readiness, SuggestQuery, Suggestion, Waiting,
};
use snapwarden::chat::console::{Console, Identity, Options, router};
use snapwarden::domain::ids::{ChannelId, PersonId, RequestId};
use snapwarden::domain::report::Row;
use snapwarden::engine::ports::{Chat, Clock};
use snapwarden::message::model::{
    Action, Block, Button, ButtonStyle, Card, Confirm, Field, Input, Look, ShownTo, Tone, TreeRow,
};
use snapwarden::message::words::Locale;

/// A running console with its fake engine.
pub(crate) struct World {
    pub(crate) console: Arc<Console>,
    pub(crate) engine: Arc<Fake>,
    pub(crate) url: String,
    pub(crate) host: String,
    client: reqwest::Client,
    server: tokio::task::JoinHandle<()>,
}

impl World {
    /// The demo's console.
    pub(crate) async fn new() -> Self {
        Self::with(Identity::Chosen).await
    }

    /// A console where `identity` decides who is reading.
    pub(crate) async fn with(identity: Identity) -> Self {
        Self::listen("127.0.0.1:0", identity, Arc::new(Still)).await
    }

    /// A console on a given address with a given clock.
    pub(crate) async fn listen(listen: &str, identity: Identity, clock: Arc<dyn Clock>) -> Self {
        let listener = tokio::net::TcpListener::bind(listen).await.unwrap();
        let address = listener.local_addr().unwrap();
        let console = Arc::new(Console::new(clock));
        let engine = Arc::new(Fake {
            console: Arc::clone(&console),
            commands: Mutex::default(),
            actions: Mutex::default(),
            meddled: Mutex::default(),
            armed: Mutex::default(),
            fleet: Mutex::new(super::fleet::few()),
            waits: Mutex::default(),
            replies_with: Mutex::default(),
        });
        let options = Options { listen: address, identity, hosts: Vec::new() };
        let app = router(Arc::clone(&console), Arc::clone(&engine) as Arc<dyn Gateway>, options);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            console,
            engine,
            url: format!("http://{address}"),
            host: address.to_string(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            server,
        }
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    /// A POST with a JSON body, as a program that is no browser sends it.
    pub(crate) fn post(&self, path: &str, body: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        request.header("content-type", "application/json").body(body.to_owned())
    }

    /// A GET's status and JSON.
    pub(crate) async fn read(&self, path: &str) -> (u16, Value) {
        answer(self.get(path)).await
    }

    /// A POST's status and JSON.
    pub(crate) async fn send(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.post(path, &body.to_string())).await
    }

    /// Posts a card for a request.
    pub(crate) async fn card(&self, channel: &str, request: &str, card: &Card) {
        self.console.post(&channel.into(), &RequestId::parse(request).unwrap(), false, card).await.unwrap();
    }

    /// Changes that request's message.
    pub(crate) async fn change(&self, channel: &str, request: &str, card: &Card) {
        let id = format!("m-{request}");
        self.console.edit(&channel.into(), &id.as_str().into(), card).await.unwrap();
    }
}

impl World {
    /// Stops the server and gives its address free.
    pub(crate) async fn stop(&mut self) {
        self.console.close();
        self.server.abort();
        let ended = (&mut self.server).await;
        assert!(ended.is_err_and(|end| end.is_cancelled()), "the server ended by itself");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Sends a call and reads its JSON.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    let value = serde_json::from_slice(&bytes);
    (status, value.unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&bytes))))
}

/// A pressed button: person, token, inputs.
pub(crate) type Pressed = (String, String, BTreeMap<String, String>);

/// The engine.
pub(crate) struct Fake {
    console: Arc<Console>,
    /// What was typed: person, channel, text, locale.
    pub(crate) commands: Mutex<Vec<[String; 4]>>,
    /// What was pressed.
    pub(crate) actions: Mutex<Vec<Pressed>>,
    /// What was done to which machine.
    pub(crate) meddled: Mutex<Vec<(String, Meddling)>>,
    armed: Mutex<Vec<(String, Mishap)>>,
    /// Every snapshot there is.
    pub(crate) fleet: Mutex<Vec<Row>>,
    /// What waits for a decision.
    pub(crate) waits: Mutex<Vec<Card>>,
    /// What `/snapshot report` is answered with.
    pub(crate) replies_with: Mutex<Option<Card>>,
}

#[async_trait]
impl Gateway for Fake {
    fn people(&self) -> Vec<Person> {
        let person = |id: &str, name: &str, groups: &[&str]| Person {
            id: id.into(),
            name: name.to_owned(),
            groups: groups.iter().map(|group| (*group).into()).collect(),
        };
        vec![
            person("alice", "Alice", &["team-web"]),
            person("bob", "Bob", &["approvers"]),
            person("carol", "Carol", &["administrators", "approvers"]),
            person("dave", "Dave", &[]),
        ]
    }

    fn channels(&self) -> Vec<Channel> {
        let channel = |id: &str, name: &str| Channel { id: id.into(), name: name.to_owned() };
        vec![channel("console:ops", "ops"), channel("console:web-team", "web-team")]
    }

    async fn command(
        &self,
        from: &PersonId,
        channel: &ChannelId,
        text: &str,
        locale: Option<&str>,
    ) -> Result<CommandReply, ApiError> {
        let typed = [from.as_str(), channel.as_str(), text, locale.unwrap_or("none")].map(str::to_owned);
        self.commands.lock().unwrap().push(typed);
        if text.chars().count() > 4000 {
            let said = card(Tone::Failure, "That command is too long: 4,000 characters are read at most.");
            return Ok(CommandReply { reply: Some(said), request: None });
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["/snapshot", "report"] => {
                Ok(CommandReply { reply: self.replies_with.lock().unwrap().clone(), request: None })
            }
            ["/snapshot", "take", vm, ..] => {
                let id = RequestId::parse("R-7KQ2").unwrap();
                self.console.post(channel, &id, false, &running(vm, Some(0))).await.unwrap();
                Ok(CommandReply { reply: None, request: Some(id) })
            }
            ["/snapshot", "list", vm, ..] => Ok(CommandReply { reply: Some(listed(vm)), request: None }),
            ["/snapshot", "revert", vm, snapshot @ ..] => {
                let id = RequestId::parse("R-4BXN").unwrap();
                let snapshot = snapshot.join(" ");
                self.console.post(channel, &id, false, &asked(vm, snapshot.trim_matches('"'))).await.unwrap();
                Ok(CommandReply { reply: None, request: Some(id) })
            }
            _ => {
                let mut said = card(Tone::Failure, "I do not know that command. Did you mean \"take\"?");
                said.blocks.push(Block::Code { text: "/snapshot take web-01".to_owned() });
                Ok(CommandReply { reply: Some(said), request: None })
            }
        }
    }

    async fn may(&self, _: &PersonId, token: &str, _: Option<&str>) -> Result<CommandReply, ApiError> {
        let reply =
            (token == "too-late").then(|| card(Tone::Info, "R-4BXN is done now, so your click changed nothing."));
        Ok(CommandReply { reply, request: None })
    }

    async fn action(
        &self,
        from: &PersonId,
        token: &str,
        inputs: &BTreeMap<String, String>,
        _: Option<&str>,
    ) -> Result<CommandReply, ApiError> {
        self.actions.lock().unwrap().push((from.as_str().to_owned(), token.to_owned(), inputs.clone()));
        let id = "m-R-4BXN".into();
        let mut after = asked("web-01", "before upgrade");
        after.buttons.clear();
        match token {
            "approve" => {
                after.tone = Tone::Running;
                after.state = Some("running".to_owned());
                after.title = "Reverting \"web-01\" to \"before upgrade\"".to_owned();
                after.blocks.push(Block::Progress { percent: Some(1), text: "1 %".to_owned() });
            }
            "deny" => {
                after.tone = Tone::Failure;
                after.state = Some("denied".to_owned());
                let reason = inputs.get("reason").cloned().unwrap_or_default();
                after.blocks.push(Block::Text { text: format!("Denied by @{from}: \"{reason}\"") });
            }
            "gone" => {
                return Err(ApiError::not_found("unknown_button", "That button is no longer there.", "Ask again."));
            }
            _ => {
                return Ok(CommandReply { reply: Some(card(Tone::Info, "Noted.")), request: None });
            }
        }
        self.console.edit(&"ops".into(), &id, &after).await.unwrap();
        Ok(CommandReply { reply: None, request: RequestId::parse("R-4BXN") })
    }

    async fn suggest(&self, _: &PersonId, query: &SuggestQuery) -> Result<Vec<Suggestion>, ApiError> {
        let all: &[(&str, &str)] = match query.argument {
            Argument::Vm => &[
                ("web-01", "web-01 · DC1/web · on"),
                ("web-02", "web-02 · DC1/web · on"),
                ("web-02", "web-02 · DC1/test · off"),
                ("db-01", "db-01 · DC1/db · on"),
                ("legacy-01", "legacy-01 · DC1/old · on"),
            ],
            Argument::Snapshot if query.vm.as_deref() == Some("db-01") => &[
                ("before migration", "before migration · 40 days · ≈ 310 GB"),
                ("after \"patch\"", "after \"patch\" · 12 days"),
                ("nightly", "nightly · 1 day"),
            ],
            // A name that would mean something else without its quotes.
            Argument::Snapshot if query.vm.as_deref() == Some("legacy-01") => &[("latest", "latest · 2 days")],
            Argument::Snapshot => &[],
            Argument::Mode if query.vm.as_deref() == Some("cold-01") => &[("auto", "auto"), ("disk", "disk")],
            Argument::Mode => &[("auto", "auto"), ("disk", "disk"), ("quiesce", "quiesce"), ("memory", "memory")],
        };
        let matching = all.iter().filter(|(value, _)| value.contains(&query.query));
        let suggestion = |(value, label): &(&str, &str)| Suggestion {
            value: (*value).into(),
            label: (*label).into(),
            insert: (*value == "latest").then(|| "\"latest\"".to_owned()),
        };
        Ok(matching.map(suggestion).collect())
    }

    async fn request(&self, id: &RequestId) -> Option<Value> {
        (id.as_str() == "R-7KQ2").then(|| json!({"id": id, "verb": "take", "state": "running", "percent": 48}))
    }

    fn ready(&self) -> Readiness {
        let check = Check { name: "vcenter lab".to_owned(), ok: false, detail: "still reading".to_owned() };
        Readiness { ready: false, checks: vec![check] }
    }

    fn metrics(&self) -> String {
        "# what the recorder rendered\n".to_owned()
    }

    /// Alice may list the web servers, dave nothing, and the others everything.
    async fn fleet(&self, person: &PersonId) -> Result<FleetSnapshots, ApiError> {
        let mut rows = self.fleet.lock().unwrap().clone();
        rows.retain(|row| match person.as_str() {
            "alice" => row.vm_name.starts_with("web-"),
            "dave" => false,
            _ => true,
        });
        Ok(super::fleet::seen(rows))
    }

    async fn waiting(&self, _: &PersonId, _: &str) -> Result<Vec<Waiting>, ApiError> {
        let asked_at = Still.now();
        let waits = self.waits.lock().unwrap().clone();
        let of = |card: Card| Waiting { request: card.request.clone().unwrap(), asked_at, card };
        Ok(waits.into_iter().map(of).collect())
    }

    async fn audit(&self, person: &PersonId) -> Result<Value, ApiError> {
        if person.as_str() != "carol" {
            return Err(ApiError::not_an_administrator());
        }
        let line = |seq: u64, event: &str| {
            json!({
                "seq": seq, "n": 1, "ts": "2026-11-22T14:04:00Z", "kind": "request", "event": event, "person": "bob",
                "request": "R-4BXN", "name": "web-01", "from": "awaiting_approval", "to": "starting", "rest": {"seen": "<b>"},
            })
        };
        Ok(json!({"head": {"seq": 7, "hash": "9f2c"}, "lines": [line(7, "approved"), line(6, "asked")]}))
    }

    async fn verify_audit(&self, person: &PersonId) -> Result<Value, ApiError> {
        self.audit(person).await?;
        Ok(json!({"whole": true, "lines": 7, "head": {"seq": 7, "hash": "9f2c0d1e2f3a4b5c6d7e"}, "broken": null}))
    }

    async fn machines(&self) -> Option<Vec<Machine>> {
        let meddled = self.meddled.lock().unwrap().clone();
        let armed = self.armed.lock().unwrap().clone();
        let machine = |moref: &str, name: &str, path: &str, on: bool, broken: bool, snapshots: usize| {
            let about = |what: Meddling| meddled.iter().filter(|(own, done)| own == moref && *done == what).count();
            let power = meddled.iter().rev().find_map(|(own, done)| match done {
                Meddling::Power(on) if own == moref => Some(*on),
                Meddling::Power(_) | Meddling::Break | Meddling::Snapshot | Meddling::Next(..) => None,
            });
            Machine {
                moref: moref.to_owned(),
                name: name.to_owned(),
                path: path.to_owned(),
                on: power.unwrap_or(on),
                broken: broken || about(Meddling::Break) > 0,
                snapshots: snapshots + about(Meddling::Snapshot),
                armed: armed.iter().filter(|(own, _)| own == moref).map(|(_, mishap)| *mishap).collect(),
            }
        };
        Some(vec![
            machine("vm-1", "web-01", "DC1/web", true, false, 1),
            machine("vm-2", "db-01", "DC1/db", true, false, 3),
            machine("vm-3", "legacy-01", "DC1/old", true, true, 0),
            machine("vm-4", "cold-01", "DC1/cold", false, false, 0),
        ])
    }

    async fn meddle(&self, moref: &str, what: Meddling) -> Result<Machine, ApiError> {
        if moref != "vm-1" && moref != "vm-2" {
            return Err(ApiError::unknown_machine(moref));
        }
        if let Meddling::Next(mishap, on) = what {
            let mut armed = self.armed.lock().unwrap();
            armed.retain(|other| *other != (moref.to_owned(), mishap));
            if on {
                armed.push((moref.to_owned(), mishap));
            }
        }
        self.meddled.lock().unwrap().push((moref.to_owned(), what));
        self.console.inventory_changed();
        let machines = self.machines().await.unwrap();
        Ok(machines.into_iter().find(|machine| machine.moref == moref).unwrap())
    }
}

/// A clock that stands still.
pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2026-11-22T14:05:00Z".parse().unwrap()
    }

    fn sleep_until(&self, _: Timestamp) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

pub(crate) fn card(tone: Tone, title: &str) -> Card {
    Card {
        locale: Locale::En,
        tone,
        tone_word: format!("{tone:?}").to_lowercase(),
        title: title.to_owned(),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    }
}

/// A card of a running take.
pub(crate) fn running(vm: &str, percent: Option<u8>) -> Card {
    let text = percent.map_or("1 s".to_owned(), |percent| format!("{percent} % · 1 s"));
    Card {
        blocks: vec![Block::Progress { percent, text }],
        request: RequestId::parse("R-7KQ2"),
        state: Some("running".to_owned()),
        ..card(Tone::Running, &format!("Taking a snapshot of \"{vm}\""))
    }
}

/// A card that waits for an approver other than alice.
pub(crate) fn asked(vm: &str, snapshot: &str) -> Card {
    let field = |label: &str, value: &str| Field { label: label.to_owned(), value: value.to_owned() };
    let approvers =
        || ShownTo::Groups { groups: vec!["approvers".into()], except: Some("alice".into()), approved: Vec::new() };
    let reason = Input { name: "reason".to_owned(), label: "Why not?".to_owned(), optional: false };
    Card {
        blocks: vec![
            Block::Fields {
                fields: vec![
                    field("Asked by", "@alice · R-4BXN · CHG0042117"),
                    field(
                        "Snapshot",
                        &format!(
                            "\"{snapshot}\" · 2 days old (Fri 20 Nov, 09:12) · 2 of 3 in the chain · by @bob · without memory"
                        ),
                    ),
                    field("Lost", "everything written since then (≈ 3.4 GB)"),
                    field("Power", "on now → off afterwards (the snapshot holds no memory)"),
                    field("Decides", "one of @approvers, not @alice · until 14:32 (28 min)"),
                ],
            },
            Block::Caution {
                label: "Caution".to_owned(),
                text: "Disk 2 (\"data.vmdk\") is independent: it will not be rolled back.".to_owned(),
            },
        ],
        buttons: vec![
            crate::drawn(Look {
                confirm: Some(once_more(vm, snapshot)),
                ..(*button(Action::Approve, "approve", "Approve", ButtonStyle::Primary, approvers(), None)).clone()
            }),
            button(Action::Deny, "deny", "Deny", ButtonStyle::Danger, approvers(), Some(reason)),
            button(Action::Withdraw, "withdraw", "Withdraw", ButtonStyle::Plain, ShownTo::Person("alice".into()), None),
        ],
        request: RequestId::parse("R-4BXN"),
        state: Some("awaiting_approval".to_owned()),
        ..card(Tone::Waiting, &format!("Revert \"{vm}\" to \"{snapshot}\"?"))
    }
}

/// The second question of that card.
fn once_more(vm: &str, snapshot: &str) -> Confirm {
    let facts = [
        ("VM", format!("\"{vm}\"")),
        ("Snapshot", format!("\"{snapshot}\" · 2 days old (Fri 20 Nov, 09:12)")),
        ("Lost", "everything written since then (≈ 3.4 GB)".to_owned()),
    ];
    Confirm {
        title: format!("Revert \"{vm}\" to \"{snapshot}\"?"),
        facts: facts.map(|(label, value)| Field { label: label.to_owned(), value }).into(),
        also: vec![Field { label: "Power".to_owned(), value: "on now → off afterwards".to_owned() }],
        yes: "Approve".to_owned(),
        no: "Not now".to_owned(),
    }
}

/// A snapshot tree.
pub(crate) fn listed(vm: &str) -> Card {
    let row = |number: Option<usize>, depth, name: &str, detail: &str| TreeRow {
        number,
        depth,
        name: name.to_owned(),
        detail: detail.to_owned(),
        here: number.is_none(),
    };
    Card {
        blocks: vec![
            Block::Tree {
                rows: vec![
                    row(Some(1), 0, "before migration", "40 days · ≈ 310 GB · by @alice"),
                    row(Some(2), 1, "after \"patch\"", "12 days · ≈ 24 GB · quiesced"),
                    row(Some(3), 2, "nightly", "1 day · ≈ 2 GB"),
                    row(None, 3, "You are here", "on"),
                    row(Some(4), 1, "try another driver", "11 days · ≈ 1 GB"),
                ],
            },
            Block::Note { text: "4 snapshots, ≈ 337 GB. Sizes are what the deltas hold now.".to_owned() },
        ],
        ..card(Tone::Info, &format!("Snapshots of \"{vm}\""))
    }
}

pub(crate) fn button(
    action: Action,
    token: &str,
    label: &str,
    style: ButtonStyle,
    shown_to: ShownTo,
    input: Option<Input>,
) -> Button {
    crate::drawn(Look {
        action,
        token: token.to_owned(),
        label: label.to_owned(),
        style,
        shown_to,
        input,
        confirm: None,
    })
}
