//! Calls about the hooks of a room, and the addresses of those that post into it.

use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warp::reply::Reply;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{Delivery, HookWanted, Undelivered},
    hooks::Unfit,
    model::{Code, Hook, HookId, Timestamp, hook::HookKind},
};

/// A hook of a room, without its secrets.
#[derive(Serialize, ToSchema)]
#[schema(as = Hook)]
pub(super) struct HookShape<'a> {
    id: HookId,
    kind: HookKind,
    name: &'a str,
    /// The username of the bot that posts for it.
    bot: &'a str,
    created_by: &'a str,
    #[schema(format = DateTime)]
    created_at: String,
    /// To the minute; null: never.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// The address that is told, of an outgoing one.
    url: Option<&'a str>,
    /// It is told of messages that begin with one of these words; of all, if there are none.
    words: &'a [String],
    /// Why its address took nothing lately.
    failure: Option<&'a str>,
}

fn shape(hook: &Hook) -> HookShape<'_> {
    HookShape {
        id: hook.id,
        kind: hook.kind,
        name: &hook.name,
        bot: &hook.bot,
        created_by: &hook.created_by,
        created_at: hook.created_at.to_rfc3339(),
        last_used_at: hook.used_at.map(Timestamp::to_rfc3339),
        url: hook.url.as_deref(),
        words: &hook.words,
        failure: hook.failure.as_deref(),
    }
}

/// A new hook.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewHook)]
pub(super) struct MakeBody {
    kind: HookKind,
    /// Messages by it show under this name, unless they come with one.
    name: String,
    /// The address to be told, of an outgoing one.
    #[serde(default)]
    url: Option<String>,
    /// It is told of messages that begin with one of these words only.
    #[serde(default)]
    words: Vec<String>,
}

/// A hook that was made just now.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeHook)]
pub(super) struct MadeShape<'a> {
    #[serde(flatten)]
    hook: HookShape<'a>,
    /// The address to post to: shown now, and never again.
    address: Option<String>,
    /// What signs, of an outgoing one: likewise.
    secret: Option<String>,
}

/// `GET /api/rooms/{id}/hooks`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = reply::part(r.app.hooks(caller, r.conversation()).await?, r.window()?);
    reply::list(&page, &page.items.iter().map(shape).collect::<Vec<_>>())
}

/// `POST /api/rooms/{id}/hooks`.
pub(super) async fn make(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let MakeBody { kind, name, url, words } = r.json()?;
    let wanted = HookWanted { name, url: url.unwrap_or_default(), words };
    let (hook, address, secret) = match kind {
        HookKind::Incoming => {
            let (hook, token) = r.app.make_incoming_hook(caller, r.conversation(), wanted).await?;
            (hook, Some(format!("{}/hooks/{token}", r.origin())), None)
        }
        HookKind::Outgoing => {
            let (hook, secret) = r.app.make_outgoing_hook(caller, r.conversation(), wanted).await?;
            (hook, None, Some(secret))
        }
    };
    reply::with_status(StatusCode::CREATED, &MadeShape { hook: shape(&hook), address, secret })
}

/// `DELETE /api/rooms/{id}/hooks/{hook}`.
pub(super) async fn delete(r: &Request) -> Answer {
    r.app.delete_hook(r.caller().await?, r.conversation(), r.id("hook")?).await?;
    reply::done()
}

/// `POST /hooks/{token}`: answered in Slack's words, because that is what programs look at.
pub(super) async fn deliver(r: &Request) -> Answer {
    let delivery = Delivery {
        token: r.parameter("token"),
        body: r.body(),
        is_form: r.says_form(),
        github: r.headers.get("x-github-event").and_then(|event| event.to_str().ok()),
    };
    match r.app.deliver(delivery).await {
        Ok(()) => said(StatusCode::OK, "ok", None),
        Err(Undelivered::NoService) => said(StatusCode::NOT_FOUND, "no_service", None),
        Err(Undelivered::Unfit(Unfit::InvalidPayload)) => {
            said(StatusCode::BAD_REQUEST, "invalid_payload", None)
        }
        Err(Undelivered::Unfit(Unfit::NoText)) => said(StatusCode::BAD_REQUEST, "no_text", None),
        Err(Undelivered::Prohibited) => said(StatusCode::FORBIDDEN, "action_prohibited", None),
        Err(Undelivered::Later(refusal)) if refusal.code == Code::RateLimited => {
            said(StatusCode::TOO_MANY_REQUESTS, "rate_limited", refusal.retry_after)
        }
        Err(Undelivered::Later(_)) => {
            said(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", Some(1))
        }
    }
}

fn said(status: StatusCode, word: &'static str, wait: Option<u64>) -> Answer {
    let mut answer = warp::reply::with_status(word, status).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = wait {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(answer)
}
