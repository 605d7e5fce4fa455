//! The routes of a proxy, drawn from the paths of each service's OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use host::Service;
use serde_json::Value;

/// What a replica keeps in its memory for whoever asked for it: the proxy sends the same caller to the same one.
const BY_CALLER: &str = "/api/v1/simulations";

/// The methods of a path that a service answers.
type Methods = BTreeSet<String>;

/// A line for every path and service.
pub(super) fn lines(services: &[Service]) -> Result<Vec<String>, serde_json::Error> {
    let mut paths: BTreeMap<String, Vec<(&str, Methods)>> = BTreeMap::new();
    for service in services {
        let document = serde_json::to_value(host::openapi(std::slice::from_ref(service)).paths)?;
        for (path, item) in document.as_object().into_iter().flatten() {
            paths.entry(path.clone()).or_default().push((service.name, methods(item)));
        }
    }
    let lines = paths.iter().flat_map(|(path, answered)| of_path(path, answered));
    Ok(lines.collect())
}

/// A service that has a path to itself also says which methods it does not know.
fn of_path(path: &str, answered: &[(&str, Methods)]) -> Vec<String> {
    let pattern = pattern(path);
    let line = |(service, methods): &(&str, Methods)| {
        let methods: Vec<&str> = methods.iter().map(String::as_str).collect();
        let method = if answered.len() == 1 { "[A-Z]+".to_owned() } else { format!("({})", methods.join("|")) };
        format!("^{method}:{pattern}$ {}", backend(path, service))
    };
    answered.iter().map(line).collect()
}

fn backend(path: &str, service: &str) -> String {
    if path.starts_with(BY_CALLER) { format!("{service}_by_caller") } else { service.to_owned() }
}

fn pattern(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "[^/]+" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// `HEAD` asks for the head of what `GET` answers.
fn methods(item: &Value) -> Methods {
    let named: Methods = item.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase()).collect();
    let head = named.contains("GET").then(|| "HEAD".to_owned());
    named.into_iter().chain(head).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The services whose lines an operation meets, read as the proxy reads them.
    fn met(lines: &[String], method: &str, path: &str) -> BTreeSet<String> {
        let meets = |pattern: &str| {
            let (methods, of_path) = pattern.trim_start_matches('^').trim_end_matches('$').split_once(':').unwrap();
            let by_method = methods == "[A-Z]+" || methods.trim_matches(['(', ')']).split('|').any(|one| one == method);
            let (wanted, given): (Vec<_>, Vec<_>) = (of_path.split('/').collect(), path.split('/').collect());
            // `[^/]+` has a slash in it, which splits it in two.
            let wanted = wanted.join("/").replace("[^/]+", "*");
            let wanted: Vec<&str> = wanted.split('/').collect();
            let fits = |(wanted, given): (&&str, &&str)| *wanted == "*" || wanted == given;
            by_method && wanted.len() == given.len() && wanted.iter().zip(&given).all(fits)
        };
        let split = lines.iter().map(|line| line.split_once(' ').unwrap());
        split.filter(|(pattern, _)| meets(pattern)).map(|(_, backend)| backend.to_owned()).collect()
    }

    #[test]
    fn every_operation_goes_to_the_service_that_answers_it_and_to_no_other() {
        let services = crate::services();
        let lines = lines(&services).unwrap();
        let mut operations = 0;
        for service in &services {
            let document = serde_json::to_value(host::openapi(std::slice::from_ref(service)).paths).unwrap();
            for (path, item) in document.as_object().unwrap() {
                let sample = pattern(path).replace("[^/]+", "0f8fad5b-d9cb-469f-a165-70867728950e");
                for method in methods(item) {
                    operations += 1;
                    let expected = BTreeSet::from([backend(path, service.name)]);
                    assert_eq!(met(&lines, &method, &sample), expected, "{method} {path}");
                }
            }
        }
        assert!(operations > 100, "control: {operations} operations were looked at");
    }

    #[test]
    fn services_that_share_a_path_share_it_by_method() {
        let lines = lines(&crate::services()).unwrap();
        assert_eq!(met(&lines, "GET", "/api/v1/teachers"), BTreeSet::from(["qualification".to_owned()]));
        assert_eq!(met(&lines, "POST", "/api/v1/teachers"), BTreeSet::from(["teachers".to_owned()]));
        assert_eq!(met(&lines, "GET", "/api/v1/simulations/1"), BTreeSet::from(["qualification_by_caller".to_owned()]));
        assert!(met(&lines, "GET", "/api/v2/teachers").is_empty());
    }
}
