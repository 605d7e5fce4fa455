//! Problem details (RFC 9457): why a request was not answered as asked, for a program and for a person.

use kernel::Language;
use serde::{Deserialize, Serialize};

use crate::Code;

/// Why a request was not answered as asked (`application/problem+json`). It never repeats what was sent, which may be
/// personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// The kind of problem: `urn:shuangshi:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:shuangshi:problem:malformed_body")]
    pub kind: String,
    /// The kind of problem in words, in the language asked for.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// The code to branch on.
    pub code: Code,
    /// What is wrong with this request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The stable code of the rule that said no, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "session_is_voided")]
    pub rejection: Option<String>,
    /// The request's id, to ask about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Each thing that is wrong, and where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// One thing that is wrong with a request or a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fault {
    /// Where it is.
    #[serde(rename = "where")]
    pub place: Place,
    /// What is wrong.
    pub why: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A place in a request or in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Place {
    /// A field of the body, as a path such as `roster[3].hours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A parameter of the path or the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// A file of an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// A row, as the spreadsheet program numbers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// A column, by its heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl Place {
    /// A field of the body.
    pub fn field(path: impl Into<String>) -> Self {
        Self { field: Some(path.into()), ..Self::default() }
    }

    /// A parameter of the path or the query.
    pub fn parameter(name: impl Into<String>) -> Self {
        Self { parameter: Some(name.into()), ..Self::default() }
    }

    /// A header.
    pub fn header(name: impl Into<String>) -> Self {
        Self { header: Some(name.into()), ..Self::default() }
    }

    /// A cell of a spreadsheet.
    pub fn cell(row: u64, column: impl Into<String>) -> Self {
        Self { row: Some(row), column: Some(column.into()), ..Self::default() }
    }
}

impl Fault {
    /// Something wrong at a place.
    pub fn new(place: Place, why: impl Into<String>) -> Self {
        Self { place, why: why.into(), hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Problem {
    /// A problem of this kind, titled in Chinese until [`Self::in_language`] says otherwise.
    pub fn new(code: Code) -> Self {
        Self {
            kind: format!("urn:shuangshi:problem:{code}"),
            title: code.title(Language::default()).to_owned(),
            status: code.status(),
            code,
            detail: None,
            rejection: None,
            instance: None,
            errors: Vec::new(),
        }
    }

    /// The same with what is wrong this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same with one more fault.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.errors.push(fault);
        self
    }

    /// The same with the stable code of the rule that said no.
    #[must_use]
    pub fn rejection(mut self, code: impl Into<String>) -> Self {
        self.rejection = Some(code.into());
        self
    }

    /// The same for the request of this id.
    #[must_use]
    pub fn instance(mut self, request: impl Into<String>) -> Self {
        self.instance = Some(request.into());
        self
    }

    /// The same titled in a language.
    #[must_use]
    pub fn in_language(mut self, language: Language) -> Self {
        self.title = self.code.title(language).to_owned();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_only_what_it_knows() {
        let problem = Problem::new(Code::MalformedBody)
            .in_language(Language::English)
            .fault(Fault::new(Place::field("roster[3].hours"), "it is not a number").hint("write 16.0"));
        let expected = serde_json::json!({
            "type": "urn:shuangshi:problem:malformed_body",
            "title": "The body is malformed",
            "status": 400,
            "code": "malformed_body",
            "errors": [{ "where": { "field": "roster[3].hours" }, "why": "it is not a number", "hint": "write 16.0" }],
        });
        assert_eq!(serde_json::to_value(&problem).unwrap(), expected);
        assert_eq!(serde_json::from_value::<Problem>(expected).unwrap(), problem);
    }
}
