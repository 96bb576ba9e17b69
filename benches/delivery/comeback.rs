//! A restart: the server is killed and started again, and everyone comes back at the same moment
//! and asks for what was said meanwhile.

use std::time::Instant;

use serde_json::json;

use crate::{
    Outcome,
    options::Options,
    posts::{self, Post},
    report::{Goal, Report, Unit},
    run::{Pace, Run, median},
    salon::{Limits, Salon},
};

/// What is said while they are away.
const MISSED: usize = 20;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let Some(mut salon) = Salon::open(options)? else {
        return Ok(());
    };
    let count = options.returning_sockets;
    let chat_id = salon.room("bench", 0..options.people)?;
    let mut crowd = salon.crowd()?;
    crowd.seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
    crowd.posts = vec![Post::to_salon(&chat_id)];
    let mut seconds = Vec::new();
    for _ in 0..options.rounds {
        crowd.resumes_from = None;
        crowd.come_in()?;
        crowd.idle(options.settled)?;
        report.check(&crowd.run(Run {
            posters: 4,
            pace: Pace::Acknowledged(1),
            warm_up: options.warm_up / 10,
            seconds: options.seconds / 10,
            server: salon.server.id(),
        })?);
        crowd.leave();
        // All had heard everything, so a greeting now tells up to which change.
        let mut witness = salon.crowd()?;
        witness.seat([salon.seat(0, 0)])?;
        crowd.resumes_from = witness.cursor;
        drop(witness);

        crowd.open_books();
        for _ in 0..MISSED {
            let (content, client_id) = posts::stored(crowd.expect(0));
            let path = format!("/api/conversations/{chat_id}/messages");
            salon.post(&path, 0, &json!({ "content": content, "client_id": client_id }))?;
        }
        let began = Instant::now();
        salon.restart(options, Limits::Off)?;
        crowd.moves_to(salon.server.address);
        crowd.connecting = count;
        crowd.come_in()?;
        let caught_up = crowd.hear_out()?;
        report.check_faults(crowd.faults());
        seconds.push((caught_up - began).as_secs_f64());
        crowd.leave();
    }
    report.row(
        format!("{count} clients come back after a restart: until all have caught up"),
        Unit::Seconds,
        Some(median(&seconds)),
        None,
        Goal::None,
    );
    Ok(())
}
