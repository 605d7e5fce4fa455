//! Tokens of other systems.

use std::time::Duration;

use kernel::Name;
use signin::{NewToken, SignInError, TOKEN_DAYS, TokenHolder, TokenId, TokenScope};

use super::{Desk, HOUR, MINUTE, account};

fn scopes(texts: &[&str]) -> Vec<TokenScope> {
    texts.iter().map(|text| TokenScope::parse(text).unwrap()).collect()
}

async fn issue(desk: &Desk, lives: Duration) -> Result<NewToken, SignInError> {
    let name = Name::parse("importer of the base").unwrap();
    desk.sign_in.issue_token(account(1), name, scopes(&["training:write", "*:read"]), desk.in_(lives)).await
}

#[tokio::test]
async fn a_token_calls_in_the_name_of_its_account() {
    let desk = Desk::open().await;
    let new = issue(&desk, HOUR).await.unwrap();
    assert!(new.token.starts_with("shs_") && new.token.len() == 47);
    let holder = TokenHolder { account: account(1), id: new.id, scopes: scopes(&["*:read", "training:write"]) };
    assert_eq!(desk.another().await.token(&new.token).await.unwrap(), Some(holder));
    for other in ["", "shs_", &new.token[4..], &new.token[..46], &new.id.to_string()] {
        assert_eq!(desk.sign_in.token(other).await.unwrap(), None);
    }
}

#[tokio::test]
async fn no_token_is_in_the_store_or_in_a_log() {
    let desk = Desk::open().await;
    let new = issue(&desk, HOUR).await.unwrap();
    assert!(!desk.holds(&new.token) && !desk.holds(&new.token[4..]));
    assert!(desk.holds("importer of the base"));
    assert!(!format!("{new:?}").contains(&new.token));
}

#[tokio::test]
async fn a_token_ends() {
    let desk = Desk::open().await;
    let new = issue(&desk, HOUR).await.unwrap();
    desk.wait(HOUR - MINUTE);
    assert!(desk.sign_in.token(&new.token).await.unwrap().is_some());
    desk.wait(MINUTE);
    assert_eq!(desk.sign_in.token(&new.token).await.unwrap(), None);
    assert!(desk.sign_in.tokens(account(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_lives_a_year_at_most_and_has_a_scope() {
    let desk = Desk::open().await;
    let year = 24 * HOUR * u32::try_from(TOKEN_DAYS).unwrap();
    assert!(issue(&desk, year).await.is_ok());
    for life in [Duration::ZERO, year + MINUTE] {
        assert!(matches!(issue(&desk, life).await, Err(SignInError::TokenLife)));
    }
    let none = desk.sign_in.issue_token(account(1), Name::parse("x").unwrap(), vec![], desk.in_(HOUR)).await;
    assert!(matches!(none, Err(SignInError::NoScope)));
}

#[tokio::test]
async fn only_its_account_revokes_a_token() {
    let desk = Desk::open().await;
    let new = issue(&desk, HOUR).await.unwrap();
    assert!(!desk.sign_in.revoke_token(account(2), new.id).await.unwrap());
    assert!(desk.sign_in.token(&new.token).await.unwrap().is_some());
    assert!(desk.sign_in.revoke_token(account(1), new.id).await.unwrap());
    assert_eq!(desk.sign_in.token(&new.token).await.unwrap(), None);
    assert!(!desk.sign_in.revoke_token(account(1), new.id).await.unwrap());
}

#[tokio::test]
async fn a_token_that_another_process_revokes_is_good_for_nothing_a_second_later() {
    let desk = Desk::open().await;
    let (new, other) = (issue(&desk, HOUR).await.unwrap(), desk.another().await);
    assert!(other.token(&new.token).await.unwrap().is_some());
    assert!(desk.sign_in.revoke_token(account(1), new.id).await.unwrap());
    desk.wait(Duration::from_secs(1));
    assert_eq!(other.token(&new.token).await.unwrap(), None);
}

#[tokio::test]
async fn all_tokens_of_one_account_are_revoked() {
    let desk = Desk::open().await;
    let mine = [issue(&desk, HOUR).await.unwrap(), issue(&desk, HOUR).await.unwrap()];
    assert_eq!(desk.sign_in.revoke_all_tokens(account(2)).await.unwrap(), 0);
    assert_eq!(desk.sign_in.revoke_all_tokens(account(1)).await.unwrap(), 2);
    for token in mine {
        assert_eq!(desk.sign_in.token(&token.token).await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_list_says_when_a_token_was_used_last_to_the_minute() {
    let desk = Desk::open().await;
    let new = issue(&desk, HOUR).await.unwrap();
    let listed = desk.sign_in.tokens(account(1)).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].id, listed[0].name.as_str(), listed[0].last_used), (new.id, "importer of the base", None));
    assert_eq!((listed[0].issued_at, listed[0].expires_at), (new.issued_at, new.expires_at));
    assert_eq!(listed[0].scopes, scopes(&["*:read", "training:write"]));

    let first = desk.in_(Duration::ZERO);
    desk.sign_in.token(&new.token).await.unwrap();
    desk.wait(MINUTE / 2);
    desk.sign_in.token(&new.token).await.unwrap();
    assert_eq!(desk.sign_in.tokens(account(1)).await.unwrap()[0].last_used, Some(first));
    desk.wait(MINUTE / 2);
    desk.sign_in.token(&new.token).await.unwrap();
    assert_eq!(desk.sign_in.tokens(account(1)).await.unwrap()[0].last_used, Some(desk.in_(Duration::ZERO)));
    assert!(desk.sign_in.tokens(account(2)).await.unwrap().is_empty());
}

#[test]
fn the_id_of_a_token_reads_what_it_writes() {
    let id = TokenId::parse("00000000-0000-0000-0000-000000000007").unwrap();
    assert_eq!(id.to_string().parse(), Ok(id));
    assert!(TokenId::parse("shs_x").is_err());
}
