//! `Change` → rows and `Event`s, or a refusal: the only place where rows are written.
//!
//! What always holds: applying reads nothing but the change and the transaction, and draws no time,
//! id or randomness, so the same changes on the same file give the same rows and events; every
//! permission is asked of `model::rules` with facts read in the same transaction; a refused change
//! leaves nothing behind.

mod accounts;
mod administration;
mod attachments;
mod avatars;
mod bans;
mod blocks;
mod bots;
mod certificates;
mod conversations;
mod friends;
mod games;
mod hooks;
mod import;
mod index;
mod members;
mod mentions;
mod messages;
mod notifications;
mod passes;
mod pins;
mod push;
mod reactions;
mod reads;
mod reports;
mod server;
mod sessions;
mod slash;
mod tournaments;
mod versions;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use rusqlite::Connection;

use super::{Halt, query};
use crate::{
    change::{Act, Change, ConversationRef},
    event::{Audience, Event, Told},
    model::{
        Attachment, ConversationId, Game, Message, MessageId, Person, Refusal, Rev, SessionId,
        Timestamp, TokenId, Tournament, UserId,
        rules::{self, Standing},
    },
};

/// What whoever asked is told, once the change is durable.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is done; there is nothing to say.
    Done,
    /// A person, as they are now.
    Person(Person),
    /// Somebody is signed in.
    SignedIn(SignedIn),
    /// A conversation that was made, found or joined; read it to show it.
    Conversation {
        /// Which.
        id: ConversationId,
        /// Whether it was made just now.
        created: bool,
    },
    /// A message, as it is now.
    Message {
        /// The message.
        message: Arc<Message>,
        /// Whether it was posted just now, and not before under the same client id.
        fresh: bool,
    },
    /// A file that can be posted.
    Attachment(Attachment),
    /// What two people are to each other now.
    Friendship {
        /// Friends; else one has asked the other.
        friends: bool,
    },
    /// A game, as it is now.
    Game(Arc<Game>),
    /// A tournament, as it is now.
    Tournament(Arc<Tournament>),
    /// So many things were marked.
    Marked(usize),
    /// Lines were brought in; the last had this number, each one its own.
    Imported(Rev),
}

/// A session and who it is of.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Where.
    pub session: SessionId,
    /// The refresh token that works from now on.
    pub token: TokenId,
}

type Applied = Result<Outcome, Halt>;

/// One change on its way into the file.
struct Tx<'a> {
    db: &'a Connection,
    rev: Rev,
    at: Timestamp,
    by: Option<UserId>,
    told: Vec<Told>,
    /// How many notifications it has made so far.
    notified: u32,
}

impl Tx<'_> {
    /// Who asks.
    fn caller(&self) -> Result<UserId, Halt> {
        self.by.ok_or_else(|| Refusal::unauthorized().into())
    }

    /// The caller, which conversation is meant, and what the caller is to it.
    fn standing(
        &self,
        which: &ConversationRef,
    ) -> Result<(UserId, ConversationId, Standing), Halt> {
        let caller = self.caller()?;
        let (id, standing) = query::standing::standing(self.db, which, caller)?;
        Ok((caller, id, standing))
    }

    /// Refuses what two people do not do to each other while one of them blocks the other.
    fn refuse_parted(&self, one: UserId, other: UserId) -> Result<(), Halt> {
        if query::blocks::parts(self.db, one, other)? {
            Err(Refusal::silenced().into())
        } else {
            Ok(())
        }
    }

    /// A message that the caller may know of, and what the caller is where it stands.
    fn known(&self, id: MessageId) -> Result<(UserId, Message, Standing), Halt> {
        let message = query::messages::find(self.db, id)?;
        let place = ConversationRef::Id(message.conversation);
        let (caller, _, standing) = self.standing(&place)?;
        rules::may_know(&standing)?;
        Ok((caller, message, standing))
    }

    fn username(&self, person: UserId) -> rusqlite::Result<String> {
        self.db
            .prepare_cached("SELECT username FROM person WHERE id = ?1")?
            .query_row([person], |row| row.get(0))
    }

    fn tell(&mut self, audience: Audience, event: Event) {
        self.told.push(Told { audience, event });
    }
}

/// Applies one change inside the transaction that is open on `db`, or, without one, by itself.
/// After a refusal, a fault or a panic nothing of it is left.
pub(super) fn in_savepoint(
    db: &Connection,
    rev: Rev,
    change: &Change,
) -> Result<(Outcome, Vec<Told>), Halt> {
    db.prepare_cached("SAVEPOINT change")?.execute([])?;
    let mut tx = Tx { db, rev, at: change.at, by: change.by, told: Vec::new(), notified: 0 };
    let applied = catch_unwind(AssertUnwindSafe(|| apply(&mut tx, &change.act)));
    let applied = applied.unwrap_or_else(|_| {
        tracing::error!(?change.by, "applying a change panicked");
        Err(Refusal::unavailable().into())
    });
    match applied {
        Ok(outcome) => {
            db.prepare_cached("RELEASE change")?.execute([])?;
            Ok((outcome, tx.told))
        }
        Err(halt) => {
            // a transaction that the fault has already rolled back has no savepoint any more
            if !db.is_autocommit() {
                db.prepare_cached("ROLLBACK TO change")?.execute([])?;
                db.prepare_cached("RELEASE change")?.execute([])?;
            }
            Err(halt)
        }
    }
}

fn apply(tx: &mut Tx<'_>, act: &Act) -> Applied {
    match act {
        Act::Found { general, signing_key } => accounts::found(tx, *general, signing_key),
        Act::Register(register) => accounts::register(tx, register),
        Act::EditProfile { display_name, bio, locale } => {
            accounts::edit(tx, display_name.as_ref(), bio.as_ref(), locale.as_ref())
        }
        Act::SetAvatar(avatar) => avatars::set(tx, avatar.as_deref()),
        Act::DeleteAccount { password_hash } => accounts::delete(tx, password_hash),
        Act::RecordActivity(seen) => accounts::record_activity(tx, seen),
        Act::RecordTokenUse(used) => {
            bots::record_use(tx, used)?;
            Ok(Outcome::Done)
        }
        Act::SignIn { person, password_hash, session } => {
            sessions::sign_in(tx, *person, password_hash, session)
        }
        Act::Refresh { session, presented, next, address } => {
            sessions::refresh(tx, *session, *presented, *next, *address)
        }
        Act::UseSignInLink(link) => sessions::use_link(tx, link),
        Act::Administer(what) => administration::administer(tx, what),
        Act::RevokeSession { session } => sessions::revoke(tx, *session),
        Act::ChangePassword { password_hash, new_hash, keep } => {
            sessions::change_password(tx, password_hash, new_hash, *keep)
        }
        Act::ForgetSessions { refreshed_before } => sessions::forget(tx, *refreshed_before),
        Act::CreateRoom(create) => conversations::create_room(tx, create),
        Act::OpenDirect { id, with } => conversations::open_direct(tx, *id, with),
        Act::EditRoom(edit) => conversations::edit(tx, edit),
        Act::DeleteRoom(room) => conversations::delete(tx, room),
        Act::Join(room) => members::join(tx, room),
        Act::Leave(room) => members::leave(tx, room),
        Act::AddMember { conversation, person } => members::add(tx, conversation, person),
        Act::RemoveMember { conversation, person } => members::remove(tx, conversation, person),
        Act::SetNotify { conversation, notify } => members::set_notify(tx, conversation, *notify),
        Act::PostMessage(post) => messages::post(tx, post),
        Act::EditMessage { id, content, names } => messages::edit(tx, *id, content, names),
        Act::DeleteMessage { id } => messages::delete(tx, *id),
        Act::Report(new) => reports::report(tx, new),
        Act::MarkRead { conversation, seq } => reads::mark(tx, conversation, *seq),
        Act::MarkMessageRead { id } => reads::mark_message(tx, *id),
        Act::Admit(admit) => accounts::admit(tx, admit),
        Act::EnterRoom { id, name } => conversations::enter_room(tx, *id, name),
        Act::React { message, conversation, emoji, added } => {
            reactions::set(tx, *message, *conversation, emoji, *added)
        }
        Act::Pin { message, on } => pins::set(tx, *message, *on),
        Act::Block { person, on } => blocks::set(tx, person, *on),
        Act::Befriend(person) => friends::befriend(tx, person),
        Act::Unfriend(person) => friends::unfriend(tx, person),
        Act::Invite(invite) => games::invite(tx, invite),
        Act::AnswerInvite { from, accept, game } => games::answer(tx, from, *accept, *game),
        Act::CancelInvite { to } => games::cancel(tx, to),
        Act::CancelInvitesOf(person) => games::cancel_of(tx, *person),
        Act::ExpireInvites => games::expire(tx),
        Act::FinishGame(result) => games::finish(tx, result),
        Act::AbandonGame(id) => games::abandon(tx, *id),
        Act::AnnounceTournament { id, name } => tournaments::announce(tx, *id, name),
        Act::JoinTournament(id) => tournaments::join(tx, *id),
        Act::LeaveTournament(id) => tournaments::leave(tx, *id),
        Act::StartTournament(id) => tournaments::start(tx, *id),
        Act::CancelTournament(id) => tournaments::cancel(tx, *id),
        Act::Notify { to, message, kind } => notifications::notify(tx, to, message, kind),
        Act::ReadNotification(id) => notifications::read(tx, *id),
        Act::ReadAllNotifications => notifications::read_all(tx),
        Act::BeginFile { file, conversation } => attachments::begin(tx, *file, conversation),
        Act::StorePiece(piece) => attachments::store(tx, piece),
        Act::FinishFile(finish) => attachments::finish(tx, finish),
        Act::AbandonFile(file) => attachments::abandon(tx, *file),
        Act::DiscardAttachments(ids) => attachments::discard(tx, ids),
        Act::MakeHook(new) => hooks::make(tx, new),
        Act::DeleteHook { conversation, id } => hooks::delete(tx, conversation, *id),
        Act::NoteHook(told) => hooks::note_told(tx, told),
        Act::KeepPushKey(key) => push::keep_key(tx, key),
        Act::Subscribe { session, to } => push::subscribe(tx, *session, to),
        Act::Unsubscribe { endpoint } => push::unsubscribe(tx, endpoint),
        Act::ForgetSubscription { endpoint } => push::forget(tx, endpoint),
        Act::Import(lines) => import::import(tx, lines),
        Act::KeepCertification { what, whose, bytes } => {
            certificates::keep(tx, *what, whose, bytes)
        }
        Act::IndexMessages { most } => index::add_next(tx, *most),
        Act::SweepFiles { coming_since, unposted_since } => {
            attachments::sweep(tx, *coming_since, *unposted_since)
        }
    }
}
