//! Ways to write the names of variants.

use super::snake_case;

/// A way to write a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// Every way, as it is asked for: by an example of itself.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    /// The name of a variant, which is in Pascal case, written so. Databases keep it: the rules never change.
    pub(crate) fn of(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
            Self::Pascal => name.to_owned(),
            Self::Camel => {
                let mut characters = name.chars();
                characters
                    .next()
                    .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
            }
            Self::Snake => snake_case(name),
            Self::ScreamingSnake => snake_case(name).to_uppercase(),
            Self::Kebab => snake_case(name).replace('_', "-"),
            Self::ScreamingKebab => snake_case(name).to_uppercase().replace('_', "-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_change() {
        let written: Vec<_> = Case::ALL.iter().map(|(_, case)| case.of("InProgress")).collect();
        assert_eq!(
            written,
            [
                "inprogress",
                "INPROGRESS",
                "InProgress",
                "inProgress",
                "in_progress",
                "IN_PROGRESS",
                "in-progress",
                "IN-PROGRESS"
            ]
        );
        assert_eq!(Case::Snake.of("HTTPServer2"), "http_server2");
    }
}
