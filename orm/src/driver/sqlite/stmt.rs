//! Prepared statements, behind methods that are safe to call, and the values of their rows.
#![expect(unsafe_code, reason = "this is where SQLite's C library is called")]

use std::ffi::{CStr, c_int, c_uchar};
use std::ptr::NonNull;
use std::slice;

use libsqlite3_sys as ffi;

use super::error::Failure;
use super::handle::failure;

/// What a step of a statement led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Row,
    Done,
    /// Failed with this extended code.
    Failed(c_int),
}

/// A column's value as it is stored. Text is not checked yet.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'r> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'r [u8]),
    Blob(&'r [u8]),
    /// There was no memory to read it.
    Unread,
}

/// A prepared statement. Finalized when dropped.
#[derive(Debug)]
pub(super) struct Stmt(NonNull<ffi::sqlite3_stmt>);

// SAFETY: as for `Handle`, whose contract covers the statements made with it.
unsafe impl Send for Stmt {}

impl Drop for Stmt {
    fn drop(&mut self) {
        // SAFETY: the statement is ours by the contract of `new` and is finalized only here; its database is still open, by
        // the contract of `Handle::new`. What it returns is the failure of the last step, told already.
        unsafe { ffi::sqlite3_finalize(self.raw()) };
    }
}

impl Stmt {
    /// Takes a statement over.
    ///
    /// # Safety
    ///
    /// The statement must be prepared and nobody else's. The contract of [`Handle::new`](super::handle::Handle::new)
    /// must hold for its database.
    pub(super) unsafe fn new(raw: NonNull<ffi::sqlite3_stmt>) -> Self {
        Self(raw)
    }

    #[inline]
    fn raw(&self) -> *mut ffi::sqlite3_stmt {
        self.0.as_ptr()
    }

    /// Runs to the next row, or to the end.
    #[inline]
    pub(super) fn step(&mut self) -> Step {
        // SAFETY: the statement is not finalized, and its database open and ours alone. Arguments lent to it are
        // still there, by the contract of the methods that lend them.
        match unsafe { ffi::sqlite3_step(self.raw()) } {
            ffi::SQLITE_ROW => Step::Row,
            ffi::SQLITE_DONE => Step::Done,
            code => Step::Failed(code),
        }
    }

    /// The failure that the last call ended in; `code` is what that call returned.
    #[cold]
    pub(super) fn failure(&self, code: c_int) -> Failure {
        // SAFETY: the statement is not finalized, so it has a database, which is open and ours alone.
        unsafe { failure(ffi::sqlite3_db_handle(self.raw()), code) }
    }

    /// Ends the run, if there is one. Keeps the arguments.
    #[inline]
    pub(super) fn reset(&mut self) {
        // SAFETY: the statement is not finalized. What it returns is the failure of the last step, told already.
        unsafe { ffi::sqlite3_reset(self.raw()) };
    }

    /// Takes all arguments out.
    #[inline]
    pub(super) fn clear_bindings(&mut self) {
        // SAFETY: the statement is not finalized. Releases what SQLite owns and forgets what was lent to it.
        unsafe { ffi::sqlite3_clear_bindings(self.raw()) };
    }

    /// True if it does not write to the database.
    pub(super) fn is_read_only(&self) -> bool {
        // SAFETY: the statement is not finalized.
        unsafe { ffi::sqlite3_stmt_readonly(self.raw()) != 0 }
    }

    /// The number of its arguments.
    pub(super) fn parameters(&self) -> usize {
        // SAFETY: the statement is not finalized.
        usize::try_from(unsafe { ffi::sqlite3_bind_parameter_count(self.raw()) }).unwrap_or(0)
    }

    /// The names of its columns, whether or not there is a row.
    pub(super) fn names(&self) -> Vec<String> {
        // SAFETY: the statement is not finalized.
        let columns = unsafe { ffi::sqlite3_column_count(self.raw()) };
        (0..columns)
            .map(|at| {
                // SAFETY: the statement is not finalized, and has a column `at`.
                let name = unsafe { ffi::sqlite3_column_name(self.raw(), at) };
                if name.is_null() {
                    return String::new();
                }
                // SAFETY: a name ends with a NUL, and stays until the statement is stepped or the name is asked for again.
                unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
            })
            .collect()
    }

    /// The number of columns of the row at hand, 0 if there is none.
    #[inline]
    pub(super) fn columns(&self) -> usize {
        // SAFETY: the statement is not finalized.
        usize::try_from(unsafe { ffi::sqlite3_data_count(self.raw()) }).unwrap_or(0)
    }

    /// Sets the argument `at`, from 1, to NULL.
    pub(super) fn bind_null(&mut self, at: c_int) -> Result<(), Failure> {
        // SAFETY: the statement is not finalized. SQLite checks `at`.
        let code = unsafe { ffi::sqlite3_bind_null(self.raw(), at) };
        self.bound(code)
    }

    /// Sets the argument `at`, from 1.
    #[inline]
    pub(super) fn bind_integer(&mut self, at: c_int, value: i64) -> Result<(), Failure> {
        // SAFETY: the statement is not finalized. SQLite checks `at`.
        let code = unsafe { ffi::sqlite3_bind_int64(self.raw(), at, value) };
        self.bound(code)
    }

    /// Sets the argument `at`, from 1.
    pub(super) fn bind_real(&mut self, at: c_int, value: f64) -> Result<(), Failure> {
        // SAFETY: the statement is not finalized. SQLite checks `at`.
        let code = unsafe { ffi::sqlite3_bind_double(self.raw(), at, value) };
        self.bound(code)
    }

    /// Sets the argument `at`, from 1, to a copy of `text`.
    pub(super) fn bind_text_copied(&mut self, at: c_int, text: &[u8]) -> Result<(), Failure> {
        // SAFETY: the statement is not finalized. `text` is valid for the call, in which SQLite copies it.
        // SQLite checks `at` and the length.
        let code = unsafe { bind_text(self.raw(), at, text, ffi::SQLITE_TRANSIENT()) };
        self.bound(code)
    }

    /// Lends `text` as the argument `at`, from 1.
    ///
    /// # Safety
    ///
    /// The statement must not be stepped after the end of `text` before the argument is set anew or cleared.
    pub(super) unsafe fn bind_text_lent(&mut self, at: c_int, text: &str) -> Result<(), Failure> {
        // SAFETY: the statement is not finalized. SQLite reads arguments in a step only, and the caller promises
        // that none comes after the end of `text`. SQLite checks `at` and the length.
        let code = unsafe { bind_text(self.raw(), at, text.as_bytes(), ffi::SQLITE_STATIC()) };
        self.bound(code)
    }

    /// Lends `bytes` as the argument `at`, from 1.
    ///
    /// # Safety
    ///
    /// As for [`Stmt::bind_text_lent`].
    pub(super) unsafe fn bind_blob_lent(&mut self, at: c_int, bytes: &[u8]) -> Result<(), Failure> {
        // SAFETY: as for `bind_text_lent`; a slice's pointer is never null, which would be read as NULL.
        let code = unsafe {
            ffi::sqlite3_bind_blob64(
                self.raw(),
                at,
                bytes.as_ptr().cast(),
                length(bytes),
                ffi::SQLITE_STATIC(),
            )
        };
        self.bound(code)
    }

    #[inline]
    fn bound(&self, code: c_int) -> Result<(), Failure> {
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.failure(code)) }
    }

    /// The value in column `at` of the row at hand; NULL if there is no such column or no row.
    #[inline]
    pub(super) fn cell(&self, at: usize) -> Cell<'_> {
        let Ok(at) = c_int::try_from(at) else { return Cell::Null };
        // SAFETY: the statement is not finalized. SQLite checks `at` and whether there is a row, and gives a NULL
        // otherwise. What it gives is "unprotected": to be read by the connection's one user only, which we are by
        // the contract of `Handle::new`. (Reading it saves looking the column up for each call.) It is read as
        // what it is, so nothing is converted in place, but for text of a UTF-16 database, which stays converted;
        // so the pointers are valid until the next step or reset, and both need the statement exclusively while
        // the result borrows it. The length is asked for after the pointer, as SQLite demands.
        unsafe {
            let value = ffi::sqlite3_column_value(self.raw(), at);
            match ffi::sqlite3_value_type(value) {
                ffi::SQLITE_INTEGER => Cell::Integer(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => Cell::Real(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => {
                    let start = ffi::sqlite3_value_text(value);
                    match bytes(start, ffi::sqlite3_value_bytes(value)) {
                        // Even empty text has a place.
                        Some(text) if !start.is_null() => Cell::Text(text),
                        _ => Cell::Unread,
                    }
                }
                ffi::SQLITE_BLOB => {
                    let start = ffi::sqlite3_value_blob(value);
                    match bytes(start.cast(), ffi::sqlite3_value_bytes(value)) {
                        Some(blob) => Cell::Blob(blob),
                        None => Cell::Unread,
                    }
                }
                _ => Cell::Null,
            }
        }
    }

    /// Whether column `at` of the row at hand is NULL, or not there.
    #[inline]
    pub(super) fn is_null(&self, at: usize) -> bool {
        let Ok(at) = c_int::try_from(at) else { return true };
        // SAFETY: the statement is not finalized. SQLite checks `at` and whether there is a row.
        unsafe { ffi::sqlite3_column_type(self.raw(), at) == ffi::SQLITE_NULL }
    }
}

/// Sets a text argument.
///
/// # Safety
///
/// `stmt` must be a statement that is not finalized; `text` must stay for as long as `keep` demands.
unsafe fn bind_text(
    stmt: *mut ffi::sqlite3_stmt,
    at: c_int,
    text: &[u8],
    keep: ffi::sqlite3_destructor_type,
) -> c_int {
    const UTF8: c_uchar = 1;
    const _: () = assert!(ffi::SQLITE_UTF8 == 1);
    // SAFETY: by the contract of this function; a slice's pointer is never null, which would be read as NULL.
    unsafe { ffi::sqlite3_bind_text64(stmt, at, text.as_ptr().cast(), length(text), keep, UTF8) }
}

/// The length as SQLite wants it. More than it can count is more than it allows, too.
fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The bytes that SQLite points to: none at null, unless there should be some.
///
/// # Safety
///
/// If `start` is not null, `length` bytes must be readable there for as long as `'r`.
#[inline]
unsafe fn bytes<'r>(start: *const u8, length: c_int) -> Option<&'r [u8]> {
    match usize::try_from(length) {
        // SAFETY: by the contract of this function.
        Ok(length) if !start.is_null() => Some(unsafe { slice::from_raw_parts(start, length) }),
        Ok(0) => Some(&[]),
        _ => None,
    }
}
