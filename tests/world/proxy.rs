//! A proxy that opens tunnels to the chats and refuses everything else, as the only way out of a network: behind each tunnel stands the chat's
//! fake, under the chat's own name and with a certificate for it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::alone::{Sole, plays_with};

/// `me:sesame`, as it is sent.
const ACCOUNT: &str = "Proxy-Authorization: Basic bWU6c2VzYW1l";

struct Proxy {
    address: SocketAddr,
    /// What the chats' certificates are checked against.
    authority: PathBuf,
    /// How often each host was asked for.
    tunnels: Arc<Mutex<BTreeMap<String, usize>>>,
    /// What was refused.
    refused: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl Proxy {
    async fn start(hosts: &[(&str, SocketAddr)]) -> Self {
        let names: Vec<String> = hosts.iter().map(|(host, _)| (*host).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("authority.pem");
        std::fs::write(&authority, made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let tls = tls.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let tls = TlsAcceptor::from(Arc::new(tls.with_single_cert(vec![made.cert.der().clone()], key).unwrap()));
        let hosts: BTreeMap<String, SocketAddr> =
            hosts.iter().map(|(host, address)| (format!("{host}:443"), *address)).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tunnels, refused) =
            (Arc::<Mutex<BTreeMap<String, usize>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (counted, noted) = (tunnels.clone(), refused.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (hosts, tls, tunnels, refused) = (hosts.clone(), tls.clone(), counted.clone(), noted.clone());
                tokio::spawn(async move {
                    let mut stream = stream;
                    let head = head(&mut stream).await;
                    let target =
                        head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
                    let known =
                        hosts.get(target).filter(|_| head.lines().any(|line| line.eq_ignore_ascii_case(ACCOUNT)));
                    let Some(peer) = known else {
                        refused.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
                        let _gone = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
                        return;
                    };
                    *tunnels.lock().unwrap().entry(target.to_owned()).or_default() += 1;
                    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                    let Ok(mut inside) = tls.accept(stream).await else { return };
                    let mut peer = TcpStream::connect(peer).await.unwrap();
                    let _over = copy_bidirectional(&mut inside, &mut peer).await;
                });
            }
        });
        Self { address, authority, tunnels, refused, _folder: folder }
    }

    fn url(&self) -> String {
        format!("http://me:sesame@{}", self.address)
    }

    /// Nothing was refused, and each of these was reached.
    #[track_caller]
    fn opened(&self, hosts: &[&str]) {
        assert_eq!(*self.refused.lock().unwrap(), [""; 0], "nothing else is asked of the proxy");
        let opened: Vec<String> = self.tunnels.lock().unwrap().keys().cloned().collect();
        assert_eq!(opened, hosts.iter().map(|host| format!("{host}:443")).collect::<Vec<_>>());
    }
}

/// The head of a request.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8_192 {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// The whole of a platform is played through a proxy: once by `[proxy]`, once by the environment.
async fn plays_through(front: &dyn Sole, hosts: &[(&str, SocketAddr)], by_table: bool) {
    let proxy = Proxy::start(hosts).await;
    let authority = proxy.authority.to_str().unwrap().to_owned();
    let address = proxy.address;
    let table = format!("[proxy]\nurl = \"http://{address}\"\nusername = \"me\"\npassword = \"sesame\"\n");
    let (tables, variable) = match by_table {
        true => (table.as_str(), None),
        false => ("", Some(("HTTPS_PROXY", proxy.url()))),
    };
    let variables: Vec<(&str, String)> = [("SSL_CERT_FILE", authority)].into_iter().chain(variable).collect();
    plays_with(front, tables, &variables).await;
    let mut hosts: Vec<&str> = hosts.iter().map(|(host, _)| *host).collect();
    hosts.sort_unstable();
    proxy.opened(&hosts);
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_is_reached_through_a_proxy_by_requests_and_by_its_sockets() {
    for by_table in [true, false] {
        let front = crate::slack::front::SlackFront::start_elsewhere().await;
        let (web, socket) = front.addresses();
        let hosts = [("slack.com", web), ("hooks.slack.com", web), ("wss-primary.slack.com", socket)];
        plays_through(&front, &hosts, by_table).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_is_reached_through_a_proxy_by_requests_and_by_its_gateway() {
    for by_table in [true, false] {
        let front = crate::discord::front::DiscordFront::start_elsewhere().await;
        let (api, gateway) = front.addresses();
        plays_through(&*front, &[("discord.com", api), ("gateway.discord.gg", gateway)], by_table).await;
    }
}
