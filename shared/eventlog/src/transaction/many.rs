//! Many rows or keys in one statement, each database's own way: arrays through `unnest`, a list in JSON
//! through `jsonb_each`. Any number of them is one statement, and one turn of the driver.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use serde::{Serialize, Serializer};
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::{Failure, Value};

/// At most so many rows or keys go in one statement, so that it stays small.
pub(crate) const MOST: usize = 4_096;

/// What a column of many values holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Nothing at all.
    Nulls,
    Text,
    Int,
    Real,
    Bytes,
}

impl Kind {
    fn of<'a>(mut column: impl Iterator<Item = &'a Value>) -> Self {
        let kind = column.find_map(|value| match value {
            Value::Null => None,
            Value::Text(_) => Some(Self::Text),
            Value::Int(_) => Some(Self::Int),
            Value::Real(_) => Some(Self::Real),
            Value::Bytes(_) => Some(Self::Bytes),
        });
        kind.unwrap_or(Self::Nulls)
    }

    fn array(self) -> &'static str {
        match self {
            Self::Nulls | Self::Text => "text[]",
            Self::Int => "bigint[]",
            Self::Real => "double precision[]",
            Self::Bytes => "bytea[]",
        }
    }
}

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// Rows of these columns, in the place of what follows `values`.
    Rows(Vec<Kind>),
    /// Keys, in the place of the list that follows `in`.
    Keys(Kind),
}

impl Shape {
    pub(crate) fn of_rows(rows: &Rows<'_>) -> Self {
        Self::Rows((0..rows.columns).map(|column| Kind::of(rows.column(column))).collect())
    }

    pub(crate) fn of_keys(keys: &[Value]) -> Self {
        Self::Keys(Kind::of(keys.iter()))
    }

    /// The statement, from memory when it was put together before.
    pub(crate) fn statement(self, before: &'static str, after: &'static str, sqlite: bool) -> Result<SqlStr, Failure> {
        let key = (before, self, after, sqlite);
        if let Some(text) = STATEMENTS.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(AssertSqlSafe(Arc::clone(text)).into_sql_str());
        }
        let text: Arc<str> = key.1.text(before, after, sqlite)?.into();
        STATEMENTS.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&text));
        Ok(AssertSqlSafe(text).into_sql_str())
    }

    fn text(&self, before: &str, after: &str, sqlite: bool) -> Result<String, Failure> {
        let (begin, list) = match self {
            Self::Rows(kinds) => (cut(before, "values")?, rows_of(kinds, sqlite)),
            Self::Keys(kind) if sqlite => {
                (before.trim_end(), format!("(select {} from jsonb_each(?1))", read(*kind, "value")))
            }
            Self::Keys(kind) => (cut(before, "in")?, format!("= any($1::{})", kind.array())),
        };
        Ok(format!("{begin} {list} {after}"))
    }
}

/// What stands before the last word of a statement.
fn cut<'a>(before: &'a str, word: &str) -> Result<&'a str, Failure> {
    let begin = before.trim_end().strip_suffix(word);
    begin
        .map(str::trim_end)
        .ok_or_else(|| Failure::corrupt(format!("a statement about many does not end with `{word}`")))
}

fn rows_of(kinds: &[Kind], sqlite: bool) -> String {
    let listed = |each: &dyn Fn(usize, Kind) -> String| {
        kinds.iter().enumerate().map(|(column, kind)| each(column, *kind)).collect::<Vec<_>>().join(", ")
    };
    if sqlite {
        let columns =
            listed(&|column, kind| format!("{} as {}", read(kind, &format!("value ->> {column}")), name(column)));
        // Without a condition SQLite takes a following `on conflict` for the one of a join.
        return format!("select {columns} from jsonb_each(?1) where true");
    }
    let columns = listed(&|column, kind| match kind {
        // Of what kind the column is only the table knows.
        Kind::Nulls => format!("null as {}", name(column)),
        _ => name(column),
    });
    let arrays = listed(&|column, kind| format!("${}::{}", column + 1, kind.array()));
    let names = listed(&|column, _| name(column));
    format!("select {columns} from unnest({arrays}) as many ({names})")
}

/// The name of a column, which is the one that it would have in a list of `values`.
fn name(column: usize) -> String {
    format!("column{}", column + 1)
}

/// How a value is read out of JSON, where bytes are hexadecimal.
fn read(kind: Kind, value: &str) -> String {
    if kind == Kind::Bytes { format!("unhex({value})") } else { value.to_owned() }
}

type Statement = (&'static str, Shape, &'static str, bool);

/// Statements put together so far: as few as there are constants and kinds of columns.
static STATEMENTS: LazyLock<RwLock<HashMap<Statement, Arc<str>>>> = LazyLock::new(RwLock::default);

/// All of it, in SQLite's own form of JSON.
pub(crate) fn list(of: &impl Told) -> Result<Vec<u8>, Failure> {
    Ok(of.jsonb().map_err(|error| sqlx::Error::Encode(error.into()))?)
}

/// The argument that holds all of it.
pub(crate) fn sqlite_arguments(of: &impl Told) -> Result<SqliteArguments, Failure> {
    let mut arguments = SqliteArguments::default();
    arguments.add(list(of)?).map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

/// An array a column.
pub(crate) fn postgres_arguments(of: &impl Told) -> Result<PgArguments, Failure> {
    let mut arguments = PgArguments::default();
    for column in 0..of.columns() {
        add_array(&mut arguments, of.column(column))?;
    }
    Ok(arguments)
}

fn add_array<'a>(arguments: &mut PgArguments, column: impl Iterator<Item = &'a Value> + Clone) -> Result<(), Failure> {
    macro_rules! array {
        ($kind:ident: $type:ty) => {{
            let values: Vec<Option<$type>> = column
                .map(|value| match value {
                    Value::$kind(value) => Ok(Some(value.clone())),
                    Value::Null => Ok(None),
                    _ => Err(Failure::corrupt("a column of many rows holds values of several kinds".to_owned())),
                })
                .collect::<Result<_, _>>()?;
            arguments.add(values)
        }};
    }
    let added = match Kind::of(column.clone()) {
        Kind::Nulls | Kind::Text => array!(Text: String),
        Kind::Int => array!(Int: i64),
        Kind::Real => array!(Real: f64),
        Kind::Bytes => array!(Bytes: Vec<u8>),
    };
    added.map_err(|error| sqlx::Error::Encode(error).into())
}

/// Rows or keys, as they are told to the databases.
pub(crate) trait Told {
    fn jsonb(&self) -> serde_sqlite_jsonb::Result<Vec<u8>>;
    fn columns(&self) -> usize;
    fn column(&self, number: usize) -> impl Iterator<Item = &Value> + Clone;
}

/// Rows of one statement, of so many values each; there may be none.
pub(crate) struct Rows<'a> {
    rows: &'a [Vec<Value>],
    columns: usize,
}

impl<'a> Rows<'a> {
    /// Rows in as many parts as go in one statement each; one part, without any, when there are none.
    pub(crate) fn parts(rows: &'a [Vec<Value>], columns: usize) -> Result<impl Iterator<Item = Self>, Failure> {
        if columns == 0 || rows.iter().any(|row| row.len() != columns) {
            return Err(Failure::corrupt(format!("a row does not have the {columns} values of its statement")));
        }
        let none = rows.is_empty().then_some(rows);
        Ok(none.into_iter().chain(rows.chunks(MOST)).map(move |rows| Self { rows, columns }))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl Told for Rows<'_> {
    fn jsonb(&self) -> serde_sqlite_jsonb::Result<Vec<u8>> {
        serde_sqlite_jsonb::to_vec(&self.rows.iter().map(|row| InJson::all(row)).collect::<Vec<_>>())
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn column(&self, number: usize) -> impl Iterator<Item = &Value> + Clone {
        self.rows.iter().filter_map(move |row| row.get(number))
    }
}

impl Told for &[Value] {
    fn jsonb(&self) -> serde_sqlite_jsonb::Result<Vec<u8>> {
        serde_sqlite_jsonb::to_vec(&InJson::all(self))
    }

    fn columns(&self) -> usize {
        1
    }

    fn column(&self, _: usize) -> impl Iterator<Item = &Value> + Clone {
        self.iter()
    }
}

/// A value inside JSON.
struct InJson<'a>(&'a Value);

impl<'a> InJson<'a> {
    fn all(values: &'a [Value]) -> Vec<Self> {
        values.iter().map(InJson).collect()
    }
}

impl Serialize for InJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Real(number) => serializer.serialize_f64(*number),
            Value::Bytes(bytes) => {
                let mut text = String::with_capacity(bytes.len() * 2);
                for byte in bytes {
                    write!(text, "{byte:02x}").map_err(serde::ser::Error::custom)?;
                }
                serializer.serialize_str(&text)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn rows_are_one_statement() {
        let rows = [args![1, "a", None::<i64>], args![2, "b", None::<i64>]];
        let rows = Rows::parts(&rows, 3).unwrap().next().unwrap();
        let text = |sqlite| Shape::of_rows(&rows).text("insert into t (a, b, c) values\n", "", sqlite).unwrap();
        assert_eq!(
            text(true),
            "insert into t (a, b, c) select value ->> 0 as column1, value ->> 1 as column2, value ->> 2 as column3 from \
             jsonb_each(?1) where true "
        );
        assert_eq!(
            text(false),
            "insert into t (a, b, c) select column1, column2, null as column3 from unnest($1::bigint[], $2::text[], \
             $3::text[]) as many (column1, column2, column3) "
        );
    }

    #[test]
    fn no_rows_are_a_statement_too_with_as_many_columns() {
        let parts: Vec<Rows<'_>> = Rows::parts(&[], 2).unwrap().collect();
        assert!(parts.len() == 1 && parts[0].is_empty());
        assert_eq!((parts[0].columns(), parts[0].column(1).count()), (2, 0));
        assert!(Rows::parts(&[args![1]], 2).is_err());
    }

    #[test]
    fn keys_are_one_statement() {
        let keys = args![vec![0x0a_u8, 0xff]];
        let text = |sqlite| Shape::of_keys(&keys).text("select a from t where b in\n", "order by a", sqlite).unwrap();
        assert_eq!(text(true), "select a from t where b in (select unhex(value) from jsonb_each(?1)) order by a");
        assert_eq!(text(false), "select a from t where b = any($1::bytea[]) order by a");
        assert!(Shape::of_keys(&keys).text("select a from t", "", false).is_err());
    }
}
