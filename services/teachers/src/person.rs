//! A person as the log has them: the entry that stands for the person, and every entry that was merged into it.

use contracts::Code;
use eventlog::{StreamId, Version};
use events::{SealedIdentity, TeacherEvent};
use host::{App, Failure, Right};
use kernel::{EventId, OrganisationId, Reach, TeacherId};
use vault::{Identity, VaultError};

use crate::teacher::{Fact, State, Teacher};

/// A person with every entry of the register that is theirs.
pub struct Person {
    /// The entry that stands for the person.
    pub keeper: TeacherId,
    /// The entries, the keeper first.
    pub entries: Vec<Entry>,
}

/// One entry of the register.
pub struct Entry {
    /// Its id.
    pub teacher: TeacherId,
    /// What its events add up to.
    pub state: State,
    /// How many they are.
    pub version: Version,
}

/// What sealed data is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The everyday work of the registry: not when processing is restricted to storage.
    Everyday,
    /// A duty to the person themself, such as showing them their own record: also then.
    Duty,
}

impl Opening {
    /// The person themself sees their data even while it may otherwise only be stored.
    pub fn of(right: &Right) -> Self {
        if right.held().is_none() { Self::Duty } else { Self::Everyday }
    }
}

impl Person {
    /// Loads the person for whom this entry stands.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn load(app: &App, keeper: TeacherId) -> Result<Self, Failure> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut waiting = vec![keeper];
        while let Some(teacher) = waiting.pop() {
            if entries.iter().any(|entry| entry.teacher == teacher) {
                continue;
            }
            let (state, version) = app.log().load::<Teacher>(&stream(teacher)).await?;
            waiting.extend(state.merged().map(|(other, _)| other));
            entries.push(Entry { teacher, state, version });
        }
        Ok(Self { keeper, entries })
    }

    /// Whether this entry is one of the person's.
    pub fn is(&self, teacher: TeacherId) -> bool {
        self.entries.iter().any(|entry| entry.teacher == teacher)
    }

    /// The ids of the entries.
    pub fn ids(&self) -> Vec<TeacherId> {
        self.entries.iter().map(|entry| entry.teacher).collect()
    }

    /// The keeper's own entry.
    pub fn own(&self) -> Option<&Entry> {
        self.entries.first()
    }

    /// Whether the person has been erased.
    pub fn is_erased(&self) -> bool {
        self.entries.iter().any(|entry| entry.state.is_erased())
    }

    /// Whether processing is restricted to storage.
    pub fn is_restricted(&self) -> bool {
        self.entries.iter().any(|entry| entry.state.is_restricted())
    }

    /// The standing facts of all entries.
    pub fn facts(&self) -> impl Iterator<Item = (&Entry, EventId, &Fact)> {
        self.entries.iter().flat_map(|entry| entry.state.facts().map(move |(id, fact)| (entry, id, fact)))
    }

    /// Who it is, as the keeper's entry has it; none when it may not or cannot be opened.
    ///
    /// # Errors
    /// When the vault fails.
    pub async fn identity(&self, app: &App, opening: Opening) -> Result<Option<Identity>, Failure> {
        let own = self.own().and_then(|entry| entry.state.identity());
        match own {
            Some(sealed) => identity(app, self.keeper, sealed, opening).await,
            None => Ok(None),
        }
    }
}

/// Opens an identity; none when it may not be opened, or never can be again.
///
/// # Errors
/// When the vault fails.
pub async fn identity(
    app: &App,
    teacher: TeacherId,
    sealed: &SealedIdentity,
    opening: Opening,
) -> Result<Option<Identity>, Failure> {
    let opened = match opening {
        Opening::Everyday => app.vault().reveal(teacher, sealed).await,
        Opening::Duty => app.vault().reveal_restricted(teacher, sealed).await,
    };
    closed_is_none(opened)
}

/// What the vault opened; none of somebody whose data may not, or cannot, be opened.
pub(crate) fn closed_is_none<T>(opened: Result<T, VaultError>) -> Result<Option<T>, Failure> {
    match opened {
        Ok(opened) => Ok(Some(opened)),
        Err(VaultError::Restricted | VaultError::Erased) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The entry, of a person's, in whose stream a fact was recorded; the keeper where none has it.
///
/// # Errors
/// When the log does not answer.
pub async fn holder(app: &App, keeper: TeacherId, fact: EventId) -> Result<TeacherId, Failure> {
    let person = Person::load(app, keeper).await?;
    let holds = |entry: &&Entry| entry.state.has_recorded(fact) || entry.state.request(fact).is_some();
    Ok(person.entries.iter().find(holds).map_or(keeper, |entry| entry.teacher))
}

/// Refuses a school what another one recorded: a post and its roles are kept by the school that they are held at. What
/// is no post or role, and what is not there, is left to the record itself.
///
/// # Errors
/// When it is of another school than the one acted for, or the log does not answer.
pub async fn refuse_other_schools(app: &App, right: &Right, entry: TeacherId, fact: EventId) -> Result<(), Failure> {
    let (state, _) = app.log().load::<Teacher>(&stream(entry)).await?;
    state.school_of(fact).map_or(Ok(()), |school| refuse_other_school(right, school))
}

/// Refuses whoever acts for another school than this one.
///
/// # Errors
/// When they do.
pub fn refuse_other_school(right: &Right, school: OrganisationId) -> Result<(), Failure> {
    match right.held().map(|held| &held.reach) {
        Some(Reach::Organisation(own)) if *own != school => Err(Failure::of(Code::Forbidden)),
        _ => Ok(()),
    }
}

/// The stream of an entry.
pub fn stream(teacher: TeacherId) -> StreamId {
    StreamId::of::<TeacherEvent>(teacher.uuid())
}
