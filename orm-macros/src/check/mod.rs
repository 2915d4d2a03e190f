//! Rules over several settings, one function each. A message says what is wrong and what to write instead.
//!
//! Called once, between reading and building. What the tokens cannot tell (an alias of `String`, say) is left
//! to assertions in the expansion, see `emit::assert`.

mod constraint;
mod db_default;
mod db_type;
mod embed;
mod field;
mod foreign_key;
mod index;
mod key;
mod meta;
mod name;
mod reference;
mod text;
mod validate;
mod write;

use crate::ctxt::Ctxt;
use crate::input::Input;

/// Applies every rule. Gives the fields of the primary key, by position.
pub(crate) fn all(ctxt: &Ctxt, input: &Input) -> Vec<usize> {
    let key = key::find(ctxt, input);
    key::not_nullable(ctxt, input, &key);
    key::not_itself(ctxt, input, &key);
    key::auto_is_a_single_integer(ctxt, input, &key);
    key::insertable_is_filled_by_others(ctxt, input, &key);

    embed::all(ctxt, input, &key);

    let indexes = index::resolve(ctxt, input);
    index::no_duplicates(ctxt, &input.attr.indexes, &indexes);
    index::methods(ctxt, &input.attr.indexes);
    index::full_text(ctxt, input);
    meta::none_of_something(ctxt, input);
    index::not_redundant(ctxt, input, &key);
    foreign_key::all(ctxt, input, &key);
    constraint::checks_differ(ctxt, &input.attr.checks);
    constraint::generated(ctxt, input, &key);

    fields(ctxt, input);
    field::keyed_text_is_limited(ctxt, input, &keyed(input, &key));
    field::filled_by_one(ctxt, input, &key);
    db_default::the_only_one(ctxt, input, &key);
    reference::set_null_needs_an_option(ctxt, input, &key);
    reference::set_default_needs_a_default(ctxt, input);
    reference::one_to_one_once(ctxt, input, &key);

    name::accessors(ctxt, input);
    name::columns_differ(ctxt, input);
    name::methods_differ(ctxt, input);
    name::serde_is_there(ctxt, input);
    text::renamed(ctxt, input);
    write::ordering(ctxt, input);
    validate::is_there(ctxt, input);
    key
}

/// Applies the rules of an embedded struct.
pub(crate) fn embed(ctxt: &Ctxt, input: &Input) {
    embed::whole(ctxt, input);
    embed::all(ctxt, input, &[]);
    key::insertable_is_filled_by_others(ctxt, input, &[]);
    index::not_redundant(ctxt, input, &[]);
    fields(ctxt, input);
    field::keyed_text_is_limited(ctxt, input, &keyed(input, &[]));
    field::filled_by_one(ctxt, input, &[]);
    reference::set_null_needs_an_option(ctxt, input, &[]);
    reference::set_default_needs_a_default(ctxt, input);
    reference::one_to_one_once(ctxt, input, &[]);

    name::accessors(ctxt, input);
    name::columns_differ(ctxt, input);
    name::methods_differ(ctxt, input);
    name::serde_is_there(ctxt, input);
    validate::is_there(ctxt, input);
}

/// The rules of single fields.
fn fields(ctxt: &Ctxt, input: &Input) {
    for field in input.fields.iter().filter(|field| !field.is_embed()) {
        let before = ctxt.count();
        field::precision(ctxt, field);
        field::max_length(ctxt, field);
        field::auto_now(ctxt, field);
        field::default_of_the_right_type(ctxt, field);
        db_default::of_the_right_type(ctxt, field);
        write::writable(ctxt, field);
        text::collation(ctxt, field);
        text::db_type(ctxt, field);
        db_type::keeps_values(ctxt, field);
        constraint::choices(ctxt, field);
        validate::fits(ctxt, field);
        reference::only_foreign_keys_refer(ctxt, field);
        reference::target_in_this_crate(ctxt, field);
        field.wrong.set(field.wrong.get() || ctxt.count() > before);
    }
}

pub(crate) use embed::is_path_to;
pub(crate) use field::keyed;
pub(crate) use key::{MAX as MOST_KEY_FIELDS, counted};
pub(crate) use meta::passed_on;
pub(crate) use name::{accessors as wrong_names, column};
