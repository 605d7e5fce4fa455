//! What the operator of an installation is told.

use serde_json::Value;
use testkit::{Place, Registry};

use super::{on_both, program};

on_both!(
    a_sound_registry_is_well,
    an_account_whose_role_is_refused_is_not_opened,
    who_reads_only_the_first_line_ends_nothing_badly,
);

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

async fn an_account_whose_role_is_refused_is_not_opened(place: Place) {
    let registry = Registry::new(place);
    program::import(&registry);
    let open = ["account", "open", "hr-7", "--role", "school_hr", "--json"];
    for (at, code) in [(&["--at", "S-XX-99"][..], 5), (&[], 6)] {
        let refused = program::output(&registry, &[&open, at].concat());
        assert_eq!(refused.status.code(), Some(code), "{}", String::from_utf8_lossy(&refused.stderr));
        let shown = program::output(&registry, &["account", "show", "hr-7"]);
        assert_eq!(shown.status.code(), Some(5), "{}", String::from_utf8_lossy(&shown.stdout));
    }
    let opened = program::json(&registry, &[&open, &["--at", "4132010835"][..]].concat());
    assert!(opened["password"].is_string(), "its first password is shown, once: {opened}");
    assert_eq!(program::json(&registry, &["account", "show", "hr-7", "--json"])["roles"][0]["role"], "school_hr");
}

async fn who_reads_only_the_first_line_ends_nothing_badly(place: Place) {
    let registry = Registry::new(place);
    for arguments in [&["log", "make"][..], &["doctor"], &["log", "verify"], &["rebuild"]] {
        let (read, write) = std::io::pipe().unwrap();
        drop(read);
        let mut command = program::command(&registry, arguments);
        let ended = command.stdout(write).stderr(std::process::Stdio::piped()).output().unwrap();
        assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}
