//! Every second question that a card can ask, as people read it before a click counts; and that no button which destroys goes without.

use std::collections::BTreeSet;

use snapwarden::domain::bulletin::News;
use snapwarden::domain::report::Finding;
use snapwarden::domain::request::{Request, Wish};
use snapwarden::message::model::{Action, Block, Button, Card, Confirm, Field};
use snapwarden::message::words::{Locale, say};

use super::files::HEADING;
use super::{Golden, Says, drawn, goldens, text};

/// The questions in each language: a file's name with its text. A question that was asked before is not repeated.
pub(super) fn texts() -> Vec<(&'static str, String)> {
    [("questions.en", Locale::En), ("questions.fr", Locale::Fr)].map(|(file, locale)| (file, asked_in(locale))).into()
}

fn asked_in(locale: Locale) -> String {
    let (mut seen, mut text) = (BTreeSet::new(), String::new());
    for one in drawn().iter().filter(|one| one.locale == locale) {
        for (_, button) in text::buttons(&one.card) {
            let Some(confirm) = &button.confirm else { continue };
            let asked = question(button, confirm);
            if seen.insert(asked.clone()) {
                let about = if one.what.is_empty() { String::new() } else { format!(" · {}", one.what) };
                text.push_str(&format!("{HEADING}{}{about} · [{}]\n{asked}\n\n", one.golden, button.label));
            }
        }
    }
    text
}

fn question(button: &Button, confirm: &Confirm) -> String {
    let Confirm { title, facts, also, yes, no } = confirm;
    let line = |mark: &str, Field { label, value }: &Field| format!("  {mark} {label}: {value}");
    let mut lines = vec![title.clone()];
    lines.extend(facts.iter().map(|fact| line("•", fact)));
    lines.extend(also.iter().map(|one| line("·", one)));
    lines.push(format!("[{yes}] [{no}]"));
    assert_eq!(*yes, button.label, "the word that says yes is the one that was pressed");
    lines.join("\n")
}

/// What is gone after a button was pressed, as far as its question has to say: the VM, and the snapshot that is named.
struct Gone {
    vm: String,
    snapshot: Option<String>,
    label: Option<&'static str>,
}

/// What a button of a request's message destroys, told from what was asked for and not from how its card is made.
fn gone_by(request: &Request, action: Action) -> Option<Gone> {
    if let Some(bulk) = request.bulk() {
        // The oldest stands first.
        let oldest = &bulk.goes[0].row;
        let (vm, snapshot) = (oldest.vm_name.clone(), Some(oldest.name.clone()));
        let decides = matches!(action, Action::Approve | Action::Confirm | Action::BreakGlass);
        return decides.then_some(Gone { vm, snapshot, label: Some("label-goes") });
    }
    let vm = request.title().name;
    let named = request.plan.as_ref().and_then(|plan| plan.price.snapshot.as_ref()).map(|facts| facts.name.clone());
    let lost = match &request.wish {
        Wish::Revert { .. } | Wish::RevertLatest { .. } => Some("label-lost"),
        Wish::Delete { .. } | Wish::DeleteAll | Wish::DeleteOlder { .. } => Some("label-goes"),
        Wish::Take { .. } | Wish::Consolidate | Wish::Edit { .. } | Wish::Stay { .. } | Wish::PowerOn => None,
    };
    match action {
        Action::Approve | Action::Confirm | Action::BreakGlass => Some(Gone { vm, snapshot: named, label: lost }),
        Action::AskAgain => lost.map(|label| Gone { vm, snapshot: named, label: Some(label) }),
        Action::Delete => {
            let Wish::Take { name, .. } = &request.wish else { panic!("only what was taken is offered to be deleted") };
            Some(Gone { vm, snapshot: Some(name.clone()), label: Some("label-goes") })
        }
        Action::Deny
        | Action::Withdraw
        | Action::Cancel
        | Action::Pick
        | Action::Retry
        | Action::WithoutMemory
        | Action::WithoutQuiesce
        | Action::Consolidate
        | Action::PowerOn
        | Action::Extend
        | Action::Hold
        | Action::Release
        | Action::Show
        | Action::Stop
        | Action::ItRan
        | Action::ItDidNotRun => None,
    }
}

/// Every sample with its cards in both languages.
fn each(check: &mut dyn FnMut(&Golden, &Says, Locale, &Card)) {
    for golden in &goldens() {
        for sample in &golden.messages {
            for locale in Locale::ALL {
                check(golden, &sample.says, locale, &sample.card(locale));
            }
        }
    }
}

#[test]
fn goldens_have_no_button_that_destroys_without_its_question() {
    let mut found = BTreeSet::new();
    each(&mut |golden, says, locale, card| {
        let Says::Posted(request) = says else { return };
        for (_, button) in text::buttons(card) {
            let what = format!("{} in {}: [{}]", golden.name, locale.tag(), button.label);
            let Some(Gone { vm, snapshot, label }) = gone_by(request, button.action) else {
                assert_eq!(button.confirm, None, "{what} destroys nothing");
                continue;
            };
            // Somebody may call things so that they are cut, or shown with other signs.
            let tame = |name: &str| name.is_ascii() && name.len() < 80;
            let confirm = button.confirm.as_ref().unwrap_or_else(|| panic!("{what} asks nothing"));
            let label_vm = say(locale, "label-vm", &[]);
            // Of many, each snapshot is named with its VM.
            let of_vm = |fact: &Field| fact.label == label_vm || request.bulk().is_some();
            let says_vm = |fact: &Field| of_vm(fact) && fact.value.contains(&format!("\"{vm}\""));
            assert!(!tame(&vm) || confirm.facts.iter().any(says_vm), "{what}: which VM? {confirm:?}");
            if let Some(name) = snapshot.filter(|name| tame(name)) {
                let says_name = |fact: &Field| fact.value.contains(&format!("\"{name}\""));
                assert!(confirm.facts.iter().any(says_name), "{what}: which snapshot? {confirm:?}");
            }
            if let Some(label) = label.map(|label| say(locale, label, &[])) {
                let planned = request.plan.is_some() || button.action != Action::Approve;
                let told = confirm.facts.iter().any(|fact| fact.label == label);
                assert!(told || !planned, "{what}: what is lost? {confirm:?}");
            }
            found.insert(button.action.word());
        }
    });
    let expected = ["approve", "ask_again", "break_glass", "confirm", "delete"];
    assert_eq!(found, BTreeSet::from(expected), "each kind is shown by some sample");
}

#[test]
fn goldens_of_lists_ask_before_a_row_deletes_and_delete_what_the_row_names() {
    let mut found = 0;
    each(&mut |golden, says, _, card| {
        let Says::News(news) = says else { return };
        for block in &card.blocks {
            let Block::Row { title, buttons, .. } = block else { continue };
            for button in buttons {
                let what = format!("{}: [{}] of {title}", golden.name, button.label);
                assert_eq!(button.confirm.is_some(), button.action == Action::Delete, "{what}");
                let Some(confirm) = &button.confirm else { continue };
                found += 1;
                // What the question names stands in the row.
                let names = confirm.title.split('"').skip(1).step_by(2);
                names.for_each(|name| assert!(title.contains(&format!("\"{name}\"")), "{what}: {confirm:?}"));
            }
        }
        let chains = match &**news {
            News::Report { report } => report.worst.iter().filter(|one| matches!(one, Finding::Chain(_))).count(),
            News::Crossed { crossings, .. } => {
                crossings.iter().filter(|one| matches!(one.what, Finding::Chain(_))).count()
            }
            News::Frozen { .. }
            | News::Unfrozen { .. }
            | News::BreakGlass { .. }
            | News::Ended { .. }
            | News::ChannelLost { .. }
            | News::Released { .. }
            | News::Ending { .. }
            | News::GroupUnread { .. }
            | News::GroupRead { .. }
            | News::ClockSkew { .. }
            | News::ClocksAgree { .. }
            | News::ChannelUnreached { .. }
            | News::ChannelReached { .. }
            | News::UnknownTasks { .. } => 0,
        };
        let only_shown = card.blocks.iter().filter(|block| {
            matches!(block, Block::Row { buttons, .. } if matches!(buttons.as_slice(), [one] if one.action == Action::Show))
        });
        assert_eq!(only_shown.count(), chains, "{}: a chain is looked at, and nothing else", golden.name);
    });
    assert!(found > 10, "there are rows to look at");
}

#[test]
fn goldens_about_many_snapshots_ask_before_an_approval() {
    let mut found = 0;
    each(&mut |golden, says, locale, card| {
        if !matches!(says, Says::Posted(request) if request.bulk().is_some()) {
            return;
        }
        for button in card.buttons.iter().filter(|button| button.action == Action::Approve) {
            let confirm = button.confirm.as_ref().unwrap_or_else(|| panic!("{} asks nothing", golden.name));
            let goes = say(locale, "label-goes", &[]);
            assert!(confirm.facts.iter().any(|fact| fact.label == goes), "{}: {confirm:?}", golden.name);
            found += 1;
        }
    });
    assert!(found > 0, "there is one to approve");
}
