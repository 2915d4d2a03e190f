//! The handle of an open database, behind methods that are safe to call.
#![expect(unsafe_code, reason = "this is where SQLite's C library is called")]

use std::ffi::{CStr, c_char, c_int, c_uint};
use std::ptr::{self, NonNull};

use libsqlite3_sys as ffi;

use super::error::Failure;
use super::function;
use super::stmt::{Cell, Step, Stmt};

/// A database that somebody else opened and will close.
#[derive(Debug)]
pub(super) struct Handle(NonNull<ffi::sqlite3>);

// SAFETY: SQLite lets a handle be used from any thread as long as it is one at a time, unless it was compiled
// single-threaded, which `is_thread_safe` tells. Methods that touch the database take `&mut self` or are called
// through an owner that is borrowed exclusively; the type is not `Sync`.
unsafe impl Send for Handle {}

impl Handle {
    /// Wraps the handle of an open database.
    ///
    /// # Safety
    ///
    /// While the result or any statement made with it exists, the database must stay open, and nobody may call
    /// SQLite with it or its statements but through them. They must not be used by two threads at a time.
    pub(super) unsafe fn new(raw: NonNull<ffi::sqlite3>) -> Self {
        Self(raw)
    }

    /// Whether the C library was compiled for more than one thread.
    pub(super) fn is_thread_safe() -> bool {
        // SAFETY: takes nothing and reads a constant.
        unsafe { ffi::sqlite3_threadsafe() != 0 }
    }

    /// The version of the C library, as one number: 3051003 for 3.51.3.
    pub(super) fn version() -> c_int {
        // SAFETY: takes nothing and reads a constant.
        unsafe { ffi::sqlite3_libversion_number() }
    }

    /// For those who add functions.
    pub(in crate::driver::sqlite) fn as_ptr(&mut self) -> *mut ffi::sqlite3 {
        self.raw()
    }

    fn raw(&self) -> *mut ffi::sqlite3 {
        self.0.as_ptr()
    }

    /// Prepares the first statement of `sql` behind `at` bytes; also returns how many bytes lie before the next
    /// one. No statement if there are only comments and white space, or a lone semicolon.
    pub(super) fn prepare(
        &mut self,
        sql: &CStr,
        at: usize,
        persistent: bool,
    ) -> Result<(Option<Stmt>, usize), Failure> {
        let end = sql.to_bytes().len();
        let rest = sql.to_bytes_with_nul().get(at..).map(CStr::from_bytes_with_nul);
        let Some(Ok(rest)) = rest else { return Ok((None, end)) };
        let flags: c_uint = if persistent { ffi::SQLITE_PREPARE_PERSISTENT } else { 0 };
        let (stmt, tail) = match self.compile(rest, flags) {
            Err(failure) if failure.lacks_function() => {
                self.register_functions()?;
                self.compile(rest, flags)?
            }
            result => result?,
        };
        // SAFETY: the statement, if there is one, was just made, and nobody else has it.
        let stmt = NonNull::new(stmt).map(|stmt| unsafe { Stmt::new(stmt) });
        // The tail points into `rest`, at its NUL at the latest.
        let read = tail.addr().saturating_sub(rest.as_ptr().addr());
        Ok((stmt, at.saturating_add(read).min(end)))
    }

    /// The first statement of a text, null if there is none, and what lies behind it.
    fn compile(
        &mut self,
        text: &CStr,
        flags: c_uint,
    ) -> Result<(*mut ffi::sqlite3_stmt, *const c_char), Failure> {
        let mut stmt = ptr::null_mut();
        let mut tail = ptr::null();
        // SAFETY: the database is open and ours alone, by the contract of `new`. A C string ends with a NUL, so a
        // negative length is right. Both out-pointers are valid.
        let code =
            unsafe { ffi::sqlite3_prepare_v3(self.raw(), text.as_ptr(), -1, flags, &mut stmt, &mut tail) };
        if code == ffi::SQLITE_OK { Ok((stmt, tail)) } else { Err(self.failure(code)) }
    }

    /// Adds our functions to the connection. Done when a statement first calls one: most connections never need them,
    /// and one that is lent is not touched without need.
    #[cold]
    fn register_functions(&mut self) -> Result<(), Failure> {
        // SAFETY: the database is open and ours alone, by the contract of `new`.
        unsafe { function::register(self.raw()) }.map_err(|code| self.failure(code))
    }

    /// The failure that the last call ended in; `code` is what that call returned.
    #[cold]
    pub(super) fn failure(&self, code: c_int) -> Failure {
        // SAFETY: the database is open, by the contract of `new`.
        unsafe { failure(self.raw(), code) }
    }

    /// True outside of an explicit transaction.
    pub(super) fn is_autocommit(&self) -> bool {
        // SAFETY: the database is open, by the contract of `new`.
        unsafe { ffi::sqlite3_get_autocommit(self.raw()) != 0 }
    }

    /// Rows that the last finished insert, update or delete changed itself.
    pub(super) fn changes(&self) -> u64 {
        // SAFETY: the database is open, by the contract of `new`.
        u64::try_from(unsafe { ffi::sqlite3_changes64(self.raw()) }).unwrap_or(0)
    }

    /// Rows changed since the connection was opened, by triggers and foreign keys too.
    pub(super) fn total_changes(&self) -> i64 {
        // SAFETY: the database is open, by the contract of `new`.
        unsafe { ffi::sqlite3_total_changes64(self.raw()) }
    }

    pub(super) fn last_insert_rowid(&self) -> i64 {
        // SAFETY: the database is open, by the contract of `new`.
        unsafe { ffi::sqlite3_last_insert_rowid(self.raw()) }
    }

    pub(super) fn set_last_insert_rowid(&mut self, id: i64) {
        // SAFETY: the database is open and ours alone, by the contract of `new`.
        unsafe { ffi::sqlite3_set_last_insert_rowid(self.raw(), id) }
    }

    /// How long SQLite itself sleeps, inside a call, for another writer. Removes any other busy handler.
    pub(super) fn set_busy_timeout(&mut self, milliseconds: c_int) {
        // SAFETY: the database is open and ours alone, by the contract of `new`. Cannot fail.
        unsafe { ffi::sqlite3_busy_timeout(self.raw(), milliseconds) };
    }

    /// Whether the main database can only be read, for whatever reason.
    pub(super) fn is_read_only(&self) -> bool {
        // SAFETY: the database is open, by the contract of `new`, and the name is a C string.
        unsafe { ffi::sqlite3_db_readonly(self.raw(), c"main".as_ptr()) == 1 }
    }

    /// Runs one statement to its end, whatever it returns.
    pub(super) fn execute(&mut self, sql: &CStr) -> Result<(), Failure> {
        let (Some(mut stmt), _) = self.prepare(sql, 0, false)? else { return Ok(()) };
        loop {
            match stmt.step() {
                Step::Row => {}
                Step::Done => return Ok(()),
                Step::Failed(code) => return Err(stmt.failure(code)),
            }
        }
    }

    /// The first column of the first row, if it is an integer.
    pub(super) fn integer(&mut self, sql: &CStr) -> Result<Option<i64>, Failure> {
        let (Some(mut stmt), _) = self.prepare(sql, 0, false)? else { return Ok(None) };
        match stmt.step() {
            Step::Row => Ok(match stmt.cell(0) {
                Cell::Integer(value) => Some(value),
                _ => None,
            }),
            Step::Done => Ok(None),
            Step::Failed(code) => Err(stmt.failure(code)),
        }
    }
}

/// Reads the failure that `db` is in.
///
/// # Safety
///
/// `db` must be an open database that no other thread uses.
pub(super) unsafe fn failure(db: *mut ffi::sqlite3, code: c_int) -> Failure {
    // SAFETY: by the contract of this function. The message, if there is one, is a C string that stays valid
    // until the next call with this database; it is copied at once.
    let (extended, message) = unsafe {
        let extended = ffi::sqlite3_extended_errcode(db);
        let message = ffi::sqlite3_errmsg(db);
        let message = match NonNull::new(message.cast_mut()) {
            Some(message) => CStr::from_ptr(message.as_ptr()).to_string_lossy().into_owned(),
            None => String::new(),
        };
        (extended, message)
    };
    // Misuse does not set the state of the database, and then its message is about something else.
    if extended & 0xff == code & 0xff {
        Failure::new(extended, message)
    } else {
        Failure::new(code, describe(code))
    }
}

/// What SQLite says about a code in general.
fn describe(code: c_int) -> String {
    // SAFETY: takes any number and returns a static C string, or null.
    unsafe {
        match NonNull::new(ffi::sqlite3_errstr(code).cast_mut()) {
            Some(text) => CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned(),
            None => String::from("unknown error"),
        }
    }
}
