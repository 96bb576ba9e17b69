//! How the model's types stand in rows.

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use uuid::Uuid;

use crate::model::{
    AttachmentId, BanId, CommandId, ConversationId, FileId, GameId, HookId, InvitationId, Kind,
    Locale, MessageId, Network, NotificationId, Notify, PassId, Registration, ReportId, Rev, Role,
    RoomRole, Seq, SessionId, SlowMode, Timestamp, TokenId, TournamentId, UserId,
    bot::Scopes,
    game::{CancelReason, GameState, InvitationState},
    hook::HookKind,
    tournament::TournamentState,
};

macro_rules! as_blob {
    ($($id:ident),*) => {$(
        impl ToSql for $id {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
            }
        }

        impl FromSql for $id {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let bytes = value.as_blob()?;
                Uuid::from_slice(bytes).map($id).map_err(|e| FromSqlError::Other(Box::new(e)))
            }
        }
    )*};
}

macro_rules! as_integer {
    ($($number:ident),*) => {$(
        impl ToSql for $number {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $number {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map($number)
            }
        }
    )*};
}

macro_rules! as_word {
    ($($kind:ident { $($variant:ident = $word:literal),* })*) => {$(
        impl ToSql for $kind {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(match self { $($kind::$variant => $word),* }))
            }
        }

        impl FromSql for $kind {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok($kind::$variant),)*
                    _ => Err(FromSqlError::InvalidType),
                }
            }
        }
    )*};
}

as_blob!(
    UserId,
    ConversationId,
    MessageId,
    SessionId,
    TokenId,
    NotificationId,
    ReportId,
    InvitationId,
    GameId,
    TournamentId,
    AttachmentId,
    FileId,
    PassId,
    BanId,
    HookId,
    CommandId
);
as_integer!(Rev, Seq, Timestamp, Scopes);
as_word! {
    Kind { Room = "room", Direct = "direct" }
    HookKind { Incoming = "incoming", Outgoing = "outgoing" }
    RoomRole { Owner = "owner", Member = "member" }
    Notify { All = "all", Mentions = "mentions", None = "none" }
    Role { Admin = "admin", Member = "member", Bot = "bot" }
    Registration { Open = "open", Invite = "invite", Closed = "closed" }
    InvitationState { Pending = "pending", Accepted = "accepted", Declined = "declined", Canceled = "canceled" }
    CancelReason { Canceled = "canceled", Expired = "expired", Left = "left", Engaged = "engaged", Blocked = "blocked" }
    GameState { On = "on", Finished = "finished", Abandoned = "abandoned" }
    TournamentState { Open = "open", Started = "started", Canceled = "canceled" }
}

impl ToSql for SlowMode {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.seconds()))
    }
}

impl FromSql for SlowMode {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_i64()?).map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Network {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.to_string()))
    }
}

impl FromSql for Network {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|_| FromSqlError::InvalidType)
    }
}

impl ToSql for Locale {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_str().to_sql()
    }
}

impl FromSql for Locale {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.to_owned().try_into().map_err(|_| FromSqlError::InvalidType)
    }
}

/// A value that stands in a row as JSON.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
    })
}

/// The same of a list; none in the row is an empty one.
pub(super) fn json_list<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Vec<T>> {
    let is_null = row.get_ref(column)? == rusqlite::types::ValueRef::Null;
    if is_null { Ok(Vec::new()) } else { from_json(row, column) }
}

/// A value as JSON, for a row.
pub(super) fn to_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
