//! Answers: JSON, nothing, pages; refusals become their status here, once.

use http::{HeaderValue, Response as Http, StatusCode, header};
use serde::Serialize;
use serde_json::json;
use warp::reply::{Reply, Response};

use crate::{
    counts,
    model::{Code, Refusal},
    store::query::{Page, Window},
};

/// What the browser may do with our pages: our own files and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types salon";

pub(super) type Answer = Result<Response, Refusal>;

/// 200 with a shape.
pub(super) fn json(shape: &impl Serialize) -> Answer {
    with_status(StatusCode::OK, shape)
}

/// 201 with a shape, or 200 when it was there before.
pub(super) fn made(is_new: bool, shape: &impl Serialize) -> Answer {
    with_status(if is_new { StatusCode::CREATED } else { StatusCode::OK }, shape)
}

pub(super) fn with_status(status: StatusCode, shape: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(shape).map_err(|_| Refusal::unavailable())?;
    let answer = Http::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body);
    Ok(answer.map_err(|_| Refusal::unavailable())?.into_response())
}

/// 204.
#[allow(clippy::unnecessary_wraps, reason = "stands in the route table beside other answers")]
pub(super) fn done() -> Answer {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// A window of a list that is read as a whole because it is short.
pub(super) fn part<T>(all: Vec<T>, window: Window) -> Page<T> {
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let size = |number: i64| usize::try_from(number).unwrap_or_default();
    let items = all.into_iter().skip(size(window.offset)).take(size(window.limit)).collect();
    Page { items, total }
}

/// A page of a list, with how long the whole is.
pub(super) fn list<T, S: Serialize>(page: &Page<T>, shapes: &[S]) -> Answer {
    let mut answer = json(&shapes)?;
    answer.headers_mut().insert("x-total-count", HeaderValue::from(page.total));
    Ok(answer)
}

/// A refusal as JSON, with its status.
pub(super) fn refusal(refusal: &Refusal) -> Response {
    counts::refused(refusal.code);
    let mut error = json!({ "code": refusal.code.as_str(), "message": refusal.message });
    if !refusal.fields.is_empty() {
        error["fields"] = json!(refusal.fields);
    }
    let answer = with_status(status(refusal.code), &json!({ "error": error }));
    let mut answer = answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response());
    let headers = answer.headers_mut();
    if let Some(seconds) = refusal.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if refusal.code == Code::Unauthorized {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

const fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::Unauthorized => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::InvitationRequired | Code::Disabled | Code::Banned => {
            StatusCode::FORBIDDEN
        }
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::Conflict => StatusCode::CONFLICT,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::RateLimited | Code::SlowMode => StatusCode::TOO_MANY_REQUESTS,
        Code::NoAnswer => StatusCode::FAILED_DEPENDENCY,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Look there instead.
pub(super) fn see_other(place: &'static str) -> Response {
    let mut answer = StatusCode::SEE_OTHER.into_response();
    answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static(place));
    answer
}

/// For addresses outside the API that lead nowhere.
pub(super) fn not_found_page() -> Response {
    let answer = warp::reply::with_status("There is nothing here.\n", StatusCode::NOT_FOUND);
    let mut answer = answer.into_response();
    secure(&mut answer, false);
    answer
}

/// What every answer says, whatever it is.
pub(super) fn secure(answer: &mut Response, is_https: bool) {
    let headers = answer.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_https {
        // browsers complain of the first where it does not hold, on plain HTTP
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    }
}

/// Lets a browser that came by HTTPS come by nothing else for a year.
pub(super) fn keep_to_https(answer: &mut Response) {
    let a_year = HeaderValue::from_static("max-age=31536000");
    answer.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, a_year);
}
