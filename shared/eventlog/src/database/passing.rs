//! What passes through the drivers: values on the way in, rows on the way out.

use sqlx::postgres::{PgArguments, PgRow, PgTypeInfo};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Column, Database, Encode, Postgres, Row as _, Type, TypeInfo, ValueRef};

use crate::{Failure, Row, Value};

/// A null without a type: the statement says which it is.
#[derive(Clone, Copy)]
struct Untyped;

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(sqlx::postgres::types::Oid(0))
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(
        &self,
        _: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        Ok(sqlx::encode::IsNull::Yes)
    }
}

pub(crate) fn sqlite_arguments(values: Vec<Value>) -> Result<SqliteArguments, Failure> {
    arguments(values, Option::<i64>::None)
}

pub(crate) fn postgres_arguments(values: Vec<Value>) -> Result<PgArguments, Failure> {
    arguments(values, Untyped)
}

/// What a driver takes as the value of a parameter.
trait Passes<D: Database>: for<'v> Encode<'v, D> + Type<D> {}

impl<D: Database, T: for<'v> Encode<'v, D> + Type<D>> Passes<D> for T {}

fn arguments<A, N>(values: Vec<Value>, null: N) -> Result<A, Failure>
where
    A: Arguments,
    N: Passes<A::Database> + Copy,
    String: Passes<A::Database>,
    i64: Passes<A::Database>,
    f64: Passes<A::Database>,
    Vec<u8>: Passes<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Null => arguments.add(null),
            Value::Text(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
            Value::Real(number) => arguments.add(number),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(crate) fn sqlite_row(row: &SqliteRow) -> Result<Row, Failure> {
    let values = (0..row.len()).map(|column| {
        let raw = row.try_get_raw(column)?;
        if raw.is_null() {
            return Ok(Value::Null);
        }
        Ok(match raw.type_info().name() {
            "INTEGER" | "BOOLEAN" => Value::Int(row.try_get_unchecked(column)?),
            "REAL" => Value::Real(row.try_get_unchecked(column)?),
            "BLOB" => Value::Bytes(row.try_get_unchecked(column)?),
            _ => Value::Text(row.try_get_unchecked(column)?),
        })
    });
    values.collect::<Result<_, sqlx::Error>>().map(Row).map_err(Failure::from)
}

pub(crate) fn postgres_row(row: &PgRow) -> Result<Row, Failure> {
    let values = (0..row.len()).map(|column| {
        if row.try_get_raw(column)?.is_null() {
            return Ok(Value::Null);
        }
        Ok(match row.column(column).type_info().name() {
            "INT8" => Value::Int(row.try_get(column)?),
            "INT4" => Value::Int(i64::from(row.try_get::<i32, _>(column)?)),
            "INT2" => Value::Int(i64::from(row.try_get::<i16, _>(column)?)),
            "BOOL" => Value::Int(i64::from(row.try_get::<bool, _>(column)?)),
            "FLOAT8" => Value::Real(row.try_get(column)?),
            "FLOAT4" => Value::Real(f64::from(row.try_get::<f32, _>(column)?)),
            "BYTEA" => Value::Bytes(row.try_get(column)?),
            _ => Value::Text(row.try_get(column)?),
        })
    });
    values.collect::<Result<_, sqlx::Error>>().map(Row).map_err(Failure::from)
}
