//! Restricted to storage, and erased.

use events::TeacherEvent;
use kernel::{Day, Reach, Scope};

use crate::book::{Book, day, everybody, post, reason, registered, teacher};

fn restricted() -> TeacherEvent {
    TeacherEvent::ProcessingRestricted { on: day("2026-01-01"), reason: reason() }
}

fn erased() -> TeacherEvent {
    TeacherEvent::Erased { on: day("2026-01-01"), reason: reason() }
}

/// Two teachers at a school.
async fn staffed(page: u32) -> (Book, Scope) {
    let mut book = Book::open(page).await;
    let school = book.school("4132010835", "320100", None).await;
    book.pack().await;
    for number in 1..=2 {
        book.about(teacher(number), &[registered(number), post(school, "2020-01-01", None)]).await;
    }
    (book, Scope::of([Reach::Organisation(school)]))
}

async fn listed(book: &Book, scope: &Scope) -> Vec<kernel::TeacherId> {
    let dossiers = book.dossiers(scope.clone(), "2026-11-22").await;
    everybody(&dossiers, 9).await.iter().map(|one| one.teacher).collect()
}

async fn state(book: &Book, scope: Scope) -> Option<String> {
    let dossiers = book.dossiers(scope, "2026-11-22").await;
    dossiers.dossier(teacher(1), u64::MAX).await.unwrap().ok().map(|dossier| dossier.state)
}

async fn counted(book: &Book, on: Day) -> i64 {
    let sums = book.all().await.sums(on, u64::MAX).await.unwrap();
    sums.iter().map(|step| step.people).sum()
}

#[tokio::test]
async fn who_is_restricted_is_in_no_list_but_counts_and_may_read_their_own() {
    let (mut book, of_school) = staffed(1_000).await;
    let on = day("2026-11-22");
    assert_eq!((listed(&book, &of_school).await.len(), counted(&book, on).await), (2, 2));
    book.about(teacher(1), &[restricted()]).await;
    for scope in [&of_school, &Scope::everything(), &Scope::of([Reach::Person(teacher(1))])] {
        assert!(!listed(&book, scope).await.contains(&teacher(1)));
    }
    assert_eq!(state(&book, of_school.clone()).await, None);
    assert_eq!(state(&book, Scope::of([Reach::Person(teacher(1))])).await.as_deref(), Some("restricted"));
    assert_eq!(state(&book, Scope::everything()).await.as_deref(), Some("restricted"));
    assert_eq!(
        book.dossiers(of_school.clone(), "2026-11-22").await.by_staff_number("007").await.unwrap(),
        [teacher(2)]
    );
    assert_eq!(counted(&book, on).await, 2);
    book.about(teacher(1), &[TeacherEvent::RestrictionLifted { on, reason: reason() }]).await;
    assert_eq!(listed(&book, &of_school).await.len(), 2);
    assert!(book.is_the_same_rebuilt().await);
}

#[tokio::test]
async fn who_is_erased_has_no_identity_in_any_answer_and_still_counts() {
    let (mut book, of_school) = staffed(1_000).await;
    book.about(teacher(1), &[erased()]).await;
    for scope in [of_school.clone(), Scope::of([Reach::Person(teacher(1))])] {
        assert_eq!(state(&book, scope.clone()).await, None);
        assert!(!listed(&book, &scope).await.contains(&teacher(1)));
    }
    let all = book.all().await;
    assert_eq!(listed(&book, &Scope::everything()).await, [teacher(2)]);
    let dossier = all.dossier(teacher(1), u64::MAX).await.unwrap().unwrap();
    assert_eq!((dossier.state.as_str(), dossier.identity, dossier.employed.len()), ("erased", None, 0));
    assert_eq!(dossier.facts.posts.len(), 1);
    assert_eq!(all.by_staff_number("007").await.unwrap(), [teacher(2)]);
    assert_eq!(counted(&book, day("2021-06-01")).await, 2);
    assert!(book.is_the_same_rebuilt().await);
}

#[tokio::test]
async fn erasing_leaves_the_same_rows_whatever_the_page() {
    let (mut book, _) = staffed(1).await;
    let school = crate::book::school("4132010835");
    book.about(teacher(3), &[registered(3), post(school, "2021-01-01", None), restricted(), erased()]).await;
    book.about(teacher(1), &[restricted(), erased()]).await;
    book.views.catch_up().await.unwrap();
    book.with_pages_of(1_000).await;
    assert!(book.is_the_same_rebuilt().await);
}
