//! The numbers that Discord refuses to see exceeded, as its documentation gives them.
//!
//! Lengths of text are counted in UTF-16 units here: that is never less than what any of Discord's parts counts, so what fits
//! here fits there.

use std::time::Duration;

/// A message's text beside its embeds.
pub const CONTENT: usize = 2_000;

/// An embed's title.
pub const TITLE: usize = 256;

/// An embed's description.
pub const DESCRIPTION: usize = 4_096;

/// The fields of one embed.
pub const FIELDS: usize = 25;

/// A field's name.
pub const FIELD_NAME: usize = 256;

/// A field's value.
pub const FIELD_VALUE: usize = 1_024;

/// All text of all embeds of one message.
pub const EMBED_SUM: usize = 6_000;

/// The embeds of one message.
pub const EMBEDS: usize = 10;

/// Rows of components below a message.
pub const ROWS: usize = 5;

pub const BUTTONS: usize = 5;

/// The word on a button.
pub const BUTTON_LABEL: usize = 80;

/// What a component carries, from one character on.
pub const CUSTOM_ID: usize = 100;

/// The choices of a menu.
pub const OPTIONS: usize = 25;

/// A choice's label, its value, and its description.
pub const OPTION: usize = 100;

/// What a menu says before anything is chosen.
pub const PLACEHOLDER: usize = 150;

/// A form's title, and the label of a field in it.
pub const FORM: usize = 45;

/// The completions of an option, and the length of each one's name and value.
pub const COMPLETIONS: usize = 25;

/// A completion's name, and its value.
pub const COMPLETION: usize = 100;

/// A thread's name.
pub const THREAD_NAME: usize = 100;

/// A file's description.
pub const ALT: usize = 1_024;

pub const FILES: usize = 10;

/// How long an interaction's token is good.
pub const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// How old a signed request may be: older ones are somebody's recording.
pub const SIGNATURE_AGE: Duration = Duration::from_secs(300);

/// Refused requests (401, 403, 429) after which Discord bans the address, counted over [`INVALID_WINDOW`].
pub const INVALID_REQUESTS: usize = 10_000;

/// The time over which refused requests are counted.
pub const INVALID_WINDOW: Duration = Duration::from_secs(600);

/// The longest `nonce`.
pub const NONCE: usize = 25;
