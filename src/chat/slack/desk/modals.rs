//! Modals: opening them, what may be meant while somebody types into them, what follows a choice, and what is made of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Acked, Desk, To};
use crate::chat::slack::PLATFORM;
use crate::chat::slack::inbound::{Action, Shortcut, Submit, Suggest, Who};
use crate::chat::slack::view::{self, Asked, Carried, Home, Old};
use crate::domain::act::{Parameter, Verb};
use crate::domain::command::{self, Form, find_verb};
use crate::domain::ids::{ChannelId, PersonId, VmTitle};
use crate::domain::inventory::VmSummary;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::policy::{Decision, PolicyVerb};
use crate::domain::snapshot_tree::{Snapshot, by_our_clock};
use crate::engine::{self, Argument, CompletionQuery, Handle};
use crate::message::cards::sentence_of;
use crate::message::format::{Format, default_name, name};
use crate::message::words::{Locale, say};

/// Words of a message that are looked at for a VM's name.
const MESSAGE_WORDS: usize = 40;

/// Old snapshots on the App Home.
const OLDEST: usize = 10;

/// A modal that is wanted.
pub(in crate::chat::slack) struct Wanted {
    pub(in crate::chat::slack) who: Who,
    pub(in crate::chat::slack) to: To,
    pub(in crate::chat::slack) trigger: String,
    pub(in crate::chat::slack) locale: Option<String>,
    pub(in crate::chat::slack) verb: Verb,
    pub(in crate::chat::slack) vm: Option<Carried>,
}

impl Desk {
    /// Opens the modal that makes a command.
    pub(super) fn ask_for_rest(self: &Arc<Self>, wanted: Wanted) {
        let desk = self.clone();
        self.later(async move {
            let Wanted { who, to, trigger, locale, verb, vm } = wanted;
            let carried = Carried {
                channel: to.shared_channel().map(str::to_owned),
                response_url: to.response_url.clone(),
                ..vm.unwrap_or_default()
            };
            let person = desk.person(&who);
            let view = desk.drawn(&person, verb, carried, locale.as_deref());
            desk.open_view(view, trigger, to, locale.as_deref()).await;
        });
    }

    /// A shortcut opens the same modal, with the VM that the message is about.
    pub(super) async fn shortcut(self: &Arc<Self>, shortcut: Shortcut) -> Acked {
        let Shortcut { who, callback_id: _, trigger, channel, text, response_url } = shortcut;
        let locale = self.locale(&who.user).await;
        let to = To { user: who.user.clone(), channel, response_url, replaces: false };
        if !self.is_known(&who) {
            self.tell(to, locale.as_deref(), "slack-stranger");
            return Acked::Yes(None);
        }
        let person = self.person(&who);
        let vm =
            text.and_then(|text| self.vm_in(&person, &text)).map(|vm| Carried { vm: Some(vm), ..Carried::default() });
        self.ask_for_rest(Wanted { who, to, trigger, locale, verb: Verb::Take, vm });
        Acked::Yes(None)
    }

    /// The VM whose name stands in a message, if this person may know of it.
    fn vm_in(&self, person: &PersonId, text: &str) -> Option<String> {
        let handle = self.handle()?;
        let edge = |c: char| !(c.is_alphanumeric() || c == '-' || c == '_' || c == '.');
        text.split_whitespace().take(MESSAGE_WORDS).map(|word| word.trim_matches(edge)).find_map(|word| {
            let query = query("", Argument::Vm, None, word, None);
            let found = handle.complete(person, &query);
            found.into_iter().find(|one| one.value == word).map(|one| one.exact().to_owned())
        })
    }

    /// Something chosen or pressed in a modal or on the App Home; whether that is all there is to it.
    pub(super) fn in_modal(self: &Arc<Self>, action: &Action) -> bool {
        if let Some(verb) = action.action_id.strip_prefix("open.") {
            let verb = verb.split('.').next().and_then(find_verb).unwrap_or(Verb::Take);
            let carried = Carried::read(action.value.as_deref().unwrap_or_default());
            let to = To { user: action.who.user.clone(), channel: None, response_url: None, replaces: false };
            let (desk, who, trigger) = (self.clone(), action.who.clone(), action.trigger.clone());
            self.later(async move {
                let locale = desk.locale(&who.user).await;
                desk.ask_for_rest(Wanted { who, to, trigger, locale, verb, vm: Some(carried) });
            });
            return true;
        }
        let Some(opened) = action.view.as_ref().filter(|view| view.callback_id == view::COMMAND) else { return false };
        let mut carried = Carried::read(&opened.private_metadata);
        match action.block_id.as_str() {
            view::VERB => carried.verb = action.value.clone(),
            block if block == Parameter::Vm.as_str() => {
                carried.vm = action.value.clone();
                carried.snapshot = None;
            }
            // The other fields change nothing else.
            _ => return true,
        }
        let verb = carried.verb.as_deref().and_then(find_verb).filter(|verb| verb.is_about_vm()).unwrap_or(Verb::Take);
        let (desk, who, opened) = (self.clone(), action.who.clone(), opened.clone());
        self.later(async move {
            let locale = desk.locale(&who.user).await;
            let person = desk.person(&who);
            let view = desk.drawn(&person, verb, carried, locale.as_deref());
            let arguments = json!({"view_id": opened.id, "hash": opened.hash, "view": view});
            // Another choice may have been made meanwhile, whose update counts: this one is refused by its hash.
            if let Err(error) = desk.api().json("views.update", &arguments).await {
                tracing::info!(%error, "a form was not brought up to date");
            }
        });
        true
    }

    /// What may be meant.
    pub(super) async fn suggest(&self, suggest: &Suggest) -> Value {
        let none = json!({"options": []});
        let Some(handle) = self.handle().cloned() else { return none };
        let carried = Carried::read(suggest.view.as_ref().map_or("", |view| &view.private_metadata));
        let argument = if suggest.action_id == "snapshot" { Argument::Snapshot } else { Argument::Vm };
        let person = self.person(&suggest.who);
        let verb = carried.verb.unwrap_or_default();
        let locale = self.locale(&suggest.who.user).await;
        let query = query(&verb, argument, carried.vm, &suggest.query, locale);
        // Ten thousand VMs are looked through: that is work, and the connection has other frames.
        let found = tokio::task::spawn_blocking(move || handle.complete(&person, &query)).await;
        found.map_or(none, |found| view::options(&found))
    }

    /// A modal was sent.
    pub(super) async fn submit(self: &Arc<Self>, submit: Submit) -> Acked {
        let Submit { who, view: sent, trigger } = submit;
        let locale = self.locale(&who.user).await;
        let carried = Carried::read(&sent.private_metadata);
        let to = |channel: Option<String>| To {
            user: who.user.clone(),
            channel,
            response_url: carried.response_url.clone(),
            replaces: false,
        };
        match sent.callback_id.as_str() {
            view::REASON => {
                let (Some(token), Some(name)) = (carried.token.clone(), carried.name.clone()) else {
                    self.tell(to(carried.channel.clone()), locale.as_deref(), "slack-unreadable");
                    return Acked::Yes(None);
                };
                let inputs = sent.values.get(&name).map(|text| (name, text.clone())).into_iter().collect();
                let press = self.actor(&who, locale, &trigger).presses(token, inputs);
                self.hand_in(engine::Inbound::Press(press), to(carried.channel.clone())).await
            }
            view::COMMAND => {
                let chosen = sent.values.get(view::VERB).or(carried.verb.as_ref());
                let verb = chosen.and_then(|verb| find_verb(verb)).filter(|verb| verb.is_about_vm());
                let verb = verb.unwrap_or(Verb::Take);
                let reader = Locale::of(locale.as_deref().unwrap_or_default());
                let channel = carried.channel.clone().or_else(|| sent.values.get(view::CHANNEL).cloned());
                let form = Form { verb, fields: view::fields(&sent.values) };
                let text = match form.read() {
                    Ok((_, text)) => text,
                    Err(wrong) => {
                        let at = |(field, error): &(Parameter, command::CommandError)| {
                            // What the modal does not ask for is wrong by the choice of the verb.
                            let asked = verb.fields().contains(field);
                            let block = asked.then(|| view::block_of(*field, carried.vm.as_deref()));
                            let block = block.unwrap_or_else(|| view::VERB.to_owned());
                            (block, sentence_of(error, reader))
                        };
                        return Acked::Yes(Some(view::errors(&wrong.iter().map(at).collect())));
                    }
                };
                let Some(channel) = channel else {
                    let missing =
                        BTreeMap::from([(view::CHANNEL.to_owned(), say(reader, "slack-choose-channel", &[]))]);
                    return Acked::Yes(Some(view::errors(&missing)));
                };
                let place = ChannelId::new(PLATFORM, channel.as_str());
                let ask = self.actor(&who, locale, &trigger).asks(place, text);
                self.hand_in(engine::Inbound::Ask(ask), to(Some(channel))).await
            }
            _ => {
                self.unreadable("modal");
                self.tell(to(carried.channel.clone()), locale.as_deref(), "slack-unreadable");
                Acked::Yes(None)
            }
        }
    }

    /// The modal for what is known so far.
    fn drawn(&self, person: &PersonId, verb: Verb, carried: Carried, locale: Option<&str>) -> Value {
        let reader = Locale::of(locale.unwrap_or_default());
        let mut asked = Asked { verb, modes: Vec::new(), preset: String::new(), ticket: false, locale: reader };
        let Some(handle) = self.handle() else { return view::command(&asked, carried) };
        if verb == Verb::Take && carried.vm.is_some() {
            let query = query(verb.as_str(), Argument::Mode, carried.vm.clone(), "", locale.map(str::to_owned));
            asked.modes = handle.complete(person, &query);
        }
        let rules = handle.parts().rules();
        let here = carried.channel.as_deref();
        let zone = rules.channels.iter().find(|known| here.is_some() && known.id.on(PLATFORM) == here);
        let zone = zone.map_or(&rules.timezone, |known| &known.timezone);
        asked.preset = default_name(self.now(), zone);
        asked.ticket = wants_ticket(handle, verb, carried.vm.as_deref());
        view::command(&asked, carried)
    }

    /// Brings somebody's App Home up to date.
    pub(super) fn show_home(self: &Arc<Self>, who: Who) {
        let desk = self.clone();
        self.later(async move {
            let locale = desk.locale(&who.user).await;
            let reader = Locale::of(locale.as_deref().unwrap_or_default());
            let Some(handle) = desk.handle() else { return };
            let person = desk.person(&who);
            let open = handle.open_for(&person, reader.tag()).await.unwrap_or_default();
            let oldest = desk.oldest(handle, &person, reader);
            let page = view::home(&Home { waiting: &open.waiting, mine: &open.mine, oldest: &oldest, locale: reader });
            let published = desk.api().json("views.publish", &json!({"user_id": who.user, "view": page})).await;
            if let Err(error) = published {
                tracing::warn!(%error, "an App Home could not be shown");
            }
        });
    }

    /// The oldest snapshots that somebody may delete, or go back to.
    fn oldest(&self, handle: &Handle, person: &PersonId, locale: Locale) -> Vec<Old> {
        let rules = handle.parts().rules();
        let format = Format { locale, tz: rules.timezone.clone(), now: self.now() };
        let may = |vm: &VmSummary| {
            let target = vm.target();
            let allowed = |verb| matches!(rules.policy.decide(person, verb, &target), Decision::Allowed { .. });
            allowed(PolicyVerb::Delete) || allowed(PolicyVerb::Revert)
        };
        let inventory = handle.inventory();
        let mut all: Vec<_> = inventory
            .iter()
            .filter(|vm| !vm.tree.is_empty() && may(vm))
            .flat_map(|vm| vm.tree.nodes().iter().map(move |node| (vm, node)))
            .collect();
        let fleet = &handle.parts().fleet;
        let taken = |vm: &VmSummary, node: &Snapshot| by_our_clock(node.created, fleet.ahead(&vm.vm.vcenter));
        all.sort_by_key(|(vm, node)| taken(vm, node));
        let old = |(vm, node): (&Arc<VmSummary>, &Snapshot)| Old {
            title: format!("\"{}\" · {}", name(&node.name), handle.parts().shown(&vm.as_ref().into())),
            detail: format!("{} · {}", format.age(taken(vm, node)), crate::message::format::path(&vm.path)),
            vm: handle.parts().typed(&VmTitle::new(&vm.vm, &vm.path)),
            snapshot: command::quote(&node.name),
        };
        all.into_iter().take(OLDEST).map(old).collect()
    }
}

fn query(verb: &str, argument: Argument, vm: Option<String>, typed: &str, locale: Option<String>) -> CompletionQuery {
    CompletionQuery { verb: verb.to_owned(), argument, vm, query: typed.to_owned(), locale }
}

/// Whether the policy asks for a ticket when this is done to this VM; without a VM, nobody knows yet.
fn wants_ticket(handle: &Handle, verb: Verb, vm: Option<&str>) -> bool {
    let Some(right) = verb.spec().right else { return false };
    let Some(selector) = vm.and_then(command::vm_selector) else { return false };
    let VmLookup::One(vm) = lookup::find_vm(&handle.inventory(), &selector) else { return false };
    let rules = handle.parts().rules();
    rules.policy.approval(right, &vm.target()).is_some_and(|rule| rule.ticket_pattern.is_some())
}
