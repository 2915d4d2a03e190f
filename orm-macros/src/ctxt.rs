//! Collects what is wrong, so that one compile reports all of it.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::Span;

/// The errors of one derive. Every one of them ends with [`Ctxt::check`].
pub(crate) struct Ctxt {
    /// `None` once checked.
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self { errors: RefCell::new(Some(Vec::new())) }
    }

    /// One for rules whose result alone is wanted: its errors are known already.
    pub(crate) fn silent() -> Self {
        Self { errors: RefCell::new(None) }
    }

    /// Reports that the token at `span` is wrong. The message says what to write instead.
    pub(crate) fn error(&self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    /// How many errors there are by now.
    pub(crate) fn count(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Reports an error of the parser.
    pub(crate) fn push(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// Gives all errors as one, if there were any.
    pub(crate) fn check(self) -> syn::Result<()> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        let mut errors = errors.into_iter();
        let Some(mut all) = errors.next() else { return Ok(()) };
        errors.for_each(|error| all.combine(error));
        Err(all)
    }
}

impl Drop for Ctxt {
    #[expect(clippy::panic, reason = "a derive that forgets its errors accepts wrong models")]
    fn drop(&mut self) {
        if !std::thread::panicking() && self.errors.borrow().is_some() {
            panic!("the errors of a derive were not checked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_errors_are_reported_in_order() {
        let ctxt = Ctxt::new();
        ctxt.error(Span::call_site(), "first");
        ctxt.error(Span::call_site(), "second");
        let messages: Vec<_> =
            ctxt.check().expect_err("two errors").into_iter().map(|error| error.to_string()).collect();
        assert_eq!(messages, ["first", "second"]);
    }

    #[test]
    #[should_panic(expected = "not checked")]
    fn forgetting_the_errors_is_noticed() {
        drop(Ctxt::new());
    }
}
