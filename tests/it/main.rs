//! Salon through its public doors: the real program on a temporary file and a free port.
//!
//! Names are sentences about what holds. Nothing sleeps to wait: a test waits for what it expects,
//! and fails after a generous while when it does not come.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and nobody but tests uses what is here"
)]

/// Making accounts, signing in and out, sessions, passwords, profiles.
mod accounts;
/// Running the server: how it is set, who may do what, what was done.
mod administration;
/// `apply` of what runs the server; needs no server.
mod apply_administration;
/// `apply` of files, by random changes; needs no server.
mod apply_files;
/// `apply` against a simple model, by random changes; needs no server.
mod apply_model;
/// The index and searches against a plain look at everything, by random changes; needs no server.
mod apply_search;
/// `apply` between people, by random changes; needs no server.
mod apply_social;
/// Files: sent, read, refused, forgotten.
mod attachments;
/// Pictures of people: set, shown, replaced, taken away.
mod avatars;
/// Copies that the server takes by itself.
mod backups;
/// People and addresses that are kept out.
mod bans;
/// Silence between two people, on every path.
mod blocks;
/// Programs that are people, by tokens that last.
mod bots;
/// Running the server from the command line, beside a server or without one.
mod command_admin;
/// Options in files, and secrets in files of their own.
mod command_config;
/// What is wrong with how a server is run.
mod command_doctor;
/// Copies and their return, a look at the file, people, in few words.
mod command_house;
/// Words, options and what is said when something is in the way.
mod command_line;
/// Rooms and directs: made, found, joined, left, changed, deleted.
mod conversations;
/// The dialects' parsers on random input; needs no server.
mod dialect_parsers;
/// All dialects at once: one order, and nothing for who may not see it.
mod dialects;
/// A client written from document 000 alone.
mod document_000;
/// A client written from document 001 alone.
mod document_001;
/// A client written from document 002 alone.
mod document_002;
/// A client written from document 003 alone.
mod document_003;
/// A client written from document 004 alone.
mod document_004;
/// People who come by an existing application's tokens.
mod external;
/// What a browser loads at its first visit, and what it keeps.
mod first_load;
/// Invitations and games: how they end, whoever comes first.
mod games;
/// Faults under load, and what a whole history must never show.
mod history;
/// Hooks of rooms: what programs elsewhere post, and what they are told.
mod hooks;
/// Requests that are wrong in every way: a clear error as JSON, never more.
mod http_errors;
/// HTTPS by the program itself: certificates in files or from an authority, the way from plain HTTP.
mod https;
/// Invitations to make an account.
mod invitations;
/// What the log says, and what it must never say.
mod logs;
/// Text as it shows, and whom it names.
mod markup;
/// Pictures as they come from cameras and from attackers; needs no server.
mod media;
/// Messages and read marks over REST.
mod messages;
/// The numbers that programs watch, and who may read them.
mod metrics;
/// Communities that leave as lines and come back.
mod moves;
/// What DiscordChatExporter writes.
mod moves_discord;
/// What Mattermost exports in bulk.
mod moves_mattermost;
/// What programs said elsewhere, besides.
mod moves_programs;
/// What Slack exports.
mod moves_slack;
/// Exports in the zip that they came in.
mod moves_zip;
/// What the server says of its calls, against what they do.
mod openapi;
/// Outgoing hooks: what people say in a room is told elsewhere, and answered there.
mod outgoing;
/// More than the disk takes: refused early, and nothing taken is lost.
mod overload;
/// Friends, notifications, tournaments.
mod people;
/// Pinned messages, and what messages said before they were edited.
mod pins;
/// What lies where a database is put: neither read into it, nor changed, nor lost.
mod places;
/// Web Push: who is told, in what words, and what becomes of services that fail.
mod push;
/// Messages that people report to who runs the server.
mod reports;
/// Finding what was said.
mod search;
/// What keeps people who mean harm out.
mod security;
/// The service manager is told.
mod service_manager;
/// Slash commands that programs answer.
mod slash;
/// Rooms whose members speak only now and then.
mod slow_mode;
/// Smaller frames, for who asks for them.
mod socket_compression;
/// The frame layer, byte by byte.
mod socket_frames;
/// The native dialect: what is asked, what everyone is told, what is refused.
mod socket_messages;
/// Who is online, and who writes.
mod socket_presence;
/// Coming back after having been away.
mod socket_resume;
/// Several people and several doors at once.
mod stories;
mod support;
/// The house rules: what knows what, how long files are, what each says of itself.
mod tidy;
/// Tokens: where they may stand, which are refused, which pages may use a cookie.
mod tokens;
/// Files of earlier versions.
mod upgrade;
/// The web client's files and pages as they are served.
mod web;
