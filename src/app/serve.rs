//! What every serving command shares: the line on stdout, and the end by Ctrl-C or SIGTERM.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::AppError;

/// How often the metrics' histograms are folded.
const UPKEEP: Duration = Duration::from_secs(5);

/// Binds, or says why not and what gives the address: an option, or a key of the configuration.
pub(super) async fn bind(listen: SocketAddr, given_by: &str) -> Result<(TcpListener, SocketAddr), AppError> {
    let failed = |error: std::io::Error| {
        AppError::Other(format!("cannot listen on {listen}: {error}. Choose another address with {given_by}"))
    };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// How this machine calls a listener: an address that means "every interface" is no address to call.
pub(super) fn callable(bound: SocketAddr) -> SocketAddr {
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, bound.port())
}

/// Says that it serves: the one line that goes to stdout. Where it cannot be written the log has the address, and it serves all the same.
pub(super) fn ready(bound: SocketAddr) {
    ready_as("http", bound);
}

/// The same for another scheme.
pub(super) fn ready_as(scheme: &str, bound: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let said = writeln!(out, "ready {scheme}://{bound}").and_then(|()| out.flush());
    if let Err(error) = said {
        tracing::warn!(%error, "serving on {scheme}://{bound}, which could not be written to stdout");
    }
}

/// Turns true once, on Ctrl-C or SIGTERM. A second signal ends the process at once.
pub(super) fn shutdown() -> Result<watch::Receiver<bool>, AppError> {
    let (tell, told) = watch::channel(false);
    let failed = |error: std::io::Error| AppError::Other(format!("cannot listen to signals: {error}"));
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(failed)?;
    tokio::spawn(async move {
        for round in 0..2 {
            #[cfg(unix)]
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            #[cfg(not(unix))]
            let _signal = tokio::signal::ctrl_c().await;
            if round == 1 {
                std::process::exit(130);
            }
            tell.send_replace(true);
        }
    });
    Ok(told)
}

/// Renders the metrics, and keeps them from growing meanwhile.
pub(super) fn renderer(metrics: PrometheusHandle) -> Arc<dyn Fn() -> String + Send + Sync> {
    let kept = metrics.clone();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(UPKEEP);
        loop {
            every.tick().await;
            kept.run_upkeep();
        }
    });
    Arc::new(move || metrics.render())
}

/// Waits for it.
pub(super) async fn until(mut told: watch::Receiver<bool>) {
    // Without a sender nobody can stop us any more, which is a reason to stop.
    let _over = told.wait_for(|stop| *stop).await;
}
