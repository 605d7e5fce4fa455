//! The sums of an area, as a row, and what is held back of it from whoever may see no person.

use access::figures::{hidden, is_small};
use dossiers::Mark;
use serde::Serialize;
use utoipa::ToSchema;

/// So many figures are in a row.
const FIGURES: usize = 8;
/// The place of those who are eligible, of whatever role.
const ELIGIBLE_ALL: usize = 4;

/// Which figures of a row are held back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held([bool; FIGURES]);

/// A row. A figure that is suppressed, and a share that rests on one, is null; so is a share of nobody.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RowBody {
    /// The area's code: `CN`, a province's 2 digits, a city's 6, a school's 10.
    pub code: String,
    /// Its name, where the register knows one.
    pub name: String,
    /// Persons in post.
    pub teachers: Option<i64>,
    /// Of these, specialised-course teachers.
    pub specialised: Option<i64>,
    /// Specialised with a recognition in force.
    pub recognised: Option<i64>,
    /// Specialised who are eligible.
    pub eligible: Option<i64>,
    /// Teachers of whatever role who are eligible.
    pub eligible_all: Option<i64>,
    /// Teachers who meet the rotation criterion.
    pub rotation: Option<i64>,
    /// Specialised who meet the practice criterion.
    pub practice: Option<i64>,
    /// Teachers with a breach of ethics in force.
    pub restricted: Option<i64>,
    /// `recognised ÷ specialised`.
    pub double_qualified_share: Option<f64>,
    /// `eligible ÷ specialised`.
    pub eligible_share: Option<f64>,
    /// `rotation ÷ teachers`.
    pub rotation_share: Option<f64>,
    /// `practice ÷ specialised`.
    pub practice_share: Option<f64>,
}

/// The sums of an area.
#[derive(Debug, Default)]
pub(super) struct Tally {
    teachers: i64,
    specialised: i64,
    recognised: i64,
    eligible: i64,
    eligible_all: i64,
    rotation: i64,
    practice: i64,
    restricted: i64,
}

impl Tally {
    /// Adds so many people with this mark.
    pub(super) fn add(&mut self, mark: Mark, specialised: bool, people: i64) {
        let when = |holds: bool| if holds { people } else { 0 };
        self.teachers += people;
        self.specialised += when(specialised);
        self.recognised += when(specialised && mark.recognised().is_some());
        self.eligible += when(specialised && mark.eligible().is_some());
        self.eligible_all += when(mark.eligible().is_some());
        self.rotation += when(mark.rotation());
        self.practice += when(specialised && mark.practice());
        self.restricted += when(mark.restricted());
    }

    /// The row of an area, without what is held back.
    pub(super) fn row(self, code: String, name: String, held: Held) -> RowBody {
        let shown = |figure: i64, held: bool| (!held).then_some(figure);
        let share = |part: Option<i64>, whole: Option<i64>| {
            let (part, whole) = (part?, whole?);
            (whole > 0).then(|| part as f64 / whole as f64)
        };
        let [teachers, specialised, recognised, eligible, eligible_all, rotation, practice, restricted] =
            std::array::from_fn(|place| shown(self.figures()[place], held.0[place]));
        RowBody {
            code,
            name,
            double_qualified_share: share(recognised, specialised),
            eligible_share: share(eligible, specialised),
            rotation_share: share(rotation, teachers),
            practice_share: share(practice, specialised),
            teachers,
            specialised,
            recognised,
            eligible,
            eligible_all,
            rotation,
            practice,
            restricted,
        }
    }

    /// The figures, in the order in which a row has them.
    fn figures(&self) -> [i64; FIGURES] {
        [
            self.teachers,
            self.specialised,
            self.recognised,
            self.eligible,
            self.eligible_all,
            self.rotation,
            self.practice,
            self.restricted,
        ]
    }

    /// What each figure is a part of.
    fn wholes(&self) -> [i64; FIGURES] {
        let (all, of) = (self.teachers, self.specialised);
        [0, all, of, of, all, all, of, all]
    }

    /// The figure at a place, and those that follow from it and what it is a part of.
    fn telling(&self, place: usize) -> Vec<u64> {
        let (figure, whole) = (self.figures()[place], self.wholes()[place]);
        let others = match place {
            0 => None,
            ELIGIBLE_ALL => Some([whole - figure, figure - self.eligible].to_vec()),
            _ => Some(vec![whole - figure]),
        };
        let all = [figure].into_iter().chain(others.into_iter().flatten());
        all.map(|figure| u64::try_from(figure).unwrap_or_default()).collect()
    }

    /// Whether a figure is a part of one or two people: then none of them says much.
    fn is_part_of_few(&self, place: usize) -> bool {
        is_small(u64::try_from(self.wholes()[place]).unwrap_or_default())
    }
}

/// What is held back of each of these rows, which belong to one larger area: figure by figure.
pub(super) fn held(rows: &[&Tally]) -> Vec<Held> {
    let mut held = vec![Held::default(); rows.len()];
    for place in 0..FIGURES {
        let already: Vec<bool> = rows.iter().map(|row| row.is_part_of_few(place)).collect();
        let telling: Vec<Vec<u64>> = rows.iter().map(|row| row.telling(place)).collect();
        let hidden = hidden(&telling, &already);
        held.iter_mut().zip(hidden).for_each(|(held, hidden)| held.0[place] = hidden);
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(teachers: i64, specialised: i64, recognised: i64, restricted: i64) -> Tally {
        Tally { teachers, specialised, recognised, restricted, ..Tally::default() }
    }

    fn shown(rows: &[Tally]) -> Vec<[Option<i64>; 4]> {
        let held = held(&rows.iter().collect::<Vec<_>>());
        let shown = |(row, held): (&Tally, Held)| {
            let figure = |place: usize| (!held.0[place]).then_some(row.figures()[place]);
            [figure(0), figure(1), figure(2), figure(7)]
        };
        rows.iter().zip(held).map(shown).collect()
    }

    #[test]
    fn figures_of_one_or_two_are_held_back_and_the_next_smallest_with_them() {
        let rows = [tally(40, 30, 10, 1), tally(50, 40, 20, 4), tally(60, 50, 30, 9)];
        let expected = [
            [Some(40), Some(30), Some(10), None],
            [Some(50), Some(40), Some(20), None],
            [Some(60), Some(50), Some(30), Some(9)],
        ];
        assert_eq!(shown(&rows), expected);
    }

    #[test]
    fn who_is_left_over_is_not_told_either() {
        // All but one of thirty are recognised: which tells of the one.
        let rows = [tally(40, 30, 29, 0), tally(50, 40, 20, 0), tally(60, 50, 30, 0)];
        assert_eq!(shown(&rows).iter().map(|row| row[2]).collect::<Vec<_>>(), [None, None, Some(30)]);
    }

    #[test]
    fn of_one_or_two_people_nothing_is_told() {
        let rows = [tally(1, 1, 0, 0), tally(40, 30, 10, 0), tally(60, 50, 30, 0)];
        assert_eq!(shown(&rows)[0], [None; 4]);
    }
}
