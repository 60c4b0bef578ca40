//! The operations of the REST interface: one table of requests, and what is done for each.
//!
//! Paths, queries and bodies are those that govmomi's `vapi/tags` and `vapi/rest` send, which a vCenter serves from 6.5 on.

use axum::http::{HeaderMap, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::id::Id;
use super::rest::Refusal;
use super::tagging::Tag;
use super::world::World;

/// One request, of somebody whose session is known unless it is to open one.
pub(super) struct Ask<'a> {
    pub(super) headers: &'a HeaderMap,
    /// What stands behind `/id:` in the path; empty where there is none.
    pub(super) id: &'a str,
    pub(super) body: &'a [u8],
}

/// An answer's content, if it has any.
pub(super) type Done = Result<Option<Value>, Refusal>;

/// One operation.
pub(super) struct Operation {
    /// The HTTP method, the path behind `/rest/com/vmware/cis/` with `*` for an id, and the query's `~action` behind `?`.
    request: &'static str,
    /// Its name in vAPI, for the list of calls and for fault plans.
    pub(super) name: &'static str,
    /// The privilege that it needs; empty where it needs none.
    privilege: &'static [&'static str],
    answer: fn(&mut World, &Ask<'_>) -> Done,
}

macro_rules! operations {
    ($($request:literal is $name:literal $(needs $privilege:literal)? => $answer:expr;)*) => {
        const OPERATIONS: &[Operation] = &[$(Operation {
            request: $request,
            name: concat!("com.vmware.cis.", $name),
            privilege: &[$($privilege)?],
            answer: $answer,
        }),*];
    };
}

operations! {
    "POST session" is "session.create" => World::open_rest_session;
    "POST session?get" is "session.get" => World::get_rest_session;
    "DELETE session" is "session.delete" => World::delete_rest_session;
    "GET tagging/category" is "tagging.category.list" => World::list_categories;
    "POST tagging/category" is "tagging.category.create" needs "InventoryService.Tagging.CreateCategory"
        => |world, ask| some(world.create_category(ask.part("create_spec")?)?);
    "GET tagging/category/*" is "tagging.category.get" needs "System.Read"
        => |world, ask| some(model(ask.id, json!(world.category(ask.id)?)));
    "DELETE tagging/category/*" is "tagging.category.delete" needs "InventoryService.Tagging.DeleteCategory"
        => |world, ask| none(world.delete_category(ask.id));
    "GET tagging/tag" is "tagging.tag.list" => |world, _| some(tag_ids(world, |_| true));
    "POST tagging/tag" is "tagging.tag.create" needs "InventoryService.Tagging.CreateTag" => World::create_tag_of;
    "GET tagging/tag/*" is "tagging.tag.get" needs "System.Read" => World::get_tag;
    "PATCH tagging/tag/*" is "tagging.tag.update" needs "InventoryService.Tagging.EditTag" => World::update_tag_of;
    "DELETE tagging/tag/*" is "tagging.tag.delete" needs "InventoryService.Tagging.DeleteTag"
        => |world, ask| none(world.delete_tag(ask.id));
    "POST tagging/tag/*?list-tags-for-category" is "tagging.tag.list_tags_for_category" needs "System.Read"
        => World::list_tags_for_category;
    "POST tagging/tag-association/*?attach" is "tagging.tag_association.attach"
        needs "InventoryService.Tagging.AttachTag" => |world, ask| none(world.attach(ask.id, ask.object()?));
    "POST tagging/tag-association/*?detach" is "tagging.tag_association.detach"
        needs "InventoryService.Tagging.AttachTag" => |world, ask| none(world.detach(ask.id, ask.object()?));
    "POST tagging/tag-association/*?list-attached-objects" is "tagging.tag_association.list_attached_objects"
        needs "System.Read" => |world, ask| some(objects(world.tag(ask.id)?));
    "POST tagging/tag-association?list-attached-tags" is "tagging.tag_association.list_attached_tags"
        => |world, ask| some(tags_of(world, ask.object()?));
    "POST tagging/tag-association?list-attached-objects-on-tags"
        is "tagging.tag_association.list_attached_objects_on_tags" => World::list_attached_objects_on_tags;
    "POST tagging/tag-association?list-attached-tags-on-objects"
        is "tagging.tag_association.list_attached_tags_on_objects" => World::list_attached_tags_on_objects;
}

impl Operation {
    /// The operation of a request, and the id in its path. `path` is what stands behind `/rest/`.
    pub(super) fn find<'a>(
        method: &Method,
        path: &'a str,
        action: Option<&str>,
    ) -> Result<(&'static Self, &'a str), Refusal> {
        let inside = path.strip_prefix("com/vmware/cis/").unwrap_or_default();
        let (resource, id) = inside.rsplit_once("/id:").unwrap_or((inside, ""));
        let star = if inside.contains("/id:") { "/*" } else { "" };
        let action = action.map(|action| format!("?{action}")).unwrap_or_default();
        let request = format!("{method} {resource}{star}{action}");
        let found = OPERATIONS.iter().find(|operation| operation.request == request);
        found.map(|operation| (operation, id)).ok_or_else(|| Refusal::no_such_operation(method.as_str(), path))
    }

    /// Answers, if the account may ask for it.
    pub(super) fn done(&self, world: &mut World, ask: &Ask<'_>) -> Done {
        if let Some(privilege) = self.privilege.iter().find(|privilege| world.lacks(privilege)) {
            return Err(Refusal::unauthorized(&format!("{privilege} is missing")));
        }
        (self.answer)(world, ask)
    }

    /// Whether it needs no session.
    pub(super) fn opens_session(&self) -> bool {
        self.request == "POST session"
    }
}

/// `DynamicID`
#[derive(Deserialize)]
struct DynamicId {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

impl DynamicId {
    fn object(&self) -> Option<Id> {
        Id::parse(&self.kind, &self.id)
    }
}

impl Ask<'_> {
    /// A member of the body.
    fn part<T: DeserializeOwned>(&self, name: &str) -> Result<T, Refusal> {
        let mut body = serde_json::from_slice::<Value>(self.body).map_err(Refusal::unreadable)?;
        let part = body.get_mut(name).map(Value::take).unwrap_or_default();
        serde_json::from_value(part).map_err(Refusal::unreadable)
    }

    /// The object that it is about.
    fn object(&self) -> Result<Id, Refusal> {
        let object = self.part::<DynamicId>("object_id")?.object();
        object.ok_or_else(|| Refusal::unauthorized("there is no such object"))
    }
}

impl World {
    fn list_categories(&mut self, _ask: &Ask<'_>) -> Done {
        let readable = !self.lacks("System.Read");
        some(self.tagging.categories.keys().filter(|_| readable).cloned().collect::<Value>())
    }

    fn get_tag(&mut self, ask: &Ask<'_>) -> Done {
        let Tag { name, description, category, .. } = self.tag(ask.id)?;
        some(model(ask.id, json!({"name": name, "description": description, "category_id": category})))
    }

    fn create_tag_of(&mut self, ask: &Ask<'_>) -> Done {
        #[derive(Deserialize)]
        struct TagSpec {
            name: String,
            description: String,
            category_id: String,
        }
        let spec: TagSpec = ask.part("create_spec")?;
        let tag = Tag { description: spec.description, ..Tag::new(&spec.name, spec.category_id) };
        some(self.create_tag(tag)?)
    }

    fn update_tag_of(&mut self, ask: &Ask<'_>) -> Done {
        #[derive(Deserialize)]
        struct TagChange {
            name: Option<String>,
            description: Option<String>,
        }
        let TagChange { name, description } = ask.part("update_spec")?;
        none(self.update_tag(ask.id, name, description))
    }

    fn list_tags_for_category(&mut self, ask: &Ask<'_>) -> Done {
        self.category(ask.id)?;
        some(tag_ids(self, |tag| tag.category == ask.id))
    }

    /// A tag that is not there, or not for this account, is left out and no error: the operation has none for it.
    fn list_attached_objects_on_tags(&mut self, ask: &Ask<'_>) -> Done {
        let ids: Vec<String> = ask.part("tag_ids")?;
        let row = |id: &String| Some(json!({"tag_id": id, "object_ids": objects(self.readable_tag(id)?)}));
        some(ids.iter().filter_map(row).collect::<Value>())
    }

    /// An object that is not there is left out, too.
    fn list_attached_tags_on_objects(&mut self, ask: &Ask<'_>) -> Done {
        let ids: Vec<DynamicId> = ask.part("object_ids")?;
        let there = ids.iter().filter_map(DynamicId::object).filter(|object| self.exists(None, *object));
        let row = |object: Id| json!({"object_id": reference(object), "tag_ids": tags_of(self, object)});
        some(there.map(row).collect::<Value>())
    }
}

/// An answer with content.
pub(super) fn some(value: impl Into<Value>) -> Done {
    Ok(Some(value.into()))
}

/// An answer without content.
fn none(done: Result<(), Refusal>) -> Done {
    done.map(|()| None)
}

fn tag_ids(world: &World, wanted: impl Fn(&Tag) -> bool) -> Value {
    world.readable_tags().filter(|(_, tag)| wanted(tag)).map(|(id, _)| id.clone()).collect()
}

/// The ids of an object's tags.
fn tags_of(world: &World, object: Id) -> Value {
    tag_ids(world, |tag| tag.objects.contains(&object))
}

/// `CategoryModel`, `TagModel`: the stored fields, with the id and what uses it.
fn model(id: &str, mut known: Value) -> Value {
    known["id"] = id.into();
    known["used_by"] = json!([]);
    known
}

fn objects(tag: &Tag) -> Value {
    tag.objects.iter().map(|object| reference(*object)).collect()
}

/// `DynamicID`
fn reference(object: Id) -> Value {
    json!({"id": object.to_string(), "type": object.type_name()})
}
