//! What a button asks once more before it counts: which VM, which snapshot, what is lost. Derived here and nowhere else.
//!
//! The facts that tell what goes are never cut: where a platform has little room, it shortens the names in them, and leaves out what
//! stands behind them first.

use super::On;
use crate::domain::bulk::Bulk;
use crate::domain::call::Act;
use crate::domain::ids::Target;
use crate::domain::report::Row;
use crate::domain::request::Request;
use crate::message::action::Effect;
use crate::message::cards::approval::{self, caution};
use crate::message::cards::{View, at, bulk, quoted, rows, titles};
use crate::message::format::{name, path};
use crate::message::model::{Action, Block, Confirm, Field};

/// What cannot be taken back once a button has been pressed.
enum Loss<'a> {
    /// What a request asks for, which is decided about now.
    Decided(&'a Request),
    /// What a request asked for, once more: its VM is read anew, so the figures of then are not repeated.
    Again(&'a Request),
    /// The snapshot that a request took.
    Taken(&'a Request),
    Row(&'a Row),
    /// All that a request about many deletes.
    Many(&'a Request, &'a Bulk),
}

/// The question, if the button destroys something. `yes` is the word on the button.
pub(super) fn of(action: Action, on: On<'_>, yes: &str, view: &View<'_>) -> Option<Confirm> {
    let (title, facts, also) = match loss(action, on)? {
        Loss::Decided(request) => decided(request, view),
        Loss::Again(request) => again(request, view),
        Loss::Taken(request) => taken(request, view),
        Loss::Row(row) => of_row(row, view),
        Loss::Many(request, bulk) => of_many(request, bulk, view),
    };
    Some(Confirm { title, facts, also, yes: yes.to_owned(), no: view.say("confirm-no", &[]) })
}

fn loss(action: Action, on: On<'_>) -> Option<Loss<'_>> {
    match on {
        On::Request(request) if action.lets_go() => {
            Some(request.bulk().map_or(Loss::Decided(request), |bulk| Loss::Many(request, bulk)))
        }
        // Which snapshots are old is looked at anew, and everybody sees what was found before anybody approves it.
        On::Request(request) if matches!(action.spec().effect, Effect::Again) => {
            (request.wish.destroys() && request.bulk().is_none()).then_some(Loss::Again(request))
        }
        On::Request(request) => action.destroys().then_some(Loss::Taken(request)),
        On::Row { row, .. } => action.destroys().then_some(Loss::Row(row)),
        On::Disks { .. } | On::Choice { .. } | On::Ticket { .. } => None,
    }
}

/// A title, what goes, and what else there is to know.
type Parts = (String, Vec<Field>, Vec<Field>);

fn decided(request: &Request, view: &View<'_>) -> Parts {
    let mut facts: Vec<Field> = request.vm().map(|target| vm(target, view)).into_iter().collect();
    facts.extend(snapshot_of(request, view));
    let mut also = Vec::new();
    if let Some(plan) = &request.plan {
        facts.extend(lost(request, view));
        approval::price(plan, request, view, &mut also);
        also.retain(|field| facts.iter().all(|fact| fact.label != field.label));
        if let Act::DeleteAll = plan.act {
            // Which they are stands behind how many.
            let names: Vec<String> = plan.tree.nodes().iter().map(|node| quoted(name(&node.name))).collect();
            also.push(view.field("label-snapshot", view.format.all_of(&names)));
        }
        also.extend(plan.warnings.iter().filter_map(|warning| cautioned(caution(warning, request, view))));
    }
    (titles::question(request, view), facts, also)
}

fn again(request: &Request, view: &View<'_>) -> Parts {
    let mut facts: Vec<Field> = request.vm().map(|target| vm(target, view)).into_iter().collect();
    facts.extend(snapshot_of(request, view));
    if request.wish.reverts() {
        facts.push(view.field("label-lost", view.say("lost-since-then", &[])));
    } else if request.wish.destroys() {
        let plan = request.plan.as_ref();
        let goes = plan.map_or_else(|| view.say("goes-unread", &[]), |plan| approval::goes_count(plan, view));
        facts.push(view.field("label-goes", goes));
    }
    (titles::question(request, view), facts, Vec::new())
}

fn taken(request: &Request, view: &View<'_>) -> Parts {
    let snapshot = titles::snapshot(request).unwrap_or_default();
    let args = [("snapshot", snapshot.into()), ("vm", titles::vm(request, view).into())];
    let mut facts: Vec<Field> = request.vm().map(|target| vm(target, view)).into_iter().collect();
    facts.extend(snapshot_of(request, view));
    facts.push(this_one_goes(view));
    (view.say("ask-delete", &args), facts, Vec::new())
}

fn of_row(row: &Row, view: &View<'_>) -> Parts {
    let args = [("snapshot", name(&row.name).into()), ("vm", view.vm(&row.vm_title()).into())];
    let target = rows::target(&row.vm, &row.vm_name, &row.path);
    let words = [vec![quoted(name(&row.name))], rows::age_and_maker(row, view)].concat();
    let facts = vec![vm(&target, view), view.field("label-snapshot", words.join(" · ")), this_one_goes(view)];
    let merge = row
        .bytes
        .map(|bytes| view.field("label-merge", view.say("merge-bytes", &[("bytes", view.format.bytes(bytes).into())])));
    (view.say("ask-delete", &args), facts, merge.into_iter().collect())
}

fn of_many(request: &Request, many: &Bulk, view: &View<'_>) -> Parts {
    let mut facts = vec![view.field("label-goes", bulk::goes(many, view))];
    facts.extend(bulk::named(many, |_| true, view).map(|names| view.field("label-snapshot", names)));
    let asker = view.field("label-asked-by", format!("@{}", at(&request.asker)));
    (titles::question(request, view), facts, vec![asker])
}

/// `"web-02" · paris · DC1/test`: the vCenter where there are several, the folder where it tells two VMs apart, the id where the name does not.
fn vm(target: &Target, view: &View<'_>) -> Field {
    let Target { vm, name: called, path: whole, .. } = target;
    let mut words = vec![quoted(name(called))];
    words.extend(view.several_vcenters.then(|| name(vm.vcenter.as_str())));
    words.extend(whole.strip_suffix(called.as_str()).and_then(|folder| folder.strip_suffix('/')).map(path));
    words.extend((view.has_double)(vm).then(|| vm.moref.to_string()));
    view.field("label-vm", words.join(" · "))
}

/// Which snapshot it is: the name is its own only by its age and its place.
fn snapshot_of(request: &Request, view: &View<'_>) -> Option<Field> {
    let facts = request.plan.as_ref().and_then(|plan| plan.price.snapshot.as_ref().map(|facts| (facts, plan)));
    let value = match (facts, titles::snapshot(request)) {
        (Some((facts, plan)), _) => approval::which(facts, plan, view).join(" · "),
        (None, Some(called)) => format!("\"{called}\""),
        (None, None) => return None,
    };
    Some(view.field("label-snapshot", value))
}

/// What is lost, in short: how many snapshots go, or what was written since.
fn lost(request: &Request, view: &View<'_>) -> Option<Field> {
    let plan = request.plan.as_ref()?;
    match &plan.act {
        Act::Revert { .. } => Some(view.field("label-lost", approval::lost(plan, view))),
        Act::Delete { .. } | Act::DeleteAll => Some(view.field("label-goes", approval::goes_count(plan, view))),
        Act::Take { .. } | Act::Edit { .. } | Act::PowerOn | Act::Consolidate => None,
    }
}

/// That one snapshot goes and the VM stays.
fn this_one_goes(view: &View<'_>) -> Field {
    view.field("label-goes", view.say("goes-count", &[("count", 1.into()), ("age", "".into())]))
}

/// A caution as a fact of the question.
fn cautioned(block: Block) -> Option<Field> {
    if let Block::Caution { label, text } = block { Some(Field { label, value: text }) } else { None }
}
