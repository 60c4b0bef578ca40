//! Goldens on the disk: comparing, telling the difference so that it can be read, accepting, finding what is left over.

use std::path::{Path, PathBuf};

use snapwarden::message::words::Locale;

/// Set to anything, it makes the tests write the goldens instead of comparing them.
const ACCEPT: &str = "UPDATE_GOLDENS";

/// What to type to accept what the bot says now.
const HOW_TO_ACCEPT: &str = "UPDATE_GOLDENS=1 cargo test --locked goldens";

/// So many lines around a change are shown.
const AROUND: usize = 2;

/// What differs, over all files, so that one run tells everything.
#[derive(Default)]
pub(crate) struct Found {
    differences: Vec<String>,
}

impl Found {
    /// Fails if anything differs.
    #[track_caller]
    pub(crate) fn report(&self, renderer: &str) {
        assert!(
            self.differences.is_empty(),
            "{} goldens of {renderer} differ (- golden, + said now). Read them, then accept with\n    {HOW_TO_ACCEPT}\n\n{}",
            self.differences.len(),
            self.differences.join("\n")
        );
    }
}

/// Compares one golden, or writes it.
pub(super) fn compare(renderer: &str, locale: Locale, name: &str, extension: &str, said: &str, found: &mut Found) {
    compare_at(&format!("{renderer}/{}/{name}.{extension}", locale.tag()), said, found);
}

/// The same for goldens that all lie in one folder.
pub(super) fn compare_flat(renderer: &str, name: &str, said: &str, found: &mut Found) {
    compare_at(&format!("{renderer}/{name}"), said, found);
}

/// Compares the golden in this file, or writes it.
pub(crate) fn compare_at(file: &str, said: &str, found: &mut Found) {
    let path = folder().join(file);
    let golden = std::fs::read_to_string(&path).ok();
    if golden.as_deref() == Some(said) {
        return;
    }
    if std::env::var_os(ACCEPT).is_some() {
        std::fs::create_dir_all(path.parent().expect("a golden lies in a folder")).expect("the folder can be made");
        std::fs::write(path, said).expect("the golden can be written");
        return;
    }
    let difference = match golden {
        Some(golden) => difference(&golden, said),
        None => format!("there is no such golden; now it would be:\n{said}"),
    };
    let shown = path.strip_prefix(folder()).unwrap_or(&path);
    found.differences.push(format!("tests/golden/{}\n{difference}", shown.display()));
}

/// The files that no sample makes.
pub(super) fn unreferenced(names: &[&str]) -> Vec<String> {
    let mut left = Vec::new();
    for (renderer, extension) in [("plain", "txt"), ("console", "json")] {
        for locale in Locale::ALL {
            let folder = folder().join(renderer).join(locale.tag());
            for file in files_in(&folder) {
                let stem = file.file_stem().unwrap_or_default().to_string_lossy();
                let right = file.extension().is_some_and(|end| end == extension);
                if !right || !names.contains(&stem.as_ref()) {
                    left.push(file.display().to_string());
                }
            }
        }
    }
    left
}

/// The files in a renderer's own folder that are none of these.
pub(super) fn left_in(renderer: &str, names: &[String]) -> Vec<String> {
    let named = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        names.contains(&name)
    };
    files_in(&folder().join(renderer))
        .into_iter()
        .filter(|file| !named(file))
        .map(|file| file.display().to_string())
        .collect()
}

/// Where the goldens lie.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder);
    entries.into_iter().flatten().map(|entry| entry.expect("the folder can be read").path()).collect()
}

/// The lines that went and came, with some of those around them.
fn difference(golden: &str, said: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (golden.lines().collect(), said.lines().collect());
    let marked = marked(&old, &new);
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        marked.iter().skip(from).take(at - from + AROUND + 1).any(|(mark, _)| *mark != ' ')
    };
    let mut text = String::new();
    let mut left_out = false;
    for (at, (mark, line)) in marked.iter().enumerate() {
        if near(at) {
            text.push_str(&format!("{mark} {line}\n"));
        } else if !left_out {
            text.push_str("  …\n");
        }
        left_out = !near(at);
    }
    text
}

/// Every line with ` `, `-` or `+`, by the longest common subsequence.
fn marked<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut marked) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            marked.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            marked.push(('-', old[i]));
            i += 1;
        } else {
            marked.push(('+', new[j]));
            j += 1;
        }
    }
    marked
}

#[test]
fn goldens_differ_in_lines_that_are_shown() {
    let (old, new) = ("a\nb\nc\nd\ne\nf", "a\nb\nc\nd\nE\nf");
    assert_eq!(difference(old, new), "  …\n  c\n  d\n- e\n+ E\n  f\n");
    assert_eq!(difference("a", "a\nb"), "  a\n+ b\n");
}
