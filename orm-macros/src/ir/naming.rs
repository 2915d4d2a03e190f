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

/// How tables and columns are called whose model does not name them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Naming {
    pub(crate) tables: Option<NameCase>,
    pub(crate) plural: Option<bool>,
    pub(crate) columns: Option<NameCase>,
}

impl Naming {
    pub(crate) fn is_empty(self) -> bool {
        self.tables.is_none() && self.plural.is_none() && self.columns.is_none()
    }
}

/// A way to write a name of several words, in which every backend takes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameCase {
    Snake,
    Camel,
    Pascal,
    ScreamingSnake,
}

impl NameCase {
    /// Every way, as it is asked for: by an example of itself.
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("snake_case", Self::Snake),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
    ];

    /// As it is asked for.
    pub(crate) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, case)| *case == self).map_or("", |(word, _)| word)
    }

    /// The variant of the run time.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Snake => "Snake",
            Self::Camel => "Camel",
            Self::Pascal => "Pascal",
            Self::ScreamingSnake => "ScreamingSnake",
        }
    }

    /// A name in snake case, in this one.
    fn of(self, snake: &str) -> String {
        match self {
            Self::Snake => snake.to_owned(),
            Self::ScreamingSnake => snake.to_uppercase(),
            Self::Pascal => snake.split('_').map(capital).collect(),
            Self::Camel => {
                let mut words = snake.split('_').filter(|word| !word.is_empty());
                let first = words.next().unwrap_or_default().to_owned();
                words.fold(first, |name, word| name + &capital(word))
            }
        }
    }

    /// A name behind another one, which stays as it is.
    pub(crate) fn behind(self, name: &str, snake: &str) -> String {
        match self {
            Self::Snake | Self::ScreamingSnake => format!("{name}_{}", self.of(snake)),
            Self::Camel | Self::Pascal => format!("{name}{}", Self::Pascal.of(snake)),
        }
    }
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// More than one of them, as English has it as a rule; names that are exceptions are written out by who wants them.
fn plural(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut backwards = lower.chars().rev();
    let (last, before) = (backwards.next(), backwards.next());
    match (before, last) {
        (_, Some('s' | 'x' | 'z')) | (Some('c' | 's'), Some('h')) => format!("{name}es"),
        (Some(before), Some('y')) if before.is_alphabetic() && !"aeiou".contains(before) => {
            let mut stem = name.to_owned();
            stem.pop();
            format!("{stem}ies")
        }
        _ => format!("{name}s"),
    }
}

/// The table of a model of this name in each case, singular and plural, in the order of [`NameCase::ALL`].
pub(crate) fn table_names(model: &str) -> [String; 8] {
    let snake = snake_case(model);
    let names = |name: &str, model: &str| {
        NameCase::ALL.map(|(_, case)| if case == NameCase::Pascal { model.to_owned() } else { case.of(name) })
    };
    let [a, c, e, g] = names(&snake, model);
    let [b, d, f, h] = names(&plural(&snake), &plural(model));
    [a, b, c, d, e, f, g, h]
}

/// The column of a field of this name: as it is, and in each case, in the order of [`NameCase::ALL`].
pub(crate) fn column_names(field: &str) -> [String; 5] {
    let snake = snake_case(field);
    let [a, b, c, d] = NameCase::ALL.map(|(_, case)| case.of(&snake));
    [field.to_owned(), a, b, c, d]
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

    #[test]
    fn conventions_never_change() {
        assert_eq!(
            table_names("HTTPProxy"),
            [
                "http_proxy",
                "http_proxies",
                "httpProxy",
                "httpProxies",
                "HTTPProxy",
                "HTTPProxies",
                "HTTP_PROXY",
                "HTTP_PROXIES"
            ]
        );
        for (one, more) in [
            ("user", "users"),
            ("class", "classes"),
            ("box", "boxes"),
            ("match", "matches"),
            ("wish", "wishes"),
            ("month", "months"),
            ("category", "categories"),
            ("day", "days"),
            ("y", "ys"),
            ("item2", "item2s"),
            ("Übung", "Übungs"),
        ] {
            assert_eq!(plural(one), more);
        }
        assert_eq!(
            column_names("created_at"),
            ["created_at", "created_at", "createdAt", "CreatedAt", "CREATED_AT"]
        );
        assert_eq!(
            column_names("_zipCode2"),
            ["_zipCode2", "_zip_code2", "zipCode2", "ZipCode2", "_ZIP_CODE2"]
        );
        assert_eq!(
            column_names("größe_über"),
            ["größe_über", "größe_über", "größeÜber", "GrößeÜber", "GRÖSSE_ÜBER"]
        );
        assert_eq!(NameCase::Pascal.behind("Posts", "own_tags"), "PostsOwnTags");
        assert_eq!(NameCase::ScreamingSnake.behind("POSTS", "own_tags"), "POSTS_OWN_TAGS");
    }
}
