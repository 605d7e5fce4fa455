//! The rows and events that both sides write, and the clients that write them.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::Outcome;

/// The streams of a client.
pub(crate) const STREAMS: u64 = 50;
/// The bytes of a payload.
const PAYLOAD: usize = 190;

/// Who writes: no two writers of a run share a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer {
    /// The kind of figure, so that none continues the streams of another.
    pub(crate) figure: u64,
    /// The round.
    pub(crate) round: u64,
    /// The client.
    pub(crate) client: u64,
}

impl Writer {
    /// Its stream for its event of this number.
    pub(crate) fn stream(self, number: u64) -> Uuid {
        self.mixed(number % STREAMS, 1)
    }

    /// The id of its request of this number.
    pub(crate) fn request(self, number: u64) -> Uuid {
        self.mixed(number, 2)
    }

    /// Spreads streams and requests as chance would, the same in every run.
    fn mixed(self, number: u64, kind: u64) -> Uuid {
        let half = |salt: u64| {
            [self.figure, self.round, self.client, number, kind].into_iter().fold(salt, |seed, part| mix(seed ^ part))
        };
        Uuid::from_u64_pair(half(1), half(2))
    }
}

/// The finaliser of SplitMix64.
fn mix(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// A payload as the registry writes them: ids, a few words, a number.
pub(crate) fn payload(number: u64) -> String {
    let mut text = format!(
        r#"{{"held":{{"session":"{}","hours":"{}.5","result":"passed","roster":[{},{}],"note":""#,
        Uuid::from_u64_pair(mix(number), number),
        number % 90,
        number % 400,
        number % 17,
    );
    let ending = r#""}}"#;
    let room = PAYLOAD.saturating_sub(text.len() + ending.len());
    text.extend(std::iter::repeat_n('n', room));
    text + ending
}

/// Lets so many clients work until a slice of time is over; answers how many events a second they wrote.
pub(crate) async fn drive<F>(clients: u64, slice: Duration, client: impl Fn(u64, Instant) -> F) -> Outcome<f64>
where
    F: Future<Output = Outcome<u64>> + Send + 'static,
{
    let began = Instant::now();
    let until = began + slice;
    let tasks = try_join_all((0..clients).map(|number| tokio::spawn(client(number, until)))).await?;
    let written: u64 = tasks.into_iter().sum::<Outcome<u64>>()?;
    Ok(rate(written, began.elapsed()))
}

/// So many a second.
pub(crate) fn rate(events: u64, elapsed: Duration) -> f64 {
    events as f64 / elapsed.as_secs_f64()
}
