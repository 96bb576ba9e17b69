//! Copies that the server takes by itself, of a large file, one after another: how long a message waits for
//! its acknowledgement meanwhile, beside the same without them.

use crate::{
    Outcome, cold,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace, Run, median},
    salon::{Limits, Salon},
};

/// Each has one message under way, in a room of their own.
const SENDERS: usize = 16;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let Some(mut salon) = Salon::with_guests(options, SENDERS)? else {
        return Ok(());
    };
    let mut crowd = salon.crowd()?;
    for person in 0..SENDERS {
        let chat_id = salon.room(&format!("bench-{person}"), person..person + 1)?;
        crowd.posts.push(Post::to_salon(&chat_id));
    }
    crowd.seats = (0..SENDERS).map(|person| salon.seat(person, person)).collect();
    salon.server.stop();
    // its index is empty, which a look at each copy finds at the end: no copy stays, and costs as one that does
    let megabytes = cold::grow(&salon.file(), options.old_messages)?;
    let (mut calm, mut copied) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        for (takes_copies, runs) in [(false, &mut calm), (true, &mut copied)] {
            salon.takes_copies = takes_copies;
            salon.restart(options, Limits::Off)?;
            crowd.moves_to(salon.server.address);
            crowd.come_in()?;
            let run = Run {
                posters: SENDERS,
                pace: Pace::Acknowledged(1),
                warm_up: options.warm_up,
                seconds: options.seconds,
                server: salon.server.id(),
            };
            let measured = crowd.run(run)?;
            crowd.leave();
            report.check(&measured);
            runs.push(measured);
        }
    }
    let middle = |runs: &[Measured], figure: fn(&Measured) -> f64| {
        median(&runs.iter().map(figure).collect::<Vec<f64>>())
    };
    let mut row = |what: String, unit, figure: fn(&Measured) -> f64| {
        report.row(what, unit, Some(middle(&copied, figure)), middle(&calm, figure), Goal::None);
    };
    row(
        format!("{SENDERS} senders while {megabytes:.0} MB are copied, beside none: messages"),
        Unit::PerSecond,
        Measured::messages_a_second,
    );
    row("their acknowledgement: p50".into(), Unit::Milliseconds, Measured::median_ms);
    row("their acknowledgement: p99".into(), Unit::Milliseconds, Measured::slowest_ms);
    Ok(())
}
