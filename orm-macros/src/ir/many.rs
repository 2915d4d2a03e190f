//! Many-to-many relations.

use syn::ext::IdentExt;
use syn::{Ident, Type};

use super::{NameCase, TableName, snake_case};

/// A many-to-many relation.
pub(crate) struct ManyToMany {
    /// The relation's name, where it is declared.
    pub(crate) name: Ident,
    /// The name of its constant; none where it would clash.
    pub(crate) accessor: Option<Ident>,
    /// The model it leads to.
    pub(crate) target: Type,
    /// The model between.
    pub(crate) through: Type,
    /// The two foreign keys of the model between, this model's first; to be found by their types without.
    pub(crate) fields: Option<(Ident, Ident)>,
    /// The model between, if it has to be made.
    pub(crate) made: Option<Made>,
    /// The accessor of the other side.
    pub(crate) related_name: Option<Ident>,
}

/// A model between that nobody wrote.
pub(crate) struct Made {
    pub(crate) ident: Ident,
    /// The table, without a prefix.
    pub(crate) table: TableName,
}

/// The table of a model that is made: that of the model that declares the relation, and the relation's name.
pub(crate) fn made_table(owner: &TableName, relation: &Ident, conventions: bool) -> TableName {
    let relation = relation.unraw().to_string();
    let behind = |at: usize, owner: &str| {
        let case = NameCase::ALL.get(at / 2).map_or(NameCase::Snake, |(_, case)| *case);
        case.behind(owner, &relation)
    };
    match owner {
        TableName::Given(owner) if !conventions => TableName::Given(format!("{owner}_{relation}")),
        TableName::Given(owner) => {
            TableName::Conventional(Box::new(std::array::from_fn(|at| behind(at, owner))))
        }
        TableName::Conventional(owners) => {
            TableName::Conventional(Box::new(std::array::from_fn(|at| behind(at, &owners[at]))))
        }
    }
}

/// `tags` of `Post` as `PostTags`.
pub(crate) fn made_ident(model: &Ident, relation: &Ident) -> Ident {
    let mut name = model.unraw().to_string();
    for word in relation.unraw().to_string().split('_') {
        let mut characters = word.chars();
        name.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(characters.as_str());
    }
    Ident::new(&name, relation.span())
}

/// The names of the foreign keys of a model that is made: those of the two models, `from` and `to` where they are
/// the same.
pub(crate) fn made_fields(model: &Ident, target: &Type, relation: &Ident) -> (Ident, Ident) {
    let far = match target {
        Type::Path(path) => path.path.segments.last().map(|last| snake_case(&last.ident.unraw().to_string())),
        _ => None,
    };
    let near = snake_case(&model.unraw().to_string());
    let (near, far) = match far {
        Some(far) if far != near => (near, far),
        _ => ("from".to_owned(), "to".to_owned()),
    };
    let ident = |name: &str| match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, relation.span()),
        Err(_) => Ident::new_raw(name, relation.span()),
    };
    (ident(&near), ident(&far))
}
