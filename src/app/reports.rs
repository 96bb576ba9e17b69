//! Messages that are reported to who runs the server.

use super::{App, Caller, Steward};
use crate::{
    change::{Act, Administration, NewReport},
    model::{MessageId, Refusal, Report, ReportId, ReportReason},
    store::query::{self, Page, Window},
};

impl App {
    /// Reports a message to who runs the server.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `invalid`; `conflict` the second time, and when it was deleted.
    pub async fn report(
        &self,
        caller: Caller,
        message: MessageId,
        reason: &str,
    ) -> Result<ReportId, Refusal> {
        self.limits.report(caller.user)?;
        let reason = ReportReason::parse(reason);
        let reason = reason.map_err(|why| Refusal::invalid("reason", why))?;
        let id = ReportId::fresh();
        let act = Act::Report(Box::new(NewReport { id, message, reason }));
        self.submit(caller, act, None).await?;
        Ok(id)
    }

    /// What was reported, newest first; only what is open, or only the rest, if asked.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn reports(
        &self,
        steward: Steward,
        open: Option<bool>,
        window: Window,
    ) -> Result<Page<Report>, Refusal> {
        self.administered(steward, move |db| query::reports::list(db, open, window)).await
    }

    /// Says that a report was looked after, or that it was not.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn resolve_report(
        &self,
        steward: Steward,
        id: ReportId,
        is_resolved: bool,
    ) -> Result<Report, Refusal> {
        self.administer(steward, Administration::ResolveReport { id, is_resolved }).await?;
        self.administered(steward, move |db| query::reports::find(db, id)).await
    }

    /// Takes the content of a reported message away, wherever it stands.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn delete_reported(&self, steward: Steward, id: ReportId) -> Result<(), Refusal> {
        self.administer(steward, Administration::DeleteReported(id)).await?;
        self.files_may_be_unused();
        Ok(())
    }
}
