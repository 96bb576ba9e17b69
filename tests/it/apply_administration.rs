//! `apply` of what runs the server: written down and read back, the same changes give the same rows
//! and events, and a refusal leaves nothing. Needs no server.

use rusqlite::Connection;
use salon::{
    change::{
        Act, Administration, Asks, Change, CommandEdit, ConversationRef, HookTold, NewBan, NewBot,
        NewBotToken, NewCommand, NewHook, NewPass, NewSession, PersonRef, Register, ServerEdit,
        UseSignInLink, Way,
    },
    event::Told,
    model::{
        BanId, Code, CommandId, CommandName, ConversationId, DisplayName, HookId, PassId, Reason,
        Registration, Rev, Role, Scope, Seq, ServerName, SessionId, Timestamp, TokenId, UserId,
        Username,
    },
    store::{Halt, in_memory},
};
use uuid::Uuid;

use crate::support::{
    moving::comes_back,
    rows::{dump, registration, replay},
};

const GENERAL: ConversationId = ConversationId(Uuid::from_u128(1));
const ADA: UserId = UserId(Uuid::from_u128(10));
const BOB: UserId = UserId(Uuid::from_u128(11));
const CARL: UserId = UserId(Uuid::from_u128(12));
const BAN: BanId = BanId(Uuid::from_u128(20));
const PASS: PassId = PassId(Uuid::from_u128(30));

struct World {
    db: Connection,
    log: Vec<Change>,
    told: Vec<Vec<Told>>,
}

impl World {
    fn apply(&mut self, by: Option<UserId>, act: Act) -> Result<(), Code> {
        let rev = Rev(self.log.len() as i64 + 1);
        let change = Change { by, at: Timestamp(1000 * rev.0), act };
        let before = dump(&self.db);
        match in_memory::apply(&self.db, rev, &change) {
            Ok((_, told)) => {
                self.db.execute("UPDATE server SET rev = ?1", [rev.0]).unwrap();
                self.log.push(change);
                self.told.push(told);
                Ok(())
            }
            Err(Halt::Refused(refusal)) => {
                assert_eq!(dump(&self.db), before, "a refusal left something behind");
                Err(refusal.code)
            }
            Err(Halt::Fault(fault)) => panic!("{fault}"),
        }
    }

    fn run(&mut self, by: Option<UserId>, what: Administration) -> Result<(), Code> {
        self.apply(by, Act::Administer(Box::new(what)))
    }
}

fn session(number: u128) -> NewSession {
    let id = Uuid::from_u128(number);
    let address = Some("203.0.113.7".parse().unwrap());
    NewSession { id: SessionId(id), token: TokenId(id), client: "x".into(), address }
}

fn by_pass(id: UserId, name: &str) -> Act {
    Act::Register(Box::new(Register {
        id,
        username: Username::parse(name).unwrap(),
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: "hash".into(),
        invitation: Some("token".into()),
        claimed: true,
        session: session(id.0.as_u128() + 100),
    }))
}

fn edit(person: UserId, role: Option<Role>, is_disabled: Option<bool>) -> Administration {
    Administration::EditPerson { person: PersonRef::Id(person), role, is_disabled }
}

fn ban(person: Option<UserId>, network: &str) -> Administration {
    Administration::Ban(NewBan {
        id: BAN,
        person: person.map(PersonRef::Id),
        networks: vec![network.parse().unwrap()],
        with_addresses: true,
        spared: vec!["198.51.100.1".parse().unwrap()],
        reason: Reason::parse("spam").unwrap(),
        expires_at: Some(Timestamp(1_000_000)),
    })
}

#[test]
fn the_same_administration_gives_the_same_server() {
    let db = in_memory::empty().unwrap();
    let mut world = World { db, log: Vec::new(), told: Vec::new() };
    let w = &mut world;
    w.apply(None, Act::Found { general: GENERAL, signing_key: vec![7; 32] }).unwrap();
    w.apply(None, registration(ADA, "ada")).unwrap();
    w.apply(None, registration(BOB, "bob")).unwrap();
    let settings = ServerEdit {
        name: Some(ServerName::parse("Tea").unwrap()),
        registration: Some(Registration::Invite),
        person_quota: Some(5),
        ..ServerEdit::default()
    };
    w.run(Some(ADA), Administration::EditServer(settings)).unwrap();
    let room = Some(ConversationRef::Id(GENERAL));
    let new = NewPass { id: PASS, token: "token".into(), uses: Some(1), room, expires_at: None };
    // by who may not, nothing; not by the change's word alone
    for (by, code) in [(BOB, Code::Forbidden), (CARL, Code::Unauthorized)] {
        assert_eq!(w.run(Some(by), Administration::MakePass(new.clone())), Err(code));
    }
    w.run(Some(ADA), Administration::MakePass(new)).unwrap();
    w.apply(None, by_pass(CARL, "carl")).unwrap();
    let late = by_pass(UserId(Uuid::from_u128(13)), "dora");
    assert_eq!(w.apply(None, late), Err(Code::InvitationRequired));
    for last in [edit(ADA, Some(Role::Member), None), edit(ADA, None, Some(true))] {
        assert_eq!(w.run(None, last), Err(Code::Conflict));
    }
    w.run(None, edit(BOB, Some(Role::Admin), None)).unwrap();
    w.run(Some(BOB), edit(ADA, Some(Role::Member), Some(true))).unwrap();
    assert_eq!(w.run(Some(BOB), ban(None, "198.51.100.0/24")), Err(Code::Conflict));
    w.run(Some(BOB), ban(Some(CARL), "192.0.2.0/24")).unwrap();
    let person = PersonRef::Id(CARL);
    let (hash, expires_at) = (vec![1; 32], Timestamp(1_000_000));
    w.run(None, Administration::MakeSignInLink { person, hash: hash.clone(), expires_at }).unwrap();
    let link = || {
        let new_hash = Some("another".into());
        Act::UseSignInLink(Box::new(UseSignInLink {
            hash: hash.clone(),
            new_hash,
            session: session(90),
        }))
    };
    assert_eq!(w.apply(None, link()), Err(Code::Banned));
    w.run(Some(BOB), Administration::LiftBan(BAN)).unwrap();
    w.apply(None, link()).unwrap();
    assert_eq!(w.apply(None, link()), Err(Code::Unauthorized));
    w.run(None, Administration::EndSessions(PersonRef::Id(CARL))).unwrap();
    w.run(None, Administration::DeletePerson(PersonRef::Id(CARL))).unwrap();
    w.run(None, Administration::WithdrawPass(PASS)).unwrap();
    w.run(None, Administration::NoteBackup).unwrap();
    comes_back(&world.db);
    let (again, told) = replay(&world.log);
    assert_eq!(dump(&again), dump(&world.db));
    assert_eq!(told, world.told);
    // one row for each thing that was done, by whoever registered and signed in by a link too
    let count = "SELECT count(*), count(actor) FROM audit";
    let count = again.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(count, (14_i64, 8_i64));
}

fn hook(number: u128, name: &str, way: Way) -> Act {
    Act::MakeHook(Box::new(NewHook {
        id: HookId(Uuid::from_u128(number)),
        conversation: ConversationRef::Id(GENERAL),
        name: DisplayName::parse(name).unwrap(),
        bot: UserId(Uuid::from_u128(number + 1)),
        usernames: vec![Username::parse("ci-hook").unwrap(), Username::parse("ci-hook-2").unwrap()],
        way,
    }))
}

#[test]
fn the_same_programs_come_and_go_and_leave_the_same() {
    let db = in_memory::empty().unwrap();
    let mut world = World { db, log: Vec::new(), told: Vec::new() };
    let w = &mut world;
    let make = || {
        let username = Username::parse("robo").unwrap();
        let display_name = DisplayName::parse("Robo").unwrap();
        Administration::MakeBot(NewBot { id: CARL, username, display_name })
    };
    w.apply(None, Act::Found { general: GENERAL, signing_key: vec![7; 32] }).unwrap();
    assert_eq!(w.run(None, make()), Err(Code::Conflict), "the first account is a person's");
    w.apply(None, registration(ADA, "ada")).unwrap();
    w.apply(None, registration(BOB, "bob")).unwrap();
    assert_eq!(w.run(Some(BOB), make()), Err(Code::Forbidden));
    w.run(Some(ADA), make()).unwrap();
    let bot = PersonRef::Id(CARL);
    let token = |number: u8| {
        let scopes = [Scope::Read].into_iter().collect();
        let session = session(u128::from(number));
        let token = NewBotToken { session, hash: vec![number; 32], scopes };
        Administration::MakeBotToken { bot: bot.clone(), token }
    };
    w.run(Some(ADA), token(50)).unwrap();
    w.run(None, token(51)).unwrap();
    let used = SessionId(Uuid::from_u128(50));
    w.apply(None, Act::RecordTokenUse(vec![(used, Timestamp(99_000))])).unwrap();
    // however long ago it was used, it stays; a person's session goes
    w.apply(None, Act::ForgetSessions { refreshed_before: Timestamp(i64::MAX) }).unwrap();
    let sessions = "SELECT count(*) FROM session";
    assert_eq!(w.db.query_row(sessions, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
    w.run(Some(ADA), Administration::RevokeBotToken { bot: bot.clone(), token: used }).unwrap();
    let incoming = || Way::Incoming { hash: vec![1; 32] };
    assert_eq!(w.apply(Some(BOB), hook(60, "CI", incoming())), Err(Code::Forbidden));
    w.apply(Some(ADA), hook(60, "CI", incoming())).unwrap();
    let url = "https://a.example/".to_owned();
    let outgoing = Way::Outgoing { url, secret: "s".into(), words: vec!["!a".into()] };
    w.apply(Some(ADA), hook(62, "CI", outgoing)).unwrap();
    assert_eq!(
        w.apply(Some(ADA), hook(64, "CI", incoming())),
        Err(Code::Conflict),
        "no name is free"
    );
    let id = HookId(Uuid::from_u128(62));
    let told = HookTold { id, told: Seq(7), failure: Some("answered 500".into()) };
    w.apply(None, Act::NoteHook(told)).unwrap();
    let conversation = ConversationRef::Id(GENERAL);
    w.apply(Some(ADA), Act::DeleteHook { conversation, id: HookId(Uuid::from_u128(60)) }).unwrap();
    let command = |number: u128, name: &str| {
        Administration::MakeCommand(NewCommand {
            id: CommandId(Uuid::from_u128(number)),
            name: CommandName::parse(name).unwrap(),
            description: "Rolls".into(),
            hint: String::new(),
            bot: bot.clone(),
            asks: Asks::Address { url: "https://a.example/".into(), secret: "s".into() },
        })
    };
    assert_eq!(w.run(Some(BOB), command(70, "roll")), Err(Code::Forbidden));
    w.run(Some(ADA), command(70, "roll")).unwrap();
    assert_eq!(w.run(None, command(71, "roll")), Err(Code::Conflict));
    w.run(None, command(71, "d20")).unwrap();
    let roll = CommandName::parse("roll").unwrap();
    let edit = |name: &str, bot: Option<PersonRef>, asks: Asks| {
        Administration::EditCommand(CommandEdit {
            name: CommandName::parse(name).unwrap(),
            description: None,
            hint: Some("2d6".into()),
            bot,
            asks: Some(asks),
        })
    };
    assert_eq!(w.run(Some(BOB), edit("roll", None, Asks::Sockets)), Err(Code::Forbidden));
    assert_eq!(w.run(Some(ADA), edit("dice", None, Asks::Sockets)), Err(Code::NotFound));
    let person = PersonRef::Id(BOB);
    assert_eq!(w.run(Some(ADA), edit("roll", Some(person), Asks::Sockets)), Err(Code::NotFound));
    w.run(Some(ADA), edit("roll", None, Asks::Sockets)).unwrap();
    let address = Asks::Address { url: "https://b.example/".into(), secret: "t".into() };
    w.run(None, edit("d20", Some(bot.clone()), address)).unwrap();
    w.run(Some(ADA), Administration::DeleteCommand(roll.clone())).unwrap();
    assert_eq!(w.run(Some(ADA), Administration::DeleteCommand(roll)), Err(Code::NotFound));
    w.run(Some(ADA), Administration::DeleteBot(bot.clone())).unwrap();
    let (again, told) = replay(&world.log);
    assert_eq!(dump(&again), dump(&world.db));
    assert_eq!(told, world.told);
    let left = "SELECT (SELECT count(*) FROM bot_token), (SELECT count(*) FROM hook),
                       (SELECT count(*) FROM slash_command)";
    let left =
        again.query_row(left, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(left, (0_i64, 1_i64, 0_i64), "each goes with its bot");
}
