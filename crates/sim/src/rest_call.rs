//! The operations of the REST interface: one table of requests, and what is done for each.
//!
//! Paths, queries and bodies are those that govmomi's `vapi/tags` and `vapi/rest` send, which a vCenter serves from 6.5 on.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::id::Id;
use super::rest::Refusal;
use super::tagging::{Category, Tag};
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
    pub(super) answer: fn(&mut World, &Ask<'_>) -> Done,
}

macro_rules! operations {
    ($($request:literal is $name:literal => $answer:expr;)*) => {
        const OPERATIONS: &[Operation] = &[$(Operation {
            request: $request,
            name: concat!("com.vmware.cis.", $name),
            answer: $answer,
        }),*];
    };
}

operations! {
    "POST session" is "session.create" => World::open_rest_session;
    "POST session?get" is "session.get" => World::get_rest_session;
    "DELETE session" is "session.delete" => World::delete_rest_session;
    "GET tagging/category" is "tagging.category.list" => World::list_categories;
    "POST tagging/category" is "tagging.category.create"
        => |world, ask| some(world.create_category(ask.created::<Category>()?)?);
    "GET tagging/category/*" is "tagging.category.get"
        => |world, ask| some(category_model(ask.id, world.readable_category(ask.id)?));
    "DELETE tagging/category/*" is "tagging.category.delete" => |world, ask| none(world.delete_category(ask.id));
    "GET tagging/tag" is "tagging.tag.list" => |world, _| some(tag_ids(world, |_| true));
    "POST tagging/tag" is "tagging.tag.create" => World::create_tag_of;
    "GET tagging/tag/*" is "tagging.tag.get" => |world, ask| some(tag_model(ask.id, world.readable_tag(ask.id)?));
    "PATCH tagging/tag/*" is "tagging.tag.update" => World::update_tag_of;
    "DELETE tagging/tag/*" is "tagging.tag.delete" => |world, ask| none(world.delete_tag(ask.id));
    "POST tagging/tag/*?list-tags-for-category" is "tagging.tag.list_tags_for_category" => World::list_tags_for_category;
    "POST tagging/tag-association/*?attach" is "tagging.tag_association.attach"
        => |world, ask| none(world.attach(ask.id, ask.object()?));
    "POST tagging/tag-association/*?detach" is "tagging.tag_association.detach"
        => |world, ask| none(world.detach(ask.id, ask.object()?));
    "POST tagging/tag-association/*?list-attached-objects" is "tagging.tag_association.list_attached_objects"
        => |world, ask| some(objects(world.readable_tag(ask.id)?));
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
    fn parsed<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(self.body).map_err(|error| Refusal::invalid_argument(&error.to_string()))
    }

    /// The `create_spec` of the body.
    fn created<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        #[derive(Deserialize)]
        struct Created<T> {
            create_spec: T,
        }
        Ok(self.parsed::<Created<T>>()?.create_spec)
    }

    /// The object that it is about.
    fn object(&self) -> Result<Id, Refusal> {
        #[derive(Deserialize)]
        struct OnObject {
            object_id: DynamicId,
        }
        let object = self.parsed::<OnObject>()?.object_id.object();
        object.ok_or_else(|| Refusal::unauthorized("there is no such object"))
    }
}

impl World {
    fn list_categories(&mut self, _ask: &Ask<'_>) -> Done {
        let readable = !self.lacks("System.Read");
        some(self.tagging.categories.keys().filter(|_| readable).cloned().collect::<Value>())
    }

    fn create_tag_of(&mut self, ask: &Ask<'_>) -> Done {
        #[derive(Deserialize)]
        struct TagSpec {
            name: String,
            description: String,
            category_id: String,
        }
        let TagSpec { name, description, category_id: category } = ask.created()?;
        some(self.create_tag(Tag { name, description, category, objects: BTreeSet::new() })?)
    }

    fn update_tag_of(&mut self, ask: &Ask<'_>) -> Done {
        #[derive(Deserialize)]
        struct TagChange {
            name: Option<String>,
            description: Option<String>,
        }
        #[derive(Deserialize)]
        struct Updated {
            update_spec: TagChange,
        }
        let TagChange { name, description } = ask.parsed::<Updated>()?.update_spec;
        none(self.update_tag(ask.id, name, description))
    }

    fn list_tags_for_category(&mut self, ask: &Ask<'_>) -> Done {
        self.readable_category(ask.id)?;
        some(tag_ids(self, |tag| tag.category == ask.id))
    }

    /// A tag that is not there, or not for this account, is left out and no error: the operation has none for it.
    fn list_attached_objects_on_tags(&mut self, ask: &Ask<'_>) -> Done {
        #[derive(Deserialize)]
        struct OnTags {
            tag_ids: Vec<String>,
        }
        let row = |id: String| {
            let objects = objects(self.readable_tag(&id).ok()?);
            Some(json!({"tag_id": id, "object_ids": objects}))
        };
        some(ask.parsed::<OnTags>()?.tag_ids.into_iter().filter_map(row).collect::<Value>())
    }

    /// An object that is not there is left out, too.
    fn list_attached_tags_on_objects(&mut self, ask: &Ask<'_>) -> Done {
        #[derive(Deserialize)]
        struct OnObjects {
            object_ids: Vec<DynamicId>,
        }
        let objects = ask.parsed::<OnObjects>()?.object_ids;
        let there = objects.iter().filter_map(DynamicId::object).filter(|object| self.exists(None, *object));
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

fn category_model(id: &str, category: &Category) -> Value {
    json!({
        "id": id,
        "name": category.name,
        "description": category.description,
        "cardinality": category.cardinality,
        "associable_types": category.associable_types,
        "used_by": [],
    })
}

fn tag_model(id: &str, tag: &Tag) -> Value {
    json!({
        "id": id,
        "name": tag.name,
        "description": tag.description,
        "category_id": tag.category,
        "used_by": [],
    })
}

fn objects(tag: &Tag) -> Value {
    tag.objects.iter().map(|object| reference(*object)).collect()
}

/// `DynamicID`
fn reference(object: Id) -> Value {
    json!({"id": object.to_string(), "type": object.type_name()})
}
