//! A registry of a test's own: its processes, and the program run against it.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eventlog::Storage;
use host::{Config, Running, Server, Service};
use kernel::Chance;
use kernel::vocabulary::Capacity;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Accounts, Answer, Client, Place};

/// A registry of a test's own: a database that nobody else uses, and the key of its personal data.
pub struct Registry {
    place: Place,
    keys: TempDir,
    /// How many processes have been started: each draws other numbers.
    processes: AtomicU64,
}

impl Registry {
    /// A registry whose log is in this place.
    pub fn new(place: Place) -> Arc<Self> {
        Arc::new(Self { place, keys: tempfile::tempdir().unwrap(), processes: AtomicU64::new(0) })
    }

    /// Where its log is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// How a process of it is set up: on a free port.
    pub fn config(&self) -> Config {
        let mut config = match &self.place.config().storage {
            Storage::Sqlite { dir } => Config::local(dir),
            Storage::Postgres { url, .. } => {
                let mut config = Config::local(self.keys.path());
                config.database_url = Some(url.clone().into());
                config
            }
        };
        config.master_key_file = Some(self.keys.path().join("master.key"));
        config.listen.set_port(0);
        config.workers = Some(1);
        // Callers share their processors with hundreds of other tests, and are not always prompt.
        config.head_seconds = 60;
        // Tests ask for everything at once; what becomes of too much of it, the host's own tests say.
        config.long_requests = Some(64);
        config
    }

    /// A program that is to be run against it, whatever the environment of the test says.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let config = self.config();
        let mut command = Command::new(program.as_ref());
        command.env_remove("SHUANGSHI_DATABASE_URL");
        command.env("SHUANGSHI_DATA", &config.data).env("SHUANGSHI_LOG", "warn");
        command.envs(config.master_key_file.iter().map(|file| ("SHUANGSHI_MASTER_KEY_FILE", file)));
        command.envs(config.database_url.iter().map(|url| ("SHUANGSHI_DATABASE_URL", url.reveal())));
        command
    }

    /// Starts a process of these services. Its clock is the place's, its chance follows from its number.
    pub async fn start(self: &Arc<Self>, services: Vec<Service>) -> TestApp {
        self.start_with(services, |_| ()).await
    }

    /// The same, set up in another way.
    pub async fn start_with(self: &Arc<Self>, services: Vec<Service>, change: impl FnOnce(&mut Config)) -> TestApp {
        let number = self.processes.fetch_add(1, Ordering::SeqCst);
        let clock = self.place.clock.clock();
        let mut config = self.config();
        change(&mut config);
        let server = Server::open_with(&config, services, clock, seeded(number)).await.unwrap();
        let running = server.start().await.unwrap();
        let mut accounts = Accounts::new(running.app().clone(), running.url(), number);
        let client = accounts.operator("operator").await;
        let second = accounts.operator("second-operator").await;
        TestApp { registry: Arc::clone(self), running, client, second, accounts }
    }
}

/// A running process of a registry, and clients that ask it.
pub struct TestApp {
    /// The registry that it serves.
    pub registry: Arc<Registry>,
    running: Running,
    /// An operator, who states a purpose with every request.
    client: Client,
    /// Another one, to approve what the first one proposes.
    second: Client,
    accounts: Accounts,
}

impl TestApp {
    /// A process of these services over a registry of its own in this place.
    pub async fn start(place: Place, services: Vec<Service>) -> Self {
        Registry::new(place).start(services).await
    }

    /// The process itself.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The accounts of the process, to sign others in.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// A client that has not signed in.
    pub fn stranger(&self) -> Client {
        Client::new(self.running.url(), 999)
    }

    /// A client of a new account that holds this role at this organisation from 2015 on, by a service token.
    pub async fn account(&self, agent: &str, role: Capacity, organisation: Option<&str>) -> Client {
        self.accounts.holding(agent, role, organisation).await
    }

    /// A client of a new account that opens this person's own record.
    pub async fn teacher_account(&self, agent: &str, person: &str) -> Client {
        self.accounts.of_person(agent, person).await
    }

    /// Writes what needs two people: one proposes, another approves.
    pub async fn write_seconded(&self, path: &str, body: &Value) -> Answer {
        let proposed = self.client.write(path, body).await;
        if proposed.status != 202 {
            return proposed;
        }
        self.second.approve(&proposed.id(), path, body).await
    }

    /// The client, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where the log is now.
    pub fn position(&self) -> String {
        self.running.app().head().to_string()
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.client.get(path).await
    }

    /// Reads what is at least as new as the log is now; it has to be there.
    pub async fn read(&self, path: &str) -> Value {
        let joint = if path.contains('?') { '&' } else { '?' };
        let answer = self.get(&format!("{path}{joint}at_least={}", self.position())).await;
        answer.expect(200).body
    }

    /// Writes under a key.
    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.client.post(path, key, body).await
    }

    /// Writes under a fresh key.
    pub async fn write(&self, path: &str, body: &Value) -> Answer {
        self.client.write(path, body).await
    }

    /// Stops it as an operator does.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

/// Chance that is the same in every run (splitmix64), so that a failure comes back.
fn seeded(seed: u64) -> Chance {
    let state = AtomicU64::new(seed.wrapping_mul(0xD1B5_4A32_D192_ED03));
    Chance::new(move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            let mut word = state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    })
}
