//! `salon admin`: running the server from the command line. Each word is one call of the
//! administration that the REST API has as well; what is not JSON is for people to read.

use std::process::ExitCode;

use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    bots,
    line::{Failure, Line},
    tables::{Column, lines, table},
    words::{AdminOptions, Reach, RoleWord, Word},
};
use crate::app::Settings;

/// Does what the words say.
pub(super) fn run(options: AdminOptions) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime
        .map_err(|error| Failure::Broken(error.to_string()))
        .and_then(|runtime| runtime.block_on(administer(options)));
    tell(done)
}

/// Says what came of it.
pub(super) fn tell(done: Result<String, impl std::fmt::Display>) -> ExitCode {
    match done {
        Ok(text) => super::print(&text),
        Err(failure) => {
            eprintln!("salon: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn administer(options: AdminOptions) -> Result<String, Failure> {
    let AdminOptions { reach: Reach { data, public_url, json }, word } = options;
    let mut settings = Settings::new(data, super::LISTEN);
    settings.public_url = public_url;
    // asked for first: a server does not wait for who thinks
    let password = if let Word::Add { password, .. } | Word::Password { password, .. } = &word {
        password.read()?
    } else {
        String::new()
    };
    let mut line = Line::open(settings).await?;
    let said = Talk { line: &mut line, json, password }.say(word).await;
    line.close().await;
    said
}

const PEOPLE: &[Column] = &[
    ("USERNAME", "username"),
    ("NAME", "display_name"),
    ("ROLE", "role"),
    ("DISABLED", "is_disabled"),
    ("SESSIONS", "session_count"),
    ("BYTES", "stored_bytes"),
    ("LAST ACTIVITY", "last_activity"),
    ("SINCE", "created_at"),
];

const SESSIONS: &[Column] = &[
    ("ADDRESS", "address"),
    ("LAST USED", "last_used_at"),
    ("SINCE", "created_at"),
    ("CLIENT", "client"),
];

const INVITATIONS: &[Column] = &[
    ("ID", "id"),
    ("USED", "used"),
    ("OF", "uses"),
    ("ENDS", "expires_at"),
    ("ROOM", "room"),
    ("BY", "created_by"),
    ("LINK", "url"),
];

const BANS: &[Column] = &[
    ("ID", "id"),
    ("USERNAME", "username"),
    ("ADDRESSES", "addresses"),
    ("ENDS", "expires_at"),
    ("BY", "created_by"),
    ("REASON", "reason"),
];

const REPORTS: &[Column] = &[
    ("ID", "id"),
    ("DATE", "created_at"),
    ("BY", "reporter"),
    ("SENDER", "sender"),
    ("ROOM", "room"),
    ("RESOLVED", "resolved_at"),
    ("DELETED", "is_deleted"),
    ("REASON", "reason"),
    ("MESSAGE", "content"),
];

const ROOMS: &[Column] = &[
    ("ID", "id"),
    ("NAME", "name"),
    ("PRIVATE", "is_private"),
    ("OWNER", "owner"),
    ("MEMBERS", "member_count"),
    ("MESSAGES", "message_count"),
    ("BYTES", "stored_bytes"),
    ("ACTIVE", "active_at"),
];

const SETTINGS: &[Column] = &[
    ("Name", "name"),
    ("Registration", "registration"),
    ("Bytes of a file", "max_upload"),
    ("Bytes of a person", "person_quota"),
    ("Bytes of all", "storage_quota"),
    ("Held by options", "fixed"),
];

const STORAGE: &[Column] = &[
    ("Database", "database_bytes"),
    ("Log", "log_bytes"),
    ("Files", "files_bytes"),
    ("Files, at most", "storage_quota"),
];

const HEALTH: &[Column] = &[
    ("Version", "version"),
    ("Seconds up", "uptime_s"),
    ("Sockets", "sockets"),
    ("People online", "people_online"),
    ("Messages", "messages"),
    ("Database, bytes", "database_bytes"),
    ("Memory, bytes", "memory_bytes"),
    ("Disk free, bytes", "disk_free_bytes"),
    ("Commits", "commits"),
    ("Last commit, ms", "last_commit_ms"),
    ("Changes waiting", "writer_queue"),
    ("Changes refused", "refusals"),
    ("Last backup", "last_backup_at"),
    ("Last backup, bytes", "last_backup_bytes"),
    ("Backup failed", "backup_failed_at"),
    ("Because", "backup_failure"),
    ("Certificate of", "certificate_names"),
    ("It ends", "certificate_ends_at"),
    ("Its failure", "certificate_failure"),
    ("Failed", "certificate_failed_at"),
];

const AUDIT: &[Column] = &[
    ("ID", "id"),
    ("DATE", "date"),
    ("BY", "actor"),
    ("ACTION", "action"),
    ("TARGET", "target"),
    ("DETAILS", "details"),
];

/// A text as part of an address.
pub(super) fn part_of(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

fn person(name: &str) -> String {
    format!("/api/admin/people/{}", part_of(name))
}

/// One run of the command: a line to the server, and how to print what it says.
pub(super) struct Talk<'a> {
    pub(super) line: &'a mut Line,
    json: bool,
    /// What was asked for, of words that need one.
    password: String,
}

impl Talk<'_> {
    async fn say(mut self, word: Word) -> Result<String, Failure> {
        match word {
            Word::People { part } => self.list("people", part, PEOPLE).await,
            Word::Person { name } => self.one(Method::GET, &person(&name), None, PEOPLE).await,
            Word::Add { name, display_name, .. } => {
                let body = json!({
                    "username": name, "display_name": display_name, "password": self.password,
                });
                self.one(Method::POST, "/api/admin/people", Some(body), PEOPLE).await
            }
            Word::Password { name, .. } => {
                let body = json!({ "password": self.password });
                let path = format!("{}/password", person(&name));
                self.line.ask(Method::PUT, &path, Some(&body)).await.map(|_| String::new())
            }
            Word::Role { name, role } => {
                let role = match role {
                    RoleWord::Admin => "admin",
                    RoleWord::Member => "member",
                };
                self.one(Method::PATCH, &person(&name), Some(json!({ "role": role })), PEOPLE).await
            }
            Word::Disable { name } => self.disable(&name, true).await,
            Word::Enable { name } => self.disable(&name, false).await,
            Word::Delete { name } => self.end(&person(&name)).await,
            Word::SignInLink { name } => {
                let path = format!("{}/sign_in_link", person(&name));
                self.one(Method::POST, &path, None, &[("Link", "url"), ("Ends", "expires_at")])
                    .await
            }
            Word::Sessions { name, end: true } => {
                self.end(&format!("{}/sessions", person(&name))).await
            }
            Word::Sessions { name, end: false } => {
                self.list(&format!("people/{}/sessions", part_of(&name)), None, SESSIONS).await
            }
            Word::Invite { uses, expires, room } => {
                let body = json!({ "uses": uses, "expires_in": expires, "room": room });
                self.one(Method::POST, "/api/admin/invitations", Some(body), INVITATIONS).await
            }
            Word::Invitations => self.list("invitations", None, INVITATIONS).await,
            Word::Uninvite { id } => {
                self.end(&format!("/api/admin/invitations/{}", part_of(&id))).await
            }
            Word::Bots => self.list("bots", None, bots::BOTS).await,
            Word::Bot { word } => self.say_of_bot(word).await,
            Word::Command { word } => self.say_of_command(word).await,
            Word::Bans => self.list("bans", None, BANS).await,
            Word::Ban { name, address, with_addresses, reason, expires } => {
                let body = json!({
                    "username": name, "address": address, "with_addresses": with_addresses,
                    "reason": reason, "expires_in": expires,
                });
                self.one(Method::POST, "/api/admin/bans", Some(body), BANS).await
            }
            Word::Unban { id } => self.end(&format!("/api/admin/bans/{}", part_of(&id))).await,
            Word::Reports { all } => {
                let which = if all { "reports" } else { "reports?open=true" };
                self.list(which, None, REPORTS).await
            }
            Word::Resolve { id, delete_message } => self.resolve(&id, delete_message).await,
            Word::Rooms { part } => self.list("rooms", part, ROOMS).await,
            Word::HandOver { room, name } => {
                let path = format!("/api/admin/rooms/{}", part_of(&room));
                self.one(Method::PATCH, &path, Some(json!({ "owner": name })), ROOMS).await
            }
            Word::Settings => self.set(json!({})).await,
            Word::Registration { who } => {
                let who = who.map(crate::model::Registration::from);
                self.set(json!({ "registration": who })).await
            }
            Word::Name { name } => self.set(json!({ "name": name })).await,
            Word::Quota { upload, person, storage } => {
                let body = json!({
                    "max_upload": upload, "person_quota": person, "storage_quota": storage,
                });
                self.set(body).await
            }
            Word::Storage => self.storage().await,
            Word::Health => self.one(Method::GET, "/api/admin/health", None, HEALTH).await,
            Word::Audit { limit, before } => {
                let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
                let path = format!("/api/admin/audit?limit={limit}{before}");
                let said = self.line.ask(Method::GET, &path, None).await?.value;
                Ok(self.shown(&said, |said| table(AUDIT, rows(said))))
            }
            Word::Backup { file } => {
                let size = self.line.save("/api/admin/backup", &file).await?;
                let said = json!({ "file": file.display().to_string(), "bytes": size });
                Ok(self.shown(&said, |_| format!("{} has {size} bytes\n", file.display())))
            }
        }
    }

    async fn disable(&mut self, name: &str, is_disabled: bool) -> Result<String, Failure> {
        let body = json!({ "is_disabled": is_disabled });
        self.one(Method::PATCH, &person(name), Some(body), PEOPLE).await
    }

    /// All of a list, page by page.
    pub(super) async fn list(
        &mut self,
        what: &str,
        part: Option<String>,
        columns: &[Column],
    ) -> Result<String, Failure> {
        let part = part_of(part.as_deref().unwrap_or_default()).to_string();
        let mut all = Vec::new();
        loop {
            let and = if what.contains('?') { '&' } else { '?' };
            let path = format!("/api/admin/{what}{and}q={part}&limit=100&offset={}", all.len());
            let said = self.line.ask(Method::GET, &path, None).await?;
            let Value::Array(page) = said.value else { break };
            let is_last = page.is_empty();
            all.extend(page);
            if is_last || said.total.is_none_or(|total| all.len() >= total) {
                break;
            }
        }
        Ok(self.shown(&Value::Array(all), |all| table(columns, rows(all))))
    }

    /// A call that gives one thing.
    pub(super) async fn one(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Value>,
        columns: &[Column],
    ) -> Result<String, Failure> {
        let said = self.line.ask(method, path, body.as_ref()).await?.value;
        Ok(self.shown(&said, |said| lines(columns, said)))
    }

    /// A call that takes something away, and gives nothing.
    pub(super) async fn end(&mut self, path: &str) -> Result<String, Failure> {
        self.line.ask(Method::DELETE, path, None).await.map(|_| String::new())
    }

    /// The message goes first: should that fail, the report still waits.
    async fn resolve(&mut self, id: &str, delete_message: bool) -> Result<String, Failure> {
        let path = format!("/api/admin/reports/{}", part_of(id));
        if delete_message {
            self.line.ask(Method::DELETE, &format!("{path}/message"), None).await?;
        }
        self.one(Method::PATCH, &path, Some(json!({ "resolved": true })), REPORTS).await
    }

    /// New values for how the server is set, if any, and what came of them.
    async fn set(&mut self, body: Value) -> Result<String, Failure> {
        let is_news = body.as_object().is_some_and(|fields| fields.values().any(|v| !v.is_null()));
        let (method, body) =
            if is_news { (Method::PATCH, Some(body)) } else { (Method::GET, None) };
        self.one(method, "/api/admin/server", body, SETTINGS).await
    }

    async fn storage(&mut self) -> Result<String, Failure> {
        let said = self.line.ask(Method::GET, "/api/admin/storage", None).await?.value;
        let people: &[Column] = &[("PERSON", "username"), ("BYTES", "stored_bytes")];
        let rooms: &[Column] = &[("ROOM", "name"), ("BYTES", "stored_bytes")];
        Ok(self.shown(&said, |said| {
            let whole = lines(STORAGE, said);
            let people = table(people, rows(&said["people"]));
            format!("{whole}\n{people}\n{}", table(rooms, rows(&said["rooms"])))
        }))
    }

    pub(super) fn shown(&self, said: &Value, to_people: impl FnOnce(&Value) -> String) -> String {
        if self.json { format!("{said:#}\n") } else { to_people(said) }
    }
}

pub(super) fn rows(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}
