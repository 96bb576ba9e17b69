//! Calls about messages that are reported to who runs the server.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::model::{ConversationId, MessageId, Report, ReportId, UserId};

/// Why a message is reported.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = NewReport)]
pub(super) struct ReportBody {
    /// At most 500 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// That it was taken.
#[derive(Serialize, ToSchema)]
pub(super) struct Receipt {
    id: ReportId,
}

/// Whether a report was looked after.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReportChange)]
pub(super) struct ResolveBody {
    resolved: bool,
}

/// A message as it was when somebody reported it.
#[derive(Serialize, ToSchema)]
#[schema(as = Report)]
pub(super) struct ReportShape<'a> {
    id: ReportId,
    reporter: &'a str,
    reason: &'a str,
    message_id: MessageId,
    sender: &'a str,
    sender_id: UserId,
    content: &'a str,
    /// What its files were called.
    files: &'a [String],
    #[schema(format = DateTime)]
    date: String,
    chat_id: ConversationId,
    /// What the room was called; none in a direct.
    room: Option<&'a str>,
    /// Whether the message was deleted since.
    is_deleted: bool,
    #[schema(format = DateTime)]
    created_at: String,
    is_resolved: bool,
    #[schema(format = DateTime)]
    resolved_at: Option<String>,
    /// None: the command line.
    resolved_by: Option<&'a str>,
}

fn shape(report: &Report) -> ReportShape<'_> {
    let resolved = report.resolved.as_ref();
    ReportShape {
        id: report.id,
        reporter: &report.reporter,
        reason: &report.reason,
        message_id: report.message,
        sender: &report.sender,
        sender_id: report.sender_id,
        content: &report.content,
        files: &report.files,
        date: report.date.to_rfc3339(),
        chat_id: report.conversation,
        room: report.room.as_deref(),
        is_deleted: report.is_gone,
        created_at: report.created_at.to_rfc3339(),
        is_resolved: resolved.is_some(),
        resolved_at: resolved.map(|(at, _)| at.to_rfc3339()),
        resolved_by: resolved.and_then(|(_, by)| by.as_deref()),
    }
}

/// `POST /api/messages/{id}/report`.
pub(super) async fn report(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let ReportBody { reason } = r.json_or_default()?;
    let id = r.app.report(caller, r.id("id")?, reason.as_deref().unwrap_or_default()).await?;
    reply::with_status(StatusCode::CREATED, &Receipt { id })
}

/// `GET /api/admin/reports?open=`.
pub(super) async fn list(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let open = r.text("open").map(|_| r.flag("open")).transpose()?;
    let page = r.app.reports(steward, open, r.window()?).await?;
    reply::list(&page, &page.items.iter().map(shape).collect::<Vec<_>>())
}

/// `PATCH /api/admin/reports/{id}`.
pub(super) async fn resolve(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let ResolveBody { resolved } = r.json()?;
    let report = r.app.resolve_report(steward, r.id("id")?, resolved).await?;
    reply::json(&shape(&report))
}

/// `DELETE /api/admin/reports/{id}/message`.
pub(super) async fn delete_message(r: &Request) -> Answer {
    r.app.delete_reported(r.steward().await?, r.id("id")?).await?;
    reply::done()
}
