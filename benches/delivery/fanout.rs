//! One full room: what is posted goes to everyone, and every message is on disk before anyone has
//! it. First as much as goes, then one message at a time.

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace, Run, median},
    salon::{GREETING, Salon},
    server::Server,
};

const POSTERS: usize = 4;
/// Messages that a poster has under way.
const WINDOW: usize = 8;
/// What a delivery of Salon takes, about, for when there is no Salon to ask.
const USUAL_LENGTH: usize = 700;

/// A server and the crowd in its room.
struct Side {
    server: Server,
    crowd: Crowd,
    flooded: Vec<Measured>,
    one_by_one: Vec<Measured>,
}

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let count = options.fanout_sockets;
    let mut salon = salon(options)?;
    let mut bare = bare(options)?;
    for _ in 0..options.rounds {
        let mut length = USUAL_LENGTH;
        if let Some(salon) = &mut salon {
            salon.round(options, report)?;
            length = salon.flooded.last().map_or(length, Measured::bytes_each);
        }
        bare.crowd.posts = vec![Post::to_bare(length)];
        bare.round(options, report)?;
    }

    let both = |figure: fn(&Side) -> f64| (salon.as_ref().map(figure), figure(&bare));
    let (ours, ceiling) = both(Side::deliveries);
    report.row(
        format!("one room of {count}, {POSTERS} posters × {WINDOW} under way: deliveries"),
        Unit::PerSecond,
        ours,
        ceiling,
        Goal::RatioAtLeast(0.5, Some(0.8)),
    );
    let (ours, ceiling) = both(Side::until_all_have_it);
    report.row(
        "the same, one message at a time: until all have it, p50".into(),
        Unit::Milliseconds,
        ours,
        ceiling,
        Goal::RatioAtMost(1.25),
    );
    let (ours, ceiling) = both(Side::processor_time);
    report.row(
        "the server's processor time a delivery, flooded".into(),
        Unit::Microseconds,
        ours,
        ceiling,
        Goal::None,
    );
    let (ours, ceiling) = both(Side::length);
    report.row("length of a delivery".into(), Unit::Bytes, ours, ceiling, Goal::None);
    Ok(())
}

fn salon(options: &Options) -> Outcome<Option<Side>> {
    let Some(salon) = Salon::open(options)? else {
        return Ok(None);
    };
    let chat_id = salon.room("bench", 0..options.people)?;
    let mut crowd = Crowd::new(salon.server.address, Some(GREETING))?;
    crowd.posts = vec![Post::to_salon(&chat_id)];
    crowd.seat((0..options.fanout_sockets).map(|socket| salon.seat(socket, 0)))?;
    Ok(Some(Side::new(salon.server, crowd)))
}

fn bare(options: &Options) -> Outcome<Side> {
    let server = Server::bare(options)?;
    let mut crowd = Crowd::new(server.address, None)?;
    let seat = Seat { path: "/bench".into(), room: 0 };
    crowd.seat(std::iter::repeat_n(seat, options.fanout_sockets))?;
    Ok(Side::new(server, crowd))
}

impl Side {
    fn new(server: Server, crowd: Crowd) -> Side {
        Side { server, crowd, flooded: Vec::new(), one_by_one: Vec::new() }
    }

    fn round(&mut self, options: &Options, report: &mut Report) -> Outcome<()> {
        let flooded = Run {
            posters: POSTERS,
            pace: Pace::Acknowledged(WINDOW),
            warm_up: options.warm_up,
            seconds: options.seconds,
            server: self.server.id(),
        };
        let measured = self.crowd.run(flooded)?;
        report.check(&measured);
        self.flooded.push(measured);
        let one_by_one = Run { posters: 1, pace: Pace::AllHaveIt, ..flooded };
        let measured = self.crowd.run(one_by_one)?;
        report.check(&measured);
        self.one_by_one.push(measured);
        Ok(())
    }

    fn deliveries(&self) -> f64 {
        middle(&self.flooded, Measured::deliveries_a_second)
    }

    fn until_all_have_it(&self) -> f64 {
        middle(&self.one_by_one, Measured::median_ms)
    }

    fn processor_time(&self) -> f64 {
        middle(&self.flooded, |run| run.server * 1e6 / run.deliveries as f64)
    }

    fn length(&self) -> f64 {
        middle(&self.flooded, |run| run.bytes_each() as f64)
    }
}

fn middle(runs: &[Measured], figure: impl Fn(&Measured) -> f64) -> f64 {
    median(&runs.iter().map(figure).collect::<Vec<f64>>())
}
