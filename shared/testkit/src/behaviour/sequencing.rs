//! Orders about one stream that do not wait for each other.

use eventlog::{AppendError, Ordered, Refusal, Sequence, Version};

use crate::Place;
use crate::behaviour::appending::all;
use crate::behaviour::counter::{Ask, Counter, context, counter, order};

/// To go up by one, up to three.
const ASK: Ask = Ask::Add { amount: 1, limit: 3 };

fn give(sequence: &mut Sequence<Counter>, command: &str) -> Ordered {
    sequence.order(&context(command), &ASK, &[]).unwrap()
}

/// What an order leads to counts for the next one, although nothing has been written yet.
pub async fn an_order_counts_for_the_next_before_it_is_written(place: Place) {
    let log = place.open().await;
    let mut sequence = log.sequence_of_new::<Counter>(counter(1));
    let given: Vec<Ordered> = ["one", "two", "three"].map(|command| give(&mut sequence, command)).into();
    let refused = sequence.order(&context("four"), &ASK, &[]).unwrap_err();
    assert!(matches!(refused, Refusal::Rejected(_)), "{refused}");
    let nothing = sequence.order(&context("there already"), &Ask::Reach(3), &[]).unwrap();
    assert!(nothing.kinds.is_empty() && nothing.written().await.unwrap().is_none());
    for (version, ordered) in given.into_iter().enumerate() {
        assert_eq!(ordered.kinds, ["added"]);
        let receipt = ordered.written().await.unwrap().unwrap();
        assert_eq!(receipt.version(&counter(1)), Some(Version(version as u64 + 1)));
        assert!(!receipt.replayed);
    }
    assert_eq!(all(&log).await.len(), 3);
    log.close().await;
}

/// Given again from the beginning, orders are answered as before, whether or not the stream is read first.
pub async fn a_sequence_given_again_writes_nothing(place: Place) {
    let log = place.open().await;
    let commands = ["one", "two"];
    let mut first = log.sequence_of_new::<Counter>(counter(1));
    for command in commands {
        give(&mut first, command).written().await.unwrap();
    }
    let blind = log.sequence_of_new::<Counter>(counter(1));
    let seeing = log.sequence::<Counter>(counter(1)).await.unwrap();
    for mut again in [blind, seeing] {
        for command in commands {
            let receipt = give(&mut again, command).written().await.unwrap().unwrap();
            assert!(receipt.replayed, "{command}");
        }
        // It goes on where the first one ended.
        let stand = again.order(&context("three"), &ASK, &[]).unwrap().written().await.unwrap().unwrap();
        assert_eq!(stand.version(&counter(1)), Some(Version(3)));
    }
    assert_eq!(all(&log).await.len(), 3);
    log.close().await;
}

/// When others wrote to the stream, nothing of a sequence that did not see it is written.
pub async fn a_sequence_that_others_were_faster_than_writes_nothing(place: Place) {
    let log = place.open().await;
    let mut sequence = log.sequence_of_new::<Counter>(counter(1));
    log.execute::<Counter>(order("other", &counter(1), ASK)).await.unwrap();
    let refused = give(&mut sequence, "one").written().await.unwrap_err();
    assert!(matches!(refused, AppendError::WrongVersion { .. }), "{refused}");
    // By its version alone the second could be written: the stream is where it expects it, by the hand of others.
    let refused = give(&mut sequence, "two").written().await.unwrap_err();
    assert!(matches!(refused, AppendError::Broken), "{refused}");
    assert_eq!(all(&log).await.len(), 1);
    log.close().await;
}
