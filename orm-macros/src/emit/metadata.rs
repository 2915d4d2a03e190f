//! The metadata: fields, table, and the implementation of `Model`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Ident;

use super::option;
use crate::ir::{self, Action, Auto, Default, Field, Kind, Model, Settings, expression_text};

pub(super) fn emit(model: &Model) -> TokenStream {
    let (ident, new, patch) = (&model.ident, &model.new_ident, &model.patch_ident);
    let references = (0..).zip(&model.fields).map(|(at, field)| match field.shape.kind {
        Kind::Opaque => Some(opaque_columns(at, field)),
        _ => reference_columns(at, field),
    });
    let fields = (0..).zip(&model.fields).map(|(at, field)| self::field(at, field));
    let count = model.fields.len();
    let table = table(model);
    let key_columns = key_columns(model);
    let (key_type, key_value) = key(model);
    quote! {
        #(#references)*
        static __FIELDS: [__orm::Field; #count] = [#(#fields),*];
        static __TABLE: __orm::Table = #table;

        #[automatically_derived]
        impl __orm::KeyColumns for #ident {
            const KEY: &'static [__orm::ColumnDef] = #key_columns;
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Model for #ident {
            type Key = #key_type;
            type New = #new;
            type Patch = #patch;
            const TABLE: &'static __orm::Table = &__TABLE;

            fn key(&self) -> Self::Key {
                #key_value
            }
        }
    }
}

/// The columns of a foreign key follow from the key of its target, which only the compiler knows.
fn reference_columns(at: usize, field: &Field) -> Option<TokenStream> {
    let target = &field.reference.as_ref()?.target;
    let (ty, name, column) = (&field.ty, &field.name, &field.column.name);
    let ident = columns_ident(at);
    let one_column = field.column.given.map(|_| {
        let message = format!("the key that `{name}` refers to has several columns: remove `column`");
        quote!(__orm::assert!(__KEY.len() == 1, #message);)
    });
    Some(quote! {
        const #ident: &[__orm::ColumnDef] = {
            const __KEY: &[__orm::ColumnDef] = <#target as __orm::KeyColumns>::KEY;
            const __NAMES: &[__orm::u8] = &__orm::reference_names::<{ __orm::reference_names_len(#name, __KEY) }>(#name, __KEY);
            #one_column
            &__orm::reference_columns::<{ __KEY.len() }>(
                #column, #name, __NAMES, __KEY, <#ty as __orm::FieldType>::NULLABLE,
            )
        };
    })
}

pub(super) fn columns_ident(at: usize) -> Ident {
    format_ident!("__COLUMNS_{at}")
}

/// The single column of a field that is no foreign key.
fn column(field: &Field) -> TokenStream {
    let (ty, name) = (&field.ty, &field.column.name);
    let max_length = field.max_length.map(|length| {
        let length = Literal::u32_unsuffixed(length);
        quote!(.max_length(#length))
    });
    let precision = field.precision.map(|(digits, behind)| {
        let (digits, behind) = (Literal::u8_unsuffixed(digits), Literal::u8_unsuffixed(behind));
        quote!(.precision(#digits, #behind))
    });
    if !field.shape.kind.is_opaque() {
        return quote!(__orm::ColumnDef::of::<#ty>(#name)#max_length #precision);
    }
    // By associated constants, at the type: one that is no column type is one error, here and wherever else it is
    // named in this way.
    quote! {
        __orm::ColumnDef::new(#name, <#ty as __orm::FieldType>::TYPES, <#ty as __orm::FieldType>::NULLABLE)
            #max_length #precision
    }
}

/// The column of a field whose type says nothing by its name, apart from the others for `assert`.
fn opaque_columns(at: usize, field: &Field) -> TokenStream {
    let (ident, column) = (columns_ident(at), column(field));
    quote!(const #ident: &[__orm::ColumnDef] = &[#column];)
}

/// Whether the columns of the field are a constant of their own.
fn has_constant(field: &Field) -> bool {
    matches!(field.shape.kind, Kind::Opaque | Kind::Reference(_))
}

/// The columns of a field: a slice.
fn columns(at: usize, field: &Field) -> TokenStream {
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
    let parts = model.key.iter().map(|at| {
        let field = &model.fields[*at];
        if has_constant(field) {
            let columns = columns_ident(*at);
            quote!(#columns[0])
        } else {
            column(field)
        }
    });
    quote!(&[#(#parts),*])
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

fn field(at: usize, field: &Field) -> TokenStream {
    let (name, doc, unique, index) = (&field.name, &field.doc, field.unique, field.index);
    let columns = columns(at, field);
    let reference = option(field.reference.as_ref().map(|reference| {
        let target = &reference.target;
        let (on_delete, on_update) = (action(reference.on_delete), action(reference.on_update));
        quote! {
            __orm::Reference { target: __orm::table::<#target>, on_delete: #on_delete, on_update: #on_update }
        }
    }));
    let auto = match field.auto {
        Auto::None => quote!(None),
        Auto::Increment => quote!(Increment),
        Auto::NowOnInsert => quote!(NowOnInsert),
        Auto::Now => quote!(Now),
    };
    let default = match &field.default {
        None => quote!(None),
        Some(Default::Literal(literal, _)) => {
            let literal = self::literal(literal);
            quote!(Literal(__orm::Literal::#literal))
        }
        Some(Default::Expression(expr)) => {
            let text = expression_text(expr);
            quote!(Expression(#text))
        }
    };
    quote! {
        __orm::Field {
            name: #name,
            doc: #doc,
            columns: #columns,
            reference: #reference,
            unique: #unique,
            index: #index,
            auto: __orm::AutoValue::#auto,
            default: __orm::DefaultValue::#default,
        }
    }
}

fn action(action: Action) -> TokenStream {
    match action {
        Action::NoAction => quote!(__orm::Action::NoAction),
        Action::Restrict => quote!(__orm::Action::Restrict),
        Action::Cascade => quote!(__orm::Action::Cascade),
        Action::SetNull => quote!(__orm::Action::SetNull),
    }
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
    }
}

/// A number as tokens: the sign is none of the literal's.
fn signed(negative: bool, literal: Literal) -> TokenStream {
    if negative { quote!(-#literal) } else { quote!(#literal) }
}

fn table(model: &Model) -> TokenStream {
    let (name, table) = (syn::ext::IdentExt::unraw(&model.ident).to_string(), &model.table);
    let doc = crate::attr::doc_text(&model.docs);
    let parent = model.meta.as_ref().map(|meta| quote!(.extends(<#meta as __orm::Meta>::DEF)));
    let settings = settings(&model.settings);
    let key = &model.key;
    let indexes = model.indexes.iter().map(|index| {
        let (name, unique) = (option(index.name.as_ref()), index.unique);
        let parts = index.parts.iter().map(|part| {
            let (field, descending) = (part.field, part.descending);
            quote!(__orm::IndexPart { field: &__FIELDS[#field], descending: #descending })
        });
        quote!(__orm::Index { name: #name, parts: &[#(#parts),*], unique: #unique })
    });
    quote! {
        __orm::Table {
            model: #name,
            module: __orm::module_path!(),
            package: __orm::env!("CARGO_PKG_NAME"),
            version: __orm::env!("CARGO_PKG_VERSION"),
            doc: #doc,
            name: #table,
            meta: #settings #parent,
            fields: &__FIELDS,
            primary_key: &[#(&__FIELDS[#key]),*],
            indexes: &[#(#indexes),*],
        }
    }
}

/// The settings as a `MetaDef`.
pub(super) fn settings(settings: &Settings) -> TokenStream {
    let database = settings.database.as_ref().map(|database| match database {
        ir::Database::Alias(name) => quote!(.database(|| __orm::From::from(#name))),
        ir::Database::Static(path) => quote!(.database(|| __orm::From::from(&#path))),
    });
    let schema = settings.schema.as_ref().map(|schema| quote!(.schema(#schema)));
    let prefix = settings.prefix.as_ref().map(|prefix| quote!(.prefix(#prefix)));
    let app = settings.app.as_ref().map(|app| quote!(.app(#app)));
    quote!(__orm::MetaDef::EMPTY #database #schema #prefix #app)
}
