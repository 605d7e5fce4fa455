//! The oracle's own table: which role may ask for what, role by role.

use access::Operation;
use kernel::vocabulary::Capacity;

/// Whoever is signed in may see themself, what is said of no person, and the proposals that concern them.
pub fn is_anybodys(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::ShowSession
            | O::EndSession
            | O::EndAllSessions
            | O::ChangePassword
            | O::ListOwnTokens
            | O::IssueOwnToken
            | O::RevokeOwnToken
            | O::ListProposals
            | O::ShowProposal
            | O::RejectProposal
            | O::WithdrawProposal
            | O::ShowOrganisation
            | O::ShowSite
            | O::ShowCurrentPack
            | O::ListPacks
            | O::ShowPack
            | O::CheckPack
            | O::ShowPlan
    )
}

/// Teachers see their record, take it with them, say what is wrong in it, apply and appeal, and see who looked.
pub fn is_own(operation: Operation) -> bool {
    use Operation as O;
    matches!(
        operation,
        O::ShowTeacher
            | O::ExportTeacher
            | O::ConfirmFact
            | O::DisputeFact
            | O::RequestCorrection
            | O::ShowPlacement
            | O::ShowStatus
            | O::ShowStatusChanges
            | O::ShowTimeline
            | O::ShowRecognition
            | O::ApplyForRecognition
            | O::LodgeAppeal
            | O::ListReadings
    )
}

pub fn is_allowed(role: Capacity, operation: Operation) -> bool {
    match role {
        Capacity::Teacher => false,
        // The operator may everything but speak for a teacher.
        Capacity::Operator => {
            !matches!(operation, Operation::ConfirmFact | Operation::DisputeFact | Operation::RequestCorrection)
        }
        Capacity::Auditor => auditor(operation),
        Capacity::Ministry => ministry(operation),
        Capacity::ProvincialAuthority => province(operation),
        Capacity::CityAuthority => city(operation),
        Capacity::SchoolHr => school(operation),
        Capacity::BaseClerk => clerk(operation),
    }
}

/// An auditor sees who looked at what, what was handed in, and figures; no record, and changes nothing.
fn auditor(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::ListReadings | O::ListReadingsOfAccount | O::ShowImport | O::ShowCoverage)
}

/// The ministry sees figures, publishes packs and plans, and approves teams and sites; it sees no person, nor who is in a
/// team.
fn ministry(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::ShowCoverage | O::PublishPlan | O::SelectItem | O::WithdrawItem)
        || teams(operation)
        || sites(operation)
        || packs(operation)
        || what_if(operation)
}

/// What a draft would change is asked in figures; who it would change is for whoever sees those people.
fn what_if(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::SimulatePack | O::ShowSimulation | O::CancelSimulation)
}

/// The nation enacts its rules, and a province its own.
fn packs(operation: Operation) -> bool {
    matches!(operation, Operation::PublishPack | Operation::RetirePack)
}

fn sites(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::ApproveSite | O::RenewSite | O::WithdrawSite | O::VoidApproval)
}

fn teams(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::ApproveTeam | O::AcceptTeam | O::SendTeamToRectify | O::DelistTeam)
}

/// A province does what its cities do, enacts its rules, approves teams, restricts processing and erases.
fn province(operation: Operation) -> bool {
    use Operation as O;
    let more = matches!(operation, O::RestrictProcessing | O::LiftRestriction | O::EraseTeacher);
    more || teams(operation) || packs(operation) || city(operation)
}

/// A city supervises: accounts, the register of organisations and sites, who is one person, recognitions and what expert
/// panels judged, breaches; it sees everything there, gives posts, and changes nothing that a school or base recorded.
fn city(operation: Operation) -> bool {
    use Operation as O;
    let accounts = matches!(
        operation,
        O::OpenAccount | O::ListAccounts | O::ShowAccount | O::GrantRole | O::EndRole | O::CloseAccount
    );
    let register =
        sites(operation) || matches!(operation, O::RegisterOrganisation | O::RenameOrganisation | O::CloseOrganisation);
    let people = matches!(operation, O::MergeTeachers | O::UnmergeTeachers);
    let recognitions = matches!(
        operation,
        O::GrantRecognition
            | O::RefuseRecognition
            | O::ReviewRecognition
            | O::RevokeRecognition
            | O::ReinstateRecognition
            | O::ResolveAppeal
            | O::RecordLegacy
            | O::DecideBatch
            | O::JudgeAbility
    );
    let sees = matches!(operation, O::ShowTrainingSession | O::ShowContradictionsAtSite | O::ListSimulatedTeachers)
        || what_if(operation);
    accounts || register || people || recognitions || sees || sees_and_reports(operation)
}

/// What a school and whoever supervises it have in common. A post that makes somebody change between two schools is
/// recorded by whoever supervises both.
fn sees_and_reports(operation: Operation) -> bool {
    use Operation as O;
    let sees = matches!(
        operation,
        O::ShowTeacher
            | O::ShowPlacement
            | O::ShowTeam
            | O::ShowStatus
            | O::ShowStatusChanges
            | O::ShowTimeline
            | O::ShowRecognition
            | O::ListTeachers
            | O::ListContradictions
            | O::FollowChanges
            | O::ListRecognitions
            | O::VerifyTeacher
            | O::VerifyTeachers
            | O::ShowCoverage
            | O::FindDuplicates
            | O::CompareTeachers
    );
    let reports = matches!(
        operation,
        O::RegisterTeacher | O::RecordPost | O::ConfirmBreach | O::LiftBreach | O::ReportHeadcount | O::ReportEnrolment
    );
    sees || reports
}

/// A school keeps its teachers' records, sends them to practise, has them join teams, applies and appeals for them, and decides
/// on many applications of one meeting, where its pack lets it.
fn school(operation: Operation) -> bool {
    use Operation as O;
    let keeps = matches!(
        operation,
        O::CorrectIdentity
            | O::EndPost
            | O::AssignRole
            | O::EndTeacherRole
            | O::RecordCredential
            | O::WithdrawCredential
            | O::RecordEnterpriseWork
            | O::RecordAchievement
            | O::AnswerCorrection
            | O::VerifyFact
            | O::VoidFact
            | O::OpenAccount
    );
    let for_them = matches!(operation, O::JoinTeam | O::LeaveTeam | O::ApplyForRecognition | O::LodgeAppeal);
    keeps || for_them || operation == O::DecideBatch || placements(operation) || sees_and_reports(operation)
}

fn placements(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::BeginPlacement | O::LogDays | O::CompletePlacement | O::VoidPlacement | O::ShowPlacement)
}

/// A clerk of a base or station keeps its sessions and placements.
fn clerk(operation: Operation) -> bool {
    use Operation as O;
    let sessions = matches!(
        operation,
        O::ScheduleSession
            | O::HoldSession
            | O::AmendRoster
            | O::VoidSession
            | O::ShowTrainingSession
            | O::ShowContradictionsAtSite
    );
    sessions || placements(operation)
}

pub fn is_read(code: &str) -> bool {
    let reads = [
        "accounts_session",
        "accounts_list",
        "accounts_show",
        "accounts_proposals",
        "accounts_proposal",
        "accounts_readings",
        "accounts_readings_of_account",
        "teachers_show",
        "teachers_export",
        "teachers_duplicates",
        "teachers_compare",
        "teachers_show_organisation",
        "training_show",
        "training_show_import",
        "practice_show",
        "practice_show_placement",
        "teams_show",
        "qualification_status",
        "qualification_changes",
        "qualification_timeline",
        "qualification_list",
        "qualification_recognitions",
        "qualification_verify",
        "qualification_verify_list",
        "qualification_show",
        "qualification_current",
        "qualification_contradictions",
        "qualification_contradictions_at_site",
        "qualification_feed",
        "qualification_check",
        "qualification_simulate",
        "qualification_show_simulation",
        "qualification_cancel_simulation",
        "qualification_simulated_teachers",
        "qualification_list_packs",
        "qualification_show_pack",
        "coverage_coverage",
        "coverage_show",
    ];
    reads.contains(&code)
}
