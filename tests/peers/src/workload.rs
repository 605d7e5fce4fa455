//! The facts that everybody writes, and who writes them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The streams of a client.
pub(crate) const STREAMS: u64 = 50;
/// How many streams are fought over.
pub(crate) const HOT_STREAMS: u64 = 4;
/// The bytes of a payload.
const PAYLOAD: usize = 190;

/// A fact as the registry writes them: ids, a few words, a number. Everybody who reads parses it into this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fact {
    /// A session was held.
    #[serde(rename = "held")]
    Held {
        /// Which.
        session: Uuid,
        /// How long.
        hours: String,
        /// What came of it.
        result: String,
        /// Who was there.
        roster: Vec<u64>,
        /// What fills it up.
        note: String,
    },
}

impl Fact {
    /// The fact of this number, which has as many bytes as every other when `besides` bytes are stored with it.
    pub(crate) fn of(number: u64, besides: usize) -> Self {
        let session = Uuid::from_u64_pair(mix(number), number);
        let hours = format!("{}.5", number % 90);
        let roster = vec![number % 400, number % 17];
        let held = |note: String| Self::Held {
            session,
            hours: hours.clone(),
            result: "passed".to_owned(),
            roster: roster.clone(),
            note,
        };
        // What is not the note: the braces and names, the values, and what else the store puts into the payload.
        let digits: usize = roster.iter().map(|who| who.to_string().len()).sum();
        let frame = r#"{"held":{"session":"","hours":"","result":"passed","roster":[,],"note":""}}"#.len();
        let room = PAYLOAD.saturating_sub(frame + 36 + hours.len() + digits + besides);
        held("n".repeat(room))
    }
}

/// The payload of this number.
pub(crate) fn payload(number: u64) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Fact::of(number, 0))
}

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
    /// Who fills the log that is replayed, a thousand events a block.
    pub(crate) fn of_block(block: u64) -> Self {
        Self { figure: 0, round: 0, client: block }
    }

    /// Its stream for its event of this number.
    pub(crate) fn stream(self, number: u64) -> Uuid {
        self.mixed(number % STREAMS, 1)
    }

    /// The id of its request of this number.
    pub(crate) fn request(self, number: u64) -> Uuid {
        self.mixed(number, 2)
    }

    /// One of the streams that all clients of a figure fight over.
    pub(crate) fn hot_stream(self) -> Uuid {
        Self { client: self.client % HOT_STREAMS, ..self }.mixed(0, 3)
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

/// So many a second.
pub(crate) fn rate(events: u64, elapsed: Duration) -> f64 {
    events as f64 / elapsed.as_secs_f64()
}

/// The rate, when nothing is missing.
pub(crate) fn rate_of_all(seen: u64, events: u64, elapsed: Duration) -> crate::Outcome<f64> {
    if seen == events { Ok(rate(seen, elapsed)) } else { Err(format!("{seen} of {events} were read").into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_has_the_same_length() {
        for number in [0, 9, 89, 400, 123_456] {
            assert_eq!(payload(number).unwrap().len(), PAYLOAD);
        }
    }
}
