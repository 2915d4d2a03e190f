//! The expansion of `#[derive(Meta)]`, and the settings of models.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{lints, option, passed_key};
use crate::ir::{Database, Meta, Model, NameCase, PassedExpr, PassedIndex, PassedOf, Settings, generated_at};

pub(crate) fn meta(meta: &Meta) -> TokenStream {
    let (lints, krate, ident) = (lints(), &meta.krate, &meta.ident);
    let settings = settings(&meta.settings);
    let (lists, passed) = passed_on(meta);
    let parent = meta.extends.as_ref().map(|parent| quote!(.extends(<#parent as __orm::Meta>::DEF)));
    // At the parent, so that the compiler shows the way of a cycle.
    let span = generated_at(meta.extends.as_ref().map_or_else(|| ident.span(), Spanned::span));
    let def = quote_spanned!(span=> const DEF: __orm::MetaDef = #settings #passed #parent;);
    let passed_key = passed_key::to_models(meta);
    quote! {
        #passed_key
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;
            #lists
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
    let says = model.says;
    let said = [
        (says.ordering, quote!(.ordering(&[]))),
        (says.indexes, quote!(.indexes(&[]))),
        (says.unique_keys, quote!(.unique_keys(&[]))),
        (says.checks, quote!(.checks(&[]))),
    ];
    // What the model says itself it does not inherit.
    let said = said.into_iter().filter(|(says, _)| *says && model.meta.is_some()).map(|(_, none)| none);
    quote!(#own #(#said)* #parent)
}

/// The lists that a `Meta` passes on, as constants, and what puts them into its definition.
fn passed_on(meta: &Meta) -> (TokenStream, TokenStream) {
    let passed = &meta.passed;
    let (mut lists, mut out) = (TokenStream::new(), TokenStream::new());
    let mut list = |name: &str, constant: &str, ty: TokenStream, items: Vec<TokenStream>| {
        let (name, constant) = (format_ident!("{name}"), format_ident!("{constant}"));
        lists.extend(quote!(const #constant: &[__orm::shared::#ty] = &[#(#items),*];));
        out.extend(quote!(.#name(#constant)));
    };
    if let Some(parts) = &passed.ordering {
        let parts = parts.iter().map(|(field, descending)| {
            quote!(__orm::shared::SharedOrder { field: #field, descending: #descending })
        });
        list("ordering", "__ORDERING", quote!(SharedOrder), parts.collect());
    }
    if let Some(indexes) = &passed.indexes {
        let indexes = indexes.iter().map(|index| self::index(&meta.ident, index)).collect();
        list("indexes", "__INDEXES", quote!(SharedIndex), indexes);
    }
    if let Some(keys) = &passed.unique_keys {
        let keys = keys.iter().map(|index| self::index(&meta.ident, index)).collect();
        list("unique_keys", "__UNIQUE_KEYS", quote!(SharedIndex), keys);
    }
    if let Some(checks) = &passed.checks {
        let checks = checks.iter().map(|check| expr(&meta.ident, "condition", check)).collect();
        list("checks", "__CHECKS", quote!(SharedExpr), checks);
    }
    (lists, out)
}

fn index(meta: &Ident, index: &PassedIndex) -> TokenStream {
    let parts = index.parts.iter().map(|part| {
        let descending = part.descending;
        let of = match &part.of {
            PassedOf::Field(name) => quote!(Field(#name)),
            PassedOf::Expr(expr) => {
                let expr = self::expr(meta, "value", expr);
                quote!(Expression(#expr))
            }
        };
        quote!(__orm::shared::SharedPart { of: __orm::shared::SharedOf::#of, descending: #descending })
    });
    let unique = index.unique;
    let condition = option(index.condition.as_ref().map(|condition| expr(meta, "condition", condition)));
    let method = format_ident!("{}", index.method.unwrap_or("BTree"));
    let op_class = option(index.op_class.as_ref());
    let include = &index.include;
    quote! {
        __orm::shared::SharedIndex {
            parts: &[#(#parts),*],
            unique: #unique,
            condition: #condition,
            method: __orm::IndexMethod::#method,
            op_class: #op_class,
            include: &[#(#include),*],
        }
    }
}

/// An expression over columns of whichever model: its fields are variables in it. The call stands where the expression does,
/// so that what is wrong with its type is reported there.
fn expr(meta: &Ident, what: &str, expr: &PassedExpr) -> TokenStream {
    let function = format_ident!("schema_{what}");
    let (body, span) = (&expr.body, generated_at(expr.body.span()));
    let needs = expr.fields.iter().map(|(field, ty)| {
        let name = field.unraw().to_string();
        quote!(__orm::ColumnDef::of::<#ty>(#name))
    });
    let columns = expr.fields.iter().map(|(field, ty)| {
        let name = field.unraw().to_string();
        quote!(let #field: __orm::Column<#meta, #ty> = __orm::shared::column(__fields, #name);)
    });
    let call = quote_spanned!(span=> __orm::#function::<#meta, _>(#body));
    quote! {
        __orm::shared::SharedExpr {
            needs: &[#(#needs),*],
            build: |__fields: &'static [__orm::Field]| {
                #(#columns)*
                #call
            },
        }
    }
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
