//! Who is found beside whom.

use kernel::code::CitizenId;

use super::*;
use crate::trial::{Folder, NOW, identity, number, stranger};

/// Enrols and marks people: a name, and a birth date with a serial, or no id number.
async fn marked(vault: &Vault, people: &[(&str, Option<(&str, u32)>)]) -> Vec<TeacherId> {
    let mut persons = Vec::new();
    for (index, (name, born)) in people.iter().enumerate() {
        let id_number: Option<CitizenId> = born.map(|(day, serial)| number(day, serial));
        let person = match &id_number {
            Some(id_number) => vault.enrol(std::slice::from_ref(id_number), NOW).await.unwrap()[0],
            None => {
                let person = stranger(1_000 + index as u128);
                vault.enrol_unnumbered(person).await.unwrap();
                person
            }
        };
        vault.mark(person, &identity(name, id_number)).await.unwrap();
        persons.push(person);
    }
    persons
}

#[tokio::test]
async fn who_shares_a_name_or_birth_date_is_found() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = marked(
        &vault,
        &[
            ("阿依古丽·买买提", Some(("19800101", 1))),
            ("阿依古丽 买买提", Some(("19800101", 2))),
            ("阿依古丽•买买提", None),
            ("王小明", Some(("19800101", 3))),
            ("李四", Some(("19810101", 4))),
        ],
    )
    .await;
    let found = vault.with_mark_of(persons[0]).await.unwrap();
    let mut expected = vec![
        (persons[1], MarkKind::NameBirth),
        (persons[1], MarkKind::Name),
        (persons[2], MarkKind::Name),
        (persons[1], MarkKind::Birth),
        (persons[3], MarkKind::Birth),
    ];
    expected.sort_by_key(|&(person, kind)| (kind, person.to_string()));
    assert_eq!(found, expected);
    assert_eq!(vault.with_mark_of(persons[4]).await.unwrap(), []);
    assert_eq!(vault.with_mark_of(stranger(1)).await.unwrap(), []);
}

#[tokio::test]
async fn marks_are_replaced_with_the_identity() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = marked(&vault, &[("王小明", Some(("19800101", 1))), ("王晓明", Some(("19800101", 2)))]).await;
    assert_eq!(vault.with_mark_of(persons[0]).await.unwrap(), [(persons[1], MarkKind::Birth)]);
    vault.mark(persons[0], &identity("王晓明", None)).await.unwrap();
    assert_eq!(vault.with_mark_of(persons[0]).await.unwrap(), [(persons[1], MarkKind::Name)]);
    let (wrong, right) = (identity("李四", None), identity("王晓明", Some(number("19800101", 1))));
    vault.mark_many(&[(persons[0], &wrong), (persons[0], &right)]).await.unwrap();
    assert_eq!(vault.with_mark_of(persons[0]).await.unwrap().len(), 3, "the last one counts");
}

#[tokio::test]
async fn groups_come_page_by_page_and_nobody_stands_alone_in_one() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let names = ["甲一", "乙二", "丙三", "丁四", "戊五"];
    let mut people = Vec::new();
    for (index, name) in names.iter().enumerate() {
        // One of the first, two of the second, and so on.
        for _ in 0..=index {
            people.push((*name, None));
        }
    }
    let persons = marked(&vault, &people).await;
    let (mut groups, mut after) = (Vec::new(), None);
    loop {
        let page = vault.shared_marks(MarkKind::Name, 3, after.as_ref()).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(MarkCursor::parse(last.cursor.as_str()).unwrap());
        groups.extend(page);
    }
    let mut counts: Vec<_> = groups.iter().map(|group| group.count).collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, 3, 4, 5]);
    assert!(groups.iter().all(|group| group.persons.len() as u64 == group.count));
    let members: std::collections::HashSet<_> = groups.iter().flat_map(|group| &group.persons).collect();
    assert_eq!(members.len(), 14);
    assert!(!members.contains(&persons[0]), "a name nobody else has");
    assert_eq!(vault.shared_marks(MarkKind::Birth, 10, None).await.unwrap(), [], "nobody had an id number");
    assert!(MarkCursor::parse("王").is_err() && MarkCursor::parse("").is_err());
}

#[tokio::test]
async fn a_large_group_lists_some_and_counts_all() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let people: Vec<_> = (0..103).map(|_| ("张伟", None)).collect();
    let persons = marked(&vault, &people).await;
    let groups = vault.shared_marks(MarkKind::Name, 10, None).await.unwrap();
    assert_eq!((groups.len(), groups[0].count, groups[0].persons.len()), (1, 103, 100));
    assert_eq!(vault.with_mark_of(persons[0]).await.unwrap().len(), 102);
}

#[tokio::test]
async fn who_is_restricted_or_erased_is_not_looked_for() {
    let folder = Folder::new();
    let vault = folder.open().await;
    let persons = marked(&vault, &[("郑十", None), ("郑十", None), ("郑十", None)]).await;
    vault.restrict(persons[0]).await.unwrap();
    assert_eq!(vault.with_mark_of(persons[0]).await.unwrap(), []);
    assert_eq!(vault.with_mark_of(persons[1]).await.unwrap(), [(persons[2], MarkKind::Name)]);
    let again = vault.mark(persons[0], &identity("郑十", None)).await;
    assert!(matches!(again, Err(VaultError::Restricted)));
    assert_eq!(vault.erase(&persons[2..3]).await.unwrap().marks, 1);
    assert_eq!(vault.with_mark_of(persons[1]).await.unwrap(), []);
    assert_eq!(vault.shared_marks(MarkKind::Name, 10, None).await.unwrap(), [], "one alone is no group");
    vault.lift_restriction(persons[0]).await.unwrap();
    assert_eq!(vault.shared_marks(MarkKind::Name, 10, None).await.unwrap()[0].count, 2);
    assert!(matches!(vault.mark(stranger(1), &identity("无", None)).await, Err(VaultError::NoKey)));
    let mixed = [(persons[0], &identity("改", None)), (stranger(1), &identity("无", None))];
    assert!(matches!(vault.mark_many(&mixed).await, Err(VaultError::NoKey)));
    assert_eq!(vault.shared_marks(MarkKind::Name, 10, None).await.unwrap()[0].count, 2, "all or nothing");
}
