//! Sealing with AES-256-GCM, suite 1. The suite is stored with every blob, so that SM4-GCM can follow.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kernel::Chance;

/// AES-256-GCM with a random 96-bit nonce in front of the ciphertext.
pub const AES_256_GCM: u8 = 1;

/// A key of 256 bits. It is never printed.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// A blob that cannot be opened: another key, another place, or changed bytes.
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
    pub fn seal(&self, clear: &[u8], bound_to: &str, chance: &Chance) -> Result<String, Unopenable> {
        let nonce = chance.bytes::<NONCE_BYTES>();
        let payload = Payload { msg: clear, aad: bound_to.as_bytes() };
        let sealed = self.cipher()?.encrypt(&Nonce::from(nonce), payload).map_err(|_| Unopenable)?;
        Ok(STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what [`Key::seal`] sealed for the same place.
    pub fn open(&self, blob: &str, bound_to: &str) -> Result<Vec<u8>, Unopenable> {
        let bytes = STANDARD_NO_PAD.decode(blob).map_err(|_| Unopenable)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(Unopenable)?;
        let payload = Payload { msg: sealed, aad: bound_to.as_bytes() };
        self.cipher()?.decrypt(&Nonce::from(*nonce), payload).map_err(|_| Unopenable)
    }

    fn cipher(&self) -> Result<Aes256Gcm, Unopenable> {
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
        let blob = key.seal("张㛃".as_bytes(), "one|name", &chance()).unwrap();
        assert_eq!(key.open(&blob, "one|name"), Ok("张㛃".as_bytes().to_vec()));
        assert_eq!(key.open(&blob, "another|name"), Err(Unopenable));
        assert_eq!(Key::new([2; 32]).open(&blob, "one|name"), Err(Unopenable));
    }

    #[test]
    fn a_changed_byte_is_refused() {
        let key = Key::new([1; 32]);
        let blob = key.seal(b"invented", "place", &chance()).unwrap();
        let mut bytes = STANDARD_NO_PAD.decode(&blob).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(key.open(&STANDARD_NO_PAD.encode(&bytes), "place"), Err(Unopenable));
            bytes[at] ^= 1;
        }
        assert_eq!(key.open("", "place"), Err(Unopenable));
        assert_eq!(key.open("not base64!", "place"), Err(Unopenable));
    }
}
