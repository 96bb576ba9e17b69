//! One side of a comparison: a server and the crowd that it serves, round by round. Between its
//! turns nobody is connected to it, so that it takes nothing from the other side, and both sides
//! together need no more files than one.

use std::time::Duration;

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    options::Options,
    posts::Post,
    report::Report,
    run::{Measured, Pace, Run, median},
    server::Server,
};

/// What a delivery of Salon takes, about, for when there is no Salon to ask.
const USUAL_LENGTH: f64 = 700.0;

/// What is said at once is held back for whoever has just come, so long and up to a bound.
const HELD: Duration = Duration::from_millis(300);

/// How many post, and when each goes on.
pub type Posting = (usize, Pace);

pub struct Side {
    /// The server's process.
    server: u32,
    crowd: Crowd,
    /// Of each way of posting, in rounds.
    runs: Vec<Vec<Measured>>,
}

impl Side {
    /// With everyone seated in the crowd, and nobody let in yet.
    pub fn new(server: &Server, crowd: Crowd) -> Side {
        Side { server: server.id(), crowd, runs: Vec::new() }
    }

    /// A bare server's, with so many sockets spread over so many rooms.
    pub fn bare(server: &Server, sockets: usize, rooms: usize) -> Outcome<Side> {
        let mut crowd = Crowd::new(server.address, None)?;
        let rooms_in_turn = (0..rooms).cycle().take(sockets);
        crowd.seats = rooms_in_turn.map(|room| Seat { path: format!("/{room}"), room }).collect();
        crowd.posts = vec![Post::to_bare(USUAL_LENGTH as usize); rooms];
        Ok(Side::new(server, crowd))
    }

    /// Lets the crowd in, has it post in each of these ways, and lets it out again.
    pub fn turn(
        &mut self,
        options: &Options,
        report: &mut Report,
        ways: &[Posting],
    ) -> Outcome<()> {
        self.crowd.come_in()?;
        self.crowd.idle(HELD)?;
        self.runs.resize_with(ways.len(), Vec::new);
        for ((posters, pace), runs) in ways.iter().zip(&mut self.runs) {
            let measured = self.crowd.run(Run {
                posters: *posters,
                pace: *pace,
                warm_up: options.warm_up,
                seconds: options.seconds,
                server: self.server,
            })?;
            report.check(&measured);
            runs.push(measured);
        }
        self.crowd.leave();
        Ok(())
    }

    /// The same of a bare server, whose deliveries are made as long as the other side's.
    pub fn turn_beside(
        &mut self,
        other: Option<&Side>,
        options: &Options,
        report: &mut Report,
        ways: &[Posting],
    ) -> Outcome<()> {
        if let Some(other) = other {
            let length = other.middle(0, Measured::bytes_each);
            self.crowd.posts.fill(Post::to_bare(length as usize));
        }
        self.turn(options, report, ways)
    }

    /// The median of a figure, of the way of posting that stood at this place.
    pub fn middle(&self, way: usize, figure: fn(&Measured) -> f64) -> f64 {
        median(&self.runs[way].iter().map(figure).collect::<Vec<f64>>())
    }
}
