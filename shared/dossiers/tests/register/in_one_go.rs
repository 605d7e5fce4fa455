//! What concerns some of the people on a desk and not others, built in one go, is what pages of one event leave.

use events::{AccountEvent, Credential, PackEvent, PlacementEvent, RecognitionEvent, SiteEvent, TeacherEvent};
use kernel::vocabulary::{AccountKind, CredentialKind, Level, PracticeForm, PracticeResult};
use kernel::{AccountId, Agent, DayRange, Hours, OrganisationId, PackId, PlacementId, RecognitionId, TeacherId};
use uuid::Uuid;

use crate::book::{Book, base, base_approved, certificate, day, post, reason, registered, teacher};

/// People at a school in Fujian, people at one in Jiangsu, and some who went from one to the other.
const EACH: u128 = 4;

async fn placed(book: &mut Book, number: u128, teacher: TeacherId, from: &str, to: &str) {
    let placement = PlacementId::new(Uuid::from_u128(number));
    let started =
        PlacementEvent::Started { on: day(from), teacher, site: base(), enterprise: None, form: PracticeForm::Post };
    let dates = DayRange::new(day(from), day(to)).unwrap();
    let logged = PlacementEvent::DaysLogged { dates, hours_a_day: Hours::whole(8) };
    let completed = PlacementEvent::Completed { last_day: day(to), result: PracticeResult::Pass };
    book.write(placement.uuid(), None, &[started, logged, completed]).await;
}

/// Applies, is refused, is heard, and is granted, by an account that may be the teacher's own.
async fn recognised(book: &mut Book, number: u128, teacher: TeacherId, pack: PackId) {
    let recognition = RecognitionId::new(Uuid::from_u128(number));
    let (on, authority) = (day("2024-06-01"), OrganisationId::new(Uuid::from_u128(1)));
    let applied = RecognitionEvent::Applied { on, teacher, level: Level::Junior, pack, evidence: vec![] };
    let refused = RecognitionEvent::Refused { on, authority, reason: reason() };
    let lodged = RecognitionEvent::AppealLodged { on, reason: reason() };
    let upheld = RecognitionEvent::AppealResolved { on, upheld: true, reason: reason() };
    let granted = RecognitionEvent::Granted {
        on,
        level: Level::Junior,
        authority,
        review_due: day("2029-06-01"),
        evidence_position: "v1.0:1".to_owned(),
        cut_off: None,
        document: None,
    };
    let told = [applied, refused, lodged, upheld, granted];
    // The last of them is still to be decided again.
    let end = if number.is_multiple_of(2) { 4 } else { 5 };
    for event in &told[..end] {
        book.write(recognition.uuid(), None, std::slice::from_ref(event)).await;
    }
}

fn title() -> TeacherEvent {
    TeacherEvent::CredentialRecorded(Credential {
        kind: CredentialKind::TechnicalTitle,
        obtained_on: day("2016-01-01"),
        grade: None,
        rank: None,
        number: None,
        sealed_number: None,
    })
}

async fn written(book: &mut Book) {
    let fujian = book.school("4135010001", "350100", None).await;
    let jiangsu = book.school("4132010835", "320100", None).await;
    book.pack().await;
    let national = PackId::of_version("national-basic", 1);
    book.write(base().uuid(), None, &[base_approved("2020-01-01")]).await;
    for number in 1..=3 * EACH {
        let school = if number % 3 == 0 { jiangsu } else { fujian };
        let until = (number % 3 == 1).then(|| day("2023-08-31"));
        let own = [registered(number), post(school, "2015-01-01", until), certificate("2014-06-01"), title()];
        book.about(teacher(number), &own).await;
        if until.is_some() {
            book.about(teacher(number), &[post(jiangsu, "2023-09-01", None)]).await;
        }
    }
    let own = AccountEvent::Opened {
        on: day("2020-01-01"),
        agent: Agent::parse("test").unwrap(),
        kind: AccountKind::Person,
        person: Some(teacher(1)),
    };
    book.write(AccountId::new(Uuid::from_u128(9)).uuid(), None, &[own]).await;
    let everybody: Vec<(TeacherId, u16)> = (1..=3 * EACH).map(|number| (teacher(number), 24)).collect();
    book.session("S1", &everybody).await;
    for number in 1..=5 {
        recognised(book, 100 + number, teacher(number), national).await;
        // The second is where the first one is as well, and then for longer.
        placed(book, 200 + number, teacher(number), "2024-01-01", "2024-08-31").await;
        placed(book, 300 + number, teacher(number), "2024-08-01", "2024-09-30").await;
    }
    let erased = TeacherEvent::Erased { on: day("2025-01-01"), reason: reason() };
    book.about(teacher(2), &[erased]).await;
    book.publish(standards::published().remove(1)).await;
    let campus = standards::provincial().into_iter().find(|(pack, _)| pack.name == "fujian-campus").unwrap();
    let provincial = book.publish(campus).await;
    let withdrawn = SiteEvent::Withdrawn { on: day("2024-12-01"), reason: reason() };
    book.write(base().uuid(), None, &[withdrawn]).await;
    book.about(teacher(3 * EACH + 1), &[registered(3 * EACH + 1), post(fujian, "2025-01-01", None)]).await;
    let retired = PackEvent::Retired { on: day("2025-06-30"), reason: reason() };
    book.write(provincial.uuid(), None, &[retired]).await;
    book.session("S2", &everybody[3..]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn packs_of_provinces_decisions_and_contradictions_are_what_pages_leave() {
    let mut book = Book::open(1).await;
    written(&mut book).await;
    assert!(book.is_the_same_rebuilt().await);
    let view = book.views.get("dossiers").unwrap();
    let count = async |sql: &'static str| view.fetch_one(sql, vec![]).await.unwrap().int(0).unwrap();
    // Control: what the comparison is about is there.
    assert!(count("select count(*) from contradiction").await > 5);
    assert!(count("select count(*) from contradiction where resolved_position is not null").await > 0);
    assert_eq!(count("select count(*) from application where state = 'granted'").await, 3);
    assert_eq!(count("select count(*) from application where state = 'applied'").await, 2);
    let published = "select count(*) from step s join pack p on p.position = s.position";
    let retired = "select count(*) from step s join pack p on p.retired_position = s.position";
    assert!(count(published).await > 0 && count(retired).await > 0, "a pack changes how people are judged");
}
