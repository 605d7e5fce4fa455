//! A service is a value, and a process is a list of services.

use std::any::TypeId;
use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use futures_util::future::BoxFuture;

use crate::app::App;

/// A service: what it answers and which read models it keeps.
#[derive(Clone)]
pub struct Service {
    /// Its name, also the tag of its operations in the API's document.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// Adds its operations, which live under `/api`.
    pub routes: fn(&mut utoipa_actix_web::service_config::ServiceConfig<'_>),
    /// Adds its web pages, which live anywhere else.
    pub pages: Option<fn(&mut ServiceConfig)>,
    /// The paths, as they are asked for, whose answers may take seconds, such as those about thousands of people: they
    /// come in by a lane of their own.
    pub long: &'static [&'static str],
    /// The read models it keeps.
    pub projections: Vec<Arc<dyn eventlog::Projection>>,
    /// What its handlers take as `Data<T>` besides [`App`].
    pub needs: Vec<Need>,
}

type Opened = Result<Extension, Box<dyn Error + Send + Sync>>;

/// A value that handlers take as `Data<T>`, made when the process starts. Services may name the same one: it is made
/// once a process.
#[derive(Clone)]
pub struct Need {
    kind: TypeId,
    open: Arc<dyn Fn(App) -> BoxFuture<'static, Opened> + Send + Sync>,
}

impl Need {
    /// A need for a `T`, which `open` makes.
    pub fn of<T, E, F>(open: impl Fn(App) -> F + Send + Sync + 'static) -> Self
    where
        T: Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let open = move |app| -> BoxFuture<'static, Opened> {
            let opening = open(app);
            Box::pin(async move { opening.await.map(Extension::of).map_err(Into::into) })
        };
        Self { kind: TypeId::of::<T>(), open: Arc::new(open) }
    }
}

/// A value in the hands of every worker.
#[derive(Clone)]
pub(crate) struct Extension(Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>);

impl Extension {
    pub(crate) fn of<T: Send + Sync + 'static>(value: T) -> Self {
        let value = Data::new(value);
        let install = move |config: &mut ServiceConfig| {
            config.app_data(value.clone());
        };
        Self(Arc::new(install))
    }

    pub(crate) fn install(&self, config: &mut ServiceConfig) {
        (self.0)(config);
    }
}

/// Makes what services need, each kind once.
pub(crate) async fn fulfil(services: &[Service], app: &App) -> Result<Vec<Extension>, Box<dyn Error + Send + Sync>> {
    let (mut there, mut made) = (HashSet::new(), Vec::new());
    for need in services.iter().flat_map(|service| &service.needs) {
        if there.insert(need.kind) {
            made.push((need.open)(app.clone()).await?);
        }
    }
    Ok(made)
}
