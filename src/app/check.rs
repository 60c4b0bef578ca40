//! `snapwarden check`: looks at everything a configuration needs, changes nothing, and says what to do about what is wrong.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;

use super::run::{CONSOLE_LISTEN, HTTP_LISTEN};
use super::{AppError, Format, clients, health, serve};
use crate::chat::front::check::Look;
use crate::chat::{discord, slack};
use crate::config::{self, Config, ConfigError, Needs};
use crate::domain::act::Verb;
use crate::engine::clock::SystemClock;
use crate::engine::clocks::skew_in_words;
use crate::engine::ports::{Clock, Health, ReadError, VCenter};
use crate::vcenter::Client;

/// How long a vCenter may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is to be done about two clocks that differ.
const SKEW_ADVICE: &str = "ages are compared with vCenter's own clock, but set both by one time server";

/// How far back the history of tasks is read to see whether it can be.
const HISTORY: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// What the bot's account needs whatever is asked for: sizes of snapshots and free space are read with it.
const FOR_SIZES: &str = "Datastore.Browse";

/// How something looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but.
    Warning,
    /// It does not work.
    Failed,
    /// It cannot be reached.
    Unreachable,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub what: String,
    /// How it looks.
    pub verdict: Verdict,
    /// What was seen, and what to do.
    pub detail: String,
}

/// What was seen of something that is as it should be, or else how it looks and what to do.
type Seen = Result<String, (Verdict, String)>;

/// Looks, and gives back what to print and whether everything is well.
///
/// # Errors
/// [`AppError::Config`] if the configuration itself is wrong.
pub async fn run(file: &Path, format: Format) -> Result<(String, u8), AppError> {
    let config = config::load(file, Needs::Check).map_err(AppError::Config)?;
    let told = |verdict: Verdict| move |error: &ConfigError| finding("configuration", verdict, error.to_string());
    let mut findings: Vec<Finding> = config.incomplete.iter().map(told(Verdict::Failed)).collect();
    if findings.is_empty() {
        findings.push(finding("configuration", Verdict::Ok, format!("{} is valid", file.display())));
    }
    findings.extend(config.warnings.iter().map(told(Verdict::Warning)));
    findings.extend(config.store.as_deref().map(|path| found("store", folder(path))));
    let console = config.console.as_ref().map(|console| ("console", CONSOLE_LISTEN, console.listen));
    let http = config.http.as_ref().map(|http| ("http", HTTP_LISTEN, http.listen));
    for (what, key, listen) in console.into_iter().chain(http) {
        findings.push(found(what, listener(key, listen).await));
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    for client in clients(&config, &clock)? {
        vcenter(&client, config.names_tags(), &mut findings).await;
    }
    let (channels, groups) = (|platform| channels(&config, platform), &config.rules.policy.platform_groups);
    let mut looks = Vec::new();
    if let Some(settings) = &config.slack {
        let public_url = config.http.as_ref().and_then(|http| http.public_url.as_ref());
        looks.extend(
            slack::check::look(settings, &config.proxies, &channels(slack::PLATFORM), groups, public_url).await,
        );
    }
    if let Some(settings) = &config.discord {
        looks.extend(
            discord::check::look(&super::bot::discord(settings, &config.proxies)?, &channels(discord::PLATFORM)).await,
        );
    }
    findings.extend(looks.into_iter().map(|(what, look)| match look {
        Look::Ok(detail) => finding(&what, Verdict::Ok, detail),
        Look::Doubtful(detail) => finding(&what, Verdict::Warning, detail),
        Look::Wrong(detail) => finding(&what, Verdict::Failed, detail),
        Look::Away(detail) => finding(&what, Verdict::Unreachable, detail),
    }));
    let has = |verdict: Verdict| findings.iter().any(|finding| finding.verdict == verdict);
    let exit = if has(Verdict::Unreachable) {
        3
    } else if !config.incomplete.is_empty() {
        2
    } else {
        u8::from(has(Verdict::Failed))
    };
    Ok((format.text(&findings, |findings| table(findings))?, exit))
}

/// A platform's channels that the configuration names, by their ids there.
fn channels(config: &Config, platform: &str) -> Vec<String> {
    let rules = &config.rules;
    let listed = rules.channels.iter().map(|channel| &channel.id);
    let reports = rules.watch.reports.iter().map(|report| &report.channel);
    let named: BTreeSet<&str> = listed.chain(reports).chain(&rules.alarms).filter_map(|id| id.on(platform)).collect();
    named.into_iter().map(str::to_owned).collect()
}

/// Whether an address can be listened on. A running bot has its own already.
async fn listener(key: &str, listen: SocketAddr) -> Seen {
    match serve::bind(listen, key).await {
        Ok(_) => Ok(format!("{listen} can be listened on")),
        Err(_) if health::run(&format!("http://{}/healthz", serve::callable(listen))).await.is_ok() => {
            let advice = format!("unless it is this one, choose another address with {key}");
            Err((Verdict::Warning, format!("a running bot listens on {listen}; {advice}")))
        }
        Err(error) => Err((Verdict::Failed, error.to_string())),
    }
}

pub(super) fn finding(what: &str, verdict: Verdict, detail: impl Into<String>) -> Finding {
    Finding { what: what.to_owned(), verdict, detail: detail.into() }
}

fn found(what: &str, seen: Seen) -> Finding {
    let (verdict, detail) = seen.map_or_else(|wrong| wrong, |detail| (Verdict::Ok, detail));
    finding(what, verdict, detail)
}

/// What a vCenter says, if it says it in time.
async fn in_time<T>(verdict: Verdict, late: &str, said: impl Future<Output = T>) -> Result<T, (Verdict, String)> {
    tokio::time::timeout(PATIENCE, said).await.map_err(|_| (verdict, late.to_owned()))
}

fn table(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.what.chars().count()).max().unwrap_or(0);
    let line = |finding: &Finding| {
        let verdict = match finding.verdict {
            Verdict::Ok => "ok",
            Verdict::Warning => "warning",
            Verdict::Failed => "FAILED",
            Verdict::Unreachable => "UNREACHABLE",
        };
        format!("{:width$}  {verdict:11}  {}", finding.what, finding.detail)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Whether the bot can write where it keeps everything: by doing so, beside the store and not in it.
fn folder(path: &Path) -> Seen {
    let probe = path.join(".check");
    let written = std::fs::create_dir_all(path)
        .and_then(|()| std::fs::write(&probe, b"snapwarden check\n"))
        .and_then(|()| std::fs::remove_file(&probe));
    let failed = |error| (Verdict::Failed, format!("{} cannot be written: {error}", path.display()));
    written.map(|()| format!("{} can be written", path.display())).map_err(failed)
}

async fn vcenter(client: &Client, names_tags: bool, findings: &mut Vec<Finding>) {
    let what = format!("vcenter {}", client.name());
    let late = "no answer in time; does the vCenter have a list of addresses that may reach it?";
    let about = in_time(Verdict::Unreachable, late, client.about()).await;
    let about = match about.and_then(|about| about.map_err(|error| (verdict_of(&error), error.to_string()))) {
        Ok(about) => about,
        Err(wrong) => return findings.push(found(&what, Err(wrong))),
    };
    let detail = format!("{} as {}, speaking {}", about.full_name, about.account, about.spoken_version);
    findings.push(finding(&what, Verdict::Ok, detail));
    // It was read with what is known about it.
    let skew = client.ahead().and_then(skew_in_words);
    let seen = skew.map_or_else(
        || Ok("agrees with this machine's".to_owned()),
        |skew| Err((Verdict::Warning, format!("{skew}: {SKEW_ADVICE}"))),
    );
    findings.push(found(&format!("{what} clock"), seen));
    vms(client, &what, findings).await;
    findings.push(found(&format!("{what} tasks"), history(client, about.server_time).await));
    if names_tags && client.health() == Health::Live {
        findings.push(found(&format!("{what} tags"), tags(client).await));
    }
    client.stop().await;
}

/// vCenter that answers is reached, whatever it says.
fn verdict_of(error: &ReadError) -> Verdict {
    match error {
        ReadError::Fault(_) => Verdict::Failed,
        ReadError::Unreachable(_) => Verdict::Unreachable,
    }
}

/// Whether the tasks of the last minutes can be read, as they are every night to be compared with the journal.
async fn history(client: &Client, server_time: jiff::Timestamp) -> Seen {
    let since = server_time.saturating_sub(HISTORY).unwrap_or(server_time);
    let late = "the history of tasks could not be read in time";
    let told = in_time(Verdict::Warning, late, client.own_tasks(Some(since))).await?.map_err(|error| {
        (Verdict::Warning, format!("{error}: the nightly comparison with the journal cannot be made"))
    })?;
    Ok(format!("{} of the bot's account in the last 10 minutes", told.tasks.len()))
}

/// Whether the VMs' tags can be read, which rules of this configuration look at.
async fn tags(client: &Client) -> Seen {
    in_time(Verdict::Failed, "they could not be read in time", client.tags_settled()).await?;
    if let Some(why) = client.tags_problem() {
        return Err((Verdict::Failed, format!("{why}. Until then, what depends on them is refused")));
    }
    let inventory = client.inventory();
    let tagged = inventory.iter().filter(|vm| vm.tags.as_ref().is_some_and(|tags| !tags.is_empty())).count();
    let seen: BTreeSet<_> = inventory.iter().flat_map(|vm| vm.tags.iter().flatten()).collect();
    let seen: Vec<String> = seen.into_iter().map(ToString::to_string).collect();
    Ok(format!("{tagged} VMs have {} tags: {}", seen.len(), seen.join(", ")))
}

/// The privileges of `config/vcenter-role.md`: those of every verb, each once, and what needs no verb.
fn privileges() -> Vec<&'static str> {
    let mut privileges: Vec<&str> = Vec::new();
    for privilege in Verb::ALL.into_iter().flat_map(|verb| verb.spec().privileges).copied().chain([FOR_SIZES]) {
        if !privileges.contains(&privilege) {
            privileges.push(privilege);
        }
    }
    privileges
}

/// The inventory as the bot would have it, and the privileges on one of its VMs.
async fn vms(client: &Client, what: &str, findings: &mut Vec<Finding>) {
    let (sink, mut told) = mpsc::unbounded_channel();
    client.start(sink);
    let live = async { while client.health() != Health::Live && told.recv().await.is_some() {} };
    if let Err(late) = in_time(Verdict::Failed, "its VMs could not be read in time", live).await {
        return findings.push(found(what, Err(late)));
    }
    let inventory = client.inventory();
    let Some(vm) = inventory.iter().find(|vm| !vm.template) else {
        let hint = "the account sees no VM: give it the role of config/vcenter-role.md on the folder of the VMs";
        return findings.push(finding(&format!("{what} VMs"), Verdict::Failed, hint));
    };
    findings.push(finding(&format!("{what} VMs"), Verdict::Ok, format!("{} VMs", inventory.len())));
    let wanted = privileges();
    let what = format!("{what} privileges");
    let held = match client.privileges(&vm.vm.moref, &wanted).await {
        Ok(held) => held,
        Err(error) => {
            let detail = format!("could not be asked for: {error}");
            return findings.push(finding(&what, Verdict::Warning, detail));
        }
    };
    let missing = wanted.iter().zip(&held).filter(|(_, held)| !**held).map(|(name, _)| *name);
    // Only the button after a revert needs it.
    let optional_ones = Verb::PowerOn.spec().privileges;
    let (needed, optional): (Vec<&str>, Vec<&str>) = missing.partition(|name| !optional_ones.contains(name));
    findings.push(if needed.is_empty() {
        finding(&what, Verdict::Ok, format!("all that are needed (checked on \"{}\")", vm.name))
    } else {
        finding(&what, Verdict::Failed, format!("missing on \"{}\": {}", vm.name, needed.join(", ")))
    });
    if !optional.is_empty() {
        let detail = format!("without {} nobody is offered to power a VM on after a revert", optional.join(", "));
        findings.push(finding(&what, Verdict::Warning, detail));
    }
}
