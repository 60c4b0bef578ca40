//! Writing a report's file: whole or not at all, so that a dashboard that reads it meanwhile finds the one before.

use std::io::Write;
use std::path::Path;

use super::parent;
use crate::app::AppError;

/// Writes the file beside its place first, then into it.
///
/// # Errors
/// [`AppError::Usage`] if it is a folder, [`AppError::Other`] if it cannot be written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| AppError::Other(format!("--out {name} cannot be written: {error}"));
    if path.is_dir() {
        return Err(AppError::Usage(format!("--out {name}: it is a folder; name a file")));
    }
    let beside = tempfile::Builder::new().prefix(".snapwarden-").suffix(".part").tempfile_in(parent(path));
    let mut beside = beside.map_err(failed)?;
    beside.write_all(bytes).map_err(failed)?;
    readable(beside.as_file()).map_err(failed)?;
    beside.as_file().sync_all().map_err(failed)?;
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A temporary file is its owner's alone; a report is what a web server or a monitoring agent picks up.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
