//! The generator's floor: many client sockets in one thread, one event loop. It posts and counts
//! every delivery, and must cost less than what it measures: one buffer for all reads; nothing
//! allocated, locked or parsed per delivery. `run.rs` says when it posts and what is taken down.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::{Events, Poll, Token};

use crate::{
    Outcome,
    finder::{Finder, find},
    frames,
    ledger::Ledger,
    posts::Post,
    run::{Measured, Pace},
    socket::{Heard, Socket},
};

/// Sockets that are on their way in at one time.
const CONNECTING: usize = 64;
/// Nobody got in for so long: the server takes no more.
const PATIENCE: Duration = Duration::from_secs(10);
/// The loop looks at the clock at least so often.
const TURN: Duration = Duration::from_millis(10);

/// A place in the crowd.
#[derive(Clone)]
pub struct Seat {
    pub path: String,
    pub room: usize,
}

pub struct Crowd {
    address: SocketAddr,
    /// What a server says when it is ready for a socket, if it says anything.
    greeting: Option<&'static [u8]>,
    poll: Poll,
    events: Events,
    /// The events of one turn: socket, readable, writable.
    stirring: Vec<(usize, bool, bool)>,
    buffer: Vec<u8>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) sockets: Vec<Socket>,
    greeted: usize,
    finder: Finder,
    pub(crate) ledger: Ledger,
    /// What is said in each room.
    pub posts: Vec<Post>,
    pub(crate) pace: Pace,
    /// Who is to post next; someone with several messages under way stands here as often.
    pub(crate) due: Vec<usize>,
    pub(crate) is_posting: bool,
    /// Set while the seconds count.
    pub(crate) counting_since: Option<Instant>,
    pub(crate) tally: Measured,
    /// The first refusal the server sent, for whoever looks for what is missing.
    pub(crate) refusal: Option<String>,
    frame: Vec<u8>,
    mask: u64,
}

impl Crowd {
    /// Nobody yet.
    pub fn new(address: SocketAddr, greeting: Option<&'static [u8]>) -> Outcome<Crowd> {
        Ok(Crowd {
            address,
            greeting,
            poll: Poll::new()?,
            events: Events::with_capacity(256),
            stirring: Vec::new(),
            buffer: vec![0; 256 * 1024],
            seats: Vec::new(),
            sockets: Vec::new(),
            greeted: 0,
            finder: Finder::default(),
            ledger: Ledger::new(0, std::iter::empty()),
            posts: Vec::new(),
            pace: Pace::AllHaveIt,
            due: Vec::new(),
            is_posting: false,
            counting_since: None,
            tally: Measured::default(),
            refusal: None,
            frame: Vec::new(),
            mask: 0x2545_f491_4f6c_dd1d,
        })
    }

    /// Lets more in; returns when all of them are served.
    pub fn seat(&mut self, seats: impl IntoIterator<Item = Seat>) -> Outcome<()> {
        self.seats.extend(seats);
        let mut last = (self.greeted, Instant::now());
        while self.greeted < self.seats.len() {
            let allowed = self.seats.len().min(self.greeted + CONNECTING);
            while self.sockets.len() < allowed {
                let next = self.sockets.len();
                let (room, at) = (self.seats[next].room, self.poll.registry());
                self.sockets.push(Socket::open(self.address, room, at, Token(next))?);
            }
            self.turn()?;
            if self.greeted > last.0 {
                last = (self.greeted, Instant::now());
            }
            if last.1.elapsed() > PATIENCE {
                let left = self.seats.len() - self.greeted;
                return Err(format!("{left} sockets were never served").into());
            }
        }
        Ok(())
    }

    /// Only listens, for a while.
    pub fn idle(&mut self, time: Duration) -> Outcome<()> {
        let start = Instant::now();
        while start.elapsed() < time {
            self.turn()?;
        }
        Ok(())
    }

    /// Waits for something to happen, once, and lets those post whose turn it is.
    pub(crate) fn turn(&mut self) -> Outcome<()> {
        match self.poll.poll(&mut self.events, Some(TURN)) {
            Err(why) if why.kind() != ErrorKind::Interrupted => return Err(why.into()),
            _ => {}
        }
        let mut stirring = std::mem::take(&mut self.stirring);
        stirring.extend(self.events.iter().map(|event| {
            let is_readable = event.is_readable() || event.is_error() || event.is_read_closed();
            (event.token().0, is_readable, event.is_writable())
        }));
        for (index, is_readable, is_writable) in stirring.drain(..) {
            let told = |why| format!("socket {index}: {why}");
            if is_writable {
                let path = &self.seats[index].path;
                self.sockets[index].writable(self.address, path).map_err(told)?;
            }
            while is_readable && self.read(index).map_err(told)? {}
            self.post_due()?;
        }
        self.stirring = stirring;
        Ok(())
    }

    /// Reads once from a socket and takes down what came.
    fn read(&mut self, index: usize) -> Result<bool, String> {
        let Crowd { ledger, finder, due, tally, pace, counting_since, refusal, .. } = self;
        self.sockets[index].read(&mut self.buffer, self.greeting, |ear, heard| {
            let text = match heard {
                Heard::Text(text) => text,
                Heard::Greeting => {
                    self.greeted += 1;
                    return;
                }
            };
            let Some(number) = finder.delivery(text) else {
                if refusal.is_none() && find(text, br#""error""#).is_some() {
                    *refusal = Some(String::from_utf8_lossy(text).into_owned());
                }
                return;
            };
            let Some(delivery) = ledger.deliver(ear, number) else {
                return;
            };
            if counting_since.is_some() {
                tally.deliveries += 1;
                tally.bytes += text.len() as u64;
            }
            let lets_go_on = match pace {
                Pace::Acknowledged(_) => delivery.poster == index,
                Pace::AllHaveIt => delivery.complete,
            };
            if lets_go_on {
                due.push(delivery.poster);
                if counting_since.is_some_and(|since| delivery.sent >= since) {
                    tally.times.push(delivery.sent.elapsed().as_secs_f64());
                }
            }
        })
    }

    /// Sends a message for everyone whose turn it is.
    pub(crate) fn post_due(&mut self) -> Outcome<()> {
        if !self.is_posting {
            self.due.clear();
        }
        while let Some(poster) = self.due.pop() {
            let room = self.seats[poster].room;
            self.frame.clear();
            let text = self.posts[room].write(self.ledger.next());
            frames::append(&mut self.frame, frames::TEXT, text, Some(mask(&mut self.mask)));
            self.ledger.post(room, poster, Instant::now());
            self.sockets[poster].send(&self.frame)?;
        }
        Ok(())
    }
}

/// The next mask (xorshift): each frame has its own, as the protocol asks.
fn mask(state: &mut u64) -> [u8; 4] {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state as u32).to_le_bytes()
}
