//! Many hands on one page: its people are shared out, and go from hand to hand. While one share is drawn, the next is
//! fetched and read, and the one before it is filed: the database and the rules have a processor each.
//!
//! Whatever a page tells of one person depends on that person's sheet, and on sites, schools and packs, of which every
//! share has a copy and takes in every change. So it makes no difference to the rows how many shares there are.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, LazyLock};

use eventlog::{Failure, ViewTx};
use futures_util::future::{BoxFuture, FutureExt, ready};
use kernel::TeacherId;

use super::desk::Desk;

/// About so many people are in a share at most, for the memory that they take.
const LARGE: usize = 1_024;
/// So many are in it at least, for the statements that it takes.
const SMALL: usize = 128;
/// With so many shares, hands have something to do most of the time.
const ENOUGH: usize = 4;
/// Every share looks at every event of its page, so there are not more than that is worth.
const MOST: usize = 64;

/// So many shares are drawn at the same time.
static HANDS: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from).min(8));

/// Which people a desk takes care of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    number: usize,
    of: usize,
}

impl Default for Share {
    /// Everybody.
    fn default() -> Self {
        Self { number: 0, of: 1 }
    }
}

impl Share {
    /// Whether somebody is in it. Those who have to do with a merge go together.
    pub fn holds(self, merging: &BTreeSet<TeacherId>, teacher: TeacherId) -> bool {
        let [.., high, low] = teacher.uuid().into_bytes();
        let number =
            if merging.contains(&teacher) { 0 } else { usize::from(u16::from_be_bytes([high, low])) % self.of };
        number == self.number
    }
}

/// What is done to every share once it is laid out.
type Work = Arc<dyn Fn(&mut Desk) -> Result<(), Failure> + Send + Sync>;

/// A share in somebody's hands.
type InHands = BoxFuture<'static, Result<Desk, Failure>>;

impl Desk {
    /// Works on everybody, share by share, and files everything.
    pub(super) async fn go_round(
        self,
        tx: &mut ViewTx,
        people: BTreeSet<TeacherId>,
        work: impl Fn(&mut Self) -> Result<(), Failure> + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        let work: Work = Arc::new(work);
        let of = shares_of(people.len());
        let mut shares = (0..of).map(|number| Self { share: Share { number, of }, ..self.clone() });
        let (mut read, mut drawn, mut whole) = (None, VecDeque::new(), None);
        loop {
            let next = match shares.next() {
                Some(desk) => {
                    let unread = desk.fetch_sheets(tx, &people).await?;
                    Some(in_hands(of, desk, move |desk| desk.read(&unread)))
                }
                None => None,
            };
            let more = next.is_some();
            let reading: Option<InHands> = std::mem::replace(&mut read, next);
            if let Some(reading) = reading {
                let mut desk = reading.await?;
                desk.fetch_places(tx).await?;
                let work = Arc::clone(&work);
                drawn.push_back(in_hands(of, desk, move |desk| work(desk)));
            } else if !more && drawn.is_empty() {
                break;
            }
            if (!more || drawn.len() > *HANDS)
                && let Some(drawing) = drawn.pop_front()
            {
                let mut desk: Self = drawing.await?;
                desk.file_people(tx).await?;
                whole = Some(desk.put_on(whole));
            }
        }
        // Of what is nobody's own every share has the same.
        match whole {
            Some(whole) => whole.file_common(tx).await,
            None => Ok(()),
        }
    }

    /// Puts the sums of this share on those of the shares before.
    fn put_on(self, before: Option<Self>) -> Self {
        let Some(mut whole) = before else { return self };
        for (place, delta) in self.steps {
            *whole.steps.entry(place).or_insert(0) += delta;
        }
        whole
    }
}

/// How many shares so many people make up.
fn shares_of(people: usize) -> usize {
    people.div_ceil(LARGE).max(ENOUGH.min(people / SMALL)).clamp(1, MOST)
}

/// Begins to work on a share at once. One that is alone on its page is worked on where it is.
fn in_hands(
    shares: usize,
    mut desk: Desk,
    work: impl FnOnce(&mut Desk) -> Result<(), Failure> + Send + 'static,
) -> InHands {
    let work = move || work(&mut desk).map(|()| desk);
    if shares == 1 {
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
        assert_eq!([0, 1, 255, 300, 2_500, 40_000, 1_000_000].map(shares_of), [1, 1, 1, 2, 4, 40, 64]);
    }
}
