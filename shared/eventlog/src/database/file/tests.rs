//! Who reads a file, and what becomes of the connections.

use sqlx::SqlSafeStr;

use super::*;

const LINES: &str = "select number from line order by number";

/// A file with so many lines, for one question at a time.
fn file(lines: i64) -> (tempfile::TempDir, File, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("view.db");
    let writer = Connection::open(&path).unwrap();
    writer.pragma_update(None, "journal_mode", "wal").unwrap();
    writer.execute_batch("create table line (number int, text text)").unwrap();
    writer.execute_batch("begin").unwrap();
    for number in 1..=lines {
        writer.execute("insert into line values (?1, 'a line')", [number]).unwrap();
    }
    writer.execute_batch("commit").unwrap();
    (folder, File::new(path, 1), writer)
}

fn kept(file: &File) -> usize {
    unused(&file.unused).len()
}

async fn lines(state: &mut State) -> usize {
    state.fetch(LINES.into_sql_str(), Vec::<Value>::new()).await.unwrap().len()
}

#[tokio::test]
async fn a_state_is_that_of_its_first_question_and_is_nobody_elses_afterwards() {
    let (_folder, file, writer) = file(1);
    let mut state = file.state().await.unwrap();
    writer.execute_batch("insert into line values (2, null)").unwrap();
    assert_eq!(lines(&mut state).await, 2, "nothing was asked before");
    writer.execute_batch("insert into line values (3, null)").unwrap();
    assert_eq!(lines(&mut state).await, 2);
    drop(state);
    assert_eq!(kept(&file), 1, "control: the next has the same connection");
    assert_eq!(lines(&mut file.state().await.unwrap()).await, 3);
}

#[tokio::test]
async fn arguments_are_counted_as_they_are_numbered() {
    let (_folder, file, _writer) = file(3);
    let sql = "select text, number, $3, x'00' from line where number > $2 and number < $1";
    let args = crate::args![3, 1, Option::<i64>::None];
    let found = file.ask(move |connection| rows(connection, sql, &args)).await.unwrap();
    let line = [Value::Text("a line".to_owned()), Value::Int(2), Value::Null, Value::Bytes(vec![0])];
    assert_eq!(found, [Row(line.to_vec())]);
    let missing = crate::args![3, 1];
    assert!(file.ask(move |connection| rows(connection, sql, &missing)).await.is_err());
}

#[tokio::test]
async fn nobody_writes_who_reads_and_a_state_that_failed_is_given_up() {
    let (_folder, file, _writer) = file(1);
    let mut state = file.state().await.unwrap();
    assert!(state.fetch("delete from line".into_sql_str(), Vec::<Value>::new()).await.is_err());
    assert!(state.fetch(LINES.into_sql_str(), Vec::<Value>::new()).await.is_err());
    assert!(kept(&file) == 0, "a connection that failed is not used again");
    drop(state);
    assert_eq!(lines(&mut file.state().await.unwrap()).await, 1);
}

#[tokio::test]
async fn many_rows_come_in_order_until_whoever_takes_them_has_had_enough() {
    let many = 3 * CHUNK as i64 + 1;
    let (_folder, file, _writer) = file(many);
    let number = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(0)?);
    let mut state = file.state().await.unwrap();
    let mut taken = Vec::new();
    let take = |number| {
        taken.push(number);
        Ok(())
    };
    state.each(LINES.into_sql_str(), Vec::new(), number, take).await.unwrap();
    assert_eq!(taken, (1..=many).collect::<Vec<_>>());
    let enough = |number| if number < 5 { Ok(()) } else { Err(Failure::corrupt("enough")) };
    let failed = state.each(LINES.into_sql_str(), Vec::new(), number, enough).await.unwrap_err();
    assert!(failed.to_string().contains("enough"), "{failed}");
    assert_eq!(lines(&mut state).await, taken.len(), "the state is still there");
}

#[tokio::test]
async fn one_at_a_time_means_one_and_after_the_end_nobody() {
    let (_folder, file, _writer) = file(1);
    let state = file.state().await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(20), file.state()).await;
    assert!(waiting.is_err(), "its turn does not come");
    drop(state);
    assert!(file.state().await.is_ok(), "control: now it does");
    file.close().await;
    assert!(matches!(file.state().await, Err(Failure::Unavailable(_))));
}

#[tokio::test]
async fn whoever_goes_away_half_way_leaves_the_next_their_turn() {
    let (_folder, file, _writer) = file(3);
    let slow =
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n";
    let mut state = file.state().await.unwrap();
    let asked = state.fetch(slow.into_sql_str(), Vec::<Value>::new());
    assert!(tokio::time::timeout(Duration::from_millis(5), asked).await.is_err(), "control: it takes longer");
    assert!(state.fetch(LINES.into_sql_str(), Vec::<Value>::new()).await.is_err(), "the state went with it");
    assert_eq!(lines(&mut file.state().await.unwrap()).await, 3);
    assert_eq!(kept(&file), 1);
}

#[tokio::test]
async fn of_a_file_that_is_closed_no_connection_is_kept() {
    let (_folder, file, _writer) = file(1);
    let mut state = file.state().await.unwrap();
    assert_eq!(lines(&mut state).await, 1);
    file.close().await;
    drop(state);
    assert_eq!(kept(&file), 0);
}

#[tokio::test]
async fn no_more_are_kept_than_are_of_use() {
    let (_folder, file, _writer) = file(1);
    let turns = Arc::new(Semaphore::new(KEPT + 2));
    let file = File { turns, ..file };
    let mut states = Vec::new();
    for _ in 0..KEPT + 2 {
        let mut state = file.state().await.unwrap();
        assert_eq!(lines(&mut state).await, 1);
        states.push(state);
    }
    drop(states);
    assert_eq!(kept(&file), KEPT);
}

#[tokio::test]
async fn what_nobody_uses_for_long_is_closed() {
    let (_folder, file, _writer) = file(1);
    let idle = Duration::from_millis(100);
    let file = File::with_idle_time(file.path.to_path_buf(), 2, idle);
    let (mut one, mut other) = (file.state().await.unwrap(), file.state().await.unwrap());
    assert_eq!((lines(&mut one).await, lines(&mut other).await), (1, 1));
    drop(one);
    drop(other);
    assert_eq!(kept(&file), 2, "control: not at once");
    for _ in 0..100 {
        if kept(&file) == 0 {
            return;
        }
        tokio::time::sleep(idle).await;
    }
    panic!("they are kept for ever");
}
