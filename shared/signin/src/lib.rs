//! Who is calling: local passwords, sessions in a browser, tokens of other systems, and OpenID Connect.
//!
//! It keeps a small database of its own beside the log, from which nobody can sign in: of random secrets there are only
//! hashes, of passwords only argon2id. It answers with an account and refuses to know what anybody may do, what an
//! account is called, and whether it is open: its caller asks for that.

mod attempt;
mod error;
mod hashing;
mod kept;
mod link;
pub mod open_id;
mod password;
mod scope;
mod secret;
mod session;
mod store;
mod token;

pub use error::{Refusal, SignInError};
pub use link::identity;
pub use open_id::{Begun, Finished, OidcError, OpenIdConnect, ProviderSettings, Subject, TokenFault};
pub use password::{BadPassword, Password};
pub use scope::TokenScope;
pub use session::{NewSession, SESSION_ABSOLUTE, SESSION_IDLE};
pub use store::SignIn;
pub use token::{NewToken, TOKEN_DAYS, TokenHolder, TokenId, TokenRow};
