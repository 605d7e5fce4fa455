//! However it is built, the view holds the same bytes.

use kernel::AccountId;
use uuid::Uuid;

use crate::stage::{Desk, Stage};
use crate::world::{Dice, World};

#[tokio::test]
async fn built_again_in_pages_of_one_it_holds_the_same_bytes() {
    let mut dice = Dice::new(5);
    let stage = Stage::open().await;
    stage.record(World::random(1, &mut dice).desk()).await;
    let before = stage.digest().await;
    stage.views.rebuild("access", |_| ()).await.unwrap();
    assert_eq!(stage.digest().await, before);
    let stage = stage.restarted(1).await;
    stage.views.rebuild("access", |_| ()).await.unwrap();
    assert_eq!(stage.digest().await, before);
    let mut desk = Desk::numbered(3);
    desk.account(AccountId::new(Uuid::from_u128(99)), None);
    stage.record(desk).await;
    assert_ne!(stage.digest().await, before, "the digest notices an account more");
}

#[tokio::test]
async fn built_in_one_go_it_holds_the_same_bytes() {
    let mut dice = Dice::new(6);
    for pile in [1, 100, 1_000_000] {
        let stage = Stage::open().await;
        stage.record(World::random(1, &mut dice).desk()).await;
        let before = stage.digest().await;
        let stage = stage.restarted_in_one_go(pile).await;
        stage.views.rebuild("access", |_| ()).await.unwrap();
        assert_eq!(stage.digest().await, before, "piles of {pile}");
    }
}
