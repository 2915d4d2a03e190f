//! The entry in the list of all models.

use proc_macro2::TokenStream;
use quote::quote;

/// By the table itself, so that a model with a fault has no other here.
pub(super) fn emit() -> TokenStream {
    quote!(__orm::inventory::submit! { __orm::Registered(|| &__TABLE) })
}
