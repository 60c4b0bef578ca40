//! The calls that read properties: `Fetch`, `RetrieveProperties`, `RetrievePropertiesEx` and its further pages.

use super::call::Call;
use super::dispatch::{Answer, Caller, nothing};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::retrieve::Page;
use super::select::FilterSpec;
use super::value::Value;
use super::world::World;
use super::xml::Element;

impl World {
    /// `Fetch`: one property of one object, the way pyvmomi reads attributes. It is no method of vim25's description, but
    /// every vCenter answers it.
    pub(super) fn fetch(&mut self, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let this = call.this()?;
        let session = self.session(caller);
        if session.is_none() && !matches!(this.kind, Kind::ServiceInstance | Kind::SessionManager) {
            return Err(Fault::not_authenticated(this));
        }
        if !self.exists(session, this) {
            return Err(Fault::gone_id(this));
        }
        let path = super::select::Path::read(this.type_name(), call.word("prop"))?;
        let property = self.property(session, this, path.first());
        let found = property.as_ref().and_then(|property| path.within(property));
        Ok(Answer::Body(found.map(rendered_typed).unwrap_or_default()))
    }

    /// `RetrieveProperties` and `RetrievePropertiesEx`.
    pub(super) fn retrieve(&mut self, method: &'static str, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let session = self.session(caller);
        let mut specs = Vec::new();
        for set in call.element.all("specSet") {
            // Asked first: without a session, a view of the session that was is not gone but not to be seen.
            if session.is_none() && !open_to_all(set) {
                return Err(Fault::not_authenticated(Id::only(Kind::PropertyCollector)));
            }
            specs.push(FilterSpec::read(set, self, session)?);
        }
        if method == "RetrieveProperties" {
            let mut out = String::new();
            let mut page = Page::begin(specs, None, self, session).unlimited();
            page.write("returnval", self, session, &mut out);
            return Ok(Answer::Body(out));
        }
        let most = call
            .element
            .child("options")
            .and_then(|options| options.child("maxObjects"))
            .and_then(|most| most.text.trim().parse().ok());
        let page = Page::begin(specs, most, self, session);
        Ok(self.write_page(page, caller))
    }

    /// `ContinueRetrievePropertiesEx`.
    pub(super) fn retrieve_more(&mut self, token: &str, caller: &Caller) -> Result<Answer, Fault> {
        let page = self.session_mut(caller).and_then(|session| session.pages.remove(token));
        let page = page.ok_or_else(|| Fault::invalid_argument("token"))?;
        Ok(self.write_page(page, caller))
    }

    fn write_page(&mut self, mut page: Page, caller: &Caller) -> Answer {
        let mut objects = String::new();
        page.write("objects", self, self.session(caller), &mut objects);
        let mut token = String::new();
        if page.more() {
            let key = format!("{}", self.next_number());
            token = format!("<token>{key}</token>");
            if let Some(session) = self.session_mut(caller) {
                session.pages.insert(key, page);
            }
        }
        if objects.is_empty() && token.is_empty() {
            return nothing();
        }
        Answer::Body(format!("<returnval>{token}{objects}</returnval>"))
    }
}

/// Whether a specification reads only what a client may see before it logs in.
fn open_to_all(spec: &Element) -> bool {
    spec.all("objectSet").all(|set| {
        let kind = set.child("obj").and_then(|object| object.attribute("type"));
        set.child("selectSet").is_none() && matches!(kind, Some("ServiceInstance" | "SessionManager"))
    })
}

fn rendered_typed(value: &Value) -> String {
    let mut out = String::new();
    value.write_typed("returnval", &mut out);
    out
}
