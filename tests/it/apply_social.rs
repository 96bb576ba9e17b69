//! Random changes between people: blocks, friends, invitations, games, tournaments, reactions,
//! notifications, pins, edits, avatars. Whatever their order: a refusal leaves nothing behind, replaying gives the same rows
//! and events, and what must always hold of two people does.

use proptest::prelude::*;
use rusqlite::Connection;
use salon::{
    change::{
        Act, Change, ConversationRef, FinishGame, Invite, NewAvatar, NewSession, PersonRef,
        PostMessage, PostPlace, Register,
    },
    event::{Event, Told},
    model::{
        ClientId, ConversationId, DisplayName, Emoji, GameId, GameOptions, InvitationId, MessageId,
        MessageText, Notice, Rev, SessionId, Timestamp, TokenId, TournamentId, TournamentName,
        UserId, Username, notification::Recipients,
    },
    store::{Halt, in_memory},
};
use uuid::Uuid;

use crate::support::{
    moving::comes_back,
    rows::{dump, replay},
};

const PEOPLE: u8 = 4;

/// How long an invitation waits, and how much later each change is than the one before.
const WAIT: i64 = 5;

fn person(number: u8) -> UserId {
    UserId(Uuid::from_u128(100 + u128::from(number)))
}

fn fresh(number: usize) -> Uuid {
    Uuid::from_u128(1000 + number as u128)
}

/// What somebody does to somebody; the small number picks a thing that was made before.
fn acts() -> impl Strategy<Value = Vec<(u8, u8, u8, u8)>> {
    proptest::collection::vec((0u8..24, 0..PEOPLE, 0..PEOPLE, any::<u8>()), 1..120)
}

struct World {
    db: Connection,
    log: Vec<Change>,
    told: Vec<Vec<Told>>,
    rev: Rev,
    messages: Vec<MessageId>,
    games: Vec<GameId>,
    tournaments: Vec<TournamentId>,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            db: in_memory::empty().unwrap(),
            log: Vec::new(),
            told: Vec::new(),
            rev: Rev(0),
            messages: Vec::new(),
            games: Vec::new(),
            tournaments: Vec::new(),
        };
        let general = ConversationId(Uuid::from_u128(1));
        assert!(world.send(None, Act::Found { general, signing_key: vec![7; 32] }));
        for number in 0..PEOPLE {
            let id = person(number);
            let session = NewSession {
                id: SessionId(id.0),
                token: TokenId(id.0),
                client: "".into(),
                address: None,
            };
            let register = Register {
                id,
                username: Username::parse(&format!("person-{number}")).unwrap(),
                display_name: DisplayName::parse("Somebody").unwrap(),
                password_hash: "hash".into(),
                invitation: None,
                claimed: true,
                session,
            };
            assert!(world.send(None, Act::Register(Box::new(register))));
        }
        world
    }

    /// Applies a change; a refusal must leave every row as it was.
    fn send(&mut self, by: Option<UserId>, act: Act) -> bool {
        let change = Change { at: Timestamp(self.log.len() as i64), by, act };
        let before = dump(&self.db);
        match in_memory::apply(&self.db, Rev(self.rev.0 + 1), &change) {
            Ok((_, told)) => {
                self.rev = Rev(self.rev.0 + 1);
                self.db.execute("UPDATE server SET rev = ?1", [self.rev.0]).unwrap();
                self.log.push(change);
                self.told.push(told);
                true
            }
            Err(Halt::Refused(_)) => {
                assert_eq!(dump(&self.db), before, "a refusal leaves nothing behind: {change:?}");
                false
            }
            Err(Halt::Fault(fault)) => panic!("{fault}: {change:?}"),
        }
    }

    fn step(&mut self, (what, by, to, which): (u8, u8, u8, u8)) {
        let (by, other, id) = (Some(person(by)), PersonRef::Id(person(to)), fresh(self.log.len()));
        let (on, pick) = (which % 2 == 0, usize::from(which));
        let message = self.messages.get(pick % self.messages.len().max(1)).copied();
        let message = message.unwrap_or(MessageId(id));
        let tournament = self.tournaments.get(pick % self.tournaments.len().max(1)).copied();
        let tournament = tournament.unwrap_or(TournamentId(id));
        let act = match what {
            0 => Act::Block { person: other, on },
            1 | 2 => Act::Befriend(other),
            3 => Act::Unfriend(other),
            4..=6 => Act::Invite(Box::new(Invite {
                id: InvitationId(id),
                person: other,
                client_id: ClientId::parse("1").unwrap(),
                options: GameOptions::default(),
                expires_at: Timestamp(self.log.len() as i64 + WAIT),
            })),
            7 | 8 => Act::AnswerInvite { from: other, accept: on, game: GameId(id) },
            9 => Act::CancelInvite { to: other },
            10 => {
                let winner = on.then_some(other);
                let id = self.games.get(pick % self.games.len().max(1)).copied();
                let id = id.unwrap_or(GameId(fresh(0)));
                Act::FinishGame(Box::new(FinishGame { id, winner, scores: None }))
            }
            11 => Act::AnnounceTournament {
                id: TournamentId(id),
                name: TournamentName::parse("Cup").unwrap(),
            },
            12 => Act::JoinTournament(tournament),
            13 => Act::LeaveTournament(tournament),
            14 if on => Act::StartTournament(tournament),
            14 => Act::CancelTournament(tournament),
            15 => Act::React {
                message,
                conversation: None,
                emoji: Emoji::parse(if on { "like" } else { "tada" }).unwrap(),
                added: which % 3 > 0,
            },
            16 => Act::Notify {
                to: if on { Recipients::Oneself } else { Recipients::Everyone },
                message: Notice::parse("tea").unwrap(),
                kind: "info".into(),
            },
            17 => Act::ReadAllNotifications,
            18 if on => Act::ExpireInvites,
            18 => Act::CancelInvitesOf(person(to)),
            19 => Act::Pin { message, on: which % 3 > 0 },
            20 => Act::EditMessage {
                id: message,
                content: MessageText::parse(&format!("now {which}")).unwrap(),
                names: Vec::new(),
            },
            21 if on => Act::DeleteMessage { id: message },
            22 if on => Act::SetAvatar(None),
            22 => Act::SetAvatar(Some(Box::new(NewAvatar {
                tag: (which % 5).to_string(),
                bytes: vec![which % 5; 3],
            }))),
            _ => Act::PostMessage(Box::new(PostMessage {
                id: MessageId(id),
                place: if on {
                    PostPlace::In(ConversationRef::Name("general".into()))
                } else {
                    PostPlace::Direct { with: other, id: ConversationId(id) }
                },
                content: MessageText::parse("hi").unwrap(),
                client_id: None,
                reply_to: None,
                shown_as: None,
                attachments: Vec::new(),
                names: Vec::new(),
            })),
        };
        let by =
            if matches!(act, Act::ExpireInvites | Act::CancelInvitesOf(_)) { None } else { by };
        if self.send(by, act) {
            for told in self.told.last().unwrap() {
                if let Event::MessagePosted(message) = &told.event {
                    self.messages.push(message.id);
                } else if let Event::GameFound(game) = &told.event {
                    self.games.push(game.id);
                } else if let Event::TournamentAnnounced(one) = &told.event {
                    self.tournaments.push(one.id);
                }
            }
        }
        self.check();
    }

    fn none(&self, what: &str, sql: &str) {
        let found: i64 = self
            .db
            .query_row(&format!("SELECT count(*) FROM ({sql})"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(found, 0, "{what}, after {:?}", self.log.last());
    }

    /// What holds whatever has happened.
    fn check(&self) {
        self.none(
            "a person's avatar is not the one that their row names",
            "SELECT 1 FROM person p LEFT JOIN avatar a ON a.person = p.id
             WHERE (a.person IS NULL) <> (p.avatar IS NULL)
                OR p.avatar <> substr(hex(a.bytes), 2, 1)",
        );
        let parted = "SELECT 1 FROM block b WHERE is_on
                      AND (b.person, b.blocked) IN ((x.one, x.other), (x.other, x.one))";
        self.none(
            "friends across a block",
            &format!(
                "SELECT 1 FROM (SELECT low AS one, high AS other FROM friendship
                                WHERE state <> 'ended') x WHERE EXISTS ({parted})"
            ),
        );
        self.none(
            "an invitation across a block",
            &format!(
                "SELECT 1 FROM (SELECT inviter AS one, invited AS other FROM invitation
                                WHERE state = 'pending') x WHERE EXISTS ({parted})"
            ),
        );
        let players = "SELECT inviter AS player FROM game WHERE state = 'on'
                       UNION ALL SELECT invited FROM game WHERE state = 'on'";
        self.none(
            "somebody in two games",
            &format!("SELECT player FROM ({players}) GROUP BY player HAVING count(*) > 1"),
        );
        self.none(
            "an invitation of somebody in a game",
            &format!(
                "SELECT 1 FROM invitation WHERE state = 'pending'
                 AND (inviter IN (SELECT player FROM ({players}))
                      OR invited IN (SELECT player FROM ({players})))"
            ),
        );
        self.none(
            "an unread notification of an invitation that is over",
            "SELECT 1 FROM notification n JOIN invitation i ON i.id = n.about
             WHERE NOT n.is_read AND i.state <> 'pending'",
        );
        self.none(
            "a count of reactions that is not theirs",
            "SELECT 1 FROM message m
             WHERE reactions <> (SELECT count(*) FROM reaction WHERE message = m.posted_rev)",
        );
        self.none(
            "a pin in part, or of a deleted message",
            "SELECT 1 FROM message WHERE (pinned_rev IS NULL) <> (pinned_at IS NULL)
                 OR (pinned_rev IS NULL) <> (pinned_by IS NULL)
                 OR pinned_rev IS NOT NULL AND (deleted_at IS NOT NULL OR pinned_rev > rev)",
        );
        self.none(
            "a former version of a message that was deleted, or not edited since",
            "SELECT 1 FROM message_version v JOIN message m ON m.posted_rev = v.message
             WHERE m.deleted_at IS NOT NULL OR v.rev > m.rev OR v.date > m.edited_at",
        );
        self.none(
            "a like of one's own message",
            "SELECT 1 FROM reaction r JOIN message m ON m.posted_rev = r.message
             WHERE r.emoji = 'like' AND r.person = m.sender",
        );
    }

    /// Every invitation that began ends at most once, and each side hears of it the same way.
    fn check_endings(&self) {
        let mut ended = std::collections::BTreeMap::<Uuid, Vec<&str>>::new();
        for told in self.told.iter().flatten() {
            if let Event::InviteCanceled { invitation, .. } = &told.event {
                ended.entry(invitation.id.0).or_default().push("canceled");
            } else if let Event::InviteAccepted(invitation) | Event::InviteDeclined(invitation) =
                &told.event
            {
                ended.entry(invitation.id.0).or_default().push("answered");
            }
        }
        for (id, endings) in ended {
            assert!(
                endings == ["answered"] || endings == ["canceled", "canceled"],
                "{id}: {endings:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_to_each_other_what_must_hold_does(acts in acts()) {
        let mut world = World::new();
        for act in acts {
            world.step(act);
        }
        world.check_endings();
        comes_back(&world.db);
        let (again, told) = replay(&world.log);
        prop_assert_eq!(told, world.told);
        prop_assert_eq!(dump(&again), dump(&world.db));
    }
}
