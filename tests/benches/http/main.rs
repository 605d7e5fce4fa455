//! What the server does under load: how fast it answers beside an empty handler, and what becomes of more than it can do.
//!
//! The subject is the product's own program, in a process of its own, over a simulated registry (`--teachers N`). `wrk` asks
//! as fast as it is answered, round after round in turns: an empty handler of the same server, who is signed in, where
//! one teacher stands (many teachers in turn, by a provincial department that says what for) and coverage by province, of the
//! same day, which is handed out again while the log stands still, and of another day each time, which is not.
//! Beside the rate stands the processor time that the server's process took for a request, which a loaded machine
//! disturbs less. Then, round after round, verification is asked at half of that rate, evenly; and at five times, a fiftieth of
//! it writes, never waiting for answers: what is let in, how the rest is turned away, what the process holds in memory, whether
//! every acknowledged write is there afterwards, and when it is as before. Loopback only; some five minutes a database.
//!
//! `cargo xtask bench http -- --json` prints one line a goal.

mod figures;
mod open_loop;
mod subject;
mod wrk;

use std::time::Duration;

use testkit::Place;

use figures::{Figures, Load, Rates};
use open_loop::Asking;
use subject::Subject;

/// A round of `wrk` on one question.
const ROUND: Duration = Duration::from_secs(3);

/// Half of what it can do is asked for so long, and five times as much.
const STRETCH: Duration = Duration::from_secs(8);

/// After the crowd half of what it can do is asked for so long, to see when it is as before.
const AFTERWARDS: Duration = Duration::from_secs(10);

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let rounds = after("--rounds").map_or(Ok(5), |number| number.parse())?;
    let teachers = after("--teachers").map_or("3000", String::as_str).to_owned();
    let only = after("--on").cloned();
    wrk::look_for()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        for name in ["SQLite", "PostgreSQL"] {
            if only.as_ref().is_some_and(|only| !only.eq_ignore_ascii_case(name)) {
                continue;
            }
            let place = if name == "SQLite" { Place::sqlite() } else { Place::postgres().await };
            let subject = Subject::start(place, &teachers).await?;
            let figures = measure(&subject, rounds).await?;
            figures.print(name, json);
            subject.stop()?;
        }
        Ok(())
    })
}

async fn measure(subject: &Subject, rounds: u32) -> Outcome<Figures> {
    let mut rates = Rates::default();
    for round in 0..=rounds {
        for (at, question) in subject.questions().iter().enumerate() {
            let before = subject.cpu()?;
            let answered = wrk::ask(subject.address(), question, ROUND)?;
            let took = subject.cpu()?.saturating_sub(before);
            // The first round fills caches and pools of connections.
            if round > 0 {
                rates.note(at, &answered, took);
            }
        }
    }
    let capacity = rates.median(subject::VERIFICATION);
    let asking = Asking { address: subject.address(), request: &|number| subject.verification(number) };
    let before = subject.memory()?;
    let (mut loads, mut acknowledged, mut present) = (Vec::new(), 0, 0);
    for round in 0..rounds {
        let half = asking.evenly(capacity / 2.0, STRETCH).await;
        let mixed = |number: u64| match number.is_multiple_of(50) {
            true => subject.registration(u64::from(round), number),
            false => subject.verification(number),
        };
        let crowd = Asking { request: &mixed, ..asking }.evenly(capacity * 5.0, STRETCH).await;
        let afterwards = asking.evenly(capacity / 2.0, AFTERWARDS).await;
        let created = crowd.answers.iter().filter(|answer| answer.status == 201);
        for location in created.filter_map(|answer| answer.location.as_deref()) {
            acknowledged += 1;
            present += usize::from(subject.is_there(location).await?);
        }
        loads.push(Load { half, crowd, afterwards });
    }
    let during = subject.memory()?;
    Ok(Figures { rates, capacity, loads, before, during, acknowledged, present })
}
