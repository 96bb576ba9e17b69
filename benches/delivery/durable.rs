//! Messages a second that are acknowledged, hence on disk, from one sender and from many. Each
//! sends the next when it has its own message back, in a room of its own.

use crate::{
    Outcome,
    crowd::Crowd,
    disk::Disk,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Pace, Run, median},
    salon::{GREETING, Salon},
};

/// One width of the measurement, round by round: senders here, rows a commit there.
struct Width {
    senders: usize,
    messages_a_second: Vec<f64>,
    acknowledged_ms: Vec<f64>,
    rows_a_second: Vec<f64>,
    commit_ms: Vec<f64>,
}

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let mut salon = salon(options)?;
    let mut disk = Disk::open(options)?;
    let mut widths = [Width::new(1), Width::new(options.senders)];
    for _ in 0..options.rounds {
        for width in &mut widths {
            if let Some((salon, crowd)) = &mut salon {
                let measured = crowd.run(Run {
                    posters: width.senders,
                    pace: Pace::Acknowledged(1),
                    warm_up: options.warm_up,
                    seconds: options.seconds,
                    server: salon.server.id(),
                })?;
                report.check(&measured);
                width.messages_a_second.push(measured.messages_a_second());
                width.acknowledged_ms.push(measured.median_ms());
            }
            let committed = disk.run(options, width.senders)?;
            let mean_ms = width.senders as f64 * 1e3 / committed.rows_a_second;
            report.check_disk(mean_ms / committed.commit_ms);
            width.rows_a_second.push(committed.rows_a_second);
            width.commit_ms.push(committed.commit_ms);
        }
    }
    let [alone, many] = &widths;
    let here = |figures: &Vec<f64>| salon.as_ref().map(|_| median(figures));
    for (width, faster, sooner) in [
        (alone, Goal::None, Goal::RatioAtMost(1.3)),
        (many, Goal::RatioAtLeast(0.6, None), Goal::None),
    ] {
        let senders = match width.senders {
            1 => "1 sender, beside 1 row a commit".into(),
            many => format!("{many} senders, beside {many} rows a commit"),
        };
        report.row(
            format!("durable messages of {senders}"),
            Unit::PerSecond,
            here(&width.messages_a_second),
            median(&width.rows_a_second),
            faster,
        );
        report.row(
            "their acknowledgement, beside one commit: p50".into(),
            Unit::Milliseconds,
            here(&width.acknowledged_ms),
            median(&width.commit_ms),
            sooner,
        );
    }
    Ok(())
}

/// Salon, and a crowd in which everyone has a room to themselves.
fn salon(options: &Options) -> Outcome<Option<(Salon, Crowd)>> {
    let Some(salon) = Salon::open(options)? else {
        return Ok(None);
    };
    let mut crowd = Crowd::new(salon.server.address, Some(GREETING))?;
    for person in 0..options.senders {
        let chat_id = salon.room(&format!("bench-{person}"), person..person + 1)?;
        crowd.posts.push(Post::to_salon(&chat_id));
    }
    crowd.seat((0..options.senders).map(|person| salon.seat(person, person)))?;
    Ok(Some((salon, crowd)))
}

impl Width {
    fn new(senders: usize) -> Width {
        let (messages_a_second, acknowledged_ms) = (Vec::new(), Vec::new());
        let (rows_a_second, commit_ms) = (Vec::new(), Vec::new());
        Width { senders, messages_a_second, acknowledged_ms, rows_a_second, commit_ms }
    }
}
