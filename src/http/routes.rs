//! The sitemap: which request is which call, and what it says of itself.
//!
//! One row a route. `{id}` of a conversation takes a room's name as well, `{username}` a person's
//! id. The OpenAPI document is made of this table.

use std::pin::Pin;

use super::{
    accounts as a, administration as d, attachments as f, avatars, bans, bots, conversations as c,
    diagnosis,
    doc::{Doc, many, object, one},
    emoji, games as g, hooks as h, messages as m, notifications as n, openapi, passes, people as p,
    pins, push,
    reply::Answer,
    reports,
    request::Request,
    search, server as s, slash, tournaments as t,
};
use crate::wire::shapes::{
    AttachmentShape, ConversationShape, GameShape, MeShape, MemberShape, MessageShape,
    NotificationShape, SessionShape, TournamentShape, UserShape, VersionShape,
};

type Call = for<'a> fn(&'a Request) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// A call, and what leads to it.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) call: Call,
    pub(super) doc: Doc,
}

macro_rules! routes {
    ($($method:ident $path:literal $call:path, $doc:expr;)*) => {
        &[$(Route {
            method: stringify!($method),
            path: $path,
            call: |request| Box::pin($call(request)),
            doc: $doc,
        }),*]
    };
}

/// Shapes that are only borrowed while they are written.
type Account = d::AccountShape<'static>;
type Attachment = AttachmentShape<'static>;
type Ban = bans::BanShape<'static>;
type Bot = bots::BotShape<'static>;
type Command = slash::CommandShape<'static>;
type CommandOfAll = slash::AdministeredShape<'static>;
type Conversation = ConversationShape<'static>;
type Hook = h::HookShape<'static>;
type Game = GameShape<'static>;
type Invitation = passes::InvitationShape<'static>;
type Me = MeShape<'static>;
type Member = MemberShape<'static>;
type Message = MessageShape<'static>;
type Notification = NotificationShape<'static>;
type Report = reports::ReportShape<'static>;
type Room = d::RoomShape<'static>;
type Session = SessionShape<'static>;
type Tournament = TournamentShape<'static>;
type User = UserShape<'static>;
type Version = VersionShape<'static>;

pub(super) const ACCOUNTS: &str = "Accounts";
pub(super) const CONVERSATIONS: &str = "Conversations";
pub(super) const MESSAGES: &str = "Messages";
pub(super) const FILES: &str = "Files";
pub(super) const PEOPLE: &str = "People";
pub(super) const NOTIFICATIONS: &str = "Notifications";
pub(super) const GAMES: &str = "Games and tournaments";
pub(super) const INTEGRATIONS: &str = "Integrations";
pub(super) const SERVER: &str = "The server";
pub(super) const ADMINISTRATION: &str = "Administration";

const BEFORE_AFTER: &[(&str, &str)] =
    &[("before", "messages before this `seq`"), ("after", "messages after this `seq`")];

const SEARCH: &[(&str, &str)] = &[
    ("q", "words, \"phrases\", `from:`, `in:`, `before:`, `after:`, `has:file`"),
    ("conversation", "only in this one"),
    ("from", "only by this person; `me` for oneself"),
    ("before", "a day, a time, a message's id, or its `seq` in `conversation`"),
    ("after", "a day or a time"),
];

#[rustfmt::skip] // a table
pub(super) static ROUTES: &[Route] = routes! {
    POST "/api/auth/register" a::register,
        Doc::new(ACCOUNTS, "Makes an account and signs it in").open()
            .takes(one::<a::RegisterBody>).gives(201, one::<a::Granted>);
    POST "/api/auth/login" a::sign_in,
        Doc::new(ACCOUNTS, "Signs in").open()
            .takes(one::<a::SignInBody>).gives(200, one::<a::Granted>);
    POST "/api/auth/refresh" a::refresh,
        Doc::new(ACCOUNTS, "Renews both tokens; a refresh token works once").open()
            .takes(one::<a::RefreshBody>).gives(200, one::<a::Granted>);
    POST "/api/auth/logout" a::sign_out, Doc::new(ACCOUNTS, "Ends the session and its sockets");
    POST "/api/auth/link" a::use_link,
        Doc::new(ACCOUNTS, "Signs in by a link that an administrator made, with a new password or without").open()
            .takes(one::<a::LinkBody>).gives(200, one::<a::Granted>);
    GET "/api/invitations/{token}" passes::welcome,
        Doc::new(ACCOUNTS, "What an invitation leads to").open()
            .gives(200, one::<passes::WelcomeShape>);
    GET "/api/me" a::me, Doc::new(ACCOUNTS, "The caller's account").gives(200, one::<Me>);
    PATCH "/api/me" a::edit,
        Doc::new(ACCOUNTS, "Changes what others see of the caller, and their language")
            .takes(one::<a::EditBody>).gives(200, one::<Me>);
    DELETE "/api/me" a::delete,
        Doc::new(ACCOUNTS, "Ends the account; its messages stay, by \"deleted user\"")
            .takes(one::<a::DeleteBody>);
    POST "/api/me/password" a::change_password,
        Doc::new(ACCOUNTS, "Changes the password and ends every other session")
            .takes(one::<a::PasswordBody>);
    PUT "/api/me/avatar" avatars::set,
        Doc::new(ACCOUNTS, "Shows the caller as the middle of a picture: JPEG, PNG, GIF or WebP")
            .takes_picture(one::<avatars::PictureForm>).gives(200, one::<Me>);
    DELETE "/api/me/avatar" avatars::remove,
        Doc::new(ACCOUNTS, "Takes the caller's picture away").gives(200, one::<Me>);
    GET "/api/me/sessions" a::sessions,
        Doc::new(ACCOUNTS, "Where the caller is signed in").lists(many::<Session>);
    DELETE "/api/me/sessions/{id}" a::revoke, Doc::new(ACCOUNTS, "Signs the caller out there");

    GET "/api/conversations" c::list,
        Doc::new(CONVERSATIONS, "The caller's, latest activity first").lists(many::<Conversation>);
    POST "/api/conversations" c::create,
        Doc::new(CONVERSATIONS, "Makes a room of `name`, or opens the direct with `username`")
            .takes(one::<c::CreateBody>).gives(201, one::<Conversation>).or(200);
    GET "/api/conversations/{id}" c::read,
        Doc::new(CONVERSATIONS, "One of them").gives(200, one::<Conversation>);
    PATCH "/api/conversations/{id}" c::edit,
        Doc::new(CONVERSATIONS, "Renames, retitles, hides or slows a room; owner, administrator")
            .takes(one::<c::EditBody>).gives(200, one::<Conversation>);
    PATCH "/api/rooms/{id}" c::edit,
        Doc::new(CONVERSATIONS, "The same").takes(one::<c::EditBody>).gives(200, one::<Conversation>);
    DELETE "/api/conversations/{id}" c::delete,
        Doc::new(CONVERSATIONS, "Deletes a room with its messages; owner, administrator");
    POST "/api/conversations/{id}/join" c::join,
        Doc::new(CONVERSATIONS, "Comes into a public room").gives(200, one::<Conversation>);
    POST "/api/conversations/{id}/leave" c::leave, Doc::new(CONVERSATIONS, "Leaves a room");
    PATCH "/api/conversations/{id}/notify" c::notify,
        Doc::new(CONVERSATIONS, "What the caller wants to be told of")
            .takes(one::<c::NotifyBody>).gives(200, one::<Conversation>);
    GET "/api/conversations/{id}/members" c::members,
        Doc::new(CONVERSATIONS, "Who is in it, by name").lists(many::<Member>);
    PUT "/api/conversations/{id}/members/{username}" c::add_member,
        Doc::new(CONVERSATIONS, "Brings somebody into a room; any member");
    DELETE "/api/conversations/{id}/members/{username}" c::remove_member,
        Doc::new(CONVERSATIONS, "Puts somebody out of a room; owner, administrator");
    GET "/api/rooms" c::directory,
        Doc::new(CONVERSATIONS, "Public rooms, joined or not, each with `online_count`")
            .query(&[("q", "part of a name or topic")]).lists(many::<Conversation>);
    GET "/api/chats" c::list,
        Doc::new(CONVERSATIONS, "The same as the conversations").lists(many::<Conversation>);
    PUT "/api/chats/{username}" c::open_direct,
        Doc::new(CONVERSATIONS, "Opens the direct with somebody; with its last 30 `messages`")
            .gives(201, one::<Conversation>).or(200);
    GET "/api/chats/{username}/messages" m::of_direct,
        Doc::new(MESSAGES, "Of the direct with somebody, newest first").lists(many::<Message>);

    GET "/api/conversations/{id}/messages" m::list,
        Doc::new(MESSAGES, "Oldest first; the newest unless told").query(BEFORE_AFTER)
            .lists(many::<Message>);
    POST "/api/conversations/{id}/messages" m::send,
        Doc::new(MESSAGES, "Says something; the same `client_id` again sends nothing twice")
            .takes(one::<m::SendBody>).takes_form(one::<m::SendForm>)
            .gives(201, one::<Message>).or(200);
    POST "/api/conversations/{id}/send_message" m::send,
        Doc::new(MESSAGES, "The same").takes(one::<m::SendBody>).takes_form(one::<m::SendForm>)
            .gives(201, one::<Message>).or(200);
    POST "/api/conversations/{id}/read" m::mark_read,
        Doc::new(MESSAGES, "Everything up to `seq` is read").takes(one::<m::ReadBody>);
    PATCH "/api/messages/{id}" m::edit,
        Doc::new(MESSAGES, "Lets one's own message say something else")
            .takes(one::<m::EditBody>).gives(200, one::<Message>);
    DELETE "/api/messages/{id}" m::delete,
        Doc::new(MESSAGES, "Deletes a message; its place stays. Sender, room owner, administrator");
    PUT "/api/messages/{id}/reactions/{emoji}" m::react,
        Doc::new(MESSAGES, "Reacts with an emoji; `like` is the like, not on one's own");
    DELETE "/api/messages/{id}/reactions/{emoji}" m::unreact,
        Doc::new(MESSAGES, "Takes a reaction back");
    PUT "/api/messages/{id}/pin" pins::pin,
        Doc::new(MESSAGES, "Pins a message. Sender, room owner, administrator; in a direct, both");
    DELETE "/api/messages/{id}/pin" pins::unpin, Doc::new(MESSAGES, "Unpins it; the same people");
    GET "/api/conversations/{id}/pins" pins::list,
        Doc::new(MESSAGES, "What is pinned, newest pin first").lists(many::<Message>);
    GET "/api/messages/{id}/history" pins::versions,
        Doc::new(MESSAGES, "What it has said, oldest first, what it says now last. Sender, administrator")
            .lists(many::<Version>);

    POST "/api/messages/{id}/report" reports::report,
        Doc::new(MESSAGES, "Reports a message to who runs the server, once; not one's own")
            .takes(one::<reports::ReportBody>).gives(201, one::<reports::Receipt>);

    GET "/api/search" search::find,
        Doc::new(MESSAGES, "What was said and fits, newest first; counted as far as it was looked at")
            .query(SEARCH).lists(many::<search::HitShape<'static>>);

    POST "/api/conversations/{id}/attachments" f::send,
        Doc::new(FILES, "Uploads a file, to be named in a message; forgotten after a day otherwise")
            .takes_form(one::<f::FileForm>).gives(201, one::<Attachment>);
    GET "/api/attachments/{id}" f::read,
        Doc::new(FILES, "The bytes of a file, or a `Range` of them").gives_bytes();
    GET "/api/attachments/{id}/thumbnail" f::thumbnail,
        Doc::new(FILES, "A smaller picture of it").gives_bytes();
    DELETE "/api/attachments/{id}" f::discard,
        Doc::new(FILES, "Forgets a file that one has uploaded and not posted");

    GET "/api/users" p::list,
        Doc::new(PEOPLE, "People by name")
            .query(&[("q", "part of a name"), ("online", "only who shows as online")])
            .lists(many::<User>);
    GET "/api/users/{username}" p::read, Doc::new(PEOPLE, "A person").gives(200, one::<User>);
    GET "/api/users/{username}/avatar" avatars::read,
        Doc::new(PEOPLE, "A person's picture, at most 256 pixels wide and high")
            .query(&[("v", "which one, as `avatar_url` has it: it may be kept for good then")])
            .gives_bytes();
    PUT "/api/users/{username}/block" p::block,
        Doc::new(PEOPLE, "Begins silence: neither writes to, invites or sees the other");
    DELETE "/api/users/{username}/block" p::unblock, Doc::new(PEOPLE, "Ends one's own silence");
    GET "/api/me/blocks" p::blocks, Doc::new(PEOPLE, "Whom one blocks").lists(many::<User>);
    PUT "/api/users/{username}/friend" p::befriend,
        Doc::new(PEOPLE, "Asks somebody to be friends, or accepts to be")
            .gives(200, one::<p::Friendship>);
    DELETE "/api/users/{username}/friend" p::unfriend,
        Doc::new(PEOPLE, "Refuses, withdraws or ends a friendship");
    GET "/api/me/friends" p::friends,
        Doc::new(PEOPLE, "One's friends, and who asks whom").gives(200, one::<p::FriendsShape>);

    GET "/api/notifications" n::list,
        Doc::new(NOTIFICATIONS, "The caller's, newest first").query(&[("unread", "only unread ones")])
            .lists(many::<Notification>);
    POST "/api/notifications/mark_all_as_read" n::read_all,
        Doc::new(NOTIFICATIONS, "All are read").gives(200, one::<n::Marked>);
    POST "/api/notifications/{id}/read" n::read, Doc::new(NOTIFICATIONS, "One is read");

    GET "/api/push/key" push::key,
        Doc::new(NOTIFICATIONS, "The key that a browser subscribes with (`applicationServerKey`)")
            .gives(200, one::<push::KeyShape>);
    PUT "/api/me/push" push::subscribe,
        Doc::new(NOTIFICATIONS, "Pushes to a browser while its session lasts; again, to change it")
            .takes(one::<push::SubscribeBody>);
    DELETE "/api/me/push" push::unsubscribe,
        Doc::new(NOTIFICATIONS, "Pushes to it no more").takes(one::<push::UnsubscribeBody>);

    GET "/api/games/{id}" g::read,
        Doc::new(GAMES, "A game, for its players").gives(200, one::<Game>);
    POST "/api/games/{id}/finish" g::finish,
        Doc::new(GAMES, "How it ended; either player").takes(one::<g::FinishBody>)
            .gives(200, one::<Game>);
    GET "/api/tournaments" t::list,
        Doc::new(GAMES, "Tournaments, open ones first, then the newest").lists(many::<Tournament>);
    POST "/api/tournaments" t::create,
        Doc::new(GAMES, "Announces a tournament to everyone; the caller organises it")
            .takes(one::<t::CreateBody>).gives(201, one::<Tournament>);
    GET "/api/tournaments/{id}" t::read,
        Doc::new(GAMES, "A tournament").gives(200, one::<Tournament>);
    POST "/api/tournaments/{id}/join" t::join,
        Doc::new(GAMES, "Comes into it").gives(200, one::<Tournament>);
    POST "/api/tournaments/{id}/leave" t::leave,
        Doc::new(GAMES, "Leaves it").gives(200, one::<Tournament>);
    POST "/api/tournaments/{id}/start" t::start,
        Doc::new(GAMES, "Starts it; organiser, administrator").gives(200, one::<Tournament>);
    POST "/api/tournaments/{id}/cancel" t::cancel,
        Doc::new(GAMES, "Cancels it; organiser, administrator").gives(200, one::<Tournament>);

    GET "/api/rooms/{id}/hooks" h::list,
        Doc::new(INTEGRATIONS, "A room's hooks; owner, administrator").lists(many::<Hook>);
    POST "/api/rooms/{id}/hooks" h::make,
        Doc::new(INTEGRATIONS, "Gives a room a hook, whose secret is shown this once; the same people")
            .takes(one::<h::MakeBody>).gives(201, one::<h::MadeShape<'static>>);
    DELETE "/api/rooms/{id}/hooks/{hook}" h::delete,
        Doc::new(INTEGRATIONS, "Deletes a hook; the same people");
    GET "/api/commands" slash::list,
        Doc::new(INTEGRATIONS, "Slash commands that programs answer, by name").lists(many::<Command>);
    POST "/api/conversations/{id}/commands" slash::run,
        Doc::new(INTEGRATIONS, "Runs a command where the caller may say something; nothing is said by that")
            .takes(one::<slash::RunBody>).gives(200, one::<slash::RunShape>);
    POST "/api/commands/{id}" slash::answer,
        Doc::new(INTEGRATIONS, "Answers what the caller, a bot, was asked by a command: within 15 minutes, 5 times at most")
            .takes(one::<slash::AnswerBody>);
    POST "/hooks/{token}" h::deliver,
        Doc::new(INTEGRATIONS, "Posts what a program says, as Slack's and Mattermost's hooks take it; or GitHub's events")
            .open().takes(object::<serde_json::Value>).gives_words();

    GET "/healthz" s::health,
        Doc::new(SERVER, "200 once it can write to its database; 503 while it cannot").open()
            .gives(200, one::<s::Health>);
    GET "/api/server" s::server,
        Doc::new(SERVER, "What a sign-in page has to know").open().gives(200, one::<s::ServerShape>);
    GET "/api/admin/server" s::settings,
        Doc::new(ADMINISTRATION, "How the server is set").gives(200, one::<s::SettingsShape>);
    PATCH "/api/admin/server" s::edit,
        Doc::new(ADMINISTRATION, "Sets it otherwise, but for what an option holds fast")
            .takes(one::<s::SettingsBody>).gives(200, one::<s::SettingsShape>);
    GET "/api/admin/invitations" passes::list,
        Doc::new(ADMINISTRATION, "Invitations to make an account, newest first")
            .lists(many::<Invitation>);
    POST "/api/admin/invitations" passes::make,
        Doc::new(ADMINISTRATION, "Invites people to make an account")
            .takes(one::<passes::MakeBody>).gives(201, one::<Invitation>);
    DELETE "/api/admin/invitations/{id}" passes::withdraw,
        Doc::new(ADMINISTRATION, "Withdraws an invitation");
    GET "/api/admin/invitations/{id}/qr" passes::qr,
        Doc::new(ADMINISTRATION, "Its link as a QR code, SVG").gives_bytes();
    GET "/api/admin/people" d::people,
        Doc::new(ADMINISTRATION, "Accounts by name").query(&[("q", "part of a name")])
            .lists(many::<Account>);
    POST "/api/admin/people" d::add_person,
        Doc::new(ADMINISTRATION, "Makes an account for somebody")
            .takes(one::<d::AddBody>).gives(201, one::<Account>);
    PUT "/api/admin/people/{username}/password" d::set_password,
        Doc::new(ADMINISTRATION, "Gives somebody another password; they are signed out everywhere")
            .takes(one::<d::PasswordBody>);
    GET "/api/admin/people/{username}" d::person,
        Doc::new(ADMINISTRATION, "An account").gives(200, one::<Account>);
    PATCH "/api/admin/people/{username}" d::edit_person,
        Doc::new(ADMINISTRATION, "Lets somebody do more or less, keeps them out or lets them in")
            .takes(one::<d::EditBody>).gives(200, one::<Account>);
    DELETE "/api/admin/people/{username}" d::delete_person,
        Doc::new(ADMINISTRATION, "Ends an account; its messages stay, by \"deleted user\"");
    POST "/api/admin/people/{username}/sign_in_link" d::make_sign_in_link,
        Doc::new(ADMINISTRATION, "Makes a link that signs somebody in, once, within four hours")
            .gives(201, one::<d::SignInLink>);
    GET "/api/admin/people/{username}/sessions" d::sessions,
        Doc::new(ADMINISTRATION, "Where somebody is signed in").lists(many::<Session>);
    DELETE "/api/admin/people/{username}/sessions" d::end_sessions,
        Doc::new(ADMINISTRATION, "Signs somebody out everywhere");
    GET "/api/admin/bots" bots::list, Doc::new(ADMINISTRATION, "Bots, by name").lists(many::<Bot>);
    POST "/api/admin/bots" bots::make,
        Doc::new(ADMINISTRATION, "Makes a bot").takes(one::<bots::MakeBody>).gives(201, one::<Bot>);
    GET "/api/admin/bots/{username}" bots::read,
        Doc::new(ADMINISTRATION, "A bot and its tokens").gives(200, one::<Bot>);
    DELETE "/api/admin/bots/{username}" bots::delete,
        Doc::new(ADMINISTRATION, "Ends a bot; its messages stay, by \"deleted user\"");
    POST "/api/admin/bots/{username}/tokens" bots::make_token,
        Doc::new(ADMINISTRATION, "Gives a bot a token, which is shown this once")
            .takes(one::<bots::TokenBody>).gives(201, one::<bots::MadeShape<'static>>);
    DELETE "/api/admin/bots/{username}/tokens/{id}" bots::revoke_token,
        Doc::new(ADMINISTRATION, "Revokes a token; its sockets close");
    GET "/api/admin/commands" slash::list_all,
        Doc::new(ADMINISTRATION, "Slash commands, by name").lists(many::<CommandOfAll>);
    POST "/api/admin/commands" slash::make,
        Doc::new(ADMINISTRATION, "Makes a slash command; the secret of its address is shown this once")
            .takes(one::<slash::MakeBody>).gives(201, one::<slash::MadeShape<'static>>);
    PATCH "/api/admin/commands/{name}" slash::edit,
        Doc::new(ADMINISTRATION, "Edits a slash command; a new address gets a secret, which is shown this once")
            .takes(one::<slash::EditBody>).gives(200, one::<slash::MadeShape<'static>>);
    DELETE "/api/admin/commands/{name}" slash::delete, Doc::new(ADMINISTRATION, "Deletes a slash command");
    GET "/api/admin/bans" bans::list,
        Doc::new(ADMINISTRATION, "Who and what is kept out, newest first").lists(many::<Ban>);
    POST "/api/admin/bans" bans::ban,
        Doc::new(ADMINISTRATION, "Keeps somebody out, or addresses, or both")
            .takes(one::<bans::BanBody>).gives(201, one::<Ban>);
    DELETE "/api/admin/bans/{id}" bans::lift, Doc::new(ADMINISTRATION, "Lets them come again");
    GET "/api/admin/reports" reports::list,
        Doc::new(ADMINISTRATION, "Messages that were reported, as they were then, newest report first")
            .query(&[("open", "only those that wait, or (`false`) only others")]).lists(many::<Report>);
    PATCH "/api/admin/reports/{id}" reports::resolve,
        Doc::new(ADMINISTRATION, "Says that a report was looked after, or that it was not")
            .takes(one::<reports::ResolveBody>).gives(200, one::<Report>);
    DELETE "/api/admin/reports/{id}/message" reports::delete_message,
        Doc::new(ADMINISTRATION, "Deletes the reported message, wherever it stands");
    GET "/api/admin/rooms" d::rooms,
        Doc::new(ADMINISTRATION, "All rooms, private ones too, latest activity first")
            .query(&[("q", "part of a name or topic")]).lists(many::<Room>);
    PATCH "/api/admin/rooms/{id}" d::hand_over,
        Doc::new(ADMINISTRATION, "Gives a room another owner; a private one to a member of it")
            .takes(one::<d::OwnerBody>).gives(200, one::<Room>);
    GET "/api/admin/audit" s::audit,
        Doc::new(ADMINISTRATION, "What was done to run the server, newest first")
            .query(&[("before", "entries before this `id`"), ("limit", "at most so many, 1 to 100")])
            .gives(200, many::<s::AuditShape>);
    GET "/api/admin/storage" s::storage,
        Doc::new(ADMINISTRATION, "What the file holds, and whose").gives(200, one::<s::StorageShape>);
    GET "/api/admin/health" s::does,
        Doc::new(ADMINISTRATION, "How the server does").gives(200, one::<s::HealthShape>);
    GET "/api/admin/diagnosis" diagnosis::read,
        Doc::new(ADMINISTRATION, "Whether the server is run well, as far as it sees")
            .gives(200, many::<diagnosis::FindingShape>);
    GET "/api/admin/backup" s::backup,
        Doc::new(ADMINISTRATION, "The whole database as a file; one at a time").gives_bytes();

    GET "/api/emoji" emoji::list,
        Doc::new(SERVER, "Every emoji that a text or a reaction can hold").open()
            .gives(200, many::<emoji::EmojiShape>);
    GET "/api/openapi.json" openapi::document,
        Doc::new(SERVER, "This document").open().gives(200, object::<serde_json::Value>);
};
