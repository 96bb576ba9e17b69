//! More than the server can take: three times as many messages are offered as it gets through, by
//! people who do not wait for an answer. Each must be acknowledged or refused, or its socket be
//! closed: what is neither is lost, and fails the run.

use crate::{
    Outcome,
    crowd::Crowd,
    machine::Peak,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace, Run, median},
    salon::{Limits, Salon},
};

/// Messages that each has under way while the capacity is measured.
const WINDOW: usize = 4;
/// How many times the capacity is offered.
const TIMES: f64 = 3.0;

/// What an overload gave, round by round.
struct Overload {
    limits: Limits,
    runs: Vec<Measured>,
    /// By how many MB the server grew at most.
    growth: Vec<f64>,
}

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let senders = options.eager_senders;
    let Some(mut salon) = Salon::with_guests(options, senders)? else {
        return Ok(());
    };
    let mut crowd = salon.crowd()?;
    for person in 0..senders {
        let chat_id = salon.room(&format!("bench-{person}"), person..person + 1)?;
        crowd.posts.push(Post::to_salon(&chat_id));
    }
    crowd.seats = (0..senders).map(|person| salon.seat(person, person)).collect();
    let mut capacity = Vec::new();
    let mut overloads = [Limits::Off, Limits::On].map(|limits| Overload {
        limits,
        runs: Vec::new(),
        growth: Vec::new(),
    });
    for _ in 0..options.rounds {
        crowd.endures = false;
        let closed = Pace::Acknowledged(WINDOW);
        let measured = post(options, report, &mut salon, &mut crowd, (Limits::Off, closed))?.0;
        let offered = TIMES * measured.messages_a_second();
        capacity.push(measured);
        crowd.endures = true;
        for overload in &mut overloads {
            let way = (overload.limits, Pace::Rate(offered));
            let (run, growth) = post(options, report, &mut salon, &mut crowd, way)?;
            overload.runs.push(run);
            overload.growth.push(growth);
        }
    }
    overloads.iter().for_each(|overload| overload.tell(report, senders, &capacity));
    Ok(())
}

/// Has everyone post to a server just started; gives how it went, and by how many MB the server grew.
fn post(
    options: &Options,
    report: &mut Report,
    salon: &mut Salon,
    crowd: &mut Crowd,
    (limits, pace): (Limits, Pace),
) -> Outcome<(Measured, f64)> {
    salon.restart(options, limits)?;
    crowd.moves_to(salon.server.address);
    crowd.come_in()?;
    crowd.idle(options.settled)?;
    let server = salon.server.id();
    let peak = Peak::watch(server);
    let (warm_up, seconds) = (options.warm_up, options.seconds);
    let posters = crowd.seats.len();
    let measured = crowd.run(Run { posters, pace, warm_up, seconds, server })?;
    let growth = peak.growth() / 1024.0;
    crowd.leave();
    report.check(&measured);
    Ok((measured, growth))
}

impl Overload {
    fn tell(&self, report: &mut Report, senders: usize, capacity: &[Measured]) {
        let limits = match self.limits {
            Limits::Off => "nobody limited",
            Limits::On => "everyone limited",
        };
        let middle = |runs: &[Measured], figure: fn(&Measured) -> f64| {
            median(&runs.iter().map(figure).collect::<Vec<f64>>())
        };
        let mut row = |what: String, unit, figure: fn(&Measured) -> f64, goal| {
            let calm = middle(capacity, figure);
            report.row(what, unit, Some(middle(&self.runs, figure)), calm, goal);
        };
        row(
            format!(
                "{senders} senders offer {TIMES} × what it takes, {limits}: accepted, beside that"
            ),
            Unit::PerSecond,
            Measured::deliveries_a_second,
            Goal::None,
        );
        row("those accepted: p50".into(), Unit::Milliseconds, Measured::median_ms, Goal::None);
        row("those accepted: p99".into(), Unit::Milliseconds, Measured::slowest_ms, Goal::None);
        let mut told = |what: &str, unit, figure| {
            report.row(what, unit, Some(figure), None, Goal::None);
        };
        let refused = middle(&self.runs, |run| run.refused as f64 / run.offering);
        told("those refused", Unit::PerSecond, refused);
        let closed: u64 = self.runs.iter().flat_map(|run| run.closed.values()).sum();
        told("sockets that it closed, in all rounds", Unit::Count, closed as f64);
        let cut_off: u64 = self.runs.iter().map(|run| run.cut_off).sum();
        told("messages that were under way on those", Unit::Count, cut_off as f64);
        told("memory that it grew by, at most", Unit::Megabytes, median(&self.growth));
        for (why, sockets) in self.runs.iter().flat_map(|run| &run.closed) {
            eprintln!("delivery: {limits}, {sockets} sockets: {why}");
        }
    }
}
