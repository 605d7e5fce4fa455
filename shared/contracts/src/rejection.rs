//! The domain saying no, as a caller sees it.

use crate::{Code, Fault, Place, Problem};

/// In which way the domain said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// What is asked for can not be recorded as it is (422).
    Unprocessable,
    /// What has been recorded already stands against it (409).
    Conflict,
    /// What it is about is not there (404).
    Absent,
}

/// A rejection of a write model that callers can act on. Its `Display` is a sentence without personal data; its code,
/// once published, keeps its meaning.
pub trait Rejects: std::error::Error {
    /// The stable code, such as `session_is_voided`.
    fn code(&self) -> &'static str;

    /// In which way it is a no. Most are because of what was asked.
    fn refused(&self) -> Refused {
        Refused::Unprocessable
    }

    /// The field of the request that it is about, where there is one.
    fn field(&self) -> Option<String> {
        None
    }

    /// What to do about it, where that is not plain.
    fn hint(&self) -> Option<String> {
        None
    }

    /// The problem that a caller is answered with.
    fn problem(&self) -> Problem {
        let code = match self.refused() {
            Refused::Unprocessable => Code::Rejected,
            Refused::Conflict => Code::Conflict,
            Refused::Absent => Code::NotFound,
        };
        let problem = Problem::new(code).rejection(self.code()).detail(self.to_string());
        if self.field().is_none() && self.hint().is_none() {
            return problem;
        }
        let place = self.field().map(Place::field).unwrap_or_default();
        problem.fault(Fault { place, why: self.to_string(), hint: self.hint() })
    }
}

impl Rejects for std::convert::Infallible {
    fn code(&self) -> &'static str {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Voided;

    impl std::fmt::Display for Voided {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the session is voided")
        }
    }

    impl std::error::Error for Voided {}

    impl Rejects for Voided {
        fn code(&self) -> &'static str {
            "session_is_voided"
        }
        fn refused(&self) -> Refused {
            Refused::Conflict
        }
        fn field(&self) -> Option<String> {
            Some("session".to_owned())
        }
    }

    #[test]
    fn a_rejection_keeps_its_own_code_beside_the_problem_s() {
        let problem = Voided.problem();
        assert_eq!((problem.status, problem.rejection.as_deref()), (409, Some("session_is_voided")));
        assert_eq!(problem.errors[0].place.field.as_deref(), Some("session"));
    }
}
