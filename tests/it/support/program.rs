//! A program on this machine that a server calls: by outgoing hooks, by slash commands.

use std::{collections::VecDeque, convert::Infallible, sync::Arc};

use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use ring::hmac;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

use super::within;

/// What a program was told.
pub struct Call {
    pub headers: hyper::HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A field of a form.
    pub fn field(&self, name: &str) -> String {
        let body = String::from_utf8(self.body.clone()).unwrap();
        let url = reqwest::Url::parse(&format!("http://salon/?{body}")).unwrap();
        let found = url.query_pairs().find(|(field, _)| field == name);
        found.unwrap_or_else(|| panic!("no {name} in {body}")).1.into_owned()
    }

    /// Whether it says by whom it is, as the documentation has it.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let header = |name: &str| self.headers[name].to_str().unwrap().to_owned();
        let body = String::from_utf8_lossy(&self.body);
        let signed = format!("{}.{body}", header("x-salon-timestamp"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, signed.as_bytes());
        let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        header("x-salon-signature") == format!("v1={hex}")
    }
}

/// A program that is told, and answers as it was taught; nothing, with 200, unless taught.
pub struct Program {
    pub url: String,
    pub calls: UnboundedReceiver<Call>,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

impl Program {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/told", listener.local_addr().unwrap());
        let (to, calls) = unbounded_channel();
        let answers = Arc::new(Mutex::new(VecDeque::new()));
        let program = Self { url, calls, answers: Arc::clone(&answers) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (to, answers) = (to.clone(), Arc::clone(&answers));
                let answer =
                    service_fn(move |request| answer(request, to.clone(), Arc::clone(&answers)));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
                tokio::spawn(connection);
            }
        });
        program
    }

    pub fn will_say(&self, status: u16, body: &Value) {
        self.will_write(status, &body.to_string());
    }

    /// The same, as it stands; with status 0 it never answers.
    pub fn will_write(&self, status: u16, body: &str) {
        self.answers.lock().push_back((status, body.to_owned()));
    }

    pub async fn next(&mut self) -> Call {
        within("a call", self.calls.recv()).await.unwrap()
    }
}

async fn answer(
    request: Request<Incoming>,
    to: UnboundedSender<Call>,
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let (status, said) = answers.lock().pop_front().unwrap_or((200, String::new()));
    let _ = to.send(Call { headers: head.headers, body }); // the test may be over
    if status == 0 {
        std::future::pending::<()>().await;
    }
    let answer = Response::builder().status(status).header("location", "/elsewhere");
    Ok(answer.body(Full::from(said)).unwrap())
}
