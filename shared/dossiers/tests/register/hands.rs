//! A page about many people is worked on share by share; a page of one event at once. They leave the same rows.

use dossiers::Step;
use events::{SessionEvent, TeacherEvent};
use kernel::{Hours, OrganisationId, TeacherId};

use crate::book::{Book, base, base_approved, certificate, day, post, reason, registered, teacher};

/// So many shares that the first is filed before the last is fetched.
const PEOPLE: u128 = 640;

/// People with posts, of whom all were at two sessions and most at a third; then what concerns many at once.
async fn written(book: &mut Book) -> OrganisationId {
    let school = book.school("4132010835", "320100", None).await;
    for number in 1..=PEOPLE {
        // Ids of real registries are spread over all bytes, as these are over their last.
        let events = [registered(number), post(school, "2015-01-01", None), certificate("2014-06-01")];
        book.about(teacher(number), &events).await;
    }
    let everybody: Vec<(TeacherId, u16)> = (1..=PEOPLE).map(|number| (teacher(number), 24)).collect();
    let first = book.session("S1", &everybody).await;
    book.pack().await;
    book.session("S2", &everybody).await;
    let third = book.session("S3", &everybody[..500]).await;
    book.write(base().uuid(), None, &[base_approved("2020-01-01")]).await;
    let amended = |number, hours: Option<u16>| SessionEvent::RosterAmended {
        on: day("2024-04-01"),
        teacher: teacher(number),
        hours: hours.map(Hours::whole),
        reason: reason(),
    };
    book.write(first.uuid(), None, &[amended(3, Some(8)), amended(4, None), amended(100, Some(16))]).await;
    book.write(third.uuid(), None, &[SessionEvent::Voided { on: day("2024-05-01"), reason: reason() }]).await;
    let merged = TeacherEvent::IdentitiesMerged { on: day("2026-01-01"), other: teacher(8), reason: reason() };
    let merge = book.identify("m", teacher(5), merged).await;
    book.about(teacher(8), &[certificate("2010-06-01")]).await;
    book.session("S4", &everybody[..400]).await;
    let unmerged = TeacherEvent::IdentitiesUnmerged { on: day("2026-02-01"), merge, reason: reason() };
    book.identify("u", teacher(5), unmerged).await;
    school
}

/// Everybody whom the sums count.
async fn in_post(book: &Book) -> u128 {
    sums(book, book.known()).await.iter().map(|step| u128::try_from(step.people).unwrap()).sum()
}

async fn sums(book: &Book, known: u64) -> Vec<Step> {
    book.all().await.sums(day("2026-11-22"), known).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_shares_leave_what_one_leaves() {
    let mut book = Book::open(1).await;
    written(&mut book).await;
    assert_eq!(in_post(&book).await, PEOPLE);
    book.with_pages_of(1_000).await;
    assert!(book.is_the_same_rebuilt().await);
    assert_eq!(in_post(&book).await, PEOPLE);
    // Control: the comparison notices one entry more.
    book.views.catch_up().await.unwrap();
    let digest = async |book: &Book| book.views.get("dossiers").unwrap().digest().await.unwrap();
    let before = digest(&book).await;
    book.about(teacher(1), &[certificate("2016-06-01")]).await;
    book.views.catch_up().await.unwrap();
    assert_ne!(before, digest(&book).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_counted_today_is_what_the_steps_add_up_to_later() {
    let mut book = Book::open(1).await;
    let school = written(&mut book).await;
    let (known, counted) = (book.known(), sums(&book, book.known()).await);
    assert_eq!(in_post(&book).await, PEOPLE);
    let newcomer = [registered(PEOPLE + 1), post(school, "2020-01-01", None)];
    book.about(teacher(PEOPLE + 1), &newcomer).await;
    assert_eq!(in_post(&book).await, PEOPLE + 1);
    assert_eq!(sums(&book, known).await, counted);
}
