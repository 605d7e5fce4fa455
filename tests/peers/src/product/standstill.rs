//! Read models of a log that stand still: one in the middle of a page, one because it fails.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use eventlog::{Projection, Recorded, ViewError, ViewTx, Views, WorkerOptions};
use tokio::sync::watch;

use crate::Outcome;
use crate::product::Product;

const HANGS: &str = "hangs";
const FAILS: &str = "fails";

/// Both of them.
pub(crate) struct Standstill {
    views: Views,
    /// Whether it hangs at a page, and is to go on.
    at_a_page: watch::Receiver<bool>,
    goes_on: watch::Sender<bool>,
}

impl Standstill {
    /// Starts them.
    pub(crate) async fn start(product: &Product) -> Outcome<Self> {
        let (goes_on, waits) = watch::channel(false);
        let (begun, at_a_page) = watch::channel(false);
        let projections: Vec<Arc<dyn Projection>> = [(HANGS, Some((begun, waits))), (FAILS, None)]
            .map(|(name, hangs)| Arc::new(Stands { name, hangs }) as Arc<dyn Projection>)
            .into();
        let views = Views::start(&product.desk.log, projections, WorkerOptions::default()).await?;
        Ok(Self { views, at_a_page, goes_on })
    }

    /// Waits until both stand. The log has something in it.
    pub(crate) async fn stand(&self) -> Outcome<()> {
        self.at_a_page.clone().wait_for(|is_there| *is_there).await?;
        while self.views.get(FAILS)?.status().error.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Lets go.
    pub(crate) async fn stop(self) {
        self.goes_on.send_replace(true);
        self.views.stop().await;
    }
}

/// A projection that takes nothing in.
struct Stands {
    name: &'static str,
    /// Whom it tells that it is at a page, and for whom it waits there; else it fails.
    hangs: Option<(watch::Sender<bool>, watch::Receiver<bool>)>,
}

#[async_trait]
impl Projection for Stands {
    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> u32 {
        1
    }

    fn schema(&self) -> &'static str {
        "create table taken_in (event text)"
    }

    fn categories(&self) -> Option<&'static [&'static str]> {
        None
    }

    async fn apply(&self, _: &mut ViewTx, _: &[Recorded]) -> Result<(), ViewError> {
        let Some((begun, goes_on)) = &self.hangs else {
            return Err(ViewError::Event("it cannot take this in".to_owned()));
        };
        begun.send_replace(true);
        goes_on.clone().wait_for(|goes_on| *goes_on).await.map_err(|_| ViewError::Event("left alone".to_owned()))?;
        Ok(())
    }
}
