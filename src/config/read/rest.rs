//! vCenters, store, listeners, channels, preflight, reports and retention.

use std::net::SocketAddr;

use jiff::SignedDuration;
use reqwest::Url;

use super::super::keys::Presence;
use super::super::table::Table;
use super::super::values;
use super::super::{
    AdministrationConfig, ChannelConfig, HttpConfig, ReportConfig, RetentionConfig, StoreConfig, Trust, VCenterConfig,
};
use super::{Names, each_once, rules};
use crate::domain::age::QuietHours;
use crate::domain::ids::{ChannelId, VCenterName};
use crate::domain::policy::glob::Glob;
use crate::domain::preflight;

/// Names of snapshots that have nothing in common: a pattern that fits all of them fits any.
const ORDINARY_NAMES: [&str; 3] = ["before upgrade", "2026-11-22 14:05", "x"];

/// The schemes of an API.
pub(super) const HTTP: [&str; 2] = ["https", "http"];

/// `[[vcenter]]`
pub(super) fn vcenters(tables: &[Table<'_, '_>]) -> Vec<VCenterConfig> {
    let vcenters: Vec<_> = tables.iter().map(vcenter).collect();
    each_once(tables.iter().zip(&vcenters).filter_map(|(table, vcenter)| {
        let name = vcenter.as_ref()?.name.as_str();
        Some((table, "name", name.to_lowercase(), format!("the name {name:?}")))
    }));
    vcenters.into_iter().flatten().collect()
}

fn vcenter(table: &Table<'_, '_>) -> Option<VCenterConfig> {
    let name = table.text("name", |text| {
        if text.contains(['/', ':', '!']) {
            return Err("a slash, a colon or an exclamation mark has a meaning in VM patterns".to_owned());
        }
        Ok(VCenterName::new(text))
    });
    let url = table.text("url", |text| values::url(text, &HTTP));
    let username = table.plain("username");
    let password = table.secret("password");
    let trust = trust(table);
    if let Some(url) = url.as_ref().filter(|url| url.scheme() == "http" && !is_this_machine(url)) {
        table.warning("url", format!("{url} is not encrypted: the password can be read on the way; use https"));
    }
    if trust == Some(Trust::Insecure) {
        table.warning(
            "insecure",
            "any certificate is accepted, so whoever sits in between reads the password; give ca_file or thumbprint instead",
        );
    }
    Some(VCenterConfig { name: name?, url: url?, username: username?, password: password?, trust: trust? })
}

fn trust(table: &Table<'_, '_>) -> Option<Trust> {
    let ca_file = table.path("ca_file");
    let thumbprint = table.text("thumbprint", values::thumbprint);
    let insecure = table.flag("insecure")?;
    let given = [table.has("ca_file"), table.has("thumbprint"), insecure];
    if given.iter().filter(|given| **given).count() > 1 {
        let key = if insecure { "insecure" } else { "thumbprint" };
        table.error(key, "expected at most one of ca_file, thumbprint and insecure = true; remove the others");
        return None;
    }
    match (ca_file, thumbprint) {
        (Some(file), _) => Some(Trust::CaFile(file)),
        (None, Some(thumbprint)) => Some(Trust::Thumbprint(thumbprint)),
        // One of the two is there and could not be read, which is told already.
        (None, None) if table.has("ca_file") || table.has("thumbprint") => None,
        (None, None) if insecure => Some(Trust::Insecure),
        (None, None) => Some(Trust::SystemRoots),
    }
}

/// `[http]`
pub(super) fn http(table: &Table<'_, '_>) -> Option<HttpConfig> {
    let listen = listen(table);
    let public_url = table.text("public_url", |text| values::url(text, &HTTP));
    Some(HttpConfig { listen: listen?, public_url })
}

/// An address to listen on.
pub(super) fn listen(table: &Table<'_, '_>) -> Option<SocketAddr> {
    table.text("listen", |text| {
        text.parse().map_err(|_| {
            if text.starts_with(':') {
                format!("for every address of this machine write 0.0.0.0{text}")
            } else {
                "a name or a port alone does not say which address is meant".to_owned()
            }
        })
    })
}

/// `[store]`
pub(super) fn store(table: &Table<'_, '_>) -> Option<StoreConfig> {
    let kind = table.choice("kind");
    let path = table.path("path");
    let endpoints = table.list("endpoints", |text| values::url(text, &HTTP));
    let prefix = table.plain("prefix");
    let username = table.plain("username");
    let password = table.secret("password");
    let ca_file = table.path("ca_file");
    let kind = kind?;
    let foreign: &[&str] = match kind {
        "sled" => &["endpoints", "prefix", "username", "password", "password_env", "password_file", "ca_file"],
        _ => &["path"],
    };
    for key in foreign.iter().filter(|key| table.has(key)) {
        table.error(key, format!("kind = \"{kind}\" has no such key; remove it or change kind"));
    }
    if kind == "sled" {
        if !table.has("path") {
            table.missing("path");
        }
        return path.map(|path| StoreConfig::Sled { path });
    }
    if !table.has("endpoints") {
        table.missing("endpoints");
    }
    let account = match (username, password) {
        (Some(username), Some(password)) => Some((username, password)),
        (Some(_), None) => {
            if !table.has_secret("password") {
                table.missing("password");
            }
            None
        }
        (None, Some(_)) => {
            table.error("username", "missing: a password without an account opens nothing; give username");
            None
        }
        (None, None) => None,
    };
    let endpoints: Vec<Url> = endpoints?.into_iter().map(|endpoint| endpoint.value).collect();
    if endpoints.is_empty() {
        table.error("endpoints", "expected at least one URL, found an empty list");
    }
    Some(StoreConfig::Etcd { endpoints, prefix: prefix?, account, ca_file })
}

/// `[[channel]]`
pub(super) fn channels(tables: &[Table<'_, '_>]) -> Vec<ChannelConfig> {
    let channels: Vec<_> = tables.iter().map(channel).collect();
    each_once(tables.iter().zip(&channels).filter_map(|(table, channel)| {
        let id = channel.as_ref()?.id.to_string();
        Some((table, "id", id.clone(), format!("the channel {id:?}")))
    }));
    channels.into_iter().flatten().collect()
}

fn channel(table: &Table<'_, '_>) -> Option<ChannelConfig> {
    let id = table.text("id", values::channel_id).map(ChannelId::new);
    let timezone = table.text("timezone", values::zone);
    let locale = table.text("locale", values::locale);
    Some(ChannelConfig { id: id?, timezone: timezone?, locale: locale? })
}

/// `[administration]`
pub(super) fn administration(table: &Table<'_, '_>, names: &Names) -> Option<AdministrationConfig> {
    let groups = rules::groups(table, "groups", names);
    let channel = table.text("channel", values::channel_id).map(ChannelId::new);
    let reconcile = table.text("reconcile", values::clock);
    if groups.as_ref().is_some_and(Vec::is_empty) {
        table.warning("groups", "an empty list means nobody, so nobody can freeze");
    }
    Some(AdministrationConfig { groups: groups?, channel, reconcile: reconcile? })
}

/// `[[report]]`
pub(super) fn reports(tables: &[Table<'_, '_>], names: &Names) -> Vec<ReportConfig> {
    let reports: Vec<_> = tables.iter().map(|table| report(table, names)).collect();
    each_once(tables.iter().zip(&reports).filter_map(|(table, report)| {
        let name = report.as_ref()?.name.clone();
        Some((table, "name", name.clone(), format!("the name {name:?}")))
    }));
    reports.into_iter().flatten().collect()
}

fn report(table: &Table<'_, '_>, names: &Names) -> Option<ReportConfig> {
    let name = table.plain("name");
    let channel = table.text("channel", values::channel_id).map(ChannelId::new);
    let schedule = table.text("schedule", values::schedule);
    let timezone = table.text("timezone", values::zone);
    let vms = rules::vms(table, names);
    let warn_age = table.text("warn_age", values::duration);
    let max_age = table.text("max_age", values::duration);
    let max_depth = table.count("max_depth").and_then(|depth| u8::try_from(depth).ok());
    let max_size = table.text("max_size", values::size);
    let min_free = table.text("min_free", values::min_free);
    let exclude_names = table.list("exclude_names", Glob::parse);
    let locale = table.text("locale", values::locale);
    let silent = table.flag("silent");
    let warnings = table.flag("warnings");
    let quiet_hours = table.text("quiet_hours", QuietHours::parse);
    at_least(table, ("warn_age", warn_age), ("max_age", max_age));
    Some(ReportConfig {
        name: name?,
        channel: channel?,
        schedule: schedule?,
        timezone,
        vms: vms?,
        warn_age: warn_age?,
        max_age: max_age?,
        max_depth: max_depth?,
        max_size,
        min_free: min_free?,
        exclude_names: exclude_names?.into_iter().map(|name| name.value).collect(),
        locale,
        silent: silent?,
        warnings: warnings?,
        quiet_hours,
    })
}

/// `[retention]`
pub(super) fn retention(table: &Table<'_, '_>, names: &Names) -> Option<RetentionConfig> {
    let default_keep = table.text("default_keep", values::duration);
    let max_keep = table.text("max_keep", values::duration);
    let remind = table.list("remind", values::duration);
    let auto_delete = table.flag("auto_delete");
    let vms = rules::vms(table, names);
    at_least(table, ("default_keep", default_keep), ("max_keep", max_keep));
    Some(RetentionConfig {
        default_keep: default_keep?,
        max_keep: max_keep?,
        remind: remind?.into_iter().map(|before| before.value).collect(),
        auto_delete: auto_delete?,
        vms: vms?,
    })
}

/// `[preflight]`
pub(super) fn preflight(table: &Table<'_, '_>) -> Option<preflight::Rules> {
    let backup_names = table.list("backup_names", preflight::Rules::name)?;
    for name in &backup_names {
        if ORDINARY_NAMES.iter().all(|ordinary| name.value.matches(ordinary)) {
            let problem = "this fits every name, so no VM with a snapshot could be reverted and no snapshot deleted";
            table.error_at(name.at, "backup_names", problem);
        }
    }
    Some(preflight::Rules { backup_names: backup_names.into_iter().map(|name| name.value).collect() })
}

/// Notes it where the second duration is shorter than the first, and says so if one of them is a default that nobody wrote.
fn at_least(
    table: &Table<'_, '_>,
    (low_key, low): (&'static str, Option<SignedDuration>),
    (high_key, high): (&'static str, Option<SignedDuration>),
) {
    let (Some(low), Some(high)) = (low, high) else { return };
    if high >= low {
        return;
    }
    let (key, relation, other) =
        if table.has(high_key) { (high_key, "at least", low_key) } else { (low_key, "at most", high_key) };
    let default = match table.spec.key(other).map(|spec| spec.presence) {
        Some(Presence::Default(text)) if !table.has(other) => format!(" (which is {text} unless you say otherwise)"),
        Some(_) | None => String::new(),
    };
    table.error(key, format!("expected {relation} {other}{default}; change one of them"));
}

/// Whether a URL leads to this machine itself, where nothing can be read on the way.
fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}
