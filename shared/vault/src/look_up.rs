//! The look-up key: it keys the hash under which an id number is found, and the marks by which duplicates are.

use crate::master::{hex, mac};

/// What keys look-up. It is of the store and not of the master key, so that a rotation needs no id numbers in clear.
#[derive(Clone)]
pub(crate) struct LookUpKey([u8; 32]);

/// Bytes of a mark: a collision by chance is out of the question, and a mark gives away less than a full hash.
const MARK_BYTES: usize = 16;

impl LookUpKey {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The keyed hash under which an id number is looked up.
    pub(crate) fn tag(&self, number: &str) -> String {
        hex(&mac(&self.0, number.as_bytes()))
    }

    /// The keyed hash of what persons may share. Each kind has a key of its own: equal texts of two kinds differ.
    pub(crate) fn mark(&self, kind: &str, text: &str) -> String {
        let key = mac(&self.0, format!("shuangshi: mark {kind}").as_bytes());
        hex(&mac(&key, text.as_bytes())[..MARK_BYTES])
    }
}

impl std::fmt::Debug for LookUpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookUpKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_its_kind_and_its_key() {
        let key = LookUpKey::new([1; 32]);
        assert_eq!(key.mark("name", "张三"), key.mark("name", "张三"));
        assert_ne!(key.mark("name", "张三"), key.mark("birth", "张三"));
        assert_ne!(key.mark("name", "张三"), LookUpKey::new([2; 32]).mark("name", "张三"));
        assert_eq!(key.mark("name", "张三").len(), 2 * MARK_BYTES);
    }
}
