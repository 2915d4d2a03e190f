//! A plan with its text and its arguments.

use std::cell::Cell;
use std::sync::Arc;

use super::cache::{self, Compiled};
use super::writer::Slot;
use super::{build, cache::get};
use crate::driver::{Arg, Server};
use crate::error::Result;
use crate::plan::{Plan, check, shape};
use crate::types::{Type, Value};

/// Buffers larger than this are not kept for the next shape.
const KEEP: usize = 16 * 1024;

thread_local! {
    /// The buffer that shapes are written to, kept so that a hit does not allocate one.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The text of a plan, and its values as arguments.
#[derive(Debug)]
pub(crate) struct Prepared<'p> {
    compiled: Arc<Compiled>,
    values: Vec<&'p Value>,
}

impl<'p> Prepared<'p> {
    /// The text.
    pub(crate) fn sql(&self) -> &Arc<str> {
        &self.compiled.sql
    }

    /// The arguments, in the order of the placeholders.
    pub(crate) fn args(&self) -> Vec<Arg<'p>> {
        self.compiled
            .slots
            .iter()
            .map(|slot| Arg { value: pick(&self.values, *slot), scale: slot.scale })
            .collect()
    }

    /// Digits behind the point of each column of the result; shorter than that or empty where the rest are
    /// no decimals.
    pub(crate) fn scales(&self) -> &[u8] {
        &self.compiled.scales
    }
}

/// The value that a slot stands for.
fn pick<'p>(values: &[&'p Value], slot: Slot) -> &'p Value {
    /// Never: the walk has seen that every list and tuple is long enough for its shape.
    static ABSENT: Value = Value::Null(Type::I64);

    let at = |index: u32, items: &'p [Value]| {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        items.get(index).or(items.last())
    };
    let mut value = usize::try_from(slot.value).ok().and_then(|index| values.get(index)).copied();
    if let (Some(element), Some(Value::List(_, items))) = (slot.element, value) {
        value = at(element, items);
    }
    if let (Some(part), Some(Value::Tuple(parts))) = (slot.part, value) {
        value = parts.get(usize::from(part));
    }
    debug_assert!(value.is_some(), "{slot:?}");
    value.unwrap_or(&ABSENT)
}

/// Turns a plan into SQL for a server.
///
/// # Errors
///
/// What `plan::check` refuses, and what does not fit the server's limit of arguments.
pub(crate) fn prepare(plan: &Plan, server: Server) -> Result<Prepared<'_>> {
    let mut buffer = BUFFER.take();
    buffer.clear();
    let shape = shape::walk(plan, server, buffer).map_err(|error| error.with_model(plan.table().model))?;
    let compiled = match get(&shape.key) {
        Some(compiled) => compiled,
        None => miss(plan, server, &shape)?,
    };
    if shape.key.capacity() <= KEEP {
        BUFFER.set(shape.key);
    }
    Ok(Prepared { compiled, values: shape.values })
}

#[cold]
fn miss(plan: &Plan, server: Server, shape: &shape::Shape<'_>) -> Result<Arc<Compiled>> {
    check::check(plan, server)?;
    let compiled = build::compile(plan, server, &shape.values)
        .map(Arc::new)
        .map_err(|error| error.with_model(plan.table().model))?;
    cache::insert(&shape.key, &compiled);
    Ok(compiled)
}
