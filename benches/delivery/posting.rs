//! How a crowd posts: whoever's turn it is, or by the clock.

use std::time::{Duration, Instant};

use crate::{Outcome, crowd::Crowd, frames, posts, run::Pace, socket::Broken};

impl Crowd {
    /// Sends a message for everyone whose turn it is.
    pub(crate) fn post_due(&mut self) -> Outcome<()> {
        if !self.is_posting || matches!(self.pace, Pace::Rate(_)) {
            self.due.clear();
        }
        while let Some(poster) = self.due.pop() {
            self.post(poster, Instant::now())?;
        }
        Ok(())
    }

    /// Sends what should have been sent by now, whatever has become of what was sent before.
    pub(crate) fn post_scheduled(&mut self) -> Outcome<()> {
        let (Pace::Rate(a_second), true) = (self.pace, self.is_posting) else {
            return Ok(());
        };
        let (posters, mut posted) = self.scheduled;
        loop {
            let due = self.began + Duration::from_secs_f64(posted as f64 / a_second);
            if due > Instant::now() {
                break;
            }
            let poster = posted as usize % posters;
            posted += 1;
            if !self.sockets[poster].is_over() {
                self.post(poster, due)?;
            }
        }
        self.scheduled = (posters, posted);
        Ok(())
    }

    /// Asks for what a socket has missed.
    pub(crate) fn resume(&mut self, index: usize, cursor: u64) -> Result<(), Broken> {
        self.frame.clear();
        let asked = posts::resume(cursor);
        frames::append(&mut self.frame, frames::TEXT, &asked, Some(mask(&mut self.mask)));
        self.sockets[index].send(&self.frame)
    }

    fn post(&mut self, poster: usize, sent: Instant) -> Outcome<()> {
        let room = self.seats[poster].room;
        self.frame.clear();
        let text = self.posts[room].write(self.ledger.next());
        frames::append(&mut self.frame, frames::TEXT, text, Some(mask(&mut self.mask)));
        self.ledger.post(room, poster, sent);
        match self.sockets[poster].send(&self.frame) {
            Ok(()) => Ok(()),
            Err(why) => self.broke(poster, &why),
        }
    }
}

/// The next mask (xorshift): each frame has its own, as the protocol asks.
fn mask(state: &mut u64) -> [u8; 4] {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state as u32).to_le_bytes()
}
