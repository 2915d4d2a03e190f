//! Where SQLite calls the functions of the program.
//!
//! What SQLite keeps of a definition is an `Arc` as a pointer, one for each connection, which it gives back by `destroy` when the
//! connection is closed. Nothing of the program unwinds into C.
#![expect(unsafe_code, reason = "this is where SQLite calls back")]

use std::cmp::Ordering;
use std::ffi::{CString, c_int, c_uchar, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::{ptr, slice};

use libsqlite3_sys as ffi;

use super::aggregate::{Aggregate, Group};
use super::scalar::Scalar;
use super::value::SqliteValue;
use super::{Collation, Definition};
use crate::driver::sqlite::handle::Handle;

/// Adds a definition to an open database.
///
/// # Errors
///
/// The code of SQLite.
pub(super) fn register(handle: &mut Handle, definition: &Definition) -> Result<(), c_int> {
    let name = CString::new(definition.name()).map_err(|_| ffi::SQLITE_MISUSE)?;
    // Only for statements that are sent, never for what a schema holds.
    let flags = ffi::SQLITE_UTF8 | ffi::SQLITE_DIRECTONLY;
    let db = handle.as_ptr();
    let code = match definition {
        // SAFETY: the database is open, and nobody else is inside SQLite with it, while the handle is borrowed. The name is a C
        // string. The pointer is an `Arc` that `destroy` gives back, which SQLite calls once: when the connection is closed,
        // when another function takes the name, or when this call fails. The function keeps to the contract of SQLite: it sets a
        // result, does not unwind, and keeps no pointer that it got.
        Definition::Scalar(scalar) => unsafe {
            ffi::sqlite3_create_function_v2(
                db,
                name.as_ptr(),
                scalar.arguments,
                flags,
                Arc::into_raw(Arc::clone(scalar)).cast_mut().cast(),
                Some(call_scalar),
                None,
                None,
                Some(destroy::<Scalar>),
            )
        },
        // SAFETY: as above.
        Definition::Aggregate(aggregate) => unsafe {
            ffi::sqlite3_create_function_v2(
                db,
                name.as_ptr(),
                aggregate.arguments,
                flags,
                Arc::into_raw(Arc::clone(aggregate)).cast_mut().cast(),
                None,
                Some(step),
                Some(finish),
                Some(destroy::<Aggregate>),
            )
        },
        Definition::Collation(collation) => {
            let kept = Arc::into_raw(Arc::clone(collation));
            // SAFETY: as above, but for a call that fails, after which SQLite does not call `destroy`.
            let code = unsafe {
                ffi::sqlite3_create_collation_v2(
                    db,
                    name.as_ptr(),
                    ffi::SQLITE_UTF8,
                    kept.cast_mut().cast(),
                    Some(compare),
                    Some(destroy::<Collation>),
                )
            };
            if code != ffi::SQLITE_OK {
                // SAFETY: it came from `Arc::into_raw` above, and SQLite did not keep it.
                drop(unsafe { Arc::from_raw(kept) });
            }
            code
        }
    };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}

/// Gives a definition back.
unsafe extern "C" fn destroy<T>(kept: *mut c_void) {
    // SAFETY: SQLite gives what it got in `register`, an `Arc<T>` as a pointer, and gives it once. What a closure captured may
    // panic when it is dropped, which must not get into C.
    let _ = catch_unwind(|| drop(unsafe { Arc::from_raw(kept.cast_const().cast::<T>()) }));
}

unsafe extern "C" fn call_scalar(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: called by SQLite with what it got in `register`, which lives at least as long as the connection, and so as this
    // call; with the arguments of the call.
    let (scalar, values) = unsafe {
        (&*ffi::sqlite3_user_data(context).cast_const().cast::<Scalar>(), arguments(count, values))
    };
    // Whatever the closure shares may be half changed after a panic, as after one in any other thread: it is `Sync`.
    let result = catch_unwind(AssertUnwindSafe(|| (scalar.f)(values)));
    // SAFETY: `context` is that of the call.
    unsafe { answer(context, &scalar.name, flat(result)) };
}

/// What a group is kept in: SQLite has room for a pointer, null at first.
type Kept = *mut Box<dyn Group>;

unsafe extern "C" fn step(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: called by SQLite as `call_scalar` is. The room for a pointer is aligned for one, begins as zeros, a null pointer, and
    // is of this group alone; null is an answer for no memory.
    let (aggregate, values, room) = unsafe {
        let room = ffi::sqlite3_aggregate_context(context, POINTER).cast::<Kept>();
        (
            &*ffi::sqlite3_user_data(context).cast_const().cast::<Aggregate>(),
            arguments(count, values),
            room.as_mut(),
        )
    };
    let Some(room) = room else {
        // SAFETY: `context` is that of the call.
        unsafe { ffi::sqlite3_result_error_nomem(context) };
        return;
    };
    let stepped = catch_unwind(AssertUnwindSafe(|| {
        if room.is_null() {
            *room = Box::into_raw(Box::new((aggregate.begin)()));
        }
        // SAFETY: it came from `Box::into_raw`, here or in an earlier step of this group, and only `finish`, which comes after
        // all steps, takes it back.
        unsafe { (**room).step(values) }
    }));
    if let Err(reason) = flat(stepped) {
        // SAFETY: `context` is that of the call.
        unsafe { answer(context, &aggregate.name, Err(reason)) };
    }
}

/// Called once for each group that was begun, also when the statement is given up, and once where there are no rows.
unsafe extern "C" fn finish(context: *mut ffi::sqlite3_context) {
    // SAFETY: called by SQLite. Without a step there is no room, and the answer is null.
    let (aggregate, room) = unsafe {
        let room = ffi::sqlite3_aggregate_context(context, 0).cast::<Kept>();
        (&*ffi::sqlite3_user_data(context).cast_const().cast::<Aggregate>(), room.as_mut())
    };
    let kept = room.map_or(ptr::null_mut(), |room| std::mem::replace(room, ptr::null_mut()));
    let result = catch_unwind(AssertUnwindSafe(|| {
        let group = if kept.is_null() {
            (aggregate.begin)()
        } else {
            // SAFETY: it came from `Box::into_raw` in a step of this group, and the room no longer has it.
            *unsafe { Box::from_raw(kept) }
        };
        group.finish()
    }));
    // SAFETY: `context` is that of the call.
    unsafe { answer(context, &aggregate.name, flat(result)) };
}

unsafe extern "C" fn compare(
    kept: *mut c_void,
    left_length: c_int,
    left: *const c_void,
    right_length: c_int,
    right: *const c_void,
) -> c_int {
    // SAFETY: called by SQLite with what it got in `register`, which lives as long as the connection, and two texts of so many
    // bytes, which stay for the whole call.
    let (collation, left, right) = unsafe {
        (&*kept.cast_const().cast::<Collation>(), bytes(left, left_length), bytes(right, right_length))
    };
    let compared = catch_unwind(AssertUnwindSafe(|| {
        (collation.compare)(&String::from_utf8_lossy(left), &String::from_utf8_lossy(right))
    }));
    match compared.unwrap_or_else(|_| left.cmp(right)) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "8 at most"
)]
const POINTER: c_int = size_of::<Kept>() as c_int;

/// What came of a closure, a panic among it.
fn flat<T>(result: std::thread::Result<Result<T, String>>) -> Result<T, String> {
    result.unwrap_or_else(|_| Err("it panicked".to_owned()))
}

/// # Safety
///
/// There must be so many bytes, which stay for as long as they are looked at.
unsafe fn bytes<'v>(start: *const c_void, length: c_int) -> &'v [u8] {
    match usize::try_from(length) {
        // SAFETY: by the contract of this function.
        Ok(length) if length > 0 && !start.is_null() => unsafe {
            slice::from_raw_parts(start.cast(), length)
        },
        _ => &[],
    }
}

/// The arguments of a call.
///
/// # Safety
///
/// `values` must be the `count` arguments of a call by SQLite.
unsafe fn arguments(count: c_int, values: *mut *mut ffi::sqlite3_value) -> Vec<SqliteValue> {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 || values.is_null() {
        return Vec::new();
    }
    // SAFETY: by the contract of this function. An argument is a protected value, valid for the whole call, and is not
    // converted: each is asked for as what it is, text and bytes before their length.
    unsafe {
        let values = slice::from_raw_parts(values, count);
        values
            .iter()
            .map(|value| match ffi::sqlite3_value_type(*value) {
                ffi::SQLITE_INTEGER => SqliteValue::Integer(ffi::sqlite3_value_int64(*value)),
                ffi::SQLITE_FLOAT => SqliteValue::Real(ffi::sqlite3_value_double(*value)),
                ffi::SQLITE_TEXT => {
                    let start = ffi::sqlite3_value_text(*value);
                    let text = bytes(start.cast(), ffi::sqlite3_value_bytes(*value));
                    SqliteValue::Text(String::from_utf8_lossy(text).into_owned())
                }
                ffi::SQLITE_BLOB => {
                    let start = ffi::sqlite3_value_blob(*value);
                    SqliteValue::Blob(bytes(start, ffi::sqlite3_value_bytes(*value)).to_vec())
                }
                _ => SqliteValue::Null,
            })
            .collect()
    }
}

/// Sets the result of a call.
///
/// # Safety
///
/// `context` must be that of a call by SQLite.
unsafe fn answer(context: *mut ffi::sqlite3_context, name: &str, result: Result<SqliteValue, String>) {
    const UTF8: c_uchar = 1;
    const _: () = assert!(ffi::SQLITE_UTF8 == 1);
    let length = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    // SAFETY: by the contract of this function. Texts and bytes are copied before the calls return, and are refused by SQLite if
    // they are longer than it allows.
    unsafe {
        match result {
            Ok(SqliteValue::Null) => ffi::sqlite3_result_null(context),
            Ok(SqliteValue::Integer(value)) => ffi::sqlite3_result_int64(context, value),
            Ok(SqliteValue::Real(value)) => ffi::sqlite3_result_double(context, value),
            Ok(SqliteValue::Text(text)) => ffi::sqlite3_result_text64(
                context,
                text.as_ptr().cast(),
                length(text.as_bytes()),
                ffi::SQLITE_TRANSIENT(),
                UTF8,
            ),
            Ok(SqliteValue::Blob(bytes)) => ffi::sqlite3_result_blob64(
                context,
                bytes.as_ptr().cast(),
                length(&bytes),
                ffi::SQLITE_TRANSIENT(),
            ),
            Err(reason) => {
                let message = format!("`{name}`: {reason}");
                let length = c_int::try_from(message.len()).unwrap_or(c_int::MAX);
                ffi::sqlite3_result_error(context, message.as_ptr().cast(), length);
            }
        }
    }
}
