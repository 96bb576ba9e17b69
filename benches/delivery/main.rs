//! What Salon costs, mostly beside a ceiling measured in the same run: memory of idle sockets,
//! fan-out to full rooms, durable acknowledged messages, many who connect, starts, and what becomes
//! of it all under load. `cargo bench --bench delivery`; benches/README.md tells how to read it.
//!
//! The ratio is the figure: both sides are measured in turns, by the same generator, on the same
//! cores and disk. A delivery that is lost or comes twice fails the run.

// The lints of the library do not fit a program that only measures: nobody links to it, and a
// bench that cannot go on has nothing better to do than to stop where it is.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod bare;
mod cold;
mod comeback;
mod compress;
mod connect;
mod copies;
mod crowd;
mod disk;
mod durable;
mod fanout;
#[path = "../archive/fill.rs"]
mod fill;
mod finder;
mod frames;
mod guests;
mod http;
mod idle;
mod ledger;
mod machine;
mod options;
mod overload;
mod posting;
mod posts;
mod report;
mod rest;
mod rooms;
mod run;
mod salon;
mod seats;
mod server;
mod side;
mod socket;

use std::process::ExitCode;

use options::Options;
use report::Report;

/// What a measurement gives, or why there is none.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

type Scenario = fn(&Options, &mut Report) -> Outcome<()>;

/// What can be measured, by its word.
const SCENARIOS: [(&str, Scenario); 11] = [
    ("idle", idle::measure),
    ("fanout", fanout::measure),
    ("rooms", rooms::measure),
    ("compress", compress::measure),
    ("durable", durable::measure),
    ("connect", connect::measure),
    ("comeback", comeback::measure),
    ("cold", cold::measure),
    ("rest", rest::measure),
    ("overload", overload::measure),
    ("copies", copies::measure),
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let ended = match words.split_first() {
        // The ceiling is this same executable, started a second time as a server.
        Some((first, rest)) if first == bare::WORD => bare::serve(rest),
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
    let options = Options::read(words, &SCENARIOS.map(|(word, _)| word))?;
    let mut report = Report::new(&options);
    for (word, measure) in SCENARIOS {
        if options.wants(word) {
            measure(&options, &mut report).map_err(|why| format!("{word}: {why}"))?;
        }
    }
    print!("{report}");
    Ok(report.is_sound())
}
