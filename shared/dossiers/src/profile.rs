//! Profiles: the posts somebody holds at one time.
//!
//! Every person is in exactly one profile at a time. A slice – a city, a role, a specialty – is the sum over the
//! profiles that touch it, so somebody with posts in two provinces counts in both and only once in the nation.

use kernel::code::SpecialtyCode;
use kernel::vocabulary::{Employment, Role};
use kernel::{Day, OrganisationId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use standards::Facts;

use crate::Mark;

/// A role held at a school.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Seat {
    /// The school.
    pub school: OrganisationId,
    /// The role.
    pub role: Role,
    /// The specialty taught.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialty: Option<SpecialtyCode>,
    /// Full-time or part-time.
    pub employment: Employment,
    /// Where the pack of this seat puts the person, where that is another than the principal post's and says otherwise.
    #[serde(skip)]
    pub mark: Option<Mark>,
}

/// The seats somebody holds at one time, in order and each once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile(Vec<Seat>);

/// The number of a profile, derived from what it is, so that every rebuild gives the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(pub i64);

impl ProfileId {
    /// The profile without a seat.
    pub const NONE: Self = Self(0);
}

impl Profile {
    /// The seats held on a day.
    pub fn on(facts: &Facts, day: Day) -> Self {
        let held = facts.posts.iter().filter(|post| post.voided.is_none() && post.period.contains(day));
        let mut seats: Vec<_> = held
            .map(|post| Seat {
                school: post.school,
                role: post.role,
                specialty: post.specialty.clone(),
                employment: post.employment,
                mark: None,
            })
            .collect();
        seats.sort_unstable();
        seats.dedup();
        Self(seats)
    }

    /// The same, where the seats at some schools are judged by other packs than the principal post, which gives `mark`.
    pub(crate) fn judged_elsewhere(
        mut self,
        mark: Mark,
        elsewhere: impl Iterator<Item = (OrganisationId, Mark)>,
    ) -> Self {
        for (school, own) in elsewhere.filter(|(_, own)| *own != mark) {
            self.0.iter_mut().filter(|seat| seat.school == school).for_each(|seat| seat.mark = Some(own));
        }
        self
    }

    /// Its seats.
    pub fn seats(&self) -> &[Seat] {
        &self.0
    }

    /// Its number: the first eight bytes of the SHA-256 of its seats; 0 without a seat.
    pub fn id(&self) -> ProfileId {
        if self.0.is_empty() {
            return ProfileId::NONE;
        }
        let mut digest = Sha256::new();
        for Seat { school, role, specialty, employment, mark } in &self.0 {
            let specialty = specialty.as_ref().map_or("", SpecialtyCode::as_str);
            let mark = mark.map_or_else(String::new, |mark| format!("|{}", mark.stored()));
            digest.update(format!("{school}|{role}|{specialty}|{employment}{mark}\n"));
        }
        let bytes: [u8; 32] = digest.finalize().into();
        let (first, _) = bytes.split_first_chunk().unwrap_or((&[0; 8], &[]));
        ProfileId(i64::from_be_bytes(*first))
    }

    /// The days from which the seats held can differ from the day before.
    pub(crate) fn edges(facts: &Facts) -> impl Iterator<Item = Day> + '_ {
        facts
            .posts
            .iter()
            .filter(|post| post.voided.is_none())
            .flat_map(|post| std::iter::once(post.period.from()).chain(post.period.to().map(Day::next)))
    }
}
