//! One full room: what is posted goes to everyone, and every message is on disk before anyone has
//! it. First as much as goes, then one message at a time.

use crate::{
    Outcome,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace},
    salon::Salon,
    server::Server,
    side::{Posting, Side},
};

const POSTERS: usize = 4;
/// Messages that a poster has under way.
const WINDOW: usize = 8;
/// What a side does in its turn, and where that stands.
const WAYS: [Posting; 2] = [(POSTERS, Pace::Acknowledged(WINDOW)), (1, Pace::AllHaveIt)];
const FLOODED: usize = 0;
const ONE_BY_ONE: usize = 1;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    options.fanout_sockets.iter().try_for_each(|count| room(options, report, *count))
}

/// One room of so many.
fn room(options: &Options, report: &mut Report, count: usize) -> Outcome<()> {
    let salon = Salon::open(options)?;
    let mut ours = salon.as_ref().map(|salon| side(salon, options, count)).transpose()?;
    let (bare, durable) = (Server::bare(options)?, Server::durable(options)?);
    let mut bare = Side::bare(&bare, count, 1)?;
    let mut durable = Side::bare(&durable, count, 1)?;
    for _ in 0..options.rounds {
        if let Some(ours) = &mut ours {
            ours.turn(options, report, &WAYS)?;
        }
        bare.turn_beside(ours.as_ref(), options, report, &WAYS)?;
        durable.turn_beside(ours.as_ref(), options, report, &WAYS[..1])?;
    }

    // The design names a goal for these sizes.
    let (beside_bare, soon, beside_durable) = match count {
        100 => (Goal::None, Goal::None, Goal::RatioAtLeast(0.8, None)),
        1000 => (Goal::RatioAtLeast(0.5, Some(0.8)), Goal::RatioAtMost(1.25), Goal::None),
        _ => (Goal::None, Goal::None, Goal::None),
    };
    let mut row = |what: &str, unit, way, figure: fn(&Measured) -> f64, beside: &Side, goal| {
        let salon = ours.as_ref().map(|ours| ours.middle(way, figure));
        report.row(what, unit, salon, beside.middle(way, figure), goal);
    };
    let deliveries = Measured::deliveries_a_second;
    row(
        &format!("one room of {count}, {POSTERS} posters × {WINDOW} under way: deliveries"),
        Unit::PerSecond,
        FLOODED,
        deliveries,
        &bare,
        beside_bare,
    );
    row(
        "the same, beside storing and indexing them",
        Unit::PerSecond,
        FLOODED,
        deliveries,
        &durable,
        beside_durable,
    );
    row(
        "the same, one message at a time: until all have it, p50",
        Unit::Milliseconds,
        ONE_BY_ONE,
        Measured::median_ms,
        &bare,
        soon,
    );
    row(
        "the server's processor time a delivery, flooded",
        Unit::Microseconds,
        FLOODED,
        Measured::microseconds_each,
        &bare,
        Goal::None,
    );
    row("length of a delivery", Unit::Bytes, FLOODED, Measured::bytes_each, &bare, Goal::None);
    Ok(())
}

fn side(salon: &Salon, options: &Options, count: usize) -> Outcome<Side> {
    let chat_id = salon.room("bench", 0..options.people)?;
    let mut crowd = salon.crowd()?;
    crowd.posts = vec![Post::to_salon(&chat_id)];
    crowd.seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
    Ok(Side::new(&salon.server, crowd))
}
