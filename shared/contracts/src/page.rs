//! Lists in pages. A page continues after the last row of the one before, by key: rows that arrive meanwhile neither
//! repeat nor hide others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Malformed;
use serde::{Deserialize, Serialize};

/// The longest cursor that is read, in characters. Ours hold a few names and ids.
const LONGEST: usize = 2_000;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; none when this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Cursor>,
    /// The log position that the list stands at. Opaque.
    #[schema(example = "v1.0:1234")]
    pub position: String,
}

impl<T> Page<T> {
    /// The page of at most `limit` rows from rows read with a limit of one more, which tells whether more follow.
    /// `key` gives the values of the order, so that the next page can go on after them.
    pub fn cut(mut rows: Vec<T>, limit: usize, position: impl Into<String>, key: impl Fn(&T) -> Vec<String>) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| Cursor::of(key(last)));
        Self { items: rows, next, position: position.into() }
    }
}

/// Where a page ends: the key of its last row. Opaque to callers; what it holds may change with any release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(Vec<String>);

impl Cursor {
    /// The cursor after the row with this key.
    pub fn of(key: Vec<String>) -> Self {
        Self(key)
    }

    /// Reads what [`Self`] writes.
    ///
    /// # Errors
    /// When the text is not a cursor of ours.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new("cursor", "send back `next` of the page before, unchanged");
        if text.len() > LONGEST {
            return Err(malformed());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| malformed())
    }

    /// The key of `N` values that it holds.
    ///
    /// # Errors
    /// When it belongs to a list with another order.
    pub fn key<const N: usize>(&self) -> Result<[&str; N], Malformed> {
        let parts: Vec<&str> = self.0.iter().map(String::as_str).collect();
        parts.try_into().map_err(|_| Malformed::new("cursor", "it belongs to another list"))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(serde_json::json!(self.0).to_string()))
    }
}

impl std::str::FromStr for Cursor {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Cursor {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl utoipa::PartialSchema for Cursor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("Where a page ends. Opaque: send it back unchanged."))
            .into()
    }
}

impl utoipa::ToSchema for Cursor {
    fn name() -> std::borrow::Cow<'static, str> {
        "Cursor".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(row: &u32) -> Vec<String> {
        vec![row.to_string()]
    }

    #[test]
    fn a_page_goes_on_after_its_last_row() {
        let page = Page::cut(vec![1, 2, 3], 2, "v1.0:9", key);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(page.next, Some(Cursor::of(vec!["2".to_owned()])));
    }

    #[test]
    fn the_last_page_has_no_next() {
        assert_eq!(Page::cut(vec![1, 2], 2, "v1.0:9", key).next, None);
        assert_eq!(Page::cut(Vec::new(), 2, "v1.0:9", key).next, None);
    }

    #[test]
    fn a_cursor_reads_what_it_writes_and_nothing_else() {
        let cursor = Cursor::of(vec!["欧阳".to_owned(), "7".to_owned()]);
        assert_eq!(Cursor::parse(&cursor.to_string()), Ok(cursor.clone()));
        assert_eq!(cursor.key(), Ok(["欧阳", "7"]));
        assert!(cursor.key::<1>().is_err());
        assert!(Cursor::parse("not one").is_err());
        assert!(Cursor::parse(&"A".repeat(LONGEST + 1)).is_err());
    }
}
