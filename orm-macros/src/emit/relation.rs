//! The reverse accessors: `User::posts`, given by `Post`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::ir::{Field, Model, generated_at};

pub(super) fn emit(model: &Model) -> TokenStream {
    (0..).zip(&model.fields).filter_map(|(at, field)| reverse(model, at, field)).collect()
}

fn reverse(model: &Model, at: usize, field: &Field) -> Option<TokenStream> {
    let reference = field.reference.as_ref()?;
    let accessor = reference.related_name.as_ref()?;
    let (ident, vis, target) = (&model.ident, &model.vis, &reference.target);
    let name = accessor.unraw().to_string();
    let relation = format_ident!("__RELATION_{at}");
    let (one, words) = if reference.one { ("One", "The row") } else { ("Many", "The rows") };
    let one = format_ident!("{one}");
    let doc = format!("{words} of `{}` that refer to this one by `{}`.", ident.unraw(), field.name);
    // At the setting, so that a clash with something of the target's own is reported there.
    let constant = quote_spanned! {generated_at(accessor.span())=>
        #[doc = #doc]
        #vis const #accessor: __orm::Relation<#target, #ident, __orm::#one> = __orm::Relation::new(&#relation);
    };
    Some(quote! {
        static #relation: __orm::RelationDef = __orm::RelationDef {
            name: #name,
            source: __orm::table::<#target>,
            target: __orm::table::<#ident>,
            field: &__FIELDS[#at],
        };

        #[automatically_derived]
        impl #target {
            #constant
        }
    })
}
