//! The models between, of many-to-many relations that name none: as a person would write them.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::lints;
use crate::ir::{Database, Made, ManyToMany, Model, NameCase, TableName, generated_at};

/// The structs and their expansions. They stand beside the model, so they name the run time by its full path.
pub(super) fn items(model: &Model) -> TokenStream {
    let made = model.many_to_many.iter().filter_map(|many| Some((many, many.made.as_ref()?)));
    made.map(|(many, made)| item(model, many, made)).collect()
}

fn item(model: &Model, many: &ManyToMany, made: &Made) -> TokenStream {
    let Some((near, far)) = &many.fields else { return TokenStream::new() };
    let (ident, vis, target, krate) = (&model.ident, &model.vis, &many.target, &model.krate);
    let (name, lints) = (&made.ident, lints());
    let settings = &model.settings;
    // Of its settings alone: order, indexes and checks are about other fields.
    let meta = model
        .meta
        .as_ref()
        .map(|meta| quote!(meta = #meta, ordering(), index(), unique_together(), check(),));
    let database = settings.database.as_ref().map(|database| match database {
        Database::Alias(name) => quote!(database = #name,),
        Database::Static(path) => quote!(database = #path,),
    });
    let replicas = settings.replicas.as_ref().map(|replicas| {
        let replicas = replicas.iter().map(|replica| match replica {
            Database::Alias(name) => quote!(#name),
            Database::Static(path) => quote!(#path),
        });
        quote!(replicas(#(#replicas),*),)
    });
    let texts = [("schema", &settings.schema), ("table_prefix", &settings.prefix), ("app", &settings.app)];
    let texts = texts.into_iter().filter_map(|(key, value)| {
        let (key, value) = (quote::format_ident!("{key}"), value.as_ref()?);
        Some(quote!(#key = #value,))
    });
    // Checked like one that a person writes; one by convention follows.
    let table = match &made.table {
        TableName::Given(name) => {
            let name = syn::LitStr::new(name, many.name.span());
            Some(quote!(table = #name,))
        }
        TableName::Conventional(_) => None,
    };
    let naming = (!settings.naming.is_empty()).then(|| {
        let case = |key: &str, case: Option<NameCase>| {
            let (key, word) = (quote::format_ident!("{key}"), case?.word());
            Some(quote!(#key = #word,))
        };
        let (tables, columns) =
            (case("tables", settings.naming.tables), case("columns", settings.naming.columns));
        let plural = settings.naming.plural.map(|plural| quote!(plural = #plural,));
        quote!(naming(#tables #plural #columns),)
    });
    let doc =
        format!("A row of `{}` and a row of `{}` that belong together.", ident.unraw(), quote!(#target));
    let (near_doc, far_doc) =
        (format!("The row of `{}`.", ident.unraw()), format!("The row of `{}`.", quote!(#target)));
    let span = generated_at(many.name.span());
    // What it is, without the derive, whose expansion follows.
    let fields = |attributes: bool| {
        let [near_field, far_field] =
            [quote!(#[field(on_delete = cascade)]), quote!(#[field(on_delete = cascade, index)])]
                .map(|attribute| attributes.then_some(attribute));
        quote_spanned! {span=>
            #[doc = #near_doc]
            #near_field
            pub #near: #krate::private::ForeignKey<#ident>,
            #[doc = #far_doc]
            #far_field
            pub #far: #krate::private::ForeignKey<#target>,
        }
    };
    let (plain, declared) = (fields(false), fields(true));
    let input = quote_spanned! {span=>
        #[doc = #doc]
        #[model(crate = #krate, #meta #database #replicas #(#texts)* #naming #table primary_key(#near, #far))]
        #vis struct #name { #declared }
    };
    let expansion = match crate::expand::made(input, made.table.clone()) {
        Ok(expansion) => expansion,
        // Its faults are those of the names it was given.
        Err(refused) => refused.errors.into_compile_error(),
    };
    quote_spanned! {span=>
        #[doc = #doc]
        #[derive(#krate::private::Debug, #krate::private::Clone, #krate::private::PartialEq)]
        #lints
        #vis struct #name { #plain }
        #expansion
    }
}
