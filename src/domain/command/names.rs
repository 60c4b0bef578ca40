//! What may stand in a snapshot's new name, in its description and in a ticket.
//!
//! Emoji and right-to-left scripts may. What cannot be seen may not: two names that look the same are how the wrong
//! snapshot gets deleted, and a direction override makes a card say what nobody wrote.

use super::error::CommandError;
use super::fold::is_hidden;
use super::words::Text;
use crate::domain::act::Parameter;

/// The longest name of a snapshot, in characters: vSphere's own limit.
pub const NAME_MAX_CHARS: usize = 80;

/// The longest description, in characters. It leaves room for the marker that the bot adds to it.
pub const DESCRIPTION_MAX_CHARS: usize = 1_024;

/// The longest ticket, in characters: it becomes part of the marker and of every card.
pub const TICKET_MAX_CHARS: usize = 64;

/// The longest reason, in characters: it stands on every card that it is about, and in the audit trail.
pub const REASON_MAX_CHARS: usize = 300;

/// How the bot's own marker in a description begins; its recovery looks for it, so nobody else may write it.
const MARKER_START: &str = "[snapwarden";

/// Joins emoji to one picture.
const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Chooses between a sign's picture and its letter form.
const VARIATION_SELECTORS: [char; 2] = ['\u{fe0e}', '\u{fe0f}'];

/// Checks a ticket, as a form sends it; trimmed. Whether it is one of a known kind is for the approval rules to say.
///
/// # Errors
///
/// [`CommandError::BadText`].
pub fn ticket(text: &str) -> Result<String, CommandError> {
    ticket_in(&Text::of_field(text))
}

/// Checks a reason, as a form sends it: trimmed, any kind of space made a plain one.
///
/// # Errors
///
/// [`CommandError::BadText`].
pub fn reason(text: &str) -> Result<String, CommandError> {
    reason_in(&Text::of_field(text))
}

/// Checks a snapshot's new name: trimmed, any kind of space made a plain one.
///
/// # Errors
///
/// [`CommandError::NameEmpty`], [`CommandError::ValueTooLong`] or [`CommandError::Character`]; columns count in the command.
pub(super) fn name_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    if placed.is_empty() {
        return Err(CommandError::NameEmpty { column: value.start });
    }
    for (index, &(c, column)) in placed.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| placed.get(index));
        let after = placed.get(index + 1);
        if is_forbidden(c) && !belongs_to_emoji(c, &placed, before, after, index) {
            return Err(CommandError::Character { parameter: Parameter::Name, column, code_point: u32::from(c) });
        }
    }
    within(&placed, Parameter::Name, NAME_MAX_CHARS)?;
    Ok(placed.iter().map(|(c, _)| if c.is_whitespace() { ' ' } else { *c }).collect())
}

/// Checks a description: trimmed, lines ended by `\n`.
///
/// # Errors
///
/// [`CommandError::ValueTooLong`], [`CommandError::Character`] or [`CommandError::DescriptionReserved`].
pub(super) fn description_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    let refused = placed
        .iter()
        .find(|(c, _)| !matches!(c, '\n' | '\r' | '\t') && (c.is_control() || is_turning(*c) || is_not_xml(*c)));
    if let Some(&(c, column)) = refused {
        return Err(CommandError::Character { parameter: Parameter::Description, column, code_point: u32::from(c) });
    }
    within(&placed, Parameter::Description, DESCRIPTION_MAX_CHARS)?;
    if let Some(column) = marker_in(&placed) {
        return Err(CommandError::DescriptionReserved { column });
    }
    let text: String = placed.iter().map(|(c, _)| *c).collect();
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// [`ticket`] for a part of a command.
pub(super) fn ticket_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    if placed.is_empty() || placed.len() > TICKET_MAX_CHARS || placed.iter().any(|(c, _)| is_forbidden(*c)) {
        return Err(CommandError::BadText {
            parameter: Parameter::Ticket,
            column: value.start,
            limit: TICKET_MAX_CHARS,
        });
    }
    Ok(placed.iter().map(|(c, _)| *c).collect())
}

/// [`reason`] for a part of a command. A form may send lines, which a reason has no use for.
pub(super) fn reason_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    let hidden = |c: char| !c.is_whitespace() && is_forbidden(c);
    if placed.is_empty() || placed.len() > REASON_MAX_CHARS || placed.iter().any(|(c, _)| hidden(*c)) {
        return Err(CommandError::BadText {
            parameter: Parameter::Reason,
            column: value.start,
            limit: REASON_MAX_CHARS,
        });
    }
    Ok(placed.iter().map(|(c, _)| if c.is_whitespace() { ' ' } else { *c }).collect())
}

/// That a value has no more characters than it may.
fn within(placed: &[(char, usize)], parameter: Parameter, limit: usize) -> Result<(), CommandError> {
    let Some(&(_, column)) = placed.get(limit) else { return Ok(()) };
    Err(CommandError::ValueTooLong { parameter, limit, length: placed.len(), column })
}

/// The characters with their places, without the spaces at both ends.
fn trimmed(value: &Text) -> Vec<(char, usize)> {
    let placed: Vec<(char, usize)> = value.text.chars().zip(value.columns.iter().copied()).collect();
    let first = placed.iter().position(|(c, _)| !c.is_whitespace()).unwrap_or(placed.len());
    let last = placed.iter().rposition(|(c, _)| !c.is_whitespace()).map_or(first, |last| last + 1);
    placed.get(first..last).unwrap_or_default().to_vec()
}

/// Control characters (line breaks and tabs too), hidden ones, line and paragraph separators, and what XML cannot carry.
fn is_forbidden(c: char) -> bool {
    c.is_control() || is_hidden(c) || matches!(c, '\u{2028}' | '\u{2029}') || is_not_xml(c)
}

/// Embeddings, overrides and isolates of the text's direction.
const fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The two code points that are neither control characters nor allowed by XML 1.0 (production 2, `Char`).
const fn is_not_xml(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Whether a joiner or a variation selector is part of an emoji, where it changes what is seen.
fn belongs_to_emoji(
    c: char,
    placed: &[(char, usize)],
    before: Option<&(char, usize)>,
    after: Option<&(char, usize)>,
    index: usize,
) -> bool {
    let picture = |at: Option<&(char, usize)>| at.is_some_and(|(c, _)| is_picture(*c));
    if VARIATION_SELECTORS.contains(&c) {
        return picture(before) || after.is_some_and(|(next, _)| *next == '\u{20e3}');
    }
    if c != ZERO_WIDTH_JOINER || !picture(after) {
        return false;
    }
    // ❤️‍🔥 has its selector between the picture and the joiner.
    let selected = before.is_some_and(|(c, _)| VARIATION_SELECTORS.contains(c));
    picture(before) || (selected && picture(index.checked_sub(2).and_then(|index| placed.get(index))))
}

/// Signs and pictures that emoji are made of; no letter and no digit of any script.
const fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{23ff}'
        | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
        | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Where the text begins what only the bot writes.
fn marker_in(placed: &[(char, usize)]) -> Option<usize> {
    let length = MARKER_START.chars().count();
    let found = placed.windows(length).find(|window| {
        let same = |((c, _), marker): (&(char, usize), char)| c.to_ascii_lowercase() == marker;
        window.iter().zip(MARKER_START.chars()).all(same)
    });
    found.and_then(|window| window.first()).map(|(_, column)| *column)
}

#[cfg(test)]
mod tests;
