//! Every table of the file, in the order of the reference.

pub(super) mod peers;
pub(super) mod people;
pub(super) mod watch;

use super::table::{Definition, TableSpec};
use peers::{Console, ConsoleChannel, Discord, Http, Proxy, Slack, Store, VCenter};
use people::{Administration, Approval, Deny, Grant, Group, Person};
use watch::{Channel, Preflight, Report, Retention};

/// What reference, schema and example are written from.
pub(super) fn all() -> Vec<TableSpec> {
    vec![
        VCenter::spec(),
        Proxy::spec(),
        Slack::spec(),
        Discord::spec(),
        Http::spec(),
        Console::spec(),
        ConsoleChannel::spec(),
        Channel::spec(),
        Store::spec(),
        Person::spec(),
        Group::spec(),
        Grant::spec(),
        Deny::spec(),
        Approval::spec(),
        Administration::spec(),
        Preflight::spec(),
        Report::spec(),
        Retention::spec(),
    ]
}
