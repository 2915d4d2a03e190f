//! What differs between two renderings.

use crate::sql::ddl::table::Clause;

/// What goes, what comes, and what only gets another name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) gone: Vec<Clause>,
    pub(super) new: Vec<Clause>,
    /// The names before and behind.
    pub(super) renamed: Vec<(String, String)>,
}

/// What leads from these to those, by name and by what they say.
pub(super) fn difference(before: &[Clause], after: &[Clause]) -> Difference {
    let mut found = Difference {
        gone: before.iter().filter(|clause| !after.contains(clause)).cloned().collect(),
        new: after.iter().filter(|clause| !before.contains(clause)).cloned().collect(),
        renamed: Vec::new(),
    };
    found.new.retain(|new| {
        // A name that stays is changed, not given to another.
        if found.gone.iter().any(|gone| gone.name == new.name) {
            return true;
        }
        let Some(at) = found.gone.iter().position(|gone| gone.body == new.body) else { return true };
        if after.iter().any(|other| found.gone.get(at).is_some_and(|gone| gone.name == other.name)) {
            return true;
        }
        let gone = found.gone.remove(at);
        found.renamed.push((gone.name, new.name.clone()));
        false
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(name: &str, body: &str) -> Clause {
        Clause { name: name.to_owned(), body: body.to_owned() }
    }

    #[test]
    fn the_same_under_another_name_is_renamed() {
        let (a, b, c) = (clause("a", "1"), clause("b", "1"), clause("a", "2"));
        let found = difference(std::slice::from_ref(&a), std::slice::from_ref(&b));
        assert_eq!(found.renamed, [("a".to_owned(), "b".to_owned())]);
        assert!(found.gone.is_empty() && found.new.is_empty());
        let found = difference(std::slice::from_ref(&a), &[b.clone(), c.clone()]);
        assert_eq!((found.gone, found.new), (vec![a], vec![b, c]));
        assert!(found.renamed.is_empty());
    }
}
