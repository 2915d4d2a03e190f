//! How a schema is written: for people to read, with what is usual left out.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Expression, Literal, Part, PartOf, TableName, Texts};
use crate::model::{Action, IndexMethod};
use crate::types::{EnumValue, Type, intern};

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn is_no_action(action: &Action) -> bool {
    *action == Action::NoAction
}

pub(super) fn btree() -> IndexMethod {
    IndexMethod::BTree
}

pub(super) fn is_btree(method: &IndexMethod) -> bool {
    *method == IndexMethod::BTree
}

const ACTIONS: [(Action, &str); 5] = [
    (Action::NoAction, "no action"),
    (Action::Restrict, "restrict"),
    (Action::Cascade, "cascade"),
    (Action::SetNull, "set null"),
    (Action::SetDefault, "set default"),
];

/// What stands for a value in a list of names.
fn name_of<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    names.iter().find(|(known, _)| known == value).map_or("", |(_, name)| *name)
}

fn by_name<T: Copy, E: serde::de::Error>(names: &[(T, &'static str)], name: &str) -> Result<T, E> {
    match names.iter().find(|(_, known)| *known == name) {
        Some((value, _)) => Ok(*value),
        None => {
            let known: Vec<_> = names.iter().map(|(_, name)| format!("`{name}`")).collect();
            Err(E::custom(format!("`{name}` is none of {}", known.join(", "))))
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(name_of(&ACTIONS, self))
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        by_name(&ACTIONS, &String::deserialize(deserializer)?)
    }
}

/// How an index is organised, by the name that SQL has for it.
pub(super) mod method {
    use super::*;

    const METHODS: [(IndexMethod, &str); 7] = [
        (IndexMethod::BTree, IndexMethod::BTree.name()),
        (IndexMethod::Hash, IndexMethod::Hash.name()),
        (IndexMethod::Gin, IndexMethod::Gin.name()),
        (IndexMethod::Gist, IndexMethod::Gist.name()),
        (IndexMethod::SpGist, IndexMethod::SpGist.name()),
        (IndexMethod::Brin, IndexMethod::Brin.name()),
        (IndexMethod::FullText, IndexMethod::FullText.name()),
    ];

    pub(in crate::schema) fn serialize<S: Serializer>(
        method: &IndexMethod,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(method.name())
    }

    pub(in crate::schema) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<IndexMethod, D::Error> {
        by_name(&METHODS, &String::deserialize(deserializer)?)
    }
}

/// A table of the schema that is searched is its name alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum NameForm {
    Plain(String),
    Full { schema: String, name: String },
}

impl Serialize for TableName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.name.clone();
        match self.schema.clone() {
            Some(schema) => NameForm::Full { schema, name },
            None => NameForm::Plain(name),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TableName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match NameForm::deserialize(deserializer)? {
            NameForm::Plain(name) => Self { schema: None, name },
            NameForm::Full { schema, name } => Self { schema: Some(schema), name },
        })
    }
}

/// One text for all backends, or a table of them.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TextsForm {
    All(String),
    Each(Each),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sqlite: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postgres: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mysql: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mariadb: Option<String>,
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.sqlite {
            Some(text) if *self == Self::all(text.as_str()) => serializer.serialize_str(text),
            _ => {
                let Self { sqlite, postgres, mysql, mariadb } = self.clone();
                Each { sqlite, postgres, mysql, mariadb }.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match TextsForm::deserialize(deserializer)? {
            TextsForm::All(text) => Self::all(text),
            TextsForm::Each(Each { sqlite, postgres, mysql, mariadb }) => {
                Self { sqlite, postgres, mysql, mariadb }
            }
        })
    }
}

/// What a file says as it is; integers that it has no room for as text.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum LiteralForm {
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(String),
    Array(Vec<Literal>),
    Large { integer: String },
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => LiteralForm::Bool(*value),
            Self::Int(value) => match i64::try_from(*value) {
                Ok(value) => LiteralForm::Int(value),
                Err(_) => LiteralForm::Large { integer: value.to_string() },
            },
            Self::Float(value) => LiteralForm::Float(*value),
            Self::Text(text) => LiteralForm::Text(text.clone()),
            Self::Array(items) => LiteralForm::Array(items.clone()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match LiteralForm::deserialize(deserializer)? {
            LiteralForm::Bool(value) => Self::Bool(value),
            LiteralForm::Int(value) => Self::Int(value.into()),
            LiteralForm::UInt(value) => Self::Int(value.into()),
            // What JSON has no word for would be one and the same to a hash.
            LiteralForm::Float(value) if !value.is_finite() => {
                return Err(D::Error::custom("a number has to be finite"));
            }
            LiteralForm::Float(value) => Self::Float(value),
            LiteralForm::Text(text) => Self::Text(text),
            LiteralForm::Array(items) => Self::Array(items),
            LiteralForm::Large { integer } => Self::Int(integer.parse().map_err(D::Error::custom)?),
        })
    }
}

/// A part of an index: a column, or an expression.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PartForm {
    Name(String),
    Column(ColumnPart),
    Expression(ExpressionPart),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnPart {
    column: String,
    #[serde(default, skip_serializing_if = "is_default")]
    descending: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpressionPart {
    expression: Expression,
    #[serde(default, skip_serializing_if = "is_default")]
    descending: bool,
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let descending = self.descending;
        match self.of.clone() {
            PartOf::Plain(column) if !descending => PartForm::Name(column),
            PartOf::Plain(column) => PartForm::Column(ColumnPart { column, descending }),
            PartOf::Expression(expression) => PartForm::Expression(ExpressionPart { expression, descending }),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match PartForm::deserialize(deserializer)? {
            PartForm::Name(column) => Self { of: PartOf::Plain(column), descending: false },
            PartForm::Column(ColumnPart { column, descending }) => {
                Self { of: PartOf::Plain(column), descending }
            }
            PartForm::Expression(ExpressionPart { expression, descending }) => {
                Self { of: PartOf::Expression(expression), descending }
            }
        })
    }
}

const TYPES: [(Type, &str); 22] = [
    (Type::Bool, "bool"),
    (Type::I8, "i8"),
    (Type::I16, "i16"),
    (Type::I32, "i32"),
    (Type::I64, "i64"),
    (Type::U8, "u8"),
    (Type::U16, "u16"),
    (Type::U32, "u32"),
    (Type::U64, "u64"),
    (Type::F32, "f32"),
    (Type::F64, "f64"),
    (Type::Text, "text"),
    (Type::Bytes, "bytes"),
    (Type::Date, "date"),
    (Type::Time, "time"),
    (Type::DateTime, "datetime"),
    (Type::Timestamp, "timestamp"),
    (Type::Uuid, "uuid"),
    (Type::Decimal, "decimal"),
    (Type::Json, "json"),
    (Type::Duration, "duration"),
    (Type::Hstore, "hstore"),
];

/// A type is its name; an enum and an array say what they are.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TypeForm {
    Name(String),
    Enum(EnumForm),
    Array(ArrayForm),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnumForm {
    #[serde(rename = "enum")]
    values: Vec<EnumItem>,
    /// What integers are stored as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stored: Option<String>,
    /// The name of the type of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    native: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum EnumItem {
    Int(i64),
    Text(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrayForm {
    array: Box<TypeForm>,
    #[serde(default, skip_serializing_if = "is_default")]
    nullable: bool,
}

impl From<Type> for TypeForm {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Enum(def) => Self::Enum(EnumForm {
                values: def
                    .variants
                    .iter()
                    .map(|variant| match variant.value {
                        EnumValue::Int(number) => EnumItem::Int(number),
                        EnumValue::Text(text) => EnumItem::Text(text.to_owned()),
                    })
                    .collect(),
                stored: (def.stored != Type::Text).then(|| name_of(&TYPES, &def.stored).to_owned()),
                native: def.native.map(str::to_owned),
            }),
            Type::Array(def) => {
                Self::Array(ArrayForm { array: Box::new(def.element.into()), nullable: def.nullable })
            }
            other => Self::Name(name_of(&TYPES, &other).to_owned()),
        }
    }
}

impl TypeForm {
    fn ty<E: serde::de::Error>(self) -> Result<Type, E> {
        match self {
            Self::Name(name) => by_name(&TYPES, &name),
            Self::Enum(form) => {
                let stored = form.stored.map_or(Ok(Type::Text), |stored| by_name(&TYPES, &stored))?;
                let values: Vec<_> = form
                    .values
                    .iter()
                    .map(|value| match value {
                        EnumItem::Int(number) => EnumValue::Int(*number),
                        EnumItem::Text(text) => EnumValue::Text(intern::text(text)),
                    })
                    .collect();
                Ok(intern::enumeration(stored, form.native.as_deref(), &values))
            }
            Self::Array(form) => Ok(intern::array(form.array.ty()?, form.nullable)),
        }
    }
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TypeForm::from(*self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TypeForm::deserialize(deserializer)?.ty()
    }
}
