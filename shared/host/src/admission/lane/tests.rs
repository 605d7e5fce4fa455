use super::*;

const MOMENT: Duration = Duration::from_millis(50);

fn lane(most: usize) -> Arc<Lane> {
    let again = Refused { after_seconds: 1, spread_seconds: 3 };
    Lane::new("test", Shape { least: 1, most, queue: 1, aim: Some(Duration::from_millis(100)), wait: MOMENT, again })
}

fn at_work(lane: &Lane) -> usize {
    lane.state().at_work
}

#[tokio::test]
async fn as_many_wait_as_are_at_work_and_the_next_is_turned_away_at_once() {
    let lane = lane(8);
    let (first, _second) = (lane.enter().await.unwrap(), lane.enter().await.unwrap());
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            tokio::spawn({
                let lane = Arc::clone(&lane);
                async move { lane.enter().await }
            })
        })
        .collect();
    tokio::task::yield_now().await;
    let asked = Instant::now();
    assert!(lane.enter().await.is_err());
    assert!(asked.elapsed() < MOMENT);
    drop(first);
    let mut waiting = waiting.into_iter();
    let third = waiting.next().unwrap().await.unwrap();
    assert!(third.is_ok(), "whoever came first is let in first");
    assert!(waiting.next().unwrap().await.unwrap().is_err(), "nobody waits longer than a moment");
    assert_eq!(at_work(&lane), 2);
    drop(third);
    assert!(lane.enter().await.is_ok());
}

#[tokio::test]
async fn whoever_gives_up_waiting_leaves_no_gap() {
    let lane = lane(1);
    let first = lane.enter().await.unwrap();
    let gone = tokio::time::timeout(Duration::from_millis(1), lane.enter()).await;
    assert!(gone.is_err());
    drop(first);
    assert_eq!(at_work(&lane), 0);
    assert!(lane.enter().await.is_ok());
}

#[tokio::test]
async fn who_stands_aside_lets_another_in_and_comes_back_without_waiting() {
    let lane = lane(1);
    let slow = Arc::new(lane.enter().await.unwrap());
    let aside = Slot::step_aside(&slow).unwrap();
    assert!(Slot::step_aside(&slow).is_none(), "it stands aside already");
    let other = lane.enter().await.unwrap();
    let slower = Arc::new(other);
    assert!(Slot::step_aside(&slower).is_none(), "as many stand aside as may be at work");
    drop(aside);
    assert_eq!(at_work(&lane), 2);
    drop((slow, slower));
    assert_eq!(at_work(&lane), 0);
}

#[test]
fn a_crowded_lane_is_narrowed_when_it_is_slow_and_widened_again_when_it_is_quick() {
    let lane = lane(64);
    let now = Instant::now();
    let mut turns = 0;
    let mut windows = |took_ms: u64, is_crowded: bool, count: u32| {
        for _ in 0..count {
            let mut state = lane.state();
            state.window.is_crowded = is_crowded;
            for _ in 0..TELLING {
                turns += 1;
                state.learn(Duration::from_millis(took_ms), &lane.shape, now + WINDOW * turns);
            }
        }
        lane.state().width()
    };
    assert_eq!(windows(2_000, false, 10), 16, "nobody had to wait");
    assert_eq!(windows(10, true, 40), 64);
    assert_eq!(windows(200, true, 1), 32);
    assert_eq!(windows(2_000, true, 20), 1, "never narrower than its least");
    assert_eq!(windows(10, true, 40), 64, "never wider than its most");
}
