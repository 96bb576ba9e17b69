//! Where the certificate comes from, and all that goes with HTTPS beside connections.

use std::sync::Arc;

use tokio::{net::TcpListener, task::JoinSet};

use super::{
    acme::{Acme, Authority},
    certificate::{Certificate, CertificateError, Pair},
    redirect,
    tls::{Files, Tls, note},
};
use crate::app::App;

/// HTTPS, ready to begin.
pub struct Https {
    tls: Tls,
    source: Source,
    redirect: Option<TcpListener>,
}

enum Source {
    Files(Files, Certificate),
    Authority(Acme),
}

impl Https {
    /// With a certificate in files.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn with_files(pair: Pair) -> Result<Self, CertificateError> {
        let (files, certificate) = Files::open(pair)?;
        let tls = Tls::new(files.shown())?;
        Ok(Self { tls, source: Source::Files(files, certificate), redirect: None })
    }

    /// With a certificate that an authority is asked for. There is none at first: who comes is not
    /// let in until then.
    ///
    /// # Errors
    /// The authority's root cannot be read.
    pub fn with_authority(authority: Authority) -> Result<Self, CertificateError> {
        let acme = Acme::new(authority)?;
        let tls = Tls::new(acme.shown())?;
        Ok(Self { tls, source: Source::Authority(acme), redirect: None })
    }

    /// Who comes by plain HTTP there is sent here.
    #[must_use]
    pub fn redirecting(self, redirect: Option<TcpListener>) -> Self {
        Self { redirect, ..self }
    }

    /// Begins: what makes TLS of connections, and what is done beside them until it is dropped.
    pub(super) async fn start(self, app: &Arc<App>) -> (Tls, JoinSet<()>) {
        let mut beside = JoinSet::new();
        if let Some(listener) = self.redirect {
            let shown = Arc::clone(&self.tls.shown);
            beside.spawn(redirect::serve(listener, Arc::clone(app), shown));
        }
        match self.source {
            Source::Files(files, certificate) => {
                note(app, &certificate);
                beside.spawn(files.follow(Arc::clone(app)));
            }
            Source::Authority(acme) => {
                let certificate = acme.recall(app).await;
                beside.spawn(acme.keep(Arc::clone(app), certificate));
            }
        }
        (self.tls, beside)
    }
}
