//! Asking over REST a server that may be gone at any moment.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{sync::watch, time::sleep};

use crate::{guests, tally::Tally};

/// Whoever does not answer for so long does not answer at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections that nobody uses are let go, so that they are not taken for forgotten ones.
const IDLE: Duration = Duration::from_secs(2);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(200);

/// What is insisted on is given up after so long.
const STUBBORN: u32 = 1500;

pub struct Rest {
    http: reqwest::Client,
    address: watch::Receiver<Option<SocketAddr>>,
    tokens: Vec<String>,
    tally: Arc<Tally>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    /// Nobody there, or nobody who could now: it may have been done or not.
    Later,
    /// No, for good.
    Refused,
}

/// What is sent along.
#[derive(Clone)]
pub enum Body {
    None,
    Json(Value),
    File(Vec<u8>),
}

impl Rest {
    pub fn new(
        address: watch::Receiver<Option<SocketAddr>>,
        people: usize,
        tally: Arc<Tally>,
    ) -> Self {
        let http =
            reqwest::Client::builder().timeout(PATIENCE).pool_idle_timeout(IDLE).build().unwrap();
        Self { http, address, tokens: (0..people).map(guests::token).collect(), tally }
    }

    pub fn token(&self, person: usize) -> &str {
        &self.tokens[person]
    }

    /// Where the server is, once it is there.
    pub async fn address(&self) -> SocketAddr {
        let mut address = self.address.clone();
        let found = address.wait_for(Option::is_some).await.unwrap();
        found.unwrap()
    }

    pub async fn get(&self, person: usize, path: &str) -> Result<Value, Trouble> {
        self.ask(person, "GET", path, Body::None).await
    }

    pub async fn ask(
        &self,
        person: usize,
        method: &str,
        path: &str,
        body: Body,
    ) -> Result<Value, Trouble> {
        let url = format!("http://{}{path}", self.address().await);
        let asked = self.http.request(method.parse().unwrap(), url);
        let asked = asked.bearer_auth(self.token(person));
        let asked = match body {
            Body::None => asked,
            Body::Json(value) => asked.json(&value),
            Body::File(bytes) => form(asked, &bytes),
        };
        let Ok(answer) = asked.send().await else { return Err(Trouble::Later) };
        let status = answer.status();
        let Ok(text) = answer.text().await else { return Err(Trouble::Later) };
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or(Value::Null));
        }
        let said: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        let code = said["error"]["code"].as_str().unwrap_or(status.as_str()).to_owned();
        self.tally.refused(&code);
        match code.as_str() {
            "unavailable" | "rate_limited" => Err(Trouble::Later),
            _ => Err(Trouble::Refused),
        }
    }

    /// Asks until there is an answer.
    pub async fn insist(
        &self,
        person: usize,
        method: &str,
        path: &str,
        body: Body,
    ) -> Result<Value, Trouble> {
        for _ in 0..STUBBORN {
            match self.ask(person, method, path, body.clone()).await {
                Err(Trouble::Later) => sleep(PAUSE).await,
                answer => return answer,
            }
        }
        Err(Trouble::Later)
    }
}

fn form(asked: reqwest::RequestBuilder, file: &[u8]) -> reqwest::RequestBuilder {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    asked.header("content-type", "multipart/form-data; boundary=x").body(body)
}
