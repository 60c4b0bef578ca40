//! Writes a state folder by a script: what people say and press, what vCenter does, and how time passes.
//!
//! `SNAPWARDEN_FIXTURE=tests/fixtures/VERSION SNAPWARDEN_STATE=FOLDER cargo test --test world fixture_writer` plays `script.txt` of the first folder under
//! its `snapwarden.toml`, and leaves in the second one what this version's engine and store have written by then. Without these variables nothing happens.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use snapwarden::config::{self, Needs};
use snapwarden::domain::bulletin::{Bulletin, News};
use snapwarden::domain::ids::RequestId;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Clock, Commit, Store};
use snapwarden::engine::record::{self, Row, Told};
use snapwarden::engine::{Ask, Inbound};
use snapwarden::sim::faults::{FaultPlan, Rule, Trouble};
use snapwarden::store::{DiskStore, Limits};

use super::harness::{LONG, World};
use super::people::Answer;
use super::said::Said;

/// What a VM is read by.
const READ: &str = "RetrievePropertiesEx";

/// A script that is being played.
struct Play {
    world: World,
    folder: PathBuf,
    /// Requests by the names that the script gives them.
    names: BTreeMap<String, String>,
    /// Tokens by the names that the script gives them.
    tokens: BTreeMap<String, String>,
    answer: Option<Answer>,
    /// Answers to one person that have buttons.
    questions: Vec<Said>,
    reads: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_what_this_version_stores() {
    let from = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(fixture), Some(folder)) = (from("SNAPWARDEN_FIXTURE"), from("SNAPWARDEN_STATE")) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    let mut key = [0; 32];
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom").unwrap(), &mut key).unwrap();
    std::fs::write(folder.join("token.key"), key).unwrap();
    let file = fixture.join("snapwarden.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut rules = config::parse(&text, &file.display().to_string(), Needs::Run, &|_| None).unwrap();
    rules.vcenters.clear();
    let state = folder.clone();
    let world = World::with(|setup| {
        setup.config = rules;
        setup.sim_file = Some(state.join("simulated-vcenter.json"));
        setup.folder = Some(state);
        setup.sim.vms = 0;
    })
    .await;
    let (names, tokens, questions) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    let mut play = Play { world, folder, names, tokens, answer: None, questions, reads: 0 };
    for line in std::fs::read_to_string(fixture.join("script.txt")).unwrap().lines() {
        let line = line.split("# ").next().unwrap_or_default().trim();
        if !line.is_empty() && line != "#" {
            eprintln!("{line}");
            play.line(line).await;
        }
    }
    play.world.die().await;
    play.world.accounted = true;
}

impl Play {
    async fn line(&mut self, line: &str) {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        let world = &self.world;
        match command {
            "ops:" | "web-team:" => {
                let (person, text) = rest.split_once(' ').unwrap();
                let (channel, locale) = if command == "ops:" { ("ops", "en") } else { ("web-team", "fr") };
                self.answer = Some(world.says_in(channel, person, text, locale).await);
            }
            "called" => {
                self.names.insert(rest.to_owned(), world.last());
            }
            "keep-answer" => {
                let answer = self.answer.take().unwrap();
                self.questions.push(answer.reply.unwrap());
            }
            "until" => {
                let request = words.get(1).map_or_else(|| world.last(), |name| self.names[*name].clone());
                world.until_request(&request, words[0]).await;
            }
            "press" | "token" => {
                // press PERSON LABEL [on NAME | on "TITLE"] [with KEY=TEXT]; token NAME = PERSON LABEL [on …]
                let (name, rest) = rest.split_once(" = ").filter(|_| command == "token").unwrap_or(("", rest));
                let (rest, inputs) = rest.split_once(" with ").unwrap_or((rest, ""));
                let (rest, on) = rest.split_once(" on ").unwrap_or((rest, ""));
                let (person, label) = rest.split_once(' ').unwrap();
                let token = self.button(label, on).await;
                if command == "token" {
                    self.tokens.insert(name.to_owned(), token);
                } else {
                    self.press(person, &token, inputs).await;
                }
            }
            "use" => {
                let (rest, inputs) = rest.split_once(" with ").unwrap_or((rest, ""));
                let (person, name) = rest.split_once(' ').unwrap();
                let token = self.tokens[name].clone();
                self.press(person, &token, inputs).await;
            }
            "told" => {
                self.told(rest).await;
            }
            "advance" => {
                let times: usize = words.get(1).map_or(1, |times| times.parse().unwrap());
                for _ in 0..times {
                    world.advance(seconds(words[0]));
                    world.settled().await;
                }
            }
            "advance-tasks" => world.advance_tasks(seconds(words[0])),
            "time-runs" => self.world.let_time_run(),
            "time-stands" => self.world.let_time_stand(),
            "task-seconds" => world.sim.set_task_seconds(words[0].parse().unwrap()),
            "faults" => {
                world.sim.set_faults(FaultPlan::from_toml(&format!("rule = [{rest}]")).unwrap());
            }
            "add" => {
                world.sim.add(words[0], words[1]);
                for name in &words[2..] {
                    world.sim.take_out_of_band(words[0], name).unwrap();
                }
            }
            "destroy" => assert!(world.sim.destroy(words[0])),
            "snap" => {
                world.sim.take_out_of_band(words[0], words[1]).unwrap();
            }
            "remove" => {
                let snapshot = world.sim.vm(words[0]).unwrap().snapshots[0].moref.clone();
                assert!(world.sim.remove_out_of_band(&snapshot));
            }
            "seen" => {
                let count: usize = words[1].parse().unwrap();
                let is_so =
                    |vm: &snapwarden::domain::inventory::VmSummary| vm.name == words[0] && vm.tree.len() == count;
                self.inventory(rest, &is_so).await;
            }
            "seen-held" => {
                let held = |vm: &snapwarden::domain::inventory::VmSummary| {
                    vm.name == words[0] && vm.tree.nodes().iter().any(|node| node.description.contains("hold="))
                };
                self.inventory(rest, &held).await;
            }
            "busy" => {
                world.wait_polling(rest, async || world.sim.vm(words[0]).and_then(|vm| vm.busy)).await;
            }
            "foreign-take" => drop(world.foreign_take(words[0]).await),
            "calls" => {
                let called = || world.changes().iter().any(|call| call == rest);
                world.wait_polling(rest, async || called().then_some(())).await;
            }
            "late" => {
                world.plan([Rule::once("*", READ, Trouble::LateReply { seconds: LONG })]);
                self.reads = self.count_reads();
            }
            "until-late" => {
                let before = self.reads;
                world.wait_polling(rest, async || (self.count_reads() > before).then_some(())).await;
                world.plan([]);
            }
            "hand-in" => {
                let (once, text) = rest.split_once(' ').unwrap();
                world.bot().handle.hand_in(ask(once, text)).unwrap().durable().await;
            }
            "tell-directly" => {
                self.world.die().await;
                told_directly(&self.folder, Clock::now(&*self.world.clock)).await;
                self.world.begin().await;
            }
            "write-buttons" => {
                let mut all = Vec::new();
                for channel in ["ops", "web-team"] {
                    let messages = world.channel(channel).await;
                    all.extend(messages.iter().map(|message| with_buttons(channel, message)));
                }
                all.extend(self.questions.iter().map(|question| with_buttons("ops", question)));
                all.retain(|message| message["buttons"].as_array().is_some_and(|buttons| !buttons.is_empty()));
                let text = serde_json::to_string_pretty(&all).unwrap() + "\n";
                std::fs::write(self.folder.join("buttons.json"), text).unwrap();
            }
            "dump" => {
                for channel in ["ops", "web-team"] {
                    for message in world.channel(channel).await {
                        eprintln!("--- {channel} {}\n{}", message.0["title"], message.0["plain"].as_str().unwrap());
                    }
                }
            }
            other => panic!("no command {other}"),
        }
    }

    fn count_reads(&self) -> usize {
        self.world.sim.calls().iter().filter(|call| call.method == READ).count()
    }

    /// The bot's inventory says so.
    async fn inventory(&self, what: &str, is_so: &dyn Fn(&snapwarden::domain::inventory::VmSummary) -> bool) {
        self.world
            .wait_polling(what, async || {
                let inventory = self.world.bot().handle.parts().fleet.inventory();
                inventory.iter().any(|vm| is_so(vm)).then_some(())
            })
            .await;
    }

    async fn told(&self, part: &str) -> Said {
        self.world
            .wait(&format!("somebody is told {part:?}"), async || {
                let mut messages = self.world.channel("ops").await;
                messages.extend(self.world.channel("web-team").await);
                messages.reverse();
                messages.into_iter().find(|message| message.text().contains(part))
            })
            .await
    }

    /// The token of a button on the message of the last request, of a request by its name, or of the last message that says something.
    async fn button(&self, label: &str, on: &str) -> String {
        let world = &self.world;
        world
            .wait(&format!("[{label}] is on {on:?}"), async || {
                let message = match (on, self.names.get(on)) {
                    ("", _) => world.message(&world.last()).await?,
                    (_, Some(request)) => world.message(request).await?,
                    (part, None) => {
                        let mut messages = world.channel("web-team").await;
                        messages.extend(world.channel("ops").await);
                        messages.reverse();
                        messages
                            .into_iter()
                            .find(|message| message.text().contains(part) && message.token(label).is_some())?
                    }
                };
                message.token(label)
            })
            .await
    }

    async fn press(&self, person: &str, token: &str, inputs: &str) {
        let inputs: Vec<(&str, &str)> = inputs.split_once('=').into_iter().collect();
        let answer = self.world.press_with(person, token, &inputs).await;
        eprintln!("    -> {}", answer.text());
    }
}

fn seconds(text: &str) -> SignedDuration {
    SignedDuration::from_secs(text.parse().unwrap())
}

fn ask(once: &str, text: &str) -> Inbound {
    Inbound::Ask(Ask {
        person: "alice".into(),
        account: "console:alice".to_owned(),
        channel: "console:ops".into(),
        text: text.to_owned(),
        locale: Some("en".to_owned()),
        once: Some(once.to_owned()),
    })
}

fn with_buttons(channel: &str, message: &Said) -> Value {
    let of = |button: &Value| json!({"label": button["label"], "token": button["token"]});
    let buttons: Vec<Value> = message.0["buttons"].as_array().unwrap().iter().map(of).collect();
    json!({"channel": channel, "request": message.0["request"], "title": message.0["title"], "state": message.0["state"],
        "buttons": buttons})
}

/// What only a platform with direct messages is told, in a channel of the console so that it is shown.
async fn told_directly(folder: &Path, now: Timestamp) {
    let clock = Arc::new(ManualClock::new(now));
    let limits = Limits { ballast_bytes: 4_096, ..Limits::default() };
    let (store, _) = DiskStore::open_with(folder, clock, limits).unwrap();
    let rows = store.scan("", None, 10_000).await.unwrap();
    let seq = |key: &str| key.rsplit('/').next().unwrap().parse::<u64>().unwrap();
    let counted = |key: &str| ["request/", "bulletin/"].iter().any(|prefix| key.starts_with(prefix));
    let next = rows.iter().filter(|(key, ..)| counted(key)).map(|(key, ..)| seq(key)).max().unwrap() + 1;
    let ended = rows.iter().filter(|(key, ..)| key.starts_with(record::DONE));
    let ended = ended.map(|(key, _, bytes)| record::read::<Row>(key, bytes).unwrap().request);
    let request = ended.filter(|request| request.state.name() == "expired").last().unwrap();
    let id = request.id.clone();
    let mut commit = Commit::default();
    for (seq, name, news) in [
        (next, "R-2222", News::Ended { request: Box::new(request) }),
        (next + 1, "R-3333", News::ChannelLost { request: id }),
    ] {
        let own = RequestId::parse(name).unwrap();
        let locale = if seq == next { "en" } else { "fr" }.to_owned();
        let bulletin = Bulletin { id: own.clone(), seq, channel: "console:web-team".into(), locale, at: now, news };
        let key = record::bulletin_key(seq);
        commit.puts.push((record::id_key(&own), record::write(&key).unwrap()));
        commit.puts.push((key, record::write(&Told { bulletin, posted: None, private: false }).unwrap()));
    }
    store.commit(commit).await.unwrap();
}
