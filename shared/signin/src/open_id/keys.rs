//! The keys with which a provider signs.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// The keys of a provider that can be used here.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<Jwk>);

/// More keys than this no provider has.
const MOST: usize = 100;

impl Keys {
    /// Reads a set of keys (RFC 7517). Keys of a kind not known here are left out, as the standard asks for.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let set: Set = serde_json::from_slice(body).ok()?;
        Some(Self(set.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok()).collect()))
    }

    /// Whether there is a key of this name, whatever it is good for.
    pub(super) fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|key| is_named(key, kid))
    }

    /// The key of this name, if it is good for this algorithm.
    pub(super) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<DecodingKey> {
        let key = self.0.iter().find(|key| is_named(key, kid) && fits(key, algorithm))?;
        DecodingKey::from_jwk(key).ok()
    }
}

fn is_named(key: &Jwk, kid: &str) -> bool {
    key.common.key_id.as_deref() == Some(kid)
}

/// Whether what the key says of itself allows to verify with this algorithm. A key must not be used in another way than
/// its owner meant, or a public key becomes the shared secret of a forger.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let common = &key.common;
    let named = common.key_algorithm.is_none_or(|named| named.to_string().parse() == Ok::<_, _>(algorithm));
    let used = common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let may = common.key_operations.as_ref().is_none_or(|may| may.contains(&KeyOperations::Verify));
    kind && named && used && may
}
