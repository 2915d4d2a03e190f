//! The metadata: fields, table, and the implementation of `Model`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::embed::place;
use super::{embed, foreign_key, inherited, meta, option, schema};
use crate::ir::{
    self, Action, Auto, DbDefault, Default, Field, Kind, Model, PerBackend, TableName, expression_text,
    generated_at,
};

pub(super) fn emit(model: &Model) -> TokenStream {
    let (ident, new, patch) = (&model.ident, &model.new_ident, &model.patch_ident);
    let settings = model.has_conventions().then(|| {
        let settings = meta::all_settings(model);
        quote!(const __META: __orm::MetaDef = #settings;)
    });
    let fields = fields(model, model.fields.iter().any(|field| field.embed.is_some()));
    let positions = embed::index_positions(model);
    let (inherited, foreign_keys) = (inherited::items(model), foreign_key::items(model));
    let table = table(model);
    let key_columns = key_columns(model);
    let path = format!("::{}", syn::ext::IdentExt::unraw(ident));
    let (key_type, key_value) = key(model);
    let values = row_values(model);
    let embeds = embed::bounds(model, &quote!(__orm));
    quote! {
        #settings
        #fields
        #positions
        #inherited
        #foreign_keys
        static __TABLE: __orm::Table = #table;

        #[automatically_derived]
        impl __orm::KeyColumns for #ident {
            const KEY: &'static [__orm::ColumnDef] = #key_columns;
            const PATH: &'static __orm::str = __orm::concat!(__orm::module_path!(), #path);
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Model for #ident #embeds {
            type Key = #key_type;
            type New = #new;
            type Patch = #patch;
            const TABLE: &'static __orm::Table = &__TABLE;

            fn key(&self) -> Self::Key {
                #key_value
            }

            fn row_values(&self) -> __orm::Vec<__orm::Value> {
                #values
            }
        }
    }
}

/// The values of all fields of the row `self`, those of embedded structs among them.
fn row_values(model: &Model) -> TokenStream {
    let value = |field: &Field| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(<#ty as __orm::FieldType>::field_value(&self.#ident))
    };
    if model.fields.iter().all(|field| field.embed.is_none()) {
        let values = model.fields.iter().map(value);
        return quote!(__orm::Vec::from([#(#values),*]));
    }
    let pushes = model.fields.iter().map(|field| {
        let (value, base) = (value(field), field.base());
        match field.embed {
            Some(_) => quote!(__orm::push_parts::<#base>(#value, &mut __out);),
            None => quote!(__out.push(#value);),
        }
    });
    quote! {
        let mut __out = __orm::Vec::new();
        #(#pushes)*
        __out
    }
}

/// The static with all fields, and the constants it is made of; `joined` where there is to be a constant of all.
pub(super) fn fields(model: &Model, joined: bool) -> TokenStream {
    let constants = (0..).zip(&model.fields).map(|(at, field)| match field.shape.kind {
        _ if field.embed.is_some() => Some(embed::fields(model, at, field)),
        Kind::Opaque => Some(opaque_columns(at, field)),
        _ => reference_columns(model, at, field),
    });
    let all = if joined {
        embed::all_fields(model)
    } else {
        let fields = (0..).zip(&model.fields).map(|(at, field)| self::field(model, at, field));
        let count = model.fields.len();
        quote!(static __FIELDS: [__orm::Field; #count] = [#(#fields),*];)
    };
    quote!(#(#constants)* #all)
}

/// The columns of a foreign key follow from the key of its target, which only the compiler knows.
fn reference_columns(model: &Model, at: usize, field: &Field) -> Option<TokenStream> {
    let reference = field.reference.as_ref()?;
    let target = &reference.target;
    if !reference.columns.is_empty() {
        return Some(foreign_key::named_columns(at, field, reference));
    }
    let (ty, name, column) = (&field.ty, &field.name, column_name(field));
    let (ident, case, given) = (columns_ident(at), case(model), field.column.given.is_some());
    let one_column = field.column.given.map(|_| {
        let message = format!(
            "the key that `{name}` refers to has several columns: write `columns(..)`, with a name for each"
        );
        quote!(__orm::assert!(__KEY.len() == 1, #message);)
    });
    Some(quote! {
        const #ident: &[__orm::ColumnDef] = {
            const __KEY: &[__orm::ColumnDef] = <#target as __orm::KeyColumns>::KEY;
            const __NAMES: &[__orm::u8] =
                &__orm::reference_names::<{ __orm::reference_names_len(#name, #case, __KEY) }>(#name, #case, __KEY);
            #one_column
            &__orm::reference_columns::<{ __KEY.len() }>(
                #column, #given, __NAMES, __KEY, <#ty as __orm::FieldType>::NULLABLE,
            )
        };
    })
}

pub(super) fn columns_ident(at: usize) -> Ident {
    format_ident!("__COLUMNS_{at}")
}

/// The convention for columns, if there may be one.
pub(super) fn case(model: &Model) -> TokenStream {
    if model.has_conventions() { quote!(__META.naming.columns) } else { quote!(__orm::None) }
}

/// The name of the single column of a field.
fn column_name(field: &Field) -> TokenStream {
    match &field.column.conventional {
        Some(names) => quote!(__META.naming.column(&[#(#names),*])),
        None => field.column.name.to_token_stream(),
    }
}

/// The single column of a field that is no foreign key.
fn column(field: &Field) -> TokenStream {
    let (ty, name) = (&field.ty, column_name(field));
    let given = field.column.given.map(|_| quote!(.given()));
    let max_length = field.max_length.map(|length| {
        let length = Literal::u32_unsuffixed(length);
        quote!(.max_length(#length))
    });
    let precision = field.precision.map(|(digits, behind)| {
        let (digits, behind) = (Literal::u8_unsuffixed(digits), Literal::u8_unsuffixed(behind));
        quote!(.precision(#digits, #behind))
    });
    let db_type = field.db_type.as_ref().map(|texts| {
        let texts = per_backend(texts);
        quote!(.db_type(#texts))
    });
    let collation = field.collation.as_ref().map(|texts| {
        let texts = per_backend(texts);
        quote!(.collation(#texts))
    });
    let more = quote!(#given #max_length #precision #db_type #collation);
    if !field.shape.kind.is_opaque() {
        return quote!(__orm::ColumnDef::of::<#ty>(#name) #more);
    }
    // By associated constants, at the type: one that is no column type is one error, here and wherever else it is
    // named in this way.
    quote! {
        __orm::ColumnDef::new(#name, <#ty as __orm::FieldType>::TYPES, <#ty as __orm::FieldType>::NULLABLE)
            #more
    }
}

/// The column of a field whose type says nothing by its name, apart from the others for `assert`.
fn opaque_columns(at: usize, field: &Field) -> TokenStream {
    let (ident, ty, column) = (columns_ident(at), &field.ty, column(field));
    let embedded = format!("`{}` is an embedded struct: write `#[field(embed)]`", field.name);
    let embedded = quote_spanned! {generated_at(ty.span())=>
        __orm::assert!(!<#ty as __orm::FieldType>::TYPES.is_empty(), #embedded);
    };
    quote! {
        const #ident: &[__orm::ColumnDef] = {
            #embedded
            &[#column]
        };
    }
}

/// Whether the columns of the field are a constant of their own.
fn has_constant(field: &Field) -> bool {
    matches!(field.shape.kind, Kind::Opaque | Kind::Reference(_))
}

/// The columns of a field: a slice.
pub(super) fn columns(at: usize, field: &Field) -> TokenStream {
    if has_constant(field) {
        columns_ident(at).into_token_stream()
    } else {
        let column = column(field);
        quote!(&[#column])
    }
}

/// The columns of the primary key, for those who refer to it.
fn key_columns(model: &Model) -> TokenStream {
    if let [at] = model.key[..] {
        return columns(at, &model.fields[at]);
    }
    let part = |at: &usize| (*at, &model.fields[*at]);
    if !model.key.iter().map(part).any(|(_, field)| matches!(field.shape.kind, Kind::Reference(_))) {
        let parts = model.key.iter().map(part).map(|(at, field)| match has_constant(field) {
            true => {
                let columns = columns_ident(at);
                quote!(#columns[0])
            }
            false => column(field),
        });
        return quote!(&[#(#parts),*]);
    }
    // A foreign key has as many columns as the key that it refers to.
    let parts = model.key.iter().map(part).map(|(at, field)| columns(at, field));
    quote! {
        {
            const __PARTS: &[&[__orm::ColumnDef]] = &[#(#parts),*];
            &__orm::key_columns::<{ __orm::key_width(__PARTS) }>(__PARTS)
        }
    }
}

/// The type of the key, and the expression that reads it from `self`.
fn key(model: &Model) -> (TokenStream, TokenStream) {
    let parts = model.key.iter().map(|at| {
        let field = &model.fields[*at];
        let (ident, ty) = (&field.ident, &field.ty);
        (
            quote!(<#ty as __orm::FieldType>::Selected),
            quote!(<#ty as __orm::DbValue>::to_selected(&self.#ident)),
        )
    });
    let (types, values): (Vec<_>, Vec<_>) = parts.unzip();
    if let ([ty], [value]) = (&types[..], &values[..]) {
        (ty.clone(), value.clone())
    } else {
        (quote!((#(#types),*)), quote!((#(#values),*)))
    }
}

/// A field, by what is special about it: most have a name and a column.
pub(super) fn field(model: &Model, at: usize, field: &Field) -> TokenStream {
    let name = &field.name;
    let columns = columns(at, field);
    let doc = (!field.doc.is_empty()).then(|| {
        let doc = &field.doc;
        quote!(.doc(#doc))
    });
    let reference = field.reference.as_ref().map(|reference| {
        let target = &reference.target;
        let to = option(reference.to.as_ref().map(|to| quote!(|| const { &[<#target>::#to.field()] })));
        let (on_delete, on_update) = (action(reference.on_delete), action(reference.on_update));
        quote! {
            .reference(__orm::Reference {
                target: __orm::table::<#target>,
                path: <#target as __orm::KeyColumns>::PATH,
                to: #to,
                on_delete: #on_delete,
                on_update: #on_update,
            })
        }
    });
    let unique = field.unique.then(|| quote!(.unique()));
    let index = field.index.then(|| quote!(.index()));
    let validate = super::validate::function(field);
    let auto = match field.auto {
        Auto::None => None,
        Auto::Increment => Some(quote!(Increment)),
        Auto::NowOnInsert => Some(quote!(NowOnInsert)),
        Auto::Now => Some(quote!(Now)),
    };
    let auto = auto.map(|auto| quote!(.auto(__orm::AutoValue::#auto)));
    let default = field.default.as_ref().map(|default| match default {
        Default::Literal(literal, _) => {
            let literal = literal_of(literal);
            quote!(.default(__orm::DefaultValue::Literal(#literal)))
        }
        Default::Expression(expr) => {
            let text = expression_text(expr);
            quote!(.default(__orm::DefaultValue::Expression(#text)))
        }
    });
    let db_default = field.db_default.as_ref().map(|default| {
        let default = db_default(default);
        quote!(.db_default(__orm::DbDefault::#default))
    });
    let comment = field.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    let renamed_from = field.renamed_from.as_ref().map(|name| quote!(.renamed_from(#name)));
    let sensitive = field.sensitive.then(|| quote!(.sensitive()));
    let read_only = field.read_only.then(|| quote!(.read_only()));
    let write_once = field.write_once.then(|| quote!(.write_once()));
    let choices = (!field.choices.is_empty()).then(|| {
        let choices = field.choices.iter().map(|choice| literal_of(&choice.literal));
        quote!(.choices(&[#(#choices),*]))
    });
    let generated = field.generated.as_ref().map(|generated| schema::generated(model, field, generated));
    quote! {
        __orm::Field::new(#name, #columns) #doc #reference #unique #index #auto #default #db_default
            #comment #renamed_from #read_only #write_once #sensitive #choices #generated #validate
    }
}

pub(super) fn db_default(default: &DbDefault) -> TokenStream {
    match default {
        DbDefault::Literal(literal) => {
            let literal = literal_of(literal);
            quote!(Literal(#literal))
        }
        DbDefault::Now => quote!(Now),
        DbDefault::Uuid => quote!(Uuid),
        DbDefault::Sql(texts) => {
            let texts = per_backend(texts);
            quote!(Sql(#texts))
        }
    }
}

/// Texts for some backends.
fn per_backend(texts: &PerBackend) -> TokenStream {
    let all = match &texts.all {
        Some(text) => quote!(all(#text)),
        None => quote!(NONE),
    };
    let some = texts.some.iter().map(|(backend, text)| {
        let backend = format_ident!("{backend}");
        quote!(.#backend(#text))
    });
    quote!(__orm::PerBackend::#all #(#some)*)
}

pub(super) fn action(action: Action) -> TokenStream {
    match action {
        Action::NoAction => quote!(__orm::Action::NoAction),
        Action::Restrict => quote!(__orm::Action::Restrict),
        Action::Cascade => quote!(__orm::Action::Cascade),
        Action::SetNull => quote!(__orm::Action::SetNull),
        Action::SetDefault => quote!(__orm::Action::SetDefault),
    }
}

/// A literal by its full name.
fn literal_of(literal: &ir::Literal) -> TokenStream {
    let literal = self::literal(literal);
    quote!(__orm::Literal::#literal)
}

fn literal(literal: &ir::Literal) -> TokenStream {
    match literal {
        ir::Literal::Bool(value) => quote!(Bool(#value)),
        ir::Literal::Int(value) => {
            let value = signed(*value < 0, Literal::u128_unsuffixed(value.unsigned_abs()));
            quote!(Int(#value))
        }
        ir::Literal::Float(value) => {
            let value = signed(value.is_sign_negative(), Literal::f64_unsuffixed(value.abs()));
            quote!(Float(#value))
        }
        ir::Literal::Text(value) => quote!(Text(#value)),
        ir::Literal::Array(items) => {
            let items = items.iter().map(literal_of);
            quote!(Array(&[#(#items),*]))
        }
    }
}

/// A number as tokens: the sign is none of the literal's.
fn signed(negative: bool, literal: Literal) -> TokenStream {
    if negative { quote!(-#literal) } else { quote!(#literal) }
}

fn table(model: &Model) -> TokenStream {
    let name = syn::ext::IdentExt::unraw(&model.ident).to_string();
    let table = match &model.table {
        TableName::Given(name) => name.to_token_stream(),
        TableName::Conventional(names) => {
            let names = names.iter();
            quote!(__META.naming.table(&[#(#names),*]))
        }
    };
    let doc = crate::attr::doc_text(&model.docs);
    let settings = if model.has_conventions() { quote!(__META) } else { meta::all_settings(model) };
    let key = model.key.iter().map(|at| place(model, *at));
    let comment = model.comment.as_ref().map(|comment| quote!(comment: __orm::Some(#comment),));
    let renamed_from = model.renamed_from.as_ref().map(|name| quote!(renamed_from: __orm::Some(#name),));
    let managed = (!model.managed).then(|| quote!(managed: false,));
    let doc = (!doc.is_empty()).then(|| quote!(doc: #doc,));
    let (relations, listed) = (foreign_key::of_table(model), inherited::of_table(model));
    quote! {
        __orm::Table {
            model: #name,
            module: __orm::module_path!(),
            package: __orm::env!("CARGO_PKG_NAME"),
            version: __orm::env!("CARGO_PKG_VERSION"),
            #doc
            name: #table,
            meta: #settings,
            fields: &__FIELDS,
            #relations
            primary_key: &[#(&__FIELDS[#key]),*],
            #listed
            #comment
            #renamed_from
            #managed
            ..__orm::Table::EMPTY
        }
    }
}
