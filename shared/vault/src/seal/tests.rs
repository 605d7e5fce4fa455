//! What opens for whom.

use eventlog::args;
use events::Sealed;

use super::*;
use crate::trial::{Folder, NOW, identity, number, numbers, stranger};

#[tokio::test]
async fn what_is_sealed_about_one_person_opens_for_nobody_else() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = vault.enrol(&numbers(2), NOW).await.unwrap();
    let wang = identity("王小明", Some(number("19800101", 1)));
    let sealed = vault.seal(persons[0], &wang).await.unwrap();
    assert!(vault.reveal(persons[0], &sealed).await.unwrap() == wang);
    assert!(matches!(vault.reveal(persons[1], &sealed).await, Err(VaultError::Unopenable)));
    assert!(matches!(vault.reveal(stranger(1), &sealed).await, Err(VaultError::NoKey)));
    assert!(matches!(vault.seal(stranger(1), &wang).await, Err(VaultError::NoKey)));
}

#[tokio::test]
async fn a_text_opens_only_in_its_own_field_and_person() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = vault.enrol(&numbers(2), NOW).await.unwrap();
    let fields = [Field::CertificateNumber, Field::Wish, Field::Proposal];
    for field in fields {
        let sealed = vault.seal_text(persons[0], field, "证书 2024-0001").await.unwrap();
        assert_eq!(vault.reveal_text(persons[0], field, &sealed).await.unwrap(), "证书 2024-0001");
        assert!(matches!(vault.reveal_text(persons[1], field, &sealed).await, Err(VaultError::Unopenable)));
        for other in fields.into_iter().filter(|&other| other != field) {
            assert!(matches!(vault.reveal_text(persons[0], other, &sealed).await, Err(VaultError::Unopenable)));
        }
        let as_name = SealedIdentity { name: sealed, citizen_id: None };
        assert!(matches!(vault.reveal(persons[0], &as_name).await, Err(VaultError::Unopenable)));
    }
}

#[tokio::test]
async fn an_unknown_suite_does_not_open() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let person = vault.enrol(&numbers(1), NOW).await.unwrap()[0];
    let sealed = vault.seal_text(person, Field::Wish, "an invented wish").await.unwrap();
    let sm4 = Sealed { suite: 2, ..sealed.clone() };
    assert!(matches!(vault.reveal_text(person, Field::Wish, &sm4).await, Err(VaultError::Unopenable)));
    // The same of a wrapped key, also when the number is none at all.
    for suite in [2_i64, 0, 257, -1] {
        let store = folder.back_door().await;
        store.execute("update person_key set suite = $1", args![suite]).await.unwrap();
        assert!(
            matches!(vault.reveal_text(person, Field::Wish, &sealed).await, Err(VaultError::Unopenable)),
            "{suite}"
        );
    }
}

#[tokio::test]
async fn a_page_is_revealed_in_its_order_and_each_answers_for_itself() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = vault.enrol(&numbers(600), NOW).await.unwrap();
    let mut sealed = Vec::new();
    for (index, person) in persons.iter().enumerate() {
        sealed.push(vault.seal(*person, &identity(&format!("某{index}"), None)).await.unwrap());
    }
    vault.restrict(persons[1]).await.unwrap();
    vault.erase(&[persons[2]]).await.unwrap();
    let store = folder.back_door().await;
    store.execute("update person_key set wrapped = 'AAAA' where person = $1", args![persons[3]]).await.unwrap();
    store.execute("update person_key set suite = 999 where person = $1", args![persons[4]]).await.unwrap();
    let mut page: Vec<_> = persons.iter().copied().zip(&sealed).rev().collect();
    page.push((stranger(9), &sealed[0]));
    page.push((persons[5], &sealed[5]));
    page.push((persons[5], &sealed[6]));
    let revealed = vault.reveal_many(&page).await.unwrap();
    assert_eq!(revealed.len(), 603);
    for (index, answer) in revealed.iter().enumerate() {
        match 599_usize.checked_sub(index) {
            Some(1) => assert!(matches!(answer, Err(VaultError::Restricted))),
            Some(2) => assert!(matches!(answer, Err(VaultError::Erased))),
            Some(3 | 4) => assert!(matches!(answer, Err(VaultError::Unopenable))),
            Some(of) => assert_eq!(answer.as_ref().unwrap().name.as_str(), format!("某{of}")),
            None if index == 600 => assert!(matches!(answer, Err(VaultError::NoKey))),
            None if index == 601 => assert_eq!(answer.as_ref().unwrap().name.as_str(), "某5", "asked for again"),
            None => assert!(matches!(answer, Err(VaultError::Unopenable)), "another person's value"),
        }
    }
    assert!(vault.reveal_many(&[]).await.unwrap().is_empty());
}
