//! A difference in words.

use kernel::Language;
use standards::{Cause, FactDifference, Outcome, Verdict, Why, status_words};

use super::{BriefBody, ChangesBody, CriterionChange, EventBody};

/// The difference as lines of text: both answers, each criterion with what made it so, and the events.
pub fn words(body: &ChangesBody, language: Language) -> String {
    let mut lines = vec![
        answer(&body.from, language, ("先前", "before")),
        answer(&body.to, language, ("现在", "after")),
        String::new(),
    ];
    if body.criteria.is_empty() {
        lines.push(either(language, "各项条件无变化。", "No criterion says anything else.").to_owned());
    }
    for criterion in &body.criteria {
        push_criterion(&mut lines, criterion, language);
    }
    if !body.events.is_empty() {
        lines.push(String::new());
        lines.push(either(language, "其间入册的事件：", "Recorded in between:").to_owned());
        lines.extend(body.events.iter().map(event));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn answer(brief: &BriefBody, language: Language, (zh, en): (&str, &str)) -> String {
    let BriefBody { as_of, known_at, status, pack, .. } = brief;
    let (status, name, version) = (status_words(*status, language), &pack.name, pack.version);
    match language {
        Language::Chinese => format!("{zh}：{as_of}（日志位置 {known_at}，{name} 第 {version} 版）：{status}"),
        Language::English => {
            format!("{en}: as of {as_of} (log position {known_at}, {name} version {version}): {status}")
        }
    }
}

fn push_criterion(lines: &mut Vec<String>, criterion: &CriterionChange, language: Language) {
    let CriterionChange { label, before, after, recorded, days, .. } = criterion;
    let said = |outcome: &Option<Outcome>| outcome.map(|outcome| outcome_words(outcome, criterion, language));
    let none = || either(language, "规则未要求", "not asked for").to_owned();
    let (was, is) = (said(before).unwrap_or_else(none), said(after).unwrap_or_else(none));
    lines.push(format!("{}: {was} → {is}", label.in_language(language)));
    let by_record = either(language, "因入册事件", "by what was recorded");
    let by_days = either(language, "因时间推移", "by the passing of days");
    for (why, by) in [(recorded, by_record), (days, by_days)] {
        if let Some(why) = why {
            push_why(lines, why, by, criterion, language);
        }
    }
}

fn push_why(lines: &mut Vec<String>, why: &Why, by: &str, criterion: &CriterionChange, language: Language) {
    let word = |cause: &Cause| match cause {
        Cause::Facts => either(language, "计入的事实不同", "other facts count"),
        Cause::Pack => either(language, "规则不同", "another rule pack"),
        Cause::Role => either(language, "任职角色不同", "another role is held"),
    };
    let causes: Vec<&str> = why.causes.iter().map(word).collect();
    lines.push(format!("  {by}: {}", causes.join(either(language, "、", ", "))));
    let fact = |sign: &str, fact: &FactDifference| {
        let reason = fact.reason.map(|reason| standards::reason_words(reason, language));
        let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let unit = either(language, criterion.unit.chinese(), criterion.unit.english(fact.after));
        format!("    {sign} {}: {} → {} {unit}{reason}", fact.fact, fact.before, fact.after)
    };
    lines.extend(why.newly_counted.iter().map(|one| fact("+", one)));
    lines.extend(why.no_longer_counted.iter().map(|one| fact("-", one)));
}

fn outcome_words(outcome: Outcome, criterion: &CriterionChange, language: Language) -> String {
    let mark = match outcome.verdict {
        Verdict::Met => "✓",
        Verdict::Unmet => "✗",
        Verdict::NotApplicable => "–",
    };
    let unit = either(language, criterion.unit.chinese(), criterion.unit.english(outcome.threshold));
    format!("{mark} {}/{} {unit}", outcome.amount, outcome.threshold)
}

fn event(event: &EventBody) -> String {
    let EventBody { event, category, kind, position, occurred_on, .. } = event;
    format!("  {position}  {occurred_on}  {category} {kind}  {event}")
}

fn either<'a>(language: Language, chinese: &'a str, english: &'a str) -> &'a str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}
