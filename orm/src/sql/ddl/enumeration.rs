//! Enums that are types of their own on PostgreSQL.
//!
//! Such a type stands in the schema that is searched first, whatever the schemas of the tables: a model says
//! nothing of its enums' schema. It is made if there is none of its name, and never changed.

use super::{named, of_table, schema};
use crate::error::Result;
use crate::model::Table as Model;
use crate::schema::Table;
use crate::sql::dialect::Dialect;
use crate::sql::literal::escaped;
use crate::sql::name::quoted;
use crate::types::{EnumDef, EnumValue};

/// The native enums of the tables, each once, in order.
pub(super) fn natives(tables: &[Table]) -> Result<Vec<&'static EnumDef>> {
    let mut natives: Vec<&'static EnumDef> = Vec::new();
    for table in tables {
        for column in &table.columns {
            let Some(def) = column.ty.of_one().native() else { continue };
            match natives.iter().find(|known| known.native == def.native) {
                None => natives.push(def),
                Some(known) if *known == def => {}
                Some(_) => {
                    let name = def.native.unwrap_or_default();
                    let reason = format!("the type `{name}` has other values elsewhere");
                    return Err(of_table(named(schema(reason), column), table));
                }
            }
        }
    }
    Ok(natives)
}

/// Refuses two enums of the program that would be one type.
pub(super) fn distinct(tables: &[&'static Model]) -> Result<()> {
    let mut natives: Vec<&'static EnumDef> = Vec::new();
    for table in tables {
        for def in table.columns().filter_map(|column| column.ty.of_one().native()) {
            match natives.iter().find(|known| known.native == def.native) {
                None => natives.push(def),
                Some(known) if *known == def => {}
                Some(known) => {
                    let name = def.native.unwrap_or_default();
                    let reason =
                        format!("the enums `{}` and `{}` are both the type `{name}`", known.name, def.name);
                    return Err(schema(reason).with_model(table.model));
                }
            }
        }
    }
    Ok(())
}

/// Creates the type, unless there is one of its name.
pub(super) fn create(dialect: &Dialect, def: &EnumDef) -> String {
    let code = format!(
        "BEGIN IF to_regtype({}) IS NULL THEN {}; END IF; END",
        escaped(&quoted(dialect, def.native.unwrap_or_default())),
        certain(dialect, def)
    );
    format!("DO {}", escaped(&code))
}

/// Creates the type.
pub(super) fn certain(dialect: &Dialect, def: &EnumDef) -> String {
    let name = def.native.unwrap_or_default();
    let values = def.variants.iter().filter_map(|variant| match variant.value {
        EnumValue::Text(text) => Some(escaped(text)),
        EnumValue::Int(_) => None,
    });
    format!("CREATE TYPE {} AS ENUM ({})", quoted(dialect, name), values.collect::<Vec<_>>().join(", "))
}

/// Removes the type, unless something else still uses it.
pub(super) fn drop(dialect: &Dialect, def: &EnumDef) -> String {
    let code = format!(
        "BEGIN DROP TYPE IF EXISTS {}; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END",
        quoted(dialect, def.native.unwrap_or_default())
    );
    format!("DO {}", escaped(&code))
}
