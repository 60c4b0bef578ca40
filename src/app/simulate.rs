//! `snapwarden sim`: the simulated vCenter alone, for whoever wants to try a client against it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::RangedI64ValueParser as Counts;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use snapwarden_sim::{Secured, Sim, SimOptions, faults::FaultPlan};

use super::{AppError, serve};

/// The simulator's settings.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where to listen; port 0 picks one.
    #[arg(long, default_value = "127.0.0.1:8989")]
    pub listen: SocketAddr,
    /// How many VMs there are.
    #[arg(long, default_value_t = 40, value_parser = Counts::<usize>::new().range(1..=100_000))]
    pub vms: usize,
    /// How many snapshots each VM has; a natural mix if not given.
    #[arg(long, value_parser = Counts::<usize>::new().range(0..=32))]
    pub snapshots: Option<usize>,
    /// What their variety is made of.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How long a task takes, in seconds.
    #[arg(long, default_value_t = 4.0, value_parser = not_negative)]
    pub task_seconds: f64,
    /// Speak https, with a certificate that it makes and signs itself.
    #[arg(long)]
    pub tls: bool,
    /// How much more than the true time vCenter's clock shows, such as 90s or -3d.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = offset, allow_hyphen_values = true)]
    pub clock_offset: SignedDuration,
    /// How much more than vCenter's the clocks of its hosts show: the dates of new snapshots are theirs.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = offset, allow_hyphen_values = true)]
    pub host_clock_offset: SignedDuration,
    /// What goes wrong, and when.
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
}

fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "expected a number of seconds, 0 or more".to_owned())
}

fn offset(text: &str) -> Result<SignedDuration, String> {
    let span = text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    span.map_err(|_| "expected a duration such as 90s, 2h or -3d".to_owned())
}

/// Serves the simulator until it is told to stop.
///
/// # Errors
/// [`AppError`] if the address is taken or the fault plan is wrong.
pub async fn run(options: Options) -> Result<(), AppError> {
    let faults = match &options.faults {
        Some(file) => FaultPlan::from_file(file).map_err(|error| AppError::Usage(error.to_string()))?,
        None => FaultPlan::default(),
    };
    let stop = serve::shutdown()?;
    let (listener, bound) = serve::bind(options.listen, "--listen").await?;
    let sim = Sim::new(SimOptions {
        vms: options.vms,
        snapshots: options.snapshots,
        seed: options.seed,
        task_seconds: options.task_seconds,
        clock_offset: options.clock_offset,
        host_clock_offset: options.host_clock_offset,
        faults,
        ..SimOptions::default()
    });
    let ended = serve::until(stop.clone());
    let app = sim.router().merge(sim.calls_router());
    let failed = |error: std::io::Error| AppError::Other(format!("cannot make a certificate: {error}"));
    let (server, scheme) = if options.tls {
        let secured = Secured::new(listener).map_err(failed)?;
        (tokio::spawn(async move { sim.serve_app(app, secured, ended).await }), "https")
    } else {
        (tokio::spawn(async move { sim.serve_app(app, listener, ended).await }), "http")
    };
    serve::ready_as(scheme, bound);
    serve::until(stop).await;
    server.abort();
    Ok(())
}
