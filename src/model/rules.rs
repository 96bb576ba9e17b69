//! Who may do what: pure functions of the facts they are given.
//!
//! They are called inside the transaction that acts (`store::apply`) or in the read that answers
//! (`store::query`), with facts read there, so that nothing can change between check and act.
//! The existence of what a caller may not see is never told: those refusals are `not_found`.

use super::{Code, Kind, Refusal, Role, RoomRole, SlowMode, Timestamp, UserId, hook::HookKind};

/// What is known of a conversation and the caller when a rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Room or direct.
    pub kind: Kind,
    /// Whether only members may know of it.
    pub is_private: bool,
    /// Whether it is the room that everyone is in and that always stays.
    pub is_general: bool,
    /// What the caller is in it, if a member.
    pub room_role: Option<RoomRole>,
    /// What the caller may do on the whole server.
    pub role: Role,
    /// Whether, in a direct, one of the two blocks the other.
    pub is_silent: bool,
}

impl Standing {
    fn is_member(&self) -> bool {
        self.room_role.is_some()
    }

    fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}

/// To see that a conversation exists: members, and everyone for public rooms. Administrators see
/// that a private room exists, not what is said in it.
///
/// # Errors
/// `not_found`.
pub fn may_know(s: &Standing) -> Result<(), Refusal> {
    let open = s.kind == Kind::Room && (!s.is_private || s.is_admin());
    if s.is_member() || open { Ok(()) } else { Err(Refusal::not_found()) }
}

/// To read and write in it: members alone.
///
/// # Errors
/// `forbidden` to who may know of it, else `not_found`.
pub fn may_take_part(s: &Standing) -> Result<(), Refusal> {
    may_know(s)?;
    if s.is_member() { Ok(()) } else { Err(Refusal::forbidden("join this room first")) }
}

/// To say something in it: members, unless a block parts the two people of a direct.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_write(s: &Standing) -> Result<(), Refusal> {
    may_take_part(s)?;
    if s.is_silent { Err(Refusal::silenced()) } else { Ok(()) }
}

/// To say something now in a room that lets its members speak only now and then, after what they
/// said last: its owner, administrators and programs, which have limits of their own, always may. A clock that was set back stops nobody.
///
/// # Errors
/// `slow_mode`, with how long to wait.
pub fn may_speak_again(
    s: &Standing,
    slow_mode: SlowMode,
    last: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let is_held = s.role == Role::Member && s.room_role != Some(RoomRole::Owner);
    if !is_held {
        return Ok(());
    }
    let Some(since) = last.map(|last| now.0 - last.0).filter(|since| *since >= 0) else {
        return Ok(());
    };
    let left = slow_mode.seconds() * 1000 - since;
    if left <= 0 {
        return Ok(());
    }
    let seconds = left.unsigned_abs().div_ceil(1000);
    Err(Refusal::new(Code::SlowMode, "this room is in slow mode, wait a little")
        .retry_after(seconds))
}

/// To like a message: whoever may write there, but for one's own.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_like(s: &Standing, caller: UserId, sender: UserId) -> Result<(), Refusal> {
    may_write(s)?;
    if caller == sender {
        Err(Refusal::forbidden("one does not like one's own message"))
    } else {
        Ok(())
    }
}

/// To come into a room by oneself: public rooms, or where one is already.
///
/// # Errors
/// `forbidden` to who may know of it, else `not_found`.
pub fn may_join(s: &Standing) -> Result<(), Refusal> {
    may_know(s)?;
    if s.is_member() || !s.is_private {
        Ok(())
    } else {
        Err(Refusal::forbidden("a private room is joined by being added to it"))
    }
}

/// To leave: any room, no direct.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_leave(s: &Standing) -> Result<(), Refusal> {
    may_take_part(s)?;
    match s.kind {
        Kind::Room => Ok(()),
        Kind::Direct => Err(Refusal::forbidden("a direct conversation cannot be left")),
    }
}

/// To bring somebody in: any member of a room.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_add_member(s: &Standing) -> Result<(), Refusal> {
    may_take_part(s)?;
    match s.kind {
        Kind::Room => Ok(()),
        Kind::Direct => Err(Refusal::forbidden("a direct conversation has exactly two people")),
    }
}

/// To rename, retitle, hide or show, delete, or remove people: the room's owner and administrators.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_run(s: &Standing) -> Result<(), Refusal> {
    may_know(s)?;
    match s.kind {
        Kind::Direct => Err(Refusal::forbidden("a direct conversation belongs to both people")),
        Kind::Room if s.is_admin() || s.room_role == Some(RoomRole::Owner) => Ok(()),
        Kind::Room => Err(Refusal::forbidden("only the room's owner or an administrator may")),
    }
}

/// To let programs elsewhere post into a room: who runs it. To let them hear of what is said: of these,
/// in a private room, only who hears it themself.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_hook(s: &Standing, kind: HookKind) -> Result<(), Refusal> {
    may_run(s)?;
    match kind {
        HookKind::Outgoing if s.is_private => may_take_part(s),
        HookKind::Incoming | HookKind::Outgoing => Ok(()),
    }
}

/// To rename, hide or delete a room: as `may_run`, but `general` stays as it is for everyone.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_reshape(s: &Standing) -> Result<(), Refusal> {
    may_run(s)?;
    if s.is_general {
        return Err(Refusal::forbidden("general stays, with its name, open to everyone"));
    }
    Ok(())
}

/// To change what a message says: its sender, while still a member.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_edit(s: &Standing, caller: UserId, sender: UserId) -> Result<(), Refusal> {
    may_write(s)?;
    if caller == sender {
        Ok(())
    } else {
        Err(Refusal::forbidden("only its sender may edit a message"))
    }
}

/// To delete a message: its sender, while still a member; in rooms also owner and administrators.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_delete(s: &Standing, caller: UserId, sender: UserId) -> Result<(), Refusal> {
    if caller == sender {
        return may_take_part(s);
    }
    may_know(s)?;
    match s.kind {
        Kind::Room => {
            may_run(s).map_err(|_| Refusal::forbidden("only its sender or who runs the room may"))
        }
        Kind::Direct => Err(Refusal::forbidden("only its sender may delete a message")),
    }
}

/// To pin a message, or unpin it: who may delete it, as long as they may write there; in a direct
/// both people.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_pin(s: &Standing, caller: UserId, sender: UserId) -> Result<(), Refusal> {
    may_write(s)?;
    match s.kind {
        Kind::Direct => Ok(()),
        Kind::Room if caller == sender => Ok(()),
        Kind::Room => {
            may_run(s).map_err(|_| Refusal::forbidden("only its sender or who runs the room may"))
        }
    }
}

/// To see what a message said before it was edited: its sender, and administrators, where they are
/// members. Not the room's owner: anybody can make a room, and people take their words back from it.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_see_versions(s: &Standing, caller: UserId, sender: UserId) -> Result<(), Refusal> {
    may_take_part(s)?;
    if caller == sender || s.is_admin() {
        Ok(())
    } else {
        Err(Refusal::forbidden("only its sender or an administrator may"))
    }
}

/// To report a message: whoever can read it, but for one's own; after a block too.
///
/// # Errors
/// `forbidden` or `not_found`.
pub fn may_report(s: &Standing, caller: UserId, sender: UserId) -> Result<(), Refusal> {
    may_take_part(s)?;
    if caller == sender { Err(Refusal::forbidden("one does not report oneself")) } else { Ok(()) }
}

/// To run the server: administrators.
///
/// # Errors
/// `forbidden`.
pub fn may_administer(role: Role) -> Result<(), Refusal> {
    match role {
        Role::Admin => Ok(()),
        Role::Member | Role::Bot => Err(Refusal::forbidden("only an administrator may")),
    }
}

/// Whether who does something in a room does it because they run the server, and not because it is
/// their own: then it is written down for the others who do.
#[must_use]
pub fn is_moderation(s: &Standing) -> bool {
    s.is_admin() && s.room_role != Some(RoomRole::Owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Code;

    const PUBLIC: Standing = Standing {
        kind: Kind::Room,
        is_private: false,
        is_general: false,
        room_role: None,
        role: Role::Member,
        is_silent: false,
    };

    fn code(result: Result<(), Refusal>) -> Option<Code> {
        result.err().map(|r| r.code)
    }

    #[test]
    fn a_stranger_may_not_know_of_private_rooms_and_directs() {
        let private = Standing { is_private: true, ..PUBLIC };
        let direct = Standing { kind: Kind::Direct, is_private: true, ..PUBLIC };
        for hidden in [private, direct] {
            for rule in [may_know, may_take_part, may_join, may_leave, may_add_member, may_run] {
                assert_eq!(code(rule(&hidden)), Some(Code::NotFound));
            }
        }
        let admin = Standing { role: Role::Admin, ..direct };
        assert_eq!(code(may_know(&admin)), Some(Code::NotFound));
    }

    #[test]
    fn only_members_take_part_and_only_owner_or_admin_run() {
        assert_eq!(code(may_take_part(&PUBLIC)), Some(Code::Forbidden));
        let member = Standing { room_role: Some(RoomRole::Member), ..PUBLIC };
        assert_eq!(code(may_take_part(&member)), None);
        assert_eq!(code(may_run(&member)), Some(Code::Forbidden));
        let owner = Standing { room_role: Some(RoomRole::Owner), ..PUBLIC };
        let admin = Standing { role: Role::Admin, ..PUBLIC };
        assert_eq!((code(may_run(&owner)), code(may_run(&admin))), (None, None));
        let general = Standing { is_general: true, ..admin };
        assert_eq!(code(may_reshape(&general)), Some(Code::Forbidden));
    }

    #[test]
    fn in_slow_mode_members_wait_and_who_runs_the_room_does_not() {
        let member = Standing { room_role: Some(RoomRole::Member), ..PUBLIC };
        let owner = Standing { room_role: Some(RoomRole::Owner), ..PUBLIC };
        let admin = Standing { role: Role::Admin, ..member };
        let slow = SlowMode::new(10).expect("within bounds");
        let wait = |s: &Standing, last: Option<i64>, now| {
            let asked = may_speak_again(s, slow, last.map(Timestamp), Timestamp(now));
            asked.err().and_then(|refusal| refusal.retry_after)
        };
        for (last, now, seconds) in [
            (None, 0, None),
            (Some(1000), 1000, Some(10)),
            (Some(1000), 1001, Some(10)),
            (Some(1000), 10_999, Some(1)),
            (Some(1000), 11_000, None),
            (Some(1000), 999, None),
        ] {
            assert_eq!(wait(&member, last, now), seconds, "{last:?} {now}");
            assert_eq!((wait(&owner, last, now), wait(&admin, last, now)), (None, None));
        }
        let off = may_speak_again(&member, SlowMode::default(), Some(Timestamp(5)), Timestamp(5));
        assert_eq!(off, Ok(()));
    }

    #[test]
    fn who_may_pin_and_who_may_see_what_was_said_before() {
        let (one, other) = (UserId::fresh(), UserId::fresh());
        let member = Standing { room_role: Some(RoomRole::Member), ..PUBLIC };
        let owner = Standing { room_role: Some(RoomRole::Owner), ..PUBLIC };
        let admin = Standing { role: Role::Admin, ..member };
        let stranger = Standing { role: Role::Admin, ..PUBLIC };
        let direct = Standing { kind: Kind::Direct, is_private: true, ..member };
        let silent = Standing { is_silent: true, ..direct };
        let no = Some(Code::Forbidden);
        for (standing, own, others) in [
            (member, None, no),
            (owner, None, None),
            (admin, None, None),
            (stranger, no, no),
            (direct, None, None),
            (silent, no, no),
        ] {
            assert_eq!(code(may_pin(&standing, one, one)), own, "{standing:?}");
            assert_eq!(code(may_pin(&standing, one, other)), others, "{standing:?}");
        }
        for (standing, own, others) in [
            (member, None, no),
            (owner, None, no),
            (admin, None, None),
            (stranger, no, no),
            (direct, None, no),
        ] {
            assert_eq!(code(may_see_versions(&standing, one, one)), own, "{standing:?}");
            assert_eq!(code(may_see_versions(&standing, one, other)), others, "{standing:?}");
        }
    }
}
