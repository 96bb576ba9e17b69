//! A start: how soon the first call is answered on a large database, what the process takes that
//! nobody has come to yet, and how long its executable is.

use std::{fs, path::Path, process::Command, time::Instant};

use rusqlite::Connection;

use crate::{
    Outcome, fill,
    http::Line,
    machine,
    options::Options,
    report::{Goal, Report, Unit},
    run::median,
    salon::{Limits, Salon},
};

/// Starts, for each round that there is.
const STARTS: usize = 5;

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let Some(mut salon) = Salon::open(options)? else {
        return Ok(());
    };
    salon.server.stop();
    let megabytes = grow(&salon.file(), options.old_messages)?;
    let (mut warm, mut cold, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds * if options.quick { 1 } else { STARTS } {
        warm.push(start(&mut salon, options)?);
        salon.server.stop();
        if forget(&salon.file()) {
            cold.push(start(&mut salon, options)?);
        }
    }
    for _ in 0..options.rounds {
        start(&mut salon, options)?;
        machine::rest(salon.server.id());
        idle.push(machine::memory(salon.server.id()) / 1024.0);
    }
    let mut row = |what: String, unit, figure, goal| {
        report.row(what, unit, Some(figure), None, goal);
    };
    row(
        format!("cold start on {megabytes:.0} MB: until the first answer, p50"),
        Unit::Milliseconds,
        median(&warm) * 1e3,
        Goal::AtMost(50.0),
    );
    if !cold.is_empty() {
        row(
            "the same, with nothing of the file in memory".into(),
            Unit::Milliseconds,
            median(&cold) * 1e3,
            Goal::None,
        );
    }
    let what = "memory with nobody connected, on the same file".into();
    row(what, Unit::Megabytes, median(&idle), Goal::AtMost(15.0));
    let program = options.salon.as_deref().map(fs::metadata).transpose()?;
    let bytes = program.map_or(f64::NAN, |program| program.len() as f64);
    row("length of the executable".into(), Unit::Megabytes, bytes / 1e6, Goal::AtMost(20.0));
    Ok(())
}

/// Fills the database with what was said in years, its index left empty and called complete: a
/// start does not look into it. Gives its length.
pub fn grow(file: &Path, messages: u64) -> Outcome<f64> {
    let database = Connection::open(file)?;
    fill::fill(&database, messages);
    database
        .execute_batch("UPDATE server SET indexed_rev = rev; PRAGMA wal_checkpoint(TRUNCATE)")?;
    drop(database);
    Ok(fs::metadata(file)?.len() as f64 / 1e6)
}

/// Seconds from the start of the process to its first answer.
fn start(salon: &mut Salon, options: &Options) -> Outcome<f64> {
    salon.server.stop();
    let began = Instant::now();
    salon.restart(options, Limits::Off)?;
    Line::open(salon.server.address)?.get("/healthz", None)?;
    Ok(began.elapsed().as_secs_f64())
}

/// Has the system forget what it keeps of a file in memory; false where it would not.
fn forget(file: &Path) -> bool {
    let mut dd = Command::new("dd");
    dd.arg(format!("if={}", file.display())).args(["iflag=nocache", "count=0", "status=none"]);
    dd.status().is_ok_and(|status| status.success())
}
