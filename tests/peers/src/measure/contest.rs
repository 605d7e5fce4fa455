//! Empty tables of everybody's own, which a round fills.

use std::time::Duration;

use crate::Outcome;
use crate::figures::{Figures, Unit};
use crate::half_load::{self, Watched};
use crate::load;
use crate::measure::{
    ACKNOWLEDGED, AT_A_STANDSTILL, BATCHES, CLIENTS, CONNECTIONS, CONTENTION, HALF_LOAD, MORE_CONNECTIONS, POSTGRES,
    SQLITE, STANDSTILL, VISIBLE, append, bulk, rotated,
};
use crate::peers::{CqrsEs, Disintegrate, Esrs, MessageDb, Sources};
use crate::place::{Place, Server};
use crate::plain;
use crate::product::{Product, Standstill, WatchedProduct};
use crate::store::{Bulk, Store, Who};

/// The limit, which takes rows one by one or many at once.
trait Plain: Store + Bulk {}

impl<T: Store + Bulk> Plain for T {}

pub(super) struct Contest {
    database: &'static str,
    product: Product,
    plain: Box<dyn Plain>,
    /// The limit in another way, where there is one for many rows at once.
    by_rows: Option<plain::ByRows>,
    peers: Vec<Box<dyn Store>>,
    /// The product's, another of its own whose view is watched, the limit's, and the peers'.
    places: Vec<Place>,
}

impl Contest {
    pub(super) async fn sqlite() -> Outcome<Self> {
        let places = [Place::sqlite()?, Place::sqlite()?, Place::sqlite()?];
        let plain = Box::new(plain::Sqlite::open(&places[2])?);
        Self::new(SQLITE, places, plain, Vec::new()).await
    }

    pub(super) async fn postgres(server: &Server, sources: &Sources) -> Outcome<Self> {
        let places = [server.place().await?, server.place().await?, server.place().await?];
        let plain = Box::new(plain::Postgres::make(places[2].url()?, CONNECTIONS).await?);
        let another = server.place().await?;
        let by_rows = plain::ByRows::new(plain::Postgres::make(another.url()?, 1).await?).await?;
        let theirs = [server.place().await?, server.place().await?, server.place().await?, server.place().await?];
        let peers: Vec<Box<dyn Store>> = vec![
            Box::new(CqrsEs::make(sources, theirs[0].url()?, CONNECTIONS).await?),
            Box::new(Disintegrate::make(sources, theirs[1].url()?, CONNECTIONS).await?),
            Box::new(Esrs::make(sources, theirs[2].url()?, CONNECTIONS).await?),
            Box::new(MessageDb::make(sources, theirs[3].url()?, CONNECTIONS).await?),
        ];
        let mut contest = Self::new(POSTGRES, places, plain, peers).await?;
        contest.by_rows = Some(by_rows);
        contest.places.extend(theirs.into_iter().chain([another]));
        Ok(contest)
    }

    async fn new(
        database: &'static str,
        places: [Place; 3],
        plain: Box<dyn Plain>,
        peers: Vec<Box<dyn Store>>,
    ) -> Outcome<Self> {
        let product = Product::open(&places[0]).await?;
        Ok(Self { database, product, plain, by_rows: None, peers, places: places.into() })
    }

    pub(super) async fn measure(&self, round: u64, slice: Duration, figures: &mut Figures) -> Outcome<()> {
        for clients in CLIENTS {
            self.appends(round, clients, slice, figures).await?;
        }
        self.standstill(round, slice, figures).await?;
        for store in rotated(self.everybody(), round) {
            let rate = load::contention(store, round, slice).await?;
            figures.add(self.database, CONTENTION, &store.who(), Unit::Rate, rate);
        }
        for batch in BATCHES {
            let mut all: Vec<(Who, &dyn Bulk)> =
                vec![(self.product.who(), &self.product), (self.plain.who(), self.plain.as_ref())];
            all.extend(self.by_rows.iter().map(|table| (plain::ByRows::who(), table as &dyn Bulk)));
            for (who, store) in rotated(all, round) {
                let rate = load::bulk(store, round, batch, slice).await?;
                figures.add(self.database, &bulk(batch), &who, Unit::Rate, rate);
            }
        }
        self.half_load(round, slice, figures).await
    }

    fn everybody(&self) -> Vec<&dyn Store> {
        let ours: [&dyn Store; 2] = [&self.product, self.plain.as_ref()];
        ours.into_iter().chain(self.peers.iter().map(AsRef::as_ref)).collect()
    }

    async fn appends(&self, round: u64, clients: u64, slice: Duration, figures: &mut Figures) -> Outcome<()> {
        let work = append(clients);
        for store in rotated(self.everybody(), round) {
            let rate = load::appends(store, round, clients, slice).await?;
            let more = if clients > CONNECTIONS.into() { store.again(MORE_CONNECTIONS).await? } else { None };
            let Some(more) = more else {
                figures.add(self.database, &work, &store.who(), Unit::Rate, rate);
                continue;
            };
            let of = |connections: u32| store.who().with(&format!("{connections} connections"));
            figures.add(self.database, &work, &of(CONNECTIONS), Unit::Rate, rate);
            // Streams of their own again, as in a round that never comes.
            let rate = load::appends(more.as_ref(), u64::MAX - round, clients, slice).await?;
            more.close().await;
            figures.add(self.database, &work, &of(MORE_CONNECTIONS), Unit::Rate, rate);
        }
        Ok(())
    }

    /// Whether read models of the log that stand still hold it up.
    async fn standstill(&self, round: u64, slice: Duration, figures: &mut Figures) -> Outcome<()> {
        for (work, stands) in rotated(STANDSTILL.into_iter().zip([false, true]).collect(), round) {
            let standing = if stands { Some(Standstill::start(&self.product).await?) } else { None };
            if let Some(standing) = &standing {
                standing.stand().await?;
            }
            // Streams of their own again, as in rounds that never come.
            let never = u64::MAX - 2 * round - u64::from(stands);
            let rate = load::appends(&self.product, never, AT_A_STANDSTILL, slice).await?;
            if let Some(standing) = standing {
                standing.stop().await;
            }
            figures.add(self.database, work, &self.product.who(), Unit::Rate, rate);
        }
        Ok(())
    }

    /// Half of what as many clients wrote in this round.
    async fn half_load(&self, round: u64, slice: Duration, figures: &mut Figures) -> Outcome<()> {
        let watched: Option<Box<dyn Watched>> = Some(Box::new(WatchedProduct::open(&self.places[1]).await?));
        self.half_load_of(self.product.who(), watched, round, slice, figures).await?;
        for peer in &self.peers {
            self.half_load_of(peer.who(), peer.watched().await?, round, slice, figures).await?;
        }
        Ok(())
    }

    async fn half_load_of(
        &self,
        who: Who,
        watched: Option<Box<dyn Watched>>,
        round: u64,
        slice: Duration,
        figures: &mut Figures,
    ) -> Outcome<()> {
        let Some(watched) = watched else { return Ok(()) };
        let full = figures.last(self.database, &append(half_load::CLIENTS), &who);
        let half = full.ok_or("what is full load was not measured")? / 2.0;
        // The first stretch only makes connections and statements.
        half_load::measure(watched.as_ref(), u64::MAX - round, half, slice / 2).await?;
        let lag = half_load::measure(watched.as_ref(), round, half, slice * 2).await?;
        watched.stop().await?;
        figures.add(self.database, HALF_LOAD, &who, Unit::Rate, lag.rate);
        for (works, times) in [(ACKNOWLEDGED, lag.commit), (VISIBLE, lag.visible)] {
            for (work, time) in works.into_iter().zip(times) {
                figures.add(self.database, work, &who, Unit::Millis, time);
            }
        }
        Ok(())
    }

    pub(super) async fn close(self) -> Outcome<()> {
        for store in self.everybody() {
            store.close().await;
        }
        if let Some(by_rows) = &self.by_rows {
            by_rows.table.close().await;
        }
        for place in self.places {
            place.remove().await?;
        }
        Ok(())
    }
}
