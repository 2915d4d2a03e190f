//! The functions of our own that a connection has: what SQLite lacks and the servers have.
//!
//! They are private, of names that begin with `orm_`, and SQLite refuses them in views, triggers, indexes and checks, so
//! a file never needs them. Nothing of them differs between connections, and nothing is kept: a connection that is lent
//! may have them, too.
#![expect(unsafe_code, reason = "this is where SQLite calls back")]

use std::ffi::{CStr, c_int, c_uchar};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{ptr, slice};

use libsqlite3_sys as ffi;

use super::case;

/// How the names of all of them begin.
pub(super) const PREFIX: &str = "orm_";

type Function = unsafe extern "C" fn(*mut ffi::sqlite3_context, c_int, *mut *mut ffi::sqlite3_value);

const FUNCTIONS: &[(&CStr, c_int, Function)] = &[
    (c"orm_lower", 1, lower),
    (c"orm_upper", 1, upper),
    #[cfg(feature = "regex")]
    (c"orm_matches", 2, matches),
];

/// Adds the functions to a database.
///
/// # Safety
///
/// `db` must be open, and nobody else inside SQLite with it.
pub(super) unsafe fn register(db: *mut ffi::sqlite3) -> Result<(), c_int> {
    // Only for statements that are sent, never for what a schema holds.
    let flags = ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC | ffi::SQLITE_DIRECTONLY;
    for &(name, arguments, function) in FUNCTIONS {
        // SAFETY: `db` by the contract of this function; the name is a C string. There is nothing of ours behind the
        // null pointer, so nothing to destroy, and the function, which is static, keeps to the contract of SQLite: it
        // sets a result, does not unwind, and keeps no pointer that it got.
        let code = unsafe {
            ffi::sqlite3_create_function_v2(
                db,
                name.as_ptr(),
                arguments,
                flags,
                ptr::null_mut(),
                Some(function),
                None,
                None,
                None,
            )
        };
        if code != ffi::SQLITE_OK {
            return Err(code);
        }
    }
    Ok(())
}

unsafe extern "C" fn lower(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: called by SQLite, which promises just what `map` asks for.
    unsafe { map(context, count, values, case::lower) }
}

unsafe extern "C" fn upper(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: called by SQLite, which promises just what `map` asks for.
    unsafe { map(context, count, values, case::upper) }
}

/// Whether a pattern, the second argument, matches the first. NULL if one is; what is not text does not match.
#[cfg(feature = "regex")]
unsafe extern "C" fn matches(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    if count != 2 || values.is_null() {
        // SAFETY: called by SQLite with the context of the call; the message is a C string, which SQLite copies.
        unsafe { ffi::sqlite3_result_error(context, c"a wrong number of arguments".as_ptr(), -1) };
        return;
    }
    // SAFETY: there are two arguments, which are protected values, valid for the whole call. Neither is converted while
    // the text of the other is looked at, and each is converted at most once, by `text_of`.
    let (null, text, pattern) = unsafe {
        let (first, second) = (*values, *values.add(1));
        let null = [first, second].iter().any(|value| ffi::sqlite3_value_type(*value) == ffi::SQLITE_NULL);
        (null, text_of(first), text_of(second))
    };
    if null {
        // SAFETY: called by SQLite with the context of the call.
        unsafe { ffi::sqlite3_result_null(context) };
        return;
    }
    // A panic must not get into C. The patterns that are kept are whole between calls.
    let matched = catch_unwind(AssertUnwindSafe(|| match (text, pattern) {
        (Some(text), Some(pattern)) => super::pattern::matches(text, pattern),
        (_, pattern) => pattern.map(|_| false),
    }));
    // SAFETY: called by SQLite with the context of the call; the messages are C strings, which SQLite copies.
    unsafe {
        match matched {
            Ok(Some(matched)) => ffi::sqlite3_result_int(context, c_int::from(matched)),
            Ok(None) => ffi::sqlite3_result_error(context, c"not a pattern".as_ptr(), -1),
            Err(_) => ffi::sqlite3_result_error(context, c"a function of `orm` panicked".as_ptr(), -1),
        }
    }
}

/// Answers with what `f` makes of a text, or with the value itself if it makes nothing of it or it is none: NULL stays
/// NULL, and numbers and bytes have no letters.
///
/// # Safety
///
/// `context` must be that of a call of a function by SQLite, `values` its `count` arguments.
unsafe fn map(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
    f: fn(&[u8]) -> Option<Vec<u8>>,
) {
    const UTF8: c_uchar = 1;
    const _: () = assert!(ffi::SQLITE_UTF8 == 1);
    if count != 1 || values.is_null() {
        // SAFETY: by the contract of this function; the message is a C string, which SQLite copies.
        unsafe { ffi::sqlite3_result_error(context, c"a wrong number of arguments".as_ptr(), -1) };
        return;
    }
    // SAFETY: there is one argument, by the contract of this function.
    let value = unsafe { *values };
    // SAFETY: an argument is a protected value, valid for the whole call.
    let text = unsafe { text_of(value) };
    // A panic must not get into C. Nothing is left half done by one: `f` has no state.
    let mapped = catch_unwind(AssertUnwindSafe(|| text.and_then(f)));
    match mapped {
        Ok(Some(mapped)) => {
            let length = u64::try_from(mapped.len()).unwrap_or(u64::MAX);
            // SAFETY: by the contract of this function; SQLite copies the bytes before it returns. It makes an error of
            // a text that is longer than it allows.
            unsafe {
                ffi::sqlite3_result_text64(
                    context,
                    mapped.as_ptr().cast(),
                    length,
                    ffi::SQLITE_TRANSIENT(),
                    UTF8,
                );
            };
        }
        // SAFETY: by the contract of this function; the value is copied.
        Ok(None) => unsafe { ffi::sqlite3_result_value(context, value) },
        Err(_) => {
            // SAFETY: by the contract of this function; the message is a C string, which SQLite copies.
            unsafe { ffi::sqlite3_result_error(context, c"a function of `orm` panicked".as_ptr(), -1) };
        }
    }
}

/// The bytes of an argument that is text; they need not be UTF-8.
///
/// # Safety
///
/// `value` must be a protected value, and stay and not be converted for as long as `'v`.
unsafe fn text_of<'v>(value: *mut ffi::sqlite3_value) -> Option<&'v [u8]> {
    // SAFETY: by the contract of this function. Text is converted to UTF-8 at most, which happens here, before its length
    // is asked for. The pointer is null if there was no memory to convert it; then the value is taken for no text.
    unsafe {
        if ffi::sqlite3_value_type(value) != ffi::SQLITE_TEXT {
            return None;
        }
        let start = ffi::sqlite3_value_text(value);
        let length = usize::try_from(ffi::sqlite3_value_bytes(value)).ok()?;
        (!start.is_null()).then(|| slice::from_raw_parts(start, length))
    }
}
