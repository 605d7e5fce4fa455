//! The particulars of a fact or an event, as people read them: what stands in the log as ids and ciphertext is named
//! and opened for whoever may see it.

use dossiers::Dossiers;
use events::{Sealed, SealedIdentity};
use host::{App, Failure};
use kernel::vocabulary::{RecordField, Term, YesNo};
use kernel::{Language, OrganisationId, SiteId, TeacherId};
use serde::Serialize;
use utoipa::ToSchema;
use vault::Field;

use crate::person::{self, Opening};
use crate::teacher::Fact;

/// A particular of a fact or an event.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParticularBody {
    /// What it says something about.
    #[schema(value_type = String, example = "obtained_on")]
    pub field: RecordField,
    /// The same in words.
    pub label: &'static str,
    /// The value, as a code, an id, a day or text.
    pub value: String,
    /// The value in words.
    pub words: String,
}

/// What is said, before it is named and opened.
#[derive(Debug, Clone)]
pub enum Said {
    /// Text that reads as it stands.
    Text(String),
    /// A word of the vocabulary: code, Chinese and English.
    Word(&'static str, &'static str, &'static str),
    /// An organisation, to be named.
    Organisation(OrganisationId),
    /// A site, to be named.
    Site(SiteId),
    /// A text about a person, to be opened.
    Sealed(TeacherId, Field, Sealed),
    /// A person's name, to be opened.
    Name(TeacherId, SealedIdentity),
    /// A person's id number, to be opened.
    CitizenId(TeacherId, SealedIdentity),
}

/// Text as it stands.
pub fn text(value: impl std::fmt::Display) -> Said {
    Said::Text(value.to_string())
}

/// A word of the vocabulary.
pub fn word<T: Term>(term: T) -> Said {
    Said::Word(term.code(), term.chinese(), term.english())
}

/// Yes or no.
pub fn yes_no(yes: bool) -> Said {
    word(if yes { YesNo::Yes } else { YesNo::No })
}

/// Particulars in their order.
#[derive(Debug, Clone, Default)]
pub struct Particulars(Vec<(RecordField, Said)>);

impl Particulars {
    /// One more.
    #[must_use]
    pub fn say(mut self, field: RecordField, said: Said) -> Self {
        self.0.push((field, said));
        self
    }

    /// One more, where there is one.
    #[must_use]
    pub fn may(self, field: RecordField, said: Option<Said>) -> Self {
        match said {
            Some(said) => self.say(field, said),
            None => self,
        }
    }

    /// The particulars of a standing fact.
    pub fn of_fact(teacher: TeacherId, fact: &Fact) -> Self {
        use RecordField as F;
        let of = Self::default();
        match fact {
            Fact::Post { post, role_ended } => of
                .say(F::School, Said::Organisation(post.school))
                .say(F::StaffNumber, text(&post.staff_number))
                .say(F::Employment, word(post.employment))
                .say(F::Role, word(post.role))
                .may(F::Specialty, post.specialty.as_ref().map(text))
                .may(F::EducationLevel, post.education_level.map(word))
                .say(F::From, text(post.period.from()))
                .may(F::To, post.period.to().or(*role_ended).map(text)),
            Fact::Role { post, role, specialty, from, ended } => of
                .say(F::Role, word(*role))
                .may(F::Specialty, specialty.as_ref().map(text))
                .say(F::From, text(from))
                .may(F::To, ended.map(text))
                .say(F::Post, text(post)),
            Fact::Credential { credential, withdrawn } => {
                of.credential(teacher, credential).may(F::NoLonger, withdrawn.map(text))
            }
            Fact::EnterpriseWork { from, to, enterprise } => {
                of.say(F::Enterprise, text(enterprise)).say(F::From, text(from)).say(F::To, text(to))
            }
            Fact::Achievement(achievement) => of.achievement(achievement),
            Fact::Ability(judgement) => of.judgement(judgement),
            Fact::Breach { on, lifted, .. } => of.say(F::On, text(on)).may(F::NoLonger, lifted.map(text)),
        }
    }

    /// Those of a credential.
    pub(crate) fn credential(self, teacher: TeacherId, credential: &events::Credential) -> Self {
        use RecordField as F;
        let sealed = credential.sealed_number.clone();
        let sealed = sealed.map(|sealed| Said::Sealed(teacher, Field::CertificateNumber, sealed));
        self.say(F::Kind, word(credential.kind))
            .say(F::ObtainedOn, text(credential.obtained_on))
            .may(F::Grade, credential.grade.map(|grade| text(grade.number())))
            .may(F::Rank, credential.rank.map(word))
            .may(F::Number, sealed.or_else(|| credential.number.as_ref().map(text)))
    }

    /// Those of a panel's judgement.
    pub(crate) fn judgement(self, judgement: &events::AbilityJudgement) -> Self {
        use RecordField as F;
        self.say(F::Level, word(judgement.level))
            .say(F::Panel, Said::Organisation(judgement.panel))
            .say(F::On, text(judgement.on))
            .may(F::Document, judgement.document.as_ref().map(text))
    }

    /// Those of an achievement.
    pub(crate) fn achievement(self, achievement: &events::Achievement) -> Self {
        use RecordField as F;
        self.say(F::Kind, word(achievement.kind))
            .say(F::Title, text(&achievement.title))
            .may(F::Tier, achievement.tier.map(word))
            .say(F::On, text(achievement.achieved_on))
    }
}

/// Names and opens what is said.
pub struct Reader<'a> {
    /// Where the keys are.
    pub app: &'a App,
    /// Where the names of organisations and sites are.
    pub dossiers: &'a Dossiers,
    /// What for.
    pub opening: Opening,
    /// In which language.
    pub language: Language,
}

impl Reader<'_> {
    /// The particulars as they are read. What cannot be opened any more is left out.
    ///
    /// # Errors
    /// When the view or the vault does not answer.
    pub async fn read(&self, particulars: Particulars) -> Result<Vec<ParticularBody>, Failure> {
        let mut bodies = Vec::with_capacity(particulars.0.len());
        for (field, said) in particulars.0 {
            if let Some((value, words)) = self.words(said).await? {
                bodies.push(ParticularBody { field, label: self.term(field), value, words });
            }
        }
        Ok(bodies)
    }

    /// A word of the vocabulary in the reader's language.
    pub fn term<T: Term>(&self, term: T) -> &'static str {
        match self.language {
            Language::Chinese => term.chinese(),
            Language::English => term.english(),
        }
    }

    /// The name of an organisation, or its id where the register has none.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn organisation(&self, id: OrganisationId) -> Result<String, Failure> {
        let known = self.dossiers.school(id).await?;
        Ok(known.map_or_else(|| id.to_string(), |school| school.name.to_string()))
    }

    async fn words(&self, said: Said) -> Result<Option<(String, String)>, Failure> {
        let plain = |text: String| (text.clone(), text);
        Ok(match said {
            Said::Text(text) => Some(plain(text)),
            Said::Word(code, chinese, english) => {
                let words = if self.language == Language::Chinese { chinese } else { english };
                Some((code.to_owned(), words.to_owned()))
            }
            Said::Organisation(id) => Some((id.to_string(), self.organisation(id).await?)),
            Said::Site(id) => {
                let known = self.dossiers.site(id).await?;
                let words = known.map_or_else(|| id.to_string(), |site| format!("{} {}", site.code, site.name));
                Some((id.to_string(), words))
            }
            Said::Sealed(teacher, field, sealed) => self.open(teacher, field, &sealed).await?.map(plain),
            Said::Name(teacher, sealed) => {
                let opened = person::identity(self.app, teacher, &sealed, self.opening).await?;
                opened.map(|identity| plain(identity.name.to_string()))
            }
            Said::CitizenId(teacher, sealed) => {
                let opened = person::identity(self.app, teacher, &sealed, self.opening).await?;
                opened.and_then(|identity| identity.citizen_id).map(|number| plain(number.as_str().to_owned()))
            }
        })
    }

    /// Opens a text about a person; none when it may not be opened, or never can be again.
    ///
    /// # Errors
    /// When the vault fails.
    pub async fn open(&self, teacher: TeacherId, field: Field, sealed: &Sealed) -> Result<Option<String>, Failure> {
        let vault = self.app.vault();
        person::closed_is_none(match self.opening {
            Opening::Everyday => vault.reveal_text(teacher, field, sealed).await,
            Opening::Duty => vault.reveal_restricted_text(teacher, field, sealed).await,
        })
    }
}
