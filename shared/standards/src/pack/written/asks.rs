//! What a criterion asks for, as its file writes it, and the reading of it.

use kernel::Day;
use kernel::vocabulary::{AchievementKind, Level, PracticeForm, PracticeResult, Role, SiteKind, Theme, Tier};
use serde::Deserialize;

use super::super::figures::{Figure, Figures};
use super::super::{
    AchievementAsk, Asks, CredentialAsk, Overlapping, PackFault, PracticeAsk, PracticeBeforeAsk, TrainingAmount,
    TrainingAsk,
};
use super::not_empty;
use crate::Window;

/// What a criterion asks for, as written.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum WrittenAsks {
    Credential {
        any_of: Vec<CredentialAsk>,
    },
    Practice {
        at_least_days: Option<Figure>,
        at_least_months: Option<Figure>,
        days_a_month: Option<Figure>,
        #[serde(default)]
        overlapping: Overlapping,
        window: WrittenWindow,
        results: Vec<PracticeResult>,
        #[serde(default)]
        forms: Vec<PracticeForm>,
        #[serde(default)]
        site_kinds: Vec<SiteKind>,
    },
    Training {
        at_least_sessions: Option<Figure>,
        at_least_hours: Option<Figure>,
        window: WrittenWindow,
        #[serde(default)]
        themes: Vec<Theme>,
        #[serde(default)]
        tiers: Vec<Tier>,
        #[serde(default)]
        site_kinds: Vec<SiteKind>,
    },
    YearsInPost {
        years: Figure,
        #[serde(default)]
        roles: Vec<Role>,
        #[serde(default)]
        at_one_school: bool,
    },
    Achievement {
        kinds: Vec<AchievementKind>,
        at_least_tier: Option<Tier>,
        count: Figure,
        window: Option<WrittenWindow>,
    },
    EnterpriseWork {
        at_least_days: Figure,
    },
    PracticeBefore {
        at_least_days: Figure,
        roles: Vec<Role>,
        since: Option<Day>,
        results: Vec<PracticeResult>,
    },
    Panel {
        at_least_level: Level,
        valid_years: Option<Figure>,
    },
    NoBreach {},
}

/// A window, as written.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum WrittenWindow {
    Rolling { rolling_years: Figure },
    Cycle { cycle_years: Figure, starting: Day },
}

/// Reads what a criterion asks for.
pub fn read_asks(id: &str, asks: WrittenAsks, figures: &Figures) -> Result<Asks, PackFault> {
    let what = |part: &str| format!("{part} of `{id}`");
    Ok(match asks {
        WrittenAsks::Credential { any_of } => Asks::Credential { any_of: not_empty(&what("any_of"), any_of)? },
        WrittenAsks::Practice {
            at_least_days,
            at_least_months,
            days_a_month,
            overlapping,
            window,
            results,
            forms,
            site_kinds,
        } => Asks::Practice(PracticeAsk {
            at_least_days: read_days(id, (at_least_days, at_least_months, days_a_month), figures)?,
            overlapping,
            window: read_window(id, window, figures)?,
            results: not_empty(&what("results"), results)?,
            forms,
            site_kinds,
        }),
        WrittenAsks::Training { at_least_sessions, at_least_hours, window, themes, tiers, site_kinds } => {
            let at_least = match (at_least_sessions, at_least_hours) {
                (Some(count), None) => {
                    TrainingAmount::Sessions(count.within(&what("at_least_sessions"), 1_000, figures)?)
                }
                (None, Some(hours)) => {
                    TrainingAmount::Hours(hours.within(&what("at_least_hours"), 100_000, figures)?)
                }
                _ => return Err(PackFault::Training { id: id.to_owned() }),
            };
            let window = read_window(id, window, figures)?;
            Asks::Training(TrainingAsk { at_least, window, themes, tiers, site_kinds })
        }
        WrittenAsks::YearsInPost { years, roles, at_one_school } => {
            Asks::YearsInPost { years: years.small(&what("years"), 60, figures)?, roles, at_one_school }
        }
        WrittenAsks::Achievement { kinds, at_least_tier, count, window } => Asks::Achievement(AchievementAsk {
            kinds: not_empty(&what("kinds"), kinds)?,
            at_least_tier,
            count: count.within(&what("count"), 1_000, figures)?,
            window: window.map(|window| read_window(id, window, figures)).transpose()?,
        }),
        WrittenAsks::EnterpriseWork { at_least_days } => {
            Asks::EnterpriseWork { at_least_days: at_least_days.within(&what("at_least_days"), 36_500, figures)? }
        }
        WrittenAsks::PracticeBefore { at_least_days, roles, since, results } => {
            Asks::PracticeBefore(PracticeBeforeAsk {
                at_least_days: at_least_days.within(&what("at_least_days"), 36_500, figures)?,
                roles: not_empty(&what("roles"), roles)?,
                since,
                results: not_empty(&what("results"), results)?,
            })
        }
        WrittenAsks::Panel { at_least_level, valid_years } => Asks::Panel {
            at_least_level,
            valid_years: valid_years.map(|years| years.small(&what("valid_years"), 60, figures)).transpose()?,
        },
        WrittenAsks::NoBreach {} => Asks::NoBreach,
    })
}

fn read_window(id: &str, window: WrittenWindow, figures: &Figures) -> Result<Window, PackFault> {
    let what = format!("years of the window of `{id}`");
    Ok(match window {
        WrittenWindow::Rolling { rolling_years } => Window::Rolling { years: rolling_years.small(&what, 60, figures)? },
        WrittenWindow::Cycle { cycle_years, starting } => {
            Window::Cycle { years: cycle_years.small(&what, 60, figures)?, starting }
        }
    })
}

/// Days, or months converted by the days that the pack takes one as.
fn read_days(
    id: &str,
    (days, months, days_a_month): (Option<Figure>, Option<Figure>, Option<Figure>),
    figures: &Figures,
) -> Result<u32, PackFault> {
    let what = |part: &str| format!("{part} of `{id}`");
    match (days, months, days_a_month) {
        (Some(days), None, None) => days.within(&what("at_least_days"), 36_500, figures),
        (None, Some(months), Some(days_a_month)) => {
            let months = months.within(&what("at_least_months"), 1_200, figures)?;
            Ok(months * days_a_month.within(&what("days_a_month"), 31, figures)?)
        }
        _ => Err(PackFault::Practice { id: id.to_owned() }),
    }
}
