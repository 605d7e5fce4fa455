//! A lane: so many are at work, some wait, in the order in which they came; the rest is turned away at once.
//!
//! As many at work as take too long are too many: by Little's law a lane's width is what it gets done a second times how
//! long that takes, so that a lane whose requests take twice as long as they should is halved. Only a lane that somebody
//! had to wait for is measured: slow requests that nobody waits behind are no sign of anything.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// How often the width is thought over.
const WINDOW: Duration = Duration::from_millis(100);

/// Of so few requests one does not learn how long they take.
const TELLING: u32 = 5;

/// What a lane is like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// It is never narrower.
    pub least: usize,
    /// It is never wider.
    pub most: usize,
    /// For each that may be at work, so many may wait.
    pub queue: usize,
    /// How long a request should be at work; none where the width never changes.
    pub aim: Option<Duration>,
    /// How long a request waits at most.
    pub wait: Duration,
    /// When a request that was not let in is worth another try.
    pub again: Refused,
}

/// A request that was not let in, and when it is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    /// After so many seconds at the earliest.
    pub(super) after_seconds: u32,
    /// And within so many seconds from then on.
    pub(super) spread_seconds: u32,
}

/// A lane.
#[derive(Debug)]
pub(crate) struct Lane {
    name: &'static str,
    shape: Shape,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// How many may be at work: a fraction, so that slow growth adds up.
    width: f64,
    at_work: usize,
    /// Those who have stepped aside.
    aside: usize,
    queue: VecDeque<oneshot::Sender<Slot>>,
    window: Window,
}

/// What the lane has seen since its width was thought over.
#[derive(Debug)]
struct Window {
    began: Instant,
    ended: u32,
    took: Duration,
    /// Whether anybody had to wait.
    is_crowded: bool,
}

impl Window {
    fn new(began: Instant) -> Self {
        Self { began, ended: 0, took: Duration::ZERO, is_crowded: false }
    }
}

impl State {
    fn width(&self) -> usize {
        // It lies between two small whole numbers.
        self.width as usize
    }

    fn has_room(&self) -> bool {
        self.at_work < self.width()
    }

    /// Takes in how long a request was at work, and widens or narrows the lane when it is time.
    fn learn(&mut self, took: Duration, shape: &Shape, now: Instant) {
        let Some(aim) = shape.aim else { return };
        let window = &mut self.window;
        window.ended += 1;
        window.took += took;
        if window.ended < TELLING || now.duration_since(window.began) < WINDOW {
            return;
        }
        if window.is_crowded {
            let mean = window.took.as_secs_f64() / f64::from(window.ended);
            let factor = (aim.as_secs_f64() / mean.max(1e-6)).clamp(0.5, 1.25);
            self.width = (self.width * factor).clamp(shape.least as f64, shape.most as f64);
        }
        self.window = Window::new(now);
    }
}

impl Lane {
    pub(super) fn new(name: &'static str, shape: Shape) -> Arc<Self> {
        // How quick it is will show: a crowd that comes at once is not let in as one.
        let first = if shape.aim.is_some() { (shape.most / 4).max(shape.least) } else { shape.most };
        let (width, window) = (first as f64, Window::new(Instant::now()));
        let state = State { width, at_work: 0, aside: 0, queue: VecDeque::new(), window };
        Arc::new(Self { name, shape, state: Mutex::new(state) })
    }

    /// Room at work, once there is any.
    ///
    /// # Errors
    /// At once when as many wait as may; a moment later when it is not this one's turn by then.
    pub(super) async fn enter(self: &Arc<Self>) -> Result<Slot, Refused> {
        let came = Instant::now();
        let turn = {
            let mut state = self.state();
            if state.queue.is_empty() && state.has_room() {
                state.at_work += 1;
                drop(state);
                self.note_wait(Duration::ZERO);
                return Ok(Slot::new(self));
            }
            state.window.is_crowded = true;
            let most_waiting = state.width() * self.shape.queue;
            if state.queue.len() >= most_waiting {
                state.queue.retain(|waiting| !waiting.is_closed());
            }
            if state.queue.len() >= most_waiting {
                drop(state);
                return Err(self.refuse("full"));
            }
            let (call, turn) = oneshot::channel();
            state.queue.push_back(call);
            turn
        };
        match tokio::time::timeout(self.shape.wait, turn).await {
            Ok(Ok(mut slot)) => {
                self.note_wait(came.elapsed());
                slot.since = Instant::now();
                Ok(slot)
            }
            _ => Err(self.refuse("late")),
        }
    }

    /// How full it is.
    pub(super) fn measure(&self) {
        let (at_work, waiting, aside, width) = {
            let state = self.state();
            (state.at_work, state.queue.iter().filter(|call| !call.is_closed()).count(), state.aside, state.width())
        };
        let counts = [("at_work", at_work), ("waiting", waiting), ("aside", aside), ("width", width)];
        for (what, count) in counts {
            metrics::gauge!("shuangshi_requests", "lane" => self.name, "count" => what).set(count as f64);
        }
    }

    fn note_wait(&self, waited: Duration) {
        metrics::histogram!("shuangshi_request_wait_seconds", "lane" => self.name).record(waited.as_secs_f64());
    }

    fn refuse(&self, why: &'static str) -> Refused {
        metrics::counter!("shuangshi_requests_refused_total", "lane" => self.name, "why" => why).increment(1);
        self.shape.again
    }

    /// Somebody has left: calls as many as there is room for now.
    fn left(self: &Arc<Self>, change: impl FnOnce(&mut State)) {
        let mut called = Vec::new();
        {
            let mut state = self.state();
            change(&mut state);
            while state.has_room()
                && let Some(next) = state.queue.pop_front()
            {
                if !next.is_closed() {
                    state.at_work += 1;
                    called.push(next);
                }
            }
        }
        for call in called {
            // Whoever has given up meanwhile hands the slot back, and with it the turn: it leaves like any other.
            drop(call.send(Slot::new(self)));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room for one request at work. It is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    lane: Arc<Lane>,
    since: Instant,
    /// Parts of a request are read at the same time: one of them is enough to stand aside for.
    is_aside: AtomicBool,
    aside_us: AtomicU64,
}

impl Slot {
    fn new(lane: &Arc<Lane>) -> Self {
        Self {
            lane: Arc::clone(lane),
            since: Instant::now(),
            is_aside: AtomicBool::new(false),
            aside_us: AtomicU64::new(0),
        }
    }

    /// Lets somebody else in until the answer is dropped. None when it stands aside already, or so many do that they
    /// would come back as a crowd.
    pub(super) fn step_aside(slot: &Arc<Self>) -> Option<Aside> {
        if slot.is_aside.swap(true, Ordering::Relaxed) {
            return None;
        }
        let (lane, mut is_crowded) = (&slot.lane, false);
        lane.left(|state| {
            is_crowded = state.aside >= lane.shape.most;
            if !is_crowded {
                state.aside += 1;
                state.at_work -= 1;
            }
        });
        slot.is_aside.store(!is_crowded, Ordering::Relaxed);
        (!is_crowded).then(|| Aside { slot: Arc::clone(slot), since: Instant::now() })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let aside = Duration::from_micros(self.aside_us.load(Ordering::Relaxed));
        let (now, shape) = (Instant::now(), self.lane.shape);
        let took = now.duration_since(self.since).saturating_sub(aside);
        self.lane.left(|state| {
            state.at_work -= 1;
            state.learn(took, &shape, now);
        });
    }
}

/// Somebody who stands aside. Dropped, they are back at work, for which they need not wait again.
#[derive(Debug)]
pub(super) struct Aside {
    slot: Arc<Slot>,
    since: Instant,
}

impl Drop for Aside {
    fn drop(&mut self) {
        let waited = u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.slot.aside_us.fetch_add(waited, Ordering::Relaxed);
        let mut state = self.slot.lane.state();
        state.aside -= 1;
        state.at_work += 1;
        self.slot.is_aside.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
