//! Checks: conditions that every row of a table fulfils.

use super::{Field, SchemaExpr, Table, expression_name};

/// A condition that every row fulfils.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Its name in the database; `None` for one derived from table, columns and condition.
    pub name: Option<&'static str>,
    /// The condition. As in a query it is true or false: a comparison with NULL is false.
    pub condition: SchemaExpr,
}

impl Check {
    /// A check without a name of its own.
    #[must_use]
    pub const fn new(condition: SchemaExpr) -> Self {
        Self { name: None, condition }
    }

    /// The check under this name.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Its name in the database.
    ///
    /// One that is derived holds a hash of the condition, so that it does not depend on what other checks there
    /// are.
    #[must_use]
    pub fn name_in(&self, table: &Table) -> String {
        match self.name {
            Some(name) => name.to_owned(),
            None => {
                let columns: Vec<_> = self.condition.columns().iter().map(|def| def.name).collect();
                expression_name(&table.full_name(), &columns, &self.condition.text(), "ck")
            }
        }
    }

    /// The field it is about, if that is one.
    #[must_use]
    pub fn field(&self) -> Option<&'static Field> {
        let mut fields: Vec<&'static Field> = Vec::new();
        self.condition.node().each_field(&mut |_, field| fields.push(field));
        let first = *fields.first()?;
        fields.iter().all(|field| crate::plan::same_field(field, first)).then_some(first)
    }
}
