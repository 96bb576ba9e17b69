//! Salon as it is run, and people who speak to it over REST.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::machine;

const PASSWORD: &str = "a long enough password";

/// Where databases lie: the repository's disk, not a file system in memory.
pub fn disk() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The program, running.
pub struct Salon {
    child: Child,
    url: String,
}

impl Salon {
    pub async fn start(folder: &Path) -> Self {
        let program =
            std::env::var_os("SALON_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_salon").into());
        let mut child = Command::new(program)
            .arg("--data")
            .arg(folder.join("salon.db"))
            .args(["--listen", "127.0.0.1:0", "--limits", "off"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = said.next_line().await.unwrap().unwrap();
        Self { child, url: line.split(' ').next_back().unwrap().to_owned() }
    }

    /// Waits until it does nothing of its own accord any more.
    pub fn rest(&self) {
        machine::rest(self.child.id().unwrap());
    }

    pub async fn stop(mut self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").arg(id).status().await.unwrap().success());
        assert!(self.child.wait().await.unwrap().success());
    }

    pub async fn register(&self, username: &str) -> Client {
        self.enter("register", username).await
    }

    pub async fn sign_in(&self, username: &str) -> Client {
        self.enter("login", username).await
    }

    async fn enter(&self, word: &str, username: &str) -> Client {
        let (http, url) = (reqwest::Client::new(), self.url.clone());
        let mut client = Client { http, url, token: String::new() };
        let body = json!({ "username": username, "password": PASSWORD });
        let granted = client.post(&format!("/api/auth/{word}"), &body).await;
        client.token = granted["access_token"].as_str().unwrap().to_owned();
        client
    }
}

/// Somebody who is signed in.
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    pub async fn get(&self, path: &str) -> Value {
        answer(self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.token)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let asked = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.token);
        answer(asked.json(body)).await
    }

    pub async fn upload(&self, file: Vec<u8>) -> Value {
        let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        let body = [head.as_bytes(), &file, b"\r\n--x--\r\n"].concat();
        let path = format!("{}/api/conversations/general/attachments", self.url);
        let asked = self.http.post(path).bearer_auth(&self.token);
        answer(asked.header("content-type", "multipart/form-data; boundary=x").body(body)).await
    }
}

async fn answer(asked: reqwest::RequestBuilder) -> Value {
    let answer = asked.send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    answer.json().await.unwrap()
}
