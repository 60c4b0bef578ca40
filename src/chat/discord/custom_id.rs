//! What a component carries: the button's token, and what Discord has to show before the click may count.
//!
//! A form has to be the first answer to a click, so the click itself has to say that one is wanted. It proves nothing: the
//! token behind it is what the engine checks.

/// Stands before the token of a button that asks for a text.
const FORM: &str = "f:";

/// Stands before the token of a button that asks once more.
const CONFIRM: &str = "c:";

/// Stands before the token of a button that asks once more, and then for a text.
const CONFIRM_FORM: &str = "cf:";

/// A menu: what was chosen says what it is about.
const MENU: &str = "m:";

/// "Not now".
const NO: &str = "no";

/// What a component is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomId {
    /// The click counts.
    Press(String),
    /// A text is asked for first.
    Form(String),
    /// It is asked once more first; then for a text, if the flag says so.
    Confirm(String, bool),
    /// A menu, by its place in the message.
    Menu(usize),
    /// Somebody thought better of it.
    No,
}

impl CustomId {
    /// As Discord carries it.
    pub fn write(&self) -> String {
        match self {
            Self::Press(token) => token.clone(),
            Self::Form(token) => format!("{FORM}{token}"),
            Self::Confirm(token, false) => format!("{CONFIRM}{token}"),
            Self::Confirm(token, true) => format!("{CONFIRM_FORM}{token}"),
            Self::Menu(place) => format!("{MENU}{place}"),
            Self::No => NO.to_owned(),
        }
    }

    /// As Discord brings it back. Whatever is none of ours is a token that fits nothing.
    pub fn read(text: &str) -> Self {
        // A form or a question about nothing would be refused by Discord itself.
        let after = |start: &str| text.strip_prefix(start).filter(|token| !token.is_empty());
        if let Some(token) = after(CONFIRM_FORM) {
            Self::Confirm(token.to_owned(), true)
        } else if let Some(token) = after(CONFIRM) {
            Self::Confirm(token.to_owned(), false)
        } else if let Some(token) = after(FORM) {
            Self::Form(token.to_owned())
        } else if let Some(place) = text.strip_prefix(MENU).and_then(|place| place.parse().ok()) {
            Self::Menu(place)
        } else if text == NO {
            Self::No
        } else {
            Self::Press(text.to_owned())
        }
    }
}

#[cfg(test)]
mod tests;
