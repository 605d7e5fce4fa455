//! Piles: what the log has to say, sorted by what it is about, on disk and not in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::{Failure, Position, ViewError};

/// So many bytes of a pile are written at once.
const BLOCK: usize = 16 << 10;
/// What stands in front of a line: its subject, its position, its length.
const HEADER: usize = 16 + 8 + 4;

/// Lines about subjects, each on the pile of its subject. They are in one file, which has no name: nothing is left of it when
/// the process ends, however it ends.
#[derive(Debug)]
pub struct Piles {
    file: File,
    /// The least subject of every pile but the first.
    bounds: Vec<Uuid>,
    piles: Vec<Pile>,
    /// What goes where another one goes.
    along: BTreeMap<Uuid, Uuid>,
}

/// Where piles begin, so that each has at most about its share of the lines, of `piles`: by a sample of what the log is about, whose
/// ids may be random or begin with a time, and evenly, for what a view is about besides, such as single events.
pub(crate) fn bounds(mut sample: Vec<Uuid>, piles: u64) -> Vec<Uuid> {
    sample.sort_unstable();
    let share = |pile: u64| usize::try_from(u128::from(pile) * sample.len() as u128 / u128::from(piles)).ok();
    let sampled = (1..piles).filter_map(|pile| sample.get(share(pile)?).copied());
    let evenly = (1..piles).map(|pile| Uuid::from_u128(u128::MAX / u128::from(piles) * u128::from(pile)));
    let mut bounds: Vec<Uuid> = sampled.chain(evenly).collect();
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

/// A pile as it grows.
#[derive(Debug, Default)]
struct Pile {
    /// Where its blocks are in the file, and how long they are.
    blocks: Vec<(u64, usize)>,
    /// What is not in the file yet.
    rest: Vec<u8>,
}

impl Piles {
    /// Piles with these bounds, in a file in the folder.
    pub(crate) fn begin(folder: &Path, bounds: Vec<Uuid>) -> Result<Self, Failure> {
        let file = tempfile::tempfile_in(folder).map_err(sqlx::Error::Io)?;
        let piles = (0..=bounds.len()).map(|_| Pile::default()).collect();
        Ok(Self { file, bounds, piles, along: BTreeMap::new() })
    }

    /// Puts a line on the pile of its subject.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn put(&mut self, subject: Uuid, position: Position, line: &[u8]) -> Result<(), Failure> {
        let length = u32::try_from(line.len()).map_err(|_| Failure::corrupt("a line of more than 4 GiB"))?;
        let place = self.pile_of(subject);
        let pile = &mut self.piles[place];
        let whole = HEADER + line.len();
        if !pile.rest.is_empty() && pile.rest.len() + whole > BLOCK {
            let at = self.file.stream_position().map_err(sqlx::Error::Io)?;
            self.file.write_all(&pile.rest).map_err(sqlx::Error::Io)?;
            pile.blocks.push((at, pile.rest.len()));
            pile.rest.clear();
        }
        // All of a block at once: there are thousands of piles, and one that grows by doubling ends up with twice as much.
        pile.rest.reserve_exact(whole.max(BLOCK.saturating_sub(pile.rest.len())));
        for part in [&subject.as_bytes()[..], &position.0.to_le_bytes(), &length.to_le_bytes(), line] {
            pile.rest.extend_from_slice(part);
        }
        Ok(())
    }

    /// In the order of ids, so that tables by subject grow at their ends.
    fn pile_of(&self, subject: Uuid) -> usize {
        self.bounds.partition_point(|bound| *bound <= subject)
    }

    /// Sees to it that these subjects, and whoever is put together with either, are on one pile in the end: the last of
    /// theirs, so that whatever is on another is read before.
    pub fn put_together(&mut self, subjects: [Uuid; 2]) {
        let [one, other] = subjects.map(|subject| self.goes_along_with(subject));
        if one != other {
            let (leaves, stays) = if self.pile_of(one) < self.pile_of(other) { (one, other) } else { (other, one) };
            self.along.insert(leaves, stays);
        }
    }

    fn goes_along_with(&self, mut subject: Uuid) -> Uuid {
        while let Some(other) = self.along.get(&subject) {
            subject = *other;
        }
        subject
    }

    /// Takes a pile out: its lines, without those of subjects that go on to a later one.
    fn take(&mut self, place: usize) -> Result<Vec<u8>, Failure> {
        let bytes = std::mem::take(&mut self.piles[place]).bytes(&self.file)?;
        if self.along.is_empty() {
            return Ok(bytes);
        }
        let mut own = Vec::with_capacity(bytes.len());
        for line in lines(&bytes) {
            let (line, whole) = line?;
            let to = self.pile_of(self.goes_along_with(line.subject));
            let pile = if to > place { &mut self.piles[to].rest } else { &mut own };
            pile.extend_from_slice(whole);
        }
        Ok(own)
    }

    /// The piles as they are now, to be read until somebody says stop.
    pub(crate) fn sorted(self, stop: watch::Receiver<bool>) -> SortedPiles {
        SortedPiles { piles: self, stop }
    }
}

impl Pile {
    /// Every line of it.
    fn bytes(self, mut file: &File) -> Result<Vec<u8>, sqlx::Error> {
        let mut bytes =
            Vec::with_capacity(self.blocks.iter().map(|(_, length)| length).sum::<usize>() + self.rest.len());
        for (at, length) in self.blocks {
            file.seek(SeekFrom::Start(at)).map_err(sqlx::Error::Io)?;
            let read = file.take(length as u64).read_to_end(&mut bytes).map_err(sqlx::Error::Io)?;
            if read < length {
                return Err(sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into()));
            }
        }
        bytes.extend(self.rest);
        Ok(bytes)
    }
}

/// Piles that are complete.
#[derive(Debug)]
pub struct SortedPiles {
    piles: Piles,
    stop: watch::Receiver<bool>,
}

impl SortedPiles {
    /// Reads pile after pile, each in the order of its positions, one ahead of whoever takes them.
    pub fn read<T: Send + 'static>(
        self,
        mut item: impl FnMut(Uuid, Position, &[u8]) -> Result<T, Failure> + Send + 'static,
    ) -> PileReader<T> {
        let Self { mut piles, stop } = self;
        let (sender, read) = mpsc::channel(1);
        let task = tokio::task::spawn_blocking(move || {
            for place in 0..piles.piles.len() {
                // Before it is read: one that waits to be sent would be one more in memory.
                let Ok(permit) = Handle::current().block_on(sender.reserve()) else {
                    // There is nobody any more to take it.
                    break;
                };
                let bytes = piles.take(place)?;
                let mut lines = lines(&bytes).map(|line| Ok(line?.0)).collect::<Result<Vec<Line>, Failure>>()?;
                lines.sort_by_key(|line| line.position);
                if lines.is_empty() {
                    continue;
                }
                let pile = lines.into_iter().map(|line| item(line.subject, line.position, line.content));
                permit.send(pile.collect::<Result<_, _>>()?);
            }
            Ok(())
        });
        PileReader { piles: read, task: Some(task), stop }
    }
}

/// Piles as they are read.
#[derive(Debug)]
pub struct PileReader<T> {
    piles: mpsc::Receiver<Vec<T>>,
    task: Option<JoinHandle<Result<(), Failure>>>,
    stop: watch::Receiver<bool>,
}

impl<T> PileReader<T> {
    /// The next pile on which there is something; none after the last.
    ///
    /// # Errors
    /// When it cannot be read, or whoever builds should stop.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, ViewError> {
        if *self.stop.borrow() || self.stop.has_changed().is_err() {
            return Err(ViewError::Stopped);
        }
        if let Some(pile) = self.piles.recv().await {
            return Ok(Some(pile));
        }
        if let Some(task) = self.task.take() {
            task.await.map_err(|_| Failure::corrupt("the task that reads piles ended early"))??;
        }
        Ok(None)
    }
}

/// The lines of a pile, each with the bytes that it is.
fn lines(mut rest: &[u8]) -> impl Iterator<Item = Result<(Line<'_>, &[u8]), Failure>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some((line, after)) = Line::first_of(rest) else {
            rest = &[];
            return Some(Err(Failure::corrupt("a pile is cut off")));
        };
        let whole = &rest[..rest.len() - after.len()];
        rest = after;
        Some(Ok((line, whole)))
    })
}

/// A line with what stands in front of it.
struct Line<'a> {
    subject: Uuid,
    position: Position,
    content: &'a [u8],
}

impl<'a> Line<'a> {
    /// The first line, and what comes after it; none at the end.
    fn first_of(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let subject = Uuid::from_slice(&header[..16]).ok()?;
        let position = Position(u64::from_le_bytes(header[16..24].try_into().ok()?));
        let length = u32::from_le_bytes(header[24..].try_into().ok()?);
        let (content, rest) = rest.split_at_checked(length as usize)?;
        Some((Self { subject, position, content }, rest))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    async fn read(piles: Piles) -> Vec<Vec<(u64, String)>> {
        let (_keep, stop) = watch::channel(false);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut reading = piles.sorted(stop).read(move |_, position, line| Ok((position.0, text(line))));
        let mut read = Vec::new();
        while let Some(pile) = reading.next().await.unwrap() {
            read.push(pile);
        }
        read
    }

    /// So many piles, for subjects that are spread evenly.
    fn begin(piles: u128) -> Piles {
        let bounds = (1..piles).map(|pile| Uuid::from_u128(u128::MAX / piles * pile)).collect();
        Piles::begin(&std::env::temp_dir(), bounds).unwrap()
    }

    #[tokio::test]
    async fn a_subject_is_in_one_pile_in_the_order_of_positions() {
        let mut piles = begin(5);
        for position in (1..=1_000).rev() {
            let subject = Uuid::from_u128((position % 50) * (u128::MAX / 50));
            piles.put(subject, Position(position as u64), subject.to_string().as_bytes()).unwrap();
        }
        let read = read(piles).await;
        assert_eq!(read.len(), 5);
        let mut subjects = BTreeSet::new();
        for pile in &read {
            assert!(pile.is_sorted(), "{pile:?}");
            let here: BTreeSet<_> = pile.iter().map(|(_, subject)| subject.clone()).collect();
            assert!(subjects.is_disjoint(&here));
            subjects.extend(here);
        }
        assert_eq!((subjects.len(), read.iter().map(Vec::len).sum::<usize>()), (50, 1_000));
        assert!(read.iter().all(|pile| !pile.is_empty()), "control: there is something on every pile");
    }

    #[tokio::test]
    async fn what_is_cut_off_is_no_end() {
        let mut piles = begin(1);
        piles.put(Uuid::nil(), Position(1), b"whole").unwrap();
        piles.put(Uuid::nil(), Position(2), b"cut off").unwrap();
        piles.piles[0].rest.pop();
        let (_keep, stop) = watch::channel(false);
        let mut reading = piles.sorted(stop).read(|_, _, line| Ok(line.len()));
        let failed = reading.next().await.unwrap_err().to_string();
        assert!(failed.contains("cut off"), "{failed}");
    }

    #[test]
    fn no_pile_is_much_larger_than_its_share_however_ids_were_made() {
        let named = |number: u32| Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_le_bytes());
        // Most of these begin with one instant, and the others with one that is years later.
        let timed = |number: u32| {
            let millis = if number.is_multiple_of(10) { 1_800_000_000_000 } else { 1_600_000_000_000 };
            let chance = named(number).into_bytes();
            uuid::Builder::from_unix_timestamp_millis(millis, chance.first_chunk().unwrap()).into_uuid()
        };
        let mixed = |number: u32| if number.is_multiple_of(2) { named(number) } else { timed(number) };
        // What the log is about, and what lines are about.
        let made: [[&dyn Fn(u32) -> Uuid; 2]; 5] =
            [[&named, &named], [&timed, &timed], [&mixed, &mixed], [&timed, &named], [&timed, &mixed]];
        for [log, lines] in made {
            let bounds = bounds((0..5_000).step_by(31).map(log).collect(), 5);
            let piles = Piles::begin(&std::env::temp_dir(), bounds).unwrap();
            let mut ids: Vec<Uuid> = (0..5_000).map(lines).collect();
            let mut sizes = vec![0; piles.piles.len()];
            ids.iter().for_each(|id| sizes[piles.pile_of(*id)] += 1);
            assert!(sizes.iter().all(|size| *size < 1_500), "{sizes:?}");
            ids.sort_unstable();
            assert!(ids.iter().map(|id| piles.pile_of(*id)).is_sorted());
        }
    }

    #[test]
    fn piles_begin_at_different_subjects() {
        let [one, half] = [Uuid::from_u128(1), Uuid::from_u128(u128::MAX / 2)];
        assert_eq!(bounds(vec![one; 3], 1), Vec::<Uuid>::new());
        assert_eq!(bounds(vec![], 2), [half]);
        assert_eq!(bounds(vec![one], 2), [one, half]);
        assert_eq!(bounds(vec![one; 9], 4)[..2], [one, Uuid::from_u128(u128::MAX / 4)]);
    }

    #[tokio::test]
    async fn who_is_put_together_is_on_the_last_of_their_piles_with_everything_from_before() {
        let mut piles = begin(5);
        let [a, b, c, d] = [1_u128, 15, 30, 60].map(|number| Uuid::from_u128(number << 122));
        for (position, subject) in (1..).zip([a, b, c, d, b, a]) {
            piles.put(subject, Position(position), b"x").unwrap();
        }
        piles.put_together([b, a]);
        piles.put(a, Position(7), b"x").unwrap();
        piles.put_together([a, c]);
        piles.put_together([b, c]);
        let positions = |pile: &Vec<(u64, String)>| pile.iter().map(|(position, _)| *position).collect::<Vec<_>>();
        let read: Vec<_> = read(piles).await.iter().map(positions).collect();
        assert_eq!(read, [vec![1, 2, 3, 5, 6, 7], vec![4]]);
    }

    #[tokio::test]
    async fn nobody_reads_on_after_a_stop() {
        let (stopping, stop) = watch::channel(false);
        let mut reading = begin(1).sorted(stop).read(|_, _, _| Ok(()));
        stopping.send_replace(true);
        assert!(matches!(reading.next().await, Err(ViewError::Stopped)));
    }
}
