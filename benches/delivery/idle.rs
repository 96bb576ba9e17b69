//! Memory of a socket that is signed in and silent.

use std::time::Duration;

use crate::{
    Outcome,
    crowd::{Crowd, Seat},
    machine,
    options::Options,
    report::{Goal, Report, Unit},
    salon::{GREETING, Salon},
    server::Server,
};

/// Until whatever a new socket sets off (greetings, presence) is over.
const SETTLED: Duration = Duration::from_secs(2);

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let count = options.idle_sockets;
    let salon = match Salon::open(options)? {
        Some(mut salon) => {
            salon.room("bench", 0..options.people)?;
            salon.restart(options)?;
            let seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
            Some(grown(&salon.server, Some(GREETING), seats)?)
        }
        None => None,
    };
    let bare = Server::bare(options)?;
    let seats = vec![Seat { path: "/bench".into(), room: 0 }; count];
    let bare = grown(&bare, None, seats)?;
    report.row(
        format!("memory of an idle socket ({count} of {} people)", options.people),
        Unit::Kilobytes,
        salon,
        bare,
        Goal::AtMost(8.0),
    );
    Ok(())
}

/// KiB by which a server's memory grows with each socket. The first is let in beforehand, so that
/// code and tables any socket needs are there already.
fn grown(server: &Server, greeting: Option<&'static [u8]>, seats: Vec<Seat>) -> Outcome<f64> {
    let mut crowd = Crowd::new(server.address, greeting)?;
    let (first, rest) = seats.split_at(1);
    crowd.seat(first.iter().cloned())?;
    crowd.idle(SETTLED)?;
    let before = machine::memory(server.id());
    crowd.seat(rest.iter().cloned())?;
    crowd.idle(SETTLED)?;
    Ok((machine::memory(server.id()) - before) / rest.len() as f64)
}
