//! Salon under measurement: started on a database of its own, peopled over REST as anyone would.

use std::{fs::File, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Outcome, crowd::Seat, http, options::Options, server::Server};

/// What Salon says first on the native socket.
pub const GREETING: &[u8] = br#""hello""#;

pub struct Salon {
    pub server: Server,
    folder: TempDir,
    program: PathBuf,
    /// Access tokens of its people, who are known by their place here.
    tokens: Vec<String>,
}

impl Salon {
    /// A fresh one with its people registered; none where there is no executable.
    pub fn open(options: &Options) -> Outcome<Option<Salon>> {
        let Some(program) = options.salon.clone() else {
            return Ok(None);
        };
        let folder = options.folder()?;
        let server = start(options, &program, &folder)?;
        let mut salon = Salon { server, folder, program, tokens: Vec::new() };
        for person in 0..options.people {
            // Names of one length make frames of one length.
            let name = format!("person-{:02}", person + 10);
            let body = json!({ "username": name, "password": "correct horse battery" });
            let signed_in = http::post(salon.server.address, "/api/auth/register", None, &body)?;
            salon.tokens.push(text(&signed_in, "access_token")?);
        }
        Ok(Some(salon))
    }

    /// Stops it and starts it again on the same database, so that nothing of the registrations
    /// (each takes some 20 MB for its hash) is left in its memory.
    pub fn restart(&mut self, options: &Options) -> Outcome<()> {
        // Two at a time would not share a file.
        self.server.stop();
        self.server = start(options, &self.program, &self.folder)?;
        Ok(())
    }

    /// Makes a room with these people in it, the first its owner; gives its id.
    pub fn room(&self, name: &str, members: std::ops::Range<usize>) -> Outcome<String> {
        let made = self.post("/api/conversations", members.start, &json!({ "name": name }))?;
        let chat_id = text(&made, "id")?;
        for person in members.skip(1) {
            self.post(&format!("/api/conversations/{chat_id}/join"), person, &Value::Null)?;
        }
        Ok(chat_id)
    }

    /// A socket for a person, who says and hears what is said in `room`.
    pub fn seat(&self, person: usize, room: usize) -> Seat {
        let token = &self.tokens[person % self.tokens.len()];
        Seat { path: format!("/ws/events/?token={token}"), room }
    }

    fn post(&self, path: &str, person: usize, body: &Value) -> Outcome<Value> {
        http::post(self.server.address, path, Some(&self.tokens[person]), body)
    }
}

fn start(options: &Options, program: &std::path::Path, folder: &TempDir) -> Outcome<Server> {
    let log = folder.path().join("salon.log");
    let mut command = options.cores.server(program);
    command.arg("--data").arg(folder.path().join("salon.db"));
    command.args(["--listen", "127.0.0.1:0", "--limits", "off"]).stderr(File::create(&log)?);
    Server::start(command).map_err(|why| {
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        format!("{why}\n{log}").into()
    })
}

fn text(answer: &Value, field: &str) -> Outcome<String> {
    let found = answer[field].as_str().ok_or_else(|| format!("no {field:?} in {answer}"))?;
    Ok(found.to_owned())
}
