//! One room whose members' frames are compressed, beside the same room with frames as they are: what goes
//! over the wire, and what it costs.

use crate::{
    Outcome,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace},
    salon::Salon,
    side::{Posting, Side},
};

const POSTERS: usize = 4;
/// Messages that a poster has under way.
const WINDOW: usize = 8;
const WAYS: [Posting; 2] = [(POSTERS, Pace::Acknowledged(WINDOW)), (1, Pace::AllHaveIt)];
const FLOODED: usize = 0;
const ONE_BY_ONE: usize = 1;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let count = options.fanout_sockets.first().copied().unwrap_or(100);
    let (mut salons, mut sides) = (Vec::new(), Vec::new());
    for compresses in [true, false] {
        // one for each: both crowds count their messages from one
        let Some(salon) = Salon::open(options)? else {
            return Ok(());
        };
        let chat_id = salon.room("bench", 0..options.people)?;
        let mut crowd = salon.crowd()?;
        crowd.compresses = compresses;
        crowd.posts = vec![Post::to_salon(&chat_id)];
        crowd.seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
        sides.push(Side::new(&salon.server, crowd));
        salons.push(salon);
    }
    for _ in 0..options.rounds {
        for side in &mut sides {
            side.turn(options, report, &WAYS)?;
        }
    }
    let mut row = |what: &str, unit, way, figure: fn(&Measured) -> f64| {
        let [compressed, plain] = [0, 1].map(|side: usize| sides[side].middle(way, figure));
        report.row(what, unit, Some(compressed), plain, Goal::None);
    };
    let what = format!("one room of {count}, frames compressed, beside not: length of a delivery");
    row(&what, Unit::Bytes, FLOODED, Measured::bytes_each);
    row(
        "the server's processor time a delivery, flooded",
        Unit::Microseconds,
        FLOODED,
        Measured::microseconds_each,
    );
    row(
        "one message at a time: until all have it, p50",
        Unit::Milliseconds,
        ONE_BY_ONE,
        Measured::median_ms,
    );
    Ok(())
}
