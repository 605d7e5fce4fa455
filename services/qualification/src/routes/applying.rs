//! Which recognition an application is.

use eventlog::Version;
use host::{App, Failure};
use kernel::vocabulary::Level;
use kernel::{CommandId, RecognitionId, TeacherId};

use super::recognition;
use crate::batch::folded;
use crate::recognition::Phase;

/// The recognition that a command applies for: the one that it has applied for before, the teacher's open application at this
/// level, or a new one. By the log alone, so that two who apply at once apply for one.
///
/// # Errors
/// When the log fails.
pub async fn applied_for(
    app: &App,
    teacher: TeacherId,
    level: Level,
    command: CommandId,
) -> Result<RecognitionId, Failure> {
    let mut nth = 1;
    loop {
        let id = RecognitionId::applied_for(teacher, level, nth);
        let history = app.log().read_stream(&recognition(id), Version::NONE, u32::MAX).await?;
        let is_its_own = history.iter().any(|event| event.command == command);
        let is_decided = folded(&history)?.record().is_some_and(|record| record.phase != Phase::Applied);
        if is_its_own || !is_decided {
            return Ok(id);
        }
        nth += 1;
    }
}
