//! The numbers of a pack: written where they are used, or named there and given once with their source.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::written::name;
use super::{PackFault, Parameter};

/// A number, or the name of a parameter.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Figure {
    /// The number itself.
    Number(u32),
    /// The parameter that holds it.
    Parameter(String),
}

/// The parameters of a pack, each name once.
pub struct Figures {
    parameters: Vec<Parameter>,
}

impl Figures {
    /// Takes the parameters in.
    pub fn of(parameters: Vec<Parameter>) -> Result<Self, PackFault> {
        let mut seen = BTreeSet::new();
        for parameter in &parameters {
            if !seen.insert(name(parameter.id.clone())?) {
                return Err(PackFault::Twice { id: parameter.id.clone() });
            }
        }
        Ok(Self { parameters })
    }

    /// Gives the parameters back.
    pub fn into_parameters(self) -> Vec<Parameter> {
        self.parameters
    }
}

impl Figure {
    /// The number, which must be from 1 to `most`.
    pub fn within(&self, what: &str, most: u32, figures: &Figures) -> Result<u32, PackFault> {
        let number = match self {
            Self::Number(number) => *number,
            Self::Parameter(id) => {
                let parameter = figures.parameters.iter().find(|parameter| parameter.id == *id);
                parameter.ok_or_else(|| PackFault::Unknown { id: id.clone() })?.value
            }
        };
        if (1..=most).contains(&number) { Ok(number) } else { Err(PackFault::Number { what: what.to_owned(), most }) }
    }

    /// The number, which must be from 1 to `most`, where that is small.
    pub fn small(&self, what: &str, most: u8, figures: &Figures) -> Result<u8, PackFault> {
        let number = self.within(what, u32::from(most), figures)?;
        u8::try_from(number).map_err(|_| PackFault::Number { what: what.to_owned(), most: u32::from(most) })
    }
}
