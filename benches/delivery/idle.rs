//! Memory of a socket that is signed in and silent.

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    machine,
    options::Options,
    report::{Goal, Report, Unit},
    salon::{Limits, Salon},
    server::Server,
};

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let count = options.idle_sockets;
    let salon = match Salon::open(options)? {
        Some(mut salon) => {
            salon.room("bench", 0..options.people)?;
            let (people, kilobytes) = (options.people, machine::memory(salon.server.id()));
            let what = format!("memory once {people} people have made their accounts");
            report.row(what, Unit::Megabytes, Some(kilobytes / 1024.0), None, Goal::None);
            salon.restart(options, Limits::Off)?;
            let seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
            Some(grown(options, &salon.server, salon.crowd()?, seats)?)
        }
        None => None,
    };
    let bare = Server::bare(options)?;
    let seats = vec![Seat { path: "/bench".into(), room: 0 }; count];
    let bare = grown(options, &bare, Crowd::new(bare.address, None)?, seats)?;
    report.row(
        format!("memory of an idle socket ({count} of {} people)", options.people),
        Unit::Kilobytes,
        salon,
        bare,
        Goal::AtMost(6.0),
    );
    Ok(())
}

/// KiB by which a server's memory grows with each socket. The first is let in beforehand, so that
/// code and tables any socket needs are there already.
fn grown(options: &Options, server: &Server, mut crowd: Crowd, seats: Vec<Seat>) -> Outcome<f64> {
    let (first, rest) = seats.split_at(1);
    crowd.seat(first.iter().cloned())?;
    crowd.idle(options.settled)?;
    let before = machine::memory(server.id());
    crowd.seat(rest.iter().cloned())?;
    crowd.idle(options.settled)?;
    Ok((machine::memory(server.id()) - before) / rest.len() as f64)
}
