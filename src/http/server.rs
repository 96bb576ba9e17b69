//! Calls about the server itself: for anybody, and for who runs it.

use std::collections::BTreeMap;

use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use warp::reply::Reply;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{NewSettings, Storage},
    model::{ConversationId, Refusal, Registration, Server, Timestamp},
};

/// `GET /healthz`: 200 once it can write to its database.
pub(super) async fn health(r: &Request) -> Answer {
    r.app.store.probe().await?;
    reply::json(&Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// That all is well.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    version: &'static str,
}

/// What a sign-in page has to know.
#[derive(Serialize, ToSchema)]
#[schema(as = Server)]
pub(super) struct ServerShape {
    name: String,
    version: &'static str,
    registration: Registration,
    /// Nobody has an account yet: the first will run the server.
    is_new: bool,
    /// The first account needs the code that the server printed at its start.
    needs_claim: bool,
}

/// `GET /api/server`, for anybody.
pub(super) async fn server(r: &Request) -> Answer {
    let is_new = !r.app.has_accounts().await?;
    let server = r.app.server();
    reply::json(&ServerShape {
        name: server.name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        registration: server.registration,
        is_new,
        needs_claim: is_new && r.app.claim().is_some(),
    })
}

/// How the server is set.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerSettings)]
pub(super) struct SettingsShape {
    name: String,
    registration: Registration,
    /// Bytes that all files may have together.
    storage_quota: i64,
    /// Bytes that the files of one person may have together.
    person_quota: i64,
    /// Bytes that a file may have.
    max_upload: i64,
    /// What an option of the command line holds fast.
    fixed: Vec<&'static str>,
}

fn settings_shape(r: &Request, server: Server) -> SettingsShape {
    SettingsShape {
        name: server.name,
        registration: server.registration,
        storage_quota: server.quota.all,
        person_quota: server.quota.person,
        max_upload: server.max_upload,
        fixed: r.app.settings.fixed(),
    }
}

/// New values for how the server is set.
#[derive(Deserialize, ToSchema)]
#[schema(as = ServerChanges)]
pub(super) struct SettingsBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    registration: Option<Registration>,
    #[serde(default)]
    storage_quota: Option<i64>,
    #[serde(default)]
    person_quota: Option<i64>,
    #[serde(default)]
    max_upload: Option<i64>,
}

/// `GET /api/admin/server`.
pub(super) async fn settings(r: &Request) -> Answer {
    let server = r.app.server_settings(r.steward().await?).await?;
    reply::json(&settings_shape(r, server))
}

/// `PATCH /api/admin/server`.
pub(super) async fn edit(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let body: SettingsBody = r.json()?;
    let new = NewSettings {
        name: body.name,
        registration: body.registration,
        max_upload: body.max_upload,
        person_quota: body.person_quota,
        storage_quota: body.storage_quota,
    };
    let server = r.app.edit_server(steward, new).await?;
    reply::json(&settings_shape(r, server))
}

/// Something that was done to run the server.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(super) struct AuditShape {
    id: i64,
    #[schema(format = DateTime)]
    date: String,
    /// None: the command line.
    actor: Option<String>,
    #[schema(example = "role_changed")]
    action: String,
    target: String,
    /// More of it, by action.
    #[schema(value_type = Object)]
    details: serde_json::Value,
}

/// `GET /api/admin/audit?before=&limit=`.
pub(super) async fn audit(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let before = r.number("before", 0, i64::MAX)?.unwrap_or(i64::MAX);
    let entries = r.app.audit(steward, before, r.window()?.limit).await?;
    let shapes = entries.into_iter().map(|one| AuditShape {
        id: one.id,
        date: one.date.to_rfc3339(),
        actor: one.actor,
        action: one.action,
        target: one.target,
        details: one.details,
    });
    reply::json(&shapes.collect::<Vec<_>>())
}

/// What the file holds, and whose.
#[derive(Serialize, ToSchema)]
#[schema(as = Storage)]
pub(super) struct StorageShape {
    database_bytes: u64,
    log_bytes: u64,
    files_bytes: i64,
    storage_quota: i64,
    people: Vec<PersonBytes>,
    rooms: Vec<RoomBytes>,
}

#[derive(Serialize, ToSchema)]
struct PersonBytes {
    username: String,
    stored_bytes: i64,
}

#[derive(Serialize, ToSchema)]
struct RoomBytes {
    id: ConversationId,
    name: String,
    stored_bytes: i64,
}

/// `GET /api/admin/storage`.
pub(super) async fn storage(r: &Request) -> Answer {
    let Storage { database_bytes, log_bytes, stored } = r.app.storage(r.steward().await?).await?;
    let person = |(username, stored_bytes)| PersonBytes { username, stored_bytes };
    let room = |(id, name, stored_bytes)| RoomBytes { id, name, stored_bytes };
    reply::json(&StorageShape {
        database_bytes,
        log_bytes,
        files_bytes: stored.files,
        storage_quota: stored.quota,
        people: stored.people.into_iter().map(person).collect(),
        rooms: stored.rooms.into_iter().map(room).collect(),
    })
}

/// How the server does.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerHealth)]
pub(super) struct HealthShape {
    version: &'static str,
    uptime_s: u64,
    sockets: usize,
    people_online: usize,
    /// Those that lost their content included.
    messages: i64,
    database_bytes: u64,
    memory_bytes: Option<u64>,
    commits: u64,
    last_commit_ms: f64,
    /// How many changes wait to be written.
    writer_queue: usize,
    /// How many changes were refused since the start.
    refusals: u64,
    /// What limits refused since the start, by which.
    limited: BTreeMap<&'static str, u64>,
    disk_free_bytes: Option<u64>,
    /// When a copy was last taken by itself.
    #[schema(format = DateTime)]
    last_backup_at: Option<String>,
    last_backup_bytes: Option<u64>,
    /// When one could last not be taken since the start, and why.
    #[schema(format = DateTime)]
    backup_failed_at: Option<String>,
    backup_failure: Option<String>,
    /// Whose certificate it shows, where it speaks HTTPS itself.
    certificate_names: Option<Vec<String>>,
    /// None: there is no certificate yet, or the server does not speak HTTPS itself.
    #[schema(format = DateTime)]
    certificate_ends_at: Option<String>,
    /// Why the last try to have another certificate failed, since there is this one.
    certificate_failure: Option<String>,
    #[schema(format = DateTime)]
    certificate_failed_at: Option<String>,
}

/// `GET /api/admin/health`.
pub(super) async fn does(r: &Request) -> Answer {
    let health = r.app.health(r.steward().await?).await?;
    let (last_backup_at, last_backup_bytes) = health.copies.last.unzip();
    let (backup_failed_at, backup_failure) = health.copies.failure.unzip();
    let certified = r.app.certified();
    let (failed_at, failure) = certified.as_ref().and_then(|one| one.failure.clone()).unzip();
    reply::json(&HealthShape {
        version: env!("CARGO_PKG_VERSION"),
        uptime_s: health.uptime_s,
        sockets: health.sockets,
        people_online: health.people_online,
        messages: health.messages,
        database_bytes: health.database_bytes,
        memory_bytes: health.memory_bytes,
        commits: health.pulse.commits,
        last_commit_ms: health.pulse.last_commit.as_secs_f64() * 1000.0,
        writer_queue: health.pulse.queue,
        refusals: health.pulse.refusals,
        limited: r.app.limits.refused().into(),
        disk_free_bytes: health.disk_free_bytes,
        last_backup_at: last_backup_at.map(Timestamp::to_rfc3339),
        last_backup_bytes,
        backup_failed_at: backup_failed_at.map(Timestamp::to_rfc3339),
        backup_failure,
        certificate_ends_at: certified
            .as_ref()
            .and_then(|one| one.ends_at)
            .map(Timestamp::to_rfc3339),
        certificate_names: certified.map(|one| one.names),
        certificate_failure: failure,
        certificate_failed_at: failed_at.map(Timestamp::to_rfc3339),
    })
}

/// `GET /api/admin/backup`: the whole database as a file.
pub(super) async fn backup(r: &Request) -> Answer {
    let (size, mut pieces) = r.app.backup(r.steward().await?).await?;
    let name = format!("salon-{}.db", &Timestamp::now().to_rfc3339()[..10]);
    let pieces = futures_util::stream::poll_fn(move |context| pieces.poll_recv(context));
    let mut answer = warp::reply::stream(pieces).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, size.into());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.sqlite3"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let saved = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    headers.insert(header::CONTENT_DISPOSITION, saved.map_err(|_| Refusal::unavailable())?);
    Ok(answer)
}
