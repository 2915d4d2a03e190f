//! Reading a row.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Field, Model};

pub(super) fn emit(model: &Model) -> TokenStream {
    let ident = &model.ident;
    // A row is there exactly if its key is: a key is never NULL.
    let first = model.key.first().copied().unwrap_or_default();
    let before_key = widths(&model.fields[..first]);
    let named = quote! {
        const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::named::<Self>());
    };
    let decode = implementation(model, &quote!(__row.is_null(#before_key)), &named);
    let embeds = super::embed::bounds(model, &quote!(__orm));
    quote! {
        #decode

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::ListOf<__orm::ForeignKey<#ident>> for #ident #embeds {}
    }
}

/// Reads field by field; nothing where `absent`. `named` says how its columns are called, if it does.
pub(super) fn implementation(model: &Model, absent: &TokenStream, named: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    let (width, embeds) = (widths(&model.fields), super::embed::bounds(model, &quote!(__orm)));
    let reads = model.fields.iter().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(#ident: <#ty as __orm::FieldType>::read(__row)?)
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Decode for #ident #embeds {
            const WIDTH: __orm::usize = #width;
            #named

            fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
                __orm::Ok(Self { #(#reads),* })
            }

            fn decode_nullable(__row: &mut __orm::Cursor<'_>) -> __orm::Result<__orm::Option<Self>> {
                if #absent {
                    __row.skip(<Self as __orm::Decode>::WIDTH);
                    return __orm::Ok(__orm::None);
                }
                __orm::Ok(__orm::Some(<Self as __orm::Decode>::decode(__row)?))
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Single for #ident {}
    }
}

/// How many columns fields take.
fn widths(fields: &[Field]) -> TokenStream {
    if fields.is_empty() {
        return quote!(0);
    }
    let widths = fields.iter().map(|field| {
        let ty = &field.ty;
        quote!(<#ty as __orm::FieldType>::WIDTH)
    });
    quote!(#(#widths)+*)
}
