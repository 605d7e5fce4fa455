//! Which figures are held back from whoever sees no person: those of one or two people, and those from which one could
//! work them out. None at all says nothing about anybody, and is shown.

use kernel::Scope;

/// For whom figures are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever may see every person behind them.
    Persons,
    /// Whoever sees figures alone.
    Figures,
}

impl Audience {
    /// That of whoever may see such figures within one scope, and the persons within another.
    pub fn of(figures: &Scope, persons: &Scope) -> Self {
        if figures == persons { Self::Persons } else { Self::Figures }
    }
}

/// From so many people on a figure is shown.
pub const LEAST: u64 = 3;

/// Which rows of a table are held back. Each row is the figures shown in it together with those that follow from them,
/// and begins with how large it is. `already` are held back for another reason.
///
/// A row with the figure of one or two people is held back. So is the next smallest, as long as a single row is, or
/// rows that together are of one or two people: the total of the table would tell them.
pub fn hidden(rows: &[Vec<u64>], already: &[bool]) -> Vec<bool> {
    let tells = |row: &Vec<u64>| row.iter().any(|figure| is_small(*figure));
    let given = already.iter().copied().chain(std::iter::repeat(false));
    let mut hidden: Vec<bool> = rows.iter().zip(given).map(|(row, already)| already || tells(row)).collect();
    while is_told_by_a_total(rows, &hidden) {
        let shown = (0..rows.len()).filter(|index| !hidden[*index]);
        let size = |index: &usize| rows[*index].first().copied().unwrap_or_default();
        // What is empty adds nothing to what it would hide.
        match shown.min_by_key(|index| (size(index) == 0, size(index))) {
            Some(next) => hidden[next] = true,
            None => break,
        }
    }
    hidden
}

fn is_told_by_a_total(rows: &[Vec<u64>], hidden: &[bool]) -> bool {
    let held: Vec<&Vec<u64>> = rows.iter().zip(hidden).filter(|(_, hidden)| **hidden).map(|(row, _)| row).collect();
    let columns = held.iter().map(|row| row.len()).max().unwrap_or_default();
    let sum = |column: usize| held.iter().filter_map(|row| row.get(column)).sum();
    held.len() == 1 || (0..columns).any(|column| is_small(sum(column)))
}

/// Whether a figure is of one or two people.
pub fn is_small(figure: u64) -> bool {
    (1..LEAST).contains(&figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_back(sizes: &[u64]) -> Vec<usize> {
        let rows: Vec<Vec<u64>> = sizes.iter().map(|size| vec![*size]).collect();
        let hidden = hidden(&rows, &[]);
        (0..sizes.len()).filter(|index| hidden[*index]).collect()
    }

    #[test]
    fn figures_of_three_and_more_are_shown_and_so_is_none() {
        assert_eq!(held_back(&[3, 40, 0]), [0_usize; 0]);
    }

    #[test]
    fn a_single_small_figure_takes_the_next_smallest_with_it() {
        assert_eq!(held_back(&[2, 40, 7, 0]), [0, 2]);
    }

    #[test]
    fn small_figures_that_the_total_gives_away_together_take_another_with_them() {
        assert_eq!(held_back(&[1, 1, 9, 40]), [0, 1, 2]);
        assert_eq!(held_back(&[1, 2, 9, 40]), [0, 1]);
    }

    #[test]
    fn where_nothing_else_is_left_everything_is_held_back() {
        assert_eq!(held_back(&[2, 0]), [0, 1]);
        assert_eq!(held_back(&[1]), [0]);
    }

    #[test]
    fn what_follows_from_the_figures_shown_holds_a_row_back_too() {
        let rows = [vec![40, 38, 2], vec![50, 0, 50], vec![60, 10, 50]];
        assert_eq!(hidden(&rows, &[]), [true, true, false]);
    }
}
