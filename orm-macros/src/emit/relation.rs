//! The reverse accessors: `User::posts`, given by `Post`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Ident, Type};

use crate::ir::{Field, ManyToMany, Model, generated_at};

pub(super) fn emit(model: &Model) -> TokenStream {
    let reverse = (0_usize..).zip(&model.fields).filter_map(|(at, field)| reverse(model, at, field));
    let pairs = (0_usize..).zip(&model.many_to_many).map(|(at, many)| pairs(model, at, many));
    reverse.chain(super::foreign_key::reverse(model)).chain(pairs).collect()
}

/// Both sides of a many-to-many relation.
fn pairs(model: &Model, at: usize, many: &ManyToMany) -> TokenStream {
    let (ident, vis, target, through) = (&model.ident, &model.vis, &many.target, &many.through);
    let span = generated_at(many.name.span());
    let definition = format_ident!("__MANY_{at}");
    let between = quote!(#through).to_string().replace(' ', "");
    let sides = [ident.unraw().to_string(), quote!(#target).to_string().replace(' ', "")];
    let value = match &many.fields {
        Some((from, to)) => {
            quote_spanned!(span=> named::<#ident, #target, #through, _, _>(<#through>::#from, <#through>::#to))
        }
        None => {
            quote_spanned!(span=> inferred::<#ident, #target, #through>())
        }
    };
    let counted = [quote!(#ident), quote!(#target)].into_iter().zip(&sides).filter(|_| many.fields.is_none());
    let asserts = counted.map(|(side, name)| {
        let keys = quote_spanned!(span=> __orm::keys_to::<#through, #side>());
        let missing = format!("`{between}` has no foreign key to `{name}`: write another model behind `through`");
        let several = format!(
            "`{between}` has several foreign keys to `{name}`: write `through_fields(a, b)`, with the two that are \
             meant, that to `{}` first",
            sides[0]
        );
        quote_spanned! {span=>
            const _: () = __orm::assert!(#keys > 0, #missing);
            const _: () = __orm::assert!(#keys < 2, #several);
        }
    });
    let by_keys = many.fields.as_ref().map(|(from, to)| {
        let message = format!(
            "`{from}` and `{to}` of `{between}` have to refer to primary keys, which rows are linked by"
        );
        quote_spanned!(span=> const _: () = __orm::assert!(#definition.links_primary_keys(), #message);)
    });
    let doc = format!("The rows of `{}` that `{between}` links to this one.", sides[1]);
    let own = many.accessor.as_ref().map(|accessor| {
        let name = accessor.unraw().to_string();
        quote_spanned! {span=>
            #[automatically_derived]
            impl #ident {
                #[doc = #doc]
                #vis const #accessor: __orm::Relation<#ident, #target, __orm::Through<#through>> =
                    __orm::Relation::through(#name, &#definition, false);
            }
        }
    });
    let other = many.related_name.as_ref().map(|accessor| {
        let name = accessor.unraw().to_string();
        let doc = format!("The rows of `{}` that `{between}` links to this one.", sides[0]);
        let constant = quote_spanned! {generated_at(accessor.span())=>
            #[doc = #doc]
            #vis const #accessor: __orm::Relation<#target, #ident, __orm::Through<#through>> =
                __orm::Relation::through(#name, &#definition, true);
        };
        let instead = format!("{}::{}.reverse()", sides[0], many.name.unraw());
        on_target(target, ident, accessor, &instead, &constant)
    });
    quote_spanned! {span=>
        #(#asserts)*
        #by_keys
        static #definition: __orm::ManyToMany = __orm::ManyToMany::#value;
        #own
        #other
    }
}

fn reverse(model: &Model, at: usize, field: &Field) -> Option<TokenStream> {
    let reference = field.reference.as_ref()?;
    let accessor = reference.related_name.as_ref()?;
    let (ident, vis, target) = (&model.ident, &model.vis, &reference.target);
    let (name, place) = (accessor.unraw().to_string(), super::embed::place(model, at));
    let (one, words) = if reference.one { ("One", "The row") } else { ("Many", "The rows") };
    let one = format_ident!("{one}");
    let doc = format!("{words} of `{}` that refer to this one by `{}`.", ident.unraw(), field.name);
    // At the setting, so that a clash with something of the target's own is reported there.
    let constant = quote_spanned! {generated_at(accessor.span())=>
        #[doc = #doc]
        #vis const #accessor: __orm::Relation<#target, #ident, __orm::#one> =
            __orm::Relation::new(#name, &__FIELDS[#place]);
    };
    Some(on_target(
        target,
        &model.ident,
        accessor,
        &format!("{}::{}.reverse()", ident.unraw(), field.name),
        &constant,
    ))
}

/// A constant of the target, which only its own crate can add: the compiler's own message does not say what to
/// write instead.
pub(super) fn on_target(
    target: &Type,
    ident: &Ident,
    accessor: &Ident,
    instead: &str,
    constant: &TokenStream,
) -> TokenStream {
    let written = quote!(#target).to_string().replace(' ', "");
    let message = format!(
        "`{written}` is of another crate, which gets no accessor from here: remove `related_name` and write `{instead}`"
    );
    let span = generated_at(accessor.span());
    quote_spanned! {span=>
        const _: () = __orm::assert!(
            __orm::same_crate(
                <#target as __orm::KeyColumns>::PATH,
                <#ident as __orm::KeyColumns>::PATH,
            ),
            #message
        );

        #[automatically_derived]
        impl #target {
            #constant
        }
    }
}
