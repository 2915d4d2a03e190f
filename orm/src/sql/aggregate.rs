//! Aggregates.

use sea_query::{CaseStatement, Expr, Func, FunctionCall};

use super::arithmetic::is_integer;
use super::build::{Builder, internal};
use super::decimal::scale_of;
use super::expr::word;
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{Aggregate, AggregateFunction, Node};
use crate::plan::check::{type_of, width};
use crate::types::Type;

impl Builder {
    /// An aggregate, decimals at the scale of what it goes over.
    pub(super) fn aggregate(&mut self, at: &mut Source<'_>, aggregate: &Aggregate) -> Result<Expr> {
        let Some(of) = &aggregate.of else {
            return self.call(at, "COUNT", None, aggregate);
        };
        match aggregate.function {
            AggregateFunction::Count => self.call(at, "COUNT", Some(of), aggregate),
            AggregateFunction::Min => self.call(at, "MIN", Some(of), aggregate),
            AggregateFunction::Max => self.call(at, "MAX", Some(of), aggregate),
            AggregateFunction::Sum => self.call(at, "SUM", Some(of), aggregate),
            AggregateFunction::Avg => self.average(at, of, aggregate),
            AggregateFunction::Own(own) => self.own(at, own.name, of, aggregate),
        }
    }

    /// The mean as a double. What is exact is summed exactly and rounded once, at the end, so that the last
    /// digit is the same on every backend.
    fn average(&mut self, at: &mut Source<'_>, of: &Node, aggregate: &Aggregate) -> Result<Expr> {
        let ty = type_of(of);
        if !ty.is_none_or(|ty| is_integer(ty) || matches!(ty, Type::Decimal | Type::Duration)) {
            return self.call(at, "AVG", Some(of), aggregate);
        }
        let sum = self.call(at, "SUM", Some(of), aggregate)?;
        let count = self.call(at, "COUNT", Some(of), aggregate)?;
        let double = self.dialect.double;
        let scaled = match scale_of(of) {
            Some(scale @ 1..) if self.is_scaled(of) => {
                format!(" / 1{}.0", "0".repeat(usize::from(scale)))
            }
            _ => String::new(),
        };
        Ok(self.pattern(&format!("CAST({{x}} AS {double}){scaled} / {{n}}"), &sum, &count))
    }

    /// A call of an aggregate that nobody here knows, with all of its arguments.
    fn own(
        &mut self,
        at: &mut Source<'_>,
        name: &'static str,
        of: &Node,
        aggregate: &Aggregate,
    ) -> Result<Expr> {
        let Node::Tuple(parts) = of else { return Err(internal("an aggregate without a list of arguments")) };
        let mut args = parts.iter().map(|part| self.single(at, part, None)).collect::<Result<Vec<_>>>()?;
        let filter = match &aggregate.filter {
            Some(filter) => Some(self.condition(at, filter)?.expr),
            None => None,
        };
        let mut call = Func::cust(name);
        match filter {
            Some(filter) if self.dialect.filter_clause => call = call.filter(filter),
            // What is NULL is passed over.
            Some(filter) => {
                args = args
                    .into_iter()
                    .map(|arg| CaseStatement::new().case(filter.clone(), arg).into())
                    .collect();
            }
            None => {}
        }
        if aggregate.distinct
            && let Some(first) = args.first_mut()
        {
            *first = self.distinct(first.clone());
        }
        Ok(call.args(args).into())
    }

    /// A call of an aggregate function; of rows if `of` is `None`.
    fn call(
        &mut self,
        at: &mut Source<'_>,
        function: &'static str,
        of: Option<&Node>,
        aggregate: &Aggregate,
    ) -> Result<Expr> {
        let filter = match &aggregate.filter {
            Some(filter) => Some(self.condition(at, filter)?.expr),
            None => None,
        };
        let mut argument = match of {
            None => word("*"),
            Some(of) if width(of) > 1 => {
                // Counted; the columns of a key are NULL all or none.
                let first = self.columns(at, of)?.into_iter().next();
                first.ok_or_else(|| internal("an aggregate over nothing"))?
            }
            Some(of) => {
                let mut expr = self.single(at, of, None)?;
                if matches!(function, "MIN" | "MAX") {
                    expr = self.ordered_node(expr, of);
                }
                self.summable(expr, of, function)
            }
        };
        let by_case = filter.is_some() && !self.dialect.filter_clause;
        if by_case && let Some(filter) = &filter {
            let counted = if of.is_none() { word("1") } else { argument };
            argument = CaseStatement::new().case(filter.clone(), counted).into();
        }
        if aggregate.distinct {
            argument = self.distinct(argument);
        }
        let mut call: FunctionCall = Func::cust(function).arg(argument);
        if !by_case && let Some(filter) = filter {
            call = call.filter(filter);
        }
        Ok(call.into())
    }

    /// PostgreSQL adds single precision up in single precision.
    fn summable(&self, expr: Expr, of: &Node, function: &str) -> Expr {
        let single = self.dialect.backend == Backend::Postgres && type_of(of) == Some(Type::F32);
        if single && matches!(function, "SUM" | "AVG") {
            return self.pattern("CAST({x} AS DOUBLE PRECISION)", &expr, &expr);
        }
        expr
    }

    fn distinct(&self, argument: Expr) -> Expr {
        self.pattern("DISTINCT {x}", &argument, &argument)
    }
}
