//! The behaviour suite, stamped onto both databases, and what needs a process of its own or one database's own means.

mod breaking;
mod killing;
mod silence;

/// Makes a test of every behaviour on SQLite.
macro_rules! on_sqlite {
    ($($theme:ident: $behaviour:ident,)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $behaviour() {
            testkit::behaviour::$theme::$behaviour(testkit::Place::sqlite()).await;
        }
    )+};
}

/// Makes a test of every behaviour on PostgreSQL. Without a server they fail; they are never skipped.
macro_rules! on_postgres {
    ($($theme:ident: $behaviour:ident,)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $behaviour() {
            testkit::behaviour::$theme::$behaviour(testkit::Place::postgres().await).await;
        }
    )+};
}

mod sqlite {
    testkit::every_behaviour!(on_sqlite);
}

mod postgres {
    testkit::every_behaviour!(on_postgres);
}
