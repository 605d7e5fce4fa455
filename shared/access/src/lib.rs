//! Who may do what: roles over the tree of organisations, decided in one place.
//!
//! Every operation of the API stands in one table ([`Operation`]) with the roles that may ask for it and what it acts
//! on. Whether somebody may is a pure function of that table, of the roles they hold on a day and of where the thing
//! lies ([`decide`]); what they may see of many things is the [`kernel::Scope`] that follows from the same table
//! ([`scope`]). The crate refuses to know how callers sign in and what operations do.

pub mod account;
mod decision;
pub mod figures;
mod object;
mod operation;
mod principal;
pub mod proposal;
mod reader;
mod view;

pub use decision::{Decision, decide, is_of_own_organisation, may_grant, scope};
pub use object::{Object, Place};
pub use operation::{InBody, InPath, Kind, Operation, Permission, Who, permissions};
pub use principal::{Held, Principal, TokenScope};
pub use reader::{Access, AccessError, AccountRow, CLERK_DAYS, GrantRow, ProposalRow, ProposalState};
pub use view::AccessProjection;
