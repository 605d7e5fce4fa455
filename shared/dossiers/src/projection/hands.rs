//! Many hands on one page: its people are shared out, and their timelines are drawn at the same time.
//!
//! Whatever a page tells of one person depends on that person's sheet, and on sites, schools and packs, of which every
//! hand has a copy and takes in every change. So it makes no difference to the rows how many hands there are.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use eventlog::Failure;
use kernel::TeacherId;

use super::desk::Desk;
use super::happening::Happening;

/// Below so many people, hands are not worth the copies.
const FEW: usize = 48;

/// As many as the machine has cores, and not so many that copies cost more than they gain.
static HANDS: LazyLock<u8> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    u8::try_from(cores.min(8)).unwrap_or(1)
});

/// Which people a hand takes care of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    number: u8,
    hands: u8,
}

impl Default for Share {
    /// Everybody.
    fn default() -> Self {
        Self { number: 0, hands: 1 }
    }
}

impl Share {
    /// Whether somebody is in it. Those who have to do with a merge go together.
    pub fn holds(self, merging: &BTreeSet<TeacherId>, teacher: TeacherId) -> bool {
        let last = teacher.uuid().into_bytes()[15];
        let number = if merging.contains(&teacher) { 0 } else { last % self.hands };
        number == self.number
    }
}

impl Desk {
    /// Takes every event in.
    pub(super) async fn take_in_all(self, happenings: Vec<Happening>) -> Result<Self, Failure> {
        let happenings: Arc<[Happening]> = happenings.into();
        let parts = self.shared_out().into_iter().map(|desk| (desk, Arc::clone(&happenings)));
        let parts = at_once(parts, |(mut desk, happenings)| {
            happenings.iter().try_for_each(|happening| desk.take_in(happening))?;
            Ok(desk)
        });
        Ok(Self::put_together(parts.await?))
    }

    /// A desk for each hand; a single one for few people.
    pub(super) fn shared_out(mut self) -> Vec<Self> {
        let hands = if self.sheets.len() < FEW { 1 } else { *HANDS };
        if hands == 1 {
            return vec![self];
        }
        let sheets = std::mem::take(&mut self.sheets);
        let desk = |number| Self { share: Share { number, hands }, ..self.clone() };
        let mut desks: Vec<Self> = (0..hands).map(desk).collect();
        for (teacher, sheet) in sheets {
            if let Some(desk) = desks.iter_mut().find(|desk| desk.cares_for(teacher)) {
                desk.sheets.insert(teacher, sheet);
            }
        }
        desks
    }

    /// What is no single person's is the same on every desk.
    pub(super) fn put_together(desks: Vec<Self>) -> Self {
        let mut desks = desks.into_iter();
        let mut whole = desks.next().unwrap_or_default();
        for desk in desks {
            whole.sheets.extend(desk.sheets);
            whole.added.take_over(desk.added);
        }
        whole
    }
}

/// Works on the parts at the same time. A single one is worked on where it is.
pub(super) async fn at_once<T, R>(
    parts: impl ExactSizeIterator<Item = T>,
    work: fn(T) -> Result<R, Failure>,
) -> Result<Vec<R>, Failure>
where
    T: Send + 'static,
    R: Send + 'static,
{
    if parts.len() == 1 {
        return parts.map(work).collect();
    }
    let tasks: Vec<_> = parts.map(|part| tokio::task::spawn_blocking(move || work(part))).collect();
    let mut done = Vec::with_capacity(tasks.len());
    for task in tasks {
        done.push(task.await.map_err(|ended| Failure::unreadable("a page", ended))??);
    }
    Ok(done)
}

/// Cuts a list into as many parts as there are hands, if it is long enough.
pub(super) fn cut<T>(mut list: Vec<T>) -> Vec<Vec<T>> {
    if list.len() < FEW {
        return vec![list];
    }
    let size = list.len().div_ceil(usize::from(*HANDS));
    let mut parts = Vec::new();
    while list.len() > size {
        let rest = list.split_off(size);
        parts.push(std::mem::replace(&mut list, rest));
    }
    parts.push(list);
    parts
}
