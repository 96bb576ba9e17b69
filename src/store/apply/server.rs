//! How the server is set.

use std::sync::Arc;

use rusqlite::params;
use serde_json::{Map, json};

use super::{Applied, Outcome, Tx};
use crate::{
    change::ServerEdit,
    event::{Audience, Event},
    model::ServerName,
    store::query::server,
};

pub(super) fn edit(tx: &mut Tx<'_>, edit: &ServerEdit) -> Applied {
    let was = server::settings(tx.db)?;
    tx.db
        .prepare_cached(
            "UPDATE server SET name = coalesce(?1, name),
                               registration = coalesce(?2, registration),
                               max_upload = coalesce(?3, max_upload),
                               person_quota = coalesce(?4, person_quota),
                               storage_quota = coalesce(?5, storage_quota)",
        )?
        .execute(params![
            edit.name.as_ref().map(ServerName::as_str),
            edit.registration,
            edit.max_upload,
            edit.person_quota,
            edit.storage_quota,
        ])?;
    let now = server::settings(tx.db)?;
    if now == was {
        return Ok(Outcome::Done);
    }
    let values = |of: &crate::model::Server| {
        json!({
            "name": of.name, "registration": of.registration, "max_upload": of.max_upload,
            "person_quota": of.quota.person, "storage_quota": of.quota.all,
        })
    };
    let (before, after) = (values(&was), values(&now));
    let changed: Map<_, _> = (after.as_object().into_iter().flatten())
        .filter(|(key, value)| before[key.as_str()] != **value)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    tx.note("server_edited", &now.name, &changed.into())?;
    tx.tell(Audience::Everyone, Event::ServerEdited(Arc::new(now)));
    Ok(Outcome::Done)
}
