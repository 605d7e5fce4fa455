//! The table of operations: what each acts on, and who may ask for it.

use kernel::vocabulary::Capacity::{
    self, Auditor, BaseClerk, CityAuthority, Ministry, Operator, ProvincialAuthority, SchoolHr, Teacher,
};

/// What an operation does to the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It shows what says nothing about a person.
    Read,
    /// It is about how the caller signs in: from a session only, never by a token.
    OwnAccount,
    /// It shows records of persons: it is put on record who looked, and what for.
    ReadPersons,
    /// It records something.
    Write,
    /// It records something only once a second person has approved exactly that.
    WriteSeconded,
}

/// Who may ask for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whoever is signed in.
    Anybody,
    /// These, for what lies within their reach; a teacher, for the own record; roles of the nation, for everything.
    These(&'static [Capacity]),
}

/// A right that a handler's signature asks for: `May<AmendRoster>`.
pub trait Permission: Send + Sync + 'static {
    /// The operation.
    const OPERATION: Operation;
}

/// A permission whose thing the path names, or that is about no single thing: it is decided before the handler runs.
pub trait InPath: Permission {}

/// A permission whose thing the body names: the handler says which, and is told then.
pub trait InBody: Permission {}

macro_rules! operations {
    ($($group:ident { $($name:ident $code:literal $place:ident $kind:ident $who:expr;)+ })+) => {
        /// Every operation of the API. Its code is the operation's id in the OpenAPI document.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $($(#[doc = concat!("`", $code, "`.")] $name,)+)+ }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// The id in the OpenAPI document.
            pub fn code(self) -> &'static str {
                match self { $($(Self::$name => $code,)+)+ }
            }

            /// The service that answers it.
            pub fn service(self) -> &'static str {
                match self { $($(Self::$name)|+ => stringify!($group),)+ }
            }

            /// What it does to the register.
            pub fn kind(self) -> Kind {
                match self { $($(Self::$name => Kind::$kind,)+)+ }
            }

            /// Who may ask for it.
            pub fn who(self) -> Who {
                match self { $($(Self::$name => $who,)+)+ }
            }

            /// Whether the body, and not the path, names what it acts on.
            pub fn is_in_body(self) -> bool {
                match self { $($(Self::$name => operations!(@in_body $place),)+)+ }
            }
        }

        /// The permissions that handlers ask for, one an operation.
        pub mod permissions {
            $($(
                #[doc = concat!("`", $code, "`.")]
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl super::Permission for $name {
                    const OPERATION: super::Operation = super::Operation::$name;
                }

                operations!(@place $name $place);
            )+)+
        }
    };
    (@place $name:ident Path) => { impl super::InPath for $name {} };
    (@place $name:ident Body) => { impl super::InBody for $name {} };
    (@in_body Path) => { false };
    (@in_body Body) => { true };
}

/// Whoever keeps a teacher's record: the school. The operator may too, on the record.
const SCHOOL: Who = Who::These(&[SchoolHr, Operator]);
/// Whoever supervises a region.
const AUTHORITIES: Who = Who::These(&[CityAuthority, ProvincialAuthority, Operator]);
/// Whoever decides on recognitions.
const DECIDING: Who = AUTHORITIES;
/// Whoever decides on many of one meeting: also the teachers' school, where the rule pack says so. A single decision is proposed
/// where the teacher's post is, and a school has no say in what an authority proposes there.
const MEETING: Who = Who::These(&[SchoolHr, CityAuthority, ProvincialAuthority, Operator]);
/// Whoever may see a teacher's record.
const SEES_TEACHER: Who = Who::These(&[SchoolHr, CityAuthority, ProvincialAuthority, Teacher, Operator]);
/// Whoever lists teachers.
const LISTS: Who = Who::These(&[SchoolHr, CityAuthority, ProvincialAuthority, Operator]);
/// The teacher, about the own record.
const ONESELF: Who = Who::These(&[Teacher]);
/// Whoever runs a base or station.
const CLERKS: Who = Who::These(&[BaseClerk, Operator]);
/// Whoever of station and school keeps a placement.
const PLACEMENT: Who = Who::These(&[BaseClerk, SchoolHr, Operator]);
/// Whoever sees a placement.
const SEES_PLACEMENT: Who = Who::These(&[BaseClerk, SchoolHr, CityAuthority, ProvincialAuthority, Teacher, Operator]);
/// Whoever sees a session.
const SEES_SESSION: Who = Who::These(&[BaseClerk, CityAuthority, ProvincialAuthority, Operator]);
/// Whoever sees figures, of what lies within reach.
const FIGURES: Who = Who::These(&[SchoolHr, CityAuthority, ProvincialAuthority, Ministry, Auditor, Operator]);
/// The nation's own business.
const NATION: Who = Who::These(&[Ministry, Operator]);
/// Whoever enacts rule packs: the nation its own, a province its own.
const JURISDICTIONS: Who = Who::These(&[ProvincialAuthority, Ministry, Operator]);
/// Whoever may ask what a draft pack would change, in figures: whoever enacts packs and whoever supervises.
const SIMULATES: Who = Who::These(&[CityAuthority, ProvincialAuthority, Ministry, Operator]);
/// Whoever approves bases, stations and other sites: where they lie, and the nation its own.
const SITES: Who = Who::These(&[CityAuthority, ProvincialAuthority, Ministry, Operator]);
/// Whoever approves teams.
const TEAMS: Who = Who::These(&[ProvincialAuthority, Ministry, Operator]);
/// Whoever sees a team with its members: not the ministry, which approves teams and sees no person.
const SEES_TEAM: Who = Who::These(&[SchoolHr, CityAuthority, ProvincialAuthority, Operator]);
/// Whoever runs the machine.
const OPERATORS: Who = Who::These(&[Operator]);

operations! {
    accounts {
        ShowSession "accounts_session" Path Read Who::Anybody;
        EndSession "accounts_sign_out" Path OwnAccount Who::Anybody;
        EndAllSessions "accounts_sign_out_everywhere" Path OwnAccount Who::Anybody;
        ChangePassword "accounts_change_password" Path OwnAccount Who::Anybody;
        ListOwnTokens "accounts_tokens" Path OwnAccount Who::Anybody;
        IssueOwnToken "accounts_issue_token" Path OwnAccount Who::Anybody;
        RevokeOwnToken "accounts_revoke_token" Path OwnAccount Who::Anybody;
        OpenAccount "accounts_open" Body Write LISTS;
        ListAccounts "accounts_list" Path Read AUTHORITIES;
        ShowAccount "accounts_show" Path Read AUTHORITIES;
        LinkIdentity "accounts_link" Path WriteSeconded OPERATORS;
        GrantRole "accounts_grant" Body WriteSeconded AUTHORITIES;
        EndRole "accounts_end_grant" Path Write AUTHORITIES;
        CloseAccount "accounts_close" Path Write AUTHORITIES;
        ListProposals "accounts_proposals" Path Read Who::Anybody;
        ShowProposal "accounts_proposal" Path Read Who::Anybody;
        RejectProposal "accounts_reject_proposal" Path Write Who::Anybody;
        WithdrawProposal "accounts_withdraw_proposal" Path Write Who::Anybody;
        ListReadings "accounts_readings" Path Read Who::These(&[Teacher, Auditor, Operator]);
        ListReadingsOfAccount "accounts_readings_of_account" Path Read Who::These(&[Auditor, Operator]);
    }
    teachers {
        RegisterTeacher "teachers_register" Path Write LISTS;
        ShowTeacher "teachers_show" Path ReadPersons SEES_TEACHER;
        ExportTeacher "teachers_export" Path ReadPersons Who::These(&[Teacher, Operator]);
        CorrectIdentity "teachers_correct" Path Write SCHOOL;
        RestrictProcessing "teachers_restrict" Path Write Who::These(&[ProvincialAuthority, Operator]);
        LiftRestriction "teachers_lift_restriction" Path Write Who::These(&[ProvincialAuthority, Operator]);
        EraseTeacher "teachers_erase" Path WriteSeconded Who::These(&[ProvincialAuthority, Operator]);
        FindDuplicates "teachers_duplicates" Path ReadPersons LISTS;
        CompareTeachers "teachers_compare" Path ReadPersons LISTS;
        MergeTeachers "teachers_merge" Path WriteSeconded AUTHORITIES;
        UnmergeTeachers "teachers_unmerge" Path WriteSeconded AUTHORITIES;
        RecordPost "teachers_record_post" Body Write LISTS;
        EndPost "teachers_end_post" Path Write SCHOOL;
        AssignRole "teachers_assign_role" Path Write SCHOOL;
        EndTeacherRole "teachers_end_role" Path Write SCHOOL;
        RecordCredential "teachers_record_credential" Path Write SCHOOL;
        WithdrawCredential "teachers_withdraw_credential" Path Write SCHOOL;
        RecordEnterpriseWork "teachers_record_enterprise_work" Path Write SCHOOL;
        RecordAchievement "teachers_record_achievement" Path Write SCHOOL;
        JudgeAbility "teachers_judge_ability" Path WriteSeconded AUTHORITIES;
        ConfirmBreach "teachers_confirm_breach" Path Write LISTS;
        LiftBreach "teachers_lift_breach" Path WriteSeconded LISTS;
        ConfirmFact "teachers_confirm" Path Write ONESELF;
        DisputeFact "teachers_dispute" Path Write ONESELF;
        RequestCorrection "teachers_request_correction" Path Write ONESELF;
        AnswerCorrection "teachers_answer_correction" Path Write SCHOOL;
        VerifyFact "teachers_verify" Path Write SCHOOL;
        VoidFact "teachers_void" Path Write SCHOOL;
        RegisterOrganisation "teachers_register_organisation" Body Write AUTHORITIES;
        ShowOrganisation "teachers_show_organisation" Path Read Who::Anybody;
        RenameOrganisation "teachers_rename" Path Write AUTHORITIES;
        CloseOrganisation "teachers_close" Path Write AUTHORITIES;
        ReportHeadcount "teachers_report_headcount" Path Write LISTS;
        ReportEnrolment "teachers_report_enrolment" Path Write LISTS;
    }
    training {
        ScheduleSession "training_schedule" Body Write CLERKS;
        ShowTrainingSession "training_show" Path ReadPersons SEES_SESSION;
        HoldSession "training_hold" Path Write CLERKS;
        AmendRoster "training_amend" Path Write CLERKS;
        VoidSession "training_void" Path Write CLERKS;
        ShowImport "training_show_import" Path Read Who::These(&[Auditor, Operator]);
    }
    practice {
        ApproveSite "practice_approve" Body Write SITES;
        ShowSite "practice_show" Path Read Who::Anybody;
        RenewSite "practice_renew" Path Write SITES;
        WithdrawSite "practice_withdraw" Path Write SITES;
        VoidApproval "practice_void_approval" Path Write SITES;
        BeginPlacement "practice_begin" Body Write PLACEMENT;
        ShowPlacement "practice_show_placement" Path ReadPersons SEES_PLACEMENT;
        LogDays "practice_log_days" Path Write PLACEMENT;
        CompletePlacement "practice_complete" Path Write PLACEMENT;
        VoidPlacement "practice_void" Path Write PLACEMENT;
    }
    teams {
        ApproveTeam "teams_approve" Body Write TEAMS;
        ShowTeam "teams_show" Path ReadPersons SEES_TEAM;
        AcceptTeam "teams_accept" Path Write TEAMS;
        SendTeamToRectify "teams_send_to_rectify" Path Write TEAMS;
        DelistTeam "teams_delist" Path Write TEAMS;
        JoinTeam "teams_join" Path Write SCHOOL;
        LeaveTeam "teams_leave" Path Write SCHOOL;
    }
    qualification {
        ShowStatus "qualification_status" Path ReadPersons SEES_TEACHER;
        ShowStatusChanges "qualification_changes" Path ReadPersons SEES_TEACHER;
        ShowTimeline "qualification_timeline" Path ReadPersons SEES_TEACHER;
        ListTeachers "qualification_list" Path ReadPersons LISTS;
        VerifyTeacher "qualification_verify" Path ReadPersons LISTS;
        VerifyTeachers "qualification_verify_list" Path ReadPersons LISTS;
        ApplyForRecognition "qualification_apply" Body Write Who::These(&[SchoolHr, Teacher, Operator]);
        ListRecognitions "qualification_recognitions" Path ReadPersons LISTS;
        RecordLegacy "qualification_record_legacy" Body WriteSeconded DECIDING;
        DecideBatch "qualification_decide_batch" Body WriteSeconded MEETING;
        ShowRecognition "qualification_show" Path ReadPersons SEES_TEACHER;
        GrantRecognition "qualification_grant" Path WriteSeconded DECIDING;
        RefuseRecognition "qualification_refuse" Path WriteSeconded DECIDING;
        ReviewRecognition "qualification_review" Path WriteSeconded DECIDING;
        RevokeRecognition "qualification_revoke" Path WriteSeconded DECIDING;
        ReinstateRecognition "qualification_reinstate" Path WriteSeconded DECIDING;
        LodgeAppeal "qualification_lodge_appeal" Path Write Who::These(&[SchoolHr, Teacher, Operator]);
        ResolveAppeal "qualification_resolve_appeal" Path WriteSeconded DECIDING;
        ListContradictions "qualification_contradictions" Path ReadPersons LISTS;
        ShowContradictionsAtSite "qualification_contradictions_at_site" Path ReadPersons SEES_SESSION;
        FollowChanges "qualification_feed" Path ReadPersons LISTS;
        PublishPack "qualification_publish" Path Write JURISDICTIONS;
        RetirePack "qualification_retire" Path Write JURISDICTIONS;
        CheckPack "qualification_check" Path Read Who::Anybody;
        SimulatePack "qualification_simulate" Path Read SIMULATES;
        ShowSimulation "qualification_show_simulation" Path Read SIMULATES;
        CancelSimulation "qualification_cancel_simulation" Path Read SIMULATES;
        ListSimulatedTeachers "qualification_simulated_teachers" Path ReadPersons AUTHORITIES;
        ListPacks "qualification_list_packs" Path Read Who::Anybody;
        ShowPack "qualification_show_pack" Path Read Who::Anybody;
        ShowCurrentPack "qualification_current" Path Read Who::Anybody;
    }
    coverage {
        ShowCoverage "coverage_coverage" Path Read FIGURES;
        PublishPlan "coverage_publish" Path Write NATION;
        ShowPlan "coverage_show" Path Read Who::Anybody;
        SelectItem "coverage_select" Path Write NATION;
        WithdrawItem "coverage_withdraw" Path Write NATION;
    }
}

impl Operation {
    /// The operation of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.code() == code)
    }

    /// Whether it records something.
    pub fn writes(self) -> bool {
        matches!(self.kind(), Kind::Write | Kind::WriteSeconded)
    }

    /// Whether it goes on for a person whose processing is restricted to storage: lifting that, and erasing them.
    pub fn outlasts_restriction(self) -> bool {
        matches!(self, Self::LiftRestriction | Self::EraseTeacher)
    }

    /// Whether somebody in this capacity may ask for it at all.
    pub fn is_open_to(self, capacity: Capacity) -> bool {
        match self.who() {
            Who::Anybody => true,
            Who::These(capacities) => capacities.contains(&capacity),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_names_one_operation_of_its_service() {
        let codes: BTreeSet<&str> = Operation::ALL.iter().map(|operation| operation.code()).collect();
        assert_eq!(codes.len(), Operation::ALL.len());
        for operation in Operation::ALL {
            assert!(operation.code().starts_with(operation.service()), "{}", operation.code());
            assert_eq!(Operation::of_code(operation.code()), Some(*operation));
        }
    }

    #[test]
    fn the_ministry_sees_no_person() {
        for operation in Operation::ALL.iter().filter(|operation| operation.kind() == Kind::ReadPersons) {
            assert!(!operation.is_open_to(Ministry), "{}", operation.code());
        }
    }

    #[test]
    fn an_authority_changes_nothing_that_a_school_recorded() {
        for operation in [Operation::RecordCredential, Operation::EndPost, Operation::VoidFact, Operation::AmendRoster]
        {
            assert!(!operation.is_open_to(CityAuthority) && !operation.is_open_to(ProvincialAuthority));
        }
    }
}
