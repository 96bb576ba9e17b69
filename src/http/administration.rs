//! Calls about people and rooms, for who runs the server.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{passes::qr_code, reply, reply::Answer, request::Request};
use crate::{
    app::{Registration, Steward, person_ref},
    model::{ConversationId, Role, UserId},
    store::query::administration::{Account, Room},
    wire::shapes::{SessionShape, UserShape},
};

/// `User`, and what only who runs the server sees.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountShape<'a> {
    #[serde(flatten)]
    user: UserShape<'a>,
    is_disabled: bool,
    /// Bytes of the files that they have sent.
    stored_bytes: i64,
    session_count: i64,
}

fn shape<'a>(r: &Request, steward: Steward, account: &'a Account) -> AccountShape<'a> {
    let is_online = |person: UserId| {
        // nobody hides from the command line, which is nobody
        r.app.hub.sees_online(steward.user().unwrap_or(person), person)
    };
    AccountShape {
        user: UserShape::new(&account.person, &is_online),
        is_disabled: account.is_disabled,
        stored_bytes: account.stored_bytes,
        session_count: account.session_count,
    }
}

/// What somebody may do, and whether they are kept out.
#[derive(Deserialize, ToSchema)]
#[schema(as = AccountChanges)]
pub(super) struct EditBody {
    /// `admin` or `member`.
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    is_disabled: Option<bool>,
}

/// `GET /api/admin/people?q=`.
pub(super) async fn people(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let part = r.text("q").unwrap_or_default().to_owned();
    let page = r.app.accounts(steward, part, r.window()?).await?;
    let shapes: Vec<_> = page.items.iter().map(|one| shape(r, steward, one)).collect();
    reply::list(&page, &shapes)
}

/// An account to be made for somebody.
#[derive(Deserialize, ToSchema)]
#[schema(as = AddedAccount)]
pub(super) struct AddBody {
    username: String,
    password: String,
    /// As shown, if not the username.
    #[serde(default)]
    display_name: Option<String>,
}

/// `POST /api/admin/people`.
pub(super) async fn add_person(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let AddBody { username, password, display_name } = r.json()?;
    let typed = Registration { username, password, display_name, ..Registration::default() };
    let account = r.app.add_person(steward, typed).await?;
    reply::with_status(StatusCode::CREATED, &shape(r, steward, &account))
}

/// Another password for somebody.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewPassword)]
pub(super) struct PasswordBody {
    password: String,
}

/// `PUT /api/admin/people/{username}/password`.
pub(super) async fn set_password(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let PasswordBody { password } = r.json()?;
    r.app.set_password(steward, r.person(), password).await?;
    reply::done()
}

/// `GET /api/admin/people/{username}`.
pub(super) async fn person(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let account = r.app.account(steward, r.person()).await?;
    reply::json(&shape(r, steward, &account))
}

/// `PATCH /api/admin/people/{username}`.
pub(super) async fn edit_person(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let EditBody { role, is_disabled } = r.json()?;
    let account = r.app.edit_account(steward, r.person(), role, is_disabled).await?;
    reply::json(&shape(r, steward, &account))
}

/// `DELETE /api/admin/people/{username}`.
pub(super) async fn delete_person(r: &Request) -> Answer {
    r.app.delete_person(r.steward().await?, r.person()).await?;
    reply::done()
}

/// What signs somebody in once.
#[derive(Serialize, ToSchema)]
pub(super) struct SignInLink {
    url: String,
    /// The QR code of it, as SVG.
    qr: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// `POST /api/admin/people/{username}/sign_in_link`.
pub(super) async fn make_sign_in_link(r: &Request) -> Answer {
    let (token, ends) = r.app.make_sign_in_link(r.steward().await?, r.person()).await?;
    let url = format!("{}/login?link={token}", r.origin());
    let link = SignInLink { qr: qr_code(&url)?, url, expires_at: ends.to_rfc3339() };
    reply::with_status(StatusCode::CREATED, &link)
}

/// `GET /api/admin/people/{username}/sessions`.
pub(super) async fn sessions(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let page = reply::part(r.app.sessions_of(steward, r.person()).await?, r.window()?);
    let current = match steward {
        Steward::Person(caller) => Some(caller.session()),
        Steward::CommandLine => None,
    };
    let shapes: Vec<_> = page.items.iter().map(|one| SessionShape::new(one, current)).collect();
    reply::list(&page, &shapes)
}

/// `DELETE /api/admin/people/{username}/sessions`.
pub(super) async fn end_sessions(r: &Request) -> Answer {
    r.app.end_sessions_of(r.steward().await?, r.person()).await?;
    reply::done()
}

/// A room as who runs the server sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = RoomAccount)]
pub(super) struct RoomShape<'a> {
    id: ConversationId,
    name: &'a str,
    topic: &'a str,
    is_private: bool,
    owner: Option<&'a str>,
    member_count: i64,
    /// Those that lost their content included.
    message_count: i64,
    /// Bytes of the files sent there.
    stored_bytes: i64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    active_at: String,
}

fn room_shape(room: &Room) -> RoomShape<'_> {
    RoomShape {
        id: room.id,
        name: &room.name,
        topic: &room.topic,
        is_private: room.is_private,
        owner: room.owner.as_deref(),
        member_count: room.member_count,
        message_count: room.message_count,
        stored_bytes: room.stored_bytes,
        created_at: room.created_at.to_rfc3339(),
        active_at: room.active_at.to_rfc3339(),
    }
}

/// Who owns a room from now on.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewOwner)]
pub(super) struct OwnerBody {
    owner: String,
}

/// `GET /api/admin/rooms?q=`.
pub(super) async fn rooms(r: &Request) -> Answer {
    let part = r.text("q").unwrap_or_default().to_owned();
    let page = r.app.all_rooms(r.steward().await?, part, r.window()?).await?;
    reply::list(&page, &page.items.iter().map(room_shape).collect::<Vec<_>>())
}

/// `PATCH /api/admin/rooms/{id}`.
pub(super) async fn hand_over(r: &Request) -> Answer {
    let steward = r.steward().await?;
    let OwnerBody { owner } = r.json()?;
    let room = r.app.hand_over(steward, r.conversation(), person_ref(&owner)).await?;
    reply::json(&room_shape(&room))
}
