//! Tables that were drawn a moment ago. A table is a sum over every step of everybody; a screen that shows it is looked at by
//! many, and again and again. So a table that says where it stands is handed out for a second, and of those who ask for the
//! same one at once only the first draws it.
//!
//! It is never older than what is asked for: whoever names a position gets a table that shows it (`at_least`) or is of it
//! (`known_at`, which is never looked up here).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use access::figures::Audience;
use actix_web::web::Bytes;
use eventlog::LogPosition;
use host::Failure;
use kernel::{Day, Scope};

use crate::table::By;

/// So long a table is handed out while the log goes on; while it stands still, for as long as it does.
const FRESH: Duration = Duration::from_secs(1);

/// So many tables are kept. The largest, of every school of the nation, has some megabytes.
const KEPT: usize = 16;

/// Tables that were drawn a moment ago, of a process.
#[derive(Debug, Default)]
pub struct Recent(Mutex<Vec<(Asked, Seat)>>);

/// What a table is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) on: Day,
    pub(crate) by: By,
    pub(crate) scope: Scope,
    pub(crate) audience: Audience,
}

/// Whoever draws a table holds its seat, and whoever wants the same one waits.
type Seat = Arc<tokio::sync::Mutex<Option<Drawn>>>;

/// A table as it goes over the wire, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) json: Bytes,
    pub(crate) known: LogPosition,
    /// When it was begun to be drawn.
    pub(crate) begun: Instant,
}

impl Recent {
    /// The table, drawn now unless one stands at `newest`, or was drawn a moment ago and shows at least `wanted`.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub(crate) async fn table<F>(
        &self,
        asked: Asked,
        newest: &LogPosition,
        wanted: Option<&LogPosition>,
        draw: impl FnOnce() -> F,
    ) -> Result<Drawn, Failure>
    where
        F: Future<Output = Result<Drawn, Failure>>,
    {
        let seat = self.seat(asked);
        let mut kept = seat.lock().await;
        let shows = |drawn: &&Drawn| wanted.is_none_or(|wanted| drawn.known.covers(wanted));
        let is_fresh = |drawn: &&Drawn| drawn.known == *newest || drawn.begun.elapsed() < FRESH;
        if let Some(drawn) = kept.as_ref().filter(shows).filter(is_fresh) {
            return Ok(drawn.clone());
        }
        let drawn = draw().await?;
        *kept = Some(drawn.clone());
        Ok(drawn)
    }

    fn seat(&self, asked: Asked) -> Seat {
        let mut seats = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = seats.iter().position(|(of, _)| *of == asked) {
            // What was asked for last is kept longest.
            seats[at..].rotate_left(1);
        } else {
            if seats.len() >= KEPT {
                seats.remove(0);
            }
            seats.push((asked, Seat::default()));
        }
        seats.last().map(|(_, seat)| Arc::clone(seat)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(by: By) -> Asked {
        Asked { on: Day::parse("2026-08-31").unwrap(), by, scope: Scope::everything(), audience: Audience::Persons }
    }

    fn at(position: &str) -> LogPosition {
        position.parse().unwrap()
    }

    /// What is handed out when the log is at one position and the request names another; a table drawn now says so.
    async fn handed_out(recent: &Recent, by: By, newest: &str, wanted: Option<&str>, begun: Instant) -> String {
        let draw = || async move { Ok(Drawn { json: Bytes::new(), known: at(newest), begun }) };
        let wanted = wanted.map(at);
        recent.table(asked(by), &at(newest), wanted.as_ref(), draw).await.unwrap().known.to_string()
    }

    #[tokio::test]
    async fn a_table_is_handed_out_for_a_moment_and_never_in_place_of_a_newer_one_that_is_asked_for() {
        let (recent, now) = (Recent::default(), Instant::now());
        assert_eq!(handed_out(&recent, By::Province, "v1.0:5", None, now).await, "v1.0:5");
        assert_eq!(handed_out(&recent, By::Province, "v1.0:6", None, now).await, "v1.0:5");
        assert_eq!(handed_out(&recent, By::Province, "v1.0:6", Some("v1.0:5"), now).await, "v1.0:5");
        assert_eq!(handed_out(&recent, By::City, "v1.0:6", None, now).await, "v1.0:6");
        assert_eq!(handed_out(&recent, By::Province, "v1.0:6", Some("v1.0:6"), now).await, "v1.0:6");
    }

    #[tokio::test]
    async fn a_table_of_some_time_ago_is_good_only_while_the_log_stands_still() {
        let (recent, then) = (Recent::default(), Instant::now().checked_sub(FRESH).unwrap());
        assert_eq!(handed_out(&recent, By::Nation, "v1.0:5", None, then).await, "v1.0:5");
        assert_eq!(handed_out(&recent, By::Nation, "v1.0:5", None, then).await, "v1.0:5");
        assert_eq!(handed_out(&recent, By::Nation, "v1.0:6", None, then).await, "v1.0:6");
    }

    #[tokio::test]
    async fn only_so_many_tables_are_kept() {
        let recent = Recent::default();
        for day in 1..=2 * KEPT {
            let on = Day::parse(&format!("2026-{:02}-{:02}", day / 28 + 1, day % 28 + 1)).unwrap();
            drop(recent.seat(Asked { on, ..asked(By::Nation) }));
        }
        assert_eq!(recent.0.lock().unwrap().len(), KEPT);
    }
}
