//! How the views of a process begin: kept from now on, or at rest.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use futures_util::future::try_join_all;
use tokio::sync::watch;

use crate::view::keeper::Keeper;
use crate::view::kept::Kept;
use crate::view::{Shared, Views, catalogue};
use crate::{EventLog, Projection, ViewError, WorkerOptions};

impl Views {
    /// Opens the views of these projections, and starts the workers that keep them. A view that has not been built in
    /// the version of its projection is built, and answers once it has caught up; processes of the version before go
    /// on answering from theirs until then.
    ///
    /// # Errors
    /// When two have the same name, a name or schema is refused, or the store fails.
    pub async fn start(
        log: &EventLog,
        projections: Vec<Arc<dyn Projection>>,
        options: WorkerOptions,
    ) -> Result<Self, ViewError> {
        check(&projections)?;
        let opened = projections.into_iter().map(|projection| open(log, projection, &options));
        let views = try_join_all(opened).await?;
        let stop = watch::Sender::new(false);
        let keeper = Keeper { log: log.clone(), views: views.clone(), options, stop: stop.subscribe() };
        let keeper = Mutex::new(Some(tokio::spawn(keeper.run())));
        Ok(Self(Arc::new(Shared { log: log.clone(), views, stop, keeper })))
    }

    /// The views of these projections at rest: nobody keeps them, and none answers. They are neither opened nor begun, so
    /// that whoever starts them later finds those that there were, or builds them of all that the log has by then. Nobody waits
    /// for them here: [`Views::catch_up`] and [`Views::rebuild`] refuse.
    ///
    /// # Errors
    /// As [`Views::start`] does of names.
    pub fn at_rest(log: &EventLog, projections: Vec<Arc<dyn Projection>>) -> Result<Self, ViewError> {
        check(&projections)?;
        let kept = |projection| Arc::new(Kept::new(projection, WorkerOptions::default()));
        let views = projections.into_iter().map(kept).collect();
        Ok(Self(Arc::new(Shared { log: log.clone(), views, stop: watch::Sender::new(true), keeper: Mutex::default() })))
    }
}

/// Opens the generation of a view that answers, or begins to build one.
async fn open(
    log: &EventLog,
    projection: Arc<dyn Projection>,
    options: &WorkerOptions,
) -> Result<Arc<Kept>, ViewError> {
    let (name, version) = (projection.name(), projection.version());
    let kept = Arc::new(Kept::new(projection, options.clone()));
    let entry = catalogue::claim(&log.store().database, name, version, false).await?;
    kept.join(log, &entry).await?;
    if entry.live
        && let Some(built) = kept.building()
        && built.is_begun(&log.head())
    {
        kept.swap(built);
    }
    Ok(kept)
}

/// Refuses names that cannot be those of files and schemas, or are not unique.
fn check(projections: &[Arc<dyn Projection>]) -> Result<(), ViewError> {
    let mut seen = HashSet::new();
    for projection in projections {
        let name = projection.name();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty()
            || name.len() > 30
            || !name.starts_with(|c: char| c.is_ascii_lowercase())
            || !name.chars().all(plain)
        {
            return Err(ViewError::Event(format!("{name:?} is no name for a view")));
        }
        if !seen.insert(name) {
            return Err(ViewError::Event(format!("two views have the name {name}")));
        }
    }
    Ok(())
}
