//! Assessments and packs in words, for a terminal and for whoever checks a pack before it is published.

mod assessment;
mod pack;

pub use assessment::{explain, reason_words, status_words};

use kernel::Language;
use kernel::vocabulary::Term;

use crate::{Amount, Confidence, GroupKind, Unit};

/// A word of the vocabulary.
fn term(word: impl Term, language: Language) -> &'static str {
    match language {
        Language::Chinese => word.chinese(),
        Language::English => word.english(),
    }
}

/// One of two texts.
fn either<T>(language: Language, chinese: T, english: T) -> T {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// Words of the vocabulary, listed.
fn terms<T: Term>(words: &[T], language: Language) -> String {
    let words: Vec<&str> = words.iter().map(|word| term(*word, language)).collect();
    words.join(either(language, "、", ", "))
}

/// A number with its unit.
fn quantity(amount: Amount, unit: Unit, language: Language) -> String {
    either(language, format!("{amount} {}", unit.chinese()), format!("{amount} {}", unit.english(amount)))
}

/// How sure we are of what a document says.
fn confidence(confidence: Confidence, language: Language) -> &'static str {
    let (chinese, english) = match confidence {
        Confidence::Seen => ("已见原文", "text seen"),
        Confidence::Quoted => ("见于引文", "quoted"),
        Confidence::Low => ("来源较弱，待核实", "weak source, to be verified"),
        Confidence::Assumed => ("推定，待核实", "assumed, to be verified"),
    };
    either(language, chinese, english)
}

/// How parts are taken together.
fn group(kind: GroupKind, language: Language) -> String {
    match kind {
        GroupKind::AllOf => either(language, "须全部满足", "all of").to_owned(),
        GroupKind::AnyOf => either(language, "满足其一", "any of").to_owned(),
        GroupKind::AtLeast { k } => either(language, format!("至少满足 {k} 项"), format!("at least {k} of")),
    }
}
