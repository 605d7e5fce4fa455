//! How often the crate and the naive evaluator agree: random dossiers, each on every day of ten years, by both of the
//! nation's packs, by one with every kind of criterion, and by all packs together.
//!
//! `cargo bench -p standards --bench agreement -- 100000`. Every thousand dossiers have a seed of their own, so the same
//! ones are compared however many cores there are. Ends with 1 where the two ever disagree.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on says so")]

#[path = "../tests/rules/agreement.rs"]
mod agreement;
#[path = "../tests/rules/dossier.rs"]
#[expect(dead_code, reason = "the tests ask for more kinds of facts than random dossiers do")]
mod dossier;
#[path = "../tests/rules/naive.rs"]
mod naive;
#[path = "../tests/rules/random.rs"]
mod random;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::agreement::{NATIONAL, RICH, SECOND, TEN_YEARS, disagreements, disagreements_by_every_pack};

/// So many dossiers have one seed.
const CHUNK: u64 = 1_000;

/// In how many ways each day is compared.
const WAYS: u64 = 4;

fn main() -> ExitCode {
    let dossiers = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let begun = Instant::now();
    let (next, cores) = (AtomicU64::new(0), std::thread::available_parallelism().map_or(1, usize::from));
    let disagreements: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(|| work(&next, dossiers))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let days = dossiers * WAYS * TEN_YEARS.len() as u64;
    println!(
        "{dossiers} dossiers, {days} days compared, {} agreements, {disagreements} disagreements, {:.0} s on {cores} cores",
        days - disagreements,
        begun.elapsed().as_secs_f64()
    );
    ExitCode::from(u8::from(disagreements > 0))
}

/// Takes one thousand after the other until all are taken; gives how many days disagree.
fn work(next: &AtomicU64, dossiers: u64) -> u64 {
    let mut found = 0;
    loop {
        let chunk = next.fetch_add(1, Ordering::Relaxed);
        let left = dossiers.saturating_sub(chunk * CHUNK);
        if left == 0 {
            return found;
        }
        found += compare(chunk, left.min(CHUNK));
    }
}

/// Compares the dossiers of one seed.
fn compare(chunk: u64, dossiers: u64) -> u64 {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&chunk.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = (random::a_dossier(), random::some_places());
    let mut found = 0;
    for number in 0..dossiers {
        let (facts, places) = strategy.new_tree(&mut runner).unwrap().current();
        let mut days = disagreements_by_every_pack(&facts, &places);
        for pack in [&*NATIONAL, &*SECOND, &*RICH] {
            days.extend(disagreements(&facts, &places, pack));
        }
        if let Some(first) = days.first() {
            eprintln!("dossier {number} of seed {chunk}: {first}");
        }
        found += days.len() as u64;
    }
    found
}
