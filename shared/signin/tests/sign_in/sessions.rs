//! Sessions, and an account that is closed.

use signin::{Password, Refusal, SESSION_ABSOLUTE, SESSION_IDLE, SignInError, TokenScope};

use super::{Desk, HOUR, MINUTE, account};

#[tokio::test]
async fn a_session_is_its_accounts_until_it_ends() {
    let desk = Desk::open().await;
    let session = desk.sign_in.begin_session(account(1)).await.unwrap();
    assert_eq!(session.token.len(), 43);
    assert_eq!(session.expires_at, desk.in_(SESSION_ABSOLUTE));
    assert_eq!(desk.another().await.session(&session.token).await.unwrap(), Some(account(1)));
    assert_eq!(desk.sign_in.session("no token").await.unwrap(), None);
    desk.sign_in.end_session(&session.token).await.unwrap();
    assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), None);
    desk.sign_in.end_session(&session.token).await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_not_used_for_half_an_hour_ends() {
    let desk = Desk::open().await;
    let session = desk.sign_in.begin_session(account(1)).await.unwrap();
    desk.wait(SESSION_IDLE - MINUTE);
    assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), Some(account(1)));
    desk.wait(SESSION_IDLE - MINUTE);
    assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), Some(account(1)));
    desk.wait(SESSION_IDLE);
    assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), None);
}

#[tokio::test]
async fn a_session_ends_after_half_a_day_however_much_it_is_used() {
    let desk = Desk::open().await;
    let session = desk.sign_in.begin_session(account(1)).await.unwrap();
    for _ in 0..47 {
        desk.wait(HOUR / 4);
        assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), Some(account(1)));
    }
    desk.wait(HOUR / 4);
    assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), None);
}

#[tokio::test]
async fn all_sessions_of_one_account_end_and_those_of_others_go_on() {
    let desk = Desk::open().await;
    let mine = [desk.sign_in.begin_session(account(1)).await, desk.sign_in.begin_session(account(1)).await];
    let other = desk.sign_in.begin_session(account(2)).await.unwrap();
    assert_eq!(desk.sign_in.end_all_sessions(account(1)).await.unwrap(), 2);
    for session in mine {
        assert_eq!(desk.sign_in.session(&session.unwrap().token).await.unwrap(), None);
    }
    assert_eq!(desk.sign_in.session(&other.token).await.unwrap(), Some(account(2)));
}

#[tokio::test]
async fn no_session_is_in_the_store_or_in_a_log() {
    let desk = Desk::open().await;
    let session = desk.sign_in.begin_session(account(1)).await.unwrap();
    assert!(!desk.holds(&session.token));
    assert!(desk.holds(&account(1).to_string()));
    assert!(!format!("{session:?}").contains(&session.token));
}

#[tokio::test]
async fn what_has_run_out_is_deleted_when_somebody_comes() {
    let desk = Desk::open().await;
    let gone = account(71);
    desk.sign_in.begin_session(gone).await.unwrap();
    let issued = desk.sign_in.issue_token(gone, "x".parse().unwrap(), scopes(), desk.in_(HOUR)).await.unwrap();
    desk.wait(HOUR);
    desk.sign_in.begin_session(account(1)).await.unwrap();
    // Only what is still there can be ended or revoked.
    assert_eq!(desk.sign_in.end_all_sessions(gone).await.unwrap(), 0);
    assert!(!desk.sign_in.revoke_token(gone, issued.id).await.unwrap());
    assert_eq!(desk.sign_in.end_all_sessions(account(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_closed_account_has_no_way_in() {
    let desk = Desk::open().await;
    let password = Password::parse("correct horse battery").unwrap();
    for who in [account(1), account(2)] {
        desk.sign_in.set_password(who, &password).await.unwrap();
    }
    let session = desk.sign_in.begin_session(account(1)).await.unwrap();
    let token = desk.sign_in.issue_token(account(1), "x".parse().unwrap(), scopes(), desk.in_(HOUR)).await.unwrap();
    desk.sign_in.link("https://id.example.test", "s-1", account(1)).await.unwrap();
    desk.sign_in.link("https://id.example.test", "s-2", account(2)).await.unwrap();

    desk.sign_in.close_account(account(1)).await.unwrap();

    assert_eq!(desk.sign_in.session(&session.token).await.unwrap(), None);
    assert_eq!(desk.sign_in.token(&token.token).await.unwrap(), None);
    assert_eq!(desk.sign_in.linked("https://id.example.test", "s-1").await.unwrap(), None);
    let refused = desk.sign_in.check_password(account(1), Some("192.0.2.1"), "correct horse battery").await;
    assert!(matches!(refused, Err(Refusal::Wrong)), "{refused:?}");
    desk.sign_in.check_password(account(2), Some("192.0.2.1"), "correct horse battery").await.unwrap();
    assert_eq!(desk.sign_in.linked("https://id.example.test", "s-2").await.unwrap(), Some(account(2)));
}

#[tokio::test]
async fn an_identity_elsewhere_is_one_account() {
    let desk = Desk::open().await;
    let issuer = "https://id.example.test";
    assert_eq!(desk.sign_in.linked(issuer, "s-1").await.unwrap(), None);
    desk.sign_in.link(issuer, "s-1", account(1)).await.unwrap();
    desk.sign_in.link(issuer, "s-1", account(1)).await.unwrap();
    assert!(matches!(desk.sign_in.link(issuer, "s-1", account(2)).await, Err(SignInError::LinkedElsewhere)));
    assert_eq!(desk.sign_in.linked(issuer, "s-1").await.unwrap(), Some(account(1)));
    assert_eq!(desk.sign_in.linked("https://other.example.test", "s-1").await.unwrap(), None);
    assert!(!desk.sign_in.unlink(issuer, "s-1", account(2)).await.unwrap());
    assert!(desk.sign_in.unlink(issuer, "s-1", account(1)).await.unwrap());
    assert_eq!(desk.sign_in.linked(issuer, "s-1").await.unwrap(), None);
}

fn scopes() -> Vec<TokenScope> {
    vec![TokenScope::parse("*:read").unwrap()]
}
