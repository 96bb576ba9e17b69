//! REST beside sockets: how long a call takes while messages go to everyone in a very full room,
//! and how long with nobody connected.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::{
    Outcome,
    http::Line,
    options::Options,
    posts::Post,
    report::{Goal, Report, Unit},
    run::{Pace, Run, median, quantile},
    salon::{Limits, Salon},
};

/// Messages a second, each to everyone.
const A_SECOND: f64 = 4.0;
/// Between two calls.
const PAUSE: Duration = Duration::from_millis(5);
/// Said before, so that a page is full.
const SAID: usize = 60;

/// What is asked in turn, and how long that took each time.
struct Calls {
    path: String,
    what: &'static str,
    times: Vec<f64>,
}

pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let Some(mut salon) = Salon::open(options)? else {
        return Ok(());
    };
    let count = options.many_sockets;
    let chat_id = salon.room("bench", 0..options.people)?;
    let messages = format!("/api/conversations/{chat_id}/messages");
    for number in 0..SAID {
        let content = format!("the {number}th thing that was said, about the length of the others");
        salon.post(&messages, 0, &serde_json::json!({ "content": content }))?;
    }
    salon.restart(options, Limits::Off)?;
    let paths = [
        ("GET /api/conversations", "/api/conversations".to_owned()),
        ("GET a page of history", format!("{messages}?limit=50")),
    ];
    let calls = || paths.clone().map(|(what, path)| Calls { path, what, times: Vec::new() });
    let (mut beside, mut alone) = (calls(), calls());
    let mut crowd = salon.crowd()?;
    crowd.seats = (0..count).map(|socket| salon.seat(socket, 0)).collect();
    crowd.posts = vec![Post::to_salon(&chat_id)];
    for _ in 0..options.rounds {
        ask(&salon, &mut alone, || {
            thread::sleep(options.seconds);
            Ok(())
        })?;
        crowd.come_in()?;
        crowd.idle(options.settled)?;
        ask(&salon, &mut beside, || {
            let measured = crowd.run(Run {
                posters: 1,
                pace: Pace::Rate(A_SECOND),
                warm_up: Duration::ZERO,
                seconds: options.seconds,
                server: salon.server.id(),
            })?;
            report.check(&measured);
            Ok(())
        })?;
        crowd.leave();
        // The last of them take a while to be gone.
        thread::sleep(options.settled);
    }
    for (beside, alone) in beside.iter().zip(&alone) {
        let what = beside.what;
        report.row(
            format!("{what}, {A_SECOND} messages/s going to {count} sockets: p50, beside none"),
            Unit::Milliseconds,
            Some(median(&beside.times) * 1e3),
            median(&alone.times) * 1e3,
            Goal::None,
        );
        report.row(
            "the same: p99",
            Unit::Milliseconds,
            Some(quantile(&beside.times, 0.99) * 1e3),
            quantile(&alone.times, 0.99) * 1e3,
            Goal::AtMost(50.0),
        );
    }
    Ok(())
}

/// Asks again and again while something goes on, from a thread of its own: it has little to do, so
/// the system gives it the core as soon as there is an answer.
fn ask(salon: &Salon, calls: &mut [Calls], meanwhile: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = scope.spawn(|| -> Result<(), String> {
            let told = |why: Box<dyn std::error::Error>| why.to_string();
            let mut line = Line::open(salon.server.address).map_err(told)?;
            while !is_over.load(Ordering::Relaxed) {
                for call in &mut *calls {
                    call.times.push(line.get(&call.path, Some(salon.token(0))).map_err(told)?);
                    thread::sleep(PAUSE);
                }
            }
            Ok(())
        });
        let done = meanwhile();
        is_over.store(true, Ordering::Relaxed);
        let asked = asking.join().map_err(|_| "the caller fell over")?;
        done.and(asked.map_err(Into::into))
    })
}
