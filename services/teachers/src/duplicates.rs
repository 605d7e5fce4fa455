//! Entries of the register that may be one and the same person.

use std::collections::{BTreeMap, BTreeSet};

use access::{Decision, Object};
use host::{App, Failure, Right};
use kernel::{OrganisationId, TeacherId};
use serde::Serialize;
use utoipa::ToSchema;
use vault::{Identity, MarkKind, near_names};

use crate::person::{Opening, Person};
use crate::teacher::Fact;

/// Entries that may be the same person.
#[derive(Serialize, ToSchema)]
pub struct DuplicatesBody {
    /// The person.
    pub teacher: TeacherId,
    /// The others, those that share most first. Only of those within the caller's reach.
    pub candidates: Vec<CandidateBody>,
}

/// An entry that may be the same person.
#[derive(Serialize, ToSchema)]
pub struct CandidateBody {
    /// The other.
    pub teacher: TeacherId,
    /// Why it may be.
    pub reasons: Vec<SameReason>,
    /// The name.
    pub name: String,
    /// The schools of the posts that were recorded.
    pub schools: Vec<OrganisationId>,
}

/// Why two entries may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SameReason {
    /// Both have the same id number.
    SameIdNumber,
    /// Both have the same name and birth date.
    SameNameAndBirthDate,
    /// Both have the same birth date, and names that differ by a slip.
    NearNameSameBirthDate,
    /// Both have the same name, and at least one has no id number to tell them apart.
    SameNameNoNumber,
}

/// Who else may be this person, among those whom the caller may see.
///
/// # Errors
/// When the log, a view or the vault does not answer.
pub async fn candidates(app: &App, right: &Right, teacher: TeacherId) -> Result<DuplicatesBody, Failure> {
    let person = Person::load(app, teacher).await?;
    let mut found = Vec::new();
    let Some(own) = person.identity(app, Opening::Everyday).await? else {
        return Ok(DuplicatesBody { teacher, candidates: found });
    };
    for (other, shared) in sharing(app, &person).await? {
        if !is_shown(app, right, other).await? {
            continue;
        }
        let other = Person::load(app, other).await?;
        let Some(identity) = other.identity(app, Opening::Everyday).await? else { continue };
        let reasons = reasons(&own, &identity, &shared);
        if !reasons.is_empty() {
            let name = identity.name.to_string();
            found.push(CandidateBody { teacher: other.keeper, reasons, name, schools: schools(&other) });
        }
    }
    found.sort_by(|one, other| (&one.reasons, one.teacher).cmp(&(&other.reasons, other.teacher)));
    Ok(DuplicatesBody { teacher, candidates: found })
}

/// Others that share a mark with one of the person's entries, and which marks.
async fn sharing(app: &App, person: &Person) -> Result<BTreeMap<TeacherId, BTreeSet<MarkKind>>, Failure> {
    let mut found: BTreeMap<TeacherId, BTreeSet<MarkKind>> = BTreeMap::new();
    for entry in person.ids() {
        for (other, kind) in app.vault().with_mark_of(entry).await? {
            if !person.is(other) {
                found.entry(other).or_default().insert(kind);
            }
        }
    }
    Ok(found)
}

/// Whether the other stands for itself, is open, and within the caller's reach.
async fn is_shown(app: &App, right: &Right, other: TeacherId) -> Result<bool, Failure> {
    let place = app.access().place(&Object::Teacher(other), right.today()).await?;
    let Some(place) = place.filter(|place| !place.is_closed && place.subject == Some(other)) else { return Ok(false) };
    Ok(matches!(access::decide(right.principal(), right.operation(), Some(&place)), Decision::May(_)))
}

fn reasons(own: &Identity, other: &Identity, shared: &BTreeSet<MarkKind>) -> Vec<SameReason> {
    let mut reasons = Vec::new();
    let numbers = (&own.citizen_id, &other.citizen_id);
    if matches!(numbers, (Some(one), Some(two)) if one == two) {
        reasons.push(SameReason::SameIdNumber);
    }
    if shared.contains(&MarkKind::NameBirth) {
        reasons.push(SameReason::SameNameAndBirthDate);
    } else if shared.contains(&MarkKind::Birth) && near_names(&own.name, &other.name) {
        reasons.push(SameReason::NearNameSameBirthDate);
    } else if shared.contains(&MarkKind::Name) && (numbers.0.is_none() || numbers.1.is_none()) {
        reasons.push(SameReason::SameNameNoNumber);
    }
    reasons
}

fn schools(person: &Person) -> Vec<OrganisationId> {
    let posts = person.facts().filter_map(|(_, _, fact)| match fact {
        Fact::Post { post, .. } => Some(post.school),
        _ => None,
    });
    posts.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use kernel::Name;
    use kernel::code::CitizenId;

    use super::*;

    fn identity(name: &str, number: Option<&str>) -> Identity {
        let citizen_id = number.map(|number| CitizenId::parse(number).unwrap());
        Identity { name: Name::parse(name).unwrap(), citizen_id }
    }

    /// Two invented numbers with one birth date.
    const ONE: &str = "32010119800101001X";
    const TWO: &str = "320101198001010028";

    fn found(one: (&str, Option<&str>), other: (&str, Option<&str>), shared: &[MarkKind]) -> Vec<SameReason> {
        reasons(&identity(one.0, one.1), &identity(other.0, other.1), &shared.iter().copied().collect())
    }

    #[test]
    fn the_strongest_reason_is_given_and_a_shared_birth_date_alone_is_none() {
        use MarkKind::{Birth, Name as SharedName, NameBirth};
        let same = [NameBirth, SharedName, Birth];
        let (one, two) = (Some(ONE), Some(TWO));
        assert_eq!(found(("王小明", one), ("王小明", two), &same), [SameReason::SameNameAndBirthDate]);
        assert_eq!(found(("王小明", one), ("王晓明", two), &[Birth]), [SameReason::NearNameSameBirthDate]);
        assert_eq!(found(("王小明", one), ("李大山", two), &[Birth]), []);
        assert_eq!(found(("王小明", one), ("王小明", None), &[SharedName]), [SameReason::SameNameNoNumber]);
        assert_eq!(found(("王小明", one), ("王小明", two), &[SharedName]), []);
        let both = [SameReason::SameIdNumber, SameReason::SameNameAndBirthDate];
        assert_eq!(found(("王小明", one), ("王小明", one), &same), both);
    }
}
