//! What is still to come is not put on record as done.

use contracts::{Code, Problem};
use decider::Decider;

use crate::{App, Failure};

impl App {
    /// Refuses to put on record what has not happened yet: a mistyped year would become a fact that counts when it comes.
    ///
    /// # Errors
    /// When the command says that something has happened by a day that is still to come.
    pub(crate) fn refuse_ahead<D: Decider>(&self, command: &D::Command) -> Result<(), Failure> {
        match D::happened_by(command) {
            Some(day) if day > self.today() => {
                let detail = format!("{day} is still to come: it is put on record once it has happened");
                Err(Problem::new(Code::Rejected).rejection("still_to_come").detail(detail).into())
            }
            _ => Ok(()),
        }
    }
}
