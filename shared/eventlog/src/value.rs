//! The four kinds of value that read models are made of, the same in both databases, so that nobody else needs to
//! know the databases' drivers.

use kernel::{Day, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Failure;

/// A value of a read model. Columns are `text`, `bigint`, `double precision` and `blob` (`bytea`), nothing else: ids
/// and dates are text, instants microseconds, flags 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// No value, in a column of any kind.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The arguments of a statement, in order: `args![id, 7, Some("x")]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

macro_rules! from {
    ($($source:ty => |$value:ident| $target:expr;)+) => {$(
        impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $target
            }
        }
    )+};
}

from! {
    &str => |text| Self::Text(text.to_owned());
    String => |text| Self::Text(text);
    &String => |text| Self::Text(text.clone());
    i64 => |number| Self::Int(number);
    i32 => |number| Self::Int(i64::from(number));
    i16 => |number| Self::Int(i64::from(number));
    u8 => |number| Self::Int(i64::from(number));
    u16 => |number| Self::Int(i64::from(number));
    u32 => |number| Self::Int(i64::from(number));
    u64 => |number| Self::Int(i64::try_from(number).unwrap_or(i64::MAX));
    usize => |number| Self::Int(i64::try_from(number).unwrap_or(i64::MAX));
    bool => |flag| Self::Int(i64::from(flag));
    f64 => |number| Self::Real(number);
    Vec<u8> => |bytes| Self::Bytes(bytes);
    &[u8] => |bytes| Self::Bytes(bytes.to_vec());
    [u8; 32] => |bytes| Self::Bytes(bytes.to_vec());
    Uuid => |id| Self::Text(id.to_string());
    Day => |day| Self::Text(day.to_string());
    Instant => |instant| Self::Int(instant.as_micros());
}

macro_rules! from_id {
    ($($id:ident),+) => {$(
        impl From<kernel::$id> for Value {
            fn from(id: kernel::$id) -> Self {
                Self::Text(id.to_string())
            }
        }
    )+};
}

from_id!(
    ActionPlanId,
    CommandId,
    CorrelationId,
    EventId,
    ImportId,
    OrganisationId,
    PackId,
    PlacementId,
    RecognitionId,
    SessionId,
    SiteId,
    TeacherId,
    TeamId
);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::ValueRef;
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A row that was fetched. Columns are numbered from 0, in the order of the statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Every value.
    pub fn values(&self) -> &[Value] {
        &self.0
    }

    /// The text in this column.
    ///
    /// # Errors
    /// When there is no such column, or it holds none.
    pub fn text(&self, column: usize) -> Result<&str, Failure> {
        self.opt_text(column)?.ok_or_else(|| missing(column))
    }

    /// The text in this column, if any.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, Failure> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(unexpected(column, "text", other)),
        }
    }

    /// The whole number in this column.
    ///
    /// # Errors
    /// When there is no such column, or it holds none.
    pub fn int(&self, column: usize) -> Result<i64, Failure> {
        self.opt_int(column)?.ok_or_else(|| missing(column))
    }

    /// The whole number in this column, if any.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, Failure> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            other => Err(unexpected(column, "a whole number", other)),
        }
    }

    /// The number in this column that counts something; a negative one is an error of the statement.
    ///
    /// # Errors
    /// When there is no such column, or it holds none.
    pub fn count(&self, column: usize) -> Result<u64, Failure> {
        u64::try_from(self.int(column)?).map_err(|_| Failure::corrupt(format!("column {column} is below zero")))
    }

    /// The flag (0 or 1) in this column.
    ///
    /// # Errors
    /// When there is no such column, or it holds none.
    pub fn flag(&self, column: usize) -> Result<bool, Failure> {
        Ok(self.int(column)? != 0)
    }

    /// The bytes in this column.
    ///
    /// # Errors
    /// When there is no such column, or it holds none.
    pub fn bytes(&self, column: usize) -> Result<&[u8], Failure> {
        self.opt_bytes(column)?.ok_or_else(|| missing(column))
    }

    /// The bytes in this column, if any.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>, Failure> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            other => Err(unexpected(column, "bytes", other)),
        }
    }

    /// The text in this column, read as what it stands for: an id, a day, a word of a vocabulary.
    ///
    /// # Errors
    /// When there is no such column, it holds no text, or the text is no such value.
    pub fn parse<T: std::str::FromStr>(&self, column: usize) -> Result<T, Failure> {
        let text = self.text(column)?;
        text.parse().map_err(|_| Failure::corrupt(format!("column {column} cannot be read as what it stands for")))
    }

    /// As [`Row::parse`], for a column that may be empty.
    ///
    /// # Errors
    /// When there is no such column, it holds something else, or the text is no such value.
    pub fn opt_parse<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, Failure> {
        self.opt_text(column)?.map(|_| self.parse(column)).transpose()
    }

    fn value(&self, column: usize) -> Result<&Value, Failure> {
        self.0.get(column).ok_or_else(|| Failure::corrupt(format!("the row has no column {column}")))
    }
}

fn missing(column: usize) -> Failure {
    Failure::corrupt(format!("column {column} is empty"))
}

/// Names the kind that was found, never the value, which may be personal.
fn unexpected(column: usize, wanted: &str, found: &Value) -> Failure {
    let found = match found {
        Value::Null => "nothing",
        Value::Text(_) => "text",
        Value::Int(_) => "a whole number",
        Value::Real(_) => "a number",
        Value::Bytes(_) => "bytes",
    };
    Failure::corrupt(format!("column {column} holds {found}, not {wanted}"))
}
