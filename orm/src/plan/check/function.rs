//! What functions there are.

use super::{Check, Place};
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{Function, Node};
use crate::types::{NO_ARRAYS, NO_HSTORE};

impl Check {
    pub(super) fn matches(&self, text: &Node, place: Place) -> Result<()> {
        if self.server.backend == Backend::Sqlite && !cfg!(feature = "regex") {
            return Err(self.unsupported("patterns without the feature `regex` of the crate `orm`"));
        }
        self.singles(std::slice::from_ref(text), place)
    }

    pub(super) fn call(&self, function: Function, args: &[Node], place: Place) -> Result<()> {
        match function {
            Function::Lower | Function::Upper => {
                // The first version that maps letters one to one, and all of them.
                if self.server.backend == Backend::MariaDb && self.server.version < (10, 10, 1) {
                    return Err(self.unsupported("upper and lower case before version 10.10"));
                }
            }
            Function::Cardinality if self.server.backend != Backend::Postgres => {
                return Err(self.unsupported(NO_ARRAYS));
            }
            Function::Get if self.server.backend != Backend::Postgres => {
                return Err(self.unsupported(NO_HSTORE));
            }
            Function::Cardinality | Function::Get => {}
        }
        self.singles(args, place)
    }
}
