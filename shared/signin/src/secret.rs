//! Random secrets: shown once, known afterwards by their hash only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Chance;
use sha2::{Digest, Sha256};

/// 256 random bits, in base64url.
pub(crate) fn random(chance: &Chance) -> String {
    URL_SAFE_NO_PAD.encode(chance.bytes::<32>())
}

/// The hash under which a secret is stored. A secret of 256 random bits cannot be guessed, so a fast hash is enough.
pub(crate) fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Another secret that follows from this one and does not lead back to it.
pub(crate) fn derived(purpose: &str, secret: &str) -> String {
    challenge(&format!("shuangshi: {purpose}: {secret}"))
}

/// The SHA-256 of a text in base64url (RFC 7636, 4.2).
pub(crate) fn challenge(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// Whether two secrets are the same. Their hashes are compared, so that time tells nothing about the secrets.
pub(crate) fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one.as_bytes()) == Sha256::digest(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636_appendix_b() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn secrets_derived_for_different_purposes_differ() {
        assert_ne!(derived("state", "x"), derived("nonce", "x"));
        assert_ne!(derived("state", "x"), derived("state", "y"));
        assert!(same("x", "x") && !same("x", "y"));
    }
}
