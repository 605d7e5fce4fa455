//! An assessment in words.

use std::collections::BTreeMap;

use kernel::Language;

use super::{either, group, quantity, term};
use crate::{
    Amount, Assessment, CriterionNode, IgnoreReason, LevelAssessment, Node, PostState, RecognitionPhase, Standing,
    Status, Unit, Verdict,
};

/// The assessment as lines of text: headline, tree, lapse and what is missing.
pub fn explain(assessment: &Assessment, language: Language) -> String {
    let mut lines = vec![headline(assessment, language), standing(&assessment.standing, language)];
    for level in &assessment.levels {
        push_level(&mut lines, level, language);
    }
    push_measures(&mut lines, assessment, language);
    if let Some(day) = assessment.lapses_on {
        lines.push(either(
            language,
            format!("如无新的记录，将于 {day} 失效。"),
            format!("Lapses on {day} if nothing more happens."),
        ));
    }
    if let Some(level) = assessment.next_level {
        let level = term(level, language);
        lines.push(either(language, format!("距{level}还差："), format!("Missing for the {level} level:")));
        lines.extend(assessment.missing.iter().map(|one| format!("  - {}", one.words.in_language(language))));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn headline(assessment: &Assessment, language: Language) -> String {
    let Assessment { on, pack, status, .. } = assessment;
    let (name, version, status) = (&pack.name, pack.version, status_words(*status, language));
    either(
        language,
        format!("{on}，按 {name} 第 {version} 版：{status}"),
        format!("As of {on}, by {name} version {version}: {status}"),
    )
}

/// A headline in words.
pub fn status_words(status: Status, language: Language) -> String {
    let named = |level| term(level, language);
    match status {
        Status::NotInPost => either(language, "不在岗", "not in post").to_owned(),
        Status::Restricted => either(language, "受限（师德失范）", "restricted (conduct)").to_owned(),
        Status::NotEligible => either(language, "尚不符合条件", "not eligible").to_owned(),
        Status::Eligible { level } => {
            either(language, format!("符合{}条件", named(level)), format!("eligible at {} level", named(level)))
        }
        Status::Recognised { level, until } => either(
            language,
            format!("已认定为{}，有效期至 {until}", named(level)),
            format!("recognised at {} level until {until}", named(level)),
        ),
        Status::DueForReview { level, until } => either(
            language,
            format!("已认定为{}，须在 {until} 前复核", named(level)),
            format!("recognised at {} level, due for review by {until}", named(level)),
        ),
        Status::Lapsed { level } => {
            either(language, format!("{}认定已失效", named(level)), format!("{} recognition lapsed", named(level)))
        }
        Status::Revoked { level } => {
            either(language, format!("{}认定已撤销", named(level)), format!("{} recognition revoked", named(level)))
        }
    }
}

/// Eligibility and recognition side by side.
fn standing(standing: &Standing, language: Language) -> String {
    let none = either(language, "无", "none");
    let post = match standing.post {
        PostState::InPost => either(language, "在岗", "in post"),
        PostState::OtherRole => either(language, "在其他岗位", "in another role"),
        PostState::NotInPost => either(language, "不在岗", "not in post"),
    };
    let eligible = standing.eligible.map_or(none, |level| term(level, language));
    let recognised = match standing.recognition {
        None => none.to_owned(),
        Some(recognition) => {
            let phase = match recognition.phase {
                RecognitionPhase::InForce => either(language, "有效", "in force"),
                RecognitionPhase::DueForReview => either(language, "待复核", "due for review"),
                RecognitionPhase::Suspended => either(language, "暂停（师德失范）", "suspended by a breach"),
                RecognitionPhase::Lapsed => either(language, "已失效", "lapsed"),
                RecognitionPhase::Revoked => either(language, "已撤销", "revoked"),
            };
            let (level, until) = (term(recognition.level, language), recognition.until);
            let flagged =
                if recognition.flagged { either(language, "，依据有变，须复查", ", flagged") } else { "" };
            either(
                language,
                format!("{level}（{phase}，至 {until}{flagged}）"),
                format!("{level} ({phase}, until {until}{flagged})"),
            )
        }
    };
    either(
        language,
        format!("  {post} · 符合条件：{eligible} · 认定：{recognised}"),
        format!("  {post} · eligible: {eligible} · recognition: {recognised}"),
    )
}

/// What the pack reports for itself and no level shows.
fn push_measures(lines: &mut Vec<String>, assessment: &Assessment, language: Language) {
    let shown = |criterion: &&CriterionNode| !assessment.levels.iter().any(|level| level.tree.shows(&criterion.id));
    let measures: Vec<&CriterionNode> = assessment.measures.iter().filter(shown).collect();
    if !measures.is_empty() {
        lines.push(either(language, "另行报告", "Reported beside").to_owned());
        lines.extend(measures.iter().map(|criterion| format!("  {}", criterion_line(criterion, language))));
    }
}

fn push_level(lines: &mut Vec<String>, level: &LevelAssessment, language: Language) {
    let name = term(level.level, language);
    lines.push(format!("{} {}", tick(level.met), either(language, name.to_owned(), format!("{name} level"))));
    push_node(lines, &level.tree, 1, language);
}

fn push_node(lines: &mut Vec<String>, node: &Node, depth: usize, language: Language) {
    let indent = "  ".repeat(depth);
    match node {
        Node::Group(of) => {
            lines.push(format!("{indent}{} {}", tick(of.met), group(of.kind, language)));
            for part in &of.of {
                push_node(lines, part, depth + 1, language);
            }
        }
        Node::Criterion(criterion) => {
            lines.push(format!("{indent}{}", criterion_line(criterion, language)));
            if let Some(ignored) = ignored_line(criterion, language) {
                lines.push(format!("{indent}    {ignored}"));
            }
        }
    }
}

fn tick(met: bool) -> &'static str {
    if met { "✓" } else { "✗" }
}

fn criterion_line(criterion: &CriterionNode, language: Language) -> String {
    let CriterionNode { label, verdict, amount, threshold, unit, window, confidence, .. } = criterion;
    let mark = if *verdict == Verdict::NotApplicable { "–" } else { tick(*verdict == Verdict::Met) };
    let mut line = format!("{mark} {}{}", label.in_language(language), either(language, "：", ": "));
    line.push_str(&match (verdict, unit) {
        (Verdict::NotApplicable, _) => either(language, "不适用", "not asked for").to_owned(),
        (Verdict::Met, Unit::Credentials) => either(language, "已取得", "held").to_owned(),
        (Verdict::Met, Unit::Judgements) => either(language, "已通过", "given").to_owned(),
        (Verdict::Unmet, Unit::Judgements) => either(language, "无", "none").to_owned(),
        (Verdict::Unmet, Unit::Credentials) => either(language, "未取得", "not held").to_owned(),
        (_, Unit::Breaches) if *amount == Amount::ZERO => either(language, "无", "none").to_owned(),
        (_, Unit::Breaches) => quantity(*amount, *unit, language),
        _ => either(
            language,
            format!("{amount}／{}", quantity(*threshold, *unit, language)),
            format!("{amount} of {}", quantity(*threshold, *unit, language)),
        ),
    });
    if let Some(window) = window {
        let (from, to) = (window.from(), window.to());
        line.push_str(&either(language, format!("（{from} 至 {to}）"), format!(" ({from} to {to})")));
    }
    if let Some(day) = criterion.lapses_on {
        line.push_str(&either(language, format!("，{day} 起不再满足"), format!(", no longer from {day}")));
    }
    if let Some(unsure) = confidence.filter(|confidence| confidence.is_unverified()) {
        line.push_str(&format!(" [{}]", super::confidence(unsure, language)));
    }
    line
}

/// What was ignored, summed up by reason.
fn ignored_line(criterion: &CriterionNode, language: Language) -> Option<String> {
    let mut by_reason: BTreeMap<IgnoreReason, Amount> = BTreeMap::new();
    for ignored in &criterion.ignored {
        let sum = by_reason.entry(ignored.reason).or_default();
        *sum = *sum + ignored.amount;
    }
    if by_reason.is_empty() {
        return None;
    }
    let parts: Vec<String> = by_reason
        .into_iter()
        .map(|(reason, amount)| {
            let amount = quantity(amount, criterion.unit, language);
            let reason = reason_words(reason, language);
            either(language, format!("{amount}（{reason}）"), format!("{amount} ({reason})"))
        })
        .collect();
    Some(either(language, format!("未计入：{}", parts.join("、")), format!("not counted: {}", parts.join(", "))))
}

/// Why a fact does not count, in words.
pub fn reason_words(reason: IgnoreReason, language: Language) -> &'static str {
    let (chinese, english) = match reason {
        IgnoreReason::Voided => ("已作废", "voided"),
        IgnoreReason::NotYet => ("尚未发生", "not yet"),
        IgnoreReason::OutsideWindow => ("早于计算期", "before the window"),
        IgnoreReason::Overlapping => ("重叠", "overlapping"),
        IgnoreReason::SiteNotApproved => ("当时基地未获批准", "site not approved then"),
        IgnoreReason::NotCompleted => ("未完成", "not completed"),
        IgnoreReason::NotPassed => ("考核不合格", "not passed"),
        IgnoreReason::BelowRank => ("等级不足", "rank too low"),
        IgnoreReason::OtherKind => ("类别不符", "not of a kind that is asked for"),
        IgnoreReason::Withdrawn => ("已撤回", "withdrawn"),
        IgnoreReason::Lifted => ("已解除", "lifted"),
        IgnoreReason::Duplicate => ("重复记录", "recorded twice"),
        IgnoreReason::Unverified => ("未经学校核实", "not verified by a school"),
        IgnoreReason::Disputed => ("本人有异议", "disputed by the teacher"),
        IgnoreReason::TooLate => ("晚于首次任职", "after the first assignment"),
    };
    either(language, chinese, english)
}
