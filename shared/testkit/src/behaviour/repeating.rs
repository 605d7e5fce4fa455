//! The same request, sent again.

use eventlog::{AppendError, Expected, Recorded, Refusal, Version};
use futures_util::future::join_all;

use crate::Place;
use crate::behaviour::appending::all;
use crate::behaviour::counter::{Ask, Counter, append, counter, key, order};

/// Every event id stands once.
fn once(events: &[Recorded], expected: usize) -> Result<(), String> {
    let mut ids: Vec<_> = events.iter().map(|event| event.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if events.len() == expected && ids.len() == expected {
        Ok(())
    } else {
        Err(format!("{} events with {} ids where {expected} are due", events.len(), ids.len()))
    }
}

/// An append with the same command and expectations is answered with what stands, also in the same commit.
pub async fn a_command_sent_again_is_answered_as_before(place: Place) {
    let logs = [place.open().await, place.open().await];
    let two = [(counter(1), Expected::None), (counter(2), Expected::None)];
    let answers = join_all((0..10).map(|index| logs[index % 2].append(append("again", &two)))).await;
    let mut receipts: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().filter(|receipt| !receipt.replayed).count(), 1);
    for receipt in &mut receipts {
        receipt.replayed = false;
    }
    receipts.dedup();
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert_eq!(once(&all(&logs[0]).await, 2), Ok(()));

    logs[0].append(append("later", &[(counter(1), Expected::Exact(Version(1)))])).await.unwrap();
    let receipt = logs[1].append(append("again", &two)).await.unwrap();
    assert!(receipt.replayed && receipt.versions == receipts[0].versions, "also after the streams moved on");
    let other = logs[1].append(append("other", &two)).await.unwrap_err();
    assert!(matches!(other, AppendError::WrongVersion { actual: Version(2), .. }), "another command is no repetition");
    assert_eq!(once(&all(&logs[0]).await, 3), Ok(()));

    // Control: what is appended expecting nothing, and without a key, is written twice.
    for _ in 0..2 {
        logs[0].append(append("double", &[(counter(3), Expected::Any)])).await.unwrap();
    }
    assert!(once(&all(&logs[0]).await, 4).is_err());
}

/// An order with the same command id is answered as before, whatever the domain would say by now.
pub async fn an_order_sent_again_is_answered_as_before(place: Place) {
    let log = place.open().await;
    let first = order("first", &counter(1), Ask::Add { amount: 1, limit: 2 });
    let receipt = log.execute::<Counter>(first.clone()).await.unwrap();
    assert!(!receipt.replayed);
    log.execute::<Counter>(order("second", &counter(1), Ask::Add { amount: 1, limit: 2 })).await.unwrap();
    let again = log.execute::<Counter>(first).await.unwrap();
    assert!(again.replayed);
    assert_eq!((again.events, again.versions), (receipt.events, receipt.versions));
    assert_eq!(once(&all(&log).await, 2), Ok(()));

    // Control: under another command id the domain is asked, and the counter is full.
    let third = log.execute::<Counter>(order("third", &counter(1), Ask::Add { amount: 1, limit: 2 })).await;
    assert!(matches!(third, Err(Refusal::Rejected(_))));
}

/// A caller's key names one request for ever: the same content is answered as before, another is refused.
pub async fn a_caller_key_sent_again_is_answered_as_before(place: Place) {
    let logs = [place.open().await, place.open().await];
    let keyed = |command: &str, content: u8| {
        let mut append = append(command, &[(counter(1), Expected::Any), (counter(2), Expected::Any)]);
        append.context.key = Some(key("request-1", content));
        append
    };
    // A client that sends again may well have made up a new command id.
    let answers = join_all((0..10).map(|index| logs[index % 2].append(keyed(&format!("try {index}"), 7)))).await;
    let receipts: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().filter(|receipt| !receipt.replayed).count(), 1);
    assert!(receipts.iter().all(|receipt| receipt.events == receipts[0].events));
    assert_eq!(once(&all(&logs[0]).await, 2), Ok(()));
    let reused = logs[1].append(keyed("try", 8)).await.unwrap_err();
    assert!(matches!(reused, AppendError::KeyReused));

    let mut wish = order("wish", &counter(1), Ask::Reach(1));
    wish.context.key = Some(key("request-2", 1));
    let nothing = logs[0].execute::<Counter>(wish.clone()).await.unwrap();
    assert!(nothing.events.is_empty() && !nothing.replayed);
    wish.command = Ask::Reach(5);
    let again = logs[1].execute::<Counter>(wish.clone()).await.unwrap();
    assert!(again.events.is_empty() && again.replayed, "also a request that had nothing to change is remembered");
    wish.context.key = Some(key("request-2", 2));
    assert!(matches!(logs[1].execute::<Counter>(wish).await, Err(Refusal::KeyReused)));
    assert_eq!(once(&all(&logs[0]).await, 2), Ok(()));

    // Control: another key is another request.
    let mut other = keyed("other", 7);
    other.context.key = Some(key("request-3", 7));
    logs[0].append(other).await.unwrap();
    assert!(once(&all(&logs[0]).await, 2).is_err());
}
