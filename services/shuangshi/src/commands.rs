//! The commands, each a few moves: open the registry, do it, print, close.

pub mod account;
mod authority;
mod contradictions;
mod differ;
mod docs;
mod doctor;
mod import;
mod log;
mod pack;
mod recognise;
pub mod record;
mod serve;
mod show;
pub mod simulate;
mod vault;
mod verify;
mod what_if;

use std::process::ExitCode;

use crate::line::{Command, DocsCommand, Line, LogCommand, TeacherCommand, TeachersCommand, VaultCommand};
use crate::outcome::Trouble;

/// Runs the command line.
pub fn run(line: Line) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("shuangshi: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(dispatch(line));
    // What is still at work has been waited for as long as it may take.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(trouble) => {
            trouble.tell();
            trouble.code()
        }
    }
}

async fn dispatch(line: Line) -> Result<ExitCode, Trouble> {
    if !matches!(line.command, None | Some(Command::Serve(_))) {
        host::start_log_of_failures();
    }
    let Some(command) = line.command else { return serve::serve(line.serve).await };
    match command {
        Command::Serve(serve) => return serve::serve(serve).await,
        Command::Doctor(setup) => doctor::doctor(&setup).await?,
        Command::Import(import) => import::import(&import).await?,
        Command::Record(record) => record::record(record.fact).await?,
        Command::Recognise { command } => recognise::recognise(command).await?,
        Command::Simulate(line) => simulate::simulate(&line).await?,
        Command::Teacher { command: TeacherCommand::Show { id, as_of, known_at, english, setup } } => {
            show::teacher(&id, as_of, known_at.as_deref(), english, &setup).await?;
        }
        Command::Teacher { command: TeacherCommand::Diff(diff) } => differ::differ(&diff).await?,
        Command::Teachers { command: TeachersCommand::List { as_of, status, area, setup } } => {
            show::teachers(as_of, status, area, &setup).await?;
        }
        Command::Verify(verify) => verify::verify(&verify).await?,
        Command::Coverage(coverage) => show::coverage(&coverage).await?,
        Command::WhatIf(line) => what_if::what_if(&line).await?,
        Command::Pack { command } => pack::pack(command).await?,
        Command::Contradictions(asked) => contradictions::contradictions(&asked).await?,
        Command::Account { command } => account::account(command).await?,
        Command::Vault { command: VaultCommand::Rotate { new_key_file, setup } } => {
            vault::rotate(&new_key_file, &setup).await?;
        }
        Command::Log { command: LogCommand::Verify(setup) } => log::verify(&setup).await?,
        Command::Log { command: LogCommand::Make(setup) } => log::make(&setup).await?,
        Command::Rebuild(setup) => log::rebuild(&setup).await?,
        Command::Demo(setup) => serve::demo(&setup).await?,
        Command::Docs { command: DocsCommand::Openapi } => docs::openapi()?,
        Command::Docs { command: DocsCommand::Events } => docs::events()?,
        Command::Docs { command: DocsCommand::Routes } => docs::routes()?,
    }
    Ok(ExitCode::SUCCESS)
}
