//! The operations of the service. A handler takes apart, executes, answers.

mod coverage;
mod plan;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn add(config: &mut ServiceConfig<'_>) {
    config
        .service(coverage::coverage)
        .service(plan::publish)
        .service(plan::show)
        .service(plan::select)
        .service(plan::withdraw);
}
