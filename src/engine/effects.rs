//! What a committed step wants of vCenter: done in its own task each, and told to the inbox as an event.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::Answer;
use super::ask::Asker;
use super::core::{Fact, Incoming, Reader};
use super::outgoing::{Leaving, Outgoing};
use super::ports::{Gate, ReadError, VCenter};
use super::setup::Parts;
use crate::domain::call::{Act, Call, CallError, Started};
use crate::domain::fault::FaultKind;
use crate::domain::ids::{Account, ChannelId, VCenterName, VmTitle};
use crate::domain::intent::VmAct;
use crate::domain::inventory::{ToolsState, VmSummary};
use crate::domain::machine::{self, Effect, Event, Unread};
use crate::domain::notice::{Notice, Past};
use crate::domain::request::Request;
use crate::domain::snapshot_tree::PowerState;
use crate::domain::survey::Survey;
use crate::message::cards;

/// What powering on needs of the bot's account.
const POWER_ON: &str = "VirtualMachine.Interact.PowerOn";

/// A command on its way, as it was understood.
pub(super) struct Command {
    pub(super) asker: Asker,
    pub(super) vm_act: VmAct,
    pub(super) text: String,
    pub(super) reply: oneshot::Sender<Answer>,
    /// The number of its row, once it has one.
    pub(super) pending: Option<u64>,
}

/// Does something beside the engine's one task, and tells it what came of it.
pub(super) fn beside(inbox: &mpsc::UnboundedSender<Incoming>, work: impl Future<Output = Incoming> + Send + 'static) {
    let inbox = inbox.clone();
    tokio::spawn(async move {
        // The inbox outlives everything but the process's end.
        let _ended = inbox.send(work.await);
    });
}

/// Runs one effect of a request.
pub(super) fn run(
    parts: &Arc<Parts>,
    inbox: &mpsc::UnboundedSender<Incoming>,
    outgoing: &Arc<Outgoing>,
    request: &Request,
    effect: Effect,
) {
    let id = request.id.clone();
    // What is about many VMs calls nothing itself.
    let Some(vm) = request.vm().map(|target| target.vm.clone()) else { return };
    let Some(vcenter) = parts.fleet.get(&vm.vcenter).cloned() else {
        if let Some(event) = no_vcenter(&vm.vcenter, &effect) {
            // The inbox outlives every effect but the process's end.
            let _ended = inbox.send(Incoming::Fact(id, Fact::Event(event)));
        }
        return;
    };
    let reverts = matches!(request.plan.as_ref().map(|plan| &plan.act), Some(Act::Revert { .. }));
    let (inbox, parts, outgoing, request) = (inbox.clone(), parts.clone(), outgoing.clone(), request.clone());
    tokio::spawn(async move {
        let event = match effect {
            Effect::Survey => Event::Surveyed { survey: read(&vcenter, &vm.moref).await },
            Effect::Call(call) => Event::Called { reply: send(&vcenter, &parts, &outgoing, &request, &call).await },
            Effect::Follow(task) => {
                vcenter.follow(&task);
                return;
            }
            Effect::Cancel(task) => {
                let Err(error) = vcenter.cancel(&task).await else { return };
                tracing::warn!(request = %id, %error, "vCenter would not cancel");
                Event::CancelRefused { why: error.to_string() }
            }
            Effect::Verify => {
                let survey = read(&vcenter, &vm.moref).await;
                let rests = survey.as_ref().is_ok_and(|survey| survey.power != PowerState::On);
                let may_power_on = reverts && rests && may(&vcenter, &vm.moref).await;
                Event::Verified { survey, may_power_on }
            }
            Effect::Investigate(since) => {
                let evidence = vcenter.investigate(&vm.moref, since).await;
                Event::Evidence { evidence: evidence.map(Box::new).map_err(|error| error.to_string()) }
            }
        };
        let _ended = inbox.send(Incoming::Fact(id, Fact::Event(event)));
    });
}

/// The last gate before a request's call: the machine, asked once more on the look right before it, by the rules and the freeze of that
/// moment.
struct LastGate<'a> {
    parts: &'a Parts,
    leaving: Leaving<'a>,
    request: &'a Request,
    call: &'a Call,
}

impl Gate for LastGate<'_> {
    fn is_open(&self, look: &Survey) -> bool {
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
        let targets = self.parts.fleet.targets_of(self.request);
        self.leaving.pass(&self.request.title(), |freeze| {
            machine::may_call(self.request, self.call, look, rules.context(now, freeze, &targets))
        })
    }
}

/// Makes the call, if the last gate lets it.
async fn send(
    vcenter: &Arc<dyn VCenter>,
    parts: &Parts,
    outgoing: &Outgoing,
    request: &Request,
    call: &Call,
) -> Result<Started, CallError> {
    let id = &request.id;
    tracing::info!(request = %id, vm = %call.vm.moref, act = call.act.word(), "calling vCenter");
    let gate = LastGate { parts, leaving: outgoing.leaving(id), request, call };
    let reply = vcenter.call(call, &gate).await;
    if let Err(error) = &reply {
        tracing::warn!(request = %id, %error, "the call was not taken");
    }
    reply
}

/// Asks a vCenter for its tasks of the bot's own account.
pub(super) fn own_tasks(
    parts: &Arc<Parts>,
    inbox: &mpsc::UnboundedSender<Incoming>,
    name: VCenterName,
    since: Option<Timestamp>,
) {
    let Some(vcenter) = parts.fleet.get(&name).cloned() else { return };
    beside(inbox, async move {
        let told = vcenter.own_tasks(since).await.map_err(|error| error.to_string());
        Incoming::OwnTasks(name, since, told)
    });
}

/// Reads a VM and answers with its tree. Where its vCenter does not answer, with what was known last and since when it is not known better.
pub(super) fn list(parts: &Arc<Parts>, vm: Arc<VmSummary>, reply: oneshot::Sender<Answer>, reader: Reader) {
    let parts = parts.clone();
    tokio::spawn(async move {
        let name = &vm.vm.vcenter;
        let (read, seen) = match parts.fleet.get(name) {
            Some(vcenter) => (read(vcenter, &vm.vm.moref).await, vcenter.seen_at()),
            None => (Err(Unread::Unreachable(format!("vCenter \"{name}\" is not in the configuration"))), None),
        };
        let notice = match read {
            Ok(survey) => Notice::Tree {
                vm: VmTitle::new(&vm.vm, survey.name),
                path: vm.path.clone(),
                power: Some(survey.power),
                past: None,
                tools: survey.tools == ToolsState::Running,
                consolidation_needed: survey.consolidation_needed,
                tree: survey.tree.by_our_clock(survey.ahead),
                bytes: survey.snapshot_bytes,
                with_memory: survey.with_memory,
            },
            Err(Unread::Gone) => Notice::VmGone { vm: vm.as_ref().into() },
            Err(Unread::NotReadable(why)) => Notice::NotReadable { vm: vm.as_ref().into(), why },
            Err(Unread::Unreachable(why)) => match seen.filter(|_| vm.readable) {
                Some(seen) => past(&vm, seen, parts.fleet.ahead(name)),
                None => Notice::VCenterAway { vcenter: name.clone(), why },
            },
        };
        let card = parts.view(&reader.channel, &reader.locale, |view| cards::reply::card(&notice, view));
        let _gone = reply.send(Answer { reply: Some(card), ..Answer::default() });
    });
}

/// What the live inventory had of a VM when its vCenter was last heard.
fn past(vm: &VmSummary, seen: Timestamp, ahead: SignedDuration) -> Notice {
    Notice::Tree {
        vm: vm.into(),
        path: vm.path.clone(),
        power: vm.power,
        past: Some(Past { vcenter: vm.vm.vcenter.clone(), seen }),
        tools: vm.tools == ToolsState::Running,
        consolidation_needed: vm.consolidation_needed,
        tree: vm.tree.by_our_clock(ahead),
        bytes: std::collections::BTreeMap::new(),
        with_memory: Vec::new(),
    }
}

/// Reads a VM for a command that names one of its snapshots. Names are looked up in what vCenter says now: the live inventory may be a moment
/// behind, and in that moment one name may have come to mean two snapshots, or none.
pub(super) fn look(parts: &Arc<Parts>, inbox: &mpsc::UnboundedSender<Incoming>, vm: Arc<VmSummary>, command: Command) {
    let parts = parts.clone();
    beside(inbox, async move {
        let tree = match parts.fleet.get(&vm.vm.vcenter) {
            Some(vcenter) => read(vcenter, &vm.vm.moref).await.map(|survey| Arc::new(survey.tree)),
            None => Err(Unread::Gone),
        };
        Incoming::Looked(vm, tree, Box::new(command))
    });
}

/// Tells somebody who is not waiting any more what their command came to, once it has.
pub(super) fn whisper(parts: &Arc<Parts>, channel: ChannelId, account: Account, answer: oneshot::Receiver<Answer>) {
    let parts = parts.clone();
    tokio::spawn(async move {
        let Ok(Answer { reply: Some(card), .. }) = answer.await else { return };
        let Some(chat) = parts.chats.get(channel.platform()) else { return };
        if let Err(error) = chat.whisper(&channel, &account, &card).await {
            tracing::warn!(%channel, %error, "nobody heard what became of a command from before the restart");
        }
    });
}

async fn read(vcenter: &Arc<dyn VCenter>, moref: &crate::domain::ids::Moref) -> Result<Box<Survey>, Unread> {
    match vcenter.survey(moref).await {
        Ok(survey) => Ok(Box::new(survey)),
        Err(error) => Err(unread(error)),
    }
}

/// What a failed read says of the VM.
fn unread(error: ReadError) -> Unread {
    match error {
        ReadError::Fault(fault) if fault.kind == FaultKind::NotFound => Unread::Gone,
        // Of a session or an account that is refused nothing follows for one VM.
        ReadError::Fault(ref fault) if matches!(fault.kind, FaultKind::NotAuthenticated | FaultKind::InvalidLogin) => {
            Unread::Unreachable(error.to_string())
        }
        ReadError::Fault(_) => Unread::NotReadable(error.to_string()),
        ReadError::Unreachable(why) => Unread::Unreachable(why),
    }
}

async fn may(vcenter: &Arc<dyn VCenter>, moref: &crate::domain::ids::Moref) -> bool {
    let told = vcenter.privileges(moref, &[POWER_ON]).await;
    told.is_ok_and(|each| each.first().copied().unwrap_or(false))
}

/// What an effect comes to on a vCenter that the configuration does not have any more.
fn no_vcenter(name: &VCenterName, effect: &Effect) -> Option<Event> {
    let why = format!("vCenter \"{name}\" is not in the configuration");
    match effect {
        Effect::Survey => Some(Event::Surveyed { survey: Err(Unread::Unreachable(why)) }),
        Effect::Call(_) => Some(Event::Called { reply: Err(CallError::NotSent(why)) }),
        Effect::Verify => Some(Event::Verified { survey: Err(Unread::Unreachable(why)), may_power_on: false }),
        Effect::Investigate(_) => Some(Event::Evidence { evidence: Err(why) }),
        Effect::Follow(_) | Effect::Cancel(_) => {
            tracing::error!(vcenter = %name, "a task cannot be followed: its vCenter is not in the configuration");
            None
        }
    }
}
