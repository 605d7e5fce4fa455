//! Answers about rule packs.

use kernel::code::Province;
use kernel::vocabulary::{EducationLevel, Employment, Role};
use kernel::{Day, Language, PackId};
use serde::Serialize;
use standards::{Confidence, Effective, Jurisdiction, Label, Pack, PackReference, Rulebook};
use utoipa::ToSchema;

use crate::pack::Rejection;
use contracts::Rejects;

/// The packs on file.
#[derive(Debug, Serialize, ToSchema)]
pub struct PacksBody {
    /// The day it is about.
    pub as_of: Day,
    /// The log position they are known at. Opaque.
    #[schema(example = "v1.0:1234")]
    pub known_at: String,
    /// The packs, oldest first.
    pub packs: Vec<PackBody>,
}

/// A pack, and what it says in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackBody {
    /// Its id.
    id: PackId,
    /// Which pack, to the byte.
    pack: PackReference,
    /// What it is called.
    title: Label,
    /// The province it is of; none: the nation's.
    province: Option<Province>,
    /// The education levels it is for.
    education_levels: Vec<EducationLevel>,
    /// The roles it is for; empty: every role.
    roles: Vec<Role>,
    /// The employments it is for; empty: every one.
    employments: Vec<Employment>,
    /// The first day it is in force, if there is one.
    from: Option<Day>,
    /// The last day it is in force: its own end, or that of its retirement.
    to: Option<Day>,
    /// The pack that it builds on.
    inherits: Option<PackReference>,
    /// Whether a school decides on the recognition of its own teachers; authorities always do.
    schools_recognise: bool,
    /// Whether it is in force on the day.
    in_force: bool,
    /// The nation's pack in force on the day that it is laxer than: that judges instead.
    overruled_by: Option<PackReference>,
    /// What in it is to be verified before anybody relies on it, and why.
    unverified: Vec<UnverifiedBody>,
    /// What it says, in Chinese; in full answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    chinese: Option<String>,
    /// What it says, in English; in full answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    english: Option<String>,
}

/// A part of a pack that rests on a weak source.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnverifiedBody {
    /// The criterion or number.
    part: String,
    /// What it is.
    label: Label,
    /// The document.
    document: String,
    /// How sure we are.
    confidence: Confidence,
}

/// What became of the check of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedBody {
    /// Whether it may be published.
    sound: bool,
    /// Why it may not, as a stable code.
    rejection: Option<&'static str>,
    /// The same in words; a laxer pack's names the criterion.
    why: Option<String>,
    /// Which pack it would be, to the byte.
    pack: Option<PackReference>,
    /// What it says, in Chinese.
    chinese: Option<String>,
    /// What it says, in English.
    english: Option<String>,
}

impl PackBody {
    /// The pack without its words.
    pub fn brief(pack: &Pack, published: &Rulebook, on: Day) -> Self {
        let Effective { from, to } = pack.effective;
        Self {
            id: PackId::of_version(&pack.name, pack.version),
            pack: pack.reference(),
            title: pack.title.clone(),
            province: match pack.jurisdiction {
                Jurisdiction::Nation => None,
                Jurisdiction::Province(province) => Some(province),
            },
            education_levels: pack.education_levels.clone(),
            roles: pack.roles.clone(),
            employments: pack.employments.clone(),
            from,
            to,
            inherits: pack.inherits.clone(),
            schools_recognise: pack.schools_recognise,
            in_force: pack.effective.contains(on),
            overruled_by: published.overruled_by(pack, on).map(Pack::reference),
            unverified: unverified(pack),
            chinese: None,
            english: None,
        }
    }

    /// The pack with its words.
    pub fn full(pack: &Pack, published: &Rulebook, on: Day) -> Self {
        Self {
            chinese: Some(pack.in_words(Language::Chinese)),
            english: Some(pack.in_words(Language::English)),
            ..Self::brief(pack, published, on)
        }
    }
}

impl CheckedBody {
    /// The outcome of reading a draft.
    pub fn of(read: Result<Pack, Rejection>) -> Self {
        match read {
            Ok(pack) => Self {
                sound: true,
                rejection: None,
                why: None,
                pack: Some(pack.reference()),
                chinese: Some(pack.in_words(Language::Chinese)),
                english: Some(pack.in_words(Language::English)),
            },
            Err(rejection) => Self {
                sound: false,
                rejection: Some(rejection.code()),
                why: Some(rejection.to_string()),
                pack: None,
                chinese: None,
                english: None,
            },
        }
    }
}

fn unverified(pack: &Pack) -> Vec<UnverifiedBody> {
    let body = |part: &str, label: &Label, source: &standards::Source| UnverifiedBody {
        part: part.to_owned(),
        label: label.clone(),
        document: source.document.clone(),
        confidence: source.confidence,
    };
    let criteria = pack.criteria.iter().filter_map(|criterion| {
        let source = criterion.source.as_ref()?;
        Some((criterion.id.as_str(), &criterion.label, source))
    });
    let parameters =
        pack.parameters.iter().map(|parameter| (parameter.id.as_str(), &parameter.label, &parameter.source));
    let weak = criteria.chain(parameters).filter(|(_, _, source)| source.confidence.is_unverified());
    weak.map(|(part, label, source)| body(part, label, source)).collect()
}
