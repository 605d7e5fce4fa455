//! The log with a view of it.

use std::time::Instant;

use async_trait::async_trait;
use eventlog::View;
use tokio::task::JoinSet;

use crate::Outcome;
use crate::half_load::{Noted, Noting, PATIENCE, Watched};
use crate::place::Place;
use crate::product::{Desk, Follower, Product};
use crate::store::Store;
use crate::workload::Writer;

pub(crate) struct WatchedProduct {
    log: Product,
    follower: Follower,
}

impl WatchedProduct {
    pub(crate) async fn open(place: &Place) -> Outcome<Self> {
        let log = Product::open(place).await?;
        let follower = Follower::start(&log).await?;
        Ok(Self { log, follower })
    }
}

#[async_trait]
impl Watched for WatchedProduct {
    fn client(&self, writer: Writer) -> Outcome<Box<dyn Noting>> {
        let (desk, view) = (self.log.desk.clone(), self.follower.view.clone());
        Ok(Box::new(Waiting { desk, view, writer, shown: JoinSet::new() }))
    }

    async fn stop(self: Box<Self>) -> Outcome<()> {
        self.follower.stop().await;
        self.log.close().await;
        Ok(())
    }
}

/// Lets others wait for the view.
struct Waiting {
    desk: Desk,
    view: View,
    writer: Writer,
    shown: JoinSet<Outcome<Noted>>,
}

#[async_trait]
impl Noting for Waiting {
    async fn append(&mut self, number: u64) -> Outcome<()> {
        let request = self.desk.request(self.writer, number, 1)?;
        let began = Instant::now();
        let receipt = self.desk.log.append(request).await?;
        let commit = began.elapsed();
        let acknowledged = Instant::now();
        let view = self.view.clone();
        self.shown.spawn(async move {
            view.wait_for(&receipt.position, PATIENCE).await?;
            Ok(Noted { commit, visible: acknowledged.elapsed() })
        });
        Ok(())
    }

    async fn end(mut self: Box<Self>) -> Outcome<Vec<Noted>> {
        let mut noted = Vec::new();
        while let Some(one) = self.shown.join_next().await {
            noted.push(one??);
        }
        Ok(noted)
    }
}
