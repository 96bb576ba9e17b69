//! What an address is told of a message, as Mattermost's outgoing hooks say it, signed; and the way there.
//!
//! What always holds: no redirect is followed; a call has `WITHIN` in all, and of an answer at most
//! `ANSWER_BYTES` are read.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use ring::hmac;
use serde::Serialize;
use serde_json::Value;

use super::{fitted, guard::Guard, markup::from_slack};
use crate::model::Timestamp;

/// How long a call may take in all, and until it is connected.
const WITHIN: Duration = Duration::from_secs(10);
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);

/// How soon an answer must come to be said in the room.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// How much of an answer is read.
const ANSWER_BYTES: usize = 64 * 1024;

/// What is told of a message: the fields of Mattermost's outgoing hooks, which are Slack's and more.
#[derive(Debug, Serialize)]
pub struct Telling<'a> {
    /// The hook's id: which of one's hooks calls. Not a secret, that signs.
    pub token: String,
    /// The room's id.
    pub channel_id: String,
    /// What the room is called.
    pub channel_name: &'a str,
    /// When it was said, in milliseconds.
    pub timestamp: i64,
    /// Who said it.
    pub user_id: String,
    /// Their username.
    pub user_name: &'a str,
    /// The message's id, the same each time that it is told.
    pub post_id: String,
    /// What was said.
    pub text: &'a str,
    /// The word that it begins with, if the hook waits for one.
    pub trigger_word: &'a str,
}

/// What came of a call.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    /// It was taken; there may be an answer to be said.
    Taken(Option<Answer>),
    /// It may be taken another time.
    Later(String),
    /// It will never be taken.
    Refused(String),
}

/// What is said in answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What.
    pub text: String,
    /// Under which name.
    pub name: Option<String>,
}

/// The way to addresses elsewhere.
pub struct Caller {
    pub(super) client: Client<HttpsConnector<HttpConnector<Guard>>, Full<Bytes>>,
    guard: Guard,
}

impl Caller {
    /// To the addresses that a guard lets.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        let mut connector = HttpConnector::new_with_resolver(guard.clone());
        connector.enforce_http(false); // TLS is what wraps it
        connector.set_connect_timeout(Some(CONNECTED_WITHIN));
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http() // a program in the same house has no certificate
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(1)
            .http1_max_buf_size(16 * 1024)
            .build(connector);
        Self { client, guard }
    }

    /// Which addresses are spoken to.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Calls an address, and hears what it answers.
    pub async fn tell(&self, url: &str, secret: &str, telling: &Telling<'_>) -> Told {
        let body = serde_json::to_vec(telling).unwrap_or_default();
        let request = match self.request(url, secret, "application/json", body) {
            Ok(request) => request,
            Err(why) => return Told::Refused(why.into()),
        };
        let told = tokio::time::timeout(WITHIN, self.exchange(request)).await;
        told.unwrap_or_else(|_| Told::Later("did not answer in time".into()))
    }

    /// A signed call to an address, if that is spoken to.
    pub(super) fn request(
        &self,
        url: &str,
        secret: &str,
        kind: &'static str,
        body: Vec<u8>,
    ) -> Result<Request<Full<Bytes>>, &'static str> {
        let address = self.guard.address(url).ok_or("this address is not spoken to")?;
        let seconds = Timestamp::now().0 / 1000;
        Request::post(address)
            .header(header::CONTENT_TYPE, kind)
            .header(header::USER_AGENT, concat!("Salon/", env!("CARGO_PKG_VERSION")))
            .header("x-salon-timestamp", seconds)
            .header("x-salon-signature", signature(secret, seconds, &body))
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| "this is no address")
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Told {
        let asked = std::time::Instant::now();
        let answer = match self.client.request(request).await {
            Ok(answer) => answer,
            Err(error) => return Told::Later(reason(&error)),
        };
        let status = answer.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Told::Later(format!("answered {}", status.as_u16()));
        }
        if !status.is_success() {
            return Told::Refused(format!("answered {}", status.as_u16()));
        }
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await;
        // one that breaks off, or is too long, was taken all the same
        let answer = body.ok().map(http_body_util::Collected::to_bytes);
        let answer = answer.filter(|_| asked.elapsed() <= ANSWERED_WITHIN);
        Told::Taken(answer.and_then(|bytes| answered(&bytes)))
    }
}

/// HMAC-SHA256 over the time and the body, so that neither can be another's.
#[must_use]
pub fn signature(secret: &str, seconds: i64, body: &[u8]) -> String {
    let mut signed = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
    signed.update(format!("{seconds}.").as_bytes());
    signed.update(body);
    let hex: String = signed.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={hex}")
}

/// The innermost cause, which says most.
pub(super) fn reason(error: &hyper_util::client::legacy::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let said: String = cause.to_string().chars().filter(|c| !c.is_control()).take(200).collect();
    format!("was not reached: {said}")
}

/// What an answer says, if it is `{"text": …}`.
fn answered(bytes: &[u8]) -> Option<Answer> {
    let said: Value = serde_json::from_slice(bytes).ok()?;
    let text = fitted(&from_slack(said["text"].as_str()?));
    (!text.is_empty()).then(|| Answer { text, name: said["username"].as_str().map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_covers_the_time_and_the_body() {
        // python3: hmac.new(b"secret", b"1700000000.{}", "sha256").hexdigest()
        let signed = signature("secret", 1_700_000_000, b"{}");
        assert_eq!(signed.len(), 3 + 64);
        assert_ne!(signed, signature("secret", 1_700_000_001, b"{}"));
        assert_ne!(signed, signature("secret", 1_700_000_000, b"{ }"));
        assert_ne!(signed, signature("other", 1_700_000_000, b"{}"));
        assert_eq!(signed, "v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163");
    }

    #[test]
    fn an_answer_is_a_text_or_nothing() {
        let said = answered(br#"{"text":"<https://a.example|x>"}"#);
        let wanted = Answer { text: "[x](<https://a.example>)".into(), name: None };
        assert_eq!(said, Some(wanted));
        for nothing in ["", "ok", "{}", r#"{"text":""}"#, r#"{"text":1}"#, "[]", "null"] {
            assert_eq!(answered(nothing.as_bytes()), None, "{nothing}");
        }
    }
}
