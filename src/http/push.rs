//! Calls about push: the server's key, and the browsers that a person is pushed to.

use base64::{
    Engine,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::Subscribing,
    model::{
        Refusal, Timestamp,
        push::{Quiet, QuietHours},
    },
};

/// The longest text of a key, which is twice what any has.
const KEY_CHARS: usize = 176;

/// What stands for the server at push services.
#[derive(Serialize, ToSchema)]
#[schema(as = PushKey)]
pub(super) struct KeyShape {
    /// An uncompressed point of P-256, as base64url.
    key: String,
}

/// A browser, as `PushSubscription.toJSON()` has it, and when it is left alone.
#[derive(Deserialize, ToSchema)]
#[schema(as = PushSubscription)]
pub(super) struct SubscribeBody {
    endpoint: String,
    keys: KeysShape,
    #[serde(default)]
    quiet_hours: Option<HoursShape>,
    /// Left alone until then.
    #[serde(default)]
    #[schema(format = DateTime)]
    quiet_until: Option<String>,
}

/// The browser's keys, as base64url.
#[derive(Deserialize, ToSchema)]
#[schema(as = PushKeys)]
struct KeysShape {
    p256dh: String,
    auth: String,
}

/// When a browser is left alone, every day, by its own clock.
#[derive(Deserialize, ToSchema)]
#[schema(as = QuietHours)]
struct HoursShape {
    #[schema(example = "22:00")]
    from: String,
    #[schema(example = "07:00")]
    to: String,
    /// How many minutes that clock is ahead of UTC.
    offset: i64,
}

/// A browser that is not to be pushed to.
#[derive(Deserialize, ToSchema)]
#[schema(as = PushEndpoint)]
pub(super) struct UnsubscribeBody {
    endpoint: String,
}

/// `GET /api/push/key`.
pub(super) async fn key(r: &Request) -> Answer {
    r.caller().await?;
    reply::json(&KeyShape { key: r.app.push_key()? })
}

/// `PUT /api/me/push`.
pub(super) async fn subscribe(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let body: SubscribeBody = r.json()?;
    let to = Subscribing {
        p256dh: bytes(&body.keys.p256dh)?,
        auth: bytes(&body.keys.auth)?,
        quiet: Quiet {
            hours: body.quiet_hours.as_ref().map(hours).transpose()?,
            until: body.quiet_until.as_deref().map(moment).transpose()?,
        },
        endpoint: body.endpoint,
    };
    r.app.subscribe(caller, to).await?;
    reply::done()
}

/// `DELETE /api/me/push`.
pub(super) async fn unsubscribe(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let body: UnsubscribeBody = r.json()?;
    r.app.unsubscribe(caller, body.endpoint).await?;
    reply::done()
}

/// With or without the padding: browsers leave it out, some libraries do not.
fn bytes(text: &str) -> Result<Vec<u8>, Refusal> {
    let short = (text.len() <= KEY_CHARS).then_some(text);
    let decoded =
        short.and_then(|text| URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok());
    decoded.ok_or_else(|| Refusal::invalid("keys", "must be base64url"))
}

fn hours(shape: &HoursShape) -> Result<QuietHours, Refusal> {
    QuietHours::parse(&shape.from, &shape.to, shape.offset)
        .map_err(|why| Refusal::invalid("quiet_hours", why))
}

fn moment(text: &str) -> Result<Timestamp, Refusal> {
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(|_| Refusal::invalid("quiet_until", "must be a time (RFC 3339)"));
    Ok(Timestamp(moment?.timestamp_millis()))
}
