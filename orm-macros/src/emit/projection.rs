//! The expansion of `#[derive(Projection)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::lints;
use crate::ir::{Projected, Projection, generated_at};

pub(crate) fn projection(projection: &Projection) -> TokenStream {
    let (lints, krate, ident, model) = (lints(), &projection.krate, &projection.ident, &projection.model);
    let level = if projection.grouped { quote!(__orm::Agg) } else { quote!(__orm::Row) };
    let (mut nested, mut widths, mut reads) = (TokenStream::new(), Vec::new(), Vec::new());
    let (mut names, mut outputs) = (Vec::new(), Vec::new());
    for (at, field) in projection.fields.iter().enumerate() {
        let (ident, ty, name) = (&field.ident, &field.ty, &field.name);
        let span = generated_at(ident.span());
        if let Some(key) = field.nested(model) {
            let constant = format_ident!("__NESTED_{at}");
            // At the type, once, where the foreign key leads to something else.
            let span = generated_at(ty.span());
            nested.extend(quote_spanned! {span=>
                const #constant: __orm::NestedField<#ty> = __orm::NestedField::<#ty>::new(#key);
            });
            widths.push(quote!(#constant.width()));
            reads.push(quote!(#ident: #constant.read(__row)?));
            names.push(quote!(#constant.names(#name, &mut __names);));
            outputs.push(quote!(#constant.project(__out);));
            continue;
        }
        let (value, span) = match &field.of {
            Projected::Expr(expr) => (expr.to_token_stream(), generated_at(expr.span())),
            Projected::Column | Projected::Nested(_) => (field.column(model), span),
        };
        widths.push(quote!(<#ty as __orm::Decode>::WIDTH));
        reads.push(quote!(#ident: <#ty as __orm::Decode>::decode(__row)?));
        names.push(quote!(__orm::field_names::<#ty>(#name, &mut __names);));
        outputs.push(quote_spanned!(span=> __orm::projected::<#model, #level, #ty, _>(#value, __out);));
    }
    let text = syn::ext::IdentExt::unraw(ident).to_string();
    quote! {
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;

            #nested

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Decode for #ident {
                const WIDTH: __orm::usize = #(#widths)+*;
                const NAMED: __orm::Option<__orm::Named> = __orm::Some(__orm::Named {
                    of: #text,
                    columns: || {
                        let mut __names = __orm::Vec::new();
                        #(#names)*
                        __orm::with_digits::<#model, #level, Self>(__names)
                    },
                });

                fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
                    __orm::Ok(Self { #(#reads),* })
                }

                fn decode_nullable(__row: &mut __orm::Cursor<'_>) -> __orm::Result<__orm::Option<Self>> {
                    if __row.are_null(<Self as __orm::Decode>::WIDTH) {
                        __row.skip(<Self as __orm::Decode>::WIDTH);
                        return __orm::Ok(__orm::None);
                    }
                    __orm::Ok(__orm::Some(<Self as __orm::Decode>::decode(__row)?))
                }
            }

            #[automatically_derived]
            impl __orm::Single for #ident {}

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Projection<#model, #level> for #ident {
                fn project(__out: &mut __orm::Outputs) {
                    #(#outputs)*
                }
            }
        };
    }
}
