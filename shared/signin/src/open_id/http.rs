//! Asking a provider: short waits, short answers, no redirects, no proxies.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::OidcError;

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(5);
/// An answer with more bytes is none.
const MAX_BYTES: usize = 256 * 1024;

/// A client that does as it is told: it follows no redirect, reads no environment and keeps no cookie.
#[derive(Debug, Clone)]
pub(super) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// An answer that came whole and in time.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

impl Http {
    /// Certificates are checked against the roots of the Mozilla programme, and these others (PEM).
    pub(super) fn new(extra_roots: Option<&str>) -> Result<Self, OidcError> {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
        let builder = builder.map_err(|_| OidcError::Settings("there is no TLS"))?;
        let tls = builder.with_root_certificates(roots(extra_roots)?).with_no_client_auth();
        // Which addresses may be asked without TLS, `settings::address` has said before.
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        // It is asked rarely: a connection kept would have been closed at the other end when it is wanted.
        Ok(Self(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector)))
    }

    pub(super) async fn get(&self, address: Uri) -> Result<Answer, OidcError> {
        self.ask(Request::get(address).header(header::ACCEPT, "application/json").body(Full::default())).await
    }

    /// Sends a form, in the name of a client when `authorization` says of which.
    pub(super) async fn post(&self, to: Uri, form: String, authorization: Option<String>) -> Result<Answer, OidcError> {
        let mut request = Request::post(to)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        self.ask(request.body(Full::from(form))).await
    }

    async fn ask(&self, request: Result<Request<Full<Bytes>>, hyper::http::Error>) -> Result<Answer, OidcError> {
        let request = request.map_err(|_| OidcError::Settings("a request cannot be put together"))?;
        let answered = async {
            let response = self.0.request(request).await.map_err(|_| OidcError::Unreachable("no connection"))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_BYTES).collect().await;
            let body = body.map_err(|_| OidcError::Unreachable("the answer broke off or is too long"))?;
            Ok(Answer { status: head.status, body: body.to_bytes() })
        };
        tokio::time::timeout(PATIENCE, answered).await.map_err(|_| OidcError::Unreachable("no answer in time"))?
    }
}

/// A file that holds no root, or one that cannot be read, is a mistake of its author: nobody is signed in despite it.
fn roots(extra: Option<&str>) -> Result<RootCertStore, OidcError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let Some(extra) = extra else { return Ok(roots) };
    let known = roots.len();
    for root in CertificateDer::pem_slice_iter(extra.as_bytes()) {
        let root = root.map_err(|_| OidcError::Settings("the extra roots are not in PEM"))?;
        roots.add(root).map_err(|_| OidcError::Settings("an extra root is no certificate"))?;
    }
    if roots.len() == known {
        return Err(OidcError::Settings("the extra roots are none"));
    }
    Ok(roots)
}
