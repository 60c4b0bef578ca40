//! `snapwarden health`: asks a running bot whether it is ready, so that an image without a shell can check itself.

use std::time::Duration;

use super::AppError;

/// A health check that takes longer has its answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks one address, such as `http://127.0.0.1:8080/readyz`.
///
/// # Errors
/// [`AppError::Unreachable`] if nothing answers, or the answer is no.
pub async fn run(url: &str) -> Result<(), AppError> {
    let failed = |error: reqwest::Error| AppError::Unreachable(format!("{url}: {error}"));
    // What is asked is this machine's own; a proxy of the environment has no part in it.
    let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build();
    let client = client.map_err(failed)?;
    let answer = client.get(url).send().await.map_err(failed)?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let why = answer.text().await.unwrap_or_default();
    Err(AppError::Unreachable(format!("{url} is not ready ({status}): {why}")))
}
