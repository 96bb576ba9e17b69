//! Power cuts at any moment. A disk holds then what was synced, and of what was written since,
//! anything: nothing, all, or some sectors and not others. What it may hold is made from the system
//! calls of a server, and opened.

use std::{collections::BTreeMap, path::Path};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    random::Random,
    run::{cycles, seed},
    strace::Strace,
    tongues::{Place, Tongue, mark_of},
    trace::{Call, calls},
};
use crate::support::{Server, eventually};

/// A disk writes so many bytes whole or not at all.
const SECTOR: usize = 512;

const CALLS: &str = "trace=pwrite64,ftruncate,fsync,fdatasync,write,writev,sendto,sendmsg";

/// So many commits come after the log was folded back into the file and begun anew.
const ROUNDS: usize = 40;

/// Something that a disk was told and need not have done yet.
struct Written {
    at: usize,
    /// None: the file ends there from now on.
    bytes: Option<Vec<u8>>,
    left: usize,
}

impl Written {
    fn of(call: &Call<'_>) -> Option<Self> {
        // what is written may look like the end of a call itself
        let all = call.arguments.strip_suffix(" <unfinished ...>");
        let all = all.or_else(|| Some(call.arguments.rsplit_once(") = ")?.0))?.trim_end();
        let at = all.rsplit(", ").next()?.parse().ok()?;
        let bytes = (call.name == "pwrite64").then(|| call.text());
        (call.result >= 0).then_some(Self { at, bytes, left: call.left })
    }

    fn apply(&self, file: &mut Vec<u8>, mut sector: impl FnMut() -> bool) {
        let Some(bytes) = &self.bytes else {
            return if sector() {
                file.resize(self.at, 0)
            };
        };
        for (number, piece) in bytes.chunks(SECTOR).enumerate() {
            if sector() {
                let at = self.at + number * SECTOR;
                file.resize(file.len().max(at + piece.len()), 0);
                file[at..at + piece.len()].copy_from_slice(piece);
            }
        }
    }
}

/// What a disk has of one file.
#[derive(Default)]
struct File {
    sure: Vec<u8>,
    since: Vec<Written>,
}

impl File {
    /// A sync that was entered then is over: what was written before it is sure.
    fn synced(&mut self, entered: usize) {
        let (sure, since): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.since).into_iter().partition(|w| w.left < entered);
        sure.iter().for_each(|written| written.apply(&mut self.sure, || true));
        self.since = since;
    }

    /// What may be there after a power cut now.
    fn after_a_cut(&self, mut sector: impl FnMut() -> bool) -> Vec<u8> {
        let mut file = self.sure.clone();
        self.since.iter().for_each(|written| written.apply(&mut file, &mut sector));
        file
    }
}

/// The two files of a server, while its calls are gone through.
struct Disk<'a> {
    files: BTreeMap<&'static str, File>,
    /// Calls in the order of what they change: a write when it is entered, a sync when it is left.
    steps: std::iter::Peekable<std::vec::IntoIter<(usize, &'a Call<'a>)>>,
}

const NAMES: [&str; 2] = ["salon.db", "salon.db-wal"];

impl<'a> Disk<'a> {
    fn new(before: BTreeMap<&'static str, Vec<u8>>, calls: &'a [Call<'a>]) -> Self {
        let file = |(name, sure)| (name, File { sure, since: Vec::new() });
        let step = |call: &'a Call<'a>| (if call.syncs() { call.left } else { call.entered }, call);
        let mut steps: Vec<_> = calls.iter().map(step).collect();
        steps.sort_by_key(|step| step.0);
        let steps = steps.into_iter().peekable();
        Self { files: before.into_iter().map(file).collect(), steps }
    }

    /// Goes on to a line of the trace.
    fn go_on(&mut self, to: usize) {
        while let Some((_, call)) = self.steps.next_if(|(line, _)| *line <= to) {
            let is_of = |name: &&str| call.on.ends_with(&format!("/{name}>"));
            let Some(name) = NAMES.into_iter().find(is_of) else { continue };
            let file = self.files.get_mut(name).expect("both are there from the beginning");
            if call.syncs() {
                file.synced(call.entered);
            } else if ["pwrite64", "ftruncate"].contains(&call.name) {
                file.since.extend(Written::of(call));
            }
        }
    }

    /// The marks of all messages that are there after a power cut now.
    fn after_a_cut(&self, mut sector: impl FnMut() -> bool) -> Vec<String> {
        let folder = TempDir::new().unwrap();
        for (name, file) in &self.files {
            std::fs::write(folder.path().join(name), file.after_a_cut(&mut sector)).unwrap();
        }
        let db = Connection::open(folder.path().join(NAMES[0])).unwrap();
        let said: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(said, "ok");
        let mut all = db.prepare("SELECT content FROM message ORDER BY posted_rev").unwrap();
        let all = all.query_map([], |row| row.get::<_, String>(0)).unwrap();
        all.map(|content| mark_of(&content.unwrap().into())).collect()
    }
}

/// Says a lot, two messages a commit, and gives the trace of it and the marks in their order.
async fn say_a_lot(server: &Server) -> (String, Vec<String>) {
    let ada = server.person("ada").await;
    let mut socket = ada.connect().await;
    let place = Place::room(&socket.room("general"), "general");
    let file = server.folder().join("trace");
    let whole = ["-yy", "-v", "-s", "1000000", "-e", CALLS, "-o", file.to_str().unwrap()];
    let strace = Strace::attach(server, &whole).await;
    keep(server.folder());
    let mut marks = Vec::new();
    let mut say_more = async || {
        let heard = marks.len() + 2;
        while marks.len() < heard {
            let mark = format!("m-{}-mark", marks.len());
            let content = format!("{mark} {}", "and so on ".repeat(150));
            socket.send_frame(&Tongue::Native.say(&place, "ada", &mark, &content)).await;
            marks.push(mark);
        }
        for _ in 0..2 {
            socket.expect("new_message").await;
        }
    };
    let folder = server.folder();
    while !is_begun_anew(folder) {
        say_more().await;
        eventually("no fold is going on", async || !is_folding(folder)).await;
    }
    for _ in 0..ROUNDS {
        say_more().await;
    }
    strace.detach().await;
    (String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned(), marks)
}

/// Whether the log is being folded back, by its index: how far that was begun, and how far it is done.
/// While nothing new comes meanwhile, the log can be begun anew after it.
fn is_folding(folder: &Path) -> bool {
    let index = std::fs::read(folder.join("salon.db-shm")).unwrap();
    index[96..100] != index[128..132]
}

/// Whether the log counts one more in its head than in the beginning.
fn is_begun_anew(folder: &Path) -> bool {
    let count = |name: &str| std::fs::read(folder.join(name)).unwrap()[12..16].to_vec();
    count("salon.db-wal") != count("salon.db-wal.before")
}

/// Copies the files as they are before the first call that is looked at.
fn keep(folder: &Path) {
    for name in NAMES {
        std::fs::copy(folder.join(name), folder.join(format!("{name}.before"))).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_the_power_is_cut_all_that_was_told_is_there() {
    let server = Server::start().await;
    let (trace, marks) = say_a_lot(&server).await;
    let before = |name| std::fs::read(server.folder().join(format!("{name}.before"))).unwrap();
    let calls = calls(&trace);
    let mut disk = Disk::new(NAMES.map(|name| (name, before(name))).into(), &calls);
    let folded = |call: &Call<'_>| call.syncs() && call.on.ends_with("/salon.db>");
    assert!(calls.iter().any(folded), "the log was folded back meanwhile");
    let begun = |call: &Call<'_>| call.is_on_the_log() && call.arguments.contains(", 32, 0)");
    assert!(calls.iter().any(begun), "and begun anew, by its head of 32 bytes");
    // when each message was first told to somebody
    let tells = |mark: &String| {
        let mut all = calls.iter().filter(|call| call.tells_somebody());
        all.find(|call| call.arguments.contains(mark.as_str())).unwrap().entered
    };
    let told: Vec<usize> = marks.iter().map(tells).collect();
    let mut random = Random::new(seed());
    let cuts = cycles();
    let lines = trace.lines().count();
    for cut in 1..=cuts {
        let line = lines * (cut - 1) / cuts + random.below(lines / cuts);
        disk.go_on(line);
        let chance = [0, 1, 2, 9, 10][cut % 5]; // of ten: nothing, a bit, some, most, all
        let there = disk.after_a_cut(|| random.below(10) < chance);
        let sure = told.iter().take_while(|told| **told < line).count();
        assert!(there.len() >= sure, "cut at {line}: {} of {sure} are there", there.len());
        assert_eq!(there, marks[..there.len()], "cut at {line}: in order, each once");
    }
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Disk, calls};

    #[test]
    fn what_was_not_synced_may_be_missing_in_part() {
        let trace = [
            r#"7 pwrite64(10</d/salon.db-wal>, "\1\2a\"\\\n\0012", 8, 2) = 8"#,
            "7 fsync(10</d/salon.db-wal>) = 0",
            r#"7 pwrite64(10</d/salon.db-wal>, "z", 1, 0) = 1"#,
            "7 ftruncate(10</d/salon.db-wal>, 3) = 0",
            "7 fsync(10</d/salon.db-wal>) = -1 EIO (Input/output error)",
        ]
        .join("\n");
        let calls = calls(&trace);
        let before = BTreeMap::from([("salon.db", Vec::new()), ("salon.db-wal", b"##".to_vec())]);
        let mut disk = Disk::new(before, &calls);
        let log = |disk: &Disk<'_>, all: bool| disk.files["salon.db-wal"].after_a_cut(|| all);
        disk.go_on(0);
        assert_eq!(log(&disk, false), b"##");
        assert_eq!(log(&disk, true), b"##\x01\x02a\"\\\n\x012");
        disk.go_on(1);
        assert_eq!(log(&disk, false), b"##\x01\x02a\"\\\n\x012");
        disk.go_on(9);
        assert_eq!(log(&disk, false), b"##\x01\x02a\"\\\n\x012");
        assert_eq!(log(&disk, true), b"z#\x01");
    }
}
