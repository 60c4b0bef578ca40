//! One request of the REST interface: which operation it is, and with which arguments.
//!
//! Paths, queries and bodies are those that govmomi's `vapi/tags` and `vapi/rest` send, which a vCenter serves from 6.5 on.

use std::collections::BTreeSet;

use axum::http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::id::Id;
use super::rest::Refusal;
use super::tagging::{Cardinality, Category, Tag};

/// What is asked for.
#[derive(Debug)]
pub(super) enum Operation {
    CreateSession,
    GetSession,
    DeleteSession,
    ListCategories,
    CreateCategory(Category),
    GetCategory(String),
    DeleteCategory(String),
    ListTags,
    CreateTag(Tag),
    GetTag(String),
    UpdateTag { id: String, name: Option<String>, description: Option<String> },
    DeleteTag(String),
    ListTagsForCategory(String),
    Attach { tag: String, object: Option<Id> },
    Detach { tag: String, object: Option<Id> },
    ListAttachedObjects(String),
    ListAttachedTags(Option<Id>),
    ListAttachedObjectsOnTags(Vec<String>),
    ListAttachedTagsOnObjects(Vec<Option<Id>>),
}

#[derive(Deserialize)]
struct Created<T> {
    create_spec: T,
}

#[derive(Deserialize)]
struct Updated<T> {
    update_spec: T,
}

#[derive(Deserialize)]
struct CategorySpec {
    name: String,
    description: String,
    cardinality: Cardinality,
    associable_types: BTreeSet<String>,
}

#[derive(Deserialize)]
struct TagSpec {
    name: String,
    description: String,
    category_id: String,
}

#[derive(Deserialize)]
struct TagChange {
    name: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct OnObject {
    object_id: DynamicId,
}

#[derive(Deserialize)]
struct OnObjects {
    object_ids: Vec<DynamicId>,
}

#[derive(Deserialize)]
struct OnTags {
    tag_ids: Vec<String>,
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

impl Operation {
    /// Reads a request. `path` is what stands behind `/rest/com/vmware/cis/`, `action` the query's `~action`.
    pub(super) fn read(method: &Method, path: &str, action: Option<&str>, body: &[u8]) -> Result<Self, Refusal> {
        let unknown = || Refusal::no_such_operation(method.as_str(), path);
        let (resource, id) = match path.rsplit_once("/id:") {
            Some((resource, id)) => (resource, Some(id.to_owned())),
            None => (path, None),
        };
        Ok(match (resource, id, method.as_str(), action) {
            ("session", None, "POST", None) => Self::CreateSession,
            ("session", None, "POST", Some("get")) => Self::GetSession,
            ("session", None, "DELETE", None) => Self::DeleteSession,
            ("tagging/category", None, "GET", None) => Self::ListCategories,
            ("tagging/category", None, "POST", None) => {
                let CategorySpec { name, description, cardinality, associable_types } =
                    parsed::<Created<CategorySpec>>(body)?.create_spec;
                Self::CreateCategory(Category { name, description, cardinality, associable_types })
            }
            ("tagging/category", Some(id), "GET", None) => Self::GetCategory(id),
            ("tagging/category", Some(id), "DELETE", None) => Self::DeleteCategory(id),
            ("tagging/tag", None, "GET", None) => Self::ListTags,
            ("tagging/tag", None, "POST", None) => {
                let TagSpec { name, description, category_id } = parsed::<Created<TagSpec>>(body)?.create_spec;
                Self::CreateTag(Tag { name, description, category: category_id, objects: BTreeSet::new() })
            }
            ("tagging/tag", Some(id), "GET", None) => Self::GetTag(id),
            ("tagging/tag", Some(id), "PATCH", None) => {
                let TagChange { name, description } = parsed::<Updated<TagChange>>(body)?.update_spec;
                Self::UpdateTag { id, name, description }
            }
            ("tagging/tag", Some(id), "DELETE", None) => Self::DeleteTag(id),
            ("tagging/tag", Some(id), "POST", Some("list-tags-for-category")) => Self::ListTagsForCategory(id),
            ("tagging/tag-association", Some(tag), "POST", Some("attach")) => {
                Self::Attach { tag, object: parsed::<OnObject>(body)?.object_id.object() }
            }
            ("tagging/tag-association", Some(tag), "POST", Some("detach")) => {
                Self::Detach { tag, object: parsed::<OnObject>(body)?.object_id.object() }
            }
            ("tagging/tag-association", Some(tag), "POST", Some("list-attached-objects")) => {
                Self::ListAttachedObjects(tag)
            }
            ("tagging/tag-association", None, "POST", Some("list-attached-tags")) => {
                Self::ListAttachedTags(parsed::<OnObject>(body)?.object_id.object())
            }
            ("tagging/tag-association", None, "POST", Some("list-attached-objects-on-tags")) => {
                Self::ListAttachedObjectsOnTags(parsed::<OnTags>(body)?.tag_ids)
            }
            ("tagging/tag-association", None, "POST", Some("list-attached-tags-on-objects")) => {
                let objects = parsed::<OnObjects>(body)?.object_ids;
                Self::ListAttachedTagsOnObjects(objects.iter().map(DynamicId::object).collect())
            }
            _ => return Err(unknown()),
        })
    }

    /// The operation as vAPI names it, for the list of calls and for fault plans.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::CreateSession => "com.vmware.cis.session.create",
            Self::GetSession => "com.vmware.cis.session.get",
            Self::DeleteSession => "com.vmware.cis.session.delete",
            Self::ListCategories => "com.vmware.cis.tagging.category.list",
            Self::CreateCategory(_) => "com.vmware.cis.tagging.category.create",
            Self::GetCategory(_) => "com.vmware.cis.tagging.category.get",
            Self::DeleteCategory(_) => "com.vmware.cis.tagging.category.delete",
            Self::ListTags => "com.vmware.cis.tagging.tag.list",
            Self::CreateTag(_) => "com.vmware.cis.tagging.tag.create",
            Self::GetTag(_) => "com.vmware.cis.tagging.tag.get",
            Self::UpdateTag { .. } => "com.vmware.cis.tagging.tag.update",
            Self::DeleteTag(_) => "com.vmware.cis.tagging.tag.delete",
            Self::ListTagsForCategory(_) => "com.vmware.cis.tagging.tag.list_tags_for_category",
            Self::Attach { .. } => "com.vmware.cis.tagging.tag_association.attach",
            Self::Detach { .. } => "com.vmware.cis.tagging.tag_association.detach",
            Self::ListAttachedObjects(_) => "com.vmware.cis.tagging.tag_association.list_attached_objects",
            Self::ListAttachedTags(_) => "com.vmware.cis.tagging.tag_association.list_attached_tags",
            Self::ListAttachedObjectsOnTags(_) => {
                "com.vmware.cis.tagging.tag_association.list_attached_objects_on_tags"
            }
            Self::ListAttachedTagsOnObjects(_) => {
                "com.vmware.cis.tagging.tag_association.list_attached_tags_on_objects"
            }
        }
    }
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid_argument(&error.to_string()))
}
