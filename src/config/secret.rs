//! A secret's three places: the file itself, the environment, a file of its own. Nothing here repeats what it read.

use std::path::Path;

use super::source::Source;

/// The largest secret file, in bytes: tokens have some hundred, and a wrong path should not be read to its end.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// The secret of a key in this form (`""`, `_env` or `_file`); the error is everything that is to be said.
pub(super) fn read(source: &Source<'_>, form: &str, text: &str) -> Result<String, String> {
    match form {
        "_env" => environment(source, text),
        "_file" => file(&source.path(text)),
        _ => clean(text.to_owned(), "the secret"),
    }
}

/// Reads a secret out of an environment variable.
fn environment(source: &Source<'_>, variable: &str) -> Result<String, String> {
    // Somebody may have put the secret itself here: what does not look like a variable's name is not repeated.
    let usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let named = if variable.chars().all(usual) { variable } else { "that is named here" };
    match (source.env)(variable) {
        Some(value) if !value.is_empty() => clean(value, &format!("the environment variable {named}")),
        Some(_) => Err(format!("the environment variable {named} is empty; set it to the secret")),
        None => Err(format!("the environment variable {named} is not set; set it to the secret")),
    }
}

/// Reads a secret's file; one line end at its end belongs to the editor and not to the secret. The path is not repeated either: somebody may have put
/// the secret itself in its place.
pub(super) fn file(path: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| {
        format!(
            "the file that is named here cannot be read: {error}; expected the path of a file that holds the secret"
        )
    };
    let size = std::fs::metadata(path).map_err(failed)?;
    if !size.is_file() || size.len() > MAX_SECRET_BYTES {
        return Err(format!("what is named here is no file of at most {MAX_SECRET_BYTES} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    if secret.is_empty() {
        return Err("the file that is named here is empty; write the secret into it".to_owned());
    }
    clean(secret.to_owned(), "the file that is named here")
}

/// Refuses what no secret has and an editor or a shell adds unseen: it would be sent, and refused as a wrong password.
fn clean(secret: String, place: &str) -> Result<String, String> {
    if secret.starts_with('\u{feff}') {
        return Err(format!("{place} begins with a byte order mark (BOM); save it as UTF-8 without one"));
    }
    if secret.contains(['\n', '\r']) {
        return Err(format!("{place} holds a line end besides the secret; write the secret alone, on one line"));
    }
    if secret.contains(char::is_control) {
        return Err(format!("{place} holds a control character; write the secret alone, in UTF-8"));
    }
    Ok(secret)
}
