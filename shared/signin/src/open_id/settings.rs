//! What an operator says about a provider.

use std::net::IpAddr;

use hyper::Uri;

use crate::OidcError;

/// What an operator says about a provider.
#[derive(Clone)]
pub struct ProviderSettings {
    /// The provider's name for itself, as in its tokens: an address with https, or with http on this machine.
    pub issuer: String,
    /// Our name at the provider.
    pub client_id: String,
    /// Our secret at the provider; none for a public client.
    pub client_secret: Option<String>,
    /// What access tokens for our API name as their audience.
    pub audience: String,
    /// Where the provider sends people back to.
    pub redirect_url: String,
    /// Whether access tokens need not say that they are some (`typ` is `JWT` or missing), for providers older than
    /// RFC 9068. The audience must then not be the client id, or an ID token would pass for an access token.
    pub accept_plain_jwt: bool,
    /// The roots of a private authority (PEM), where the provider's certificate is from one. They are trusted beside
    /// those of the Mozilla programme, and by this provider's client alone.
    pub extra_roots: Option<String>,
}

impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("audience", &self.audience)
            .field("redirect_url", &self.redirect_url)
            .field("accept_plain_jwt", &self.accept_plain_jwt)
            .field("extra_roots", &self.extra_roots.is_some())
            .finish_non_exhaustive()
    }
}

impl ProviderSettings {
    pub(super) fn checked(self) -> Result<Self, OidcError> {
        let issuer = address(&self.issuer).ok_or(OidcError::Settings("the issuer is no address with https"))?;
        if issuer.query().is_some() || self.issuer.contains('#') {
            return Err(OidcError::Settings("the issuer has a query or a fragment"));
        }
        address(&self.redirect_url).ok_or(OidcError::Settings("the redirect URL is no address with https"))?;
        if self.client_id.is_empty() || self.audience.is_empty() {
            return Err(OidcError::Settings("the client id or the audience is empty"));
        }
        if self.client_secret.as_deref() == Some("") {
            return Err(OidcError::Settings("the client secret is empty: leave it out for a public client"));
        }
        if self.accept_plain_jwt && self.audience == self.client_id {
            return Err(OidcError::Settings("plain tokens need an audience other than the client id"));
        }
        Ok(self)
    }
}

/// An address that can be asked without a stranger listening: https, or http that does not leave this machine.
pub(super) fn address(text: &str) -> Option<Uri> {
    let address: Uri = text.parse().ok()?;
    let host = address.host()?;
    let authority = address.authority()?;
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let here = host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback());
    let safe = match address.scheme_str()? {
        "https" => true,
        "http" => here,
        _ => false,
    };
    (safe && !authority.as_str().contains('@')).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine_is_asked() {
        for good in ["https://id.example.test/realm", "http://127.0.0.1:8080", "http://[::1]:1/x", "http://localhost/x"]
        {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "id.example.test",
            "http://id.example.test",
            "http://127.0.0.1.example.test",
            "http://localhost@id.example.test",
            "https://user@id.example.test",
            "file:///etc/passwd",
            "ftp://localhost/x",
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }

    fn settings() -> ProviderSettings {
        ProviderSettings {
            issuer: "https://id.example.test".to_owned(),
            client_id: "portal".to_owned(),
            client_secret: Some("an invented secret".to_owned()),
            audience: "https://registry.example.test".to_owned(),
            redirect_url: "https://registry.example.test/back".to_owned(),
            accept_plain_jwt: false,
            extra_roots: None,
        }
    }

    #[test]
    fn settings_by_which_an_id_token_would_pass_are_refused() {
        assert!(settings().checked().is_ok());
        let plain = ProviderSettings { accept_plain_jwt: true, ..settings() };
        assert!(plain.clone().checked().is_ok());
        assert!(ProviderSettings { audience: "portal".to_owned(), ..plain }.checked().is_err());
        assert!(ProviderSettings { issuer: "https://id.example.test?x".to_owned(), ..settings() }.checked().is_err());
        assert!(ProviderSettings { client_secret: Some(String::new()), ..settings() }.checked().is_err());
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert!(!format!("{:?}", settings()).contains("invented"));
    }
}
