//! How others are reached: directly, or through an HTTP proxy that opens tunnels (`CONNECT`).
//!
//! One rule for requests and for WebSockets, and for all peers that are reached through it. This machine never is.

use std::time::Duration;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use tokio::net::TcpStream;
use tower_service::Service;

/// How long a TCP connection may take to be made, to the platform or to the proxy.
const CONNECT: Duration = Duration::from_secs(5);

/// Hosts that are reached directly whatever is configured, as `NO_PROXY` writes them.
const THIS_MACHINE: &str = "localhost,127.0.0.0/8,::1";

/// Which hosts are reached through which proxy.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    proxy: Option<Proxy>,
}

#[derive(Clone)]
struct Proxy {
    /// With a name and a password where it wants them.
    url: Url,
    /// Hosts that are reached without it, as `NO_PROXY` writes them.
    except: String,
    /// Whether it is for encrypted connections only, as that of `HTTPS_PROXY` is.
    https_only: bool,
}

impl Proxies {
    /// Everything by this proxy, but for these hosts.
    pub fn through(url: Url, except: &[String]) -> Self {
        Self { proxy: Some(Proxy { url, except: except.join(","), https_only: false }) }
    }

    /// What the environment says: `HTTPS_PROXY`, else `ALL_PROXY`, and `NO_PROXY`, in capitals or not.
    ///
    /// # Errors
    /// The variable's name and what is wrong with it.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let read = |name: &str| {
            let (lower, upper) = (name.to_lowercase(), name.to_owned());
            [upper, lower].into_iter().find_map(|name| variable(&name).filter(|value| !value.trim().is_empty()))
        };
        let Some((name, value)) = ["HTTPS_PROXY", "ALL_PROXY"].into_iter().find_map(|name| Some((name, read(name)?)))
        else {
            return Ok(Self::default());
        };
        let value = if value.contains("://") { value } else { format!("http://{value}") };
        // The value may hold a password.
        let url = parse(&value).map_err(|why| format!("{name} in the environment: {why}"))?;
        Ok(Self { proxy: Some(Proxy { url, except: read("NO_PROXY").unwrap_or_default(), https_only: true }) })
    }

    /// A client that follows these rules, whatever the environment says.
    ///
    /// # Errors
    /// If the proxy's address is none.
    pub(crate) fn client(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, String> {
        let builder = builder.no_proxy();
        let Some(proxy) = &self.proxy else { return Ok(builder) };
        let made = if proxy.https_only { reqwest::Proxy::https } else { reqwest::Proxy::all };
        let made = made(proxy.url.clone()).map_err(|error| error.to_string())?;
        Ok(builder.proxy(made.no_proxy(reqwest::NoProxy::from_string(&proxy.except()))))
    }

    /// A connection to the host of a URL (`wss`, `ws`, `https` or `http`), before any TLS to it.
    ///
    /// # Errors
    /// What could not be reached, in words for an administrator; never the address itself, which may be secret.
    pub(crate) async fn connect(&self, url: &Url) -> Result<TcpStream, String> {
        let secure = matches!(url.scheme(), "wss" | "https");
        let scheme = if secure { "https" } else { "http" };
        let host = url.host_str().ok_or("an address without a host")?;
        let port = url.port().unwrap_or(if secure { 443 } else { 80 });
        let target: axum::http::Uri =
            format!("{scheme}://{host}:{port}").parse().map_err(|_| "no address of a host")?;
        let mut direct = HttpConnector::new();
        direct.set_connect_timeout(Some(CONNECT));
        direct.set_nodelay(true);
        direct.enforce_http(false);
        let Some(through) = self.proxy.as_ref().and_then(|proxy| proxy.rules().intercept(&target)) else {
            let stream = direct.call(target).await.map_err(|_| format!("{host} cannot be reached"))?;
            return Ok(stream.into_inner());
        };
        let proxy = through.uri().authority().map(ToString::to_string).unwrap_or_default();
        let tunnel = Tunnel::new(through.uri().clone(), direct);
        let mut tunnel = match through.basic_auth() {
            Some(auth) => tunnel.with_auth(auth.clone()),
            None => tunnel,
        };
        let stream = tunnel.call(target).await;
        stream.map(|stream| stream.into_inner()).map_err(|error| format!("{host} through the proxy {proxy}: {error}"))
    }
}

impl Proxy {
    fn except(&self) -> String {
        format!("{THIS_MACHINE},{}", self.except)
    }

    fn rules(&self) -> Matcher {
        let rules = Matcher::builder().no(self.except());
        let url = self.url.as_str();
        if self.https_only { rules.https(url) } else { rules.all(url) }.build()
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({}:{:?})", self.url.host_str().unwrap_or_default(), self.url.port_or_known_default())
    }
}

/// A proxy's address.
///
/// # Errors
/// What is expected.
pub fn parse(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|_| "expected a URL such as http://proxy.example.com:3128".to_owned())?;
    match url.scheme() {
        "http" if url.has_host() => Ok(url),
        _ => Err("expected a URL that begins with http://: the proxy opens tunnels, and what goes through them is \
                  encrypted up to the platform"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests;
