//! The way from a model along foreign keys.

use crate::model::Field;

/// How many foreign keys a path may follow.
pub(crate) const MAX_HOPS: usize = 6;

/// The foreign keys between a query's model and a field: `Copy` and const, so that accessors can hold it.
#[derive(Clone, Copy)]
pub struct Path {
    hops: [Option<&'static Field>; MAX_HOPS],
    len: u8,
}

impl Path {
    pub(crate) const EMPTY: Self = Self { hops: [None; MAX_HOPS], len: 0 };

    /// The path with one more hop at its end.
    ///
    /// A path of too many hops is kept as such, and refused before any SQL is built.
    pub(crate) const fn push(mut self, hop: &'static Field) -> Self {
        if (self.len as usize) < MAX_HOPS {
            self.hops[self.len as usize] = Some(hop);
        }
        self.len = self.len.saturating_add(1);
        self
    }

    /// This path and then the other.
    pub(crate) const fn join(mut self, rest: Self) -> Self {
        let mut i = 0;
        while i < MAX_HOPS {
            if let Some(hop) = rest.hops[i] {
                self = self.push(hop);
            }
            i += 1;
        }
        if rest.is_too_long() {
            self.len = u8::MAX;
        }
        self
    }

    /// This path, which begins within an embedded struct, where that struct has these fields. `None` for the empty one.
    pub(crate) const fn enter(mut self, fields: &'static [Field]) -> Option<Self> {
        match self.hops[0] {
            Some(hop) => {
                self.hops[0] = Some(&fields[hop.position]);
                Some(self)
            }
            None => None,
        }
    }

    pub(crate) const fn is_too_long(self) -> bool {
        self.len as usize > MAX_HOPS
    }

    pub(crate) fn hops(&self) -> impl Iterator<Item = &'static Field> + '_ {
        self.hops.iter().copied().flatten()
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl std::fmt::Debug for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.hops().map(|hop| hop.name)).finish()
    }
}
