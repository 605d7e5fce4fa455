//! Enrolling, finding, and whose store it is.

use super::*;
use crate::trial::{Folder, NOW, chance, master, number, numbers, stranger};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_leads_to_one_person_however_many_enrol_it_at_once() {
    let folder = Folder::new();
    let vaults = [folder.open().await, folder.open().await];
    let all = numbers(20);
    let tasks: Vec<_> = (0..8)
        .map(|turn| {
            let (vault, mut all) = (vaults[turn % 2].clone(), all.clone());
            tokio::spawn(async move {
                // Half of them ask in the other order, and are answered in theirs.
                if turn < 4 {
                    return vault.enrol(&all, NOW).await.unwrap();
                }
                all.reverse();
                let mut persons = vault.enrol(&all, NOW).await.unwrap();
                persons.reverse();
                persons
            })
        })
        .collect();
    let mut seen = std::collections::HashSet::new();
    for task in tasks {
        seen.insert(task.await.unwrap());
    }
    assert_eq!(seen.len(), 1, "everybody was told the same persons");
    let persons = seen.into_iter().next().unwrap();
    assert_eq!(persons.iter().collect::<std::collections::HashSet<_>>().len(), 20);
    assert_eq!(vaults[1].find(&all[7]).await.unwrap(), Some(persons[7]));
    assert_eq!(vaults[0].find(&number("19991231", 999)).await.unwrap(), None);
    let twice = [all[0].clone(), all[1].clone(), all[0].clone()];
    assert_eq!(vaults[0].enrol(&twice, NOW).await.unwrap(), [persons[0], persons[1], persons[0]]);
}

#[tokio::test]
async fn a_number_of_somebody_else_is_not_assigned() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = vault.enrol(&numbers(2), NOW).await.unwrap();
    assert!(matches!(vault.assign(&numbers(2)[1], persons[0]).await, Err(VaultError::SomebodyElse)));
    vault.assign(&number("19991231", 1), persons[0]).await.unwrap();
    assert_eq!(vault.find(&number("19991231", 1)).await.unwrap(), Some(persons[0]));
}

#[tokio::test]
async fn a_store_opens_under_its_own_master_key_only() {
    let folder = Folder::new();
    let person = folder.open().await.enrol(&numbers(1), NOW).await.unwrap()[0];
    let refused = Vault::open(&folder.config, master(2), chance()).await;
    assert!(matches!(refused, Err(VaultError::OtherMasterKey)));
    assert_eq!(folder.open().await.find(&numbers(1)[0]).await.unwrap(), Some(person), "it changed nothing");
}

#[tokio::test]
async fn a_new_store_has_a_look_up_key_that_its_master_key_does_not_tell() {
    let folder = Folder::new();
    let vault = folder.open().await;
    assert_ne!(vault.look_up.bytes(), master(1).look_up().bytes());
    assert_eq!(folder.open().await.look_up.bytes(), vault.look_up.bytes(), "it is stored");
    let other = Folder::new();
    assert_ne!(other.open().await.look_up.bytes(), vault.look_up.bytes());
}

/// A store as the version before wrote it: no states, marks or look-up key. Made by another program than this one,
/// under the master key of 32 bytes `01`, of the person with this id.
const BEFORE: &str = include_str!("before.sql");
const BEFORE_PERSON: u128 = 7;
const BEFORE_NUMBER: &str = "11010519491231002X";

async fn store_from_before(folder: &Folder) {
    SideStore::open(&folder.config, "vault", BEFORE).await.unwrap().close().await;
}

#[tokio::test]
async fn a_store_from_before_keeps_its_tags_and_gets_a_look_up_key_to_rotate() {
    let folder = Folder::new();
    store_from_before(&folder).await;
    assert!(matches!(Vault::open(&folder.config, master(2), chance()).await, Err(VaultError::OtherMasterKey)));
    let (person, known) = (stranger(BEFORE_PERSON), CitizenId::parse(BEFORE_NUMBER).unwrap());
    let sealed = |blob: &str| events::Sealed { suite: 1, blob: blob.to_owned() };
    let identity = events::SealedIdentity {
        name: sealed("BAQEBAQEBAQEBAQEaILCUXZDSWkomUdRBjBFrcBH7ZHE3ekE8Q"),
        citizen_id: Some(sealed("BgYGBgYGBgYGBgYGq4pKQGm80zSXVMKHLR2QhLrILVgfs6M21mrJ2afjHo559g")),
    };
    for _ in 0..2 {
        let vault = folder.open().await;
        assert_eq!(vault.find(&known).await.unwrap(), Some(person));
        assert_eq!(vault.enrol(std::slice::from_ref(&known), NOW).await.unwrap(), [person]);
        let revealed = vault.reveal(person, &identity).await.unwrap();
        assert_eq!((revealed.name.as_str(), revealed.citizen_id), ("王小明", Some(known.clone())));
        vault.close().await;
    }
    folder.open().await.rotate(master(2)).await.unwrap();
    let rotated = Vault::open(&folder.config, master(2), chance()).await.unwrap();
    assert_eq!(rotated.find(&known).await.unwrap(), Some(person), "the tag is what it was");
    assert_eq!(rotated.reveal(person, &identity).await.unwrap().name.as_str(), "王小明");
}
