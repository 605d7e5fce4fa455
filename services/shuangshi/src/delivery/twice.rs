//! Rows of one file that contradict each other: different things are recorded at the same time, so that chance would
//! decide which of them stands.

use std::collections::BTreeMap;

use spreadsheet::RowFault;

use super::{Delivery, Numbered};

/// What is wrong with a row beside an earlier one about the same thing: the column, and what the earlier one has there.
type Difference = Option<(&'static str, &'static str)>;

impl Delivery {
    /// Every row that says something else than an earlier one of the same file.
    pub(super) fn contradictions(&self) -> Vec<RowFault> {
        let schools = contradictions(
            "schools.csv",
            &self.schools,
            |school| &school.code,
            |one, other| (one != other).then_some(("学校标识码", "other particulars")),
        );
        let sites = contradictions(
            "sites.csv",
            &self.sites,
            |site| &site.code,
            |one, other| {
                let same = (&one.name, &one.division, one.kind) == (&other.name, &other.division, other.kind);
                // A site has a row an approval.
                let overlaps = one.period != other.period && one.period.overlaps(other.period);
                match (same, overlaps) {
                    (false, _) => Some(("编号", "other particulars")),
                    (true, true) => Some(("批准日期", "another period that overlaps this one")),
                    (true, false) => None,
                }
            },
        );
        let staff_numbers = contradictions(
            "teachers.csv",
            &self.teachers,
            |post| (&post.school, &post.staff_number),
            |one, other| (one.citizen_id != other.citizen_id).then_some(("教职工号", "another person")),
        );
        let placements = contradictions(
            "placements.csv",
            &self.placements,
            |placed| (&placed.citizen_id, &placed.site, placed.form, placed.dates.from()),
            |one, other| {
                ((one.dates, one.result) != (other.dates, other.result))
                    .then_some(("开始", "another last day or result"))
            },
        );
        [schools, sites, staff_numbers, placements].concat()
    }
}

/// The rows of a file that differ from an earlier row about the same thing.
fn contradictions<'a, T, K: Ord>(
    file: &str,
    rows: &'a [Numbered<T>],
    of: impl Fn(&'a T) -> K,
    differ: impl Fn(&T, &T) -> Difference,
) -> Vec<RowFault> {
    let mut earlier: BTreeMap<K, Vec<&Numbered<T>>> = BTreeMap::new();
    let mut faults = Vec::new();
    for row in rows {
        let known = earlier.entry(of(&row.1)).or_default();
        match known.iter().find_map(|(number, said)| Some((number, differ(&row.1, said)?))) {
            Some((number, (column, with))) => faults.push(RowFault {
                file: file.to_owned(),
                row: Some(row.0),
                column: Some(column.to_owned()),
                why: format!("it stands in row {number} with {with}; correct one of the rows or take it out"),
            }),
            None => known.push(row),
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(file: &str, rows: &[&str]) -> Vec<(u64, String)> {
        let headings = super::super::FILES.iter().find(|(name, _)| *name == file).unwrap().1.join(",");
        let text = format!("{headings}\n{}\n", rows.join("\n"));
        let delivery = Delivery::read(&BTreeMap::from([(file.to_owned(), text.into_bytes())])).unwrap();
        delivery.contradictions().into_iter().map(|fault| (fault.row.unwrap(), fault.to_string())).collect()
    }

    fn assert_second(file: &str, column: &str, with: &str, rows: &[&str]) {
        let why = format!("it stands in row 2 with {with}; correct one of the rows or take it out");
        assert_eq!(faults(file, rows), [(3, format!("{file}, row 3, column {column}: {why}"))]);
    }

    const SCHOOL: &str = "4132010835,江苏,金陵机电职业技术学院,higher,320100";
    const SITE: &str = "B-JS-01,江苏智能制造教师培训基地,320100,training_base,2018-01-01,2020-12-31";
    const POST: &str = "083500000,严刚,34010419880706962X,4132010835,practice_instructor,500101,2020-09-09,2023-08-29";
    const PLACEMENT: &str = "34010419880706962X,S-GS-14,2020-08-24,2020-10-22,post,合格";

    #[test]
    fn a_school_with_other_particulars_is_named() {
        assert_second("schools.csv", "学校标识码", "other particulars", &[SCHOOL, &SCHOOL.replace("金陵", "钟山")]);
    }

    #[test]
    fn a_site_has_several_approvals_and_one_name() {
        let later = SITE.replace("2018-01-01,2020-12-31", "2021-01-01,");
        assert_eq!(faults("sites.csv", &[SITE, &later]), []);
        assert_second("sites.csv", "编号", "other particulars", &[SITE, &later.replace("智能", "现代")]);
        let overlapping = SITE.replace("2018-01-01", "2019-01-01");
        assert_second("sites.csv", "批准日期", "another period that overlaps this one", &[SITE, &overlapping]);
    }

    #[test]
    fn a_staff_number_is_one_persons_at_a_school() {
        let other = POST.replace("34010419880706962X", "320102199610153682");
        assert_second("teachers.csv", "教职工号", "another person", &[POST, &other]);
        assert_eq!(faults("teachers.csv", &[POST, &other.replace("4132010835", "3635010012")]), []);
        let later = POST.replace("2020-09-09,2023-08-29", "2023-09-01,");
        assert_eq!(faults("teachers.csv", &[POST, &later]), []);
    }

    #[test]
    fn a_placement_ends_once() {
        let later = PLACEMENT.replace("2020-10-22", "2020-10-23");
        assert_second("placements.csv", "开始", "another last day or result", &[PLACEMENT, &later]);
    }

    #[test]
    fn the_same_row_twice_contradicts_nothing() {
        for (file, row) in
            [("schools.csv", SCHOOL), ("sites.csv", SITE), ("teachers.csv", POST), ("placements.csv", PLACEMENT)]
        {
            assert_eq!(faults(file, &[row, row]), [], "{file}");
        }
    }
}
