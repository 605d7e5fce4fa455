//! What every operation of a kind has in common, written into the document once instead of at each handler.

use access::Kind;
use contracts::{Problem, ProposedBody};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{Components, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required, Response};
use utoipa::{PartialSchema, ToSchema};

use crate::service::Service;

/// The media type of problems (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// What a problem is.
const NOT_ANSWERED: &str = "Why it was not answered as asked";

/// The names of the two ways to be signed in.
const TOKEN: &str = "token";
const SESSION: &str = "session";

/// Gives each operation of a service its tag, an id that no other has, its problems, and, where something is recorded,
/// the headers of a write.
pub(super) fn complete(document: &mut OpenApi, service: &Service) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        operation.tags = Some(vec![service.name.to_owned()]);
        operation.operation_id = operation.operation_id.take().map(|id| format!("{}_{id}", service.name));
        if records(operation) {
            operation.parameters.get_or_insert_default().extend(headers_of_a_write());
        }
        secure(operation);
        operation.responses.responses.iter_mut().for_each(describe);
        operation.responses.responses.entry("default".to_owned()).or_insert_with(problem);
    }
    let components = document.components.get_or_insert_with(Components::new);
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    schemas.push((ProposedBody::name().into_owned(), ProposedBody::schema()));
    ProposedBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

/// Says once what the two ways to be signed in are.
pub(super) fn name_schemes(components: &mut Components) {
    components.add_security_scheme(TOKEN, SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let cookie = ApiKeyValue::new(crate::session::PROTECTED);
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    methods.into_iter().flatten()
}

/// Says who may ask: whoever is signed in, as far as the table of rights lets them; and what a second person, or a
/// purpose, adds. What is not in the table is for whoever has not signed in yet.
fn secure(operation: &mut Operation) {
    let code = operation.operation_id.as_deref().unwrap_or_default();
    let Some(permitted) = access::Operation::of_code(code) else {
        operation.security = Some(Vec::new());
        return;
    };
    let scheme = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
    operation.security = Some(vec![scheme(TOKEN), scheme(SESSION)]);
    let parameters = operation.parameters.get_or_insert_default();
    if permitted.kind() == Kind::ReadPersons {
        parameters.push(header("Purpose", false, "What records outside one's own organisation are looked at for"));
        parameters.push(header("Purpose-Reference", false, "The case or ticket that it belongs to"));
    }
    if permitted.kind() == Kind::WriteSeconded {
        parameters.push(header("Approves", false, "The proposal that this request, being the same, approves"));
        let proposed = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProposedBody::name()))).build();
        let response = ResponseBuilder::new().description("It waits for a second person");
        let response = response.content("application/json", proposed).build().into();
        operation.responses.responses.entry("202".to_owned()).or_insert(response);
    }
}

/// Whatever is not an answer is a problem, and comes as one; and every response says what it is, as OpenAPI wants it.
fn describe((status, response): (&String, &mut RefOr<Response>)) {
    let RefOr::T(response) = response else { return };
    let is_problem = status.starts_with(['4', '5']);
    if is_problem && let Some(content) = response.content.shift_remove("application/json") {
        response.content.insert(PROBLEM.to_owned(), content);
    }
    if response.description.is_empty() {
        let about = if is_problem { NOT_ANSWERED } else { "What was asked for" };
        response.description = about.to_owned();
    }
}

/// Whether the operation answers with what was recorded.
fn records(operation: &Operation) -> bool {
    let responses = serde_json::to_string(&operation.responses).unwrap_or_default();
    responses.contains("\"#/components/schemas/RecordedBody\"")
}

fn headers_of_a_write() -> [RefOr<Parameter>; 2] {
    [
        header("Idempotency-Key", true, "8 to 128 visible ASCII characters, the same when it is sent again"),
        header("If-Match", false, "The ETag of the answer that the request is based on, such as \"v17\""),
    ]
}

fn header(name: &str, is_required: bool, about: &str) -> RefOr<Parameter> {
    let required = if is_required { Required::True } else { Required::False };
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let header = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(required);
    header.description(Some(about)).schema(Some(text)).build().into()
}

fn problem() -> RefOr<Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let response = ResponseBuilder::new().description(NOT_ANSWERED);
    response.content(PROBLEM, content).build().into()
}
