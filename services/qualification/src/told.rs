//! What those who keep or supervise teachers are told: contradictions, and changes as a feed.

use dossiers::{Change, ContradictionOnFile, Lapse};
use eventlog::{LogPosition, Position};
use kernel::vocabulary::{ChangeKind, ContradictionKind, Term};
use kernel::{Day, DayRange, EventId, SiteId, TeacherId};
use serde::Serialize;
use standards::{Contradicting, Label};
use utoipa::ToSchema;

/// A contradiction in what is known about one person, kept until it is resolved: by whoever recorded one of the facts
/// and voids or amends it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContradictionBody {
    /// Of whom.
    pub teacher: TeacherId,
    /// In what.
    pub kind: ContradictionKind,
    /// The same in words.
    pub words: Label,
    /// The first and the last day it is about.
    pub days: DayRange,
    /// The facts that one may see: of a site, its own.
    pub facts: Vec<Contradicting>,
    /// How many facts of others have to do with it.
    pub facts_of_others: usize,
    /// The log position at which it was found. Opaque.
    #[schema(example = "v1.0:1234")]
    pub found_at: String,
    /// The event with which it was found.
    pub found_by: EventId,
    /// The log position at which it was resolved; none while it is open.
    pub resolved_at: Option<String>,
    /// The event with which it was resolved.
    pub resolved_by: Option<EventId>,
}

/// What changed, and what will if nothing more happens.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedBody {
    /// What there is to tell, oldest first: changes by their place in the log, then what lapses by its day.
    pub items: Vec<FeedItemBody>,
    /// What to send as `after` next time: always there, so that whoever follows never misses one and is told none twice.
    pub next: contracts::Cursor,
    /// Whether more is there already.
    pub more: bool,
    /// The log position that it stands at. Opaque.
    #[schema(example = "v1.0:1234")]
    pub position: String,
}

/// A change, or a lapse to come.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedItemBody {
    /// Whose.
    pub teacher: TeacherId,
    /// What.
    pub kind: ChangeKind,
    /// The same in words.
    pub words: Label,
    /// The day from which it is so.
    pub on: Day,
    /// The log position of the event that did it; none of what only the passing of days does. Opaque.
    pub position: Option<String>,
    /// The event that did it.
    pub event: Option<EventId>,
}

impl ContradictionBody {
    /// All of it.
    pub fn whole(on_file: ContradictionOnFile) -> Self {
        Self::with(on_file, |_| true)
    }

    /// What a site may see: its own facts.
    pub fn of_site(on_file: ContradictionOnFile, site: SiteId) -> Self {
        Self::with(on_file, |fact| fact.site == Some(site))
    }

    fn with(on_file: ContradictionOnFile, is_shown: impl Fn(&Contradicting) -> bool) -> Self {
        let ContradictionOnFile { teacher, position, contradiction, found_by, resolved, .. } = on_file;
        let all = contradiction.facts.len();
        let facts: Vec<Contradicting> = contradiction.facts.into_iter().filter(is_shown).collect();
        Self {
            teacher,
            kind: contradiction.kind,
            words: label(contradiction.kind),
            days: contradiction.days,
            facts_of_others: all - facts.len(),
            facts,
            found_at: token(position),
            found_by,
            resolved_at: resolved.map(|(position, _)| token(position)),
            resolved_by: resolved.map(|(_, event)| event),
        }
    }
}

impl From<Change> for FeedItemBody {
    fn from(Change { position, teacher, kind, event, on }: Change) -> Self {
        Self { teacher, kind, words: label(kind), on, position: Some(token(position)), event: Some(event) }
    }
}

impl From<Lapse> for FeedItemBody {
    fn from(Lapse { teacher, kind, on }: Lapse) -> Self {
        Self { teacher, kind, words: label(kind), on, position: None, event: None }
    }
}

fn label(term: impl Term) -> Label {
    Label { zh: term.chinese().to_owned(), en: term.english().to_owned() }
}

/// A position of the product's log, which has one partition.
fn token(position: u64) -> String {
    LogPosition::of([(0, Position(position))]).to_string()
}
