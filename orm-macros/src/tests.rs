//! Expansions of canonical models, and properties that every expansion has.
//!
//! `tests/snapshots/*.rs` hold the expansions. After a change that means to change them, `ORM_UPDATE_SNAPSHOTS=1`
//! writes them anew: read the difference before committing it. Messages and their places are pinned by the
//! programs in `tests/compile` of the workspace.

mod application;

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use crate::expand;

fn messages(input: TokenStream) -> Vec<String> {
    let refused = expand::model(input).expect_err("the model is refused");
    refused.errors.into_iter().map(|error| error.to_string()).collect()
}

/// Compares an expansion with its snapshot.
fn snapshot(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("an expansion is items");
    let text = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.rs"));
    if std::env::var_os("ORM_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &text).expect("the snapshot is written");
    }
    let expected = std::fs::read_to_string(&path).expect("a snapshot");
    assert!(expected == text, "the expansion of `{name}` has changed; it is now:\n{text}");
}

#[test]
fn a_model_with_the_usual_fields() {
    let expansion = expand::model(quote! {
        /// A user.
        #[model(meta = AppMeta, table = "users")]
        pub struct User {
            #[field(primary_key)]
            pub id: i64,
            /// How the user signs in.
            #[field(max_length = 80, unique)]
            pub username: String,
            pub age: Option<i32>,
            #[field(precision = 10, scale = 2, default = Decimal::ZERO)]
            pub balance: Decimal,
            #[field(auto_now_add)]
            pub created_at: DateTime<Utc>,
        }
    });
    snapshot("user", expansion.expect("a model"));
}

#[test]
fn a_model_with_foreign_keys_and_indexes() {
    let expansion = expand::model(quote! {
        #[model(table = "posts", index(author, -published_at), new(Debug), patch(setters))]
        pub(crate) struct Post {
            #[field(primary_key, insertable)]
            pub(crate) id: i64,
            #[field(on_delete = cascade, related_name = posts)]
            pub(crate) author: ForeignKey<User>,
            #[field(on_delete = set_null)]
            parent: Option<ForeignKey<Self>>,
            #[field(default = 0)]
            likes: i32,
            published_at: Option<DateTime<Utc>>,
            state: State,
        }
    });
    snapshot("post", expansion.expect("a model"));
}

#[test]
fn a_model_with_a_key_of_several_fields() {
    let expansion = expand::model(quote! {
        #[model(primary_key(student, course), database = "school", serde, crate = facade::orm)]
        struct Enrolment {
            student: ForeignKey<Student>,
            course: ForeignKey<Course>,
            #[field(default = "open", accessor = state)]
            r#type: String,
        }
    });
    // Without the feature the model is refused, and all but what serde needs is there nevertheless.
    match expansion {
        Ok(expansion) => snapshot("enrolment", expansion),
        Err(refused) => {
            let expected = !cfg!(feature = "serde");
            assert!(expected, "{}", refused.errors);
            assert!(refused.errors.to_string().contains("needs the feature `serde`"));
            assert!(!refused.rest.is_empty());
        }
    }
}

#[test]
fn a_model_with_expressions_in_its_schema() {
    let expansion = expand::model(quote! {
        #[model(
            check(Self::likes.ge(0), name = "likes_ck"),
            index(-author, where = Self::state.eq("open")),
            index(expr(Self::likes + 1), method = "btree", unique),
            index(state, method = "hash", include(likes))
        )]
        struct Rated {
            #[field(primary_key)]
            id: i64,
            author: i64,
            #[field(max_length = 9, choices("open", "shut"))]
            state: String,
            #[field(choices(-1, 1), check = Self::likes.ne(0))]
            likes: i32,
            #[field(generated(Self::likes * 2, virtual))]
            doubled: i32,
        }
    });
    snapshot("rated", expansion.expect("a model"));
}

#[test]
fn an_embedded_struct() {
    let expansion = expand::embed(quote! {
        #[embed(new(Debug))]
        pub struct Address {
            /// Where.
            #[field(max_length = 40, index)]
            pub city: String,
            pub country: Option<ForeignKey<Country>>,
            #[field(embed)]
            pub place: Option<Place>,
            #[field(auto_now)]
            checked: DateTime<Utc>,
        }
    });
    snapshot("address", expansion.expect("an embedded struct"));
}

#[test]
fn a_model_that_embeds() {
    let expansion = expand::model(quote! {
        #[model(table = "shops", index(home.city, -id))]
        struct Shop {
            #[field(primary_key)]
            id: i64,
            #[field(embed)]
            home: Address,
            #[field(embed, prefix = "", default)]
            stamps: Stamps,
            open: bool,
            #[field(embed)]
            other: Option<Address>,
        }
    });
    snapshot("shop", expansion.expect("a model"));
}

#[test]
fn rules_need_their_feature() {
    let expansion = expand::model(quote! {
        struct User {
            #[field(primary_key)]
            id: i64,
            #[field(validate(email, length(min = 3)))]
            email: String,
        }
    });
    let is_there = cfg!(feature = "validate");
    match expansion {
        Ok(expansion) => {
            assert!(is_there);
            let text = expansion.to_string();
            assert!(text.contains("validate :: email") && text.contains("validate :: length"), "{text}");
        }
        Err(refused) => {
            assert!(!is_there, "{}", refused.errors);
            assert!(refused.errors.to_string().contains("needs the feature `validate`"));
        }
    }
}

#[test]
fn a_meta() {
    let expansion = expand::meta(quote! {
        #[meta(
            database = crate::DB,
            schema = "s",
            table_prefix = "p_",
            app = "a",
            naming(tables = "PascalCase", plural, columns = "camelCase"),
            extends = super::Base
        )]
        pub struct AppMeta;
    });
    snapshot("meta", expansion.expect("a `Meta`"));
}

#[test]
fn column_types() {
    let newtype = expand::db_type(quote! {
        pub struct UserId(i64);
    });
    snapshot("newtype", newtype.expect("a newtype"));
    let enumeration = expand::db_enum(quote! {
        #[db_enum(native, rename_all = "snake_case")]
        pub enum Status {
            Open,
            InReview,
        }
    });
    snapshot("enumeration", enumeration.expect("an enum"));
}

#[test]
fn only_the_given_crate_is_named() {
    fn idents(tokens: TokenStream, out: &mut Vec<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => out.push(ident.to_string()),
                TokenTree::Group(group) => idents(group.stream(), out),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let expansion = expand::model(quote! {
        #[model(crate = facade, database = DB, patch(setters))]
        struct Thing {
            #[field(primary_key)]
            id: i64,
            #[field(related_name = things)]
            whole: Option<ForeignKey<Thing>>,
            other: Other,
        }
    });
    let mut names = Vec::new();
    idents(expansion.expect("a model"), &mut names);
    for foreign in ["orm", "std", "core", "alloc"] {
        assert!(!names.iter().any(|name| name == foreign), "`{foreign}` is named");
    }
    assert!(names.iter().any(|name| name == "facade"));
}

#[test]
fn everything_that_the_derives_know_is_in_the_application() {
    application::complete();
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let messages = messages(quote! {
        #[model(tabel = "users", index(nothing))]
        struct User {
            #[field(primary_key, auto)]
            id: String,
            #[field(max_length = 0, uniqe)]
            objects: String,
        }
    });
    let wanted = [
        "`table = \"users\"`",
        "a text has at least",
        "did you mean `unique`",
        "remove `auto`",
        "no field `nothing`",
        "needs a limit",
        "accessor = other_name",
    ];
    for (message, wanted) in messages.iter().zip(wanted) {
        assert!(message.contains(wanted), "{message}");
    }
    assert_eq!(messages.len(), wanted.len(), "{messages:#?}");
}

#[test]
fn what_was_refused_is_expanded_for_others_without_its_faults() {
    let refused = expand::model(quote! {
        struct User {
            id: i64,
            #[field(default = "x")]
            objects: i32,
        }
    })
    .expect_err("no key, a wrong default, a reserved name");
    let rest = prettyplease::unparse(&syn::parse2(refused.rest).expect("items"));
    assert!(rest.contains("impl __orm::Model for User"));
    assert!(rest.contains("pub struct NewUser") || rest.contains("struct NewUser"));
    assert!(!rest.contains("const objects"));
    assert!(!rest.contains("\"x\""));
}

#[test]
fn what_is_no_struct_gives_errors_alone() {
    let refused = expand::model(quote!(
        enum User {
            Ann,
        }
    ))
    .expect_err("an enum");
    assert!(refused.rest.is_empty());
    let refused = expand::model(quote! {
        struct User<T> {
            #[field(primary_key)]
            id: T,
        }
    })
    .expect_err("a parameter");
    assert!(refused.rest.is_empty());
}

#[test]
fn foreign_keys_over_fields_are_refused_at_each_fault() {
    let refused = messages(quote! {
        #[model(
            foreign_key(fields(tenant, customer)),
            foreign_key(a: Customer),
            foreign_key(c: Customer, field(tenant, customer)),
            foreign_key(d: Customer, fields(tenant, customer), on_delete = cascad),
            foreign_key(e: Customer, fields(tenant, customr)),
            foreign_key(f: Customer, fields(tenant, tenant)),
            foreign_key(g: Customer, fields(tenant, customer), references(tenant)),
            foreign_key(h: Customer, fields(customer)),
            foreign_key(k: Customer, fields(tenant, twice)),
            foreign_key(l: Customer, fields(tenant, maybe), on_delete = set_null),
            foreign_key(m: Customer, fields(tenant, text)),
            foreign_key(customer: Customer, fields(tenant, customer))
        )]
        struct Order {
            #[field(primary_key)]
            id: i64,
            tenant: i64,
            customer: i32,
            maybe: Option<i32>,
            text: String,
            #[field(generated = Self::customer * 2)]
            twice: i32,
        }
    });
    let expected = [
        "`foreign_key` names no relation",
        "`a` needs the fields that hold the key: write `fields(a, b)`",
        "`foreign_key` knows no `field`: did you mean `fields`?",
        "`on_delete` cannot be `cascad`: did you mean `cascade`?",
        "`Order` has no field `customr`: did you mean `customer`?",
        "`tenant` is listed twice: remove one of them",
        "`fields` names 2, and `references` 1: write one for each, in the same order",
        "one field refers by itself: write `#[field(references = Customer, relation = h)]` on it",
        "a foreign key is not computed from other columns: remove `generated` of `twice`",
        "`set_null` sets every field: write `tenant: Option<i64>`, or `cascade` or `restrict` here",
        "`text` is a key or has an index, and text there needs a limit",
        "`Order::customer` is there already: write another name for the relation",
    ];
    for message in expected {
        assert!(refused.iter().any(|refused| refused.starts_with(message)), "{message}\n{refused:#?}");
    }
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
}

#[test]
fn columns_of_foreign_keys_are_named_once() {
    let refused = messages(quote! {
        struct Others {
            #[field(primary_key)]
            id: i64,
            tenant: i64,
            #[field(columns(id = "x"))]
            number: i64,
            #[field(columns(tenant = "a", id = "b"), column = "c")]
            both: ForeignKey<Customer>,
            #[field(columns(tenant = "d", tenant = "e"))]
            twice: ForeignKey<Customer>,
            #[field(columns(tenant = "tenant", id = "f"))]
            shared: ForeignKey<Customer>,
            #[field(columns(tenant, id = "g"))]
            malformed: ForeignKey<Customer>,
        }
    });
    let expected = [
        "expected a column of the key and its name here: write `columns(order_id = \"order_no\", line = \"line_no\")`",
        "`columns` is for a `ForeignKey` to a key of several columns, this field is `i64`: write `column = \"..\"`",
        "`columns` names all of them: remove `column`",
        "`tenant` is named twice: remove one of them",
        "`tenant` has the column `tenant` already: write another name, or fields for the columns and",
    ];
    for message in expected {
        assert!(refused.iter().any(|refused| refused.starts_with(message)), "{message}\n{refused:#?}");
    }
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
}
