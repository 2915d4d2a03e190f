//! What a model inherits of its `Meta` beside settings, and what it says itself: order, indexes, checks.
//!
//! Names of fields become fields by `orm::model::shared`, in const evaluation. A model without a `Meta` has what it says
//! as it is, and pays for none of this.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::embed::place;
use super::schema;
use crate::ir::{Model, Says, generated_at};

/// What the table refers to: nothing where nothing can be inherited.
pub(super) fn items(model: &Model) -> TokenStream {
    let Some(meta) = &model.meta else { return TokenStream::new() };
    let Says { ordering, checks, .. } = model.says;
    let mut out = TokenStream::new();
    if !ordering {
        out.extend(quote! {
            static __ORDERING: [__orm::OrderPart; __orm::shared::ordering_len(&__META)] =
                __orm::shared::ordering(&__META, &__FIELDS);
        });
    }
    if inherits_indexes(model) {
        let indexes = schema::indexes(model);
        let (count, own) = own("__OWN_INDEXES", quote!(Index), &indexes, &mut out);
        out.extend(quote! {
            static __PARTS: [__orm::IndexPart; __orm::shared::parts_len(&__META)] =
                __orm::shared::parts(&__META, &__FIELDS);
            static __INCLUDED: [&'static __orm::Field; __orm::shared::included_len(&__META)] =
                __orm::shared::included(&__META, &__FIELDS);
            static __INDEXES: [__orm::Index; #count + __orm::shared::indexes_len(&__META)] =
                __orm::shared::indexes(#own, &__META, &__FIELDS, &__PARTS, &__INCLUDED);
        });
    }
    if !checks {
        // Those of its fields.
        let checks = schema::checks(model);
        let (count, own) = own("__OWN_CHECKS", quote!(Check), &checks, &mut out);
        out.extend(quote! {
            static __CHECKS: [__orm::Check; #count + __orm::shared::checks_len(&__META)] =
                __orm::shared::checks(#own, &__META, &__FIELDS);
        });
    }
    // Where there are the faults of the model itself, these are not told.
    if !model.broken && !out.is_empty() {
        let key = model.key.iter().map(|at| place(model, *at));
        let (name, written) = (model.ident.unraw().to_string(), quote!(#meta).to_string().replace(' ', ""));
        out.extend(quote_spanned! {generated_at(meta.span())=>
            const _: () = {
                const __FAULT: __orm::shared::Fault =
                    __orm::shared::fault(&__META, &__FIELDS, &[#(&__FIELDS[#key]),*]);
                const __TEXT: &[__orm::u8] =
                    &__orm::shared::message::<{ __orm::shared::message_len(#name, #written, __FAULT) }>(
                        #name, #written, __FAULT,
                    );
                __orm::assert!(__FAULT.is_none(), "{}", __orm::shared::text(__TEXT));
            };
        });
    }
    out
}

/// The parts of the table.
pub(super) fn of_table(model: &Model) -> TokenStream {
    let inherits = model.meta.is_some();
    let ordering = if inherits && !model.says.ordering {
        Some(quote!(ordering: &__ORDERING,))
    } else {
        (!model.ordering.is_empty()).then(|| {
            let parts = model.ordering.iter().map(|(field, descending)| {
                let field = place(model, *field);
                quote!(__orm::OrderPart { field: &__FIELDS[#field], descending: #descending })
            });
            quote!(ordering: &[#(#parts),*],)
        })
    };
    let indexes = if inherits_indexes(model) {
        Some(quote!(indexes: &__INDEXES,))
    } else {
        let indexes = schema::indexes(model);
        (!indexes.is_empty()).then(|| quote!(indexes: &[#(#indexes),*],))
    };
    let checks = if inherits && !model.says.checks {
        Some(quote!(checks: &__CHECKS,))
    } else {
        let checks = schema::checks(model);
        (!checks.is_empty()).then(|| quote!(checks: &[#(#checks),*],))
    };
    quote!(#indexes #ordering #checks)
}

/// What the model has of its own, as a static if there is something: how many, and a slice of them.
fn own(name: &str, ty: TokenStream, own: &[TokenStream], out: &mut TokenStream) -> (usize, TokenStream) {
    let (name, count) = (format_ident!("{name}"), own.len());
    if count == 0 {
        return (0, quote!(&[]));
    }
    out.extend(quote!(static #name: [__orm::#ty; #count] = [#(#own),*];));
    (count, quote!(&#name))
}

fn inherits_indexes(model: &Model) -> bool {
    model.meta.is_some() && !(model.says.indexes && model.says.unique_keys)
}
