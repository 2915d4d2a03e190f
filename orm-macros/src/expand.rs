//! The derives as functions from tokens to tokens, as tests call them.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{DeriveInput, Ident, Token};

use crate::attr::model::ModelAttr;
use crate::ctxt::Ctxt;
use crate::input::{Input, Purpose};
use crate::{check, emit, ir};

/// `#[derive(Model)]`
pub(crate) fn model(input: TokenStream) -> Result<TokenStream, Refused> {
    on(input, None)
}

/// The same, of a model that was made, on a table that only it can be on.
pub(crate) fn made(input: TokenStream, table: ir::TableName) -> Result<TokenStream, Refused> {
    on(input, Some(table))
}

fn on(input: TokenStream, table: Option<ir::TableName>) -> Result<TokenStream, Refused> {
    let input: DeriveInput = syn::parse2(input)?;
    // What is wrong with the attribute is said later.
    let attr = ModelAttr::read(&Ctxt::silent(), &input.attrs);
    if attr.inherits_key.is_given()
        && let Some(meta) = attr.meta.value()
    {
        return Ok(emit::ask(meta, &ir::crate_path(attr.krate.value()), &input));
    }
    with_key(input, table, None)
}

/// `with_primary_key!`: a model behind the key that its `Meta` gave it.
pub(crate) fn with_primary_key(input: TokenStream) -> Result<TokenStream, Refused> {
    let parse = |input: ParseStream<'_>| {
        let key;
        syn::parenthesized!(key in input);
        let key = key.parse_terminated(Ident::parse_any, Token![,])?;
        Ok((key.into_iter().collect(), input.parse::<DeriveInput>()?))
    };
    let (key, input) = parse.parse2(input)?;
    with_key(input, None, Some(key))
}

fn with_key(
    input: DeriveInput,
    table: Option<ir::TableName>,
    key: Option<Vec<Ident>>,
) -> Result<TokenStream, Refused> {
    let ctxt = Ctxt::new();
    let checked = Input::read(&ctxt, input, Purpose::Model).map(|mut input| {
        input.inherited_key = key;
        let key = check::all(&ctxt, &input);
        (input, key)
    });
    match (ctxt.check(), checked) {
        (Ok(()), Some((input, key))) => {
            let mut model = ir::model(input, key);
            if let Some(table) = table {
                model.table = table;
            }
            Ok(emit::model(&model))
        }
        (Ok(()), None) => Ok(TokenStream::new()),
        (Err(errors), checked) => {
            let rest = checked.and_then(|(input, key)| ir::salvage(input, key));
            Err(Refused { errors, rest: rest.map(|model| emit::model(&model)).unwrap_or_default() })
        }
    }
}

/// Why there is no proper expansion.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) errors: syn::Error,
    /// What others need of the model, so that they are not in error too.
    pub(crate) rest: TokenStream,
}

impl From<syn::Error> for Refused {
    fn from(errors: syn::Error) -> Self {
        Self { errors, rest: TokenStream::new() }
    }
}

/// `#[derive(Embed)]`
pub(crate) fn embed(input: TokenStream) -> Result<TokenStream, Refused> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let checked = Input::read(&ctxt, input, Purpose::Embed).inspect(|input| check::embed(&ctxt, input));
    match (ctxt.check(), checked) {
        (Ok(()), Some(input)) => Ok(emit::embed(&ir::model(input, Vec::new()))),
        (Ok(()), None) => Ok(TokenStream::new()),
        (Err(errors), checked) => {
            let rest = checked.and_then(ir::salvage_embed);
            Err(Refused { errors, rest: rest.map(|model| emit::embed(&model)).unwrap_or_default() })
        }
    }
}

/// `#[derive(Meta)]`
pub(crate) fn meta(input: TokenStream) -> Result<TokenStream, Refused> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let meta = ir::Meta::read(&ctxt, input);
    ctxt.check()?;
    Ok(emit::meta(&meta))
}

/// `#[derive(DbType)]`
pub(crate) fn db_type(input: TokenStream) -> Result<TokenStream, Refused> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let newtype = ir::Newtype::read(&ctxt, input);
    finish(ctxt, newtype.map(|newtype| emit::newtype(&newtype)))
}

/// `#[derive(DbEnum)]`
pub(crate) fn db_enum(input: TokenStream) -> Result<TokenStream, Refused> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let enumeration = ir::Enumeration::read(&ctxt, input);
    finish(ctxt, enumeration.map(|enumeration| emit::enumeration(&enumeration)))
}

/// `#[derive(Projection)]`
pub(crate) fn projection(input: TokenStream) -> Result<TokenStream, Refused> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let projection = ir::Projection::read(&ctxt, input);
    finish(ctxt, projection.map(|projection| emit::projection(&projection)))
}

/// The expansion of a column type or projection; beside its errors too, so that what makes use of it is not in error.
fn finish(ctxt: Ctxt, expansion: Option<TokenStream>) -> Result<TokenStream, Refused> {
    let rest = expansion.unwrap_or_default();
    match ctxt.check() {
        Ok(()) => Ok(rest),
        Err(errors) => Err(Refused { errors, rest }),
    }
}
