//! The options of HTTPS, and what must hold between them.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;

use super::{Failure, Switch, listen};
use crate::serve::{CertificateError, Https, Pair};

#[derive(Args)]
pub(super) struct HttpsOptions {
    /// Speak HTTPS with the certificate in this file (PEM, with what stands between it and its root)
    #[arg(long, env = "SALON_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,

    /// The private key of that certificate (PEM); both are read again when they change
    #[arg(long, env = "SALON_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Where to listen for plain HTTP, to send people to HTTPS: 0.0.0.0:80
    #[arg(long, env = "SALON_LISTEN_HTTP", value_name = "ADDRESS")]
    listen_http: Option<SocketAddr>,

    /// Tell browsers that come by HTTPS to come by nothing else for a year
    #[arg(long, env = "SALON_HSTS", default_value = "on")]
    pub(super) hsts: Switch,
}

/// Why HTTPS cannot be.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpsFailure {
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("--listen-http sends people to HTTPS, which is not set up: give --tls-cert as well")]
    Nowhere,
    #[error("--listen-http must know where to send people: give --public-url https://…")]
    Homeless,
    #[error("--public-url says http:// where HTTPS is spoken: write https://")]
    Plain,
}

impl HttpsOptions {
    /// Whether HTTPS is spoken.
    pub(super) fn is_wanted(&self) -> bool {
        self.tls_cert.is_some()
    }

    /// What the options come to, if HTTPS is wanted.
    pub(super) async fn open(&self, public_url: Option<&str>) -> Result<Option<Https>, Failure> {
        let (Some(certificate), Some(key)) = (self.tls_cert.clone(), self.tls_key.clone()) else {
            return if self.listen_http.is_some() {
                Err(HttpsFailure::Nowhere.into())
            } else {
                Ok(None)
            };
        };
        if public_url.is_some_and(|url| !url.starts_with("https://")) {
            return Err(HttpsFailure::Plain.into());
        }
        let redirect = match self.listen_http {
            None => None,
            Some(_) if public_url.is_none() => return Err(HttpsFailure::Homeless.into()),
            Some(address) => Some(listen(address, "--listen-http").await?),
        };
        let pair = Pair { certificate, key };
        let https = Https::with_files(pair, redirect).map_err(HttpsFailure::from)?;
        Ok(Some(https))
    }
}
