//! Persons that a body names besides what the request is about, such as those of a roster.

use std::collections::HashSet;

use access::{Object, Place};
use contracts::{Code, Fault, Problem};
use kernel::{Day, TeacherId};

use crate::app::App;
use crate::failure::Failure;
use crate::may::{Right, goes_by};

/// At most so many of those who are refused are told of at once.
const MOST_FAULTS: usize = 20;

/// Refuses persons of whom nothing may be recorded: who is not on the register, whose processing is restricted to
/// storage and who has been erased, which is one answer, and entries that were merged into another. Each stands with
/// the field that names them. That somebody is fine is one statement for some hundreds; each who is not is one more.
///
/// # Errors
/// When one of them is refused, or it is not known.
pub async fn refuse_unknown_teachers(
    app: &App,
    today: Day,
    named: impl IntoIterator<Item = (String, TeacherId)>,
) -> Result<(), Failure> {
    let named: Vec<(String, TeacherId)> = named.into_iter().collect();
    let ids: Vec<TeacherId> = named.iter().map(|(_, teacher)| *teacher).collect();
    let open = app.access().open_to_records(&ids).await?;
    let doubtful: Vec<(String, TeacherId)> = named.into_iter().filter(|(_, teacher)| !open.contains(teacher)).collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    // Who was registered a moment ago may not be in the view yet.
    app.rights_caught_up().await?;
    let (mut unknown, mut merged) = (Vec::new(), None);
    for (field, teacher) in doubtful {
        match app.access().place(&Object::Teacher(teacher), today).await? {
            Some(Place { is_closed: false, subject, .. }) if subject.is_none_or(|subject| subject == teacher) => {}
            Some(Place { is_closed: false, subject: Some(keeper), .. }) => merged = merged.or(Some((field, keeper))),
            Some(_) | None => unknown.push(field),
        }
        if unknown.len() == MOST_FAULTS {
            break;
        }
    }
    match merged {
        _ if !unknown.is_empty() => Err(no_such_teacher(unknown)),
        Some((field, keeper)) => Err(goes_by(keeper, Some(&field))),
        None => Ok(()),
    }
}

/// Those of these persons of whom nothing is shown to whoever asks: whose processing is restricted to storage, and who has been
/// erased. Whoever sees everything sees that they are there.
///
/// # Errors
/// When it is not known.
pub async fn closed_to(app: &App, right: &Right, persons: &[TeacherId]) -> Result<HashSet<TeacherId>, Failure> {
    let mut closed = HashSet::new();
    if right.scope().is_everything() {
        return Ok(closed);
    }
    let open = app.access().open_to_records(persons).await?;
    // Who is not open may have been merged into another entry, which is fine.
    for person in persons.iter().filter(|person| !open.contains(person)) {
        let place = app.access().place(&Object::Teacher(*person), right.today()).await?;
        if place.is_none_or(|place| place.is_closed) {
            closed.insert(*person);
        }
    }
    Ok(closed)
}

/// Not on the register, and not to be spoken of, are one answer.
fn no_such_teacher(fields: Vec<String>) -> Failure {
    let fault = |field| Fault::new(contracts::Place::field(field), "there is nobody of this id on the register");
    let problem = Problem::new(Code::Rejected).rejection("no_such_teacher");
    fields.into_iter().map(fault).fold(problem, Problem::fault).into()
}
