//! The command line: what can be asked of the program, and what it exits with.
//!
//! 0 = done, 1 = it did not work, 2 = the configuration or the command line is wrong, 3 = a peer could not be reached.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use snapwarden::app::{
    AppError, Format, audit, check, config, demo, explain, health, manifest, report, run, simulate, telemetry,
};

/// Snapshots of vCenter VMs, asked for in chat, approved by the right person, done once, written down.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    /// How log lines on stderr are written.
    #[arg(long, global = true, value_enum, default_value_t = telemetry::LogFormat::Text)]
    log: telemetry::LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process: a simulated vCenter, sample people and a web console. Needs nothing.
    Demo {
        /// Where to listen; port 0 picks one.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// How many VMs there are.
        #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        vms: u32,
        /// What their variety is made of.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How much faster than usual vCenter's tasks are.
        #[arg(long, default_value_t = 1.0, value_parser = positive)]
        speed: f64,
        /// Where requests are kept over restarts; a temporary folder if not given.
        #[arg(long, value_name = "DIR")]
        state: Option<PathBuf>,
        /// Open the page in a browser.
        #[arg(long)]
        open: bool,
    },
    /// Run the bot of a configuration.
    Run {
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Look at everything that a configuration needs, and say what to do about what is wrong.
    Check {
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// The fleet's snapshots: how many, how old, how large, whose. May be run beside a running bot.
    Report {
        /// The configuration; its [[vcenter]], [store], [[report]] and [[channel]] are read.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Which [[report]]; the first if not given, and every VM where there is none.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long, value_enum, default_value_t = report::Format::Table)]
        format: report::Format,
        /// Where to; standard output if not given. A file that is there is replaced once the new one is whole.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Exit with 1 where something is over this limit. May be given more than once.
        #[arg(long, value_name = "LIMIT", value_enum)]
        fail_on: Vec<report::FailOn>,
    },
    /// The audit trail: prove that it is whole, or hand it on. May be run beside a running bot.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Say which rule decides whether somebody may do something, and why.
    Explain {
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        person: String,
        verb: String,
        vm: String,
    },
    /// A simulated vCenter that speaks SOAP, for trying clients against it.
    Sim {
        /// Where to listen; port 0 picks one.
        #[arg(long, default_value = "127.0.0.1:8989")]
        listen: SocketAddr,
        /// How many VMs there are.
        #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        vms: u32,
        /// How many snapshots each VM has; a natural mix if not given.
        #[arg(long, value_parser = clap::value_parser!(u32).range(0..=32))]
        snapshots: Option<u32>,
        /// What their variety is made of.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How long a task takes, in seconds.
        #[arg(long, default_value_t = 4.0, value_parser = not_negative)]
        task_seconds: f64,
        /// What goes wrong, and when.
        #[arg(long, value_name = "FILE")]
        faults: Option<PathBuf>,
    },
    /// Things about the configuration file.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// What a chat platform is told of the bot, to make an app of it there.
    #[command(subcommand)]
    Manifest(ManifestCommand),
    /// Ask a running bot whether it is ready; for a container's health check.
    Health {
        /// What is asked.
        #[arg(long, env = "SNAPWARDEN_HEALTH_URL", default_value = "http://127.0.0.1:8080/readyz")]
        url: String,
    },
}

#[derive(Debug, Subcommand)]
enum ManifestCommand {
    /// The manifest that https://api.slack.com/apps takes, for Socket Mode.
    Slack {
        /// For HTTP mode instead: where Slack reaches the bot's [http], `https://bot.example.com`.
        #[arg(long, value_name = "URL")]
        http: Option<String>,
    },
    /// The invite link with the least permissions, step by step.
    Discord {
        /// The application's id, for a link that can be opened.
        #[arg(long, value_name = "ID")]
        application: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Go through the whole hash chain, and say where it ends or which line does not fit.
    Verify {
        #[command(flatten)]
        place: AuditPlace,
        /// A head that was published, as SEQ:HASH: is it in the chain? May be given more than once.
        #[arg(long = "head", value_name = "SEQ:HASH")]
        heads: Vec<audit::Published>,
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write a row for each audit line.
    Export {
        #[command(flatten)]
        place: AuditPlace,
        /// Only what was written from then on: a date (its beginning in UTC) or an RFC 3339 time.
        #[arg(long, value_name = "DATE")]
        from: Option<audit::Since>,
        /// Where to; standard output if not given. A file that is there is replaced once the new one is whole.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[arg(long, value_enum, default_value_t = audit::ExportFormat::Jsonl)]
        format: audit::ExportFormat,
    },
}

/// Where the journal is.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct AuditPlace {
    /// The configuration; only its [store] is read.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A folder with the journal's files, such as a copy, instead of a configuration.
    #[arg(long, value_name = "DIR")]
    journal: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the configuration's JSON schema.
    Schema,
    /// Print a commented example.
    Example,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&AppError::Other(format!("the runtime did not start: {error}"))),
    };
    let done = runtime.block_on(dispatch(cli.command, cli.log));
    // What still waits (a lookup, a connection that hangs) is not waited for.
    runtime.shutdown_background();
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(&error),
    }
}

async fn dispatch(command: Command, format: telemetry::LogFormat) -> Result<u8, AppError> {
    let log = || telemetry::start_logging(format).map_err(|error| AppError::Other(error.to_string()));
    let metrics = || telemetry::start_metrics().map_err(|error| AppError::Other(error.to_string()));
    match command {
        Command::Demo { listen, vms, seed, speed, state, open } => {
            log()?;
            let options = demo::Options { listen, vms: count(vms), seed, speed, state, open };
            demo::run(options, metrics()?).await.map(|()| 0)
        }
        Command::Run { config } => {
            log()?;
            run::run(&config, metrics()?).await.map(|()| 0)
        }
        Command::Check { config, format } => {
            let (text, code) = check::run(&config, format).await?;
            print(&text).map(|()| code)
        }
        Command::Report { config, name, format, out, fail_on } => {
            fleet_report(&report::Options { config, name, format, out, fail_on }).await
        }
        Command::Audit(command) => audit_trail(command),
        Command::Explain { config, person, verb, vm } => {
            print(&explain::run(&config, &person, &verb, &vm).await?).map(|()| 0)
        }
        Command::Sim { listen, vms, snapshots, seed, task_seconds, faults } => {
            log()?;
            let snapshots = snapshots.map(count);
            let options = simulate::Options { listen, vms: count(vms), snapshots, seed, task_seconds, faults };
            simulate::run(options).await.map(|()| 0)
        }
        Command::Manifest(ManifestCommand::Discord { application }) => {
            print(&manifest::discord(application.as_deref())).map(|()| 0)
        }
        Command::Config(ConfigCommand::Schema) => {
            let schema = serde_json::to_string_pretty(&config::schema());
            print(&schema.map_err(|error| AppError::Other(error.to_string()))?).map(|()| 0)
        }
        Command::Config(ConfigCommand::Example) => print(&config::example()).map(|()| 0),
        Command::Manifest(ManifestCommand::Slack { http }) => print(&manifest::slack(http.as_deref())?).map(|()| 0),
        Command::Health { url } => health::run(&url).await.map(|()| 0),
    }
}

async fn fleet_report(options: &report::Options) -> Result<u8, AppError> {
    use std::io::IsTerminal;
    if options.format == report::Format::Png && options.out.is_none() && std::io::stdout().is_terminal() {
        return Err(AppError::Usage("a picture is nothing for a terminal; give --out FILE.png".to_owned()));
    }
    let report::Made { out, notes, code } = report::run(options).await?;
    for note in notes {
        // Without a stderr there is nobody to tell; the exit code still does.
        let _unheard = writeln!(std::io::stderr(), "note: {note}");
    }
    let written = std::io::stdout().lock().write_all(&out);
    written.map_err(|error| AppError::Other(format!("cannot write to stdout: {error}")))?;
    Ok(code)
}

fn audit_trail(command: AuditCommand) -> Result<u8, AppError> {
    let place = |place: AuditPlace| match (place.config, place.journal) {
        (Some(file), _) => Ok(audit::Place::Config(file)),
        (None, Some(folder)) => Ok(audit::Place::Folder(folder)),
        (None, None) => Err(AppError::Usage("--config FILE or --journal DIR is needed".to_owned())),
    };
    match command {
        AuditCommand::Verify { place: at, heads, format } => {
            let (text, code) = audit::verify(&place(at)?, &heads, format)?;
            print(&text).map(|()| code)
        }
        AuditCommand::Export { place: at, from, out, format } => {
            let options = audit::ExportOptions { place: place(at)?, from, format, out };
            let (said, code) = audit::export(&options)?;
            if let Some(said) = said {
                // Without a stderr there is nobody to tell; the exit code still does.
                let _unheard = writeln!(std::io::stderr(), "{said}");
            }
            Ok(code)
        }
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn print(text: &str) -> Result<(), AppError> {
    let mut out = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write!(out, "{text}{end}").map_err(|error| AppError::Other(format!("cannot write to stdout: {error}")))
}

fn fail(error: &AppError) -> ExitCode {
    // Without a stderr there is nobody to tell; the exit code still does.
    let _unheard = writeln!(std::io::stderr(), "{error}");
    ExitCode::from(error.exit_code())
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("expected a number greater than 0, such as 10 or 0.5".to_owned()),
    }
}

fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => Err("expected a number of seconds, 0 or more".to_owned()),
    }
}
