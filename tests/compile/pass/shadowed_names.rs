//! Names of the user's own are not in the way of generated code.

mod core {}
mod std {}
mod orm {}
mod inventory {}
struct Result;
struct Option;
struct String;
struct Vec;
struct Box;
struct Field;
struct Table;
struct Column;
struct Value;
struct Cursor;
struct Action;
trait From {}
trait Into {}
trait Default {}
trait Clone {}
trait Decode {}
trait Insert {}
trait Patch {}
#[allow(non_camel_case_types)]
struct usize;
#[allow(non_camel_case_types)]
struct bool;
#[allow(non_upper_case_globals)]
const row: u8 = 1;
#[allow(non_upper_case_globals)]
const out: u8 = 1;
#[allow(non_snake_case)]
fn Some() {}
#[allow(non_snake_case)]
fn None() {}
#[allow(non_snake_case)]
fn Ok() {}
macro_rules! env { () => {}; }
macro_rules! assert { () => {}; }
macro_rules! module_path { () => {}; }

#[derive(::orm::prelude::Embed, ::std::clone::Clone)]
struct Inner {
    count: i32,
}

#[derive(::orm::prelude::Embed, ::std::clone::Clone)]
struct Group {
    #[field(default = 1)]
    number: i32,
    #[field(embed)]
    inner: ::std::option::Option<Inner>,
}

#[derive(::orm::prelude::Meta)]
#[meta(app = "app")]
struct Shared;

#[derive(::orm::prelude::Model)]
#[model(meta = Shared, patch(setters))]
struct Model {
    #[field(primary_key)]
    id: i64,
    name: ::std::option::Option<::std::string::String>,
    #[field(default = "x")]
    text: ::std::string::String,
    bytes: ::std::vec::Vec<u8>,
    #[field(embed, default)]
    group: Group,
    #[field(embed, prefix = "other_")]
    other: ::std::option::Option<Group>,
    #[field(related_name = children)]
    parent: ::std::option::Option<::orm::prelude::ForeignKey<Self>>,
}

pub fn main() {
    let new = NewModel::new([1, 2]).name("x").parent(3);
    ::std::assert_eq!(new.text, "x");
    ::std::assert_eq!((new.group.number, new.group.inner.is_none(), new.other.is_none()), (1, true, true));
    ::std::assert!(ModelPatch::default().bytes([3]).group(NewGroup::new().inner(Inner { count: 1 })).name.is_none());
}
