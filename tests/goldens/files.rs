//! Goldens on the disk: comparing, telling the difference so that it can be read, accepting, finding what is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

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

/// Compares the golden in this file, or writes it.
pub(crate) fn compare_at(file: &str, said: &str, found: &mut Found) {
    let path = folder().join(file);
    let golden = std::fs::read_to_string(&path).ok();
    if golden.as_deref() == Some(said) {
        return;
    }
    if accepts() {
        std::fs::create_dir_all(path.parent().expect("a golden lies in a folder")).expect("the folder can be made");
        std::fs::write(path, said).expect("the golden can be written");
        return;
    }
    let difference = match golden {
        Some(golden) => difference(&golden, said),
        None => format!("there is no such golden; now it would be:\n{said}"),
    };
    found.differences.push(format!("tests/golden/{file}\n{difference}"));
}

/// Fails if a folder has a file that is none of these. Where goldens are accepted, such a file is deleted.
#[track_caller]
pub(super) fn nothing_left_over(inside: &str, names: &BTreeSet<String>) {
    let made = |file: &PathBuf| file.file_name().is_some_and(|name| names.contains(name.to_string_lossy().as_ref()));
    let mut left: Vec<PathBuf> = files_below(&folder().join(inside)).into_iter().filter(|file| !made(file)).collect();
    if accepts() {
        left.retain(|file| std::fs::remove_file(file).is_err());
    }
    assert!(left.is_empty(), "no sample makes these goldens: delete the files, or bring their samples back: {left:?}");
}

/// Whether the goldens are to be written anew.
pub(super) fn accepts() -> bool {
    std::env::var_os(ACCEPT).is_some()
}

/// Where the goldens lie.
pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Every file in a folder and in those below it.
pub(super) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// Begins the heading of a sample, where a golden holds several.
pub(super) const HEADING: &str = "═══ ";

/// What differs, sample by sample: a file of thousands of lines is never compared as a whole.
fn difference(golden: &str, said: &str) -> String {
    let (old, new) = (samples_of(golden), samples_of(said));
    let headings: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut text = String::new();
    for heading in headings {
        let (old, new) = (old.get(heading).copied(), new.get(heading).copied());
        if old != new {
            text.push_str(&lines_that_differ(old.unwrap_or_default(), new.unwrap_or_default()));
        }
    }
    text
}

/// A golden cut at its headings. One without headings is a single piece.
fn samples_of(golden: &str) -> BTreeMap<&str, &str> {
    let mut samples = BTreeMap::new();
    let mut rest = golden;
    while !rest.is_empty() {
        let end = rest.find(&format!("\n{HEADING}")).map_or(rest.len(), |at| at + 1);
        let (sample, behind) = rest.split_at(end);
        let heading = sample.lines().next().filter(|line| line.starts_with(HEADING));
        samples.insert(heading.unwrap_or_default(), sample);
        rest = behind;
    }
    samples
}

/// The lines that went and came, with some of those around them.
fn lines_that_differ(golden: &str, said: &str) -> String {
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
    let (old, new) = ("═══ one\na\n\n═══ two\nb\n", "═══ one\na\n\n═══ two\nc\n\n═══ three\nd\n");
    let (two, three) = ("  ═══ two\n- b\n+ c\n+ \n", "+ ═══ three\n+ d\n");
    assert_eq!(difference(old, new), format!("{three}{two}"), "what is the same is not shown");
}

/// A second golden with the same content shows nothing that the first does not, and is one more file to read.
#[test]
fn goldens_differ_from_each_other() {
    if accepts() {
        return;
    }
    let mut seen: BTreeMap<Vec<u8>, PathBuf> = BTreeMap::new();
    for path in files_below(&folder()) {
        let content = std::fs::read(&path).expect("a golden can be read");
        if let Some(first) = seen.insert(content, path.clone()) {
            panic!("{} and {} are the same", first.display(), path.display());
        }
    }
}
