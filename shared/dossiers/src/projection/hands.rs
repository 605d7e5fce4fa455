//! Many hands on one page: its people are shared out, and go from hand to hand. While one share is drawn, the next is
//! fetched and read, and the one before it is filed: the database and the rules have a processor each.
//!
//! Whatever a page tells of one person depends on that person's sheet, and on sites, schools and sessions, of which every
//! share has a copy and takes in every change. So it makes no difference to the rows how many shares there are.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, LazyLock};

use eventlog::{Failure, ViewTx};
use futures_util::future::{BoxFuture, FutureExt, ready};
use kernel::TeacherId;

use super::allotting::Lot;
use super::desk::Desk;
use super::happening::Happening;
use super::watching::When;

/// About so many people are in a share at most, for the memory that they take: what happens to a site may concern a whole
/// province.
const LARGE: usize = 512;
/// So many are in it at least, for the statements that it takes.
const SMALL: usize = 128;
/// With so many shares, hands have something to do most of the time.
const ENOUGH: usize = 4;

/// So many shares are drawn at the same time.
static HANDS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from).min(8));

/// What is done to a share once it is laid out.
type Work = Box<dyn FnOnce(&mut Desk) -> Result<(), Failure> + Send>;

/// A share in somebody's hands.
type InHands = BoxFuture<'static, Result<Desk, Failure>>;

impl Desk {
    /// Takes every event of a page in, and files everything.
    pub(super) async fn take_in_all(
        mut self,
        tx: &mut ViewTx,
        people: BTreeSet<TeacherId>,
        page: Vec<Happening>,
    ) -> Result<(), Failure> {
        page.iter().try_for_each(|happening| self.commons.take(happening))?;
        self.share_out(tx, people, page.into_iter().map(Arc::new).collect()).await
    }

    /// The same when what is nobody's own has been taken from it.
    pub(super) async fn share_out(
        mut self,
        tx: &mut ViewTx,
        people: BTreeSet<TeacherId>,
        page: Vec<Arc<Happening>>,
    ) -> Result<(), Failure> {
        let lots = self.allot(shares_of(people.len()), people, &page)?;
        let page: Arc<[Arc<Happening>]> = page.into();
        let work = lots.into_iter().map(|mut lot| {
            let (page, events) = (Arc::clone(&page), std::mem::take(&mut lot.events));
            let work = move |desk: &mut Self| events.iter().try_for_each(|place| desk.take_in(&page[*place]));
            (lot, Box::new(work) as Work)
        });
        self.go_round(tx, work).await
    }

    /// Draws the timelines of these people anew, and files them.
    pub(super) async fn redraw_all(
        mut self,
        tx: &mut ViewTx,
        people: BTreeSet<TeacherId>,
        when: When,
    ) -> Result<(), Failure> {
        let lots = self.allot(shares_of(people.len()), people, &[])?;
        let work = lots.into_iter().map(|lot| {
            let people: BTreeSet<TeacherId> = lot.people.iter().copied().collect();
            let work = move |desk: &mut Self| {
                desk.redraw(when, &people);
                Ok(())
            };
            (lot, Box::new(work) as Work)
        });
        self.go_round(tx, work).await
    }

    /// Works on every share, and files it; what is nobody's own comes last, so that no share sees it before its time.
    async fn go_round(
        mut self,
        tx: &mut ViewTx,
        mut shares: impl ExactSizeIterator<Item = (Lot, Work)> + Send,
    ) -> Result<(), Failure> {
        let alone = shares.len() == 1;
        let (commons, mut steps) = (std::mem::take(&mut self.commons), BTreeMap::new());
        let (mut read, mut drawn) = (None, VecDeque::new());
        loop {
            let next = match shares.next() {
                Some((Lot { share, people, visitors, .. }, work)) => {
                    let unread = Self::fetch_sheets(tx, &people).await?;
                    let desk = Self { share, visitors, ..self.clone() };
                    Some((in_hands(alone, desk, move |desk| desk.read(&unread)), work))
                }
                None => None,
            };
            let more = next.is_some();
            let reading: Option<(InHands, Work)> = std::mem::replace(&mut read, next);
            if let Some((reading, work)) = reading {
                let mut desk = reading.await?;
                desk.fetch_places(tx).await?;
                drawn.push_back(in_hands(alone, desk, work));
            } else if !more && drawn.is_empty() {
                break;
            }
            if (!more || drawn.len() >= *HANDS)
                && let Some(drawing) = drawn.pop_front()
            {
                let mut desk: Self = drawing.await?;
                desk.file_people(tx).await?;
                for (place, delta) in desk.steps {
                    *steps.entry(place).or_insert(0) += delta;
                }
            }
        }
        Self { commons, steps, ..self }.file_commons(tx).await
    }
}

/// How many shares so many people make up.
fn shares_of(people: usize) -> usize {
    people.div_ceil(LARGE).max(ENOUGH.min(people / SMALL)).max(1)
}

/// Begins to work on a share at once. One that is alone on its page is worked on where it is.
fn in_hands(
    alone: bool,
    mut desk: Desk,
    work: impl FnOnce(&mut Desk) -> Result<(), Failure> + Send + 'static,
) -> InHands {
    let work = move || work(&mut desk).map(|()| desk);
    if alone {
        return ready(work()).boxed();
    }
    let task = tokio::task::spawn_blocking(work);
    async move { task.await.map_err(|ended| Failure::unreadable("a page", ended))? }.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_people_are_one_share_and_many_are_several() {
        assert_eq!([0, 1, 255, 300, 2_000, 40_000].map(shares_of), [1, 1, 1, 2, 4, 79]);
    }
}
