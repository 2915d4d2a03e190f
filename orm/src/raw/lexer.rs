//! SQL taken apart as far as it takes to find placeholders, ends of statements and first words.
//!
//! What is quoted or commented is passed over as each backend would: dollar quotes, nested comments and `E'..'` are
//! PostgreSQL's; backslashes in quotes and `#` are MySQL's and MariaDB's; `[..]` is SQLite's.

use crate::driver::Backend;

/// What is found between quotes and comments, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    /// The first byte of it.
    pub(super) start: usize,
    /// The byte behind it.
    pub(super) end: usize,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A keyword, a name without quotes, or a number.
    Word(&'a str),
    /// `:name`.
    Named(&'a str),
    /// A placeholder in the backend's own notation.
    Positional,
    /// `;`
    End,
    /// A quoted name or a literal.
    Quoted,
    /// Any other character.
    Sign(u8),
}

/// Goes through a text.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    backend: Backend,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, backend: Backend) -> Self {
        Self { text, at: 0, backend }
    }

    fn is_mysql(&self) -> bool {
        matches!(self.backend, Backend::MySql | Backend::MariaDb)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn starts(&self, with: &str) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    /// Moves over white space and comments.
    fn skip_blank(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if self.starts_line_comment() {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            } else if let Some(marker) = self.hidden_code() {
                self.at += marker;
            } else if self.starts("/*") {
                self.skip_comment();
            } else {
                return;
            }
        }
    }

    fn starts_line_comment(&self) -> bool {
        if self.starts("#") {
            return self.is_mysql();
        }
        // On MySQL `--` is a comment only before a blank: `5--1` is six.
        self.starts("--")
            && (!self.is_mysql()
                || self
                    .byte(self.at + 2)
                    .is_none_or(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()))
    }

    /// The length of what stands before code in a comment: `/*!50000 .. */` and MariaDB's `/*M!100100 .. */` are run, not
    /// passed over.
    fn hidden_code(&self) -> Option<usize> {
        let marker = ["/*!", "/*M!"].into_iter().find(|marker| self.is_mysql() && self.starts(marker))?.len();
        let rest = self.text.as_bytes().get(self.at + marker..).unwrap_or_default();
        Some(marker + rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
    }

    fn skip_comment(&mut self) {
        let nests = self.backend == Backend::Postgres;
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            if self.starts("/*") && (nests || depth == 0) {
                depth += 1;
                self.at += 2;
            } else if self.starts("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    /// Moves over what is quoted: a doubled `quote` stands for itself, and if `escapes`, what follows a backslash too.
    fn skip_quoted(&mut self, quote: u8, escapes: bool) {
        self.at += 1;
        while let Some(byte) = self.byte(self.at) {
            self.at += 1;
            if escapes && byte == b'\\' {
                self.at += 1;
            } else if byte == quote {
                if self.byte(self.at) != Some(quote) {
                    return;
                }
                self.at += 1;
            }
        }
        self.at = self.text.len();
    }

    /// Moves over `$tag$ .. $tag$`, if that is what begins here.
    fn skip_dollar_quoted(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(length) = rest.get(1..).and_then(|rest| rest.find('$')) else { return false };
        let tag = rest.get(..length + 2).unwrap_or_default();
        let name = tag.get(1..=length).unwrap_or_default();
        if name.starts_with(|first: char| first.is_ascii_digit()) || !name.bytes().all(is_word) {
            return false;
        }
        let body = rest.get(tag.len()..).unwrap_or_default();
        self.at = match body.find(tag) {
            Some(end) => self.at + tag.len() * 2 + end,
            None => self.text.len(),
        };
        true
    }

    fn skip_word(&mut self) {
        while self.byte(self.at).is_some_and(|byte| is_word(byte) || byte == b'$') {
            self.at += 1;
        }
    }

    /// Whether a name may stand here for a placeholder: not behind another colon, a name or a bracket, as in `a::text`
    /// and `list[a:b]`.
    fn may_name(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.byte(at));
        !before.is_some_and(|byte| is_word(byte) || matches!(byte, b':' | b']' | b')' | b'"' | b'\'' | b'`'))
            && self.byte(self.at + 1).is_some_and(|byte| is_word(byte) && !byte.is_ascii_digit())
    }

    fn kind(&mut self, first: u8) -> Kind<'a> {
        let start = self.at;
        match first {
            b'\'' => self.skip_quoted(first, self.is_mysql()),
            b'"' => self.skip_quoted(first, self.is_mysql()),
            b'`' if self.backend != Backend::Postgres => self.skip_quoted(first, false),
            b'[' if self.backend == Backend::Sqlite => self.skip_quoted(b']', false),
            b'$' if self.backend == Backend::Postgres => {
                if !self.skip_dollar_quoted() {
                    self.at += 1;
                    let is_number = self.byte(self.at).is_some_and(|byte| byte.is_ascii_digit());
                    self.skip_word();
                    return if is_number { Kind::Positional } else { Kind::Sign(first) };
                }
            }
            b'$' | b'@' if self.backend == Backend::Sqlite => {
                self.at += 1;
                self.skip_word();
                return Kind::Positional;
            }
            b'?' if self.backend != Backend::Postgres => {
                self.at += 1;
                self.skip_word();
                return Kind::Positional;
            }
            b';' => {
                self.at += 1;
                return Kind::End;
            }
            b':' if self.may_name() => {
                self.at += 1;
                let name = self.at;
                while self.byte(self.at).is_some_and(is_word) {
                    self.at += 1;
                }
                return Kind::Named(self.text.get(name..self.at).unwrap_or_default());
            }
            first if is_word(first) => {
                self.skip_word();
                let word = self.text.get(start..self.at).unwrap_or_default();
                if self.backend == Backend::Postgres
                    && word.eq_ignore_ascii_case("e")
                    && self.byte(self.at) == Some(b'\'')
                {
                    self.skip_quoted(b'\'', true);
                    return Kind::Quoted;
                }
                return Kind::Word(word);
            }
            first => {
                self.at += 1;
                return Kind::Sign(first);
            }
        }
        Kind::Quoted
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blank();
        let first = self.byte(self.at)?;
        let start = self.at;
        let kind = self.kind(first);
        self.at = self.at.min(self.text.len());
        Some(Token { kind, start, end: self.at })
    }
}

/// Bytes of names and numbers. All that is not ASCII may be part of a name.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Backend; 4] = [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb];

    fn names(text: &str, backend: Backend) -> Vec<&str> {
        Lexer::new(text, backend)
            .filter_map(|token| match token.kind {
                Kind::Named(name) => Some(name),
                _ => None,
            })
            .collect()
    }

    fn ends(text: &str, backend: Backend) -> Vec<usize> {
        Lexer::new(text, backend).filter(|token| token.kind == Kind::End).map(|token| token.start).collect()
    }

    #[test]
    fn placeholders_are_names_behind_a_colon() {
        for backend in ALL {
            assert_eq!(
                names("SELECT :a,:b_2 FROM t WHERE c=:a AND (:größe)", backend),
                ["a", "b_2", "a", "größe"]
            );
            assert_eq!(names("SELECT a::text, b[1:2], c[lo:hi], x:=3, :1", backend), [""; 0]);
        }
    }

    #[test]
    fn what_is_quoted_or_commented_is_passed_over() {
        for backend in ALL {
            let text = "SELECT ':a', 'it''s :b', \":c\", /* :d ; */ :e -- :f ;\n, :g";
            assert_eq!(names(text, backend), ["e", "g"]);
            assert_eq!(ends(text, backend), [0; 0]);
        }
        let dollars = "SELECT $$ :a ; $$, $fn$ :b $$ ; $fn$, :c, $1";
        assert_eq!(names(dollars, Backend::Postgres), ["c"]);
        assert_eq!(names("/* /* :a */ :b */ SELECT :c", Backend::Postgres), ["c"]);
        assert_eq!(names("/* /* :a */ SELECT :c", Backend::MySql), ["c"]);
        assert_eq!(names(r"SELECT E'\':a', 'b\', :c", Backend::Postgres), ["c"]);
        assert_eq!(names(r#"SELECT '\':a', "\":b", `:c`, :d # :e"#, Backend::MariaDb), ["d"]);
        assert_eq!(names(r"SELECT [:a], 'b\', :c", Backend::Sqlite), ["c"]);
    }

    #[test]
    fn code_in_comments_of_mysql_is_code() {
        assert_eq!(names("SELECT 1 /*!50000 + :a */", Backend::MySql), ["a"]);
        assert_eq!(names("SELECT 1 /*M! + :a */", Backend::MariaDb), ["a"]);
        assert_eq!(names("SELECT 1 /*! + :a */", Backend::Postgres), [""; 0]);
    }

    #[test]
    fn two_minuses_need_a_blank_on_mysql() {
        assert_eq!(names("SELECT 5--:a", Backend::MySql), ["a"]);
        assert_eq!(names("SELECT 5--:a", Backend::Sqlite), [""; 0]);
    }

    #[test]
    fn the_notations_of_the_backends_are_seen() {
        let positional =
            |text, backend| Lexer::new(text, backend).filter(|token| token.kind == Kind::Positional).count();
        assert_eq!(positional("SELECT $1, $22, a$1", Backend::Postgres), 2);
        assert_eq!(positional("SELECT ?, a ? b", Backend::Postgres), 0);
        assert_eq!(positional("SELECT ?, ?2, @a, $b", Backend::Sqlite), 4);
        assert_eq!(positional("SELECT ?, @a, @@b", Backend::MySql), 1);
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in r"[a-z:;'$?\[\]/*#\-\\ \n`äE@1]{0,40}") {
            for backend in ALL {
                let mut last = 0;
                for token in Lexer::new(&text, backend) {
                    prop_assert!(token.start >= last && token.end > token.start && token.end <= text.len());
                    prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
                    last = token.end;
                }
            }
        }
    }
}
