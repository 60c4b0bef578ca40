//! An act on a VM as it is stored: flat, with the verb's word, as version 0.1.0 wrote it.
//!
//! `{"intent": "hold", "vm": …, "snapshot": …, "reason": …, "keep": …}`: what the act, the VM and the change number say stands side by
//! side, and an end is called `keep`. In a request the same act is stored in its own form.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::{Map, Value};

use super::VmAct;
use crate::domain::act::{Parameter, Verb};

/// The keys of an act in its own form: its tag, the change of a stay (which is also that change's tag), and its end.
const ACT: &str = "wish";
const CHANGE: &str = "change";
const END: &str = "until";

/// An intent's tag, and what it calls an end.
const INTENT: &str = "intent";
const KEEP: &str = "keep";

/// What a change of a stay is stored as, by its verb.
const STAYS: [(Verb, &str); 3] = [(Verb::Keep, "until"), (Verb::Hold, "hold"), (Verb::Release, "release")];

impl Serialize for VmAct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut flat = fields(&self.act).map_err(S::Error::custom)?;
        if let Some(Value::Object(change)) = flat.remove(CHANGE) {
            flat.extend(change.into_iter().filter(|(key, _)| key != CHANGE && key != "by"));
        }
        if let Some(end) = flat.remove(END) {
            flat.insert(KEEP.to_owned(), end);
        }
        flat.remove(ACT);
        let verb = self.act.verb();
        flat.insert(INTENT.to_owned(), verb.as_str().into());
        flat.insert("vm".to_owned(), serde_json::to_value(&self.vm).map_err(S::Error::custom)?);
        if verb.takes(Parameter::Ticket) {
            flat.insert("ticket".to_owned(), self.ticket.clone().into());
        }
        if verb.takes(Parameter::Safety) {
            flat.insert("safety".to_owned(), self.safety.into());
        }
        flat.serialize(serializer)
    }
}

fn fields(act: &impl Serialize) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_value(serde_json::to_value(act)?)
}

impl<'de> Deserialize<'de> for VmAct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Map::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn read(mut flat: Map<String, Value>) -> Result<VmAct, serde_json::Error> {
    let mut take = |key: &str| flat.remove(key).unwrap_or_default();
    let verb: Verb = serde_json::from_value(take(INTENT))?;
    let vm = serde_json::from_value(take("vm"))?;
    let ticket = serde_json::from_value(take("ticket"))?;
    // What was stored before there was one has none.
    let safety = serde_json::from_value::<Option<bool>>(take("safety"))?.unwrap_or_default();
    if let Some(end) = flat.remove(KEEP) {
        flat.insert(END.to_owned(), end);
    }
    if let Some((_, change)) = STAYS.into_iter().find(|(stays, _)| *stays == verb) {
        let snapshot = flat.remove("snapshot").unwrap_or_default();
        flat.insert(CHANGE.to_owned(), change.into());
        flat.insert("by".to_owned(), Value::Null);
        let change = std::mem::take(&mut flat);
        flat.extend([("snapshot".to_owned(), snapshot), (CHANGE.to_owned(), change.into())]);
        flat.insert(ACT.to_owned(), "stay".into());
    } else {
        flat.insert(ACT.to_owned(), verb.as_str().replace('-', "_").into());
    }
    let act = serde_json::from_value(flat.into())?;
    Ok(VmAct { vm, act, ticket, safety })
}
