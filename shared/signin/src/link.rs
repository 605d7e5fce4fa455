//! Identities at a provider elsewhere, and the accounts they are.

use eventlog::args;
use kernel::AccountId;

use crate::{SignIn, SignInError, secret};

/// What stands on record of an identity: the SHA-256, in hexadecimal, of the provider's name for itself, a line feed and
/// who somebody is there.
pub fn identity(issuer: &str, subject: &str) -> String {
    secret::digest(&format!("{issuer}\n{subject}"))
}

impl SignIn {
    /// Makes somebody at a provider (`issuer` and `subject` as in its tokens) an account. Done already, it is done.
    ///
    /// # Errors
    /// When the identity belongs to another account, or the store fails.
    pub async fn link(&self, issuer: &str, subject: &str, account: AccountId) -> Result<(), SignInError> {
        let link = args![issuer, subject, account.to_string(), self.clock.now()];
        self.store.execute(include_str!("sql/link.sql"), link).await?;
        match self.linked(issuer, subject).await? {
            Some(linked) if linked == account => Ok(()),
            _ => Err(SignInError::LinkedElsewhere),
        }
    }

    /// The account that somebody at a provider is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn linked(&self, issuer: &str, subject: &str) -> Result<Option<AccountId>, SignInError> {
        let row = self.store.fetch_optional(include_str!("sql/find_link.sql"), args![issuer, subject]).await?;
        Ok(row.map(|row| row.parse(0)).transpose()?)
    }

    /// Takes the identity from the account; answers whether it had it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unlink(&self, issuer: &str, subject: &str, account: AccountId) -> Result<bool, SignInError> {
        let link = args![issuer, subject, account.to_string()];
        Ok(self.store.execute(include_str!("sql/unlink.sql"), link).await? > 0)
    }
}
