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
        _ => Ok(text.to_owned()),
    }
}

/// Reads a secret out of an environment variable.
fn environment(source: &Source<'_>, variable: &str) -> Result<String, String> {
    // Somebody may have put the secret itself here: what does not look like a variable's name is not repeated.
    let usual = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let named = if variable.chars().all(usual) { variable } else { "that is named here" };
    match (source.env)(variable) {
        Some(value) if !value.is_empty() => Ok(value),
        Some(_) => Err(format!("the environment variable {named} is empty; set it to the secret")),
        None => Err(format!("the environment variable {named} is not set; set it to the secret")),
    }
}

/// Reads a secret's file; one line end at its end belongs to the editor and not to the secret.
fn file(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let size = std::fs::metadata(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    if !size.is_file() || size.len() > MAX_SECRET_BYTES {
        return Err(format!("{shown} is no file of at most {MAX_SECRET_BYTES} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}"))?;
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    if secret.is_empty() {
        return Err(format!("{shown} is empty; write the secret into it"));
    }
    Ok(secret.to_owned())
}
