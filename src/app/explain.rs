//! `snapwarden explain`: which rule decides whether somebody may do something, and why.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{AppError, settled_clients, unread_tags};
use crate::chat::{discord, slack};
use crate::config::{self, Config, Needs};
use crate::domain::command;
use crate::domain::explain::explain;
use crate::domain::ids::{Moref, PersonId, Target, VCenterName, VmRef, VmTitle};
use crate::domain::inventory::Inventory;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::notice::{ApprovalOutcome, Explained, Outcome};
use crate::domain::policy::memberships::{Memberships, Moment};
use crate::domain::policy::{Policy, PolicyVerb};
use crate::engine::ports::{Health, VCenter};

/// How long the VMs may take to be read; after that the name alone is explained.
const PATIENCE: Duration = Duration::from_secs(15);

/// Explains, and gives back what to print.
///
/// # Errors
/// [`AppError`] if the configuration is wrong, or the verb or the VM is not known.
pub async fn run(file: &Path, person: &str, verb: &str, vm: &str) -> Result<String, AppError> {
    let config = config::load(file, Needs::Explain).map_err(AppError::Config)?;
    let Some(verb) = PolicyVerb::parse(verb) else {
        let known: Vec<&str> = PolicyVerb::ALL.iter().map(|verb| verb.name()).collect();
        return Err(AppError::Usage(format!("no verb \"{verb}\"; there are {}", known.join(", "))));
    };
    let (targets, notes) = find(&config, vm).await?;
    let policy = without_platforms(&config.rules.policy);
    let mut lines: Vec<String> = notes.into_iter().map(|why| format!("note: {why}")).collect();
    let several = config.vcenters.len() > 1;
    for target in &targets {
        lines.push(words(&explain(&policy, &PersonId::new(person), verb, target), target, several));
    }
    Ok(lines.join("\n"))
}

/// The rules where no platform was asked who is in its groups, which only the running bot does.
fn without_platforms(policy: &Policy) -> Policy {
    let moment = Moment { wall: Timestamp::UNIX_EPOCH, process: SignedDuration::ZERO };
    Memberships::default().at(policy, &[slack::PLATFORM, discord::PLATFORM], moment).applied()
}

fn words(explained: &Explained, target: &Target, several: bool) -> String {
    let groups = |groups: &[crate::domain::ids::Group]| {
        let names: Vec<&str> = groups.iter().map(|group| group.as_str()).collect();
        if names.is_empty() { "no group".to_owned() } else { names.join(", ") }
    };
    let place = if several { format!("{}/{}", target.vm.vcenter, target.path) } else { target.path.clone() };
    let mut lines = vec![format!("{} {} {} ({place})", explained.person, explained.verb, target.name)];
    lines.push(match &explained.outcome {
        Outcome::Allowed(rule) => format!("  allowed by {rule}"),
        Outcome::Denied(rule) => format!("  denied by {rule}; a deny wins"),
        Outcome::NoRule => format!("  denied: no [[grant]] lets {} do that", groups(&explained.groups)),
        Outcome::TagsUnknown(rule) => {
            format!("  denied: the tags of this VM cannot be read, and {rule} depends on them")
        }
        Outcome::GroupsUnknown { groups: them, rule } => format!(
            "  cannot be said here: {rule} depends on whether {} is in {}, which the running bot alone reads from a chat platform; ask it with /snapshot explain",
            explained.person,
            groups(them)
        ),
        Outcome::UnknownPerson => "  denied: no [[person]] has this name".to_owned(),
    });
    lines.push(match &explained.approval {
        ApprovalOutcome::No => "  needs no approval".to_owned(),
        ApprovalOutcome::Missing => "  destroys work and no [[approval]] covers it: it would be refused".to_owned(),
        ApprovalOutcome::Yes { count, groups: them, rule } => {
            format!("  needs {count} of {} by {rule}", groups(them))
        }
    });
    if let Some(pattern) = &explained.terms.ticket {
        lines.push(format!("  needs a change number like {pattern}"));
    }
    if explained.terms.self_approval {
        lines.push("  the asker's own yes counts, if they are an approver".to_owned());
    }
    if !explained.terms.break_glass.is_empty() {
        lines.push(format!(
            "  {} may break glass: do without the approval, for a reason",
            groups(&explained.terms.break_glass)
        ));
    }
    if explained.terms.safety {
        lines.push("  a snapshot of how the VM is now is taken first".to_owned());
    }
    lines.push(format!("  allowed for {}", groups(&explained.holders)));
    lines.join("\n")
}

/// The VMs that are meant, and what has to be said of how they were read. Where no vCenter can be asked, it is the name as it is.
async fn find(config: &Config, text: &str) -> Result<(Vec<Target>, Vec<String>), AppError> {
    let name_alone = |why: &str| {
        let target = Target {
            vm: VmRef { vcenter: VCenterName::new("?"), moref: Moref::new("?") },
            instance_uuid: None,
            name: text.rsplit('/').next().unwrap_or(text).to_owned(),
            path: text.to_owned(),
            tags: None,
        };
        (vec![target], vec![why.to_owned()])
    };
    if config.vcenters.is_empty() {
        return Ok(name_alone(
            "no vCenter is configured, or its secrets are not on this machine, so the rules are applied to the name alone",
        ));
    }
    let Some((inventory, notes)) = read(config).await? else {
        return Ok(name_alone("no vCenter answered, so the rules are applied to the name alone"));
    };
    let selector = command::vm_selector(text).or_else(|| command::vm_selector(&command::quote(text)));
    let Some(selector) = selector else {
        return Err(AppError::Other("which VM?".to_owned()));
    };
    match lookup::find_vm(&inventory, &selector) {
        VmLookup::One(vm) => Ok((vec![vm.target()], notes)),
        VmLookup::Many(vms) => Ok((vms.iter().map(|vm| vm.target()).collect(), notes)),
        VmLookup::None { nearest } if nearest.is_empty() => Err(AppError::Other(format!("no VM \"{text}\""))),
        VmLookup::None { nearest } => {
            let title = |near: &VmTitle| match &near.vm {
                Some(vm) if config.vcenters.len() > 1 => format!("{}/{}", vm.vcenter, near.name),
                Some(_) | None => near.name.clone(),
            };
            let near: Vec<String> = nearest.iter().map(title).collect();
            Err(AppError::Other(format!("no VM \"{text}\"; did you mean {}?", near.join(", "))))
        }
    }
}

/// The VMs of every vCenter that answers, and for which of them their tags could not be read; none if none answers.
async fn read(config: &Config) -> Result<Option<(Inventory, Vec<String>)>, AppError> {
    let clients = settled_clients(config, PATIENCE).await?;
    let live: Vec<_> = clients.iter().filter(|client| client.health() == Health::Live).collect();
    let vms: Vec<_> = live.iter().flat_map(|client| client.inventory().iter().cloned().collect::<Vec<_>>()).collect();
    let notes: Vec<String> = live.iter().filter_map(|client| unread_tags(client)).collect();
    let any = !live.is_empty();
    for client in &clients {
        client.stop().await;
    }
    Ok(any.then(|| (Inventory::new(vms), notes)))
}
