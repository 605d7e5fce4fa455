//! Sign-in, accounts, roles, tokens, proposals, and who looked at whom. It refuses to know what operations of other
//! services do: of a proposal it knows the right to decide on it, and shows what it says.

mod initial_password;
mod proposals;
mod routes;

use host::Service;

/// The service.
pub fn service() -> Service {
    Service {
        name: "accounts",
        about: "Sign-in, accounts, roles, tokens, proposals, and who looked at whom",
        routes: routes::add,
        pages: None,
        long: &[],
        projections: vec![],
        needs: vec![],
    }
}
