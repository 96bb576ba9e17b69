//! What Salon costs beside a ceiling measured in the same run: memory of idle sockets, fan-out to
//! a full room, durable acknowledged messages. `cargo bench --bench delivery`; benches/README.md
//! tells how to read it.
//!
//! The ratio is the figure: both sides are measured in turns, by the same generator, on the same
//! cores and disk. A delivery that is lost or comes twice fails the run.

// The lints of the library do not fit a program that only measures: nobody links to it, and a
// bench that cannot go on has nothing better to do than to stop where it is.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod bare;
mod crowd;
mod disk;
mod durable;
mod fanout;
mod finder;
mod frames;
mod http;
mod idle;
mod ledger;
mod machine;
mod options;
mod posts;
mod report;
mod run;
mod salon;
mod server;
mod socket;

use std::process::ExitCode;

use options::Options;
use report::Report;

/// What a measurement gives, or why there is none.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let ended = match words.split_first() {
        // The ceiling is this same executable, started a second time as a server.
        Some((first, rest)) if first == bare::WORD => bare::serve(rest.first().map(String::as_str)),
        _ => measure(&words),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("delivery: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the scenarios asked for and prints the table; false where a delivery went wrong.
fn measure(words: &[String]) -> Outcome<bool> {
    let options = Options::read(words)?;
    let mut report = Report::new(&options);
    if options.wants("idle") {
        idle::measure(&options, &mut report)?;
    }
    if options.wants("fanout") {
        fanout::measure(&options, &mut report)?;
    }
    if options.wants("durable") {
        durable::measure(&options, &mut report)?;
    }
    print!("{report}");
    Ok(report.is_sound())
}
