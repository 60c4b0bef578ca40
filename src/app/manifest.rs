//! `snapwarden manifest`: what a platform is told of the bot, to make an app of it there.

use super::AppError;
pub use crate::chat::discord::manifest::text as discord;
use crate::chat::slack::manifest::{Delivery, manifest};

/// Slack's manifest: for Socket Mode, or for requests to this address.
///
/// # Errors
/// [`AppError::Usage`] if the address is none that Slack would send to.
pub fn slack(public: Option<&str>) -> Result<String, AppError> {
    let Some(public) = public else { return Ok(manifest(Delivery::Socket).trim_end().to_owned()) };
    let url: Option<reqwest::Url> = public.parse().ok();
    let usable = url.is_some_and(|url| url.scheme() == "https" && url.host_str().is_some() && url.query().is_none());
    if !usable {
        return Err(AppError::Usage(format!("{public} is no address that Slack sends to; give https://HOST")));
    }
    Ok(manifest(Delivery::Http(public)).trim_end().to_owned())
}
