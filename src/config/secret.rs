//! A secret's three forms: in the file, in the environment, in a file of its own. Nothing here repeats what it read.

use std::path::Path;

use secrecy::SecretString;

use super::source::Source;
use super::table::{Reading, Table, kind_of};

/// The largest secret file, in bytes: tokens have some hundred, and a wrong path should not be read to its end.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

impl Table<'_, '_> {
    /// A secret, from exactly one of `x`, `x_env` and `x_file`.
    pub(super) fn secret(&self, name: &'static str) -> Option<SecretString> {
        let spec = self.spec_of(name);
        let forms = [name.to_owned(), format!("{name}_env"), format!("{name}_file")];
        let given: Vec<&String> = forms.iter().filter(|form| self.has(form)).collect();
        let form = match given.as_slice() {
            [] => return self.absent(spec, |_| None),
            [form] => form.as_str(),
            [_, second, ..] => {
                self.error(
                    second,
                    format!("expected exactly one of {name}, {name}_env and {name}_file, found {}", given.len()),
                );
                return None;
            }
        };
        let (value, span) = self.value(form)?;
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
            // The value is not shown, whatever it is.
            self.error_at(span.start, form, format!("expected a text that is not empty, found {}", kind_of(value)));
            return None;
        };
        let secret = if form == name {
            Ok(text.to_owned())
        } else if form.ends_with("_env") {
            environment(self.source, text)
        } else {
            file(&self.source.path(text))
        };
        match secret {
            Ok(secret) => Some(SecretString::from(secret)),
            Err(_) if self.reading != Reading::Whole => None,
            Err(problem) => {
                self.error_at(span.start, form, problem);
                None
            }
        }
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
