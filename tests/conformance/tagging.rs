//! Just enough of the REST interface to be whoever tags VMs: a session, and requests in JSON.

use reqwest::Method;
use serde_json::{Value, json};

use super::peer::{PASSWORD, USER};

/// Somebody with a session.
pub(super) struct Admin {
    http: reqwest::Client,
    url: String,
    session: String,
}

impl Admin {
    /// Logs in at the peer with this SDK address.
    pub(super) async fn log_in(sdk: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/rest/com/vmware/cis", sdk.trim_end_matches("/sdk"));
        let login = http.post(format!("{url}/session")).basic_auth(USER, Some(PASSWORD)).send().await.unwrap();
        assert_eq!(login.status(), 200);
        let answer: Value = serde_json::from_str(&login.text().await.unwrap()).unwrap();
        Self { http, url, session: answer["value"].as_str().unwrap().to_owned() }
    }

    /// Asks, and gives the status and what came.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        ask(&self.http, method, &format!("{}/{path}", self.url), Some(&self.session), body).await
    }

    /// Asks for something that works.
    pub(super) async fn ok(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer["value"].clone()
    }

    /// Makes a category whose objects may have several of its tags.
    pub(super) async fn category(&self, name: &str) -> String {
        let spec =
            json!({"name": name, "description": "", "cardinality": "MULTIPLE", "associable_types": ["VirtualMachine"]});
        id(self.ok(Method::POST, "tagging/category", Some(json!({"create_spec": spec}))).await)
    }

    /// Makes a tag.
    pub(super) async fn tag(&self, category: &str, name: &str) -> String {
        let spec = json!({"name": name, "description": "", "category_id": category});
        id(self.ok(Method::POST, "tagging/tag", Some(json!({"create_spec": spec}))).await)
    }

    /// Gives a tag another name.
    pub(super) async fn rename(&self, tag: &str, name: &str) {
        let spec = json!({"update_spec": {"name": name}});
        self.ok(Method::PATCH, &format!("tagging/tag/id:{tag}"), Some(spec)).await;
    }

    /// Attaches a tag to a VM, or detaches it.
    pub(super) async fn associate(&self, action: &str, tag: &str, vm: &str) {
        let path = format!("tagging/tag-association/id:{tag}?~action={action}");
        self.ok(Method::POST, &path, Some(json!({"object_id": {"type": "VirtualMachine", "id": vm}}))).await;
    }

    /// The same request without a session, and with one that is none.
    pub(super) async fn stranger(&self, method: Method, path: &str) -> Vec<u16> {
        let url = format!("{}/{path}", self.url);
        let (nobody, _) = ask(&self.http, method.clone(), &url, None, None).await;
        let (forged, _) = ask(&self.http, method, &url, Some("0000"), None).await;
        vec![nobody, forged]
    }

    /// What a login with these gets.
    pub(super) async fn login_with(&self, user: &str, password: &str) -> u16 {
        let login = self.http.post(format!("{}/session", self.url)).basic_auth(user, Some(password));
        login.send().await.unwrap().status().as_u16()
    }
}

async fn ask(
    http: &reqwest::Client,
    method: Method,
    url: &str,
    session: Option<&str>,
    body: Option<Value>,
) -> (u16, Value) {
    let mut request = http.request(method, url);
    if let Some(session) = session {
        request = request.header("vmware-api-session-id", session);
    }
    if let Some(body) = body {
        request = request.header("Content-Type", "application/json").body(body.to_string());
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

fn id(value: Value) -> String {
    value.as_str().expect("an id").to_owned()
}
