//! A process: configuration, telemetry, HTTP server, problems, shutdown.
//!
//! A service is a value ([`Service`]) and a process is a list of services ([`run`]). What reaches a handler has been
//! parsed ([`Body`], [`Params`], [`PathId`], [`Recording`]) and allowed ([`May`]); what leaves it is an answer or a [`Failure`], which is
//! answered as a problem. The clock, chance and the environment are read here and nowhere else ([`ambient`]). The
//! crate refuses to know any service by name.

mod admission;
mod ahead;
mod allocator;
pub mod ambient;
mod app;
mod belonging;
mod caller;
mod config;
mod document;
mod extract;
mod failure;
mod fresh;
mod may;
mod operate;
mod persons;
mod process;
mod request;
mod seconded;
mod server;
mod service;
pub mod session;
mod shown;
mod telemetry;
mod write;

pub use app::{App, Health, Limits, ViewHealth};
pub use caller::refuse_other_sites;
pub use config::{Config, DatabaseUrl, LogFormat, OidcSettings, OpenToAll, PublicUrl};
pub use document::{openapi, schema_clashes};
pub use extract::{Body, Nothing, Params, PathId, PathIds, Recording, Said, TableForm, Upload, Wanted};
pub use failure::Failure;
pub use fresh::AtLeast;
pub use may::{Asks, May, Right, Stated};
pub use persons::{closed_to, refuse_unknown_teachers};
pub use process::{run, serve};
pub use request::{Request, current as current_request};
pub use seconded::Seconded;
pub use server::{Running, Server, StartError};
pub use service::{Need, Service};
pub use shown::{Filed, Shown};
pub use telemetry::start_log_of_failures;
pub use write::{POSITION, Recorded};
