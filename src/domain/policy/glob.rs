//! Globs over names and folder paths: `*`, `?`, `[a-z]`, `[!a]`, `{web,db}-*`, `**/`, and `\` before a literal character.
//!
//! A rule's pattern decides who may destroy what, so it has to see characters as people do. Byte-wise globs take `?` for
//! one byte and fold case in ASCII only, which lets `prod-É1` slip past a rule against `prod-é?`. This one works on
//! lower-cased characters and runs in time proportional to pattern times text: no pattern can make it hang.

/// The longest pattern, in characters: vSphere's names end at 80, and a folder path holds a few of them.
pub const MAX_GLOB_CHARS: usize = 512;

/// How deep braces may nest: more than two is a mistake, and the limit bounds the parser's recursion.
const MAX_BRACE_DEPTH: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    program: Vec<Op>,
}

/// One instruction. What it leads to is the next one unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Op {
    /// Takes one character.
    Eat(One),
    /// Goes on at the next instruction and also there.
    Split(usize),
    /// Goes on there.
    Jump(usize),
}

/// What one character may be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum One {
    Just(char),
    /// Any character but `/`.
    InName,
    Any,
    /// One of these ranges, or none of them; never `/`.
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// Compiles a pattern. The error is a sentence part that says what is wrong with it.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        if pattern.is_empty() {
            return Err("an empty pattern matches nothing".to_owned());
        }
        let chars: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
        if chars.len() > MAX_GLOB_CHARS {
            return Err(format!("it is longer than {MAX_GLOB_CHARS} characters"));
        }
        let mut compiler = Compiler { chars: &chars, at: 0, program: Vec::new() };
        compiler.sequence(0)?;
        Ok(Self { program: compiler.program })
    }

    /// Whether the whole text fits, in any case of letters.
    pub fn matches(&self, text: &str) -> bool {
        let end = self.program.len();
        let mut now = vec![false; end + 1];
        let mut next = vec![false; end + 1];
        self.enter(0, &mut now);
        for c in text.chars().flat_map(char::to_lowercase) {
            next.fill(false);
            for (at, op) in self.program.iter().enumerate() {
                if let (true, Op::Eat(one)) = (now[at], op)
                    && one.takes(c)
                {
                    self.enter(at + 1, &mut next);
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        now[end]
    }

    /// Marks `start` and every instruction reached from it without taking a character.
    fn enter(&self, start: usize, states: &mut [bool]) {
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut states[at], true) {
                continue;
            }
            match self.program.get(at) {
                Some(Op::Split(other)) => open.extend([at + 1, *other]),
                Some(Op::Jump(there)) => open.push(*there),
                Some(Op::Eat(_)) | None => {}
            }
        }
    }
}

impl One {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Just(wanted) => *wanted == c,
            Self::InName => c != '/',
            Self::Any => true,
            Self::Class { negated, ranges } => {
                c != '/' && ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *negated
            }
        }
    }
}

/// Reads a pattern once, from left to right, and writes the program.
struct Compiler<'a> {
    chars: &'a [char],
    at: usize,
    program: Vec<Op>,
}

impl Compiler<'_> {
    /// Compiles up to the end, or up to the `,` or `}` that ends an alternative when `depth` is not 0.
    fn sequence(&mut self, depth: usize) -> Result<(), String> {
        while let Some(&c) = self.chars.get(self.at) {
            if depth > 0 && (c == ',' || c == '}') {
                return Ok(());
            }
            self.at += 1;
            match c {
                '*' => self.stars(),
                '?' => self.program.push(Op::Eat(One::InName)),
                '[' => self.class()?,
                '{' => self.braces(depth + 1)?,
                '}' => return Err("a } has no { before it".to_owned()),
                '\\' => {
                    let literal = self.take().ok_or("it ends in a \\ with nothing behind it")?;
                    self.program.push(Op::Eat(One::Just(literal)));
                }
                literal => self.program.push(Op::Eat(One::Just(literal))),
            }
        }
        if depth > 0 {
            return Err("a { has no } behind it".to_owned());
        }
        Ok(())
    }

    fn take(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied();
        self.at += usize::from(c.is_some());
        c
    }

    /// Behind the first `*`: `**` as a whole part of a path crosses folders, any other run of stars is one `*`.
    fn stars(&mut self) {
        let first = self.at - 1;
        while self.chars.get(self.at) == Some(&'*') {
            self.at += 1;
        }
        let opens_part = first == 0 || self.chars.get(first - 1) == Some(&'/');
        let double = self.at - first == 2 && opens_part;
        match self.chars.get(self.at) {
            // `**/`: nothing, or any folders with the slash behind the last.
            Some('/') if double => {
                self.at += 1;
                let start = self.program.len();
                self.program.push(Op::Split(start + 5));
                self.program.push(Op::Split(start + 4));
                self.program.push(Op::Eat(One::Any));
                self.program.push(Op::Jump(start + 1));
                self.program.push(Op::Eat(One::Just('/')));
            }
            None if double => self.any_number_of(One::Any),
            _ => self.any_number_of(One::InName),
        }
    }

    fn any_number_of(&mut self, one: One) {
        let start = self.program.len();
        self.program.push(Op::Split(start + 3));
        self.program.push(Op::Eat(one));
        self.program.push(Op::Jump(start));
    }

    /// Behind `[`. A `]` or `-` that comes first stands for itself.
    fn class(&mut self) -> Result<(), String> {
        let open = || "a [ has no ] behind it".to_owned();
        let negated = matches!(self.chars.get(self.at), Some('!' | '^'));
        self.at += usize::from(negated);
        let mut ranges = Vec::new();
        loop {
            let from = match self.take().ok_or_else(open)? {
                ']' if !ranges.is_empty() => break,
                '\\' => self.take().ok_or_else(open)?,
                literal => literal,
            };
            let is_range = self.chars.get(self.at) == Some(&'-') && self.chars.get(self.at + 1) != Some(&']');
            if !is_range {
                ranges.push((from, from));
                continue;
            }
            self.at += 1;
            let to = match self.take().ok_or_else(open)? {
                '\\' => self.take().ok_or_else(open)?,
                literal => literal,
            };
            if to < from {
                return Err(format!("the range {from}-{to} runs backwards"));
            }
            ranges.push((from, to));
        }
        self.program.push(Op::Eat(One::Class { negated, ranges }));
        Ok(())
    }

    /// Behind `{`: alternatives, each ending in a jump behind the closing brace.
    fn braces(&mut self, depth: usize) -> Result<(), String> {
        if depth > MAX_BRACE_DEPTH {
            return Err(format!("braces nest deeper than {MAX_BRACE_DEPTH}"));
        }
        let mut ends = Vec::new();
        loop {
            let split = self.program.len();
            self.program.push(Op::Split(split));
            self.sequence(depth)?;
            // `sequence` stops at a comma or a closing brace only.
            let last = self.take() == Some('}');
            if last {
                // The last alternative has no other to go to: its split leads where it leads anyway.
                self.program[split] = Op::Split(split + 1);
                break;
            }
            ends.push(self.program.len());
            self.program.push(Op::Jump(0));
            self.program[split] = Op::Split(self.program.len());
        }
        let behind = self.program.len();
        for end in ends {
            self.program[end] = Op::Jump(behind);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
