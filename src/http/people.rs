//! Calls about people: looking for them, blocks, friends.

use serde::Serialize;
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    model::Person,
    wire::shapes::{IsOnline, UserShape},
};

/// What two people are to each other.
#[derive(Serialize, ToSchema)]
pub(super) struct Friendship {
    #[schema(example = "friends")]
    state: &'static str,
}

/// One's friends, and who asks whom to be.
#[derive(Serialize, ToSchema)]
#[schema(as = Friends)]
pub(super) struct FriendsShape<'a> {
    friends: Vec<UserShape<'a>>,
    incoming: Vec<UserShape<'a>>,
    outgoing: Vec<UserShape<'a>>,
}

/// `GET /api/users?q=&online=`.
pub(super) async fn list(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let part = r.text("q").unwrap_or_default().to_owned();
    let page = r.app.people(caller, part, r.flag("online")?, r.window()?).await?;
    let is_online = r.sees_online(caller);
    reply::list(&page, &shapes(&page.items, &is_online))
}

/// `GET /api/users/{username}`.
pub(super) async fn read(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let person = r.app.person(caller, r.person()).await?;
    reply::json(&UserShape::new(&person, &r.sees_online(caller)))
}

/// `PUT /api/users/{username}/block`.
pub(super) async fn block(r: &Request) -> Answer {
    r.app.set_block(r.caller().await?, r.person(), true, None).await?;
    reply::done()
}

/// `DELETE /api/users/{username}/block`.
pub(super) async fn unblock(r: &Request) -> Answer {
    r.app.set_block(r.caller().await?, r.person(), false, None).await?;
    reply::done()
}

/// `GET /api/me/blocks`.
pub(super) async fn blocks(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = reply::part(r.app.blocks(caller).await?, r.window()?);
    let is_online = r.sees_online(caller);
    reply::list(&page, &shapes(&page.items, &is_online))
}

/// `PUT /api/users/{username}/friend`.
pub(super) async fn befriend(r: &Request) -> Answer {
    let are_friends = r.app.befriend(r.caller().await?, r.person(), None).await?;
    reply::json(&Friendship { state: if are_friends { "friends" } else { "pending" } })
}

/// `DELETE /api/users/{username}/friend`.
pub(super) async fn unfriend(r: &Request) -> Answer {
    r.app.unfriend(r.caller().await?, r.person()).await?;
    reply::done()
}

/// `GET /api/me/friends`.
pub(super) async fn friends(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let found = r.app.friends(caller).await?;
    let is_online = r.sees_online(caller);
    reply::json(&FriendsShape {
        friends: shapes(&found.friends, &is_online),
        incoming: shapes(&found.incoming, &is_online),
        outgoing: shapes(&found.outgoing, &is_online),
    })
}

fn shapes<'a>(people: &'a [Person], is_online: IsOnline<'_>) -> Vec<UserShape<'a>> {
    people.iter().map(|person| UserShape::new(person, is_online)).collect()
}
