//! How a crowd comes in and leaves.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::Token;

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    socket::Socket,
};

/// Nobody got in for so long: the server takes no more.
const PATIENCE: Duration = Duration::from_secs(10);

impl Crowd {
    /// Lets more in; gives the seconds until all of them were served.
    pub fn seat(&mut self, seats: impl IntoIterator<Item = Seat>) -> Outcome<f64> {
        self.seats.extend(seats);
        self.come_in()
    }

    /// Lets everyone in who has a seat; gives the seconds until all of them were served.
    pub fn come_in(&mut self) -> Outcome<f64> {
        let began = Instant::now();
        let mut last = (self.greeted, began);
        while self.greeted < self.seats.len() {
            let allowed = self.seats.len().min(self.greeted + self.connecting);
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
        Ok(began.elapsed().as_secs_f64())
    }

    /// Everyone leaves without a word, and may come in again to the same seats. Numbers go on, so
    /// that no message of this crowd's is ever taken for another.
    pub fn leave(&mut self) {
        self.sockets.drain(..).for_each(Socket::reset);
        self.greeted = 0;
    }

    /// Whom those ask who come in from now on.
    pub fn moves_to(&mut self, address: SocketAddr) {
        self.address = address;
    }
}
