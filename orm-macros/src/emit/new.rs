//! `NewX`: what an insert needs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{debug, documented, embed, lints};
use crate::ir::{Default, Field, InNew, Kind, Literal, Model};

/// The struct. It stands beside the model, so it names the run time by its full path.
pub(super) fn item(model: &Model) -> TokenStream {
    let (vis, new, krate) = (&model.vis, &model.new_ident, &model.krate);
    let (lints, derives) = (lints(), debug::derives(model, &model.new_derives));
    let doc = format!("What an insert of a `{}` needs.", model.ident);
    let serde = model.serde.then(|| serde_container(krate));
    let fields = present(model).map(|field| {
        let (ident, ty) = (&field.ident, field.given(&quote!(#krate::private)));
        let docs = documented(&field.docs, &field.fallback_doc());
        let serde = model.serde.then(|| serde_default(model, field));
        let ty = match field.in_new {
            InNew::Insertable => quote!(#krate::private::Option<#ty>),
            _ => quote!(#ty),
        };
        quote!(#docs #serde pub #ident: #ty)
    });
    let embeds = embed::bounds(model, &quote!(#krate::private));
    quote! {
        #[doc = #doc]
        #derives
        #serde
        #lints
        #vis struct #new #embeds {
            #(#fields),*
        }
    }
}

/// Constructor, setters, and the implementation of `Insert`.
pub(super) fn impls(model: &Model) -> TokenStream {
    let (ident, new) = (&model.ident, &model.new_ident);
    let (methods, values, embeds) = (methods(model), values(model), embed::bounds(model, &quote!(__orm)));
    quote! {
        #methods

        #[automatically_derived]
        impl __orm::Insert<#ident> for #new #embeds {
            fn values(self, __out: &mut __orm::Values) {
                #values
            }
        }
    }
}

/// Constructor, setters, and the conversion of a row.
pub(super) fn methods(model: &Model) -> TokenStream {
    let (ident, new) = (&model.ident, &model.new_ident);
    let required = present(model).filter(|field| field.in_new == InNew::Required);
    let parameters = required.map(|field| {
        let (ident, (ty, _)) = (&field.ident, parameter(field));
        quote!(#ident: #ty)
    });
    let start = present(model).map(|field| {
        let ident = &field.ident;
        let value = match field.in_new {
            InNew::Required => parameter(field).1,
            _ if has_default_function(model, field) => {
                let function = default_function(field);
                quote!(Self::#function())
            }
            _ => default(field),
        };
        quote!(#ident: #value)
    });
    let defaults = present(model).filter(|field| has_default_function(model, field)).map(|field| {
        let (function, ty, value) = (default_function(field), field.given(&quote!(__orm)), default(field));
        quote!(fn #function() -> #ty { #value })
    });
    // `new` is the constructor: refused, and left out where a refused model is expanded.
    let optional = |field: &&Field| field.in_new != InNew::Required && field.name != "new";
    let setters = present(model).filter(optional).map(setter);
    let copies = present(model).map(|field| {
        let ident = &field.ident;
        match field.in_new {
            InNew::Insertable => quote!(#ident: __orm::Some(__row.#ident)),
            _ if field.embed.is_some() && field.shape.nullable() => {
                quote!(#ident: __orm::Option::map(__row.#ident, __orm::Into::into))
            }
            _ if field.embed.is_some() => quote!(#ident: __orm::Into::into(__row.#ident)),
            _ => quote!(#ident: __row.#ident),
        }
    });
    let (bare, embeds) = (bare(model), embed::bounds(model, &quote!(__orm)));
    let debug =
        debug::is_own(model, &model.new_derives).then(|| debug::implementation(model, new, present(model)));
    quote! {
        #debug
        #bare

        #[automatically_derived]
        impl #new #embeds {
            /// With every value that must be given.
            #[must_use]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#start),* }
            }

            #(#setters)*
            #(#defaults)*
        }

        #[automatically_derived]
        impl __orm::From<#ident> for #new #embeds {
            fn from(__row: #ident) -> Self {
                Self { #(#copies),* }
            }
        }
    }
}

/// The implementation of `Bare`, for a model that may stand between two others: its rows need two foreign keys and
/// nothing else that nothing fills.
fn bare(model: &Model) -> TokenStream {
    let is_key = |field: &Field| field.shape.target().is_some();
    let required = || model.fields.iter().filter(|field| field.in_new == InNew::Required);
    let pair = model.fields.iter().filter(|field| is_key(field)).count() >= 2;
    if !pair || required().count() > 2 || !required().all(is_key) {
        return TokenStream::new();
    }
    let ident = &model.ident;
    let values = model.fields.iter().map(|field| match field.in_new {
        InNew::Optional => {
            let (ty, value) = (&field.ty, default(field));
            quote!(__out.set(<#ty as __orm::FieldType>::into_field_value(#value));)
        }
        InNew::Required | InNew::Insertable | InNew::Absent => quote!(__out.skip();),
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Bare for #ident {
            fn bare(__out: &mut __orm::Values) {
                #(#values)*
            }
        }
    }
}

/// The fields that are in `NewX` at all.
pub(super) fn present(model: &Model) -> impl Iterator<Item = &Field> {
    model.fields.iter().filter(|field| field.in_new != InNew::Absent)
}

/// What `new` gives a field without a parameter.
fn default(field: &Field) -> TokenStream {
    match &field.default {
        None => quote!(__orm::None),
        Some(Default::Expression(expr)) => quote!(#expr),
        Some(Default::Literal(literal, expr)) => {
            let converted =
                matches!(literal, Literal::Text(_)) || matches!(field.shape.kind, Kind::Reference(_));
            let value = if converted { quote!(__orm::Into::into(#expr)) } else { quote!(#expr) };
            if field.shape.nullable() { quote!(__orm::Some(#value)) } else { value }
        }
    }
}

/// The type of a parameter that gives a field its value, and that value.
///
/// A number is taken as it is: of what becomes a `u16`, the compiler could not tell which of them the literal `18` is.
fn parameter(field: &Field) -> (TokenStream, TokenStream) {
    parameter_of(field, &field.given_base(&quote!(__orm)))
}

/// The same for what stands for a value of the field, `Option` aside.
pub(super) fn parameter_of(field: &Field, base: &TokenStream) -> (TokenStream, TokenStream) {
    let ident = &field.ident;
    if field.shape.nullable() {
        return (quote!(impl __orm::IntoNullable<#base>), quote!(__orm::IntoNullable::into_nullable(#ident)));
    }
    match field.shape.kind {
        Kind::Integer | Kind::Float | Kind::Bool => (base.clone(), quote!(#ident)),
        _ => (quote!(impl __orm::Into<#base>), quote!(__orm::Into::into(#ident))),
    }
}

fn setter(field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, field.given(&quote!(__orm)));
    let docs = documented(&field.docs, &field.fallback_doc());
    let (parameter, value) = match (field.shape.nullable(), field.in_new) {
        (true, InNew::Insertable) => {
            let (parameter, value) = parameter(field);
            (parameter, quote!(__orm::Some(#value)))
        }
        (false, InNew::Insertable) => {
            (quote!(impl __orm::IntoNullable<#ty>), quote!(__orm::IntoNullable::into_nullable(#ident)))
        }
        _ => parameter(field),
    };
    quote! {
        #docs
        #[must_use]
        pub fn #ident(mut self, #ident: #parameter) -> Self {
            self.#ident = #value;
            self
        }
    }
}

/// The values of all fields, of the struct `self`.
pub(super) fn values(model: &Model) -> TokenStream {
    model.fields.iter().map(|field| value(field, &quote!(self))).collect()
}

/// The value of a field, or none, on its way to the plan.
pub(super) fn value(field: &Field, of: &TokenStream) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    match field.in_new {
        _ if field.embed.is_some() => {
            let base = field.base();
            let value =
                if field.shape.nullable() { quote!(#of.#ident) } else { quote!(__orm::Some(#of.#ident)) };
            quote!(__orm::embed_option::<#base>(#value, __out);)
        }
        InNew::Absent => quote!(__out.skip();),
        InNew::Required | InNew::Optional => {
            quote!(__out.set(<#ty as __orm::FieldType>::into_field_value(#of.#ident));)
        }
        InNew::Insertable => quote! {
            match #of.#ident {
                __orm::Some(__value) => __out.set(<#ty as __orm::FieldType>::into_field_value(__value)),
                __orm::None => __out.skip(),
            }
        },
    }
}

/// What makes a struct readable by serde.
pub(super) fn serde_container(krate: &TokenStream) -> TokenStream {
    let path = path_text(quote!(#krate::private::serde));
    quote! {
        #[derive(#krate::private::serde::Deserialize)]
        #[serde(crate = #path)]
    }
}

/// A field without a value is as `new` leaves it.
fn serde_default(model: &Model, field: &Field) -> TokenStream {
    let krate = &model.krate;
    match (field.in_new, &field.default) {
        (InNew::Required, _) => TokenStream::new(),
        // What is null is NULL, what is absent is left to the database.
        (InNew::Insertable, None) if field.shape.nullable() => {
            let given = path_text(quote!(#krate::private::given));
            quote!(#[serde(default, deserialize_with = #given)])
        }
        (_, None) => quote!(#[serde(default)]),
        (_, Some(_)) => {
            let (new, function) = (&model.new_ident, default_function(field));
            let path = format!("{new}::{function}");
            quote!(#[serde(default = #path)])
        }
    }
}

/// Whether the default is a function of its own: serde asks for one, and what an expression names is not to be found among
/// the parameters of `new`.
fn has_default_function(model: &Model, field: &Field) -> bool {
    match field.default {
        Some(Default::Expression(_)) => true,
        Some(Default::Literal(..)) => model.serde,
        None => false,
    }
}

fn default_function(field: &Field) -> Ident {
    format_ident!("__default_{}", field.name)
}

/// A path as serde takes it: text.
pub(super) fn path_text(path: TokenStream) -> String {
    path.to_string().replace(' ', "")
}
