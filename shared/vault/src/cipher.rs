//! Sealing with a suite of algorithms. The suite is stored with every blob, so that another can follow.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use events::Sealed;
use kernel::Chance;

/// A suite of algorithms. SM4-GCM can follow as a variant with a number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suite {
    /// Suite 1: AES-256-GCM with a random 96-bit nonce in front of the ciphertext.
    Aes256Gcm,
}

impl Suite {
    /// What is sealed from now on.
    const CURRENT: Self = Self::Aes256Gcm;

    fn number(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
        }
    }

    fn of_number(number: u8) -> Result<Self, Unopenable> {
        match number {
            1 => Ok(Self::Aes256Gcm),
            _ => Err(Unopenable),
        }
    }
}

/// A key of 256 bits. It is never printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// A blob that cannot be opened: an unknown suite, another key, another place, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unopenable;

const NONCE_BYTES: usize = 12;

impl Key {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `clear` for the place `bound_to`: opened under another place, it is refused, so that nobody can move a
    /// ciphertext from one person or field to another.
    pub fn seal(&self, clear: &[u8], bound_to: &str, chance: &Chance) -> Result<Sealed, Unopenable> {
        let suite = Suite::CURRENT;
        let nonce = chance.bytes::<NONCE_BYTES>();
        let payload = Payload { msg: clear, aad: bound_to.as_bytes() };
        let sealed = match suite {
            Suite::Aes256Gcm => self.aes()?.encrypt(&Nonce::from(nonce), payload).map_err(|_| Unopenable)?,
        };
        Ok(Sealed { suite: suite.number(), blob: STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat()) })
    }

    /// Opens what [`Key::seal`] sealed for the same place.
    pub fn open(&self, sealed: &Sealed, bound_to: &str) -> Result<Vec<u8>, Unopenable> {
        let suite = Suite::of_number(sealed.suite)?;
        let bytes = STANDARD_NO_PAD.decode(&sealed.blob).map_err(|_| Unopenable)?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(Unopenable)?;
        let payload = Payload { msg: text, aad: bound_to.as_bytes() };
        match suite {
            Suite::Aes256Gcm => self.aes()?.decrypt(&Nonce::from(*nonce), payload).map_err(|_| Unopenable),
        }
    }

    fn aes(&self) -> Result<Aes256Gcm, Unopenable> {
        Aes256Gcm::new_from_slice(&self.0).map_err(|_| Unopenable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance() -> Chance {
        Chance::new(|bytes| bytes.fill(7))
    }

    #[test]
    fn what_was_sealed_opens_only_under_its_key_and_in_its_place() {
        let key = Key::new([1; 32]);
        let sealed = key.seal("张㛃".as_bytes(), "one|name", &chance()).unwrap();
        assert_eq!(key.open(&sealed, "one|name"), Ok("张㛃".as_bytes().to_vec()));
        assert_eq!(key.open(&sealed, "another|name"), Err(Unopenable));
        assert_eq!(Key::new([2; 32]).open(&sealed, "one|name"), Err(Unopenable));
    }

    #[test]
    fn only_the_suite_it_was_sealed_with_opens_a_value() {
        let key = Key::new([1; 32]);
        let sealed = key.seal(b"invented", "place", &chance()).unwrap();
        for suite in (0..=u8::MAX).filter(|&suite| suite != 1) {
            assert_eq!(key.open(&Sealed { suite, ..sealed.clone() }, "place"), Err(Unopenable), "{suite}");
        }
        assert_eq!(sealed.suite, 1, "the number is stored for ever");
    }

    #[test]
    fn a_changed_byte_is_refused() {
        let key = Key::new([1; 32]);
        let sealed = key.seal(b"invented", "place", &chance()).unwrap();
        let open = |blob: String| key.open(&Sealed { suite: 1, blob }, "place");
        let mut bytes = STANDARD_NO_PAD.decode(&sealed.blob).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(open(STANDARD_NO_PAD.encode(&bytes)), Err(Unopenable));
            bytes[at] ^= 1;
        }
        assert_eq!(open(String::new()), Err(Unopenable));
        assert_eq!(open("not base64!".to_owned()), Err(Unopenable));
    }
}
