//! Whether the server is run well, for who runs it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};

/// Something that was looked at.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
pub(super) struct FindingShape {
    /// `fine`, `warning` or `problem`.
    #[schema(example = "warning")]
    level: &'static str,
    /// What was looked at, in a word.
    #[schema(example = "disk")]
    about: String,
    /// How it is.
    says: String,
    /// What to do; empty where it is fine.
    mend: String,
}

/// `GET /api/admin/diagnosis`.
pub(super) async fn read(r: &Request) -> Answer {
    let findings = r.app.diagnosis(r.steward().await?).await?;
    let shapes = findings.into_iter().map(|one| FindingShape {
        level: one.level.as_str(),
        about: one.about.into_owned(),
        says: one.says,
        mend: one.mend,
    });
    reply::json(&shapes.collect::<Vec<_>>())
}
