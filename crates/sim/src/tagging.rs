//! Tags: categories, the tags in them, and which object has which. The rules are those of vCenter's `com.vmware.cis.tagging`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::id::{Id, Kind};
use super::rest::Refusal;
use super::rng::Rng;
use super::world::World;

/// All categories and tags, by their ids.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Tagging {
    pub(super) categories: BTreeMap<String, Category>,
    pub(super) tags: BTreeMap<String, Tag>,
    /// How many ids were given.
    given: u64,
}

/// `CategoryModel`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Category {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) cardinality: Cardinality,
    /// vim25 types whose objects its tags may be attached to; empty means all.
    pub(super) associable_types: BTreeSet<String>,
}

/// How many tags of a category one object may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Cardinality {
    Single,
    Multiple,
}

/// `TagModel`, and what it is attached to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) category: String,
    pub(super) objects: BTreeSet<Id>,
}

impl Tag {
    /// A tag that nothing has.
    pub(super) fn new(name: &str, category: String) -> Self {
        Self { name: name.to_owned(), description: String::new(), category, objects: BTreeSet::new() }
    }
}

impl Tagging {
    /// An id as vCenter makes them. Not from the world's seed, as VMs that are made later must not depend on tags.
    fn new_id(&mut self, kind: &str) -> String {
        self.given += 1;
        format!("urn:vmomi:InventoryService{kind}:{}:GLOBAL", Rng::new(self.given).uuid())
    }

    fn add_category(&mut self, category: Category) -> String {
        let id = self.new_id("Category");
        self.categories.insert(id.clone(), category);
        id
    }

    fn add_tag(&mut self, tag: Tag) -> String {
        let id = self.new_id("Tag");
        self.tags.insert(id.clone(), tag);
        id
    }

    fn category_named(&self, name: &str) -> Option<&String> {
        self.categories.iter().find(|(_, category)| category.name == name).map(|(id, _)| id)
    }

    fn tag_named(&self, category: &str, name: &str) -> Option<&String> {
        let found = self.tags.iter().find(|(_, tag)| tag.category == category && tag.name == name);
        found.map(|(id, _)| id)
    }

    /// The object is gone, and its tags with it.
    pub(super) fn forget(&mut self, object: Id) {
        for tag in self.tags.values_mut() {
            tag.objects.remove(&object);
        }
    }
}

impl World {
    /// `category.create`
    pub(super) fn create_category(&mut self, category: Category) -> Result<String, Refusal> {
        if category.name.is_empty() {
            return Err(Refusal::invalid_argument("a category needs a name"));
        }
        if self.tagging.category_named(&category.name).is_some() {
            return Err(Refusal::already_exists(&category.name));
        }
        let id = self.tagging.add_category(category);
        self.tags_changed();
        Ok(id)
    }

    /// `category.delete`, which deletes its tags too.
    pub(super) fn delete_category(&mut self, id: &str) -> Result<(), Refusal> {
        self.tagging.categories.remove(id).ok_or_else(|| Refusal::not_found(id))?;
        self.tagging.tags.retain(|_, tag| tag.category != id);
        self.tags_changed();
        Ok(())
    }

    /// `tag.create`
    pub(super) fn create_tag(&mut self, tag: Tag) -> Result<String, Refusal> {
        if tag.name.is_empty() {
            return Err(Refusal::invalid_argument("a tag needs a name"));
        }
        self.category(&tag.category)?;
        if self.tagging.tag_named(&tag.category, &tag.name).is_some() {
            return Err(Refusal::already_exists(&tag.name));
        }
        let id = self.tagging.add_tag(tag);
        self.tags_changed();
        Ok(id)
    }

    /// `tag.update`
    pub(super) fn update_tag(
        &mut self,
        id: &str,
        name: Option<String>,
        description: Option<String>,
    ) -> Result<(), Refusal> {
        let known = self.tag(id)?;
        if let Some(name) = &name {
            let same = self.tagging.tag_named(&known.category, name);
            if name.is_empty() || same.is_some_and(|same| same != id) {
                return Err(Refusal::already_exists(name));
            }
        }
        if let Some(tag) = self.tagging.tags.get_mut(id) {
            tag.name = name.unwrap_or_else(|| std::mem::take(&mut tag.name));
            tag.description = description.unwrap_or_else(|| std::mem::take(&mut tag.description));
        }
        self.tags_changed();
        Ok(())
    }

    /// `tag.delete`
    pub(super) fn delete_tag(&mut self, id: &str) -> Result<(), Refusal> {
        self.tagging.tags.remove(id).ok_or_else(|| Refusal::not_found(id))?;
        self.tags_changed();
        Ok(())
    }

    /// The tags that the account may read: all or none.
    pub(super) fn readable_tags(&self) -> impl Iterator<Item = (&String, &Tag)> {
        let readable = !self.lacks("System.Read");
        self.tagging.tags.iter().filter(move |_| readable)
    }

    /// One tag, if the account may read it.
    pub(super) fn readable_tag(&self, id: &str) -> Option<&Tag> {
        self.tagging.tags.get(id).filter(|_| !self.lacks("System.Read"))
    }

    pub(super) fn tag(&self, id: &str) -> Result<&Tag, Refusal> {
        self.tagging.tags.get(id).ok_or_else(|| Refusal::not_found(id))
    }

    pub(super) fn category(&self, id: &str) -> Result<&Category, Refusal> {
        self.tagging.categories.get(id).ok_or_else(|| Refusal::not_found(id))
    }

    /// `tag_association.attach`: to an object that is there and of a type that the category allows, and of a category of single
    /// cardinality no second one. Attaching twice is attaching once.
    pub(super) fn attach(&mut self, tag: &str, object: Id) -> Result<(), Refusal> {
        let known = self.tag(tag)?;
        let category = self.category(&known.category)?;
        if !self.exists(None, object) {
            return Err(Refusal::unauthorized(&format!("there is no {object}, or the account may not see it")));
        }
        let types = &category.associable_types;
        if !object.is_a("ManagedEntity") {
            return Err(Refusal::invalid_argument(&format!("a {} has no tags", object.type_name())));
        }
        if !types.is_empty() && !types.contains(object.type_name()) {
            return Err(Refusal::invalid_argument(&format!(
                "tags of {} go on other objects than a {}",
                category.name,
                object.type_name()
            )));
        }
        let mut others = self.tagging.tags.iter().filter(|(id, _)| *id != tag);
        let has_other = others.any(|(_, other)| other.category == known.category && other.objects.contains(&object));
        if category.cardinality == Cardinality::Single && has_other {
            return Err(Refusal::invalid_argument(&format!("{object} has a tag of {} already", category.name)));
        }
        if let Some(tag) = self.tagging.tags.get_mut(tag) {
            tag.objects.insert(object);
        }
        self.tags_changed();
        Ok(())
    }

    /// `tag_association.detach`: detaching what is not attached is no error.
    pub(super) fn detach(&mut self, tag: &str, object: Id) -> Result<(), Refusal> {
        let tag = self.tagging.tags.get_mut(tag).ok_or_else(|| Refusal::not_found(tag))?;
        tag.objects.remove(&object);
        self.tags_changed();
        Ok(())
    }

    /// Attaches a tag by its names and makes the tag and its category if they are missing. Needs no privilege.
    pub(super) fn tag_by_name(&mut self, object: Id, category: &str, name: &str) {
        let tagging = &mut self.tagging;
        let category = tagging.category_named(category).cloned().unwrap_or_else(|| {
            tagging.add_category(Category {
                name: category.to_owned(),
                description: String::new(),
                cardinality: Cardinality::Multiple,
                associable_types: BTreeSet::new(),
            })
        });
        let known = tagging.tag_named(&category, name).cloned();
        let tag = known.unwrap_or_else(|| tagging.add_tag(Tag::new(name, category)));
        if let Some(tag) = tagging.tags.get_mut(&tag) {
            tag.objects.insert(object);
        }
        self.tags_changed();
    }

    /// Detaches a tag by its names. False where the object does not have it.
    pub(super) fn untag_by_name(&mut self, object: Id, category: &str, name: &str) -> bool {
        let id = self.tagging.category_named(category).and_then(|id| self.tagging.tag_named(id, name)).cloned();
        let removed = id.and_then(|id| self.tagging.tags.get_mut(&id)).is_some_and(|tag| tag.objects.remove(&object));
        self.tags_changed();
        removed
    }

    /// vim25 shows no tags, so no object looks different; the file has to be written all the same.
    fn tags_changed(&mut self) {
        self.changes.touch(Id::only(Kind::ServiceInstance));
    }
}
