//! Reading which VM has which tags, whole or not at all.
//!
//! Operations and models are `com.vmware.cis.tagging` of the vSphere Automation API, by the paths of govmomi's `vapi/tags`. What
//! its documentation says of rights decides how far an answer can be trusted: `tag.list` holds "only tags for which you have read
//! privileges", and rights on tags come from global permissions or from those on the tag, never from the inventory. So an account
//! that sees no tag at all is taken for one that may not see them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::domain::ids::Moref;
use crate::domain::tag::Tag;

use super::client::Shared;
use super::rest::{List, Question, RestError, ask, there};

/// How many tags are asked about in one call. With 2,000 VMs on each, which is much, the answer has some 8 MB.
const TAGS_PER_CALL: usize = 100;

/// How many calls run at the same time. A vCenter shares its REST interface among all its clients.
const CALLS_AT_ONCE: usize = 8;

/// How many tags there may be. Each that a VM has is read by a call of its own every minute; vSphere supports more, but nobody
/// can have meant that many for rules.
const MOST_TAGS: usize = 10_000;

/// The longest identifier, in characters. vCenter's have some 85.
const LONGEST_ID: usize = 256;

/// Why the tags could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    /// The server has no tagging API.
    #[error("the server has no tagging API: its REST interface answers 404 (vCenter has one from 6.5 on)")]
    NoApi,
    /// It shows no tag at all.
    #[error(
        "the vCenter shows no tag at all, so the account may not see them: give it the read-only role as a global permission \
         (config/vcenter-role.md); where no tags are used, limit the rules that name them with vcenter:NAME/"
    )]
    NoneVisible,
    /// The account is not let in, or may not read them.
    #[error("{0}; config/vcenter-role.md says which rights it needs")]
    Refused(String),
    /// The account's name or password is not taken there.
    #[error(
        "the REST interface refuses the user name or the password that vim25 takes (not tried again before {0:.0}, so that the \
         account is not locked)"
    )]
    LoginRefused(Timestamp),
    /// No usable answer.
    #[error("{0}")]
    Failed(String),
}

impl From<RestError> for Unread {
    fn from(error: RestError) -> Self {
        match error {
            RestError::NotFound => Self::Failed("something went away while the tags were read".to_owned()),
            RestError::Refused(why) => Self::Refused(why),
            RestError::LoginRefused(until) => Self::LoginRefused(until),
            RestError::Failed(why) => Self::Failed(why),
        }
    }
}

/// `TagModel`
#[derive(Deserialize)]
struct TagModel {
    id: String,
    name: String,
    category_id: String,
}

/// `CategoryModel`
#[derive(Deserialize)]
struct CategoryModel {
    id: String,
    name: String,
}

/// `TagAssociation.TagToObjects`
#[derive(Deserialize)]
struct TagToObjects {
    tag_id: String,
    #[serde(deserialize_with = "there")]
    object_ids: List<DynamicId>,
}

/// `DynamicID`
#[derive(Deserialize)]
struct DynamicId {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Every VM that has tags, with all of them. Names are read anew every time, since a tag may be renamed. Cancelling it leaves
/// nothing behind but the session.
pub(crate) async fn read(shared: &Shared) -> Result<HashMap<Moref, BTreeSet<Tag>>, Unread> {
    let ids = match ask::<List<String>>(shared, &Question::get("tagging/tag")).await {
        Err(RestError::NotFound) => return Err(Unread::NoApi),
        listed => checked(listed?)?,
    };
    let chunks: Vec<Vec<String>> = ids.chunks(TAGS_PER_CALL).map(<[String]>::to_vec).collect();
    let attached = all(chunks.into_iter().map(|chunk| attached(shared, chunk))).await?;
    let attached = attached.into_iter().flatten();
    let models = all(attached.map(|(id, vms)| model(shared, id, vms))).await?;
    let models: Vec<(TagModel, Vec<Moref>)> = models.into_iter().flatten().collect();
    let used: BTreeSet<String> = models.iter().map(|(tag, _)| tag.category_id.clone()).collect();
    let categories = all(used.into_iter().map(|id| category(shared, id))).await?;
    by_vm(models, &categories.into_iter().collect())
}

/// The results of these questions, of which some run at the same time.
async fn all<T, F>(questions: impl Iterator<Item = F>) -> Result<Vec<T>, Unread>
where
    F: Future<Output = Result<T, Unread>>,
{
    stream::iter(questions).buffer_unordered(CALLS_AT_ONCE).try_collect().await
}

/// The identifiers of all tags, if they can be asked about.
fn checked(List(ids): List<String>) -> Result<Vec<String>, Unread> {
    if ids.is_empty() {
        return Err(Unread::NoneVisible);
    }
    if ids.len() > MOST_TAGS {
        return Err(Unread::Failed(format!("there are {} tags, and at most {MOST_TAGS} are read", ids.len())));
    }
    ids.iter().try_for_each(|id| check_id(id))?;
    Ok(ids)
}

/// The tags of each VM, with the names of their categories by identifier.
fn by_vm(
    models: Vec<(TagModel, Vec<Moref>)>,
    categories: &BTreeMap<String, String>,
) -> Result<HashMap<Moref, BTreeSet<Tag>>, Unread> {
    let mut tags: HashMap<Moref, BTreeSet<Tag>> = HashMap::new();
    for (model, vms) in models {
        let category = categories.get(&model.category_id).ok_or(RestError::NotFound)?;
        let tag = Tag::new(category.as_str(), model.name);
        for vm in vms {
            tags.entry(vm).or_default().insert(tag.clone());
        }
    }
    Ok(tags)
}

/// The VMs that have each of these tags; tags that no VM has are left out.
async fn attached(shared: &Shared, ids: Vec<String>) -> Result<Vec<(String, Vec<Moref>)>, Unread> {
    const RESOURCE: &str = "tagging/tag-association";
    let question = Question::action(RESOURCE, "list-attached-objects-on-tags", json!({ "tag_ids": ids }));
    let List(answered) = ask::<List<TagToObjects>>(shared, &question).await?;
    let rows = answered.into_iter().map(|TagToObjects { tag_id, object_ids }| (tag_id, object_ids));
    let mut objects: HashMap<String, List<DynamicId>> = rows.collect();
    let mut attached = Vec::new();
    for id in ids {
        let List(objects) = match objects.remove(&id) {
            Some(objects) => objects,
            // The operation says nothing of a tag that the account may not read, or that is gone. This one says which.
            None => {
                let question = Question::action(format!("{RESOURCE}/id:{id}"), "list-attached-objects", json!({}));
                match ask::<List<DynamicId>>(shared, &question).await {
                    Err(RestError::NotFound) => continue,
                    asked => asked?,
                }
            }
        };
        let vms = objects.into_iter().filter(|object| object.kind == "VirtualMachine").map(|object| object.id);
        let vms = vms.map(moref).collect::<Result<Vec<Moref>, Unread>>()?;
        if !vms.is_empty() {
            attached.push((id, vms));
        }
    }
    Ok(attached)
}

/// One tag's names; none if it is gone meanwhile, and with it what it was attached to.
async fn model(shared: &Shared, id: String, vms: Vec<Moref>) -> Result<Option<(TagModel, Vec<Moref>)>, Unread> {
    match ask::<TagModel>(shared, &Question::get(format!("tagging/tag/id:{id}"))).await {
        Err(RestError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
        Ok(model) if model.id != id => Err(another(&id, &model.id)),
        Ok(model) => {
            check_id(&model.category_id)?;
            Ok(Some((model, vms)))
        }
    }
}

/// A category's id and name. One that is gone took its tags with it: then they are read again.
async fn category(shared: &Shared, id: String) -> Result<(String, String), Unread> {
    let model = ask::<CategoryModel>(shared, &Question::get(format!("tagging/category/id:{id}"))).await?;
    match model.id == id {
        true => Ok((id, model.name)),
        false => Err(another(&id, &model.id)),
    }
}

fn another(asked: &str, answered: &str) -> Unread {
    Unread::Failed(format!("asked for {asked}, answered with {answered}"))
}

/// Identifiers become part of a path, so they must be what vCenter's are: `urn:vmomi:InventoryServiceTag:…:GLOBAL`.
fn check_id(id: &str) -> Result<(), Unread> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_');
    match !id.is_empty() && id.len() <= LONGEST_ID && id.chars().all(plain) {
        true => Ok(()),
        false => Err(Unread::Failed(format!("{id:?} is no identifier of a tag or category"))),
    }
}

/// `vm-42`. With anything around it, such as the id of another vCenter, it is not certain whose VM it is.
fn moref(id: String) -> Result<Moref, Unread> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !id.is_empty() && id.chars().all(plain) {
        true => Ok(Moref::new(id)),
        false => Err(Unread::Failed(format!("a tag is on the VM {id:?}, which is no managed object id"))),
    }
}

#[cfg(test)]
mod tests;
