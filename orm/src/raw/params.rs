//! Values for the placeholders of a text, by name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::BuildHasher;

use crate::types::{DbValue, FieldType, Value};

/// Values for the placeholders of a text, by name.
///
/// Made by [`params!`](crate::params), or from an array, a `Vec` or a map of names and values. Shows names alone.
///
/// # Examples
///
/// ```
/// use orm::params;
///
/// let name = "ann";
/// let params = params! { name, age: 18, nick: None::<String> };
/// assert_eq!(format!("{params:?}"), r#"{"name", "age", "nick"}"#);
/// ```
#[derive(Clone, Default)]
pub struct Params {
    named: Vec<(Cow<'static, str>, Param)>,
    /// Whether every one has to be asked for.
    exact: bool,
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub(super) enum Param {
    One(Value),
    List {
        values: Vec<Value>,
        /// NULL of the type that the values are of.
        null: Value,
    },
}

impl Params {
    /// With a value for `:name`. A second one for the same name takes the place of the first.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl IntoParam) -> Self {
        let (name, value) = (name.into(), value.into_param().0);
        match self.named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.named.push((name, value)),
        }
        self
    }

    /// None so far, and every one has to be asked for.
    #[doc(hidden)]
    #[must_use]
    pub fn exact() -> Self {
        Self { named: Vec::new(), exact: true }
    }

    pub(super) fn are_exact(&self) -> bool {
        self.exact
    }

    pub(super) fn len(&self) -> usize {
        self.named.len()
    }

    pub(super) fn name(&self, at: usize) -> Option<&str> {
        self.named.get(at).map(|(name, _)| &**name)
    }

    pub(super) fn find(&self, name: &str) -> Option<(usize, &Param)> {
        let at = self.named.iter().position(|(known, _)| known == name)?;
        self.named.get(at).map(|(_, param)| (at, param))
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.named.iter().map(|(name, _)| name)).finish()
    }
}

/// Values for the placeholders of a text, by name: `params! { id: 1, name }`, where `name` is short for `name: name`.
///
/// Every value has to be asked for by the text: one that is not is an error.
#[macro_export]
macro_rules! params {
    ($($name:ident $(: $value:expr)?),* $(,)?) => {
        $crate::Params::exact()$(.with(
            stringify!($name).trim_start_matches("r#"),
            $crate::params!(@value $name $($value)?),
        ))*
    };
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
}

/// What becomes values for the placeholders of a text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of named values",
    label = "expected named values",
    note = "write `params! {{ name: value }}`, or `()` where the text has no placeholders"
)]
pub trait IntoParams {
    /// The values.
    fn into_params(self) -> Params;
}

impl IntoParams for Params {
    fn into_params(self) -> Params {
        self
    }
}

impl IntoParams for &Params {
    fn into_params(self) -> Params {
        self.clone()
    }
}

/// No values.
impl IntoParams for () {
    fn into_params(self) -> Params {
        Params::exact()
    }
}

fn collect<N: Into<Cow<'static, str>>, V: IntoParam>(named: impl IntoIterator<Item = (N, V)>) -> Params {
    named.into_iter().fold(Params::default(), |params, (name, value)| params.with(name, value))
}

impl<N: Into<Cow<'static, str>>, V: IntoParam, const LENGTH: usize> IntoParams for [(N, V); LENGTH] {
    fn into_params(self) -> Params {
        collect(self)
    }
}

impl<N: Into<Cow<'static, str>>, V: IntoParam> IntoParams for Vec<(N, V)> {
    fn into_params(self) -> Params {
        collect(self)
    }
}

impl<N: Into<Cow<'static, str>>, V: IntoParam> IntoParams for BTreeMap<N, V> {
    fn into_params(self) -> Params {
        collect(self)
    }
}

impl<N: Into<Cow<'static, str>>, V: IntoParam, S: BuildHasher> IntoParams for HashMap<N, V, S> {
    fn into_params(self) -> Params {
        collect(self)
    }
}

/// What can be the value of a placeholder: whatever a column can hold, text by reference, and a [`list`] of such.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a placeholder",
    label = "no column can hold a `{Self}`",
    note = "for `IN (:ids)` write `ids: orm::list(ids)`"
)]
pub trait IntoParam {
    /// The value.
    fn into_param(self) -> ParamValue;
}

/// A value that was taken from its Rust type.
#[derive(Debug, Clone)]
pub struct ParamValue(pub(super) Param);

#[diagnostic::do_not_recommend]
impl<T: FieldType> IntoParam for T {
    fn into_param(self) -> ParamValue {
        ParamValue(Param::One(self.into_field_value()))
    }
}

#[diagnostic::do_not_recommend]
impl IntoParam for &str {
    fn into_param(self) -> ParamValue {
        self.to_owned().into_param()
    }
}

#[diagnostic::do_not_recommend]
impl IntoParam for &String {
    fn into_param(self) -> ParamValue {
        self.clone().into_param()
    }
}

#[diagnostic::do_not_recommend]
impl IntoParam for &[u8] {
    fn into_param(self) -> ParamValue {
        self.to_vec().into_param()
    }
}

#[diagnostic::do_not_recommend]
impl IntoParam for Option<&str> {
    fn into_param(self) -> ParamValue {
        self.map(str::to_owned).into_param()
    }
}

/// A list for `IN (:name)`, made by [`list`].
#[derive(Clone)]
pub struct List(Param);

/// Shows nothing of it.
impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("List")
    }
}

#[diagnostic::do_not_recommend]
impl IntoParam for List {
    fn into_param(self) -> ParamValue {
        ParamValue(self.0)
    }
}

/// A list for `IN (:name)` or `NOT IN (:name)`: it is spread over as many placeholders as it has values.
///
/// Nothing is in an empty list, and everything is not in it.
pub fn list<T: DbValue>(values: impl IntoIterator<Item = T>) -> List {
    let null = None::<T>.into_field_value();
    List(Param::List { values: values.into_iter().map(DbValue::into_value).collect(), null })
}
