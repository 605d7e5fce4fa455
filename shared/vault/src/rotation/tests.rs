//! A rotation to the end, half-way, and with company.

use events::SealedIdentity;
use kernel::code::CitizenId;

use super::*;
use crate::trial::{Folder, NOW, chance, identity, master, numbers, stranger};

/// People with sealed identities.
struct People {
    numbers: Vec<CitizenId>,
    persons: Vec<TeacherId>,
    sealed: Vec<SealedIdentity>,
}

impl People {
    async fn enrol(vault: &Vault, count: usize) -> Self {
        let numbers = numbers(count);
        let persons = vault.enrol(&numbers, NOW).await.unwrap();
        let mut sealed = Vec::new();
        for (person, number) in persons.iter().zip(&numbers) {
            sealed.push(vault.seal(*person, &identity("吴十一", Some(number.clone()))).await.unwrap());
        }
        Self { numbers, persons, sealed }
    }

    /// Everybody is found by their number, and shown with it.
    async fn are_all_there(&self, vault: &Vault) {
        let page: Vec<_> = self.persons.iter().copied().zip(&self.sealed).collect();
        let revealed = vault.reveal_many(&page).await.unwrap();
        for ((person, number), who) in self.persons.iter().zip(&self.numbers).zip(revealed) {
            assert_eq!(vault.find(number).await.unwrap(), Some(*person));
            assert_eq!(who.unwrap().citizen_id.as_ref(), Some(number));
        }
    }
}

/// How many keys, of persons and of look-up, are under each master key.
async fn keks(folder: &Folder) -> Vec<(String, u64)> {
    let sql = "select kek, cast(count(*) as bigint) from (select kek from person_key union all \
               select kek from look_up_key) as both_kinds group by kek order by kek";
    let rows = folder.back_door().await.fetch(sql, args![]).await.unwrap();
    rows.iter().map(|row| (row.text(0).unwrap().to_owned(), row.count(1).unwrap())).collect()
}

#[tokio::test]
async fn after_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let people = People::enrol(&vault, 1_203).await;
    vault.erase(&[people.persons[1_202]]).await.unwrap();
    vault.restrict(people.persons[1_201]).await.unwrap();
    let rotated = vault.rotate(master(2)).await.unwrap();
    assert_eq!(rotated, Rotated { keys: 1_202, tags: 1_202 });
    assert_eq!(keks(&folder).await, [(master(2).fingerprint(), 1_203)], "the look-up key too");
    assert!(matches!(Vault::open(&folder.config, master(1), chance()).await, Err(VaultError::OtherMasterKey)));

    let fresh = Vault::open(&folder.config, master(2), chance()).await.unwrap();
    assert!(matches!(fresh.reveal(people.persons[1_202], &people.sealed[1_202]).await, Err(VaultError::Erased)));
    assert!(matches!(fresh.reveal(people.persons[1_201], &people.sealed[1_201]).await, Err(VaultError::Restricted)));
    fresh.lift_restriction(people.persons[1_201]).await.unwrap();
    let People { mut numbers, mut persons, mut sealed } = people;
    numbers.truncate(1_202);
    persons.truncate(1_202);
    sealed.truncate(1_202);
    let people = People { numbers, persons, sealed };
    people.are_all_there(&fresh).await;
    people.are_all_there(&vault).await;
    vault.enrol_unnumbered(stranger(1)).await.unwrap();
    assert!(
        fresh.seal(stranger(1), &identity("新", None)).await.is_ok(),
        "the one that rotated goes on with the new key"
    );
    assert_eq!(vault.rotate(master(2)).await.unwrap(), Rotated { keys: 0, tags: 1_202 }, "again is nothing");
}

#[tokio::test]
async fn a_rotation_that_ended_half_way_lost_nothing_and_goes_on_with_both_keys() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let people = People::enrol(&vault, 25).await;
    vault.ring.add(master(2));
    assert!(vault.begin_rotation(&master(2)).await.unwrap());
    let (wrapped, _) = vault.rotate_batch(&master(2), None, 10).await.unwrap().unwrap();
    assert_eq!(wrapped, 10);
    let mut half = [(master(1).fingerprint(), 16), (master(2).fingerprint(), 10)];
    half.sort();
    assert_eq!(keks(&folder).await, half);
    people.are_all_there(&vault).await;
    vault.close().await;

    for key in [master(1), master(2)] {
        assert!(matches!(Vault::open(&folder.config, key, chance()).await, Err(VaultError::HalfRotated)));
    }
    assert!(matches!(Vault::open(&folder.config, master(3), chance()).await, Err(VaultError::OtherMasterKey)));
    let elsewhere = Vault::resume_rotation(&folder.config, master(1), master(3), chance()).await;
    assert!(matches!(elsewhere, Err(VaultError::HalfRotated)), "it goes where it was going");
    assert_eq!(keks(&folder).await, half, "and nothing was changed");

    let (resumed, rotated) = Vault::resume_rotation(&folder.config, master(1), master(2), chance()).await.unwrap();
    assert_eq!(rotated, Rotated { keys: 15, tags: 25 });
    people.are_all_there(&resumed).await;
    people.are_all_there(&Vault::open(&folder.config, master(2), chance()).await.unwrap()).await;
    assert!(matches!(Vault::open(&folder.config, master(1), chance()).await, Err(VaultError::OtherMasterKey)));
    let (_, again) = Vault::resume_rotation(&folder.config, master(1), master(2), chance()).await.unwrap();
    assert_eq!(again, Rotated { keys: 0, tags: 25 }, "at its end it stays there");
}

#[tokio::test]
async fn a_rotation_that_is_dropped_anywhere_can_be_resumed() {
    let folder = Folder::new();
    let people = People::enrol(&folder.open().await, 1_600).await;
    let mut ended_early = 0;
    for millis in 0..40 {
        // The old key, until the end was reached; both, wherever it was dropped.
        let attempt = Vault::resume_rotation(&folder.config, master(1), master(2), chance());
        let ended = tokio::time::timeout(std::time::Duration::from_millis(millis), attempt).await;
        match ended {
            Ok(outcome) => {
                assert_eq!(outcome.unwrap().1.tags, 1_600);
                break;
            }
            Err(_) => ended_early += 1,
        }
    }
    assert!(ended_early > 0, "the first had no time at all");
    let (vault, _) = Vault::resume_rotation(&folder.config, master(1), master(2), chance()).await.unwrap();
    assert_eq!(keks(&folder).await, [(master(2).fingerprint(), 1_601)]);
    people.are_all_there(&vault).await;
}

#[tokio::test]
async fn a_process_with_only_the_old_key_writes_nothing_under_it_any_more() {
    let folder = Folder::new();
    let (vault, left_behind) = (folder.open().await, folder.open().await);
    let people = People::enrol(&vault, 3).await;
    vault.ring.add(master(2));
    vault.begin_rotation(&master(2)).await.unwrap();
    assert!(matches!(left_behind.enrol_unnumbered(stranger(1)).await, Err(VaultError::OtherMasterKey)));
    vault.rotate(master(2)).await.unwrap();
    assert!(matches!(left_behind.enrol_unnumbered(stranger(1)).await, Err(VaultError::OtherMasterKey)));
    let shown = left_behind.reveal(people.persons[0], &people.sealed[0]).await;
    assert!(matches!(shown, Err(VaultError::OtherMasterKey)));
    assert!(matches!(left_behind.rotate(master(3)).await, Err(VaultError::OtherMasterKey)));
    assert!(Vault::open(&folder.config, master(2), chance()).await.is_ok(), "it began nothing");
}

#[tokio::test]
async fn a_rotation_that_could_not_end_does_not_begin() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let people = People::enrol(&vault, 5).await;
    let store = folder.back_door().await;
    store.execute("update person_key set wrapped = 'AAAA' where person = $1", args![people.persons[4]]).await.unwrap();
    assert!(matches!(vault.rotate(master(2)).await, Err(VaultError::Unopenable)));
    let still = folder.open().await;
    assert!(still.reveal(people.persons[0], &people.sealed[0]).await.is_ok());
    still.erase(&people.persons[4..]).await.unwrap();
    assert_eq!(still.rotate(master(2)).await.unwrap().keys, 4, "without the broken one it does");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_are_enrolled_and_erased_while_the_key_is_rotated() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let mut people = People::enrol(&vault, 1_100).await;
    let gone = people.persons.split_off(1_050);
    people.numbers.truncate(1_050);
    people.sealed.truncate(1_050);
    let (enroller, eraser) = (vault.clone(), vault.clone());
    let enrolled = tokio::spawn(async move {
        for id in 0..60 {
            enroller.enrol_unnumbered(stranger(id)).await.unwrap();
        }
    });
    let to_erase = gone.clone();
    let erased = tokio::spawn(async move {
        for person in to_erase {
            assert_eq!(eraser.erase(&[person]).await.unwrap().keys, 1);
        }
    });
    vault.rotate(master(2)).await.unwrap();
    enrolled.await.unwrap();
    erased.await.unwrap();
    let fresh = Vault::open(&folder.config, master(2), chance()).await.unwrap();
    assert_eq!(keks(&folder).await, [(master(2).fingerprint(), 1_050 + 60 + 1)]);
    people.are_all_there(&fresh).await;
    for person in gone {
        assert!(matches!(fresh.seal(person, &identity("无", None)).await, Err(VaultError::Erased)));
    }
}
