//! `snapwarden demo`: everything in one process, without an account, a server or a configuration.
//!
//! The simulated vCenter is mounted at `/sdk` of the same listener as the console, and the bot talks to it over HTTP like to any
//! other, so what the demo shows is what the bot does.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedI64ValueParser as Counts;
use metrics_exporter_prometheus::PrometheusHandle;
use snapwarden_sim::{Sim, SimOptions};

use super::listener::Doors;
use super::token_key::token_key;
use super::{AppError, Bot, serve};
use crate::chat::console;
use crate::config::{self, Config};
use crate::domain::ids::VCenterName;
use crate::engine::clock::SystemClock;
use crate::engine::ports::Health;
use crate::vcenter::{Address, Trust, VCenterConfig};

/// What the simulated vCenter is called in messages.
const VCENTER: &str = "demo";

/// The account that the bot uses on the simulated vCenter; other clients may use it too.
const ACCOUNT: (&str, &str) = ("user", "pass");

/// How long a task takes at speed 1, in seconds: long enough to be watched.
const TASK_SECONDS: f64 = 4.0;

/// The file below `--state` that has the simulated vCenter. Its VMs and tasks go on after a restart, as a real vCenter's do.
const SIM_FILE: &str = "simulated-vcenter.json";

/// How long the first read of the simulated VMs may take before the demo says that it is ready all the same.
const FIRST_READ: Duration = Duration::from_secs(10);

/// The demo's settings.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where to listen; port 0 picks one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How many VMs there are.
    #[arg(long, default_value_t = 40, value_parser = Counts::<usize>::new().range(1..=100_000))]
    pub vms: usize,
    /// What their variety is made of.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How much faster than usual vCenter's tasks are.
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    pub speed: f64,
    /// Where requests are kept over restarts; a temporary folder if not given.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Open the page in a browser.
    #[arg(long)]
    pub open: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "expected a number greater than 0, such as 10 or 0.5".to_owned())
}

/// Serves the demo until it is told to stop.
///
/// # Errors
/// [`AppError`] if the address is taken, or the state folder cannot be used.
pub async fn run(options: Options, metrics: PrometheusHandle) -> Result<(), AppError> {
    let stop = serve::shutdown()?;
    let (listener, bound) = serve::bind(options.listen, "--listen").await?;
    let (state, temporary) = match &options.state {
        Some(dir) => (dir.clone(), None),
        None => {
            let dir = tempfile::tempdir().map_err(|error| AppError::Other(format!("no temporary folder: {error}")))?;
            (dir.path().to_owned(), Some(dir))
        }
    };
    let store = super::run::open_store(&state)?;
    let tokens = token_key(&state)?;
    let sim = simulator(&options)?;

    let config = configuration(bound, &state)?;
    let bot = Bot::start(&config, Arc::new(store), Arc::new(SystemClock), tokens).await?;
    let host = bot.host(Some(sim.clone()), serve::renderer(metrics));
    let channels = config.console.as_ref().map(|console| console.channels.clone()).unwrap_or_default();
    let guarded = console::Options { listen: bound, identity: console::Identity::Chosen, hosts: Vec::new(), channels };
    let page = console::router(bot.console.clone(), bot.handle.clone(), host, guarded.clone());
    // A page of another site could drive the simulated vCenter as it could the console.
    let app = console::guarded(sim.router(), &guarded).fallback_service(page);
    let server = tokio::spawn(Doors::for_one_address().serve(listener, app, stop.clone()));

    first_read(&bot).await;
    serve::ready(bound);
    if options.open {
        open_page(bound);
    }
    serve::until(stop).await;
    bot.stop().await;
    // Clients of the simulator may hold a wait open for minutes; nobody has to be waited for any more.
    sim.close();
    server.abort();
    drop(temporary);
    Ok(())
}

/// The simulated vCenter: with `--state` the one that was there before.
fn simulator(options: &Options) -> Result<Sim, AppError> {
    let wanted = SimOptions {
        vms: options.vms,
        seed: options.seed,
        task_seconds: TASK_SECONDS / options.speed,
        username: ACCOUNT.0.to_owned(),
        password: ACCOUNT.1.to_owned(),
        ..SimOptions::default()
    };
    match &options.state {
        None => Ok(Sim::new(wanted)),
        Some(dir) => Sim::persistent(wanted, &dir.join(SIM_FILE)).map_err(|error| {
            AppError::Other(format!(
                "{error}. Remove that file to begin with a new simulated vCenter, or choose another folder with --state"
            ))
        }),
    }
}

fn configuration(bound: SocketAddr, state: &Path) -> Result<Config, AppError> {
    let mut config = config::demo().map_err(AppError::Config)?;
    let url = reqwest::Url::parse(&format!("http://{}/sdk", serve::callable(bound))).map_err(|error| error.to_string());
    let url = url.and_then(Address::of).map_err(|error| AppError::Other(format!("the demo's own address: {error}")))?;
    config.vcenters.push(VCenterConfig {
        name: VCenterName::new(VCENTER),
        url,
        username: ACCOUNT.0.to_owned(),
        password: ACCOUNT.1.into(),
        trust: Trust::SystemRoots,
        proxies: None,
    });
    config.store = Some(state.to_owned());
    Ok(config)
}

/// Waits until the VMs are known, so that the first command finds them.
async fn first_read(bot: &Bot) {
    let live = async {
        while bot.handle.parts().fleet.iter().any(|vcenter| vcenter.health() != Health::Live) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    if tokio::time::timeout(FIRST_READ, live).await.is_err() {
        tracing::warn!("the simulated VMs are not read yet");
    }
}

/// Opens the page with what the desktop has for that. It is a convenience: if there is none, the line on stdout says where.
fn open_page(bound: SocketAddr) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let url = format!("http://{bound}/");
    if let Err(error) = std::process::Command::new(opener).arg(&url).spawn() {
        tracing::warn!(%error, url, "no browser could be opened");
    }
}
