//! Many small rooms, in each of which one talks and goes on when it has its own message back: what
//! each message costs, rather than each delivery.

use crate::{
    Outcome,
    options::{Houses, Options},
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace},
    salon::Salon,
    server::Server,
    side::Side,
};

/// People over all rooms: each is in one, so that a socket hears no other.
const PEOPLE: usize = 1000;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    options.houses.iter().try_for_each(|houses| house(options, report, houses))
}

fn house(options: &Options, report: &mut Report, houses: &Houses) -> Outcome<()> {
    let Houses { rooms, members } = *houses;
    let way = [(rooms, Pace::Acknowledged(1))];
    let people = (PEOPLE / rooms).clamp(1, members);
    let salon = Salon::with_guests(options, rooms * people)?;
    let mut ours = salon.as_ref().map(|salon| side(salon, houses, people)).transpose()?;
    let (bare, durable) = (Server::bare(options)?, Server::durable(options)?);
    let mut bare = Side::bare(&bare, rooms * members, rooms)?;
    let mut durable = Side::bare(&durable, rooms * members, rooms)?;
    for _ in 0..options.rounds {
        if let Some(ours) = &mut ours {
            ours.turn(options, report, &way)?;
        }
        bare.turn_beside(ours.as_ref(), options, report, &way)?;
        durable.turn_beside(ours.as_ref(), options, report, &way)?;
    }

    let mut row = |what: &str, unit, figure: fn(&Measured) -> f64, beside: &Side, goal| {
        let salon = ours.as_ref().map(|ours| ours.middle(0, figure));
        report.row(what, unit, salon, beside.middle(0, figure), goal);
    };
    let goal = match (rooms, members) {
        (100, 10) => Goal::RatioAtLeast(0.8, None),
        _ => Goal::None,
    };
    let deliveries = Measured::deliveries_a_second;
    let what = format!("{rooms} rooms of {members}, one poster each: deliveries");
    row(&what, Unit::PerSecond, deliveries, &bare, Goal::None);
    row("the same, beside storing and indexing them", Unit::PerSecond, deliveries, &durable, goal);
    let what = "until its poster has a message back, beside storing it: p50";
    row(what, Unit::Milliseconds, Measured::median_ms, &durable, Goal::None);
    Ok(())
}

/// A room's people are neighbours; its first sockets come first, and theirs are the posters.
fn side(salon: &Salon, houses: &Houses, people: usize) -> Outcome<Side> {
    let Houses { rooms, members } = *houses;
    let mut crowd = salon.crowd()?;
    for room in 0..rooms {
        let chat_id = salon.room(&format!("bench-{room}"), room * people..(room + 1) * people)?;
        crowd.posts.push(Post::to_salon(&chat_id));
    }
    crowd.seats = (0..rooms * members)
        .map(|socket| {
            let (place, room) = (socket / rooms, socket % rooms);
            salon.seat(room * people + place % people, room)
        })
        .collect();
    Ok(Side::new(&salon.server, crowd))
}
