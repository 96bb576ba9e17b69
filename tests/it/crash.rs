use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{Person, Server, Socket};

/// How often the server is killed; more by `SALON_CRASH_CYCLES`.
const CYCLES: usize = 20;

/// How many messages one sender has on their way at once.
const WINDOW: usize = 8;

/// Small, and the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// One sender's book: what is on its way, and what was acknowledged with which place and id.
#[derive(Default)]
struct Book {
    next: usize,
    open: BTreeSet<String>,
    acked: BTreeMap<String, (i64, String)>,
}

impl Book {
    fn fresh(&mut self, name: &str) -> String {
        self.next += 1;
        let client_id = format!("{name}-{}", self.next);
        self.open.insert(client_id.clone());
        client_id
    }

    fn ack(&mut self, message: &Value) {
        let client_id = message["client_id"].as_str().unwrap().to_owned();
        let place = (message["seq"].as_i64().unwrap(), message["id"].as_str().unwrap().to_owned());
        self.open.remove(&client_id);
        if let Some(before) = self.acked.insert(client_id, place.clone()) {
            assert_eq!(before, place, "acknowledged twice, differently");
        }
    }
}

/// Counts acknowledgements, and says when there are enough for a kill.
struct Count {
    acked: AtomicUsize,
    enough: usize,
    reached: Notify,
}

impl Count {
    fn one(&self) {
        if self.acked.fetch_add(1, Ordering::AcqRel) + 1 == self.enough {
            self.reached.notify_one();
        }
    }
}

/// Sends over a socket until the server is gone; what is open from before comes first.
async fn send_by_socket(
    (person, mut socket): (Person, Socket),
    chat: String,
    mut book: Book,
    count: Arc<Count>,
) -> Book {
    let mut unsent: Vec<String> = book.open.iter().cloned().collect();
    let mut under_way = 0;
    loop {
        while under_way < WINDOW {
            let client_id = unsent.pop().unwrap_or_else(|| book.fresh(&person.username));
            if !socket.try_post(&chat, &client_id, &client_id).await {
                return book;
            }
            under_way += 1;
        }
        let Ok(frame) = socket.next_or_close().await else { return book };
        if frame["action"] == "new_message" && frame["data"]["sender"] == person.username.as_str() {
            book.ack(&frame["data"]);
            under_way -= 1;
            count.one();
        }
    }
}

/// Sends by REST until the server is gone.
async fn send_by_rest(url: String, person: Person, mut book: Book, count: Arc<Count>) -> Book {
    let client = reqwest::Client::new();
    let url = format!("{url}/api/conversations/general/messages");
    let mut unsent: Vec<String> = book.open.iter().cloned().collect();
    loop {
        let client_id = unsent.pop().unwrap_or_else(|| book.fresh(&person.username));
        let body = json!({ "content": client_id, "client_id": client_id });
        let Ok(answer) = client.post(&url).bearer_auth(&person.token).json(&body).send().await
        else {
            return book;
        };
        let Ok(message) = answer.json::<Value>().await else { return book };
        book.ack(&message);
        count.one();
    }
}

/// What somebody who only listens has heard, over all kills.
#[derive(Default)]
struct Listener {
    cursor: i64,
    heard: i64,
}

impl Listener {
    fn hear(&mut self, frame: &Value) {
        if frame["action"] == "new_message" {
            self.heard += 1;
            assert_eq!(frame["data"]["seq"], self.heard, "a gap or a double");
        }
        self.cursor = self.cursor.max(frame["rev"].as_i64().unwrap_or(0));
    }

    async fn listen(mut self, mut socket: Socket) -> Self {
        if self.cursor > 0 {
            socket.send_ref("resume", "r", json!({ "cursor": self.cursor })).await;
        }
        while let Ok(frame) = socket.next_or_close().await {
            if frame["action"] == "resumed" {
                assert_eq!(frame["data"]["complete"], true);
            }
            self.hear(&frame);
        }
        self
    }
}

async fn whole_history(server: &Server, person: &Person) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let last = all.last().map_or(0, |message| message["seq"].as_i64().unwrap());
        let path = format!("/api/conversations/general/messages?after={last}&limit=100");
        let page = person.get(server, &path).await.expect(200);
        let page = page.as_array().unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().cloned());
    }
}

fn check(history: &[Value], books: &[Book]) {
    let mut stored = BTreeMap::new();
    for (position, message) in history.iter().enumerate() {
        assert_eq!(message["seq"], position + 1, "places without gaps");
        let client_id = message["client_id"].as_str().unwrap();
        assert_eq!(message["content"], client_id);
        let place = (message["seq"].as_i64().unwrap(), message["id"].as_str().unwrap().to_owned());
        assert!(stored.insert(client_id.to_owned(), place).is_none(), "{client_id} came twice");
    }
    for (client_id, place) in books.iter().flat_map(|book| &book.acked) {
        assert_eq!(stored.get(client_id), Some(place), "{client_id} was acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_under_load_it_loses_and_doubles_nothing() {
    let cycles = std::env::var("SALON_CRASH_CYCLES").map_or(CYCLES, |n| n.parse().unwrap());
    let seed = std::env::var("SALON_CRASH_SEED").map_or(0x5eed_5a10, |n| n.parse().unwrap());
    println!("SALON_CRASH_SEED={seed}");
    let mut random = Random(seed);
    let mut server = Server::start().await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "eve", "rest"] {
        people.push(server.person(name).await);
    }
    let ear = server.person("ear").await;
    let mut listener = Listener::default();
    let mut books: Vec<Book> = people.iter().map(|_| Book::default()).collect();
    for _ in 0..cycles {
        let enough = 1 + usize::try_from(random.below(150)).unwrap();
        let count = Arc::new(Count { acked: AtomicUsize::new(0), enough, reached: Notify::new() });
        let socket = ear.connect().await;
        let general = socket.room("general");
        if listener.cursor == 0 {
            listener.cursor = socket.hello["cursor"].as_i64().unwrap();
        }
        let listening = tokio::spawn(listener.listen(socket));
        let mut sockets = Vec::new();
        for person in people.iter().filter(|person| person.username != "rest") {
            sockets.push(person.connect().await);
        }
        let mut sending = Vec::new();
        for (person, book) in people.iter().cloned().zip(books) {
            let count = Arc::clone(&count);
            sending.push(if person.username == "rest" {
                tokio::spawn(send_by_rest(server.url.clone(), person, book, count))
            } else {
                // greeted before anybody sends: the kill may come after the first message
                let socket = sockets.remove(0);
                tokio::spawn(send_by_socket((person, socket), general.clone(), book, count))
            });
        }
        count.reached.notified().await;
        for _ in 0..random.below(2000) {
            tokio::task::yield_now().await;
        }
        server.kill().await;
        listener = listening.await.unwrap();
        books = Vec::new();
        for one in sending {
            books.push(one.await.unwrap());
        }
        server = server.again().await;
        check(&whole_history(&server, &ear).await, &books);
    }
    let history = whole_history(&server, &ear).await;
    let mut socket = ear.connect().await;
    let missed = json!({ "cursor": listener.cursor });
    socket.send_ref("resume", "r", missed).await;
    loop {
        let frame = socket.next().await;
        if frame["ref"] == "r" {
            break;
        }
        listener.hear(&frame);
    }
    assert_eq!(listener.heard, i64::try_from(history.len()).unwrap());
    server.kill().await;
    let db = rusqlite::Connection::open(server.file()).unwrap();
    let said: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
    println!("{cycles} kills, {} messages", history.len());
}
