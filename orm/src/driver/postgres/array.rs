//! The binary format of arrays.
//!
//! `dimensions: i32, has_null: i32, element type: u32`, for each dimension `length: i32, first index: i32`, then the
//! elements, each behind its length, which is -1 for NULL. Described in the server's
//! `src/backend/utils/adt/arrayfuncs.c` (`array_send`).

use std::fmt;

use super::row::{Kind, Read, Values, no_column};
use crate::driver::Mismatch;

/// The bytes that an element takes at least: those of its length.
const SHORTEST: usize = 4;

/// The elements of an array, in the place of columns.
pub(crate) struct Elements<'r> {
    /// How all of them are written.
    pub(crate) kind: Kind,
    /// The bytes of each, `None` for NULL.
    pub(crate) items: &'r [Option<&'r [u8]>],
}

/// Without the values.
impl fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elements").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<'r> Values<'r> for Elements<'r> {
    fn raw(&self, at: usize) -> Read<(Kind, &'r [u8])> {
        match self.items.get(at) {
            Some(item) => Ok(item.map(|bytes| (self.kind, bytes))),
            None => no_column(),
        }
    }

    #[cold]
    fn wrong_type<T>(&self, _: usize) -> Read<T> {
        Err("an element of another type".into())
    }
}

/// The type of the elements, and the bytes of each.
type Array<'a> = (u32, Vec<Option<&'a [u8]>>);

/// Writes what stands before the elements.
pub(super) fn head(out: &mut Vec<u8>, element: u32, length: i32, has_null: bool) {
    // An array without elements has no dimension.
    out.extend_from_slice(&i32::from(length > 0).to_be_bytes());
    out.extend_from_slice(&i32::from(has_null).to_be_bytes());
    out.extend_from_slice(&element.to_be_bytes());
    if length > 0 {
        out.extend_from_slice(&length.to_be_bytes());
        // Indexes count from 1.
        out.extend_from_slice(&1_i32.to_be_bytes());
    }
}

/// Takes an array of one dimension apart.
pub(super) fn elements(bytes: &[u8]) -> Result<Array<'_>, Mismatch> {
    let mut rest = bytes;
    let dimensions = i32::from_be_bytes(take(&mut rest)?);
    let _has_null: [u8; 4] = take(&mut rest)?;
    let element = u32::from_be_bytes(take(&mut rest)?);
    match dimensions {
        0 => return Ok((element, Vec::new())),
        1 => {}
        _ => return Err("an array of several dimensions".into()),
    }
    let length = usize::try_from(i32::from_be_bytes(take(&mut rest)?)).map_err(|_| malformed())?;
    let _first: [u8; 4] = take(&mut rest)?;
    let mut items = Vec::with_capacity(length.min(rest.len() / SHORTEST));
    for _ in 0..length {
        items.push(match i32::from_be_bytes(take(&mut rest)?) {
            -1 => None,
            size => {
                let size = usize::try_from(size).map_err(|_| malformed())?;
                let (item, behind) = rest.split_at_checked(size).ok_or_else(malformed)?;
                rest = behind;
                Some(item)
            }
        });
    }
    if rest.is_empty() { Ok((element, items)) } else { Err(malformed()) }
}

fn take<const N: usize>(from: &mut &[u8]) -> Result<[u8; N], Mismatch> {
    let (taken, rest) = from.split_first_chunk::<N>().ok_or_else(malformed)?;
    *from = rest;
    Ok(*taken)
}

#[cold]
fn malformed() -> Mismatch {
    "a malformed array".into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(element: u32, items: &[Option<Vec<u8>>]) -> Vec<u8> {
        let mut out = Vec::new();
        let length = i32::try_from(items.len()).expect("few");
        head(&mut out, element, length, items.iter().any(Option::is_none));
        for item in items {
            let size = item.as_ref().map_or(-1, |item| i32::try_from(item.len()).expect("short"));
            out.extend_from_slice(&size.to_be_bytes());
            out.extend_from_slice(item.as_deref().unwrap_or_default());
        }
        out
    }

    #[test]
    fn what_is_no_array_of_one_dimension_is_refused() {
        let whole = written(23, &[Some(vec![0, 0, 0, 1])]);
        assert!(elements(&whole).is_ok());
        for end in 0..whole.len() {
            assert!(elements(&whole[..end]).is_err(), "{end}");
        }
        assert!(elements(&[whole.clone(), vec![0]].concat()).is_err());
        let mut two = whole;
        two[3] = 2;
        assert!(elements(&two).is_err());
    }

    proptest! {
        #[test]
        fn elements_survive(items in prop::collection::vec(prop::option::of(prop::collection::vec(any::<u8>(), 0..9)), 0..9)) {
            let bytes = written(25, &items);
            let (element, found) = elements(&bytes).unwrap();
            prop_assert_eq!(element, 25);
            let found: Vec<_> = found.into_iter().map(|item| item.map(<[u8]>::to_vec)).collect();
            prop_assert_eq!(found, items);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = elements(&bytes);
        }
    }
}
