//! Codes that an authority issues, parsed to what the sources are sure of and no further (`policy.md` section 8).

mod certificate;
mod citizen;
mod division;
mod school;
mod site;
mod specialty;

pub use certificate::TeacherCertificateNumber;
pub use citizen::CitizenId;
pub use division::{Division, Province};
pub use school::{SchoolCode, SchoolType, StaffNumber};
pub use site::{SessionCode, SiteCode};
pub use specialty::{MajorCategory, SpecialtyCode};

/// Whether the text is exactly `length` ASCII digits.
fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}
