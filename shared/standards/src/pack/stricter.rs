//! The proof that one pack is nowhere laxer than another.

use super::{
    AchievementAsk, Asks, Counts, CredentialAsk, Criterion, EvidenceRule, GroupKind, Overlapping, Pack, PackFault,
    PracticeAsk, PracticeBeforeAsk, Rule, TrainingAmount, TrainingAsk,
};
use crate::{CriterionId, Window};

impl Pack {
    /// Proves that whoever meets a level of this pack also meets the national rule for it: a province may ask for more,
    /// never for less. A level that the nation does not know must imply the highest national one below it.
    ///
    /// The proof compares rules part by part, so it may refuse a pack that is stricter in a way it cannot see; it never
    /// accepts one that is laxer.
    ///
    /// # Errors
    /// [`PackFault::Laxer`] with the first level and the criterion that is not proven, or [`PackFault::LaxerIn`].
    pub fn no_laxer_than(&self, nation: &Self) -> Result<(), PackFault> {
        let than = || nation.name.clone();
        let laxer = if !within(&self.roles, &nation.roles) {
            Some("roles")
        } else if !within(&self.employments, &nation.employments) {
            Some("employments")
        } else if !within(&self.education_levels, &nation.education_levels) {
            Some("education levels")
        } else if self.review.validity_years > nation.review.validity_years {
            Some("period of review")
        } else if !admits_no_more(self.evidence, nation.evidence) {
            Some("rule of evidence")
        } else {
            None
        };
        if let Some(what) = laxer {
            return Err(PackFault::LaxerIn { what, than: than() });
        }
        let proof = Proof { ours: &self.criteria, theirs: &nation.criteria };
        for own in &self.levels {
            let Some(theirs) = nation.levels.iter().rev().find(|level| level.level <= own.level) else { continue };
            if let Some(criterion) = proof.lacking(&own.rule, &theirs.rule) {
                return Err(PackFault::Laxer { level: own.level, criterion, than: than() });
            }
        }
        match self.measures_less_than(nation) {
            Some(what) => Err(PackFault::LaxerIn { what, than: than() }),
            None => Ok(()),
        }
    }

    /// A measure that is met by something else than the nation's asks for, if any: what is reported of a province would not be
    /// comparable. One that the province leaves out is met by nobody.
    fn measures_less_than(&self, nation: &Self) -> Option<&'static str> {
        let find = |pack: &'_ Self, id: &Option<CriterionId>| {
            let named = |criterion: &&Criterion| Some(&criterion.id) == id.as_ref();
            pack.criteria.iter().find(named).cloned()
        };
        let (ours, theirs) = (&self.measures, &nation.measures);
        let measures = [
            ("measure of rotation", &ours.rotation, &theirs.rotation),
            ("measure of practice", &ours.practice, &theirs.practice),
            ("measure of yearly practice", &ours.yearly_practice, &theirs.yearly_practice),
            ("measure of first practice", &ours.first_practice, &theirs.first_practice),
        ];
        let proven =
            |own: &Option<CriterionId>, their: &Option<CriterionId>| match (find(self, own), find(nation, their)) {
                (Some(own), Some(their)) => stricter(&own, &their),
                (None, _) | (_, None) => true,
            };
        measures.into_iter().find(|(_, own, their)| !proven(own, their)).map(|(what, ..)| what)
    }
}

/// Whether every fact that our rule of evidence admits is admitted by theirs.
fn admits_no_more(ours: EvidenceRule, theirs: EvidenceRule) -> bool {
    let no_more = |own: Counts, their: Counts| own == Counts::Ignored || their == Counts::Counted;
    no_more(ours.unverified, theirs.unverified) && no_more(ours.disputed, theirs.disputed)
}

struct Proof<'a> {
    ours: &'a [Criterion],
    theirs: &'a [Criterion],
}

impl Proof<'_> {
    /// What of their rule does not follow from ours, if anything: a criterion, or all those that make up for each other.
    fn lacking(&self, ours: &Rule, theirs: &Rule) -> Option<String> {
        if self.implies(ours, theirs) {
            return None;
        }
        match theirs {
            Rule::Criterion(their) => Some(self.theirs[*their].id.to_string()),
            Rule::Group { kind: GroupKind::AllOf, of } => of.iter().find_map(|part| self.lacking(ours, part)),
            Rule::Group { kind: GroupKind::AnyOf | GroupKind::AtLeast { .. }, .. } => {
                Some(self.names(theirs).join(" | "))
            }
        }
    }

    fn names(&self, theirs: &Rule) -> Vec<String> {
        match theirs {
            Rule::Criterion(their) => vec![self.theirs[*their].id.to_string()],
            Rule::Group { of, .. } => of.iter().flat_map(|part| self.names(part)).collect(),
        }
    }

    /// Whether our rule can only be met where theirs is.
    fn implies(&self, ours: &Rule, theirs: &Rule) -> bool {
        if let (Rule::Criterion(own), Rule::Criterion(their)) = (ours, theirs) {
            return stricter(&self.ours[*own], &self.theirs[*their]);
        }
        // Theirs is met if enough of its parts follow from ours.
        let parts_follow = matches!(theirs, Rule::Group { kind, of }
            if of.iter().filter(|part| self.implies(ours, part)).count() >= kind.needed(of.len()));
        // Ours cannot be met without a part from which theirs follows, if too few others are left to do without.
        let parts_force = matches!(ours, Rule::Group { kind, of }
            if of.iter().filter(|part| !self.implies(part, theirs)).count() < kind.needed(of.len()));
        parts_follow || parts_force || self.pairs_imply(ours, theirs)
    }

    /// Whether so many parts of ours each imply a part of theirs of their own that meeting ours meets enough of theirs.
    fn pairs_imply(&self, ours: &Rule, theirs: &Rule) -> bool {
        let (Rule::Group { kind: own_kind, of: own }, Rule::Group { kind: their_kind, of: their }) = (ours, theirs)
        else {
            return false;
        };
        let mut free: Vec<&Rule> = their.iter().collect();
        let mut unpaired = 0;
        for part in own {
            match free.iter().position(|candidate| self.implies(part, candidate)) {
                Some(place) => drop(free.swap_remove(place)),
                None => unpaired += 1,
            }
        }
        own_kind.needed(own.len()) >= their_kind.needed(their.len()) + unpaired
    }
}

fn stricter(ours: &Criterion, theirs: &Criterion) -> bool {
    // Ours must be asked of everybody of whom theirs is.
    if !within(&theirs.only_for, &ours.only_for) {
        return false;
    }
    match (&ours.asks, &theirs.asks) {
        (Asks::Credential { any_of: ours }, Asks::Credential { any_of: theirs }) => {
            ours.iter().all(|own| theirs.iter().any(|their| stricter_credential(own, their)))
        }
        (Asks::Practice(ours), Asks::Practice(theirs)) => stricter_practice(ours, theirs),
        (Asks::Training(ours), Asks::Training(theirs)) => stricter_training(ours, theirs),
        (
            Asks::YearsInPost { years: own, roles: ours, at_one_school: at_one },
            Asks::YearsInPost { years: their, roles: theirs, at_one_school: at_their_one },
        ) => own >= their && within(ours, theirs) && (*at_one || !at_their_one),
        (Asks::EnterpriseWork { at_least_days: own }, Asks::EnterpriseWork { at_least_days: their }) => own >= their,
        (Asks::PracticeBefore(ours), Asks::PracticeBefore(theirs)) => stricter_before(ours, theirs),
        (
            Asks::Panel { at_least_level: own, valid_years: ours },
            Asks::Panel { at_least_level: their, valid_years: theirs },
        ) => own >= their && theirs.is_none_or(|their| ours.is_some_and(|own| own <= their)),
        (Asks::Achievement(ours), Asks::Achievement(theirs)) => stricter_achievement(ours, theirs),
        (Asks::NoBreach, Asks::NoBreach) => true,
        _ => false,
    }
}

fn stricter_credential(ours: &CredentialAsk, theirs: &CredentialAsk) -> bool {
    let grade =
        theirs.at_least_grade.is_none_or(|least| ours.at_least_grade.is_some_and(|grade| grade.at_least(least)));
    let rank =
        theirs.at_least_rank.is_none_or(|least| ours.at_least_rank.is_some_and(|rank| rank.height() >= least.height()));
    ours.kind == theirs.kind && grade && rank
}

/// Ours must be asked of whoever theirs is asked of, and before a first day that is no later.
fn stricter_before(ours: &PracticeBeforeAsk, theirs: &PracticeBeforeAsk) -> bool {
    let since = ours.since.is_none_or(|own| theirs.since.is_some_and(|their| own <= their));
    ours.at_least_days >= theirs.at_least_days
        && since
        && ours.roles == theirs.roles
        && ours.results.iter().all(|result| theirs.results.contains(result))
}

fn stricter_practice(ours: &PracticeAsk, theirs: &PracticeAsk) -> bool {
    let overlapping = ours.overlapping == Overlapping::Once || theirs.overlapping == Overlapping::Each;
    overlapping
        && ours.at_least_days >= theirs.at_least_days
        && narrower(ours.window, theirs.window)
        && ours.results.iter().all(|result| theirs.results.contains(result))
        && within(&ours.forms, &theirs.forms)
        && within(&ours.site_kinds, &theirs.site_kinds)
}

fn stricter_training(ours: &TrainingAsk, theirs: &TrainingAsk) -> bool {
    let amount = match (ours.at_least, theirs.at_least) {
        (TrainingAmount::Sessions(own), TrainingAmount::Sessions(their))
        | (TrainingAmount::Hours(own), TrainingAmount::Hours(their)) => own >= their,
        // Whoever has hours has attended at least one session.
        (TrainingAmount::Hours(_), TrainingAmount::Sessions(their)) => their == 1,
        (TrainingAmount::Sessions(_), TrainingAmount::Hours(_)) => false,
    };
    amount
        && narrower(ours.window, theirs.window)
        && within(&ours.themes, &theirs.themes)
        && within(&ours.tiers, &theirs.tiers)
        && within(&ours.site_kinds, &theirs.site_kinds)
}

fn stricter_achievement(ours: &AchievementAsk, theirs: &AchievementAsk) -> bool {
    let window = match (ours.window, theirs.window) {
        (_, None) => true,
        (Some(own), Some(their)) => narrower(own, their),
        (None, Some(_)) => false,
    };
    // The vocabulary lists tiers from the highest down.
    let tier = theirs.at_least_tier.is_none_or(|least| ours.at_least_tier.is_some_and(|tier| tier <= least));
    window && tier && ours.count >= theirs.count && ours.kinds.iter().all(|kind| theirs.kinds.contains(kind))
}

/// Whether our window lies within theirs on every day.
fn narrower(ours: Window, theirs: Window) -> bool {
    match (ours, theirs) {
        (Window::Rolling { years: own }, Window::Rolling { years: their }) => own <= their,
        // A cycle never runs for longer than its years, but where it begins on a leap day: without one it begins the day before,
        // and runs until the next leap day.
        (Window::Cycle { years: own, starting }, Window::Rolling { years: their }) => {
            own < their || (own == their && starting.plus_years(1).minus_years(1) == starting)
        }
        (ours @ Window::Cycle { .. }, theirs @ Window::Cycle { .. }) => ours == theirs,
        (Window::Rolling { .. }, Window::Cycle { .. }) => false,
    }
}

/// Whether all that the first list admits the second does too; an empty list admits everything.
fn within<T: PartialEq>(ours: &[T], theirs: &[T]) -> bool {
    theirs.is_empty() || (!ours.is_empty() && ours.iter().all(|item| theirs.contains(item)))
}
