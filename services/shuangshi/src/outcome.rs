//! How a command ends.

use std::process::ExitCode;

use spreadsheet::RowFault;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The input is wrong; nothing was recorded.
    #[error("the input has faults; nothing was recorded")]
    BadInput(Vec<RowFault>),
    /// Some rows were refused; the others were recorded.
    #[error("some rows were refused; the others are on record. Mend the rows and hand the files in again")]
    Refused(Vec<RowFault>),
    /// A value on the command line is wrong.
    #[error(transparent)]
    Malformed(#[from] kernel::Malformed),
    /// What was asked for is not on the register.
    #[error("{0}")]
    NotFound(String),
    /// The domain said no.
    #[error("{0}")]
    No(String),
    /// Anything else.
    #[error("{0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl Trouble {
    /// Any error that nobody here can do anything about.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }

    /// Says what went wrong, on standard error.
    pub fn tell(&self) {
        if let Self::BadInput(faults) | Self::Refused(faults) = self {
            for fault in faults {
                eprintln!("{fault}");
            }
        }
        eprintln!("shuangshi: {self}");
        let mut source = match self {
            Self::Failed(error) => error.source(),
            _ => None,
        };
        while let Some(error) = source {
            eprintln!("  because {error}");
            source = error.source();
        }
    }

    /// The exit code: 1 failed, 3 bad input and nothing recorded, 4 some rows refused, 5 not found, 6 refused.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(_) => 1,
            Self::BadInput(_) | Self::Malformed(_) => 3,
            Self::Refused(_) => 4,
            Self::NotFound(_) => 5,
            Self::No(_) => 6,
        })
    }
}

/// Writes to standard output. A reader that has seen enough, such as `head`, ends the command quietly.
pub fn say(text: &str) -> Result<(), Trouble> {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

impl From<host::Failure> for Trouble {
    fn from(failure: host::Failure) -> Self {
        let problem = failure.problem();
        let mut words = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
        // Where there is one fault the detail often says just that.
        let said = words.clone();
        for fault in problem.errors.iter().filter(|fault| fault.why != said) {
            words.push_str("; ");
            words.push_str(&fault.why);
        }
        match problem.status {
            404 => Self::NotFound(words),
            // The registry could not say, which is no *no*: to be tried again, and not to be mended in the input.
            500.. => Self::failed(words),
            _ => Self::No(words),
        }
    }
}

macro_rules! failed {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Trouble {
            fn from(error: $error) -> Self {
                Self::failed(error)
            }
        }
    )+};
}

failed!(
    readings::ReadingsError,
    spreadsheet::Unwritten,
    access::AccessError,
    signin::SignInError,
    eventlog::Failure,
    eventlog::ViewError,
    host::StartError,
    std::io::Error,
    serde_json::Error
);

impl From<vault::VaultError> for Trouble {
    fn from(error: vault::VaultError) -> Self {
        use vault::VaultError;
        match error {
            VaultError::Restricted | VaultError::SomebodyElse => Self::No(error.to_string()),
            VaultError::Erased | VaultError::NoKey => Self::NotFound(error.to_string()),
            other => Self::failed(other),
        }
    }
}

impl From<qualification::standing::NoAnswer> for Trouble {
    fn from(reason: qualification::standing::NoAnswer) -> Self {
        use qualification::standing::NoAnswer;
        match reason {
            NoAnswer::UnknownTeacher | NoAnswer::NoPack => Self::NotFound(reason.to_string()),
            NoAnswer::View(error) => error.into(),
            NoAnswer::Vault(error) => error.into(),
            NoAnswer::BrokeOff(error) => Self::failed(error),
        }
    }
}
