//! Text look-ups: exact characters, upper and lower case distinct, nothing is a wildcard.
//!
//! What is looked for is bound as it is, so the text does not depend on it. Where an index can serve a look-up
//! by the beginning, the dialect's pattern lets it. An empty text is contained in every text.

use sea_query::Expr;

use super::build::Builder;
use super::compare::{has_collation, own_collation};
use super::condition::Condition;
use super::dialect::SHORT;
use super::expr::nullable;
use super::source::Source;
use crate::error::Result;
use crate::expr::{Node, Pattern, TextLookup};

impl Builder {
    pub(super) fn text(
        &mut self,
        at: &mut Source<'_>,
        lookup: TextLookup,
        sides: &[Node; 2],
    ) -> Result<Condition> {
        let [text, wanted] = sides;
        let x = self.collated(at, text)?;
        let n = self.single(at, wanted, None)?;
        let pattern = match lookup {
            TextLookup::Contains => self.dialect.contains,
            TextLookup::StartsWith => match self.dialect.starts_with_short {
                Some(short) if is_short(text) => short,
                _ => self.dialect.starts_with,
            },
            TextLookup::EndsWith => self.dialect.ends_with,
        };
        Ok(Condition { expr: self.pattern(pattern, &x, &n), unknown: sides.iter().any(nullable) })
    }

    pub(super) fn matches(
        &mut self,
        at: &mut Source<'_>,
        text: &Node,
        pattern: &Pattern,
    ) -> Result<Condition> {
        let x = self.collated(at, text)?;
        let n = self.value(pattern.value(self.dialect.backend)?, None)?;
        Ok(Condition { expr: self.pattern(self.dialect.matches, &x, &n), unknown: nullable(text) })
    }

    /// A text that is compared by code point: a bound one has the collation of the session, which may not tell upper
    /// from lower case; nor may that which a model gives a column.
    fn collated(&mut self, at: &mut Source<'_>, text: &Node) -> Result<Expr> {
        let x = self.single(at, text, None)?;
        let own = own_collation(text, self.dialect).map(|_| self.dialect.code_point);
        let bound = if has_collation(text) { None } else { self.dialect.collation };
        Ok(match own.or(bound) {
            Some(collation) => self.pattern(&format!("{{x}} COLLATE {collation}"), &x, &x),
            None => x,
        })
    }
}

/// Whether the text is a column that an index can have whole.
fn is_short(text: &Node) -> bool {
    let Node::Field(_, field) = text else { return false };
    field.columns.first().and_then(|column| column.max_length).is_some_and(|length| length <= SHORT)
}
