//! A table that is sent as the body, and the form in which the answer is wanted.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use contracts::{Code, Problem};
use futures_util::future::LocalBoxFuture;

use super::body;
use crate::failure::Failure;

/// A table is at most so many bytes: ten thousand rows with room to spare, and no more to hold in memory.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableForm {
    /// `application/json`.
    Json,
    /// `text/csv`, in UTF-8.
    Csv,
    /// `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`.
    Workbook,
}

/// A body of up to 4 MiB that is said to be of some media type.
#[derive(Debug, Clone)]
pub struct Upload {
    form: Option<TableForm>,
    bytes: Bytes,
}

/// The form in which the answer is wanted, by `Accept`; JSON where nothing else is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted(pub TableForm);

impl TableForm {
    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    fn named(request: &HttpRequest, header: &HeaderName) -> Option<Self> {
        let named = request.headers().get(header).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let forms = named.split(',').filter_map(|one| {
            let essence = one.split(';').next().unwrap_or_default().trim();
            let forms = [Self::Json, Self::Csv, Self::Workbook];
            forms.into_iter().find(|form| essence.eq_ignore_ascii_case(form.media_type()))
        });
        forms.into_iter().next()
    }
}

impl Upload {
    /// The table and how it is written. To be asked once the caller may ask at all, for it says no.
    ///
    /// # Errors
    /// When the body is said to be no table.
    pub fn table(&self) -> Result<(TableForm, &[u8]), Failure> {
        match self.form {
            Some(form @ (TableForm::Csv | TableForm::Workbook)) => Ok((form, &self.bytes)),
            Some(TableForm::Json) | None => {
                let (csv, workbook) = (TableForm::Csv.media_type(), TableForm::Workbook.media_type());
                Err(Problem::new(Code::UnsupportedMediaType).detail(format!("send {csv} or {workbook}")).into())
            }
        }
    }
}

impl FromRequest for Upload {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let form = TableForm::named(&request, &CONTENT_TYPE);
            Ok(Self { form, bytes: body::bytes_up_to(&request, payload, MOST_BYTES).await? })
        })
    }
}

impl FromRequest for Wanted {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(TableForm::named(request, &ACCEPT).unwrap_or(TableForm::Json))))
    }
}
