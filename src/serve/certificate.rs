//! Certificates: read from a pair of files, looked at, and shown to who comes.
//!
//! What always holds: a certificate that is shown has its own key; one that cannot be read or does not
//! fit never takes the place of one that is shown.

use std::{
    collections::HashMap,
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use parking_lot::RwLock;
use tokio_rustls::rustls::{
    self,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use x509_parser::{certificate::X509Certificate, extensions::GeneralName, prelude::FromDer};

use crate::model::Timestamp;

/// More than this is no chain of certificates.
const MOST_BYTES: u64 = 1 << 20;

/// The name of the protocol by which a certificate authority looks who is here (RFC 8737).
pub(super) const CHALLENGE: &[u8] = b"acme-tls/1";

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file.
    #[error("cannot read {0}: {1}")]
    File(String, io::Error),
    /// It has something else in it.
    #[error("{0} holds no {1} in PEM")]
    Holds(String, &'static str),
    /// One of the two was changed and not the other.
    #[error("the key in {1} is not that of the certificate in {0}")]
    Foreign(String, String),
    /// What is in it is not what we can use.
    #[error("the certificate in {0} cannot be used: {1}")]
    Unfit(String, String),
    /// TLS or its signal cannot be set up.
    #[error("HTTPS cannot be set up: {0}")]
    Setup(String),
}

impl From<rustls::Error> for CertificateError {
    fn from(error: rustls::Error) -> Self {
        Self::Setup(error.to_string())
    }
}

/// A certificate with what it takes to show it.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    pub(super) key: Arc<CertifiedKey>,
    /// Whose it is.
    pub(super) names: Vec<String>,
    pub(super) begins_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

impl Certificate {
    /// A chain, the server's own certificate first, and its key.
    pub(super) fn of(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, rustls::Error> {
        let own = chain.first().cloned().ok_or(rustls::Error::NoCertificatesPresented)?;
        let key = Arc::new(CertifiedKey::from_der(chain, key, &ring::default_provider())?);
        let unreadable = |_| rustls::Error::General("it is no X.509 certificate".into());
        let (_, parsed) = X509Certificate::from_der(&own).map_err(unreadable)?;
        let names = parsed.subject_alternative_name().ok().flatten();
        let names = names.into_iter().flat_map(|all| &all.value.general_names);
        let names = names.filter_map(|name| {
            if let GeneralName::DNSName(name) = name {
                Some((*name).to_owned())
            } else if let GeneralName::IPAddress(bytes) = name {
                address(bytes)
            } else {
                None // nobody comes by what else there is
            }
        });
        let at = |time: x509_parser::time::ASN1Time| Timestamp(time.timestamp() * 1000);
        let validity = parsed.validity();
        Ok(Self {
            key,
            names: names.collect(),
            begins_at: at(validity.not_before),
            ends_at: at(validity.not_after),
        })
    }

    /// A key and a chain in one PEM.
    pub(super) fn of_pem(pem: &[u8]) -> Result<Self, rustls::Error> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let unreadable = |_| rustls::Error::General("it is no PEM".into());
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(unreadable)?;
        Self::of(chain.map_err(unreadable)?, key)
    }

    pub(super) fn is_over(&self) -> bool {
        self.ends_at < Timestamp::now()
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
    let sixteen = || <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
    four.or_else(|_| sixteen()).ok().map(|address| address.to_string())
}

/// The files of a certificate and its key.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// How the files were: other files, by name or by content, have another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp([Option<(u64, u64, i64, i64)>; 2]);

impl Pair {
    /// Reads both.
    pub(super) fn read(&self) -> Result<Certificate, CertificateError> {
        let [certificate, key] =
            [&self.certificate, &self.key].map(|path| path.display().to_string());
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_slice_iter(&read(&self.certificate)?).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain =
            chain.ok_or_else(|| CertificateError::Holds(certificate.clone(), "certificate"))?;
        let secret = PrivateKeyDer::from_pem_slice(&read(&self.key)?)
            .map_err(|_| CertificateError::Holds(key.clone(), "private key"))?;
        Certificate::of(chain, secret).map_err(|error| {
            if matches!(error, rustls::Error::InconsistentKeys(_)) {
                CertificateError::Foreign(certificate, key)
            } else {
                CertificateError::Unfit(certificate, error.to_string())
            }
        })
    }

    /// How the files are now.
    pub(super) fn stamp(&self) -> Stamp {
        let of = |file: Metadata| (file.ino(), file.len(), file.mtime(), file.mtime_nsec());
        Stamp([&self.certificate, &self.key].map(|path| fs::metadata(path).ok().map(of)))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    let failed = |error| CertificateError::File(path.display().to_string(), error);
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > MOST_BYTES {
        return Err(failed(io::ErrorKind::FileTooLarge.into()));
    }
    fs::read(path).map_err(failed)
}

/// What is shown to who comes: the certificate, once there is one; and to a certificate authority that
/// looks who is here, what it has asked to see.
#[derive(Debug, Default)]
pub(super) struct Shown {
    certificate: RwLock<Option<Arc<CertifiedKey>>>,
    /// By domain.
    challenges: RwLock<HashMap<String, Arc<CertifiedKey>>>,
}

impl Shown {
    pub(super) fn show(&self, certificate: &Certificate) {
        *self.certificate.write() = Some(Arc::clone(&certificate.key));
    }

    /// Whether there is a certificate to show.
    pub(super) fn is_ready(&self) -> bool {
        self.certificate.read().is_some()
    }

    pub(super) fn answer_challenge(&self, domain: String, key: Arc<CertifiedKey>) {
        self.challenges.write().insert(domain, key);
    }

    pub(super) fn forget_challenges(&self) {
        self.challenges.write().clear();
    }
}

/// Whether a certificate authority looks who is here.
pub(super) fn is_challenge(hello: &ClientHello<'_>) -> bool {
    hello.alpn().is_some_and(|mut offered| offered.any(|one| one == CHALLENGE))
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if is_challenge(&hello) {
            return self.challenges.read().get(hello.server_name()?).cloned();
        }
        self.certificate.read().clone()
    }
}
