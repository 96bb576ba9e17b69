//! A small community in which all things are Olga's, for others to try their hands at.

use image::ImageFormat;
use serde_json::{Value, json};

use super::rules::{Actor, Spot};
use crate::support::{
    Person, Server,
    files::picture,
    tokens::{claims_of, signed},
};

/// An id that nothing has.
const ABSENT: &str = "01890000-0000-7000-8000-00000000dead";

const KEY: &str = "a secret of at least thirty-two bytes";

/// Somebody else's thing, none at all, or what is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Foreign,
    Absent,
    Malformed,
}

/// A conversation with a message and its file, both Olga's.
struct Place {
    chat: String,
    message: String,
    attachment: String,
}

pub struct World {
    pub server: Server,
    people: Vec<Person>,
    places: Vec<Place>,
    pub notification: String,
    session: String,
    upload: String,
    game: String,
    cup: String,
    pass: String,
    ban: String,
    report: String,
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl World {
    pub async fn made() -> Self {
        let server = Server::start_with(&["--jwt-secret", KEY, "--game-wait", "3600"]).await;
        let admin = server.person("ada").await;
        let olga = server.person("olga").await;
        let mut named = Vec::new();
        for name in ["bert", "sam", "fay", "max", "bob", "tess"] {
            named.push(server.person(name).await);
        }
        let [bert, sam, fay, max, bob, tess]: [Person; 6] = named.try_into().unwrap();
        let in_rooms = json!(["bert", "fay", "max", "bob", "tess"]);
        let vault = json!({ "name": "vault", "is_private": true, "members": in_rooms });
        let plaza = json!({ "name": "plaza", "members": in_rooms });
        let chats = [
            olga.room(&server, vault).await,
            olga.room(&server, plaza).await,
            olga.direct(&server, &max).await,
            olga.direct(&server, &bob).await,
        ];
        let mut places = Vec::new();
        for chat in chats {
            let file = picture(900, 900, ImageFormat::Png);
            let message = olga.post_file(&server, &chat, "a.png", &file).await;
            let attachment = id(&message["attachments"][0]);
            places.push(Place { chat, message: id(&message), attachment });
        }
        let upload = id(&olga.upload(&server, &places[0].chat, "b.txt", b"words").await);
        let path = format!("/api/messages/{}/report", places[0].message);
        max.call_on(&server, &path).await.expect(201);
        let report = id(&admin.get(&server, "/api/admin/reports").await.expect(200)[0]);
        let game = game(&olga, &max).await;
        let cup = olga.post(&server, "/api/tournaments", json!({ "name": "Cup" })).await;
        let cup = id(&cup.expect(201));
        max.put(&server, "/api/users/olga/friend").await.expect(200);
        for room in &places[..2] {
            let leave = format!("/api/conversations/{}/leave", room.chat);
            fay.call_on(&server, &leave).await.expect(204);
        }
        olga.put(&server, "/api/users/bob/block").await.expect(204);
        let made = admin.post(&server, "/api/admin/invitations", json!({})).await;
        let pass = id(&made.expect(201));
        let made = admin.post(&server, "/api/admin/bans", json!({ "username": "bert" })).await;
        let ban = id(&made.expect(201));
        let told = olga.get(&server, "/api/notifications?unread=1").await.expect(200);
        let notification = id(&told[0]);
        let sessions = olga.get(&server, "/api/me/sessions").await.expect(200);
        let session = id(&sessions[0]);
        let revoked = Person::sign_in(&server, "olga").await;
        revoked.call_on(&server, "/api/auth/logout").await.expect(204);
        let mut claims = claims_of(&olga.token);
        claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 7200);
        claims["exp"] = json!(claims["exp"].as_i64().unwrap() - 7200);
        let header = json!({ "alg": "HS256", "typ": "JWT" });
        let expired = olga.with_token(&signed(&header, &claims, KEY.as_bytes()));
        let anonymous = olga.with_token("");
        let _ = tess; // somebody to be done things to
        let people = vec![anonymous, expired, revoked, bert, sam, fay, max, bob, olga, admin];
        Self { server, people, places, notification, session, upload, game, cup, pass, ban, report }
    }

    pub fn person(&self, actor: Actor) -> &Person {
        &self.people[actor as usize]
    }

    pub fn owner(&self) -> &Person {
        self.person(Actor::Owner)
    }

    fn place(&self, spot: Spot) -> &Place {
        &self.places[spot as usize]
    }

    pub fn chat(&self, spot: Spot) -> &str {
        &self.place(spot).chat
    }

    pub fn message(&self, spot: Spot) -> &str {
        &self.place(spot).message
    }

    pub fn name(&self, spot: Spot) -> &str {
        if spot == Spot::Plaza { "plaza" } else { "vault" }
    }

    /// The path of a call, leading to something.
    pub fn path(&self, (method, template): (&str, &str), spot: Spot, target: Target) -> String {
        let mut words = template.split('/').skip(1);
        let area: Vec<&str> = words.by_ref().take(3).collect();
        let thing = match area[1..] {
            ["conversations", ..] | ["rooms", ..] => self.chat(spot),
            ["messages", ..] => self.message(spot),
            // the one that one can still take back
            ["attachments", ..] if method == "DELETE" => &self.upload,
            ["attachments", ..] => &self.place(spot).attachment,
            ["me", "sessions"] => &self.session,
            ["notifications", ..] => &self.notification,
            ["games", ..] => &self.game,
            ["tournaments", ..] => &self.cup,
            ["admin", "invitations"] => &self.pass,
            ["admin", "bans"] => &self.ban,
            ["admin", "bots" | "commands"] | ["commands", ..] => ABSENT,
            ["admin", "rooms"] => self.chat(Spot::Vault),
            ["admin", "reports"] => &self.report,
            _ => "",
        };
        let is_members = template.contains("/members/");
        let person = if is_members || template.starts_with("/api/admin") { "tess" } else { "olga" };
        let (thing, person) = match target {
            Target::Foreign => (thing, person),
            Target::Absent => (ABSENT, "nobody"),
            Target::Malformed => ("no%20such%2Fid", "%F0%9F%A4%B7"),
        };
        let path = template.replace("{id}", thing).replace("{username}", person);
        let path =
            path.replace("{token}", thing).replace("{emoji}", "like").replace("{hook}", ABSENT);
        let path = path.replace("{name}", thing);
        if path == "/api/search" { "/api/search?q=x".to_owned() } else { path }
    }

    /// All of Olga's things, as she sees them.
    pub async fn looks(&self) -> Value {
        let mut seen = Vec::new();
        for place in &self.places {
            for more in ["", "/messages", "/members", "/pins"] {
                let path = format!("/api/conversations/{}{more}", place.chat);
                let mut one = self.owner().get(&self.server, &path).await.expect(200);
                without_presence(&mut one);
                seen.push(one);
            }
        }
        for path in ["/api/notifications", "/api/me/sessions", "/api/tournaments", "/api/server"] {
            let mut one = self.owner().get(&self.server, path).await.expect(200);
            without_presence(&mut one);
            seen.push(one);
        }
        let path = format!("/api/games/{}", self.game);
        seen.push(self.owner().get(&self.server, &path).await.expect(200));
        let reports = self.person(Actor::Admin).get(&self.server, "/api/admin/reports").await;
        seen.push(reports.expect(200));
        Value::Array(seen)
    }
}

/// Who is here, and when they last were, changes by looking.
fn without_presence(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("is_online");
            fields.remove("last_activity");
            fields.values_mut().for_each(without_presence);
        }
        Value::Array(all) => all.iter_mut().for_each(without_presence),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A game that goes on, for as long as nobody ends it.
async fn game(one: &Person, other: &Person) -> String {
    let (mut a, mut b) = (one.connect().await, other.connect().await);
    let invite = json!({ "username": other.username, "client_id": "1", "options": {} });
    a.send("game_invite", invite).await;
    b.expect("game_invite").await;
    b.send("reply_game_invite", json!({ "username": one.username, "accept": true })).await;
    b.expect("game_found").await["data"]["game_id"].as_str().unwrap().to_owned()
}
