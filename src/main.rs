//! The command line: what can be asked of the program, and what it exits with.
//!
//! 0 = done, 1 = it did not work, 2 = the configuration or the command line is wrong, 3 = a peer could not be reached.

use std::io::Write;
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
    Demo(demo::Options),
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
    Report(report::Options),
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
    Sim(simulate::Options),
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
        place: audit::Place,
        /// A head that was published, as SEQ:HASH: is it in the chain? May be given more than once.
        #[arg(long = "head", value_name = "SEQ:HASH")]
        heads: Vec<audit::Published>,
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write a row for each audit line.
    Export(audit::ExportOptions),
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
        Command::Demo(options) => {
            let _flushed = log()?;
            demo::run(options, metrics()?).await.map(|()| 0)
        }
        Command::Run { config } => {
            let _flushed = log()?;
            run::run(&config, metrics()?).await.map(|()| 0)
        }
        Command::Check { config, format } => {
            let (text, code) = check::run(&config, format).await?;
            print(&text).map(|()| code)
        }
        Command::Report(options) => fleet_report(&options).await,
        Command::Audit(command) => audit_trail(command),
        Command::Explain { config, person, verb, vm } => {
            print(&explain::run(&config, &person, &verb, &vm).await?).map(|()| 0)
        }
        Command::Sim(options) => {
            let _flushed = log()?;
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
    match command {
        AuditCommand::Verify { place, heads, format } => {
            let (text, code) = audit::verify(&place, &heads, format)?;
            print(&text).map(|()| code)
        }
        AuditCommand::Export(options) => {
            let (said, code) = audit::export(&options)?;
            if let Some(said) = said {
                // Without a stderr there is nobody to tell; the exit code still does.
                let _unheard = writeln!(std::io::stderr(), "{said}");
            }
            Ok(code)
        }
    }
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
