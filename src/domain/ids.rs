//! Names for things, one type each, so that the compiler keeps a VM's reference from being used as a snapshot's.
//!
//! A *name* is what people type and may be shared by two VMs; an *id* never is. Everything that is decided or written
//! down carries ids, and names go along only to be shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::tag::KnownTags;

/// Defines a string newtype with the conversions that every id here needs.
macro_rules! string_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text inside.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

string_id! {
    /// The name that the configuration gives a vCenter (`[[vcenter]] name`).
    VCenterName
}
string_id! {
    /// A managed object id of vSphere (`vm-42`, `snapshot-17`, `task-3`), unique within one vCenter.
    Moref
}
string_id! {
    /// A VM's `config.instanceUuid`: unique within one vCenter, kept when the VM is registered again.
    InstanceUuid
}
string_id! {
    /// One human, whichever chat accounts they have (`[[person]] name`).
    PersonId
}
string_id! {
    /// A group of people that grants and approval rules name.
    Group
}
string_id! {
    /// A message as its chat platform names it.
    MessageId
}

/// Defines an id that a chat platform gave. It is written `platform:id` wherever it is stored or shown; what has no platform is written
/// without the colon.
macro_rules! platform_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub struct $name {
            platform: Box<str>,
            id: Box<str>,
        }

        impl $name {
            pub fn new(platform: impl Into<Box<str>>, id: impl Into<Box<str>>) -> Self {
                Self { platform: platform.into(), id: id.into() }
            }

            /// The platform's name, as its adapter gives it; empty where there is none.
            pub fn platform(&self) -> &str {
                &self.platform
            }

            /// What the platform calls it.
            pub fn id(&self) -> &str {
                &self.id
            }

            /// What this platform calls it; nothing where it is of another.
            pub fn on(&self, platform: &str) -> Option<&str> {
                (*self.platform == *platform).then_some(&self.id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &*self.platform {
                    "" => f.write_str(&self.id),
                    platform => write!(f, "{platform}:{}", self.id),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text.split_once(':') {
                    Some((platform, id)) if !platform.is_empty() => Self::new(platform, id),
                    Some(_) | None => Self::new("", text),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                text.as_str().into()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

platform_id! {
    /// A channel of a chat platform.
    ChannelId
}
platform_id! {
    /// An account of a chat platform, or a group of accounts that the platform knows by itself. What the bot does unasked has no platform.
    Account
}

/// One VM of one vCenter. The pair is an identity; the name of a VM is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VmRef {
    /// The vCenter that has it.
    pub vcenter: VCenterName,
    /// The VM's managed object id there.
    pub moref: Moref,
}

/// One task of one vCenter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskRef {
    /// The vCenter that runs it.
    pub vcenter: VCenterName,
    /// The task's managed object id there.
    pub moref: Moref,
}

/// One VM, resolved: what a request is about from its first moment to its last.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    /// Where the VM is and which object it is.
    pub vm: VmRef,
    /// Its instance UUID when it was resolved, if vCenter told one.
    pub instance_uuid: Option<InstanceUuid>,
    /// Its name when it was resolved, to be shown.
    pub name: String,
    /// Its folder path with the name at the end (`DC1/web/web-02`), to be shown.
    pub path: String,
    /// Its tags when it was resolved, if they were known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: KnownTags,
}

/// A VM as a sentence names it. The identity is there for what tells it from others of that name; it is missing from rows of earlier versions,
/// and where what somebody typed names VMs (`all`, a folder).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VmTitle {
    #[serde(rename = "vm")]
    pub name: String,
    #[serde(default, rename = "vm_ref", skip_serializing_if = "Option::is_none")]
    pub vm: Option<VmRef>,
}

impl VmTitle {
    pub fn new(vm: &VmRef, name: impl Into<String>) -> Self {
        Self { name: name.into(), vm: Some(vm.clone()) }
    }
}

impl From<&Target> for VmTitle {
    fn from(target: &Target) -> Self {
        Self::new(&target.vm, &target.name)
    }
}

impl From<&str> for VmTitle {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), vm: None }
    }
}

/// The short id of a request that people can say aloud: `R-7KQ2`.
///
/// Four characters of an alphabet without 0/O, 1/I/L and U: 30^4 = 810,000 ids, and an id in use is never given again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(String);

/// What the characters of a request id are taken from.
const REQUEST_ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

impl RequestId {
    /// Makes an id out of random bits.
    pub fn from_bits(mut bits: u32) -> Self {
        let mut text = String::from("R-");
        for _ in 0..4 {
            text.push(char::from(REQUEST_ALPHABET[(bits % 30) as usize]));
            bits /= 30;
        }
        Self(text)
    }

    /// Reads an id as people type it: any case, with or without the `R-`.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let code = upper.strip_prefix("R-").unwrap_or(&upper);
        let valid = code.len() == 4 && code.bytes().all(|byte| REQUEST_ALPHABET.contains(&byte));
        valid.then(|| Self(format!("R-{code}")))
    }

    /// The id as text, `R-7KQ2`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
