//! The entry in the list of all models.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::Model;

pub(super) fn emit(model: &Model) -> TokenStream {
    let ident = &model.ident;
    quote!(__orm::inventory::submit! { __orm::Registered(__orm::table::<#ident>) })
}
