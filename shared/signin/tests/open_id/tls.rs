//! A provider behind TLS, with a certificate of a private authority.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivatePkcs8KeyDer;
use signin::{OidcError, OpenIdConnect, Subject};
use tokio_rustls::TlsAcceptor;

use super::Portal;
use super::provider::{Key, Provider};

/// An authority that nobody knows yet.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn named(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// Serves by a certificate for this host.
    fn protects(&self, host: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([host.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap()))
    }
}

/// A provider whose certificate is for this host, as somebody knows it who has these roots.
async fn portal(authority: &Authority, host: &str, roots: Option<String>) -> Portal {
    let key = Key::p256("first");
    let provider = Provider::start_protected(&[&key], authority.protects(host)).await;
    Portal::at(provider, key, |settings| settings.extra_roots = roots).await
}

async fn who(portal: &Portal) -> Result<Subject, OidcError> {
    portal.open_id.bearer(&portal.key.signs(&portal.key.head(), &portal.claims())).await
}

#[tokio::test]
async fn a_provider_of_a_private_authority_is_believed_where_its_root_is_given() {
    let authority = Authority::named("an invented authority");
    let portal = portal(&authority, "127.0.0.1", Some(authority.pem())).await;
    assert!(portal.provider.issuer.starts_with("https://"));
    assert_eq!(who(&portal).await.unwrap().subject, "s-1");
    let begun = portal.open_id.begin("/").await.unwrap();
    assert!(begun.url.starts_with(&format!("{}/authorize", portal.provider.issuer)));
}

#[tokio::test]
async fn nobody_else_s_certificate_is_believed() {
    let authority = Authority::named("an invented authority");
    let other = Authority::named("another authority");
    let namesake = Authority::named("an invented authority");
    let refused = [
        ("127.0.0.1", None),
        ("127.0.0.1", Some(other.pem())),
        ("127.0.0.1", Some(namesake.pem())),
        // The right authority, of which the certificate is for another host.
        ("127.0.0.2", Some(authority.pem())),
    ];
    for (host, roots) in refused {
        let portal = portal(&authority, host, roots).await;
        assert!(matches!(who(&portal).await, Err(OidcError::Unreachable("no connection"))));
        assert_eq!(portal.provider.asked("/keys"), 0);
    }
    // Of several roots each counts.
    let both = format!("{}{}", other.pem(), authority.pem());
    assert!(who(&portal(&authority, "127.0.0.1", Some(both)).await).await.is_ok());
}

#[tokio::test]
async fn roots_that_cannot_be_read_are_refused_at_once() {
    let known = Portal::open().await;
    let root = Authority::named("an invented authority").pem();
    let broken = root.replacen('M', "!", 1);
    let cut = root[..root.len() / 2].to_owned();
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    for roots in [String::new(), "no roots at all".to_owned(), broken, cut, no_certificate] {
        let mut settings = known.settings.clone();
        settings.extra_roots = Some(roots.clone());
        assert!(matches!(OpenIdConnect::new(settings, &known.sign_in), Err(OidcError::Settings(_))), "{roots}");
    }
}
