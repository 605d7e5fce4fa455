//! Assessments and packs in words, for a terminal and for whoever checks a pack before it is published.

mod assessment;
mod pack;

pub use assessment::{explain, reason_words, status_words};

use kernel::Language;
use kernel::vocabulary::Term;

use crate::{Amount, GroupKind, Unit};

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

/// How parts are taken together.
fn group(kind: GroupKind, language: Language) -> String {
    match kind {
        GroupKind::AllOf => either(language, "须全部满足", "all of").to_owned(),
        GroupKind::AnyOf => either(language, "满足其一", "any of").to_owned(),
        GroupKind::AtLeast { k } => either(language, format!("至少满足 {k} 项"), format!("at least {k} of")),
    }
}
