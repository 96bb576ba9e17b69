//! Messages a second that are acknowledged, hence on disk, from one sender and from many. Each
//! sends the next when it has its own message back, in a room of its own.

use crate::{
    Outcome,
    disk::Disk,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Measured, Pace, median},
    salon::Salon,
    server::Server,
    side::{Posting, Side},
};

/// One width of the measurement: rows a commit, round by round.
struct Width {
    senders: usize,
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
    let ways: Vec<Posting> =
        options.senders.iter().map(|senders| (*senders, Pace::Acknowledged(1))).collect();
    let most = options.senders.iter().copied().max().unwrap_or(1);
    let salon = Salon::with_guests(options, most)?;
    let mut ours = salon.as_ref().map(|salon| side(salon, most)).transpose()?;
    let storing = Server::durable(options)?;
    let mut storing = Side::bare(&storing, most, most)?;
    let folder = options.folder()?;
    let mut plain = Disk::open(&folder.path().join("plain.db"), false)?;
    let mut indexed = Disk::open(&folder.path().join("indexed.db"), true)?;
    let mut widths: Vec<Width> =
        options.senders.iter().map(|senders| Width::new(*senders)).collect();
    for _ in 0..options.rounds {
        if let Some(ours) = &mut ours {
            ours.turn(options, report, &ways)?;
        }
        storing.turn_beside(ours.as_ref(), options, report, &ways)?;
        for width in &mut widths {
            width.plain.take(&mut plain, width.senders, options, report)?;
            width.indexed.take(&mut indexed, width.senders, options, report)?;
        }
    }
    for (way, width) in widths.iter().enumerate() {
        width.tell(report, way, ours.as_ref(), &storing);
    }
    Ok(())
}

/// Everyone has a room to themselves.
fn side(salon: &Salon, senders: usize) -> Outcome<Side> {
    let mut crowd = salon.crowd()?;
    for person in 0..senders {
        let chat_id = salon.room(&format!("bench-{person}"), person..person + 1)?;
        crowd.posts.push(Post::to_salon(&chat_id));
    }
    crowd.seats = (0..senders).map(|person| salon.seat(person, person)).collect();
    Ok(Side::new(&salon.server, crowd))
}

impl Width {
    fn new(senders: usize) -> Width {
        Width { senders, plain: Commits::default(), indexed: Commits::default() }
    }

    fn tell(&self, report: &mut Report, way: usize, ours: Option<&Side>, storing: &Side) {
        let here = |figure: fn(&Measured) -> f64| ours.map(|ours| ours.middle(way, figure));
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
        let (messages, acknowledged) = (Measured::messages_a_second, Measured::median_ms);
        let mut row = |what: &str, unit, figure: fn(&Measured) -> f64, ceiling, goal| {
            report.row(what, unit, here(figure), ceiling, goal);
        };
        let (plain, indexed) =
            (median(&self.plain.rows_a_second), median(&self.indexed.rows_a_second));
        let what = format!("durable messages of {senders}");
        row(&what, Unit::PerSecond, messages, plain, Goal::None);
        let what = "the same, beside a full-text index kept too";
        row(what, Unit::PerSecond, messages, indexed, faster);
        let what = "the same, beside a bare server that stores and indexes";
        row(what, Unit::PerSecond, messages, storing.middle(way, messages), Goal::None);
        let what = "their acknowledgement, beside one commit: p50";
        let commit = median(&self.plain.commit_ms);
        row(what, Unit::Milliseconds, acknowledged, commit, sooner);
        let what = "the same, beside that server's";
        row(what, Unit::Milliseconds, acknowledged, storing.middle(way, acknowledged), Goal::None);
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
