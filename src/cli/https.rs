//! The options of HTTPS, and what must hold between them.

use std::{io, net::SocketAddr, path::PathBuf};

use clap::Args;

use super::{Failure, Switch, listen};
use crate::serve::{Authority, CertificateError, Https, LETS_ENCRYPT, Pair};

#[derive(Args)]
pub(super) struct HttpsOptions {
    /// Speak HTTPS with the certificate in this file (PEM, with what stands between it and its root)
    #[arg(
        long,
        env = "SALON_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key",
        conflicts_with = "acme"
    )]
    tls_cert: Option<PathBuf>,

    /// The private key of that certificate (PEM); both are read again when they change
    #[arg(long, env = "SALON_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Speak HTTPS with a certificate for this domain that Salon gets by itself (repeatable); accepts
    /// the terms of Let's Encrypt
    #[arg(
        long,
        env = "SALON_ACME",
        value_name = "DOMAIN",
        value_delimiter = ',',
        value_parser = parse_domain
    )]
    acme: Vec<String>,

    /// Whom the certificate authority writes to when something is wrong
    #[arg(long, env = "SALON_ACME_EMAIL", value_name = "MAIL", requires = "acme", value_parser = parse_email)]
    acme_email: Option<String>,

    /// Where the certificate authority is, instead of Let's Encrypt
    #[arg(
        long,
        env = "SALON_ACME_DIRECTORY",
        value_name = "URL",
        default_value = LETS_ENCRYPT,
        value_parser = parse_directory
    )]
    acme_directory: String,

    /// What the authority's own HTTPS is trusted by (PEM), instead of what browsers trust
    #[arg(long, env = "SALON_ACME_ROOT", value_name = "FILE", requires = "acme")]
    acme_root: Option<PathBuf>,

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
    #[error("cannot read {0}: {1}")]
    Root(String, io::Error),
    #[error(
        "--listen-http sends people to HTTPS, which is not set up: give --tls-cert or --acme as well"
    )]
    Nowhere,
    #[error("--listen-http must know where to send people: give --public-url https://…")]
    Homeless,
    #[error("--public-url says http:// where HTTPS is spoken: write https://")]
    Plain,
}

impl HttpsOptions {
    /// Whether HTTPS is spoken.
    pub(super) fn is_wanted(&self) -> bool {
        self.tls_cert.is_some() || !self.acme.is_empty()
    }

    /// How people reach the server, unless it is said: an authority finds it on port 443 alone.
    pub(super) fn home(&self) -> Option<String> {
        self.acme.first().map(|domain| format!("https://{domain}"))
    }

    /// What the options come to, if HTTPS is wanted.
    pub(super) async fn open(&self, public_url: Option<&str>) -> Result<Option<Https>, Failure> {
        let Some(https) = self.source()? else {
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
        Ok(Some(https.redirecting(redirect)))
    }

    fn source(&self) -> Result<Option<Https>, HttpsFailure> {
        if let (Some(certificate), Some(key)) = (self.tls_cert.clone(), self.tls_key.clone()) {
            return Ok(Some(Https::with_files(Pair { certificate, key })?));
        }
        if self.acme.is_empty() {
            return Ok(None);
        }
        let root = self.acme_root.as_ref().map(|path| {
            std::fs::read(path)
                .map_err(|error| HttpsFailure::Root(path.display().to_string(), error))
        });
        let authority = Authority {
            domains: self.acme.clone(),
            email: self.acme_email.clone(),
            directory: self.acme_directory.clone(),
            root: root.transpose()?,
        };
        Ok(Some(Https::with_authority(authority)?))
    }
}

/// A name that an authority can look for: no address, and no `*`, which it would not find by asking
/// for one host.
fn parse_domain(text: &str) -> Result<String, String> {
    let domain = text.to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_number = domain.rsplit('.').next().is_some_and(|last| last.parse::<u64>().is_ok());
    if domain.len() > 253 || is_number || !domain.split('.').all(is_label) {
        return Err("write a domain like chat.example".into());
    }
    Ok(domain)
}

fn parse_email(text: &str) -> Result<String, String> {
    let is_fit = text.len() <= 254 && text.bytes().all(|byte| byte.is_ascii_graphic());
    match text.split_once('@') {
        Some((name, host)) if is_fit && !name.is_empty() && parse_domain(host).is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("write it like somebody@chat.example".into()),
    }
}

fn parse_directory(text: &str) -> Result<String, String> {
    let is_address = text.parse::<http::Uri>().is_ok_and(|uri| uri.host().is_some());
    if text.starts_with("https://") && is_address && text.len() <= 1024 {
        return Ok(text.to_owned());
    }
    Err("write it like https://acme.example/directory".into())
}
