//! What every event of the published language says about itself.

use crate::Day;

/// An event: something that happened, in the past tense, in one stream.
pub trait DomainEvent: serde::Serialize + serde::de::DeserializeOwned + Clone + Send + Sync + 'static {
    /// The category of the streams it is recorded in, such as `teacher`. Part of stored stream names: never changed.
    const CATEGORY: &'static str;

    /// The explicit, stable name of its kind within the category, such as `credential_recorded`.
    fn kind(&self) -> &'static str;

    /// Every kind of the category.
    fn kinds() -> &'static [&'static str];

    /// The civil date on which it held in the world.
    fn occurred_on(&self) -> Day;
}
