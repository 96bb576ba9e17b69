//! HTTPS by ourselves: the handshake of a connection, within bounds, and the certificate that it shows.
//!
//! TLS 1.2 and 1.3, HTTP/1.1 alone. What always holds: a handshake has its connection's place, and gives
//! it back within `HANDSHAKE_WITHIN`; who speaks plain HTTP is told so; a certificate that changes takes
//! the place of the one before for who comes from then on, and nobody who is here notices.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};
use tokio_rustls::{
    LazyConfigAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        server::Acceptor,
        version::{TLS12, TLS13},
    },
    server::TlsStream,
};

use super::certificate::{
    CHALLENGE, Certificate, CertificateError, Pair, Shown, Stamp, is_challenge,
};
use crate::app::App;

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// How often is looked whether the files of a certificate are others.
const LOOKED_EVERY: Duration = Duration::from_secs(5);

/// What a TLS connection begins with.
const HANDSHAKE: u8 = 22;

/// What who speaks plain HTTP here is told, and how much more of what they say is taken, so that they
/// come to read it.
const PLAIN: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\
    Content-Length: 45\r\n\r\nThis port speaks HTTPS: write https:// first.";
const DRAINED_BYTES: u64 = 64 * 1024;

/// What makes TLS of connections.
#[derive(Clone)]
pub(super) struct Tls {
    usual: Arc<ServerConfig>,
    /// For a certificate authority that looks who is here.
    challenge: Arc<ServerConfig>,
    pub(super) shown: Arc<Shown>,
}

impl Tls {
    pub(super) fn new(shown: Arc<Shown>) -> Result<Self, tokio_rustls::rustls::Error> {
        let config = |protocol: &[u8]| {
            let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
                .with_protocol_versions(&[&TLS13, &TLS12])?
                .with_no_client_auth()
                .with_cert_resolver(Arc::clone(&shown) as _);
            config.alpn_protocols = vec![protocol.to_vec()];
            // who comes back brings what we sealed for them: nothing is kept here
            config.ticketer = ring::Ticketer::new()?;
            Ok::<_, tokio_rustls::rustls::Error>(Arc::new(config))
        };
        let (usual, challenge) = (config(b"http/1.1")?, config(CHALLENGE)?);
        Ok(Self { usual, challenge, shown })
    }

    /// The stream within a connection, if its other end wants one in time.
    pub(super) async fn accept(&self, connection: TcpStream) -> Option<TlsStream<TcpStream>> {
        match timeout(HANDSHAKE_WITHIN, self.shake_hands(connection)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::debug!(%error, "a handshake failed");
                None
            }
            Err(_) => {
                tracing::debug!("a handshake took too long");
                None
            }
        }
    }

    async fn shake_hands(
        &self,
        mut connection: TcpStream,
    ) -> io::Result<Option<TlsStream<TcpStream>>> {
        let mut first = [0];
        if connection.peek(&mut first).await? == 0 {
            return Ok(None);
        }
        if first[0] != HANDSHAKE {
            connection.write_all(PLAIN).await?;
            connection.shutdown().await?;
            tokio::io::copy(&mut connection.take(DRAINED_BYTES), &mut tokio::io::sink()).await?;
            return Ok(None);
        }
        let started = LazyConfigAcceptor::new(Acceptor::default(), connection).await?;
        if is_challenge(&started.client_hello()) {
            // to have shaken hands is all that was wanted
            started.into_stream(Arc::clone(&self.challenge)).await?.shutdown().await?;
            return Ok(None);
        }
        started.into_stream(Arc::clone(&self.usual)).await.map(Some)
    }
}

/// A pair of files whose certificate is shown, and read again when they change.
pub(super) struct Files {
    pair: Pair,
    /// How they were when they were read last, and when they were looked at last.
    read: Stamp,
    seen: Stamp,
    hangups: Signal,
    shown: Arc<Shown>,
}

impl Files {
    /// Reads the pair for the first time.
    pub(super) fn open(pair: Pair) -> Result<(Self, Certificate), CertificateError> {
        let stamp = pair.stamp();
        let certificate = pair.read()?;
        let hangups = signal(SignalKind::hangup())
            .map_err(|error| CertificateError::Setup(error.to_string()))?;
        let shown = Arc::new(Shown::default());
        shown.show(&certificate);
        Ok((Self { pair, read: stamp.clone(), seen: stamp, hangups, shown }, certificate))
    }

    pub(super) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown)
    }

    /// Reads them again when they have changed and change no more, or at once on SIGHUP, until it is
    /// dropped.
    pub(super) async fn follow(mut self, app: Arc<App>) {
        let mut looks = tokio::time::interval(LOOKED_EVERY);
        let mut failure = None;
        loop {
            let is_told = tokio::select! {
                _ = looks.tick() => false,
                _ = self.hangups.recv() => true,
            };
            let now = self.pair.stamp();
            // one of the two may be written a moment after the other
            let is_done = now == std::mem::replace(&mut self.seen, now.clone());
            if !is_told && (now == self.read || !is_done) {
                continue;
            }
            match self.pair.read() {
                Ok(certificate) => {
                    self.read = now;
                    failure = None;
                    self.shown.show(&certificate);
                    tracing::info!(
                        names = certificate.names.join(", "),
                        ends_at = certificate.ends_at.to_rfc3339(),
                        "the certificate was read again"
                    );
                    note(&app, &certificate);
                }
                // read again at each look until it can be: who may read a file changes without a trace in it
                Err(error) => {
                    let error = error.to_string();
                    if failure.as_ref() != Some(&error) {
                        tracing::warn!(error, "the certificate before is kept");
                        app.note_certificate_failure(error.clone());
                        failure = Some(error);
                    }
                }
            }
        }
    }
}

/// Lets who runs the server know of a certificate.
pub(super) fn note(app: &App, certificate: &Certificate) {
    if certificate.is_over() {
        tracing::warn!(ends_at = certificate.ends_at.to_rfc3339(), "the certificate is over");
    }
    app.note_certificate(certificate.names.clone(), certificate.ends_at);
}
