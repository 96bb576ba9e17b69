//! What comes in any order, put in the order of its time without being all in memory: it waits in a file
//! beside the database that has no name, and of each thing only its place there is remembered.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    marker::PhantomData,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

use crate::model::Timestamp;

/// Where something waits. Of two of one time, the smaller tie comes first, then what came first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    time: Timestamp,
    tie: u64,
    place: u64,
    length: u32,
}

/// Things on their way into an order.
pub(super) struct Spool<T> {
    file: BufWriter<File>,
    end: u64,
    waiting: Vec<Waiting>,
    of: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    /// One that waits where there is room for a database.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn beside(database: &Path) -> Result<Self, String> {
        let mut path = database.to_owned().into_os_string();
        path.push(".said");
        let open = || {
            let _ = fs::remove_file(&path); // left by who was stopped between the next two lines
            let mut how = OpenOptions::new();
            let file = how.read(true).write(true).create_new(true).mode(0o600).open(&path)?;
            fs::remove_file(&path)?; // gone with the process, however that ends
            io::Result::Ok(file)
        };
        let file = open().map_err(unwritten)?;
        let (file, waiting) = (BufWriter::with_capacity(1 << 18, file), Vec::new());
        Ok(Self { file, end: 0, waiting, of: PhantomData })
    }

    /// Takes one in.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn put(&mut self, time: Timestamp, tie: u64, thing: &T) -> Result<(), String> {
        let text = serde_json::to_vec(thing).map_err(|error| error.to_string())?;
        let length = u32::try_from(text.len()).map_err(|_| "something in it is too long")?;
        self.file.write_all(&text).map_err(unwritten)?;
        self.waiting.push(Waiting { time, tie, place: self.end, length });
        self.end += u64::from(length);
        Ok(())
    }

    /// All of them, earliest first.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn in_order(self) -> Result<impl Iterator<Item = Result<T, String>>, String> {
        let file = self.file.into_inner().map_err(|error| unwritten(error.into_error()))?;
        let mut waiting = self.waiting;
        waiting.sort_unstable();
        let mut text = Vec::new();
        Ok(waiting.into_iter().map(move |one| {
            text.resize(one.length as usize, 0);
            file.read_exact_at(&mut text, one.place).map_err(unwritten)?;
            serde_json::from_slice(&text).map_err(|error| error.to_string())
        }))
    }
}

fn unwritten(error: io::Error) -> String {
    format!("what was read cannot wait beside the database: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_in_any_order_goes_in_that_of_time_and_leaves_no_file() -> Result<(), String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut spool = Spool::beside(&folder.path().join("a.db"))?;
        for (time, tie, said) in [(3, 0, "d"), (1, 9, "b"), (1, 2, "a"), (1, 9, "c"), (9, 0, "e")] {
            spool.put(Timestamp(time), tie, &said.to_owned())?;
        }
        assert!(fs::read_dir(folder.path()).is_ok_and(|files| files.count() == 0));
        let all: String = spool.in_order()?.collect::<Result<Vec<_>, _>>()?.concat();
        assert_eq!(all, "abcde");
        Ok(())
    }
}
