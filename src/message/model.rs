//! One message, as every platform shows it: a closed set of blocks and buttons, all text already in the reader's language.
//!
//! Text is plain: names of VMs and snapshots come from strangers, so a renderer escapes every string for its platform.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use super::action::{Action, ButtonStyle};
pub use super::button::{Button, Look};
use super::words::Locale;
use crate::domain::ids::{Group, PersonId, RequestId};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Card {
    /// The language that it is written in, for what a platform adds for one reader.
    pub locale: Locale,
    pub tone: Tone,
    /// The word for it in the reader's language: the colour alone says nothing to many.
    pub tone_word: String,
    /// The first line.
    pub title: String,
    /// What follows, in order.
    pub blocks: Vec<Block>,
    pub buttons: Vec<Button>,
    /// Who has to act now. A platform that can calls them when the message is posted, and nobody else.
    pub to: Vec<Addressee>,
    /// What some want to read and most do not: below the message, folded or in its thread.
    pub details: Vec<Block>,
    /// Pictures and tables that go with it.
    pub files: Vec<Attachment>,
    pub request: Option<RequestId>,
    /// That request's state in the machine's own words (`awaiting_approval`).
    pub state: Option<String>,
}

/// Somebody who has to act.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    Person(PersonId),
    Group {
        group: Group,
        /// Who of them need not act: it was they who asked, or they have said yes.
        except: Vec<PersonId>,
    },
}

/// A file that goes with a message. Its bytes are never part of the message's JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attachment {
    /// `snapshots-2026-11-22.csv`: ASCII letters, digits, `-`, `_` and one dot, since every platform takes those.
    pub name: String,
    /// `image/png`, `text/csv`
    pub media_type: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The file itself.
    #[serde(skip)]
    pub bytes: Bytes,
}

/// What a message feels like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Tone {
    /// To know.
    Info,
    /// Somebody has to decide.
    Waiting,
    /// Being done.
    Running,
    Success,
    /// Done, but.
    Warning,
    Failure,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Block {
    /// One or more sentences.
    Text { text: String },
    /// Labels with their values ("Asked by", "Lost", …), to be aligned where the platform can.
    Fields {
        /// In order.
        fields: Vec<Field>,
    },
    /// Something to take care of, with the word for it.
    Caution {
        /// "Caution"
        label: String,
        text: String,
    },
    Progress {
        /// 0 to 100; none while vCenter tells nothing.
        percent: Option<u8>,
        /// "48 % · 1 min 12 s"
        text: String,
    },
    Tree {
        /// Parents before children.
        rows: Vec<TreeRow>,
    },
    /// One of the card's files, where a picture belongs.
    Picture {
        /// The [`Attachment`]'s name.
        file: String,
        alt: String,
    },
    /// One row of a list, with buttons of its own.
    Row {
        title: String,
        /// What there is to know of it; may be empty.
        detail: String,
        /// What can be done about it, at most five.
        buttons: Vec<Button>,
    },
    /// Something to type, to be shown in fixed width.
    Code { text: String },
    /// Small print.
    Note { text: String },
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// "Asked by"
    pub label: String,
    /// "@alice · R-7KQ2"
    pub value: String,
}

/// One line of a snapshot tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TreeRow {
    /// The number that names it in a command; none for "You are here".
    pub number: Option<usize>,
    /// How far it is indented, from 0.
    pub depth: usize,
    /// The snapshot's name, or "You are here".
    pub name: String,
    /// Age, size, who, how; may be empty.
    pub detail: String,
    /// Whether this is where the VM stands.
    pub here: bool,
}

/// A second question before a click counts. It says again which VM and which snapshot, so that a slip is noticed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Confirm {
    /// "Revert "web-01" to "before upgrade"?"
    pub title: String,
    /// Which VM, which snapshot, what is lost. A platform may shorten these and leaves none out.
    pub facts: Vec<Field>,
    /// What else there is to know, cautions last. It is cut where there is no room.
    pub also: Vec<Field>,
    /// "Approve"
    pub yes: String,
    /// "Not now"
    pub no: String,
}

/// A text that a button asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Input {
    /// The key it comes back under (`reason`).
    pub name: String,
    /// "Why not?"
    pub label: String,
    /// Whether it may be left empty.
    pub optional: bool,
}

/// Who sees a button.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownTo {
    /// Everyone.
    Anyone,
    Person(PersonId),
    /// The members of these groups, but not this person.
    Groups {
        /// Any of these.
        groups: Vec<Group>,
        /// Not this one, who asked.
        except: Option<PersonId>,
        /// Nor these, who have said yes.
        approved: Vec<PersonId>,
    },
}

impl ShownTo {
    /// Whether somebody sees the button, who is or is not certainly in one of some groups.
    pub fn is_for(&self, person: &PersonId, is_in: impl Fn(&[Group]) -> bool) -> bool {
        match self {
            Self::Anyone => true,
            Self::Person(own) => own == person,
            Self::Groups { groups, except, approved } => {
                let excluded = except.as_ref() == Some(person) || approved.contains(person);
                !excluded && is_in(groups)
            }
        }
    }
}
