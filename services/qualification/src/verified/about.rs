//! The second sheet: what the columns mean, by which rules, as known when, and who asked what for.

use kernel::vocabulary::{Capacity, Purpose, Term};
use standards::Label;

use super::VerifiedList;

/// Who asked, and what for.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The account.
    pub account: String,
    /// The capacity it acted in.
    pub capacity: Capacity,
    /// The organisation it acted for, by its name.
    pub organisation: Option<String>,
    /// The purpose that was stated.
    pub purpose: Option<Purpose>,
    /// The case that was named.
    pub reference: Option<String>,
}

/// The lines of the sheet, each in Chinese and English.
pub(super) fn lines(list: &VerifiedList, asker: &Asker) -> Vec<Label> {
    let line = |zh: String, en: String| Label { zh, en };
    let (known_at, as_of, tally) = (&list.known_at, list.as_of, list.tally);
    let mut lines = vec![
        line(format!("截至日期：{as_of}"), format!("As of {as_of}, where a row says no other day")),
        line(format!("日志位置：{known_at}"), format!("As known at log position {known_at}")),
    ];
    if let Some(since) = list.changed_since {
        lines.push(line(format!("变化自：{since}"), format!("What changed is told since {since}")));
    }
    let super::Tally { found, not_found, malformed } = tally;
    lines.push(line(
        format!("在册 {found}，不在册 {not_found}，号码有误 {malformed}"),
        format!("{found} on the register, {not_found} not on the register, {malformed} malformed"),
    ));
    lines.push(asked_by(asker));
    lines.extend(packs(list));
    lines.extend(COLUMNS.iter().map(|(zh, en)| line((*zh).to_owned(), (*en).to_owned())));
    lines
}

fn asked_by(asker: &Asker) -> Label {
    let Asker { account, capacity, organisation, purpose, reference } = asker;
    let extra = |text: Option<&str>| text.map(|text| format!(" {text}")).unwrap_or_default();
    let (at, case) = (extra(organisation.as_deref()), extra(reference.as_deref()));
    let (purpose_zh, purpose_en) = purpose
        .map_or(("本机操作", "operations on this machine"), |purpose| (purpose.chinese(), purpose.english()));
    Label {
        zh: format!("查询人：{account}（{}{at}）；用途：{purpose_zh}{case}", capacity.chinese()),
        en: format!("Asked by {account} ({}{at}); purpose: {purpose_en}{case}", capacity.english()),
    }
}

/// Each pack that judged, with what it asks for.
fn packs(list: &VerifiedList) -> Vec<Label> {
    let mut seen = Vec::new();
    let mut lines = Vec::new();
    for standing in list.rows.iter().filter_map(|row| row.standing.as_ref()) {
        if seen.contains(&&standing.pack) {
            continue;
        }
        seen.push(&standing.pack);
        let (name, version, digest) = (&standing.pack.name, standing.pack.version, &standing.pack.digest);
        lines.push(Label {
            zh: format!("规则：{name} 第 {version} 版，SHA-256 {digest}"),
            en: format!("Rules: {name} version {version}, SHA-256 {digest}"),
        });
        lines.extend(standing.criteria.iter().map(|criterion| {
            let (label, asked, unit) = (&criterion.label, criterion.outcome.threshold, criterion.unit);
            Label {
                zh: format!("　{}：{asked} {}", label.zh, unit.chinese()),
                en: format!("  {}: {asked} {}", label.en, unit.english(asked)),
            }
        }));
    }
    lines
}

/// What the columns mean.
const COLUMNS: [(&str, &str); 10] = [
    ("行号：原表中的行，标题为第 1 行。", "Row: the row of the list handed in; the headings are row 1."),
    (
        "身份证号：只显示省份和末两位；请按行号对照。姓名系原表所列，未经比对。",
        "Id number: all but the province and the last two characters is hidden; match by row. The name is the list's own \
         and was not compared.",
    ),
    (
        "结果：在册、不在册、号码有误。不在册与不得提供为同一答复。",
        "Outcome: found, not found or malformed. Not on the register and not to be told are one answer.",
    ),
    (
        "状态、认定级别、符合级别：认定由有权机构作出，符合由规则算出，两者并列。",
        "Status, recognised, eligible: recognition is decided by a body, eligibility is worked out; they stand side by \
         side.",
    ),
    ("自：该状态的首日。", "Since: the first day of the status."),
    (
        "失效日：如无新的记录，级别下降的首日。",
        "Lapses: the first day on which the level falls if nothing more happens.",
    ),
    (
        "各项条件：✓ 满足，✗ 未满足，– 不要求；其后为数量/要求。",
        "Criteria: ✓ met, ✗ unmet, – not asked for; then the amount and what is asked for.",
    ),
    ("尚缺：距下一级别最少还差什么。", "Missing: the least that is missing for the next level."),
    (
        "变化：该日的状态，以及结论不同的条件，均以同一日志位置为准。",
        "Changed: the status on that day, and the criteria with another verdict, as known at the same log position.",
    ),
    (
        "证明：完整依据的路径，须有权查看该档案者才能打开；同一日期和日志位置的答复永远不变。",
        "Proof: where the whole reasoning is, for whoever may see the record; for the same day and position it never \
         changes.",
    ),
];
