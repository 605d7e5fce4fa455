//! An installation apart, on one machine and for a while: two replicas of every service, each a process of its own, and
//! HAProxy in front, set up as `deploy/split` has it. For development and for tests.
//!
//! It knows processes, ports and health checks. What a service does it refuses to know, and how the database came about.
//! It depends on nothing, as the tasks do that use it.

mod ports;
mod proxy;
mod replica;
mod signal;
mod watch;

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use proxy::Proxy;
use replica::Replica;
use watch::Watch;

/// How many processes each service has.
pub const REPLICAS: usize = 2;

/// How long a process may take to be ready, and the proxy to notice. A read model may have to be built first.
const READY: Duration = Duration::from_secs(120);

/// How often what is waited for is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How long a process that was told to stop goes on answering before it drains: longer than the proxy takes to notice
/// (`fall` times `inter` in `deploy/split/haproxy.cfg`).
const LEAVE: Duration = Duration::from_secs(2);

/// What an installation is made of.
pub struct Plan {
    /// The folder with `haproxy.cfg` and `routes.map`.
    pub split: PathBuf,
    /// An empty folder for what the processes write, and for the file of each that holds its process id.
    pub folder: PathBuf,
    /// HAProxy's program.
    pub haproxy: PathBuf,
    /// The port of the proxy; any free one when not given.
    pub port: Option<u16>,
    /// The services to start, which are among those that `haproxy.cfg` names.
    pub services: Vec<String>,
    /// The program of a service, with the database and the master key in its environment.
    pub program: Box<dyn Fn(&str) -> Command + Send>,
    /// What becomes of the folder in the end.
    pub afterwards: Afterwards,
}

/// What becomes of the folder of an installation when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// It is removed.
    Remove,
    /// It stays, so that somebody may read what the processes wrote.
    Keep,
}

/// A running installation. It ends when it is dropped, and when the process that holds it dies in whatever way.
pub struct Installation {
    replicas: Vec<Replica>,
    proxy: Proxy,
    plan: Plan,
    // Dropped last: it ends what is left, and removes the folder.
    _watch: Watch,
}

impl Installation {
    /// Starts every process, and waits until all of them are ready.
    ///
    /// # Errors
    /// When a process cannot be started, ends, or is not ready in time: in words, with what it wrote.
    pub fn start(plan: Plan) -> Result<Self, String> {
        let watch = Watch::start(&plan.folder, plan.afterwards)?;
        let mut replicas = Vec::new();
        for (service, number) in plan.services.iter().flat_map(|name| (1..=REPLICAS).map(move |number| (name, number)))
        {
            replicas.push(Replica::new(service, number, ports::free()?, &plan.folder));
        }
        let proxy = Proxy::start(&plan, &replicas)?;
        let mut installation = Self { replicas, proxy, plan, _watch: watch };
        // One of each first: of two that find an empty database both would make its tables.
        for number in 1..=REPLICAS {
            installation.start_all(number)?;
        }
        Ok(installation)
    }

    fn start_all(&mut self, number: usize) -> Result<(), String> {
        for replica in self.replicas.iter_mut().filter(|replica| replica.number() == number) {
            replica.start(&self.plan.program, LEAVE)?;
        }
        let started = |index: &usize| self.replicas[*index].number() == number;
        let started: Vec<usize> = (0..self.replicas.len()).filter(started).collect();
        started.into_iter().try_for_each(|index| self.until_ready(index))
    }

    /// Where the proxy answers, such as `http://127.0.0.1:8080`.
    pub fn url(&self) -> &str {
        self.proxy.url()
    }

    /// The names of the processes, such as `teachers-1`.
    pub fn names(&self) -> Vec<String> {
        self.replicas.iter().map(|replica| replica.name().to_owned()).collect()
    }

    /// Where a replica answers by itself, past the proxy.
    pub fn url_of(&self, name: &str) -> Option<String> {
        let replica = self.replicas.iter().find(|replica| replica.name() == name)?;
        Some(format!("http://127.0.0.1:{}", replica.port()))
    }

    /// The process id of this replica; none when it does not run.
    pub fn pid(&self, name: &str) -> Option<u32> {
        self.replicas.iter().find(|replica| replica.name() == name).and_then(Replica::pid)
    }

    /// Kills a replica as a power cut would (`kill -9`). It stays away until [`Installation::revive`].
    ///
    /// # Errors
    /// When there is no such replica, or it does not run.
    pub fn kill(&mut self, name: &str) -> Result<(), String> {
        let replica = self.replicas.iter_mut().find(|replica| replica.name() == name);
        replica.ok_or_else(|| format!("there is no {name}"))?.kill()
    }

    /// Starts again what has ended by itself, as the service manager of a machine does; gives the names. Nothing is
    /// waited for.
    ///
    /// # Errors
    /// When a process cannot be started.
    pub fn revive(&mut self) -> Result<Vec<String>, String> {
        let mut revived = Vec::new();
        for replica in &mut self.replicas {
            if replica.has_ended() {
                replica.start(&self.plan.program, LEAVE)?;
                revived.push(replica.name().to_owned());
            }
        }
        if self.proxy.has_ended() {
            self.proxy = Proxy::start(&self.plan, &self.replicas)?;
            revived.push("the proxy".to_owned());
        }
        Ok(revived)
    }

    /// Waits until every replica is ready and the proxy sends requests to it.
    ///
    /// # Errors
    /// As [`Installation::start`].
    pub fn settle(&mut self) -> Result<(), String> {
        (0..self.replicas.len()).try_for_each(|index| self.until_ready(index))
    }

    /// Starts every replica again, one after the other: each is told to stop, drains, is started anew and is waited for,
    /// until the proxy sends requests to it. `told` hears how it goes.
    ///
    /// # Errors
    /// When one does not stop or is not ready in time. The others are left as they are.
    pub fn restart(&mut self, mut told: impl FnMut(&str)) -> Result<(), String> {
        for index in 0..self.replicas.len() {
            let begun = Instant::now();
            self.replicas[index].stop()?;
            let stopped = begun.elapsed();
            self.replicas[index].start(&self.plan.program, LEAVE)?;
            self.until_ready(index)?;
            let (name, whole) = (self.replicas[index].name(), begun.elapsed());
            told(&format!("{name} drained in {} ms and was back after {}", stopped.as_millis(), whole.as_millis()));
        }
        Ok(())
    }

    fn until_ready(&mut self, index: usize) -> Result<(), String> {
        let begun = Instant::now();
        while begun.elapsed() < READY {
            let replica = &mut self.replicas[index];
            if replica.has_ended() {
                return Err(format!("{} ended; it wrote:\n{}", replica.name(), replica.written()));
            }
            if replica.is_ready() && self.proxy.sends_to(replica.service(), replica.name()) {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
        let replica = &self.replicas[index];
        Err(format!("{} was not ready within {READY:?}; it wrote:\n{}", replica.name(), replica.written()))
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        self.proxy.end();
        for replica in &mut self.replicas {
            replica.tell_to_stop();
        }
        for replica in &mut self.replicas {
            // Nobody is left to hear of one that does not: the watch kills it.
            drop(replica.stop());
        }
    }
}
