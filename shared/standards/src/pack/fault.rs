//! Why a file is not a rule pack.

use kernel::vocabulary::Level;

/// Why a file is not a sound rule pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackFault {
    /// It is not JSON of the shape of a pack.
    #[error("not a rule pack: {why}")]
    Shape {
        /// Where it goes wrong, in the words of the JSON reader: a pack is public, so nothing private can be in them.
        why: String,
    },
    /// A name is empty, or has other characters than small letters, digits, `-` and `_`.
    #[error("`{name}` is not a name: use small letters, digits, - and _")]
    Name {
        /// The name.
        name: String,
    },
    /// A part that must not be empty is.
    #[error("{what} is empty")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// Two things have the same name.
    #[error("`{id}` is there twice")]
    Twice {
        /// The name.
        id: String,
    },
    /// A name stands for nothing.
    #[error("nothing is called `{id}`")]
    Unknown {
        /// The name.
        id: String,
    },
    /// A number is zero or too large.
    #[error("{what} must be from 1 to {most}")]
    Number {
        /// Which number.
        what: String,
        /// The most it can be.
        most: u32,
    },
    /// Levels do not ascend.
    #[error("the levels must ascend, each once")]
    Levels,
    /// The days in force end before they begin.
    #[error("it would be in force until a day before it begins")]
    Effective,
    /// More parts are asked for than there are.
    #[error("at least {k} of {parts} can never be met")]
    Unreachable {
        /// How many are asked for.
        k: u32,
        /// How many there are.
        parts: usize,
    },
    /// A training criterion names both or neither of sessions and hours.
    #[error("`{id}` must ask for sessions or for hours; ask for both by two criteria")]
    Training {
        /// The criterion.
        id: String,
    },
    /// A veto that something else could make up for.
    #[error("`{id}` is a veto: it may only stand under all_of")]
    Veto {
        /// The criterion.
        id: String,
    },
    /// A rule that is nested too deep to be meant.
    #[error("rules are nested deeper than {most}")]
    Depth {
        /// The most.
        most: u32,
    },
    /// It asks for less than another pack allows, or cannot be proven not to.
    #[error("its {level} level is not proven to ask for `{criterion}` as strictly as `{than}` does")]
    Laxer {
        /// The level.
        level: Level,
        /// The other pack's criterion that does not follow; of several that make up for each other, all of them.
        criterion: String,
        /// The name of the other pack.
        than: String,
    },
    /// It is laxer than another pack in something that is no criterion.
    #[error("its {what} may not be laxer than that of `{than}`")]
    LaxerIn {
        /// In what.
        what: &'static str,
        /// The name of the other pack.
        than: String,
    },
    /// It builds on a pack that is not there.
    #[error("it builds on `{name}` version {version}, which is not published")]
    NoBase {
        /// The name of the other pack.
        name: String,
        /// Its version.
        version: u32,
    },
    /// A practice criterion names both or neither of days and months, or months without the days that one is taken as.
    #[error("`{id}` must ask for at_least_days, or for at_least_months with days_a_month")]
    Practice {
        /// The criterion.
        id: String,
    },
}
