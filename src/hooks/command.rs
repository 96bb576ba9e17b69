//! What an address is asked by a slash command, as Slack and Mattermost ask it, signed; and what it answers.
//!
//! What always holds: an answer comes within `WITHIN` and in `ANSWER_BYTES`, or there is none; no redirect
//! is followed, and nothing is asked twice.

use std::time::Duration;

use http::{Request, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Said, Unfit, fitted,
    markup::from_slack,
    outgoing::{Caller, reason},
    slack,
};
use crate::model::slash::ResponseType;

/// How long whoever asks waits, as with Slack.
const WITHIN: Duration = Duration::from_secs(3);

/// How large an answer may be.
const ANSWER_BYTES: usize = 64 * 1024;

/// What is asked: the fields of Mattermost's custom slash commands, which are Slack's.
#[derive(Debug)]
pub struct Asking<'a> {
    /// The command's id: which of one's commands is meant. Not a secret, that signs.
    pub token: String,
    /// The conversation's id.
    pub channel_id: String,
    /// What the room is called; `directmessage` in a direct.
    pub channel_name: &'a str,
    /// Who asks.
    pub user_id: String,
    /// Their username.
    pub user_name: &'a str,
    /// The command, with its slash.
    pub command: String,
    /// What came after it.
    pub text: &'a str,
    /// Which time it is asked: by this the bot may answer later as well.
    pub trigger_id: String,
}

impl Asking<'_> {
    fn form(&self) -> String {
        let pairs = [
            ("token", self.token.as_str()),
            ("channel_id", &self.channel_id),
            ("channel_name", self.channel_name),
            ("user_id", &self.user_id),
            ("user_name", self.user_name),
            ("command", &self.command),
            ("text", self.text),
            ("trigger_id", &self.trigger_id),
        ];
        let pairs = pairs.map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        pairs.join("&")
    }
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    /// What it says, and under which name.
    pub said: Said,
    /// Who hears it.
    pub response_type: ResponseType,
}

impl Caller {
    /// Asks an address; nothing, where it has taken that and says nothing.
    ///
    /// # Errors
    /// Why there is no answer, for the log.
    pub async fn ask(
        &self,
        url: &str,
        secret: &str,
        asking: &Asking<'_>,
    ) -> Result<Option<Reply>, String> {
        let kind = "application/x-www-form-urlencoded";
        let request = self.request(url, secret, kind, asking.form().into_bytes())?;
        let answered = tokio::time::timeout(WITHIN, self.answered(request)).await;
        answered.unwrap_or_else(|_| Err("did not answer in time".into()))
    }

    async fn answered(&self, request: Request<Full<Bytes>>) -> Result<Option<Reply>, String> {
        let answer = self.client.request(request).await.map_err(|error| reason(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("answered {}", status.as_u16()));
        }
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
        let body = Limited::new(answer.into_body(), ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| match error.is::<LengthLimitError>() {
            true => "answered too much".to_owned(),
            false => "broke off".to_owned(),
        })?;
        reply(&body.to_bytes(), is_json)
    }
}

/// What an answer says: an object as hooks take it, with who hears it; or plain text, for who asked.
///
/// # Errors
/// It is no answer.
pub fn reply(bytes: &[u8], is_json: bool) -> Result<Option<Reply>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "answered what is no text")?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let Ok(payload) = slack::payload(bytes, false) else {
        if is_json {
            return Err("answered what is no answer".into());
        }
        let said = Said { text: fitted(&from_slack(text)), name: None };
        let response_type = ResponseType::Ephemeral;
        return Ok((!said.text.is_empty()).then_some(Reply { said, response_type }));
    };
    let response_type = match payload["response_type"].as_str() {
        Some("in_channel") => ResponseType::InChannel,
        _ => ResponseType::Ephemeral,
    };
    match slack::said(bytes, false) {
        Ok(said) => Ok(Some(Reply { said, response_type })),
        Err(Unfit::NoText | Unfit::InvalidPayload) => Ok(None), // `{}` says that it was taken
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_an_object_or_a_text_or_nothing() {
        let said = |body: &str, is_json| reply(body.as_bytes(), is_json).unwrap();
        let plain = said("<https://a.example|x>", false).unwrap();
        assert_eq!(plain.said.text, "[x](<https://a.example>)");
        assert_eq!(plain.response_type, ResponseType::Ephemeral);
        let loud = r#"{"response_type":"in_channel","text":"9","attachments":[{"text":"4 5"}]}"#;
        let loud = said(loud, true).unwrap();
        assert_eq!(
            (loud.said.text.as_str(), loud.response_type),
            ("9\n\n> 4 5", ResponseType::InChannel)
        );
        for nothing in ["", "  ", "{}", r#"{"response_type":"in_channel"}"#] {
            assert_eq!(said(nothing, true), None, "{nothing}");
        }
        for (broken, is_json) in [(&b"\xff"[..], false), (b"[]", true), (b"nine", true)] {
            assert!(reply(broken, is_json).is_err());
        }
    }

    #[test]
    fn a_form_keeps_what_was_typed_together() {
        let id = String::new;
        let asking = Asking {
            token: id(),
            channel_id: id(),
            channel_name: "tea & cake",
            user_id: id(),
            user_name: "ada",
            command: "/roll".into(),
            text: "a=b&token=x +\u{e9}",
            trigger_id: id(),
        };
        let form = asking.form();
        assert!(form.contains("channel_name=tea%20%26%20cake&"), "{form}");
        assert!(form.contains("&command=%2Froll&text=a%3Db%26token%3Dx%20%2B%C3%A9&"), "{form}");
    }
}
