//! A certificate from an authority (ACME, RFC 8555), asked for when there is none, and again in time.
//!
//! The authority looks who is here by a handshake on our own port (tls-alpn-01, RFC 8737). What always
//! holds: the account's key and the certificate lie in the database before they are used; whatever
//! fails, the certificate that there is stays, and is tried again after a while that grows.

use std::{sync::Arc, time::Duration};

use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder, Order,
    OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use tokio::time::{sleep, timeout};
use tokio_rustls::rustls::{
    self, crypto::ring, pki_types::PrivateKeyDer, pki_types::PrivatePkcs8KeyDer, sign::CertifiedKey,
};

use super::{
    carrier::{Carrier, Unreached},
    certificate::{Certificate, Shown},
    tls::note,
};
use crate::{
    app::App,
    change::Kept,
    model::{Refusal, Timestamp},
};

/// Let's Encrypt.
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// How long an order may take.
const ORDERED_WITHIN: Duration = Duration::from_secs(300);

/// How long the authority may look, and write.
const LOOKS: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));

/// How long is waited before an authority that cannot be reached is tried again: the first time, at
/// most; and one that has refused. Let's Encrypt bears five refusals an hour.
const UNREACHED: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(600));
const REFUSED: (Duration, Duration) = (Duration::from_secs(120), Duration::from_secs(4 * 3600));

/// The clock may be set, and the machine may sleep: it is looked at least this often.
const LOOKED_EVERY: Duration = Duration::from_secs(3600);

/// An account is not known to its authority (any more).
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// Whom to ask for which certificate.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Whose it shall be.
    pub domains: Vec<String>,
    /// Whom the authority writes to when something is wrong.
    pub email: Option<String>,
    /// Where the authority is.
    pub directory: String,
    /// What the authority's own HTTPS is trusted by, in PEM; none: what browsers trust.
    pub root: Option<Vec<u8>>,
}

/// Why there is no new certificate.
#[derive(Debug, thiserror::Error)]
enum AcmeError {
    #[error("{0}")]
    Authority(#[from] instant_acme::Error),
    #[error("the authority did not find us at {0}, port 443: {1}")]
    NotFound(String, String),
    #[error("the authority offers no tls-alpn-01 for {0}")]
    NoChallenge(String),
    #[error("the order came to be {0:?}")]
    Order(OrderStatus),
    #[error("the certificate cannot be used: {0}")]
    Unfit(#[from] rustls::Error),
    #[error("a key cannot be made: {0}")]
    Key(#[from] rcgen::Error),
    #[error("it cannot be kept: {}", .0.message)]
    Kept(Refusal),
    #[error("the account cannot be read: {0}")]
    Account(#[from] serde_json::Error),
    #[error("the authority took too long")]
    Slow,
}

impl AcmeError {
    /// Whether the authority never heard of it.
    fn is_unreached(&self) -> bool {
        matches!(self, Self::Authority(instant_acme::Error::Other(cause)) if cause.is::<Unreached>())
    }

    fn is_no_account(&self) -> bool {
        matches!(self, Self::Authority(instant_acme::Error::Api(problem))
            if problem.r#type.as_deref() == Some(NO_ACCOUNT))
    }
}

/// Keeps a certificate.
pub(super) struct Acme {
    authority: Authority,
    carrier: Carrier,
    shown: Arc<Shown>,
}

impl Acme {
    pub(super) fn new(authority: Authority) -> Result<Self, rustls::Error> {
        let carrier = Carrier::new(authority.root.as_deref())?;
        Ok(Self { authority, carrier, shown: Arc::default() })
    }

    pub(super) fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown)
    }

    /// The certificate from before, if it is one for these domains; it is shown.
    pub(super) async fn recall(&self, app: &App) -> Option<Certificate> {
        let kept = app.kept(Kept::Certificate, self.certificate_of()).await.ok()??;
        let certificate = Certificate::of_pem(&kept);
        let certificate = certificate.inspect_err(|error| {
            tracing::warn!(%error, "the certificate from before cannot be used");
        });
        certificate.ok().inspect(|certificate| self.show(app, certificate))
    }

    /// Asks for certificates in time, until it is dropped.
    pub(super) async fn keep(self, app: Arc<App>, mut certificate: Option<Certificate>) {
        let mut failures = 0;
        loop {
            while let Some(left) = certificate.as_ref().and_then(until_renewal) {
                sleep(left.min(LOOKED_EVERY)).await;
            }
            let ordered = timeout(ORDERED_WITHIN, Box::pin(self.order(&app))).await;
            self.shown.forget_challenges();
            match ordered.unwrap_or(Err(AcmeError::Slow)) {
                Ok(new) => {
                    failures = 0;
                    tracing::info!(
                        names = new.names.join(", "),
                        ends_at = new.ends_at.to_rfc3339(),
                        "there is a new certificate"
                    );
                    self.show(&app, &new);
                    if until_renewal(&new).is_none() {
                        tracing::warn!(
                            "the new certificate is to be renewed already; look at the clock"
                        );
                        sleep(REFUSED.1).await;
                    }
                    certificate = Some(new);
                }
                Err(error) => {
                    let wait = wait_after(&error, failures);
                    failures += 1;
                    let again_in = format!("{} s", wait.as_secs());
                    let domains = self.authority.domains.join(", ");
                    tracing::warn!(%error, domains, again_in, "there is no new certificate");
                    app.note_certificate_failure(error.to_string());
                    sleep(wait).await;
                }
            }
        }
    }

    fn show(&self, app: &App, certificate: &Certificate) {
        self.shown.show(certificate);
        note(app, certificate);
    }

    /// What a certificate is kept for: another is none of ours.
    fn certificate_of(&self) -> String {
        format!("{} {}", self.authority.directory, self.authority.domains.join(","))
    }

    fn account_of(&self) -> String {
        let email = self.authority.email.as_deref().unwrap_or_default();
        format!("{} {email}", self.authority.directory)
    }

    async fn order(&self, app: &App) -> Result<Certificate, AcmeError> {
        let domains = self.authority.domains.iter().cloned().map(Identifier::Dns);
        let domains: Vec<_> = domains.collect();
        let new = NewOrder::new(&domains);
        let ordered = match self.known_account(app).await? {
            Some(account) => Some(account.new_order(&new).await.map_err(AcmeError::from)),
            None => None,
        };
        let mut order = match ordered {
            Some(Err(error)) if !error.is_no_account() => return Err(error),
            Some(Ok(order)) => order,
            // none yet, or one that the authority has forgotten
            Some(Err(_)) | None => self.new_account(app).await?.new_order(&new).await?,
        };
        self.show_who_we_are(&mut order).await?;
        match order.poll_ready(&LOOKS).await {
            Ok(OrderStatus::Ready) => {}
            Ok(
                status @ (OrderStatus::Invalid
                | OrderStatus::Pending
                | OrderStatus::Processing
                | OrderStatus::Valid),
            ) => {
                let found = not_found(&mut order).await;
                return Err(found.unwrap_or(AcmeError::Order(status)));
            }
            Err(error) => {
                let found = not_found(&mut order).await;
                return Err(found.unwrap_or_else(|| error.into()));
            }
        }
        let key = KeyPair::generate()?;
        let mut request = CertificateParams::new(self.authority.domains.clone())?;
        request.distinguished_name = rcgen::DistinguishedName::new();
        order.finalize_csr(request.serialize_request(&key)?.der()).await?;
        let chain = order.poll_certificate(&LOOKS).await?;
        let pem = format!("{}\n{chain}", key.serialize_pem());
        let certificate = Certificate::of_pem(pem.as_bytes())?;
        let kept = app
            .keep_certification(Kept::Certificate, self.certificate_of(), pem.into_bytes())
            .await;
        kept.map_err(AcmeError::Kept)?;
        Ok(certificate)
    }

    async fn known_account(&self, app: &App) -> Result<Option<Account>, AcmeError> {
        let kept = app.kept(Kept::Account, self.account_of()).await.map_err(AcmeError::Kept)?;
        let Some(kept) = kept else { return Ok(None) };
        let account = Account::builder_with_http(Box::new(self.carrier.clone()))
            .from_credentials(serde_json::from_slice(&kept)?);
        Ok(Some(account.await?))
    }

    async fn new_account(&self, app: &App) -> Result<Account, AcmeError> {
        let email = self.authority.email.as_ref().map(|email| format!("mailto:{email}"));
        let contact: Vec<&str> = email.iter().map(String::as_str).collect();
        let new = NewAccount {
            contact: &contact,
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let (account, credentials) = Account::builder_with_http(Box::new(self.carrier.clone()))
            .create(&new, self.authority.directory.clone(), None)
            .await?;
        let credentials = serde_json::to_vec(&credentials)?;
        let kept = app.keep_certification(Kept::Account, self.account_of(), credentials).await;
        kept.map_err(AcmeError::Kept)?;
        Ok(account)
    }

    /// Has what the authority wants to see ready, and says so, domain by domain.
    async fn show_who_we_are(&self, order: &mut Order) -> Result<(), AcmeError> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status == AuthorizationStatus::Valid {
                continue; // looked at not long ago
            }
            let domain = authorization.identifier().to_string();
            let challenge = authorization.challenge(ChallengeType::TlsAlpn01);
            let mut challenge = challenge.ok_or_else(|| AcmeError::NoChallenge(domain.clone()))?;
            let seen = certificate_with(&domain, challenge.key_authorization().digest().as_ref())?;
            self.shown.answer_challenge(domain.clone(), Arc::new(seen));
            challenge.set_ready().await?;
        }
        Ok(())
    }
}

/// What an authority looks for in a handshake.
fn certificate_with(domain: &str, digest: &[u8]) -> Result<CertifiedKey, AcmeError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![domain.to_owned()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let certificate = params.self_signed(&key)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let chain = vec![certificate.der().clone()];
    // not looked at: that extension is one that no ordinary client may pass over
    Ok(CertifiedKey::new(chain, ring::sign::any_supported_type(&key)?))
}

/// What the authority says of the first domain that it did not find us at, if that is why it refused.
async fn not_found(order: &mut Order) -> Option<AcmeError> {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let domain = authorization.identifier().to_string();
        let Ok(state) = authorization.refresh().await else { continue };
        if let Some(problem) = state.challenges.iter().find_map(|one| one.error.as_ref()) {
            let why = problem.detail.clone().unwrap_or_else(|| "it does not say why".into());
            return Some(AcmeError::NotFound(domain, why));
        }
    }
    None
}

/// How long until two thirds of a certificate's time are over; none: they are.
fn until_renewal(certificate: &Certificate) -> Option<Duration> {
    let life = certificate.ends_at.0 - certificate.begins_at.0;
    let left = certificate.ends_at.0 - life / 3 - Timestamp::now().0;
    u64::try_from(left).ok().filter(|left| *left > 0).map(Duration::from_millis)
}

fn wait_after(error: &AcmeError, failures: u32) -> Duration {
    let (first, most) = if error.is_unreached() { UNREACHED } else { REFUSED };
    first.saturating_mul(1 << failures.min(16)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refuses_is_asked_at_most_five_times_in_an_hour() {
        let mut waited = Duration::ZERO;
        for failures in 0..5 {
            waited += wait_after(&AcmeError::Slow, failures);
        }
        assert!(waited >= Duration::from_secs(3600), "{waited:?}");
        assert_eq!(wait_after(&AcmeError::Slow, u32::MAX), REFUSED.1);
    }
}
