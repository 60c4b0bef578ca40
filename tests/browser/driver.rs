//! A browser for tests: started, waited for, and gone again whatever happens.
//!
//! Waiting is done inside the page: a condition is looked at every few milliseconds by the page itself until it holds, so that no
//! test sleeps and a test that waits in vain says for what.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Mutex, MutexGuard};

/// How long a condition may take to hold, in milliseconds. A machine with two cores starts a page in one tenth of it.
const PATIENCE_MS: u64 = 15_000;

/// One browser at a time: each takes a core and some 200 MB.
static TURN: Mutex<()> = Mutex::const_new(());

/// A running browser with one page.
pub(crate) struct Browser {
    client: Client,
    session: String,
    port: u16,
    driver: Child,
    _profile: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts a browser for the named test, or says that it is skipped where there is none.
    pub(crate) async fn start(test: &str) -> Option<Self> {
        let turn = TURN.lock().await;
        let (driver, port) = match driver() {
            Ok(driver) => driver,
            Err(missing) => {
                assert!(
                    std::env::var("SNAPWARDEN_REQUIRE_PEERS").as_deref() != Ok("1"),
                    "{test} needs chromedriver: {missing}"
                );
                told!("skipped {test}: chromedriver cannot be started ({missing})");
                return None;
            }
        };
        let profile = tempfile::tempdir().unwrap();
        let client = connect(port, profile.path()).await;
        let session = client.session_id().await.unwrap().unwrap();
        Some(Self { client, session, port, driver, _profile: profile, _turn: turn })
    }

    /// Opens a page and waits until its scripts have started.
    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
        self.until("document.documentElement.dataset.ready === 'yes'").await;
    }

    /// Waits until a JavaScript expression holds.
    pub(crate) async fn until(&self, condition: &str) {
        let script = format!(
            "const end = performance.now() + {PATIENCE_MS};
             while (performance.now() < end) {{
               if ({condition}) return null;
               await new Promise((next) => setTimeout(next, 10));
             }}
             return document.body.innerText;"
        );
        let seen = self.eval(&script).await;
        assert!(
            seen.is_null(),
            "waited in vain for {condition}\non a page that says:\n{}",
            seen.as_str().unwrap_or("?")
        );
    }

    /// Runs a script in the page; a promise is waited for.
    pub(crate) async fn eval(&self, script: &str) -> Value {
        let whole = format!("return (async () => {{ {script} }})()");
        self.client.execute(&whole, Vec::new()).await.unwrap_or_else(|error| panic!("{error}\nin {script}"))
    }

    /// The element for a CSS selector, once it is there and seen.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let quoted = json!(css);
        self.until(&format!("document.querySelector({quoted})?.checkVisibility()")).await;
        self.client.find(Locator::Css(css)).await.unwrap()
    }

    /// Clicks what a CSS selector names.
    pub(crate) async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// The text of what a CSS selector names.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// Types into whatever has the focus.
    pub(crate) async fn keys(&self, text: &str) {
        self.client.active_element().await.unwrap().send_keys(text).await.unwrap();
    }

    /// Presses one key where the focus is.
    pub(crate) async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Types a command and sends it.
    pub(crate) async fn command(&self, text: &str) {
        self.click("#command").await;
        self.keys(text).await;
        // What is proposed meanwhile must not turn Enter into something else.
        self.press(Key::Escape).await;
        self.press(Key::Enter).await;
    }

    /// What stands in the command box.
    pub(crate) async fn boxed(&self) -> String {
        self.find("#command").await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Becomes another of the demo's people.
    pub(crate) async fn become_person(&self, id: &str) {
        self.click(&format!("label.person:has(input[value={id}])")).await;
    }

    /// Clicks a button that asks once more, and says yes.
    pub(crate) async fn click_and_confirm(&self, css: &str) {
        self.click(css).await;
        self.click("dialog.confirm [data-answer=yes]").await;
    }

    /// A CSS selector for a channel's message by its id.
    pub(crate) fn message(id: &str) -> String {
        format!("#messages > li[data-id='{id}']")
    }

    /// Gives the page a size, down to a telephone's, which a window cannot have.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        self.until(&format!("innerWidth === {width}")).await;
    }

    /// Makes the system's colours light or dark.
    pub(crate) async fn scheme(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Fails if the page complained: a broken script, a refused inline style, a failed call.
    pub(crate) async fn no_complaints(&self) {
        let log = self.post("se/log", &json!({"type": "browser"})).await;
        let entries = log["value"].as_array().unwrap_or_else(|| panic!("no log: {log}"));
        let complaints: Vec<&Value> = entries.iter().filter(|entry| entry["level"] != "INFO").collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    /// Keeps a picture where `SNAPWARDEN_SHOTS` says, if it does.
    pub(crate) async fn shot(&self, name: &str) {
        if let Ok(folder) = std::env::var("SNAPWARDEN_SHOTS") {
            let png = self.client.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
        }
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let answer = self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters})).await;
        assert!(answer["value"].get("error").is_none(), "{answer}");
    }

    /// A call of chromedriver's own, which WebDriver does not have.
    async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("http://127.0.0.1:{}/session/{}/{path}", self.port, self.session);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let bytes = client.post(url).body(body.to_string()).send().await.unwrap().bytes().await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }
}

impl Drop for Browser {
    /// Ends the browser before its driver: a driver that is killed leaves its browser behind. Blocking, because a failed test
    /// unwinds through here.
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let request =
                format!("DELETE /session/{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", self.session);
            let _ = stream.write_all(request.as_bytes());
            // The answer comes when the browser has gone; the connection would stay open.
            let _ = stream.read(&mut [0; 512]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A chromedriver and its port. It takes a free port of IPv4 and then wants the same one of IPv6, which may be somebody else's: then it
/// ends, and another one is started.
fn driver() -> std::io::Result<(Child, u16)> {
    for _ in 0..5 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(port) = port_of(&mut driver) {
            return Ok((driver, port));
        }
        driver.wait()?;
    }
    panic!("chromedriver has ended five times before it listened");
}

/// The port that chromedriver says it listens on; none if it ends.
fn port_of(driver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let rest = line.split("successfully on port ").nth(1)?;
        rest.trim_end_matches('.').parse().ok()
    });
    // Whatever else it says is read away, or it would stand still once the pipe is full.
    std::thread::spawn(move || lines.for_each(drop));
    port
}

async fn connect(port: u16, profile: &std::path::Path) -> Client {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=en",
        "--window-size=1280,860",
        &format!("--user-data-dir={}", profile.display()),
    ];
    let wanted = json!({
        "goog:chromeOptions": {"args": arguments},
        "goog:loggingPrefs": {"browser": "ALL"},
    });
    let Value::Object(wanted) = wanted else { unreachable!("an object was written above") };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted);
    builder.connect(&format!("http://127.0.0.1:{port}")).await.unwrap()
}
