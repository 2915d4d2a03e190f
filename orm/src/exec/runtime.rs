use crate::error::Result;
use std::future::Future;
pub(crate) fn block_on<F: Future>(_: F) -> Result<F::Output> {
    loop {}
}
