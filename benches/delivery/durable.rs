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
    salon::Salon,
};

/// One width of the measurement, round by round: senders here, rows a commit there.
struct Width {
    senders: usize,
    messages_a_second: Vec<f64>,
    acknowledged_ms: Vec<f64>,
    plain: Commits,
    /// With a full-text index kept in the same commit.
    indexed: Commits,
}

#[derive(Default)]
struct Commits {
    rows_a_second: Vec<f64>,
    commit_ms: Vec<f64>,
}

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let mut salon = salon(options)?;
    let folder = options.folder()?;
    let mut plain = Disk::open(&folder.path().join("plain.db"), false)?;
    let mut indexed = Disk::open(&folder.path().join("indexed.db"), true)?;
    let mut widths: Vec<Width> =
        options.senders.iter().map(|senders| Width::new(*senders)).collect();
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
            width.plain.take(&mut plain, width.senders, options, report)?;
            width.indexed.take(&mut indexed, width.senders, options, report)?;
        }
    }
    widths.iter().for_each(|width| width.tell(report, salon.is_some()));
    Ok(())
}

/// Salon, and a crowd in which everyone has a room to themselves.
fn salon(options: &Options) -> Outcome<Option<(Salon, Crowd)>> {
    let senders = options.senders.iter().copied().max().unwrap_or(1);
    let Some(salon) = Salon::with_guests(options, senders)? else {
        return Ok(None);
    };
    let mut crowd = salon.crowd()?;
    for person in 0..senders {
        let chat_id = salon.room(&format!("bench-{person}"), person..person + 1)?;
        crowd.posts.push(Post::to_salon(&chat_id));
    }
    crowd.seat((0..senders).map(|person| salon.seat(person, person)))?;
    Ok(Some((salon, crowd)))
}

impl Width {
    fn new(senders: usize) -> Width {
        let (messages_a_second, acknowledged_ms) = (Vec::new(), Vec::new());
        let (plain, indexed) = (Commits::default(), Commits::default());
        Width { senders, messages_a_second, acknowledged_ms, plain, indexed }
    }

    fn tell(&self, report: &mut Report, has_salon: bool) {
        let here = |figures: &[f64]| has_salon.then(|| median(figures));
        let senders = match self.senders {
            1 => "1 sender, beside 1 row a commit".into(),
            many => format!("{many} senders, beside {many} rows a commit"),
        };
        // The design names a goal for one sender's wait, and for what 64 get through.
        let (sooner, faster) = match self.senders {
            1 => (Goal::RatioAtMost(1.3), Goal::None),
            64 => (Goal::None, Goal::RatioAtLeast(0.6, None)),
            _ => (Goal::None, Goal::None),
        };
        let messages = here(&self.messages_a_second);
        let (plain, indexed) =
            (median(&self.plain.rows_a_second), median(&self.indexed.rows_a_second));
        report.row(
            format!("durable messages of {senders}"),
            Unit::PerSecond,
            messages,
            plain,
            Goal::None,
        );
        report.row(
            "the same, beside a full-text index kept too",
            Unit::PerSecond,
            messages,
            indexed,
            faster,
        );
        report.row(
            "their acknowledgement, beside one commit: p50",
            Unit::Milliseconds,
            here(&self.acknowledged_ms),
            median(&self.plain.commit_ms),
            sooner,
        );
    }
}

impl Commits {
    fn take(
        &mut self,
        disk: &mut Disk,
        rows: usize,
        options: &Options,
        report: &mut Report,
    ) -> Outcome<()> {
        let committed = disk.run(options, rows)?;
        let mean_ms = rows as f64 * 1e3 / committed.rows_a_second;
        report.check_disk(mean_ms / committed.commit_ms);
        self.rows_a_second.push(committed.rows_a_second);
        self.commit_ms.push(committed.commit_ms);
        Ok(())
    }
}
