//! The rules of a field as a function.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::option;
use crate::ir::{Field, Rule, RuleKind, generated_at};

/// The call that gives the field the function that looks at its values, if it has rules.
pub(super) fn function(field: &Field) -> Option<TokenStream> {
    let rules = field.rules.iter().map(|rule| self::rule(field, rule));
    (!field.rules.is_empty()).then(|| quote!(.validate(|__value, __out| { #(#rules)* })))
}

fn rule(field: &Field, rule: &Rule) -> TokenStream {
    let base = field.base();
    // At the rule, so that a value or function of another type is reported there.
    match &rule.kind {
        RuleKind::Text if rule.name.starts_with("ip") => {
            let kind = match rule.name.as_str() {
                "ipv4" => quote!(V4),
                "ipv6" => quote!(V6),
                _ => quote!(Any),
            };
            quote!(__orm::validate::ip(__value, __orm::validate::IpKind::#kind, __out);)
        }
        RuleKind::Text => {
            let function = syn::Ident::new(&rule.name, proc_macro2::Span::call_site());
            quote!(__orm::validate::#function(__value, __out);)
        }
        RuleKind::Part(part) => {
            let function = syn::Ident::new(&rule.name, proc_macro2::Span::call_site());
            quote!(__orm::validate::#function(__value, #part, __out);)
        }
        RuleKind::Pattern(text) => quote! {
            static __PATTERN: __orm::validate::Pattern = __orm::validate::Pattern::new(#text);
            __PATTERN.check(__value, __out);
        },
        RuleKind::Length { min, max } => {
            let min = min.as_ref().map_or_else(|| quote!(0), |min| quote!(#min));
            let max = max.as_ref().map_or_else(|| quote!(__orm::usize::MAX), |max| quote!(#max));
            quote!(__orm::validate::length(__value, #min, #max, __out);)
        }
        RuleKind::Range { min, max } => {
            let span = generated_at(rule.span);
            // Named first, so that a bound of another type is told against the type of the field.
            let name = |name: &str, bound: &Option<syn::Expr>| {
                let name = format_ident!("__{name}", span = span);
                let bound = bound.as_ref()?;
                Some((quote_spanned!(span=> let #name: #base = #bound;), name))
            };
            let (min, max) = (name("min", min), name("max", max));
            let set = [&min, &max].into_iter().flatten().map(|(set, _)| set);
            let [min, max] = [&min, &max].map(|bound| option(bound.as_ref().map(|(_, name)| name)));
            quote_spanned! {span=> {
                #(#set)*
                __orm::validate::range::<#base>(__value, #min, #max, __out);
            }}
        }
        RuleKind::Custom(path) => {
            let span = generated_at(path.span());
            quote_spanned! {span=>
                __orm::validate::custom(__value, |__value: &#base| #path(__value), __out);
            }
        }
    }
}
