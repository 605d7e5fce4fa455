//! Names and words that a pack gives to its parts.

use std::sync::Arc;

use kernel::Language;
use serde::{Deserialize, Serialize};

/// The same words in Chinese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Label {
    /// The words in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }
}

/// The name of a criterion within its pack, such as `teacher_certificate`. Cheap to copy: a timeline repeats it often.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct CriterionId(Arc<str>);

impl CriterionId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for CriterionId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for CriterionId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<CriterionId> for String {
    fn from(id: CriterionId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for CriterionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl utoipa::PartialSchema for CriterionId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .examples(["teacher_certificate"])
            .into()
    }
}

impl utoipa::ToSchema for CriterionId {
    fn name() -> std::borrow::Cow<'static, str> {
        "CriterionId".into()
    }
}
