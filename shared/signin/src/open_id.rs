//! OpenID Connect: people who sign in at a provider elsewhere, and calls with its access tokens.

mod claims;
mod flow;
mod http;
mod keys;
mod provider;
mod settings;
mod signature;

use std::sync::Arc;

use kernel::Clock;

pub use claims::{Subject, TokenFault};
pub use flow::{Begun, Finished};
pub use settings::ProviderSettings;

use crate::SignIn;
use claims::Kind;
use provider::Provider;

/// A provider, as this process knows it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OpenIdConnect {
    sign_in: SignIn,
    provider: Arc<Provider>,
}

/// Why nobody is signed in by a provider. No message holds a token, a code or a secret.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The settings make no sense.
    #[error("the settings of the provider make no sense: {0}")]
    Settings(&'static str),
    /// The provider did not answer, or not in time, or with too much.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(&'static str),
    /// What the provider says of itself makes no sense.
    #[error("what the provider says of itself makes no sense: {0}")]
    Discovery(&'static str),
    /// The sign-in was never begun in this browser, took more than ten minutes, or was finished before.
    #[error("this sign-in was not begun here, or is over: begin again")]
    NoFlow,
    /// The provider takes the code for none of its own.
    #[error("the provider refuses the code")]
    CodeRefused,
    /// The token is not good.
    #[error(transparent)]
    Token(#[from] TokenFault),
    /// The store failed.
    #[error("the store of sign-ins failed")]
    Store(#[from] eventlog::Failure),
}

impl OpenIdConnect {
    /// Makes a provider known. Nothing is asked of it yet. Sign-ins under way are kept in the store of `sign_in`, whose
    /// clock and chance it shares.
    ///
    /// # Errors
    /// When the settings make no sense.
    pub fn new(settings: ProviderSettings, sign_in: &SignIn) -> Result<Self, OidcError> {
        signature::install();
        let provider = Provider::new(settings.checked()?)?;
        Ok(Self { sign_in: sign_in.clone(), provider: Arc::new(provider) })
    }

    /// Who calls with this access token (RFC 9068).
    ///
    /// # Errors
    /// When the token is not good, or the provider's keys are not known and cannot be fetched.
    pub async fn bearer(&self, jwt: &str) -> Result<Subject, OidcError> {
        let settings = &self.provider.settings;
        let kind = Kind::Access { audience: &settings.audience, plain: settings.accept_plain_jwt };
        self.provider.subject(jwt, &kind, self.clock()).await
    }

    fn clock(&self) -> &Clock {
        &self.sign_in.clock
    }
}
