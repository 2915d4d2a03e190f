//! Full-text search: words, in whatever order, in one or more columns that have an index for it.
//!
//! What is looked for is taken apart into words here (`words`), and put together again as each backend asks for it: no
//! character of it can mean anything else.

mod words;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub(crate) use words::{DOTTED, FOLDED, MARKS};
use words::{folded, words};

use super::{Column, Expr, Node, Of, Path, ToOneKey};
use crate::driver::Backend;
use crate::model::{Index, IndexOf, Model, Table};
use crate::types::{Type, Value};

/// What stands before every word in the index of MySQL and MariaDB. So no word is too short, and none is one of those that
/// a server leaves out.
pub(crate) const PREFIX_OF_MYSQL: &str = "word";

/// The same on PostgreSQL, whose parser then takes nothing for a number, a path or an address.
pub(crate) const PREFIX_OF_POSTGRES: &str = "w";

/// A full-text index of `M`: what `#[model(full_text(title, body))]` gives a model as a constant.
///
/// It looks for words: letters and digits that stand together, in whatever column of the index. Upper and lower case are
/// the same, accents are not; words are compared whole, as they are, in no language. What is looked for is plain text: no
/// character of it is an operator. Text without a word finds nothing, and so does a word of more than 80 characters.
///
/// The guide, `docs/full_text.md`, says what the index is on each backend, and what differs.
///
/// # Errors
///
/// When the tables are made, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on MySQL before 8.0.23 and on MariaDB
/// before 10.10; and on SQLite, also when the query runs, for a model whose primary key is not one integer.
///
/// # Examples
///
/// ```no_run
/// # use orm::prelude::*;
/// #[derive(Model)]
/// #[model(full_text(title, body))]
/// struct Article {
///     #[field(primary_key)]
///     id: i64,
///     title: String,
///     body: Option<String>,
/// }
///
/// # async fn example() -> orm::Result<()> {
/// let found = Article::objects()
///     .filter(Article::full_text.matches("black cats"))
///     .order_by((Article::full_text.rank("black cats").desc(), Article::id))
///     .all()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct FullText<M> {
    table: &'static Table,
    /// Its place among the indexes of the table.
    number: usize,
    path: Path,
    of: Of<M>,
}

impl<M> Clone for FullText<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for FullText<M> {}

impl<M> fmt::Debug for FullText<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = self.index().map(|index| fields(index, self.path)).unwrap_or_default();
        f.debug_tuple("FullText").field(&columns).finish()
    }
}

impl<M: Model> FullText<M> {
    /// Used by the derive, which alone knows that the index is one of these.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(number: usize) -> Self {
        Self { table: M::TABLE, number, path: Path::EMPTY, of: PhantomData }
    }

    /// The index of the row that a foreign key of another model leads to.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(full_text(title))]
    /// # struct Article {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     title: String,
    /// # }
    /// # #[derive(Model)]
    /// # struct Remark {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     article: ForeignKey<Article>,
    /// # }
    /// # let remarks =
    /// Remark::objects().filter(Article::full_text.behind(Remark::article).matches("cats"))
    /// # ;
    /// ```
    #[must_use]
    pub const fn behind<N, T: ToOneKey<Target = M>>(self, key: Column<N, T>) -> FullText<N> {
        let path = key.through().join(self.path);
        FullText { table: self.table, number: self.number, path, of: PhantomData }
    }
}

impl<M> FullText<M> {
    /// Has all of these words.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(full_text(title))]
    /// # struct Article {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     title: String,
    /// # }
    /// # let articles =
    /// Article::objects().filter(Article::full_text.matches("black cats"))
    /// # ;
    /// ```
    #[must_use]
    pub fn matches(self, words: impl AsRef<str>) -> Expr<M, bool> {
        Expr::of(self.search(SearchOp::Found, &Sought::new(words.as_ref(), Form::Words)))
    }

    /// Has all of these words, or instead of the last one a word that begins with it: for text that is still being typed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(full_text(title))]
    /// # struct Article {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     title: String,
    /// # }
    /// // Finds "Black cats".
    /// # let articles =
    /// Article::objects().filter(Article::full_text.begins("black ca"))
    /// # ;
    /// ```
    #[must_use]
    pub fn begins(self, words: impl AsRef<str>) -> Expr<M, bool> {
        Expr::of(self.search(SearchOp::Found, &Sought::new(words.as_ref(), Form::Beginning)))
    }

    /// Has these words one behind the other, in one column, with no word between them.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(full_text(title))]
    /// # struct Article {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     title: String,
    /// # }
    /// # let articles =
    /// Article::objects().filter(Article::full_text.phrase("black cats"))
    /// # ;
    /// ```
    #[must_use]
    pub fn phrase(self, words: impl AsRef<str>) -> Expr<M, bool> {
        Expr::of(self.search(SearchOp::Found, &Sought::new(words.as_ref(), Form::Phrase)))
    }

    /// How well the row fits, by the measure of the database: greater is better, and 0 is a row that has not all of the words.
    ///
    /// The numbers, and so the order of rows that all have the words, are not the same on every backend: `bm25` of SQLite,
    /// `ts_rank` of PostgreSQL, the relevance of InnoDB. Not in a query with groups.
    #[must_use]
    pub fn rank(self, words: impl AsRef<str>) -> Expr<M, f64> {
        Expr::of(self.search(SearchOp::Rank, &Sought::new(words.as_ref(), Form::Words)))
    }

    fn index(self) -> Option<&'static Index> {
        self.table.indexes.get(self.number)
    }

    fn search(self, op: SearchOp, sought: &Arc<Sought>) -> Node {
        match self.index() {
            Some(index) => Node::Search(Box::new(Search {
                op,
                table: self.table,
                index,
                path: self.path,
                fields: fields(index, self.path),
                sought: Arc::clone(sought),
            })),
            // The model was refused.
            None => Node::Any(Vec::new()),
        }
    }
}

/// The fields that an index is over, behind a path.
fn fields(index: &Index, path: Path) -> Vec<Node> {
    let field = |part: &crate::model::IndexPart| match part.of {
        IndexOf::Field(field) => Some(Node::Field(path, field)),
        IndexOf::Expression(_) => None,
    };
    index.parts.iter().filter_map(field).collect()
}

/// A search in a full-text index.
#[derive(Clone)]
pub struct Search {
    pub(crate) op: SearchOp,
    pub(crate) table: &'static Table,
    pub(crate) index: &'static Index,
    /// The way to the table.
    pub(crate) path: Path,
    /// What the index is over.
    pub(crate) fields: Vec<Node>,
    pub(crate) sought: Arc<Sought>,
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Search").field(&self.op).field(&self.fields).finish()
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SearchOp {
    /// Whether it is found in the row.
    Found,
    /// How well the row fits.
    Rank,
}

/// How the words are to stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Beginning,
    Phrase,
}

/// What is looked for, as each backend is asked; nothing if it cannot be found.
#[derive(PartialEq)]
pub(crate) struct Sought(Option<Texts>);

#[derive(PartialEq)]
struct Texts {
    sqlite: Value,
    postgres: Value,
    mysql: Value,
    /// What has to be in the words themselves there, between two blanks: the server's parser takes letters that it does not
    /// know for ends of words.
    whole: Vec<Value>,
    /// The same on PostgreSQL, of a phrase: a vector knows the places of the first 16383 words alone.
    in_a_row: Vec<Value>,
}

impl Sought {
    /// What is looked for, as one text.
    pub(super) fn text(&self) -> &Value {
        static NOTHING: Value = Value::Null(Type::Text);

        self.0.as_ref().map_or(&NOTHING, |texts| &texts.postgres)
    }

    fn new(text: &str, form: Form) -> Arc<Self> {
        Arc::new(Self(words(text).map(|words| Texts {
            sqlite: Value::Text(sqlite(&words, form)),
            postgres: Value::Text(postgres(&words, form)),
            mysql: Value::Text(mysql(&words, form)),
            whole: whole(&words, form).into_iter().map(Value::Text).collect(),
            in_a_row: in_a_row(&words, form).into_iter().map(Value::Text).collect(),
        })))
    }

    /// What is bound; `None` if nothing is found.
    pub(crate) fn value(&self, backend: Backend) -> Option<&Value> {
        let texts = self.0.as_ref()?;
        Some(match backend {
            Backend::Sqlite => &texts.sqlite,
            Backend::Postgres => &texts.postgres,
            Backend::MySql | Backend::MariaDb => &texts.mysql,
        })
    }
}

impl Sought {
    /// What the words of a row have to contain, where the answer of the index alone would not do.
    pub(crate) fn whole(&self, backend: Backend) -> &[Value] {
        match (&self.0, backend) {
            (Some(texts), Backend::MySql | Backend::MariaDb) => &texts.whole,
            (Some(texts), Backend::Postgres) => &texts.in_a_row,
            _ => &[],
        }
    }

    /// What is bound on one backend or another.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().flat_map(|texts| {
            [&texts.sqlite, &texts.postgres, &texts.mysql]
                .into_iter()
                .chain(&texts.whole)
                .chain(&texts.in_a_row)
        })
    }
}

/// As FTS5 reads it. It folds letters itself, those of the text in the same way.
fn sqlite(words: &[&str], form: Form) -> String {
    match form {
        Form::Words => format!("\"{}\"", words.join("\" \"")),
        Form::Beginning => format!("\"{}\" *", words.join("\" \"")),
        Form::Phrase => format!("\"{}\"", words.join(" ")),
    }
}

/// As `to_tsquery` reads it.
fn postgres(words: &[&str], form: Form) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("'{PREFIX_OF_POSTGRES}{}'", folded(word))).collect();
    match form {
        Form::Words | Form::Phrase => words.join(" & "),
        Form::Beginning => format!("{}:*", words.join(" & ")),
    }
}

/// As the boolean mode of InnoDB reads it.
fn mysql(words: &[&str], form: Form) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("{PREFIX_OF_MYSQL}{}", folded(word))).collect();
    match form {
        Form::Words => format!("+{}", words.join(" +")),
        Form::Beginning => format!("+{}*", words.join(" +")),
        Form::Phrase => format!("\"{}\"", words.join(" ")),
    }
}

/// The words of MySQL and MariaDB as they stand among others.
fn whole(words: &[&str], form: Form) -> Vec<String> {
    let words: Vec<_> = words.iter().map(|word| format!("{PREFIX_OF_MYSQL}{}", folded(word))).collect();
    match form {
        Form::Words => words.iter().map(|word| format!(" {word} ")).collect(),
        Form::Beginning => {
            let last = words.len().saturating_sub(1);
            let end = |at| if at == last { "" } else { " " };
            words.iter().enumerate().map(|(at, word)| format!(" {word}{}", end(at))).collect()
        }
        Form::Phrase => vec![format!(" {} ", words.join(" "))],
    }
}

/// The words of a phrase of PostgreSQL as they stand among others.
fn in_a_row(words: &[&str], form: Form) -> Option<String> {
    let words = words.iter().map(|word| format!("{PREFIX_OF_POSTGRES}{}", folded(word)));
    (form == Form::Phrase).then(|| format!(" {} ", words.collect::<Vec<_>>().join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, form: Form) -> [String; 3] {
        let sought = Sought::new(text, form);
        [Backend::Sqlite, Backend::Postgres, Backend::MySql].map(|backend| match sought.value(backend) {
            Some(Value::Text(text)) => text.clone(),
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn nothing_of_the_text_is_an_operator() {
        let text = "Foo* -\"bar' OR b&z:*";
        assert_eq!(
            texts(text, Form::Words),
            [
                "\"Foo\" \"bar\" \"OR\" \"b\" \"z\"",
                "'wfoo' & 'wbar' & 'wor' & 'wb' & 'wz'",
                "+wordfoo +wordbar +wordor +wordb +wordz",
            ]
        );
        assert_eq!(
            texts("Foo bar", Form::Beginning),
            ["\"Foo\" \"bar\" *", "'wfoo' & 'wbar':*", "+wordfoo +wordbar*"]
        );
        assert_eq!(texts("Foo bar", Form::Phrase), ["\"Foo bar\"", "'wfoo' & 'wbar'", "\"wordfoo wordbar\""]);
    }

    #[test]
    fn what_cannot_be_found_is_not_asked_for() {
        assert!(Sought::new(" -* ", Form::Words).value(Backend::Sqlite).is_none());
    }
}
