//! A setting that may be given once.

use proc_macro2::Span;

use crate::ctxt::Ctxt;

/// A setting that may be given once; a second one is refused.
pub(crate) struct Slot<T> {
    name: &'static str,
    given: Option<Given<T>>,
}

/// A setting that was given, and where its name stands.
pub(crate) struct Given<T> {
    pub(crate) span: Span,
    pub(crate) value: T,
}

impl<T> Slot<T> {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, given: None }
    }

    pub(crate) fn set(&mut self, ctxt: &Ctxt, span: Span, value: T) {
        if self.given.is_some() {
            ctxt.error(span, format_args!("`{}` is given twice: remove one of them", self.name));
        } else {
            self.given = Some(Given { span, value });
        }
    }

    pub(crate) fn get(&self) -> Option<&Given<T>> {
        self.given.as_ref()
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.given.as_ref().map(|given| &given.value)
    }

    /// The value, to change it.
    pub(crate) fn value_mut(&mut self) -> Option<&mut T> {
        self.given.as_mut().map(|given| &mut given.value)
    }

    /// The value itself.
    pub(crate) fn into_value(self) -> Option<T> {
        self.given.map(|given| given.value)
    }

    /// Where the setting's name stands, if it was given.
    pub(crate) fn span(&self) -> Option<Span> {
        self.given.as_ref().map(|given| given.span)
    }

    pub(crate) fn is_given(&self) -> bool {
        self.given.is_some()
    }
}
