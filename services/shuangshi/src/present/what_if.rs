//! What a draft would change, as tables.

use kernel::Language;
use kernel::vocabulary::{Level, Term};
use qualification::what_if::{WhatIfBody, WhatIfFigures, WhatIfRow};

use super::{plain, right};

/// What a draft would change: by province, by level and by criterion.
pub fn what_if(body: &WhatIfBody, micros: u64, language: Language) -> String {
    let mut areas = plain(&[
        "province",
        "in post",
        "concerned",
        "eligible",
        "then",
        "gain",
        "lose",
        "specialised",
        "eligible",
        "then",
        "gain",
        "lose",
    ]);
    for row in body.provinces.iter().chain([&body.total]) {
        areas.add_row(area(row, language));
    }
    right(&mut areas, 1..12);
    let mut levels = plain(&["now", "then", "people"]);
    for change in &body.transitions {
        levels.add_row([level(change.before, language), level(change.after, language), figure(change.people)]);
    }
    right(&mut levels, 2..3);
    let mut criteria = plain(&["criterion", "", "gain", "lose"]);
    for criterion in &body.criteria {
        let words = criterion.label.in_language(language).to_owned();
        criteria.add_row([criterion.id.to_string(), words, figure(criterion.gain), figure(criterion.lose)]);
    }
    right(&mut criteria, 2..4);
    let WhatIfBody { draft, as_of, known_at, people, .. } = body;
    let speed = people.saturating_mul(1_000_000).checked_div(micros).unwrap_or_default();
    let (whole, millis) = (micros / 1_000_000, micros / 1_000 % 1_000);
    format!(
        "{areas}\n\n{levels}\n\n{criteria}\n\non {as_of}, draft {} v{}, log position {known_at}; nothing was recorded\n\
         {people} people in {whole}.{millis:03} s, {speed} a second\n",
        draft.name, draft.version
    )
}

fn area(row: &WhatIfRow, language: Language) -> Vec<String> {
    let name = match (row.province, language) {
        (Some(province), Language::Chinese) => province.chinese(),
        (Some(province), Language::English) => province.english(),
        (None, Language::Chinese) => "全部",
        (None, Language::English) => "all",
    };
    let mut cells = vec![name.to_owned(), figure(row.all.in_post), figure(row.all.concerned)];
    cells.extend(changes(&row.all));
    cells.push(figure(row.specialised.in_post));
    cells.extend(changes(&row.specialised));
    cells
}

fn changes(figures: &WhatIfFigures) -> [String; 4] {
    let percent = |count: Option<u64>, share: Option<f64>| match (count, share) {
        (Some(count), Some(share)) => format!("{count} ({:.1} %)", share * 100.0),
        (count, _) => figure(count),
    };
    [
        percent(figures.eligible_before, figures.share_before),
        percent(figures.eligible_after, figures.share_after),
        figure(figures.gain),
        figure(figures.lose),
    ]
}

fn figure(figure: Option<u64>) -> String {
    figure.map_or_else(|| "·".to_owned(), |figure| figure.to_string())
}

fn level(level: Option<Level>, language: Language) -> String {
    match (level, language) {
        (Some(level), Language::Chinese) => level.chinese().to_owned(),
        (Some(level), Language::English) => level.english().to_owned(),
        (None, _) => "–".to_owned(),
    }
}
