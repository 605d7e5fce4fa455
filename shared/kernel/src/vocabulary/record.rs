//! The words of a person's record as the person reads it: its sections, what happened, and what is said of it.

use super::Term;
use crate::Malformed;

vocabulary! {
    /// A section of a person's record.
    RecordSection ("section of a record") {
        Identity = "identity", "身份信息", "identity";
        Posts = "posts", "任职", "posts";
        Roles = "roles", "岗位", "roles";
        Credentials = "credentials", "证书", "credentials";
        EnterpriseWork = "enterprise_work", "企业工作经历", "enterprise work";
        Achievements = "achievements", "业绩", "achievements";
        Conduct = "conduct", "师德", "conduct";
        Sessions = "sessions", "培训", "training sessions";
        Placements = "placements", "企业实践", "enterprise practice";
        Recognitions = "recognitions", "双师型认定", "recognitions";
        Statements = "statements", "本人确认与学校核实", "confirmations and disputes";
        Corrections = "corrections", "更正请求与作废", "corrections";
        Merges = "merges", "登记合并", "merges";
        Processing = "processing", "个人信息处理", "processing of personal data";
    }
    /// What happened, as a person's record tells it.
    RecordKind ("kind of entry of a record") {
        Registered = "registered", "登记", "put on the register";
        IdentityCorrected = "identity_corrected", "更正身份信息", "identity corrected";
        Merged = "identities_merged", "合并登记", "another entry merged into this one";
        Unmerged = "identities_unmerged", "撤销合并", "merge undone";
        PostStarted = "post_started", "任职", "post";
        PostEnded = "post_ended", "任职结束", "post ended";
        RoleAssigned = "role_assigned", "担任岗位", "role";
        RoleEnded = "role_ended", "岗位结束", "role ended";
        CredentialRecorded = "credential_recorded", "证书", "credential";
        CredentialWithdrawn = "credential_withdrawn", "证书撤销", "credential withdrawn";
        EnterpriseWork = "enterprise_work_recorded", "企业工作经历", "enterprise work";
        Achievement = "achievement_recorded", "业绩", "achievement";
        AbilityJudged = "ability_judged", "专家评议", "judged by an expert panel";
        FactConfirmed = "fact_confirmed", "本人确认", "confirmed by the teacher";
        FactDisputed = "fact_disputed", "本人异议", "disputed by the teacher";
        FactVerified = "fact_verified", "学校核实", "verified by the school";
        CorrectionRequested = "correction_requested", "请求更正", "correction requested";
        CorrectionAnswered = "correction_answered", "答复更正请求", "request for correction answered";
        BreachConfirmed = "breach_confirmed", "师德失范认定", "breach of ethics confirmed";
        BreachLifted = "breach_lifted", "师德失范解除", "breach of ethics lifted";
        Restricted = "processing_restricted", "限制处理", "processing restricted to storage";
        RestrictionLifted = "restriction_lifted", "解除限制", "restriction lifted";
        Erased = "erased", "删除个人信息", "erased";
        FactVoided = "fact_voided", "记录作废", "entry voided";
        SessionAttended = "session_attended", "参加培训", "training session attended";
        AttendanceAmended = "attendance_amended", "更正培训学时", "attendance amended";
        SessionVoided = "session_voided", "培训作废", "training session voided";
        PlacementStarted = "placement_started", "企业实践开始", "practice began";
        DaysLogged = "days_logged", "企业实践记录", "days of practice";
        PlacementCompleted = "placement_completed", "企业实践考核", "practice assessed";
        PlacementVoided = "placement_voided", "企业实践作废", "practice voided";
        Applied = "recognition_applied", "申请认定", "recognition applied for";
        Granted = "recognition_granted", "认定", "recognition granted";
        LegacyRecognition = "legacy_recognition_recorded", "按旧办法的认定", "recognition under older rules";
        Refused = "recognition_refused", "不予认定", "recognition refused";
        Reviewed = "recognition_reviewed", "复核", "recognition reviewed";
        Lowered = "recognition_lowered", "复核降级", "reviewed to a lower level";
        Reinstated = "recognition_reinstated", "恢复认定", "recognition reinstated";
        Revoked = "recognition_revoked", "撤销认定", "recognition revoked";
        AppealLodged = "appeal_lodged", "申诉", "appeal lodged";
        AppealResolved = "appeal_resolved", "申诉处理", "appeal resolved";
    }
    /// What is said of an entry.
    RecordField ("particular of an entry") {
        Kind = "kind", "类别", "kind";
        School = "school", "学校", "school";
        StaffNumber = "staff_number", "教职工号", "staff number";
        Employment = "employment", "任职形式", "employment";
        Role = "role", "岗位", "role";
        Specialty = "specialty", "专业代码", "specialty";
        EducationLevel = "education_level", "层次", "education level";
        From = "from", "起", "from";
        To = "to", "止", "to";
        Post = "post", "任职记录", "post";
        ObtainedOn = "obtained_on", "取得日期", "obtained on";
        Grade = "grade", "等级", "grade";
        Rank = "rank", "职称级别", "rank";
        Number = "number", "证书编号", "number";
        NoLonger = "no_longer_from", "不再有效起", "no longer from";
        Enterprise = "enterprise", "企业", "enterprise";
        Title = "title", "名称", "title";
        Tier = "tier", "级别", "level";
        On = "on", "日期", "day";
        Document = "document", "文号", "document";
        Fact = "fact", "所涉记录", "entry concerned";
        Reason = "reason", "理由", "reason";
        Wish = "wish", "更正内容", "correction wished";
        Upheld = "upheld", "是否采纳", "upheld";
        Other = "other", "另一登记", "other entry";
        Site = "site", "基地", "site";
        Code = "code", "期次", "code";
        Theme = "theme", "主题", "theme";
        Mode = "mode", "方式", "mode";
        Hours = "hours", "学时", "class hours";
        HoursADay = "hours_a_day", "每日小时", "hours a day";
        Form = "form", "形式", "form";
        Result = "result", "考核结果", "result";
        Level = "level", "认定等级", "level of recognition";
        Authority = "authority", "认定机构", "authority";
        Panel = "panel", "专家组织", "expert panel";
        ReviewDue = "review_due", "复核期限", "review due";
        Pack = "pack", "认定规则", "rule pack";
        Name = "name", "姓名", "name";
        CitizenId = "citizen_id", "身份证号", "citizen id number";
    }
    /// Yes or no, as a person reads it.
    YesNo ("answer") {
        Yes = "true", "是", "yes";
        No = "false", "否", "no";
    }
}
