//! The run over the register: page by page, two pages at once, with progress, until it is told to stop.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dossiers::Dossiers;
use eventlog::ViewError;
use kernel::TeacherId;
use tokio::task::{JoinError, JoinHandle, spawn, spawn_blocking};

use super::{Draft, Look, Tally, look};

/// So many people are read at a time: a page and what it leads to is all that is in memory, twice.
const PAGE: u32 = 250;

/// So many pages are under way at once.
const AT_ONCE: usize = 2;

/// How far a run is.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    to_do: AtomicU64,
}

/// Why a run came to no end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// It was told to.
    #[error("it was cancelled")]
    Cancelled,
    /// The view does not answer.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A page was lost.
    #[error(transparent)]
    Page(#[from] JoinError),
}

impl Progress {
    /// How many people have been looked at.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// About how many there are; 0 before they have been counted.
    pub fn to_do(&self) -> u64 {
        self.to_do.load(Ordering::Relaxed)
    }
}

/// Looks at everybody within the scope of the dossiers, and within an area where one is named: a school's id or code, a
/// city's or a province's code. As known at a position; people come in the order of their ids.
///
/// # Errors
/// When it is told to stop, or the view does not answer.
pub async fn run(
    dossiers: &Dossiers,
    (draft, known): (&Draft, u64),
    area: &str,
    progress: &Progress,
    is_stopped: impl Fn() -> bool,
) -> Result<Tally, Stopped> {
    progress.to_do.store(dossiers.how_many(area).await?, Ordering::Relaxed);
    let (mut tally, mut under_way, mut after, mut is_last) = (Tally::default(), VecDeque::new(), None, false);
    loop {
        while !is_last && under_way.len() < AT_ONCE {
            if is_stopped() {
                return Err(Stopped::Cancelled);
            }
            let page = dossiers.everybody(area, after, PAGE).await?;
            after = page.last().copied().or(after);
            is_last = page.len() < PAGE as usize;
            under_way.push_back(begin(dossiers.clone(), draft, known, page));
        }
        let Some(page) = under_way.pop_front() else { return Ok(tally) };
        let looks: Vec<Look> = page.await??;
        progress.done.fetch_add(looks.len() as u64, Ordering::Relaxed);
        looks.into_iter().for_each(|look| tally.add(look));
    }
}

/// A page is a task of its own, and what takes long in it runs beside the tasks that answer requests.
fn begin(
    dossiers: Dossiers,
    draft: &Draft,
    known: u64,
    page: Vec<TeacherId>,
) -> JoinHandle<Result<Vec<Look>, Stopped>> {
    let (now, then, on) = (Arc::clone(&draft.now), Arc::clone(&draft.then), draft.as_of);
    spawn(async move {
        let found = dossiers.dossiers(&page, known).await?;
        let looks = move || {
            let of = |(teacher, dossier): (&TeacherId, &dossiers::Dossier)| {
                look(*teacher, (&dossier.facts, &dossier.places), (&now, &then), on)
            };
            found.iter().map(of).collect()
        };
        Ok(spawn_blocking(looks).await?)
    })
}
