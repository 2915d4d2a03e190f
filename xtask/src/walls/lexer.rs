//! Splits Rust source into names and marks, without comments, texts, characters, lifetimes and numbers.
//!
//! Not a full lexer: just enough that a name in the result is a name in the code.

/// A piece of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind<'a> {
    Name(&'a str),
    Mark(char),
}

/// A piece of code and the line it is on, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) line: usize,
}

/// All names and marks of a file.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = next(rest, first);
        let (taken, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if let Some(kind) = kind {
            tokens.push(Token { kind, line });
        }
        line += taken.matches('\n').count();
        rest = tail;
    }
    tokens
}

/// How many bytes come next, and what they are if they count.
fn next(rest: &str, first: char) -> (usize, Option<Kind<'_>>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (comment(rest), None);
    }
    if first == '"' {
        return (text(rest), None);
    }
    if first == '\'' {
        return (quote(rest), None);
    }
    if first.is_ascii_digit() {
        return (word(rest), None);
    }
    if first.is_alphabetic() || first == '_' {
        return name(rest);
    }
    (first.len_utf8(), (!first.is_whitespace()).then_some(Kind::Mark(first)))
}

/// A name, unless it is the prefix of a text such as `br"…"`.
fn name(rest: &str) -> (usize, Option<Kind<'_>>) {
    let length = word(rest);
    let (name, tail) = rest.split_at(length);
    let raw = matches!(name, "r" | "br" | "cr");
    if raw && let Some(text) = raw_text(tail) {
        return (length + text, None);
    }
    if matches!(name, "b" | "c") && tail.starts_with('"') {
        return (length + text(tail), None);
    }
    if name == "b" && tail.starts_with('\'') {
        return (length + quote(tail), None);
    }
    if name == "r" && tail.starts_with('#') {
        // A raw name, `r#type`: the mark goes with the prefix, and the name comes next.
        return (length + 1, None);
    }
    (length, Some(Kind::Name(name)))
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// A block comment with those inside it.
fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// A text in double quotes.
fn text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A raw text from its first `#` or quote on.
fn raw_text(rest: &str) -> Option<usize> {
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let body = rest.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map_or(rest.len(), |at| hashes + 1 + at + end.len()))
}

/// A character such as `'a'` or `'\''`, or only the quote of a lifetime such as `'a`.
fn quote(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let end = chars.skip(1).find(|&(_, c)| c == '\'');
            end.map_or(rest.len(), |(at, _)| at + 1)
        }
        Some((at, c)) => match chars.next() {
            Some((end, '\'')) => end + 1,
            _ if c.is_alphabetic() || c == '_' => at + word(rest.get(at..).unwrap_or_default()),
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn names(text: &str) -> Vec<(&str, usize)> {
        let mut names = Vec::new();
        for token in tokens(text) {
            if let Kind::Name(name) = token.kind {
                names.push((name, token.line));
            }
        }
        names
    }

    #[test]
    fn comments_and_texts_hold_no_names() {
        for text in [
            "// sqlx\n",
            "/// [`sqlx`]",
            "//! sqlx",
            "/* a /* sqlx */ sqlx */",
            r#""sqlx""#,
            r#""\"sqlx""#,
            r###"r#"sqlx " sqlx"#"###,
            "br\"sqlx\"",
            "b\"sqlx\" c\"sqlx\"",
            "'\\'' 's' b'x' 'sqlx '_ '\\u{41}'",
            "0x_sqlx 1_000u8",
        ] {
            assert_eq!(names(text), [], "{text}");
        }
    }

    #[test]
    fn names_outside_of_them_are_found_with_their_lines() {
        assert_eq!(names("/* a\nb */ one"), [("one", 2)]);
        assert_eq!(names("\"a\\\n\" one // two\nthree"), [("one", 2), ("three", 3)]);
        assert_eq!(names("r#\"\n\"# one"), [("one", 2)]);
        assert_eq!(names("'a' one 'b: two"), [("one", 1), ("two", 1)]);
        assert_eq!(names("r#type"), [("type", 1)]);
        assert_eq!(names("'\"' one \"'\" two"), [("one", 1), ("two", 1)]);
    }

    #[test]
    fn unfinished_pieces_end_with_the_file() {
        for text in ["/* a", "\"a", "r#\"a", "'", "'\\", "b'", "r#"] {
            assert!(names(text).is_empty(), "{text}");
        }
    }
}
