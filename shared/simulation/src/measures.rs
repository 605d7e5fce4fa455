//! The action plan: its measures that are counted item by item, and what is selected for them term by term.

use events::{Measure, PlanEvent};
use kernel::vocabulary::Comparator;
use kernel::{ActionPlanId, Day, Document, Malformed, Name};

use crate::country::Country;
use crate::entry::{Entry, Happening};
use crate::shares;
use crate::terms::Term;

/// Key, number in the plan, Chinese, English, target.
const MEASURES: [(&str, &str, &str, &str, u32); 8] = [
    ("excellent_secondary_schools", "4", "优质中职学校", "excellent secondary schools", 1_000),
    ("excellent_secondary_specialties", "4", "优质中职专业", "excellent secondary specialties", 3_000),
    ("provincial_high_level_schools", "5", "省域高水平高职学校", "provincial high-level colleges", 300),
    ("vocational_education_groups", "11", "示范性职业教育集团", "vocational education groups", 500),
    ("planned_textbooks", "20", "规划教材", "planned textbooks", 10_000),
    ("classroom_revolution", "21", "课堂革命典型案例", "cases of classroom revolution", 1_000),
    ("digital_benchmark_schools", "22", "信息化标杆学校", "digital benchmark schools", 300),
    ("moral_education_cases", "2", "德育工作案例", "moral-education cases", 100),
];

/// The part of a target that is selected by the end, per mille.
const SELECTED: u32 = 900;

impl Country {
    /// The entries in a term about the action plan.
    pub(crate) fn plan_entries(&self, term: Term, entries: &mut Vec<Entry>) -> Result<(), Malformed> {
        let scenario = &self.scenario;
        // A document of its own: the real plan of the same title is somebody else's to publish.
        let document = format!("教职成〔2020〕7号（虚构：{}）", scenario.words());
        let id = ActionPlanId::of_document(&document);
        let on = scenario.recorded_on(term);
        if term == Term::BEFORE {
            let measures = MEASURES.iter().map(|measure| self.measure(measure)).collect::<Result<_, _>>()?;
            let title = Name::parse("职业教育提质培优行动计划（虚构）")?;
            let event = PlanEvent::Published { on, document: Document::parse(&document)?, title, measures };
            entries.push(Entry::clean(scenario.command(id, "publish"), Happening::Plan(id, event)));
            return Ok(());
        }
        for (key, _, chinese, ..) in &MEASURES {
            let so_far = |term: Term| self.target(key) * SELECTED / 1_000 * u32::from(term.number());
            let terms = u32::from(scenario.last_term().number());
            for number in so_far(Term(term.number() - 1)) / terms..so_far(term) / terms {
                let item = Name::parse(&format!("{chinese}（虚构{number}）"))?;
                let event = PlanEvent::ItemSelected { on, measure: Name::parse(key)?, item, document: None };
                let command = scenario.command(id, format_args!("{key}|{number}"));
                entries.push(Entry::clean(command, Happening::Plan(id, event)));
            }
        }
        Ok(())
    }

    fn measure(
        &self,
        (key, number, chinese, english, _): &(&str, &str, &str, &str, u32),
    ) -> Result<Measure, Malformed> {
        Ok(Measure {
            key: Name::parse(key)?,
            number: Name::parse(number)?,
            chinese: Name::parse(chinese)?,
            english: Name::parse(english)?,
            target: f64::from(self.target(key)),
            comparator: Comparator::About,
            deadline: self.deadline(),
        })
    }

    fn deadline(&self) -> Day {
        self.scenario.until()
    }

    /// The target in proportion to the size of the country.
    fn target(&self, key: &str) -> u32 {
        let whole = MEASURES.iter().find(|measure| measure.0 == key).map_or(1, |measure| measure.4);
        let nation = u64::from(shares::SECONDARY_TEACHERS + shares::HIGHER_TEACHERS);
        let exact = u64::from(whole) * u64::from(self.scenario.teachers()) / nation;
        u32::try_from(exact).unwrap_or(whole).max(5)
    }
}
