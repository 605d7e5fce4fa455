//! The server of a process: the log opened, the address bound, the routes laid out; then running, then drained.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::KeepAlive;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{HttpServer, web::ServiceConfig};
use kernel::{Chance, Clock};
use tokio::task::JoinHandle;
use utoipa::openapi::OpenApi;

use crate::admission::Admission;
use crate::app::App;
use crate::config::{Config, OpenToAll};
use crate::document::{Methods, openapi};
use crate::service::{self, Extension, Service};
use crate::telemetry::Numbers;
use crate::{ambient, operate, request};

/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Why a process did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It would serve strangers.
    #[error(transparent)]
    OpenToAll(#[from] OpenToAll),
    /// The address cannot be listened on.
    #[error("could not listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The log was not opened.
    #[error("could not open the log")]
    Log(#[source] eventlog::OpenError),
    /// There is no master key.
    #[error("could not read the master key")]
    MasterKey(#[source] vault::MasterKeyFault),
    /// The vault was not opened.
    #[error("could not open the vault")]
    Vault(#[source] vault::VaultError),
    /// The store of passwords, sessions and tokens was not opened.
    #[error("could not open the store of sign-ins")]
    SignIn(#[source] signin::SignInError),
    /// The identity provider is set up wrongly.
    #[error("the identity provider is set up wrongly")]
    Provider(#[source] crate::config::ProviderFault),
    /// The log of readings was not opened.
    #[error("could not open the log of readings")]
    Readings(#[source] readings::ReadingsError),
    /// The views did not start.
    #[error("could not start the views")]
    Views(#[source] eventlog::ViewError),
    /// Something that a service needs could not be made.
    #[error("could not make what a service needs")]
    Need(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Numbers cannot be counted.
    #[error("could not start counting")]
    Numbers(#[source] metrics_exporter_prometheus::BuildError),
    /// The server did not start.
    #[error("could not start the server")]
    Server(#[source] std::io::Error),
}

/// A server that has its log and its address, but does not answer yet.
pub struct Server {
    app: App,
    services: Vec<Service>,
    listener: TcpListener,
    address: SocketAddr,
    config: Config,
}

impl Server {
    /// Binds the address, opens the log and starts the views of these services. The views catch up meanwhile.
    ///
    /// # Errors
    /// When the address, the log or the views cannot be had, or strangers would be served.
    pub async fn open(config: &Config, services: Vec<Service>) -> Result<Self, StartError> {
        Self::open_with(config, services, ambient::clock(), ambient::chance()).await
    }

    /// The same with another clock and other chance, as tests have them.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(
        config: &Config,
        services: Vec<Service>,
        clock: Clock,
        chance: Chance,
    ) -> Result<Self, StartError> {
        config.refuse_strangers()?;
        let bind = |source| StartError::Bind { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        // A free port is known from here on: the provider sends browsers back to it.
        let config = Config { listen: address, ..config.clone() };
        let projections = services.iter().flat_map(|service| service.projections.clone()).collect();
        let app = App::open(&config, projections, clock, chance).await?;
        Ok(Self { app, services, listener, address, config })
    }

    /// The address it is bound to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What handlers share.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Starts to answer.
    ///
    /// # Errors
    /// When something that a service needs cannot be made, or the server does not start.
    pub async fn start(self) -> Result<Running, StartError> {
        let extensions = service::fulfil(&self.services, &self.app).await.map_err(StartError::Need)?;
        let numbers = Numbers::start().map_err(StartError::Numbers)?;
        let document = openapi(&self.services);
        let others: Vec<&str> = operate::PATHS.into_iter().chain(first_page(&self.services)).collect();
        let shared = Shared {
            app: Data::new(self.app.clone()),
            methods: Data::new(Methods::of(&document, &others)),
            document: Data::new(document),
            numbers: Data::new(numbers),
            admission: Data::new(Admission::new(&self.config, &self.services)),
            services: self.services.into(),
            extensions: extensions.into(),
        };
        let workers =
            self.config.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from));
        let server = HttpServer::new(move || {
            let shared = shared.clone();
            actix_web::App::new().configure(|config| shared.configure(config)).wrap(from_fn(request::answer))
        })
        .workers(workers)
        .max_connections(self.config.connections)
        .client_request_timeout(Duration::from_secs(self.config.head_seconds))
        .keep_alive(KeepAlive::Timeout(IDLE))
        .shutdown_timeout(self.config.drain_seconds)
        .disable_signals()
        .listen(self.listener)
        .map_err(StartError::Server)?
        .run();
        let handle = server.handle();
        let serving = tokio::spawn(server);
        tracing::info!(server.address = %self.address, "the process answers");
        let leave = Duration::from_secs(self.config.leave_seconds);
        Ok(Running { app: self.app, address: self.address, leave, handle, serving })
    }
}

fn api(services: &[Service], config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    let scope = utoipa_actix_web::scope("/api");
    config.service(services.iter().fold(scope, |scope, service| scope.configure(service.routes)));
}

fn first_page(services: &[Service]) -> Option<&'static str> {
    services.iter().all(|service| service.pages.is_none()).then_some(operate::FIRST_PAGE)
}

/// What every worker is given.
#[derive(Clone)]
struct Shared {
    app: Data<App>,
    methods: Data<Methods>,
    document: Data<OpenApi>,
    numbers: Data<Numbers>,
    admission: Data<Admission>,
    services: Arc<[Service]>,
    extensions: Arc<[Extension]>,
}

impl Shared {
    fn configure(&self, config: &mut ServiceConfig) {
        config.app_data(self.app.clone()).app_data(self.methods.clone());
        config.app_data(self.document.clone()).app_data(self.numbers.clone());
        config.app_data(self.admission.clone());
        for extension in self.extensions.iter() {
            extension.install(config);
        }
        operate::routes(config);
        api(&self.services, &mut utoipa_actix_web::service_config::ServiceConfig::new(config));
        for pages in self.services.iter().filter_map(|service| service.pages) {
            pages(config);
        }
        if first_page(&self.services).is_some() {
            config.service(operate::first_page);
        }
        config.default_service(web::to(operate::elsewhere));
    }
}

/// A server that answers.
pub struct Running {
    app: App,
    address: SocketAddr,
    /// How long it goes on answering once it was told to stop.
    leave: Duration,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// The address it answers at, such as `http://127.0.0.1:8080`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it is bound to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What handlers share: the log and the views.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Waits until the server ends without having been told to.
    pub async fn ended(&mut self) {
        if let Ok(Err(error)) = (&mut self.serving).await {
            tracing::error!(error = %error, "the server ended");
        }
    }

    /// Stops: not ready, but answering while whoever sends requests takes note; then no new connections, the requests
    /// under way answered within the time to drain, the writes under way written, the views and the log closed.
    pub async fn stop(self) {
        self.app.leave();
        tokio::time::sleep(self.leave).await;
        self.handle.stop(true).await;
        if !self.serving.is_finished() {
            drop(self.serving.await);
        }
        self.app.close().await;
    }
}
