//! Whatever is uploaded, posted, discarded and deleted in whatever order: the bytes of a file are
//! kept once, the sums of what is stored hold, a refusal leaves nothing behind, and after a sweep
//! nothing is left that nobody uses.

use proptest::prelude::*;
use rusqlite::Connection;
use salon::{
    change::{
        Act, Administration, Change, ConversationRef, FinishFile, PostMessage, PostPlace,
        ServerEdit, StorePiece,
    },
    event::Told,
    model::{
        AttachmentId, ConversationId, FileId, Filename, MessageId, MessageText, Rev, Timestamp,
        UserId,
        attachment::{Nature, PIECE_BYTES},
    },
    store::{Halt, in_memory},
};
use uuid::Uuid;

use crate::support::{
    moving::comes_back,
    rows::{dump, registration, replay},
};

const PEOPLE: u8 = 3;
const GENERAL: ConversationId = ConversationId(Uuid::from_u128(1));

fn id(of: u128, number: u8) -> Uuid {
    Uuid::from_u128(of * 1000 + u128::from(number))
}

fn person(number: u8) -> UserId {
    UserId(id(1, number))
}

struct World {
    db: Connection,
    log: Vec<Change>,
    told: Vec<Vec<Told>>,
    at: i64,
}

impl World {
    fn new() -> Self {
        let (db, log, told) = (in_memory::empty().unwrap(), Vec::new(), Vec::new());
        let mut world = Self { db, log, told, at: 0 };
        world.apply(None, Act::Found { general: GENERAL, signing_key: vec![0; 32] });
        for number in 0..PEOPLE {
            assert!(world.apply(None, registration(person(number), &format!("person{number}"))));
        }
        let (person_quota, storage_quota) = (4 * PIECE_BYTES as i64, 9 * PIECE_BYTES as i64);
        let edit = ServerEdit {
            person_quota: Some(person_quota),
            storage_quota: Some(storage_quota),
            ..ServerEdit::default()
        };
        let act = Act::Administer(Box::new(Administration::EditServer(edit)));
        assert!(world.apply(None, act));
        world
    }

    /// Applies a change; after a refusal every row must be as it was.
    fn apply(&mut self, by: Option<UserId>, act: Act) -> bool {
        self.at += 1;
        let change = Change { by, at: Timestamp(self.at), act };
        let before = dump(&self.db);
        let rev = Rev(self.log.len() as i64 + 1);
        match in_memory::apply(&self.db, rev, &change) {
            Ok((_, told)) => {
                self.db.execute("UPDATE server SET rev = ?1", [rev.0]).unwrap();
                self.log.push(change);
                self.told.push(told);
                true
            }
            Err(Halt::Refused(_)) => {
                assert_eq!(dump(&self.db), before, "a refusal left something behind");
                false
            }
            Err(Halt::Fault(fault)) => panic!("{fault}"),
        }
    }

    fn act(&mut self, (what, who, which, more): (u8, u8, u8, u8)) {
        let file = FileId(id(4, which));
        let act = match what {
            0 | 1 => Act::BeginFile { file, conversation: ConversationRef::Id(GENERAL) },
            2 | 3 => {
                let length =
                    [PIECE_BYTES, PIECE_BYTES, 10, 0, PIECE_BYTES + 1][usize::from(more) % 5];
                Act::StorePiece(Box::new(StorePiece { file, bytes: vec![more; length] }))
            }
            4 | 5 => {
                let nature = Nature {
                    hash: self.hash(file, more % 3),
                    mime: "text/plain".into(),
                    pixels: None,
                    thumbnail: more.is_multiple_of(2).then(|| vec![1]),
                };
                let attachment = AttachmentId(id(5, more));
                let filename = Filename::from_client("a.txt");
                Act::FinishFile(Box::new(FinishFile { file, nature, attachment, filename }))
            }
            6 | 7 => Act::PostMessage(Box::new(PostMessage {
                id: MessageId(id(6, which)),
                place: PostPlace::In(ConversationRef::Id(GENERAL)),
                content: MessageText::parse_beside_files("").unwrap(),
                names: Vec::new(),
                client_id: None,
                reply_to: None,
                shown_as: None,
                attachments: vec![AttachmentId(id(5, more))],
            })),
            8 => Act::DeleteMessage { id: MessageId(id(6, which)) },
            9 => Act::DiscardAttachments(vec![AttachmentId(id(5, more))]),
            10 => Act::AbandonFile(file),
            _ => {
                let (coming, unposted) = (i64::from(more % 40), i64::from(which % 40));
                return assert!(self.sweep(self.at - coming, self.at - unposted));
            }
        };
        // a message that is there already is a fault of whoever draws ids, not of people
        let drawn = "SELECT EXISTS (SELECT 1 FROM message WHERE id = ?1)
                         OR EXISTS (SELECT 1 FROM attachment WHERE id = ?2)
                         OR EXISTS (SELECT 1 FROM file WHERE id = ?3)";
        let (message, attachment) = (id(6, which), id(5, more));
        let ids = (message.as_bytes(), attachment.as_bytes(), file.0.as_bytes());
        let is_drawn: bool = self.db.query_row(drawn, ids, |row| row.get(0)).unwrap();
        let draws = matches!(what, 0 | 1 | 4..=7);
        if draws && is_drawn && self.would_draw_twice(what, ids) {
            return;
        }
        self.apply(Some(person(who % PEOPLE)), act);
    }

    /// As of bytes that some files share: the same for files of one size alone.
    fn hash(&self, file: FileId, kind: u8) -> Vec<u8> {
        let size = "SELECT coalesce(max(size), 0) FROM file WHERE id = ?1";
        let size: i64 = self.db.query_row(size, [file.0.as_bytes()], |row| row.get(0)).unwrap();
        [&size.to_be_bytes()[..], &[kind; 24]].concat()
    }

    fn would_draw_twice(&self, what: u8, ids: (&[u8; 16], &[u8; 16], &[u8; 16])) -> bool {
        let (table, id) = match what {
            0 | 1 => ("file", ids.2),
            4 | 5 => ("attachment", ids.1),
            _ => ("message", ids.0),
        };
        let there = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)");
        self.db.query_row(&there, [id], |row| row.get(0)).unwrap()
    }

    fn sweep(&mut self, coming: i64, unposted: i64) -> bool {
        let (coming_since, unposted_since) = (Timestamp(coming), Timestamp(unposted));
        self.apply(None, Act::SweepFiles { coming_since, unposted_since })
    }

    fn number(&self, sql: &str) -> i64 {
        self.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn holds(&self) {
        let stored = self.number("SELECT stored_bytes FROM server");
        assert_eq!(stored, self.number("SELECT coalesce(sum(length(bytes)), 0) FROM piece"));
        assert!(stored <= 9 * PIECE_BYTES as i64);
        let wrong = self.number(
            "SELECT count(*) FROM person p WHERE stored_bytes <>
                 (SELECT coalesce(sum(f.size), 0) FROM attachment a JOIN file f ON f.number = a.file
                  WHERE a.uploader = p.id)
               + (SELECT coalesce(sum(size), 0) FROM file WHERE owner = p.id AND state = 'coming')",
        );
        assert_eq!(wrong, 0, "what people are charged is what they have stored");
        let wrong = self.number(
            "SELECT count(*) FROM file f WHERE (state = 'whole') <>
                    EXISTS (SELECT 1 FROM attachment WHERE file = f.number)",
        );
        assert_eq!(wrong, 0, "a whole file is one that something uses");
        let wrong = self.number(
            "SELECT count(*) FROM message m WHERE attachments <>
                    (SELECT count(*) FROM attachment WHERE message = m.posted_rev)",
        );
        assert_eq!(wrong, 0, "a message knows how many files it has");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn files_come_and_go_and_nothing_is_lost_or_left(
        acts in proptest::collection::vec((0u8..12, 0..PEOPLE, 0u8..6, 0u8..12), 1..120),
    ) {
        let mut world = World::new();
        for act in acts {
            world.act(act);
            world.holds();
        }
        comes_back(&world.db);
        let (again, told) = replay(&world.log);
        prop_assert_eq!(dump(&again), dump(&world.db));
        prop_assert_eq!(&told, &world.told);
        for _ in 0..200 {
            let end = world.at + 1;
            world.sweep(end, end);
        }
        world.holds();
        prop_assert_eq!(world.number("SELECT count(*) FROM file WHERE state <> 'whole'"), 0);
        prop_assert_eq!(world.number("SELECT count(*) FROM attachment WHERE message IS NULL"), 0);
    }
}
