//! What is asked of related rows, and what is read of them.

use super::group::is_grouped;
use super::{Check, invalid};
use crate::error::Result;
use crate::expr::{Node, Quantifier, Via};
use crate::model::{Field, Table};
use crate::plan::{Children, Output, Select, same_field, same_table};

impl Check {
    pub(super) fn children(&self, children: &Children) -> Result<()> {
        let select = &children.select;
        if select.distinct || select.limit.is_some() || select.offset.is_some() || is_grouped(select) {
            return Err(invalid("related rows cannot be distinct or grouped, and are limited for each row"));
        }
        self.table(children.start)?;
        self.via(&children.via, children.start, select.table)?;
        self.select(select, 0)
    }

    /// A relation must lead from the one table to the other.
    pub(super) fn via(&self, via: &Via, source: &'static Table, target: &'static Table) -> Result<()> {
        match via {
            Via::ForeignKey(path, field) => {
                let owner = self.end_of(target, path)?;
                self.refers(owner, field, source)
            }
            Via::Through(pairs) => {
                let table = pairs.table();
                self.table(table)?;
                self.refers(table, pairs.near(), source)?;
                self.refers(table, pairs.far(), target)
            }
        }
    }

    /// The far side of a one-to-one is one row at most.
    pub(super) fn far(&self, via: &Via, source: &'static Table, far: &'static Table) -> Result<()> {
        self.table(far)?;
        self.via(via, source, far)?;
        if leads_to_one(via, far) {
            return Ok(());
        }
        let error =
            invalid("several rows may be related, so that none can be joined: use `prefetch_related`");
        Err(error.with_model(far.model).with_field(via.near().name))
    }

    fn refers(&self, owner: &Table, field: &'static Field, target: &'static Table) -> Result<()> {
        self.belongs(owner, field)?;
        match &field.reference {
            Some(reference) if same_table((reference.target)(), target) => Ok(()),
            _ => {
                let reason =
                    format!("`{}` of `{}` does not refer to `{}`", field.name, owner.model, target.model);
                Err(invalid(reason).with_field(field.name))
            }
        }
    }

    /// What may be asked of related rows: conditions and, for an aggregate, the one output.
    pub(super) fn related(&self, quantifier: Quantifier, via: &Via, select: &Select) -> Result<()> {
        if select.limit.is_some() || select.offset.is_some() || select.distinct || !select.group.is_empty() {
            return Err(invalid("related rows that are asked about cannot be limited, distinct or grouped"));
        }
        if !select.having.is_empty() {
            return Err(invalid("related rows that are asked about have no groups, so no `having`"));
        }
        match (quantifier, select.output.as_slice()) {
            (Quantifier::Aggregate, [Output::Expr(Node::Aggregate(_))]) => Ok(()),
            (Quantifier::Aggregate, [Output::Expr(node)]) if leads_to_one(via, select.table) => {
                self.single(node)
            }
            (Quantifier::Aggregate, _) => {
                let error = invalid("several rows may be related, so a value of theirs needs an aggregate");
                Err(error.with_field(via.near().name))
            }
            _ => Ok(()),
        }
    }
}

/// Whether at most one row of `table` is related to each row.
fn leads_to_one(via: &Via, table: &Table) -> bool {
    let Via::ForeignKey(path, field) = via else { return false };
    let is_key = matches!(table.primary_key, [key] if same_field(key, field));
    let over_key = !field.over.is_empty() && table.is_unique_key(field.over);
    path.is_empty() && (field.unique || is_key || over_key)
}
