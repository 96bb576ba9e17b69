//! Slash commands that programs answer: made by administrators, run by everyone who may say something
//! there, answered for the asker alone or for all.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Program, Server, Socket, within};

const ADMINISTERED: &str = "/api/admin/commands";

/// Ada runs a server that may call this machine; Bob is there as well, and a bot with a token.
struct World {
    server: Server,
    ada: Person,
    bob: Person,
    dicer: Person,
}

async fn token(server: &Server, ada: &Person, scopes: Value) -> Person {
    let wanted = json!({ "name": "test", "scopes": scopes });
    let made = ada.post(server, "/api/admin/bots/dicer/tokens", wanted).await.expect(201);
    let user = ada.get(server, "/api/admin/bots/dicer").await.expect(200);
    let grant =
        json!({ "user": user, "access_token": made["token"], "refresh_token": "none at all" });
    Person::from_grant(server, &grant)
}

async fn world() -> World {
    let server = Server::start_with(&["--hook-network", "127.0.0.0/8"]).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    ada.post(&server, "/api/admin/bots", json!({ "username": "dicer" })).await.expect(201);
    let dicer = token(&server, &ada, json!(["read", "write"])).await;
    World { server, ada, bob, dicer }
}

fn roll(url: Option<&str>) -> Value {
    json!({ "name": "roll", "description": "Rolls dice", "hint": "2d6", "bot": "dicer", "url": url })
}

impl World {
    async fn makes(&self, command: Value) -> Value {
        self.ada.post(&self.server, ADMINISTERED, command).await.expect(201)
    }

    async fn runs(&self, who: &Person, place: &str, text: &str) -> Answer {
        let body = json!({ "name": "roll", "text": text, "ref": "mine" });
        who.post(&self.server, &format!("/api/conversations/{place}/commands"), body).await
    }

    async fn answers(&self, bot: &Person, asked: &Value, answer: Value) -> Answer {
        let id = asked["data"]["id"].as_str().unwrap();
        bot.post(&self.server, &format!("/api/commands/{id}"), answer).await
    }

    /// What stands in a conversation, oldest first.
    async fn said(&self, place: &str) -> Vec<Value> {
        let path = format!("/api/conversations/{place}/messages");
        let said = self.ada.get(&self.server, &path).await.expect(200);
        said.as_array().unwrap().iter().map(|one| one["content"].clone()).collect()
    }
}

/// Nothing of commands has come by a socket until now.
async fn heard_nothing(socket: &mut Socket) {
    let general = socket.room("general");
    for frame in socket.so_far(&general).await {
        assert!(!frame["action"].as_str().unwrap().starts_with("command"), "{frame}");
    }
}

#[tokio::test]
async fn an_address_is_asked_signed_and_only_the_asker_hears_its_answer() {
    let world = world().await;
    let mut program = Program::start().await;
    let made = world.makes(roll(Some(&program.url))).await;
    let (mut bobs, mut adas) = (world.bob.connect().await, world.ada.connect().await);
    let mut another = world.bob.connect().await;
    let general = bobs.room("general");
    program.will_say(200, &json!({ "text": "<https://a.example|seven>", "username": "Dice" }));
    let run = world.runs(&world.bob, &general, "2d6 & more").await.expect(200);
    let call = program.next().await;
    assert!(call.is_signed_by(made["secret"].as_str().unwrap()));
    assert_eq!(call.headers["content-type"], "application/x-www-form-urlencoded");
    for (field, wanted) in [
        ("token", made["id"].as_str().unwrap()),
        ("command", "/roll"),
        ("text", "2d6 & more"),
        ("user_id", &world.bob.id),
        ("user_name", "bob"),
        ("channel_id", &general),
        ("channel_name", "general"),
        ("trigger_id", run["id"].as_str().unwrap()),
    ] {
        assert_eq!(call.field(field), wanted, "{field}");
    }
    for socket in [&mut bobs, &mut another] {
        let heard = socket.expect("command_answer").await["data"].clone();
        assert_eq!((&heard["id"], &heard["chat_id"]), (&run["id"], &json!(general)));
        assert_eq!((&heard["ref"], &heard["name"]), (&json!("mine"), &json!("roll")));
        assert_eq!((&heard["sender"], &heard["shown_as"]), (&json!("dicer"), &json!("Dice")));
        assert_eq!(heard["content"], "[seven](<https://a.example>)");
        assert!(heard["html"].as_str().unwrap().contains("<a href=\"https://a.example\""));
    }
    heard_nothing(&mut adas).await;
    assert_eq!(world.said(&general).await, Vec::<Value>::new(), "it is kept nowhere");
    // plain text is for the asker as well, and who says nothing is no fault
    program.will_write(200, "plain");
    world.runs(&world.bob, &general, "").await.expect(200);
    assert_eq!(bobs.expect("command_answer").await["data"]["content"], "plain");
    program.will_write(200, "");
    world.runs(&world.bob, &general, "").await.expect(200);
    // later as well, by the bot's own token
    let later = json!({ "data": run });
    world.answers(&world.dicer, &later, json!({ "text": "late" })).await.expect(204);
    assert_eq!(bobs.expect("command_answer").await["data"]["content"], "late");
}

#[tokio::test]
async fn what_is_for_all_is_a_message_of_the_bots_where_it_may_speak() {
    let world = world().await;
    let mut program = Program::start().await;
    world.makes(roll(Some(&program.url))).await;
    let mut adas = world.ada.connect().await;
    let loud =
        json!({ "response_type": "in_channel", "text": "9", "attachments": [{ "text": "4 5" }] });
    program.will_say(200, &loud);
    world.runs(&world.bob, "general", "2d6").await.expect(200);
    let heard = adas.expect("new_message").await["data"].clone();
    assert_eq!((&heard["sender"], &heard["content"]), (&json!("dicer"), &json!("9\n\n> 4 5")));
    assert_eq!(world.said("general").await, ["9\n\n> 4 5"], "what was asked is not shown");
    // where the bot is not, the asker alone hears it
    let room = world.bob.room(&world.server, json!({ "name": "den", "members": ["ada"] })).await;
    let mut bobs = world.bob.connect().await;
    program.will_say(200, &loud);
    world.runs(&world.bob, &room, "2d6").await.expect(200);
    bobs.expect("command_answer").await;
    assert_eq!(world.said(&room).await, Vec::<Value>::new());
    // in a direct: between people it is a matter of the asker's alone
    let direct = world.bob.direct(&world.server, &world.ada).await;
    while program.calls.try_recv().is_ok() {}
    program.will_write(200, "psst");
    world.runs(&world.bob, &direct, "x").await.expect(200);
    assert_eq!(program.next().await.field("channel_name"), "directmessage");
    assert_eq!(bobs.expect("command_answer").await["data"]["chat_id"], json!(direct));
}

#[tokio::test]
async fn a_bot_is_asked_on_its_sockets_and_answers_as_often_as_it_may() {
    let world = world().await;
    world.makes(roll(None)).await;
    let nobody = world.runs(&world.bob, "general", "2d6").await;
    nobody.refused(424, "no_answer");
    // a socket that may not answer is not asked, nor is one of another language
    let reader = token(&world.server, &world.ada, json!(["read"])).await;
    let mut deaf = reader.connect().await;
    let _other = world.dicer.dial("/ws").await;
    world.runs(&world.bob, "general", "2d6").await.refused(424, "no_answer");
    let mut ears = world.dicer.connect().await;
    let (mut bobs, mut adas) = (world.bob.connect().await, world.ada.connect().await);
    let run = world.runs(&world.bob, "general", "2d6").await.expect(200);
    let asked = ears.expect("command").await;
    let data = &asked["data"];
    assert_eq!((&data["id"], &data["name"]), (&run["id"], &json!("roll")));
    assert_eq!((&data["text"], &data["username"]), (&json!("2d6"), &json!("bob")));
    assert_eq!(
        (&data["room"], &data["chat_id"]),
        (&json!("general"), &json!(ears.room("general")))
    );
    assert!(asked.get("rev").is_none(), "it is nothing that lasts");
    // by who was asked alone, with something to say
    world.answers(&world.bob, &asked, json!({ "text": "7" })).await.refused(404, "not_found");
    world.answers(&reader, &asked, json!({ "text": "7" })).await.refused(403, "forbidden");
    world.answers(&world.dicer, &asked, json!({ "text": "" })).await.refused(422, "invalid");
    let wrong = json!({ "text": "7", "response_type": "loud" });
    world.answers(&world.dicer, &asked, wrong).await.refused(422, "invalid");
    world.answers(&world.dicer, &asked, json!({ "text": "7" })).await.expect(204);
    assert_eq!(bobs.expect("command_answer").await["data"]["content"], "7");
    let loud = json!({ "text": "8", "response_type": "in_channel" });
    world.answers(&world.dicer, &asked, loud.clone()).await.expect(204);
    let heard = adas.expect("new_message").await["data"].clone();
    assert_eq!((&heard["sender"], &heard["content"]), (&json!("dicer"), &json!("8")));
    for _ in 0..3 {
        world.answers(&world.dicer, &asked, json!({ "text": "7" })).await.expect(204);
    }
    world.answers(&world.dicer, &asked, loud).await.refused(409, "conflict");
    heard_nothing(&mut deaf).await;
}

#[tokio::test]
async fn who_could_not_say_something_there_asks_nothing_there() {
    let world = world().await;
    world.makes(roll(None)).await;
    let mut ears = world.dicer.connect().await;
    let (server, ada, bob) = (&world.server, &world.ada, &world.bob);
    let carl = server.person("carl").await;
    let den = bob.room(server, json!({ "name": "den", "is_private": true })).await;
    let open = bob.room(server, json!({ "name": "open" })).await;
    world.runs(&carl, &den, "x").await.refused(404, "not_found");
    world.runs(ada, &den, "x").await.refused(403, "forbidden");
    world.runs(&carl, &open, "x").await.refused(403, "forbidden");
    // a bot asks nothing, so that no two of them talk for ever
    world.runs(&world.dicer, "general", "x").await.refused(403, "forbidden");
    // one who is silenced
    let direct = bob.direct(server, &carl).await;
    carl.put(server, "/api/users/bob/block").await.expect(204);
    world.runs(bob, &direct, "x").await.refused(403, "forbidden");
    // or does not hear the bot
    bob.put(server, "/api/users/dicer/block").await.expect(204);
    world.runs(bob, &open, "x").await.refused(403, "forbidden");
    bob.delete(server, "/api/users/dicer/block").await.expect(204);
    // slow mode
    carl.call_on(server, &format!("/api/conversations/{open}/join")).await.expect(200);
    let slow = json!({ "slow_mode": 3600 });
    bob.patch(server, &format!("/api/rooms/{open}"), slow).await.expect(200);
    carl.say(server, &open, "once").await;
    world.runs(&carl, &open, "x").await.refused(429, "slow_mode");
    // what is no command, or no text
    let path = "/api/conversations/general/commands";
    let absent = carl.post(server, path, json!({ "name": "fly" })).await;
    assert!(absent.refused(404, "not_found")["fields"]["name"].is_string());
    let long = "x".repeat(4001);
    world.runs(&carl, "general", &long).await.refused(422, "invalid");
    world.runs(&carl, "general", "a\u{202E}b").await.refused(422, "invalid");
    // nobody was asked anything of all that
    world.runs(&carl, "general", "at last").await.expect(200);
    assert_eq!(ears.expect("command").await["data"]["text"], "at last");
    // nor is a bot that is kept out
    let out = json!({ "is_disabled": true });
    ada.patch(server, "/api/admin/people/dicer", out).await.expect(200);
    world.runs(&carl, "general", "x").await.refused(424, "no_answer");
    let banned = json!({ "username": "carl" });
    ada.post(server, "/api/admin/bans", banned).await.expect(201);
    world.runs(&carl, "general", "x").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn an_address_that_does_not_answer_as_it_should_is_told_to_the_asker() {
    let world = world().await;
    let program = Program::start().await;
    world.makes(roll(Some(&program.url))).await;
    let mut bobs = world.bob.connect().await;
    let large = "x".repeat(70_000);
    for (status, body) in
        [(500, "no"), (307, "elsewhere"), (404, ""), (200, large.as_str()), (0, "")]
    {
        program.will_write(status, body);
        let refused = world.runs(&world.bob, "general", "2d6").await.refused(424, "no_answer");
        assert!(!refused["message"].as_str().unwrap().contains("127"), "{refused}");
    }
    heard_nothing(&mut bobs).await;
    // few are under way at a time
    for _ in 0..3 {
        program.will_write(0, "");
    }
    let mut under_way = Vec::new();
    for _ in 0..5 {
        under_way.push(world.runs(&world.bob, "general", "2d6"));
    }
    let answers = within("all answers", futures_util::future::join_all(under_way)).await;
    let busy = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(busy, 2, "{answers:?}");
}

#[tokio::test]
async fn the_servers_own_network_is_not_asked() {
    let program = Program::start().await;
    let server = Server::start().await;
    let ada = server.person("ada").await;
    ada.post(&server, "/api/admin/bots", json!({ "username": "dicer" })).await.expect(201);
    for url in
        [program.url.as_str(), "http://[::1]/", "http://169.254.169.254/", "ftp://a.example/"]
    {
        let refused = ada.post(&server, ADMINISTERED, roll(Some(url))).await;
        assert!(refused.refused(422, "invalid")["fields"]["url"].is_string(), "{url}");
    }
    // where a name leads is looked at when it is called
    let by_name = program.url.replace("127.0.0.1", "localhost");
    ada.post(&server, ADMINISTERED, roll(Some(&by_name))).await.expect(201);
    let run = json!({ "name": "roll" });
    let path = "/api/conversations/general/commands";
    ada.post(&server, path, run).await.refused(424, "no_answer");
    assert!(program.calls.is_empty());
}

#[tokio::test]
async fn administrators_make_commands_and_everyone_may_know_of_them() {
    let world = world().await;
    let World { server, ada, bob, .. } = &world;
    bob.post(server, ADMINISTERED, roll(None)).await.refused(403, "forbidden");
    for name in ["", "Roll", "/roll", "a b", "help", "me", "é", &"x".repeat(33)] {
        let mut wanted = roll(None);
        wanted["name"] = json!(name);
        let refused = ada.post(server, ADMINISTERED, wanted).await.refused(422, "invalid");
        assert!(refused["fields"]["name"].is_string(), "{name}: {refused}");
    }
    for (field, value) in [("description", ""), ("description", "a\nb"), ("hint", "a\u{202E}b")] {
        let mut wanted = roll(None);
        wanted[field] = json!(value);
        let refused = ada.post(server, ADMINISTERED, wanted).await.refused(422, "invalid");
        assert!(refused["fields"][field].is_string(), "{refused}");
    }
    // who answers is a bot
    for bot in ["nobody", "bob"] {
        let mut wanted = roll(None);
        wanted["bot"] = json!(bot);
        ada.post(server, ADMINISTERED, wanted).await.refused(404, "not_found");
    }
    let made = world.makes(roll(None)).await;
    assert_eq!((&made["url"], &made["secret"]), (&Value::Null, &Value::Null));
    assert_eq!((&made["created_by"], &made["bot"]), (&json!("ada"), &json!("dicer")));
    let again = ada.post(server, ADMINISTERED, roll(None)).await.refused(409, "conflict");
    assert!(again["fields"]["name"].is_string());
    let mut other = roll(Some("https://dice.example/"));
    other["name"] = json!("d20");
    let secret = world.makes(other).await["secret"].as_str().unwrap().to_owned();
    let known = bob.get(server, "/api/commands").await;
    assert!(!known.text.contains(&secret) && !known.text.contains("dice.example"), "{known:?}");
    let known = known.expect(200);
    assert_eq!(known[0]["name"], "d20");
    let roll =
        json!({ "name": "roll", "description": "Rolls dice", "hint": "2d6", "bot": "dicer" });
    assert_eq!(known[1], roll);
    let listed = ada.get(server, ADMINISTERED).await;
    assert!(!listed.text.contains(&secret) && listed.text.contains("dice.example"));
    bob.get(server, ADMINISTERED).await.refused(403, "forbidden");
    // what is edited: nothing that is not named, and a new address gets a secret of its own
    let path = format!("{ADMINISTERED}/d20");
    let edit = json!({ "description": "Rolls twenty" });
    bob.patch(server, &path, edit.clone()).await.refused(403, "forbidden");
    ada.patch(server, &format!("{ADMINISTERED}/d30"), edit.clone()).await.refused(404, "not_found");
    for (field, value) in [("description", ""), ("hint", "a\nb"), ("url", "http://10.0.0.1/")] {
        let refused = ada.patch(server, &path, json!({ field: value })).await;
        let refused = refused.refused(422, "invalid");
        assert!(refused["fields"][field].is_string(), "{refused}");
    }
    let edited = ada.patch(server, &path, edit).await.expect(200);
    let address = json!("https://dice.example/");
    assert_eq!((&edited["description"], &edited["url"]), (&json!("Rolls twenty"), &address));
    assert_eq!((&edited["hint"], &edited["secret"]), (&json!("2d6"), &Value::Null));
    let edited = ada.patch(server, &path, json!({ "url": "https://b.example/" })).await;
    let other = edited.expect(200)["secret"].as_str().unwrap().to_owned();
    assert_ne!(other, secret);
    let edited = ada.patch(server, &path, json!({ "url": "", "hint": "" })).await.expect(200);
    assert_eq!((&edited["hint"], &edited["url"]), (&json!(""), &Value::Null));
    bob.delete(server, &format!("{ADMINISTERED}/roll")).await.refused(403, "forbidden");
    ada.delete(server, &format!("{ADMINISTERED}/roll")).await.expect(204);
    ada.delete(server, &format!("{ADMINISTERED}/roll")).await.refused(404, "not_found");
    // it outlives the server, and goes with its bot
    let World { server, ada, .. } = world;
    let server = server.again().await;
    assert_eq!(ada.get(&server, "/api/commands").await.expect(200)[0]["name"], "d20");
    ada.delete(&server, "/api/admin/bots/dicer").await.expect(204);
    assert_eq!(ada.get(&server, "/api/commands").await.expect(200), json!([]));
    let audit = ada.get(&server, "/api/admin/audit").await;
    assert!(audit.text.contains("command_edited"));
    assert!(audit.text.contains("command_made") && audit.text.contains("command_deleted"));
    assert!(!audit.text.contains(&secret) && !audit.text.contains(&other));
}

#[tokio::test]
async fn there_are_only_so_many() {
    let world = world().await;
    for number in 0..100 {
        let mut wanted = roll(None);
        wanted["name"] = json!(format!("roll{number}"));
        world.makes(wanted).await;
    }
    world.ada.post(&world.server, ADMINISTERED, roll(None)).await.refused(409, "conflict");
}
