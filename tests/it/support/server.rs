//! The real program, on a file and a port of its own.

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use parking_lot::Mutex;
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    task::JoinHandle,
};

use super::{Person, authority::Trust, eventually, within};

/// The program under test.
pub fn program() -> PathBuf {
    std::env::var_os("SALON_BIN").map_or_else(|| env!("CARGO_BIN_EXE_salon").into(), PathBuf::from)
}

/// A server that is running. Killed when dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:…`
    pub url: String,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    folder: Arc<TempDir>,
    said: Arc<Mutex<String>>,
    listening: JoinHandle<()>,
    http: reqwest::Client,
    /// Whose certificates are trusted, where it speaks HTTPS.
    pub(super) trust: Option<Trust>,
}

/// What a request came to.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The body, after holding the status against the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Holds a refusal's status and code against the expected ones.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        let error = self.expect(status);
        assert_eq!(error["error"]["code"], code, "{error}");
        assert!(error["error"]["message"].is_string(), "{error}");
        error["error"].clone()
    }
}

impl Server {
    /// On a new file, without limits.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// On a new file, with more options.
    pub async fn start_with(options: &[&str]) -> Self {
        Self::start_in(options, &[]).await
    }

    /// On a new file, with more options and words in its environment.
    pub async fn start_in(options: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let word = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment = environment.iter().map(word).collect();
        let mut all: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        for (option, usual) in [("--limits", "off"), ("--presence-grace", "1")] {
            if !options.contains(&option) {
                all.extend([option.to_owned(), usual.to_owned()]);
            }
        }
        Self::launch(folder, "127.0.0.1:0", all, environment).await
    }

    async fn launch(
        folder: Arc<TempDir>,
        listen: &str,
        options: Vec<String>,
        environment: Vec<(String, String)>,
    ) -> Self {
        let listen_given = options.iter().any(|option| option == "--listen");
        let mut command = Command::new(program());
        command.arg("--data").arg(folder.path().join("salon.db")).args(&options);
        if !listen_given {
            command.args(["--listen", listen]);
        }
        let mut child = command
            .envs(environment.iter().cloned())
            .stdin(Stdio::null()) // no terminal, whoever runs the tests
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let listening = listen_to(child.stderr.take().unwrap(), Arc::clone(&said));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = within("the address line", lines.next_line()).await.unwrap();
        let line = line.unwrap_or_else(|| panic!("no address line: {}", said.lock()));
        let url = line.split(' ').next_back().unwrap().to_owned();
        let http = reqwest::Client::new();
        Self { child, url, options, environment, folder, said, listening, http, trust: None }
    }

    /// The same program on the same file and port, after this one has ended; killed if it has not.
    pub async fn again(mut self) -> Self {
        self.kill().await;
        let listen = self.listens().to_owned();
        let (folder, options) = (Arc::clone(&self.folder), self.options.clone());
        let (environment, trust) = (self.environment.clone(), self.trust.clone());
        drop(self);
        Self { trust, ..Self::launch(folder, &listen, options, environment).await }
    }

    /// `127.0.0.1:…`
    fn listens(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    /// Asks it to look at its files again.
    pub async fn hang_up(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().await.unwrap().success());
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        within("the end of a killed process", self.child.kill()).await.unwrap();
    }

    /// A polite request to stop, and what came of it.
    pub async fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(sent.success());
        let status = within("the end of a stopped process", self.child.wait()).await.unwrap();
        within("the end of what it says", &mut self.listening).await.unwrap();
        status
    }

    /// The process, for who looks at it from outside.
    pub fn process_id(&self) -> u32 {
        self.child.id().unwrap()
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("salon.db")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has said on standard error; all of it once it has ended.
    pub fn said(&self) -> String {
        self.said.lock().clone()
    }

    /// The word that follows these on standard error, once they are said.
    pub async fn hears(&self, words: &str) -> String {
        let mut heard = String::new();
        eventually(words, async || {
            let said = self.said();
            let Some((_, rest)) = said.split_once(words) else { return false };
            heard = rest.split_whitespace().next().unwrap_or_default().to_owned();
            rest.contains('\n')
        })
        .await;
        heard
    }

    /// `127.0.0.1:…`, reachable from here.
    pub fn address(&self) -> String {
        self.listens().replace("0.0.0.0", "127.0.0.1")
    }

    /// A request without a token.
    pub async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.ask_with(method, path, body, &[]).await
    }

    /// A request with headers.
    pub async fn ask_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        if let Some(trust) = &self.trust {
            return trust.ask(&self.address(), method, path, body, headers).await;
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("http://{}{path}", self.address());
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = within(path, request.send()).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Answer { status, headers, text: within(path, answer.text()).await.unwrap() }
    }

    /// A client for requests that are not JSON.
    pub fn client(&self) -> &reqwest::Client {
        &self.http
    }

    /// A new person, signed in.
    pub async fn person(&self, username: &str) -> Person {
        Person::register(self, username).await
    }
}

fn listen_to(
    mut from: impl AsyncReadExt + Unpin + Send + 'static,
    said: Arc<Mutex<String>>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            said.lock().push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    })
}
