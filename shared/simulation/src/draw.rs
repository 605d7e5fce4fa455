//! Chance that comes from the seed: every thing draws from a source of its own, so that it can be drawn again alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// What is drawn. A topic's number is part of every registry that was drawn: none is ever used for something else.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Topic {
    School = 1,
    Site = 2,
    Person = 3,
    Identity = 4,
    Career = 5,
    Sessions = 6,
    Placements = 7,
    Recognition = 8,
    Team = 9,
    Report = 11,
}

/// A source of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The source of one thing.
    pub(crate) fn new(seed: u64, scale: u64, topic: Topic, index: u64) -> Self {
        let mut bytes = [0; 32];
        for (place, number) in bytes.chunks_exact_mut(8).zip([seed, scale, topic as u64, index]) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A number below `end`; 0 when there is none.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        // The bias of a 64-bit product is far below anything that a share could show.
        let wide = u128::from(self.0.next_u64()) * u128::from(end);
        u32::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    pub(crate) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// A number of days from `first` to `last`, both included.
    pub(crate) fn days(&mut self, first: u32, last: u32) -> i32 {
        i32::try_from(self.between(first, last)).unwrap_or(0)
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&mut self, share: u32) -> bool {
        self.below(1_000) < share
    }

    /// One of these; there must be one.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(u32::try_from(among.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// One of these, each as often as its weight says; there must be one.
    pub(crate) fn weighted<T: Copy>(&mut self, among: &[(T, u32)]) -> T {
        let mut left = self.below(among.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in among {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        among[0].0
    }

    /// Puts them into another order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(u32::try_from(last).unwrap_or(u32::MAX) + 1) as usize;
            items.swap(last, other);
        }
    }

    /// Fills the bytes.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(index: u64) -> Draw {
        Draw::new(1, 2, Topic::Person, index)
    }

    #[test]
    fn a_thing_draws_the_same_again_and_another_thing_draws_otherwise() {
        let numbers = |mut draw: Draw| (0..20).map(|_| draw.below(1_000)).collect::<Vec<_>>();
        assert_eq!(numbers(draw(1)), numbers(draw(1)));
        assert_ne!(numbers(draw(1)), numbers(draw(2)));
        assert_eq!(numbers(draw(7))[..3], numbers(draw(7))[..3]);
    }

    #[test]
    fn every_number_of_a_range_is_drawn_and_no_other() {
        let mut draw = draw(3);
        let seen: std::collections::BTreeSet<u32> = (0..500).map(|_| draw.between(3, 9)).collect();
        assert_eq!(seen, (3..=9).collect());
        assert_eq!(draw.below(0), 0);
    }

    #[test]
    fn a_share_comes_out_near_itself() {
        let mut draw = draw(4);
        let hits = (0..100_000).filter(|_| draw.per_mille(560)).count();
        assert!((55_000..57_000).contains(&hits), "{hits}");
        let heavy = (0..100_000).filter(|_| draw.weighted(&[('a', 9), ('b', 1)]) == 'a').count();
        assert!((89_000..91_000).contains(&heavy), "{heavy}");
    }
}
