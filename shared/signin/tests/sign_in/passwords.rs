//! Passwords, and whom failures lock out.

use std::time::Duration;

use signin::{Password, Refusal};

use super::{Desk, MINUTE, account};

const RIGHT: &str = "correct horse battery";
const WRONG: &str = "correct horse batterz";

async fn with_password() -> Desk {
    let desk = Desk::open().await;
    desk.sign_in.set_password(account(1), &Password::parse(RIGHT).unwrap()).await.unwrap();
    desk
}

async fn fail(desk: &Desk, times: usize) {
    for _ in 0..times {
        let refusal = desk.sign_in.check_password(account(1), Some("192.0.2.1"), WRONG).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Wrong), "{refusal:?}");
    }
}

async fn locked_for(desk: &Desk) -> Option<Duration> {
    match desk.sign_in.check_password(account(1), Some("192.0.2.1"), RIGHT).await {
        Ok(()) => None,
        Err(Refusal::LockedOut { retry_after }) => Some(retry_after),
        Err(other) => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn the_right_password_signs_in_and_no_other_does() {
    let desk = with_password().await;
    desk.sign_in.check_password(account(1), Some("192.0.2.1"), RIGHT).await.unwrap();
    for (who, password) in [(1, WRONG), (1, ""), (2, RIGHT), (2, "")] {
        let refusal = desk.sign_in.check_password(account(who), Some("192.0.2.1"), password).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Wrong), "{refusal:?}");
    }
    let endless = RIGHT.repeat(100_000);
    assert!(matches!(desk.sign_in.check_password(account(1), Some("192.0.2.1"), &endless).await, Err(Refusal::Wrong)));
}

#[tokio::test]
async fn a_new_password_replaces_the_one_before() {
    let desk = with_password().await;
    desk.sign_in.set_password(account(1), &Password::parse("another horse battery").unwrap()).await.unwrap();
    assert!(matches!(desk.sign_in.check_password(account(1), Some("192.0.2.1"), RIGHT).await, Err(Refusal::Wrong)));
    desk.sign_in.check_password(account(1), Some("192.0.2.1"), "another horse battery").await.unwrap();
}

#[tokio::test]
async fn no_password_is_in_the_store() {
    let desk = with_password().await;
    fail(&desk, 1).await;
    assert!(!desk.holds(RIGHT) && !desk.holds(WRONG) && !desk.holds("192.0.2.1"));
    assert!(desk.holds("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn the_fifth_failure_locks_the_account_for_everybody_who_shares_the_store() {
    let desk = with_password().await;
    fail(&desk, 4).await;
    assert_eq!(locked_for(&desk).await, None);
    fail(&desk, 5).await;
    assert_eq!(locked_for(&desk).await, Some(Duration::from_secs(30)));
    let other = desk.another().await.check_password(account(1), Some("198.51.100.7"), RIGHT).await;
    assert!(matches!(other, Err(Refusal::LockedOut { .. })), "{other:?}");
    assert!(matches!(desk.sign_in.check_password(account(2), Some("192.0.2.1"), RIGHT).await, Err(Refusal::Wrong)));
}

#[tokio::test]
async fn a_lock_out_ends_and_success_forgets_the_failures() {
    let desk = with_password().await;
    fail(&desk, 5).await;
    desk.wait(Duration::from_secs(29));
    assert_eq!(locked_for(&desk).await, Some(Duration::from_secs(1)));
    desk.wait(Duration::from_secs(1));
    assert_eq!(locked_for(&desk).await, None);
    fail(&desk, 4).await;
    assert_eq!(locked_for(&desk).await, None);
}

#[tokio::test]
async fn every_further_failure_doubles_the_lock_out_up_to_a_quarter_of_an_hour() {
    let desk = with_password().await;
    fail(&desk, 4).await;
    for seconds in [30, 60, 120, 240, 480, 900, 900] {
        fail(&desk, 1).await;
        assert_eq!(locked_for(&desk).await, Some(Duration::from_secs(seconds)));
        desk.wait(Duration::from_secs(seconds));
    }
    assert_eq!(locked_for(&desk).await, None);
}

#[tokio::test]
async fn trying_while_locked_out_does_not_prolong_it() {
    let desk = with_password().await;
    fail(&desk, 5).await;
    desk.wait(Duration::from_secs(20));
    for _ in 0..20 {
        let refused = desk.sign_in.check_password(account(1), Some("192.0.2.1"), WRONG).await;
        assert!(matches!(refused, Err(Refusal::LockedOut { .. })));
    }
    desk.wait(Duration::from_secs(10));
    assert_eq!(locked_for(&desk).await, None);
}

#[tokio::test]
async fn failures_are_forgotten_after_a_quiet_quarter_of_an_hour() {
    let desk = with_password().await;
    fail(&desk, 4).await;
    desk.wait(15 * MINUTE);
    fail(&desk, 4).await;
    assert_eq!(locked_for(&desk).await, None);
}

#[tokio::test]
async fn a_new_password_ends_a_lock_out() {
    let desk = with_password().await;
    fail(&desk, 5).await;
    desk.sign_in.set_password(account(1), &Password::parse(RIGHT).unwrap()).await.unwrap();
    assert_eq!(locked_for(&desk).await, None);
}

#[tokio::test]
async fn without_an_address_only_accounts_are_locked_out() {
    let desk = with_password().await;
    for who in 100..155 {
        let refusal = desk.sign_in.check_password(account(who), None, WRONG).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Wrong), "{refusal:?}");
    }
    desk.sign_in.check_password(account(1), None, RIGHT).await.unwrap();
    for _ in 0..5 {
        desk.sign_in.check_password(account(1), None, WRONG).await.unwrap_err();
    }
    assert_eq!(locked_for(&desk).await, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_locked_out_and_others_are_not() {
    let desk = with_password().await;
    for who in 100..150 {
        let refusal = desk.sign_in.check_password(account(who), Some("192.0.2.1"), WRONG).await.unwrap_err();
        assert!(matches!(refusal, Refusal::Wrong), "{refusal:?}");
        // An account of one's own does not help.
        desk.sign_in.check_password(account(1), Some("198.51.100.7"), RIGHT).await.unwrap();
    }
    assert_eq!(locked_for(&desk).await, Some(Duration::from_secs(30)));
    desk.sign_in.check_password(account(1), Some("198.51.100.7"), RIGHT).await.unwrap();
}

#[tokio::test]
async fn of_many_tries_at_once_no_more_than_five_are_told_what_came_of_them() {
    let desk = with_password().await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let sign_in = desk.sign_in.clone();
            tokio::spawn(async move { sign_in.check_password(account(1), Some("192.0.2.1"), WRONG).await })
        })
        .collect();
    let (mut wrong, mut locked) = (0, 0);
    for one in tries {
        match one.await.unwrap() {
            Err(Refusal::Wrong) => wrong += 1,
            Err(Refusal::LockedOut { .. }) => locked += 1,
            other => unreachable!("{other:?}"),
        }
    }
    assert_eq!((wrong, locked), (5, 15));
}

#[tokio::test]
async fn more_than_may_wait_are_sent_away() {
    let desk = with_password().await;
    let tries: Vec<_> = (2..=250_u8)
        .map(|who| {
            let sign_in = desk.sign_in.clone();
            tokio::spawn(
                async move { sign_in.check_password(account(who), Some(&format!("192.0.2.{who}")), WRONG).await },
            )
        })
        .collect();
    let mut busy = 0;
    for one in tries {
        busy += usize::from(matches!(one.await.unwrap(), Err(Refusal::Busy)));
    }
    assert!(busy > 0, "all of them waited");
    desk.sign_in.check_password(account(1), Some("198.51.100.7"), RIGHT).await.unwrap();
}
