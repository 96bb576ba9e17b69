//! What somebody missed since a change: how a client resumes without gaps.
//!
//! Nothing is kept for it. Messages, members, rooms and people carry the `rev` of their last change, so
//! what was missed is read from the rows themselves, as they are now: a message posted and edited
//! since is told once, as posted, with what it says now. So it is when it was edited after what the
//! client hears live begins: that it was posted it has not heard.

use std::sync::Arc;

use rusqlite::Connection;

use super::{
    blocks, conversations,
    friends::{self, Changed},
    games, messages, notifications, people, tournaments,
};
use crate::{
    event::{Event, Membership},
    model::{
        ConversationId, Rev, RoomRole, Seq, UserId,
        game::{GameState, InvitationState},
    },
    store::{Halt, current_rev},
};

/// Who missed more than this reloads instead.
const MOST: usize = 1000;

/// What was missed.
#[derive(Debug)]
pub struct Missed {
    /// Up to here, everything is told.
    pub cursor: Rev,
    /// In order of change; nothing when it was too much to tell.
    pub events: Option<Vec<(Rev, Event)>>,
}

/// What `person` missed after the change `since`, up to and with `until`, which is where what they
/// hear live begins; or all there is.
///
/// A cursor that this file has not given out, since a copy of it took its place or it is another's,
/// tells nothing of what was missed.
///
/// # Errors
/// The file failed.
pub fn missed(
    db: &Connection,
    person: UserId,
    since: Rev,
    until: Option<Rev>,
) -> Result<Missed, Halt> {
    let now = current_rev(db)?;
    let until = until.unwrap_or(now);
    if since > now || since < Rev(0) || since.life() != now.life() {
        return Ok(Missed { cursor: until, events: None });
    }
    let until = until.max(since);
    let mut told = Telling { db, person, since, until, events: Vec::new() };
    let complete = told.rooms()?
        && told.memberships()?
        && told.people()?
        && told.silences()?
        && told.friends()?
        && told.games()?
        && told.tournaments()?
        && told.notifications()?;
    let mut events = told.events;
    events.retain(|(rev, _)| *rev <= until);
    events.sort_by_key(|(rev, _)| *rev);
    Ok(Missed { cursor: until, events: complete.then_some(events) })
}

struct Telling<'a> {
    db: &'a Connection,
    person: UserId,
    since: Rev,
    until: Rev,
    events: Vec<(Rev, Event)>,
}

/// A membership of the person's own.
struct Own {
    conversation: ConversationId,
    role: Option<RoomRole>,
    joined_rev: Rev,
    rev: Rev,
    /// The change that last moved their read mark, where it stands, and the last message's place.
    read_rev: Rev,
    read: Seq,
    last: Seq,
}

impl Own {
    /// Since when what happened there concerns them: what came in one change with them does.
    fn since(&self, cursor: Rev) -> Rev {
        cursor.max(self.joined_rev.before())
    }
}

impl Telling<'_> {
    fn is_too_much(&self) -> bool {
        self.events.len() > MOST
    }

    fn room_left(&self) -> i64 {
        (MOST + 1 - self.events.len().min(MOST)) as i64
    }

    /// When something that a client has not heard of since the change `first` is told, if not live.
    fn rev_to_tell(&self, first: Rev, last: Rev) -> Option<Rev> {
        (first <= self.until).then_some(last.min(self.until))
    }

    /// Rooms made, changed and deleted that the person may, or could, see.
    fn rooms(&mut self) -> Result<bool, Halt> {
        let mut changed = self.db.prepare_cached(
            "SELECT c.id, c.rev, c.created_rev,
                    c.deleted_at IS NOT NULL OR c.is_private AND m.role IS NULL
             FROM conversation c
             LEFT JOIN member m ON m.conversation = c.id AND m.person = ?2
             WHERE c.rev > ?1 AND c.kind = 'room'
               AND (NOT c.is_private OR m.role IS NOT NULL
                    OR c.hidden_rev > ?1                          -- gone from sight
                    OR c.deleted_at IS NOT NULL AND m.rev > ?1)   -- left, and deleted afterwards
             ORDER BY c.rev LIMIT ?3",
        )?;
        let limit = self.room_left();
        let rows = changed
            .query_map((self.since, self.person, limit), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<rusqlite::Result<Vec<(ConversationId, Rev, Rev, bool)>>>()?;
        for (id, rev, created, gone) in rows {
            let event = match (gone, created > self.since) {
                (true, true) => continue, // came and went unseen
                (true, false) => Event::RoomDeleted(id),
                (false, made) => {
                    let room = Arc::new(conversations::view(self.db, id, None)?);
                    if made { Event::RoomCreated(room) } else { Event::RoomUpdated(room) }
                }
            };
            self.events.push((rev, event));
        }
        Ok(!self.is_too_much())
    }

    /// The person's own comings and goings, and all that happened where they are.
    fn memberships(&mut self) -> Result<bool, Halt> {
        let mut own = self.db.prepare_cached(
            "SELECT m.conversation, m.role, m.joined_rev, m.rev, m.read_rev, m.last_read_seq,
                    c.last_seq
             FROM member m JOIN conversation c ON c.id = m.conversation
             WHERE m.person = ?1 AND c.deleted_at IS NULL",
        )?;
        let memberships = own
            .query_map([self.person], |row| {
                Ok(Own {
                    conversation: row.get(0)?,
                    role: row.get(1)?,
                    joined_rev: row.get(2)?,
                    rev: row.get(3)?,
                    read_rev: row.get(4)?,
                    read: row.get(5)?,
                    last: row.get(6)?,
                })
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for own in memberships {
            self.own(&own)?;
            if own.role.is_some() {
                self.others(&own)?;
                self.messages(&own)?;
            }
            if self.is_too_much() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn own(&mut self, own: &Own) -> Result<(), Halt> {
        if own.role.is_some() && own.joined_rev > self.since {
            let seen = conversations::view(self.db, own.conversation, Some(self.person))?;
            self.events.push((own.joined_rev, Event::ChatJoined(Arc::new(seen))));
        } else if own.role.is_none() && own.rev > self.since {
            // told even if the person came after the cursor as well: they may have been in it before
            let left = self.membership(own.conversation, self.person)?;
            self.events.push((own.rev, Event::ChatLeft(left)));
        }
        if own.role.is_some() && own.read_rev > self.since {
            let (conversation, seq) = (own.conversation, own.read);
            let unread_count = messages::unread(self.db, conversation, self.person, seq, own.last)?;
            let moved = Event::ReadMarkMoved { conversation, seq, unread_count };
            self.events.push((own.read_rev, moved));
        }
        Ok(())
    }

    fn messages(&mut self, own: &Own) -> Result<(), Halt> {
        let since = own.since(self.since);
        let (place, limit) = (own.conversation, self.room_left());
        for message in messages::changed_since(self.db, place, self.person, since, limit)? {
            let is_new = message.posted_rev > since;
            let first = if is_new { message.posted_rev } else { message.rev };
            let Some(rev) = self.rev_to_tell(first, message.rev) else { continue };
            let message = Arc::new(message);
            let event = match (is_new, message.is_deleted) {
                (true, _) => Event::MessagePosted(message),
                (false, true) => Event::MessageDeleted(message),
                (false, false) => Event::MessageEdited(message),
            };
            self.events.push((rev, event));
        }
        Ok(())
    }

    /// Who else came, went and read.
    fn others(&mut self, own: &Own) -> Result<(), Halt> {
        let since = own.since(self.since);
        let mut changed = self.db.prepare_cached(
            "SELECT m.person, p.username, m.role, m.joined_rev, m.read_rev, m.told_read_seq, m.rev,
                    read.id
             FROM member m JOIN person p ON p.id = m.person
             LEFT JOIN message read
                    ON read.conversation = m.conversation AND read.seq = m.told_read_seq
             WHERE m.conversation = ?1 AND m.rev > ?2 AND m.person <> ?3
             ORDER BY m.rev LIMIT ?4",
        )?;
        let parameters = (own.conversation, since, self.person, self.room_left());
        let mut rows = changed.query(parameters)?;
        while let Some(row) = rows.next()? {
            let (person, username): (UserId, String) = (row.get(0)?, row.get(1)?);
            let role: Option<RoomRole> = row.get(2)?;
            let (joined_rev, read_rev): (Rev, Rev) = (row.get(3)?, row.get(4)?);
            let (seq, rev): (Seq, Rev) = (row.get(5)?, row.get(6)?);
            if role.is_none() {
                let left = self.membership(own.conversation, person)?;
                self.events.push((rev, Event::ChatLeft(left)));
                continue;
            }
            if joined_rev > since {
                let joined = self.membership(own.conversation, person)?;
                self.events.push((joined_rev, Event::MemberJoined(joined)));
            }
            if let (true, Some(message)) = (read_rev > since, row.get(7)?)
                && !blocks::parts(self.db, self.person, person)?
            {
                let conversation = own.conversation;
                let read = Event::MessageRead { conversation, message, seq, person, username };
                self.events.push((read_rev, read));
            }
        }
        Ok(())
    }

    fn people(&mut self) -> Result<bool, Halt> {
        for person in people::changed_since(self.db, self.since, self.room_left())? {
            if blocks::parts(self.db, self.person, person.id)? {
                continue; // it would tell when they were here
            }
            self.events.push((person.rev, Event::PersonUpdated(Arc::new(person))));
        }
        Ok(!self.is_too_much())
    }

    fn silences(&mut self) -> Result<bool, Halt> {
        let mut changed = self.db.prepare_cached(
            "SELECT p.id, p.username, b.is_on, b.rev FROM block b JOIN person p ON p.id = b.blocked
             WHERE b.person = ?1 AND b.rev > ?2 ORDER BY b.rev LIMIT ?3",
        )?;
        let mut rows = changed.query((self.person, self.since, self.room_left()))?;
        while let Some(row) = rows.next()? {
            let (person, username, on) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.events.push((row.get(3)?, Event::Silence { person, username, on }));
        }
        Ok(!self.is_too_much())
    }

    fn friends(&mut self) -> Result<bool, Halt> {
        for (change, rev) in friends::changed_since(self.db, self.person, self.since)? {
            let event = match change {
                Changed::Friends { user, friend } => {
                    Event::NewFriend { user: Arc::new(user), friend: Arc::new(friend) }
                }
                Changed::AskedBy(from) => {
                    Event::FriendRequest { from: Arc::new(from), to: self.person }
                }
                Changed::Asked(person) => Event::FriendRequested(Arc::new(person)),
                Changed::Ended(username) => Event::FriendRemoved { username },
            };
            self.events.push((rev, event));
        }
        Ok(!self.is_too_much())
    }

    /// What became of invitations, then the games they led to: both have the same `rev`.
    fn games(&mut self) -> Result<bool, Halt> {
        let limit = self.room_left();
        for one in games::invitations_since(self.db, self.person, self.since, limit)? {
            let is_inviter = one.inviter.id == self.person;
            let (rev, state) = (one.rev, one.state);
            let other = if is_inviter { &one.invited } else { &one.inviter }.username.clone();
            let invitation = Arc::new(one);
            let event = match (state, is_inviter) {
                (InvitationState::Pending, true) => Event::InviteSent(invitation),
                (InvitationState::Pending, false) => Event::Invited(invitation),
                (InvitationState::Accepted, true) => Event::InviteAccepted(invitation),
                (InvitationState::Declined, true) => Event::InviteDeclined(invitation),
                (InvitationState::Accepted, false) => {
                    Event::InviteAnswered { invitation, accepted: true }
                }
                (InvitationState::Declined, false) => {
                    Event::InviteAnswered { invitation, accepted: false }
                }
                (InvitationState::Canceled, _) => Event::InviteCanceled { invitation, other },
            };
            self.events.push((rev, event));
        }
        let limit = self.room_left();
        for game in games::games_since(self.db, self.person, self.since, limit)? {
            let (rev, is_on) = (game.rev, game.state == GameState::On);
            let game = Arc::new(game);
            let event = if is_on { Event::GameFound(game) } else { Event::GameFinished(game) };
            self.events.push((rev, event));
        }
        Ok(!self.is_too_much())
    }

    fn tournaments(&mut self) -> Result<bool, Halt> {
        for one in tournaments::changed_since(self.db, self.since, self.room_left())? {
            if blocks::blocks(self.db, self.person, one.organizer_id)? {
                continue;
            }
            let (rev, is_new) = (one.rev, one.created_rev > self.since);
            let one = Arc::new(one);
            if is_new {
                self.events.push((rev, Event::TournamentAnnounced(Arc::clone(&one))));
            }
            self.events.push((rev, Event::TournamentUpdated(one)));
        }
        Ok(!self.is_too_much())
    }

    fn notifications(&mut self) -> Result<bool, Halt> {
        let (person, limit) = (self.person, self.room_left());
        let unread_count = notifications::unread_count(self.db, person)?;
        for one in notifications::changed_since(self.db, person, self.since, limit)? {
            let is_new = one.created_rev > self.since;
            let first = if is_new { one.created_rev } else { one.rev };
            let Some(rev) = self.rev_to_tell(first, one.rev) else { continue };
            let event = if is_new {
                Event::NotificationAdded { notification: Arc::new(one), unread_count }
            } else {
                Event::NotificationRead { id: Some(one.id), unread_count }
            };
            self.events.push((rev, event));
        }
        Ok(!self.is_too_much())
    }

    fn membership(&self, conversation: ConversationId, person: UserId) -> Result<Membership, Halt> {
        let mut one = self.db.prepare_cached(
            "SELECT p.username, c.member_count FROM person p JOIN conversation c
             WHERE p.id = ?1 AND c.id = ?2",
        )?;
        Ok(one.query_row((person, conversation), |row| {
            Ok(Membership {
                conversation,
                person,
                username: row.get(0)?,
                member_count: row.get(1)?,
            })
        })?)
    }
}
