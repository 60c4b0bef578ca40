//! Finds or builds the peer `vcsim`, starts it, and ends it with the test.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// The account that `tests/vcsim` lets in.
pub(crate) const USER: &str = "bot@vsphere.local";
/// Its password.
pub(crate) const PASSWORD: &str = "correct horse";

/// A vcsim that runs as long as this lives.
pub(crate) struct Vcsim {
    child: Child,
    /// Its address.
    pub(crate) url: String,
    /// Closing this ends it, even if this process is killed.
    _stdin: Option<ChildStdin>,
}

impl Vcsim {
    /// Starts one; none where there is no Go to build it with and nobody insists.
    pub(crate) fn start(arguments: &[&str]) -> Option<Self> {
        let path = vcsim()?;
        let mut child = Command::new(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("vcsim starts");
        let stdin = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("ready ").expect("vcsim says where it is").to_owned();
        Some(Self { child, url, _stdin: stdin })
    }
}

impl Drop for Vcsim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where vcsim is: `SNAPWARDEN_VCSIM`, or built once into the user's cache.
fn vcsim() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(find_or_build).as_deref()
}

fn find_or_build() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("SNAPWARDEN_VCSIM") {
        return Some(path.into());
    }
    if Command::new("go").arg("version").output().is_err() {
        let insisted = std::env::var_os("SNAPWARDEN_REQUIRE_PEERS").is_some_and(|value| value == "1");
        assert!(!insisted, "SNAPWARDEN_REQUIRE_PEERS=1, but there is no Go to build vcsim with");
        told!("skipped: vcsim (no Go)");
        return None;
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("snapwarden");
    std::fs::create_dir_all(&cache).unwrap();
    let path = cache.join("vcsim");
    // Go itself knows what has changed; an up-to-date program takes it some 0.3 s. It replaces the file in one step, so
    // that another test process may run the former one meanwhile.
    let fresh = cache.join(format!("vcsim-{}", std::process::id()));
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&fresh)
        .arg(".")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vcsim"))
        .status()
        .unwrap();
    assert!(built.success(), "vcsim does not build");
    std::fs::rename(&fresh, &path).unwrap();
    Some(path)
}
