//! Where the certificate comes from, and all that goes with HTTPS beside connections.

use std::sync::Arc;

use tokio::{net::TcpListener, task::JoinSet};

use super::{
    certificate::{Certificate, CertificateError, Pair},
    redirect,
    tls::{Files, Tls, note},
};
use crate::app::App;

/// HTTPS, ready to begin.
pub struct Https {
    tls: Tls,
    files: Files,
    certificate: Certificate,
    redirect: Option<TcpListener>,
}

impl Https {
    /// With a certificate in files; who comes by plain HTTP to `redirect` is sent to it.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn with_files(pair: Pair, redirect: Option<TcpListener>) -> Result<Self, CertificateError> {
        let (files, certificate) = Files::open(pair)?;
        let unfit = |error: tokio_rustls::rustls::Error| {
            CertificateError::Unfit("the files".into(), error.to_string())
        };
        let tls = Tls::new(files.shown()).map_err(unfit)?;
        Ok(Self { tls, files, certificate, redirect })
    }

    /// Begins: what makes TLS of connections, and what is done beside them until it is dropped.
    pub(super) fn start(self, app: &Arc<App>) -> (Tls, JoinSet<()>) {
        let mut beside = JoinSet::new();
        note(app, &self.certificate);
        if let Some(listener) = self.redirect {
            let (home, shown) = (app.settings.origin(), Arc::clone(&self.tls.shown));
            beside.spawn(redirect::serve(listener, home, shown));
        }
        beside.spawn(self.files.follow(Arc::clone(app)));
        (self.tls, beside)
    }
}
