//! Logs that were filled once, and are read in every round.

use crate::Outcome;
use crate::figures::{Figures, Unit};
use crate::measure::{CATCH_UP, POSTGRES, REPLAY, SQLITE, rotated};
use crate::peers::{CqrsEs, Disintegrate, Esrs, MessageDb, Peer, Sources};
use crate::place::{Place, Server};
use crate::plain::{FilledPostgres, FilledSqlite};
use crate::product::FilledProduct;
use crate::store::{Filled, Kind, Who};

/// Who reads needs few connections.
const CONNECTIONS: u32 = 4;

pub(super) struct Library {
    database: &'static str,
    events: u64,
    product: FilledProduct,
    plain: Box<dyn Filled>,
    peers: Vec<Box<dyn Peer>>,
    places: Vec<Place>,
}

impl Library {
    pub(super) async fn sqlite(events: u64) -> Outcome<Self> {
        let place = Place::sqlite()?;
        let product = FilledProduct::fill(&place, events).await?;
        let plain = Box::new(FilledSqlite::open(&place)?);
        Ok(Self { database: SQLITE, events, product, plain, peers: Vec::new(), places: vec![place] })
    }

    pub(super) async fn postgres(server: &Server, sources: &Sources, events: u64) -> Outcome<Self> {
        let place = server.place().await?;
        let product = FilledProduct::fill(&place, events).await?;
        let plain = Box::new(FilledPostgres::open(&place)?);
        let theirs = [server.place().await?, server.place().await?, server.place().await?, server.place().await?];
        let peers: Vec<Box<dyn Peer>> = vec![
            Box::new(CqrsEs::make(sources, theirs[0].url()?, CONNECTIONS).await?),
            Box::new(Disintegrate::make(sources, theirs[1].url()?, CONNECTIONS).await?),
            Box::new(Esrs::make(sources, theirs[2].url()?, CONNECTIONS).await?),
            Box::new(MessageDb::make(sources, theirs[3].url()?, CONNECTIONS).await?),
        ];
        for peer in &peers {
            peer.fill(events).await?;
        }
        let places = theirs.into_iter().chain([place]).collect();
        Ok(Self { database: POSTGRES, events, product, plain, peers, places })
    }

    pub(super) async fn measure(&self, round: u64, figures: &mut Figures) -> Outcome<()> {
        for log in rotated(self.everybody(), round) {
            figures.add(self.database, REPLAY, &log.who(), Unit::Rate, log.replay(self.events).await?);
        }
        let pages = Who { kind: Kind::ProductToo, ..Who::product().with("pages of 1,000") };
        figures.add(self.database, REPLAY, &pages, Unit::Rate, self.product.pages(self.events, 1_000).await?);
        for log in rotated(self.everybody(), round) {
            if let Some(rate) = log.catch_up(self.events).await? {
                figures.add(self.database, CATCH_UP, &log.who(), Unit::Rate, rate);
            }
        }
        Ok(())
    }

    fn everybody(&self) -> Vec<&dyn Filled> {
        let ours: [&dyn Filled; 2] = [&self.product, self.plain.as_ref()];
        let peers = self.peers.iter().map(|peer| -> &dyn Filled { peer.as_ref() });
        ours.into_iter().chain(peers).collect()
    }

    pub(super) async fn close(self) -> Outcome<()> {
        self.product.close().await;
        for peer in self.peers {
            peer.close().await;
        }
        drop(self.plain);
        for place in self.places {
            place.remove().await?;
        }
        Ok(())
    }
}
