//! The same as a file that a person reads.

use std::fmt::Write;

use kernel::Language;
use kernel::vocabulary::{RecordField, RecordSection, Term, YesNo};

use super::{ByBody, ExportBody, ToldBody};

/// The export as text in a language.
///
/// # Errors
/// Never in practice: text is written to memory.
pub fn render(export: &ExportBody, language: Language) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let say = |chinese: &'static str, english: &'static str| either(language, chinese, english);
    writeln!(out, "# {}", say("个人信息副本", "A copy of your personal data"))?;
    writeln!(out)?;
    writeln!(out, "{}: {}", say("编号", "id"), export.teacher)?;
    for entry in export.entries.iter().filter(|entry| **entry != export.teacher) {
        writeln!(out, "{}: {entry}", say("已并入的登记", "merged entry"))?;
    }
    let unreadable = say("已删除", "erased");
    let name = export.name.as_deref().unwrap_or(unreadable);
    writeln!(out, "{}: {name}", term(RecordField::Name, language))?;
    if let Some(number) = &export.citizen_id {
        writeln!(out, "{}: {number}", term(RecordField::CitizenId, language))?;
    }
    let yes = |yes| term(if yes { YesNo::Yes } else { YesNo::No }, language);
    writeln!(out, "{}: {}", say("限制处理", "restricted to storage"), yes(export.restricted))?;
    writeln!(out, "{}: {}", say("已删除", "erased"), yes(export.erased))?;
    writeln!(out, "{}: {}", say("截至", "as of"), export.on)?;
    writeln!(out, "{}: {}", say("日志位置", "log position"), export.position)?;
    if let Some(status) = &export.status {
        writeln!(out, "\n## {}\n", say("当前状态", "Where you stand"))?;
        out.push_str(&standards::explain(status, language));
    }
    for &section in RecordSection::all() {
        let mut told = export.record.iter().filter(|told| told.section == section).peekable();
        if told.peek().is_some() {
            writeln!(out, "\n## {}\n", term(section, language))?;
        }
        for one in told {
            entry(&mut out, one, language)?;
        }
    }
    writeln!(out, "\n## {}\n", say("查阅记录", "Who looked at your record"))?;
    for reading in &export.readings {
        let (by, words, operation) = (office(&reading.by), reading.words, &reading.operation);
        let reference = reading.reference.as_deref().unwrap_or_default();
        writeln!(out, "- {} {by}: {words} ({operation}) {reference}", reading.at)?;
    }
    Ok(out)
}

fn entry(out: &mut String, told: &ToldBody, language: Language) -> std::fmt::Result {
    let voided = if told.voided { either(language, "（已作废）", " (voided)") } else { "" };
    writeln!(out, "- {} {}{voided}", told.on, told.words)?;
    for particular in &told.particulars {
        writeln!(out, "  {}: {}", particular.label, particular.words)?;
    }
    let (recorded, by) = (either(language, "记录于", "recorded at"), either(language, "记录者", "by"));
    writeln!(out, "  {recorded} {}, {by}: {}", told.recorded_at, office(&told.by))?;
    writeln!(out, "  {}: {}", either(language, "事件", "event"), told.event)
}

fn office(by: &ByBody) -> String {
    match &by.organisation_name {
        Some(organisation) => format!("{} {organisation}", by.words),
        None => by.words.to_owned(),
    }
}

fn term<T: Term>(term: T, language: Language) -> &'static str {
    either(language, term.chinese(), term.english())
}

fn either(language: Language, chinese: &'static str, english: &'static str) -> &'static str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}
