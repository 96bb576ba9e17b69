//! People, and where they are signed in.

use serde::Serialize;
use utoipa::ToSchema;

use super::IsOnline;
use crate::model::{Locale, Person, Role, RoomRole, Session, SessionId, UserId};

/// A person as others see them.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserShape<'a> {
    id: UserId,
    username: &'a str,
    display_name: &'a str,
    avatar_url: Option<String>,
    bio: &'a str,
    role: Role,
    is_online: bool,
    #[schema(format = DateTime)]
    last_activity: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl<'a> UserShape<'a> {
    /// A person as others see them.
    #[must_use]
    pub fn new(person: &'a Person, is_online: IsOnline<'_>) -> Self {
        Self {
            id: person.id,
            username: &person.username,
            display_name: &person.display_name,
            avatar_url: avatar_url(person),
            bio: &person.bio,
            role: person.role,
            is_online: is_online(person.id),
            last_activity: person.last_activity.to_rfc3339(),
            created_at: person.created_at.to_rfc3339(),
        }
    }
}

/// Where a person's picture is: another address for another picture, so that each is kept for good.
fn avatar_url(person: &Person) -> Option<String> {
    let tag = person.avatar.as_deref()?;
    Some(format!("/api/users/{}/avatar?v={tag}", person.id))
}

/// `User` with the caller's own settings.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeShape<'a> {
    #[serde(flatten)]
    user: UserShape<'a>,
    locale: Option<Locale>,
}

impl<'a> MeShape<'a> {
    /// A person as they see themself.
    #[must_use]
    pub fn new(person: &'a Person, is_online: IsOnline<'_>) -> Self {
        Self { user: UserShape::new(person, is_online), locale: person.locale.clone() }
    }
}

/// A member of a conversation: `User` and what they are in it.
#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberShape<'a> {
    #[serde(flatten)]
    user: UserShape<'a>,
    room_role: RoomRole,
}

impl<'a> MemberShape<'a> {
    /// A member as others see them.
    #[must_use]
    pub fn new((person, role): &'a (Person, RoomRole), is_online: IsOnline<'_>) -> Self {
        Self { user: UserShape::new(person, is_online), room_role: *role }
    }
}

/// A place where the caller is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionShape<'a> {
    id: SessionId,
    client: &'a str,
    /// From where it was last opened or renewed, if that is known.
    address: Option<&'a str>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    last_used_at: String,
    current: bool,
}

impl<'a> SessionShape<'a> {
    /// A session; whoever looks at their own asks from `current`.
    #[must_use]
    pub fn new(session: &'a Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id,
            client: &session.client,
            address: session.address.as_deref(),
            created_at: session.created_at.to_rfc3339(),
            last_used_at: session.refreshed_at.to_rfc3339(),
            current: Some(session.id) == current,
        }
    }
}
