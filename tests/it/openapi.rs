//! What the server says of its calls, against what they do.

use std::collections::BTreeSet;

use image::ImageFormat;
use serde_json::{Value, json};

use crate::support::{
    Answer, Person, Server,
    files::{FORM, form, picture},
    people::PASSWORD,
    push_service::Browser,
};

/// The document, and which of its operations were tried.
struct Described {
    document: Value,
    tried: BTreeSet<(String, String)>,
}

impl Described {
    async fn by(server: &Server) -> Self {
        let document = server.ask("GET", "/api/openapi.json", None).await.expect(200);
        Self { document, tried: BTreeSet::new() }
    }

    fn operations(&self) -> BTreeSet<(String, String)> {
        let paths = self.document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(|method| (method.to_uppercase(), path.clone()))
            })
            .collect()
    }

    /// Holds a value against a schema of the document; with no word in it that the schema lacks.
    fn check(&self, schema: &Value, value: &Value, what: &str) {
        let mut whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.document["components"], "allOf": [schema],
        });
        if value.is_object() && *schema != json!({}) {
            whole["unevaluatedProperties"] = json!(false);
        }
        let validator = jsonschema::validator_for(&whole).unwrap();
        let wrong: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{what}: {wrong:?} in {value}");
    }

    /// Makes a call as its path and body say, and holds both against their description.
    async fn call(
        &mut self,
        (server, person): (&Server, &Person),
        (method, template): (&str, &str),
        fill: &[&str],
        body: Option<Value>,
    ) -> Value {
        let what = format!("{method} {template}");
        let mut path = template.to_owned();
        for value in fill {
            let (start, end) = (path.find('{').unwrap(), path.find('}').unwrap());
            path.replace_range(start..=end, value);
        }
        let bearer = format!("Bearer {}", person.token);
        let headers = [("authorization", bearer.as_str())];
        let answer = server.ask_with(method, &path, body.as_ref(), &headers).await;
        let template = template.split('?').next().unwrap();
        let described = self.document["paths"][template][method.to_lowercase()].clone();
        assert!(described.is_object(), "{what} is not described");
        let taken = &described["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(taken.is_object(), body.is_some(), "{what} takes a body");
        if let Some(body) = &body {
            self.check(taken, body, &what);
        }
        self.tried.insert((method.to_owned(), template.to_owned()));
        self.held(&described, answer, &what)
    }

    fn held(&self, described: &Value, answer: Answer, what: &str) -> Value {
        let status = answer.status.as_str().to_owned();
        let promised = &described["responses"][&status];
        assert!(answer.status.is_success() && promised.is_object(), "{what}: {answer:?}");
        let total = promised["headers"]["X-Total-Count"].is_object();
        assert_eq!(answer.headers.contains_key("x-total-count"), total, "{what}: the whole count");
        let schema = &promised["content"]["application/json"]["schema"];
        assert_eq!(schema.is_object(), !answer.text.is_empty(), "{what}: a body");
        if schema.is_null() {
            return Value::Null;
        }
        let value = answer.json();
        match (&schema["items"], value.as_array()) {
            (items @ Value::Object(_), Some(all)) => {
                all.iter().for_each(|one| self.check(items, one, what));
            }
            _ => self.check(schema, &value, what),
        }
        value
    }
}

impl Described {
    /// The calls about notifications, pushed ones too.
    async fn notifications(&mut self, by: (&Server, &Person)) {
        let told = self.call(by, ("GET", "/api/notifications"), &[], None).await;
        let kinds: BTreeSet<_> =
            told.as_array().unwrap().iter().map(|n| text(&n["action"])).collect();
        assert_eq!(kinds.len(), 4, "{kinds:?}");
        self.call(by, ("POST", "/api/notifications/{id}/read"), &[text(&told[0]["id"])], None)
            .await;
        self.call(by, ("POST", "/api/notifications/mark_all_as_read"), &[], None).await;
        self.call(by, ("GET", "/api/push/key"), &[], None).await;
        let keys = Browser::at("https://updates.push.services.mozilla.com", "/b").subscription();
        let subscription = json!({
            "endpoint": keys["endpoint"], "keys": keys["keys"],
            "quiet_hours": { "from": "22:00", "to": "07:00", "offset": 60 },
            "quiet_until": "2026-01-31T09:00:00.000Z",
        });
        self.call(by, ("PUT", "/api/me/push"), &[], Some(subscription)).await;
        let endpoint = json!({ "endpoint": keys["endpoint"] });
        self.call(by, ("DELETE", "/api/me/push"), &[], Some(endpoint)).await;
    }

    /// The calls that take forms and give bytes.
    async fn files(&mut self, (server, person): (&Server, &Person), room: &str) {
        let picture = picture(900, 900, ImageFormat::Png);
        let mut sent = Vec::new();
        for word in ["attachments", "messages", "send_message"] {
            let template = format!("/api/conversations/{{id}}/{word}");
            let described = self.document["paths"][&template]["post"].clone();
            let taken = &described["requestBody"]["content"]["multipart/form-data"]["schema"];
            assert!(taken.is_object(), "{template} takes a form");
            let path = template.replace("{id}", room);
            let answer = person.send(server, &path, form(&[("file", Some("p.png"), &picture)]));
            sent.push(self.held(&described, answer.await, &template));
            self.tried.insert(("POST".to_owned(), template));
        }
        let id = text(&sent[0]["id"]);
        for template in ["/api/attachments/{id}", "/api/attachments/{id}/thumbnail"] {
            let described = &self.document["paths"][template]["get"]["responses"]["200"];
            assert!(described["content"]["*/*"].is_object(), "{template} gives bytes");
            let read = person.read(server, &template.replace("{id}", id), &[]).await;
            assert_eq!(read.status, 200, "{template}");
            self.tried.insert(("GET".to_owned(), template.to_owned()));
        }
        self.call((server, person), ("DELETE", "/api/attachments/{id}"), &[id], None).await;
    }

    /// How somebody looks.
    async fn avatar(&mut self, (server, person): (&Server, &Person)) {
        let described = self.document["paths"]["/api/me/avatar"]["put"].clone();
        for (kind, body) in [
            ("image/*", picture(300, 300, ImageFormat::Png)),
            (FORM, form(&[("file", Some("p.png"), &picture(30, 30, ImageFormat::Png))])),
        ] {
            let taken = kind.split(';').next().unwrap();
            assert!(described["requestBody"]["content"][taken]["schema"].is_object(), "{kind}");
            let answer = person.looks_like(server, kind, body).await;
            self.held(&described, answer, "PUT /api/me/avatar");
        }
        self.tried.insert(("PUT".to_owned(), "/api/me/avatar".to_owned()));
        let template = "/api/users/{username}/avatar";
        let described = &self.document["paths"][template]["get"]["responses"]["200"];
        assert!(described["content"]["*/*"].is_object(), "{template} gives bytes");
        let read = person.read(server, &template.replace("{username}", &person.id), &[]).await;
        assert_eq!(read.status, 200, "{template}");
        self.tried.insert(("GET".to_owned(), template.to_owned()));
        self.call((server, person), ("DELETE", "/api/me/avatar"), &[], None).await;
    }
}

impl Described {
    /// The calls of who runs the server.
    async fn administration(&mut self, z: (&Server, &Person), room: &str) {
        let people = "/api/admin/people/{username}";
        self.call(z, ("GET", "/api/admin/server"), &[], None).await;
        let changes = json!({ "name": "Tea house", "registration": "invite" });
        self.call(z, ("PATCH", "/api/admin/server"), &[], Some(changes)).await;
        let new = json!({ "uses": 2, "expires_in": 60, "room": room });
        let made = self.call(z, ("POST", "/api/admin/invitations"), &[], Some(new)).await;
        self.call(z, ("GET", "/api/admin/invitations"), &[], None).await;
        let token = text(&made["token"]);
        self.call(z, ("GET", "/api/invitations/{token}"), &[token], None).await;
        let id = text(&made["id"]);
        self.bytes(z, "/api/admin/invitations/{id}/qr", &[id]).await;
        self.call(z, ("DELETE", "/api/admin/invitations/{id}"), &[id], None).await;
        self.call(z, ("GET", "/api/admin/people"), &[], None).await;
        self.call(z, ("GET", people), &["bob"], None).await;
        let changes = json!({ "role": "member", "is_disabled": false });
        self.call(z, ("PATCH", people), &["bob"], Some(changes)).await;
        let link = format!("{people}/sign_in_link");
        self.call(z, ("POST", &link), &["zoe"], None).await;
        let link = self.call(z, ("POST", &link), &["zoe"], None).await;
        let (_, token) = text(&link["url"]).split_once("link=").unwrap();
        let used = json!({ "token": token, "password": null });
        self.call(z, ("POST", "/api/auth/link"), &[], Some(used)).await;
        let sessions = format!("{people}/sessions");
        self.call(z, ("GET", &sessions), &["zoe"], None).await;
        let carl = Person::invited(z.0, z.1, "carl").await;
        self.call(z, ("DELETE", &sessions), &["carl"], None).await;
        let dora = json!({ "username": "dora", "password": "a password", "display_name": "D." });
        self.call(z, ("POST", "/api/admin/people"), &[], Some(dora)).await;
        let password = (format!("{people}/password"), json!({ "password": "another one" }));
        self.call(z, ("PUT", &password.0), &["dora"], Some(password.1)).await;
        let owner = json!({ "owner": "bob" });
        self.call(z, ("PATCH", "/api/admin/rooms/{id}"), &[room], Some(owner)).await;
        self.call(z, ("GET", "/api/admin/rooms"), &[], None).await;
        let ban = json!({ "username": carl.username, "address": "192.0.2.0/24", "reason": "spam",
                          "with_addresses": true, "expires_in": 60 });
        let ban = self.call(z, ("POST", "/api/admin/bans"), &[], Some(ban)).await;
        self.call(z, ("GET", "/api/admin/bans"), &[], None).await;
        self.call(z, ("DELETE", "/api/admin/bans/{id}"), &[text(&ban["id"])], None).await;
        self.call(z, ("DELETE", people), &["carl"], None).await;
        self.call(z, ("GET", "/api/admin/audit"), &[], None).await;
        self.call(z, ("GET", "/api/admin/storage"), &[], None).await;
        self.call(z, ("GET", "/api/admin/health"), &[], None).await;
        self.call(z, ("GET", "/api/admin/diagnosis"), &[], None).await;
        self.bytes(z, "/api/admin/backup", &[]).await;
    }

    /// The calls about a message that somebody reports.
    async fn reports(&mut self, by: (&Server, &Person), z: (&Server, &Person), message: &str) {
        let why = json!({ "reason": "rude" });
        self.call(by, ("POST", "/api/messages/{id}/report"), &[message], Some(why)).await;
        let list = self.call(z, ("GET", "/api/admin/reports?open=true"), &[], None).await;
        let id = text(&list[0]["id"]);
        self.call(z, ("DELETE", "/api/admin/reports/{id}/message"), &[id], None).await;
        let done = json!({ "resolved": true });
        self.call(z, ("PATCH", "/api/admin/reports/{id}"), &[id], Some(done)).await;
    }

    /// Tournaments, of who organises them.
    async fn tournaments(&mut self, a: (&Server, &Person)) {
        let name = json!({ "name": "Cup" });
        let cup = self.call(a, ("POST", "/api/tournaments"), &[], Some(name.clone())).await;
        let cup = text(&cup["id"]);
        for word in ["join", "leave", "join", "start"] {
            self.call(a, ("POST", &format!("/api/tournaments/{{id}}/{word}")), &[cup], None).await;
        }
        self.call(a, ("GET", "/api/tournaments/{id}"), &[cup], None).await;
        let cup = self.call(a, ("POST", "/api/tournaments"), &[], Some(name)).await;
        self.call(a, ("POST", "/api/tournaments/{id}/cancel"), &[text(&cup["id"])], None).await;
        self.call(a, ("GET", "/api/tournaments"), &[], None).await;
    }

    /// The hooks of a room.
    async fn hooks(&mut self, z: (&Server, &Person), room: &str) {
        let hooks = "/api/rooms/{id}/hooks";
        let new = json!({ "kind": "incoming", "name": "CI" });
        let made = self.call(z, ("POST", hooks), &[room], Some(new)).await;
        self.call(z, ("GET", hooks), &[room], None).await;
        let told = json!({ "kind": "outgoing", "name": "CI", "url": "https://ci.example/", "words": ["!ci"] });
        self.call(z, ("POST", hooks), &[room], Some(told)).await;
        let (_, token) = text(&made["address"]).rsplit_once('/').unwrap();
        let post = self.document["paths"]["/hooks/{token}"]["post"].clone();
        for status in ["200", "default"] {
            assert!(post["responses"][status]["content"]["text/plain"].is_object(), "{post}");
        }
        let said = json!({ "text": "built" });
        let answer = z.0.ask("POST", &format!("/hooks/{token}"), Some(&said)).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "ok"));
        let answer = z.0.ask("POST", "/hooks/0", Some(&said)).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (404, "no_service"));
        self.tried.insert(("POST".to_owned(), "/hooks/{token}".to_owned()));
        let id = text(&made["id"]);
        self.call(z, ("DELETE", "/api/rooms/{id}/hooks/{hook}"), &[room, id], None).await;
    }

    /// The calls of programs.
    async fn integrations(&mut self, z: (&Server, &Person)) {
        let (bots, bot) = ("/api/admin/bots", "/api/admin/bots/{username}");
        let new = json!({ "username": "robo", "display_name": "Robo" });
        self.call(z, ("POST", bots), &[], Some(new)).await;
        let new = json!({ "name": "test", "scopes": ["read", "write"] });
        let made =
            self.call(z, ("POST", &format!("{bot}/tokens")), &["robo"], Some(new.clone())).await;
        self.call(z, ("POST", &format!("{bot}/tokens")), &["robo"], Some(new)).await;
        self.call(z, ("GET", bots), &[], None).await;
        self.call(z, ("GET", bot), &["robo"], None).await;
        self.commands(z, text(&made["token"])).await;
        let token = text(&made["id"]);
        self.call(z, ("DELETE", &format!("{bot}/tokens/{{id}}")), &["robo", token], None).await;
        self.call(z, ("DELETE", bot), &["robo"], None).await;
    }

    /// Slash commands, which a bot answers that may do so by its token.
    async fn commands(&mut self, z: (&Server, &Person), token: &str) {
        let (commands, run) = ("/api/admin/commands", "/api/conversations/{id}/commands");
        for url in [None, Some("https://dice.example/")] {
            let name = if url.is_some() { "called" } else { "roll" };
            let new = json!({ "name": name, "description": "Rolls", "bot": "robo", "url": url });
            self.call(z, ("POST", commands), &[], Some(new)).await;
        }
        self.call(z, ("GET", commands), &[], None).await;
        self.call(z, ("GET", "/api/commands"), &[], None).await;
        let edit = json!({ "description": "Throws", "hint": "2d6", "bot": "robo", "url": "" });
        self.call(z, ("PATCH", "/api/admin/commands/{name}"), &["called"], Some(edit)).await;
        let robo = z.1.with_token(token);
        let _socket = robo.connect().await;
        let asked = json!({ "name": "roll", "text": "2d6", "ref": "1" });
        let made = self.call(z, ("POST", run), &["general"], Some(asked)).await;
        let answer = json!({ "response_type": "ephemeral", "text": "7" });
        let answers = ("POST", "/api/commands/{id}");
        self.call((z.0, &robo), answers, &[text(&made["id"])], Some(answer)).await;
        self.call(z, ("DELETE", "/api/admin/commands/{name}"), &["roll"], None).await;
    }

    /// A call that gives bytes.
    async fn bytes(&mut self, (server, person): (&Server, &Person), path: &str, fill: &[&str]) {
        let described = &self.document["paths"][path]["get"]["responses"]["200"];
        assert!(described["content"]["*/*"].is_object(), "{path} gives bytes");
        let filled = fill.iter().fold(path.to_owned(), |path, id| path.replace("{id}", id));
        let read = person.read(server, &filled, &[]).await;
        assert!(read.status == 200 && !read.bytes.is_empty(), "{path}");
        self.tried.insert(("GET".to_owned(), path.to_owned()));
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn every_call_does_what_the_document_says_and_none_is_left_out() {
    let server = Server::start().await;
    let mut d = Described::by(&server).await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    let zoe = made(&server, &mut d, "zoe").await;
    let nobody = zoe.with_token("");
    let (ada, bob) = (made(&server, &mut d, "ada").await, made(&server, &mut d, "bob").await);
    let (a, b, n) = ((&server, &ada), (&server, &bob), (&server, &nobody));
    d.call(n, ("GET", "/healthz"), &[], None).await;
    d.call(n, ("GET", "/api/server"), &[], None).await;
    d.call(n, ("GET", "/api/emoji"), &[], None).await;
    d.call(n, ("GET", "/api/openapi.json"), &[], None).await;
    let granted = d.call(n, ("POST", "/api/auth/login"), &[], Some(credentials)).await;
    let renewal = json!({ "refresh_token": granted["refresh_token"] });
    let granted = d.call(n, ("POST", "/api/auth/refresh"), &[], Some(renewal)).await;
    let other = ada.with_token(text(&granted["access_token"]));
    d.call((&server, &other), ("POST", "/api/auth/logout"), &[], None).await;
    d.call(a, ("GET", "/api/me"), &[], None).await;
    let profile = json!({ "display_name": "Ada L.", "bio": "counts", "locale": "fr" });
    d.call(a, ("PATCH", "/api/me"), &[], Some(profile)).await;
    let password = json!({ "current_password": PASSWORD, "new_password": PASSWORD });
    d.call(a, ("POST", "/api/me/password"), &[], Some(password)).await;
    Person::sign_in(&server, "ada").await;
    let sessions = d.call(a, ("GET", "/api/me/sessions"), &[], None).await;
    let elsewhere = sessions.as_array().unwrap().iter().find(|s| s["current"] == false).unwrap();
    d.call(a, ("DELETE", "/api/me/sessions/{id}"), &[text(&elsewhere["id"])], None).await;

    let room = json!({ "name": "tea", "topic": "leaves", "is_private": false, "members": ["bob"] });
    let room = d.call(a, ("POST", "/api/conversations"), &[], Some(room)).await;
    let id = text(&room["id"]);
    d.call(a, ("GET", "/api/conversations"), &[], None).await;
    d.call(a, ("GET", "/api/conversations/{id}"), &[id], None).await;
    let changes = json!({ "topic": "green" });
    d.call(a, ("PATCH", "/api/conversations/{id}"), &[id], Some(changes)).await;
    let pace = json!({ "slow_mode": 0 });
    d.call(a, ("PATCH", "/api/rooms/{id}"), &[id], Some(pace)).await;
    d.call(b, ("POST", "/api/conversations/{id}/leave"), &[id], None).await;
    d.call(b, ("POST", "/api/conversations/{id}/join"), &[id], None).await;
    let notify = json!({ "notify": "mentions" });
    d.call(b, ("PATCH", "/api/conversations/{id}/notify"), &[id], Some(notify)).await;
    d.call(a, ("DELETE", "/api/conversations/{id}/members/{username}"), &[id, "bob"], None).await;
    d.call(a, ("PUT", "/api/conversations/{id}/members/{username}"), &[id, "bob"], None).await;
    d.call(a, ("GET", "/api/conversations/{id}/members"), &[id], None).await;
    d.call(a, ("GET", "/api/rooms"), &[], None).await;
    d.call(a, ("PUT", "/api/chats/{username}"), &["bob"], None).await;
    d.call(a, ("GET", "/api/chats"), &[], None).await;

    let post = json!({ "content": "hi", "client_id": "1", "reply_to": null });
    let said = d.call(a, ("POST", "/api/conversations/{id}/messages"), &[id], Some(post)).await;
    let post = json!({ "content": "hi" });
    d.call(a, ("POST", "/api/conversations/{id}/send_message"), &[id], Some(post)).await;
    let mark = json!({ "seq": 1 });
    d.call(b, ("POST", "/api/conversations/{id}/read"), &[id], Some(mark)).await;
    let message = text(&said["id"]);
    let change = json!({ "content": "hello" });
    d.call(a, ("PATCH", "/api/messages/{id}"), &[message], Some(change)).await;
    let reaction = "/api/messages/{id}/reactions/{emoji}";
    d.call(b, ("PUT", reaction), &[message, "like"], None).await;
    d.call(a, ("GET", "/api/conversations/{id}/messages"), &[id], None).await;
    d.call(b, ("DELETE", reaction), &[message, "like"], None).await;
    d.call(a, ("PUT", "/api/messages/{id}/pin"), &[message], None).await;
    d.call(a, ("GET", "/api/conversations/{id}/pins"), &[id], None).await;
    d.call(a, ("DELETE", "/api/messages/{id}/pin"), &[message], None).await;
    d.call(a, ("GET", "/api/messages/{id}/history"), &[message], None).await;
    d.call(a, ("DELETE", "/api/messages/{id}"), &[message], None).await;
    d.files(a, id).await;
    d.avatar(a).await;
    d.call(a, ("GET", "/api/search?q=h"), &[], None).await;
    let direct = ada.direct(&server, &bob).await;
    let psst = ada.say(&server, &direct, "psst").await;
    d.reports(b, (&server, &zoe), text(&psst["id"])).await;
    d.call(a, ("GET", "/api/chats/{username}/messages"), &["bob"], None).await;

    d.call(a, ("GET", "/api/users"), &[], None).await;
    d.call(a, ("GET", "/api/users/{username}"), &["bob"], None).await;
    d.call(a, ("PUT", "/api/users/{username}/block"), &["zoe"], None).await;
    d.call(a, ("GET", "/api/me/blocks"), &[], None).await;
    d.call(a, ("DELETE", "/api/users/{username}/block"), &["zoe"], None).await;
    d.call(a, ("PUT", "/api/users/{username}/friend"), &["bob"], None).await;
    d.call(b, ("PUT", "/api/users/{username}/friend"), &["ada"], None).await;
    d.call(a, ("GET", "/api/me/friends"), &[], None).await;
    d.call(a, ("DELETE", "/api/users/{username}/friend"), &["bob"], None).await;

    let game = game(&ada, &bob).await;
    d.call(a, ("GET", "/api/games/{id}"), &[&game], None).await;
    let result = json!({ "winner": "ada", "scores": { "ada": 2, "bob": 1 } });
    d.call(a, ("POST", "/api/games/{id}/finish"), &[&game], Some(result)).await;
    d.tournaments(a).await;

    d.notifications(b).await;
    d.administration((&server, &zoe), id).await;
    d.integrations((&server, &zoe)).await;
    d.hooks((&server, &zoe), id).await;
    d.call(b, ("DELETE", "/api/conversations/{id}"), &[id], None).await;
    let again = json!({ "password": PASSWORD });
    d.call(b, ("DELETE", "/api/me"), &[], Some(again)).await;
    let left: Vec<_> = d.operations().difference(&d.tried).cloned().collect();
    assert!(left.is_empty(), "described and not tried: {left:?}");
}

async fn made(server: &Server, d: &mut Described, username: &str) -> Person {
    let body = json!({ "username": username, "password": PASSWORD, "display_name": username });
    let answer = server.ask("POST", "/api/auth/register", Some(&body)).await;
    let described = d.document["paths"]["/api/auth/register"]["post"].clone();
    d.tried.insert(("POST".into(), "/api/auth/register".into()));
    Person::from_grant(server, &d.held(&described, answer, "POST /api/auth/register"))
}

async fn game(ada: &Person, bob: &Person) -> String {
    let (mut a, mut b) = (ada.connect().await, bob.connect().await);
    a.send("game_invite", json!({ "username": "bob", "client_id": "1", "options": {} })).await;
    b.expect("game_invite").await;
    b.send("game_accepted", json!({ "username": "ada" })).await;
    let found = a.expect("game_found").await;
    text(&found["data"]["game_id"]).to_owned()
}

#[tokio::test]
async fn refusals_are_as_described_and_names_are_unique() {
    let server = Server::start().await;
    let d = Described::by(&server).await;
    assert_eq!(d.document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (method, path) in d.operations() {
        let described = &d.document["paths"][&path][method.to_lowercase()];
        assert!(ids.insert(text(&described["operationId"]).to_owned()), "{method} {path}");
        assert!(!text(&described["summary"]).is_empty());
        let named = described["parameters"].as_array().unwrap().iter();
        let named = named.filter(|one| one["in"] == "path").count();
        assert_eq!(named, path.matches('{').count(), "{method} {path}");
        let open = described["security"] == json!([{}]);
        if !open {
            let answer = server.ask(&method, &path, None).await;
            let refused = answer.refused(401, "unauthorized");
            let schema =
                &described["responses"]["default"]["content"]["application/json"]["schema"];
            d.check(schema, &json!({ "error": refused }), &path);
        }
    }
}
