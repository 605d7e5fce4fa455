//! People with posts in more than one place.

use kernel::vocabulary::Capacity;
use serde_json::{Value, json};
use testkit::Place;

use super::{on_both, stage};

on_both!(a_teacher_with_posts_in_two_provinces_counts_in_both_and_once_in_the_nation,);

async fn a_teacher_with_posts_in_two_provinces_counts_in_both_and_once_in_the_nation(place: Place) {
    let app = stage::all(place).await;
    let sites = stage::sites(&app).await;
    let gansu = stage::school(&app, "4162010307", "620100").await;
    let both = stage::eligible(&app, &sites, 1).await;
    stage::post(&app, &both.teacher, &gansu, "000000901").await;
    let neighbour = stage::teacher(&app, 2).await;
    stage::post(&app, &neighbour, &gansu, "000000902").await;

    let table = async |by: &str| app.read(&format!("/api/v1/coverage?as_of=2023-06-30&by={by}")).await;
    assert_eq!(figures(&table("province").await), ["32 1 1 1", "62 2 2 1"]);
    assert_eq!(figures(&table("school").await), ["4132010835 1 1 1", "4162010307 2 2 1"]);
    assert_eq!(figures(&table("nation").await), ["CN 2 2 1"]);
    for (area, expected) in [("32", 1), ("62", 2), ("620100", 2), ("4132010835", 1), ("35", 0), ("", 2)] {
        let listed = app.read(&format!("/api/v1/teachers?as_of=2023-06-30&status=in_post&area={area}")).await;
        assert_eq!(listed["items"].as_array().unwrap().len(), expected, "{area}");
    }
    // Whoever sees no person is not told of one or two; whoever sees them all is.
    let ministry = app.account("ministry", Capacity::Ministry, None).await;
    let hr = app.account("hr", Capacity::SchoolHr, Some(&sites.school)).await;
    app.read("/api/v1/accounts?limit=1").await;
    let by_school = "/api/v1/coverage?as_of=2023-06-30&by=school";
    let held = ministry.get(by_school).await.expect(200).body;
    assert_eq!(figures(&held), ["4132010835 null null null", "4162010307 null null null"]);
    assert_eq!((&held["suppressed_below"], &held["rows"][0]["eligible_share"]), (&json!(3), &Value::Null));
    let own = hr.get(by_school).await.expect(200).body;
    assert_eq!((figures(&own), &own["suppressed_below"]), (vec!["4132010835 1 1 1".to_owned()], &Value::Null));
    app.stop().await;
}

/// Code, teachers, specialised and eligible of each row.
fn figures(table: &Value) -> Vec<String> {
    let rows = table["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let code = row["code"].as_str().unwrap();
        format!("{code} {} {} {}", row["teachers"], row["specialised"], row["eligible"])
    })
    .collect()
}
