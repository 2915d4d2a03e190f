//! Questions about related rows: correlated sub-queries, which never multiply the rows of the query.

use sea_query::{Expr, SelectStatement};

use super::build::{Builder, internal};
use super::expr::not;
use super::list::sub_query;
use super::select::{Correlation, Wanted};
use super::source::{Source, referenced};
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{Path, Quantifier, Via};
use crate::plan::{Output, Select};

impl Builder {
    /// `path` leads to the row whose relation it is. If there is no such row, there are no related ones.
    pub(super) fn related(
        &mut self,
        at: &mut Source<'_>,
        quantifier: Quantifier,
        via: &Via,
        path: &Path,
        select: &Select,
    ) -> Result<Expr> {
        let mut key = Vec::new();
        for field in referenced(via.near())? {
            key.extend(at.field(self, path, field)?);
        }
        let correlation = Some(Correlation { via: *via, key });
        let wanted = match quantifier {
            Quantifier::Any | Quantifier::None => Wanted::One,
            Quantifier::Count => Wanted::Count,
            Quantifier::Aggregate => match select.output.first() {
                Some(Output::Expr(node)) => Wanted::Single(node, None),
                _ => return Err(internal("an aggregate over related rows that selects none")),
            },
        };
        let (rows, _) = self.query(select, wanted, correlation)?;
        Ok(match quantifier {
            Quantifier::Any => self.is_there(rows),
            Quantifier::None => not(Expr::exists(rows)),
            Quantifier::Count | Quantifier::Aggregate => sub_query(rows),
        })
    }

    /// That there are such rows, as a condition that rows have to fulfil.
    ///
    /// SQLite makes a join of it, and since 3.51 counts a row towards an offset once for each row that is found (seen with
    /// 3.51.3). It leaves alone what is not the bare condition.
    pub(super) fn is_there(&self, rows: SelectStatement) -> Expr {
        let exists = Expr::exists(rows);
        if self.skips && self.dialect.backend == Backend::Sqlite {
            return Expr::cust_with_expr("+?", exists);
        }
        exists
    }
}
