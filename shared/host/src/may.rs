//! Rights in handlers' signatures: a handler that has a [`May`] has been allowed.

mod purpose;

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use access::{Decision, Held, InBody, InPath, Kind, Object, Operation, Permission, Place, Principal};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use contracts::{Code, Fault, Problem};
use eventlog::LogPosition;
use futures_util::future::LocalBoxFuture;
use kernel::{Actor, CorrelationId, Day, Location, OrganisationId, Scope, TeacherId};
use readings::Reading;

use crate::app::App;
use crate::caller;
use crate::failure::Failure;
use crate::request;

pub use purpose::Stated;

/// The right to do one thing: decided before the handler runs, on what the path names.
#[derive(Debug, Clone)]
pub struct May<P>(Right, PhantomData<P>);

/// Somebody asks for an operation whose thing the body names: the handler says which, and gets the right.
#[derive(Clone)]
pub struct Asks<P> {
    asked: Asked,
    permission: PhantomData<P>,
}

/// A right that was given, whatever the operation.
#[derive(Debug, Clone)]
pub struct Right {
    principal: Arc<Principal>,
    operation: Operation,
    held: Option<Held>,
    place: Place,
    today: Day,
    /// What records of persons are looked at for; none where none are.
    purpose: Option<Stated>,
    correlation: CorrelationId,
    decided_at: LogPosition,
}

/// What is known before it is decided.
#[derive(Clone)]
struct Asked {
    app: Data<App>,
    principal: Arc<Principal>,
    operation: Operation,
    stated: Option<Stated>,
    path: String,
}

impl<P: InPath> FromRequest for May<P> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let asked = Asked::of(&request, P::OPERATION).await?;
            let object = object(&request)?;
            Ok(Self(asked.decide(&object).await?, PhantomData))
        })
    }
}

impl<P: InBody> FromRequest for Asks<P> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let asked = Asked::of(&request, P::OPERATION).await?;
            Ok(Self { asked, permission: PhantomData })
        })
    }
}

impl<P: InBody> Asks<P> {
    /// The right to do it with what the body names in this field.
    ///
    /// # Errors
    /// When they may not, or for them there is no such thing.
    pub async fn about(self, object: Object, field: &str) -> Result<May<P>, Failure> {
        match self.asked.decide(&object).await {
            Ok(right) => Ok(May(right, PhantomData)),
            Err(failure) if failure.problem().code == Code::NotFound => Err(unknown(&object, field)),
            Err(failure) => Err(failure),
        }
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.asked.principal
    }
}

impl<P: Permission> Deref for May<P> {
    type Target = Right;

    fn deref(&self) -> &Right {
        &self.0
    }
}

impl Right {
    /// How whoever acts stands on record: the account, the capacity, the organisation.
    pub fn actor(&self) -> Actor {
        self.principal.actor(self.held.as_ref())
    }

    /// Who acts.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The role in which they act; none in particular where everybody may, or about the own record.
    pub fn held(&self) -> Option<&Held> {
        self.held.as_ref()
    }

    /// The same in the closest of their roles of which `suits` holds; none when there is none that allows it.
    pub fn acting(&self, suits: impl Fn(&Held) -> bool) -> Option<Self> {
        let mut principal = Principal::clone(&self.principal);
        principal.roles.retain(|held| suits(held));
        match access::decide(&principal, self.operation, Some(&self.place)) {
            Decision::May(Some(held)) => Some(Self { held: Some(held), ..self.clone() }),
            Decision::May(None) | Decision::Forbidden | Decision::Absent => None,
        }
    }

    /// The operation.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The day, in Asia/Shanghai, on which it was decided.
    pub fn today(&self) -> Day {
        self.today
    }

    /// The log position that it was decided on.
    pub fn decided_at(&self) -> &LogPosition {
        &self.decided_at
    }

    /// The person that the thing is about.
    pub fn subject(&self) -> Option<TeacherId> {
        self.place.subject
    }

    /// The organisation that the thing lies with first, where it lies with one.
    pub fn organisation(&self) -> Option<OrganisationId> {
        let first = self.place.groups.iter().flatten().next();
        first.map(|location: &Location| location.organisation)
    }

    /// What records of persons are looked at for; none where none are.
    pub fn purpose(&self) -> Option<&Stated> {
        self.purpose.as_ref()
    }

    /// What they may see of many things by this operation: every query for many takes it.
    pub fn scope(&self) -> Scope {
        access::scope(&self.principal, self.operation)
    }

    /// Where a further thing lies that the request names, if the role in which they act reaches it as well; none when it
    /// does not, and when there is no such thing. The caller lets the view of rights catch up first.
    ///
    /// # Errors
    /// When the view does not answer.
    pub async fn reaches(&self, app: &App, object: &Object) -> Result<Option<Place>, Failure> {
        let Some(place) = app.access().place(object, self.today).await? else { return Ok(None) };
        let in_this_role = Principal { roles: self.held.iter().cloned().collect(), ..(*self.principal).clone() };
        let decision = access::decide(&in_this_role, self.operation, Some(&place));
        Ok(matches!(decision, Decision::May(_)).then_some(place))
    }

    /// Puts on record that these people's records were looked at. To be called before an answer with them is made.
    ///
    /// # Errors
    /// When it cannot be put on record: then nothing may be shown.
    pub async fn saw(&self, app: &App, subjects: Vec<TeacherId>) -> Result<(), Failure> {
        let stated = self.purpose.clone().ok_or_else(|| Failure::internal("an operation shows persons undeclared"))?;
        let reading = Reading {
            account: self.principal.account,
            actor: self.actor(),
            subjects,
            operation: self.operation.code(),
            purpose: stated.purpose,
            reference: stated.reference,
            correlation: self.correlation,
        };
        Ok(app.readings().record(reading).await?)
    }
}

impl Asked {
    async fn of(request: &HttpRequest, operation: Operation) -> Result<Self, Failure> {
        let principal = caller::principal(request).await?;
        let stated = purpose::stated(request)?;
        let path = request.path().to_owned();
        Ok(Self { app: caller::app(request)?, principal, operation, stated, path })
    }

    /// The right to do it with this object. A view may be a moment behind what has just been granted or recorded, so
    /// that a *no* is decided again once it has caught up, and so is that somebody goes by another id.
    async fn decide(mut self, object: &Object) -> Result<Right, Failure> {
        let today = self.app.today();
        let access = self.app.access();
        let mut decided_at = access.position();
        let mut place = access.place(object, today).await?;
        let mut decision = access::decide(&self.principal, self.operation, place.as_ref());
        if !matches!(decision, Decision::May(_)) || other_id(object, place.as_ref()).is_some() {
            self.app.rights_caught_up().await?;
            if let Some(found) = access.principal(self.principal.account, today).await? {
                self.principal = Arc::new(Principal { token: self.principal.token.clone(), ..found });
            }
            decided_at = access.position();
            place = access.place(object, today).await?;
            decision = access::decide(&self.principal, self.operation, place.as_ref());
        }
        match (decision, place) {
            (Decision::May(held), Some(place)) => {
                if let Some((asked, keeper)) = other_id(object, Some(&place)) {
                    return Err(self.goes_by_it(object, asked, keeper));
                }
                self.right(held, place, today, decided_at).await
            }
            (Decision::Forbidden, _) => Err(Failure::of(Code::Forbidden)),
            (Decision::Absent, _) | (Decision::May(_), None) => Err(Failure::of(Code::NotFound)),
        }
    }

    /// A merged person goes by the keeper's id: the same request, there, where the path names the person.
    fn goes_by_it(&self, object: &Object, asked: TeacherId, keeper: TeacherId) -> Failure {
        let path = self.path.replace(&asked.to_string(), &keeper.to_string());
        let is_in_path = matches!(object, Object::Teacher(_)) && path != self.path;
        if is_in_path { Failure::moved(&path) } else { goes_by(keeper, None) }
    }

    async fn right(
        self,
        held: Option<Held>,
        place: Place,
        today: Day,
        decided_at: LogPosition,
    ) -> Result<Right, Failure> {
        let Self { app, principal, operation, stated, .. } = self;
        let purpose = purpose::of(operation, &principal, held.as_ref(), &place, stated)?;
        let correlation = request::current().map(|request| request.correlation());
        let correlation = correlation.unwrap_or_else(|| CorrelationId::new(principal.account.uuid()));
        let right = Right { principal, operation, held, place, today, purpose, correlation, decided_at };
        if operation.kind() == Kind::ReadPersons {
            right.saw(&app, right.subject().into_iter().collect()).await?;
        }
        Ok(right)
    }
}

/// The id by which a person was asked for, and the one that they go by, where that is another.
fn other_id(object: &Object, place: Option<&Place>) -> Option<(TeacherId, TeacherId)> {
    let (Object::Teacher(asked) | Object::Engagement(_, asked)) = object else { return None };
    place?.subject.filter(|keeper| keeper != asked).map(|keeper| (*asked, keeper))
}

/// What a path is about: its parameters are named after the kinds of things.
fn object(request: &HttpRequest) -> Result<Object, Failure> {
    let parameters = request.match_info();
    macro_rules! parameter {
        ($name:literal) => {
            match parameters.get($name) {
                Some(text) => Some(text.parse().map_err(|malformed| Failure::parameter($name, &malformed))?),
                None => None,
            }
        };
    }
    Ok(match (parameter!("teacher"), parameter!("other")) {
        (Some(teacher), Some(other)) => Object::Teachers(teacher, other),
        _ if parameters.get("team").is_some() => of(parameter!("team"), Object::Team),
        (Some(teacher), None) => Object::Teacher(teacher),
        (None, _) if parameters.get("session").is_some() => of(parameter!("session"), Object::Session),
        (None, _) if parameters.get("site").is_some() => of(parameter!("site"), Object::Site),
        (None, _) if parameters.get("placement").is_some() => of(parameter!("placement"), Object::Placement),
        (None, _) if parameters.get("recognition").is_some() => of(parameter!("recognition"), Object::Recognition),
        (None, _) if parameters.get("organisation").is_some() => of(parameter!("organisation"), Object::Organisation),
        (None, _) if parameters.get("account").is_some() => of(parameter!("account"), Object::Account),
        (None, _) if parameters.get("proposal").is_some() => of(parameter!("proposal"), Object::Proposal),
        (None, _) => Object::Nothing,
    })
}

/// A body names a person by a former id: there is nowhere to send the same request on to.
pub(crate) fn goes_by(keeper: TeacherId, field: Option<&str>) -> Failure {
    let detail = format!("the person goes by {keeper} now: the entry named was merged into it");
    let problem = Problem::new(Code::Rejected).rejection("merged_into_another").detail(detail);
    let fault = field.map(|field| Fault::new(contracts::Place::field(field), "it was merged into another entry"));
    fault.into_iter().fold(problem, Problem::fault).into()
}

/// What a body refers to is not on the register, or out of the caller's reach: nobody can tell which.
fn unknown(object: &Object, field: &str) -> Failure {
    let fault = Fault::new(contracts::Place::field(field), "there is no such thing on the register within your reach");
    Problem::new(Code::Rejected).rejection(format!("no_such_{}", object.kind())).fault(fault).into()
}

fn of<T>(id: Option<T>, object: fn(T) -> Object) -> Object {
    id.map_or(Object::Nothing, object)
}
