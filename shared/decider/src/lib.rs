//! The write-model trait, and given / when / then for its tests.
//!
//! A write model is pure: a state folded from a stream's events, a command, and out come events or a rejection. The
//! crate refuses to know how events are stored.

use kernel::{Day, DomainEvent, EventId};

/// A write model.
pub trait Decider {
    /// What a stream's events add up to. `Default` is the stream that does not exist yet.
    type State: Default + Clone + Send + Sync;
    /// What is asked for.
    type Command: Send + Sync;
    /// What happened.
    type Event: DomainEvent;
    /// The domain saying no.
    type Rejection: std::error::Error + Send + Sync + 'static;

    /// Which events the command leads to in this state; none when everything it asks for is already so.
    ///
    /// # Errors
    /// When the domain says no.
    fn decide(state: &Self::State, command: &Self::Command) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// The day by which what the command says has happened, where it has to have: it cannot be put on record earlier. None
    /// for what may be settled ahead, such as a post that begins next month.
    fn happened_by(_: &Self::Command) -> Option<Day> {
        None
    }

    /// The state after one more event. The only place where state changes.
    fn evolve(state: &mut Self::State, event: &Self::Event, id: EventId);
}

/// Given these events, when this command is asked for, then … — the result of a decision, to assert on.
///
/// Event ids are numbered in order, as `fact(0)`, `fact(1)`, …
///
/// # Errors
/// What the write model rejects.
pub fn decide_given<D: Decider>(given: &[D::Event], when: &D::Command) -> Result<Vec<D::Event>, D::Rejection> {
    let mut state = D::State::default();
    for (index, event) in given.iter().enumerate() {
        D::evolve(&mut state, event, fact(index));
    }
    D::decide(&state, when)
}

/// The id that [`decide_given`] gives to the `index`-th given event.
pub fn fact(index: usize) -> EventId {
    EventId::of(kernel::CommandId::derived("given"), index)
}
