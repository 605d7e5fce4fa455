//! What `doctor` says of an installation.

use serde_json::Value;
use testkit::{Place, Registry};

use super::{on_both, program};

on_both!(a_sound_registry_is_well,);

async fn a_sound_registry_is_well(place: Place) {
    // As in production, the account that tests use is neither superuser nor exempt.
    let policies_hold = if place.is_sqlite() { Value::Null } else { Value::from(true) };
    let registry = Registry::new(place);
    let imported = program::import(&registry);
    let found = program::json(&registry, &["doctor", "--json"]);
    assert_eq!((&found["position"], &found["row_policies_hold"]), (&imported["position"], &policies_hold));
    let views = found["views"].as_array().unwrap();
    assert!(!views.is_empty() && views.iter().all(|view| view["lag"] == 0 && view["error"].is_null()), "{views:?}");
    let said = program::output(&registry, &["doctor"]);
    assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).ends_with("all is well\n"));
}
