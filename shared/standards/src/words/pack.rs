//! A pack in words.

use kernel::Language;
use kernel::vocabulary::Term;

use super::{either, group, quantity, term, terms};
use crate::{Asks, CredentialAsk, Criterion, Jurisdiction, Pack, Rule, Window};

impl Pack {
    /// The whole pack as lines of text: where and when it holds, what each level asks for, and on which numbers it
    /// rests.
    pub fn in_words(&self, language: Language) -> String {
        let mut lines = vec![format!("{} ({} v{})", self.title.in_language(language), self.name, self.version)];
        lines.push(format!("  {}", self.scope(language)));
        lines.push(format!("  {} [{}]", self.source.document, self.source.confidence));
        for level in &self.levels {
            lines.push(term(level.level, language).to_owned());
            self.push_rule(&mut lines, &level.rule, 1, language);
        }
        lines.push(either(language, "参数", "Numbers").to_owned());
        lines.extend(self.parameters.iter().map(|parameter| {
            let (label, source) = (parameter.label.in_language(language), &parameter.source);
            format!("  {} = {} [{}; {}]", label, parameter.value, source.document, source.confidence)
        }));
        lines.push(String::new());
        lines.join("\n")
    }

    fn scope(&self, language: Language) -> String {
        let place = match self.jurisdiction {
            Jurisdiction::Nation => either(language, "全国", "nation"),
            Jurisdiction::Province(province) => either(language, province.chinese(), province.english()),
        };
        let levels = terms(&self.education_levels, language);
        let roles = any_or(&self.roles, language, either(language, "各类岗位", "every role"));
        let force = match (self.effective.from, self.effective.to) {
            (None, None) => either(language, "任何日期均有效", "in force on any day").to_owned(),
            (Some(from), None) => either(language, format!("自 {from} 起"), format!("in force from {from}")),
            (None, Some(to)) => either(language, format!("至 {to} 止"), format!("in force until {to}")),
            (Some(from), Some(to)) => {
                either(language, format!("{from} 至 {to}"), format!("in force from {from} to {to}"))
            }
        };
        [place.to_owned(), levels, roles, force].join(" · ")
    }

    fn push_rule(&self, lines: &mut Vec<String>, rule: &Rule, depth: usize, language: Language) {
        let indent = "  ".repeat(depth);
        match rule {
            Rule::Criterion(place) => lines.push(format!("{indent}- {}", self.criteria[*place].in_words(language))),
            Rule::Group { kind, of } => {
                lines.push(format!("{indent}{}", group(*kind, language)));
                for part in of {
                    self.push_rule(lines, part, depth + 1, language);
                }
            }
        }
    }
}

impl Criterion {
    /// The criterion in one line.
    pub fn in_words(&self, language: Language) -> String {
        let mut line = format!("{}{}", self.label.in_language(language), either(language, "：", ": "));
        line.push_str(&self.asked_for(language));
        if let Some(window) = self.window() {
            line.push_str(either(language, "，", ", "));
            line.push_str(&window_words(window, language));
        }
        if !self.only_for.is_empty() {
            let roles = terms(&self.only_for, language);
            line.push_str(&either(language, format!("（仅限{roles}）"), format!(" (only for: {roles})")));
        }
        line
    }

    fn asked_for(&self, language: Language) -> String {
        let (threshold, unit) = self.threshold();
        let at_least = quantity(threshold, unit, language);
        let at_least = either(language, format!("至少 {at_least}"), format!("at least {at_least}"));
        let details = match &self.asks {
            Asks::Credential { any_of } => return credentials(any_of, language),
            Asks::NoBreach => return either(language, "无生效的失范记录", "no breach in force").to_owned(),
            Asks::Practice(ask) => {
                vec![terms(&ask.results, language), terms(&ask.forms, language), terms(&ask.site_kinds, language)]
            }
            Asks::Training(ask) => {
                vec![terms(&ask.themes, language), terms(&ask.tiers, language), terms(&ask.site_kinds, language)]
            }
            Asks::YearsInPost { roles, .. } => vec![terms(roles, language)],
            Asks::Achievement(ask) => {
                vec![
                    terms(&ask.kinds, language),
                    ask.at_least_tier.map_or(String::new(), |tier| and_up(term(tier, language), language)),
                ]
            }
        };
        let details: Vec<String> = details.into_iter().filter(|detail| !detail.is_empty()).collect();
        if details.is_empty() { at_least } else { format!("{at_least} ({})", details.join("; ")) }
    }
}

fn credentials(any_of: &[CredentialAsk], language: Language) -> String {
    let one = |ask: &CredentialAsk| {
        let mut words = term(ask.kind, language).to_owned();
        if let Some(grade) = ask.at_least_grade {
            let grade = grade.number();
            words.push_str(&either(language, format!("{grade}级及以上"), format!(" {grade} or higher")));
        }
        if let Some(rank) = ask.at_least_rank {
            words.push_str(&format!(" ({})", and_up(term(rank, language), language)));
        }
        words
    };
    let words: Vec<String> = any_of.iter().map(one).collect();
    words.join(either(language, "，或", ", or "))
}

fn and_up(word: &str, language: Language) -> String {
    either(language, format!("{word}及以上"), format!("{word} or higher"))
}

fn any_or<T: Term>(words: &[T], language: Language, any: &str) -> String {
    if words.is_empty() { any.to_owned() } else { terms(words, language) }
}

fn window_words(window: Window, language: Language) -> String {
    match window {
        Window::Rolling { years } => {
            either(language, format!("近 {years} 年内"), format!("within the last {years} years"))
        }
        Window::Cycle { years, starting } => either(
            language,
            format!("每 {years} 年一周期（自 {starting} 起算）"),
            format!("within a cycle of {years} years (one began on {starting})"),
        ),
    }
}
