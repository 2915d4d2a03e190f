//! The expansion of `#[derive(Meta)]`, and the settings of models.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{lints, option};
use crate::ir::{Database, Meta, Model, NameCase, Settings, generated_at};

pub(crate) fn meta(meta: &Meta) -> TokenStream {
    let (lints, krate, ident) = (lints(), &meta.krate, &meta.ident);
    let settings = settings(&meta.settings);
    let parent = meta.extends.as_ref().map(|parent| quote!(.extends(<#parent as __orm::Meta>::DEF)));
    // At the parent, so that the compiler shows the way of a cycle.
    let span = generated_at(meta.extends.as_ref().map_or_else(|| ident.span(), Spanned::span));
    let def = quote_spanned!(span=> const DEF: __orm::MetaDef = #settings #parent;);
    quote! {
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;
            #[automatically_derived]
            impl __orm::Meta for #ident {
                #def
            }
        };
    }
}

/// The settings of a model, those of its `Meta` included.
pub(super) fn all_settings(model: &Model) -> TokenStream {
    let parent = model.meta.as_ref().map(|meta| quote!(.extends(<#meta as __orm::Meta>::DEF)));
    let own = settings(&model.settings);
    quote!(#own #parent)
}

/// The settings as a `MetaDef`.
fn settings(settings: &Settings) -> TokenStream {
    let database = settings.database.as_ref().map(|database| match database {
        Database::Alias(name) => quote!(.database(|| __orm::From::from(#name))),
        Database::Static(path) => quote!(.database(|| __orm::From::from(&#path))),
    });
    let replicas = settings.replicas.as_ref().map(|replicas| {
        let sources = replicas.iter().map(|replica| match replica {
            Database::Alias(name) => quote!(|| __orm::From::from(#name)),
            Database::Static(path) => quote!(|| __orm::From::from(&#path)),
        });
        quote!(.replicas(|| {
            static __REPLICAS: __orm::ReplicaSet = __orm::ReplicaSet::new(&[#(#sources),*]);
            &__REPLICAS
        }))
    });
    let schema = settings.schema.as_ref().map(|schema| quote!(.schema(#schema)));
    let prefix = settings.prefix.as_ref().map(|prefix| quote!(.prefix(#prefix)));
    let app = settings.app.as_ref().map(|app| quote!(.app(#app)));
    let naming = (!settings.naming.is_empty()).then(|| {
        let case = |case: Option<NameCase>| {
            option(case.map(|case| {
                let case = format_ident!("{}", case.variant());
                quote!(__orm::NameCase::#case)
            }))
        };
        let (tables, columns) = (case(settings.naming.tables), case(settings.naming.columns));
        let plural = option(settings.naming.plural.map(|plural| quote!(#plural)));
        quote!(.naming(__orm::Naming { tables: #tables, plural: #plural, columns: #columns }))
    });
    quote!(__orm::MetaDef::EMPTY #database #replicas #schema #prefix #app #naming)
}
