//! The rules of `tests/data/samples/README.md`, evaluated the slow way over the text of the files: day by day, with sets.
//! It shares nothing with the product, not even the calendar.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

static SCHOOLS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/schools.csv")));
static SITES: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/sites.csv")));
static TEACHERS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/teachers.csv")));
static CREDENTIALS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/credentials.csv")));
static SESSIONS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/sessions.csv")));
static ROSTERS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/rosters.csv")));
static PLACEMENTS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/placements.csv")));
static CONDUCT: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../data/samples/conduct.csv")));

/// The rows of a file, each cell under its heading.
type Rows = Vec<Row>;

/// A row: each cell under its heading.
type Row = BTreeMap<&'static str, &'static str>;

/// Days since 1 January 1970.
type Date = i64;

/// What the rules say of a person on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub in_post: bool,
    pub certificate: bool,
    pub qualification: bool,
    pub practice_days: usize,
    pub sessions: usize,
    pub conduct: bool,
}

impl Verdict {
    pub fn practice(&self) -> bool {
        self.practice_days >= 180
    }

    pub fn rotation(&self) -> bool {
        self.sessions >= 1
    }

    pub fn eligible(&self) -> bool {
        self.in_post && self.certificate && self.qualification && self.practice() && self.rotation() && self.conduct
    }
}

/// The figures of a school on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub teachers: i64,
    pub specialised: i64,
    pub eligible: i64,
    pub eligible_all: i64,
    pub rotation: i64,
    pub practice: i64,
    pub restricted: i64,
}

/// Every person on a day, by staff number.
pub fn verdicts(on: &str) -> BTreeMap<String, Verdict> {
    let on = date(on);
    TEACHERS.iter().map(|row| (row["教职工号"].to_owned(), verdict(row["身份证号"], on))).collect()
}

/// The staff numbers of everybody who is eligible on a day.
pub fn eligible(on: &str) -> BTreeSet<String> {
    verdicts(on).into_iter().filter(|(_, verdict)| verdict.eligible()).map(|(number, _)| number).collect()
}

/// The figures of every school on a day, by its code.
pub fn coverage(on: &str) -> BTreeMap<String, Figures> {
    let day = date(on);
    let figures = SCHOOLS.iter().map(|school| (school["学校标识码"].to_owned(), figures(school["学校标识码"], day)));
    figures.filter(|(_, figures)| figures.teachers > 0).collect()
}

fn figures(school: &str, on: Date) -> Figures {
    let mut persons: BTreeMap<&str, bool> = BTreeMap::new();
    for row in TEACHERS.iter() {
        if row["学校标识码"] == school && within(on, row["任职起"], row["任职止"]) {
            *persons.entry(row["身份证号"]).or_default() |=
                ["specialised", "practice_instructor"].contains(&row["岗位"]);
        }
    }
    let mut figures = Figures::default();
    for (person, specialised) in persons {
        let verdict = verdict(person, on);
        figures.teachers += 1;
        figures.specialised += i64::from(specialised);
        figures.eligible += i64::from(specialised && verdict.eligible());
        figures.eligible_all += i64::from(verdict.eligible());
        figures.rotation += i64::from(verdict.rotation());
        figures.practice += i64::from(specialised && verdict.practice());
        figures.restricted += i64::from(!verdict.conduct);
    }
    figures
}

fn verdict(person: &str, on: Date) -> Verdict {
    let credentials = of(&CREDENTIALS, person);
    let obtained: Vec<_> = credentials.iter().filter(|row| date(row["取得日期"]) <= on).collect();
    let qualifies = |kind: &str, grade: &str| match kind {
        "skill_grade" => ["3", "2", "1"].contains(&grade),
        kind => kind == "technical_title",
    };
    Verdict {
        in_post: of(&TEACHERS, person).iter().any(|row| within(on, row["任职起"], row["任职止"])),
        certificate: obtained.iter().any(|row| row["证书类别"] == "teacher_certificate"),
        qualification: obtained.iter().any(|row| qualifies(row["证书类别"], row["等级"])),
        practice_days: practised(person, on).len(),
        sessions: attended(person, on).len(),
        conduct: !of(&CONDUCT, person).iter().any(|row| {
            let lifted = !row["解除日期"].is_empty() && date(row["解除日期"]) <= on;
            date(row["认定日期"]) <= on && !lifted
        }),
    }
}

/// The days in the window on which a person practised at a site approved on that very day.
fn practised(person: &str, on: Date) -> HashSet<Date> {
    let mut days = HashSet::new();
    for row in of(&PLACEMENTS, person) {
        for day in date(row["开始"])..=date(row["结束"]) {
            if in_window(day, on) && approved(row["流动站编号"], day) {
                days.insert(day);
            }
        }
    }
    days
}

/// The sessions whose last day lies in the window, held at a base approved on their first day.
fn attended(person: &str, on: Date) -> HashSet<String> {
    let mut sessions = HashSet::new();
    for row in of(&ROSTERS, person) {
        for session in SESSIONS.iter().filter(|session| session["期次"] == row["期次"]) {
            if in_window(date(session["结束"]), on) && approved(session["基地编号"], date(session["开始"])) {
                sessions.insert(row["期次"].to_owned());
            }
        }
    }
    sessions
}

fn approved(site: &str, day: Date) -> bool {
    SITES.iter().any(|row| row["编号"] == site && within(day, row["批准日期"], row["有效期至"]))
}

/// After the day minus five calendar years, up to and including it.
fn in_window(day: Date, on: Date) -> bool {
    let (year, month, of_month) = civil(on);
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let of_month = if (month, of_month) == (2, 29) && !leap(year - 5) { 28 } else { of_month };
    let before = ordinal(year - 5, month, of_month);
    before < day && day <= on
}

fn within(day: Date, from: &str, to: &str) -> bool {
    date(from) <= day && (to.is_empty() || day <= date(to))
}

fn of<'a>(rows: &'a Rows, person: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row["身份证号"] == person).collect()
}

/// Takes a file apart. No cell of the samples holds a comma or a quote.
fn rows(text: &'static str) -> Rows {
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty());
    let headings: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| headings.iter().copied().zip(line.split(',')).collect()).collect()
}

fn date(text: &str) -> Date {
    let parts: Vec<i64> = text.split('-').map(|part| part.parse().unwrap()).collect();
    ordinal(parts[0], parts[1], parts[2])
}

/// The day's number, counting days of years that begin in March.
fn ordinal(year: i64, month: i64, day: i64) -> Date {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day
        - 719_469
}

/// Year, month and day, found by trying: nothing can be got wrong twice in the same way.
fn civil(on: Date) -> (i64, i64, i64) {
    let mut year = 1970 + on / 366;
    while ordinal(year + 1, 1, 1) <= on {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| ordinal(year, *month, 1) <= on).unwrap();
    (year, month, on - ordinal(year, month, 1) + 1)
}

#[test]
fn the_calendar_of_the_naive_evaluation_counts_right() {
    assert_eq!(date("1970-01-01"), 0);
    assert_eq!(date("2024-02-29") + 1, date("2024-03-01"));
    assert_eq!(date("2000-03-01"), 11_017);
    assert_eq!(civil(date("2024-02-29")), (2024, 2, 29));
    assert!(!in_window(date("2019-02-28"), date("2024-02-29")));
    assert!(in_window(date("2019-03-01"), date("2024-02-29")));
}
