//! How the invented registry is made up: every share in one place.
//!
//! Shares are *per mille* unless they say otherwise. The figures of the nation are the published ones (`N`); the rest is
//! invented to look alive, and to put a known amount of dirt in. What was put in is counted when it is recorded, so a
//! share is a chance, and the count is exact.

/// Secondary schools of the nation (N3, 2023, without technical schools).
pub const SECONDARY_SCHOOLS: u32 = 7_085;
/// Their full-time teachers (N3, 2023).
pub const SECONDARY_TEACHERS: u32 = 734_800;
/// Vocational bachelor and diploma colleges of the nation (N6, 2024).
pub const HIGHER_SCHOOLS: u32 = 1_613;
/// What makes up about 1.4 million with the secondary ones.
pub const HIGHER_TEACHERS: u32 = 665_200;
/// National innovation teams at full size.
pub const NATIONAL_TEAMS: u32 = 364;
/// Demonstration stations that the action plan asks for.
pub const DEMONSTRATION_STATIONS: u32 = 1_000;
/// Training bases at full size.
pub const TRAINING_BASES: u32 = 560;
/// Practice stations at full size, demonstration stations among them.
pub const PRACTICE_STATIONS: u32 = 2_400;

/// The share of specialised teachers in post that is recognised (N3: 56.71 % of secondary schools in 2023; the
/// denominator there is probably another).
pub const RECOGNISED: u32 = 560;
/// Specialised teachers whose recognition was revoked.
pub const REVOKED: u32 = 15;
/// Specialised teachers whose application was refused.
pub const REFUSED: u32 = 60;
/// Specialised teachers whose application is not decided yet.
pub const APPLIED: u32 = 20;
/// Refusals and revocations that are appealed against.
pub const APPEALED: u32 = 300;
/// Appeals that are upheld.
pub const UPHELD: u32 = 150;
/// Recognitions granted for three years and reviewed, instead of for five.
pub const REVIEWED: u32 = 80;
/// Recognised teachers who met the rules.
pub const READY_IF_RECOGNISED: u32 = 940;
/// Specialised teachers who meet the rules and are not recognised.
pub const READY_OTHERWISE: u32 = 250;

/// Teachers who join within the years that are drawn, a year.
pub const JOIN_A_YEAR: u32 = 40;
/// Teachers who leave, a year.
pub const LEAVE_A_YEAR: u32 = 25;
/// Teachers who move to another school, over all years.
pub const MOVE: u32 = 60;
/// Of these, to another province.
pub const MOVE_FAR: u32 = 200;
/// Teachers with a second post, in another province.
pub const SECOND_POST: u32 = 8;
/// Teachers who are head teachers besides.
pub const HEAD_TEACHER: u32 = 120;

/// Teachers who attend a first session in a term.
pub const SESSION_A_TERM: u32 = 500;
/// Teachers who attend a second one.
pub const SECOND_SESSION_A_TERM: u32 = 200;
/// The fewest and the most people of a session.
pub const ROSTER: (u32, u32) = (20, 50);
/// Sessions held abroad.
pub const ABROAD: u32 = 15;
/// Bases with a term between two approvals, besides the first base, which has one always.
pub const BASE_WITH_A_GAP: u32 = 80;
/// Bases and stations whose approval was withdrawn.
pub const WITHDRAWN: u32 = 30;

/// Placements a term of a specialised teacher who meets the rules.
pub const PLACEMENT_IF_READY: u32 = 620;
/// Placements a term of another specialised teacher.
pub const PLACEMENT_OTHERWISE: u32 = 330;
/// Visits a term of anybody else.
pub const VISIT: u32 = 60;
/// Placements whose days are logged.
pub const DAYS_LOGGED: u32 = 600;

/// Teachers with an achievement, a term.
pub const ACHIEVEMENT_A_TERM: u32 = 560;
/// Credentials that the school verified.
pub const VERIFIED: u32 = 500;
/// Credentials that the teacher confirmed.
pub const CONFIRMED: u32 = 300;
/// Teachers with a confirmed breach of ethics.
pub const BREACH: u32 = 4;

/// Dirt: sessions voided.
pub const SESSION_VOIDED: u32 = 10;
/// Dirt: placements voided.
pub const PLACEMENT_VOIDED: u32 = 8;
/// Dirt: credentials recorded that are voided later, a teacher.
pub const CREDENTIAL_VOIDED: u32 = 12;
/// Dirt: sessions with a roster that is amended.
pub const ROSTER_AMENDED: u32 = 60;
/// Dirt: sessions recorded two terms late.
pub const SESSION_LATE: u32 = 25;
/// Dirt: placements recorded two terms late.
pub const PLACEMENT_LATE: u32 = 25;
/// Dirt: achievements recorded two terms late.
pub const ACHIEVEMENT_LATE: u32 = 40;
/// Dirt: rosters, credentials and completions handed in twice.
pub const DUPLICATE: u32 = 30;
/// Dirt: placements that overlap another one of the same person elsewhere.
pub const TWO_SITES_AT_ONCE: u32 = 6;
/// Dirt: logged days of more than eight hours.
pub const ABOVE_EIGHT_HOURS: u32 = 15;
/// Dirt: sessions at a base that is not approved then, where there is one.
pub const BASE_NOT_APPROVED: u32 = 20;
/// Dirt: credentials that the teacher disputes.
pub const DISPUTED: u32 = 8;
