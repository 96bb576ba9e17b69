//! The way of requests to a certificate authority: HTTPS alone, within bounds of time and length.

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use instant_acme::{BodyWrapper, BytesResponse, HttpClient};
use tokio_rustls::rustls::{
    self, ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};

/// How long an answer may take, and a connection.
const WITHIN: Duration = Duration::from_secs(30);
const CONNECTED_WITHIN: Duration = Duration::from_secs(10);

/// An answer has at most so many bytes.
const ANSWER_BYTES: usize = 256 * 1024;

/// The authority was not reached, or broke off.
#[derive(Debug, thiserror::Error)]
#[error("the authority cannot be reached: {0}")]
pub(super) struct Unreached(String);

/// Carries requests to an authority.
#[derive(Clone)]
pub(super) struct Carrier(Client<HttpsConnector<HttpConnector>, BodyWrapper<Bytes>>);

impl Carrier {
    /// Trusting what browsers trust, or these certificates in PEM alone.
    pub(super) fn new(root: Option<&[u8]>) -> Result<Self, rustls::Error> {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false); // TLS is what wraps it
        connector.set_connect_timeout(Some(CONNECTED_WITHIN));
        let builder = HttpsConnectorBuilder::new();
        let builder = match root {
            None => builder.with_webpki_roots(),
            Some(pem) => builder.with_tls_config(trusting(pem)?),
        };
        let connector = builder.https_only().enable_http1().wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Ok(Self(client))
    }
}

fn trusting(pem: &[u8]) -> Result<ClientConfig, rustls::Error> {
    let unfit = || rustls::Error::General("--acme-root holds no certificate in PEM".into());
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(pem) {
        roots.add(root.map_err(|_| unfit())?)?;
    }
    if roots.is_empty() {
        return Err(unfit());
    }
    Ok(ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

impl HttpClient for Carrier {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, instant_acme::Error>> + Send>> {
        let answer = self.0.request(request);
        let carried = async move {
            let (parts, body) = answer.await.map_err(|error| chain(&error))?.into_parts();
            let body = Limited::new(body, ANSWER_BYTES).collect().await;
            let body = body.map_err(|error| chain(error.as_ref()))?.to_bytes();
            Ok(BytesResponse { parts, body: Box::new(body) })
        };
        Box::pin(async move {
            let carried = tokio::time::timeout(WITHIN, carried).await;
            let carried = carried.unwrap_or_else(|_| Err("it does not answer".into()));
            carried.map_err(|why| instant_acme::Error::Other(Box::new(Unreached(why))))
        })
    }
}

/// An error with all that caused it: the last of it is what says why.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
