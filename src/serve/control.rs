//! The socket beside the database, for whoever runs the program: the calls of administration, and
//! no others, without a token.
//!
//! What always holds: only the owner of the file, and root, get an answer, whatever the socket's mode
//! is; one that a killed server left behind is replaced, for who has the database has its socket.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{UnixListener, UnixStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use super::HEADER_WITHIN;
use crate::{
    app::App,
    http::{self, Door, Peer},
};

/// How many may talk to it at once.
const PLACES: usize = 16;

/// The socket. Its name goes when it is dropped.
pub struct Control {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // replaced at the next start otherwise
    }
}

/// Where the socket of a database is.
#[must_use]
pub fn path_of(data: &Path) -> PathBuf {
    let mut path = data.to_owned().into_os_string();
    path.push(".control");
    path.into()
}

/// Begins to listen; for who holds the database.
///
/// # Errors
/// What the system says; or something else lies there.
pub fn listen(data: &Path) -> io::Result<Control> {
    let path = path_of(data);
    match fs::symlink_metadata(&path) {
        Ok(found) if found.file_type().is_socket() => fs::remove_file(&path)?,
        Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(&path)?;
    let control = |owner| Control { listener, path: path.clone(), owner };
    fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok(control(fs::metadata(&path)?.uid()))
}

/// Answers until it is dropped.
pub(super) async fn serve(app: Arc<App>, control: Control) {
    let places = Arc::new(Semaphore::new(PLACES));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match control.listener.accept().await {
            Ok((stream, _)) if is_let_in(&stream, control.owner) => {
                let app = Arc::clone(&app);
                tokio::spawn(async move { converse(app, stream, place).await });
            }
            Ok(_) => tracing::warn!("somebody else than its owner came to the control socket"),
            Err(error) => {
                tracing::warn!(%error, "the command line could not be let in");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_let_in(stream: &UnixStream, owner: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == owner || peer.uid() == 0)
}

/// Answers whoever is at the other end, as one who runs the program.
pub async fn converse(
    app: Arc<App>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    place: OwnedSemaphorePermit,
) {
    let peer = Peer::new(Door::Control, false, place);
    let routes = TowerToHyperService::new(warp::service(http::service(app)));
    let service = hyper::service::service_fn(move |mut request: hyper::Request<_>| {
        request.extensions_mut().insert(peer.clone());
        hyper::service::Service::call(&routes, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_WITHIN)
        .serve_connection(TokioIo::new(stream), service);
    super::log(connection.await);
}
