//! What expressions make of the schema: indexes, checks, generated columns. Nothing where there is none.
//!
//! An expression is a closure without captures, which is const where expressions are not.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Type};

use super::embed;
use crate::ir::{Field, Generated, Index, IndexOf, Model, generated_at};

/// The indexes of the model itself.
pub(super) fn indexes(model: &Model) -> Vec<TokenStream> {
    model.indexes.iter().enumerate().map(|(number, index)| self::index(model, number, index)).collect()
}

fn index(model: &Model, number: usize, index: &Index) -> TokenStream {
    let name = index.name.as_ref().map(|name| quote!(name: __orm::Some(#name),));
    let unique = index.unique.then(|| quote!(unique: true,));
    let parts = index.parts.iter().enumerate().map(|(at, part)| {
        let descending = part.descending;
        let of = match &part.of {
            IndexOf::Field(field, _) => {
                let place = embed::index_place(model, number, at, part, *field);
                quote!(Field(&__FIELDS[#place]))
            }
            IndexOf::Expr(expr) => {
                let expr = built(&model.ident, &quote!(schema_value), None, expr);
                quote!(Expression(#expr))
            }
        };
        quote!(__orm::IndexPart { of: __orm::IndexOf::#of, descending: #descending })
    });
    let rows = index.condition.as_ref().map(|expr| {
        let condition = condition(model, expr);
        quote!(condition: __orm::Some(#condition),)
    });
    let method = index.method.map(|method| {
        let method = format_ident!("{method}");
        quote!(method: __orm::IndexMethod::#method,)
    });
    let op_class = index.op_class.as_ref().map(|class| quote!(op_class: __orm::Some(#class),));
    let include = (!index.include.is_empty()).then(|| {
        let fields = index.include.iter().map(|at| embed::place(model, *at));
        quote!(include: &[#(&__FIELDS[#fields]),*],)
    });
    quote! {
        __orm::Index { #name parts: &[#(#parts),*], #unique #rows #method #op_class #include ..__orm::Index::EMPTY }
    }
}

/// The checks of the model itself.
pub(super) fn checks(model: &Model) -> Vec<TokenStream> {
    let checks = model.checks.iter().map(|check| {
        let condition = condition(model, &check.condition);
        let name = check.name.as_ref().map(|name| quote!(.name(#name)));
        quote!(__orm::Check::new(#condition)#name)
    });
    checks.collect()
}

fn condition(model: &Model, expr: &Expr) -> TokenStream {
    built(&model.ident, &quote!(schema_condition), None, expr)
}

/// The expression behind a function. The call stands where the expression does, so that what is wrong with its type
/// is reported there.
fn built(model: &Ident, function: &TokenStream, ty: Option<&Type>, expr: &Expr) -> TokenStream {
    let span = generated_at(expr.span());
    let ty = ty.map(|ty| quote!(#ty,));
    let call = quote_spanned!(span=> __orm::#function::<#model, #ty _>(#expr));
    quote!(__orm::SchemaExpr::new(|| #call))
}

pub(super) fn generated(model: &Model, field: &Field, generated: &Generated) -> TokenStream {
    let stored = generated.stored;
    let value = built(&model.ident, &quote!(generated_value), Some(&field.ty), &generated.value);
    quote!(.generated(__orm::Generated { value: #value, stored: #stored }))
}
