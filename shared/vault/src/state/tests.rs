//! Restriction, and erasure that leaves nothing.

use std::time::Duration;

use eventlog::SideStore;
use kernel::code::CitizenId;

use super::*;
use crate::Field;
use crate::trial::{Folder, NOW, chance_from, identity, master, number, numbers, stranger};

#[tokio::test]
async fn who_is_restricted_is_kept_and_shown_only_to_a_duty() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let all = numbers(1);
    let person = vault.enrol(&all, NOW).await.unwrap()[0];
    let li = identity("李四", Some(all[0].clone()));
    let sealed = vault.seal(person, &li).await.unwrap();
    let wish = vault.seal_text(person, Field::Wish, "a wish").await.unwrap();
    assert_eq!(vault.state(person).await.unwrap(), State::Active);
    for _ in 0..2 {
        vault.restrict(person).await.unwrap();
    }
    assert_eq!(vault.state(person).await.unwrap(), State::Restricted);
    assert!(matches!(vault.reveal(person, &sealed).await, Err(VaultError::Restricted)));
    assert!(matches!(vault.seal(person, &li).await, Err(VaultError::Restricted)));
    assert!(matches!(vault.reveal_text(person, Field::Wish, &wish).await, Err(VaultError::Restricted)));
    assert!(matches!(vault.seal_text(person, Field::Wish, "another").await, Err(VaultError::Restricted)));
    assert!(vault.reveal_restricted(person, &sealed).await.unwrap() == li);
    assert_eq!(vault.reveal_restricted_text(person, Field::Wish, &wish).await.unwrap(), "a wish");
    assert_eq!(vault.enrol(&all, NOW).await.unwrap(), [person], "the number is still that person's");
    for _ in 0..2 {
        vault.lift_restriction(person).await.unwrap();
    }
    assert!(vault.reveal(person, &sealed).await.unwrap() == li);
    assert!(matches!(vault.restrict(stranger(1)).await, Err(VaultError::NoKey)));
    assert!(matches!(vault.lift_restriction(stranger(1)).await, Err(VaultError::NoKey)));
    assert!(matches!(vault.state(stranger(1)).await, Err(VaultError::NoKey)));
}

#[tokio::test]
async fn an_erased_person_never_comes_back_and_the_number_leads_to_a_new_one() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let all = numbers(2);
    let person = vault.enrol(&all[..1], NOW).await.unwrap()[0];
    vault.assign(&all[1], person).await.unwrap();
    let zhao = identity("赵六", Some(all[0].clone()));
    let sealed = vault.seal(person, &zhao).await.unwrap();
    vault.mark(person, &zhao).await.unwrap();
    let named_twice = [person, person];
    assert_eq!(vault.erase(&named_twice).await.unwrap(), Erased { persons: 1, keys: 1, tags: 2, marks: 3 });
    assert_eq!(vault.erase(&[person]).await.unwrap(), Erased::default(), "once is for good");

    assert_eq!(vault.state(person).await.unwrap(), State::Erased);
    assert!(matches!(vault.reveal(person, &sealed).await, Err(VaultError::Erased)));
    assert!(matches!(vault.reveal_restricted(person, &sealed).await, Err(VaultError::Erased)));
    assert!(matches!(vault.seal(person, &zhao).await, Err(VaultError::Erased)));
    assert!(matches!(vault.mark(person, &zhao).await, Err(VaultError::Erased)));
    assert!(matches!(vault.enrol_unnumbered(person).await, Err(VaultError::Erased)));
    assert!(matches!(vault.assign(&all[0], person).await, Err(VaultError::Erased)));
    assert!(matches!(vault.restrict(person).await, Err(VaultError::Erased)));
    assert!(matches!(vault.lift_restriction(person).await, Err(VaultError::Erased)));

    assert_eq!(vault.find(&all[0]).await.unwrap(), None);
    let again = vault.enrol(&all, NOW).await.unwrap();
    assert!(!again.contains(&person) && again[0] != again[1], "two new persons");
    assert_eq!(vault.find(&all[0]).await.unwrap(), Some(again[0]));
}

#[tokio::test]
async fn a_key_put_back_beside_the_fence_opens_nothing() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let person = vault.enrol(&numbers(1), NOW).await.unwrap()[0];
    let sealed = vault.seal(person, &identity("钱七", None)).await.unwrap();
    let store = folder.back_door().await;
    let row = store.fetch_optional(include_str!("../sql/find_key.sql"), args![person]).await.unwrap().unwrap();
    vault.erase(&[person]).await.unwrap();
    let key = args![person, row.int(1).unwrap(), row.text(2).unwrap(), row.text(3).unwrap()];
    assert_eq!(store.execute(include_str!("../sql/add_key.sql"), key).await.unwrap(), 1);
    assert!(matches!(vault.reveal(person, &sealed).await, Err(VaultError::Erased)));
    assert!(matches!(vault.reveal_many(&[(person, &sealed)]).await.unwrap()[0], Err(VaultError::Erased)));
    assert_eq!(vault.erase(&[person]).await.unwrap().keys, 1, "and goes with the next erasure");
}

#[tokio::test]
async fn a_person_this_store_never_knew_is_fenced_too() {
    let folder = Folder::new();
    let vault = folder.open().await;
    assert_eq!(vault.erase(&[stranger(5)]).await.unwrap(), Erased { persons: 1, ..Erased::default() });
    assert!(matches!(vault.enrol_unnumbered(stranger(5)).await, Err(VaultError::Erased)));
    vault.enrol_unnumbered(stranger(6)).await.unwrap();
}

/// What is stored of a person, and of nobody else: the wrapped key, the tag, the marks that have the name in them.
async fn stored(store: &SideStore, person: TeacherId) -> Vec<String> {
    let sql = "select wrapped from person_key where person = $1 union all \
               select tag from person_tag where person = $1 union all \
               select mark from person_mark where person = $1 and kind <> 'birth'";
    let rows = store.fetch(sql, args![person]).await.unwrap();
    rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nothing_of_an_erased_person_is_readable_in_any_file() {
    let folder = Folder::new();
    // Overwriting what is deleted, where it stands, leaves a mark once in some sixty runs. This is one that it does.
    let vault = Vault::open(&folder.config, master(1), chance_from(34 << 32)).await.unwrap();
    // So many that pages of the tables are split and put together again, which copies rows around.
    let all = numbers(3_000);
    let mut persons = Vec::new();
    for some in all.chunks(50) {
        persons.extend(vault.enrol(some, NOW).await.unwrap());
    }
    let named = |(index, number): (usize, &CitizenId)| identity(&format!("孙{index}"), Some(number.clone()));
    let identities: Vec<_> = all.iter().enumerate().map(named).collect();
    let marked: Vec<_> = persons.iter().copied().zip(&identities).collect();
    for some in marked.chunks(50) {
        vault.mark_many(some).await.unwrap();
    }
    let store = folder.back_door().await;
    // One by one, as it happens; with a copy in the write-ahead log, and with many a row around them gone already.
    for person in persons.iter().step_by(31) {
        let remains = stored(&store, *person).await;
        assert_eq!(remains.len(), 4);
        let before = folder.all();
        assert!(remains.iter().all(|text| before.contains(text)), "the control: it was there to be found");
        vault.erase(&[*person]).await.unwrap();
        let after = folder.all();
        assert!(!remains.iter().any(|text| after.contains(text)), "something is left");
    }
    assert!(vault.find(&all[1]).await.unwrap().is_some(), "nobody else is gone");
}

#[tokio::test]
async fn an_erasure_that_ended_early_is_brought_to_its_end() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let person = vault.enrol(&numbers(1), NOW).await.unwrap()[0];
    let store = folder.back_door().await;
    let remains = stored(&store, person).await;
    // As far as a process came that died before it wrote the files anew.
    store.transaction(move |tx| Box::pin(async move { erase(tx, &[person.into()]).await })).await.unwrap();
    assert!(folder.has(&remains[0]), "the deletion alone leaves the bytes");
    assert_eq!(vault.state(person).await.unwrap(), State::Erased);
    assert_eq!(vault.erase(&[person]).await.unwrap(), Erased { persons: 1, ..Erased::default() });
    assert!(!folder.has(&remains[0]));
    // Whoever is erased to the end is only looked up, whatever else is being written.
    let (begin, begun) = tokio::sync::oneshot::channel::<()>();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let busy = tokio::spawn(async move {
        let work = store.transaction(move |_| {
            Box::pin(async move {
                begin.send(()).unwrap();
                ended.await.unwrap();
                Ok::<_, VaultError>(())
            })
        });
        work.await.unwrap();
    });
    begun.await.unwrap();
    assert_eq!(vault.erase(&[person]).await.unwrap(), Erased::default());
    assert!(!busy.is_finished(), "control: the other writer was at it");
    end.send(()).unwrap();
    busy.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_seals_or_marks_while_somebody_is_erased_leaves_nothing_that_opens() {
    let folder = Folder::new();
    let (vault, other) = (folder.open().await, folder.open().await);
    for round in 0..10_u32 {
        let id_number = number("19850505", round);
        let person = vault.enrol(std::slice::from_ref(&id_number), NOW).await.unwrap()[0];
        let who = identity("周九", Some(id_number.clone()));
        let busy: Vec<_> = [vault.clone(), other.clone(), vault.clone(), other.clone()]
            .into_iter()
            .map(|vault| {
                let (who, id_number) = (who.clone(), id_number.clone());
                tokio::spawn(async move {
                    let mut sealed = Vec::new();
                    loop {
                        match vault.seal(person, &who).await {
                            Ok(value) => sealed.push(value),
                            Err(VaultError::Erased) => break,
                            Err(error) => panic!("{error}"),
                        }
                        for outcome in [
                            vault.mark(person, &who).await,
                            vault.enrol_unnumbered(person).await,
                            vault.assign(&id_number, person).await,
                        ] {
                            assert!(matches!(outcome, Ok(()) | Err(VaultError::Erased)), "{outcome:?}");
                        }
                    }
                    sealed
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(vault.erase(&[person]).await.unwrap().keys, 1);
        for task in busy {
            for sealed in task.await.unwrap() {
                assert!(matches!(other.reveal(person, &sealed).await, Err(VaultError::Erased)));
            }
        }
        assert_eq!(stored(&folder.back_door().await, person).await, Vec::<String>::new());
        assert_eq!(vault.find(&id_number).await.unwrap(), None);
    }
}
