//! Writing a file whole or not at all, so that whoever reads it meanwhile finds the one before.

use std::fs::File;
use std::io;
use std::path::Path;

use super::AppError;

/// Has the file written beside its place first, and then puts it there.
///
/// # Errors
/// [`AppError::Usage`] if it is a folder; what `failed` makes of it if it cannot be written.
pub(super) fn whole<T>(
    path: &Path,
    failed: impl Fn(io::Error) -> AppError,
    write: impl FnOnce(&File) -> io::Result<T>,
) -> Result<T, AppError> {
    if path.is_dir() {
        return Err(AppError::Usage(format!("--out {}: it is a folder; name a file", path.display())));
    }
    let beside = tempfile::Builder::new().prefix(".snapwarden-").suffix(".part").tempfile_in(parent(path));
    let beside = beside.map_err(&failed)?;
    let written = write(beside.as_file()).map_err(&failed)?;
    beside.as_file().sync_all().map_err(&failed)?;
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(written)
}

/// The folder that a relative path is in.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
