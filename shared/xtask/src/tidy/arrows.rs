//! Crates point downwards: a crate uses crates of lower levels only, so a service never uses another service, and what
//! is pure stays so.

use super::crates::Crate;

/// Our crates, lowest first. A crate of a later level may use those of earlier ones.
const LEVELS: [&[&str]; 11] = [
    &["apart"],
    // The second stands in for what nobody builds: tests/peers/no-sqlite.
    &["xtask", "sqlx-sqlite"],
    &["kernel"],
    &["events", "standards", "decider", "contracts"],
    &["eventlog", "simulation", "spreadsheet"],
    &["vault", "access", "signin", "readings"],
    &["dossiers"],
    &["host"],
    // Whatever else there is in services/ stands here.
    &["testkit"],
    &["shuangshi"],
    &["journeys", "peers"],
];

/// The level of services.
const SERVICES: usize = 8;

/// The highest level of crates without I/O.
const PURE: usize = 3;

/// The highest level of crates that know no HTTP server.
const WITHOUT_HTTP: usize = 6;

/// What would let a pure crate do I/O.
const DOING: [&str; 5] = ["actix-web", "getrandom", "reqwest", "sqlx", "tokio"];

/// The drivers of databases.
const DRIVERS: [&str; 2] = ["sqlx", "rusqlite"];

/// The one crate that knows a database driver.
const OWNER_OF_SQL: &str = "eventlog";

/// The crate that measures what a database does without us.
const BENCH: &str = "peers";

/// A crate that is for tests alone.
const FOR_TESTS: &str = "testkit";

pub(super) fn check(crates: &[Crate]) -> Vec<String> {
    crates.iter().flat_map(|from| wrong_with(from, crates)).collect()
}

fn wrong_with(from: &Crate, crates: &[Crate]) -> Vec<String> {
    let Some(level) = level(from) else {
        return vec![format!("{}: the crate has no level in shared/xtask/src/tidy/arrows.rs", from.folder)];
    };
    let mut wrong = Vec::new();
    for name in &from.needs {
        let upwards = crates.iter().find(|to| to.name == *name).is_some_and(|to| self::level(to) >= Some(level));
        if upwards {
            wrong.push(format!("{}: it must not use {name}, which is not below it", from.folder));
        }
        if name == FOR_TESTS && from.name != "journeys" {
            wrong.push(format!("{}: {FOR_TESTS} is for tests alone", from.folder));
        }
        if level <= PURE && DOING.contains(&name.as_str()) {
            wrong.push(format!("{}: a pure crate must not use {name}", from.folder));
        }
        if level <= WITHOUT_HTTP && name == "actix-web" {
            wrong.push(format!("{}: a crate below host must not use {name}", from.folder));
        }
    }
    for name in from.tests_need.iter().filter(|name| is_service(crates, name) && level <= SERVICES) {
        wrong.push(format!("{}: its tests must not use the service {name}", from.folder));
    }
    let may_know = [OWNER_OF_SQL, BENCH].contains(&from.name.as_str());
    let drivers = from.needs.iter().chain(&from.tests_need).filter(|name| DRIVERS.contains(&name.as_str()));
    for driver in drivers.filter(|_| !may_know) {
        wrong.push(format!("{}: only {OWNER_OF_SQL} knows {driver}", from.folder));
    }
    wrong
}

fn level(of: &Crate) -> Option<usize> {
    let listed = LEVELS.iter().position(|names| names.contains(&of.name.as_str()));
    listed.or_else(|| of.folder.starts_with("services/").then_some(SERVICES))
}

fn is_service(crates: &[Crate], name: &str) -> bool {
    crates.iter().any(|one| one.name == name && one.folder.starts_with("services/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &str, needs: &[&str]) -> Crate {
        let name = folder.rsplit('/').next().unwrap().to_owned();
        let needs = needs.iter().map(|need| (*need).to_owned()).collect();
        Crate { folder: folder.to_owned(), name, needs, tests_need: Vec::new() }
    }

    fn wrong(crates: &[Crate]) -> String {
        check(crates).join("\n")
    }

    #[test]
    fn downwards_is_fine() {
        let crates =
            [made("shared/kernel", &["uuid"]), made("shared/host", &["kernel"]), made("services/teams", &["host"])];
        assert_eq!(wrong(&crates), "");
    }

    #[test]
    fn upwards_and_sideways_are_not() {
        let upwards = [made("shared/kernel", &["host"]), made("shared/host", &[])];
        assert!(wrong(&upwards).contains("it must not use host"));
        let sideways = [made("services/teams", &["coverage"]), made("services/coverage", &[])];
        assert!(wrong(&sideways).contains("it must not use coverage"));
    }

    #[test]
    fn what_is_pure_does_nothing_and_one_crate_knows_sql() {
        assert!(wrong(&[made("shared/events", &["tokio"])]).contains("a pure crate"));
        assert!(wrong(&[made("shared/vault", &["actix-web"])]).contains("below host"));
        for driver in DRIVERS {
            assert!(wrong(&[made("services/teams", &[driver])]).contains(&format!("only eventlog knows {driver}")));
        }
        assert!(wrong(&[made("shared/unknown", &[])]).contains("no level"));
    }
}
