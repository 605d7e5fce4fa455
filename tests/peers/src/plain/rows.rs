//! Many rows at once on PostgreSQL as one array of rows, which the server takes apart by itself. (A `copy` would be no limit here:
//! the driver leaves Nagle's algorithm on, so that each waits 40 ms for an acknowledgement.)

use async_trait::async_trait;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo};
use sqlx::{Encode, Postgres as Server, Type};

use crate::Outcome;
use crate::plain::{Postgres, Row};
use crate::store::{Bulk, Who};
use crate::workload::Writer;

// What the server calls its types.
const BYTEA: u32 = 17;
const INT8: u32 = 20;
const INT2: u32 = 21;
const INT4: u32 = 23;
const TEXT: u32 = 25;

/// The same table, filled by arrays of its rows.
pub(crate) struct ByRows {
    pub(crate) table: Postgres,
    /// The number of the type of a row.
    row: u32,
}

impl ByRows {
    pub(crate) async fn new(table: Postgres) -> Outcome<Self> {
        let Oid(row) = sqlx::query_scalar("select 'plain'::regtype::oid").fetch_one(&table.pool).await?;
        Ok(Self { table, row })
    }

    pub(crate) fn who() -> Who {
        Who::plain().with("an array of rows")
    }
}

#[async_trait]
impl Bulk for ByRows {
    async fn append_many(&self, writer: Writer, number: u64, batch: u64) -> Outcome<()> {
        let rows = (number..number + batch).map(|number| Row::of(writer, number, &self.table.position));
        let rows = Rows(array(self.row, &rows.collect::<Outcome<Vec<Row>>>()?)?);
        sqlx::query("insert into plain select * from unnest($1)").bind(rows).execute(&self.table.pool).await?;
        Ok(())
    }
}

/// An array of rows in the server's binary form.
struct Rows(Vec<u8>);

impl Type<Server> for Rows {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("_plain")
    }
}

impl Encode<'_, Server> for Rows {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend(&self.0);
        Ok(IsNull::No)
    }
}

fn array(of: u32, rows: &[Row]) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::with_capacity(rows.len() * 512);
    // Of one dimension, without nulls; how long it is, and that it begins with 1.
    for number in [1, 0, i32::try_from(of)?, i32::try_from(rows.len())?, 1] {
        bytes.extend(number.to_be_bytes());
    }
    for row in rows {
        let begins = bytes.len();
        bytes.extend([0; 4]);
        add(&mut bytes, row)?;
        let length = i32::try_from(bytes.len() - begins - 4)?;
        bytes[begins..begins + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(bytes)
}

fn add(bytes: &mut Vec<u8>, row: &Row) -> Outcome<()> {
    let (zero, one) = (0_i16.to_be_bytes(), 1_i16.to_be_bytes());
    let fields: [(u32, Option<&[u8]>); 20] = [
        (INT4, Some(&0_i32.to_be_bytes())),
        (INT8, Some(&row.position.to_be_bytes())),
        (TEXT, Some(b"bench")),
        (BYTEA, Some(&row.stream)),
        (INT8, Some(&row.version.to_be_bytes())),
        (BYTEA, Some(&row.id)),
        (TEXT, Some(b"noted")),
        (INT4, Some(&1_i32.to_be_bytes())),
        (INT4, Some(&20_779_i32.to_be_bytes())),
        (INT8, Some(&1_795_334_400_000_000_i64.to_be_bytes())),
        (TEXT, Some(b"bench")),
        (TEXT, Some(b"operator")),
        (BYTEA, None),
        (BYTEA, Some(&row.id)),
        (BYTEA, Some(&row.id)),
        (BYTEA, None),
        (INT2, Some(&zero)),
        (BYTEA, Some(&row.payload)),
        (INT2, Some(&one)),
        (BYTEA, Some(&row.hash)),
    ];
    bytes.extend(i32::try_from(fields.len())?.to_be_bytes());
    for (of, field) in fields {
        bytes.extend(of.to_be_bytes());
        bytes.extend(field.map_or(Ok(-1), |field| i32::try_from(field.len()))?.to_be_bytes());
        bytes.extend(field.unwrap_or_default());
    }
    Ok(())
}
