//! What every operation of a kind has in common, written into the document once instead of at each handler.

use contracts::Problem;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{Components, ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required};
use utoipa::{PartialSchema, ToSchema};

use crate::service::Service;

/// Gives each operation of a service its tag, an id that no other has, its problems, and, where something is recorded,
/// the headers of a write.
pub(super) fn complete(document: &mut OpenApi, service: &Service) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        operation.tags = Some(vec![service.name.to_owned()]);
        operation.operation_id = operation.operation_id.take().map(|id| format!("{}_{id}", service.name));
        if records(operation) {
            operation.parameters.get_or_insert_default().extend(headers_of_a_write());
        }
        operation.responses.responses.entry("default".to_owned()).or_insert_with(problem);
    }
    let components = document.components.get_or_insert_with(Components::new);
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let methods = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    methods.into_iter().flatten()
}

/// Whether the operation answers with what was recorded.
fn records(operation: &Operation) -> bool {
    let responses = serde_json::to_string(&operation.responses).unwrap_or_default();
    responses.contains("\"#/components/schemas/RecordedBody\"")
}

fn headers_of_a_write() -> [RefOr<Parameter>; 2] {
    let header = |name: &str, required, about: &str| -> RefOr<Parameter> {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        let header = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(required);
        header.description(Some(about)).schema(Some(text)).build().into()
    };
    [
        header("Idempotency-Key", Required::True, "8 to 128 visible ASCII characters, the same when it is sent again"),
        header("If-Match", Required::False, "The ETag of the answer that the request is based on, such as \"v17\""),
    ]
}

fn problem() -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let response = ResponseBuilder::new().description("Why it was not answered as asked");
    response.content("application/problem+json", content).build().into()
}
