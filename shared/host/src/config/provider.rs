//! The identity provider (OpenID Connect), as it is set up.

use std::path::PathBuf;

use signin::{OidcError, OpenIdConnect, ProviderSettings, SignIn};

/// Where the browser comes back to from the provider.
pub(crate) const CALLBACK: &str = "/api/v1/sign-in/provider/callback";

/// The identity provider. Without an issuer there is none: people sign in with local accounts.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OidcSettings {
    /// The identity provider's issuer (OpenID Connect)
    #[arg(long, env = "SHUANGSHI_OIDC_ISSUER", value_name = "URL")]
    pub oidc_issuer: Option<String>,

    /// The client id that the provider gave this registry
    #[arg(long, env = "SHUANGSHI_OIDC_CLIENT_ID", value_name = "ID")]
    pub oidc_client_id: Option<String>,

    /// The file with the client's secret; none for a public client
    #[arg(long, env = "SHUANGSHI_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,

    /// The audience that access tokens for the API must name; the client id when not given
    #[arg(long, env = "SHUANGSHI_OIDC_AUDIENCE", value_name = "AUDIENCE")]
    pub oidc_audience: Option<String>,

    /// Take access tokens that do not say they are (`typ` is not at+jwt), for providers that cannot
    #[arg(long, env = "SHUANGSHI_OIDC_ACCEPT_PLAIN_JWT")]
    pub oidc_accept_plain_jwt: bool,

    /// The file with further roots (PEM) for the provider's certificate, where it is from a private authority
    #[arg(long, env = "SHUANGSHI_OIDC_CA_FILE", value_name = "FILE")]
    pub oidc_ca_file: Option<PathBuf>,
}

/// What is wrong with the set-up of the provider.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFault {
    /// There is an issuer, but no client id.
    #[error("an issuer needs a client id: set SHUANGSHI_OIDC_CLIENT_ID")]
    NoClientId,
    /// The secret cannot be read.
    #[error("the file with the client's secret cannot be read")]
    Secret(#[source] std::io::Error),
    /// The further roots cannot be read.
    #[error("the file with the provider's roots cannot be read")]
    Roots(#[source] std::io::Error),
    /// The provider cannot be used.
    #[error("the provider cannot be used")]
    Provider(#[source] OidcError),
}

impl OidcSettings {
    /// The provider, for a registry that browsers reach at `base`.
    pub(super) fn provider(&self, base: &str, sign_in: &SignIn) -> Result<Option<OpenIdConnect>, ProviderFault> {
        let Some(issuer) = self.oidc_issuer.clone() else { return Ok(None) };
        let client_id = self.oidc_client_id.clone().ok_or(ProviderFault::NoClientId)?;
        let secret = self.oidc_client_secret_file.as_ref().map(std::fs::read_to_string).transpose();
        let roots = self.oidc_ca_file.as_ref().map(std::fs::read_to_string).transpose();
        let settings = ProviderSettings {
            issuer,
            audience: self.oidc_audience.clone().unwrap_or_else(|| client_id.clone()),
            client_id,
            client_secret: secret.map_err(ProviderFault::Secret)?.map(|secret| secret.trim().to_owned()),
            accept_plain_jwt: self.oidc_accept_plain_jwt,
            extra_roots: roots.map_err(ProviderFault::Roots)?,
            redirect_url: format!("{base}{CALLBACK}"),
        };
        let provider = OpenIdConnect::new(settings, sign_in);
        provider.map(Some).map_err(ProviderFault::Provider)
    }
}

#[cfg(test)]
mod tests {
    use eventlog::LogConfig;

    use super::*;
    use crate::ambient;

    #[tokio::test]
    async fn roots_that_are_named_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = LogConfig::sqlite(folder.path());
        let sign_in = SignIn::open(&store, ambient::clock(), ambient::chance()).await.unwrap();
        let file = folder.path().join("roots.pem");
        let settings = OidcSettings {
            oidc_issuer: Some("https://id.example".to_owned()),
            oidc_client_id: Some("registry".to_owned()),
            ..OidcSettings::default()
        };
        let of = |settings: &OidcSettings| settings.provider("https://register.example", &sign_in);
        assert!(of(&settings).unwrap().is_some());
        let private = OidcSettings { oidc_ca_file: Some(file.clone()), ..settings };
        assert!(matches!(of(&private), Err(ProviderFault::Roots(_))));
        std::fs::write(&file, "no roots at all").unwrap();
        assert!(matches!(of(&private), Err(ProviderFault::Provider(OidcError::Settings(_)))));
    }
}
