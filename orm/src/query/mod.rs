//! Typed queries.
use crate::model::Model;
use crate::plan::Select;
use std::marker::PhantomData;
/// stub
#[derive(Debug)]
pub struct QuerySet<M> {
    plan: Box<Select>,
    _of: PhantomData<fn() -> M>,
}
impl<M: Model> QuerySet<M> {
    pub fn new() -> Self {
        Self { plan: Box::new(Select::new(M::TABLE)), _of: PhantomData }
    }
}
