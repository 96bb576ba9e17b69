//! Calls about people.

use super::{reply, reply::Answer, request::Request};
use crate::{change::PersonRef, model::UserId, wire::shapes::UserShape};

/// `GET /api/users?q=&online=`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let part = r.text("q").unwrap_or_default().to_owned();
    let page = r.app.people(caller, part, r.flag("online")?, r.window()?).await?;
    let is_online = |person: UserId| r.app.is_online(person);
    let shapes: Vec<_> = page.items.iter().map(|p| UserShape::new(p, &is_online)).collect();
    reply::list(&page, &shapes)
}

/// `GET /api/users/{username}`.
pub(super) async fn one(r: &Request, who: PersonRef) -> Answer {
    let person = r.app.person(r.caller().await?, who).await?;
    reply::json(&UserShape::new(&person, &|person| r.app.is_online(person)))
}
