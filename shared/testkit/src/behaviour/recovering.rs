//! Stores beside the log.

use eventlog::{Failure, SideStore, args};

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
