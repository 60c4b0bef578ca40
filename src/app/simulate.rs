//! `snapwarden sim`: the simulated vCenter alone, for whoever wants to try a client against it.

use std::net::SocketAddr;
use std::path::PathBuf;

use snapwarden_sim::{Sim, SimOptions, faults::FaultPlan};

use super::{AppError, serve};

/// The simulator's settings.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 picks one.
    pub listen: SocketAddr,
    /// How many VMs there are.
    pub vms: usize,
    /// How many snapshots each has; a natural mix if not given.
    pub snapshots: Option<usize>,
    /// What their variety is made of.
    pub seed: u64,
    /// How long a task takes, in seconds.
    pub task_seconds: f64,
    /// What goes wrong, and when.
    pub faults: Option<PathBuf>,
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
        faults,
        ..SimOptions::default()
    });
    let ended = serve::until(stop.clone());
    let app = sim.router().merge(sim.calls_router());
    let server = tokio::spawn(async move { sim.serve_app(app, listener, ended).await });
    serve::ready(bound)?;
    serve::until(stop).await;
    server.abort();
    Ok(())
}
