//! Reading a query page by page: by number, with a total, or by what the last row was.
//!
//! `number` counts pages and rows, `cursor` begins behind a row, which `token` hands to the client and takes back, and
//! `keyset` is the condition for it.

mod cursor;
pub(super) mod keyset;
mod number;
mod token;

pub use cursor::CursorPage;
pub use number::Page;
pub use token::{PageCursor, set_page_secret};
