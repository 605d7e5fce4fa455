//! Tables and pages for people.

mod what_if;

use std::collections::BTreeMap;
use std::fmt::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use coverage::table::CoverageBody;
use dossiers::{Dossier, School, Seat};
use kernel::Language;
use kernel::vocabulary::Term;
use kernel::{Day, OrganisationId};
use qualification::standing::{ListedBody, StatusBody};
use qualification::told::ContradictionBody;
use standards::{Jurisdiction, Pack, Rulebook};
use vault::Identity;

pub use what_if::what_if;

use crate::commands::simulate::Took;
use crate::delivery::Summary;
use crate::simulate::Report;

/// What became of a delivery.
pub fn summary(summary: &Summary, position: &str) -> String {
    let mut table = plain(&["file", "recorded", "known already", "refused"]);
    for (file, tally) in &summary.files {
        let counts = [tally.recorded, tally.known, tally.refused].map(|count| count.to_string());
        table.add_row(std::iter::once((*file).to_owned()).chain(counts));
    }
    right(&mut table, 1..4);
    format!("{table}\nimport {}, log position {position}\n", summary.import)
}

/// One teacher: who, where, and why.
pub fn teacher(
    body: &StatusBody,
    dossier: &Dossier,
    identity: Option<&Identity>,
    schools: &[School],
    language: Language,
) -> String {
    let schools = by_id(schools);
    let mut page = String::new();
    let name = identity.map_or("(erased)", |identity| identity.name.as_str());
    let number = identity.and_then(|identity| identity.citizen_id.as_ref()).map(|number| number.masked());
    let _ = writeln!(page, "{name}  {}  {}", number.unwrap_or_default(), body.teacher);
    for (school, number) in &dossier.employed {
        let _ = writeln!(page, "  {number}  {}", school_name(&schools, *school));
    }
    for seat in &body.seats {
        let _ = writeln!(page, "  {}", seat_words(seat, &schools, language));
    }
    let _ = write!(page, "\n{}", standards::explain(&body.assessment, language));
    for elsewhere in &body.elsewhere {
        let _ = write!(page, "\n{}", standards::explain(elsewhere, language));
    }
    for pack in std::iter::once(&body.assessment).chain(&body.elsewhere).map(|assessment| &assessment.pack) {
        let _ = write!(page, "\nrule pack {} v{} ({})", pack.name, pack.version, pack.digest);
    }
    let _ = writeln!(page, "\nlog position {}", body.known_at);
    page
}

/// Many teachers.
pub fn teachers(rows: &[ListedBody], schools: &[School], on: Day, position: &str) -> String {
    let schools = by_id(schools);
    let mut table = plain(&["staff number", "name", "school", "role", "status", "until", "rotation", "practice"]);
    for row in rows {
        let seat = row.seats.first();
        let yes = |flag: bool| if flag { "✓" } else { "✗" }.to_owned();
        table.add_row([
            staff_number(row),
            row.name.clone().unwrap_or_else(|| "(erased)".to_owned()),
            seat.map(|seat| school_name(&schools, seat.school)).unwrap_or_default(),
            seat.map(|seat| seat.role.chinese().to_owned()).unwrap_or_default(),
            row.status.to_owned(),
            row.until.map(|day| day.to_string()).unwrap_or_default(),
            yes(row.rotation),
            yes(row.practice),
        ]);
    }
    format!("{table}\n{} teachers on {on}, log position {position}\n", rows.len())
}

/// The staff number that a row goes by.
pub fn staff_number(row: &ListedBody) -> String {
    row.employed.first().map(|employed| employed.staff_number.to_string()).unwrap_or_default()
}

/// Coverage by area.
pub fn coverage(body: &CoverageBody) -> String {
    let headings =
        ["code", "area", "teachers", "specialised", "recognised", "share", "eligible", "share", "rotation", "practice"];
    let mut table = plain(&headings);
    let number = |figure: Option<i64>| figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string());
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    for row in &body.rows {
        table.add_row([
            row.code.clone(),
            row.name.clone(),
            number(row.teachers),
            number(row.specialised),
            number(row.recognised),
            percent(row.double_qualified_share),
            number(row.eligible),
            percent(row.eligible_share),
            percent(row.rotation_share),
            percent(row.practice_share),
        ]);
    }
    right(&mut table, 2..headings.len());
    let pack =
        body.pack.as_ref().map_or_else(|| "no rule pack".to_owned(), |pack| format!("{} v{}", pack.name, pack.version));
    format!(
        "{table}\non {}, rule pack {pack}, log position {}\nshares are of specialised-course teachers; rotation is of all \
         teachers\n",
        body.as_of, body.known_at
    )
}

/// Contradictions.
pub fn contradictions(rows: &[ContradictionBody], position: &str) -> String {
    let mut table = plain(&["found at", "resolved at", "kind", "teacher", "days", "facts"]);
    for row in rows {
        let facts: Vec<String> = row.facts.iter().map(|fact| fact.fact.to_string()).collect();
        table.add_row([
            row.found_at.clone(),
            row.resolved_at.clone().unwrap_or_default(),
            row.words.zh.clone(),
            row.teacher.to_string(),
            format!("{}–{}", row.days.from(), row.days.to()),
            facts.join(" "),
        ]);
    }
    format!("{table}\n{} contradictions, log position {position}\n", rows.len())
}

/// Rule packs, each with whether it is published.
pub fn packs(rows: &[(&Pack, bool)], published: &Rulebook, on: Day, position: &str) -> String {
    let headings = ["name", "version", "title", "province", "from", "to", "in force", "overruled by", "published"];
    let mut table = plain(&headings);
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let yes = |flag: bool| if flag { "✓" } else { "" }.to_owned();
    for (pack, is_published) in rows {
        let overruling = published.overruled_by(pack, on).filter(|_| *is_published);
        table.add_row([
            pack.name.clone(),
            pack.version.to_string(),
            pack.title.zh.clone(),
            match pack.jurisdiction {
                Jurisdiction::Nation => String::new(),
                Jurisdiction::Province(province) => province.to_string(),
            },
            day(pack.effective.from),
            day(pack.effective.to),
            yes(*is_published && pack.effective.contains(on)),
            overruling.map(|pack| format!("{}@{}", pack.name, pack.version)).unwrap_or_default(),
            if *is_published { yes(true) } else { "not yet: comes with the program".to_owned() },
        ]);
    }
    format!("{table}\n{} rule packs on {on}, log position {position}\n", rows.len())
}

fn plain(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.iter().copied());
    table
}

fn right(table: &mut Table, columns: std::ops::Range<usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn by_id(schools: &[School]) -> BTreeMap<OrganisationId, &School> {
    schools.iter().map(|school| (school.id, school)).collect()
}

fn school_name(schools: &BTreeMap<OrganisationId, &School>, school: OrganisationId) -> String {
    schools.get(&school).map_or_else(|| school.to_string(), |school| school.name.to_string())
}

fn seat_words(seat: &Seat, schools: &BTreeMap<OrganisationId, &School>, language: Language) -> String {
    let (role, employment) = match language {
        Language::Chinese => (seat.role.chinese(), seat.employment.chinese()),
        Language::English => (seat.role.english(), seat.employment.english()),
    };
    let specialty = seat.specialty.as_ref().map(|specialty| format!(" {specialty}")).unwrap_or_default();
    format!("{role}{specialty}, {employment}, {}", school_name(schools, seat.school))
}

/// What a simulation recorded, as text.
pub fn simulated(report: &Report, took: Took, position: &str) -> String {
    let mut text = format!("{}, {} schools; batch {}\n", report.scenario, report.schools, report.import);
    if report.known_already {
        return format!("{text}on record already; the log stands at {position}\n");
    }
    for (kind, count) in &report.kinds {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{count:>12}  {kind}");
    }
    let _ = writeln!(text, "of it, put in on purpose:");
    for (sort, count) in &report.dirt {
        let _ = writeln!(text, "{count:>12}  {sort}");
    }
    let _ = write!(text, "{} events", report.recorded);
    if report.before > 0 {
        let _ = write!(text, ", {} on record before", report.before);
    }
    let _ = write!(text, "; log in {:.1} s", took.log.as_secs_f64());
    if let Some(read_models) = took.read_models {
        let _ = write!(text, ", read models in {:.1} s", read_models.as_secs_f64());
    }
    let _ = writeln!(text, "; position {position}");
    text
}
