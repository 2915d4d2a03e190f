//! Foreign keys over fields: what the table knows of them, accessors, assertions. Nothing where there is none.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;

use super::embed::place;
use super::metadata::{action, columns};
use super::relation::on_target;
use crate::ir::{Field, ForeignKey, Model, Reference, generated_at};

/// The columns of a field that refers to a key of several, under the names that it gives them.
pub(super) fn named_columns(at: usize, field: &Field, reference: &Reference) -> TokenStream {
    let (ident, ty, target) = (super::metadata::columns_ident(at), &field.ty, &reference.target);
    let names = reference.columns.iter().map(|(key, name)| quote!((#key, #name)));
    let written = quote!(#target).to_string().replace(' ', "");
    let message = format!(
        "`columns` of `{}` has to name each column of the primary key of `{written}`, by its name there, and no other",
        field.name
    );
    let span = generated_at(field.ident.span());
    let assert = quote_spanned!(span=> __orm::assert!(__orm::names_all(__KEY, __NAMES), #message););
    quote! {
        const #ident: &[__orm::ColumnDef] = {
            const __KEY: &[__orm::ColumnDef] = <#target as __orm::KeyColumns>::KEY;
            const __NAMES: &[(&__orm::str, &__orm::str)] = &[#(#names),*];
            #assert
            &__orm::named_columns::<{ __KEY.len() }>(__NAMES, __KEY, <#ty as __orm::FieldType>::NULLABLE)
        };
    }
}

/// The static that the table refers to, with the columns of each.
pub(super) fn items(model: &Model) -> TokenStream {
    if model.foreign_keys.is_empty() {
        return TokenStream::new();
    }
    let constants = (0_usize..).zip(&model.foreign_keys).map(|(number, key)| constant(model, number, key));
    let relations = (0_usize..).zip(&model.foreign_keys).map(|(number, key)| relation(model, number, key));
    let count = model.foreign_keys.len();
    quote! {
        #(#constants)*
        static __RELATIONS: [__orm::Field; #count] = [#(#relations),*];
    }
}

/// The part of the table.
pub(super) fn of_table(model: &Model) -> Option<TokenStream> {
    (!model.foreign_keys.is_empty()).then(|| quote!(relations: &__RELATIONS,))
}

fn columns_ident(number: usize) -> Ident {
    format_ident!("__RELATION_{number}")
}

/// The columns of the fields, one behind the other.
fn constant(model: &Model, number: usize, key: &ForeignKey) -> TokenStream {
    let (ident, parts) =
        (columns_ident(number), key.fields.iter().map(|at| columns(*at, &model.fields[*at])));
    quote! {
        const #ident: &[__orm::ColumnDef] = {
            const __PARTS: &[&[__orm::ColumnDef]] = &[#(#parts),*];
            &__orm::key_columns::<{ __orm::key_width(__PARTS) }>(__PARTS)
        };
    }
}

fn relation(model: &Model, number: usize, key: &ForeignKey) -> TokenStream {
    let (name, columns, target) = (key.name.unraw().to_string(), columns_ident(number), &key.target);
    let places = key.fields.iter().map(|at| place(model, *at));
    let to = match &key.to {
        Some(_) => {
            let to = referenced(key);
            quote!(__orm::Some(|| const { #to }))
        }
        None => quote!(__orm::None),
    };
    let (on_delete, on_update) = (action(key.on_delete), action(key.on_update));
    quote! {
        __orm::Field::new(#name, #columns).over(&[#(&__FIELDS[#places]),*]).reference(__orm::Reference {
            target: __orm::table::<#target>,
            path: <#target as __orm::KeyColumns>::PATH,
            to: #to,
            on_delete: #on_delete,
            on_update: #on_update,
        })
    }
}

/// The fields of the target.
fn referenced(key: &ForeignKey) -> TokenStream {
    let (target, fields) = (&key.target, key.to.iter().flatten());
    quote!(&[#(<#target>::#fields.field()),*] as &'static [&'static __orm::Field])
}

/// The accessors of the model.
pub(super) fn accessors(model: &Model) -> impl Iterator<Item = TokenStream> + '_ {
    (0_usize..).zip(&model.foreign_keys).map(|(number, key)| {
        let (ident, vis, accessor, target) = (&model.ident, &model.vis, &key.name, &key.target);
        let fields = || key.fields.iter().map(|at| &model.fields[*at]);
        let ty = match &key.to {
            Some(_) => {
                let values = fields().map(|field| {
                    let ty = field.base();
                    quote!(<#ty as __orm::FieldType>::Selected)
                });
                let values: Vec<_> = values.collect();
                match &values[..] {
                    [only] => quote!(__orm::Refers<#target, #only>),
                    _ => quote!(__orm::Refers<#target, (#(#values),*)>),
                }
            }
            None => quote!(__orm::ForeignKey<#target>),
        };
        let nullable = fields().any(|field| field.shape.nullable());
        let ty = if nullable { quote!(__orm::Option<#ty>) } else { ty };
        let names: Vec<_> = fields().map(|field| field.name.as_str()).collect();
        let doc = format!("The row that `{}` refer to.", names.join("` and `"));
        quote_spanned! {generated_at(accessor.span())=>
            #[doc = #doc]
            #vis const #accessor: __orm::Column<#ident, #ty> = __orm::Column::new(&__RELATIONS[#number]);
        }
    })
}

/// The accessors of the targets.
pub(super) fn reverse(model: &Model) -> impl Iterator<Item = TokenStream> + '_ {
    (0_usize..).zip(&model.foreign_keys).filter_map(|(number, key)| {
        let accessor = key.related_name.as_ref()?;
        let (ident, vis, target) = (&model.ident, &model.vis, &key.target);
        let (name, own) = (accessor.unraw().to_string(), key.name.unraw());
        let doc = format!("The rows of `{}` that refer to this one by `{own}`.", ident.unraw());
        let constant = quote_spanned! {generated_at(accessor.span())=>
            #[doc = #doc]
            #vis const #accessor: __orm::Relation<#target, #ident, __orm::Many> =
                __orm::Relation::new(#name, &__RELATIONS[#number]);
        };
        let instead = format!("{}::{own}.reverse()", ident.unraw());
        Some(on_target(target, ident, accessor, &instead, &constant))
    })
}

/// That each has the columns of a key.
pub(super) fn asserts(model: &Model) -> impl Iterator<Item = TokenStream> + '_ {
    let keys = (0_usize..).zip(&model.foreign_keys).filter(|_| !model.broken);
    keys.map(|(number, key)| {
        let (target, name, columns) = (&key.target, &key.name, columns_ident(number));
        let written = quote!(#target).to_string().replace(' ', "");
        let span = generated_at(name.span());
        let Some(fields) = &key.to else {
            let message = format!(
                "the fields of `{name}` have not the types of the primary key of `{written}`, in its order: write those, or \
                 `references(..)`"
            );
            return quote_spanned! {span=>
                const _: () = __orm::assert!(
                    __orm::same_columns(#columns, <#target as __orm::KeyColumns>::KEY),
                    #message
                );
            };
        };
        let names: Vec<_> = fields.iter().map(|field| field.unraw().to_string()).collect();
        let types = format!(
            "the fields of `{name}` have not the types of `{}` of `{written}`, in that order: write those types",
            names.join("`, `")
        );
        let unique = format!(
            "`{0}` of `{written}` are no unique key, so nothing can refer to them: write `unique_together({0})` there",
            names.join(", ")
        );
        let (to, at) = (referenced(key), fields.first().map_or(span, |first| generated_at(first.span())));
        let unique = quote_spanned! {at=>
            const _: () = __orm::assert!(__orm::are_unique::<#target>(#to), #unique);
        };
        quote_spanned! {span=>
            const _: () = {
                const __TO: &[&__orm::Field] = #to;
                __orm::assert!(
                    __orm::same_columns(#columns, &__orm::columns_of::<{ __orm::width_of(__TO) }>(__TO)),
                    #types
                );
            };
            #unique
        }
    })
}
