//! The certificate by which people reach the server, where it speaks HTTPS itself: how it stands, and
//! what is kept to get another.

use super::App;
use crate::{
    change::{Act, Kept},
    model::{Refusal, Timestamp},
    store::query,
};

/// How the certificate stands.
#[derive(Clone, Debug, Default)]
pub struct Certified {
    /// Whose it is: domains, addresses.
    pub names: Vec<String>,
    /// When it ends; none: there is no certificate yet.
    pub ends_at: Option<Timestamp>,
    /// What went wrong last since there is this one, and when.
    pub failure: Option<(Timestamp, String)>,
}

impl App {
    /// There is a certificate.
    pub fn note_certificate(&self, names: Vec<String>, ends_at: Timestamp) {
        let standing = Certified { names, ends_at: Some(ends_at), failure: None };
        *self.certified.lock() = Some(standing);
    }

    /// A certificate could not be had.
    pub fn note_certificate_failure(&self, why: String) {
        let mut certified = self.certified.lock();
        certified.get_or_insert_default().failure = Some((Timestamp::now(), why));
    }

    /// What is kept for HTTPS, if it is for this authority and these domains. For the server alone.
    ///
    /// # Errors
    /// The file failed.
    pub async fn kept(&self, what: Kept, whose: String) -> Result<Option<Vec<u8>>, Refusal> {
        self.read(move |db| query::certificates::kept(db, what, &whose)).await
    }

    /// Keeps something for HTTPS.
    ///
    /// # Errors
    /// The file failed.
    pub async fn keep_certification(
        &self,
        what: Kept,
        whose: String,
        bytes: Vec<u8>,
    ) -> Result<(), Refusal> {
        self.housekeeping(Act::KeepCertification { what, whose, bytes }).await.map(drop)
    }

    /// How the certificate stands; none where there is a proxy for it, or none at all.
    #[must_use]
    pub fn certified(&self) -> Option<Certified> {
        self.certified.lock().clone()
    }
}
