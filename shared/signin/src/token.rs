//! Tokens by which other systems call in the name of an account.

use std::time::Duration;

use eventlog::{Failure, Row, args};
use kernel::{AccountId, Instant, Name};
use uuid::Uuid;

use crate::session::NOTED;
use crate::store::{earlier, later};
use crate::{SignIn, SignInError, TokenScope, secret};

/// A token lives at most so many days.
pub const TOKEN_DAYS: u64 = 366;

/// What every token begins with, so that one that has leaked into a file can be found there.
const PREFIX: &str = "shs_";

/// The name of a token, by which it can be revoked. It is not the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct TokenId(Uuid);

impl TokenId {
    /// Reads the usual hyphenated form.
    ///
    /// # Errors
    /// When the text is not a UUID.
    pub fn parse(text: &str) -> Result<Self, kernel::Malformed> {
        Uuid::try_parse(text).map(Self).map_err(|_| kernel::Malformed::new("token id", "write it as a UUID"))
    }

    /// The value.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl std::fmt::Display for TokenId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for TokenId {
    type Err = kernel::Malformed;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// A token that has just been issued. The token itself is shown this once.
pub struct NewToken {
    /// Its name.
    pub id: TokenId,
    /// What its holder sends with every request: `shs_` and 43 characters.
    pub token: String,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
}

impl std::fmt::Debug for NewToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewToken").field("id", &self.id).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Who called with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHolder {
    /// The account in whose name.
    pub account: AccountId,
    /// The token's name.
    pub id: TokenId,
    /// What it is good for.
    pub scopes: Vec<TokenScope>,
}

/// A token in the list of its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// Its name, by which it can be revoked.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: Name,
    /// What it is good for.
    pub scopes: Vec<TokenScope>,
    /// When it was issued.
    pub issued_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// When it was used last, to the minute.
    pub last_used: Option<Instant>,
}

impl SignIn {
    /// Issues a token for an account.
    ///
    /// # Errors
    /// When it would end in the past or after more than [`TOKEN_DAYS`] days, or has no scope, or the store fails.
    pub async fn issue_token(
        &self,
        account: AccountId,
        name: Name,
        mut scopes: Vec<TokenScope>,
        expires_at: Instant,
    ) -> Result<NewToken, SignInError> {
        let now = self.clock.now();
        if expires_at <= now || expires_at > later(now, Duration::from_secs(TOKEN_DAYS * 24 * 60 * 60)) {
            return Err(SignInError::TokenLife);
        }
        if scopes.is_empty() {
            return Err(SignInError::NoScope);
        }
        scopes.sort();
        scopes.dedup();
        let id = TokenId(uuid::Builder::from_random_bytes(self.chance.bytes()).into_uuid());
        let token = format!("{PREFIX}{}", secret::random(&self.chance));
        let (digest, scopes) = (secret::digest(&token), written(&scopes));
        let row = args![id.0, digest, account.to_string(), name.as_str(), scopes, now, expires_at];
        self.store.execute(include_str!("sql/issue_token.sql"), row).await?;
        Ok(NewToken { id, token, issued_at: now, expires_at })
    }

    /// Who calls with this token; none when it was never issued, has ended, or was revoked. That it was used is written
    /// down at most once a minute.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn token(&self, token: &str) -> Result<Option<TokenHolder>, SignInError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let (digest, now) = (secret::digest(token), self.clock.now());
        let since = match self.kept.find(&digest, now) {
            Ok(holder) => return Ok(Some(holder)),
            Err(since) => since,
        };
        let found = self.store.fetch_optional(include_str!("sql/find_token.sql"), args![&digest]).await?;
        let Some(row) = found else { return Ok(None) };
        let id = row.parse::<TokenId>(0)?;
        if now.as_micros() >= row.int(3)? {
            return Ok(None);
        }
        if Instant::from_micros(row.int(4)?) <= earlier(now, NOTED) {
            self.store.execute(include_str!("sql/use_token.sql"), args![id.0, now]).await?;
        }
        let holder = TokenHolder { account: row.parse(1)?, id, scopes: read(row.text(2)?)? };
        self.kept.keep(since, digest, [now, Instant::from_micros(row.int(3)?)], holder.clone());
        Ok(Some(holder))
    }

    /// The tokens of an account that are good today, in the order in which they were issued.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tokens(&self, account: AccountId) -> Result<Vec<TokenRow>, SignInError> {
        let asked = args![account.to_string(), self.clock.now()];
        let rows = self.store.fetch(include_str!("sql/tokens_of_account.sql"), asked).await?;
        Ok(rows.iter().map(listed).collect::<Result<_, Failure>>()?)
    }

    /// Revokes a token of this account; answers whether there was one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn revoke_token(&self, account: AccountId, id: TokenId) -> Result<bool, SignInError> {
        let revoked =
            self.store.execute(include_str!("sql/revoke_token.sql"), args![account.to_string(), id.0]).await?;
        self.kept.forget();
        Ok(revoked > 0)
    }

    /// Revokes every token of an account; answers how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn revoke_all_tokens(&self, account: AccountId) -> Result<u64, SignInError> {
        let revoked = self.store.execute(include_str!("sql/revoke_tokens_of_account.sql"), args![account.to_string()]);
        let revoked = revoked.await?;
        self.kept.forget();
        Ok(revoked)
    }
}

fn listed(row: &Row) -> Result<TokenRow, Failure> {
    let last_used = row.int(5)?;
    Ok(TokenRow {
        id: row.parse(0)?,
        name: row.parse(1)?,
        scopes: read(row.text(2)?)?,
        issued_at: Instant::from_micros(row.int(3)?),
        expires_at: Instant::from_micros(row.int(4)?),
        last_used: (last_used > 0).then(|| Instant::from_micros(last_used)),
    })
}

fn written(scopes: &[TokenScope]) -> String {
    scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn read(scopes: &str) -> Result<Vec<TokenScope>, Failure> {
    let scopes = scopes.split(' ').map(TokenScope::parse).collect::<Result<_, _>>();
    scopes.map_err(|fault| Failure::unreadable("the scopes of a token", fault))
}
