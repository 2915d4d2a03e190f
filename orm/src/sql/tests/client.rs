//! Runs SQL with the databases' own clients, so that what is tested here does not depend on our drivers.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::sample::ALL;
use crate::driver::{Arg, Backend, Server};
use crate::plan::Plan;
use crate::sql::{create_all, prepare};
use crate::types::Value;

/// A database of our own on one of the servers.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) server: Server,
    /// Host, port and user of a server, or the file.
    at: Vec<String>,
    name: String,
}

pub(super) const fn server(backend: Backend) -> Server {
    let version = match backend {
        Backend::Sqlite => (3, 40, 1),
        Backend::Postgres => (15, 0, 0),
        Backend::MySql => (9, 0, 0),
        Backend::MariaDb => (10, 11, 0),
    };
    Server { backend, version }
}

pub(super) const BACKENDS: [Backend; 4] =
    [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb];

/// A database on each server there is, with the tables of the sample, for tests that only read: they share
/// it, and the last one removes it.
pub(super) fn clients() -> Arc<Vec<Client>> {
    static SHARED: Mutex<Weak<Vec<Client>>> = Mutex::new(Weak::new());

    let mut shared = SHARED.lock().unwrap();
    shared.upgrade().unwrap_or_else(|| {
        let clients = Arc::new(fresh());
        *shared = Arc::downgrade(&clients);
        clients
    })
}

/// The same for one test alone.
pub(super) fn fresh() -> Vec<Client> {
    let clients: Vec<_> = BACKENDS.into_iter().filter_map(Client::connect).collect();
    for client in &clients {
        client.create();
    }
    clients
}

impl Client {
    pub(super) fn connect(backend: Backend) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let name = format!("orm_sql_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let variable = match backend {
            Backend::Sqlite => {
                let file = std::env::temp_dir().join(&name).display().to_string();
                if Command::new("sqlite3").arg("--version").output().is_err() {
                    println!("left out: {backend}");
                    return None;
                }
                return Some(Self { server: server(backend), at: vec![file], name });
            }
            Backend::Postgres => "ORM_TEST_POSTGRES_URL",
            Backend::MySql => "ORM_TEST_MYSQL_URL",
            Backend::MariaDb => "ORM_TEST_MARIADB_URL",
        };
        let Ok(url) = std::env::var(variable) else {
            println!("left out: {backend}");
            return None;
        };
        let at = match backend {
            Backend::Postgres => vec![url],
            _ => {
                let rest = url.split_once("://").unwrap().1;
                let (user, host) = rest.split_once('@').unwrap();
                let host = host.split('/').next().unwrap();
                let (host, port) = host.split_once(':').unwrap();
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                let mut at = vec![format!("-h{host}"), format!("-P{port}"), format!("-u{user}")];
                if !password.is_empty() {
                    at.push(format!("-p{password}"));
                }
                at
            }
        };
        let client = Self { server: server(backend), at, name };
        match backend {
            Backend::Postgres => client.raw(&format!("CREATE SCHEMA {}", client.name), false),
            _ => client.raw(&format!("CREATE DATABASE {}", client.name), false),
        }
        .unwrap();
        Some(client)
    }

    fn create(&self) {
        for _ in 0..2 {
            for statement in create_all(&ALL, &[], self.server).unwrap() {
                self.run(&statement);
            }
        }
        let users = super::super::name::table(
            super::super::dialect::of(self.server.backend),
            &crate::schema::TableName::new(super::sample::USERS.full_name()),
        );
        let q = if self.server.backend >= Backend::MySql { '`' } else { '"' };
        for statement in [
            format!(
                "INSERT INTO {users} (id, name, age, active, boss_id, score, ratio) VALUES \
                 (1, 'Ann', 40, {t}, NULL, 7, 0.5), (2, 'bob', NULL, {f}, 1, 0, 0.25), \
                 (3, 'anna', 25, {t}, 2, 9, 0.1), (4, 'An%_|\u{e9}', 31, {f}, NULL, 2, 1.5)",
                t = "(1 = 1)",
                f = "(1 = 0)"
            ),
            format!(
                "INSERT INTO {q}shop_order{q} (id, customer_id, seller_id, placed) VALUES \
                 (10, 1, 3, '2024-05-01 10:00:00.000000'), (11, 1, NULL, NULL), (12, 3, 1, '2024-06-01 00:00:00.000000')"
            ),
            {
                let (d, e) =
                    if self.server.backend == Backend::Sqlite { ("1", "1") } else { ("0.01", "0.0001") };
                format!(
                    "INSERT INTO shop_lines (order_id, {q}group{q}, item, total, rate) VALUES \
                     (10, 1, 'pen', 500 * {d}, 1250 * {e}), (10, 2, 'ink', 501 * {d}, NULL), (11, 1, 'pen', -3 * {d}, 5 * {e})"
                )
            },
            "INSERT INTO shop_notes (id, line_order, line_group, text) VALUES \
             (1, 10, 1, 'blue'), (2, NULL, NULL, 'lost'), (3, 11, 1, 'back')"
                .to_owned(),
        ] {
            self.run(&statement);
        }
    }

    /// The rows of a plan: columns separated by bars, NULL as `~`.
    pub(super) fn ask(&self, plan: &Plan) -> Vec<String> {
        let prepared = prepare(plan, self.server).unwrap();
        self.run(&self.inlined(prepared.sql(), &prepared.args()))
    }

    pub(super) fn run(&self, sql: &str) -> Vec<String> {
        match self.raw(sql, true) {
            Ok(lines) => lines,
            Err(error) => panic!("{}: {error}\n{sql}", self.server.backend),
        }
    }

    pub(super) fn raw(&self, sql: &str, inside: bool) -> Result<Vec<String>, String> {
        let mut command = match self.server.backend {
            Backend::Sqlite => {
                let mut command = Command::new("sqlite3");
                command.args(["-bail", "-nullvalue", "~", &self.at[0]]);
                command
            }
            Backend::Postgres => {
                let mut command = Command::new("psql");
                command.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-P", "null=~", &self.at[0]]);
                if inside {
                    command.env("PGOPTIONS", format!("-c search_path={}", self.name));
                }
                command
            }
            Backend::MySql | Backend::MariaDb => {
                let mut command = Command::new("mariadb");
                command.args(&self.at).args(["-N", "-B", "-r", "--default-character-set=utf8mb4"]);
                if inside {
                    command.arg(&self.name);
                }
                command
            }
        };
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begin = match self.server.backend {
            Backend::Sqlite => "PRAGMA foreign_keys = ON;\n",
            _ => "",
        };
        child.stdin.take().unwrap().write_all(format!("{begin}{sql};\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let text = String::from_utf8(output.stdout).unwrap();
        let mysql = self.server.backend >= Backend::MySql;
        Ok(text
            .lines()
            .map(|line| {
                if !mysql {
                    return line.to_owned();
                }
                let cells = line.split('\t').map(|cell| if cell == "NULL" { "~" } else { cell });
                cells.collect::<Vec<_>>().join("|")
            })
            .collect())
    }

    /// The text with its arguments: prepared on PostgreSQL, whose types matter, written into it elsewhere.
    fn inlined(&self, sql: &str, args: &[Arg<'_>]) -> String {
        if self.server.backend == Backend::Postgres {
            if args.is_empty() {
                return sql.to_owned();
            }
            let types: Vec<_> = args.iter().map(|arg| postgres_type(arg.value)).collect();
            let values: Vec<_> = args.iter().map(|arg| self.literal(arg)).collect();
            return format!("PREPARE q({}) AS {sql};\nEXECUTE q({})", types.join(", "), values.join(", "));
        }
        let mut out = String::new();
        if self.server.backend >= Backend::MySql {
            // It must be a statement with its placeholders too.
            let digits: String = sql.bytes().map(|byte| format!("{byte:02X}")).collect();
            out.push_str(&format!("SET @q = _utf8mb4 X'{digits}'; PREPARE q FROM @q;\n"));
        }
        let mut quote = None;
        let mut args = args.iter();
        for character in sql.chars() {
            match (quote, character) {
                (None, '?') => {
                    out.push_str(&self.literal(args.next().expect("an argument a placeholder")));
                    continue;
                }
                (None, '\'' | '"' | '`') => quote = Some(character),
                (Some(open), close) if open == close => quote = None,
                _ => {}
            }
            out.push(character);
        }
        assert!(args.next().is_none(), "more arguments than placeholders");
        out
    }

    fn literal(&self, arg: &Arg<'_>) -> String {
        let backend = self.server.backend;
        match arg.value {
            Value::Null(_) => "NULL".to_owned(),
            Value::Bool(value) if backend == Backend::Postgres => value.to_string(),
            Value::Bool(value) => u8::from(*value).to_string(),
            Value::Int(value) => value.to_string(),
            Value::UInt(value) => value.to_string(),
            Value::Float(value) => format!("{:?}", f64::from(*value)),
            Value::Double(value) => format!("{value:?}"),
            Value::Text(value) if backend >= Backend::MySql => {
                format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
            }
            Value::Text(value) => format!("'{}'", value.replace('\'', "''")),
            Value::Decimal(value) if backend == Backend::Sqlite => {
                let mut scaled = *value;
                assert!(scaled.normalize().scale() <= u32::from(arg.scale), "{value} at {}", arg.scale);
                scaled.rescale(arg.scale.into());
                scaled.mantissa().to_string()
            }
            Value::Decimal(value) => value.to_string(),
            Value::List(_, items) => {
                let items = items.iter().map(|value| self.literal(&Arg { value, scale: arg.scale }));
                format!("ARRAY[{}]", items.collect::<Vec<_>>().join(", "))
            }
            other => panic!("no literal for {other:?}"),
        }
    }
}

fn postgres_type(value: &Value) -> String {
    use crate::types::Type;

    match value {
        Value::Int(_) | Value::Null(Type::I32 | Type::I64 | Type::U16) => "bigint".into(),
        Value::UInt(_) | Value::Decimal(_) | Value::Null(Type::Decimal | Type::U64) => "numeric".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Float(_) => "real".into(),
        Value::Double(_) => "double precision".into(),
        Value::Text(_) | Value::Null(Type::Text) => "text".into(),
        Value::List(_, items) => format!("{}[]", postgres_type(&items[0])),
        other => panic!("no type for {other:?}"),
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        match self.server.backend {
            Backend::Sqlite => drop(std::fs::remove_file(&self.at[0])),
            Backend::Postgres => drop(self.raw(&format!("DROP SCHEMA {} CASCADE", self.name), false)),
            _ => drop(self.raw(&format!("DROP DATABASE {}", self.name), false)),
        }
    }
}
