//! The field's vocabulary: closed lists, each word with its code, its Chinese and its English label. This is the one
//! glossary; every label that a person reads comes from here.

use crate::Malformed;

/// A word of a closed list.
pub trait Term: Copy + Sized + 'static {
    /// The stable code, as stored and sent.
    fn code(self) -> &'static str;
    /// The Chinese label.
    fn chinese(self) -> &'static str;
    /// The English label.
    fn english(self) -> &'static str;
    /// Every word of the list.
    fn all() -> &'static [Self];

    /// Reads the code or the Chinese label.
    ///
    /// # Errors
    /// When the list has no such word; the refusal names the words it has.
    fn parse(text: &str) -> Result<Self, Malformed>;
}

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident ($what:literal) { $($variant:ident = $code:literal, $zh:literal, $en:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = concat!($zh, ": ", $en, ".")] #[serde(rename = $code)] $variant,)+
        }

        // By hand: the derive does not see the codes through this macro, and names the variants instead.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($code,)+]))
                    .description(Some(concat!($what, ":" $(, " ", $code, " ", $zh, ";")+)))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl Term for $name {
            fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
            fn chinese(self) -> &'static str {
                match self { $(Self::$variant => $zh,)+ }
            }
            fn english(self) -> &'static str {
                match self { $(Self::$variant => $en,)+ }
            }
            fn all() -> &'static [Self] {
                &[$(Self::$variant,)+]
            }
            fn parse(text: &str) -> Result<Self, Malformed> {
                match text.trim() {
                    $($code | $zh => Ok(Self::$variant),)+
                    _ => Err(Malformed::new($what, concat!("write one of" $(, " ", $code)+))),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                Term::parse(text)
            }
        }
    )+};
}

mod record;

pub use record::{RecordField, RecordKind, RecordSection, YesNo};

vocabulary! {
    /// The level of the education that a school gives.
    EducationLevel ("education level") {
        Secondary = "secondary", "中职", "secondary vocational";
        Higher = "higher", "高职", "higher vocational";
    }
    /// What a person does in a post.
    Role ("role") {
        Specialised = "specialised", "专业课教师", "specialised-course teacher";
        PracticeInstructor = "practice_instructor", "实习指导教师", "practice instructor";
        PublicCourse = "public_course", "公共课教师", "public-course teacher";
        Ideology = "ideology", "思政课教师", "ideology teacher";
        Counsellor = "counsellor", "辅导员", "counsellor";
        HeadTeacher = "head_teacher", "班主任", "head teacher";
        Principal = "principal", "校长", "principal";
        Manager = "manager", "管理干部", "manager";
        IndustryMentor = "industry_mentor", "产业导师", "industry mentor";
        MoralEducationMentor = "moral_education_mentor", "德育导师", "moral-education mentor";
    }
    /// Whether a post is held full-time.
    Employment ("employment") {
        FullTime = "full_time", "专任", "full-time";
        PartTime = "part_time", "兼职", "part-time";
    }
    /// The kind of a credential.
    CredentialKind ("credential kind") {
        TeacherCertificate = "teacher_certificate", "教师资格证", "teacher certificate";
        TeacherTitle = "teacher_title", "教师职称", "teacher's professional title";
        TechnicalTitle = "technical_title", "非教师系列职称", "non-teacher technical title";
        SkillGrade = "skill_grade", "职业技能等级", "skill grade";
        VocationalQualification = "vocational_qualification", "职业资格", "vocational qualification";
    }
    /// The rank of a title. Elementary 员级 is the lowest.
    TitleRank ("title rank") {
        Elementary = "elementary", "员级", "elementary";
        Assistant = "assistant", "助理级", "assistant";
        Intermediate = "intermediate", "中级", "intermediate";
        AssociateSenior = "associate_senior", "副高级", "associate senior";
        Senior = "senior", "高级", "senior";
        FullSenior = "full_senior", "正高级", "full senior";
    }
    /// What an achievement is.
    AchievementKind ("achievement kind") {
        EnterpriseProject = "enterprise_project", "企业横向项目", "enterprise project";
        Patent = "patent", "专利", "patent";
        Contest = "contest", "竞赛获奖", "contest award";
        TeachingAward = "teaching_award", "教学成果奖", "teaching award";
        ScienceAward = "science_award", "科技奖", "science award";
        Textbook = "textbook", "教材", "textbook";
        Course = "course", "课程", "course";
        Standard = "standard", "标准", "standard";
        Paper = "paper", "论文", "paper";
        Honour = "honour", "荣誉", "honour";
    }
    /// The level at which something is organised or awarded.
    Tier ("tier") {
        National = "national", "国家级", "national";
        Provincial = "provincial", "省级", "provincial";
        City = "city", "市级", "city";
        School = "school", "校级", "school";
    }
    /// What a training session is about.
    Theme ("theme") {
        Specialty = "specialty", "专业能力", "specialty";
        Digital = "digital", "数字化", "digital";
        MoralIdeology = "moral_ideology", "德育与思政", "moral education and ideology";
        Principals = "principals", "校长", "principals";
        Management = "management", "管理", "management";
        Ethics = "ethics", "师德师风", "teacher ethics";
    }
    /// How a session is held.
    Mode ("mode") {
        FaceToFace = "face_to_face", "面授", "face to face";
        OnlineLive = "online_live", "线上同步", "online, synchronous";
        OnlineSelfPaced = "online_self_paced", "线上异步", "online, asynchronous";
        Blended = "blended", "混合", "blended";
        StudyVisit = "study_visit", "访学", "study visit";
    }
    /// The form of an enterprise practice (教师〔2016〕3号, Art. 6).
    PracticeForm ("form of practice") {
        Visit = "visit", "考察观摩", "visit and observation";
        SkillTraining = "skill_training", "技能培训", "enterprise skill training";
        Post = "post", "岗位实践", "post in production or management";
        Research = "research", "研发创新", "research and innovation";
    }
    /// The result of an assessed placement.
    PracticeResult ("result of assessment") {
        Excellent = "excellent", "优秀", "excellent";
        Pass = "pass", "合格", "pass";
        Fail = "fail", "不合格", "fail";
    }
    /// The kind of an approved site.
    SiteKind ("site kind") {
        TrainingBase = "training_base", "培训基地", "training base";
        PracticeBase = "practice_base", "企业实践基地", "enterprise-practice base";
        PracticeStation = "practice_station", "企业实践流动站", "enterprise-practice mobile station";
        IdeologyBase = "ideology_base", "思政课教师研修基地", "ideology study base";
        IntegrationBase = "integration_base", "产教融合实训基地", "production–education integration base";
        Studio = "studio", "工作室", "studio";
    }
    /// Who organises a site.
    OrganiserKind ("organiser") {
        School = "school", "学校", "school";
        Enterprise = "enterprise", "企业", "enterprise";
        Consortium = "consortium", "市域产教联合体", "city-level industry–education consortium";
        Community = "community", "行业产教融合共同体", "sector industry–education community";
    }
    /// What an organisation is.
    OrganisationKind ("organisation kind") {
        School = "school", "学校", "school";
        Base = "base", "基地", "training base";
        Enterprise = "enterprise", "企业", "enterprise";
        CityAuthority = "city_authority", "市级教育行政部门", "city education authority";
        ProvincialAuthority = "provincial_authority", "省级教育行政部门", "provincial education authority";
        Ministry = "ministry", "教育部", "ministry of education";
        ExpertBody = "expert_body", "专家组织", "expert organisation";
    }
    /// The level of a recognition as double-qualified.
    Level ("level") {
        Junior = "junior", "初级", "junior";
        Intermediate = "intermediate", "中级", "intermediate";
        Senior = "senior", "高级", "senior";
    }
    /// What a teaching innovation team is about.
    TeamKind ("team kind") {
        Teaching = "teaching", "教师教学创新团队", "teaching innovation team";
        Ideology = "ideology", "思政课教师教学创新团队", "ideology teaching innovation team";
    }
    /// A person's part in a team.
    TeamRole ("team role") {
        Leader = "leader", "负责人", "leader";
        Core = "core", "骨干成员", "core member";
        Enterprise = "enterprise", "企业兼职", "enterprise member";
    }
    /// How a team did at acceptance.
    TeamGrade ("team grade") {
        Excellent = "excellent", "优秀", "excellent";
        Good = "good", "良好", "good";
        Pass = "pass", "合格", "pass";
    }
    /// The capacity in which somebody records something.
    Capacity ("capacity") {
        Operator = "operator", "系统运维", "registry operator";
        BaseClerk = "base_clerk", "基地录入员", "base clerk";
        SchoolHr = "school_hr", "学校人事", "school HR";
        CityAuthority = "city_authority", "市级主管部门", "city authority";
        ProvincialAuthority = "provincial_authority", "省级主管部门", "provincial authority";
        Ministry = "ministry", "教育部", "ministry";
        Teacher = "teacher", "教师本人", "teacher";
        Auditor = "auditor", "审计", "auditor";
    }
    /// Whether an account is a person's or a machine's.
    AccountKind ("kind of account") {
        Person = "person", "个人", "person";
        Service = "service", "系统", "service";
    }
    /// What somebody's record is looked at for (Personal Information Protection Law, Art. 6: a clear and reasonable
    /// purpose).
    Purpose ("purpose") {
        OwnStaff = "own_staff", "本单位教师管理", "own staff";
        Oneself = "oneself", "本人查阅", "oneself";
        Verification = "verification", "入职核验", "verification of a qualification";
        Recognition = "recognition", "认定评审", "decision on a recognition";
        Inspection = "inspection", "督导检查", "inspection";
        Complaint = "complaint", "申诉处理", "complaint";
        Operations = "operations", "系统运维", "operation of the registry";
    }
    /// In what facts about one person contradict each other, the register or the rules.
    ContradictionKind ("kind of contradiction") {
        TwoPlaces = "two_places", "同时在两处", "at two sites at once";
        HoursOverPolicy = "hours_over_policy", "一日学时超过8学时", "over 8 class hours a day";
        HoursOverDay = "hours_over_day", "一日学时超过24小时", "over 24 hours a day";
        SiteNotApproved = "site_not_approved", "培训开班时基地未获批准", "a session at a base not approved then";
        OwnHand = "own_hand", "本人为自己认定", "recognised by one's own hand";
    }
    /// What changed for a teacher, as whoever keeps or supervises them is told.
    ChangeKind ("kind of change") {
        EligibleGained = "eligible_gained", "符合条件", "became eligible";
        EligibleLost = "eligible_lost", "不再符合条件", "is no longer eligible";
        Recognised = "recognised", "获得认定", "was recognised";
        NoLongerRecognised = "no_longer_recognised", "认定不再有效", "is no longer recognised";
        Revoked = "revoked", "认定被撤销", "recognition revoked";
        Suspended = "suspended", "认定暂停", "recognition suspended by a breach";
        Restricted = "restricted", "师德失范生效", "a breach is in force";
        RestrictionLifted = "restriction_lifted", "师德失范解除", "no breach is in force any more";
        Flagged = "flagged", "认定依据有变，须复查", "recognition flagged for review";
        FlagCleared = "flag_cleared", "已复查", "flag cleared";
        ContradictionFound = "contradiction_found", "发现矛盾", "contradiction found";
        ContradictionResolved = "contradiction_resolved", "矛盾已消除", "contradiction resolved";
        EligibilityLapses = "eligibility_lapses", "将不再符合条件", "will no longer be eligible";
        RecognitionLapses = "recognition_lapses", "认定将到期", "recognition will lapse";
    }
    /// Whether an outcome is above, at least, or exactly a target.
    Comparator ("comparator") {
        MoreThan = "more_than", "超过", "more than";
        AtLeast = "at_least", "不少于", "at least";
        About = "about", "左右", "about";
    }
}

impl Role {
    /// Whether the role is one of a specialised-course teacher 专业课教师（含实习指导教师）, to whom 教师〔2016〕3号
    /// Art. 4 and the 50 % target apply.
    pub fn is_specialised(self) -> bool {
        matches!(self, Self::Specialised | Self::PracticeInstructor)
    }
}

impl TitleRank {
    /// The rank as a number, 1 (elementary) to 5 (full senior); associate senior and senior are the same height in
    /// series that know only one senior rank.
    pub fn height(self) -> u8 {
        match self {
            Self::Elementary => 1,
            Self::Assistant => 2,
            Self::Intermediate => 3,
            Self::AssociateSenior | Self::Senior => 4,
            Self::FullSenior => 5,
        }
    }
}

/// A skill grade 职业技能等级: 5 初级工 is the lowest, 1 高级技师 the highest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "u8", into = "u8")]
#[schema(value_type = u8, minimum = 1, maximum = 5)]
pub struct SkillGrade(u8);

impl SkillGrade {
    /// Reads `5` (lowest) to `1` (highest).
    ///
    /// # Errors
    /// When there is no such grade.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        text.trim()
            .parse::<u8>()
            .map_err(|_| Malformed::new("skill grade", "write 5 (lowest) to 1 (highest)"))
            .and_then(Self::try_from)
    }

    /// The grade as its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether it is the same as or higher than another.
    pub fn at_least(self, other: Self) -> bool {
        self.0 <= other.0
    }
}

impl TryFrom<u8> for SkillGrade {
    type Error = Malformed;
    fn try_from(grade: u8) -> Result<Self, Self::Error> {
        match grade {
            1..=5 => Ok(Self(grade)),
            _ => Err(Malformed::new("skill grade", "write 5 (lowest) to 1 (highest)")),
        }
    }
}

impl From<SkillGrade> for u8 {
    fn from(grade: SkillGrade) -> Self {
        grade.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_by_its_code_and_by_its_chinese_label() {
        assert_eq!(<Role as Term>::parse("specialised"), Ok(Role::Specialised));
        assert_eq!(<Role as Term>::parse("专业课教师"), Ok(Role::Specialised));
        let refusal = <PracticeResult as Term>::parse("maybe").unwrap_err();
        assert_eq!(refusal.to_string(), "not a valid result of assessment: write one of excellent pass fail");
    }

    #[test]
    fn grade_three_is_at_least_grade_four() {
        let grade = |text| SkillGrade::parse(text).unwrap();
        assert!(grade("3").at_least(grade("4")));
        assert!(!grade("4").at_least(grade("3")));
        assert!(SkillGrade::parse("0").is_err());
    }
}
