//! The command line's way to the server: HTTP over the socket beside the database. When no server
//! runs, the file is opened here and served to ourselves alone, so that there is one way and never
//! two writers.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use http_body_util::BodyExt;
use hyper::{Method, Request, Response, body::Incoming, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::UnixStream,
    sync::Semaphore,
};

use crate::{
    app::{App, Settings, StartError},
    serve::control,
    store::{self, OpenError},
    wire,
};

/// How much may be on its way to ourselves.
const BUFFER: usize = 256 * 1024;

/// An answer has at most so many bytes, but for a copy of everything.
const ANSWER_BYTES: usize = 16 << 20;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// There is no such file, and administration makes none.
    #[error("there is no database at {0}; name it with --data, or start the server first")]
    Nothing(String),
    /// The server said no.
    #[error("{0}")]
    Refused(String),
    /// Something serves the file, and does not answer.
    #[error("{0} is being served by a process that cannot be asked: {1}")]
    Silent(String, io::Error),
    /// The file cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The talk broke off.
    #[error("the server broke off: {0}")]
    Broken(String),
    /// A file of ours.
    #[error("cannot write {0}: {1}")]
    File(String, io::Error),
    /// No password was given.
    #[error("{0}")]
    Secret(String),
}

/// A server that answers us.
pub(super) struct Line {
    sender: http1::SendRequest<String>,
    /// Ourselves, when no other serves the file.
    own: Option<Arc<App>>,
}

/// What the server said.
pub(super) struct Said {
    pub(super) value: Value,
    /// How many there are in all, of a list.
    pub(super) total: Option<usize>,
}

impl Line {
    /// To the server that runs on a file; none where none does.
    pub(super) async fn running(data: &Path) -> Result<Option<Self>, Failure> {
        match UnixStream::connect(control::path_of(data)).await {
            Ok(stream) => Self::talk(stream, None).await.map(Some),
            Err(error) => {
                let nobody = [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused];
                if nobody.contains(&error.kind()) {
                    return Ok(None);
                }
                Err(Failure::Silent(data.display().to_string(), error))
            }
        }
    }

    pub(super) async fn open(settings: Settings) -> Result<Self, Failure> {
        let name = settings.data.display().to_string();
        let refused = match UnixStream::connect(control::path_of(&settings.data)).await {
            Ok(stream) => return Self::talk(stream, None).await,
            Err(error) => error,
        };
        if !settings.data.exists() {
            return Err(Failure::Nothing(name));
        }
        let app = match App::open(settings, wire::encoders()).await {
            Err(StartError::Open(OpenError::InUse { .. })) => {
                return Err(Failure::Silent(name, refused));
            }
            opened => opened?,
        };
        let (ours, theirs) = tokio::io::duplex(BUFFER);
        if let Ok(place) = Arc::new(Semaphore::new(1)).try_acquire_owned() {
            tokio::spawn(control::converse(Arc::clone(&app), theirs, place));
        }
        Self::talk(ours, Some(app)).await
    }

    async fn talk(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        own: Option<Arc<App>>,
    ) -> Result<Self, Failure> {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        tokio::spawn(connection);
        Ok(Self { sender, own })
    }

    /// What we opened ourselves is closed.
    pub(super) async fn close(self) {
        drop(self.sender);
        if let Some(app) = self.own {
            app.stop().await;
        }
    }

    pub(super) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Said, Failure> {
        let answer = self.send(method, path, body).await?;
        let total = answer.headers().get("x-total-count").and_then(|total| total.to_str().ok());
        let total = total.and_then(|total| total.parse().ok());
        let is_good = answer.status().is_success();
        let body = http_body_util::Limited::new(answer.into_body(), ANSWER_BYTES);
        let bytes = body.collect().await.map_err(broken)?.to_bytes();
        let value: Value = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).map_err(broken)?
        };
        if is_good { Ok(Said { value, total }) } else { Err(Failure::Refused(complaint(&value))) }
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response<Incoming>, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())
            .map_err(broken)?;
        // the one before has been read, but the connection may not have come to rest yet
        self.sender.ready().await.map_err(broken)?;
        self.sender.send_request(request).await.map_err(broken)
    }

    /// Writes what a call gives to a new file, for its owner alone; all of it or nothing. How many
    /// bytes it has.
    pub(super) async fn save(&mut self, path: &str, to: &Path) -> Result<u64, Failure> {
        let failed = |error| Failure::File(to.display().to_string(), error);
        if let Some(log) = store::stray_log(to) {
            let why = format!("{} is the log of another file; take it away", log.display());
            return Err(failed(io::Error::other(why)));
        }
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
        let saved = self.fill(path, &mut file, to).await;
        let synced = saved.and_then(|size| file.sync_all().map(|()| size).map_err(failed));
        if synced.is_err() {
            let _ = fs::remove_file(to); // half of it helps nobody
        }
        synced
    }

    async fn fill(&mut self, path: &str, file: &mut fs::File, to: &Path) -> Result<u64, Failure> {
        let answer = self.send(Method::GET, path, None).await?;
        let is_good = answer.status().is_success();
        let mut body = answer.into_body();
        if !is_good {
            let bytes = body.collect().await.map_err(broken)?.to_bytes();
            let value = serde_json::from_slice(&bytes).map_err(broken)?;
            return Err(Failure::Refused(complaint(&value)));
        }
        let mut size = 0;
        while let Some(frame) = body.frame().await {
            let Ok(piece) = frame.map_err(broken)?.into_data() else { continue };
            let written = file.write_all(&piece);
            written.map_err(|error| Failure::File(to.display().to_string(), error))?;
            size += piece.len() as u64;
        }
        Ok(size)
    }
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Broken(error.to_string())
}

/// A refusal in one line.
fn complaint(said: &Value) -> String {
    let error = &said["error"];
    let message = error["message"].as_str().unwrap_or("refused").to_owned();
    let fields = error["fields"].as_object().into_iter().flatten();
    let fields: Vec<_> = fields
        .filter_map(|(field, complaint)| Some(format!("{field} {}", complaint.as_str()?)))
        .filter(|complaint| !complaint.contains(&message))
        .collect();
    if fields.is_empty() { message } else { format!("{message}: {}", fields.join(", ")) }
}
