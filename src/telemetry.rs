//! Logs to stderr, figures for Prometheus, and the names of both in one place.
//!
//! Stdout belongs to what a command answers (`ready http://…`, a report), so that it can be piped. A log line reads alone, is
//! written once, where a failure is handled, and carries neither secrets nor whole payloads.

use std::io::IsTerminal;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

mod lines;

pub use lines::Flush;

/// The environment variable that says what is logged, in the words of tracing's filters: `info,snapwarden::vcenter=debug`.
pub const LOG_VARIABLE: &str = "SNAPWARDEN_LOG";

/// What is logged where nothing else is said. The HTTP and WebSocket crates tell every connection at `info`.
const DEFAULT_FILTER: &str = "warn,snapwarden=info";

/// Upper bounds of the buckets of everything that is measured in seconds. From a click's acknowledgement (chats want it in 3 s)
/// to a merge that takes a night.
const SECONDS: [f64; 14] =
    [0.005, 0.025, 0.1, 0.25, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 43_200.0];

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One line to read, coloured on a terminal.
    Text,
    /// One JSON object a line, for a log collector.
    Json,
}

/// Why logs or figures could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("{LOG_VARIABLE}: expected a filter such as {DEFAULT_FILTER:?}: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Something has been set up already in this process.
    #[error("logs or figures were set up already: {0}")]
    Twice(String),
    /// Nothing can be written beside the work.
    #[error("the log's thread did not start: {0}")]
    Thread(#[from] std::io::Error),
}

/// Sends the log of the whole process to stderr, filtered by [`LOG_VARIABLE`]. To be called once, before anything else runs; what it gives is
/// kept until the end.
pub fn start_logging(format: LogFormat) -> Result<Flush, TelemetryError> {
    let filter = std::env::var(LOG_VARIABLE).ok();
    let coloured = std::io::stderr().is_terminal();
    let (lines, flush) = lines::lines(std::io::stderr())?;
    let subscriber = subscriber(format, filter.as_deref(), coloured, lines)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|error| TelemetryError::Twice(error.to_string()))?;
    Ok(flush)
}

/// A log with this format, filter and place, for one process or for one test.
fn subscriber<W>(
    format: LogFormat,
    filter: Option<&str>,
    coloured: bool,
    writer: W,
) -> Result<Box<dyn tracing::Subscriber + Send + Sync>, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = filter.filter(|filter| !filter.trim().is_empty()).unwrap_or(DEFAULT_FILTER);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(silenced(EnvFilter::try_new(filter)?))
        .with_ansi(coloured)
        // Its default prints what could not be logged, which panics where stderr is what cannot be written.
        .log_internal_errors(false)
        .with_writer(writer);
    Ok(match format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

/// Without what the WebSocket's crates write that nobody may read: whole messages, and with them the tokens of interactions. What becomes of
/// connections the adapters say themselves.
fn silenced(filter: EnvFilter) -> EnvFilter {
    let never = ["tungstenite=off", "tokio_tungstenite=off"].into_iter().filter_map(|directive| directive.parse().ok());
    never.fold(filter, EnvFilter::add_directive)
}

/// Collects the figures of the whole process. The handle renders them for `/metrics`, on a listener that is the caller's;
/// its `run_upkeep` has to be called now and then (every few seconds) so that histograms do not grow.
pub fn start_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let recorder = recorder().map_err(|error| TelemetryError::Twice(error.to_string()))?;
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| TelemetryError::Twice(error.to_string()))?;
    describe();
    Ok(handle)
}

fn recorder() -> Result<PrometheusRecorder, BuildError> {
    let builder = PrometheusBuilder::new();
    Ok(builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?.build_recorder())
}

/// Tells the recorder what every figure means.
fn describe() {
    for metric in names::ALL {
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, metric.help),
            Kind::Gauge => describe_gauge!(metric.name, metric.help),
            Kind::Seconds => describe_histogram!(metric.name, Unit::Seconds, metric.help),
        }
    }
}

/// A figure: its name and what it tells.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// The name, as Prometheus shows it.
    pub name: &'static str,
    /// What is counted.
    pub kind: Kind,
    /// One sentence, with the labels that it has.
    pub help: &'static str,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something that only grows; its name ends in `_total`.
    Counter,
    /// Something that goes up and down.
    Gauge,
    /// How long something took; its name ends in `_seconds`.
    Seconds,
}

/// The names of all figures. Labels hold words from closed sets only: never a VM's, a snapshot's or a person's name.
pub mod names {
    use super::{Kind, Metric};

    /// Declares each figure as a constant and lists all of them.
    macro_rules! metrics {
        ($($name:ident = $text:literal, $kind:ident, $help:literal;)*) => {
            $(
                #[doc = $help]
                pub const $name: &str = $text;
            )*

            /// Every figure.
            pub const ALL: &[Metric] = &[$(Metric { name: $text, kind: Kind::$kind, help: $help }),*];
        };
    }

    metrics! {
        LOG_LINES_LOST = "snapwarden_log_lines_lost_total", Counter, "Log lines that could not be written: the disk is full, the reader has gone or does not read.";
        SIGN_IN_FAILURES = "snapwarden_sign_in_failures_total", Counter, "Sign-ins to the console with a token that is nobody's.";
        INBOUND = "snapwarden_inbound_total", Counter, "What people typed or pressed, by platform.";
        REQUESTS = "snapwarden_requests_total", Counter, "Requests that ended, by verb and final state.";
        REQUESTS_OPEN = "snapwarden_requests_open", Gauge, "Requests that are not at their end, by state.";
        APPROVAL_WAIT = "snapwarden_approval_wait_seconds", Seconds, "From asking to the end of waiting for approval, by the state that followed.";
        ARRIVAL_TIME = "snapwarden_arrival_seconds", Seconds, "From an event's arrival to its commit, when its platform is told that it arrived, by platform.";
        INBOX_BATCH = "snapwarden_inbox_batch", Gauge, "How many events the last commit of the inbox covered.";
        COMMIT_TIME = "snapwarden_store_commit_seconds", Seconds, "How long a durable commit took.";
        COMMIT_FAILURES = "snapwarden_store_commit_failures_total", Counter, "Commits that did not happen, by kind of error.";
        STORE_WRITABLE = "snapwarden_store_writable", Gauge, "Whether the store can be written: 1 or 0. At 0 nothing that changes a VM is begun.";
        JOURNAL_LINES = "snapwarden_journal_lines", Gauge, "The number of the journal's last line.";
        VCENTER_CALLS = "snapwarden_vcenter_calls_total", Counter, "Calls to vCenters, by vCenter, call and result.";
        VCENTER_CALL_TIME = "snapwarden_vcenter_call_seconds", Seconds, "How long a vCenter took to answer, by vCenter and call.";
        VCENTER_LIVE = "snapwarden_vcenter_live", Gauge, "Whether a vCenter's inventory is being kept: 1 or 0, by vCenter.";
        VCENTER_LOGINS = "snapwarden_vcenter_logins_total", Counter, "Sessions that had to be opened, by vCenter.";
        VMS = "snapwarden_vms", Gauge, "VMs in the live inventory, by vCenter.";
        SNAPSHOTS = "snapwarden_snapshots", Gauge, "Snapshots in the live inventory, by vCenter.";
        TASKS_FOLLOWED = "snapwarden_tasks_followed", Gauge, "vCenter tasks that are being followed, by vCenter.";
        TASK_TIME = "snapwarden_task_seconds", Seconds, "From the call to the end of its request, by verb and final state.";
        UNKNOWN_TASKS = "snapwarden_unknown_tasks_total", Counter, "Tasks of the bot's own account in vCenter's history that no request explains.";
        UNREAD_GROUPS = "snapwarden_unread_groups", Gauge, "Groups of the configuration whose members cannot be read from a chat platform now.";
        MESSAGES_GIVEN_UP = "snapwarden_messages_given_up_total", Counter, "Messages that were given up before they said how their request ended.";
        CHAT_CALLS = "snapwarden_chat_calls_total", Counter, "Posts and edits of messages, by platform and result.";
        CHAT_LAG = "snapwarden_chat_lag", Gauge, "Messages that do not show yet what is true, by platform.";
        COALESCED = "snapwarden_messages_coalesced_total", Counter, "Message states that a newer one replaced before they could be shown, by platform.";
        UNREACHED_CHANNELS = "snapwarden_unreached_channels", Gauge, "Channels that take no messages now, so that reports and warnings for them are kept.";
        UNDELIVERABLE = "snapwarden_undeliverable_messages_total", Counter, "Messages that their channel does not take, so that their askers are told directly.";
        SLACK_EVENTS = "snapwarden_slack_events_total", Counter, "What Slack sent, by kind.";
        SLACK_UNREADABLE = "snapwarden_slack_unreadable_events_total", Counter, "What Slack sent and cannot be read.";
        SLACK_LATE_ACKS = "snapwarden_slack_late_acks_total", Counter, "Events acknowledged before they were written down, since the store was slow.";
        SLACK_LOST_ANSWERS = "snapwarden_slack_lost_answers_total", Counter, "Answers that could not be shown to the person who asked.";
        SLACK_PLAIN = "snapwarden_slack_plain_messages_total", Counter, "Messages that Slack took only as plain text.";
        SLACK_LIMITED = "snapwarden_slack_limited_total", Counter, "Calls that Slack answered with 429; they are made again.";
        SLACK_RECONNECTS = "snapwarden_slack_reconnects_total", Counter, "Socket Mode connections that ended and were opened again.";
        SLACK_CONNECTION_ERRORS = "snapwarden_slack_connection_errors_total", Counter, "Socket Mode connections that could not be opened or broke.";
        SLACK_REFUSED = "snapwarden_slack_refused_requests_total", Counter, "HTTP requests that were not Slack's, by reason.";
        SLACK_UNREAD_GROUPS = "snapwarden_slack_unread_groups_total", Counter, "Readings of user groups that failed.";
        DISCORD_GATEWAY_ENDS = "snapwarden_discord_gateway_ends_total", Counter, "Gateway connections that ended and were opened again.";
        DISCORD_UNREADABLE = "snapwarden_discord_unreadable_events_total", Counter, "What Discord sent and cannot be read, by kind.";
        DISCORD_RESUMED = "snapwarden_discord_resumed_total", Counter, "Gateway sessions that were resumed without a loss.";
        DISCORD_UNANSWERED = "snapwarden_discord_unanswered_total", Counter, "Interactions whose first answer did not reach Discord.";
        DISCORD_FORGED = "snapwarden_discord_forged_total", Counter, "HTTP requests that were not Discord's, by reason.";
        DISCORD_LIMITED = "snapwarden_discord_limited_total", Counter, "Calls that Discord answered with 429, by route; they are made again.";
        DISCORD_REFUSALS = "snapwarden_discord_refusals_total", Counter, "Calls that Discord refused, by HTTP status.";
    }
}

#[cfg(test)]
mod tests;
