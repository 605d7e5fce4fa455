//! The cryptography of `jsonwebtoken`, over ring: it only verifies, and only what a provider may sign with.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

/// What a provider may sign with: public keys only, of today's strength.
pub(super) const ALLOWED: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Makes ring the cryptography of `jsonwebtoken` in this process. The library has one for the whole process; nobody
/// else here uses it, so the first is the only one.
pub(super) fn install() {
    let _ = RING.install_default();
}

static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(unsupported()),
    verifier_factory,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(unsupported()),
        rsa_pub_components_from_public_key: |_| Err(unsupported()),
        ec_pub_components_from_private_key: |_, _| Err(unsupported()),
        ed_pub_components_from_private_key: |_, _| Err(unsupported()),
        compute_digest,
    },
};

fn compute_digest(_: &[u8], _: ThumbprintHash) -> Result<Vec<u8>, Error> {
    Err(unsupported())
}

fn unsupported() -> Error {
    ErrorKind::UnsupportedAlgorithm.into()
}

/// A way to verify and a key that fits it.
struct Verifying {
    algorithm: Algorithm,
    with: With,
}

enum With {
    Rsa { parameters: &'static RsaParameters, n: Vec<u8>, e: Vec<u8> },
    Key { with: &'static dyn VerificationAlgorithm, key: Vec<u8> },
}

fn verifier_factory(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let with = match (algorithm, key.family()) {
        (Algorithm::RS256, AlgorithmFamily::Rsa) => rsa(&RSA_PKCS1_2048_8192_SHA256, key)?,
        (Algorithm::PS256, AlgorithmFamily::Rsa) => rsa(&RSA_PSS_2048_8192_SHA256, key)?,
        (Algorithm::ES256, AlgorithmFamily::Ec) => {
            With::Key { with: &ECDSA_P256_SHA256_FIXED, key: key.try_get_as_bytes()?.to_vec() }
        }
        (Algorithm::EdDSA, AlgorithmFamily::Ed) => With::Key { with: &ED25519, key: key.try_get_as_bytes()?.to_vec() },
        _ => return Err(unsupported()),
    };
    Ok(Box::new(Verifying { algorithm: *algorithm, with }))
}

fn rsa(parameters: &'static RsaParameters, key: &DecodingKey) -> Result<With, Error> {
    match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            Ok(With::Rsa { parameters, n: without_zeros(n), e: without_zeros(e) })
        }
        DecodingKeyKind::SecretOrDer(_) => Err(unsupported()),
    }
}

/// Some providers write numbers with zeros in front; ring takes none.
fn without_zeros(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

impl Verifier<Vec<u8>> for Verifying {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = match &self.with {
            With::Rsa { parameters, n, e } => RsaPublicKeyComponents { n, e }.verify(parameters, message, signed),
            With::Key { with, key } => UnparsedPublicKey::new(*with, key).verify(message, signed),
        };
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Verifying {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// The modulus of an RSA key made with OpenSSL for this test, and its signatures of `header.claims`.
    const MODULUS: &str = "\
        qgGPnAiGwus5sViIjflm0TIMOQPgi0hYYo92YFymSVITeN7I0Oj6pFABz9-QjCELKt54z0XyeiH4kkipeJpoGVvaM5vSmogrxgF8\
        9nT1VQkWnHiIHN_1MfHXdi16eWKHIPo1ICT3NCWqvY6i2oHeOubSUPRCXvIU9ZdQo3siWcsHr3p1AMNNB1uwvgigQLM2FTWAxbsI\
        GNyr2iBx6QU3C0phgRZSTmIkRxeJFglXcInM0M0DGax6Iff4FN8Wl62y4QcnKGo9jxcrLGToZ6jj4eaeC9MaSkx5VscdC158G7ni\
        ZYlmJnUtIS1UvIzUYxCTZGir-Nvjog6shsz612miYw";
    const RS256: &str = "\
        LLlXSbNDm2Q_1KV9XrOpMIQekb38_BtOW97bvLFXmqblWmcYFx1lAEixTmTkZWYfhuXaHvoC7eQS2SGpnEFKlwWWix7O1LKFHh7U\
        rwB-7v485779q8qSbGieRJ3nkJdGjp-Ef_Ow-yluZyQo979x7YAZTughtDF0aaUr7ooZ06bXPFmcO2MeI-4ETy1cgAX8U8enynKo\
        FyjVDg_WSTPaVqbRtX-ZPXpg7u55gMV4RXthQFyVbLuKu22a1BSFMdHc9e4-xs2lthbCnovkssZg2P6qJIO601tOmKhK-TWYfgbb\
        -HGIa4XXh5pw9aE_yLtKfKKH5uJa_eSGU6FA5VVq-w";
    const PS256: &str = "\
        KVhdljcjYACiOgtBd5tMcBu8NMYcIkdbzUSbRWlXO4Vjr7ahgNXW3lC7elSplIgMQegDBIHESGdPUw2KiSoxNWY8HblFj_q2Nt5L\
        ZGTsS4D_44WFoHJkuEhNMC6EzxOHthLaxBj7TR18jYNsmHiSmQ5N2yFO9mSNhfxrRN9FkqUdOC3r8tyKHW79O5WJsd6zdC_MrYBi\
        nbB-j3BcRiXJKargWCCgvS_5BcrZj1ANNOzSyNZhAorZ_jjQm1S8toGfjBNRT67rQzHGlkZ6O56kuOQq3hOkFjQwGkQG05kx7QyE\
        LXvqsPIA0h2-G9JH00nZFW3HoeYmaVzDZIu0YmIsMg";

    fn verifies(algorithm: Algorithm, message: &[u8], signature: &str) -> bool {
        let key = DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        verifier_factory(&algorithm, &key).is_ok_and(|verifier| verifier.verify(message, &signature).is_ok())
    }

    #[test]
    fn rsa_signatures_are_verified_each_in_its_own_way() {
        assert!(verifies(Algorithm::RS256, b"header.claims", RS256));
        assert!(verifies(Algorithm::PS256, b"header.claims", PS256));
        assert!(!verifies(Algorithm::RS256, b"header.claimz", RS256));
        assert!(!verifies(Algorithm::PS256, b"header.claimz", PS256));
        assert!(!verifies(Algorithm::RS256, b"header.claims", PS256));
        assert!(!verifies(Algorithm::PS256, b"header.claims", RS256));
    }

    #[test]
    fn zeros_in_front_of_a_modulus_change_nothing() {
        let n = [&[0][..], &URL_SAFE_NO_PAD.decode(MODULUS).unwrap()].concat();
        let key = DecodingKey::from_rsa_raw_components(&n, &[0, 1, 0, 1]);
        let signature = URL_SAFE_NO_PAD.decode(RS256).unwrap();
        let verifier = verifier_factory(&Algorithm::RS256, &key).unwrap();
        assert!(verifier.verify(b"header.claims", &signature).is_ok());
    }

    #[test]
    fn a_key_serves_no_other_algorithm_and_no_shared_secret() {
        let rsa = DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap();
        let secret = DecodingKey::from_secret(b"an invented secret");
        for algorithm in [Algorithm::HS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS512] {
            assert!(verifier_factory(&algorithm, &rsa).is_err());
        }
        assert!(verifier_factory(&Algorithm::HS256, &secret).is_err());
    }
}
