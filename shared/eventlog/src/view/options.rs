//! How views are kept.

use std::time::Duration;

/// How views are kept.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// At most so many events of the log make up a page.
    pub page: u32,
    /// The same while a view is further behind than this: what a page changes more than once is written once.
    pub page_far_behind: u32,
    /// From so many events on a view in which nothing is yet is built in one go, where its projection knows how.
    pub in_one_go_from: u64,
    /// About so many lines make up a pile when a view is built in one go: it is in memory as a whole.
    pub pile: u64,
    /// So many bytes of payload end a page as well: a few events may be as large as thousands of others.
    pub page_bytes: usize,
    /// How long a worker waits for company once there is something new: a page costs the same for one event as for many.
    /// Nothing, unless whoever asks the view can wait as well.
    pub linger: Duration,
    /// How long a worker owns a view without a sign of life.
    pub lease: Duration,
    /// How often other processes' doings are looked for.
    pub poll: Duration,
    /// How long an old generation is kept after the swap, for whoever still reads it.
    pub retire_after: Duration,
    /// How long a generation of another version is kept after the last sign that a process still reads it.
    pub abandoned_after: Duration,
    /// How long [`Views::catch_up`](crate::Views::catch_up) waits for a view that stands still.
    pub stands_still: Duration,
    /// The same while this process is at a page of it, which takes minutes where it concerns very many people, or this or
    /// another process builds it in one go, which takes the better part of an hour of a nation.
    pub at_one_page: Duration,
    /// How many connections a view has at most.
    pub connections: u32,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            page: 1_000,
            page_far_behind: 16_000,
            in_one_go_from: 100_000,
            pile: 1 << 14,
            page_bytes: 16 << 20,
            linger: Duration::ZERO,
            lease: Duration::from_secs(1),
            poll: Duration::from_millis(250),
            retire_after: Duration::from_secs(5),
            abandoned_after: Duration::from_secs(600),
            stands_still: Duration::from_secs(60),
            at_one_page: Duration::from_secs(7_200),
            connections: 4,
        }
    }
}

impl WorkerOptions {
    /// How many events make up a page for a view that is so many behind.
    pub(crate) fn page_when(&self, behind: u64) -> usize {
        let far = behind > u64::from(self.page_far_behind);
        let page = if far { self.page.max(self.page_far_behind) } else { self.page };
        usize::try_from(page.max(1)).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_large_only_for_who_is_far_behind() {
        let options = WorkerOptions { page: 1_000, page_far_behind: 16_000, ..WorkerOptions::default() };
        assert_eq!([0, 16_000, 16_001].map(|behind| options.page_when(behind)), [1_000, 1_000, 16_000]);
        let small = WorkerOptions { page: 100, page_far_behind: 100, ..options };
        assert_eq!(small.page_when(1_000_000), 100);
    }
}
