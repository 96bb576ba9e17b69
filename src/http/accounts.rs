//! Calls about accounts: registering, signing in and out, one's own profile and sessions.
//!
//! Whoever signs in gets tokens in the answer, for programs, and in cookies that no script can read,
//! for the web client.

use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{reply, reply::Answer, request::Request};
use crate::{
    app::{Grant, Registration},
    auth::credentials::{self, ACCESS_COOKIE, REFRESH_COOKIE},
    model::{Locale, Refusal, UserId, session::REFRESH_SECONDS},
    wire::shapes::{MeShape, SessionShape},
};

/// A new account.
#[derive(Deserialize, ToSchema)]
#[schema(as = NewAccount)]
pub(super) struct RegisterBody {
    username: String,
    password: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    claim: Option<String>,
    /// What the link of an invitation holds; `invitation` is understood as well.
    #[serde(default, alias = "invitation")]
    invite: Option<String>,
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[schema(as = Credentials)]
pub(super) struct SignInBody {
    username: String,
    password: String,
}

/// Who signs in by a link, perhaps with a new password.
#[derive(Deserialize, ToSchema)]
#[schema(as = LinkUse)]
pub(super) struct LinkBody {
    token: String,
    #[serde(default)]
    password: Option<String>,
}

/// What renews a session, unless the web client's cookie does.
#[derive(Deserialize, Default, ToSchema)]
#[schema(as = Renewal)]
pub(super) struct RefreshBody {
    #[serde(default)]
    refresh_token: Option<String>,
}

/// New values for one's own account.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProfileChanges)]
pub(super) struct EditBody {
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    bio: Option<String>,
    #[serde(default)]
    locale: Option<Locale>,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChange)]
pub(super) struct PasswordBody {
    current_password: String,
    new_password: String,
}

/// One's password, once more.
#[derive(Deserialize, ToSchema)]
#[schema(as = Confirmation)]
pub(super) struct DeleteBody {
    password: String,
}

/// Somebody is signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Granted<'a> {
    user: MeShape<'a>,
    access_token: &'a str,
    refresh_token: &'a str,
    /// Seconds until the access token ends.
    expires_in: i64,
}

/// `POST /api/auth/register`.
pub(super) async fn register(r: &Request) -> Answer {
    let body: RegisterBody = r.json()?;
    let typed = Registration {
        username: body.username,
        password: body.password,
        display_name: body.display_name,
        claim: body.claim,
        invitation: body.invite,
    };
    let grant = r.app.register(typed, r.from()).await?;
    granted(r, StatusCode::CREATED, &grant)
}

/// `POST /api/auth/login`.
pub(super) async fn sign_in(r: &Request) -> Answer {
    let body: SignInBody = r.json()?;
    let grant = r.app.sign_in(&body.username, body.password, r.from()).await?;
    granted(r, StatusCode::OK, &grant)
}

/// `POST /api/auth/link`, with what an administrator's link holds.
pub(super) async fn use_link(r: &Request) -> Answer {
    let body: LinkBody = r.json()?;
    let grant = r.app.use_sign_in_link(&body.token, body.password, r.from()).await?;
    granted(r, StatusCode::OK, &grant)
}

/// `POST /api/auth/refresh`, with the token in the body or in the web client's cookie.
pub(super) async fn refresh(r: &Request) -> Answer {
    let body: RefreshBody = r.json_or_default()?;
    let token = if let Some(token) = body.refresh_token {
        token
    } else {
        r.refuse_foreign_page(false)?;
        let cookie = credentials::cookie(&r.headers, REFRESH_COOKIE);
        cookie.ok_or_else(Refusal::unauthorized)?.to_owned()
    };
    let grant = r.app.refresh(&token, r.from()).await?;
    granted(r, StatusCode::OK, &grant)
}

/// `POST /api/auth/logout`.
pub(super) async fn sign_out(r: &Request) -> Answer {
    r.app.sign_out(r.caller().await?).await?;
    let mut answer = reply::done()?;
    set_cookies(r, answer.headers_mut(), "", "", 0, 0);
    Ok(answer)
}

/// `GET /api/me`.
pub(super) async fn me(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let person = r.app.me(caller).await?;
    reply::json(&MeShape::new(&person, &r.sees_online(caller)))
}

/// `PATCH /api/me`.
pub(super) async fn edit(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let EditBody { display_name, bio, locale } = r.json()?;
    let person = r.app.edit_profile(caller, display_name, bio, locale).await?;
    reply::json(&MeShape::new(&person, &r.sees_online(caller)))
}

/// `DELETE /api/me`.
pub(super) async fn delete(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let DeleteBody { password } = r.json()?;
    r.app.delete_account(caller, password).await?;
    reply::done()
}

/// `POST /api/me/password`.
pub(super) async fn change_password(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let PasswordBody { current_password, new_password } = r.json()?;
    r.app.change_password(caller, current_password, new_password).await?;
    reply::done()
}

/// `GET /api/me/sessions`.
pub(super) async fn sessions(r: &Request) -> Answer {
    let caller = r.caller().await?;
    let page = reply::part(r.app.sessions(caller).await?, r.window()?);
    let shapes: Vec<_> =
        page.items.iter().map(|one| SessionShape::new(one, Some(caller.session()))).collect();
    reply::list(&page, &shapes)
}

/// `DELETE /api/me/sessions/{id}`.
pub(super) async fn revoke(r: &Request) -> Answer {
    r.app.revoke_session(r.caller().await?, r.id("id")?).await?;
    reply::done()
}

fn granted(r: &Request, status: StatusCode, grant: &Grant) -> Answer {
    let is_online = |person: UserId| r.app.hub.sees_online(person, person);
    let granted = Granted {
        user: MeShape::new(&grant.person, &is_online),
        access_token: &grant.access,
        refresh_token: &grant.refresh,
        expires_in: grant.expires_in,
    };
    let mut answer = reply::with_status(status, &granted)?;
    let headers = answer.headers_mut();
    set_cookies(r, headers, &grant.access, &grant.refresh, grant.expires_in, REFRESH_SECONDS);
    Ok(answer)
}

fn set_cookies(
    r: &Request,
    headers: &mut http::HeaderMap,
    access: &str,
    refresh: &str,
    access_seconds: i64,
    refresh_seconds: i64,
) {
    let public = r.app.settings.public_url.as_deref().unwrap_or_default();
    let secure = if r.is_https() || public.starts_with("https://") { "; Secure" } else { "" };
    for (name, value, path, seconds) in [
        (ACCESS_COOKIE, access, "/", access_seconds),
        (REFRESH_COOKIE, refresh, "/api/auth", refresh_seconds),
    ] {
        let cookie = format!(
            "{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}
