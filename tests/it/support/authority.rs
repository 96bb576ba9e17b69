//! A certificate authority of our own, and clients that trust it.

use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer},
};
use tokio_tungstenite::MaybeTlsStream;

use super::{Answer, Server, Socket, within};

/// Who signs certificates.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer, folder: TempDir::new().unwrap() }
    }

    /// A certificate for a name, and its key, in PEM; over in so many seconds.
    pub fn sign(&self, name: &str, seconds: i64) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let now = UNIX_EPOCH.elapsed().unwrap().as_secs();
        let at = |seconds| (UNIX_EPOCH + Duration::from_secs(seconds)).into();
        params.not_before = at(now - 3600);
        params.not_after = at(now.saturating_add_signed(seconds));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem() + &self.issuer.pem(), key.serialize_pem())
    }

    /// Writes a certificate for a name and its key into files, over what was there.
    pub fn write(&self, name: &str, seconds: i64) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.sign(name, seconds);
        fs::write(self.certificate(), certificate).unwrap();
        fs::write(self.key(), key).unwrap();
        (self.certificate(), self.key())
    }

    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Its own certificate, in a file.
    pub fn root(&self) -> PathBuf {
        let path = self.folder.path().join("root.pem");
        fs::write(&path, self.issuer.pem()).unwrap();
        path
    }

    pub fn root_der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    pub fn trust(&self) -> Trust {
        Trust::of([self.root_der()])
    }

    /// The options of a server with a certificate for `localhost`.
    pub fn options(&self) -> [String; 4] {
        let (certificate, key) = self.write("localhost", 3600);
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        ["--tls-cert".into(), text(certificate), "--tls-key".into(), text(key)]
    }

    /// A server with such a certificate and more options.
    pub async fn server(&self, options: &[&str]) -> Server {
        let own = self.options();
        let all: Vec<&str> =
            own.iter().map(String::as_str).chain(options.iter().copied()).collect();
        Server::start_with(&all).await.trusting(self.trust())
    }
}

/// Whom a client trusts.
#[derive(Clone)]
pub struct Trust(pub Arc<ClientConfig>);

impl Trust {
    pub fn of(roots: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        let mut store = RootCertStore::empty();
        roots.into_iter().for_each(|root| store.add(root).unwrap());
        let config = ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(store)
            .with_no_client_auth();
        Self(Arc::new(config))
    }

    /// A connection to `localhost` there, if the server shows what is trusted.
    pub async fn connect(&self, address: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        let name = "localhost".try_into().unwrap();
        let connected = TlsConnector::from(Arc::clone(&self.0)).connect(name, stream);
        within("a handshake of TLS", connected).await
    }

    pub async fn ask(
        &self,
        address: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let stream = self.connect(address).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request = hyper::Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", address);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = Full::<bytes::Bytes>::from(body.map(Value::to_string).unwrap_or_default());
        let answer = sender.send_request(request.body(body).unwrap());
        let answer = within(path, answer).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = within(path, answer.into_body().collect()).await.unwrap().to_bytes();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }
}

impl Server {
    /// The same, spoken to by who trusts its certificate.
    pub fn trusting(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// A socket at a path, by TLS.
    pub async fn wss(&self, path: &str) -> Socket {
        let trust = self.trust.as_ref().unwrap();
        let stream = Box::pin(trust.connect(&self.address())).await.unwrap();
        let url = format!("wss://{}{path}", self.address());
        Box::pin(Socket::over(MaybeTlsStream::Rustls(stream), &url)).await
    }

    /// A greeted socket of the native dialect, by TLS.
    pub async fn wss_of(&self, token: &str) -> Socket {
        let mut socket = self.wss(&format!("/ws/events/?token={token}")).await;
        socket.hello = socket.next().await["data"].clone();
        socket
    }
}
