//! Every trait that a program can meet says what to write where it is not implemented.

use super::Breach;
use super::lexer::{Kind, Token};

/// Whose traits programs meet.
const LIBRARIES: [&str; 2] = ["orm/src/", "orm-migrate/src/"];

/// Traits without a hint: no program can name them, so the compiler speaks of the traits that stand on them.
const SEALED: &str = "Sealed";

/// Checks one file, named from the workspace's root.
pub(super) fn check(file: &str, tokens: &[Token<'_>]) -> Vec<Breach> {
    if !LIBRARIES.iter().any(|library| file.starts_with(library)) {
        return Vec::new();
    }
    let mut breaches = Vec::new();
    for (at, window) in tokens.windows(3).enumerate() {
        let (name, line) = match window {
            [
                Token { kind: Kind::Name("pub"), .. },
                Token { kind: Kind::Name("trait"), .. },
                Token { kind: Kind::Name(name), line },
            ] => (*name, *line),
            _ => continue,
        };
        if name != SEALED && !attributes(&tokens[..at]).any(|name| name == "on_unimplemented") {
            let what = format!(
                "`{name}` says nothing where it is not implemented: add `#[diagnostic::on_unimplemented(..)]`"
            );
            breaches.push(Breach { line, what });
        }
    }
    breaches
}

/// The names in the attributes that the tokens end with.
fn attributes<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'a str> + use<'t, 'a> {
    let mut start = tokens.len();
    while let Some(opening) = attribute(&tokens[..start]) {
        start = opening;
    }
    tokens[start..].iter().filter_map(|token| match token.kind {
        Kind::Name(name) => Some(name),
        Kind::Mark(_) => None,
    })
}

/// Where the attribute begins that the tokens end with.
fn attribute(tokens: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        match token.kind {
            Kind::Mark(']') => depth += 1,
            Kind::Mark('[') if depth == 1 => {
                return at.checked_sub(1).filter(|&before| tokens[before].kind == Kind::Mark('#'));
            }
            Kind::Mark('[') => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::walls::lexer::tokens;

    fn lines(file: &str, text: &str) -> Vec<usize> {
        check(file, &tokens(text)).iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn a_trait_that_says_nothing_is_found() {
        let said = "#[diagnostic::on_unimplemented(message = \"[no]\")]\n#[doc(hidden)]\npub trait Key {}\n";
        assert_eq!(lines("orm/src/model/key.rs", said), []);
        assert_eq!(lines("orm/src/model/key.rs", &format!("{said}pub trait Next {{}}")), [4]);
        assert_eq!(
            lines("orm-migrate/src/lib.rs", "/// on_unimplemented\n#[must_use]\npub trait A: B {}"),
            [3]
        );
        assert_eq!(
            lines("orm/src/lib.rs", "trait Own {}\npub(crate) trait Ours {}\npub trait Sealed {}"),
            []
        );
        assert_eq!(lines("xtask/src/main.rs", "pub trait Next {}"), []);
    }
}
