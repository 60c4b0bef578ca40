//! The calls that read properties: `Fetch`, `RetrieveProperties`, `RetrievePropertiesEx` and its further pages.

use super::call::Call;
use super::dispatch::{Answer, Caller, Outcome, Request, nothing};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::retrieve::Page;
use super::select::{FilterSpec, Path};
use super::world::World;
use super::xml::Element;

impl World {
    /// `Fetch`: one property of one object, the way pyvmomi reads attributes. It is no method of vim25's description, but
    /// every vCenter answers it.
    pub(super) fn fetch(&mut self, call: &Call, caller: &Caller) -> Outcome {
        let this = call.this()?;
        let session = self.session(caller);
        if session.is_none() && !matches!(this.kind, Kind::ServiceInstance | Kind::SessionManager) {
            return Err(Fault::not_authenticated(this));
        }
        if !self.exists(session, this) {
            return Err(Fault::gone_id(this));
        }
        let path = Path::read(this.type_name(), call.word("prop"))?;
        let mut out = String::new();
        if let Some(value) = path.of(self, session, this) {
            value.write_typed("returnval", &mut out);
        }
        Ok(Answer::Body(out))
    }

    /// `RetrieveProperties`, which answers with everything at once.
    pub(super) fn retrieve_all(&mut self, request: &Request<'_>) -> Outcome {
        let session = self.session(request.caller);
        let mut out = String::new();
        Page::all(self.specs(request)?, self, session).write("returnval", self, session, &mut out);
        Ok(Answer::Body(out))
    }

    /// `RetrievePropertiesEx`
    pub(super) fn retrieve(&mut self, request: &Request<'_>) -> Outcome {
        let most = request.call.option("maxObjects");
        let page = Page::begin(self.specs(request)?, most, self, self.session(request.caller));
        self.write_page(page, request)
    }

    /// `ContinueRetrievePropertiesEx`
    pub(super) fn retrieve_more(&mut self, request: &Request<'_>) -> Outcome {
        let page = self.take_page(request)?;
        self.write_page(page, request)
    }

    /// `CancelRetrievePropertiesEx`
    pub(super) fn cancel_retrieve(&mut self, request: &Request<'_>) -> Outcome {
        self.take_page(request)?;
        nothing()
    }

    fn take_page(&mut self, request: &Request<'_>) -> Result<Page, Fault> {
        let page = self.own_session(request)?.pages.remove(request.call.word("token"));
        page.ok_or_else(|| Fault::invalid_argument("token"))
    }

    fn specs(&self, request: &Request<'_>) -> Result<Vec<FilterSpec>, Fault> {
        let session = self.session(request.caller);
        let read = |set: &Element| {
            // Asked first: without a session, a view of the session that was is not gone but not to be seen.
            if session.is_none() && !open_to_all(set) {
                return Err(Fault::not_authenticated(Id::only(Kind::PropertyCollector)));
            }
            FilterSpec::read(set, self, session)
        };
        request.call.element.all("specSet").map(read).collect()
    }

    fn write_page(&mut self, mut page: Page, request: &Request<'_>) -> Outcome {
        let mut objects = String::new();
        page.write("objects", self, self.session(request.caller), &mut objects);
        let mut token = String::new();
        if page.more() {
            let key = self.next_number().to_string();
            token = format!("<token>{key}</token>");
            if let Some(session) = self.session_mut(request.caller) {
                session.pages.insert(key, page);
            }
        }
        if objects.is_empty() && token.is_empty() {
            return nothing();
        }
        Ok(Answer::Body(format!("<returnval>{token}{objects}</returnval>")))
    }
}

/// Whether a specification reads only what a client may see before it logs in.
fn open_to_all(spec: &Element) -> bool {
    spec.all("objectSet").all(|set| {
        let kind = set.child("obj").and_then(|object| object.attribute("type"));
        set.child("selectSet").is_none() && matches!(kind, Some("ServiceInstance" | "SessionManager"))
    })
}
