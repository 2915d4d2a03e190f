//! Names in the database that follow from names in Rust. Databases keep them: the rules never change.

/// `BlogPost` as `blog_post`, `HTTPServer` as `http_server`, `Oauth2Token` as `oauth2_token`.
pub(crate) fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &character) in characters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| characters.get(i)).copied();
        let after = characters.get(i + 1).copied();
        if character.is_uppercase() {
            let ends_a_word = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
            let ends_capitals =
                before.is_some_and(char::is_uppercase) && after.is_some_and(char::is_lowercase);
            if ends_a_word || ends_capitals {
                out.push('_');
            }
        }
        out.extend(character.to_lowercase());
    }
    out
}

/// The column of a foreign key to a single key.
pub(crate) fn foreign_key_column(field: &str) -> String {
    format!("{field}_id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_change() {
        for (rust, table) in [
            ("User", "user"),
            ("BlogPost", "blog_post"),
            ("HTTPServer", "http_server"),
            ("Oauth2Token", "oauth2_token"),
            ("V2Item", "v2_item"),
            ("ABTest", "ab_test"),
            ("Already_Split", "already_split"),
            ("X", "x"),
            ("Übung", "übung"),
        ] {
            assert_eq!(snake_case(rust), table);
        }
        assert_eq!(foreign_key_column("author"), "author_id");
    }
}
