//! A pack in words.

use kernel::Language;
use kernel::vocabulary::Term;

use super::{confidence, either, group, quantity, term, terms};
use crate::{Asks, Counts, CredentialAsk, Criterion, Jurisdiction, Overlapping, Pack, Rule, Source, Window};

impl Pack {
    /// The whole pack as lines of text: where and when it holds, what each level asks for, and on which numbers it
    /// rests.
    pub fn in_words(&self, language: Language) -> String {
        let mut lines = vec![format!("{} ({} v{})", self.title.in_language(language), self.name, self.version)];
        lines.push(format!("  {}", self.scope(language)));
        lines.push(format!("  {}", source(&self.source, language)));
        lines.extend(self.terms_of_reference(language).into_iter().map(|line| format!("  {line}")));
        for level in &self.levels {
            lines.push(term(level.level, language).to_owned());
            self.push_rule(&mut lines, &level.rule, 1, language);
        }
        let shown = |id| self.levels.iter().any(|level| self.names(&level.rule, id));
        let measures: Vec<&Criterion> =
            self.measures.named().filter(|id| !shown(id)).filter_map(|id| self.criterion(id.as_str())).collect();
        if !measures.is_empty() {
            lines.push(either(language, "另行报告", "Reported beside").to_owned());
            lines.extend(measures.iter().map(|criterion| format!("  - {}", criterion.in_words(language))));
        }
        if !self.parameters.is_empty() {
            lines.push(either(language, "参数", "Numbers").to_owned());
        }
        lines.extend(self.parameters.iter().map(|parameter| {
            let label = parameter.label.in_language(language);
            format!("  {} = {} {}", label, parameter.value, source(&parameter.source, language))
        }));
        lines.push(String::new());
        lines.join("\n")
    }

    /// What it builds on, how recognitions are reviewed, and which facts count.
    fn terms_of_reference(&self, language: Language) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(base) = &self.inherits {
            let (name, version) = (&base.name, base.version);
            lines.push(either(
                language,
                format!("在 {name} 第 {version} 版基础上从严"),
                format!("builds on {name} version {version}, and asks for more"),
            ));
        }
        let (years, months) = (self.review.validity_years, self.review.notice_months);
        lines.push(either(
            language,
            format!("认定有效期 {years} 年，到期前 {months} 个月提示复核"),
            format!("a recognition is valid for {years} years; its review is announced {months} months before"),
        ));
        if self.schools_recognise {
            let line = either(
                language,
                "学校可认定本校教师",
                "schools decide on the recognition of their own teachers, besides authorities",
            );
            lines.push(line.to_owned());
        }
        if self.evidence.unverified == Counts::Ignored {
            lines.push(
                either(language, "未经学校核实的记录不计入", "facts that no school verified do not count").to_owned(),
            );
        }
        if self.evidence.disputed == Counts::Ignored {
            lines.push(
                either(language, "本人有异议的记录不计入", "facts that the teacher disputes do not count").to_owned(),
            );
        }
        lines
    }

    fn names(&self, rule: &Rule, id: &crate::CriterionId) -> bool {
        match rule {
            Rule::Criterion(place) => self.criteria[*place].id == *id,
            Rule::Group { of, .. } => of.iter().any(|part| self.names(part, id)),
        }
    }

    fn scope(&self, language: Language) -> String {
        let place = match self.jurisdiction {
            Jurisdiction::Nation => either(language, "全国", "nation"),
            Jurisdiction::Province(province) => either(language, province.chinese(), province.english()),
        };
        let levels = terms(&self.education_levels, language);
        let mut roles = any_or(&self.roles, language, either(language, "各类岗位", "every role"));
        if !self.employments.is_empty() {
            roles = format!("{roles} ({})", terms(&self.employments, language));
        }
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
        if let Some(known) = &self.source {
            line.push(' ');
            line.push_str(&source(known, language));
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
                let each = either(language, "重叠日期分别计算", "a day in several placements counts for each");
                let overlapping = if ask.overlapping == Overlapping::Each { each } else { "" };
                let sites = terms(&ask.site_kinds, language);
                vec![terms(&ask.results, language), terms(&ask.forms, language), sites, overlapping.to_owned()]
            }
            Asks::EnterpriseWork { .. } => vec![either(language, "企业工作", "work in enterprises").to_owned()],
            Asks::PracticeBefore(ask) => {
                let roles = terms(&ask.roles, language);
                let before =
                    either(language, format!("首次任{roles}之前"), format!("before the first post as {roles}"));
                let since =
                    ask.since.map(|day| either(language, format!("{day} 起任职者"), format!("for posts from {day}")));
                vec![before, since.unwrap_or_default(), terms(&ask.results, language)]
            }
            Asks::Panel { at_least_level, .. } => {
                return either(
                    language,
                    format!("专家评议认为具备{}的能力", and_up(term(*at_least_level, language), language)),
                    format!(
                        "an expert panel found the ability of {} level",
                        and_up(term(*at_least_level, language), language)
                    ),
                );
            }
            Asks::Training(ask) => {
                vec![terms(&ask.themes, language), terms(&ask.tiers, language), terms(&ask.site_kinds, language)]
            }
            Asks::YearsInPost { roles, at_one_school, .. } => {
                let at_one = if *at_one_school { either(language, "在同一学校", "at one school") } else { "" };
                vec![terms(roles, language), at_one.to_owned()]
            }
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

fn source(source: &Source, language: Language) -> String {
    format!("[{}; {}]", source.document, confidence(source.confidence, language))
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
