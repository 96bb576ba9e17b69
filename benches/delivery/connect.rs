//! A crowd comes all at once: how long until everyone is served, which in Salon's case means signed
//! in, greeted, and shown to the others as present.

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Pace, Run, median},
    salon::{Limits, Salon},
    server::Server,
};

/// Longer than anything takes that is posted to prove that all hear.
const LENGTH: usize = 700;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let count = options.many_sockets;
    let mut salon = Salon::open(options)?;
    let chat_id = salon.as_ref().map(|s| s.room("bench", 0..options.people)).transpose()?;
    // one crowd for all rounds, so that its messages are counted on: the file remembers them
    let mut crowd = salon.as_ref().map(Salon::crowd).transpose()?;
    if let (Some(salon), Some(crowd), Some(chat_id)) = (&salon, &mut crowd, &chat_id) {
        crowd.seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
        crowd.posts = vec![Post::to_salon(chat_id)];
    }
    let (mut ours, mut ceiling) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        // Each time to a server that nobody has been to, or those would show as present already.
        if let (Some(salon), Some(crowd)) = (&mut salon, &mut crowd) {
            salon.restart(options, Limits::Off)?;
            crowd.moves_to(salon.server.address);
            ours.push(come(options, report, &salon.server, crowd)?);
        }
        let bare = Server::bare(options)?;
        let mut crowd = Crowd::new(bare.address, None)?;
        crowd.seats = vec![Seat { path: "/bench".into(), room: 0 }; count];
        crowd.posts = vec![Post::to_bare(LENGTH)];
        ceiling.push(come(options, report, &bare, &mut crowd)?);
    }
    report.row(
        format!("{count} sockets of {} people connect: until all are served", options.people),
        Unit::Seconds,
        salon.map(|_| median(&ours)),
        median(&ceiling),
        Goal::RatioAtMost(1.5),
    );
    Ok(())
}

/// Seconds until all are served; what is said then must reach every one of them.
fn come(
    options: &Options,
    report: &mut Report,
    server: &Server,
    crowd: &mut Crowd,
) -> Outcome<f64> {
    let seconds = crowd.come_in()?;
    crowd.idle(options.settled)?;
    let said = Run {
        posters: 1,
        pace: Pace::AllHaveIt,
        warm_up: options.warm_up / 10,
        seconds: options.seconds / 10,
        server: server.id(),
    };
    report.check(&crowd.run(said)?);
    crowd.leave();
    Ok(seconds)
}
