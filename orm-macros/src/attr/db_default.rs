//! `db_default = 0`, `db_default = now`, `db_default(sql = "..")`.

use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned;

use super::{Setting, per_backend, suggest};
use crate::ctxt::Ctxt;
use crate::ir::{DbDefault, Literal, literal};

/// `db_default` as written.
pub(crate) struct DbDefaultAttr {
    pub(crate) default: DbDefault,
    /// Where its value stands.
    pub(crate) at: Span,
    /// `today`, which is `now` for dates.
    pub(crate) today: bool,
}

/// What has a name.
pub(super) const NAMES: [&str; 3] = ["now", "today", "uuid"];

impl DbDefaultAttr {
    pub(crate) fn read(ctxt: &Ctxt, setting: &Setting<'_>) -> syn::Result<Self> {
        if setting.has_list() {
            let texts = per_backend::read(ctxt, setting, Some("sql"))?;
            return Ok(Self { default: DbDefault::Sql(texts), at: setting.span(), today: false });
        }
        let expr = setting.expr()?;
        let at = expr.span();
        if let Some(literal) = literal(&expr) {
            return Ok(Self { default: DbDefault::Literal(literal), at, today: false });
        }
        if let Some(items) = array(&expr) {
            return Ok(Self { default: DbDefault::Literal(Literal::Array(items)), at, today: false });
        }
        let other = "a database fills in a literal, `now`, `today`, `uuid`, or SQL: write \
                     `db_default(sql = \"..\")`";
        let Expr::Path(path) = &expr else { return Err(syn::Error::new(at, other)) };
        let Some(name) = path.path.get_ident().map(ToString::to_string) else {
            return Err(syn::Error::new(at, other));
        };
        let default = match name.as_str() {
            "now" | "today" => DbDefault::Now,
            "uuid" => DbDefault::Uuid,
            _ => {
                let near = suggest::nearest(&name, NAMES);
                let message = near.map_or(other.to_owned(), |near| format!("did you mean `{near}`?"));
                return Err(syn::Error::new(at, message));
            }
        };
        Ok(Self { default, at, today: name == "today" })
    }
}

/// The literals of `["a", "b"]`.
fn array(expr: &Expr) -> Option<Vec<Literal>> {
    match expr {
        Expr::Array(array) => array.elems.iter().map(literal).collect(),
        _ => None,
    }
}
