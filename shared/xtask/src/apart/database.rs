//! The database of an installation: made as `deploy/split` says, under names of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::run;
use crate::postgres::{self, Server};
use crate::tree;

/// What the names in `roles.sql` and `grants.sql` begin with.
const PREFIX: &str = "shuangshi";

/// A database, and the two accounts that use it.
pub(super) struct Database {
    psql: PathBuf,
    /// The account that may do everything.
    administrator: String,
    /// Begins the names of the database and its accounts.
    prefix: String,
    owner: String,
    service: String,
    folder: PathBuf,
    /// Whether the server outlives us.
    outlived: bool,
}

impl Database {
    /// Makes the accounts and the database.
    pub(super) fn make(server: &Server, folder: &Path) -> Result<Self, String> {
        let prefix = format!("{PREFIX}_apart_{}", std::process::id());
        let (administrator, password) = (server.administrator().to_owned(), postgres::password()?);
        let url = |role: &str| within(&administrator, &format!("{prefix}_{role}"), &password, &prefix);
        let (owner, service) = (url("owner")?, url("service")?);
        let outlived = matches!(server, Server::Named(_));
        let (psql, folder) = (postgres::psql()?, folder.to_owned());
        let database = Self { psql, administrator, prefix, owner, service, folder, outlived };
        let mut roles = database.script("roles.sql")?;
        for role in ["owner", "service"] {
            roles += &format!("\nalter role {}_{role} password '{password}';\n", database.prefix);
        }
        database.run(&database.administrator, &roles)?;
        Ok(database)
    }

    /// Where the services find it.
    pub(super) fn url(&self) -> &str {
        &self.service
    }

    /// Lets the owner make the logs, and says what the services may do with them. `whole` gives the command line for a
    /// database.
    pub(super) fn make_logs(&self, whole: impl Fn(&str) -> Command) -> Result<(), String> {
        run(whole(&self.owner).args(["log", "make"]).stdout(Stdio::null()))?;
        self.run(&self.owner, &self.script("grants.sql")?)
    }

    /// A script of `deploy/split`, with our names in it.
    fn script(&self, name: &str) -> Result<String, String> {
        let path = tree::root().join("deploy").join("split").join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("could not read {name}: {error}"))?;
        Ok(text.replace(PREFIX, &self.prefix))
    }

    fn run(&self, url: &str, statements: &str) -> Result<(), String> {
        postgres::carry_out(&self.psql, url, &self.folder, statements)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.outlived {
            let prefix = &self.prefix;
            let statements = format!(
                "drop database if exists {prefix} with (force); drop role if exists {prefix}_owner, {prefix}_service;"
            );
            drop(self.run(&self.administrator, &statements));
        }
    }
}

/// The address of another database on the same server, for another account.
fn within(url: &str, role: &str, password: &str, database: &str) -> Result<String, String> {
    let wrong = || "the address of the PostgreSQL server is not postgres://account@host/database".to_owned();
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let (path, parameters) =
        rest.split_once('?').map_or((rest, String::new()), |(path, parameters)| (path, format!("?{parameters}")));
    let (authority, _) = path.split_once('/').ok_or_else(wrong)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    Ok(format!("{scheme}://{role}:{password}@{host}/{database}{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn another_account_reaches_another_database_of_the_same_server() {
        let other = |url| within(url, "clerk", "word", "register");
        assert_eq!(
            other("postgres://a:b@db.example:5433/x").unwrap(),
            "postgres://clerk:word@db.example:5433/register"
        );
        assert_eq!(
            other("postgres:///x?host=/run/postgresql").unwrap(),
            "postgres://clerk:word@/register?host=/run/postgresql"
        );
        assert!(other("db.example").is_err());
    }
}
