//! The calls that read properties once: `Fetch`, `RetrieveProperties`, `RetrievePropertiesEx` and its further pages.

use std::collections::{HashMap, VecDeque};

use super::call::Call;
use super::dispatch::{Answer, Caller, Outcome, Request, many, nothing, value};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::select::{FilterSpec, Path};
use super::session::Session;
use super::value::{Data, Value, data};
use super::world::World;
use super::xml::Element;

/// How many objects one answer of `RetrievePropertiesEx` holds at the most. A real server sets its own limit too, so that a
/// client that does not go on by the token is wrong there as well.
const PAGE_MOST: usize = 1000;

/// A read that was not given out to its end.
#[derive(Debug)]
pub(super) struct Page {
    specs: Vec<FilterSpec>,
    rest: VecDeque<(usize, Id)>,
    most: usize,
}

impl Page {
    /// Everything that the specifications select, in one answer, as the old `RetrieveProperties` has it.
    fn all(specs: Vec<FilterSpec>, world: &World, session: Option<&Session>) -> Self {
        let mut rest = VecDeque::new();
        for (place, spec) in specs.iter().enumerate() {
            rest.extend(spec.select(world, session).objects.into_iter().map(|id| (place, id)));
        }
        Self { specs, rest, most: usize::MAX }
    }

    /// The next objects. Those that are gone meanwhile are left out.
    pub(super) fn next(&mut self, world: &World, session: Option<&Session>) -> Vec<Data> {
        let mut paths: HashMap<(usize, &'static str), Option<Vec<Path>>> = HashMap::new();
        let mut objects = Vec::new();
        while objects.len() < self.most
            && let Some((place, id)) = self.rest.pop_front()
        {
            let Some(spec) = self.specs.get(place) else { continue };
            let wanted = paths.entry((place, id.type_name())).or_insert_with(|| spec.paths(id));
            let wanted = wanted.as_ref().filter(|_| world.exists(session, id));
            objects.extend(wanted.map(|wanted| content(world, session, id, wanted)));
        }
        objects
    }

    /// Whether there is more.
    pub(super) fn more(&self) -> bool {
        !self.rest.is_empty()
    }
}

/// The value of every wanted path of an object, none where it is unset; an error where the account may not read it.
pub(super) fn values<'a>(
    world: &'a World,
    session: Option<&'a Session>,
    id: Id,
    wanted: &'a [Path],
) -> impl Iterator<Item = (&'a Path, Result<Option<Value>, Data>)> {
    let hidden = world.hides_properties(id);
    // Paths with the same first step stand side by side, so that its property is made once.
    let mut made = ("", None);
    wanted.iter().map(move |path| {
        if hidden && !matches!(path.first(), "name" | "parent" | "effectiveRole") {
            let fault = Fault::no_permission(id, "System.Read").localized();
            return (path, Err(data! { MissingProperty { path: &path.text, fault } }));
        }
        if path.first() != made.0 {
            made = (path.first(), world.property(session, id, path.first()));
        }
        (path, Ok(made.1.as_ref().and_then(|property| path.within(property)).cloned()))
    })
}

/// `ObjectContent`
fn content(world: &World, session: Option<&Session>, id: Id, wanted: &[Path]) -> Data {
    let (mut set, mut missing) = (Vec::new(), Vec::new());
    for (path, value) in values(world, session, id, wanted) {
        match value {
            Ok(Some(val)) => set.push(data! { DynamicProperty { name: &path.text, val } }),
            Ok(None) => {}
            Err(why) => missing.push(why),
        }
    }
    data! { ObjectContent {
        obj: id,
        propSet: Value::list("DynamicProperty", set),
        missingSet: Value::list("MissingProperty", missing),
    } }
}

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
        many(Page::all(self.specs(request)?, self, session).next(self, session))
    }

    /// `RetrievePropertiesEx`
    pub(super) fn retrieve(&mut self, request: &Request<'_>) -> Outcome {
        let most = request.call.most("maxObjects", PAGE_MOST);
        let page = Page::all(self.specs(request)?, self, self.session(request.caller));
        self.answer_page(Page { most, ..page }, request)
    }

    /// `ContinueRetrievePropertiesEx`
    pub(super) fn retrieve_more(&mut self, request: &Request<'_>) -> Outcome {
        let page = self.take_page(request)?;
        self.answer_page(page, request)
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

    fn answer_page(&mut self, mut page: Page, request: &Request<'_>) -> Outcome {
        let objects = page.next(self, self.session(request.caller));
        let token = page.more().then(|| self.next_number().to_string());
        if let (Some(token), Some(session)) = (&token, self.session_mut(request.caller)) {
            session.pages.insert(token.clone(), page);
        }
        if objects.is_empty() && token.is_none() {
            return nothing();
        }
        value(data! { RetrieveResult { token, objects: Value::list("ObjectContent", objects) } })
    }
}

/// Whether a specification reads only what a client may see before it logs in.
fn open_to_all(spec: &Element) -> bool {
    spec.all("objectSet").all(|set| {
        let kind = set.child("obj").and_then(|object| object.attribute("type"));
        set.child("selectSet").is_none() && matches!(kind, Some("ServiceInstance" | "SessionManager"))
    })
}
