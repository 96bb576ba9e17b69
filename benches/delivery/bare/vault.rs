//! Where the bare server stores and indexes what is said before anyone hears it: a thread with a database,
//! and one commit, hence one wait for the disk, for all that came in during the last one.

use std::{
    path::Path,
    sync::mpsc::{Receiver, Sender, channel},
};

use mio::Waker;

use crate::{
    Outcome,
    disk::{Disk, Row},
    finder::find,
};

/// A commit takes at most so many texts, as Salon's do.
const GROUP: usize = 256;

/// What stands in a text before what was said.
const CONTENT: &[u8] = br#""content":""#;

/// A room and a text for it.
type Said = (usize, Vec<u8>);

pub(super) struct Vault {
    to: Sender<Said>,
    from: Receiver<Said>,
}

impl Vault {
    /// Wakes the loop with `waker` when there is something to hear.
    pub(super) fn open(file: &Path, waker: Waker) -> Outcome<Vault> {
        let mut disk = Disk::open(file, true)?;
        let (to, arriving) = channel::<Said>();
        let (leaving, from) = channel();
        std::thread::spawn(move || {
            while let Ok(first) = arriving.recv() {
                let group: Vec<Said> =
                    std::iter::once(first).chain(arriving.try_iter().take(GROUP - 1)).collect();
                let rows = group.iter().map(|(room, text)| row(*room, text));
                // A ceiling that cannot store has nothing to say any more.
                if let Err(why) = disk.commit(rows) {
                    eprintln!("bare server: {why}");
                    std::process::exit(1);
                }
                group.into_iter().for_each(|said| _ = leaving.send(said));
                _ = waker.wake();
            }
        });
        Ok(Vault { to, from })
    }

    pub(super) fn store(&self, room: usize, text: &[u8]) {
        _ = self.to.send((room, text.to_vec()));
    }

    /// All that was stored since the last time.
    pub(super) fn stored(&self) -> impl Iterator<Item = Said> {
        self.from.try_iter()
    }
}

/// What of a text is kept. Its first word is its number, by which Salon's would be known again.
fn row(room: usize, text: &[u8]) -> Row {
    let start = find(text, CONTENT).map_or(0, |at| at + CONTENT.len());
    let said = text[start..].split(|byte| *byte == b'"').next().unwrap_or_default();
    let content = String::from_utf8_lossy(said).into_owned();
    let client_id = content.split(' ').next().unwrap_or_default().to_owned();
    Row { conversation: room as u64, content, client_id }
}
