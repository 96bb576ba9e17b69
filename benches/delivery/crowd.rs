//! The generator's floor: many client sockets in one thread, one event loop. It posts and counts
//! every delivery, and must cost less than what it measures: one buffer for all reads; nothing
//! allocated, locked or parsed per delivery. `seats.rs` lets it in and out, `posting.rs`
//! posts for it, `run.rs` says when and what is taken down.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::{Events, Poll};

use crate::{
    Outcome,
    finder::{self, Finder, find},
    ledger::Ledger,
    posts::Post,
    run::{Measured, Pace},
    socket::{Broken, Heard, Socket},
};

/// Sockets that are on their way in at one time, unless told.
const CONNECTING: usize = 64;
/// The loop looks at the clock at least so often.
const TURN: Duration = Duration::from_millis(10);
/// What a refusal says of itself.
const REFUSAL: &[u8] = br#""error""#;
/// What stands in a greeting before the last change that it knows of.
const CURSOR: &[u8] = br#""cursor":"#;

/// A place in the crowd.
#[derive(Clone)]
pub struct Seat {
    pub path: String,
    pub room: usize,
}

pub struct Crowd {
    pub(crate) address: SocketAddr,
    /// What a server says when it is ready for a socket, if it says anything.
    greeting: Option<&'static [u8]>,
    pub(crate) poll: Poll,
    events: Events,
    /// The events of one turn: socket, readable, writable.
    stirring: Vec<(usize, bool, bool)>,
    buffer: Vec<u8>,
    pub seats: Vec<Seat>,
    pub(crate) sockets: Vec<Socket>,
    /// Whether sockets offer to compress.
    pub compresses: bool,
    /// Sockets that are on their way in at one time.
    pub connecting: usize,
    pub(crate) greeted: usize,
    /// The last change that is known to whoever was greeted last, if the greeting tells.
    pub cursor: Option<u64>,
    /// From which change on sockets ask, when they are greeted, for what they missed.
    pub resumes_from: Option<u64>,
    /// The socket that is being read was just greeted.
    greets: bool,
    finder: Finder,
    pub(crate) ledger: Ledger,
    /// What is said in each room.
    pub posts: Vec<Post>,
    pub(crate) pace: Pace,
    /// Posters, and posts so far, of a pace that asks nobody.
    pub(crate) scheduled: (usize, u64),
    pub(crate) began: Instant,
    /// Who is to post next; someone with several messages under way stands here as often.
    pub(crate) due: Vec<usize>,
    pub(crate) is_posting: bool,
    /// Set while the seconds count.
    pub(crate) counting_since: Option<Instant>,
    /// A refusal is an answer, and a socket that the server closes is taken down and let go.
    pub endures: bool,
    pub(crate) tally: Measured,
    /// The first refusal the server sent, for whoever looks for what is missing.
    pub(crate) refusal: Option<String>,
    pub(crate) frame: Vec<u8>,
    pub(crate) mask: u64,
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
            compresses: false,
            connecting: CONNECTING,
            greeted: 0,
            cursor: None,
            resumes_from: None,
            greets: false,
            finder: Finder::default(),
            ledger: Ledger::new(0, std::iter::empty()),
            posts: Vec::new(),
            pace: Pace::AllHaveIt,
            scheduled: (1, 0),
            began: Instant::now(),
            due: Vec::new(),
            is_posting: false,
            counting_since: None,
            endures: false,
            tally: Measured::default(),
            refusal: None,
            frame: Vec::new(),
            mask: 0x2545_f491_4f6c_dd1d,
        })
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
            if let Err(why) = self.stir(index, is_readable, is_writable) {
                self.broke(index, &why)?;
            }
            self.post_due()?;
        }
        self.stirring = stirring;
        self.post_scheduled()?;
        self.post_due()
    }

    fn stir(&mut self, index: usize, reads: bool, writes: bool) -> Result<(), Broken> {
        if self.sockets[index].is_over() {
            return Ok(());
        }
        if writes {
            let request = (self.seats[index].path.as_str(), self.compresses);
            self.sockets[index].writable(self.address, request)?;
        }
        while reads && self.read(index)? {}
        match (self.resumes_from, std::mem::take(&mut self.greets)) {
            (Some(cursor), true) => self.resume(index, cursor),
            _ => Ok(()),
        }
    }

    /// Lets a broken socket go, if that is something to live with.
    pub(crate) fn broke(&mut self, index: usize, why: &str) -> Outcome<()> {
        if !self.endures {
            return Err(format!("socket {index}: {why}").into());
        }
        let socket = &mut self.sockets[index];
        socket.give_up();
        self.tally.cut_off += self.ledger.give_up(&socket.ear);
        *self.tally.closed.entry(why.to_owned()).or_default() += 1;
        Ok(())
    }

    /// Reads once from a socket and takes down what came.
    fn read(&mut self, index: usize) -> Result<bool, Broken> {
        let Crowd { ledger, finder, due, tally, pace, counting_since, refusal, .. } = self;
        self.sockets[index].read(&mut self.buffer, self.greeting, |ear, heard| {
            let (text, length) = match heard {
                Heard::Text(text, length) => (text, length),
                Heard::Greeting(text) => {
                    self.greeted += 1;
                    self.cursor = finder::number_after(text, CURSOR);
                    self.greets = true;
                    return;
                }
            };
            let Some(number) = finder.delivery(text) else {
                if find(text, REFUSAL).is_some() {
                    if self.endures {
                        ledger.refuse(ear.room);
                    }
                    refusal.get_or_insert_with(|| String::from_utf8_lossy(text).into_owned());
                }
                return;
            };
            let Some(delivery) = ledger.deliver(ear, number) else {
                return;
            };
            if counting_since.is_some() {
                tally.deliveries += 1;
                tally.bytes += length as u64;
            }
            let is_over = match pace {
                Pace::Acknowledged(_) | Pace::Rate(_) => delivery.poster == index,
                Pace::AllHaveIt => delivery.complete,
            };
            if is_over {
                due.push(delivery.poster);
                if counting_since.is_some_and(|since| delivery.sent >= since) {
                    tally.times.push(delivery.sent.elapsed().as_secs_f64());
                }
            }
        })
    }
}
