//! What a database means when it refuses, whichever driver brings the refusal.

use std::borrow::Cow;
use std::error::Error;

type Refusal = dyn Error + 'static;

/// Whether the database refused for now, and may not refuse again.
pub(crate) fn is_passing(error: &Refusal) -> bool {
    // PostgreSQL: connection, rollback, resources, object in use, operator, system. SQLite: busy, locked, I/O, full.
    says(error, &["08", "40", "53", "55", "57", "58"], &[5, 6, 10, 13])
}

/// Whether what was to be written contradicts what is there: PostgreSQL's class 23, SQLite's constraint in any form.
pub(crate) fn is_constraint(error: &Refusal) -> bool {
    says(error, &["23"], &[19])
}

/// Whether a statement was refused because others went first: nothing of it was done, and another try may do better.
pub(crate) fn is_lost_turn(error: &Refusal) -> bool {
    // PostgreSQL: rollback, object in use. SQLite: busy, locked.
    says(error, &["40", "55"], &[5, 6])
}

/// Whether the database itself says that it can no longer be relied upon.
pub(crate) fn is_ruin(error: &Refusal) -> bool {
    // PostgreSQL: input/output error below it, corruption. SQLite: I/O, corrupt, full, cannot open, not a database.
    says(error, &["58030", "XX"], &[10, 11, 13, 14, 26])
}

/// Whether it is the database that refused, and not the way to it.
pub(crate) fn is_answer(error: &Refusal) -> bool {
    code(error).is_some()
}

/// Whether the database refused with a code that begins like one of PostgreSQL's, or with one of SQLite's primary codes.
fn says(error: &Refusal, server: &[&str], file: &[u32]) -> bool {
    code(error).is_some_and(|code| match code.len() {
        5 => server.iter().any(|class| code.starts_with(class)),
        // The low byte is the primary code.
        _ => code.parse::<u32>().is_ok_and(|code| file.contains(&(code & 0xff))),
    })
}

/// The database's own code: five characters of PostgreSQL's, or SQLite's number.
fn code(error: &Refusal) -> Option<Cow<'_, str>> {
    if let Some(sqlx::Error::Database(refused)) = error.downcast_ref() {
        return refused.code();
    }
    match error.downcast_ref()? {
        rusqlite::Error::SqliteFailure(refused, _) => Some(refused.extended_code.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(extended: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended), None)
    }

    #[test]
    fn sqlites_extended_codes_count_as_their_primary_ones() {
        let (busy_snapshot, unique, read, full) = (sqlite(517), sqlite(2_067), sqlite(266), sqlite(13));
        assert!(is_lost_turn(&busy_snapshot) && is_passing(&busy_snapshot) && !is_ruin(&busy_snapshot));
        assert!(is_constraint(&unique) && !is_passing(&unique));
        assert!(is_ruin(&read) && is_passing(&read) && is_ruin(&full) && !is_constraint(&full));
        assert!(!is_answer(&rusqlite::Error::QueryReturnedNoRows) && !is_answer(&sqlx::Error::PoolClosed));
    }
}
