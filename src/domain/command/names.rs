//! What may stand in a snapshot's new name, in its description and in a ticket.
//!
//! Emoji and right-to-left scripts may. What cannot be seen may not: two names that look the same are how the wrong
//! snapshot gets deleted, and a direction override makes a card say what nobody wrote.

use super::error::CommandError;
use super::fold::is_hidden;
use super::words::Text;

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
/// [`CommandError::BadTicket`].
pub fn ticket(text: &str) -> Result<String, CommandError> {
    ticket_in(&Text::of_field(text))
}

/// Checks a reason, as a form sends it: trimmed, any kind of space made a plain one.
///
/// # Errors
///
/// [`CommandError::BadReason`].
pub fn reason(text: &str) -> Result<String, CommandError> {
    reason_in(&Text::of_field(text))
}

/// Checks a snapshot's new name: trimmed, any kind of space made a plain one.
///
/// # Errors
///
/// [`CommandError::NameEmpty`], [`CommandError::NameTooLong`] or [`CommandError::NameCharacter`]; columns count in the command.
pub(super) fn name_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    if placed.is_empty() {
        return Err(CommandError::NameEmpty { column: value.start });
    }
    for (index, &(c, column)) in placed.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| placed.get(index));
        let after = placed.get(index + 1);
        if is_forbidden(c) && !belongs_to_emoji(c, &placed, before, after, index) {
            return Err(CommandError::NameCharacter { column, code_point: u32::from(c) });
        }
    }
    if let Some(&(_, column)) = placed.get(NAME_MAX_CHARS) {
        return Err(CommandError::NameTooLong { limit: NAME_MAX_CHARS, length: placed.len(), column });
    }
    Ok(placed.iter().map(|(c, _)| if c.is_whitespace() { ' ' } else { *c }).collect())
}

/// Checks a description: trimmed, lines ended by `\n`.
///
/// # Errors
///
/// [`CommandError::DescriptionTooLong`], [`CommandError::DescriptionCharacter`] or [`CommandError::DescriptionReserved`].
pub(super) fn description_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    let refused = placed
        .iter()
        .find(|(c, _)| !matches!(c, '\n' | '\r' | '\t') && (c.is_control() || is_turning(*c) || is_not_xml(*c)));
    if let Some(&(c, column)) = refused {
        return Err(CommandError::DescriptionCharacter { column, code_point: u32::from(c) });
    }
    if let Some(&(_, column)) = placed.get(DESCRIPTION_MAX_CHARS) {
        return Err(CommandError::DescriptionTooLong { limit: DESCRIPTION_MAX_CHARS, length: placed.len(), column });
    }
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
        return Err(CommandError::BadTicket { column: value.start, limit: TICKET_MAX_CHARS });
    }
    Ok(placed.iter().map(|(c, _)| *c).collect())
}

/// [`reason`] for a part of a command. A form may send lines, which a reason has no use for.
pub(super) fn reason_in(value: &Text) -> Result<String, CommandError> {
    let placed = trimmed(value);
    let hidden = |c: char| !c.is_whitespace() && is_forbidden(c);
    if placed.is_empty() || placed.len() > REASON_MAX_CHARS || placed.iter().any(|(c, _)| hidden(*c)) {
        return Err(CommandError::BadReason { column: value.start, limit: REASON_MAX_CHARS });
    }
    Ok(placed.iter().map(|(c, _)| if c.is_whitespace() { ' ' } else { *c }).collect())
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
mod tests {
    use super::*;

    fn snapshot_name(text: &str) -> Result<String, CommandError> {
        name_in(&Text::of_field(text))
    }

    fn snapshot_description(text: &str) -> Result<String, CommandError> {
        description_in(&Text::of_field(text))
    }

    #[test]
    fn names_of_all_scripts_are_kept() {
        for (typed, kept) in [
            ("  before upgrade ", "before upgrade"),
            ("before\u{a0}upgrade", "before upgrade"),
            ("🚀 release", "🚀 release"),
            ("👩\u{200d}💻 at work", "👩\u{200d}💻 at work"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("⚠\u{fe0f} careful", "⚠\u{fe0f} careful"),
            ("1\u{fe0f}\u{20e3}", "1\u{fe0f}\u{20e3}"),
            ("قبل الترقية", "قبل الترقية"),
            ("לפני שדרוג", "לפני שדרוג"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("100%/done\\", "100%/done\\"),
        ] {
            assert_eq!(snapshot_name(typed).as_deref(), Ok(kept));
        }
        assert!(snapshot_name(&"é".repeat(80)).is_ok());
        assert!(snapshot_name(&format!("  {}  ", "x".repeat(80))).is_ok());
    }

    #[test]
    fn what_cannot_be_seen_is_refused_with_its_place() {
        for c in [
            '\0',
            '\n',
            '\t',
            '\u{7}',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffff}',
            '\u{e0041}',
        ] {
            let expected = CommandError::NameCharacter { column: 3, code_point: u32::from(c) };
            assert_eq!(snapshot_name(&format!("ab{c}cd")), Err(expected));
        }
    }

    #[test]
    fn a_name_has_a_length() {
        assert_eq!(snapshot_name(" \u{a0} "), Err(CommandError::NameEmpty { column: 1 }));
        let expected = CommandError::NameTooLong { limit: 80, length: 81, column: 81 };
        assert_eq!(snapshot_name(&"x".repeat(81)), Err(expected));
    }

    #[test]
    fn a_description_may_have_lines_but_not_our_marker() {
        assert_eq!(snapshot_description(" one\r\ntwo ").as_deref(), Ok("one\ntwo"));
        assert!(snapshot_description(&"x".repeat(1_024)).is_ok());
        assert!(matches!(
            snapshot_description(&"x".repeat(1_025)),
            Err(CommandError::DescriptionTooLong { limit: 1_024, length: 1_025, column: 1_025 })
        ));
        for (text, column) in [("a\0", 2), ("ab\u{202e}", 3), ("\u{2067}x", 1), ("a\u{1b}[31m", 2)] {
            let found = snapshot_description(text);
            assert!(
                matches!(found, Err(CommandError::DescriptionCharacter { column: at, .. }) if at == column),
                "{text:?}"
            );
        }
        assert_eq!(
            snapshot_description("x [Snapwarden R-7KQ2/1]"),
            Err(CommandError::DescriptionReserved { column: 3 })
        );
    }

    #[test]
    fn a_reason_is_one_visible_line() {
        assert_eq!(reason(" month-end\nclosing ").as_deref(), Ok("month-end closing"));
        for wrong in ["", "  ", "x\u{202e}y", "x\u{200b}y", "x\0y"] {
            assert!(reason(wrong).is_err(), "{wrong:?}");
        }
        assert!(reason(&"9".repeat(301)).is_err());
    }

    #[test]
    fn a_ticket_is_short_and_visible() {
        assert_eq!(ticket(" CHG 0042117 ").as_deref(), Ok("CHG 0042117"));
        for wrong in ["", "  ", "CHG\n1", "CHG\u{200b}1"] {
            assert!(ticket(wrong).is_err(), "{wrong:?}");
        }
        assert!(ticket(&"9".repeat(65)).is_err());
    }
}
