//! Reads a Rust file as far as the rules of the house need: which paths it names in which line, comments and texts left out.
//!
//! No parser: a path is words joined by `::`, and a `use` with braces is spread out. That sees every import that rustfmt
//! writes, and it needs no other crate.

/// One file.
pub(super) struct File {
    /// Its path in the project.
    pub name: String,
    /// Its module path without `crate::`; empty for `lib.rs`.
    pub module: String,
    /// What it says.
    pub text: String,
}

/// One path that a file names, `self` and `super` worked out.
pub(super) struct Reference {
    pub path: String,
    pub line: usize,
}

/// A word, `::`, or any other sign.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Joint,
    Sign(char),
}

impl File {
    pub(super) fn new(name: String, text: String) -> Self {
        let path = name.trim_start_matches("src/").trim_start_matches("tests/").trim_end_matches(".rs");
        let path = path.trim_end_matches("/mod");
        let module = if path == "lib" || path == "mod" { String::new() } else { path.replace('/', "::") };
        Self { name, module, text }
    }

    /// Whether the line stands in code that only tests see: a file of tests, or behind `#[cfg(test)] mod … {`.
    pub(super) fn is_test_code(&self, line: usize) -> bool {
        let own_file = self.module.split("::").any(|part| part == "tests");
        let lines: Vec<&str> = self.text.lines().collect();
        let opens = |pair: &[&str]| {
            pair[0].trim() == "#[cfg(test)]" && pair[1].trim_start().starts_with("mod ") && pair[1].ends_with('{')
        };
        own_file || lines.windows(2).position(opens).is_some_and(|at| line > at + 1)
    }

    /// Every path of two words or more, and every import.
    pub(super) fn references(&self) -> Vec<Reference> {
        let tokens = tokens(&self.text);
        let mut found = Vec::new();
        let mut at = 0;
        // Where inline modules begin and how deep: `super` in one of them means this file's module or one below it.
        let mut inline: Vec<(String, usize)> = Vec::new();
        let mut depth: usize = 0;
        while at < tokens.len() {
            let (token, line) = &tokens[at];
            match token {
                Token::Sign('{') => depth += 1,
                Token::Sign('}') => {
                    depth = depth.saturating_sub(1);
                    inline.retain(|(_, inside)| *inside <= depth);
                }
                Token::Word(word) if word == "mod" => {
                    if let (Some((Token::Word(name), _)), Some((Token::Sign('{'), _))) =
                        (tokens.get(at + 1), tokens.get(at + 2))
                    {
                        inline.push((name.clone(), depth + 1));
                    }
                }
                Token::Word(word) => {
                    let mut module: Vec<&str> = self.module.split("::").filter(|part| !part.is_empty()).collect();
                    module.extend(inline.iter().map(|(name, _)| name.as_str()));
                    let is_use = word == "use";
                    let start = if is_use { at + 1 } else { at };
                    let mut paths = Vec::new();
                    let end = path(&tokens, start, &mut Vec::new(), &mut paths);
                    for path in paths.into_iter().filter(|path| is_use || path.len() > 1) {
                        found.push(Reference { path: resolved(path, &module), line: *line });
                    }
                    at = end.max(at + 1);
                    continue;
                }
                Token::Joint | Token::Sign(_) => {}
            }
            at += 1;
        }
        found
    }
}

/// Reads the path that begins at a token, braces spread out; returns where it ends.
fn path(tokens: &[(Token, usize)], start: usize, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let before = prefix.len();
    let mut at = start;
    if matches!(tokens.get(at), Some((Token::Joint, _))) {
        at += 1;
    }
    loop {
        match tokens.get(at) {
            Some((Token::Word(word), _)) => {
                if word != "self" || prefix.is_empty() {
                    prefix.push(word.clone());
                }
                at += 1;
            }
            Some((Token::Sign('{'), _)) if at > start || !prefix.is_empty() => {
                at += 1;
                while !matches!(tokens.get(at), Some((Token::Sign('}'), _)) | None) {
                    let next = path(tokens, at, prefix, found);
                    at = next.max(at + 1);
                    if let (Some((Token::Word(word), _)), Some(_)) = (tokens.get(at), tokens.get(at + 1))
                        && word == "as"
                    {
                        at += 2;
                    }
                    if matches!(tokens.get(at), Some((Token::Sign(','), _))) {
                        at += 1;
                    }
                }
                prefix.truncate(before);
                return at + 1;
            }
            Some((Token::Sign('*'), _)) if at > start => at += 1,
            Some(_) | None => break,
        }
        if !matches!(tokens.get(at), Some((Token::Joint, _))) {
            break;
        }
        at += 1;
    }
    if prefix.len() > before || at > start {
        found.push(prefix.clone());
    }
    prefix.truncate(before);
    at
}

/// Works out `self`, `super` and the crate's own name.
fn resolved(path: Vec<String>, module: &[&str]) -> String {
    let mut here: Vec<String> = module.iter().map(|part| (*part).to_owned()).collect();
    let mut rest = path.into_iter().peekable();
    let mut relative = false;
    while let Some(word) = rest.peek() {
        match word.as_str() {
            "self" => {}
            "super" => {
                here.pop();
            }
            _ => break,
        }
        relative = true;
        rest.next();
    }
    let rest: Vec<String> = rest.collect();
    match rest.first().map(String::as_str) {
        Some("crate" | "snapwarden") if !relative => format!("crate::{}", rest[1..].join("::")),
        _ if relative => std::iter::once("crate".to_owned()).chain(here).chain(rest).collect::<Vec<_>>().join("::"),
        _ => rest.join("::"),
    }
}

/// Words and signs with their lines; comments, texts and characters left out.
fn tokens(text: &str) -> Vec<(Token, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    let peek = |at: usize| chars.get(at).copied().unwrap_or('\0');
    while at < chars.len() {
        let start = at;
        match chars[at] {
            '/' if peek(at + 1) == '/' => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
            }
            '/' if peek(at + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (peek(at), peek(at + 1)) {
                        ('/', '*') => (depth, at) = (depth + 1, at + 2),
                        ('*', '/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 || at >= chars.len() {
                        break;
                    }
                }
            }
            '"' => at = after_text(&chars, at),
            'r' | 'b' | 'c' if after_raw(&chars, at).is_some() => at = after_raw(&chars, at).unwrap(),
            '\'' if peek(at + 1) == '\\' || peek(at + 2) == '\'' => {
                at += if peek(at + 1) == '\\' { 3 } else { 2 };
                while at < chars.len() && chars[at] != '\'' {
                    at += 1;
                }
                at += 1;
            }
            ':' if peek(at + 1) == ':' => {
                tokens.push((Token::Joint, line));
                at += 2;
            }
            c if c.is_alphanumeric() || c == '_' => {
                while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                    at += 1;
                }
                tokens.push((Token::Word(chars[start..at].iter().collect()), line));
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push((Token::Sign(c), line));
                }
                at += 1;
            }
        }
        line += chars[start..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// Behind a text that begins here with its quotation mark.
fn after_text(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Behind a raw or byte text, if one begins here.
fn after_raw(chars: &[char], start: usize) -> Option<usize> {
    let inside_word = start > 0 && (chars[start - 1].is_alphanumeric() || chars[start - 1] == '_');
    let mut at = start;
    while matches!(chars.get(at), Some('b' | 'c')) && at < start + 1 {
        at += 1;
    }
    let raw = chars.get(at) == Some(&'r');
    at += usize::from(raw);
    let mut hashes = 0;
    while raw && chars.get(at) == Some(&'#') {
        hashes += 1;
        at += 1;
    }
    if inside_word || chars.get(at) != Some(&'"') {
        return None;
    }
    if !raw {
        return Some(after_text(chars, at));
    }
    at += 1;
    while at < chars.len() {
        let closes = chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
        at += 1;
        if closes {
            return Some(at + hashes);
        }
    }
    Some(at)
}
