//! A bare SOAP client: it sends what a test writes and gives back the text that comes, so that a test sees the wire itself.

use snapwarden_sim::{Sim, SimOptions};

/// A simulator on a port of its own, and a client with a cookie jar of one cookie.
pub(super) struct Wire {
    pub(super) sim: Sim,
    pub(super) url: String,
    http: reqwest::Client,
    cookie: Option<String>,
    end: Option<tokio::sync::oneshot::Sender<()>>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) text: String,
    pub(super) cookie: Option<String>,
}

impl Reply {
    /// The text between the first `<name…>` and the next `</name>`.
    pub(super) fn tag(&self, name: &str) -> Option<&str> {
        tag(&self.text, name)
    }

    /// The fault's type, from the element in its detail.
    pub(super) fn fault(&self) -> Option<&str> {
        let detail = self.text.split_once("<detail>")?.1;
        detail.split_once("xsi:type=\"")?.1.split('"').next()
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    pub(super) fn count(&self, text: &str) -> usize {
        self.text.matches(text).count()
    }
}

impl Wire {
    /// Starts a simulator.
    pub(super) async fn start(options: SimOptions) -> Self {
        Self::serve(Sim::new(options)).await
    }

    /// Starts one that was made already.
    pub(super) async fn serve(sim: Sim) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port of the loopback address");
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = sim.clone();
        tokio::spawn(async move {
            let _ = serving
                .serve(listener, async {
                    let _ = ended.await;
                })
                .await;
        });
        Self { sim, url, http: reqwest::Client::builder().build().unwrap(), cookie: None, end: Some(end) }
    }

    /// Starts one with tasks that end at once, and logs in.
    pub(super) async fn quick(options: SimOptions) -> Self {
        let options = SimOptions { task_seconds: 0.0, ..options };
        let mut wire = Self::start(options).await;
        wire.login().await;
        wire
    }

    /// A client of a simulator that somebody else serves.
    pub(super) fn at(sim: &Sim, address: &str) -> Self {
        Self {
            sim: sim.clone(),
            url: format!("http://{address}"),
            http: reqwest::Client::new(),
            cookie: None,
            end: None,
        }
    }

    /// Another client of the same simulator, on the same session.
    pub(super) fn twin(&self) -> Self {
        Self {
            sim: self.sim.clone(),
            url: self.url.clone(),
            http: self.http.clone(),
            cookie: self.cookie.clone(),
            end: None,
        }
    }

    pub(super) async fn login(&mut self) -> Reply {
        self.log_in_as("user").await
    }

    /// Logs in anew, by this name.
    pub(super) async fn log_in_as(&mut self, typed: &str) -> Reply {
        self.cookie = None;
        let call = format!(
            "<Login><_this type=\"SessionManager\">SessionManager</_this><userName>{typed}</userName>\
             <password>pass</password></Login>"
        );
        let reply = self.call(&call).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        self.cookie.clone_from(&reply.cookie);
        reply
    }

    /// Sends one call.
    pub(super) async fn call(&self, call: &str) -> Reply {
        self.try_call(call).await.unwrap()
    }

    pub(super) async fn try_call(&self, call: &str) -> reqwest::Result<Reply> {
        let body = format!(
            "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"urn:vim25\"><e:Body>{call}</e:Body></e:Envelope>"
        );
        self.post(body).await
    }

    /// Sends any bytes.
    pub(super) async fn post(&self, body: impl Into<reqwest::Body>) -> reqwest::Result<Reply> {
        let mut request =
            self.http.post(format!("{}/sdk", self.url)).header("SOAPAction", "urn:vim25/8.0.3.0").body(body);
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", format!("vmware_soap_session=\"{cookie}\""));
        }
        let response = request.send().await?;
        let cookie = response
            .headers()
            .get("set-cookie")
            .and_then(|line| line.to_str().ok())
            .and_then(|line| line.split('"').nth(1))
            .map(str::to_owned);
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok(Reply { status, text, cookie })
    }

    /// A VM's reference by its name or path.
    pub(super) fn vm(&self, name: &str) -> String {
        self.sim.vm(name).unwrap().moref
    }

    /// Takes a snapshot of a VM and lets it end.
    pub(super) async fn take(&self, vm: &str, name: &str) -> Reply {
        let moref = self.vm(vm);
        self.call(&format!(
            "<CreateSnapshot_Task><_this type=\"VirtualMachine\">{moref}</_this><name>{name}</name>\
             <memory>false</memory><quiesce>false</quiesce></CreateSnapshot_Task>"
        ))
        .await
    }

    /// Reads properties of one object.
    pub(super) async fn read(&self, kind: &str, moref: &str, paths: &[&str]) -> Reply {
        let spec = spec(kind, paths, &format!("<obj type=\"{kind}\">{moref}</obj>"));
        self.call(&format!(
            "<RetrievePropertiesEx><_this type=\"PropertyCollector\">propertyCollector</_this><specSet>{spec}</specSet>\
             <options/></RetrievePropertiesEx>"
        ))
        .await
    }

    /// A filter on the session's own collector; returns the filter's reference.
    pub(super) async fn filter(&self, spec: &str) -> String {
        let reply = self
            .call(&format!(
                "<CreateFilter><_this type=\"PropertyCollector\">propertyCollector</_this><spec>{spec}</spec>\
                 <partialUpdates>false</partialUpdates></CreateFilter>"
            ))
            .await;
        reply.tag("returnval").unwrap_or_else(|| panic!("{}", reply.text)).to_owned()
    }

    /// A container view of all VMs, and the specification that reads these paths through it.
    pub(super) async fn fleet(&self, paths: &[&str]) -> String {
        let reply = self
            .call(
                "<CreateContainerView><_this type=\"ViewManager\">ViewManager</_this><container type=\"Folder\">group-d1\
                 </container><type>VirtualMachine</type><recursive>true</recursive></CreateContainerView>",
            )
            .await;
        let view = reply.tag("returnval").unwrap();
        let follow = "<selectSet xsi:type=\"TraversalSpec\"><name>v</name><type>ContainerView</type><path>view</path>\
                      <skip>false</skip></selectSet>";
        let object = format!("<obj type=\"ContainerView\">{view}</obj><skip>true</skip>{follow}");
        spec("VirtualMachine", paths, &object)
    }

    /// Waits for updates after this version, at the most so many seconds.
    pub(super) async fn wait(&self, version: &str, seconds: u32, more: &str) -> Reply {
        self.call(&wait_call(version, seconds, more)).await
    }

    /// The same, where it may be cut off.
    pub(super) async fn try_wait(&self, version: &str, seconds: u32) -> reqwest::Result<Reply> {
        self.try_call(&wait_call(version, seconds, "")).await
    }
}

fn wait_call(version: &str, seconds: u32, more: &str) -> String {
    format!(
        "<WaitForUpdatesEx><_this type=\"PropertyCollector\">propertyCollector</_this><version>{version}</version>\
         <options><maxWaitSeconds>{seconds}</maxWaitSeconds>{more}</options></WaitForUpdatesEx>"
    )
}

impl Drop for Wire {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
    }
}

/// A filter specification of one object set.
pub(super) fn spec(kind: &str, paths: &[&str], object: &str) -> String {
    let paths: String = paths.iter().map(|path| format!("<pathSet>{path}</pathSet>")).collect();
    format!("<propSet><type>{kind}</type><all>false</all>{paths}</propSet><objectSet>{object}</objectSet>")
}

/// The text between the first `<name…>` and the next `</name>`.
pub(crate) fn tag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text
        .match_indices(&format!("<{name}"))
        .map(|(at, found)| at + found.len())
        .find(|at| text.get(*at..*at + 1).is_some_and(|next| next == ">" || next == " "))?;
    let rest = text.get(start..)?;
    let inside = rest.split_once('>')?.1;
    inside.split_once(&format!("</{name}>")).map(|(inside, _)| inside)
}
