//! Single steps that more than one command records: a placement that is over, a breach to be lifted, the rule packs that
//! come with the program.

use std::sync::Arc;

use eventlog::{Receipt, StreamId, Version};
use events::{PackEvent, PlacementEvent, SiteEvent, TeacherEvent};
use kernel::vocabulary::{PracticeForm, PracticeResult};
use kernel::{CommandId, CorrelationId, Day, DayRange, EventId, PackId, PlacementId, SiteId, TeacherId};
use practice::placement;
use qualification::pack;
use standards::{Pack, Rulebook};
use teachers::teacher;

use crate::outcome::Trouble;
use crate::registry::Registry;

/// Publishes the nation's rule packs that come with the program, unless they have been.
pub async fn publish_packs(registry: &Registry) -> Result<(), Trouble> {
    let mut before = Vec::new();
    for (pack, bytes) in standards::published() {
        let content = String::from_utf8(bytes.to_vec()).map_err(Trouble::failed)?;
        publish_pack(registry, &pack, registry.today(), content, Arc::new(Rulebook::of(before.clone()))).await?;
        before.push((pack, None));
    }
    Ok(())
}

/// Publishes a rule pack, unless it has been.
pub async fn publish_pack(
    registry: &Registry,
    pack: &Pack,
    on: Day,
    content: String,
    published: Arc<Rulebook>,
) -> Result<Receipt, Trouble> {
    let id = PackId::of_version(&pack.name, pack.version);
    let command = pack::Command::Publish { on, content, published };
    let (stream, name) = (StreamId::of::<PackEvent>(id.uuid()), format!("pack|{id}"));
    let correlation = CorrelationId::new(id.uuid());
    registry.record::<pack::RulePack>(CommandId::derived(&name), correlation, stream, vec![], command).await
}

/// A placement that is over, as somebody hands it in.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    pub teacher: TeacherId,
    pub site: SiteId,
    pub form: PracticeForm,
    pub dates: DayRange,
    pub result: PracticeResult,
}

/// A placement as it is recorded.
pub struct PlacementOrder {
    pub stream: StreamId,
    /// The streams that must exist.
    pub requires: Vec<StreamId>,
    pub command: placement::Command,
    /// What the command's id derives from.
    pub name: String,
}

impl Placed {
    /// How it is recorded. A placement is named by who, where, how and from when, so that the same one handed in twice is one;
    /// where it was voided and another is handed in for it, by that and a number.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn order(self, registry: &Registry) -> Result<PlacementOrder, Trouble> {
        let log = registry.app().log();
        let mut nth = 1;
        loop {
            let order = self.nth(nth);
            let (state, version) = log.load::<placement::Placement>(&order.stream).await?;
            if !matches!(state, placement::State::Voided) {
                return Ok(order);
            }
            let id = CommandId::derived(&order.name);
            let history =
                log.read_stream(&order.stream, Version::NONE, u32::try_from(version.0).unwrap_or(u32::MAX)).await?;
            if history.iter().any(|event| event.command == id) {
                return Ok(order);
            }
            nth += 1;
        }
    }

    fn nth(self, nth: u32) -> PlacementOrder {
        let Self { teacher, site, form, dates, result } = self;
        let named = format!("{site}|{form}|{}", dates.from());
        let named = if nth == 1 { named } else { format!("{named}|{nth}") };
        let stream = StreamId::of::<PlacementEvent>(PlacementId::of_teacher(teacher, &named).uuid());
        let requires = vec![StreamId::of::<TeacherEvent>(teacher.uuid()), StreamId::of::<SiteEvent>(site.uuid())];
        let start = placement::Start { on: dates.from(), teacher, site, enterprise: None, form };
        let command = placement::Command::Record { start, last_day: dates.to(), result };
        let name = format!("{stream}|{command:?}");
        PlacementOrder { stream, requires, command, name }
    }
}

/// The breach of a teacher that was confirmed on a day.
pub async fn breach_of(registry: &Registry, teacher: TeacherId, on: Day) -> Result<EventId, Trouble> {
    let stream = StreamId::of::<TeacherEvent>(teacher.uuid());
    let (state, _) = registry.app().log().load::<teacher::Teacher>(&stream).await?;
    let confirmed = |fact: &teacher::Fact| matches!(fact, teacher::Fact::Breach { on: known, .. } if *known == on);
    let breach = state.facts().find(|(_, fact)| confirmed(fact)).map(|(id, _)| id);
    breach.ok_or_else(|| Trouble::NotFound("the breach is not on record".to_owned()))
}
