//! The OpenAPI document of a process, and what follows from it: which methods a path answers.

mod complete;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{AppService, HttpServiceFactory};
use utoipa::openapi::path::{PathItem, Paths};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder, RefOr, Schema};
use utoipa_actix_web::{AppExt, OpenApiFactory, scope};

use crate::service::Service;

/// What every reader of the document should know first.
const ABOUT: &str = "The register of double-qualified (双师型) vocational teachers: who is who, training, enterprise \
practice, innovation teams, recognition and coverage.\n\nEvery write needs an `Idempotency-Key` (8 to 128 visible ASCII \
characters): the same request sent again is recorded once and answered as before. It may carry `If-Match` with the \
ETag of a former answer. Its answer carries a log position; hand it to a query as `at_least` to read your own write. \
Records of persons are shown with a \
`Purpose` where they are not of one's own organisation, and it is put on record who looked. What needs two people is \
answered 202 and recorded once a second one sends the same with `Approves`. Whatever is not an answer is a problem (RFC 9457) with a stable `code`.";

/// The OpenAPI document of a process with these services. Needs neither a log nor an address.
pub fn openapi(services: &[Service]) -> OpenApi {
    let mut document = empty(services);
    for service in services {
        let own = of_service(service);
        document.paths.merge(own.paths);
        let schemas = own.components.map(|components| components.schemas).unwrap_or_default();
        document.components.get_or_insert_default().schemas.extend(schemas);
    }
    complete::name_schemes(document.components.get_or_insert_default());
    document
}

/// The names that stand for different shapes, within a service or in two: the document can show only one of them.
pub fn schema_clashes(services: &[Service]) -> Vec<String> {
    let mut shapes: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    let mut clashes = BTreeSet::new();
    for (name, shape) in services.iter().flat_map(schemas_of) {
        if shapes.get(&name).is_some_and(|other| *other != shape) {
            clashes.insert(name.clone());
        }
        shapes.insert(name, shape);
    }
    clashes.into_iter().collect()
}

/// The shapes that a service names, each as often as it does: in its document the last of a name is all that is left.
fn schemas_of(service: &Service) -> Vec<Named> {
    let listed = Rc::new(RefCell::new(Vec::new()));
    let (routes, listener) = (service.routes, Listener(Rc::clone(&listed)));
    drop(scope("/api").configure(move |config| {
        routes(config);
        config.service(listener);
    }));
    listed.take()
}

/// A shape with its name.
type Named = (String, RefOr<Schema>);

/// The last of a service's operations, which is none: it is told of every shape that those before it name.
struct Listener(Rc<RefCell<Vec<Named>>>);

impl HttpServiceFactory for Listener {
    fn register(self, _: &mut AppService) {}
}

impl OpenApiFactory for Listener {
    fn paths(&self) -> Paths {
        Paths::new()
    }

    fn schemas(&self, told: &mut Vec<Named>) {
        self.0.borrow_mut().extend(told.iter().cloned());
    }
}

fn of_service(service: &Service) -> OpenApi {
    let app = actix_web::App::new().into_utoipa_app().service(scope("/api").configure(service.routes));
    let (_, mut document) = app.split_for_parts();
    complete::complete(&mut document, service);
    document
}

/// The document before any service has added its routes.
fn empty(services: &[Service]) -> OpenApi {
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    let info = InfoBuilder::new()
        .title("Shuangshi")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license))
        .build();
    let tags = services.iter().map(|service| {
        utoipa::openapi::tag::TagBuilder::new().name(service.name).description(Some(service.about)).build()
    });
    OpenApiBuilder::new().info(info).tags(Some(tags.collect::<Vec<_>>())).build()
}

/// Which methods each path of a process answers. The server answers 404 where the path is known and the method is
/// not; this is how we know better.
#[derive(Clone, Default)]
pub(crate) struct Methods(Arc<[(Vec<Segment>, Vec<&'static str>)]>);

enum Segment {
    Text(String),
    Parameter,
}

impl Methods {
    /// The methods of the paths of a document and of these other paths, which answer `GET`.
    pub(crate) fn of(document: &OpenApi, others: &[&str]) -> Self {
        let documented = document.paths.paths.iter().map(|(path, item)| (segments(path), methods(item)));
        let others = others.iter().map(|path| (segments(path), vec!["GET", "HEAD"]));
        Self(documented.chain(others).collect())
    }

    /// What `Allow` says of a path; none when there is no such path.
    pub(crate) fn allow(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split('/').collect();
        let mut allowed: Vec<&str> = self
            .0
            .iter()
            .filter(|(segments, _)| fits(segments, &parts))
            .flat_map(|(_, methods)| methods.clone())
            .collect();
        allowed.sort_unstable();
        allowed.dedup();
        (!allowed.is_empty()).then(|| allowed.join(", "))
    }
}

fn segments(path: &str) -> Vec<Segment> {
    let segment = |part: &str| if part.starts_with('{') { Segment::Parameter } else { Segment::Text(part.to_owned()) };
    path.split('/').map(segment).collect()
}

fn fits(segments: &[Segment], parts: &[&str]) -> bool {
    let same = |(segment, part): (&Segment, &&str)| match segment {
        Segment::Text(text) => text == part,
        Segment::Parameter => !part.is_empty(),
    };
    segments.len() == parts.len() && segments.iter().zip(parts).all(same)
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let operations = [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("DELETE", &item.delete),
        ("PATCH", &item.patch),
        // Whatever answers GET answers HEAD.
        ("HEAD", &item.get),
        ("OPTIONS", &item.options),
    ];
    operations.into_iter().filter(|(_, operation)| operation.is_some()).map(|(method, _)| method).collect()
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::path::{HttpMethod, Operation, PathsBuilder};

    use super::*;

    #[test]
    fn a_path_allows_what_its_templates_answer() {
        let item = |method| PathItem::new(method, Operation::default());
        let paths = PathsBuilder::new()
            .path("/api/teachers/{teacher}", item(HttpMethod::Get))
            .path("/api/teachers/{teacher}", item(HttpMethod::Delete))
            .path("/api/teachers/merged", item(HttpMethod::Post))
            .build();
        let mut document = empty(&[]);
        document.paths = paths;
        let methods = Methods::of(&document, &["/health/live"]);
        assert_eq!(methods.allow("/api/teachers/7").as_deref(), Some("DELETE, GET, HEAD"));
        assert_eq!(methods.allow("/api/teachers/merged").as_deref(), Some("DELETE, GET, HEAD, POST"));
        assert_eq!(methods.allow("/health/live").as_deref(), Some("GET, HEAD"));
        assert_eq!(methods.allow("/api/teachers"), None);
        assert_eq!(methods.allow("/api/teachers/"), None);
    }
}
