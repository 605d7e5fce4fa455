//! Stores beside the log.

use std::time::{Duration, Instant};

use eventlog::{Failure, SideStore, Value, args};

use crate::Place;

/// What fails in a store is undone as a whole.
pub async fn a_side_store_undoes_what_fails(place: Place) {
    const SCHEMA: &str = "create table if not exists box (name text not null primary key, content text)";
    let store = SideStore::open(place.config(), "boxes", SCHEMA).await.unwrap();
    let again = SideStore::open(place.config(), "boxes", SCHEMA).await.unwrap();
    let failed: Result<(), Failure> = store
        .transaction(|tx| {
            Box::pin(async move {
                tx.execute("insert into box (name, content) values ($1, $2)", args!["a", "kept"]).await?;
                tx.execute("insert into box (name, content) values ($1, $2)", args!["a", "twice"]).await.map(drop)
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(again.fetch("select name from box", args![]).await.unwrap(), []);

    let insert = "insert into box (name, content) values ($1, $2)";
    assert_eq!(store.execute(insert, args!["a", Option::<String>::None]).await.unwrap(), 1);
    assert_eq!(store.execute(insert, args!["b", "full"]).await.unwrap(), 1, "a null first, then a text");
    let rows = again.fetch("select name, content from box order by name", args![]).await.unwrap();
    assert_eq!(rows[0].opt_text(1).unwrap(), None);
    assert_eq!(rows[1].text(1).unwrap(), "full");
    assert_eq!(again.fetch_optional("select 1 from box where name = $1", args!["c"]).await.unwrap(), None);
}

/// Whoever asks and goes away, at whatever moment, leaves no connection in the state that they asked: nobody after them would
/// see anything newer, or could write.
pub async fn a_question_that_is_given_up_leaves_nothing_open(place: Place) {
    const SCHEMA: &str = "create table if not exists box (name text not null primary key, content text)";
    let store = SideStore::open(place.config(), "boxes", SCHEMA).await.unwrap();
    let keys = [Value::from("a"), Value::from("b")];
    for patience in 0..300 {
        let (asked, keys) = (store.clone(), keys.clone());
        let question =
            tokio::spawn(async move { asked.fetch_in("select content from box where name in", &keys, "").await });
        // Some give up before they have asked, some in the middle, some have their answer.
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_micros(patience * 5) {
            tokio::task::yield_now().await;
        }
        question.abort();
        drop(question.await);
        let name = format!("box {patience}");
        let written = store.execute("insert into box (name, content) values ($1, 'full')", args![&name]).await;
        assert_eq!(written.unwrap(), 1, "whoever comes next can write");
        let found = store.fetch("select count(*) from box", args![]).await.unwrap();
        assert_eq!(found[0].count(0).unwrap(), patience + 1, "whoever comes next sees what there is");
    }
    if !place.is_sqlite() {
        let open = "select count(*) from pg_stat_activity \
                    where datname = current_database() and state like 'idle in transaction%'";
        assert_eq!(store.fetch(open, args![]).await.unwrap()[0].count(0).unwrap(), 0);
    }
}

/// Many rows at once are the values that were given, whichever they are, and so are those that many keys find.
pub async fn many_rows_come_back_as_they_were_given(place: Place) {
    let (real, bytes) = match place.is_sqlite() {
        true => ("real", "blob"),
        false => ("double precision", "bytea"),
    };
    let schema = format!(
        "create table odd (id bigint not null primary key, word text, whole bigint, part {real}, raw {bytes} not null)"
    );
    let store = SideStore::open(place.config(), "odds", schema.leak()).await.unwrap();
    let words = [
        "",
        "a 'quoted' \"word\"",
        "back\\slash\n\ttab",
        "双师 𠮷 \u{1f600}",
        "\u{1}\u{7f}",
        "null",
        "[1]",
        "9007199254740993",
    ];
    let wholes = [i64::MIN, i64::MAX, -1, 0, 9_007_199_254_740_993, -9_007_199_254_740_993, 7, 8];
    let parts = [0.1, -0.0, 1.0e300, 5.0e-324, f64::MAX, 1.0, -2.5, 1.0 / 3.0];
    let row = |id: usize| {
        let absent = |column: usize| id % 9 == column;
        let word = (!absent(1)).then_some(words[id % 8]);
        let (whole, part) = ((!absent(2)).then_some(wholes[id % 8]), (!absent(3)).then_some(parts[id % 8]));
        let raw: Vec<u8> = (0..id % 40).map(|byte| u8::try_from((byte * 37 + id) % 256).unwrap()).collect();
        args![id, word, whole, part, raw]
    };
    // More than one statement takes.
    let given: Vec<_> = (0..5_000).map(row).collect();
    let rows = given.clone();
    let written: Result<u64, Failure> = store
        .transaction(|tx| {
            let insert = "insert into odd (id, word, whole, part, raw) values";
            Box::pin(async move { tx.bulk(insert, 5, &rows, "").await })
        })
        .await;
    assert_eq!(written.unwrap(), 5_000);
    let all = store.fetch("select id, word, whole, part, raw from odd order by id", args![]).await.unwrap();
    assert_eq!(all.len(), given.len());
    assert!(all.iter().zip(&given).all(|(found, given)| found.values() == given.as_slice()));
    for asked in [0, 1, 5_000] {
        let rows: Vec<_> = (0..asked).map(|id| args![id, format!("{id}")]).collect();
        let listed: Result<usize, Failure> = store
            .transaction(|tx| {
                let (before, after) = (
                    "with asked (id, word) as (values",
                    ") select o.id, a.word from asked a join odd o on cast(o.id as text) = a.word",
                );
                Box::pin(async move { Ok(tx.fetch_of(before, 2, &rows, after).await?.len()) })
            })
            .await;
        assert_eq!(listed.unwrap(), asked);
    }
    let found = |column: &'static str, keys: Vec<eventlog::Value>| {
        let store = &store;
        async move { store.fetch_in(column, &keys, "").await.unwrap().len() }
    };
    let count = |hit: fn(&[eventlog::Value]) -> bool| given.iter().filter(|row| hit(row)).count();
    assert_eq!(found("select id from odd where id in", (0..5_000).map(Into::into).collect()).await, 5_000);
    assert_eq!(
        found("select id from odd where whole in", args![i64::MIN, i64::MAX]).await,
        count(|row| row[2] == i64::MIN.into() || row[2] == i64::MAX.into())
    );
    assert_eq!(
        found("select id from odd where word in", args!["a 'quoted' \"word\"", "双师 𠮷 \u{1f600}", "[1"]).await,
        count(|row| row[1] == "a 'quoted' \"word\"".into() || row[1] == "双师 𠮷 \u{1f600}".into())
    );
    let first = given[5][4].clone();
    assert_eq!(
        found("select id from odd where raw in", vec![first.clone()]).await,
        given.iter().filter(|row| row[4] == first).count()
    );
}
