//! Every word that the derives know, for a test that wants to see each of them used.

use super::{
    Vocabulary, db_default, db_enum, db_type, embed, field, foreign_key, full_text, index, many, meta, model,
    naming, per_backend, projection, validate,
};

/// The settings of every attribute.
pub(crate) const ALL: [&Vocabulary; 9] = [
    &model::VOCABULARY,
    &field::VOCABULARY,
    &meta::VOCABULARY,
    &embed::VOCABULARY,
    &db_type::VOCABULARY,
    &db_enum::VOCABULARY,
    &db_enum::VARIANT,
    &projection::VOCABULARY,
    &projection::FIELD,
];

/// A word, and the ways in which it may be used: `field.max_length`, `model.index.where`, `field.on_delete=cascade`.
pub(crate) struct Word(pub(crate) Vec<String>);

/// Every word: the settings, what stands within their parentheses, and what they are chosen from.
pub(crate) fn all() -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut add = |paths: &[&str], word: &str| {
        words.push(Word(paths.iter().map(|path| format!("{path}{word}")).collect()));
    };
    for vocabulary in ALL {
        for (setting, _) in vocabulary.settings {
            add(&[&format!("{}.", vocabulary.attribute)], setting);
        }
    }
    for word in naming::OPTIONS {
        add(&["model.naming.", "meta.naming."], word);
    }
    for (action, _) in field::ACTIONS {
        add(&["field.on_delete=", "field.on_update="], action);
    }
    for word in ["name", "unique", "where", "method", "opclass", "include", "expr"] {
        add(&["model.index.", "model.unique_together."], word);
    }
    for word in full_text::OPTIONS {
        add(&["model.full_text."], word);
    }
    for method in index::METHODS {
        add(&["model.index.method="], method.name);
    }
    add(&["model.check."], "name");
    for word in foreign_key::OPTIONS {
        add(&["model.foreign_key."], word);
    }
    for word in many::OPTIONS {
        add(&["model.many_to_many."], word);
    }
    for word in ["stored", "virtual"] {
        add(&["field.generated."], word);
    }
    for name in db_default::NAMES {
        add(&["field.db_default="], name);
    }
    add(&["field.db_default."], "sql");
    for backend in per_backend::BACKENDS {
        add(&["field.db_default."], backend);
        add(&["field.db_type.", "field.collation."], backend);
    }
    for (rule, _) in validate::RULES {
        match *rule {
            "custom" => {
                words.push(Word(vec!["field.validate.custom".to_owned(), "field.validate=".to_owned()]))
            }
            rule => words.push(Word(vec![format!("field.validate.{rule}")])),
        }
    }
    words
}
