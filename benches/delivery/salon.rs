//! Salon under measurement: started on a database of its own, peopled over REST as anyone would.

use std::{fs::File, ops::Range, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    guests, http,
    options::Options,
    server::Server,
};

/// What Salon says first on the native socket.
const GREETING: &[u8] = br#""hello""#;

pub struct Salon {
    pub server: Server,
    /// Whether it takes copies of itself, one after another, from its next start on.
    pub takes_copies: bool,
    folder: TempDir,
    program: PathBuf,
    /// Access tokens of its people, who are known by their place here.
    tokens: Vec<String>,
}

/// Whether rates are limited, as they are unless one measures.
#[derive(Clone, Copy)]
pub enum Limits {
    Off,
    On,
}

impl Salon {
    /// A fresh one with its people registered; none where there is no executable.
    pub fn open(options: &Options) -> Outcome<Option<Salon>> {
        let mut salon = Salon::empty(options)?;
        if let Some(salon) = &mut salon {
            for person in 0..options.people {
                // Names of one length make frames of one length.
                salon.register(&format!("person-{:02}", person + 10))?;
            }
        }
        Ok(salon)
    }

    /// A fresh one with so many people who come by another application's tokens: a thousand
    /// passwords would take a minute to hash.
    pub fn with_guests(options: &Options, count: usize) -> Outcome<Option<Salon>> {
        let mut salon = Salon::empty(options)?;
        if let Some(salon) = &mut salon {
            salon.tokens = (0..count).map(guests::token).collect();
        }
        Ok(salon)
    }

    fn empty(options: &Options) -> Outcome<Option<Salon>> {
        let Some(program) = options.salon.clone() else {
            return Ok(None);
        };
        let folder = options.folder()?;
        let server = start(options, &program, &folder, (Limits::Off, false))?;
        let (takes_copies, tokens) = (false, Vec::new());
        Ok(Some(Salon { server, takes_copies, folder, program, tokens }))
    }

    fn register(&mut self, name: &str) -> Outcome<()> {
        let body = json!({ "username": name, "password": "correct horse battery" });
        let signed_in = http::post(self.server.address, "/api/auth/register", None, &body)?;
        self.tokens.push(text(&signed_in, "access_token")?);
        Ok(())
    }

    /// Stops it and starts it again on the same database, so that nothing of the registrations is left in
    /// its memory.
    pub fn restart(&mut self, options: &Options, limits: Limits) -> Outcome<()> {
        // Two at a time would not share a file.
        self.server.stop();
        let way = (limits, self.takes_copies);
        self.server = start(options, &self.program, &self.folder, way)?;
        Ok(())
    }

    /// Its database.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("salon.db")
    }

    /// A crowd that nobody is in yet.
    pub fn crowd(&self) -> Outcome<Crowd> {
        Crowd::new(self.server.address, Some(GREETING))
    }

    /// Makes a room with these people in it, the first its owner; gives its id.
    pub fn room(&self, name: &str, members: Range<usize>) -> Outcome<String> {
        let made = self.post("/api/conversations", members.start, &json!({ "name": name }))?;
        let chat_id = text(&made, "id")?;
        for person in members.skip(1) {
            self.post(&format!("/api/conversations/{chat_id}/join"), person, &Value::Null)?;
        }
        Ok(chat_id)
    }

    /// A socket for a person, who says and hears what is said in `room`.
    pub fn seat(&self, person: usize, room: usize) -> Seat {
        Seat { path: format!("/ws/events/?token={}", self.token(person)), room }
    }

    /// A person's access token; they come round again where there are fewer.
    pub fn token(&self, person: usize) -> &str {
        &self.tokens[person % self.tokens.len()]
    }

    pub fn post(&self, path: &str, person: usize, body: &Value) -> Outcome<Value> {
        http::post(self.server.address, path, Some(self.token(person)), body)
    }
}

fn start(
    options: &Options,
    program: &std::path::Path,
    folder: &TempDir,
    (limits, takes_copies): (Limits, bool),
) -> Outcome<Server> {
    let log = folder.path().join("salon.log");
    let mut command = options.cores.server(program);
    command.arg("--data").arg(folder.path().join("salon.db")).args(["--listen", "127.0.0.1:0"]);
    command.args(["--jwt-secret", guests::SECRET, "--jwt-provision", "on"]);
    command.args(["--compress", "on"]); // for who offers it
    command.args(["--limits", if matches!(limits, Limits::On) { "on" } else { "off" }]);
    if takes_copies {
        command.arg("--backup-dir").arg(folder.path()).args(["--backup-every", "1s"]);
    }
    command.stderr(File::create(&log)?);
    Server::start(command).map_err(|why| {
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        format!("{why}\n{log}").into()
    })
}

fn text(answer: &Value, field: &str) -> Outcome<String> {
    let found = answer[field].as_str().ok_or_else(|| format!("no {field:?} in {answer}"))?;
    Ok(found.to_owned())
}
